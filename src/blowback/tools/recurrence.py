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
_LARGEST: Final = float(np.log(0.01))  # pairs with a larger p are not kept: there may be very many, and none matters


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of rounds i < j that share at least two accounts, p <= 0.01: `shared`, `expected`, `log_p` (natural logarithm)."""

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


def overlaps(round_of: Ints, account: Ints, weight: Floats, rounds: int, kind: Ints | None = None) -> Overlaps:
    """Every pair of rounds with two accounts in common, against the static null.

    The null: each round draws its accounts independently; it keeps how many of each kind it has (a degree-corrected block
    model, Karrer and Newman 2011), and within a kind takes account u with chance 1 - exp(-size * weight of u in its kind).
    So active accounts, and accounts with one interest, meet often, and that is no sign. Tail by Hoeffding's bound over the
    accounts of the smaller round, which is too large, never too small.

    Args:
        round_of: m round numbers, one for each (round, account), each pair once.
        account: m account numbers.
        weight: share of the case's posts that is each account's; sums to at most 1.
        rounds: number of rounds.
        kind: kind of each account (what it writes about); by default all are of one.
    """
    kind = np.zeros(len(weight), np.int64) if kind is None else kind
    ones = np.ones(len(round_of), np.float32)
    held = sparse.csr_matrix((ones, (round_of, account)), shape=(rounds, len(weight)))
    size = np.bincount(round_of, minlength=rounds)
    tables, bins = _expected(round_of, account, weight, rounds, kind)
    turned = held.T.tocsr()
    parts: list[tuple[Ints, Ints, Ints, Floats, Floats]] = []
    for start in range(0, rounds, _BLOCK):
        met = (held[start : start + _BLOCK] @ turned).tocoo()
        a, b, n = met.row.astype(np.int64) + start, met.col.astype(np.int64), met.data.astype(np.int64)
        kept = (b > a) & (n >= _LEAST)
        a, b, n = a[kept], b[kept], n[kept]
        mean = np.zeros(len(a))
        for table, its in zip(tables, bins.T, strict=True):
            mean += table[its[a], its[b]]
        log_p = log_share_tail(n, np.minimum(size[a], size[b]), mean)
        far = log_p <= _LARGEST
        parts.append((a[far], b[far], n[far], mean[far], log_p[far]))
    a, b, n = (np.concatenate([p[k] for p in parts]) if parts else np.zeros(0, np.int64) for k in range(3))
    mean, log_p = (np.concatenate([p[k] for p in parts]) if parts else np.zeros(0) for k in (3, 4))
    order = np.lexsort((b, a))
    return Overlaps(a[order], b[order], n[order], mean[order], log_p[order])


def _expected(round_of: Ints, account: Ints, weight: Floats, rounds: int, kind: Ints) -> tuple[list[Floats], Ints]:
    """(per kind: expected overlap by classes of size; rounds x kinds: class). A class counts with its largest size."""
    kinds = int(kind.max(initial=0)) + 1
    many = np.bincount(round_of * kinds + kind[account], minlength=rounds * kinds).reshape(rounds, kinds)
    known = np.arange(int(many.max(initial=0)) + 1)
    if len(known) > _SIZES:
        known = np.concatenate([[0], np.unique(np.geomspace(1, len(known), _SIZES).astype(np.int64) + 1)])
    tables = []
    for number in range(kinds):
        here = weight[(kind == number) & (weight > 0)]
        alike, count = np.unique(here, return_counts=True)  # most accounts have one of a few weights
        chance = 1 - np.exp(-np.outer(known, alike / max(float(here.sum()), 1e-300)))
        tables.append((chance * count) @ chance.T)
    return tables, np.searchsorted(known, many)
