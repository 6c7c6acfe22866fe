"""Rows of delimited text with their locators, each turned into canonical rows or set aside with a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from blowback.errors import UnknownFormat
from blowback.model.given import Cursor, Head
from blowback.model.locator import Locator
from blowback.model.tables import TABLES
from blowback.tools.frames import LOCATORS, Frame, lines, rows
from blowback.tools.streams import Stream, look
from blowback.witnesses.witness import ASIDE, Rows, SetAside

Cells = Mapping[str, str]  # column name in lower case -> cell, stripped; empty cells are ""
Build = Callable[[Cells], Mapping[str, Any]]  # raises SetAside
_DELIMITERS: Final = ",;\t|"
csv.field_size_limit(1 << 30)  # a note may be longer than the 128 KiB that Python thinks enough


def header(head: Head) -> tuple[str, tuple[str, ...]]:
    """(delimiter, column names in lower case) by the first line of a text; ("", ()) where it has none."""
    first = head.first.decode("utf-8", "replace").lstrip("\ufeff")
    best: tuple[str, tuple[str, ...]] = ("", ())
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader(io.StringIO(first, newline=""), delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(cells) > max(1, len(best[1])):
            best = delimiter, tuple(c.strip().lower() for c in cells)
    return best


def delimited(path: Path, head: Head, table: str, build: Build) -> Callable[[Cursor], Iterator[Rows]]:
    """The rows of a CSV file with a header, built one by one.

    Args:
        path: the file.
        head: its beginning.
        table: canonical table that `build` gives rows of.
        build: cells of one record -> columns of that table (locators are added here).

    Raises:
        UnknownFormat: it has no row of column names.
    """
    delimiter, names = header(head)
    if not delimiter:
        raise UnknownFormat(
            f"{path.name} has no row of column names",
            hint="Save the table as CSV with its header",
            at=Locator(path.name),
        )

    def read(cursor: Cursor) -> Iterator[Rows]:
        stream = Stream(path, look(path)[0], cursor.byte)
        for frame in rows(stream, delimiter, record_no=cursor.record_no, line=cursor.line):
            skip = int(frame.locators.column("record_no")[0].as_py() == 1)
            yield _built(
                frame.part(skip, len(frame)), stream, table, lambda text: build(_cells(text, delimiter, names))
            )

    return read


def headless(
    path: Path, table: str, build: Callable[[Sequence[str]], Mapping[str, Any]]
) -> Callable[[Cursor], Iterator[Rows]]:
    """The rows of tab-separated lines without a header and without quoting."""

    def read(cursor: Cursor) -> Iterator[Rows]:
        stream = Stream(path, look(path)[0], cursor.byte)
        for frame in lines(stream, record_no=cursor.record_no, line=cursor.line):
            yield _built(frame, stream, table, lambda text: build([c.strip() for c in text.rstrip("\r\n").split("\t")]))

    return read


def _built(frame: Frame, stream: Stream, table: str, build: Callable[[str], Mapping[str, Any]]) -> Rows:
    good: list[Mapping[str, Any]] = []
    kept, bad, reasons, details = [], [], [], []
    for n, text in enumerate(frame.table.column("raw").to_pylist()):
        try:
            good.append(build(_text(text)))
            kept.append(n)
        except SetAside as why:
            bad.append(n)
            reasons.append(why.reason)
            details.append(why.detail)
    schema = TABLES[table].arrow
    found = pa.Table.from_pylist([dict(g) for g in good], schema=pa.schema([pa.field(f.name, f.type) for f in schema]))
    located = frame.locators.take(pa.array(kept, pa.int64()))
    found = found.drop_columns(list(LOCATORS))
    for name in LOCATORS:
        found = found.append_column(name, located.column(name))
    lost = frame.locators.take(pa.array(bad, pa.int64()))
    columns = [pa.array(reasons, pa.string()), pa.array(details, pa.string()), *(lost.column(n) for n in LOCATORS)]
    aside = pa.table(columns, schema=ASIDE)
    end = int(frame.locators.column("record_no")[-1].as_py()) if len(frame) else 1
    cursor = Cursor(end, frame.end_line, frame.end_byte)
    return Rows({table: found}, aside, len(frame), cursor, stream.progress.given)


def _text(raw: str | None) -> str:
    if raw is None:
        raise SetAside("not_utf8", "bytes that are not UTF-8")
    return raw


def _cells(text: str, delimiter: str, names: tuple[str, ...]) -> Cells:
    try:
        found = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        detail = "a quote is never closed" if "unexpected end" in str(error) else str(error)
        raise SetAside("ragged_row", detail) from error
    if len(found) != 1 or len(found[0]) < len(names) or any(c.strip() for c in found[0][len(names) :]):
        told = f"{len(found[0])} cells, the header has {len(names)}" if len(found) == 1 else f"{len(found)} records"
        raise SetAside("ragged_row", told)
    return {n: c.strip() for n, c in zip(names, found[0], strict=False)}
