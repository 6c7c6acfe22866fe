"""Parquet parts: batches are gathered into large row groups; a part is whole on disk before it is named anywhere."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from blowback.case.atomic import disk, file_hash, make_folder, sync_file, sync_folder
from blowback.case.manifest import Part

ROWS: Final = 131_072  # of a row group: DuckDB's scans parallelise over them
_BYTES: Final = 32 << 20  # a row group is cut earlier when its text is long
# columns with few distinct values: a dictionary pays; elsewhere building one is wasted
_ALIKE: Final = frozenset({
    "platform", "clock", "kind", "lang", "client", "place", "exhibit", "label", "mime", "state", "actor", "scope",
    "subject_kind", "certainty", "reason", "detail", "domain", "channel_id", "basis",
})  # fmt: skip
_RISING: Final = frozenset(["record_no", "line", "byte_start", "posted_at", "id_time", "byte_len", "position"])


class Parts:
    """Writes one part for each table between two checkpoints, on a thread of its own."""

    def __init__(self, folder: Path, short: str) -> None:
        self.folder = folder
        self.short = short
        self._held: dict[str, list[pa.Table]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._files: dict[str, pa.OSFile] = {}
        self._rows: dict[str, int] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="parquet")
        self._pending: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
        for left in (*self._writers.values(), *self._files.values()):  # after an error: named nowhere
            with suppress(OSError):
                left.close()

    def add(self, table: str, rows: pa.Table, number: int) -> None:
        """Take rows of one table for the part of this number; they are written in large groups.

        Raises:
            NoSpace: the disk is full.
        """
        if not rows.num_rows:
            return
        held = self._held.setdefault(table, [])
        held.append(rows)
        if sum(t.num_rows for t in held) >= ROWS or sum(t.nbytes for t in held) >= _BYTES:
            self._flush(table, number)

    def close(self, number: int) -> list[Part]:
        """Finish the parts of this number: all rows on disk, hashed. Paths are relative to the folder.

        Raises:
            NoSpace: the disk is full.
        """
        for table in list(self._held):
            self._flush(table, number)
        self._wait(0)
        made = []
        for table, writer in sorted(self._writers.items()):
            path = self.folder / self._name(table, number)
            with disk(path):
                writer.close()
                self._files[table].close()
                sync_file(path)
                made.append(Part(table, path.name, self._rows[table], path.stat().st_size, file_hash(path)))
        self._writers.clear()
        self._files.clear()
        self._rows.clear()
        with disk(self.folder):
            sync_folder(self.folder)
        return made

    def _name(self, table: str, number: int) -> str:
        return f"{table}-{self.short}-{number}.parquet"

    def _flush(self, table: str, number: int) -> None:
        held = self._held.pop(table, [])
        if held:
            self._wait(0)
            self._pending.append(self._thread.submit(self._write, table, held, self.folder / self._name(table, number)))

    def _write(self, table: str, held: list[pa.Table], path: Path) -> None:
        whole = pa.concat_tables(held)
        with disk(path):
            if table not in self._writers:
                self._files[table] = pa.OSFile(str(path), "wb")
                self._writers[table] = pq.ParquetWriter(self._files[table], whole.schema, **_layout(whole.schema))
            self._writers[table].write_table(whole, row_group_size=ROWS)
        self._rows[table] = self._rows.get(table, 0) + whole.num_rows

    def _wait(self, left: int) -> None:
        while len(self._pending) > left:
            self._pending.pop(0).result()


def write_part(folder: Path, name: str, rows: pa.Table, *, table: str) -> Part:
    """Write one small part whole, durable."""
    make_folder(folder)
    path = folder / name
    with disk(path):
        with pa.OSFile(str(path), "wb") as out:
            pq.write_table(rows, out, row_group_size=ROWS, **_layout(rows.schema))
        sync_file(path)
        sync_folder(folder)
        return Part(table, name, rows.num_rows, path.stat().st_size, file_hash(path))


def _layout(schema: pa.Schema) -> dict[str, Any]:
    alike = [n for n in schema.names if n in _ALIKE]
    encoded = {n: "DELTA_BINARY_PACKED" for n in schema.names if n in _RISING}
    texts = [f.name for f in schema if pa.types.is_string(f.type) and f.name not in _ALIKE]
    encoded |= dict.fromkeys(texts, "DELTA_LENGTH_BYTE_ARRAY")  # lengths apart: smaller, and quicker to write
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": alike or False,
        "column_encoding": encoded or None,
        "write_statistics": [n for n in schema.names if n in _RISING or n in _ALIKE] or False,
        "store_schema": True,
    }
