"""When a series collapses against its own history: stretches far below the usual level of their time of day.

The usual level of a bin is the median of the last fourteen ordinary values at the same time of day (where the series has
just begun, the upper quartile of those that follow); low values do not enter it, so that a long outage does not become
usual. A stretch is low where it is at most `1 - drop` of that. Whether it tells anything is asked of the series' own
scatter: the spread around the usual level, by its median and its upper side (which other outages do not touch), and how far
neighbouring bins hang together, over all stretches up to that length there are (Bonferroni).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAY_US: Final = 86_400_000_000
_REACH: Final = 14  # days
_LEAST_DAYS: Final = 7  # with a value at that time of day
_LEAST_BINS: Final = 48  # beside the stretch: fewer cannot show its scatter
CHANCE: Final = 0.001  # of a stretch so low anywhere in the series
_MOST_R: Final = 0.95
_MOST_BINS: Final = 200_000
_GAP: Final = 2  # bins of ordinary values that do not end a stretch


@dataclass(frozen=True, slots=True)
class Stretch:
    """One low stretch.

    Args:
        last_usual, first_low, last_low, first_usual: starts of bins in microseconds; None where the series begins or ends low.
        bins: low bins with a value. ratio: their mean against the usual level. least, most: the range of that.
        spread: of single bins around the usual level, as a share of it. p: chance of a stretch so low anywhere in the series.
        as_low: share of other stretches of that length with as low a mean (outages that come again are among them).
        word: `collapse`, or `cannot_tell`; why: `noisy` (its own scatter gives the like) or `few_history`.
    """

    last_usual: int | None
    first_low: int
    last_low: int
    first_usual: int | None
    bins: int
    ratio: float
    least: float
    most: float
    spread: float
    p: float
    as_low: float
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Series:
    """A series on an even grid.

    Args:
        first: start of bin 0, microseconds. step: width of a bin, microseconds.
        value: of each bin; not a number where it is not known. usual: the level of its time of
            day. drop: share of it that must be missing in a low value.
    """

    first: int
    step: int
    value: Floats
    usual: Floats
    drop: float

    @property
    def known(self) -> int:
        """Bins with a value and a usual level."""
        return int((~np.isnan(self.value) & ~np.isnan(self.usual)).sum())


def on_grid(at: Ints, value: Floats, step: int, drop: float) -> Series | None:
    """Values on an even grid, with the usual level of each bin; None where there are fewer than two, or far too many bins.

    Args:
        at: starts of bins in microseconds, in any order; of equal ones the mean counts.
        value: a value for each.
        step: width of a bin in microseconds; 0: the most frequent distance.
        drop: share of the usual level that must be missing in a low value, 0..1.
    """
    order = np.argsort(at, kind="stable")
    at, value = at[order], value[order]
    apart = np.diff(at)
    apart = apart[apart > 0]
    if not len(apart):
        return None
    if not step:
        lengths, counts = np.unique(apart, return_counts=True)
        step = int(lengths[np.argmax(counts)])
    place = (at - at[0]) // step
    bins = int(place[-1]) + 1
    if bins > _MOST_BINS:
        return None
    total = np.bincount(place, weights=value, minlength=bins)
    seen = np.bincount(place, minlength=bins)
    grid = np.divide(total, seen, out=np.full(bins, np.nan), where=seen > 0)
    return Series(int(at[0]), step, grid, _usual(grid, step, drop), drop)


def _usual(value: Floats, step: int, drop: float) -> Floats:
    """Median of the last ordinary values at that time of day; not a number with fewer than seven."""
    a_day = max(round(DAY_US / step), 1)
    days = -(-len(value) // a_day)
    flat = np.full(days * a_day, np.nan)
    flat[: len(value)] = value
    table = flat.reshape(days, a_day)
    usual = np.full_like(table, np.nan)
    held = np.full((_REACH, a_day), np.nan)
    for day in range(days):
        level = _level(held, 0.5)
        new = np.isnan(level)
        if new.any():
            level[new] = _level(table[day + 1 : day + 1 + _REACH], 0.75)[new]  # outages may follow: not the median
        usual[day] = level
        ordinary = ~np.isnan(table[day]) & ~(table[day] <= (1 - drop) * level)
        held[:-1, ordinary] = held[1:, ordinary]
        held[-1, ordinary] = table[day, ordinary]
    return usual.reshape(-1)[: len(value)]


def _level(values: Floats, share: float) -> Floats:
    """A quantile of each column with at least seven values."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    ranked = np.sort(values, axis=0)  # what is not a number comes last
    count = (~np.isnan(values)).sum(0)
    place = share * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    first, second = (np.take_along_axis(ranked, k[None, :], 0)[0] for k in (low, high))
    return np.where(count >= _LEAST_DAYS, first + (second - first) * (place - low), np.nan)


def collapses(series: Series) -> list[Stretch]:
    """Low stretches, in order of time."""
    known = ~np.isnan(series.value) & ~np.isnan(series.usual) & (series.usual > 0)
    ratio = np.divide(series.value, series.usual, out=np.full(len(series.value), np.nan), where=known)
    low = known & (ratio <= 1 - series.drop)
    out = []
    for first, last in _stretches(low, known):
        rest = known.copy()
        rest[first : last + 1] = False
        mine = known[first : last + 1]
        held = ratio[first : last + 1][mine]
        mean, length = float(held.mean()), len(held)
        spread, p = _chance(ratio, rest, mean, length, _least_spread(series, rest))
        why = "few_history" if rest.sum() < _LEAST_BINS else "noisy" if p > CHANCE else ""
        before, after = np.flatnonzero(known[:first]), np.flatnonzero(known[last + 1 :])
        out.append(Stretch(
            _start(series, int(before[-1])) if len(before) else None, _start(series, first), _start(series, last),
            _start(series, last + 1 + int(after[0])) if len(after) else None,
            int(low[first : last + 1].sum()), mean, float(held.min()), float(held.max()),
            spread, p, _as_low(ratio, rest, mean, length), "cannot_tell" if why else "collapse", why,
        ))  # fmt: skip
    return out


def _start(series: Series, place: int) -> int:
    return series.first + place * series.step


def _stretches(low: Bools, known: Bools) -> list[tuple[int, int]]:
    """(first, last) of stretches of low bins; two bins of ordinary values, and bins that are not known, do not end one."""
    found: list[tuple[int, int]] = []
    usual = np.cumsum(known & ~low)
    for place in np.flatnonzero(low).tolist():
        if found and usual[place] - usual[found[-1][1]] <= _GAP:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def _least_spread(series: Series, rest: Bools) -> float:
    """Counts scatter at least as Poisson's law has them, however the few values that they take may lie."""
    values = series.value[rest]
    whole = bool(len(values)) and bool(np.all(values == np.round(values)))
    return float(1 / np.sqrt(max(float(np.median(series.usual[rest])), 1e-9))) if whole else 0.0


def _chance(ratio: Floats, rest: Bools, mean: float, length: int, least: float) -> tuple[float, float]:
    """(spread of single bins, chance of a stretch so low by it) from the bins that are not the stretch's."""
    if not rest.any():
        return 0.0, 1.0
    apart = ratio[rest] - 1
    middle, high, top = np.quantile(apart, [0.5, 0.9, 0.98])
    near = 1.4826 * float(np.median(np.abs(apart - middle)))
    spread = max(near, float(high - middle) / 1.2816, float(top - middle) / 2.0537, least, 1e-6)
    clipped = np.where(rest, np.clip(ratio - 1, -3 * spread, 3 * spread), 0.0)
    both = rest[1:] & rest[:-1]
    r = float((clipped[1:] * clipped[:-1])[both].sum() / max((clipped**2)[rest].sum(), 1e-12))
    r = min(max(r, 0.0), _MOST_R)
    effective = max(length * (1 - r) / (1 + r), 1.0)
    z = (1 - mean) / spread * float(np.sqrt(effective))
    return spread, min(1.0, float(special.ndtr(-z)) * len(ratio) * length)


def _as_low(ratio: Floats, rest: Bools, mean: float, length: int) -> float:
    """Share of the other stretches of that length whose mean is as low; 0 where there is none."""
    if len(ratio) < length:
        return 0.0
    total = np.concatenate([[0.0], np.cumsum(np.where(rest, ratio, 0.0))])
    count = np.concatenate([[0], np.cumsum(rest)])
    whole = count[length:] - count[:-length] == length
    means = (total[length:] - total[:-length])[whole] / length
    return float((means <= mean).mean()) if len(means) else 0.0
