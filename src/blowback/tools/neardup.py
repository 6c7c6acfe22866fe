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
_FULL: Final = 1024 * kernel.PARTS  # texts near a wording are summed up to here: more make no better centre


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do: texts, distinct word sets long enough to compare, postings to scan.

    `heavy` are the words with the most of these postings, and their shares.
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
    exact join sums up for every wording its similarity to all texts near it (its reach, up to 1,024). Wordings are
    then taken by reach, the most widely posted, the longest first: each joins the most similar centre before it, or
    becomes a centre. So every member is compared with its centre, and there are no chains (star clusters: Aslam,
    Pelekhov, Rus 2004).
    Ties are settled by the words themselves: the order of the input leaves no trace.

    Args:
        texts: n strings; nulls and texts without words are in no cluster.
        threshold: least Jaccard similarity (shared words / words in either), 0.3 to 1.
        least_words: texts with fewer distinct words are only put together when their word sets are equal. One changed
            word of three leaves 2/4: at 0.7 such texts meet only by addition ("good morning all", "good morning"), and
            that says nothing about copying.
        folded: the texts are in folded form already.
        most: postings that may be scanned.

    Raises:
        UsageError: threshold or least_words out of bounds, or more than `most` postings.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    order = _by_size(sets, least_words)
    ahead = _plan(sets, order, threshold)
    reach, met = (sets.rows * kernel.PARTS).clip(max=_FULL), np.zeros(len(sets), np.bool_)
    index = _index(sets, order, threshold, both_ways=False)
    scanned = kernel.reaches(index, sets.rows, _FULL, most, reach, met)
    _within(scanned, most, ahead)
    order = _by_claim(sets, np.flatnonzero(met), reach)
    centre, near = np.empty(len(order), np.int64), np.empty(len(order))
    kernel.stars(_index(sets, order, threshold, both_ways=True), centre, near)
    of_set, similarity = np.arange(len(sets)), np.ones(len(sets))
    of_set[order], similarity[order] = order[centre], near
    return _near(sets, of_set, similarity, ahead)


def pairs(
    texts: Strings,
    *,
    threshold: float = THRESHOLD,
    least_words: int = LEAST_WORDS,
    folded: bool = False,
) -> SetPairs:
    """Every pair of distinct word sets with Jaccard >= threshold: the whole join, for tests and for counting.

    Arguments as for `near_duplicates`. There is no limit: look at `plan` first. Memory grows with the pairs.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    order = _by_size(sets, least_words)
    places, near, scanned = kernel.pairs(_index(sets, order, threshold, both_ways=False))
    return SetPairs(order[places[:, 0]], order[places[:, 1]], near, sets.of_row, int(scanned))


def plan(texts: Strings, *, threshold: float = THRESHOLD, least_words: int = LEAST_WORDS, folded: bool = False) -> Plan:
    """Count, before anything is compared, the postings to scan.

    These are exactly those of `pairs`, and at most those of `near_duplicates`, which stops comparing wordings that are
    known to be near very many. A second of CPU scans up to 10^9 postings of unlike texts. Arguments and errors as for
    `near_duplicates`.
    """
    _check(threshold, least_words)
    sets = word_sets(texts if folded else fold(texts))
    return _plan(sets, _by_size(sets, least_words), threshold)


def _check(threshold: float, least_words: int) -> None:
    if not _LEAST_THRESHOLD <= threshold <= 1:
        raise UsageError(
            f"a Jaccard threshold of {threshold} is out of bounds",
            hint=f"Give one from {_LEAST_THRESHOLD} to 1; 0.7 finds texts of twelve words with two changed.",
        )
    if least_words < 1:
        raise UsageError(f"least words of {least_words} is out of bounds", hint="Give 1 or more; 4 is the default.")


def _within(scanned: int, most: int, ahead: Plan) -> None:
    if scanned > most:
        words = ", ".join(f"{name} ({share:.0%})" for name, share in ahead.heavy)
        raise UsageError(
            f"comparing {ahead.sets:,} distinct wordings scans more than {most:,} postings (at most "
            f"{ahead.postings:,}); the heaviest words: {words}",
            hint="Raise the threshold or the least number of words, take a shorter period, or allow more postings.",
        )


def _by_size(sets: WordSets, least_words: int) -> Ints:
    """Sets of at least so many words, shortest first."""
    sizes = sets.sizes
    compared = np.flatnonzero(sizes >= least_words)
    return compared[np.argsort(sizes[compared], kind="stable")]


def _by_claim(sets: WordSets, some: Ints, reach: Ints) -> Ints:
    """Sets by their claim to be a centre: nearest to most texts, posted most often, longest, then by a hash of their words."""
    return some[np.lexsort((sets.content[some], -sets.sizes[some], -sets.rows[some], -reach[some]))]


def _plan(sets: WordSets, order: Ints, threshold: float) -> Plan:
    work = np.zeros(len(sets.word_at), np.int64)
    kernel.count_postings(order, sets.tokens, sets.bounds, threshold, sets.once, work)
    total = int(work.sum())
    top = np.argsort(-work, kind="stable")[:_HEAVY]
    top = top[work[top] > 0]
    names = sets.words(top).to_pylist()
    heavy = tuple((str(n), w / total) for n, w in zip(names, work[top].tolist(), strict=True))
    return Plan(len(sets.of_row), len(order), total, heavy)


def _index(sets: WordSets, order: Ints, threshold: float, *, both_ways: bool) -> tuple[Any, ...]:
    """What the kernels take: sets in the order in which they are asked, the sets, and empty posting lists.

    lists[w] is where the postings of word w start; `postings` has room for the prefixes of all sets.
    """
    held = np.zeros(len(sets.word_at), np.int64)
    kernel.prefix_counts(order, sets.tokens, sets.bounds, threshold, both_ways, sets.once, held)
    lists = np.concatenate([[0], np.cumsum(held)])
    postings = np.empty((int(lists[-1]), 2), np.uint64)
    return (
        order, sets.tokens, sets.bounds, sets.bits, sets.wide_at, sets.wide, threshold, sets.once, lists[:-1], postings,
    )  # fmt: skip


def _near(sets: WordSets, of_set: Ints, similarity: npt.NDArray[np.float64], ahead: Plan) -> Near:
    """From sets to texts; clusters of one text are none."""
    texts = np.bincount(of_set, weights=sets.rows, minlength=len(sets)) if len(sets) else np.zeros(0)
    centres = np.flatnonzero(texts > 1)
    values = fingerprint(sets.texts(centres))
    by_value = pc.sort_indices(values).to_numpy()
    number = np.full(len(sets) + 1, -1, np.int32)  # one more: what the set -1 of a row without words looks up
    number[centres[by_value]] = np.arange(len(centres), dtype=np.int32)
    row = sets.of_row
    own = np.append(of_set, len(sets))[row]
    cluster = number[own]
    inside = cluster >= 0
    near = np.where(inside, np.append(similarity, 0.0)[row], 0.0)
    first = np.zeros(len(sets) + 1, np.int64)
    first[row[::-1]] = np.arange(len(row))[::-1]
    named = values.take(pa.array(by_value))
    return Near(cluster, near, inside & (own == row), named, first[centres[by_value]], ahead)


def warm() -> None:
    """Compile the kernels on a tiny input."""
    texts = pa.array(["a b c d e f", "a b c d e g", "a b c d e f", "longerword x y", None])
    near_duplicates(texts)
    pairs(texts)
