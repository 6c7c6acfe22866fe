"""Optimal partition of several count series at once under Poisson likelihood: dynamic programming."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def partition(counts, exposure, weight, most):  # type: ignore[no-untyped-def]
    """(best gain for 0 to `most` changes, start of the last segment for each).

    `counts` is channels x bins, `exposure` what a constant rate expects of each bin, `weight` one over the dispersion of
    a channel. The gain of a partition is its weighted log-likelihood less that of no change, without any penalty. A
    segment has two bins at least.
    """
    channels, n = counts.shape
    held = np.zeros((channels, n + 1))
    passed = np.zeros(n + 1)
    for t in range(n):
        passed[t + 1] = passed[t] + exposure[t]
        for c in range(channels):
            held[c, t + 1] = held[c, t] + counts[c, t]
    value = np.full((most + 1, n + 1), -np.inf)
    back = np.zeros((most + 1, n + 1), np.int64)
    whole = _fit(held, passed, weight, 0, n)
    for t in range(2, n + 1):
        value[0, t] = _fit(held, passed, weight, 0, t)
    for k in range(1, most + 1):
        for t in range(2 * (k + 1), n + 1):
            for s in range(2 * k, t - 1):
                if value[k - 1, s] == -np.inf:
                    continue
                gain = value[k - 1, s] + _fit(held, passed, weight, s, t)
                if gain > value[k, t]:
                    value[k, t] = gain
                    back[k, t] = s
    return value[:, n] - whole, back


@nb.njit(cache=True, nogil=True)
def _fit(held, passed, weight, s, t):  # type: ignore[no-untyped-def]
    total = 0.0
    time = passed[t] - passed[s]
    if time <= 0.0:
        return 0.0
    for c in range(held.shape[0]):
        n = held[c, t] - held[c, s]
        if n > 0:
            total += weight[c] * n * np.log(n / time)
    return total
