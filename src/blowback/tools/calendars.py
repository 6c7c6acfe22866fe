"""How close together things appear when dates are dealt anew among the things of each host.

A *calendar* is when the things of one host first appeared. Under the null each thing of a set gets the date of a thing
drawn from its host's calendar, independently of the others: hosts keep how busy they are and when, the things lose
what ties them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.tools import calendars_kernel as kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LEAST: Final = 5  # things on a host; rarer hosts share one calendar, which has the power that each of them lacks
_POINTS: Final = 256  # of a calendar that are walked, evenly spread over it
# Gaps are rounded up to these, in seconds: a step of a tenth makes p larger by a tenth at most, and is looked up once.
_GRID: Final = np.unique(np.ceil(np.concatenate([[1.0], 1.1 ** np.arange(1, 200)])).astype(np.int64)) * 1_000_000


@dataclass(frozen=True, slots=True)
class Calendars:
    """Per thing its host and first appearance (microseconds); per host a sorted calendar."""

    host: Ints
    first: Ints
    of_host: tuple[Ints, ...]

    def floor(self, hosts: list[int]) -> float:
        """The smallest chance that these hosts' calendars can give: one in all combinations."""
        return float(np.exp(-sum(np.log(len(self.of_host[h])) for h in hosts)))


def calendars(host: Ints, first: Ints) -> Calendars:
    """Calendars of the hosts; hosts with fewer than five things share one."""
    many = np.bincount(host) if len(host) else np.zeros(0, np.int64)
    order = np.lexsort((first, host))
    dates = np.split(first[order], np.cumsum(many)[:-1]) if len(many) else []
    rare = np.sort(first[many[host] < LEAST]) if len(host) else np.zeros(0, np.int64)
    return Calendars(host, first, tuple(d if len(d) >= LEAST else rare for d in dates))


def dealt(held: Calendars, seed: int) -> Ints:
    """First appearances dealt anew among the things of each calendar."""
    many = np.bincount(held.host)[held.host] if len(held.host) else np.zeros(0, np.int64)
    pool = np.where(many < LEAST, -1, held.host)
    random = np.random.default_rng(seed).random(len(pool))
    at, to = np.lexsort((held.first, pool)), np.lexsort((random, pool))
    out = np.empty(len(pool), np.int64)
    out[to] = held.first[at]
    return out


def rounded_up(span: int) -> int:
    """A span in microseconds rounded up to a step of a tenth."""
    return int(_GRID[min(int(np.searchsorted(_GRID, span)), len(_GRID) - 1)])


def range_tail(dates: list[Ints], span: int) -> float:
    """The chance that one date drawn from each calendar all lie within `span` microseconds of each other.

    The range of independent, differently distributed draws: each draw in turn is the first (ties go to the earlier
    calendar), and all others lie within the span after it. Long calendars are walked at 256 dates, evenly spread. Never
    below one in all combinations.
    """
    if len(dates) < 2:
        return 1.0
    sizes = np.array([len(d) for d in dates], np.int64)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    total = float(kernel.range_tail(np.concatenate(dates), bounds, span, _POINTS))
    return min(max(total, float(np.exp(-np.log(sizes).sum()))), 1.0)


def typical_range(dates: list[Ints], seed: int, draws: int = 400) -> float:
    """Median range, microseconds, of one date drawn from each calendar."""
    random = np.random.default_rng(seed)
    drawn = np.stack([d[random.integers(0, len(d), draws)] for d in dates])
    return float(np.median(drawn.max(0) - drawn.min(0)))


def warm() -> None:
    """Compile the kernel."""
    range_tail([np.arange(3), np.arange(3)], 1)
