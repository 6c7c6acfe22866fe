"""`verify`: is the case as it was?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from blowback.case.problem import Problem
from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.errors import CustodyError


def _tell(problems: list[Problem], told: dict[str, Any], *, as_json: bool) -> None:
    end = told["ledger"]
    if as_json:
        show.json({**told, "problems": [p.as_dict() for p in problems]})
    else:
        for line in (*map(str, problems), *told["unfinished"]):
            show.say(line)
        if not problems:
            show.say("Every hash and every ledger line is as it was.")
            show.say(f"The ledger has {end['lines']} lines; note its head elsewhere: {end['head']}")
    if problems:
        raise typer.Exit(1)


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: blowback verify mycase")
    def verify(
        case: opt.CasePath,
        head: Annotated[
            str | None, typer.Option(metavar="HASH", help="A ledger head noted earlier: is that line still there?")
        ] = None,
        as_json: opt.AsJson = False,
    ) -> None:
        """Check every hash and every ledger line; exit 1 and the place where one is wrong. Nothing is changed."""
        try:
            desk = Desk(case)
        except CustodyError as error:  # case.toml itself
            found = Problem(error.message, "case.toml", error.hint)
            empty = {"case": str(case), "unfinished": [], "ledger": {"lines": 0, "head": ""}}
            _tell([found], empty, as_json=as_json)
            return
        with show.reading() as report:
            problems = desk.verify(head=head, report=report)
        end = desk.case.ledger.head()
        try:
            unfinished = desk.unfinished()
        except CustodyError:  # the books that would say so are damaged, and that is told already
            unfinished = []
        told = {"case": str(desk.path), "unfinished": unfinished}
        _tell(problems, {**told, "ledger": {"lines": end.lines, "head": end.hash}}, as_json=as_json)
