"""Near-duplicate texts: an exact Jaccard join of folded word sets, and star clusters of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import UsageError
from blowback.tools import neardup_kernel as kernel
from blowback.tools.fold import fold
from blowback.tools.keyed import fingerprint
from blowback.tools.neardup_words import Ints, WordSets, word_sets
from blowback.tools.strings import Strings

THRESHOLD: Final = 0.7
LEAST_WORDS: Final = 4
MOST_POSTINGS: Final = 20_000_000_000
_LEAST_THRESHOLD: Final = 0.3  # below it the prefixes are most of each set, and the join is brute force
_HEAVY: Final = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do at most: texts, distinct word sets long enough to compare, postings to scan.

    `heavy` are the words that cause most of them, with their share of the postings.
    """

    texts: int
    sets: int
    postings: int
    heavy: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Star clusters of near-duplicate texts; a text that is like no other is in none.

    Per text: `cluster` (-1: none), `similarity` (Jaccard with the cluster's centre; 0 where there is none), `equal`
    (the same word set as the centre). Per cluster: `values` (fingerprint of the centre's words: 32 hex digits of the
    SHA-256 of the distinct words in code point order with one space between; it does not depend on the other texts),
    `centres` (the first text with the centre's words). Clusters are numbered by their fingerprints.
    """

    cluster: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float64]
    equal: npt.NDArray[np.bool_]
    values: pa.Array
    centres: Ints
    plan: Plan
    postings: int

    def __len__(self) -> int:
        return len(self.values)

    def table(self) -> pa.Table:
        """One row for each text in a cluster: row, value, similarity, kind (`equal` or `reworded`)."""
        rows = np.flatnonzero(self.cluster >= 0)
        return pa.table(
            {
                "row": pa.array(rows),
                "value": self.values.take(pa.array(self.cluster[rows])),
                "similarity": pa.array(self.similarity[rows]),
                "kind": pc.if_else(pa.array(self.equal[rows]), "equal", "reworded"),
            }
        )


@dataclass(frozen=True, slots=True)
class SetPairs:
    """Pairs of distinct word sets at or above the threshold; `of_row` gives each text's set (-1: no words)."""

    a: Ints
    b: Ints
    similarity: npt.NDArray[np.float64]
    of_row: npt.NDArray[np.int32]
    postings: int

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, slots=True)
class _Index:
    """Sets in the order in which they are asked, and empty posting lists with room for their prefixes."""

    order: Ints
    lists: Ints
    postings: npt.NDArray[np.uint64]
    plan: Plan


def near_duplicates(
    texts: Strings,
    *,
    threshold: float = THRESHOLD,
    least_words: int = LEAST_WORDS,
    folded: bool = False,
    most: int = MOST_POSTINGS,
) -> Near:
    """Clusters of texts whose word sets are alike: Jaccard >= threshold with the cluster's centre, exactly.

    Texts are folded first (`tools.fold.fold`) unless they are `folded` already; words are what spaces separate. The
    centre of a cluster is one of its texts and every member is compared with it: no chains. Centres are chosen twice:
    first the wordings posted most often, then, from those rough groups, the wording most like its group's mean
    (largest group first); every other text joins the most similar centre before it, or becomes a centre. All ties are
    settled by the words themselves, so that the order of the input does not matter.

    Args:
        threshold: least Jaccard similarity (shared words / words in either), 0.3 to 1.
        least_words: texts with fewer distinct words are only put together when their word sets are equal. One changed
            word of three leaves a Jaccard of 0.5, so at 0.7 such texts hardly meet anyway, and where they do ("good
            morning all", "good morning") they say nothing about copying.
        most: postings that may be scanned; a second of CPU is about 10^9.

    Raises:
        UsageError: threshold or least_words out of bounds, or more than `most` postings.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    compared = sets.sizes >= least_words
    claim = _by_claim(sets)
    index = _index(sets, claim[compared[claim]], threshold, both_ways=True)
    centre, near, scanned = _stars(sets, index, threshold, most)
    again = _recentred(sets, index.order, centre)
    index = _index(sets, again, threshold, both_ways=True)
    centre, near, more = _stars(sets, index, threshold, most - scanned)
    of_set, similarity = np.arange(len(sets)), np.ones(len(sets))
    of_set[index.order], similarity[index.order] = index.order[centre], near
    return _near(sets, of_set, similarity, index.plan, scanned + more)


def pairs(
    texts: Strings,
    *,
    threshold: float = THRESHOLD,
    least_words: int = LEAST_WORDS,
    folded: bool = False,
    most: int = MOST_POSTINGS,
) -> SetPairs:
    """Every pair of distinct word sets with Jaccard >= threshold: the whole join, for tests and for counting.

    Arguments and errors as for `near_duplicates`.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    compared = np.flatnonzero(sets.sizes >= least_words)
    order = compared[np.argsort(sets.sizes[compared], kind="stable")]
    index = _index(sets, order, threshold, both_ways=False)
    places, near, scanned = kernel.pairs(
        order, sets.tokens, sets.bounds, sets.bits, threshold, sets.once, index.lists, index.postings, most
    )
    _within(scanned, most, index.plan)
    return SetPairs(order[places[:, 0]], order[places[:, 1]], near, sets.of_row, int(scanned))


def plan(
    texts: Strings, *, threshold: float = THRESHOLD, least_words: int = LEAST_WORDS, folded: bool = False
) -> Plan:
    """Count, before anything is compared, what `near_duplicates` would scan if no two texts were alike.

    Arguments and errors as for `near_duplicates`.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    return _index(sets, np.flatnonzero(sets.sizes >= least_words), threshold, both_ways=True).plan


def _check(threshold: float, least_words: int) -> None:
    if not _LEAST_THRESHOLD <= threshold <= 1:
        raise UsageError(
            f"a Jaccard threshold of {threshold} is out of bounds",
            hint=f"Give one from {_LEAST_THRESHOLD} to 1; 0.7 finds texts of ten words with one or two changed.",
        )
    if least_words < 1:
        raise UsageError(f"least words of {least_words} is out of bounds", hint="Give 1 or more; 4 is the default.")


def _by_claim(sets: WordSets) -> Ints:
    """Sets by their claim to be a centre: posted most often, then longest, then by a hash of their words."""
    order = np.argsort(sets.content)
    for key in (sets.sizes, sets.rows):  # 16 bits are sorted by radix
        order = order[np.argsort(np.uint16(65535) - np.minimum(key, 65535).astype(np.uint16)[order], kind="stable")]
    return order


def _index(sets: WordSets, order: Ints, threshold: float, *, both_ways: bool) -> _Index:
    held = np.zeros(len(sets.word_at), np.int64)
    kernel.prefix_counts(order, sets.tokens, sets.bounds, threshold, both_ways, sets.once, held)
    lists = np.concatenate([[0], np.cumsum(held)])
    work = held * (held - 1) // 2
    total = int(work.sum())
    top = np.argsort(-work, kind="stable")[:_HEAVY]
    top = top[work[top] > 0]
    names = sets.words(top).to_pylist()
    heavy = tuple((str(n), float(w) / total) for n, w in zip(names, work[top].tolist(), strict=True))
    postings = np.empty((int(lists[-1]), 2), np.uint64)
    return _Index(order, lists[:-1], postings, Plan(len(sets.of_row), len(order), total, heavy))


def _within(scanned: int, most: int, plan: Plan) -> None:
    if scanned > most:
        words = ", ".join(f"{name!r} {share:.0%}" for name, share in plan.heavy)
        raise UsageError(
            f"comparing {plan.sets:,} distinct texts scans more than {most:,} postings (up to {plan.postings:,}); "
            f"the heaviest words are {words}",
            hint="Raise the threshold or the least number of words, take a shorter period, or allow more postings.",
        )


def _stars(sets: WordSets, index: _Index, threshold: float, most: int) -> tuple[Ints, npt.NDArray[np.float64], int]:
    n = len(index.order)
    centre, near = np.empty(n, np.int64), np.empty(n)
    scanned = kernel.stars(
        index.order, sets.tokens, sets.bounds, sets.bits, threshold, sets.once, index.lists, index.postings, most,
        centre, near,
    )  # fmt: skip
    _within(scanned, most, index.plan)
    return centre, near, int(scanned)


def _recentred(sets: WordSets, order: Ints, centre: Ints) -> Ints:
    """The same sets, with the most typical one of each group of several first, the largest groups before others."""
    held = np.bincount(centre, minlength=len(order))
    several = np.flatnonzero(held[centre] > 1)
    places = several[np.argsort(centre[several], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(held[held > 1])])
    members = order[places]
    score = np.empty(len(members))
    kernel.typicality(members, starts, sets.tokens, sets.bounds, sets.rows, np.zeros(len(sets.word_at), np.int64), score)
    group = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    best = np.lexsort((places, -score, group))[starts[:-1]]  # equally typical: the stronger claim
    texts = np.add.reduceat(sets.rows[members], starts[:-1]) if len(members) else np.zeros(0, np.int64)
    first = places[best][np.lexsort((places[best], -texts))]
    rest = np.ones(len(order), np.bool_)
    rest[first] = False
    return np.concatenate([order[first], order[rest]])


def _near(sets: WordSets, of_set: Ints, similarity: npt.NDArray[np.float64], plan: Plan, postings: int) -> Near:
    """From sets to texts; clusters of one text are none."""
    texts = np.bincount(of_set, weights=sets.rows, minlength=len(sets)) if len(sets) else np.zeros(0)
    centres = np.flatnonzero(texts > 1)
    values = fingerprint(sets.texts(centres))
    by_value = pc.sort_indices(values).to_numpy()
    number = np.full(len(sets) + 1, -1, np.int32)  # one more: what row set -1 looks up
    number[centres[by_value]] = np.arange(len(centres), dtype=np.int32)
    row = sets.of_row
    own = np.append(of_set, len(sets))
    cluster = number[own[row]]
    inside = cluster >= 0
    near = np.where(inside, np.append(similarity, 0.0)[row], 0.0)
    first = np.full(len(sets) + 1, 0, np.int64)
    first[row[::-1]] = np.arange(len(row))[::-1]
    return Near(
        cluster, near, inside & (own[row] == row), values.take(pa.array(by_value)), first[centres[by_value]], plan,
        postings,
    )  # fmt: skip


def warm() -> None:
    """Compile the kernels on a tiny input."""
    texts: Any = pa.array(["a b c d e f", "a b c d e g", "a b c d e f", "longerword x y", None])
    near_duplicates(texts)
    pairs(texts)
