"""Intervals for counts and shares."""

from __future__ import annotations

import math

from scipy import stats


def poisson(count: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for the mean of a Poisson count (Garwood 1936)."""
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(stats.chi2.ppf(tail, 2 * count) / 2)
    return low, float(stats.chi2.ppf(1 - tail, 2 * (count + 1)) / 2)


def exact_share(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for a share (Clopper, Pearson 1934); (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, of - hits + 1))
    return low, 1.0 if hits == of else float(stats.beta.ppf(1 - tail, hits + 1, of - hits))


def wilson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval for a share (Wilson 1927); (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    z = float(stats.norm.ppf(1 - (1 - level) / 2))
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
