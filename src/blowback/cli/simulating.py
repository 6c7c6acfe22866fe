"""`simulate`: campaigns with known truth, and scoring against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from blowback.cli import options as opt
from blowback.cli import show
from blowback.errors import NotReadable, UsageError
from blowback.simulate.campaign import simulate
from blowback.simulate.scenario import BUNDLED, Scenario
from blowback.simulate.score_case import score_case
from blowback.simulate.write import write


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        "simulate",
        epilog="Examples: blowback simulate june --out exports; blowback simulate score mycase --truth exports/truth.json",
    )
    def simulate_(
        scenario: Annotated[str, typer.Argument(help=f"{', '.join(BUNDLED)}, a TOML file, or `score`.")],
        case: Annotated[Path | None, typer.Argument(metavar="[CASE]", help="For score: the case.")] = None,
        out: Annotated[Path | None, typer.Option("--out", help="Folder for the export files.")] = None,
        truth: Annotated[Path | None, typer.Option("--truth", help="For score: truth.json of the exports.")] = None,
        as_json: opt.AsJson = False,
    ) -> None:
        """Write a campaign with known truth as export files (benign text), or score a case against its truth.

        A score says for every mechanism what was planted, found, missed and falsely claimed; an analysis that has not
        run on the case is said to be so.
        """
        if scenario == "score":
            if case is None or truth is None:
                raise UsageError(
                    "score needs a case and --truth", hint="blowback simulate score CASE --truth DIR/truth.json"
                )
            _score(case, truth, as_json=as_json)
            return
        if out is None:
            raise UsageError("--out is missing", hint="blowback simulate june --out exports")
        if case is not None:
            raise UsageError(f"{str(case)!r} is one word too many", hint=f"blowback simulate {scenario} --out {out}")
        _simulate(scenario, out, as_json=as_json)


def _simulate(scenario: str, out: Path, *, as_json: bool) -> None:
    wanted = Scenario.find(scenario)
    with show.thinking() as progress:
        campaign = simulate(wanted, lambda what, share: progress(f"simulate: {what}", share / 4))
        try:
            files = write(campaign, out, lambda what, share: progress(f"write: {what}", 0.25 + 0.75 * share))
        except OSError as error:
            raise NotReadable(
                f"{out} cannot be written ({error.strerror})", hint="Give a folder that can be written, with room in it"
            ) from error
    if as_json:
        show.json({"files": [str(f) for f in files], "posts": len(campaign), "truth": str(out / "truth.json")})
        return
    for file in files:
        show.say(f"{file}  {file.stat().st_size / 1e6:,.1f} MB")
    show.say(f"{len(campaign):,} posts; what was planted: {out / 'truth.json'}")


def _score(case: Path, truth: Path, *, as_json: bool) -> None:
    found = score_case(case, truth)
    if as_json:
        show.json(found.as_dict())
        return
    for line in found.lines():
        show.say(line)
