"""What the command line prints: JSON on stdout, everything else on stderr or, for people, as tables."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from blowback.case.atomic import Report
from blowback.errors import BlowbackError
from blowback.model.analysis import Progress as Step

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def json(value: Any) -> None:  # noqa: ANN401  # any JSON-like value
    """One JSON value on a line of stdout."""
    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")
    sys.stdout.flush()


def error(problem: BlowbackError) -> None:
    """What, where, and what to do next."""
    err.print(f"[bold red]error[/] {_plain(problem.message)}", markup=True)
    if problem.at:
        err.print(f"      at {problem.at}", markup=False)
    err.print(f"      {problem.hint}", markup=False)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


@contextmanager
def reading() -> Iterator[Report]:
    """A bar with rate and time left for copying and reading; plain lines where stderr is no terminal."""
    if not err.is_terminal:
        yield _plain_lines()
        return
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)
            if total is not None and done >= total:
                bars.remove_task(tasks.pop(stage))

        yield report


def _plain_lines() -> Report:
    told: dict[str, int] = {}

    def report(stage: str, done: int, total: int | None) -> None:
        tenth = 10 * done // total if total else 0
        if told.get(stage) != tenth:
            told[stage] = tenth
            err.print(f"{stage}: {done / 1e6:,.1f} MB" + (f" of {total / 1e6:,.1f}" if total else ""), markup=False)
            if tenth >= 10:
                told.pop(stage)

    return report


@contextmanager
def thinking() -> Iterator[Step]:
    """A bar for an analysis."""
    if not err.is_terminal:
        yield lambda what, share: err.print(f"{what}: {share:.0%}", markup=False)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        task = bars.add_task("", total=1.0)
        yield lambda what, share: bars.update(task, description=what, completed=share)


def receipt(entries: tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]]) -> None:
    """What was read, as a table whose rows add up, then what has to be known about it."""
    table = Table(title="Receipt", title_justify="left", header_style="bold")
    table.add_column("file")
    table.add_column("read as")
    for name in ("read", "kept", "duplicate", "set aside", "removals"):
        table.add_column(name, justify="right")
    table.add_column("zone")
    for entry in entries:
        counts = [f"{entry.get(n, 0):,}" for n in ("read", "kept", "duplicate", "set_aside", "removals")]
        zone = f"{entry['zone']}{' (assumed)' if entry.get('zone_assumed') else ''}"
        table.add_row(str(entry.get("name", "")), str(entry["source"]), *counts, zone)
    out.print(table)
    for entry in entries:
        for reason, count in sorted(dict(entry.get("reasons") or {}).items()):
            out.print(f"  {entry.get('name', '')}: {count:,} set aside, {reason}", markup=False)
        for note in entry.get("notes") or ():
            out.print(f"  {entry.get('name', '')}: {note}", markup=False)
        if entry.get("recognised"):
            out.print(f"  {entry.get('name', '')}: the case has this file already; it was not read again", markup=False)
