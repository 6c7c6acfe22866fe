"""What a reviewer typed, as columns of the claims table: `place=2 time=2014-06-10..2014-06-11 quantity=30-40 killed`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from blowback.errors import UsageError
from blowback.model.claim import MODALITIES, TYPES
from blowback.model.judgement import PLACE, QUANTITY, ROLES, checked

Row = Mapping[str, Any]
FIELDS: Final[dict[str, str]] = {
    "modality": ", ".join(MODALITIES),
    "polarity": "affirmed or negated",
    "type": ", ".join(TYPES) + ", or none",
    "actor": "who acts, as in the text",
    "target": "on whom or what, as in the text",
    "place": "the number of a candidate, an id of the gazetteer, NAME@lat,lon,radius_km, or none",
    "time": "2014-06-10, 2014-06-10..2014-06-12, 2014-06-10T12:00..2014-06-10T18:00Z, or none; days in the zone of the theatre",
    "quantity": "30, 30-40 or 30+, then what is counted and its role: '30-40 killed enemy_loss'; or none",
}
_PAIR: Final = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)
_TYPED: Final = re.compile(r"""\s*([a-z_]+)=("[^"]*"|'[^']*'|\S*)(?=\s|$)""")
_QUOTES: Final = ('"', "'")
_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)(?:(\+)|\s*(?:-|–|\.\.)\s*(\d+(?:\.\d+)?))?(?:\s+(.*))?", re.DOTALL)
_AT: Final = re.compile(r"(.+)@(-?[\d.]+),(-?[\d.]+)(?:,([\d.]+))?", re.DOTALL)
_RADIUS: Final = 8.0  # km, of a town (claims, 4.3)


def pairs_in(words: Sequence[str]) -> tuple[dict[str, str], str]:
    """`field=value` words at the beginning, and the rest as the reviewer's reason.

    Raises:
        UsageError: a field that is none.
    """
    given: dict[str, str] = {}
    rest = list(words)
    while rest and (found := _PAIR.fullmatch(rest[0])):
        name, value = found.groups()
        if name not in FIELDS:
            raise UsageError(f"{name} is no field of a claim", hint=f"Fields are: {', '.join(FIELDS)}")
        given[name] = value.strip()
        rest.pop(0)
    return given, " ".join(rest)


def typed(line: str) -> tuple[dict[str, str], str]:
    """The same from one line as typed: quotes around a value that has spaces; the reason may hold any.

    Raises:
        UsageError: a field that is none.
    """
    words: list[str] = []
    at = 0
    while found := _TYPED.match(line, at):
        name, value = found.groups()
        words.append(
            f"{name}={value[1:-1] if value[:1] in _QUOTES and value[-1] == value[0] and len(value) > 1 else value}"
        )
        at = found.end()
    given, _ = pairs_in(words)
    return given, line[at:].strip()


def columns_of(
    given: Mapping[str, str], candidates: Sequence[Row], look_up: Callable[[str], Row | None], zone: str = "UTC"
) -> dict[str, Any]:
    """The columns to replace.

    Args:
        given: field -> value as typed (see `FIELDS`).
        candidates: the places that the claim's name may mean, in the order shown.
        look_up: a place of the gazetteer by id, None where there is none of that id.
        zone: in which days and times without a Z are meant.

    Raises:
        UsageError: a value that does not fit; the hint lists those that do.
    """
    out: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FIELDS:
            raise UsageError(f"{name} is no field of a claim", hint=f"Fields are: {', '.join(FIELDS)}")
        try:
            if name == "place":
                out |= _place(value, candidates, look_up)
            elif name == "time":
                out |= _time(value, zone)
            elif name == "quantity":
                out |= _quantity(value)
            else:
                out[name] = "" if name == "type" and value == "none" else value
            checked(out)
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{name}={value}: {error}", hint=f"{name} is: {FIELDS[name]}") from error
    return out


def _place(value: str, candidates: Sequence[Row], look_up: Callable[[str], Row | None]) -> Row:
    if value == "none":
        return dict.fromkeys(PLACE)
    if value.isdigit():
        if not 1 <= int(value) <= len(candidates):
            raise ValueError(f"there is no candidate {value}")
        return _as_columns(candidates[int(value) - 1])
    if found := _AT.fullmatch(value):
        name, lat, lon, radius = found.groups()
        if radius and float(radius) == 0:
            raise ValueError("the radius of a place is above 0 km")
        return dict(zip(PLACE, (name.strip(), float(lat), float(lon), float(radius or _RADIUS)), strict=True))
    known = next((c for c in candidates if c.get("id") == value), None) or look_up(value)
    if known is None:
        raise ValueError("no place has that id")
    return _as_columns(known)


def _as_columns(place: Row) -> Row:
    return {
        "place_name": str(place["name"]), "lat": float(place["lat"]), "lon": float(place["lon"]),
        "radius_km": float(place["radius_km"]),
    }  # fmt: skip


def _time(value: str, zone: str) -> Row:
    if value == "none":
        return {"time_from": None, "time_to": None, "time_kind": "none"}
    first, dots, last = value.partition("..")
    since, _ = _moment(first, zone)
    until, whole_day = _moment(last if dots else first, zone)
    if not dots and not whole_day:
        raise ValueError("an instant has no length: write FROM..TO")
    if whole_day:
        day = dt.date.fromisoformat((last if dots else first).strip()) + dt.timedelta(days=1)
        until, _ = _moment(day.isoformat(), zone)
    return {"time_from": _spelled(since), "time_to": _spelled(until), "time_kind": "calendar"}


def _moment(text: str, zone: str) -> tuple[dt.datetime, bool]:
    """(instant, whether it is a whole day)."""
    text = text.strip()
    day = re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
    at = dt.datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))), day


def _spelled(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _quantity(value: str) -> Row:
    if value == "none":
        return dict(zip(QUANTITY, (None, None, "", ""), strict=True))
    found = _AMOUNT.fullmatch(value.strip())
    if not found:
        raise ValueError("not an amount")
    low, open_end, high, rest = found.groups()
    words = (rest or "").split()
    role = words.pop() if words and words[-1] in ROLES else None
    out: dict[str, Any] = {
        "quantity_min": float(low),
        "quantity_max": None if open_end else float(high or low),
    }
    if words:
        out["quantity_unit"] = " ".join(words)
    if role is not None:
        out["quantity_role"] = role
    return out
