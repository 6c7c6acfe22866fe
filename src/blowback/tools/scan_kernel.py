"""Compiled loops of `scan`: windows that start at posts, against the level around them."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

HOUR_US = 3_600_000_000


@njit(cache=True, inline="always")
def _upto(x, first, upto):
    """Posts expected up to a time."""
    k = (x - first) // HOUR_US
    if k < 0:
        return 0.0
    if k >= len(upto) - 1:
        return upto[len(upto) - 1]
    share = (x - first - k * HOUR_US) / HOUR_US
    return upto[k] + share * (upto[k + 1] - upto[k])


@njit(cache=True, inline="always")
def _open(x, first, upto, apart, lo, hi):
    """Posts expected up to a time, what lies in the stretches set apart left out."""
    total = _upto(x, first, upto)
    for m in range(lo, hi):
        if apart[m, 0] >= x:
            break
        end = min(x, apart[m, 1])
        total -= _upto(end, first, upto) - _upto(apart[m, 0], first, upto)
    return total


@njit(cache=True)
def kept(times, starts, apart, apart_at, out):
    """1 for each post outside the stretches of its series, else 0."""
    for s in range(len(starts) - 1):
        m, hi = apart_at[s], apart_at[s + 1]
        for i in range(starts[s], starts[s + 1]):
            while m < hi and apart[m, 1] <= times[i]:
                m += 1
            out[i] = 0 if m < hi and apart[m, 0] <= times[i] else 1


@njit(cache=True)
def pairs(
    times, starts, curve, first, curves, apart, apart_at, keep, upto_kept, wholes, widths, unit, reach, prior, out
):
    """Per series and width: ordered pairs of kept posts at most a width apart, and how many an even stream would give.

    out[s, k] = (pairs, expected). Where posts are closer than a fiftieth of the width, one stands for those after it.
    """
    wide = len(widths)
    j, p, q = np.zeros(wide, np.int64), np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    last, weight = np.zeros(wide, np.int64), np.zeros(wide)
    pair, due_pair = np.zeros(wide), np.zeros(wide)
    for s in range(len(starts) - 1):
        upto = curves[curve[s]]
        lo, hi, a, b = apart_at[s], apart_at[s + 1], starts[s], starts[s + 1]
        j[:], p[:], q[:], weight[:], pair[:], due_pair[:] = a, a, a, 0.0, 0.0, 0.0
        f, g = a, a
        for i in range(a, b):
            if not keep[i]:
                continue
            at = times[i]
            here, around, near, ready = 0.0, 0.0, 0, False
            for k in range(wide):
                w = widths[k]
                if weight[k] > 0 and at - last[k] < w // 50:
                    weight[k] += 1.0
                    out[s, k, 0] += pair[k]
                    out[s, k, 1] += due_pair[k]
                    continue
                if not ready:
                    while f < b and times[f] < at - reach:
                        f += 1
                    while g < b and times[g] <= at + reach:
                        g += 1
                    here = _open(at, first, upto, apart, lo, hi)
                    around = _open(at + reach, first, upto, apart, lo, hi) - _open(
                        at - reach, first, upto, apart, lo, hi
                    )
                    near = upto_kept[g] - upto_kept[f]
                    ready = True
                while j[k] < b and times[j[k]] <= at + w - unit:
                    j[k] += 1
                while p[k] < b and times[p[k]] <= at - w:
                    p[k] += 1
                while q[k] < b and times[q[k]] < at + w:
                    q[k] += 1
                ahead = _open(at + w, first, upto, apart, lo, hi) - here
                back = here - _open(at - w, first, upto, apart, lo, hi)
                level = (prior + near - (upto_kept[q[k]] - upto_kept[p[k]])) / (
                    prior / wholes[s] + max(around - ahead - back, 0.0)
                )
                pair[k] = upto_kept[j[k]] - upto_kept[i + 1] if j[k] > i + 1 else 0
                due_pair[k] = level * ahead
                last[k], weight[k] = at, 1.0
                out[s, k, 0] += pair[k]
                out[s, k, 1] += due_pair[k]


@njit(cache=True)
def best(
    times,
    starts,
    curve,
    first,
    curves,
    apart,
    apart_at,
    upto_kept,
    wholes,
    widths,
    unit,
    reach,
    prior,
    spread,
    drift,
    tries,
    avoid,
    score,
    which,
    more,
    mean,
    noise,
):
    """Per post: the window from it that stands out most.

    Its score (half the square of a normal score of the log count, with Poisson's variance in it, less the log of the
    width's number of tries), width, posts after the first, and mean and overdispersion of the baseline. Where posts are
    closer than a fiftieth of the width, the first of them alone starts a window.
    """
    wide = len(widths)
    j, p, q = np.zeros(wide, np.int64), np.zeros(wide, np.int64), np.zeros(wide, np.int64)
    last = np.zeros(wide, np.int64)
    for s in range(len(starts) - 1):
        upto = curves[curve[s]]
        lo, hi, a, b = apart_at[s], apart_at[s + 1], starts[s], starts[s + 1]
        j[:], p[:], q[:], last[:] = a, a, a, -(1 << 62)
        f, g, m = a, a, lo
        for i in range(a, b):
            score[i] = -100.0
            which[i] = -1
            at = times[i]
            here, around, near, ready = 0.0, 0.0, 0, False
            while m < hi and apart[m, 1] <= at:
                m += 1
            for k in range(wide):
                w = widths[k]
                if at - last[k] < w // 50 or (avoid and m < hi and apart[m, 0] < at + w):
                    continue
                last[k] = at
                while j[k] < b and times[j[k]] <= at + w - unit:
                    j[k] += 1
                c = j[k] - i - 1
                if c < 2:
                    continue
                if not ready:
                    while f < b and times[f] < at - reach:
                        f += 1
                    while g < b and times[g] <= at + reach:
                        g += 1
                    here = _upto(at, first, upto)
                    around = _open(at + reach, first, upto, apart, lo, hi) - _open(
                        at - reach, first, upto, apart, lo, hi
                    )
                    near = upto_kept[g] - upto_kept[f]
                    ready = True
                while p[k] < b and times[p[k]] <= at - w:
                    p[k] += 1
                while q[k] < b and times[q[k]] < at + w:
                    q[k] += 1
                rest = prior + near - (upto_kept[q[k]] - upto_kept[p[k]])
                due = around - (_open(at + w, first, upto, apart, lo, hi) - _open(at - w, first, upto, apart, lo, hi))
                usual = rest / (prior / wholes[s] + max(due, 0.0)) * (_upto(at + w, first, upto) - here)
                phi = spread[s, k] + 1.0 / rest + drift[s]
                if c + 1 <= usual or usual <= 0.0:
                    continue
                wide_log = np.log(1.0 + phi + 1.0 / usual)
                z = (np.log((c + 1) / usual) + wide_log / 2) / np.sqrt(wide_log)
                found = z * z / 2 - tries[k]
                if found > score[i]:
                    score[i] = found
                    which[i] = k
                    more[i] = c
                    mean[i] = usual
                    noise[i] = phi


@njit(cache=True)
def apart_windows(order, more, covered, chosen):
    """From the highest score down: windows that share no post with one taken before. Returns how many were taken."""
    n = 0
    for i in order:
        free = True
        for x in range(i, i + more[i] + 1):
            if covered[x]:
                free = False
                break
        if not free:
            continue
        covered[i : i + more[i] + 1] = True
        chosen[n] = i
        n += 1
    return n
