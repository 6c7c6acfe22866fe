"""`blocking`: import, judge, audit."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from blowback.case.card import FILE
from blowback.cli import blocking_told as told
from blowback.cli import options as opt
from blowback.cli import show
from blowback.cli.reading import sentences
from blowback.desk import Desk, new_case
from blowback.errors import UsageError
from blowback.tools.words import plural

group = typer.Typer(
    help="What was blocked, how, since when, and does it fit the stated reason? Only `measure` contacts anybody.",
    no_args_is_help=True,
)
_INTERRUPTED = "what was taken in before is kept; run the same command again"


def _opened(case: Path) -> Desk:
    """The case; made when there is none."""
    return Desk(case) if (case / FILE).exists() else new_case(case)


def _counted(count: int, noun: str) -> str:
    """`1 fetch`, `2 fetches`."""
    return f"{count:,} {({'fetches': 'fetch'}.get(noun) or noun.removesuffix('s')) if count == 1 else noun}"


def _untold(desk: Desk) -> str:
    """Why the judge has nothing to say: what the case holds that tells nothing of a network."""
    held = desk.case.tables()
    rows = {n: desk.table(n).to_pylist() if held.get(n) else [] for n in ("lookups", "fetches")}
    fetches = [r for r in rows["fetches"] if not r["control"]]
    lost = sum(r["layer"] == "page" or not r["name"] for r in fetches)
    controls = sum(bool(r["control"]) for kind in rows.values() for r in kind)
    told = [f"{plural(lost, 'page')} {'has' if lost == 1 else 'have'} no vantage or site"] if lost else []
    told += (
        [f"{_counted(controls, 'measurements')} {'is' if controls == 1 else 'are'} of a control"] if controls else []
    )
    return "; ".join(told) or "the case has no lookups or fetches of a network"


@group.command(
    name="import", epilog="Example: blowback blocking import mycase dns_raw.tar.xz test-lists/global.csv pages/"
)
def take_in(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case; made when there is none.")],
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Files, archives or folders: dig text, OONI, lists, pages, ...")
    ],
    layout: Annotated[
        str | None, typer.Option("--format", help="Read the files as this layout, where detection errs.")
    ] = None,
    reference: opt.Reference = False,
    as_json: opt.AsJson = False,
) -> None:
    """Take measurements, lists of targets, fingerprints and pages into a case, each file with hash and receipt."""
    desk = _opened(case)
    with show.keeping(desk, _INTERRUPTED), show.reading() as report:
        done = desk.blocking_import(*paths, layout=layout, reference=reference, report=report)
    if as_json:
        show.json(done.as_dict())
    else:
        rows = done.as_dict()["rows"]
        told = ", ".join(_counted(n, name) for name, n in rows.items() if n)
        show.say(f"{plural(len(done.receipt.exhibits), 'file')} taken in: {told or 'nothing new'}")
        aside = done.receipt.total("set_aside")
        if aside:
            reasons: Counter[str] = Counter()
            for one in done.receipt.exhibits:
                reasons.update(one.get("reasons", {}))
            why = ", ".join(f"{n:,} {reason}" for reason, n in reasons.most_common())
            show.say(f"{aside:,} of {plural(done.receipt.total('read'), 'record')} set aside: {why}")
    for left in done.left_out:
        show.tell(f"left out: {left['path']}: {left['why']}")
    for failure in done.receipt.failures:
        show.tell(f"{failure.path}:")
        show.error(failure.error)
    if done.receipt.failures:
        raise typer.Exit(3)


@group.command(epilog="Example: blowback blocking judge mycase")
def judge(
    case: opt.CasePath,
    shared: Annotated[
        int | None, typer.Option("--shared", help="Unrelated owners with one answer from which on it is a sinkhole.")
    ] = None,
    drop: Annotated[
        float | None,
        typer.Option("--drop", help="Share of usual reachability or traffic that must be missing in a collapse."),
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Judge what was measured: verdicts, cells and brackets go to signals/blocking/, findings into the case."""
    desk = Desk(case)
    given = {name: value for name, value in (("shared", shared), ("drop", drop)) if value is not None}
    with show.keeping(desk, "nothing of the run counts; run the same command again"), show.thinking() as progress:
        result = desk.blocking_judge(progress=progress, **given)
    if as_json:
        states: dict[str, dict[str, int]] = {}
        for row in result.table("cells").select(["network", "state"]).to_pylist():
            counted = states.setdefault(row["network"], {})
            counted[row["state"]] = counted.get(row["state"], 0) + 1
        show.json({**result.as_dict(), "cells": states})
        return
    sentences(list(result.findings))
    if not result.findings:
        show.say(f"Nothing can be told: {_untold(desk)}.")
    show.say(
        f"\nRun {result.run}: {result.seconds:.1f} s; tables {', '.join(result.tables)} in signals/blocking/{result.run}/"
    )


@group.command(epilog="Example: blowback blocking audit mycase --rationale reason.toml --claim-blocked 0 --claim-of 7")
def audit(
    case: opt.CasePath,
    rationale: Annotated[
        Path | None,
        typer.Option(
            "--rationale", metavar="FILE", help="The stated reason: JSON or TOML; hashed into the ledger first."
        ),
    ] = None,
    unit: Annotated[str, typer.Option("--unit", help="What is counted: name, domain or service.")] = "name",
    network: Annotated[
        list[str] | None, typer.Option("--network", help="This network alone; may be given several times.")
    ] = None,
    lists: Annotated[
        list[str] | None, typer.Option("--list", help="Labels of this list alone; may be given several times.")
    ] = None,
    sensitivity: Annotated[
        float | None,
        typer.Option("--sensitivity", help="Share of fetches of blocked pages that show it; measured unless given."),
    ] = None,
    blocked: Annotated[
        int | None, typer.Option("--claim-blocked", metavar="N", help="A sentence says: so many blocked ...")
    ] = None,
    of: Annotated[int | None, typer.Option("--claim-of", metavar="N", help="... of so many.")] = None,
    name: Annotated[
        list[str] | None, typer.Option("--claim-name", metavar="HOST", help="A name that the sentence is about.")
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Does what is blocked fit the stated reason; what does a sentence rest on; are published lists borne out."""
    if (blocked is None) != (of is None):
        raise UsageError("a claim needs both numbers", hint="Write --claim-blocked 0 --claim-of 7")
    desk = Desk(case)
    with show.keeping(desk, "the rationale stands in the ledger; run the same command again"):
        found = desk.blocking_audit(
            rationale, unit=unit, networks=tuple(network or ()), lists=tuple(lists or ()), sensitivity=sensitivity,
            claim=None if blocked is None or of is None else (blocked, of), names=tuple(name or ()),
        )  # fmt: skip
    if as_json:
        show.json(found)
    else:
        told.audit(found)


@group.command(epilog="Example: blowback blocking rationale mycase reason.toml")
def rationale(
    case: opt.CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The stated reason: JSON or TOML.")],
    as_json: opt.AsJson = False,
) -> None:
    """Write a stated reason into the ledger before anything is judged (makes the case); audits say whether it was."""
    from blowback.desk_blocking_audit import stated  # noqa: PLC0415  # slow to load

    stated(file)  # a file that cannot be used makes no case
    held = _opened(case).blocking_rationale(file)
    if as_json:
        show.json(held)
    else:
        show.say(f"{held['sha256']}: line {held['line']} of the ledger, version {held['version']}")


@group.command(epilog="Example: blowback blocking moves mycase")
def moves(
    case: opt.CasePath,
    window: Annotated[
        int | None, typer.Option("--window", help="Days before and after the bracket; 14 unless given.")
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """Did links in posts lead to other hosts when a service was blocked? Judges first where needed; needs posts."""
    desk = Desk(case)
    given: dict[str, Any] = {} if window is None else {"window": window}
    with show.keeping(desk, "nothing of the run counts; run the same command again"), show.thinking() as progress:
        result = desk.blocking_moves(progress=progress, **given)
    if as_json:
        show.json({**result.as_dict(), "moves": result.table("moves").to_pylist()})
        return
    if result.findings:
        sentences(list(result.findings))
    else:
        show.say("No links of posts lead to a service whose blocking began or ended while it was looked at.")
    show.say(
        f"\nRun {result.run}: {result.seconds:.1f} s; tables {', '.join(result.tables)} in signals/moves/{result.run}/"
    )


@group.command(epilog="Example: blowback blocking raw mycase F-0123456789ab --nth 2")
def raw(
    case: opt.CasePath,
    what: Annotated[
        str, typer.Argument(metavar="FINDING|REPLY", help="A finding of blocking, or one reply as exhibit:record.")
    ],
    nth: Annotated[
        int | None, typer.Option("--nth", help="This record alone, counted from 1; all of them unless given.")
    ] = None,
    as_json: opt.AsJson = False,
) -> None:
    """The raw records behind a finding, byte for byte as their files have them, each checked against its hash."""
    for one in Desk(case).raw(what, nth):
        place = show.place(one.file, int(one.key.partition(":")[2]), one.line, one.byte_start)
        if as_json:
            text = one.content.decode("utf-8", "backslashreplace")
            facts = {"file": one.file, "line": one.line, "byte_start": one.byte_start, "byte_len": one.byte_len}
            show.json({"number": one.number, "reply": one.key, **facts, "text": text})
            continue
        show.tell(f"{one.number}. {place}")
        sys.stdout.buffer.write(one.content + b"\n")
        sys.stdout.buffer.flush()


def add(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="blocking")
