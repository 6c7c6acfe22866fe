"""The score of bursts, injections, hijacks and releases: what is counted as found, missed and false."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from blowback.simulate.score_machinery import average_precision, bursts, exact, hijacks, injections, leads, releases

TOLD: dict[str, Any] = {
    "bursts": [
        {"id": name, "hashtag": tag, "kind": kind, "posts": 90,
         "first": f"2024-06-{day}T10:00:00.000Z", "last": f"2024-06-{day}T{end}:00:00.000Z"}
        for name, tag, kind, day, end in (
            ("push", "OneHedge", "planted", "05", 11), ("missed", "Bell", "announced", "06", 11),
            ("news", "Rainbow", "organic_surge", "08", 15),
        )
    ],
    "injections": [
        {"id": "app", "client": "H", "client_field": True, "text": "identical", "first": None, "last": None,
         "posts": [{"platform": "x", "native_id": str(i)} for i in range(10)], "accounts": []},
        {"id": "none", "client": "", "client_field": False, "text": "templated", "first": None, "last": None,
         "posts": [{"platform": "x", "native_id": "77"}], "accounts": []},
    ],
    "hijacks": [
        {"id": "cup", "platform": "x", "hashtag": "NeighbourCup", "also": ["Kickoff"], "first": None, "last": None,
         "hijack": ["1", "2", "3", "4"], "reposts": ["5"], "counter": ["6", "7"], "press": ["8"]},
    ],
    "releases": [
        {"id": "tape", "hosts": ["a.example", "b.example"], "phases": {"seed": None},
         "items": [{"platform": "x", "native_id": str(i), "at": "2024-06-09T10:00:00.000Z"} for i in range(4)]},
        {"id": "lost", "hosts": ["a.example", "b.example"], "phases": {"seed": None},
         "items": [{"platform": "x", "native_id": "99", "at": "2024-06-09T10:00:00.000Z"}]},
    ],
}  # fmt: skip


def plain(platform: str, native: str) -> str:
    return f"{platform}:{native}"


def burst(value: str, cls: str, day: int, hour: int = 10, kind: str = "hashtag") -> dict[str, Any]:
    return {
        "burst_id": f"{value}{day}", "kind": kind, "value": value, "class": cls,
        "onset": datetime.fromisoformat(f"2024-06-{day:02}T{hour}:00:00"),
        "end_at": datetime.fromisoformat(f"2024-06-{day:02}T{hour + 1}:00:00"),
    }  # fmt: skip


def test_a_pushed_burst_is_found_when_called_machinery_and_an_organic_one_must_not_be() -> None:
    got = bursts(
        TOLD,
        {"bursts": pa.Table.from_pylist([burst("onehedge", "machinery", 5), burst("rainbow", "organic_surge", 8)])},
    )
    assert [(r.planted, r.status) for r in got.rows] == [("push", "found"), ("missed", "missed"), ("news", "organic")]
    assert (got.planted, got.found, got.missed, got.false) == (2, 1, 1, 0)


def test_flagged_news_and_machinery_where_nothing_was_pushed_are_false() -> None:
    rows = [
        burst("onehedge", "cannot_tell", 5), burst("rainbow", "machinery", 8), burst("quiet", "machinery", 20),
        burst("x.example", "machinery", 5, kind="domain"),  # at the time of the push: another view of it
    ]  # fmt: skip
    got = bursts(TOLD, {"bursts": pa.Table.from_pylist(rows)})
    assert [r.status for r in got.rows] == ["partly", "missed", "flagged"]
    assert (got.found, got.missed, got.false) == (0, 1, 2)
    assert any("quiet" in b for b in got.beside)


def test_the_same_tag_at_another_time_is_no_find() -> None:
    got = bursts(TOLD, {"bursts": pa.Table.from_pylist([burst("onehedge", "machinery", 25)])})
    assert got.rows[0].status == "missed"
    assert got.false == 1


def test_injected_posts_are_counted_one_by_one_with_an_exact_interval() -> None:
    listed = [{"post_id": f"x:{i}", "bundle_id": "b1", "score": 0.9} for i in range(8)]
    listed += [
        {"post_id": "x:stray", "bundle_id": "b1", "score": 0.2},
        {"post_id": "x:9", "bundle_id": "b2", "score": 0.1},
    ]
    bundles = [{"bundle_id": "b1", "ruling": "stands"}, {"bundle_id": "b2", "ruling": "explained"}]
    tables = {"posts": pa.Table.from_pylist(listed), "bundles": pa.Table.from_pylist(bundles)}
    got = injections(TOLD, tables, plain)
    assert [r.status for r in got.rows[:2]] == ["found", "missed"]
    precision, recall = got.shares["precision over posts"], got.shares["recall over posts"]
    assert (precision.hits, precision.of, recall.hits, recall.of) == (8, 9, 8, 11)
    assert (precision.low, precision.high) == (pytest.approx(0.5175, abs=1e-3), pytest.approx(0.9972, abs=1e-3))
    assert (got.found, got.missed, got.false) == (1, 1, 1)
    without = injections(TOLD, {"posts": tables["posts"]}, plain)  # no rulings: every post listed is claimed
    assert without.shares["recall over posts"].hits == 9


def test_average_precision_of_a_known_order() -> None:
    listed = [{"post_id": "a", "score": 0.9}, {"post_id": "n", "score": 0.8}, {"post_id": "b", "score": 0.7}]
    assert average_precision(listed, {"a", "b"}) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(listed, {"a", "b", "never listed"}) == pytest.approx((1 + 2 / 3) / 3)
    tied = [{"post_id": "a", "score": 0.5}, {"post_id": "n", "score": 0.5}]
    assert average_precision(tied, {"a"}) == pytest.approx(0.5)


def test_hijacking_posts_against_lawful_use_and_other_tags() -> None:
    rows = [{"post_id": f"x:{i}", "value": "neighbourcup", "class": "hijack"} for i in (1, 2, 3, 5, 6)]
    rows += [
        {"post_id": "x:7", "value": "neighbourcup", "class": "counter"},
        {"post_id": "x:8", "value": "neighbourcup", "class": "news"},
    ]
    rows += [
        {"post_id": "x:50", "value": "seedswap", "class": "hijack"},
        {"post_id": "x:1", "value": "kickoff", "class": "hijack"},
    ]
    got = hijacks(TOLD, {"posts": pa.Table.from_pylist(rows)}, plain)
    assert got.rows[0].status == "found"
    assert "counter-use told apart 1 of 2, press 1 of 1" in got.rows[0].says
    assert (got.shares["precision over posts"].hits, got.shares["precision over posts"].of) == (
        3,
        4,
    )  # the repost is no mistake
    assert (got.shares["lawful posts flagged"].hits, got.shares["lawful posts flagged"].of) == (1, 3)
    assert got.false == 1  # seedswap; kickoff was bundled


def test_a_strand_of_which_the_analysis_cannot_tell_claims_nothing() -> None:
    rows = [
        {"post_id": f"x:{i}", "value": v, "strand": 1, "class": "hijack"}
        for v, i in (("neighbourcup", 1), ("neighbourcup", 2), ("seedswap", 50))
    ]
    strands = [{"value": v, "strand": 1, "class": "cannot_tell"} for v in ("neighbourcup", "seedswap")]
    got = hijacks(TOLD, {"posts": pa.Table.from_pylist(rows), "tags": pa.Table.from_pylist(strands)}, plain)
    assert (got.rows[0].status, got.found, got.missed, got.false) == ("partly", 0, 0, 0)
    assert got.shares["precision over posts"].of == 0


def test_a_release_is_found_on_two_hosts_or_not_at_all() -> None:
    rows = [
        {"release_id": "r1", "post_id": "x:0", "host": "a.example"}, {"release_id": "r1", "post_id": "x:1", "host": "b.example"},
        {"release_id": "r2", "post_id": "x:500", "host": "c.example"},
    ]  # fmt: skip
    got = releases(TOLD, {"items": pa.Table.from_pylist(rows)}, plain)
    assert [r.status for r in got.rows] == ["found", "missed"]
    assert (got.found, got.missed, got.false) == (1, 1, 1)


def test_empty_tables_are_all_missed_and_nothing_false() -> None:
    none = pa.table({"post_id": pa.array([], pa.string())})
    for got in (
        bursts(TOLD, {"bursts": none}), injections(TOLD, {"posts": none}, plain), hijacks(TOLD, {"posts": none}, plain),
        releases(TOLD, {"items": none}, plain),
    ):  # fmt: skip
        assert (got.found, got.false) == (0, 0)
        assert got.missed == got.planted
        assert got.lines()


def test_an_exact_share_of_nothing_says_nothing() -> None:
    assert str(exact(0, 0)) == "none"
    assert exact(0, 7).high == pytest.approx(0.4096, abs=1e-4)  # Clopper and Pearson, 0 of 7


def test_a_lead_is_found_where_the_interval_holds_the_lag_and_lies_above_nothing() -> None:
    told = {"leads": [{"id": name, "hashtag": name, "lag_s": 21_600} for name in ("Right", "Off", "Unsure", "Absent")]}
    rows = [
        {"object": o, "lag_s": mid, "lag_low_s": low, "lag_high_s": high, "lag_q": q}
        for o, mid, low, high, q in (
            ("right", 21_000.0, 18_000.0, 24_000.0, 0.01), ("off", 7200.0, 3600.0, 9000.0, 0.01),
            ("unsure", 21_000.0, -3600.0, 40_000.0, 0.6), ("stray", 9000.0, 3600.0, 12_000.0, 0.01),
        )
    ]  # fmt: skip
    got = leads(told, {"objects": pa.Table.from_pylist(rows)})
    assert [r.status for r in got.rows] == ["found", "partly", "missed", "missed"]
    assert (got.found, got.missed, got.false, got.beside) == (1, 2, 1, ("false: stray",))
