"""What one run holds (plan, guard, pace, clock, trusted roots), and the trail that one measurement leaves."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from blowback.probe.guard import Guard
from blowback.probe.pace import Pace
from blowback.probe.plan import Plan
from blowback.probe.trust import Trust

Entry = dict[str, Any]


class Clock:
    """The wall clock; tests of rounds that lie hours apart bring their own."""

    def now(self) -> datetime:
        """This instant, UTC."""
        return datetime.now(UTC)

    async def wait(self, seconds: float) -> None:
        """Let that many seconds of this clock pass."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything a measurement needs of its run."""

    plan: Plan
    guard: Guard
    pace: Pace
    trust: Trust
    clock: Clock = field(default_factory=Clock)


@dataclass(slots=True)
class Trail:
    """What one measurement did and saw, in the lists of OONI's df-000 test keys.

    `seconds()` counts from the start of the measurement. `sent` counts queries and connections by key, as `Pace` does.
    """

    queries: list[Entry] = field(default_factory=list)
    late: list[Entry] = field(default_factory=list)
    tcp_connect: list[Entry] = field(default_factory=list)
    tls_handshakes: list[Entry] = field(default_factory=list)
    requests: list[Entry] = field(default_factory=list)
    neutral_requests: list[Entry] = field(default_factory=list)
    not_contacted: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    local: set[str] = field(default_factory=set)
    start: float = field(default_factory=time.monotonic)
    transactions: int = 0

    def seconds(self) -> float:
        """Seconds since the start, to the microsecond."""
        return round(time.monotonic() - self.start, 6)

    def next_id(self) -> int:
        """A transaction id: what belongs to one connection or question shares it."""
        self.transactions += 1
        return self.transactions

    def note(self, text: str) -> None:
        """A remark that belongs into the line, once."""
        if text not in self.notes:
            self.notes.append(text)
