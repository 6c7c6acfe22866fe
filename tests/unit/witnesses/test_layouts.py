"""Each layout of event data: what its rows become, and what is said of rows that cannot be used."""

# ruff: noqa: E501, DTZ001  # records of an export on one line; zone-less UTC is the house form

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from blowback.errors import UnknownFormat, WrongMapping
from blowback.model.claim import TYPES
from blowback.model.event import OTHER, SCOPES, observes
from blowback.model.tables import TABLES
from blowback.witnesses import WITNESSES
from blowback.witnesses.acled import _EVENT, _SUB
from blowback.witnesses.gtd import _ATTACK

from .conftest import ACLED, GED, GTD, Give, gdelt_line, table


def test_every_witness_declares_tables_keys_scope_and_what_it_cannot_contain() -> None:
    for witness in WITNESSES:
        assert set(witness.tables) <= set(TABLES)
        assert set(witness.keys) <= set(witness.tables)
        assert witness.scope in SCOPES
        assert witness.cannot
    assert {w.id for w in WITNESSES} == {"ucdp_ged", "acled", "gtd", "gdelt", "events"}


def test_what_a_source_would_hold_is_declared() -> None:
    assert "capture" not in observes("ucdp_ged", "lethal")
    assert "attack" in observes("ucdp_ged", "lethal")
    assert "capture" in observes("acled", "violence")
    assert "capture" not in observes("gtd", "violence")
    assert observes("gdelt", "reports") == frozenset()
    assert observes("monitor", "any") == frozenset(TYPES)


def test_types_are_ours_or_other() -> None:
    for mapped in (_SUB, _EVENT, _ATTACK):
        assert set(mapped.values()) <= {*TYPES, OTHER}


def test_ged(give: Give, tmp_path: Path) -> None:
    one_sided = {
        **GED,
        "id": "7002.0",
        "type_of_violence": "3",
        "where_prec": "4",
        "date_prec": "2.0",
        "date_end": "2031-03-06T00:00:00.000000",
    }
    receipt, events = give(table(tmp_path / "ged.csv", GED, one_sided))
    first, second = events.to_pylist()
    assert (receipt["source"], receipt["read"], receipt["kept"], receipt["events"]) == ("ucdp_ged", 2, 2, 2)
    assert first["event_id"] == "ucdp_ged:7001"
    assert (first["scope"], first["type"], first["coded"]) == ("lethal", None, "state-based")
    assert (first["since"], first["until"]) == (dt.datetime(2031, 3, 5), dt.datetime(2031, 3, 6))
    assert (first["lat"], first["lon"], first["radius_km"], first["date_days"]) == (0.42, -31.2, 3.0, 0.0)
    assert (first["deaths_low"], first["deaths_best"], first["deaths_high"], first["place"]) == (
        1,
        1,
        2,
        "Oakford town",
    )
    assert (second["event_id"], second["type"], second["radius_km"]) == ("ucdp_ged:7002", "execute", 100.0)
    assert second["until"] == dt.datetime(2031, 3, 7)
    assert second["date_days"] == 4.0  # the code says up to six days, start and end state two
    assert (first["line"], second["line"], first["record_no"]) == (2, 3, 2)
    assert "bloodless" in receipt["notes"][0]


def test_older_column_names_of_ged_and_a_zone(give: Give, tmp_path: Path) -> None:
    old = {
        **{k: v for k, v in GED.items() if k not in ("best", "high", "low")},
        "best_est": "4",
        "high_est": "5",
        "low_est": "3",
    }
    receipt, events = give(table(tmp_path / "ged.csv", old, delimiter=";"), zone="Asia/Baghdad")
    row = events.to_pylist()[0]
    assert (row["deaths_low"], row["deaths_best"], row["deaths_high"]) == (3, 4, 5)
    assert row["since"] == dt.datetime(2031, 3, 4, 21)
    assert (receipt["zone"], receipt["zone_assumed"]) == ("Asia/Baghdad", False)


def test_acled_new_and_old(give: Give, tmp_path: Path) -> None:
    _, events = give(table(tmp_path / "new.csv", ACLED))
    row = events.to_pylist()[0]
    assert (row["event_id"], row["type"], row["scope"]) == ("acled:LIN12", "capture", "violence")
    assert (row["since"], row["date_days"], row["radius_km"], row["deaths_best"]) == (
        dt.datetime(2031, 3, 5),
        0.0,
        25.0,
        3,
    )
    old = {
        "EVENT_ID_CNTY": "9LIN", "EVENT_ID_NO_CNTY": "9", "EVENT_DATE": "03/04/2015", "YEAR": "2015", "TIME_PRECISION": "2",
        "EVENT_TYPE": "Battle-Government regains territory", "ACTOR1": "Military Forces of Lindwell", "ACTOR2": "North Guild", "COUNTRY": "Lindwell",
        "ADMIN1": "Lindwell valley", "LOCATION": "Oakford", "LATITUDE": "0.42", "LONGITUDE": "-31.2", "GEO_PRECISION": "1", "FATALITIES": "0",
    }  # fmt: skip
    _, events = give(table(tmp_path / "old.csv", old))
    row = events.to_pylist()[1]
    assert (row["event_id"], row["type"], row["date_days"]) == ("acled:9LIN", "capture", 3.5)
    assert row["since"] == dt.datetime(2015, 4, 3)  # ACLED writes the day first


@pytest.mark.parametrize(
    ("change", "since", "until", "date_days", "radius"),
    [
        ({}, (3, 5), (3, 6), 0.0, 5.0),
        ({"iday": "0"}, (3, 1), (4, 1), 0.0, 5.0),
        ({"approxdate": "early March"}, (3, 5), (3, 6), 7.0, 5.0),
        ({"extended": "1", "resolution": "3/9/2031"}, (3, 5), (3, 10), 0.0, 5.0),
        ({"specificity": "3", "vicinity": "1"}, (3, 5), (3, 6), 0.0, 60.0),
    ],
)
def test_gtd(
    give: Give, tmp_path: Path, change: dict[str, str], since: Any, until: Any, date_days: float, radius: float
) -> None:
    _, events = give(table(tmp_path / "gtd.csv", {**GTD, **change}))
    row = events.to_pylist()[0]
    assert (row["event_id"], row["type"], row["actor"], row["deaths_best"]) == ("gtd:203103050001", "ambush", None, 2)
    assert (row["since"], row["until"]) == (dt.datetime(2031, *since), dt.datetime(2031, *until))
    assert (row["date_days"], row["radius_km"]) == (date_days, radius)


@pytest.mark.parametrize("width", [57, 58, 61])
def test_gdelt(give: Give, tmp_path: Path, width: int) -> None:
    lines = [
        gdelt_line(width),
        gdelt_line(width, 900002, code="043"),
        gdelt_line(width, 900003, code="192", geo="1"),
        gdelt_line(width)[:40],
    ]
    (tmp_path / "20310305.export.CSV").write_text("\n".join(lines) + "\n")
    receipt, events = give(tmp_path / "20310305.export.CSV")
    assert (receipt["source"], receipt["read"], receipt["kept"], receipt["set_aside"]) == ("gdelt", 4, 3, 1)
    assert receipt["reasons"] == {"ragged_row": 1}
    assert events.column("type").to_pylist() == ["attack", OTHER, "capture"]
    assert events.column("radius_km").to_pylist() == [15.0, 15.0, 400.0]
    row = events.to_pylist()[0]
    assert (row["scope"], row["place"], row["lat"], row["lon"], row["actor"]) == (
        "reports",
        "Oakford, Lindwell",
        0.42,
        -31.2,
        "GUILD",
    )


def test_any_table(give: Give, tmp_path: Path) -> None:
    rows = [
        {"when": "2031-03-05", "y": "0.42", "x": "-31.2", "what": "Capture", "who": "Guild"},
        {"when": "2031-03-06", "y": "", "x": "", "what": "fair", "who": ""},
    ]
    path = table(tmp_path / "monitor.csv", *rows, rows[0])
    mapping = {
        "time": "when",
        "lat": "y",
        "lon": "x",
        "type": "what",
        "actor": "who",
        "source": "=monitor",
        "scope": "=violence",
    }
    receipt, events = give(path, source="events", mapping=mapping)
    assert (receipt["read"], receipt["kept"], receipt["duplicate"]) == (3, 2, 1)
    first, second = events.to_pylist()
    assert (first["event_source"], first["scope"], first["type"]) == ("monitor", "violence", "capture")
    assert (second["type"], second["coded"], second["lat"]) == (None, "fair", None)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({}, "no column for the time"),
        ({"time": "when", "colour": "x"}, "colour"),
        ({"time": "hour"}, "no such column"),
        ({"time": "when", "scope": "=everything"}, "everything"),
    ],
)
def test_a_mapping_that_does_not_fit_names_what_would(
    give: Give, tmp_path: Path, mapping: dict[str, str], told: str
) -> None:
    path = table(tmp_path / "monitor.csv", {"when": "2031-03-05", "x": "1"})
    with pytest.raises(WrongMapping, match=told) as caught:
        give(path, source="events", mapping=mapping)
    assert caught.value.hint


def test_a_named_layout_that_is_no_table(give: Give, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing but a sentence\n")
    with pytest.raises(UnknownFormat, match="no row of column names"):
        give(tmp_path / "notes.txt", source="events", mapping={"time": "when"})
