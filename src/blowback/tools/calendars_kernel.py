"""The chance that one date drawn from each of several calendars all lie close together."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def range_tail(dates, bounds, span, points):  # type: ignore[no-untyped-def]
    """Sum over calendars of the mean, over their dates (at most `points` of them), of: all others within `span` after.

    Calendar j is dates[bounds[j]:bounds[j + 1]], sorted. Where dates are equal the earlier calendar counts as the first.
    """
    many = len(bounds) - 1
    total = 0.0
    for i in range(many):
        low, high = bounds[i], bounds[i + 1]
        n = high - low
        walked = min(n, points)
        inside = 0.0
        for k in range(walked):
            at = dates[low + (k * (n - 1)) // max(walked - 1, 1)]
            chance = 1.0
            for j in range(many):
                if j == i:
                    continue
                other = dates[bounds[j] : bounds[j + 1]]
                start = np.searchsorted(other, at, side="right") if j < i else np.searchsorted(other, at, side="left")
                chance *= (np.searchsorted(other, at + span, side="right") - start) / len(other)
                if chance == 0.0:
                    break
            inside += chance
        total += inside / walked
    return total
