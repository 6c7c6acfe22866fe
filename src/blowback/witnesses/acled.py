"""ACLED (Armed Conflict Location & Event Data): its CSV exports, before and after the column changes of 2019 and 2023.

Columns and precision codes: ACLED Codebook (2023 and version 8, 2017). ACLED's terms of use apply to the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from blowback.model.event import OTHER
from blowback.model.given import Guess, Head, Options
from blowback.witnesses import cells
from blowback.witnesses.tabular import Cells, delimited, header
from blowback.witnesses.witness import Opened, Witness

SIGNS: Final = frozenset(
    {"event_id_cnty", "event_date", "time_precision", "geo_precision", "actor1", "latitude", "longitude"}
)
_OLD: Final = {"time_prec": "time_precision", "geo_precis": "geo_precision", "geo_prec": "geo_precision"}
# Codebook: 1 a named town with its coordinates; 2 near a town, or part of a region; 3 a larger region. Kilometres are ours.
RADIUS_KM: Final = {1: 5.0, 2: 25.0, 3: 80.0}
# Codebook: 1 the day is known; 2 the week; 3 the month, whose middle is entered. Days either way.
DATE_DAYS: Final = {1: 0.0, 2: 3.5, 3: 15.5}
_SUB: Final = {
    "armed clash": "attack", "attack": "execute", "government regains territory": "capture",
    "non-state actor overtakes territory": "capture", "non-violent transfer of territory": "withdraw",
    "headquarters or base established": "capture", "air/drone strike": "bombard",
    "shelling/artillery/missile attack": "bombard", "chemical weapon": "bombard", "remote explosive/landmine/ied": "ambush",
    "suicide bomb": "ambush", "grenade": "ambush", "abduction/forced disappearance": "detain", "arrests": "detain",
    "looting/property destruction": "destroy", "disrupted weapons use": "seize", "sexual violence": OTHER, "agreement": OTHER,
    "mob violence": OTHER, "violent demonstration": OTHER, "peaceful protest": OTHER, "protest with intervention": OTHER,
    "excessive force against protesters": OTHER, "change to group/activity": OTHER,
}  # fmt: skip
_EVENT: Final = {
    "battle-no change of territory": "attack", "battle-non-state actor overtakes territory": "capture",
    "battle-government regains territory": "capture", "battles": "attack", "violence against civilians": "execute",
    "headquarters or base established": "capture", "non-violent transfer of territory": "withdraw", "riots/protests": OTHER,
    "protests": OTHER, "riots": OTHER,
}  # fmt: skip


def sniff(head: Head) -> Guess:
    """By its column names."""
    names = {_OLD.get(n, n) for n in header(head)[1]}
    if names >= SIGNS:
        return Guess(1.0, "has ACLED's columns event_id_cnty, time_precision, geo_precision")
    return Guess(0.0, "lacks ACLED's columns")


def open_file(path: Path, head: Head, options: Options) -> Opened:
    """Open it; ACLED writes the day before the month."""
    rows = delimited(path, head, "events", lambda c: event({_OLD.get(n, n): v for n, v in c.items()}, options))
    note = (
        "ACLED holds political violence, protest and some strategic developments; deaths are the most cautious count reported, "
        "and actor 1 is not the attacker by rule. "
        "Days are "
        + (f"those of {options.zone}." if options.zone else "read as UTC days; say --time-zone for local ones.")
    )
    return Opened("acled", options.zone or "UTC", options.zone is None, {}, (note,), rows)


def event(c: Cells, options: Options) -> Mapping[str, Any]:
    """One record.

    Raises:
        SetAside: it cannot be placed in time, or a code is unknown.
    """
    at = cells.day(c["event_date"], "event_date", options.dates or "day-first")
    since, until = cells.span(at, at, options.zone)
    lat, lon = cells.place(c["latitude"], c["longitude"])
    kind, sub = c.get("event_type", ""), c.get("sub_event_type", "")
    first, second = c["actor1"], c.get("actor2", "")
    deaths = cells.whole(c.get("fatalities", ""), "fatalities")
    return {
        "event_id": "acled:" + cells.ident(c["event_id_cnty"], "event_id_cnty"),
        "event_source": "acled",
        "scope": "violence",
        "since": since,
        "until": until,
        "date_days": cells.code(c["time_precision"], DATE_DAYS, "time_precision", 15.5),
        "type": _SUB.get(sub.lower()) or _EVENT.get(kind.lower()),
        "coded": ": ".join(p for p in (kind, sub) if p) or None,
        "actor": first or None,
        "target": second or None,
        "sides": cells.joined(first, second),
        "country": c.get("country") or None,
        "region": c.get("admin1") or None,
        "place": c.get("location") or None,
        "lat": lat,
        "lon": lon,
        "radius_km": cells.code(c["geo_precision"], RADIUS_KM, "geo_precision", 80.0) if lat is not None else None,
        "deaths_low": deaths,
        "deaths_best": deaths,
        "deaths_high": deaths,
    }


acled: Final = Witness(
    "acled",
    "ACLED",
    "CSV exports of ACLED with its own column names, older ones (event_id_cnty, TIME_PRECISION, EVENT_TYPE) included",
    ("events",),
    {"events": "event_id"},
    "violence",
    (
        "Changes of control are coded where a battle or a transfer was reported; a quiet withdrawal may be missing.",
        "Actor 1 and actor 2 are the parties, not attacker and victim.",
        "Counts of deaths are the most cautious figure reported, often none.",
        "Coverage begins in different years for different countries (Iraq and Syria: 2016 and 2017).",
    ),
    sniff,
    open_file,
)
