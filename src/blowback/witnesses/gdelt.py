"""GDELT events, tab-separated and without a header: 1.0 (57 columns to March 2013, 58 after) and 2.0 (61).

Columns: GDELT Data Format Codebooks 1.03 and 2.0; codes: CAMEO Codebook 1.1b3. GDELT counts news reports, not events.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from blowback.model.event import OTHER
from blowback.model.given import Guess, Head, Options
from blowback.witnesses import cells
from blowback.witnesses.tabular import headless
from blowback.witnesses.witness import Opened, SetAside, Witness

WIDTHS: Final = (57, 58, 61)
_ID, _DAY, _ACTOR1, _ACTOR2, _CODE, _ROOT = 0, 1, 6, 16, 26, 28
# (type, full name, country, adm1, latitude, longitude) of ActionGeo: three blocks of 7 columns from 35, of 8 in 2.0
_PLACE: Final = {57: (49, 50, 51, 52, 53, 54), 58: (49, 50, 51, 52, 53, 54), 61: (51, 52, 53, 54, 56, 57)}
# Codebook: 1 country, 2 US state, 3 US city, 4 world city, 5 world state: a centre of each. Kilometres are ours.
RADIUS_KM: Final = {1: 400.0, 2: 200.0, 3: 15.0, 4: 15.0, 5: 100.0}
DATE_DAYS: Final = 1.0  # ours: the day is read out of the article by a machine, often the day of printing
_CAMEO: Final = (
    ("1711", "seize"), ("1712", "destroy"), ("171", "seize"), ("173", "detain"), ("175", "attack"), ("181", "detain"),
    ("183", "ambush"), ("185", "ambush"), ("186", "ambush"), ("182", "attack"), ("180", "attack"), ("191", "besiege"),
    ("192", "capture"), ("194", "bombard"), ("195", "bombard"), ("19", "attack"), ("202", "execute"), ("203", "execute"),
    ("200", "attack"), ("0874", "withdraw"),
)  # fmt: skip


def sniff(head: Head) -> Guess:
    """By the number of tab-separated columns and what stands in some of them."""
    rows = [line.split(b"\t") for line in head.first.split(b"\n")[:6] if line]
    rows = rows[:-1] or rows
    width = {len(r) for r in rows}
    if len(width) != 1 or not width <= set(WIDTHS):
        return Guess(0.0, "is not 57, 58 or 61 tab-separated columns wide")
    fits = all(
        re.fullmatch(rb"\d+", r[_ID]) and re.fullmatch(rb"(19|20)\d{6}", r[_DAY]) and re.fullmatch(rb"\d{2}", r[_ROOT])
        for r in rows
    )
    if not fits:
        return Guess(0.0, "lacks GDELT's ids, days and CAMEO codes")
    return Guess(0.95, f"{width.pop()} tab-separated columns with ids, days and CAMEO codes")


def open_file(path: Path, head: Head, options: Options) -> Opened:
    """Open it."""
    del head
    note = (
        "GDELT holds news reports coded by a machine, not events: one event may stand in it hundreds of times, or under a "
        "wrong place. It is never taken as truth alone. Days are read as UTC days."
    )
    rows = headless(path, "events", lambda c: event(c, options))
    return Opened("gdelt", options.zone or "UTC", options.zone is None, {}, (note,), rows)


def event(c: Sequence[str], options: Options) -> Mapping[str, Any]:
    """One record.

    Raises:
        SetAside: a cut line, or no day.
    """
    if len(c) not in _PLACE:
        raise SetAside("ragged_row", f"{len(c)} cells, GDELT has 57, 58 or 61")
    kind, name, country, region, lat_at, lon_at = _PLACE[len(c)]
    at = cells.day(c[_DAY], "SQLDATE")
    since, until = cells.span(at, at, options.zone)
    lat, lon = cells.place(c[lat_at], c[lon_at])
    return {
        "event_id": "gdelt:" + cells.ident(c[_ID], "GLOBALEVENTID"),
        "event_source": "gdelt",
        "scope": "reports",
        "since": since,
        "until": until,
        "date_days": DATE_DAYS,
        "type": next((t for code, t in _CAMEO if c[_CODE].startswith(code)), OTHER),
        "coded": c[_CODE] or None,
        "actor": c[_ACTOR1] or None,
        "target": c[_ACTOR2] or None,
        "sides": cells.joined(c[_ACTOR1], c[_ACTOR2]),
        "country": c[country] or None,
        "region": c[region] or None,
        "place": c[name] or None,
        "lat": lat,
        "lon": lon,
        "radius_km": cells.code(c[kind] if c[kind] != "0" else "", RADIUS_KM, "ActionGeo_Type", 400.0)
        if lat is not None
        else None,
    }


gdelt: Final = Witness(
    "gdelt",
    "GDELT events",
    "tab-separated event files of GDELT 1.0 or 2.0 without a header (57, 58 or 61 columns)",
    ("events",),
    {"events": "event_id"},
    "reports",
    (
        "Events: it holds reports, so one kidnapping can be hundreds of rows.",
        "Silence says nothing: what no indexed outlet wrote about is not in it.",
        "Places are read out of articles by a machine and slip; so do roles and dates.",
        "Its reports may repeat the claim that is to be checked: it is no independent witness of it.",
    ),
    sniff,
    open_file,
)
