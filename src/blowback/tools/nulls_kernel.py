"""Chances of a match under the two temporal nulls, and the tail of their sum."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def share_within(value, low, values):  # type: ignore[no-untyped-def]
    """For each value: of all pairs of its rows, the share inside the window (0 where it has one row)."""
    pairs = np.zeros(values, np.float64)
    rows = np.zeros(values, np.float64)
    for i in range(len(value)):
        pairs[value[i]] += i - low[i]
        rows[value[i]] += 1
    for v in range(values):
        if rows[v] > 1:
            pairs[v] /= rows[v] * (rows[v] - 1) / 2
    return pairs


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

    The shifts that do are a union of intervals [dt - w, dt + w]; its measure under the triangle is summed exactly.
    """
    n = len(rows_a) * len(rows_b)
    if n > 1024:
        return 1.0  # hundreds of uses by both: any shift matches; saying 1 is on the safe side
    starts = np.empty(n, np.float64)
    k = 0
    for i in rows_a:
        for j in rows_b:
            starts[k] = float(time[j] - time[i]) - window
            k += 1
    starts.sort()
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
def tail(chances, many, at_least, room):  # type: ignore[no-untyped-def]
    """P(sum of independent Bernoulli(chances[:many]) >= at_least): Poisson binomial, by exact convolution.

    Poisson's tail beyond 2 million steps (an upper bound: Hoeffding 1956, for at_least above the mean + 1).
    """
    if at_least <= 0:
        return 1.0
    if at_least > many:
        return 0.0
    if many * at_least > 2_000_000:
        mean = 0.0
        for k in range(many):
            mean += chances[k]
        return poisson_tail(mean, at_least)
    for k in range(at_least + 1):
        room[k] = 0.0
    room[0] = 1.0
    # room[k] = P(k so far) for k < at_least; room[at_least] gathers everything at or above
    for i in range(many):
        p = chances[i]
        room[at_least] += room[at_least - 1] * p
        for k in range(at_least - 1, 0, -1):
            room[k] = room[k] * (1.0 - p) + room[k - 1] * p
        room[0] *= 1.0 - p
    return min(1.0, room[at_least])


@nb.njit(cache=True, nogil=True)
def poisson_tail(mean, at_least):  # type: ignore[no-untyped-def]
    """P(Poisson(mean) >= at_least), summed upwards from at_least."""
    if mean <= 0:
        return 0.0 if at_least > 0 else 1.0
    log_term = -mean + at_least * np.log(mean)
    for k in range(2, at_least + 1):
        log_term -= np.log(k)
    term = np.exp(log_term)
    total = term
    k = at_least
    while k < at_least + 10_000 and (term > total * 1e-16 or k < mean):
        k += 1
        term *= mean / k
        total += term
    return min(1.0, total)


@nb.njit(cache=True, nogil=True)
def judge_pairs(a, b, observed, value, time, starts, order, share, window, half, by_a, by_b, rough, out):  # type: ignore[no-untyped-def]
    """For every pair: shared objects, expected and p under null A, expected and p under null B -> out (n, 5).

    `by_a`, `by_b`: which nulls are asked; the other's columns stay as they are. `rough`: where no more is observed than
    expected, p is put at one half, which it is at least (the median of a Poisson binomial is next to its mean).
    """
    chances_a = np.empty(1024, np.float64)
    chances_b = np.empty(1024, np.float64)
    room = np.empty(4096, np.float64)
    for k in range(len(a)):
        i, i_end = starts[a[k]], starts[a[k] + 1]
        j, j_end = starts[b[k]], starts[b[k] + 1]
        many = 0
        mean_a, mean_b = 0.0, 0.0
        while i < i_end and j < j_end:
            v, w = value[order[i]], value[order[j]]
            if v < w:
                i += 1
            elif w < v:
                j += 1
            else:
                i_next, j_next = i, j
                while i_next < i_end and value[order[i_next]] == v:
                    i_next += 1
                while j_next < j_end and value[order[j_next]] == v:
                    j_next += 1
                if many == len(chances_a):
                    chances_a = np.concatenate((chances_a, np.empty(many, np.float64)))
                    chances_b = np.concatenate((chances_b, np.empty(many, np.float64)))
                if by_a:
                    chances_a[many] = 1.0 - (1.0 - share[v]) ** ((i_next - i) * (j_next - j))
                    mean_a += chances_a[many]
                if by_b:
                    chances_b[many] = shift_chance(time, order[i:i_next], order[j:j_next], window, half)
                    mean_b += chances_b[many]
                many += 1
                i, j = i_next, j_next
        if observed[k] + 2 > len(room):
            room = np.empty(2 * observed[k] + 2, np.float64)
        out[k, 0] = many
        if by_a:
            out[k, 1] = mean_a
            out[k, 2] = 0.5 if rough and observed[k] <= mean_a else tail(chances_a, many, observed[k], room)
        if by_b:
            out[k, 3] = mean_b
            out[k, 4] = 0.5 if rough and observed[k] <= mean_b else tail(chances_b, many, observed[k], room)


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
