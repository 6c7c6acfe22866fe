"""How close two accounts come on each thing they share, and how unlikely that is under two temporal nulls."""

from __future__ import annotations

import math

import numba as nb
import numpy as np

from blowback.tools.nulls_kernel import shift_chance, triangle_cdf


@nb.njit(cache=True, nogil=True)
def smallest_gap(time, rows_a, rows_b):  # type: ignore[no-untyped-def]
    """Least |dt| between two lists of rows, each in order of time."""
    best = abs(time[rows_a[0]] - time[rows_b[0]])
    i, j = 0, 0
    while i < len(rows_a) and j < len(rows_b):
        gap = time[rows_b[j]] - time[rows_a[i]]
        best = min(best, abs(gap))
        if gap >= 0:
            i += 1
        else:
            j += 1
    return best


@nb.njit(cache=True, nogil=True)
def shares_within(value, time, values, grid, out):  # type: ignore[no-untyped-def]
    """out[v, g]: of all pairs of rows of value v, the share at most grid[g] apart (0 where it has one row)."""
    rows = np.zeros(values, np.float64)
    for i in range(len(value)):
        rows[value[i]] += 1
    for g in range(len(grid)):
        first = 0
        for i in range(len(value)):
            if i == 0 or value[i] != value[i - 1]:
                first = i
            while time[i] - time[first] > grid[g]:
                first += 1
            out[value[i], g] += i - first
    for v in range(values):
        if rows[v] > 1:
            for g in range(len(grid)):
                out[v, g] /= rows[v] * (rows[v] - 1) / 2


@nb.njit(cache=True, nogil=True)
def _cumulants(chances, many, theta):  # type: ignore[no-untyped-def]
    """Cumulant function and its two derivatives at theta, of the sum of X_o: 0, or with chance P_o, -ln(P_o U)."""
    k0, k1, k2 = 0.0, 0.0, 0.0
    left = 1.0 - theta
    for o in range(many):
        p = chances[o]
        if p <= 0.0:
            continue
        lp = math.log(p)
        a = math.exp(left * lp) / left
        m = (1.0 - p) + a
        slope = 1.0 / left - lp
        first = a * slope / m
        k0 += math.log(m)
        k1 += first
        k2 += a * (slope * slope + 1.0 / (left * left)) / m - first * first
    return k0, k1, k2


@nb.njit(cache=True, nogil=True)
def score_tail(chances, many, score):  # type: ignore[no-untyped-def]
    """P(sum over objects of X_o >= score); X_o = -ln(P_o U) with chance P_o = chances[o], else 0.

    Truncated product of p-values (Zaykin et al. 2002) with an own truncation for each object, by the saddlepoint
    approximation of Lugannani and Rice (1980). A score at or below its mean gives 1.
    """
    mean = _cumulants(chances, many, 0.0)[1]
    if score <= mean + 1e-12:
        return 1.0
    low, high = 0.0, 1.0
    theta = 0.5
    for _ in range(60):
        k0, k1, k2 = _cumulants(chances, many, theta)
        if abs(k1 - score) < 1e-9 * score:
            break
        if k1 < score:
            low = theta
        else:
            high = theta
        theta = theta + (score - k1) / k2
        if not low < theta < high:
            theta = 0.5 * (low + high)
        if high - low < 1e-12:
            break
    k0, k1, k2 = _cumulants(chances, many, theta)
    w = math.sqrt(max(2.0 * (theta * score - k0), 1e-300))
    u = theta * math.sqrt(k2)
    if w < 1e-3:
        return 0.5
    normal = 0.5 * math.erfc(w / math.sqrt(2.0))
    density = math.exp(-0.5 * w * w) / math.sqrt(2.0 * math.pi)
    return min(1.0, max(0.0, normal + density * (1.0 / u - 1.0 / w)))


@nb.njit(cache=True, nogil=True)
def least_tail(many, score):  # type: ignore[no-untyped-def]
    """P(Gamma(many) >= score): what `score_tail` is at the least, the matched objects being all there are."""
    term, total = 1.0, 1.0
    for k in range(1, many):
        term *= score / k
        total += term
    return min(1.0, math.exp(-score) * total)


@nb.njit(cache=True, nogil=True)
def end_of(value, order, at, end):  # type: ignore[no-untyped-def]
    """First place after `at` whose row has another value."""
    v = value[order[at]]
    while at < end and value[order[at]] == v:
        at += 1
    return at


@nb.njit(cache=True, nogil=True)
def judge_pairs(  # type: ignore[no-untyped-def]
    a, b, value, time, starts, order, reaches, resolution, half, grid, shares, curve, cut, by_permute, out, within
):
    """Every pair's score under both nulls.

    out (n, 7): objects shared, objects met within the widest reach, smallest gap, and expected objects met and p for
    permute, then for shift. within (n, windows): objects met within each of `curve`. A pair whose p under shift cannot
    be `cut` or less gets 1; p under permute is asked only of pairs at or below it. Over every reach but the first, p is
    the larger of both: things live for hours, so that people who share a day's news come close by a shift's measure.
    """
    wide = len(reaches)
    room = 64
    shift = np.empty((wide, room), np.float64)
    permute = np.empty((wide, room), np.float64)
    met, usual = np.empty(wide, np.int64), np.empty(wide, np.float64)
    for r in range(wide):
        usual[r] = 2.0 * triangle_cdf(reaches[r] + resolution, half) - 1.0
    score_s, score_p = np.empty(wide, np.float64), np.empty(wide, np.float64)
    for k in range(len(a)):
        i, i_end, j, j_end = starts[a[k]], starts[a[k] + 1], starts[b[k]], starts[b[k] + 1]
        met[:], score_s[:], score_p[:] = 0, 0.0, 0.0
        many, tightest, expected, chance = 0, np.inf, 0.0, 0.0
        while i < i_end and j < j_end:
            v, w = value[order[i]], value[order[j]]
            if v < w:
                i += 1
                continue
            if w < v:
                j += 1
                continue
            i_next, j_next = end_of(value, order, i, i_end), end_of(value, order, j, j_end)
            mine, theirs = order[i:i_next], order[j:j_next]
            tries = len(mine) * len(theirs)
            gap = float(smallest_gap(time, mine, theirs))
            tightest = min(tightest, gap)
            for c in range(len(curve)):
                if gap <= curve[c]:
                    within[k, c] += 1
            if many == room:
                shift = np.concatenate((shift, np.empty((wide, room))), axis=1)
                permute = np.concatenate((permute, np.empty((wide, room))), axis=1)
                room *= 2
            close = shift_chance(time, mine, theirs, gap + resolution, half) if gap <= reaches[-1] else 1.0
            share = shares[v, np.searchsorted(grid, gap)] if gap <= reaches[-1] else 1.0
            for r in range(wide):
                # what is shared but days apart could have been met too: no try has less chance than one at the same hour
                chance = shift_chance(time, mine, theirs, reaches[r] + resolution, half)
                shift[r, many] = max(chance, usual[r])
                permute[r, many] = 1.0 - (1.0 - shares[v, np.searchsorted(grid, reaches[r])]) ** tries
                if gap <= reaches[r]:
                    met[r] += 1
                    score_s[r] -= math.log(max(close, 1e-300))
                    score_p[r] -= math.log(max(1.0 - (1.0 - share) ** tries, 1e-300))
            expected += chance
            many += 1
            i, j = i_next, j_next
        out[k, 0], out[k, 1], out[k, 2] = many, met[-1], tightest
        out[k, 3], out[k, 5] = permute[-1, :many].sum(), expected
        out[k, 4], out[k, 6] = 1.0, 1.0
        for r in range(wide):
            if not met[r] or wide * least_tail(met[r], score_s[r]) > cut:
                continue
            p = wide * score_tail(shift[r], many, score_s[r])
            if r > 0 and p <= cut:  # see the docstring: over a wide reach the bursts must be beaten too
                p = max(p, wide * score_tail(permute[r], many, score_p[r]))
            out[k, 6] = min(out[k, 6], p)
        if by_permute and out[k, 6] <= cut:
            for r in range(wide):
                if met[r]:
                    out[k, 4] = min(out[k, 4], wide * score_tail(permute[r], many, score_p[r]))


@nb.njit(cache=True, nogil=True)
def expected_pairs(a, b, value, time, starts, order, window, resolution, half, share, out):  # type: ignore[no-untyped-def]
    """To out (n, 3): objects each pair shares, and those expected within the window under permute and under shift."""
    for k in range(len(a)):
        i, i_end, j, j_end = starts[a[k]], starts[a[k] + 1], starts[b[k]], starts[b[k] + 1]
        while i < i_end and j < j_end:
            v, w = value[order[i]], value[order[j]]
            if v < w:
                i += 1
            elif w < v:
                j += 1
            else:
                i_next, j_next = end_of(value, order, i, i_end), end_of(value, order, j, j_end)
                mine, theirs = order[i:i_next], order[j:j_next]
                out[k, 0] += 1.0
                out[k, 1] += 1.0 - (1.0 - share[v]) ** (len(mine) * len(theirs))
                out[k, 2] += shift_chance(time, mine, theirs, window + resolution, half)
                i, j = i_next, j_next
