"""`verify`: is the case as it was?"""

from __future__ import annotations

from typing import Annotated

import typer

from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: blowback verify mycase")
    def verify(
        case: opt.CasePath,
        head: Annotated[
            str | None,
            typer.Option("--head", metavar="HASH", help="A ledger head noted earlier: is that line still there?"),
        ] = None,
        as_json: opt.AsJson = False,
    ) -> None:
        """Check every hash and every ledger line; exit 1 and the place where one is wrong. Nothing is changed."""
        desk = Desk(case)
        with show.reading() as report:
            problems = desk.verify(head=head, report=report)
        end = desk.case.ledger.head()
        if as_json:
            told = {
                "case": str(desk.path),
                "problems": [p.as_dict() for p in problems],
                "unfinished": desk.unfinished(),
            }
            show.json({**told, "ledger": {"lines": end.lines, "head": end.hash}})
        else:
            for problem in problems:
                show.say(str(problem))
            for left in desk.unfinished():
                show.say(left)
            if not problems:
                show.say("Every hash and every ledger line is as it was.")
                show.say(f"The ledger has {end.lines} lines; note its head elsewhere: {end.hash}")
        if problems:
            raise typer.Exit(1)
