"""`findings`, `dossier`, `verify`: looking at what there is."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.model.finding import Finding
from blowback.tools.links import defang


def sentences(findings: list[Finding]) -> None:
    """Findings as plain sentences with their id and certainty."""
    for finding in findings:
        show.out.print(f"\n[bold]{finding.id}[/]  [dim]{finding.certainty}[/]")
        show.out.print(f"  {finding.says}", markup=False)


def _whole(finding: Finding) -> None:
    sentences([finding])
    effect = finding.effect
    show.out.print(
        f"  effect: {effect.name} {effect.value:.3g} [{effect.low:.3g}, {effect.high:.3g}] ({effect.method})",
        markup=False,
    )
    show.out.print(f"  rule: {finding.rule}; parameters: {dict(finding.parameters)}", markup=False)
    for null in finding.nulls:
        chance = "" if null.p is None else f"; p {null.p:.2g}" + (f", q {null.q:.2g}" if null.q is not None else "")
        told = f"  null {null.name}: {null.says}. Observed {null.observed:,.0f}, expected {null.expected:,.3g}{chance}"
        show.out.print(told, markup=False)
    for against in finding.counter_evidence:
        show.out.print(f"  against: {against}", markup=False)
    show.out.print(
        f"  evidence: {finding.evidence_total:,} posts; run {finding.run}, {finding.engine}, {finding.code}\n"
        f"  digest: {finding.digest}",
        markup=False,
    )


def _evidence(desk: Desk, finding: str, *, as_json: bool) -> None:
    rows: list[dict[str, Any]] = desk.evidence(finding).to_pylist()
    for row in rows:
        row["text"] = None if row["text"] is None else defang(row["text"])
        if as_json:
            show.json(row)
            continue
        where = f"line {row['line']:,}" if row["line"] is not None else f"record {row['record_no']:,}"
        byte = f", byte {row['byte_start']:,}" if row["byte_start"] is not None else ""
        show.out.print(f"{row['posted_at']}  {row['account_id']}  ({row['file']}, {where}{byte})", markup=False)
        show.out.print(f"    {row['text'] or '(no text)'}", markup=False)


def add(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command(epilog="Example: blowback findings mycase F-0123456789ab --evidence")
    def findings(
        case: opt.CasePath,
        finding: Annotated[str | None, typer.Argument(metavar="[FINDING]", help="One of them, by id.")] = None,
        evidence: Annotated[bool, typer.Option("--evidence", help="Its posts, with file, line and byte.")] = False,
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
            show.out.print("No findings yet: run `blowback analyse CASE coordination`.", markup=False)

    @app.command()
    def dossier(case: opt.CasePath, as_json: opt.AsJson = False) -> None:
        """Write the dossier: one HTML file that opens from disk and makes no request."""
        page = Desk(case).dossier()
        if as_json:
            show.json({"path": str(page), "json": str(page.with_name("dossier.json"))})
        else:
            show.out.print(str(page), markup=False)

    @app.command()
    def verify(case: opt.CasePath, as_json: opt.AsJson = False) -> None:
        """Check every hash and every ledger line; exit 1 and the place where one is wrong."""
        desk = Desk(case)
        with show.reading() as report:
            problems = desk.verify(report=report)
        if as_json:
            show.json(
                {"case": str(desk.path), "problems": [p.as_dict() for p in problems], "unfinished": desk.unfinished()}
            )
        else:
            for problem in problems:
                show.out.print(str(problem), markup=False)
            for left in desk.unfinished():
                show.out.print(left, markup=False)
            if not problems:
                show.out.print("Every hash and every ledger line is as it was.", markup=False)
        if problems:
            raise typer.Exit(1)
