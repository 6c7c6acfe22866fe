"""Small event files in every layout, written for these tests: invented valleys, market stalls and names."""

# ruff: noqa: E501  # records of an export on one line

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.desk import Desk
from blowback.model.given import Options

GED: dict[str, Any] = {
    "id": "7001", "year": "2031", "type_of_violence": "1", "conflict_name": "Lindwell: Government", "dyad_name": "Government of Lindwell - North Guild",
    "side_a": "Government of Lindwell", "side_b": "North Guild", "number_of_sources": "2", "where_prec": "1", "where_coordinates": "Oakford town",
    "adm_1": "Lindwell valley", "adm_2": "Oakford", "latitude": "0.42", "longitude": "-31.2", "country": "Lindwell", "event_clarity": "1", "date_prec": "1",
    "date_start": "2031-03-05 00:00:00.000", "date_end": "2031-03-05 00:00:00.000", "deaths_a": "1", "deaths_b": "0", "deaths_civilians": "0",
    "deaths_unknown": "0", "best": "1", "high": "2", "low": "1",
}  # fmt: skip
ACLED: dict[str, Any] = {
    "event_id_cnty": "LIN12", "event_date": "05 March 2031", "year": "2031", "time_precision": "1", "disorder_type": "Political violence",
    "event_type": "Battles", "sub_event_type": "Non-state actor overtakes territory", "actor1": "North Guild", "assoc_actor_1": "", "inter1": "2",
    "actor2": "Military Forces of Lindwell", "assoc_actor_2": "", "inter2": "1", "interaction": "12", "iso": "999", "region": "Nowhere", "country": "Lindwell",
    "admin1": "Lindwell valley", "admin2": "Oakford", "admin3": "", "location": "Oakford", "latitude": "0.42", "longitude": "-31.2", "geo_precision": "2",
    "source": "The Oakford Post", "source_scale": "National", "notes": "A note, with a comma.", "fatalities": "3", "timestamp": "1700000000",
}  # fmt: skip
GTD: dict[str, Any] = {
    "eventid": "203103050001", "iyear": "2031", "imonth": "3", "iday": "5", "approxdate": "", "extended": "0", "resolution": "", "country": "999",
    "country_txt": "Lindwell", "region": "1", "region_txt": "Nowhere", "provstate": "Lindwell valley", "city": "Oakford", "latitude": "0.42",
    "longitude": "-31.2", "specificity": "1", "vicinity": "0", "attacktype1": "3", "attacktype1_txt": "Bombing/Explosion", "targtype1_txt": "Market",
    "target1": "Stall 4", "gname": "Unknown", "nkill": "2.0", "nwound": "1",
}  # fmt: skip
Give = Callable[..., tuple[Mapping[str, Any], pa.Table]]


def table(path: Path, *rows: Mapping[str, Any], delimiter: str = ",") -> Path:
    """A CSV file of these rows."""
    with path.open("w", newline="", encoding="utf-8") as out:
        to = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        to.writeheader()
        to.writerows(rows)
    return path


def gdelt_line(width: int, number: int = 900001, day: str = "20310305", code: str = "193", geo: str = "4") -> str:
    """One line of GDELT with 57, 58 or 61 columns."""
    cells = [""] * width
    cells[0], cells[1], cells[6], cells[16], cells[26], cells[28] = (
        str(number),
        day,
        "GUILD",
        "LINDWELL",
        code,
        code[:2],
    )
    at = 51 if width == 61 else 49
    cells[at], cells[at + 1], cells[at + 2] = geo, "Oakford, Lindwell", "LW"
    cells[at + (5 if width == 61 else 4)], cells[at + (6 if width == 61 else 5)] = "0.42", "-31.2"
    return "\t".join(cells)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.new(tmp_path / "case")


@pytest.fixture
def give(case: Case) -> Give:
    """Take a file in; returns its receipt and all events of the case."""

    def taken(path: Path, **options: Any) -> tuple[Mapping[str, Any], pa.Table]:
        receipt = ingest(case, [path], Options(**options)).exhibits[0]
        return receipt, Desk(case.path).table("events")

    return taken
