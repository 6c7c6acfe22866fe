"""Cells of a table as the types the staged columns want: text, ids that survived a spreadsheet, counts, coordinates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.frames import LOCATORS

_NOTHING: Final = ("", "nan", "NaN", "None", "null", "NULL", "N/A", "n/a", "NaT", "<NA>", "#N/A", "undefined")
_HIDDEN: Final = frozenset(f"__{n}" for n in LOCATORS)
# 1.16924E+18; 1169246717864136700.0; 906000000000000000, which was 9.06E+17 for a while
ROUNDED: Final = r"^\d(?:[.,]\d+)?[eE]\+?\d+$|^\d{16,}\.0+$|^[1-9]\d{0,6}0{10,}$"
_EXACT: Final = 9_007_199_254_740_992  # 2^53: beyond it a double no longer holds every whole number


def shown(table: pa.Table) -> list[str]:
    """The columns that are the file's own."""
    return [c for c in table.column_names if c not in _HIDDEN]


def parts(name: str, columns: Sequence[str]) -> list[str]:
    """The columns that a mapping's value names: one, or several joined by '+' (unless a column is called just so)."""
    return [name] if name in columns or "+" not in name else [p.strip() for p in name.split("+")]


def columns_of(cells: pa.Table, name: str) -> list[pa.ChunkedArray]:
    """The columns a mapping's value names; one that these rows lack is all null."""
    return [
        cells.column(p) if p in cells.column_names else pa.chunked_array([pa.nulls(cells.num_rows, pa.string())])
        for p in parts(name, cells.column_names)
    ]


def column_of(cells: pa.Table, name: str) -> pa.ChunkedArray:
    """The column a mapping's value names; several are joined by a space."""
    found = columns_of(cells, name)
    if len(found) == 1:
        return found[0]
    texts = [flat_text(c) for c in found]
    return pa.chunked_array([pc.binary_join_element_wise(*texts, " ", null_handling="skip")])


def flat_text(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """A column as one array of text."""
    kind = column.type
    if pa.types.is_nested(kind):
        column = pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        column = pa.array(
            [None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()], pa.string()
        )
    text = column.cast(pa.string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


def as_text(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """A column as text, as it is; words that stand for nothing become null."""
    text = flat_text(column)
    return pc.if_else(pc.is_in(text, pa.array(_NOTHING)), pa.scalar(None, pa.string()), text)


def as_id(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """Ids as text. Whole floats lose their '.0'; those a float cannot hold are written as one (`rounded` finds them)."""
    if pa.types.is_decimal(column.type):
        column = pc.cast(column, pa.int64(), safe=False)
    if pa.types.is_floating(column.type):
        whole = pc.cast(column, pa.int64(), safe=False)
        same = pc.fill_null(pc.equal(pc.cast(whole, pa.float64(), safe=False), column), False)
        held = pc.and_(same, pc.less(pc.abs(column), _EXACT))
        column = pc.if_else(held, pc.cast(whole, pa.string()), pa.array(_floats(column), pa.string()))
    text = pc.utf8_trim_whitespace(as_text(column))
    text = pc.replace_substring_regex(text, r"^(\d{1,15})\.0$", r"\1")
    # ="123" and '123 keep a spreadsheet from eating an id
    text = pc.replace_substring_regex(text, "^(?:=\"(\\d+)\"|['’](\\d+)'?)$", r"\1\2")
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _floats(column: Any) -> list[str | None]:  # noqa: ANN401  # an Arrow column
    return [None if v is None or v != v else f"{v:.14E}" if abs(v) >= _EXACT else str(v) for v in column.to_pylist()]  # noqa: PLR0124


def rounded(ids: pa.Array, *, zeros: bool = False) -> pa.Array:
    """True where an id was rounded: 1.16924E+18, 1169246717864136700.0; `zeros`: also 1169246717864136700."""
    pattern = ROUNDED + (r"|^\d{15,}00$" if zeros else "")
    return pc.fill_null(pc.match_substring_regex(ids, pattern), False)


def zeros_tell(ids: Sequence[str]) -> bool:
    """Whether so many long ids end in 00 that a program with doubles or 15 digits must have rounded them (1 in 100 would)."""
    long = [i for i in ids if re.fullmatch(r"\d{17,}", i)]
    return len(long) >= 3 and sum(i.endswith("00") for i in long) > len(long) * 0.3


def row_numbers(ids: Sequence[str]) -> bool:
    """Whether ids are small whole numbers: two tables that count their rows have the same ones."""
    return bool(ids) and all(re.fullmatch(r"\d{1,7}", i) for i in ids)


def as_int(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """Counts: '1,234', '1234.0', '1.2K' and 1234 alike; what is no number becomes null."""
    text = pc.replace_substring_regex(as_text(column), r"[,_\s\x{a0}\x{202f}]|\.0+$", "")
    short = pc.fill_null(pc.match_substring_regex(text, r"^\d+(\.\d+)?[KkMm]$"), False)
    if pc.any(short).as_py():
        text = pc.if_else(
            short,
            pa.array(
                [_long(t) if s else None for t, s in zip(text.to_pylist(), short.to_pylist(), strict=True)], pa.string()
            ),
            text,
        )
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,18}$"), False)
    return pc.cast(pc.if_else(good, text, pa.scalar(None, pa.string())), pa.int64())


def _long(text: str) -> str:
    return str(round(float(text[:-1]) * (1000 if text[-1] in "Kk" else 1_000_000)))


def as_float(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """Coordinates, with a decimal point or comma; words such as 'absent' become null."""
    text = pc.replace_substring(pc.utf8_trim_whitespace(as_text(column)), ",", ".")
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,3}(\.\d+)?$"), False)
    return pc.cast(pc.if_else(good, text, pa.scalar(None, pa.string())), pa.float64())
