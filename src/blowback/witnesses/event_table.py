"""Events in any table: columns named by the user (`--format events --map time=..,lat=..,lon=..,type=..`).

The event file of `blowback simulate` is recognised by its columns and read as such a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from xxhash import xxh3_64_hexdigest

from blowback.errors import WrongMapping
from blowback.model.claim import TYPES
from blowback.model.event import SCOPES
from blowback.model.given import Guess, Head, Options
from blowback.model.locator import Locator
from blowback.witnesses import cells
from blowback.witnesses.tabular import Cells, delimited, header
from blowback.witnesses.witness import Opened, Witness

FIELDS: Final = {
    "time": "day or first day (needed)", "until": "last day, where it is another",
    "id": "its id; without one, rows that say the same are one event",
    "lat": "latitude", "lon": "longitude", "radius_km": "uncertainty of the place", "date_days": "uncertainty of the date",
    "type": "type of action: one of ours, or any word (then kept as coded)", "actor": "who acted", "target": "on whom",
    "sides": "who fights whom", "country": "country", "region": "region", "place": "name of the place", "deaths": "deaths",
    "source": "name of the event source: `source==monitor` for a fixed word", "scope": "what it can contain: `scope==lethal`",
}  # fmt: skip
SIMULATED: Final = {
    "id": "id", "time": "date_start", "until": "date_end", "type": "event_type", "lat": "latitude", "lon": "longitude",
    "place": "where_coordinates", "region": "adm_1", "country": "country", "source": "=simulated",
}  # fmt: skip
_SIMULATED_SIGNS: Final = frozenset(
    {"event_type", "number_of_sources", "where_prec", "date_prec", "date_start", "best"}
)


# What plain tables of events call our fields; the first name that is there is taken.
PLAIN: Final = {
    "id": ("event_id", "id"), "time": ("date", "event_date", "date_start", "start_date"), "until": ("date_end", "end_date"),
    "type": ("event_type", "type", "kind"), "lat": ("latitude", "lat"), "lon": ("longitude", "lon", "lng", "long"),
    "place": ("place", "location", "town", "city"), "region": ("region", "admin1", "adm_1"), "country": ("country",),
    "actor": ("actor", "perpetrator", "actor1"), "target": ("target", "victim", "actor2"),
    "deaths": ("deaths", "fatalities", "killed"),
}  # fmt: skip
# columns of posts: a table that has one is no table of events
_OF_POSTS: Final = frozenset(
    {
        "text",
        "message",
        "body",
        "content",
        "author",
        "account",
        "user",
        "username",
        "user_id",
        "handle",
        "from",
        "tweet",
    }
)
_NEEDED: Final = ("time", "type", "lat", "lon")


def plain_mapping(names: Iterable[str]) -> dict[str, str]:
    """Field -> column of a plain table of events; empty where a day, a type or a point is missing, or posts are in it."""
    held = set(names)
    found = {f: next((n for n in aka if n in held), "") for f, aka in PLAIN.items()}
    if held & _OF_POSTS or not all(found[f] for f in _NEEDED):
        return {}
    return {f: n for f, n in found.items() if n}


def sniff(head: Head) -> Guess:
    """The simulator's file, and plain tables that name a day, a type and a point of each event; others have to be named."""
    names = set(header(head)[1])
    if names >= _SIMULATED_SIGNS and "type_of_violence" not in names:
        return Guess(0.95, "has the columns of the simulator's event file")
    if plain_mapping(names):
        return Guess(0.9, "names a day, a type and a point of each row, and no author or text")
    return Guess(0.0, "is no event file of the simulator")


def open_file(path: Path, head: Head, options: Options) -> Opened:
    """Open it.

    Raises:
        WrongMapping: no column for the time, a field that does not exist, a column the file does not have.
        UnknownFormat: it has no row of column names.
    """
    names = header(head)[1]
    simulated = set(names) >= _SIMULATED_SIGNS
    mapping = dict(options.mapping) or (SIMULATED if simulated else plain_mapping(names))
    build = delimited(path, head, "events", lambda c: event(_mapped(c, mapping), options))
    _check(mapping, header(head)[1], path)
    scope = mapping.get("scope", "=any").removeprefix("=")
    says = SCOPES[scope].says if scope in SCOPES else "as a column says"
    note = f"Read as events of the scope '{scope}': {says}. Days are read as those of {options.zone or 'UTC'}."
    return Opened("events", options.zone or "UTC", options.zone is None, mapping, (note,), build)


def _check(mapping: Mapping[str, str], names: tuple[str, ...], path: Path) -> None:
    at = Locator(path.name)
    if unknown := sorted(mapping.keys() - FIELDS.keys()):
        raise WrongMapping(
            f"--map: no field of events is called {unknown[0]!r}", hint=f"Fields are: {', '.join(FIELDS)}", at=at
        )
    if "time" not in mapping:
        raise WrongMapping(
            "--map names no column for the time of an event",
            hint=f"Write --map time=COLUMN,lat=COLUMN,lon=COLUMN,type=COLUMN; its columns are: {', '.join(names)}",
            at=at,
        )
    for field, column in mapping.items():
        if not column.startswith("=") and column.lower() not in names:
            raise WrongMapping(
                f"--map {field}={column}: there is no such column",
                hint=f"Its columns are: {', '.join(names)}; a fixed word is written {field}==word",
                at=at,
            )
    scope = mapping.get("scope", "=any")
    if scope.startswith("=") and scope[1:] not in SCOPES:
        raise WrongMapping(f"--map scope={scope}: not known", hint=f"Scopes are: {', '.join(SCOPES)}", at=at)


def _mapped(c: Cells, mapping: Mapping[str, str]) -> Cells:
    return {f: col[1:] if col.startswith("=") else c[col.lower()] for f, col in mapping.items()}


def event(c: Cells, options: Options) -> Mapping[str, Any]:
    """One record, its cells under our fields.

    Raises:
        SetAside: it cannot be placed in time, or a value cannot be read.
    """
    first = cells.day(c["time"], "time", options.dates)
    last = cells.day(c.get("until") or c["time"], "until", options.dates)
    since, until = cells.span(first, last, options.zone)
    lat, lon = cells.place(c.get("lat", ""), c.get("lon", ""))
    kind, source = c.get("type", ""), c.get("source") or options.platform or "events"
    deaths = cells.whole(c.get("deaths", ""), "deaths")
    return {
        "event_id": f"{source}:" + (cells.ident(c["id"], "id") if "id" in c else _same(c)),
        "event_source": source,
        "scope": c.get("scope") if c.get("scope") in SCOPES else "any",
        "since": since,
        "until": until,
        "date_days": cells.number(c.get("date_days", ""), "date_days") or 0.0,
        "type": kind.lower() if kind.lower() in TYPES else None,
        "coded": kind or None,
        **{n: c.get(n) or None for n in ("actor", "target", "country", "region", "place")},
        "sides": c.get("sides") or cells.joined(c.get("actor", ""), c.get("target", "")),
        "lat": lat,
        "lon": lon,
        "radius_km": cells.number(c.get("radius_km", ""), "radius_km") if lat is not None else None,
        "deaths_low": deaths,
        "deaths_best": deaths,
        "deaths_high": deaths,
    }


def _same(c: Cells) -> str:
    """Without an id, rows that say the same are one event."""
    return xxh3_64_hexdigest("\x1f".join(f"{n}={c[n]}" for n in sorted(c)).encode())


events: Final = Witness(
    "events",
    "Events in any table",
    "a CSV table whose columns are named with --map (time, until, id, lat, lon, type, actor, target, place, ...)",
    ("events",),
    {"events": "event_id"},
    "any",
    ("What it leaves out is not known: say --map scope==lethal, violence, reports or any.",),
    sniff,
    open_file,
)
