"""Do the same accounts come back, round after round, more than their activity makes likely?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_BLOCK: Final = 512
_SIZES: Final = 96
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of rounds i < j that share at least two accounts: `shared`, `expected`, `log_p` (natural logarithm)."""

    a: Ints
    b: Ints
    shared: Ints
    expected: Floats
    log_p: Floats


def log_tail(seen: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
    """Upper bound of ln P(X >= seen) for a Poisson, or a sum of independent events, of that mean (Chernoff)."""
    k, m = np.asarray(seen, np.float64), np.maximum(np.asarray(mean, np.float64), 1e-300)
    bound = k - m - k * np.log(np.maximum(k, 1e-300) / m)
    return np.where(k > m, bound, 0.0)


def log_share_tail(hits: npt.ArrayLike, of: npt.ArrayLike, mean: npt.ArrayLike) -> Floats:
    """Upper bound of ln P(X >= hits) for a sum of `of` independent events with that mean (Hoeffding 1963)."""
    n = np.maximum(np.asarray(of, np.float64), 1.0)
    p, q = np.clip(np.asarray(mean, np.float64) / n, 1e-12, 1.0), np.minimum(np.asarray(hits, np.float64) / n, 1.0)
    rest = special.xlogy(1 - q, (1 - q) / np.maximum(1 - p, 1e-300))
    return np.where(q > p, -n * (special.xlogy(q, q / p) + rest), 0.0)


def overlaps(round_of: Ints, account: Ints, weight: Floats, rounds: int) -> Overlaps:
    """Every pair of rounds with two accounts in common, against the static null.

    The null: each round draws its accounts independently, account u with chance 1 - exp(-size * weight of u), so that
    active accounts meet often and that is no sign. Tail by Hoeffding's bound over the accounts of the smaller round, which
    is too large, never too small.

    Args:
        round_of: m round numbers, one for each (round, account), each pair once.
        account: m account numbers.
        weight: share of the case's posts that is each account's; sums to at most 1.
        rounds: number of rounds.
    """
    ones = np.ones(len(round_of), np.float32)
    held = sparse.csr_matrix((ones, (round_of, account)), shape=(rounds, len(weight)))
    size = np.bincount(round_of, minlength=rounds)
    table, bins = _expected(size, weight)
    turned = held.T.tocsr()
    parts: list[tuple[Ints, Ints, Ints]] = []
    for start in range(0, rounds, _BLOCK):
        met = (held[start : start + _BLOCK] @ turned).tocoo()
        a, b, n = met.row.astype(np.int64) + start, met.col.astype(np.int64), met.data.astype(np.int64)
        kept = (b > a) & (n >= _LEAST)
        kept &= n > table[bins[a], bins[b]]
        parts.append((a[kept], b[kept], n[kept]))
    a, b, n = (np.concatenate([p[k] for p in parts]) if parts else np.zeros(0, np.int64) for k in range(3))
    order = np.lexsort((b, a))
    a, b, n = a[order], b[order], n[order]
    mean = table[bins[a], bins[b]] if len(a) else np.zeros(0)
    return Overlaps(a, b, n, mean, log_share_tail(n, np.minimum(size[a], size[b]), mean))


def _expected(size: Ints, weight: Floats) -> tuple[Floats, Ints]:
    """(expected overlap by classes of size, class of each round); a class counts with its largest size."""
    known = np.unique(size)
    if len(known) > _SIZES:
        known = np.unique(np.geomspace(1, int(size.max()) + 1, _SIZES).astype(np.int64) + 1)
    bins = np.searchsorted(known, size)
    here = weight[weight > 0]
    chance = 1 - np.exp(-np.outer(known, here))
    return chance @ chance.T, bins
