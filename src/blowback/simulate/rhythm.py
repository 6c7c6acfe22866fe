"""When people post: a daily and a weekly rhythm in each account's own zone."""

from __future__ import annotations

import numpy as np

from blowback.simulate.people import Floats, Ints

HOUR_US = 3_600_000_000
PEAK_H = 20.0  # local time of the busiest hour


def rate(hour: Floats, *, diurnal: float) -> Floats:
    """Relative rate at a local hour of the day, 1 at the peak and 1 / diurnal twelve hours away."""
    depth = (diurnal - 1) / (diurnal + 1)
    shape: Floats = (1 + depth * np.cos((hour - PEAK_H) * np.pi / 12)) / (1 + depth)
    return shape


def rate_at(times_us: Ints, zone_h: Ints, *, diurnal: float, weekend: float) -> Floats:
    """Relative rate at an instant for accounts in a zone; at most 1 where weekend <= 1."""
    local = times_us // 1_000_000 + zone_h * 3600
    days = local // 86_400
    free = (days + 3) % 7 >= 5  # day 0 of 1970 was a Thursday; Monday = 0
    out: Floats = rate((local % 86_400) / 3600, diurnal=diurnal) * np.where(free, weekend, 1.0) / max(weekend, 1.0)
    return out


def instants(
    rng: np.random.Generator, zone_h: Ints, start_us: int, end_us: int, *, diurnal: float, weekend: float
) -> Ints:
    """One instant for each entry of `zone_h`, by thinning a uniform draw with the rhythm. Whole milliseconds."""
    out = np.empty(len(zone_h), np.int64)
    todo = np.arange(len(zone_h))
    while len(todo):
        drawn = start_us + (rng.random(len(todo)) * ((end_us - start_us) // 1000)).astype(np.int64) * 1000
        fine = rng.random(len(todo)) < rate_at(drawn, zone_h[todo], diurnal=diurnal, weekend=weekend)
        out[todo[fine]] = drawn[fine]
        todo = todo[~fine]
    return out
