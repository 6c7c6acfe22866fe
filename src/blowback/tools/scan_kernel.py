"""Compiled loops of `scan`: windows that start at posts, against the level around them."""

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
        end = apart[m, 1] if apart[m, 1] < x else x
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
def pairs(times, starts, curve, first, curves, apart, apart_at, keep, upto_kept, wholes, widths, unit, reach, prior, out):
    """Per series and width: ordered pairs of kept posts at most a width apart, and how many an even stream would give.

    out[s, k] = (pairs, expected).
    """
    for s in range(len(starts) - 1):
        upto = curves[curve[s]]
        lo, hi, a, b = apart_at[s], apart_at[s + 1], starts[s], starts[s + 1]
        for k in range(len(widths)):
            w = widths[k]
            j, p, q, f, g = a, a, a, a, a
            for i in range(a, b):
                at = times[i]
                while j < b and times[j] <= at + w - unit:
                    j += 1
                while p < b and times[p] <= at - w:
                    p += 1
                while q < b and times[q] < at + w:
                    q += 1
                while f < b and times[f] < at - reach:
                    f += 1
                while g < b and times[g] <= at + reach:
                    g += 1
                if not keep[i]:
                    continue
                near = upto_kept[g] - upto_kept[f] - (upto_kept[q] - upto_kept[p])
                here = _open(at, first, upto, apart, lo, hi)
                ahead = _open(at + w, first, upto, apart, lo, hi) - here
                back = here - _open(at - w, first, upto, apart, lo, hi)
                due = _open(at + reach, first, upto, apart, lo, hi) - _open(at - reach, first, upto, apart, lo, hi)
                due = max(due - ahead - back, 0.0)
                level = (prior + near) / (prior / wholes[s] + due)
                out[s, k, 0] += upto_kept[j] - upto_kept[i + 1] if j > i + 1 else 0
                out[s, k, 1] += level * ahead


@njit(cache=True)
def best(times, starts, curve, first, curves, apart, apart_at, upto_kept, wholes, widths, unit, reach, prior, spread, drift, avoid, score, which, more, mean, shape):
    """Per post: the window from it that stands out most: its score (a Chernoff bound, -ln p), width, posts after the
    first, and mean and shape of their negative binomial.
    """
    for s in range(len(starts) - 1):
        upto = curves[curve[s]]
        lo, hi, a, b = apart_at[s], apart_at[s + 1], starts[s], starts[s + 1]
        for i in range(a, b):
            score[i] = 0.0
            which[i] = -1
        for k in range(len(widths)):
            w = widths[k]
            m = lo
            j, p, q, f, g = a, a, a, a, a
            for i in range(a, b):
                at = times[i]
                while j < b and times[j] <= at + w - unit:
                    j += 1
                while p < b and times[p] <= at - w:
                    p += 1
                while q < b and times[q] < at + w:
                    q += 1
                while f < b and times[f] < at - reach:
                    f += 1
                while g < b and times[g] <= at + reach:
                    g += 1
                c = j - i - 1
                if c < 2:
                    continue
                if avoid:
                    while m < hi and apart[m, 1] <= at:
                        m += 1
                    if m < hi and apart[m, 0] < at + w:
                        continue
                near = upto_kept[g] - upto_kept[f] - (upto_kept[q] - upto_kept[p])
                due = _open(at + reach, first, upto, apart, lo, hi) - _open(at - reach, first, upto, apart, lo, hi)
                due -= _open(at + w, first, upto, apart, lo, hi) - _open(at - w, first, upto, apart, lo, hi)
                if due < 0.0:
                    due = 0.0
                level = (prior + near) / (prior / wholes[s] + due)
                usual = level * (_upto(at + w, first, upto) - _upto(at, first, upto))
                phi = spread[s, k] + 1.0 / (prior + near) + drift[s]
                mu = usual * (1.0 + phi)
                if c <= mu or mu <= 0.0:
                    continue
                r = 1.0 / phi + 1.0
                llr = c * np.log(c / mu) - (c + r) * np.log((c + r) / (mu + r))
                if llr > score[i]:
                    score[i] = llr
                    which[i] = k
                    more[i] = c
                    mean[i] = mu
                    shape[i] = r


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
