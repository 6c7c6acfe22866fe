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
def _beside(left: Array, right: Array, lags: Array, window: int, hour: int, hits: Array) -> None:
    """The same for many small lags at once, added to `hits`: one merge, each near post is looked at for every lag."""
    reach = window
    for k in range(len(lags)):
        reach = max(reach, abs(lags[k]) + window)
    low, slot, seen = 0, np.int64(-(1 << 62)), np.int64(0)
    for i in range(len(left)):
        if left[i] // hour != slot:
            slot, seen = left[i] // hour, np.int64(0)
        while low < len(right) and right[low] < left[i] - reach:
            low += 1
        at = low
        while at < len(right) and right[at] <= left[i] + reach:
            gap = right[at] - left[i]
            for k in range(len(lags)):
                bit = np.int64(1) << k
                if seen & bit == 0 and abs(gap + lags[k]) <= window:
                    seen |= bit
                    hits[k] += 1
            at += 1


@nb.njit(cache=True)
def measure(
    a: Array, b: Array, starts: Array, times: Array, window: int, hour: int, near: Array, far: Array, family: Array,
    enough: Array, out: Array,
) -> None:  # fmt: skip
    """Per pair: hours both post in, tightest gap, hours together at lag 0, and summed over the lags of each family.

    `times` are those of each account, rising, from `starts[code]` to `starts[code + 1]`. `near` are the lags of the first
    family, `far` those of the others, whose number is `family`. `enough[f, s]` are the hours at lag 0 with which a pair
    goes on where the lags of family f sum to s. `out` is (pairs, 4 + families); its last column is 1 where the pair was
    given up.
    """
    most = enough.shape[1] - 1
    hits = np.zeros(len(near), np.int64)
    for n in range(len(a)):
        left, right = times[starts[a[n]] : starts[a[n] + 1]], times[starts[b[n]] : starts[b[n] + 1]]
        out[n, 2] = _hours(left, right, 0, window, hour)
        hits[:] = 0
        _beside(left, right, near, window, hour, hits)
        out[n, 3] = hits.sum()
        given_up = out[n, 2] < enough[0, min(out[n, 3], most)]
        for k in range(len(far)):
            if given_up:
                break
            f = family[k]
            out[n, 3 + f] += _hours(left, right, far[k], window, hour)
            # a sum only grows, so this can be asked before the family is through
            given_up = out[n, 2] < enough[f, min(out[n, 3 + f], most)]
        out[n, -1] = given_up
        if not given_up:
            out[n, 0] = _shared(left, right, hour)
            out[n, 1] = _tightest(left, right)


@nb.njit(cache=True)
def within(a: Array, b: Array, starts: Array, times: Array, hour: int, curve: Array, out: Array) -> None:
    """Hours with a moment in common at each window of the curve."""
    for n in range(len(a)):
        left, right = times[starts[a[n]] : starts[a[n] + 1]], times[starts[b[n]] : starts[b[n] + 1]]
        for w in range(len(curve)):
            out[n, w] = _hours(left, right, 0, curve[w], hour)
