"""`open`: one command from export files to a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from blowback.case.case import Case
from blowback.cli import options as opt
from blowback.cli import show
from blowback.cli.ingesting import INTERRUPTED, files_of
from blowback.cli.reading import sentences
from blowback.desk import FIRST_LOOK, Desk, new_case
from blowback.desk_runs import Settings
from blowback.errors import AnalysisFailed, BlowbackError, NotACase
from blowback.model.analysis import Progress


def _case(path: Path, *, pseudonyms: bool) -> None:
    if not (path / "case.toml").exists():
        new_case(path, pseudonyms=pseudonyms)
        return
    case = Case.open(path)
    if case.pseudonyms != pseudonyms and not pseudonyms:
        raise NotACase("this case has pseudonyms on", hint="Make a new case with --pseudonyms off")


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("open", epilog="Example: blowback open posts.jsonl more.csv.gz --case mycase")
    def open_(
        files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Export files, or a folder of them.")],
        case: Annotated[Path | None, typer.Option("--case", help="Folder of the case; made if it is not there.")] = None,
        source: opt.Format = None, mapping: opt.Mapping = None, zone: opt.Zone = None, dates: opt.Dates = None,
        platform: opt.Platform = None, reference: opt.Reference = False, pseudonyms: opt.Pseudonyms = "on",
        engine: opt.EngineName = "duckdb", memory: opt.Memory = None, threads: opt.Threads = None,
        as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """New case, ingest, analyse, dossier: a first look with no form to fill."""
        chosen = opt.reading_options(source, mapping, zone, dates, platform)
        folder = case or Path(files[0].name.split(".")[0] + "-case")
        _case(folder, pseudonyms=opt.on(pseudonyms))
        desk = Desk(folder, settings=Settings(engine, memory, threads))
        with show.keeping(desk, INTERRUPTED), show.reading() as report:
            receipt = desk.ingest(*files_of(files), options=chosen, reference=reference, report=report)
        if not as_json and receipt.exhibits:
            show.receipt(list(receipt.exhibits))
        for failure in receipt.failures:
            show.tell(f"{failure.path}:")
            show.error(failure.error)
        runs: list[dict[str, Any]] = []
        failed: list[BlowbackError] = []
        if receipt.exhibits:
            for name in FIRST_LOOK:
                with (
                    show.keeping(desk, "the files are in the case; run the same command again"),
                    show.thinking() as progress,
                ):
                    _analysed(desk, name, progress, runs, failed)
            page = desk.dossier()
            _tell(desk, folder, page, {"receipt": receipt.as_dict(), "runs": runs}, as_json=as_json)
        if receipt.failures:
            raise typer.Exit(3)
        if failed:
            raise typer.Exit(failed[0].exit_code)


def _analysed(
    desk: Desk, name: str, progress: Progress, runs: list[dict[str, Any]], failed: list[BlowbackError]
) -> None:
    """One analysis; a defect in it is recorded and told, and does not keep the others from the reader."""
    try:
        runs.append(desk.analyse(name, progress=progress).as_dict())
    except AnalysisFailed as error:
        show.error(error)
        failed.append(error)


def _tell(desk: Desk, folder: Path, page: Path, facts: dict[str, Any], *, as_json: bool) -> None:
    found = desk.findings()
    if as_json:
        show.json({"case": str(desk.path), **facts, "findings": [f.id for f in found], "dossier": str(page)})
        return
    sentences(found[:12])
    if len(found) > 12:
        show.say(f"  and {len(found) - 12} more: blowback findings {folder}")
    show.say(f"\nDossier: {page}\nIt opens in any browser, from disk, without a network.")
