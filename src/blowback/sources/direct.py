"""Whole blocks of JSON lines through DuckDB's own reader: the fast way for blocks in which nothing is wrong.

`read_ndjson` needs a file, so a block goes into one that exists in memory only (Linux) or into a temporary one. Any
complaint, or another number of rows than there are lines, sends the block the careful way (`staging.Stager`), which
parses line by line under TRY and says which line is wrong.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import pyarrow as pa

from blowback.tools.frames import Bytes

_LONGEST: Final = 4 << 20  # bytes of a record; a longer one goes the careful way
_REFUSED: Final = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)


class Direct:
    """Runs one SELECT over blocks of JSON lines. In it, `r` is the table of parsed records, a column for each key.

    Args:
        connection: the source's own connection, with the macros of `staging`.
        structure: key -> type, as `json_transform` takes it.
        select: a SELECT without filters or joins `FROM r`: one row a record, in order.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, structure: Mapping[str, Any], select: str) -> None:
        self.connection = connection
        self.columns = {key: type_of(kind) for key, kind in structure.items()}
        self.select = select
        self._file = _InMemory() if hasattr(os, "memfd_create") else _as_temporary
        connection.execute("SET preserve_insertion_order = true; SET enable_external_file_cache = false")

    def __call__(self, body: Bytes, rows: int) -> pa.Table | None:
        """The rows of a block with `rows` records, or None where DuckDB does not take it as it is."""
        with self._file(body) as path:
            reading = f"read_ndjson('{path}', columns = {self.columns!r}, maximum_object_size = {_LONGEST})"
            try:
                found = self.connection.execute(f"WITH r AS (SELECT * FROM {reading}) {self.select}").to_arrow_table()
            except _REFUSED:
                return None
        return found if found.num_rows == rows else None


def type_of(structure: Any) -> str:  # noqa: ANN401  # a tree of dicts, lists and names
    """DuckDB's type for a `json_transform` structure: {'a': ['VARCHAR']} -> STRUCT("a" VARCHAR[])."""
    if isinstance(structure, str):
        return structure
    if isinstance(structure, list):
        return f"{type_of(structure[0])}[]"
    return "STRUCT(" + ", ".join(f'"{key}" {type_of(kind)}' for key, kind in structure.items()) + ")"


class _InMemory:
    """A file that exists in memory only, written anew for every block: fresh pages cost more than the copy."""

    def __init__(self) -> None:
        self._number = os.memfd_create("block")

    @contextmanager
    def __call__(self, body: Bytes) -> Iterator[str]:
        view = memoryview(body)
        done = 0
        while done < len(body):
            done += os.pwrite(self._number, view[done:], done)
        os.ftruncate(self._number, len(body))
        yield f"/proc/self/fd/{self._number}"

    def __del__(self) -> None:
        os.close(self._number)


@contextmanager
def _as_temporary(body: Bytes) -> Iterator[str]:
    kept = tempfile.NamedTemporaryFile(suffix=".jsonl", delete=False)  # noqa: SIM115  # Windows: closed before it is read
    try:
        with kept:
            kept.write(body)
        yield kept.name.replace("'", "''")
    finally:
        os.unlink(kept.name)  # noqa: PTH108
