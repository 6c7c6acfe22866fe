"""Change points of several count series at once, against copies of a constant rate with the data's own scatter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.tools import changes_kernel as kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOST: Final = 6  # changes: a reader cannot hold more phases in the head
_SCATTERED: Final = 1.01  # dispersion from which a count is more than Poisson
_LEAST_BINS: Final = 12
_STEADY: Final = 0.95  # of the neighbours: the widest steps are the changes that are looked for
_TRIMMED: Final = 0.75  # what these hold of the whole under a Poisson law (by simulation)
_STEP: Final = 1.0  # penalty of a change, times channels and log bins (about twice BIC: see docs/methods/phases.md)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where segments start (bins, the first is 0), the gain over no change, and its p under dealt blocks."""

    starts: tuple[int, ...]
    gain: float
    p: float
    expected: float  # mean gain of the copies


def changes(counts: Floats, exposure: Floats, *, copies: int, seed: int, most: int = MOST) -> Changes:
    """The best partition of channels x bins into segments of constant rate, times exposure (optimal partitioning).

    The likelihood is Poisson over each channel's dispersion, which is taken from neighbouring bins so that changes do not
    raise it (Jackson et al. 2005 for the partition). The number of changes is the one with the largest gain less
    log(bins) for each change and channel. Its p compares the best gain of one change or more with copies of a constant
    rate, negative binomial with the same total and dispersion, by the tail of a Gumbel law with their mean and spread
    (Abrams, Kulldorff, Kleinman 2010), no further than a tenth of one in all copies.

    Args:
        counts: channels x bins.
        exposure: what a constant rate expects of each bin (hour of day and week), any scale, above 0.
        copies: copies of a constant rate.
        seed: of the copies.
        most: largest number of changes.
    """
    n = counts.shape[1]
    if n < 4 or counts.sum() == 0:
        return Changes((0,), 0.0, 1.0, 0.0)
    scatter = dispersion(counts, exposure)
    starts, gain = _best(counts, exposure, 1 / scatter, most)
    random = np.random.default_rng(seed)
    means = counts.sum(1)[:, None] * exposure / exposure.sum()
    by_chance = np.array([_by_chance(means, scatter, exposure, most, random) for _ in range(copies)])
    p = _gumbel(by_chance, gain) if len(starts) > 1 else 1.0
    return Changes(starts, gain, p, float(by_chance.mean()) if copies else 0.0)


def _by_chance(means: Floats, scatter: Floats, exposure: Floats, most: int, random: np.random.Generator) -> float:
    """The gain of one copy, with its own dispersion."""
    rows = [
        random.negative_binomial(np.maximum(m, 1e-9) / (s - 1), 1 / s) if s > _SCATTERED else random.poisson(m)
        for m, s in zip(means, scatter.tolist(), strict=True)
    ]
    copy = np.array(rows, np.float64)
    return _best(copy, exposure, 1 / dispersion(copy, exposure), most)[1]


def _gumbel(by_chance: Floats, gain: float) -> float:
    """Upper tail of a Gumbel law with the copies' mean and spread; never below a tenth of what they could show alone."""
    if len(by_chance) < 2:
        return 1.0
    scale = max(float(by_chance.std(ddof=1)), 1e-9) * math.sqrt(6) / math.pi
    place = float(by_chance.mean()) - 0.5772156649 * scale
    tail = -math.expm1(-math.exp(-max(min((gain - place) / scale, 700.0), -30.0)))
    return max(tail, 0.1 / (1 + len(by_chance)))


def dispersion(counts: Floats, exposure: Floats) -> Floats:
    """Variance over mean of each channel, from neighbouring bins, pairs and fours of bins: the largest, one at least.

    Conversations that last longer than a bin show in the wider ones.
    """
    out = np.ones(len(counts))
    for width in (1, 2, 4):
        n = counts.shape[1] // width
        if n < _LEAST_BINS and width > 1:
            break
        wide = counts[:, : n * width].reshape(len(counts), n, width).sum(2)
        out = np.maximum(out, _scatter(wide, exposure[: n * width].reshape(n, width).sum(1)))
    return out


def _scatter(counts: Floats, exposure: Floats) -> Floats:
    """Squared differences of neighbours over those of a Poisson law, the widest twentieth (steps) left out."""
    rate = counts / exposure
    seen = (rate[:, 1:] - rate[:, :-1]) ** 2
    due = (counts[:, 1:] + counts[:, :-1]) / (exposure[1:] + exposure[:-1]) * (1 / exposure[1:] + 1 / exposure[:-1])
    kept = np.argsort(seen - due, axis=1, kind="stable")[:, : max(int(seen.shape[1] * _STEADY), 1)]
    top, bottom = np.take_along_axis(seen, kept, 1).sum(1), np.take_along_axis(due, kept, 1).sum(1)
    return np.asarray(np.divide(top, bottom, out=np.ones(len(counts)), where=bottom > 0) / _TRIMMED, np.float64)


def _best(counts: Floats, exposure: Floats, weight: Floats, most: int) -> tuple[tuple[int, ...], float]:
    channels, n = counts.shape
    gains, back = kernel.partition(counts, exposure, weight, min(most, n // 2 - 1))
    net = gains - _STEP * channels * np.log(n) * np.arange(len(gains))
    if len(net) == 1:
        return (0,), 0.0
    best = float(net[1:].max())  # may be below 0: no change is worth its penalty
    k, at, starts = int(np.argmax(net)), n, list[int]()
    for changes_left in range(k, 0, -1):
        at = int(back[changes_left, at])
        starts.append(at)
    return (0, *sorted(starts)), best


def warm() -> None:
    """Compile the kernel."""
    _best(np.ones((1, 8)), np.ones(8), np.ones(1), 2)
