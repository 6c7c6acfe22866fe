"""Templates: texts that are one skeleton with a slot that changes (a counter, a link, a tag, a name)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.neardup import near_duplicates
from blowback.tools.neardup_words import WordSets, word_sets
from blowback.tools.strings import Strings, flat

LEAST_WORDS: Final = 4
FIXED: Final = 0.6  # least share of a text's distinct words that must be skeleton
SLOT: Final = "\u2026"
_EVERYWHERE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Wordings:
    """Texts by their skeleton.

    `cluster`: per text, -1 where it is like no other. `chance`: per cluster, natural logarithm of the chance that a text
    of the case outside the cluster holds all words of the skeleton, words taken as independent.
    """

    cluster: npt.NDArray[np.int32]
    chance: npt.NDArray[np.float64]


def skeletons(folded: Strings) -> pa.Array:
    """Take out of each text what fills a slot: numbers, and words that no other text has.

    A text keeps its own words unless at least `LEAST_WORDS` of its distinct words, and `FIXED` of them, are left: what
    is mostly slots is no template.

    Args:
        folded: n texts in folded form (`tools.fold`); nulls stay null.
    """
    texts = flat(folded)
    sets = word_sets(texts)
    if not len(sets):
        return texts
    of_set = np.repeat(np.arange(len(sets)), sets.sizes)
    held = np.bincount(sets.tokens, sets.rows[of_set].astype(np.float64), len(sets.word_at))
    words = sets.words(np.arange(len(sets.word_at)))
    number = pc.match_substring_regex(words, r"^[0-9]+$").to_numpy(zero_copy_only=False)
    keep = ~((held <= 1) | number)[sets.tokens]
    left = np.bincount(of_set[keep], minlength=len(sets))
    cut = (left < sets.sizes) & (left >= LEAST_WORDS) & (left >= FIXED * sets.sizes)
    keep |= ~cut[of_set]
    return _put(texts, sets, keep, np.flatnonzero(cut))


def _put(texts: pa.Array, sets: WordSets, keep: npt.NDArray[np.bool_], cut: npt.NDArray[np.int64]) -> pa.Array:
    if not len(cut):
        return texts
    of_set = np.repeat(np.arange(len(sets)), sets.sizes)
    sizes = np.bincount(of_set[keep], minlength=len(sets))
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    short = replace(sets, tokens=sets.tokens[keep], bounds=bounds).texts(cut)
    place = np.full(len(sets) + 1, -1, np.int64)
    place[cut] = np.arange(len(cut))
    rows = place[sets.of_row]
    mask = pa.array(rows >= 0)
    return pc.replace_with_mask(texts, mask, short.cast(texts.type).take(pa.array(rows[rows >= 0])))


def wordings(folded: Strings, alike: float) -> Wordings:
    """Put texts together whose skeletons are alike.

    Args:
        folded: n texts in folded form; nulls and texts without words are in no cluster.
        alike: least Jaccard similarity of a skeleton with its cluster's centre.
    """
    bare = skeletons(folded)
    near = near_duplicates(bare, threshold=alike, least_words=LEAST_WORDS, folded=True)
    return Wordings(near.cluster, _chances(word_sets(bare), near.cluster, near.centres))


def _chances(sets: WordSets, cluster: npt.NDArray[np.int32], centres: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Per cluster: sum over the centre's words of ln(share of the texts outside the cluster that hold the word)."""
    if not len(centres):
        return np.zeros(0)
    of_set = np.full(len(sets), -1, np.int64)
    inside = sets.of_row >= 0
    of_set[sets.of_row[inside]] = cluster[inside]
    owner = np.repeat(np.arange(len(sets)), sets.sizes)
    rows = sets.rows[owner].astype(np.float64)
    held = np.bincount(sets.tokens, rows, len(sets.word_at))
    mine = of_set[owner] >= 0
    key = of_set[owner[mine]] * len(held) + sets.tokens[mine]
    known, place = np.unique(key, return_inverse=True)
    own = np.bincount(place, rows[mine])
    centre = sets.of_row[centres]
    sizes = sets.sizes[centre]
    at = np.repeat(np.arange(len(centres)), sizes)
    starts = np.repeat(sets.bounds[centre] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    tokens = sets.tokens[starts + np.arange(len(at))]
    others = held[tokens] - own[np.searchsorted(known, at * len(held) + tokens)]
    total = max(float(sets.rows.sum()), 1.0)
    return np.bincount(at, np.log(np.maximum(others, 0.5) / total), len(centres)).astype(np.float64)


def template(texts: Iterable[str], example: str) -> str:
    """The words of `example` that stand in four fifths of the folded `texts`; runs of the others are one slot."""
    many = [set(t.split()) for t in texts]
    out: list[str] = []
    for word in example.split():
        fixed = sum(word in words for words in many) >= _EVERYWHERE * len(many)
        if fixed or not out or out[-1] != SLOT:
            out.append(word if fixed else SLOT)
    return " ".join(out)
