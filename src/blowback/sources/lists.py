"""Lists inside one cell: a Parquet list, a JSON array, a Python list, or values with separators."""

from __future__ import annotations

import ast
import re
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

_SPLIT: Final = re.compile(r"[\s,;|،]+")
_URL_SPLIT: Final = re.compile(r"[\s|]+|[,;]+\s*(?=https?://)")
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NUMPY: Final = re.compile(
    r"""^\[\s*(?:'[^']*'|"[^"]*")(?:\s+(?:'[^']*'|"[^"]*"))+\s*\]$"""
)  # ['a' 'b'], as NumPy prints
_PAIRS: Final = {"[": "]", "(": ")", "{": "}"}
# what stands for an object in a list, by field: the first that it has
KEYS: Final = {
    "hashtag": ("tag", "text", "hashtag", "hashtag_name", "name"),
    "url": ("unwound_url", "expanded_url", "expandedUrl", "expanded", "url", "href", "tcourl"),
    "mention": ("username", "screen_name", "screenName", "handle", "name"),
    "mention_id": ("id_str", "id", "user_id"),
}
_SIGN: Final = {"hashtag": "#＃", "mention": "@"}


def cell(value: str | None, field: str = "") -> list[str] | None:
    """The values in one cell; None where the cell is empty."""
    if value is None:
        return None
    text = value.strip()
    if not text or text in ("[]", "{}", "()", "set()", "null", "None", "nan", "NaN"):
        return []
    items: list[Any] | None = None
    if _NUMPY.match(text):
        items = [a or b for a, b in _QUOTED.findall(text)]
    elif _PAIRS.get(text[0]) == text[-1]:
        items = _literal(text)
        text = text if items is not None else text[1:-1]
    if items is None:
        items = [v.strip("'\",;") for v in (_URL_SPLIT if field == "url" else _SPLIT).split(text)]
    plain = (_plain(v, field) for v in items)
    return [v.lstrip(_SIGN.get(field, "")) if field in _SIGN else v for v in plain if v]


def _literal(text: str) -> list[Any] | None:
    for read in (orjson.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        if isinstance(found, dict):
            return [found]
        if isinstance(found, list | tuple | set):
            return sorted(found, key=str) if isinstance(found, set) else list(found)
    return None


def _plain(item: Any, field: str) -> str | None:  # noqa: ANN401  # what a list can hold
    if isinstance(item, dict):
        return next((str(item[k]) for k in KEYS.get(field, ()) if item.get(k) is not None), None)
    return None if item is None else str(item)


def column(values: Any, field: str = "") -> pa.Array:  # noqa: ANN401  # an Arrow column of any type
    """A column of lists of text."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    kind = values.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if not pa.types.is_nested(kind.value_type):
            return values.cast(pa.list_(pa.string()))
        found = [None if v is None else [t for t in (_plain(i, field) for i in v) if t] for v in values.to_pylist()]
        return pa.array(found, pa.list_(pa.string()))
    coded = values.cast(pa.string()).dictionary_encode()
    lists = pa.array([cell(v, field) for v in coded.dictionary.to_pylist()], pa.list_(pa.string()))
    return lists.take(coded.indices)


def joined(columns: list[pa.Array]) -> pa.Array:
    """Several columns of lists as one, their values in order and each once; null where all are null."""
    if len(columns) == 1:
        return columns[0]
    rows = zip(*(c.to_pylist() for c in columns), strict=True)
    found = [
        None if all(v is None for v in row) else list(dict.fromkeys(x for v in row for x in v or ())) for row in rows
    ]
    return pa.array(found, pa.list_(pa.string()))


def empty_to_null(lists: pa.Array) -> pa.Array:
    """Empty lists as null: the export says nothing, so the text is asked."""
    return pc.if_else(pc.equal(pc.list_value_length(lists), 0), pa.scalar(None, lists.type), lists)
