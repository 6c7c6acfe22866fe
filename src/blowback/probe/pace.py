"""Rate caps, held in code: whatever a plan says, no resolver or host is asked faster than the hard caps.

Every query and every connection waits for its turn here. Turns of one resolver (or host) are at least 1/rate seconds
apart, longer by a random share (jitter), and a day's cap ends the run.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

HARD_QUERIES = 5.0  # a second and resolver; Crandall and others 2015 keep to 5 packets a second
HARD_CONNECTIONS = 2.0  # a second and host
HARD_DAY_QUERIES = 20_000  # a day and resolver
HARD_DAY_CONNECTIONS = 5_000  # a day and host


class DayFull(Exception):
    """A daily cap is reached: nothing more is sent there today."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast, in units a second; a plan may lower these, and raise queries up to the hard cap.

    Args:
        queries: a second to each resolver. connections: a second to each host, and to each address.
        day_queries: a day to each resolver. day_connections: a day to each host.
        jitter: each turn is up to this share longer, at random.
    """

    queries: float = 1.0
    connections: float = 1.0
    day_queries: int = 5_000
    day_connections: int = 500
    jitter: float = 0.3

    def capped(self) -> Rates:
        """The same, cut to the hard caps."""
        return Rates(
            min(self.queries, HARD_QUERIES),
            min(self.connections, HARD_CONNECTIONS),
            min(self.day_queries, HARD_DAY_QUERIES),
            min(self.day_connections, HARD_DAY_CONNECTIONS),
            max(self.jitter, 0.0),
        )


@dataclass(slots=True)
class Pace:
    """Turns of one run. Keys are resolver addresses, and host names or addresses.

    Args:
        rates: cut to the hard caps here, whoever made them.
        before: what earlier runs of the same plan sent today, by key (`query 10.0.0.1`, `host example.org`).
    """

    rates: Rates
    before: Mapping[str, int] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    _free: dict[str, float] = field(default_factory=dict)
    _day: str = ""

    def __post_init__(self) -> None:
        self.rates = self.rates.capped()
        self._day = _today()
        self.sent.update(self.before)

    async def query(self, resolver: str) -> list[str]:
        """Wait for the turn of one query; returns the keys it was counted under.

        Raises:
            DayFull: the resolver's cap for today is reached.
        """
        return await self._turn([f"query {resolver}"], self.rates.queries, self.rates.day_queries)

    async def connection(self, address: str, host: str) -> list[str]:
        """Wait for the turn of one connection, which counts for the address and for the host name."""
        keys = [f"host {address}", f"host {host}"] if host and host != address else [f"host {address}"]
        return await self._turn(keys, self.rates.connections, self.rates.day_connections)

    async def _turn(self, keys: list[str], rate: float, cap: int) -> list[str]:
        if self._day != _today():
            self._day = _today()
            self.sent.clear()
        if full := [k for k in keys if self.sent[k] >= cap]:
            raise DayFull(f"{full[0]}: the daily cap of {cap:,} is reached")
        self.sent.update(keys)
        now = time.monotonic()
        start = (
            max(now, *(self._free.get(k, 0.0) for k in keys))
            if len(keys) > 1
            else max(now, self._free.get(keys[0], 0.0))
        )
        gap = (1 + random.random() * self.rates.jitter) / rate  # noqa: S311  # spreads load, guards nothing
        for key in keys:
            self._free[key] = start + gap
        while (wait := start - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        return keys


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")
