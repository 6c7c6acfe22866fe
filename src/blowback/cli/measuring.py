"""`blocking measure`: a planned, consented measurement of network interference."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from blowback.cli import options as opt
from blowback.cli import show
from blowback.errors import UsageError
from blowback.probe import forecast
from blowback.probe.plan import Plan
from blowback.probe.plan_read import read_plan
from blowback.tools.words import plural


def add(group: typer.Typer) -> None:
    """Add the command to the group `blocking`."""

    @group.command(
        "measure",
        epilog="Examples: blowback blocking measure --plan plan.toml --dry-run; "
        "blowback blocking measure --plan plan.toml --out seen.jsonl",
    )
    def measure_(
        plan: Annotated[Path, typer.Option("--plan", metavar="FILE", help="Plan and consent file (TOML).")],
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say what would be sent, to whom, how many, how long; send nothing.")
        ] = False,
        out: Annotated[
            Path | None, typer.Option("--out", metavar="FILE", help="Lines are appended here (default: PLAN.jsonl).")
        ] = None,
        as_json: opt.AsJson = False,
    ) -> None:
        """Measure URLs as a written plan says, from lines whose holders consent, against controls of the same minute.

        Without a plan, a consent and a contact nothing is sent. Leaves OONI-compatible lines and a hash-chained ledger;
        an interrupted run goes on where it stopped. What it shows is for `blocking judge` to say.
        """
        read = read_plan(plan)
        if dry_run:
            _tell(read, as_json=as_json)
            return
        _measure(read, out or plan.with_suffix(".jsonl"), as_json=as_json)


def _tell(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        facts = {"plan": plan.name, "plan_sha256": plan.sha256, "sent": 0, "skipped": dict(plan.skipped)}
        show.json({**facts, **forecast.forecast(plan).as_dict()})
        return
    for line in forecast.told(plan):
        show.say(line)


def _measure(plan: Plan, out: Path, *, as_json: bool) -> None:
    try:
        from blowback.probe import run  # noqa: PLC0415  # needs the extra, and only this command needs it
    except ImportError as error:
        raise UsageError(
            f"measuring needs {error.name}, which is not installed", hint="pip install 'blowback[measure]'"
        ) from error
    try:
        with _progress() as report:
            made = run.run(plan, out, report)
    except KeyboardInterrupt:
        show.tell(f"interrupted: what is finished stands in {out}; the same command goes on from there")
        raise typer.Exit(130) from None
    if as_json:
        show.json({"out": str(out), "plan_sha256": plan.sha256, **made.as_dict()})
        return
    show.say(
        f"{out}: {plural(made.lines, 'line')} written, {made.before:,} there before, of {made.planned:,} planned: {made.outcome}"
    )
    for name, why in made.stopped.items():
        show.say(f"  {name} stopped: {why}")


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar of measurements; plain lines, a tenth at a time, where stderr is no terminal."""
    if not show.err.is_terminal:
        told = [-1]

        def plain(done: int, total: int, what: str) -> None:
            tenth = 10 * done // total if total else 10
            if tenth != told[0] or "stopped" in what or "begins" in what:
                told[0] = tenth
                show.tell(f"measure: {done:,} of {total:,} ({what})")

        yield plain
        return
    columns = (
        TextColumn("measure"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=show.err, transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda done, total, what: bars.update(task, completed=done, total=total, description=what)
