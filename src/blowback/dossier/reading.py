"""A case's Parquet under DuckDB: read-only, in memory, bounded; nothing is written and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from blowback.case.case import Case
from blowback.errors import CustodyError
from blowback.model.tables import TABLES

MEMORY = "1GB"
Row = tuple[Any, ...]
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": MEMORY,
    "threads": "2",
    "preserve_insertion_order": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class Desk:
    """The canonical tables of one case as views, and whatever is put beside them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query; `?` takes the values."""
        return self.connection.execute(sql, list(values)).fetchall()

    def one(self, sql: str, *values: object) -> Row:
        """The first row of a query that always has one."""
        found = self.connection.execute(sql, list(values)).fetchone()
        if found is None:
            raise ValueError("the query has no row")
        return found

    def mount(self, name: str, files: Sequence[Path]) -> frozenset[str]:
        """Make Parquet files readable under a name; returns the columns."""
        listed = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
        self.connection.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS SELECT * FROM read_parquet([{listed}])')
        return frozenset(r[0] for r in self.rows(f'DESCRIBE "{name}"'))


@contextmanager
def desk(case: Case) -> Iterator[Desk]:
    """Open the tables of a case.

    Raises:
        CustodyError: a table the manifest names is missing or not Parquet.
    """
    connection = duckdb.connect(":memory:", config=_CONFIG)
    try:
        connection.execute(f"SET temp_directory = '{str(case.path / 'tmp').replace(chr(39), chr(39) * 2)}'")
        made = Desk(connection)
        for name, files in case.tables().items():
            if files:
                made.mount(name, files)
            else:
                columns = ", ".join(f'NULL::{c.sql} AS "{c.name}"' for c in TABLES[name].columns)
                connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} WHERE false')
        yield made
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise CustodyError(
            f"a table of the case {case.path.name} cannot be read: {error}",
            hint="`blowback verify` names the file; put it back from a dump, or analyse again",
        ) from error
    finally:
        connection.close()
