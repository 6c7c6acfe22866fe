"""`doctor`: versions, disk, memory, and compiling the kernels once."""

from __future__ import annotations

import platform
import shutil
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from blowback import __version__
from blowback.analyses import ANALYSES
from blowback.cli import options as opt
from blowback.cli import show

PARTS = ("duckdb", "pyarrow", "polars", "numba", "numpy", "scipy", "networkit", "sqlglot")

KERNELS = (
    "tools.keyed", "tools.calendars", "tools.changes", "tools.fold", "tools.frames", "tools.documents", "tools.handles",
    "tools.coaction", "tools.coaction_blocks", "tools.nulls", "tools.gaps", "tools.sharing", "tools.rhythm", "tools.neardup",
    "tools.places", "case.seen",
)  # fmt: skip


def warm() -> float:
    """Compile every kernel on tiny inputs; the results are cached on disk. Returns seconds."""
    from blowback.testing import rehearse  # noqa: PLC0415  # what follows takes a minute anyway

    started = time.perf_counter()
    for name in KERNELS:
        import_module(f"blowback.{name}").warm()
    for analysis in ANALYSES.values():
        rehearse(analysis)
    return time.perf_counter() - started


def add(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(epilog="Example: blowback doctor --warm")
    def doctor(
        warm_up: Annotated[
            bool, typer.Option("--warm", help="Compile the kernels now (once for each machine).")
        ] = False,
        as_json: opt.AsJson = False,
    ) -> None:
        """What this installation is made of, and whether it is ready."""
        facts: dict[str, Any] = {
            "blowback": __version__, "python": platform.python_version(), "system": platform.platform(),
            **{p: version(p) for p in PARTS}, "free_gb": round(shutil.disk_usage(Path.cwd()).free / 1e9, 1),
        }  # fmt: skip
        if warm_up:
            show.tell("compiling the kernels (up to a minute, once) ...")
            facts["kernels_ready_after_s"] = round(warm(), 1)
        if as_json:
            show.json(facts)
            return
        for name, value in facts.items():
            show.say(f"{name:>22}  {value}")
