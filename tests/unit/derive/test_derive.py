"""Staged rows become canonical ones: nothing lost, nobody named, marks complete."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from blowback.case.derive import Deriver
from blowback.case.seen import SeenPosts
from blowback.model.staged import STAGED
from blowback.model.tables import TABLES
from blowback.tools.keyed import Keys

KEYS = Keys(b"of this case")
AT = dt.datetime(2014, 6, 9, 12)  # noqa: DTZ001
BASE = {
    "record_no": 1, "entry": "post", "platform": "x", "native_id": "900001", "account": "777001", "handle": "Elm_Tree", "name": "Elma Treewell",
    "account_kind": "unknown", "posted_at": AT, "clock": "exact", "kind": "post", "text": "Early tomatoes @Oak_Tree #Garden https://x.com/Oak_Tree/status/900002",
    "likes": 3, "client": "Garden App",
}  # fmt: skip


def derive(*rows: dict, keys: Keys | None = KEYS, seen: SeenPosts | None = None):
    staged = pa.Table.from_pylist([BASE | r for r in rows], STAGED)
    return Deriver("e" * 64, keys).derive(staged, SeenPosts() if seen is None else seen)


def marks(derived) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for row in derived.tables["marks"].to_pylist():
        out.setdefault(row["kind"], []).append(row["value"])
    return out


def test_every_table_has_its_schema_and_the_counts_add_up() -> None:
    derived = derive({}, {}, {"native_id": "2", "account": None}, {"entry": "aside", "reason": "not_json"},
                     {"entry": "removal", "removals": [{"subject": "5", "subject_kind": "post", "state": "missing", "actor": "unknown",
                                                         "basis": "x", "scope": "world", "certainty": "observed"}]})  # fmt: skip
    for name, table in derived.tables.items():
        assert table.schema.equals(TABLES[name].arrow), name
    assert (derived.kept, derived.duplicate, derived.set_aside) == (2, 1, 2)
    assert derived.tables["observations"].num_rows == 2
    assert sorted(derived.tables["set_aside"].column("reason").to_pylist()) == ["no_account", "not_json"]
    assert derived.tables["removals"].column("subject").to_pylist() == ["x:" + KEYS.token("5", "post")]


def test_no_name_handle_or_id_is_left_in_any_table() -> None:
    people = {
        "repost_of": "900003", "repost_of_account": "777003", "quote_of": "900004", "reply_to": "900005", "reply_to_account": "777005",
        "conversation": "900006", "channel": "777007", "channel_name": "Grove Club", "mentions": ["777008"], "mention_handles": ["Oak_Tree"],
        "urls": ["https://twitter.com/Oak_Tree/status/900009", "https://t.me/Grove_Club/12", "https://example.org/page"],
        "media": [{"kind": "photo", "native_id": "900010", "hash": "abcd"}], "kind": "repost",
        "removals": [{"subject": "777001", "subject_kind": "account", "state": "suspended", "actor": "platform", "basis": "x",
                      "scope": "world", "certainty": "observed"}],
    }  # fmt: skip
    derived = derive({}, people | {"native_id": "900011"})
    secrets = (
        ["oak_tree", "elm_tree", "treewell", "grove"]
        + [f"9000{n:02d}" for n in range(1, 12)]
        + [f"77700{n}" for n in range(1, 9)]
    )
    for name, table in derived.tables.items():
        for column in table.column_names:
            if pa.types.is_string(table.schema.field(column).type):
                for value in table.column(column).to_pylist():
                    assert not [s for s in secrets if value and s in value.lower()], f"{name}.{column}: {value}"
    assert "https://example.org/page" in marks(derived)["url"]


def test_with_pseudonyms_off_everything_stays_as_it_is() -> None:
    derived = derive({}, keys=None)
    (post,) = derived.tables["posts"].to_pylist()
    assert (post["post_id"], post["account_id"], post["text"]) == ("x:900001", "x:777001", BASE["text"])
    assert derived.tables["accounts"].column("name").to_pylist() == ["Elma Treewell"]


def test_marks_are_read_off_the_text_where_the_export_says_nothing() -> None:
    found = marks(derive({}))
    assert found["hashtag"] == ["garden"]
    assert found["domain"] == ["x.com"]
    assert found["client"] == ["Garden App"]
    assert found["mention"] == ["x:@" + KEYS.token("oak_tree", "handle")]
    assert len(found["text"]) == len(found["folded_text"]) == 1
    empty = marks(derive({"hashtags": [], "urls": [], "mentions": [], "mention_handles": [], "text": "@only"}))
    assert set(empty) == {"client"}


def test_what_a_repost_carries_is_marked_as_carried() -> None:
    rows = derive({"kind": "repost", "repost_of": "5"}).tables["marks"].to_pylist()
    carried = {r["kind"]: r["carried"] for r in rows}
    assert carried["repost"] is False
    assert carried["client"] is False
    assert carried["hashtag"] is carried["text"] is carried["url"] is True


def test_a_repost_without_a_target_gets_the_fingerprint_of_its_text() -> None:
    rows = [
        {"native_id": str(n), "kind": "repost", "text": t}
        for n, t in enumerate(["RT @Oak: Early  beans", "RT @oak: early beans", "RT @oak: late"])
    ]
    targets = derive(*rows).tables["posts"].column("repost_of").to_pylist()
    assert targets[0] == targets[1] != targets[2]
    assert all(":rt-" in t for t in targets)


def test_posts_without_an_id_are_known_by_their_content() -> None:
    seen = SeenPosts()
    first = derive({"native_id": None}, {"native_id": None, "text": "other"}, seen=seen)
    again = derive({"native_id": None}, {"native_id": None, "posted_at": AT + dt.timedelta(seconds=1)}, seen=seen)
    assert (first.kept, again.kept, again.duplicate) == (2, 1, 1)


@pytest.mark.parametrize("text", ["NUL\x00 byte", "\u202eright to left\u202c", "🌱🌻 مرحبا", "", None, "e\u0301"])
def test_odd_texts_pass(text) -> None:
    (post,) = derive({"text": text}).tables["posts"].to_pylist()
    assert post["text"] == ("é" if text == "e\u0301" else text)


def test_seen_grows_and_tells_equal_ids_in_one_batch_apart_from_new_ones() -> None:
    seen = SeenPosts()
    ids = pa.array([f"x:{n % 70_000}" for n in range(100_000)])
    assert int(seen.add(ids).sum()) == len(seen) == 70_000
    assert not seen.add(ids).any()


def test_order_of_the_batch_does_not_change_what_is_derived() -> None:
    rows = [{"native_id": str(n), "account": str(n % 3), "text": f"beans {n} #t{n}"} for n in range(30)]
    forward, backward = derive(*rows), derive(*rows[::-1])
    for name in ("posts", "marks"):
        key = [("post_id", "ascending")] + ([("kind", "ascending"), ("value", "ascending")] if name == "marks" else [])
        assert forward.tables[name].sort_by(key).equals(backward.tables[name].sort_by(key))
    assert pc.count_distinct(forward.tables["accounts"].column("account_id")).as_py() == 3


def test_three_hashtags_in_their_order_are_one_mark_and_two_are_none() -> None:
    derived = derive(
        {"native_id": "1", "hashtags": ["Garden", "حديقة", "Tomato"]},
        {"native_id": "2", "hashtags": ["garden", "tomato", "حديقة"]},
        {"native_id": "3", "hashtags": ["garden", "tomato"]},
        {"native_id": "4", "hashtags": None, "text": "#one, then #two and #three"},
        {"native_id": "5", "hashtags": ["a", None, "b"]},
    )
    sequences = {
        r["post_id"]: r["value"] for r in derived.tables["marks"].to_pylist() if r["kind"] == "hashtag_sequence"
    }
    ids = derived.tables["posts"].column("post_id").to_pylist()
    assert sequences == {ids[0]: "garden حديقة tomato", ids[1]: "garden tomato حديقة", ids[3]: "one two three"}


def test_a_repost_within_ten_seconds_is_a_mark_where_the_clock_is_exact() -> None:
    soon = {"kind": "repost", "repost_of": "70", "repost_of_account": "777070"}
    derived = derive(
        soon | {"native_id": "1", "repost_of_at": AT - dt.timedelta(seconds=10)},
        soon | {"native_id": "2", "repost_of_at": AT - dt.timedelta(seconds=11)},
        soon | {"native_id": "3", "repost_of_at": AT - dt.timedelta(seconds=1), "clock": "minute"},
        soon | {"native_id": "4", "repost_of_at": AT + dt.timedelta(seconds=1)},
        soon | {"native_id": "5"},
    )
    found = [r for r in derived.tables["marks"].to_pylist() if r["kind"] == "fast_repost"]
    assert [r["post_id"] for r in found] == derived.tables["posts"].column("post_id").to_pylist()[:1]
    assert found[0]["value"] == "x:" + KEYS.token("777070", "account")
    assert found[0]["carried"] is False


def test_posts_of_one_thread_share_a_conversation_mark() -> None:
    derived = derive({"native_id": "1", "conversation": "1"}, {"native_id": "2", "conversation": "1", "reply_to": "1"})
    assert marks(derived)["conversation"] == ["x:" + KEYS.token("1", "post")] * 2


def test_a_known_name_that_stands_alone_is_hidden_and_words_are_not() -> None:
    hidden = KEYS.token("elm_tree", "handle")[:10]
    texts = [
        "new account: Elm_Tree",
        "ELM_TREE!",
        "مرحباelm_tree",
        "elm_tree2 and xelm_tree",
        "#elm_tree",
        "elma tree oak77 777001123",
    ]
    known = [{"native_id": str(n), "text": t} for n, t in enumerate(texts)]
    known += [{"native_id": "x", "text": "-", "account": "777001123", "handle": "oak77"}]
    shown = derive(*known).tables["posts"].column("text").to_pylist()
    oak, number = KEYS.token("oak77", "handle")[:10], KEYS.token("777001123", "account")[:10]
    assert shown[:4] == [f"new account: {hidden}", f"{hidden}!", f"مرحبا{hidden}", "elm_tree2 and xelm_tree"]
    assert shown[4] == "#elm_tree"  # content, and the same in every batch
    assert shown[5] == f"elma tree {oak} {number}"
    folded = derive(*known).tables["posts"].column("text_folded").to_pylist()
    assert hidden in folded[0]
    assert derive(*known, keys=None).tables["posts"].column("text").to_pylist()[0] == texts[0]


def test_equal_texts_have_equal_marks_whoever_the_batch_knows() -> None:
    one = derive({"text": "follow oak_77 for beans"})
    other = derive({"text": "follow oak_77 for beans"}, {"native_id": "2", "handle": "oak_77", "text": "-"})
    shown = [d.tables["posts"].column("text").to_pylist()[0] for d in (one, other)]
    assert shown[0] != shown[1]
    assert marks(one)["text"] == marks(other)["text"][:1]
    assert marks(one)["folded_text"] == marks(other)["folded_text"][:1]


def test_a_fingerprint_cannot_be_found_by_trying_names() -> None:
    from blowback.tools.keyed import fingerprint

    derived = derive({"text": "oak_77"})
    open_prints = fingerprint(pa.array(["oak_77"])).to_pylist()
    held = {v for t in ("marks", "observations") for row in derived.tables[t].to_pylist() for v in row.values()}
    assert not held & set(open_prints)
    assert set(open_prints) <= {
        v for row in derive({"text": "oak_77"}, keys=None).tables["marks"].to_pylist() for v in row.values()
    }
