"""Every file of the whole story is read by the intake, and its receipt adds up to the truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.pseudonyms import keys_of
from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.scenario import Scenario
from blowback.simulate.score_case import score_case
from blowback.simulate.write import write
from blowback.sources.source import Options


@pytest.fixture(scope="module")
def case(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    case = Case.new(tmp_path_factory.mktemp("cases") / "june")
    files = [told / e["file"] for e in truth_of(told)["exports"]]
    receipt = ingest(case, files, Options())
    assert not receipt.failures
    return case


def truth_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads((folder / "truth.json").read_bytes())
    return told


def table(case: Case, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pa.concat_tables([pq.read_table(p) for p in case.tables()[name]]).to_pylist()
    return rows


def test_every_receipt_is_what_the_truth_says(told: Path, case: Case) -> None:
    exports = {e["file"]: e for e in truth_of(told)["exports"]}
    receipts = {r["name"]: r for r in case.receipts()}
    assert set(receipts) == set(exports)
    for name, receipt in receipts.items():
        export = exports[name]
        assert receipt["source"] == export["source"]
        assert receipt["read"] == export["records"] == receipt["kept"] + receipt["duplicate"] + receipt["set_aside"]
        assert receipt["duplicate"] == export["duplicates"]


def test_every_post_arrives_with_its_author_time_kind_and_text(told: Path, june: Campaign, case: Case) -> None:
    keys = keys_of(case)
    assert keys
    found = {p["post_id"]: p for p in table(case, "posts") if p["kind"] != "service"}
    assert len(found) == len(june)
    import csv

    with (told / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            post = found[f"{row['platform']}:{keys.token(row['native_id'], 'post')}"]
            assert post["account_id"] == f"{row['platform']}:{keys.token(row['account'], 'account')}"
            stated = post["posted_at"].isoformat(timespec="milliseconds")
            exact = {"x_io_tweets.csv": 16, "telegram_result.json": 19, "reddit_pushshift.ndjson": 19}.get(
                row["export"], 23
            )
            assert stated[:exact] == row["posted_at"][:exact]
    kinds = Counter((p["platform"], p["kind"]) for p in found.values())
    for platform, kind in (
        ("bluesky", "repost"),
        ("bluesky", "reply"),
        ("bluesky", "quote"),
        ("reddit", "comment"),
        ("reddit", "repost"),
    ):
        assert kinds[platform, kind] > 0


def test_references_tags_links_and_files_arrive_on_the_new_platforms(case: Case) -> None:
    posts = {p["post_id"]: p for p in table(case, "posts")}
    for platform, field in (
        ("bluesky", "repost_of"),
        ("bluesky", "reply_to"),
        ("bluesky", "quote_of"),
        ("reddit", "reply_to"),
        ("reddit", "repost_of"),
    ):
        refs = [p[field] for p in posts.values() if p["platform"] == platform and p[field]]
        assert refs
        assert set(refs) <= set(posts)
    marks = table(case, "marks")
    kinds = Counter((m["post_id"].split(":")[0], m["kind"]) for m in marks)
    for kind in ("hashtag", "url", "mention", "media", "domain"):
        assert kinds["bluesky", kind] > 0, kind
    assert kinds["reddit", "url"] > 0
    assert {m["value"] for m in marks if m["kind"] == "domain"} >= {"tape.example", "reel.example", "burrow.example"}


def test_every_removal_is_a_row_and_the_score_says_so(told: Path, case: Case) -> None:
    got = score_case(case.path, told / "truth.json")
    assert got.groups is None
    by_name = {m.name: m for m in got.machinery}
    assert [r.status for r in by_name["removals"].rows] == ["found", "found"]
    assert not by_name["bursts"].ran
    assert by_name["bursts"].planted == 3
    states = Counter((r["state"], r["subject_kind"]) for r in table(case, "removals"))
    assert states["suspended", "account"] > 0
    assert states["suspended", "post"] > 0
    assert states["deleted", "post"] > 0
    assert states["removed", "post"] > 0


def test_without_the_client_field_no_export_names_one(tmp_path: Path) -> None:
    from dataclasses import replace

    tiny = Scenario.find("tiny")
    write(simulate(replace(tiny, damage=replace(tiny.damage, client_field=False))), tmp_path)
    everything = (tmp_path / "x_v2.jsonl").read_bytes() + (tmp_path / "x_io_tweets.csv").read_bytes()
    assert b"GardenBell" not in everything
    assert b"Twitter for" not in everything
    assert b'"source"' not in everything
