"""The rows of a tabular file: CSV and its kin, JSON, Parquet, spreadsheets."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from blowback.errors import DamagedFile, UnknownFormat
from blowback.model.locator import Locator
from blowback.sources import csv_rows, table_sniff
from blowback.sources.source import Batch, Cursor, Head
from blowback.sources.staging import batch, counted
from blowback.tools.documents import after, first_values, is_document, values
from blowback.tools.frames import Frame, lines, rows
from blowback.tools.streams import Stream, look

_ROWS: Final = 65536
_DEEP: Final = 3  # levels of a nested JSON object that become columns of their own
_TYPES: Final = b"[Content_Types].xml"
Cells = Iterator[tuple[pa.Table, pa.Table | None, Callable[[pa.Table], Batch]]]


def cells_of(path: Path, head: Head) -> tuple[Callable[[Cursor], Cells], tuple[str, ...]]:
    """(rows from a cursor on, notes for the receipt). Rows come as (cells, records that are none, what makes a batch).

    Raises:
        UnknownFormat: the file is no table.
        DamagedFile: it is one, but not whole.
    """
    if head.compression != "none" and (head.first[:4] == b"PAR1" or is_workbook(head.first)):
        raise UnknownFormat(
            f"{path.name} is a packed Parquet file or workbook", hint="Unpack it first", at=Locator(path.name)
        )
    if head.first[:4] == b"PAR1":
        return lambda cursor: _parquet(path, cursor), ()
    if is_workbook(head.first):
        return _workbook(path)
    if head.first.lstrip()[:1] in (b"{", b"["):
        return lambda cursor: _json(path, head, cursor), ()
    layout = csv_rows.layout(head.first)
    if layout is None or head.encoding == "binary":
        raise UnknownFormat(
            f"{path.name} is neither an export we know nor a table with a row of column names",
            hint="Run `blowback sources` for the list; name one with --format, or convert the file to CSV",
            at=Locator(path.name),
        )
    told = f"{layout.header_record} records above the row of column names were passed over"
    return lambda cursor: _csv(path, layout, cursor), (told,) if layout.header_record else ()


def first_rows(head: Head) -> pa.Table | None:
    """The rows in the first bytes of a text file, for detection; None where they are no rows."""
    if head.first.lstrip()[:1] in (b"{", b"["):
        found = [_object(text.decode("utf-8", "replace")) for text in first_values(head.first)[:200]]
        records = [f for f in found if f is not None]
        if not found:  # the first record is longer than what can be looked at: its keys must do
            keys = dict.fromkeys(k.decode("utf-8", "replace") for k in re.findall(rb'"([\w.]{1,60})"\s*:', head.first))
            return pa.table({k: pa.array([], pa.string()) for k in keys})
        return _as_columns(records) if len(records) > len(found) / 2 else None
    layout = csv_rows.layout(head.first)
    return csv_rows.sample(head.first, layout) if layout else None


def _csv(path: Path, layout: csv_rows.Layout, cursor: Cursor) -> Cells:
    stream = Stream(path, look(path)[0], cursor.byte)
    before = cursor.record_no
    for frame in rows(stream, layout.delimiter, record_no=before, line=cursor.line):
        table = frame.table.slice(max(0, layout.header_record + 1 - before))
        good, ragged = csv_rows.columns(table, layout)

        def done(staged: pa.Table, frame: Frame = frame, before: int = before) -> Batch:  # bound now
            return batch(staged, frame, before, stream)

        yield good, ragged, done
        before += len(frame)


def _json(path: Path, head: Head, cursor: Cursor) -> Cells:
    """One object a line, or an array of objects."""
    whole = is_document(head.first)
    stream = Stream(path, look(path)[0], 0 if whole else cursor.byte)
    before = cursor.record_no
    frames = after(values(stream), before) if whole else lines(stream, record_no=before, line=cursor.line)
    for frame in frames:
        records = frame.table
        found = [_object(text) for text in records.column("raw").to_pylist()]
        wrong = pa.array([f is None for f in found], pa.bool_())
        good = _as_columns([f for f in found if f is not None])
        kept = records.filter(pa.compute.invert(wrong))
        for name in kept.column_names[1:]:
            good = good.append_column(f"__{name}", kept.column(name))
        ragged = records.filter(wrong)
        ragged = ragged.append_column("reason", pa.repeat("not_json", ragged.num_rows))
        ragged = ragged.append_column("detail", pa.repeat("no JSON object", ragged.num_rows))

        def done(staged: pa.Table, frame: Frame = frame, before: int = before) -> Batch:  # bound now
            return batch(staged, frame, before, stream)

        yield good, ragged, done
        before += len(frame)


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        value = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    return _flat(value, "", _DEEP) if isinstance(value, dict) else None


def _flat(value: dict[str, Any], start: str, deep: int) -> dict[str, Any]:
    """Nested objects as columns with dotted names; lists and what lies deeper as JSON text."""
    out: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and deep > 1:
            out |= _flat(inner, f"{start}{key}.", deep - 1)
        else:
            out[start + key] = inner if inner is None or isinstance(inner, str) else orjson.dumps(inner).decode()
    return out


def _as_columns(records: Sequence[dict[str, Any]]) -> pa.Table:
    """Text columns for every key that occurs in any record."""
    keys = dict.fromkeys(k for record in records for k in record)
    return pa.table({k: pa.array([r.get(k) for r in records], pa.string()) for k in keys})


def _numbered(table: pa.Table, first: int) -> pa.Table:
    return table.append_column("__record_no", pa.array(np.arange(first + 1, first + 1 + table.num_rows)))


def _parquet(path: Path, cursor: Cursor) -> Cells:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DamagedFile(f"{path.name} is not whole Parquet: {error}", hint="Get a whole copy of the file") from error
    size, total, before = path.stat().st_size, max(file.metadata.num_rows, 1), 0
    for piece in file.iter_batches(_ROWS):
        table = pa.Table.from_batches([piece])
        for _ in range(_DEEP - 1):  # nested columns get dotted names, as in JSON
            table = table.flatten()
        table = table.rename_columns(csv_rows.distinct(tuple(table.column_names)))
        start, before = before, before + table.num_rows
        if before <= cursor.record_no:
            continue

        def done(staged: pa.Table, at: int = before) -> Batch:  # bound now
            return Batch(staged, counted(staged), Cursor(at, 0, at), size * at // total)

        yield _numbered(table, start), None, done


def is_workbook(first: bytes) -> bool:
    """Whether the first bytes are those of a spreadsheet that can be read: XLSX, XLSB, ODS, or an XLS of old."""
    if first[:4] == b"PK\x03\x04":
        return (
            b"xl/" in first
            or b"opendocument.spreadsheet" in first
            or (_TYPES in first and b"word/" not in first and b"ppt/" not in first)
        )
    return first[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _workbook(path: Path) -> tuple[Callable[[Cursor], Cells], tuple[str, ...]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        found = [(name, grid, layout) for name, sheet in sheets if (layout := _sheet_layout(grid := sheet.to_python()))]
    except Exception as error:  # the reader raises its own kinds, all of which mean the same here
        raise DamagedFile(
            f"{path.name} is not a whole workbook: {error}", hint="Save it again as XLSX without a password, or as CSV"
        ) from error
    if not found:
        raise UnknownFormat(
            f"no sheet of {path.name} holds a table",
            hint="Put the posts on a sheet of their own",
            at=Locator(path.name),
        )
    best = max(found, key=lambda f: {"time", "account"} <= set(table_sniff.sniff(f[2].names)))  # the first of equals
    name, grid, layout = best
    others = [n for n, _ in sheets if n != name]
    told = f"read from the sheet {name!r}" + (f"; not from {', '.join(map(repr, others))}" if others else "")
    return lambda cursor: _sheet(path, grid, layout, cursor), (told,)


def _sheet_layout(grid: list[list[Any]]) -> csv_rows.Layout | None:
    text = "\n".join(
        "\t".join(_cell(c).replace("\t", " ").replace("\n", " ").replace('"', "'") for c in row) for row in grid[:200]
    )
    return csv_rows.layout(text.encode() + b"\n") if text.strip() else None


def _sheet(path: Path, grid: list[list[Any]], layout: csv_rows.Layout, cursor: Cursor) -> Cells:
    filled = [row for row in grid if any(c not in (None, "") for c in row)]  # blank rows are no records, as in CSV
    body, size = filled[layout.header_record + 1 :], path.stat().st_size
    timed = [any(isinstance(r[i], dt.datetime) for r in body if i < len(r)) for i in range(len(layout.names))]
    for start in range(cursor.record_no, len(body), _ROWS):
        piece = body[start : start + _ROWS]
        columns = {
            name: pa.array([_cell(r[i], timed=timed[i]) or None if i < len(r) else None for r in piece], pa.string())
            for i, name in enumerate(layout.names)
        }
        at = start + len(piece)

        def done(staged: pa.Table, at: int = at) -> Batch:  # bound now
            return Batch(staged, counted(staged), Cursor(at, 0, at), size * at // len(body))

        yield _numbered(pa.table(columns), start), None, done


def _cell(value: Any, *, timed: bool = False) -> str:  # noqa: ANN401  # what a sheet's cell holds
    """A cell as text. `timed`: the column holds times, so that a bare date in it is a midnight."""
    if isinstance(value, float) and value.is_integer():
        # 16 digits and more no spreadsheet can hold: shown as it would show them, and refused as rounded
        return f"{value:.14E}" if abs(value) >= 1e15 else str(int(value))
    if timed and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return f"{value} 00:00:00"
    return str(value) if value is not None else ""


def zip_names(path: Path) -> list[str]:
    """What a ZIP file holds; empty where it cannot be listed."""
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes()) if path.stat().st_size < 1 << 20 else path) as packed:
            return packed.namelist()
    except (OSError, zipfile.BadZipFile):
        return []
