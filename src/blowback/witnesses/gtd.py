"""Global Terrorism Database (START): CSV of its yearly release.

Columns and codes: GTD Codebook (2021). START's terms of use apply to the data. "Terrorism" is the database's own term.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from blowback.model.given import Guess, Head, Options
from blowback.witnesses import cells
from blowback.witnesses.tabular import Cells, delimited, header
from blowback.witnesses.witness import Opened, SetAside, Witness

SIGNS: Final = frozenset({"eventid", "iyear", "imonth", "iday", "latitude", "longitude", "attacktype1"})
# Codebook: 1 the town's own coordinates; 2 a town whose coordinates are those of the smallest unit around it; 3 centre of the
# smallest unit; 4 centre of a first-order unit; 5 no unit known. Kilometres are ours; `vicinity` = 1 adds the neighbourhood.
RADIUS_KM: Final = {1: 5.0, 2: 40.0, 3: 40.0, 4: 100.0, 5: 400.0}
VICINITY_KM: Final = 20.0
APPROXIMATE_DAYS: Final = 7.0  # ours: `approxdate` says that the day is a guess, not by how much
_ATTACK: Final = {
    1: "ambush",
    2: "attack",
    3: "ambush",
    4: "seize",
    5: "detain",
    6: "detain",
    7: "destroy",
    8: "attack",
}


def sniff(head: Head) -> Guess:
    """By its column names."""
    found = set(header(head)[1]) >= SIGNS
    return Guess(1.0, "has GTD's columns eventid, iyear, attacktype1") if found else Guess(0.0, "lacks GTD's columns")


def open_file(path: Path, head: Head, options: Options) -> Opened:
    """Open it."""
    rows = delimited(path, head, "events", lambda c: event(c, options))
    note = "GTD holds attacks by others than states, lethal or not; what armies did is not in it. Days are " + (
        f"those of {options.zone}." if options.zone else "read as UTC days; say --time-zone for local ones."
    )
    return Opened("gtd", options.zone or "UTC", options.zone is None, {}, (note,), rows)


def event(c: Cells, options: Options) -> Mapping[str, Any]:
    """One record. Day or month 0 is unknown: the event then spans the month or the year.

    Raises:
        SetAside: it cannot be placed in time, or a code is unknown.
    """
    first, last = _days(c)
    if c.get("extended") in ("1", "1.0") and c.get("resolution"):
        last = max(last, cells.day(c["resolution"], "resolution", options.dates or "month-first"))
    since, until = cells.span(first, last, options.zone)
    lat, lon = cells.place(c["latitude"], c["longitude"])
    group, target = c.get("gname", ""), c.get("target1", "")
    deaths = cells.whole(c.get("nkill", ""), "nkill")
    return {
        "event_id": "gtd:" + cells.ident(c["eventid"], "eventid"),
        "event_source": "gtd",
        "scope": "violence",
        "since": since,
        "until": until,
        "date_days": APPROXIMATE_DAYS if c.get("approxdate") and first == last else 0.0,
        "type": _ATTACK.get(cells.whole(c["attacktype1"], "attacktype1") or 0),
        "coded": c.get("attacktype1_txt") or c["attacktype1"] or None,
        "actor": group if group != "Unknown" else None,
        "target": target if target != "Unknown" else None,
        "sides": cells.joined(group, c.get("targtype1_txt", "")),
        "country": c.get("country_txt") or None,
        "region": c.get("provstate") or None,
        "place": c.get("city") or None,
        "lat": lat,
        "lon": lon,
        "radius_km": _radius(c) if lat is not None else None,
        "deaths_low": deaths,
        "deaths_best": deaths,
        "deaths_high": deaths,
    }


def _days(c: Cells) -> tuple[dt.datetime, dt.datetime]:
    year, month, day = (cells.whole(c[n], n) or 0 for n in ("iyear", "imonth", "iday"))
    if not year:
        raise SetAside("no_date", "iyear is empty")
    first = cells.day(f"{year:04d}-{month or 1:02d}-{day or 1:02d}", "iyear, imonth, iday")
    if day:
        return first, first
    last = calendar.monthrange(year, month or 12)[1]
    return first, first.replace(month=month or 12, day=last)


def _radius(c: Cells) -> float:
    radius = cells.code(c.get("specificity", ""), RADIUS_KM, "specificity", 100.0)
    return radius + (VICINITY_KM if c.get("vicinity") in ("1", "1.0") else 0.0)


gtd: Final = Witness(
    "gtd",
    "Global Terrorism Database",
    "CSV of the Global Terrorism Database with its own column names (a workbook saved as CSV)",
    ("events",),
    {"events": "event_id"},
    "violence",
    (
        "Nothing done by states or armies, and no battle between them and others that START does not count as an attack.",
        "No change of control: captures, withdrawals, sieges are not in it.",
        "1993 is missing; recent years may not be out yet.",
        "Half of the attacks name no group.",
    ),
    sniff,
    open_file,
)
