"""Arrow string arrays as plain buffers, and back, without copying."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Strings: TypeAlias = "pa.Array | pa.ChunkedArray"


def flat(values: Strings) -> pa.Array:
    """One contiguous plain string array."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
        if isinstance(values, pa.ChunkedArray):  # an empty chunked array combines into no chunk
            values = pa.array([], values.type)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    return values if values.type in (pa.string(), pa.large_string()) else values.cast(pa.string())


def buffers(values: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """(offsets, body): offsets are int64 and index into body (UTF-8 bytes); nulls have length 0 or are ignored."""
    _, ends, body = values.buffers()
    kind: Any = np.int64 if values.type == pa.large_string() else np.int32
    if ends is None or len(values) == 0:
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    offsets = np.frombuffer(ends, kind)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    return offsets, np.frombuffer(body, np.uint8) if body is not None else np.zeros(0, np.uint8)


def strings(offsets: npt.NDArray[Any], body: npt.NDArray[np.uint8], nulls: pa.Array | None = None) -> pa.Array:
    """A string array over the given buffers; `nulls` is a boolean array, true where the value is null."""
    validity = None
    if nulls is not None and pa.compute.any(nulls).as_py():
        valid = pa.compute.invert(nulls)
        valid = pa.concat_arrays([valid]) if valid.offset else valid
        validity = valid.buffers()[1]
    if len(body) < 2**31:
        parts = [validity, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(body)]
        return pa.StringArray.from_buffers(len(offsets) - 1, parts[1], parts[2], parts[0])
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(body), validity)


def fixed(body: npt.NDArray[np.uint8], width: int, nulls: pa.Array | None = None) -> pa.Array:
    """A string array of values that are all `width` bytes long."""
    rows = len(body) // width if width else 0
    return strings(np.arange(rows + 1, dtype=np.int64) * width, body, nulls)
