"""The join and its star clusters on texts one can check by eye, and at the edges."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from blowback.errors import UsageError
from blowback.tools import neardup
from blowback.tools.fold import fold
from blowback.tools.neardup import near_duplicates, pairs, plan
from blowback.tools.neardup_words import word_sets

BASE = "volunteers plant ten thousand young trees along the northern river bank today"


def clusters(texts: list[str | None], **given) -> list[list[int]]:
    """Rows of each cluster, in order of their first row."""
    near = near_duplicates(pa.array(texts, pa.string()), **given)
    return sorted(np.flatnonzero(near.cluster == c).tolist() for c in range(len(near)))


def test_a_reworded_text_joins_and_another_does_not() -> None:
    near = near_duplicates(
        pa.array([BASE, BASE.replace("today", "tonight"), "a quite different text about the weather"])
    )
    assert near.cluster.tolist() == [0, 0, -1]
    assert sorted(near.similarity.tolist()) == [0.0, 11 / 13, 1.0]
    assert near.equal.sum() == 1
    table = near.table()
    assert table.column_names == ["row", "value", "similarity", "kind"]
    assert sorted(table.column("kind").to_pylist()) == ["equal", "reworded"]


def test_the_value_is_the_fingerprint_of_the_centres_words_whatever_else_was_read() -> None:
    words = " ".join(sorted(set(BASE.split())))
    expected = hashlib.sha256(words.encode()).hexdigest()[:32]
    alone = near_duplicates(pa.array([BASE, BASE]))
    among = near_duplicates(pa.array([f"some other text number {i} x{i}" for i in range(50)] + [BASE, BASE.upper()]))
    assert alone.values.to_pylist() == [expected]
    assert expected in among.values.to_pylist()
    assert among.centres[among.values.to_pylist().index(expected)] == 50


def test_every_member_is_near_its_centre_and_chains_are_not_followed() -> None:
    words = [f"w{i}" for i in range(30)]
    texts = [" ".join(words[i : i + 10]) for i in range(20)]  # each is near the next only
    near = near_duplicates(pa.array(texts))
    sets = [set(t.split()) for t in texts]
    for row, cluster in enumerate(near.cluster.tolist()):
        if cluster >= 0:
            centre = sets[near.centres[cluster]]
            jaccard = len(sets[row] & centre) / len(sets[row] | centre)
            assert near.similarity[row] == jaccard >= 0.7
    assert len(near) > 3


def test_the_centre_is_what_most_texts_are_near() -> None:
    words = BASE.split()
    variants = [" ".join([*words[:i], f"other{i}", *words[i + 1 :]]) for i in range(6)]
    near = near_duplicates(pa.array([*variants, BASE]))  # two variants share 10 of 14 words, BASE 11 of 13 with each
    assert near.centres.tolist() == [6]
    assert near.similarity.tolist() == [11 / 13] * 6 + [1.0]


@pytest.mark.parametrize(("a", "b"), [
    ("مرحبًا بكم في المكتبة العامة", "مرحبا بكم فى المكتبه العامه"),  # diacritics, alef maqsura, ta marbuta
    ("أطفال المدرسة يزرعون الأشجار", "أطفـــال المدرسة يزرعون الأشجار"),  # tatweel
    ("spring fair opens on sunday", "ѕрring fаir opens оn sunday"),  # Cyrillic letters
    ("spring fair opens on sunday 🌷 🌳", "🌳 spring fair opens on sunday 🌷"),  # order and emoji
    ("spring fair opens on sunday https://a.example/1", "@some_one spring fair opens on #Sunday"),
])  # fmt: skip
def test_what_folding_takes_away_does_not_part_texts(a: str, b: str) -> None:
    near = near_duplicates(pa.array([a, b]), threshold=1.0)
    assert near.cluster.tolist() == [0, 0]
    assert near.equal.all()


def test_emoji_are_words_and_count() -> None:
    a, b = "one two three four 🌷", "one two three four 🌳"
    assert clusters([a, b], threshold=0.6) == [[0, 1]]
    assert clusters([a, b], threshold=0.7) == []


def test_empty_texts_and_nulls_are_in_no_cluster() -> None:
    texts = [None, "", "   ", "@only_a_handle https://a.example", None, "", "....", BASE, BASE, "\u200f"]
    near = near_duplicates(pa.array(texts, pa.string()))
    assert near.cluster.tolist() == [-1] * 7 + [0, 0, -1]
    assert near.similarity.tolist() == [0.0] * 7 + [1.0, 1.0, 0.0]


@pytest.mark.parametrize("texts", [[], [None], [""], [BASE], [None, "", "x"]])
def test_nothing_to_find(texts: list[str | None]) -> None:
    near = near_duplicates(pa.array(texts, pa.string()))
    assert len(near) == 0
    assert near.cluster.tolist() == [-1] * len(texts)
    assert near.table().num_rows == 0
    assert len(pairs(pa.array(texts, pa.string()))) == 0
    assert plan(pa.array(texts, pa.string())).postings == 0


def test_texts_that_are_all_equal_are_one_cluster() -> None:
    near = near_duplicates(pa.array([BASE] * 5000))
    assert len(near) == 1
    assert near.equal.all()
    assert near.plan.sets == 1
    assert near.plan.postings == 0


def test_word_order_and_repetition_are_not_seen() -> None:
    assert clusters(["to be or not to be", "be or not to", "not be or to"]) == [[0, 1, 2]]


def test_short_texts_meet_only_when_equal() -> None:
    texts = ["good morning all", "good morning", "morning all good", "good morning all friends"]
    assert clusters(texts, threshold=0.6) == [[0, 2]]
    assert clusters(texts, threshold=0.6, least_words=1) == [[0, 1, 2, 3]]


def test_at_threshold_one_only_equal_sets_meet() -> None:
    near = near_duplicates(pa.array([BASE, BASE + " again", BASE]), threshold=1.0)
    assert near.cluster.tolist() == [0, -1, 0]


def test_a_similarity_of_exactly_the_threshold_counts() -> None:
    ten = [f"w{i}" for i in range(10)]
    assert clusters([" ".join(ten), " ".join(ten[:7])], threshold=0.7) == [[0, 1]]
    for n in range(1, 400):  # n of 2n words, n of 3n: fractions that binary numbers do not hold
        a, b = [f"w{i}" for i in range(3 * n)], [f"w{i}" for i in range(2 * n)]
        assert len(pairs(pa.array([" ".join(a), " ".join(b)]), threshold=2 / 3, least_words=1)) == 1


def test_very_long_texts_beyond_the_16_bits_of_a_posting() -> None:
    many = [f"w{i}" for i in range(90_000)]
    texts = [" ".join(many), " ".join(many[:70_000]), " ".join(many[:60_000]), " ".join(many[40_000:]), BASE]
    found = pairs(pa.array(texts))
    assert sorted(found.similarity.tolist()) == [7 / 9, 6 / 7]
    assert plan(pa.array(texts)).postings == found.postings
    near = near_duplicates(pa.array(texts))
    assert near.cluster.tolist() == [0, 0, 0, -1, -1]
    assert near.centres.tolist() == [1]


def test_long_texts_pass_the_wide_filter_only_where_they_may() -> None:
    rng = np.random.default_rng(5)
    base = rng.choice(5000, 300, replace=False)
    texts = [" ".join(f"w{i}" for i in base)]
    for replaced in (10, 30, 50, 53, 54, 60, 100):
        other = np.concatenate([base[replaced:], 10_000 * replaced + np.arange(replaced)])
        texts.append(" ".join(f"w{i}" for i in rng.permutation(other)))
    found, sets = pairs(pa.array(texts)), [set(t.split()) for t in texts]
    assert found.of_row.tolist() == list(range(8))
    listed = {frozenset(p) for p in zip(found.a.tolist(), found.b.tolist(), strict=True)}
    near = [[len(a & b) / len(a | b) for b in sets] for a in sets]
    assert listed == {frozenset((i, j)) for i in range(8) for j in range(i) if near[i][j] >= 0.7}
    assert [near[0][k] >= 0.7 for k in range(1, 8)] == [True, True, True, False, False, False, False]


def test_words_that_share_their_first_bytes_are_told_apart() -> None:
    stem = "a" * 15
    words = [stem[:k] + tail for k in (0, 6, 7, 8, 14, 15) for tail in ("", "x", "y", "xy", "yx", "xyz" * 9)]
    words = sorted({w for w in words if w})
    sets = word_sets(pa.array([" ".join(words), *words, *words]))
    assert len(sets) == 1 + len(words)
    assert sorted(sets.words(np.arange(len(sets.word_at))).to_pylist()) == words


def test_thousands_of_variants_of_one_text_are_one_cluster_without_comparing_all_with_all() -> None:
    texts = pa.array([f"{BASE} code{i}" for i in range(6000)])
    near = near_duplicates(texts, most=17_000_000)
    assert len(near) == 1
    assert (near.similarity >= 0.7).all()
    assert (
        near.plan.postings == 6000 * 5999 // 2 * 2
    )  # what comparing all with all would take, on the two words in front


def test_sliced_chunked_large_and_dictionary_arrays_are_the_same_texts() -> None:
    texts = ["x y z", BASE, None, BASE + " now", "", BASE]
    whole = near_duplicates(pa.array(texts))
    for given in (
        pa.array(["left out", *texts, BASE]).slice(1, len(texts)),
        pa.chunked_array([texts[:2], texts[2:]], pa.string()),
        pa.array(texts, pa.large_string()),
        pa.array(texts).dictionary_encode(),
        fold(pa.array(texts)),
    ):
        assert near_duplicates(given).cluster.tolist() == whole.cluster.tolist()
    assert near_duplicates(fold(pa.array(texts)), folded=True).values == whole.values


def test_the_plan_counts_exactly_what_the_join_scans_and_names_heavy_words() -> None:
    rng = np.random.default_rng(1)
    texts = pa.array([" ".join(f"w{k}" for k in rng.integers(0, 60, 8)) for _ in range(800)])
    for threshold in (0.5, 0.7, 0.9):
        ahead, found = plan(texts, threshold=threshold), pairs(texts, threshold=threshold)
        assert ahead.postings == found.postings > 0
        assert ahead.texts == 800
        assert 0 < sum(share for _, share in ahead.heavy) <= 1
        assert all(name.startswith("w") for name, _ in ahead.heavy)


def test_the_limit_says_which_words_are_heavy() -> None:
    texts = pa.array([f"spring fair opens sunday a{i} b{i}" for i in range(300)])
    with pytest.raises(
        UsageError, match=r"more than 100 postings.*heaviest words: (spring|fair|opens|sunday) \(\d+%\)"
    ):
        near_duplicates(texts, threshold=0.5, most=100)


@pytest.mark.parametrize("given", [{"threshold": 0.2}, {"threshold": 1.1}, {"least_words": 0}])
def test_options_out_of_bounds_are_refused(given: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="out of bounds"):
        near_duplicates(pa.array([BASE]), **given)


def test_warming_compiles_every_kernel() -> None:
    neardup.warm()
    assert len(near_duplicates(pa.array([BASE, BASE + " now"]))) == 1


def test_a_wording_near_very_many_is_still_compared_with_one_that_is_near_it_alone() -> None:
    crowd = [f"{BASE} code{i}" for i in range(3000)]  # all near each other: none needs more than the first thousand
    late = " ".join(BASE.split()[:11]) + " sun moon star"  # near no one of them (11 of 16 words), only the bridge
    bridge = BASE + " sun moon star"
    common = [f"sun moon star in the sky of night number n{i}" for i in range(4000)]  # the three are not rare words
    near = near_duplicates(pa.array([*crowd, late, bridge, *common]))
    assert near.cluster[3000] >= 0
    assert near.similarity[3000] in (14 / 15, 1.0)


def test_a_text_as_near_to_two_centres_joins_the_stronger() -> None:
    words = [f"w{i}" for i in range(14)]
    one, other, between = (" ".join(words[a : a + 10]) for a in (0, 4, 2))
    texts = [between, *(f"{other} b{i}" for i in range(5)), other, *(f"{one} a{i}" for i in range(10)), one]
    for turned in (texts, texts[::-1]):
        near = near_duplicates(pa.array(turned), threshold=0.65)
        at = [near.cluster[turned.index(t)] for t in (between, one, other)]
        assert at[0] == at[1] != at[2]
        assert near.similarity[turned.index(between)] == 8 / 12


def test_long_words_made_to_share_a_hash_are_told_apart() -> None:
    import random

    mask, spread, dice = 2**64 - 1, 0x9E3779B97F4A7C15, random.Random(1)

    def after(blocks: list[bytes]) -> int:
        hashed = 0
        for block in blocks:
            hashed = ((hashed ^ int.from_bytes(block)) * spread) & mask
            hashed ^= hashed >> 32
        return hashed

    def letters() -> bytes:
        return bytes(dice.choices(range(97, 123), k=8))

    while True:  # the last block makes up for the difference of the first two
        one, other, last = [letters(), letters()], [letters(), letters()], letters()
        twin = (after(one) ^ after(other) ^ int.from_bytes(last)).to_bytes(8)
        if all(33 <= b < 127 for b in twin):
            break
    a, b = b"".join([*one, last]).decode(), b"".join([*other, twin]).decode()
    sets = word_sets(pa.array([a, b, a]))
    assert sets.of_row.tolist() == [0, 1, 0]
    assert sets.content[0] == sets.content[1]  # the collision is real
