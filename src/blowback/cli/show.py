"""What the command line prints: JSON on stdout, everything else on stderr or, for people, as tables.

Words from posts, files and cases go through `say` and `tell`: hidden and control characters are written out, so that
no text can move the cursor, turn the reading order or hide.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from blowback.case.atomic import Report
from blowback.desk import Desk
from blowback.dossier.shown import marked
from blowback.errors import BlowbackError
from blowback.model.analysis import Progress as Step

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)
_WORTH_LINES = 20_000_000  # bytes; below, one line at the end says it all
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def json(value: Any) -> None:  # noqa: ANN401  # any JSON-like value
    """One JSON value on a line of stdout; times are UTC and say so."""
    options = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
    sys.stdout.write(orjson.dumps(value, default=str, option=options).decode() + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line on stdout."""
    out.print(marked(text), markup=False)


def tell(text: str) -> None:
    """A line on stderr."""
    err.print(marked(text), markup=False)


def cell(value: Any) -> str:  # noqa: ANN401  # a value of a table
    """A cell of a CSV: no spreadsheet takes it for a formula; times are UTC and say so."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    text = str(value)
    return "'" + text if isinstance(value, str) and text.startswith(_FORMULA) else text


def place(file: str | None, record: int | None, line: int | None, byte: int | None) -> str:
    """Where a record stands in its file."""
    where = f"line {line:,}" if line is not None else f"record {record:,}" if record is not None else "place not known"
    return f"{file or 'file not known'}, {where}" + (f", byte {byte:,}" if byte is not None else "")


def error(problem: BlowbackError) -> None:
    """What, where, and what to do next."""
    err.print(f"[bold red]error[/] {escape(marked(problem.message))}", markup=True)
    if problem.at:
        tell(f"      at {problem.at}")
    tell(f"      {problem.hint}")


@contextmanager
def reading() -> Iterator[Report]:
    """A bar with amount and time left for copying and reading; plain lines where stderr is no terminal."""
    if not err.is_terminal:
        yield _plain_lines()
        return
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        TextColumn("{task.fields[amount]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            amount = _amount(stage, done, total)
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, amount=amount)
            bars.update(tasks[stage], completed=done, total=total, amount=amount)
            if total is not None and done >= total:
                bars.remove_task(tasks.pop(stage))

        yield report


@contextmanager
def keeping(desk: Desk, told: str) -> Iterator[None]:
    """On Ctrl-C, say what was kept and how to go on, and exit with 130."""
    try:
        yield
    except KeyboardInterrupt:
        tell(f"interrupted: {told}")
        for left in desk.unfinished():
            tell(f"  {left}")
        raise typer.Exit(130) from None


def _amount(stage: str, done: int, total: int | None) -> str:
    if stage == "verify":
        return f"{done:,} of {total:,} files"
    return _size(done) + (f" of {_size(total)}" if total else "")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1_000_000 else f"{count / 1e3:,.1f} kB"


def _plain_lines() -> Report:
    told: dict[str, int] = {}

    def report(stage: str, done: int, total: int | None) -> None:
        tenth = 10 * done // total if total else 0
        worth = tenth >= 10 or (total or 0) >= _WORTH_LINES
        if worth and told.get(stage) != tenth:
            told[stage] = tenth
            tell(f"{stage}: {_amount(stage, done, total)}")
            if tenth >= 10:
                told.pop(stage)

    return report


@contextmanager
def thinking() -> Iterator[Step]:
    """A bar for an analysis."""
    if not err.is_terminal:
        yield lambda what, share: tell(f"{what}: {share:.0%}")
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


def receipt(entries: list[Mapping[str, Any]]) -> None:
    """The receipt as a table, with what was set aside and why."""
    table = Table(title="Receipt", title_justify="left", header_style="bold")
    table.add_column("file")
    table.add_column("read as")
    for name in ("read", "kept", "duplicate", "set aside", "removals"):
        table.add_column(name, justify="right")
    table.add_column("zone")
    for entry in entries:
        counts = [f"{entry.get(n, 0):,}" for n in ("read", "kept", "duplicate", "set_aside", "removals")]
        zone = f"{entry['zone']}{' (assumed)' if entry.get('zone_assumed') else ''}"
        table.add_row(escape(marked(str(entry.get("name", "")))), str(entry["source"]), *counts, zone)
    out.print(table)
    for entry in entries:
        for reason, count in sorted(dict(entry.get("reasons") or {}).items()):
            say(f"  {entry.get('name', '')}: {count:,} set aside, {reason}")
        for note in entry.get("notes") or ():
            say(f"  {entry.get('name', '')}: {note}")
