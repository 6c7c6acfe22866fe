"""What a constant interest in one thing would give: the hours of day and week, and the case's own slow course."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
HOUR_US: Final = 3_600_000_000
_WEEK: Final = 168
_LEAST: Final = 0.05  # of the mean: an hour in which nobody posted is rare, not impossible
_SLOW_DAYS: Final = 7.0  # standard deviation of the smoothing: a case that grows, or was collected better, over weeks
_TREND_DAYS: Final = 42  # from which a slow course can be told from a campaign


@dataclass(frozen=True, slots=True)
class Week:
    """Relative rate of each hour of the week (mean 1, Monday 00 first) and of each day of the case (mean 1)."""

    week: Floats
    name: str  # week, day or flat
    first: int  # hour since 1970 of the first post
    posts: Floats  # of the case in each hour from `first` on
    trend: Floats  # of each 24 hours from `first` on

    @property
    def start_us(self) -> int:
        """Start of the hour of the first post."""
        return self.first * HOUR_US

    @property
    def end_us(self) -> int:
        """End of the hour of the last post."""
        return (self.first + len(self.posts)) * HOUR_US

    def without(self, times_us: Ints) -> Week:
        """The same with the slow course of all posts but these; flat in cases of less than six weeks."""
        days = len(self.posts) // 24
        if days < _TREND_DAYS:
            return self
        own = np.bincount(times_us // HOUR_US - self.first, minlength=len(self.posts))[: len(self.posts)]
        daily = np.maximum(self.posts - own, 0)[: days * 24].reshape(days, 24).sum(1)
        slow: Any = gaussian_filter1d(daily.astype(np.float64), _SLOW_DAYS, mode="nearest")
        return replace(self, trend=np.maximum(slow / slow.mean(), _LEAST) if slow.sum() > 0 else self.trend)

    def hours(self, edges: Ints) -> Floats:
        """For each bin between `edges` (microseconds) how many hours of mean activity it holds."""
        if len(edges) < 2:
            return np.empty(0)
        low, high = int(edges[0] // HOUR_US), int(edges[-1] // HOUR_US) + 1
        every = np.arange(low, high + 1)
        day = np.clip((every - self.first) // 24, 0, len(self.trend) - 1)
        passed = np.concatenate([[0.0], np.cumsum(self.week[(every + 72) % _WEEK] * self.trend[day])])
        at = edges / HOUR_US - low  # hour 0 of 1970 was a Thursday: 72 hours after a Monday
        return np.asarray(np.diff(np.interp(at, np.arange(len(passed)), passed)), np.float64)


def week_of(hours: Ints, posts: Ints) -> Week:
    """From posts per hour (hours since 1970): by hour of the week from four weeks on, of the day from four days on."""
    if not len(hours):
        return Week(np.ones(_WEEK), "flat", 0, np.zeros(1), np.ones(1))
    first, last = int(hours.min()), int(hours.max())
    every = np.zeros(last - first + 1)
    every[hours - first] = posts
    flat = Week(np.ones(_WEEK), "flat", first, every, np.ones(1))
    period = _WEEK if len(every) >= 4 * _WEEK else 24 if len(every) >= 96 else 0
    if not period:
        return flat
    place = np.arange(first + 72, last + 73) % period
    # roots: one storm is not a habit
    rate = (np.bincount(place, weights=np.sqrt(every), minlength=period) / np.bincount(place, minlength=period)) ** 2
    week = np.tile(rate, _WEEK // period)
    week = np.maximum(week / week.mean(), _LEAST)
    return replace(flat, week=week / week.mean(), name="week" if period == _WEEK else "day")
