"""Measures a plan on a clock that runs fast, so that rounds two hours apart take seconds: `hours.py PLAN OUT`."""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from blowback.probe.plan_read import read_plan
from blowback.probe.reach import Clock
from blowback.probe.run import run

FASTER = 2_000


class Fast(Clock):
    """Begins at one in the morning, so that all rounds fall into one day."""

    def __init__(self) -> None:
        self.real = time.monotonic()
        self.first = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0)

    def now(self) -> datetime:
        return self.first + timedelta(seconds=(time.monotonic() - self.real) * FASTER)

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds / FASTER)


if __name__ == "__main__":
    made = run(read_plan(Path(sys.argv[1])), Path(sys.argv[2]), lambda *_: None, Fast())
    raise SystemExit(made.outcome != "finished")
