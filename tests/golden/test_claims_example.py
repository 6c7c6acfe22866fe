"""The example of claims: what is read, who stands behind it, what the events say."""

from __future__ import annotations

from pathlib import Path

import pytest

from blowback.desk import Desk, new_case
from blowback.desk_runs import Result

HERE = Path(__file__).resolve().parents[2] / "examples" / "claims"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = new_case(tmp_path_factory.mktemp("claims") / "case")
    desk.ingest(HERE / "posts.csv", HERE / "events.csv")
    return desk


@pytest.fixture(scope="module")
def run(case: Desk) -> Result:
    return case.analyse("claims")


def test_posts_and_events_are_told_apart(case: Desk) -> None:
    assert (case.table("posts").num_rows, case.table("events").num_rows) == (26, 38)


def test_what_is_said_of_the_town(run: Result, case: Desk) -> None:
    text = {p["post_id"]: p["text"] for p in case.table("posts").to_pylist()}
    read = {(text[c["post_id"]][:24], c["modality"], c["polarity"], c["type"]) for c in run.table("claims").to_pylist()}
    assert ("The Northern Column will", "intention", "affirmed", "capture") in read
    assert ("سندخل إيفورا خلال ثلاثة أيام"[:24], "intention", "affirmed", "capture") in read
    assert ("The Coastal Guard denies", "denial", "negated", "withdraw") in read
    assert ("If the siege is not lift", "conditional", "affirmed", "attack") in read
    assert not [r for r in read if r[0].startswith("Our goalkeeper")]


def test_six_echoes_and_their_source_are_one(run: Result) -> None:
    loud = max(run.table("clusters").to_pylist(), key=lambda c: c["n_accounts"])
    assert (loud["n_accounts"] >= 7, loud["n_sources"]) == (True, 1)


def test_the_captured_town_is_matched_and_has_its_base_rate(run: Result) -> None:
    matches = {m["event_id"]: m for m in run.table("matches").to_pylist()}
    assert any(0 < m["p0"] < 1 and m["km"] < 15 for m in matches.values())
    verdicts = run.table("verdicts").to_pylist()
    # whether it is "supported" or "needs review" hangs on the base rates of so few claims; that it speaks for the claim does not
    assert max(v["lr"] for v in verdicts if v["verdict"] in ("supported", "needs_review")) > 10
    assert not {v["verdict"] for v in verdicts} & {"false", "fake"}


def test_it_comes_out_the_same_again(run: Result, case: Desk) -> None:
    assert case.reproduce(run.findings[0].id)["equal"]
