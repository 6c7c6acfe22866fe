"""`case`: new, status, card, reveal, dump, load."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from blowback.case import bundle
from blowback.case.atomic import file_hash
from blowback.case.card import Card
from blowback.case.case import Case
from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk, new_case
from blowback.errors import UsageError

case_app = typer.Typer(help="Make, describe, hand over and look into cases.", no_args_is_help=True)


@case_app.command(epilog="Example: blowback case new mycase --title 'Garden campaign'")
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")],
    pseudonyms: opt.Pseudonyms = "on",
    title: Annotated[str | None, typer.Option(help="Title of the case.")] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Make an empty case."""
    desk = new_case(folder, pseudonyms=opt.on(pseudonyms), title=title)
    _done({"case": str(desk.path), "pseudonyms": pseudonyms}, f"made {desk.path}", as_json=as_json)


@case_app.command(epilog="Example: blowback case status mycase")
def status(case: opt.CasePath, as_json: opt.AsJson = False) -> None:
    """What the case holds, what ran, and what was left unfinished."""
    desk = Desk(case)
    runs = [{k: r.get(k) for k in ("run", "analysis", "outcome", "reason", "seconds")} for r in desk.runs()]
    if as_json:
        show.json({"receipts": desk.case.receipts(), "runs": runs, "unfinished": desk.unfinished()})
        return
    if desk.case.receipts():
        show.receipt(list(desk.case.receipts()))
    for run in runs:
        reason = f": {run['reason']}" if run["reason"] else ""
        show.say(f"{run['run']}  {run['analysis']}  {run['outcome']}{reason}  {run['seconds']} s")
    for left in desk.unfinished():
        show.say(left)


@case_app.command(
    epilog="Example: blowback case card mycase --purpose 'Garden campaign, May 2014' --end-date 2030-12-31"
)
def card(
    case: opt.CasePath,
    purpose: Annotated[str | None, typer.Option(help="What the case is for.")] = None,
    collector: Annotated[str | None, typer.Option(help="Who collected the exports.")] = None,
    legal_basis: Annotated[str | None, typer.Option(help="On what basis they are held.")] = None,
    end_date: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="When they are to be deleted.")] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Fill in the case card; without options, show it."""
    opened = Case.open(case)
    if end_date is not None:
        try:
            date.fromisoformat(end_date)
        except ValueError as error:
            raise UsageError(f"--end-date {end_date}: not a date", hint="Write YYYY-MM-DD") from error
    given = {"purpose": purpose, "collector": collector, "legal_basis": legal_basis, "end_date": end_date}
    told = {k: v for k, v in given.items() if v is not None}
    if told:
        opened.fill_card(Card(**{**asdict(opened.card), **told}))
    if as_json:
        show.json(asdict(opened.card))
        return
    for name, value in asdict(opened.card).items():
        show.say(f"{name}: {value or '(not said)'}")


@case_app.command(epilog="Example: blowback case reveal mycase x:0123456789abcdef0123 --reason 'court order 7'")
def reveal(
    case: opt.CasePath,
    token: Annotated[str, typer.Argument(help="A pseudonym, as the tables show it.")],
    reason: Annotated[str, typer.Option(help="Why; it goes into the ledger before the answer is given.")],
    as_json: opt.AsJson = False,
) -> None:
    """What a pseudonym stands for: needs the case's key, and leaves a trace."""
    found = Desk(case).reveal(token, reason=reason)
    if as_json:
        show.json([asdict(f) for f in found])
        return
    for one in found:
        show.say(f"{one.domain}: {one.value}")


@case_app.command(epilog="Example: blowback case dump mycase mycase.blowback")
def dump(
    case: opt.CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The one file to write.")],
    keys: Annotated[bool, typer.Option("--keys", help="Put the keys in: whoever has the file can reveal.")] = False,
    exhibits: Annotated[bool, typer.Option("--exhibits/--no-exhibits", help="Put the originals in.")] = True,
    as_json: opt.AsJson = False,
) -> None:
    """Write the whole case as one file, without its keys unless told otherwise."""
    with show.reading() as report:
        bundle.dump(Case.open(case), file, keys=keys, exhibits=exhibits, report=report)
    facts = {"file": str(file), "sha256": file_hash(file), "bytes": file.stat().st_size}
    told = f"wrote {file}, SHA-256 {facts['sha256']}"
    told += "" if keys else "; its pseudonyms cannot be looked up: keys/ is not in it"
    told += "; it holds the originals, with every name in clear" if exhibits else ""
    _done(facts, told, as_json=as_json)


@case_app.command(epilog="Example: blowback case load mycase.blowback elsewhere")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `case dump` wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet.")],
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Load it even where it does not verify, to look at what is wrong.")
    ] = False,
    as_json: opt.AsJson = False,
) -> None:
    """Unpack a dumped case and verify it."""
    opened = bundle.load(file, folder, check=not unchecked)
    how = "nothing was checked: run blowback verify" if unchecked else "every hash in it agrees"
    _done({"case": str(opened.path), "checked": not unchecked}, f"loaded {opened.path}; {how}", as_json=as_json)


def _done(facts: dict[str, Any], told: str, *, as_json: bool) -> None:
    if as_json:
        show.json(facts)
    else:
        show.tell(told)


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(case_app, name="case")
