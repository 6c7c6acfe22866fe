"""Floor 2: where SQL runs. The list of engines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from blowback.engine.duckdb_engine import DuckDBEngine
from blowback.engine.protocol import Engine
from blowback.errors import UnknownName, UsageError

ENGINES: Final = ("duckdb",)


def open_engine(
    name: str = "duckdb", *, memory: str | None = None, threads: int | None = None, spill: Path | None = None
) -> Engine:
    """The engine of that name.

    Raises:
        UsageError: it is planned and not there yet.
        UnknownName: there is none; the error lists them.
    """
    if name == "duckdb":
        return DuckDBEngine(memory=memory, threads=threads, spill=spill)
    if name == "spark":
        raise UsageError(
            "the Spark engine comes with the next version", hint="Leave --engine out: DuckDB is the default"
        )
    raise UnknownName(f"no engine is called {name!r}", hint=f"Engines are: {', '.join(ENGINES)}")


__all__ = ["ENGINES", "DuckDBEngine", "Engine", "open_engine"]
