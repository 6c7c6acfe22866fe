"""When a stream is usually busy: hour of day, weekday and trend, fitted so that bursts do not bend it.

The fit is multiplicative: level of the day x hour x weekday. Levels are running medians over a fortnight and hours are
trimmed means, so that a day's storm moves neither; stretches known to be bursts are left out altogether. With few days
the shape is drawn towards a flat one, because a few days cannot tell an hour's habit from one day's accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SECOND: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND
DAY_US: Final = 24 * HOUR_US
_REACH: Final = 7  # active days on either side of the running median
_DAYS_OF_A_WEEKDAY: Final = 21  # days from which weekdays are told apart
_TRIMMED: Final = 0.2
_GAPPY: Final = 0.2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Expected activity over time, as an integral over hours.

    `first_us` is the start of hour 0; `upto[k]` the posts expected from the start of the stream to the start of hour
    k (n hours: n + 1 values). `hours` (24) and `weekdays` (7, Monday first) have mean 1. `days` is how many days had
    posts, `silent` the share of days without any.
    """

    first_us: int
    upto: Floats
    hours: Floats
    weekdays: Floats
    days: int
    silent: float

    def between(self, start_us: Ints, end_us: Ints) -> Floats:
        """Posts expected in [start, end), for n starts and ends (microseconds)."""
        knots = self.first_us + HOUR_US * np.arange(len(self.upto), dtype=np.float64)
        found: Floats = np.interp(end_us, knots, self.upto) - np.interp(start_us, knots, self.upto)
        return found


def rhythm(times: Ints, apart: tuple[Ints, Ints] | None = None, *, trend: bool = True) -> Rhythm:
    """Fit the rhythm of a stream.

    Args:
        times: n times in microseconds, rising; at least one.
        apart: starts and ends of stretches that are left out of the fit (bursts found before).
        trend: follow the level of the days; without it the level is one number over all days with posts.
    """
    first = int(times[0]) // HOUR_US * HOUR_US
    hours = (int(times[-1]) - first) // HOUR_US + 1
    counts = np.bincount((times - first) // HOUR_US, minlength=hours).astype(np.float64)
    keep = _kept(first, hours, apart)
    at = first // HOUR_US + np.arange(hours)
    hour, day = at % 24, at // 24 - at[0] // 24
    weekday = (at // 24 + 3) % 7  # 1970-01-01 was a Thursday
    seen = np.bincount(day, weights=counts)
    inside = _covered(first, times, hours)
    of_hour, of_weekday = np.ones(24), np.ones(7)
    level = np.ones(len(seen))
    for _ in range(3):
        shape = of_hour[hour] * of_weekday[weekday] * inside
        level = _levels(day, counts * keep, shape * keep, seen > 0, trend=trend)
        of_hour = _hours(hour, counts, level[day] * of_weekday[weekday] * inside, keep, int((seen > 0).sum()))
        of_weekday = _weekdays(counts, (day, weekday), of_hour[hour] * inside, keep, seen > 0)
    rate = level[day] * of_hour[hour] * of_weekday[weekday] * inside
    scale = (counts * keep).sum() / max((rate * keep).sum(), 1e-12)
    upto = np.concatenate([[0.0], np.cumsum(rate * (scale if scale > 0 else 1.0))])
    return Rhythm(first, upto, of_hour, of_weekday, int((seen > 0).sum()), float((seen == 0).mean()))


def _covered(first: int, times: Ints, hours: int) -> Floats:
    """Share of each hour that lies between the first and the last post."""
    inside = np.ones(hours)
    inside[0] -= (int(times[0]) - first) / HOUR_US
    inside[-1] -= 1 - (int(times[-1]) - first - (hours - 1) * HOUR_US + SECOND) / HOUR_US
    return np.clip(inside, 1e-6, 1.0)


def _kept(first: int, hours: int, apart: tuple[Ints, Ints] | None) -> Floats:
    keep = np.ones(hours + 1)
    if apart is not None and len(apart[0]):
        edges = np.zeros(hours + 1)
        np.add.at(edges, np.clip((apart[0] - first) // HOUR_US, 0, hours), 1)
        np.add.at(edges, np.clip((apart[1] - first) // HOUR_US + 1, 0, hours), -1)
        keep = (np.cumsum(edges) <= 0).astype(np.float64)
    return keep[:hours] if keep[:hours].any() else np.ones(hours)


def _levels(day: Ints, counts: Floats, shape: Floats, active: Bools, *, trend: bool) -> Floats:
    """Level of each day: the running median of the active days around it. Silent days of a gappy stream stay at 0."""
    seen, usual = np.bincount(day, weights=counts), np.bincount(day, weights=shape)
    gappy = (~active).mean() > _GAPPY
    held = np.flatnonzero((active if gappy else np.ones_like(active)) & (usual > 0.05 * 24))
    if not len(held):
        held = np.flatnonzero(active & (usual > 0))
    if not len(held):
        return np.ones(len(seen))
    raw = seen[held] / usual[held]
    if not trend or len(held) < 3:
        smooth = np.full(len(held), max(seen[held].sum() / usual[held].sum(), 1e-9))
    else:
        padded = np.pad(raw, _REACH, mode="reflect" if len(raw) > _REACH else "edge")
        smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * _REACH + 1), axis=1)
        smooth = np.maximum(smooth, 0.02 * max(float(np.median(raw[raw > 0])) if (raw > 0).any() else 1.0, 1e-9))
    level: Floats = np.interp(np.arange(len(seen)), held, smooth)
    return np.where(active, level, 0.0) if gappy else level


def _hours(hour: Ints, counts: Floats, usual: Floats, keep: Floats, days: int) -> Floats:
    """The hours' factors: for each, its fullest fifth of days left out; smoothed, and drawn towards 1 where days are few."""
    out = np.ones(24)
    if days < 3:
        return out
    for h in range(24):
        here = (hour == h) & (keep > 0) & (usual > 0)
        seen, due = counts[here], usual[here]
        if len(seen):
            best = np.argsort((seen - due) / np.sqrt(due + 1.0), kind="stable")
            best = best[: len(seen) - (int(np.ceil(_TRIMMED * len(seen))) if seen.mean() >= 1 else 0)]
            out[h] = (seen[best].sum() + 0.5) / (due[best].sum() + 0.5)
    out = (np.roll(out, 1) + 2 * out + np.roll(out, -1)) / 4  # habits change from hour to hour, accidents at once
    drawn: Floats = (out / out.mean()) ** (days / (days + 2))
    drawn /= drawn.mean()
    return drawn


def _weekdays(counts: Floats, of: tuple[Ints, Ints], usual: Floats, keep: Floats, active: Bools) -> Floats:
    """The weekdays' factors: medians of day over running level."""
    day, weekday = of
    out = np.ones(7)
    if active.sum() < _DAYS_OF_A_WEEKDAY:
        return out
    seen, due = np.bincount(day, weights=counts * keep), np.bincount(day, weights=usual * keep)
    held = np.flatnonzero(active & (due > 0.25 * 24))
    if len(held) < _DAYS_OF_A_WEEKDAY:
        return out
    raw = seen[held] / due[held]
    around = np.convolve(np.pad(raw, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    name = weekday[np.searchsorted(day, held)]
    for d in range(7):
        ratios = raw[name == d] / np.maximum(around[name == d], 1e-9)
        if len(ratios) >= 2:
            out[d] = max(float(np.median(ratios)), 0.05) ** (len(ratios) / (len(ratios) + 2))
    out /= out.mean()
    return out
