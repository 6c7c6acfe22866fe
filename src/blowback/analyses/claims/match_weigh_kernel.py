"""The evidence of every claim at every shifted time, compiled."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def _gone(x, falls):  # type: ignore[no-untyped-def]
    """Share of the leads that are over after the share x of the claim's time."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return 1.0 - 0.5 * (1.0 - x) - 0.5 * (1.0 - x) ** 3 if falls else x


@nb.njit(cache=True, nogil=True)
def evidence(key, start, length, falls, moved, first, lo, hi, weight, longest, share):  # type: ignore[no-untyped-def]
    """Log likelihood ratio, base 2. Shape: as `moved`, (moves, units).

    Args:
        key: of each unit.
        start: of the time each unit is about.
        length: of that time, days.
        falls: whether an early event counts for more than a late one.
        moved: days by which each unit is moved, (moves, units).
        first: `first[k]:first[k + 1]` are the events of key k, in order of `lo`.
        lo: start of each event, its doubt included.
        hi: its end.
        weight: what each event is worth to its key: fit over the rate of such events there.
        longest: of all events, days.
        share: of claims that know.
    """
    out = np.full(moved.shape, np.log2(1.0 - share))
    for u in range(len(key)):
        a, b = first[key[u]], first[key[u] + 1]
        if a == b:
            continue
        for m in range(moved.shape[0]):
            since = start[u] + moved[m, u]
            until = since + length[u]
            n = a + np.searchsorted(lo[a:b], since - longest)
            total = 0.0
            while n < b and lo[n] < until:
                if hi[n] > since:
                    part = _gone((hi[n] - since) / length[u], falls[u]) - _gone((lo[n] - since) / length[u], falls[u])
                    total += weight[n] * part / (hi[n] - lo[n])
                n += 1
            out[m, u] = np.log2(1.0 - share + share * total)
    return out
