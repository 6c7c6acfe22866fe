"""Are posts on a machine's schedule? Regular gaps, times on a lattice, and a pace that people do not reach.

People who pass on a thing come, within a few minutes, like a Poisson process, or burstier: that is the null of the
first two tests, and burstier makes them stricter. The third takes how fast people react from the literature. Times are
microseconds; rounds lie one behind the other, each rising.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND: Final = 1_000_000
PERIODS_S: Final = (1, 5, 10, 12, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600)
LEAST: Final = 6  # posts from which a schedule is tested
_TIGHTEST: Final = 0.02  # two gaps that differ by less count as differing by this: one pair proves nothing
PACE_S: Final = 10  # the stretch in which posts are counted for the pace
REACTS: Final = (
    6.27e-4  # share of people's reactions in any one second, at most (SEISMIC: constant for 5 min, then falling)
)
_WIDE: Final = 10  # a lattice is only tried where a round is so many of its periods wide


@dataclass(frozen=True, slots=True)
class Spacings:
    """Per bundle, what the gaps of its rounds show; n values each.

    `posts` that were tested, `median_s` of the gaps, `regular`: mean contrast |a - b| / (a + b) of neighbouring gaps
    (1/2 for people, 0 for a clock). `period_s` and `on_period` (length of the mean vector, 0 to 1): the lattice that fits
    best, 0 where none could be tried. `fastest`: most posts in any ten seconds of a round. `log_p`: natural logarithm of
    p of gaps and lattice, Bonferroni over both; nan where too few. The pace stands apart: an event that all see at once
    explains it, and no clock.
    """

    posts: Ints
    median_s: Floats
    regular: Floats
    log_p_regular: Floats
    period_s: Floats
    on_period: Floats
    log_p_period: Floats
    fastest: Ints
    log_p_pace: Floats

    @property
    def log_p(self) -> Floats:
        """Of gaps and lattice together, Bonferroni."""
        least = np.minimum(self.log_p_regular, self.log_p_period) + np.log(2)
        return np.where(self.posts >= LEAST, np.minimum(least, 0.0), np.nan)

    @property
    def even(self) -> npt.NDArray[np.bool_]:
        """Whether the gaps say more than the lattice."""
        return self.log_p_regular <= self.log_p_period


def resolution(times: Ints) -> int:
    """Largest of a day, an hour, a minute, a second that all times are multiples of, else 1; microseconds."""
    for unit in (86_400, 3_600, 60, 1):
        if len(times) and not (times % (unit * SECOND)).any():
            return unit * SECOND
    return 1


def habits(times: Ints, unit: Ints) -> dict[int, float]:
    """How far all posts of a case are on each lattice: period in seconds -> length of the mean vector.

    Tools that many people use post at whole minutes; what everybody does is no sign of a schedule. `unit` is the resolution
    of each time, microseconds: times that are coarser than a period say nothing of it.
    """
    out = {}
    for period in PERIODS_S:
        fine = times[unit < period * SECOND]
        out[period] = float(abs(_unit_vectors(fine, period).sum())) / max(len(fine), 1)
    return out


def spacings(
    times: Ints, round_of: Ints, bundle_of: Ints, bundles: int, habit: dict[int, float], unit: Ints, moved: Ints
) -> Spacings:
    """Test the rounds of each bundle together.

    *Regular gaps*: contrasts of neighbouring gaps are uniform on (0, 1) under the null, whatever the rate, if it changes
    slowly; Fisher's combination of them. *Lattice*: Rayleigh's test of the times modulo each period, beyond the case's
    own habit; Bonferroni over the periods. *Pace*: the most posts in ten seconds of a round, where each of its others is
    there with a chance of at most 0.6 % if people reacted to one thing; Bonferroni over windows and rounds. Sources: local
    contrasts of intervals, Shinomoto, Shima and Tanji 2003; Rayleigh test, Mardia and Jupp 2000; reaction times, Zhao,
    Erdogdu, He, Rajaraman and Leskovec 2015 (SEISMIC).

    Args:
        times: m times as stated, by round and time.
        round_of: m round numbers from 0, rising.
        bundle_of: the bundle of each round.
        bundles: number of bundles.
        habit: of the whole case (`habits`).
        unit: resolution of each time, microseconds; a lattice is tried where all times of a round are finer than its period.
        moved: the times moved evenly inside their resolution, so that rounding does not make gaps equal.
    """
    posts = np.bincount(bundle_of[round_of], minlength=bundles)
    shifted = moved[np.lexsort((moved, round_of))]
    gaps = np.diff(shifted).astype(np.float64)
    same = np.diff(round_of) == 0
    of_gap = bundle_of[round_of[1:]]
    middle = _medians(gaps[same] / SECOND, of_gap[same], bundles)
    contrast, of_pair = _contrasts(gaps, same, round_of, bundle_of)
    pairs = np.bincount(of_pair, minlength=bundles)
    regular = np.where(pairs > 0, np.bincount(of_pair, contrast, bundles) / np.maximum(pairs, 1), 0.5)
    twice = -2 * np.bincount(of_pair, np.log(np.clip(contrast, _TIGHTEST, 1.0)), bundles)
    log_regular = np.where(pairs >= LEAST // 2, stats.chi2.logsf(twice, 2 * np.maximum(pairs, 1)), 0.0)
    period, length, log_period = _lattice(times, round_of, bundle_of, bundles, habit, unit)
    fastest, log_pace = _pace(times, round_of, bundle_of, bundles)
    return Spacings(posts, middle, regular, log_regular, period, length, log_period, fastest, log_pace)


def _pace(times: Ints, round_of: Ints, bundle_of: Ints, bundles: int) -> tuple[Ints, Floats]:
    fastest, log_p = np.zeros(bundles, np.int64), np.zeros(bundles)
    if not len(times):
        return fastest, log_p
    span = int(times.max() - times.min()) + 2 * PACE_S * SECOND
    line = (times - times.min()) + round_of * span  # rounds laid out one behind the other
    inside = np.searchsorted(line, line + PACE_S * SECOND, "right") - np.arange(len(line))
    most = np.zeros(len(bundle_of), np.int64)
    np.maximum.at(most, round_of, inside)
    size = np.bincount(round_of, minlength=len(bundle_of)).clip(1)
    told = stats.binom.logsf(most - 2, size - 1, PACE_S * REACTS) + np.log(size)
    np.maximum.at(fastest, bundle_of, most)
    np.minimum.at(log_p, bundle_of, told)
    rounds = np.bincount(bundle_of, minlength=bundles)
    return fastest, np.minimum(log_p + np.log(np.maximum(rounds, 1)), 0.0)


def _unit_vectors(times: Ints, period_s: int) -> npt.NDArray[np.complex128]:
    period = period_s * SECOND
    return np.asarray(np.exp((times % period) * (2j * np.pi / period)), np.complex128)


def _medians(values: Floats, of: Ints, bundles: int) -> Floats:
    order = np.lexsort((values, of))
    values, count = values[order], np.bincount(of, minlength=bundles)
    start = np.cumsum(count) - count
    out = np.zeros(bundles)
    some = count > 0
    low, high = start[some] + (count[some] - 1) // 2, start[some] + count[some] // 2
    out[some] = (values[low] + values[high]) / 2
    return out


def _contrasts(gaps: Floats, same: npt.NDArray[np.bool_], round_of: Ints, bundle_of: Ints) -> tuple[Floats, Ints]:
    """(|a - b| / (a + b) of two neighbouring gaps of a round, each gap used once; their bundles)."""
    if len(gaps) < 2:
        return np.zeros(0), np.zeros(0, np.int64)
    place = np.arange(len(gaps)) - np.searchsorted(round_of, round_of[:-1])
    here = np.flatnonzero(same[:-1] & same[1:] & (place[:-1] % 2 == 0))
    a, b = gaps[here], gaps[here + 1]
    whole = a + b > 0
    return np.abs(a - b)[whole] / (a + b)[whole], bundle_of[round_of[here[whole]]]


def _lattice(
    times: Ints, round_of: Ints, bundle_of: Ints, bundles: int, habit: dict[int, float], unit: Ints
) -> tuple[Floats, Floats, Floats]:
    """Rayleigh's test over cycles, not posts: each cycle of a round counts once, with the mean vector of its posts.

    What comes in one clump, as everybody's words at one event, is one cycle and proves no lattice.
    """
    best = np.zeros((3, bundles))
    tried = np.zeros(bundles)
    if not len(times):
        return best[0], best[1], best[2]
    size = np.bincount(round_of)
    start = np.cumsum(size) - size
    width = 2 * (times[start + 3 * (size - 1) // 4] - times[start + (size - 1) // 4])
    coarsest = np.zeros(len(size), np.int64)
    np.maximum.at(coarsest, round_of, unit)
    for period, usual in habit.items():
        fit = np.flatnonzero(((width >= _WIDE * period * SECOND) & (coarsest < period * SECOND))[round_of])
        if not len(fit):
            continue
        # half a cycle is added, so that a post just before a tick and one just after it fall in one cycle
        cycle = (times[fit] + period * SECOND // 2) // (period * SECOND)
        first = np.flatnonzero(np.diff(cycle, prepend=-1) | np.diff(round_of[fit], prepend=-1))
        mean = np.add.reduceat(_unit_vectors(times[fit], period), first) / np.diff(first, append=len(fit))
        of = bundle_of[round_of[fit[first]]]
        count = np.bincount(of, minlength=bundles)
        total = np.hypot(np.bincount(of, mean.real, bundles), np.bincount(of, mean.imag, bundles))
        length = total / np.maximum(count, 1)
        log_p = np.where(count >= LEAST, -count * np.maximum(length - usual, 0.0) ** 2, 0.0)
        tried += count >= LEAST
        best = np.where(log_p < best[2], np.stack([np.full(bundles, float(period)), length, log_p]), best)
    return best[0], best[1], np.minimum(0.0, best[2] + np.log(np.maximum(tried, 1)))
