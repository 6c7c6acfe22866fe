"""Texts that say the same in different languages: mutual nearest neighbours with a margin, and how much chance gives.

Two texts of different languages are a pair when each is the other's nearest among the texts of that language in the
window, their cosine stands out from both neighbourhoods (the margin of Artetxe and Schwenk 2019: cosine over the mean
cosine of the four nearest on either side), and both are above what unrelated texts reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.errors import UsageError
from blowback.tools.meaning import Matrix

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NEAREST: Final = 4
LEAST_COSINE: Final = (
    0.5  # unrelated plain sentences reach 0.50 once in ten thousand pairs (docs/evaluation/meaning.md)
)
LEAST_MARGIN: Final = 1.15  # unrelated mutual neighbours reach 1.09 among sixty (the same page)
MOST: Final = 20_000_000_000  # comparisons: minutes of one core
_BLOCK: Final = 2048
_ENOUGH: Final = 200  # runner-ups from which their own quantile says more than the page's figure
_STRAY: Final = 0.01  # share of texts whose runner-up may pass


@dataclass(frozen=True, slots=True)
class Translations:
    """Pairs of rows that say the same in two languages, best first by row numbers.

    `a` < `b` are rows of the input; `cosine` and `margin` per pair. `limits` holds, per pair of languages (in text
    order), the least margin that was asked; `compared` counts the comparisons; `cluster` numbers each row's component
    of pairs (-1: in none), by its first row.
    """

    a: Ints
    b: Ints
    cosine: Floats
    margin: Floats
    cluster: Ints
    limits: tuple[tuple[str, str, float], ...]
    compared: int

    def __len__(self) -> int:
        return len(self.a)


@dataclass(slots=True)
class _Side:
    """Per row of one language: cosines of its nearest rows of the other, descending, and which row is the nearest."""

    near: Matrix
    best: Ints

    @property
    def ease(self) -> Floats:
        """Mean cosine of the nearest: how easily the text is like others."""
        held = np.where(self.near > -1, self.near, 0).sum(1, dtype=np.float64)
        return np.asarray(held / np.maximum((self.near > -1).sum(1), 1), np.float64)


def translations(
    rows: Matrix,
    langs: list[str | None],
    *,
    times_us: Ints | None = None,
    window_us: int = 14 * 86_400_000_000,
    most: int = MOST,
) -> Translations:
    """Pairs of texts in different languages that say the same.

    Give one row for each distinct text (the centre of each near-duplicate cluster): rewordings of one text crowd each
    other's neighbourhoods and lower the margin. The threshold has two floors that unrelated sentences hardly reach,
    and, with 200 rows or more, a null of the data's own: at most one row in a hundred has a *runner-up* (its second
    nearest text, hardly ever a translation) that would pass.

    Args:
        rows: n x 512, of length 1 or zero (`tools.meaning.vectors`); zero rows are in no pair.
        langs: language or script of each row; null rows are in no pair, rows of one language never pair.
        times_us: microseconds of each row; rows further apart than `window_us` are not compared.
        window_us: see there.
        most: comparisons that may be made: about a minute of one core for 2 * 10^9.

    Raises:
        UsageError: lengths differ, or more than `most` comparisons.
    """
    n = len(rows)
    if len(langs) != n or (times_us is not None and len(times_us) != n):
        raise UsageError("rows, languages and times differ in length", hint="Give one language and time for each row")
    used = np.abs(rows).sum(1) > 0 if n else np.zeros(0, np.bool_)
    when = times_us if times_us is not None else np.zeros(n, np.int64)
    names = np.array([x or "" for x in langs], dtype=object)
    sides = {x: _in_time(np.flatnonzero(used & (names == x)), when) for x in sorted({x for x in langs if x})}
    work = sum(_work(sides[x], sides[y], when, window_us) for x, y in combinations(sides, 2))
    if work > most:
        raise UsageError(
            f"comparing these texts across languages takes {work:,} comparisons, more than {most:,}",
            hint="Take a shorter window or period, or only original posts.",
        )
    found, limits = [], []
    for x, y in combinations(sides, 2):
        if len(sides[x]) and len(sides[y]):
            pairs, limit = _between(rows, sides[x], sides[y], when, window_us)
            found.append(pairs)
            limits.append((x, y, limit))
    return _joined(n, found, tuple(limits), work)


def _in_time(rows: Ints, when: Ints) -> Ints:
    return rows[np.lexsort((rows, when[rows]))]


def _work(first: Ints, second: Ints, when: Ints, window: int) -> int:
    low = np.searchsorted(when[second], when[first] - window, side="left")
    high = np.searchsorted(when[second], when[first] + window, side="right")
    return int((high - low).sum())


def _between(
    rows: Matrix, first: Ints, second: Ints, when: Ints, window: int
) -> tuple[tuple[Ints, Ints, Floats, Floats], float]:
    """Mutual neighbours of two languages that pass, and the margin that was asked."""
    one, two = _nearest(rows, first, second, when, window), _nearest(rows, second, first, when, window)
    ease_one, ease_two = one.ease, two.ease
    at = np.arange(len(first))
    partner = one.best
    cosine = one.near[:, 0].astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = np.where(partner >= 0, 2 * cosine / (ease_one + ease_two[partner]), 0.0)
    limit = max(LEAST_MARGIN, _stray(one), _stray(two))
    holds = (partner >= 0) & (two.best[partner] == at) & (cosine >= LEAST_COSINE) & (margin >= limit)
    a, b = first[holds], second[partner[holds]]
    return (np.minimum(a, b), np.maximum(a, b), cosine[holds], margin[holds]), limit


def _stray(side: _Side) -> float:
    """The margin that one runner-up in a hundred reaches, taken against its own neighbourhood; 0 where too few."""
    second = side.near[:, 1][side.near[:, 1] > -1] if side.near.shape[1] > 1 else np.empty(0)
    if len(second) < _ENOUGH:
        return 0.0
    has = side.near[:, 1] > -1
    rest = np.where(side.near[has, 1:] > -1, side.near[has, 1:], 0).sum(1) / np.maximum(
        (side.near[has, 1:] > -1).sum(1), 1
    )
    return float(np.quantile(side.near[has, 1] / np.maximum(rest, 1e-6), 1 - _STRAY))


def _nearest(rows: Matrix, mine: Ints, other: Ints, when: Ints, window: int) -> _Side:
    """The nearest rows of the other language within the window; -2 where there are fewer."""
    near = np.full((len(mine), NEAREST), -2, np.float32)
    best = np.full(len(mine), -1, np.int64)
    theirs = when[other]
    for start in range(0, len(mine), _BLOCK):
        part = mine[start : start + _BLOCK]
        low = int(np.searchsorted(theirs, when[part[0]] - window, side="left"))
        high = int(np.searchsorted(theirs, when[part[-1]] + window, side="right"))
        for at in range(low, high, _BLOCK * 4):
            some = other[at : min(at + _BLOCK * 4, high)]
            like = np.round(rows[part] @ rows[some].T, 5)  # so that the last digit does not choose
            like[np.abs(when[part][:, None] - when[some][None, :]) > window] = -2
            _keep(near, best, slice(start, start + len(part)), like, at)
    return _Side(near, best)


def _keep(near: Matrix, best: Ints, rows: slice, like: Matrix, offset: int) -> None:
    """The nearest so far and these: the best keeps the earlier one where equal."""
    top = like.argmax(1)
    value = like[np.arange(len(like)), top]
    best[rows] = np.where(value > np.maximum(near[rows, 0], -1), top + offset, best[rows])
    both = np.concatenate([near[rows], like], axis=1)
    kept = np.partition(both, both.shape[1] - NEAREST, axis=1)[:, -NEAREST:]
    near[rows] = -np.sort(-kept, axis=1)


def _joined(
    n: int, found: list[tuple[Ints, Ints, Floats, Floats]], limits: tuple[tuple[str, str, float], ...], work: int
) -> Translations:
    nothing = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0))
    a, b, cosine, margin = (np.concatenate(x) for x in zip(nothing, *found, strict=True))
    order = np.lexsort((b, a))
    a, b, cosine, margin = a[order], b[order], cosine[order], margin[order]
    parent = np.arange(n)
    for x, y in zip(a.tolist(), b.tolist(), strict=True):
        one, two = _root(parent, x), _root(parent, y)
        parent[max(one, two)] = min(one, two)
    inside = np.zeros(n, np.bool_)
    inside[a] = inside[b] = True
    roots = np.array([_root(parent, i) if inside[i] else -1 for i in range(n)], np.int64)
    number = {r: k for k, r in enumerate(sorted(set(roots[inside].tolist())))}
    cluster = np.array([number.get(r, -1) for r in roots.tolist()], np.int64)
    return Translations(a, b, cosine, margin, cluster, limits, work)


def _root(parent: Ints, x: int) -> int:
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = int(parent[x])
    return x
