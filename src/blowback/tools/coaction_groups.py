"""The posts behind chosen pairs: every matching row pair, with its times and object."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools import coaction_kernel as kernel
from blowback.tools.coaction import Acts


def coactions_of(rows: Acts, edges: npt.NDArray[np.int64], window_us: int, most: int) -> pa.Table:
    """Matching row pairs of the given account pairs (codes); columns a, b, value, posts and times.

    Rows of one pair stand in order of object and time. Where there are more than `most`, every pair is cut to an
    equal number of its first ones; the number left out is in the schema's metadata under `beyond`.
    """
    starts, order = kernel.by_account(rows.account, len(rows.accounts))
    ends = edges if len(edges) else np.empty((0, 2), np.int64)
    per_pair = max(1, most // max(len(ends), 1))
    out = np.empty((max(len(ends) * per_pair, 1), 3), np.int64)
    listed, total = kernel.matches(
        rows.value, rows.time, starts, order, ends[:, 0].copy(), ends[:, 1].copy(), window_us, per_pair, out
    )
    out = out[:listed]
    left, right = out[:, 1], out[:, 2]
    table = pa.table(
        {
            "a": pa.array(ends[out[:, 0], 0]),
            "b": pa.array(ends[out[:, 0], 1]),
            "value": rows.values.take(pa.array(rows.value[left])),
            "post_a": rows.posts.take(pa.array(rows.post[left])),
            "post_b": rows.posts.take(pa.array(rows.post[right])),
            "at_a": pa.array(rows.time[left]).cast(pa.timestamp("us")),
            "at_b": pa.array(rows.time[right]).cast(pa.timestamp("us")),
        }
    )
    return table.replace_schema_metadata({"beyond": str(int(total) - int(listed))})
