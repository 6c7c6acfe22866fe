"""Chances of a match on one object under the two temporal nulls, and the pairs of accounts that share anything."""

from __future__ import annotations

import numba as nb
import numpy as np

EXACT = 36  # intervals whose union is measured exactly


@nb.njit(cache=True, nogil=True)
def triangle_cdf(x, half):  # type: ignore[no-untyped-def]
    """Distribution function of the difference of two uniforms on [-half, half]: a triangle on [-2 half, 2 half]."""
    width = 2.0 * half
    if x <= -width:
        return 0.0
    if x >= width:
        return 1.0
    if x < 0:
        return (x + width) ** 2 / (2 * width * width)
    return 1.0 - (width - x) ** 2 / (2 * width * width)


@nb.njit(cache=True, nogil=True)
def shift_chance(time, rows_a, rows_b, window, half):  # type: ignore[no-untyped-def]
    """Chance that a random relative shift brings any row of a within the window of any row of b (one object).

    The shifts that do are a union of intervals [dt - w, dt + w]. Its measure under the triangle is exact for up to
    `EXACT` intervals; beyond it their sum is taken, which is more at the most: on the safe side.
    """
    n = len(rows_a) * len(rows_b)
    if n == 1:  # nearly always: worth a way without memory
        gap = float(time[rows_b[0]] - time[rows_a[0]])
        return triangle_cdf(gap + window, half) - triangle_cdf(gap - window, half)
    if n > EXACT:
        total = 0.0
        for i in rows_a:
            for j in rows_b:
                gap = float(time[j] - time[i])
                total += triangle_cdf(gap + window, half) - triangle_cdf(gap - window, half)
            if total >= 1.0:
                return 1.0
        return total
    starts = np.empty(n, np.float64)
    k = 0
    for i in rows_a:
        for j in rows_b:
            start = float(time[j] - time[i]) - window
            at = k
            while at > 0 and starts[at - 1] > start:
                starts[at] = starts[at - 1]
                at -= 1
            starts[at] = start
            k += 1
    total = 0.0
    open_at = starts[0]
    close_at = starts[0] + 2.0 * window
    for k in range(1, n):
        if starts[k] > close_at:
            total += triangle_cdf(close_at, half) - triangle_cdf(open_at, half)
            open_at = starts[k]
        close_at = starts[k] + 2.0 * window
    return total + triangle_cdf(close_at, half) - triangle_cdf(open_at, half)


@nb.njit(cache=True, nogil=True)
def sharing_pairs(account, value, starts_of_value, accounts, limit):  # type: ignore[no-untyped-def]
    """Unordered pairs of accounts that share at least one value; -1 when that takes more than `limit` steps.

    Rows are sorted by value; `starts_of_value` are the bounds of each value's rows.
    """
    steps = np.int64(0)
    for v in range(len(starts_of_value) - 1):
        m = starts_of_value[v + 1] - starts_of_value[v]
        steps += m * m
        if steps > limit:
            return np.int64(-1)
    stamp = np.full(accounts, -1, np.int64)
    starts = np.zeros(accounts + 1, np.int64)
    for i in range(len(account)):
        starts[account[i] + 1] += 1
    for a in range(accounts):
        starts[a + 1] += starts[a]
    order = np.empty(len(account), np.int64)
    at = starts[:-1].copy()
    for i in range(len(account)):
        order[at[account[i]]] = value[i]
        at[account[i]] += 1
    total = np.int64(0)
    for a in range(accounts):
        before = -1
        for e in range(starts[a], starts[a + 1]):
            v = order[e]
            if v == before:
                continue
            before = v
            for j in range(starts_of_value[v], starts_of_value[v + 1]):
                b = account[j]
                if b < a and stamp[b] != a:
                    stamp[b] = a
                    total += 1
    return total
