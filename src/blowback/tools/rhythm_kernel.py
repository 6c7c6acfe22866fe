"""Moments in which two accounts post together, at lag nought and at other lags: one merge for each pair and lag."""

# numba has no stubs: its decorator is untyped. Arrays are one-dimensional unless named otherwise.
from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np

Array = Any


@nb.njit(cache=True)
def _hours(left: Array, right: Array, lag: int, window: int, hour: int) -> int:
    """Distinct hours of `left` with a time that has one of `right` within the window, once `right` is moved by the lag."""
    n, last, at = 0, np.int64(-(1 << 62)), 0
    for i in range(len(left)):
        low = left[i] - window - lag
        while at < len(right) and right[at] < low:
            at += 1
        if at < len(right) and right[at] <= left[i] + window - lag:
            slot = left[i] // hour
            if slot != last:
                n += 1
                last = slot
    return n


@nb.njit(cache=True)
def _tightest(left: Array, right: Array) -> Any:  # an integer of numba's
    best, at = np.int64(1 << 62), 0
    for i in range(len(left)):
        while at < len(right) and right[at] < left[i]:
            at += 1
        if at < len(right):
            best = min(best, right[at] - left[i])
        if at > 0:
            best = min(best, left[i] - right[at - 1])
    return best


@nb.njit(cache=True)
def _shared(left: Array, right: Array, hour: int) -> int:
    """Distinct hours in which both post."""
    n, i, j = 0, 0, 0
    while i < len(left) and j < len(right):
        a, b = left[i] // hour, right[j] // hour
        if a == b:
            n += 1
            while i < len(left) and left[i] // hour == a:
                i += 1
        elif a < b:
            i += 1
        else:
            j += 1
    return n


@nb.njit(cache=True)
def measure(
    a: Array, b: Array, starts: Array, times: Array, window: int, hour: int, lags: Array, family: Array, enough: Array, out: Array
) -> None:  # fmt: skip
    """Per pair: hours both post in, tightest gap, hours together at lag 0, and summed over the lags of each family.

    `times` are those of each account, rising, from `starts[code]` to `starts[code + 1]`. `enough[s]` are the hours at lag 0
    with which a pair goes on, where the lags of the first family sum to s. `out` is (pairs, 4 + families); its last column
    is 1 where the pair was given up.
    """
    for n in range(len(a)):
        left, right = times[starts[a[n]] : starts[a[n] + 1]], times[starts[b[n]] : starts[b[n] + 1]]
        out[n, 2] = _hours(left, right, 0, window, hour)
        for k in range(len(lags)):
            out[n, 3 + family[k]] += _hours(left, right, lags[k], window, hour)
            # a sum only grows, so this can be asked before the family is through
            if family[k] == 0 and out[n, 2] < enough[min(out[n, 3], len(enough) - 1)]:
                out[n, -1] = 1
                break
        if out[n, -1] == 0:
            out[n, 0] = _shared(left, right, hour)
            out[n, 1] = _tightest(left, right)


@nb.njit(cache=True)
def within(a: Array, b: Array, starts: Array, times: Array, hour: int, curve: Array, out: Array) -> None:
    """Hours with a moment in common at each window of the curve."""
    for n in range(len(a)):
        left, right = times[starts[a[n]] : starts[a[n] + 1]], times[starts[b[n]] : starts[b[n] + 1]]
        for w in range(len(curve)):
            out[n, w] = _hours(left, right, 0, curve[w], hour)
