"""Templates: slots are seen, texts that are mostly slots stay apart, and the chance of the words is the case's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from blowback.tools.fold import fold
from blowback.tools.templates import skeletons, template, wordings

OTHERS = [f"my own {w} words about the {v} of today" for w, v in zip("abcdefgh", "ijklmnop", strict=True)]


def test_numbers_and_words_of_one_text_alone_are_slots() -> None:
    texts = [
        f"join us at the lanterns tonight number {n} with {w}"
        for n, w in zip((3, 14, 15), ("amber", "birch", "coral"), strict=True)
    ]
    bare = skeletons(fold(pa.array(texts))).to_pylist()
    assert set(bare) == {"at join lanterns number the tonight us with"}


def test_a_text_that_is_mostly_slots_is_left_as_it_is() -> None:
    texts = pa.array(["the old amber birch coral dune ember fern", "the old 1 2 3 4 5 6", "", None])
    assert skeletons(texts).to_pylist() == texts.to_pylist()
    assert skeletons(pa.array([], pa.string())).to_pylist() == []


def test_templated_texts_are_one_wording_and_others_none() -> None:
    texts = [f"join us at the lanterns tonight number {n} bring {w}x{n} and {w}y{n}" for n, w in enumerate("abcdefgh")]
    found = wordings(fold(pa.array(texts + OTHERS)), 0.7)
    assert len(set(found.cluster[:8].tolist())) == 1
    assert found.cluster[0] >= 0
    assert not set(found.cluster[8:].tolist()) & set(found.cluster[:8].tolist())


def test_the_chance_of_a_template_does_not_count_its_own_copies() -> None:
    copies = ["lanterns over the harbour bring friends"] * 50
    found = wordings(pa.array(copies + ["the harbour", "over there"] * 20), 0.7)
    chance = found.chance[found.cluster[0]]
    # six words: two of them ("the", "harbour") in 20 of 90 texts, "over" in 20, three in none (counted as a half)
    assert np.isclose(chance, 3 * np.log(20 / 90) + 3 * np.log(0.5 / 90))


def test_right_to_left_texts_have_slots_too() -> None:
    texts = fold(pa.array([f"تعالوا إلى مهرجان الفوانيس الليلة رقم {n}" for n in range(4)]))
    assert len(set(wordings(texts, 0.7).cluster.tolist())) == 1


def test_what_stays_and_what_changes() -> None:
    texts = ["join us at gate 1 amber tonight", "join us at gate 2 birch tonight", "join us at gate 3 coral tonight"]
    assert template(texts, texts[0]) == "join us at gate … tonight"
    assert template([], "a b") == "a b"
