"""A calendar of known events, as a person writes it: CSV lines or TOML."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib
from dataclasses import dataclass
from typing import Any

from blowback.errors import UsageError

_HINT = "Write lines of start,end,words in UTC: 2014-07-13T19:00,2014-07-13T22:00,final; or TOML tables [[event]]"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, from `start_us` to `end_us` (microseconds, UTC), in a few words."""

    start_us: int
    end_us: int
    words: str


def events(text: str) -> tuple[Event, ...]:
    """Read a calendar.

    Args:
        text: lines `start,end,words` (a heading and lines that begin with # are passed over; the end may be empty: an
            hour), or TOML with tables `[[event]]` of start, end and words. Times without a zone are UTC.

    Raises:
        UsageError: a line or time that cannot be read, or an end before its start; names it.
    """
    rows = _toml(text) if "[[event]]" in text else _lines(text)
    return tuple(sorted((_event(*r) for r in rows), key=lambda e: (e.start_us, e.end_us, e.words)))


def _lines(text: str) -> list[tuple[int, Any, Any, Any]]:
    out: list[tuple[int, Any, Any, Any]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
        if row and not row[0].startswith("#") and row[0].strip().lower() != "start":
            start, end, words = (*row, "", "")[:3]
            out.append((number, start, end, words))
    return out


def _toml(text: str) -> list[tuple[int, Any, Any, Any]]:
    try:
        found = tomllib.loads(text).get("event", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"the calendar is not TOML: {error}", hint=_HINT) from error
    return [(n, e.get("start", ""), e.get("end", ""), e.get("words", "")) for n, e in enumerate(found, 1)]


def _event(number: int, start: Any, end: Any, words: Any) -> Event:  # noqa: ANN401  # as TOML or CSV gives it
    begin = _time(number, start)
    stop = _time(number, end) if str(end).strip() else begin + 3_600_000_000
    if stop < begin:
        raise UsageError(f"event {number} of the calendar ends before it starts", hint=_HINT)
    return Event(begin, stop, " ".join(str(words).split()))


def _time(number: int, given: Any) -> int:  # noqa: ANN401  # as TOML or CSV gives it
    try:
        at = given if isinstance(given, dt.datetime) else dt.datetime.fromisoformat(str(given).strip())
    except ValueError as error:
        raise UsageError(f"event {number} of the calendar: {str(given)!r} is not a time", hint=_HINT) from error
    at = at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    return int((at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1))
