"""DuckDB: one process, out of core, a memory limit that is honoured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from blowback.engine.declared import declared
from blowback.engine.grammar import check, parameters, with_dollars
from blowback.errors import EngineError, NoSpace
from blowback.model.analysis import Params, Step
from blowback.model.tables import TABLES


class DuckDBEngine:
    """The embedded engine.

    Args:
        memory: limit such as "4GB"; None leaves DuckDB's own (80 % of the machine).
        threads: None leaves all cores.
        spill: folder for what does not fit; a temporary one of the case.
    """

    def __init__(self, *, memory: str | None = None, threads: int | None = None, spill: Path | None = None) -> None:
        self._connection = duckdb.connect(
            ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        self._run("SET TimeZone = 'UTC'; SET preserve_insertion_order = false; SET enable_progress_bar = false")
        try:
            if memory:
                self._run(f"SET memory_limit = '{memory}'")
            if threads:
                self._run(f"SET threads = {int(threads)}")
        except duckdb.Error as error:
            raise EngineError(
                f"DuckDB does not take this setting: {error}", hint="Try --memory 4GB --threads 2"
            ) from error
        if spill is not None:
            self._run(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        words = files("blowback.engine").joinpath("vocabulary/duckdb.sql").read_text(encoding="utf-8")
        for statement in words.split(";\n"):
            if statement.strip():
                self._run(statement)
        self._steps: dict[str, Step] = {}

    @property
    def name(self) -> str:
        """`duckdb` and its version."""
        return f"duckdb {duckdb.__version__}"

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)

    def mount(self, tables: Mapping[str, Sequence[Path]]) -> None:
        """Views over the Parquet parts; a canonical table without parts is empty but there."""
        for table in TABLES.values():
            parts = tables.get(table.name, ())
            if parts:
                listed = ", ".join("'" + str(p).replace("'", "''") + "'" for p in parts)
                self._run(f"CREATE OR REPLACE VIEW {table.name} AS SELECT * FROM read_parquet([{listed}])")
            else:
                columns = ", ".join(f"CAST(NULL AS {c.sql}) AS {c.name}" for c in table.columns)
                self._run(f"CREATE OR REPLACE VIEW {table.name} AS SELECT {columns} WHERE false")

    def step(self, step: Step, params: Params) -> None:
        """Check a step at the gate and run it; its rows are kept under its name.

        Raises:
            GateRefusal: it is not portable.
            EngineError: DuckDB could not run it.
            NoSpace: what does not fit in memory does not fit on the disk either.
        """
        check(step, self._steps)
        used = {name: params[name] for name in parameters(step.sql)}
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {step.name} AS {with_dollars(step.sql)}", used or None
            )
        except duckdb.OutOfMemoryException as error:
            raise EngineError(
                f"step {step.name!r} ran out of memory: {error}", hint="Give it more with --memory"
            ) from error
        except duckdb.IOException as error:
            if "space" in str(error).lower():
                raise NoSpace(
                    f"step {step.name!r}: the disk is full", hint="Free some space and run it again"
                ) from error
            raise EngineError(f"step {step.name!r}: {error}", hint="Run `blowback verify` on the case") from error
        except duckdb.Error as error:
            raise EngineError(
                f"step {step.name!r} did not run: {error}", hint="This is a defect: please report it"
            ) from error
        self._steps[step.name] = step

    def fetch(self, name: str) -> pa.Table:
        """Rows of a mounted table or of a step.

        Raises:
            EngineError: no such name, or columns that are not of the declared types.
        """
        if name not in self._steps and name not in TABLES:
            raise EngineError(f"nothing is called {name!r}", hint="Mount tables and run steps first")
        columns = (self._steps[name] if name in self._steps else TABLES[name]).columns
        return declared(self._connection.execute(f"SELECT * FROM {name}").to_arrow_table(), name, columns)

    def write(self, name: str, path: Path) -> None:
        """Parquet, zstd level 1."""
        pq.write_table(self.fetch(name), path, compression="zstd", compression_level=1)

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()
