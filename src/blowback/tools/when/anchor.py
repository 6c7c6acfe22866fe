"""What times are reckoned from: the post's time on the clock of the theatre, and the tense of the statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blowback.errors import UsageError
from blowback.model.claim import TimeKind

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
Span = tuple[dt.datetime, dt.datetime]  # local clock, end exclusive


@dataclass(frozen=True, slots=True)
class Anchor:
    """Now on the local clock, the zone, and which way a time without a year or week points."""

    now: dt.datetime  # zone-less, local
    zone: ZoneInfo
    tense: str  # "past", "future" or "" where it is open
    soon: tuple[float, float]  # days from the post that "soon" means

    @property
    def today(self) -> dt.datetime:
        """Midnight at which the day of the post began."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    def day(self, offset: int, length: int = 1) -> Span:
        """`length` whole days from the day of the post plus `offset`."""
        start = self.today + offset * DAY
        return start, start + length * DAY

    def later(self, hours: float) -> dt.datetime:
        """The local clock so many hours after the post (before it: negative), across a change of summer time too."""
        return (self.utc(self.now) + hours * HOUR).replace(tzinfo=dt.UTC).astimezone(self.zone).replace(tzinfo=None)

    def utc(self, local: dt.datetime) -> dt.datetime:
        """A local time as zone-less UTC."""
        return local.replace(tzinfo=self.zone).astimezone(dt.UTC).replace(tzinfo=None)

    def pick(self, spans: list[Span]) -> Span:
        """Of the same named time in several years or weeks, the one meant: by tense, else the nearest."""
        if self.tense == "past":
            gone = [s for s in spans if s[0] <= self.now]
            return max(gone) if gone else min(spans)
        if self.tense == "future":
            ahead = [s for s in spans if s[1] > self.now]
            return min(ahead) if ahead else max(spans)
        return min(spans, key=self._gap)

    def _gap(self, span: Span) -> dt.timedelta:
        if span[0] <= self.now < span[1]:
            return dt.timedelta(0)
        return span[0] - self.now if span[0] > self.now else self.now - span[1]


@dataclass(frozen=True, slots=True)
class Atom:
    """One named time, before it is joined with its neighbours."""

    start: int
    end: int
    span: Span
    kind: TimeKind
    note: str = ""
    days: bool = False  # whole days: a part of the day or a clock time may narrow it
    hours: tuple[float, float] | None = None  # a part of the day or a clock time, to be put on a day
    alone: bool = True  # may stand without a day
    named: bool = False  # a weekday: gives way to a date beside it
    month: bool = False  # a whole month or feast: "before" makes it the end of a wait


Found = Callable[[str, Anchor], list[Atom]]


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        UsageError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise UsageError(
            f"no time zone {name!r}", hint="Use a name of the IANA table, such as Asia/Baghdad or UTC."
        ) from problem


def anchored(at: dt.datetime, zone: str, tense: str, soon: tuple[float, float]) -> Anchor:
    """The anchor of a post of this zone-less UTC time."""
    where = zone_of(zone)
    now = at.replace(tzinfo=dt.UTC).astimezone(where).replace(tzinfo=None)
    return Anchor(now, where, tense, soon)
