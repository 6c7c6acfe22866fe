"""`findings`, `dossier`, `verify`: looking at what there is."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

from blowback.analyses import evidence_noun
from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.dossier.shown import harmless
from blowback.model.finding import Finding
from blowback.tools.words import plural


def sentences(findings: list[Finding]) -> None:
    """Findings as plain sentences with their id and certainty."""
    for finding in findings:
        show.out.print(f"\n[bold]{escape(finding.id)}[/]  [dim]{escape(finding.certainty)}[/]")
        show.say(f"  {finding.says}")


def _whole(finding: Finding) -> None:
    sentences([finding])
    effect = finding.effect
    show.say(f"  effect: {effect.name} {effect.value:.3g} [{effect.low:.3g}, {effect.high:.3g}] ({effect.method})")
    show.say(f"  rule: {finding.rule}; parameters: {dict(finding.parameters)}")
    for null in finding.nulls:
        chance = "" if null.p is None else f"; p {null.p:.2g}" + (f", q {null.q:.2g}" if null.q is not None else "")
        told = f"  null {null.name}: {null.says}. Observed {null.observed:,.0f}, expected {null.expected:,.3g}{chance}"
        show.say(told)
    for against in finding.counter_evidence:
        show.say(f"  against: {against}")
    show.say(
        f"  evidence: {plural(finding.evidence_total, evidence_noun(finding.analysis))}; "
        f"run {finding.run}, {finding.engine}, {finding.code}\n"
        f"  digest: {finding.digest}"
    )


def _evidence(desk: Desk, finding: str, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = desk.evidence(finding).to_pylist()
    for row in rows:
        row["text"] = None if row["text"] is None else harmless(row["text"])
        if as_json:
            show.json(row)
            continue
        place = show.place(row["file"], row["record_no"], row["line"], row["byte_start"])
        show.say(f"{row['posted_at'] or 'no time stated'}  {row['account_id']}  ({place})")
        show.say(f"    {row['text'] or '(no text)'}")


def add(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command(epilog="Example: blowback findings mycase F-0123456789ab --evidence")
    def findings(
        case: opt.CasePath,
        finding: Annotated[str | None, typer.Argument(metavar="[FINDING]", help="One of them, by id.")] = None,
        evidence: Annotated[
            bool, typer.Option("--evidence", help="Its posts or measurements, with file, line and byte.")
        ] = False,
        as_json: opt.AsJson = False,
    ) -> None:
        """What was found: all as sentences, or one whole with rule, nulls, interval and counter-evidence."""
        desk = Desk(case)
        if finding and evidence:
            _evidence(desk, finding, as_json=as_json)
            return
        found = [desk.finding(finding)] if finding else desk.findings()
        if as_json:
            for one in found:
                show.json(one.as_dict())
        elif finding:
            _whole(found[0])
        elif found:
            sentences(found)
        else:
            show.say("No findings yet: run `blowback analyse CASE coordination`.")

    @app.command(epilog="Example: blowback dossier mycase")
    def dossier(case: opt.CasePath, as_json: opt.AsJson = False) -> None:
        """Write the dossier: one HTML file that opens from disk and makes no request."""
        page = Desk(case).dossier()
        if as_json:
            show.json({"path": str(page), "json": str(page.with_name("dossier.json"))})
        else:
            show.say(str(page))
