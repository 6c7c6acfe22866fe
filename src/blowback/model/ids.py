"""Stable ids and content digests that do not depend on the engine, the row order or the file layout."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc


def _settled(value: Any) -> Any:  # noqa: ANN401  # JSON-like values only
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.9g}")
    if isinstance(value, dict):
        return {k: _settled(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(v) for v in value]
    return value


def json_digest(value: Any) -> str:  # noqa: ANN401  # JSON-like values only
    """SHA-256 of the canonical JSON of a value: sorted keys, floats to 9 significant digits."""
    return hashlib.sha256(orjson.dumps(_settled(value), option=orjson.OPT_SORT_KEYS)).hexdigest()


def short_id(prefix: str, *parts: str | int) -> str:
    """A permanent short id from its parts: `prefix-` and 12 hex digits."""
    body = "\x1f".join(str(p) for p in parts).encode()
    return f"{prefix}-{hashlib.sha256(body).hexdigest()[:12]}"


def table_digest(table: pa.Table) -> str:
    """SHA-256 of a table's content: the same rows in any order, chunking or engine give the same digest.

    Floats are compared to 9 significant digits; times as microseconds; columns in name order.
    """
    names = sorted(table.column_names)
    columns = {name: _plain(table.column(name)) for name in names}
    plain = pa.table(columns)
    if plain.num_rows > 1:
        plain = plain.take(pc.sort_indices(plain, sort_keys=[(n, "ascending") for n in names]))
    out = hashlib.sha256()
    for name in names:
        column = plain.column(name).combine_chunks().cast(pa.large_string())
        out.update(name.encode() + b"\x1e")
        lengths = pc.fill_null(pc.binary_length(column), -1)
        out.update(lengths.to_numpy(zero_copy_only=False).astype("<i8").tobytes())
        texts = column.drop_null()
        if len(texts):
            _, offsets, content = texts.buffers()
            ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
            out.update(memoryview(content or b"")[ends[0] : ends[-1]])
    return out.hexdigest()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    if pa.types.is_floating(column.type):
        texts = [None if v is None or math.isnan(v) else f"{v:.9g}" for v in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.string())])
    return column.cast(pa.string())
