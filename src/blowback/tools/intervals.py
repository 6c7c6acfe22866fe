"""Intervals for counts and shares."""

from __future__ import annotations

import math

from scipy import special  # a second less to load than scipy.stats


def poisson(count: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for the mean of a Poisson count (Garwood 1936)."""
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return low, float(special.gammaincinv(count + 1, 1 - tail))


def exact_share(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval for a share (Clopper, Pearson 1934); (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(special.betaincinv(hits, of - hits + 1, tail))
    return low, 1.0 if hits == of else float(special.betaincinv(hits + 1, of - hits, 1 - tail))


def wilson(hits: int, of: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval for a share (Wilson 1927); (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    z = float(special.ndtri(1 - (1 - level) / 2))
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
