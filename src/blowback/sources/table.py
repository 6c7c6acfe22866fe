"""Any table: CSV, TSV, XLSX, Parquet or NDJSON, with columns found by name or by an explicit mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from blowback.errors import DamagedFile, NotPosts, UnknownFormat, WrongMapping
from blowback.model.locator import Locator
from blowback.sources import csv_rows, table_map, table_sniff
from blowback.sources.source import Batch, Cursor, Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import batch, connect, counted
from blowback.sources.table_time import Reading, reading
from blowback.tools.frames import Frame, lines, rows
from blowback.tools.streams import Stream, look

_ROWS: Final = 65536
Cells = Iterator[tuple[pa.Table, pa.Table | None, Callable[[pa.Table], Batch]]]


def plan_of(sample: pa.Table, name: str, options: Options) -> table_map.Plan:
    """How to read a table, from a sample of its rows and what the user said.

    Raises:
        WrongMapping: a column is not there, or the author or the time cannot be found.
    """
    columns = [c for c in sample.column_names if not c.startswith("__")]
    said = table_sniff.checked(options.mapping, columns, name)
    free = [c for c in columns if c not in said.values()]
    found = said if said and {"time"} <= set(said) else {**table_sniff.sniff(free, sample), **said}
    if "account" not in found and "handle" in found:
        found["account"] = found.pop("handle")
    missing = [f for f in ("account", "time") if f not in found]
    if missing:
        raise WrongMapping(
            f"{name}: no column for {' and '.join(missing)} could be found",
            hint=f"Say --map account=COLUMN,time=COLUMN,...; its columns are: {', '.join(columns)}",
        )
    time = reading(sample.column(found["time"]), found["time"], options.zone, options.dates)
    created: Reading | None = None
    if "account_created" in found:
        try:
            created = reading(
                sample.column(found["account_created"]), found["account_created"], options.zone, options.dates
            )
        except WrongMapping:
            del found["account_created"]
    ids = [str(v) for v in sample.column(found["id"]).to_pylist()[:500] if v is not None] if "id" in found else []
    flakes = bool(ids) and all(v.isdigit() and len(v) >= 17 for v in ids) and options.platform in (None, "x")
    platform = options.platform or ("x" if flakes else "table")
    return table_map.Plan(found, time, platform, created, flakes)


def notes_of(plan: table_map.Plan, zone: str | None) -> tuple[str, ...]:
    """What was taken for what, in sentences for the receipt."""
    said = ", ".join(f"{field}={column}" for field, column in plan.mapping.items())
    out = [f"columns were read as {said}"]
    if plan.time.clock == "assumed_zone":
        out.append(f"times carry no zone and were read as {zone or 'UTC (nothing was said with --time-zone)'}")
    if plan.time.clock == "minute":
        out.append("times are whole minutes: a window of 60 s means 0 to 119 s")
    if "id" not in plan.mapping:
        out.append(
            "no column holds post ids: ids are content hashes, so that posts alike in account, time and text are one"
        )
    return tuple(out)


def opened(path: Path, head: Head, options: Options, source: str, plan: Callable[[pa.Table], table_map.Plan],
           finish: Callable[[pa.Table], pa.Table] = lambda staged: staged) -> Opened:  # fmt: skip
    """An `Opened` for any tabular file: cells by the file's kind, staged by the plan."""
    cells = _cells_of(path, head)
    sample = next((c for c, _, _ in cells(Cursor())), None)
    if sample is None or not sample.num_rows:
        raise NotPosts(f"{path.name} has a header but no rows", hint="Export it again, or leave it out")
    how = plan(sample)

    def batches(cursor: Cursor) -> Iterator[Batch]:
        connection = connect()
        for table, ragged, done in cells(cursor):
            staged = finish(table_map.stage(table, how, connection))
            if ragged is not None and ragged.num_rows:
                staged = pa.concat_tables([staged, table_map.aside(ragged)])
            yield done(staged)

    assumed = how.time.clock == "assumed_zone" and not options.zone
    return Opened(source, options.zone or "UTC", assumed, dict(how.mapping), notes_of(how, options.zone), batches)


def _cells_of(path: Path, head: Head) -> Callable[[Cursor], Cells]:
    if head.first[:4] == b"PAR1":
        return lambda cursor: _parquet(path, cursor)
    if _workbook(head.first):
        return lambda cursor: _xlsx(path, cursor)
    if head.first.lstrip()[:1] == b"{":
        return lambda cursor: _ndjson(path, cursor)
    layout = csv_rows.layout(head.first)
    if layout is None or head.encoding == "binary":
        raise UnknownFormat(
            f"{path.name} is neither an export we know nor a table",
            hint="Run `blowback sources` for the list; name one with --format, or convert the file to CSV",
            at=Locator(path.name),
        )
    return lambda cursor: _csv(path, layout, cursor)


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


def _ndjson(path: Path, cursor: Cursor) -> Cells:
    stream = Stream(path, look(path)[0], cursor.byte)
    before = cursor.record_no
    for frame in lines(stream, record_no=before, line=cursor.line):
        values, bad, records = [], [], frame.table
        for text in records.column("raw").to_pylist():
            try:
                value = orjson.loads(text or "")
            except orjson.JSONDecodeError:
                value = None
            bad.append(not isinstance(value, dict))
            values.append({k: _cell(v) for k, v in value.items()} if isinstance(value, dict) else {})
        wrong = np.array(bad, np.bool_)
        good = pa.Table.from_pylist([v for v, b in zip(values, bad, strict=True) if not b])
        kept = records.filter(pa.array(~wrong))
        for name in kept.column_names[1:]:
            good = good.append_column(f"__{name}", kept.column(name))
        ragged = records.filter(pa.array(wrong))
        ragged = ragged.append_column("reason", pa.repeat("not_json", ragged.num_rows))
        ragged = ragged.append_column("detail", pa.nulls(ragged.num_rows, pa.string()))

        def done(staged: pa.Table, frame: Frame = frame, before: int = before) -> Batch:  # bound now
            return batch(staged, frame, before, stream)

        yield good, ragged, done
        before += len(frame)


def _cell(value: Any) -> Any:  # noqa: ANN401  # any JSON
    """One type a column: text for what is scalar, JSON text for the rest."""
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


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
        start, before = before, before + table.num_rows
        if before <= cursor.record_no:
            continue

        def done(staged: pa.Table, at: int = before) -> Batch:  # bound now
            return Batch(staged, counted(staged), Cursor(at, 0, at), size * at // total)

        yield _numbered(table, start), None, done


def _xlsx(path: Path, cursor: Cursor) -> Cells:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except Exception as error:  # the reader raises its own kinds, all of which mean the same here
        raise DamagedFile(
            f"{path.name} is not a whole workbook: {error}", hint="Save it again as XLSX or CSV"
        ) from error
    grid: list[list[Any]] = sheet.to_python()
    text = "\n".join("\t".join(_flat(c) for c in row) for row in grid[:200]).encode() + b"\n"
    layout = csv_rows.layout(text)
    if layout is None:
        raise UnknownFormat(f"the first sheet of {path.name} holds no table", hint="Put the posts on the first sheet")
    body = grid[layout.header_record + 1 :]
    if cursor.record_no >= len(body) or not body:
        return
    columns = {
        name: pa.array([_flat(r[i]) or None if i < len(r) else None for r in body], pa.string())
        for i, name in enumerate(layout.names)
    }
    size = path.stat().st_size
    table = _numbered(pa.table(columns), 0)

    def done(staged: pa.Table) -> Batch:
        return Batch(staged, counted(staged), Cursor(len(body), 0, len(body)), size)

    yield table, None, done


def _flat(value: Any) -> str:  # noqa: ANN401  # what a sheet's cell holds
    if isinstance(value, float) and value.is_integer():
        # 16 digits and more no spreadsheet can hold: shown as it would show them, and refused as rounded
        return f"{value:.14E}" if abs(value) >= 1e15 else str(int(value))
    return str(value).replace("\t", " ").replace("\n", " ") if value is not None else ""


def _workbook(first: bytes) -> bool:
    return first[:4] == b"PK\x03\x04" and (b"xl/" in first or b"[Content_Types].xml" in first)


def _sniff(head: Head) -> Guess:
    if head.first[:4] == b"PAR1" or _workbook(head.first):
        return Guess(0.3, "Parquet" if head.first[:4] == b"PAR1" else "a workbook")
    if head.encoding == "binary":
        return Guess(0.0, "binary")
    columns: Mapping[str, str] = {}
    if head.first.lstrip()[:1] == b"{":
        try:
            value = orjson.loads(head.first.lstrip().split(b"\n", 1)[0])
        except orjson.JSONDecodeError:
            return Guess(0.0, "the first line is not a JSON object")
        columns = table_sniff.sniff(list(value)) if isinstance(value, dict) else {}
    elif layout := csv_rows.layout(head.first):
        columns = table_sniff.sniff(layout.names)
    if not {"time"} <= set(columns) or not {"account", "handle"} & set(columns):
        return Guess(0.1 if columns else 0.0, "rows, but no author and time among the column names")
    return Guess(0.4, f"rows with {', '.join(f'{f}={c}' for f, c in columns.items())}")


def _open(path: Path, head: Head, options: Options) -> Opened:
    return opened(path, head, options, "table", lambda sample: plan_of(sample, path.name, options))


table = Source(
    id="table",
    title="Any table",
    reads="CSV, TSV, XLSX, Parquet or NDJSON with an author and a time in each row",
    framing="rows",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1),
)
