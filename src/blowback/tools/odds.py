"""Two-by-two tables: odds ratios with exact intervals, mid-p tests, pooling over strata, many categories, power.

A table is `((a, b), (c, d))`: inside and outside a category, hit and not hit. Infinite odds are `math.inf`; where a margin
is empty nothing can be said and the odds ratio is None.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import special

from blowback.tools.intervals import exact_share

Table = tuple[tuple[int, int], tuple[int, int]]
_LEVEL: Final = 0.95
_STEPS: Final = 200


def odds_ratio(table: Table, level: float = _LEVEL, *, mid: bool = False) -> tuple[float, float, float] | None:
    """(conditional maximum-likelihood odds ratio, low, high) with the exact conditional interval (Cornfield 1956; Fisher).

    Args:
        table: the counts.
        level: of the interval.
        mid: count half of the table itself in each tail (mid-p): nearer to the level, no longer a guarantee.

    Returns:
        None where a margin is empty: no odds ratio is more likely than another.
    """
    (a, b), (c, d) = table
    if not (a + b) or not (c + d) or not (a + c) or not (b + d):
        return None
    low_k, high_k = max(0, a + c - (c + d)), min(a + b, a + c)
    k = np.arange(low_k, high_k + 1)
    weights = _log_choose(a + b, k) + _log_choose(c + d, a + c - k)

    def law(log_odds: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        terms = weights + k * log_odds
        terms = np.exp(terms - terms.max())
        return np.asarray(terms / terms.sum(), np.float64)

    tail = (1 - level) / 2
    at = a - low_k
    half = 0.5 if mid else 0.0
    if a == low_k:
        best = 0.0
    elif a == high_k:
        best = math.inf
    else:
        best = math.exp(_root(lambda x: float((law(x) * k).sum()) - a))
    low = 0.0 if a == low_k else math.exp(_root(lambda x: float(law(x)[at:].sum() - half * law(x)[at]) - tail))
    high = (
        math.inf if a == high_k else math.exp(_root(lambda x: tail - float(law(x)[: at + 1].sum() - half * law(x)[at])))
    )
    return best, low, high


def _root(rising: object) -> float:
    """Where a rising function of the log odds crosses zero, between e^-60 and e^60, by halving."""
    low, high = -60.0, 60.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if rising(middle) < 0:  # type: ignore[operator]
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _log_choose(n: int, k: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), np.float64)


def fisher(table: Table, *, mid: bool = False) -> float:
    """Two-sided Fisher test: the chance of tables no likelier than this one, margins fixed.

    Args:
        table: the counts.
        mid: count half of the tables as likely as this one (Lancaster's mid-p): nearer to the nominal level.
    """
    (a, b), (c, d) = table
    low_k, high_k = max(0, a + c - (c + d)), min(a + b, a + c)
    k = np.arange(low_k, high_k + 1)
    logs = _log_choose(a + b, k) + _log_choose(c + d, a + c - k)
    law = np.exp(logs - logs.max())
    law = law / law.sum()
    own = law[a - low_k]
    ties = np.isclose(law, own, rtol=1e-7)
    if len(law) == 1:
        return 1.0  # one table alone fits the margins: nothing was tested
    p = float(law[(law < own) | ties].sum())
    return min(1.0, p - (float(law[ties].sum()) / 2 if mid else 0.0))


def mantel_haenszel(tables: Sequence[Table], level: float = _LEVEL) -> tuple[float, float, float] | None:
    """(common odds ratio over strata, low, high): Mantel, Haenszel 1959 with the variance of Robins, Breslow, Greenland 1986.

    None where no stratum tells anything. An odds ratio of 0 or infinity has the interval (0, inf).
    """
    over, under, pr, ps_qr, qs = 0.0, 0.0, 0.0, 0.0, 0.0
    for (a, b), (c, d) in tables:
        n = a + b + c + d
        if not n:
            continue
        r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        over, under = over + r, under + s
        pr, ps_qr, qs = pr + p * r, ps_qr + p * s + q * r, qs + q * s
    if not over and not under:
        return None
    if not over or not under:
        return (math.inf if over else 0.0), 0.0, math.inf
    ratio = over / under
    variance = pr / (2 * over**2) + ps_qr / (2 * over * under) + qs / (2 * under**2)
    half = float(special.ndtri(1 - (1 - level) / 2)) * math.sqrt(variance)
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def adjusted(p: Sequence[float]) -> list[float]:
    """Benjamini-Hochberg q-values, in the order given."""
    n = len(p)
    order = sorted(range(n), key=lambda i: p[i])
    out, least = [1.0] * n, 1.0
    for rank in range(n, 0, -1):
        i = order[rank - 1]
        least = min(least, p[i] * n / rank)
        out[i] = least
    return out


def least_units(minimum: float, level: float = _LEVEL) -> int:
    """How many units must be told before 'none is hit' excludes a coverage of `minimum` (one-sided).

    >>> least_units(0.5)
    5
    """
    if minimum <= 0:
        return 1
    if minimum >= 1:
        return 1
    return max(1, math.ceil(math.log(1 - level) / math.log(1 - minimum) - 1e-9))


def detectable(of: int, level: float = _LEVEL) -> float:
    """The coverage that 'none of so many' still allows (upper end of the exact two-sided interval)."""
    return exact_share(0, of, level)[1]


def at_least(hits: int, of: int, share: float) -> float:
    """One-sided exact p that the true share is at least `share`, seeing `hits` of `of`: small speaks against it."""
    return float(special.bdtr(hits, of, share)) if of else 1.0


def under_detection(hits: int, of: int, sensitivity: float, level: float = _LEVEL) -> tuple[float, float]:
    """Interval for a true share of which only a part (`sensitivity`, known) is seen when it is there.

    The seen share is the true share times the sensitivity, so that the exact interval is divided by it; 1 at most.
    """
    low, high = exact_share(hits, of, level)
    return (min(1.0, low / sensitivity), min(1.0, high / sensitivity)) if sensitivity > 0 else (0.0, 1.0)
