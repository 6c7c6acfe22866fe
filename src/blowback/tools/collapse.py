"""When a series collapses against its own history: stretches far below the usual level of their time of day, against all others.

The usual level of a bin is the median of the last fourteen ordinary values at the same time of day (of those that follow, where the
series has just begun); low values do not enter it, so that a long outage does not become usual. A stretch is low where it is at
most `1 - drop` of that. Whether so low a stretch tells anything is asked of the series itself: of all stretches of the same
length that are not low, the lowest must still lie above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAY_US: Final = 86_400_000_000
_REACH: Final = 14  # days
_LEAST_DAYS: Final = 7  # with a value at that time of day
_LEAST_STRETCHES: Final = 20  # that do not overlap: fewer cannot show what is usual
_MOST_BINS: Final = 200_000
_GAP: Final = 2  # bins of ordinary values that do not end a stretch


@dataclass(frozen=True, slots=True)
class Stretch:
    """One low stretch.

    Args:
        last_usual, first_low, last_low, first_usual: starts of bins in microseconds; None where the series begins or ends low.
        bins: low bins with a value. ratio: their mean against the usual level. least, most: the range of that.
        elsewhere: the lowest mean ratio of any stretch of that length that is not low. stretches: how many such there are
            that do not overlap.
        word: `collapse`, or `cannot_tell`; why: `noisy` (others are as low) or `few_history`.
    """

    last_usual: int | None
    first_low: int
    last_low: int
    first_usual: int | None
    bins: int
    ratio: float
    least: float
    most: float
    elsewhere: float
    stretches: int
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
        level = _median(held)
        new = np.isnan(level)
        if new.any():
            level[new] = _median(table[day + 1 : day + 1 + _REACH])[new]
        usual[day] = level
        ordinary = ~np.isnan(table[day]) & ~(table[day] <= (1 - drop) * level)
        held[:-1, ordinary] = held[1:, ordinary]
        held[-1, ordinary] = table[day, ordinary]
    return usual.reshape(-1)[: len(value)]


def _median(values: Floats) -> Floats:
    """Median of each column with at least seven values."""
    out = np.full(values.shape[1], np.nan)
    enough = (~np.isnan(values)).sum(0) >= _LEAST_DAYS
    if enough.any():
        out[enough] = np.nanmedian(values[:, enough], axis=0)
    return out


def collapses(series: Series) -> list[Stretch]:
    """Low stretches, in order of time."""
    known = ~np.isnan(series.value) & ~np.isnan(series.usual) & (series.usual > 0)
    ratio = np.divide(series.value, series.usual, out=np.full(len(series.value), np.nan), where=known)
    low = known & (ratio <= 1 - series.drop)
    out = []
    for first, last in _stretches(low, known):
        inside = low[first : last + 1]
        held = ratio[first : last + 1][inside]
        length = max(int(known[first : last + 1].sum()), 1)
        elsewhere, count = _elsewhere(ratio, known & ~low, length)
        mean = float(held.mean())
        why = "few_history" if count < _LEAST_STRETCHES else "noisy" if elsewhere <= mean else ""
        before, after = np.flatnonzero(known[:first]), np.flatnonzero(known[last + 1 :])
        out.append(Stretch(
            _start(series, int(before[-1])) if len(before) else None, _start(series, first), _start(series, last),
            _start(series, last + 1 + int(after[0])) if len(after) else None,
            int(inside.sum()), mean, float(held.min()), float(held.max()),
            elsewhere, count, "cannot_tell" if why else "collapse", why,
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


def _elsewhere(ratio: Floats, ordinary: Bools, length: int) -> tuple[float, int]:
    """(lowest mean ratio of so many ordinary bins in a row, how many such stretches fit apart); (1, 0) where none does."""
    held = np.where(ordinary, ratio, 0.0)
    total = np.concatenate([[0.0], np.cumsum(held)])
    count = np.concatenate([[0], np.cumsum(ordinary)])
    if len(ratio) < length:
        return 1.0, 0
    whole = count[length:] - count[:-length] == length
    means = (total[length:] - total[:-length]) / length
    fit, free = 0, 0
    for place in np.flatnonzero(whole).tolist():
        if place >= free:
            fit, free = fit + 1, place + length
    return (float(means[whole].min()), fit) if whole.any() else (1.0, 0)
