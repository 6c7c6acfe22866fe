"""`analyse` and `reproduce`."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperCommand

from blowback.cli import options as opt
from blowback.cli import show
from blowback.cli.reading import sentences
from blowback.desk import Desk
from blowback.desk_runs import Settings


class _WithOptions(TyperCommand):
    """The options of every analysis stand in its help; they are read when somebody asks for it, not at every start."""

    @property
    def epilog(self) -> str | None:
        """The example, then each analysis with its options."""
        return f"Example: blowback analyse mycase coordination --kind repost --window 60s\n\n{_options()}"

    @epilog.setter
    def epilog(self, _given: str | None) -> None:
        """Nothing that is given is kept."""


def _options() -> str:
    from blowback.analyses import analyses  # noqa: PLC0415  # loads the libraries of all of them

    out = []
    for one in analyses().values():
        out.append(f"{one.id}: {one.asks}")
        for p in one.params:
            default = f" (default {p.default})"
            out.append(f"  --{p.name.replace('_', '-')}  {p.meaning}{f', {p.unit}' if p.unit else ''}{default}")
    return "\n\n".join(out)


def add(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        cls=_WithOptions,
    )
    def analyse(
        context: typer.Context,
        case: opt.CasePath,
        name: Annotated[str, typer.Argument(metavar="NAME", help="Which analysis.")],
        engine: opt.EngineName = "duckdb", memory: opt.Memory = None, threads: opt.Threads = None,
        master: opt.Master = None, as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """Run an analysis, such as coordination; its tables, SQL and parameters stay in the case.

        The options of each analysis are listed below; they are written like the others, as --name value.
        """
        desk = Desk(case, settings=Settings(engine, memory, threads, master))
        told = "the run is recorded as interrupted and nothing of it counts; run the same command again"
        with show.keeping(desk, told), show.thinking() as progress:
            result = desk.analyse(name, progress=progress, **opt.extra(context.args))
        if as_json:
            show.json(result.as_dict())
            return
        sentences(list(result.findings)[:12])
        more = f" and {len(result.findings) - 12} more findings" if len(result.findings) > 12 else ""
        show.say(
            f"\nRun {result.run}{more}: {result.seconds:.1f} s, {result.peak_mb:,.0f} MB, tables in signals/{name}/"
        )

    @app.command(epilog="Example: blowback reproduce mycase F-0123456789ab")
    def reproduce(
        case: opt.CasePath,
        finding: Annotated[str, typer.Argument(metavar="FINDING", help="Its id, as `blowback findings` shows it.")],
        engine: opt.EngineName = "duckdb", memory: opt.Memory = None, threads: opt.Threads = None,
        master: opt.Master = None, as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """Run again what a finding came from, and compare: equal, or what differs (exit 1)."""
        desk = Desk(case, settings=Settings(engine, memory, threads, master))
        with show.keeping(desk, "nothing was written"), show.thinking() as progress:
            done = desk.reproduce(finding, progress=progress)
        if as_json:
            show.json(done)
        elif done["equal"]:
            show.say(f"{done['finding']}: equal, digest {done['digest']}")
        else:
            show.say(f"{done['finding']}: NOT equal; {done['why']}")
        if not done["equal"]:
            raise typer.Exit(1)
