"""Joint rhythm: do two accounts post in the same moments more often than the hours they keep make likely?

Event coincidence (Donges et al. 2016): an hour counts once where both post within the window. What chance gives is read
off the same two timelines, one of them moved: by whole minutes (this busy quarter of an hour keeps its posts and the
second hand its place), by whole hours (the part of the day), by whole days (the hour of the day). Under each the count
at lag nought is one of `lags + 1` exchangeable ones, so that, given their sum, it is binomial with chance 1/(lags + 1).
The three are asked at once: the largest p counts.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from blowback.tools import rhythm_kernel
from blowback.tools.coaction import Acts, Ints, acts, pairs
from blowback.tools.gaps import Gaps
from blowback.tools.intrinsic import Signatures, signatures, uniform
from blowback.tools.nulls import resolution_us

Floats = npt.NDArray[np.float64]
MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
WINDOWS_US: Final = (10_000_000, 60_000_000)
_MINUTES: Final = tuple(
    k * MINUTE_US for n in range(2, 9) for k in (-n, n)
)  # the neighbouring minutes could be one delay
_HOURS: Final = tuple(k * HOUR_US for n in range(1, 4) for k in (-n, n))
_DAYS: Final = tuple(k * DAY_US for n in range(1, 4) for k in (-n, n))
FAMILIES: Final = (_MINUTES, _HOURS, _DAYS)
EXCESS: Final = 1.5
CUT: Final = 0.01  # pairs whose p cannot be this small stand for nothing
_WIDE: Final = 8  # windows in the wide one
_TABLE: Final = 5000  # sums over the minutes up to which pairs are given up
_HALF_H: Final = 72  # of the shift of a copy: whole hours, so that the second hand keeps its place
_SHIFT: Final = 3  # stream of draws


def candidates(rows: Acts, least: int) -> tuple[Ints, Ints]:
    """Codes of pairs with a moment in common in at least so many hours, and with more of them than their quarter hours give.

    Posts within eight minutes come within one as often as not, were they scattered: an eighth. Pairs with less than half as
    much again are left out: most pairs of busy accounts are, and they could not pass.
    """
    near, wide = pairs(rows, WINDOWS_US[-1], least), pairs(rows, _WIDE * WINDOWS_US[-1], least)
    width = max(len(rows.accounts), 1)
    at = np.searchsorted(wide.a * width + wide.b, near.a * width + near.b)
    keep = near.n_pairs * _WIDE >= EXCESS * wide.n_pairs[at] if len(near) else np.zeros(0, np.bool_)
    return near.a[keep], near.b[keep]


def judge(
    rows: Acts, ends: tuple[Ints, Ints], *, windows_us: tuple[int, ...] = WINDOWS_US, curve_us: tuple[int, ...] = ()
) -> Gaps:
    """Test pairs of account codes on the times of all their posts.

    Args:
        rows: posts with the hour as their object.
        ends: codes of both sides.
        windows_us: how close a moment in common is, rising; each is tried, the best p counts times their number.
        curve_us: windows at which hours with a moment in common are counted.

    Returns:
        Pairs that were not given up early (those cannot reach a p of 0.01 in any window). `shared`: hours both
        post in; `met` and what is expected: hours with a moment in common, in the widest window; `expected_permute` and
        `p_permute`: by the neighbouring minutes; `expected_shift`: the larger of those by hours and days; `p_shift`: the
        largest of the three p.
    """
    order = np.lexsort((rows.time, rows.account))
    times = rows.time[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows.account, minlength=len(rows.accounts)))])
    near, far = (np.array(lags, np.int64) for lags in (_MINUTES, (*_HOURS, *_DAYS)))
    family = np.repeat([1, 2], [len(_HOURS), len(_DAYS)])
    (a, b), best, given_up = ends, np.ones((2, len(ends[0]))), np.ones(len(ends[0]), np.bool_)
    for window in windows_us:
        out = np.zeros((len(a), 4 + len(FAMILIES)), np.int64)
        rhythm_kernel.measure(a, b, starts, times, window, HOUR_US, near, far, family, _enough(), out)
        p = np.stack([_binomial(out[:, 2], out[:, 3 + n], len(f)) for n, f in enumerate(FAMILIES)])
        told = np.where(out[:, -1] == 1, 1.0, np.stack([p[0], p.max(axis=0)]) * len(windows_us))
        best = np.minimum(best, told)
        given_up &= out[:, -1] == 1
    keep = ~given_up
    a, b, out = a[keep], b[keep], out[keep]
    within = np.zeros((len(a), len(curve_us)), np.int32)
    rhythm_kernel.within(a, b, starts, times, HOUR_US, np.array(curve_us, np.int64), within)
    usual = np.stack([out[:, 3 + n] / len(f) for n, f in enumerate(FAMILIES)])
    tightest = out[:, 1].astype(np.float64)
    return Gaps(
        a, b, out[:, 0], out[:, 2], tightest, usual[0], usual[1:].max(axis=0), best[0, keep], best[1, keep], within
    )  # fmt: skip


@cache
def _enough() -> Ints:
    """(families, sums): the least count at lag nought with p <= CUT; the last entry gives nothing up."""
    sums = np.arange(_TABLE)
    table: Ints = np.zeros((len(FAMILIES), _TABLE), np.int64)
    for n, family in enumerate(FAMILIES):
        low, high = np.zeros(_TABLE, np.int64), sums + 20
        while (low < high).any():
            middle = (low + high) // 2
            passes = _binomial(middle, sums, len(family)) <= CUT
            low, high = np.where(passes, low, middle + 1), np.where(passes, middle, high)
        table[n, :-1] = low[:-1]
    return table


def _binomial(met: Ints, elsewhere: Ints, lags: int) -> Floats:
    """Chance that lag nought has so many or more of the sum (exact; Przyborowski and Wilenski 1940)."""
    p: Floats = stats.binom.sf(met - 1, met + elsewhere, 1.0 / (lags + 1))
    return p


def shifts(rows: Acts, seed: int, *, signed: Signatures | None = None) -> Ints:
    """For each account code its own number of whole hours, up to three days either way, in microseconds."""
    hours = (
        np.floor(uniform((signed or signatures(rows))[0], seed, _SHIFT) * (2 * _HALF_H + 1)).astype(np.int64) - _HALF_H
    )
    return np.asarray(hours * HOUR_US, np.int64)


def moved(rows: Acts, by: Ints) -> Acts:
    """Every account's timeline moved by its shift, into other hours; account codes stay."""
    time = rows.time + by[rows.account]
    hour = np.unique(time // HOUR_US, return_inverse=True)[1].astype(np.int32)
    order = np.lexsort((rows.post, time, hour))
    return Acts(
        rows.account[order], hour[order], time[order], rows.post[order], rows.accounts,
        pa.nulls(int(hour.max(initial=-1)) + 1), rows.posts,
    )  # fmt: skip


def fine_enough(times: Ints) -> bool:
    """Whether times are whole minutes or finer: whole hours hold no moments."""
    return resolution_us(times) <= MINUTE_US


def warm() -> None:
    """Compile the kernels."""
    rows = acts(pa.array(["a", "b"]), pa.array(["x", "x"]), pa.array([0, 1], pa.timestamp("us")), pa.array(["1", "2"]))
    judge(rows, (np.array([1]), np.array([0])), curve_us=(1,))
