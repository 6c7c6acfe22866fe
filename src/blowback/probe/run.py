"""A run: rounds of all vantages, at the plan's pace, interruptible, and taken up again where it stopped."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from blowback.case.atomic import make_folder
from blowback.case.lock import WriterLock
from blowback.errors import CaseLocked
from blowback.probe.control import Controls
from blowback.probe.guard import Guard
from blowback.probe.order import order
from blowback.probe.out import Output, ledger_folder, line
from blowback.probe.pace import Pace
from blowback.probe.plan import Plan, Target, Vantage
from blowback.probe.reach import Clock, Reach
from blowback.probe.trust import Trust
from blowback.probe.unit import Unit, measure

Report = Callable[[int, int, str], None]  # done, all, what
_BACK_OFF = (429, 503)


@dataclass(slots=True)
class Summary:
    """What a run did.

    Args:
        planned: lines of the whole plan. before: finished by earlier runs. lines: written now.
        stopped: vantage or host -> why it was not gone on with. sent: queries and connections by key.
    """

    planned: int
    before: int
    lines: int = 0
    stopped: dict[str, str] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)

    @property
    def outcome(self) -> str:
        """finished, stopped (by a cap or by errors) or unfinished."""
        if self.before + self.lines >= self.planned:
            return "finished"
        return "stopped" if self.stopped else "unfinished"

    def as_dict(self) -> dict[str, Any]:
        """JSON-like."""
        return {
            "outcome": self.outcome, "planned": self.planned, "finished_before": self.before, "lines": self.lines,
            "stopped": self.stopped, "queries": sum(n for k, n in self.sent.items() if k.startswith("query ")),
            "sent": dict(sorted(self.sent.items())),
        }  # fmt: skip


def guard_of(plan: Plan) -> Guard:
    """The gate of a plan: its resolvers and proxies may be private addresses, its opt-out networks are closed."""
    listed = [r.address for r in plan.resolvers] + [v.address for v in (*plan.vantages, *plan.controls) if v.address]
    return Guard.of(listed, [e for e in plan.opt_out if "/" in e])


def run(plan: Plan, path: Path, report: Report, clock: Clock | None = None) -> Summary:
    """Measure what is not finished yet, and write it to `path`.

    Raises:
        Refused: an address of the plan may not be contacted here; nothing was sent.
        CaseLocked: another run writes to that file: two at once would exceed the rates.
        Unexpected: the file holds other lines. KeyboardInterrupt: finished lines are kept; run again to go on.
    """
    guard = guard_of(plan)
    for address in sorted(guard.listed):
        guard.permit(address)
    trust = Trust.load(plan.content.trust)
    with _alone(path):
        output = Output(path, plan)
        reach = Reach(plan, guard, Pace(plan.rates, output.sent_today), trust, clock or Clock())
        work = _Run(reach, output, report)
        output.open_run(work.summary.planned)
        outcome = "interrupted"
        try:
            asyncio.run(work.all())
            outcome = work.summary.outcome
        finally:
            work.summary.sent = reach.pace.sent - Counter(output.sent_today)
            output.close_run(outcome, work.summary.sent)
    return work.summary


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    make_folder(ledger_folder(path))
    lock = WriterLock(ledger_folder(path) / "lock")
    try:
        with lock.hold():
            yield
    except CaseLocked as error:
        raise CaseLocked(
            f"{path.name} is being written by {lock.holder()}",
            hint="Wait until it has finished, or stop it: two runs at once would exceed the rates",
        ) from error


class _Run:
    def __init__(self, reach: Reach, output: Output, report: Report) -> None:
        plan = reach.plan
        self.reach, self.output, self.report = reach, output, report
        self.controls = Controls(reach)
        self.begun = datetime.now(UTC)
        planned = plan.schedule.rounds * sum(len(plan.targets_of(v)) for v in plan.vantages)
        self.summary = Summary(planned, len(output.finished))

    async def all(self) -> None:
        for number in range(1, self.reach.plan.schedule.rounds + 1):
            await self._until(number)
            results = await asyncio.gather(*(self._vantage(v, number) for v in self.reach.plan.vantages))
            if not all(results):
                return

    async def _until(self, number: int) -> None:
        """Wait for a round's time: rounds lie apart, runs that were interrupted included."""
        before = self.output.last_start.get(number - 1)
        if before is None or all(k[2] != number - 1 for k in self.output.finished):
            return
        due = before + timedelta(seconds=self.reach.plan.schedule.apart_s)
        while (left := (due - self.reach.clock.now()).total_seconds()) > 0:
            self._say(f"round {number} begins in {left:,.0f} s")
            await self.reach.clock.wait(min(left, 60.0))

    async def _vantage(self, vantage: Vantage, number: int) -> bool:
        """One round of one vantage; False where it was stopped."""
        todo = [
            t
            for t in order(self.reach.plan, vantage, number)
            if (t.url, vantage.id, number) not in self.output.finished
        ]
        queue = iter(todo)
        state = _Row()
        workers = min(self.reach.plan.schedule.at_once, len(todo))
        await asyncio.gather(*(self._work(vantage, number, queue, state) for _ in range(workers)))
        return not state.stop

    async def _work(self, vantage: Vantage, number: int, queue: Any, row: _Row) -> None:  # noqa: ANN401  # an iterator
        for target in queue:
            if row.stop:
                return
            if target.host in self.summary.stopped:
                continue
            unit = await measure(self.reach, self.controls, vantage, target, number)
            if unit.stopped:
                self._stop(row, vantage.id, unit.stopped)
                return
            self._keep(unit)
            self._back_off(unit, target)
            row.hopeless = [*row.hopeless, target] if unit.hopeless else []
            if len(row.hopeless) >= self.reach.plan.schedule.stop_after and any(t.innocuous for t in row.hopeless):
                why = f"{len(row.hopeless)} measurements in a row, innocuous ones among them, in which the control failed too"
                self._stop(row, vantage.id, why)

    def _keep(self, unit: Unit) -> None:
        self.output.write(unit, line(self.reach.plan, unit, self.begun, self.reach.trust.sha256))
        last = self.output.last_start.get(unit.round, unit.at)
        self.output.last_start[unit.round] = max(last, unit.at)
        self.summary.lines += 1
        self._say(f"{unit.vantage.id} {unit.target.host}")

    def _back_off(self, unit: Unit, target: Target) -> None:
        """A server that says it is asked too much is left alone for the rest of the run."""
        last = unit.hops[-1].response if unit.hops else None
        if last and last.code in _BACK_OFF and last.header("Retry-After"):
            self.summary.stopped[target.host] = f"answered {last.code} with Retry-After"

    def _stop(self, row: _Row, name: str, why: str) -> None:
        row.stop = True
        self.summary.stopped[name] = why
        self._say(f"{name} stopped: {why}")

    def _say(self, what: str) -> None:
        self.report(self.summary.before + self.summary.lines, self.summary.planned, what)


@dataclass(slots=True)
class _Row:
    """How a vantage fares: what failed in a row together with its control, and whether it was stopped."""

    hopeless: list[Target] = field(default_factory=list)
    stop: bool = False
