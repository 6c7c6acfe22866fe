"""`evidence`: the posts, times and objects behind a finding, a group or two accounts."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

import pyarrow as pa
import typer

from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.dossier.shown import cut, harmless
from blowback.errors import UsageError
from blowback.tools.words import plural

SHOWN = 20  # objects; --json and --csv have them all
_TEXTS = ("value", "text_a", "text_b")


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(1000):
        for row in batch.to_pylist():
            yield {**row, **{n: None if row[n] is None else harmless(row[n]) for n in _TEXTS}}


def _csv(names: list[str], rows: Iterable[dict[str, Any]]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow(names)
    out.writerows([show.cell(v) for v in row.values()] for row in rows)


def _posts(rows: list[dict[str, Any]]) -> list[tuple[datetime, str, str, str]]:
    """(time, account, post, place) of every post that takes part, in order of time."""
    found = set()
    for row in rows:
        for side in "ab":
            place = show.place(row[f"file_{side}"], row[f"record_{side}"], row[f"line_{side}"], row[f"byte_{side}"])
            found.add((row[f"at_{side}"], row[f"account_{side}"], row[f"post_{side}"], place))
    return sorted(found)


def _tell(rows: list[dict[str, Any]]) -> None:
    objects = [(k, list(group)) for k, group in groupby(rows, lambda r: (r["kind"], r["value"]))]
    pairs = len({(r["account_a"], r["account_b"]) for r in rows})
    told = f"{plural(len(rows), 'co-action')} on {plural(len(objects), 'object')}, {plural(pairs, 'pair')} of accounts"
    show.say(told)
    for (kind, value), mine in objects[:SHOWN]:
        text = cut((mine[0]["text_a"] or "").replace("\n", " "), 100)[0]
        show.say(f"\n{kind} {value}" + (f"\n  “{text}”" if text else ""))
        for at, account, post, place in _posts(mine):
            show.say(f"  {at:%Y-%m-%d %H:%M:%S}  {account}  post {post}  ({place})")
    if len(objects) > SHOWN:
        show.say(f"\nand {plural(len(objects) - SHOWN, 'more object')}: --json or --csv has them all")


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        epilog="Examples: blowback evidence mycase F-0123456789ab --csv > posts.csv; "
        "blowback evidence mycase x:2276078463 x:a31ab30231 --kind repost --window 60s"
    )
    def evidence(
        case: opt.CasePath,
        what: Annotated[
            str, typer.Argument(metavar="FINDING|GROUP|ACCOUNT", help="A finding, a group, or the first account.")
        ],
        other: Annotated[str | None, typer.Argument(metavar="ACCOUNT", help="The second account.")] = None,
        kind: Annotated[str | None, typer.Option("--kind", help="This kind of mark alone, such as repost.")] = None,
        window: Annotated[
            str | None, typer.Option("--window", metavar="60s", help="For two accounts: longest time between the posts.")
        ] = None,
        as_json: opt.AsJson = False,
        as_csv: Annotated[bool, typer.Option("--csv", help="A table on stdout, for a spreadsheet.")] = False,
    ) -> None:  # fmt: skip
        """Every co-action behind a finding, a group or two accounts: object, posts, times, file and line. Times are UTC.

        They are counted anew from the table `marks`, so they can be held against the pairs an analysis wrote.
        """
        if as_json and as_csv:
            raise UsageError("--json and --csv together", hint="Choose one of them")
        table = Desk(case).coactions(what, other, kind=kind, window=window)
        rows = _rows(table)
        if as_json:
            for row in rows:
                show.json(row)
        elif as_csv:
            _csv(table.column_names, rows)
        else:
            _tell(list(rows))
