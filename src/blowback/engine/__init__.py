"""Floor 2: where SQL runs. The list of engines."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from blowback.engine.duckdb_engine import DuckDBEngine
from blowback.engine.protocol import CountsCoactions, Engine
from blowback.errors import UnknownName, UsageError

ENGINES: Final = ("duckdb", "spark")


def open_engine(
    name: str = "duckdb",
    *,
    memory: str | None = None,
    threads: int | None = None,
    spill: Path | None = None,
    master: str | None = None,
) -> Engine:
    """The engine of that name.

    Args:
        name: duckdb or spark.
        memory: limit such as "4GB"; of DuckDB, or of Spark's Java process or executors.
        threads: cores to use.
        spill: folder for what does not fit into memory.
        master: of Spark: `local[4]`, `spark://host:7077`, ...; None leaves it to Spark's own configuration.

    Raises:
        EngineError: it does not start, as when pyspark or Java is missing.
        UsageError: a master for an engine that has none.
        UnknownName: there is none; the error lists them.
    """
    if name == "spark":
        from blowback.engine.spark import SparkEngine  # noqa: PLC0415  # pyspark is never imported unless asked for

        return SparkEngine(master=master, memory=memory, threads=threads, spill=spill)
    if name != "duckdb":
        raise UnknownName(f"no engine is called {name!r}", hint=f"Engines are: {', '.join(ENGINES)}")
    if master is not None:
        raise UsageError(f"--master {master}: DuckDB has no master", hint="Write --engine spark beside it")
    return DuckDBEngine(memory=memory, threads=threads, spill=spill)


__all__ = ["ENGINES", "CountsCoactions", "DuckDBEngine", "Engine", "open_engine"]
