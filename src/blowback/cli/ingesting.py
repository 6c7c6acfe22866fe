"""`ingest` and `sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from blowback.case.receipt import Receipt
from blowback.cli import options as opt
from blowback.cli import show
from blowback.desk import Desk
from blowback.sources import sources
from blowback.witnesses import WITNESSES

INTERRUPTED = "files that were taken in whole are in the case; run the same command again, and it goes on from there"


def files_of(paths: list[Path]) -> list[Path]:
    """The files given, folders of exports spelled out (their direct files, no hidden ones, no truth tables)."""
    out: list[Path] = []
    for path in paths:
        if path.is_dir() and any(path.iterdir()):
            found = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith((".", "truth")))
            out += found or [path]
        else:
            out.append(path)
    return out


def finish(receipt: Receipt, *, as_json: bool) -> None:
    """Print a receipt; files that failed are said, and make the exit code 3."""
    if as_json:
        show.json(receipt.as_dict())
    elif receipt.exhibits:
        show.receipt(list(receipt.exhibits))
    for failure in receipt.failures:
        show.tell(f"{failure.path}:")
        show.error(failure.error)
    if receipt.failures:
        raise typer.Exit(3)


def add(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command(
        epilog="Example: blowback ingest mycase posts.csv --map account=user,time=created --time-zone Asia/Baghdad"
    )
    def ingest(
        case: opt.CasePath,
        files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Export files; .gz and .zst as they are.")],
        source: opt.Format = None, mapping: opt.Mapping = None, zone: opt.Zone = None, dates: opt.Dates = None,
        platform: opt.Platform = None, reference: opt.Reference = False, as_json: opt.AsJson = False,
    ) -> None:  # fmt: skip
        """Take export files into a case; the receipt adds up. A killed intake goes on when run again."""
        desk = Desk(case)
        chosen = opt.reading_options(source, mapping, zone, dates, platform)
        with show.keeping(desk, INTERRUPTED), show.reading() as report:
            receipt = desk.ingest(*files, options=chosen, reference=reference, report=report)
        finish(receipt, as_json=as_json)

    @app.command("sources", epilog="Example: blowback sources")
    def list_sources(as_json: opt.AsJson = False) -> None:
        """The export formats that can be read, and the layouts of outside data such as events."""
        known = [(s.id, s.title, s.reads) for s in sources()] + [(w.id, w.title, w.reads) for w in WITNESSES]
        if as_json:
            show.json([{"id": name, "title": title, "reads": reads} for name, title, reads in known])
            return
        for name, title, reads in known:
            show.out.print(f"[bold]{name}[/]  {title}\n    {reads}".replace("[`", r"\[`"))
