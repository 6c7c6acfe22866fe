"""Edge by edge the same as both public peers and a brute force, from the export file to the table of pairs."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import blowback

pytestmark = pytest.mark.shared
MAPS = {
    "russian_coord_tweets": {"id": "content_id", "account": "account_id", "time": "timestamp_share", "repost": "object_id"},
    "ira_100k": {
        "id": "message_id", "account": "user_id", "time": "timestamp", "repost": "repost_id", "hashtag": "hashtags",
        "url": "urls", "text": "text",
    },
}  # fmt: skip
FILES = {"russian_coord_tweets": "russian_coord_tweets_unique.parquet", "ira_100k": "ira_100k.parquet"}
# data, kind of mark, the peers' name for it, edges the brute force finds
ASKED = [
    ("russian_coord_tweets", "repost", "co_retweet", 6206),
    ("ira_100k", "repost", "co_retweet", 3063),
    ("ira_100k", "hashtag", "co_hashtag", 4850),
    ("ira_100k", "url", "co_link", 176),
    ("ira_100k", "text", "co_tweet", 393),
]


@pytest.fixture(scope="module")
def cases(shared_data: Path, tmp_path_factory):
    """Cases without pseudonyms (the data are), made on demand."""
    made = {}

    def case(name: str):
        if name not in made:
            made[name] = blowback.new_case(tmp_path_factory.mktemp(name) / "case", pseudonyms=False)
            made[name].ingest(shared_data / "coordination" / FILES[name], format="table", mapping=MAPS[name])
        return made[name]

    return case


@pytest.fixture(scope="module")
def ours(cases):
    """(a, b), both ways round -> (n_pairs, posts of a, posts of b, objects)."""
    known = {}

    def edges(name: str, kind: str):
        if (name, kind) not in known:
            result = cases(name).analyse("coordination", kind=kind, window="60s", min_objects=1, shuffles=0)
            found = {}
            for row in pq.read_table(result.tables["pairs"]).to_pylist():
                a, b = row["account_a"].removeprefix("table:"), row["account_b"].removeprefix("table:")
                found[a, b] = (row["n_pairs"], row["n_posts_a"], row["n_posts_b"], row["n_objects"])
                found[b, a] = (row["n_pairs"], row["n_posts_b"], row["n_posts_a"], row["n_objects"])
            known[name, kind] = found
        return known[name, kind]

    return edges


def theirs(shared_data: Path, name: str):
    table = pq.read_table(shared_data / "coordination" / "peer-results" / f"{name}.parquet")
    a, b = table.column(0), table.column(1)
    rows = table.filter(pc.not_equal(a, b))
    return {(x, y): tuple(rest) for x, y, *rest in zip(*(c.to_pylist() for c in rows.columns), strict=True)}


@pytest.mark.parametrize(("data", "kind", "name", "many"), ASKED)
def test_all_four_counts_are_those_of_a_brute_force(shared_data, ours, data, kind, name, many) -> None:
    oracle = theirs(shared_data, f"oracle.{data}.{name}.w60.edges")
    found = ours(data, kind)
    assert len(oracle) == many
    assert {k: found.get(k) for k in oracle} == oracle
    assert len(found) == 2 * many


@pytest.mark.parametrize(("data", "kind", "name", "many"), ASKED)
def test_directed_weights_are_those_of_the_toolkit(shared_data, ours, data, kind, name, many) -> None:
    """coordination-network-toolkit: weight of A to B = distinct posts of A with a match in B."""
    directed = theirs(shared_data, f"cnt.{data}.{name}.w60")
    assert len(directed) == 2 * many
    assert {k: (v[1],) for k, v in ours(data, kind).items()} == {k: v[:1] for k, v in directed.items()}


@pytest.mark.parametrize(("data", "kind", "name", "many"), ASKED[:3])
def test_weights_are_those_of_coortweet(shared_data, ours, data, kind, name, many) -> None:
    """CooRTweet: weight = matching pairs of posts. Its other columns are wrong (see the evaluation page)."""
    weight = theirs(shared_data, f"coortweet.{data}.{name}.w60.mp1.edges")
    found = ours(data, kind)
    assert len(weight) == many
    assert {k: found[k][0] for k in weight} == {k: v[0] for k, v in weight.items()}
    assert len(found) == 2 * many
