"""Times as people export them: the instant, and how far it can be trusted."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.errors import WrongMapping

NOON = dt.datetime(2014, 6, 9, 12, 0, 5)  # noqa: DTZ001  # zone-less UTC is the house form
SHARP = NOON.replace(second=0)
DAY = NOON.replace(hour=0, minute=0, second=0)
FORMS = [
    ("1402315205", NOON, "exact"), ("1402315205000", NOON, "exact"), ("1402315205000000", NOON, "exact"), ("1402315205000000000", NOON, "exact"),
    ("1402315205.0", NOON, "exact"), ("1402315205,0", NOON, "exact"), ("2014-06-09T12:00:05Z", NOON, "exact"), ("2014-06-09T12:00:05.000+0000", NOON, "exact"),
    ("2014-06-09T14:00:05+02:00", NOON, "exact"), ("2014-06-09 14:00:05 +0200", NOON, "exact"), ("2014-06-09 12:00:05 UTC", NOON, "exact"),
    ("2014-06-09 08:00:05 EDT", NOON, "exact"), ("2014-06-09 14:00:05 CEST", NOON, "exact"), ("2014-06-09T12:00Z", SHARP, "minute"),
    ("Mon Jun 09 12:00:05 +0000 2014", NOON, "exact"), ("Mon, 09 Jun 2014 12:00:05 GMT", NOON, "exact"), ("Mon, 09 Jun 2014 14:00:05 +0200", NOON, "exact"),
    ("Mon Jun 09 2014 14:00:05 GMT+0200 (Central European Summer Time)", NOON, "exact"), ("20140609T120005Z", NOON, "exact"),
    ("2014-06-09 12:00:05", NOON, "assumed_zone"), ("2014-06-09T12:00:05.123456", NOON.replace(microsecond=123456), "assumed_zone"),
    ("2014/06/09 12:00:05", NOON, "assumed_zone"), ("2014-06-09 12:00:05 PM", NOON, "assumed_zone"), ("June 9, 2014 at 12:00PM", SHARP, "assumed_zone"),
    ("12:00 PM - 9 Jun 2014", SHARP, "assumed_zone"), ("12:00 PM · Jun 9, 2014", SHARP, "assumed_zone"), ("9 Jun 2014 12:00:05", NOON, "assumed_zone"),
    ("Jun 9, 2014, 12:00:05 PM", NOON, "assumed_zone"), ("09-Jun-2014 12:00:05", NOON, "assumed_zone"), ("Mon Jun 9 12:00:05 2014", NOON, "assumed_zone"),
    ("20140609120005", NOON, "assumed_zone"), ("41799.50005787037", NOON, "assumed_zone"), ("41799,50005787037", NOON, "assumed_zone"),
    ("2014-06-09", DAY, "day"), ("20140609", DAY, "day"), ("9 June 2014", DAY, "day"), ("41799", DAY, "day"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected", "clock"), FORMS)
def test_one_instant_in_many_forms(write, staged, value, expected, clock) -> None:
    (row,) = staged(write("t.csv", f"user;created;text\nelm;{value};x\n"))
    assert (row["posted_at"], row["clock"]) == (expected, clock)


@pytest.mark.parametrize(
    ("value", "order"),
    [
        ("06/09/2014 12:00:05", "month-first"),
        ("9.6.14 12:00:05", "day-first"),
        ("09/06/2014, 12:00:05 PM", "day-first"),
    ],
)
def test_days_and_months_in_numbers(write, staged, value, order) -> None:
    path = write("t.csv", f"user;created;text\nelm;{value};x\n")
    with pytest.raises(WrongMapping, match="cannot be told apart") as caught:
        staged(path)
    assert "--dates" in caught.value.hint
    (row,) = staged(path, dates=order)
    assert row["posted_at"] == NOON


def test_one_day_beyond_twelve_settles_the_column_and_is_said(write, taken) -> None:
    found = taken(write("t.csv", "user,created,text\nelm,03/04/2014 12:00,x\noak,13/04/2014 12:00,y\n"))
    assert sorted(p["posted_at"].month for p in found.rows("posts")) == [4, 4]
    assert any("day before month" in n for n in found.receipt["notes"])


def test_local_times_are_said_with_their_zone(write, taken) -> None:
    body = "user,created,text\nelm,2014-06-09 15:00:05,x\n"
    said = taken(write("t.csv", body), zone="Asia/Baghdad")
    assert (said.receipt["zone"], said.receipt["zone_assumed"], said.receipt["clocks"]) == (
        "Asia/Baghdad",
        False,
        {"assumed_zone": 1},
    )
    assert said.rows("posts")[0]["posted_at"] == NOON
    unsaid = taken(write("u.csv", body))
    assert (unsaid.receipt["zone"], unsaid.receipt["zone_assumed"]) == ("UTC", True)
    assert any("1 posts have local times" in n and "read as UTC (assumed" in n for n in unsaid.receipt["notes"])
    assert any("read as Asia/Baghdad (as --time-zone says)" in n for n in said.receipt["notes"])


def test_zones_are_judged_value_by_value(write, taken) -> None:
    body = "user,created,text\nelm,2014-06-09 12:00:05Z,a\noak,2014-06-09 12:00:06,b\nash,2014-06-09,c\nyew,no time,d\nfir,1402315205,e\n"
    found = taken(write("t.csv", body))
    clocks = {p["text"]: p["clock"] for p in found.rows("posts")}
    assert clocks == {"a": "exact", "b": "assumed_zone", "c": "day", "e": "exact"}
    assert found.receipt["reasons"] == {"no_time": 1}
    assert any("1 posts have local times" in n for n in found.receipt["notes"])


def test_a_heading_that_says_utc_is_believed(write, taken) -> None:
    for name in ("created_utc", "Date (UTC)", "timestampUTC"):
        found = taken(write(f"{name}.csv", f"user,{name},text\nelm,2014-06-09 12:00:05,x\n"))
        assert (found.receipt["clocks"], found.receipt["zone_assumed"]) == ({"exact": 1}, False)


def test_an_exact_column_is_taken_before_a_local_one(write, taken) -> None:
    found = taken(write("t.csv", "author,timestamp,unix_timestamp,body\nelm,2014-06-09 14:00:05,1402315205,x\n"))
    assert (found.receipt["mapping"]["time"], found.receipt["clocks"]) == ("unix_timestamp", {"exact": 1})


def test_whole_minutes_are_said(write, taken) -> None:
    found = taken(write("t.csv", "user,created,text\nelm,2014-06-09 12:00,x\n"))
    assert any("whole minutes" in n for n in found.receipt["notes"])
    rows = "".join(f"elm,{1402315200 + 60 * n},x{n}\n" for n in range(30))
    assert taken(write("u.csv", "user,created,text\n" + rows)).receipt["clocks"] == {"minute": 30}


def test_parquet_with_and_without_a_zone(write, taken) -> None:
    for kind, clock in (
        (pa.timestamp("ns", "Asia/Baghdad"), "exact"),
        (pa.timestamp("ms"), "assumed_zone"),
        (pa.date32(), "day"),
    ):
        times = pa.array([NOON], pa.timestamp("us", "UTC")).cast(pa.timestamp("us", "UTC"))
        column = times.cast(kind) if "ns" in str(kind) else times.cast(pa.timestamp("us")).cast(kind, safe=False)
        pq.write_table(pa.table({"user": ["elm"], "time": column}), path := write(f"{clock}.parquet", b""))
        found = taken(path)
        assert found.receipt["clocks"] == {clock: 1}
        assert found.rows("posts")[0]["posted_at"] == (DAY if clock == "day" else NOON)


def test_ids_are_held_against_stated_times_in_the_receipt(write, taken) -> None:
    flake = ((1402315205000 - 1288834974657) << 22) + 5
    right = taken(write("t.csv", f"tweet_id,user,created,text\n{flake},elm,2014-06-09T12:00:05Z,x\n"))
    assert right.receipt["id_time"]["compared"] == 1
    assert any("agree with the stated ones" in n and "1 posts compared" in n for n in right.receipt["notes"])
    wrong = taken(write("u.csv", f"tweet_id,user,created,text\n{flake},elm,2014-06-09 15:00:05,x\n"))
    assert any("3.00 h from the times inside" in n and "--time-zone" in n for n in wrong.receipt["notes"])


def test_a_missing_time_is_taken_from_the_id_and_marked(write, taken) -> None:
    flake = ((1402315205000 - 1288834974657) << 22) + 5
    v2 = taken(write("x.jsonl", lines=[{"id": str(flake), "author_id": "42", "text": "x", "public_metrics": {}}]))
    v11 = taken(
        write("y.jsonl", lines=[{"id_str": str(flake), "user": {"id_str": "42"}, "text": "x", "truncated": False}]),
        source="x_v11",
    )
    for found in (v2, v11):
        assert found.receipt["clocks"] == {"derived": 1}
        assert found.rows("posts")[0]["posted_at"] == NOON
