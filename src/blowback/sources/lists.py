"""Lists inside one cell: a Parquet list, a JSON array, a Python list, or values with separators."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

import orjson
import pyarrow as pa

_SPLIT: Final = re.compile(r"[\s,;|]+")
_URL_SPLIT: Final = re.compile(r"[\s|]+|,(?=https?://)|;(?=https?://)")


def cell(value: str | None, *, urls: bool = False) -> list[str] | None:
    """The values in one cell; None where the cell is empty."""
    if value is None:
        return None
    text = value.strip()
    if not text or text in ("[]", "null", "None", "nan", "NaN"):
        return []
    if text.startswith("[") and text.endswith("]"):
        for read in (orjson.loads, ast.literal_eval):
            try:
                found = read(text)
            except (ValueError, SyntaxError):
                continue
            if isinstance(found, list):
                return [str(v) for v in found if v is not None]
        text = text[1:-1]
    return [v.strip("'\"") for v in (_URL_SPLIT if urls else _SPLIT).split(text) if v.strip("'\"")]


def column(values: Any, *, urls: bool = False) -> pa.Array:  # noqa: ANN401  # an Arrow column of any type
    """A column of lists of text."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return values.cast(pa.list_(pa.string()))
    coded = values.cast(pa.string()).dictionary_encode()
    lists = pa.array([cell(v, urls=urls) for v in coded.dictionary.to_pylist()], pa.list_(pa.string()))
    return lists.take(coded.indices)
