"""The join against its definition, on any texts and on real ones; and what must not matter to clusters."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools.fold import fold
from blowback.tools.neardup import near_duplicates, pairs, plan

Set = frozenset[str]
THRESHOLDS = (0.3, 0.5, 0.6, 2 / 3, 0.7, 0.75, 0.8, 0.9, 0.95, 1.0)
WORDS = ("a", "bb", "ccc", "the", "peace", "مدرسة", "الجامعه", "river", "🌳", "extraordinarily", "extraordinarilyx",
         "extraordinarily-long-words-of-many-bytes", "ж", "книга", "z0", "z1", "z2", "z3", "z4", "z5")  # fmt: skip
some_texts = st.lists(st.one_of(st.none(), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)), max_size=60)


def words(text: str | None) -> Set:
    return frozenset(w for w in (text or "").split(" ") if w)


def by_definition(texts: list[str | None], threshold: float, least: int) -> dict[frozenset[Set], float]:
    sets = sorted({s for t in texts if len(s := words(t)) >= least}, key=sorted)
    out = {}
    for i, one in enumerate(sets):
        for other in sets[:i]:
            both = len(one & other)
            near = both / (len(one) + len(other) - both)
            if near >= threshold:
                out[frozenset((one, other))] = near
    return out


def by_the_join(texts: list[str | None], threshold: float, least: int) -> dict[frozenset[Set], float]:
    found = pairs(pa.array(texts, pa.string()), threshold=threshold, least_words=least, folded=True)
    known: dict[int, Set] = {}
    for text, number in zip(texts, found.of_row.tolist(), strict=True):
        assert (number >= 0) == bool(words(text))
        assert known.setdefault(number, words(text)) == words(text) or number < 0
    listed = [frozenset((known[a], known[b])) for a, b in zip(found.a.tolist(), found.b.tolist(), strict=True)]
    assert len(set(listed)) == len(listed)
    return dict(zip(listed, found.similarity.tolist(), strict=True))


def marked(texts: list[str | None], threshold: float, least: int) -> list[tuple[str | None, str | None, float, bool]]:
    """What each text gets, without its row number: text, value, similarity, equal."""
    near = near_duplicates(pa.array(texts, pa.string()), threshold=threshold, least_words=least, folded=True)
    values = [near.values[c].as_py() if c >= 0 else None for c in near.cluster.tolist()]
    return sorted(zip(texts, values, near.similarity.tolist(), near.equal.tolist(), strict=True), key=repr)


@settings(max_examples=150, deadline=None)
@given(some_texts, st.sampled_from(THRESHOLDS), st.integers(1, 5))
def test_pairs_are_those_of_the_definition(texts: list[str | None], threshold: float, least: int) -> None:
    assert by_the_join(texts, threshold, least) == by_definition(texts, threshold, least)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(3, 60), st.integers(0, 150), st.sampled_from(THRESHOLDS))
def test_pairs_of_edited_copies_are_those_of_the_definition(seed: int, many: int, size: int, threshold: float) -> None:
    dice = random.Random(seed)
    vocabulary = [f"w{i}" for i in range(dice.randint(size + 1, 4 * size + 9))]
    base = dice.choices(vocabulary, k=size)
    texts: list[str | None] = []
    for _ in range(many):
        copy = base.copy()
        for _ in range(dice.randint(0, max(1, size // 2))):
            if copy and dice.random() < 0.5:
                copy[dice.randrange(len(copy))] = dice.choice(vocabulary)
            elif dice.random() < 0.5:
                copy.append(dice.choice(vocabulary))
            elif copy:
                copy.pop(dice.randrange(len(copy)))
        texts.append(" ".join(copy))
    assert by_the_join(texts, threshold, 1) == by_definition(texts, threshold, 1)
    given_texts = pa.array(texts, pa.string())
    scanned = pairs(given_texts, threshold=threshold, least_words=1, folded=True).postings
    assert plan(given_texts, threshold=threshold, least_words=1, folded=True).postings == scanned


@settings(max_examples=80, deadline=None)
@given(some_texts, st.sampled_from(THRESHOLDS), st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_order_of_texts_does_not_matter(
    texts: list[str | None], threshold: float, least: int, dice: random.Random
) -> None:
    shuffled = texts.copy()
    dice.shuffle(shuffled)
    assert marked(shuffled, threshold, least) == marked(texts, threshold, least)


@settings(max_examples=80, deadline=None)
@given(some_texts, st.sampled_from(THRESHOLDS), st.integers(1, 5))
def test_clusters_are_stars_of_the_definition(texts: list[str | None], threshold: float, least: int) -> None:
    near = near_duplicates(pa.array(texts, pa.string()), threshold=threshold, least_words=least, folded=True)
    sets, neighbours = [words(t) for t in texts], by_definition(texts, threshold, least)
    for row, cluster in enumerate(near.cluster.tolist()):
        if cluster < 0:  # no other text has its words, and no wording near it is left without a cluster
            assert not sets[row] or sets.count(sets[row]) == 1
            continue
        centre = sets[near.centres[cluster]]
        assert near.equal[row] == (sets[row] == centre)
        similarity = 1.0 if sets[row] == centre else neighbours[frozenset((sets[row], centre))]
        assert near.similarity[row] == similarity
    alone = {s for s, c in zip(sets, near.cluster.tolist(), strict=True) if c < 0 and s}
    assert not any(pair <= alone for pair in neighbours)
    assert all(np.bincount(near.cluster[near.cluster >= 0], minlength=len(near)) > 1)


def ira(shared_data: Path) -> pa.ChunkedArray:
    return pq.read_table(shared_data / "coordination" / "ira_100k.parquet", columns=["text"]).column("text")


@pytest.mark.shared
@pytest.mark.parametrize(("threshold", "start"), [(0.5, 0), (0.7, 30_000), (0.8, 60_000)])
def test_pairs_of_real_texts_are_those_of_the_definition(shared_data: Path, threshold: float, start: int) -> None:
    texts = fold(ira(shared_data)).slice(start, 2500).to_pylist()
    expected = by_definition(texts, threshold, 4)
    assert len(expected) > 3
    assert by_the_join(texts, threshold, 4) == expected


@pytest.mark.shared
def test_shuffled_real_texts_give_the_same_clusters(shared_data: Path) -> None:
    texts = fold(ira(shared_data).slice(0, 40_000))
    order = np.random.default_rng(8).permutation(len(texts))
    one, other = near_duplicates(texts, folded=True), near_duplicates(texts.take(pa.array(order)), folded=True)
    assert one.values == other.values
    assert (one.cluster[order] == other.cluster).all()
    assert (one.similarity[order] == other.similarity).all()
    assert (one.equal[order] == other.equal).all()
    assert len(one) > 1000
