"""Changes of a service's reachability, as the judge of blocking brackets them: what posts may be held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from blowback.model.blocking import BLOCKED
from blowback.model.ids import short_id
from blowback.tools.services import registrable, service_of

_EPOCH: Final = date(1970, 1, 1)
_REPLIES: Final = 20  # named with an event, of each state
DIRECTIONS: Final = (("blocked", "onset_after", "onset_by"), ("open_again", "end_after", "end_by"))


@dataclass(slots=True)
class Event:
    """One change: between the days `low` and `high` (days since 1970) a service became blocked, or open again.

    Args:
        hosts: the blocked hosts, where not the whole service was blocked (its apex or www); empty: all of the service.
        categories: of the service's names, from lists in the case.
        seen_before, seen_after: replies of the two days, exhibit's 12 digits and record.
    """

    service: str
    direction: str
    low: int
    high: int
    hosts: frozenset[str]
    names: set[str] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    seen_before: set[str] = field(default_factory=set)
    seen_after: set[str] = field(default_factory=set)

    @property
    def label(self) -> str:
        """The service, or those hosts of it that were blocked."""
        return " ".join(sorted(self.hosts)) or self.service

    @property
    def id(self) -> str:
        """The same for the same change."""
        return short_id("V", self.label, self.direction, str(self.low), str(self.high))

    def row(self) -> dict[str, Any]:
        """The columns that every row of the event has."""
        return {
            "event": self.id, "service": self.label, "direction": self.direction, "networks": ", ".join(sorted(self.networks)),
            "names": " ".join(sorted(self.names)), "after": day_text(self.low), "by": day_text(self.high),
            "seen_before": " ".join(sorted(self.seen_before)[:_REPLIES]) or None,
            "seen_after": " ".join(sorted(self.seen_after)[:_REPLIES]) or None,
        }  # fmt: skip


def day_text(day: int) -> str:
    """A day since 1970 as text."""
    return date.fromordinal(_EPOCH.toordinal() + day).isoformat()


def day_number(text: str | None) -> int | None:
    """Days since 1970 of an ISO day; None for a label or nothing."""
    try:
        return (date.fromisoformat(text or "") - _EPOCH).days
    except ValueError:
        return None


def categories_of(listed: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Service -> categories that test lists in the case give its names."""
    out: defaultdict[str, set[str]] = defaultdict(set)
    for row in listed:
        if row["kind"] == "test" and row["category"]:
            out[service_of(str(row["host"]))].add(str(row["category"]))
    return out


def events(
    brackets: Iterable[Mapping[str, Any]], cells: Iterable[Mapping[str, Any]], categories: Mapping[str, set[str]]
) -> list[Event]:
    """One for each service, direction and bracket; networks that changed between the same days are one event.

    A name that was blocked when first looked at has no onset that is known, one that was still blocked at the last look
    no end: neither is an event.
    """
    replies: defaultdict[tuple[str, str, str], list[tuple[bool, str]]] = defaultdict(list)
    for cell in cells:
        replies[cell["network"], cell["day"], cell["name"]].append((cell["state"] in BLOCKED, cell["evidence"]))
    found: dict[tuple[str, str, int, int], list[tuple[Mapping[str, Any], str, str]]] = {}
    for row in brackets:
        for direction, after, by in DIRECTIONS:
            low, high = day_number(row[after]), day_number(row[by])
            if low is not None and high is not None:
                key = (service_of(row["name"]), direction, low, high)
                found.setdefault(key, []).append((row, after, by))
    out = []
    for (service, direction, low, high), rows in sorted(found.items()):
        names = {str(r["name"]) for r, _, _ in rows}
        whole = any(n.removeprefix("www.") == registrable(n) for n in names)
        event = Event(service, direction, low, high, frozenset() if whole else frozenset(names), names)
        event.categories = set(categories.get(service, ()))
        for row, after, by in rows:
            event.networks.add(row["network"])
            for day, kept in ((row[after], event.seen_before), (row[by], event.seen_after)):
                blocked = (day == row[by]) == (direction == "blocked")
                kept |= {e for b, e in replies[row["network"], day, row["name"]] if b == blocked and e}
        out.append(event)
    return out
