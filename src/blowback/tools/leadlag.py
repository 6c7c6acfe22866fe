"""Does one count series run ahead of another, and by how much? Blocks dealt anew, and an interval from blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

Floats = npt.NDArray[np.float64]
LEAST_BLOCKS: Final = 20  # fewer could not give a p of 0.05
PER_LAG: Final = 4  # a block is so many times the longest lag
_DRAWS: Final = 400


@dataclass(frozen=True, slots=True)
class Lag:
    """How far `second` runs behind `first` (bins; negative: ahead), its 95 % interval, p, and the correlation there.

    `expected` is the mean, over dealt copies, of the largest correlation within reach.
    """

    bins: float
    low: float
    high: float
    p: float
    correlation: float
    expected: float
    blocks: int


def lead_lag(first: Floats, second: Floats, longest: int, *, smooth: float, copies: int, seed: int) -> Lag | None:
    """The lag at which two series agree best, and how often they agree as well when blocks of one change places.

    None: too short to tell (fewer than twenty blocks), or a series without change.

    Both are smoothed, and what is slower than a block is taken out: two things that wax and wane over weeks go together
    without following each other. The statistic is the largest correlation of any lag up to `longest`, counted inside
    blocks of four times that; each copy puts the blocks of `second` in another order and is searched in the same way. So
    daily rhythm and bursts stay in both, and what ties one to the other goes. The interval resamples blocks.

    Args:
        first: counts in bins, less their expected daily and weekly course.
        second: the same of the other, equally many bins.
        longest: largest lag, bins.
        smooth: standard deviation of the Gaussian that both are smoothed with, bins.
        copies: orders of the blocks.
        seed: of the copies and the resampling.
    """
    size = PER_LAG * longest
    blocks = len(first) // size if longest >= 2 else 0
    if blocks < LEAST_BLOCKS or not first.std() or not second.std():
        return None
    x, y = (_banded(s, smooth, size)[: blocks * size].reshape(blocks, size) for s in (first, second))
    norm = float(np.sqrt((x * x).sum() * (y * y).sum())) or 1.0
    fx, fy = (np.fft.rfft(s, 2 * size, axis=1) for s in (x, y))
    random = np.random.default_rng(seed)
    curve = _within(np.conj(fx) * fy, longest, size) / norm
    here = curve.sum(0)
    tops = np.array([_within((np.conj(fx) * fy[random.permutation(blocks)]).sum(0, keepdims=True), longest, size).max()
                     for _ in range(copies)]) / norm  # fmt: skip
    p = (1 + int((tops >= here.max()).sum())) / (1 + copies)
    drawn = random.multinomial(blocks, np.full(blocks, 1 / blocks), _DRAWS) @ curve
    low, high = np.quantile([_peak(row) - longest for row in drawn], [0.025, 0.975])
    expected = float(tops.mean()) if copies else 0.0
    return Lag(_peak(here) - longest, float(low), float(high), p, float(here.max()), expected, blocks)


def _banded(series: Floats, smooth: float, slow: int) -> Floats:
    done: Any = gaussian_filter1d(series, smooth, mode="nearest") - gaussian_filter1d(series, slow / 2, mode="nearest")
    return np.asarray(done, np.float64)


def _within(product: Any, longest: int, size: int) -> Floats:  # noqa: ANN401  # complex, blocks x frequencies
    """Per block the products' sums at lags from -longest to longest."""
    every = np.fft.irfft(product, 2 * size, axis=1)
    return np.asarray(np.concatenate([every[:, -longest:], every[:, : longest + 1]], axis=1), np.float64)


def _peak(curve: Floats) -> float:
    """The place of the maximum, between bins by a parabola."""
    k = int(curve.argmax())
    if 0 < k < len(curve) - 1:
        a, b, c = curve[k - 1 : k + 2].tolist()
        if (bend := a - 2 * b + c) < 0:
            return float(k + 0.5 * (a - c) / bend)
    return float(k)
