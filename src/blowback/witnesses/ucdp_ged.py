"""UCDP Georeferenced Event Dataset (GED), candidate events included: CSV, versions 1 to 25.

Columns and precision codes: UCDP GED Codebook 25.1 (Uppsala University). Data are CC BY 4.0 by UCDP's own terms: cite them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from blowback.model.given import Guess, Head, Options
from blowback.witnesses import cells
from blowback.witnesses.tabular import Cells, delimited, header
from blowback.witnesses.witness import Opened, Witness

SIGNS: Final = frozenset(
    {"id", "where_prec", "date_prec", "date_start", "date_end", "latitude", "longitude", "type_of_violence"}
)
# Codebook: 1 exact location; 2 within about 25 km of a known point; 3 second-order unit; 4 first-order unit; 5 linear or fuzzy
# feature, or a part of a first-order unit; 6 country; 7 international waters or air space. Kilometres of 3 to 7 are ours.
RADIUS_KM: Final = {1: 3.0, 2: 25.0, 3: 40.0, 4: 100.0, 5: 80.0, 6: 400.0, 7: 400.0}
# Codebook: 1 exact day; 2 within 2 to 6 days; 3 within a week; 4 within a month; 5 within more than a month.
# The longest span of each code, in days: start and end state the span, so only what they leave out is uncertain.
SPAN_DAYS: Final = {1: 1.0, 2: 6.0, 3: 7.0, 4: 31.0, 5: 366.0}
_TYPE: Final = {3: "execute"}  # one-sided: against civilians. 1 and 2 do not say how: clash, shelling or ambush


def sniff(head: Head) -> Guess:
    """By its column names."""
    names = set(header(head)[1])
    found = names >= SIGNS and bool(names & {"best", "best_est"})
    return (
        Guess(1.0, "has UCDP's columns where_prec, date_prec, type_of_violence") if found else Guess(0.0, "lacks them")
    )


def open_file(path: Path, head: Head, options: Options) -> Opened:
    """Open it; `--time-zone` says whose days its days are."""
    rows = delimited(path, head, "events", lambda c: event(c, options))
    note = (
        "UCDP GED holds only events in which somebody died: bloodless captures, arrests and damage are not in it. "
        "Days are "
        + (f"those of {options.zone}." if options.zone else "read as UTC days; say --time-zone for local ones.")
    )
    return Opened("ucdp_ged", options.zone or "UTC", options.zone is None, {}, (note,), rows)


def event(c: Cells, options: Options) -> Mapping[str, Any]:
    """One record.

    Raises:
        SetAside: it cannot be placed in time, or a code is unknown.
    """
    first = cells.day(c["date_start"], "date_start", options.dates)
    last = cells.day(c["date_end"] or c["date_start"], "date_end", options.dates)
    since, until = cells.span(first, last, options.zone)
    stated = (until - since).total_seconds() / 86400
    lat, lon = cells.place(c["latitude"], c["longitude"])
    kind = cells.whole(c["type_of_violence"], "type_of_violence")
    return {
        "event_id": "ucdp_ged:" + cells.ident(c["id"], "id"),
        "event_source": "ucdp_ged",
        "scope": "lethal",
        "since": since,
        "until": until,
        "date_days": max(0.0, cells.code(c["date_prec"], SPAN_DAYS, "date_prec", 1.0) - stated),
        "type": _TYPE.get(kind or 0),
        "coded": {1: "state-based", 2: "non-state", 3: "one-sided"}.get(kind or 0, c["type_of_violence"]) or None,
        "actor": c.get("side_a") or None,
        "target": c.get("side_b") or None,
        "sides": c.get("dyad_name") or cells.joined(c.get("side_a", ""), c.get("side_b", "")),
        "country": c.get("country") or None,
        "region": c.get("adm_1") or None,
        "place": c.get("where_coordinates") or None,
        "lat": lat,
        "lon": lon,
        "radius_km": cells.code(c["where_prec"], RADIUS_KM, "where_prec", 400.0) if lat is not None else None,
        "deaths_low": cells.whole(c.get("low") or c.get("low_est", ""), "low"),
        "deaths_best": cells.whole(c.get("best") or c.get("best_est", ""), "best"),
        "deaths_high": cells.whole(c.get("high") or c.get("high_est", ""), "high"),
    }


ucdp_ged: Final = Witness(
    "ucdp_ged",
    "UCDP Georeferenced Event Dataset",
    "CSV of UCDP GED (or its candidate events) with its own column names",
    ("events",),
    {"events": "event_id"},
    "lethal",
    (
        "Nothing in which nobody died: bloodless captures, withdrawals, sieges, arrests, destruction.",
        "Nothing below 25 deaths a year for a dyad in the yearly data sets (the candidate events have no such floor).",
        "It does not say who attacked: side A and side B are the parties, not attacker and victim.",
        "It does not say how: an air strike, a clash and a roadside bomb are one type.",
    ),
    sniff,
    open_file,
)
