"""CSV text: header, delimiter, preamble, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from blowback.tools.frames import LOCATORS

DELIMITERS: Final = ",\t;|"
_VALUE: Final = re.compile(r"[-+]?[\d.,]+$|\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{2,4}|https?://")
csv.field_size_limit(1 << 30)  # a cell may be longer than the 128 KiB that Python thinks enough


@dataclass(frozen=True, slots=True)
class Layout:
    """How a CSV file is laid out."""

    delimiter: str
    names: tuple[str, ...]
    header_record: int  # 0-based number of the header among the records


def _width(row: list[str]) -> int:
    return next((n for n in range(len(row), 0, -1) if row[n - 1].strip()), 0)


def _records(first: bytes, delimiter: str) -> list[list[str]]:
    text = first.decode("utf-8", "replace")
    cut = text.rfind("\n")
    text = text[:cut] if len(first) > 60000 and cut > 0 else text
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 400))
    except csv.Error:
        return []
    return [r for r in rows if r][:200]


def layout(first: bytes) -> Layout | None:
    """Delimiter, column names and where the header stands; None where the text is no table.

    The header is the first record as wide as the records usually are, so notes above it are passed over.
    """
    best: tuple[int, Layout] | None = None
    for delimiter in DELIMITERS:
        rows = _records(first, delimiter)
        if not rows:
            continue
        usual = Counter(_width(r) for r in rows[1:] or rows).most_common(1)[0][0]
        if usual < 2:
            continue
        wide = [n for n, r in enumerate(rows) if _width(r) >= usual]
        at = next((n for n in wide if _like_names(rows[n], distinct=n != wide[0])), None)
        if at is None:
            continue
        names = tuple(n.strip() or f"column_{i + 1}" for i, n in enumerate(rows[at]))
        score = usual * sum(len(r) == len(rows[at]) for r in rows[at:])
        if best is None or score > best[0]:
            best = (score, Layout(delimiter, distinct(names), at))
    return best[1] if best else None


def sample(first: bytes, found: Layout) -> pa.Table:
    """The rows in the first bytes of a file, as text; ragged ones left out."""
    rows = [r for r in _records(first, found.delimiter)[found.header_record + 1 :] if len(r) == len(found.names)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(found.names)
    return pa.table({n: pa.array([c or None for c in columns[i]], pa.string()) for i, n in enumerate(found.names)})


def _like_names(cells: list[str], *, distinct: bool) -> bool:
    """A header has short cells that are no numbers, dates or links; the first wide record may name two columns alike."""
    filled = [c.strip() for c in cells if c.strip()]
    if distinct and len(set(filled)) < len(filled):
        return False
    return all(len(c) <= 200 and not _VALUE.match(c) for c in filled)


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of which none occurs twice: a second `text` becomes `text_2`."""
    seen: Counter[str] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(out)


def columns(table: pa.Table, found: Layout) -> tuple[pa.Table, pa.Table]:
    """(rows, ragged): the cells as text with the locators; ragged records with `reason` and `detail`."""
    good = _fast(table, found)
    if good is not None:
        return good, table.slice(0, 0)
    return _careful(table, found)


def _fast(table: pa.Table, found: Layout) -> pa.Table | None:
    raw = table.column("raw").combine_chunks()
    if raw.null_count or len(raw) < 2:  # a line whose quote is never closed comes alone
        return None
    text = "".join(v if v.endswith("\n") else v + "\n" for v in raw.to_pylist()).encode()
    try:
        cells = pacsv.read_csv(
            io.BytesIO(text),
            read_options=pacsv.ReadOptions(column_names=found.names, block_size=max(len(text), 1)),
            parse_options=pacsv.ParseOptions(delimiter=found.delimiter, newlines_in_values=True),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(found.names, pa.string()),
                null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    if cells.num_rows != table.num_rows:
        return None
    for name in LOCATORS:
        cells = cells.append_column(f"__{name}", table.column(name))
    return cells


def _careful(table: pa.Table, found: Layout) -> tuple[pa.Table, pa.Table]:
    """Record by record, with Python's reader: extra empty cells are cut, anything else ragged is set aside."""
    wide = len(found.names)
    cells: list[list[str | None]] = []
    good, ragged, details = [], [], []
    for n, text in enumerate(table.column("raw").to_pylist()):
        row, why = _cells(text, found.delimiter)
        if len(row) > wide and _width(row) <= wide:
            row = row[:wide]
        if why is None and len(row) == wide:
            good.append(n)
            cells.append([c or None for c in row])
        else:
            ragged.append(n)
            details.append(why or f"{len(row)} cells, the header has {wide}")
    kept = table.take(pa.array(good, pa.int64()))
    turned = list(zip(*cells, strict=True)) if cells else [() for _ in found.names]
    out = pa.table({name: pa.array(turned[i], pa.string()) for i, name in enumerate(found.names)})
    for name in LOCATORS:
        out = out.append_column(f"__{name}", kept.column(name))
    aside = table.take(pa.array(ragged, pa.int64())).append_column("detail", pa.array(details, pa.string()))
    reason = pc.if_else(pc.is_null(aside.column("raw")), "not_utf8", "ragged_row")
    return out, aside.append_column("reason", reason)


def _cells(text: str | None, delimiter: str) -> tuple[list[str], str | None]:
    """The cells of one record, and why it is none."""
    if text is None:
        return [], "bytes that are not UTF-8"
    source = text.rstrip("\r\n")
    for strict in (True, False):
        try:
            rows = list(csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=strict))
        except csv.Error as error:
            if "unexpected end" in str(error):
                return [], "a quote is never closed"
            if not strict:
                return [], str(error)
            continue
        return (rows[0], None) if len(rows) == 1 else ([], f"{len(rows)} records in one")
    return [], "no record"
