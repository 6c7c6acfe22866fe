"""Did a share change at a date: counts by day before and after it, and the same question put to every other date.

An interrupted time series in its plainest form: the log odds of the days after against those of the days before, with a
variance that is widened twice. Once for counts that scatter more than coin tosses and hang together from day to day
(quasi-binomial dispersion; lag-one autocorrelation of the residuals), once by what the same statistic does at dates at
which nothing is known to have happened: the date is shifted through the series. The mean of the change there (a trend) is
taken off, and where the statistic's root mean square is above one, the interval is widened by it. So weekly habits,
trends and bursts count against a finding.

Sources: McCullagh, Nelder 1989 (quasi-likelihood); Bernal, Cummins, Gasparrini 2017 (interrupted series); Efron 2004
(a null that the data give).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ENOUGH: Final = 20  # other dates: fewer cannot show that one in twenty does as much
_HALF: Final = 0.5  # added to counts, so that none has an infinite logarithm (Haldane, Anscombe)
_MOST_R: Final = 0.8  # autocorrelation from a fortnight's days is not known better than this


@dataclass(frozen=True, slots=True)
class Dates:
    """Candidate dates of one series, as places of days in it.

    `before`, `after`: (dates, window) days of each side. The first row is the date that is asked about, the others are
    shifted copies whose days do not straddle it.
    """

    before: Ints
    after: Ints

    @property
    def others(self) -> int:
        """How many other dates there are."""
        return len(self.before) - 1


@dataclass(frozen=True, slots=True)
class Change:
    """How a share changed.

    Args:
        hits_before, of_before, hits_after, of_after: counts over the days of each side.
        log_odds: logarithm of the odds after over the odds before, less what is usual; low, high: its 95 % interval.
        usual: mean of the same at the other dates (a trend); 0 where there are fewer than `ENOUGH`.
        p: two-sided, from Student's t; degrees of freedom are the days less two, or fewer where there are few other dates.
        dispersion: variance over that of coin tosses, autocorrelation included; one at least.
        widened: root mean square of the statistic at other dates, one at least.
        elsewhere: share of the other dates at which the statistic is as far from zero; 1 where there are none.
    """

    hits_before: int
    of_before: int
    hits_after: int
    of_after: int
    log_odds: float
    low: float
    high: float
    usual: float
    p: float
    dispersion: float
    widened: float
    elsewhere: float


def dates(days: int, low: int, high: int, window: int, taken: tuple[tuple[int, int], ...] = ()) -> Dates:
    """The days before and after a bracket, and of every shifted copy of it that fits and touches no known change.

    Args:
        days: length of the series.
        low: last day that shows the state before.
        high: first day that shows the state after; the change lies between, and neither day counts.
        window: days of each side.
        taken: other brackets (low, high) of the same thing: a copy may not straddle them either.
    """
    reach = np.arange(window)
    width = high - low
    spans = ((low, high), *taken)

    def free(at: int) -> bool:
        first, last = at - window, at + width + window
        return first >= 0 and last < days and all(last < a + 1 or first > b - 1 for a, b in spans)

    starts = np.array([low, *(s for s in range(days) if s != low and free(s))], np.int64)[:, None]
    return Dates(starts - 1 - reach[::-1], starts + width + 1 + reach)


def change(hits: Floats, of: Floats, at: Dates) -> Change:
    """The change of hits / of at the first of some dates.

    Args:
        hits: counts by day.
        of: what they are a part of; days on which nothing was counted say nothing.
        at: from `dates`; days outside the series count as nothing.
    """
    delta, spread, days = _statistics(hits, of, at)
    others = delta[1:] / spread[1:]
    usual = float(delta[1:].mean()) if len(others) >= ENOUGH else 0.0
    apart = (delta - usual) / spread
    widened = max(1.0, float(np.sqrt(np.mean(apart[1:] ** 2)))) if len(others) else 1.0
    if usual:  # known from so many stretches that do not overlap
        widened *= math.sqrt(1 + 2 * at.before.shape[1] / len(others))
    known = max(2 * len(others) / at.before.shape[1], 1.0)  # what the other dates know of their own scatter
    freedom = max(min(float(days[0]) - 2, known), 1.0)
    half = float(special.stdtrit(freedom, 0.975)) * float(spread[0]) * widened
    t = abs(float(apart[0])) / widened
    elsewhere = float((np.abs(apart[1:]) >= abs(apart[0])).mean()) if len(others) else 1.0
    beyond = float(delta[0]) - usual
    first = [_sums(hits, of, days_of[0]) for days_of in (at.before, at.after)]
    plain = sum(1 / (h + _HALF) + 1 / (n - h + _HALF) for h, n in first)
    return Change(
        int(first[0][0]), int(first[0][1]), int(first[1][0]), int(first[1][1]),
        beyond, beyond - half, beyond + half, usual, 2 * float(special.stdtr(freedom, -t)),
        float(spread[0]) ** 2 / plain, widened, elsewhere,
    )  # fmt: skip


def _sums(hits: Floats, of: Floats, days: Ints) -> tuple[float, float]:
    inside = days[(days >= 0) & (days < len(of))]
    return float(hits[inside].sum()), float(of[inside].sum())


def _statistics(hits: Floats, of: Floats, at: Dates) -> tuple[Floats, Floats, Floats]:
    """(log odds ratio, its standard error, days that count) of each date."""
    sides = [(_picked(hits, side), _picked(of, side)) for side in (at.before, at.after)]
    y, n = (np.stack([s[k] for s in sides]) for k in (0, 1))  # (2, dates, window)
    total, out_of = y.sum(2), n.sum(2)
    share = (total + _HALF) / (out_of + 2 * _HALF)
    delta = np.log(share[1] / (1 - share[1])) - np.log(share[0] / (1 - share[0]))
    due = n * share[..., None]
    scale = np.sqrt(np.maximum(due * (1 - share[..., None]), 1e-12))
    residual = np.where(n > 0, (y - due) / scale, 0.0)
    seen = n > 0
    days = seen.sum((0, 2)).astype(np.float64)
    scatter = (residual**2).sum((0, 2)) / np.maximum(days - 2, 1)
    near = (residual[..., 1:] * residual[..., :-1]).sum((0, 2))
    r = np.clip(near / np.maximum((residual**2).sum((0, 2)), 1e-12), 0.0, _MOST_R)
    plain = (1 / (total + _HALF) + 1 / (out_of - total + _HALF)).sum(0)
    spread = np.sqrt(plain * np.maximum(scatter, 1.0) * (1 + r) / (1 - r))
    return delta, spread, days


def _picked(counts: Floats, days: Ints) -> Floats:
    inside = (days >= 0) & (days < len(counts))
    return np.where(inside, counts[np.clip(days, 0, len(counts) - 1)], 0.0)
