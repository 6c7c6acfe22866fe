"""One URL from one vantage with its controls: what becomes one line of the output."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime

from blowback.probe.control import Controls, Seen
from blowback.probe.neutral import try_neutral
from blowback.probe.pace import DayFull
from blowback.probe.plan import Target, Vantage
from blowback.probe.reach import Reach, Trail
from blowback.probe.visit import Hop, Visitor


@dataclass(slots=True)
class Unit:
    """A finished measurement.

    Args:
        at: when it began, UTC. ended: monotonic seconds at its end.
        hops: as walked with the vantage's own answers. detour: the first hop at the control's address, where the
            vantage's answers share none with the control's.
        stopped: why it broke off (a daily cap), or empty: then the line is not written and measured again later.
    """

    vantage: Vantage
    target: Target
    round: int
    at: datetime
    trail: Trail
    hops: list[Hop] = field(default_factory=list)
    detour: Hop | None = None
    detour_trail: Trail | None = None
    seen: list[Seen] = field(default_factory=list)
    ended: float = 0.0
    stopped: str = ""

    @property
    def response(self) -> bool:
        """Whether the last hop gave a response."""
        return bool(self.hops) and self.hops[-1].response is not None

    @property
    def hopeless(self) -> bool:
        """Nothing worked, the control neither: a sign that the fault is on our side."""
        return not self.response and not any(s.works for s in self.seen)


async def measure(reach: Reach, controls: Controls, vantage: Vantage, target: Target, number: int) -> Unit:
    """Measure a URL from a vantage and from the controls at the same time, then follow up on what failed."""
    unit = Unit(vantage, target, number, reach.clock.now(), Trail())
    visitor = Visitor(reach, unit.trail, vantage, target)
    asked = asyncio.create_task(controls.of(target, number))
    try:
        given: list[str] = []
        if not vantage.resolvers:
            given = next((s.addresses for s in await asked if s.addresses), [])
        unit.hops = await visitor.walk(given)
        await try_neutral(visitor, unit.hops[-1])
        unit.seen = await asked
        await _detour(reach, unit)
        if unit.seen:
            await controls.try_addresses(unit.seen[0], target, unit.hops[0].addresses)
    except DayFull as full:
        unit.stopped = str(full)
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
    unit.ended = time.monotonic()
    return unit


async def _detour(reach: Reach, unit: Unit) -> None:
    """Where DNS gave other addresses than the control's, try one of the control's: is the site blocked behind DNS too?

    Its trail is its own: what was seen there is not what the vantage's resolver led to.
    """
    known = next((s.addresses for s in unit.seen if s.addresses), [])
    first = unit.hops[0]
    if not known or set(known) & set(first.addresses):
        return
    unit.detour_trail = Trail(start=unit.trail.start, transactions=unit.trail.transactions, sent=unit.trail.sent)
    visitor = Visitor(reach, unit.detour_trail, unit.vantage, unit.target)
    if address := next(iter(visitor.usable(known)), ""):
        unit.detour = Hop(first.url, 0, addresses=[address])
        await visitor.try_address(unit.detour, address)
        await try_neutral(visitor, unit.detour)
