"""Mentions: where they lie in the text as published, what they mean, and what is no place."""

from __future__ import annotations

import numpy as np
import pytest

from blowback.tools.places import Theatre, places_in, places_in_many
from blowback.tools.places.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Clashes near Mosul today", ["Mosul"]),
        ("#TalAfar is calm", ["TalAfar"]),
        ("road to #Deir_ez_Zor", ["Deir_ez_Zor"]),
        ("سيول #حفرالباطن", ["حفرالباطن"]),
        ("انفجار بالموصل", ["الموصل"]),
        ("وصلوا للموصل أمس", ["لموصل"]),
        ("وبغداد هادئة", ["بغداد"]),
        ("القتال في المَوصِلِ اليوم", ["المَوصِلِ"]),
        ("في سامراء اليوم", ["سامراء"]),
        ("في الموصــل", ["الموصــل"]),
        ("🇮🇶الموصل بخير", ["الموصل"]),
        ("see https://example.org/Mosul and @Mosul", []),
        ("they hit a wall and left", []),
        ("", []),
    ],
)
def test_names_are_found_in_both_scripts_at_their_offsets(small: Gazetteer, text: str, found: list[str]) -> None:
    located = places_in(text, gazetteer=small)
    assert [one.text for one in located] == found
    for one in located:
        assert text[one.start : one.end] == one.text


def test_probabilities_sum_to_one_and_come_best_first(small: Gazetteer) -> None:
    (one,) = places_in("He lives in Paris", gazetteer=small)
    assert [c.place_id for c in one.candidates] == ["x:6", "x:5"]
    assert sum(c.p for c in one.candidates) + one.no_match == pytest.approx(1.0, abs=1e-4)
    assert one.candidates[0].p > one.candidates[1].p


def test_the_theatre_is_a_prior_and_no_filter(small: Gazetteer) -> None:
    plain = places_in("He lives in Paris", gazetteer=small)[0]
    leaning = places_in("He lives in Paris", gazetteer=small, theatre=Theatre(("US",), 6.0))[0]
    share = {c.place_id: c.p for c in leaning.candidates}
    assert share["x:5"] > {c.place_id: c.p for c in plain.candidates}["x:5"]
    assert share["x:6"] > 0
    assert leaning.candidates[0].place_id == "x:5"


def test_in_a_theatre_the_listed_namesake_leads(whole: Gazetteer) -> None:
    text = "قتل جندي في الصويرة"  # in Iraq, and in Morocco
    (plain,) = places_in(text, gazetteer=whole)
    (here,) = places_in(text, gazetteer=whole, theatre=Theatre(("IQ",)))
    (there,) = places_in(text, gazetteer=whole, theatre=Theatre(("MA",)))
    share = [one.candidates[0].p / (1 - one.no_match) for one in (plain, here)]
    assert here.candidates[0].place_id == "site:suwaira"
    assert share[1] > 0.9 > share[0]  # a plain theatre of 2.0 would leave it below
    assert there.candidates[0].country == "MA"


def test_a_name_placed_by_another_is_looked_for_there(whole: Gazetteer) -> None:
    text = "Fighting at Alam, north of Tikrit"
    alam, _ = places_in(text, gazetteer=whole)
    assert abs(alam.candidates[0].lat - 34.645) < 0.1
    assert sum(c.p for c in alam.candidates) + alam.no_match == pytest.approx(1.0, abs=1e-4)


def test_a_town_called_like_a_common_word_needs_a_cue(small: Gazetteer) -> None:
    (one,) = places_in("Fighting in Hit, west of Baghdad", gazetteer=small)[:1]
    assert one.text == "Hit"
    assert not one.rejected
    assert places_in("we hit them", gazetteer=small) == ()


@pytest.mark.parametrize(
    ("text", "mention", "reason"),
    [
        ("Abu Omar al-Tikriti spoke", "Tikrit", ""),
        ("Samarra Operations Command said", "Samarra", "unit"),
        ("أعلنت قيادة عمليات سامراء", "سامراء", "unit"),
        ("Photo report from Wilayat Nineveh", "Wilayat Nineveh", "bureau"),
        ("المكتب الإعلامي ولاية نينوى", "ولاية نينوى", "bureau"),
        ("Abu Mosul was seen", "Mosul", "person"),
        ("President Paris spoke", "Paris", "person"),
        ("Islamic State of Iraq and the Levant", "Iraq", "organisation"),
        ("الدولة الإسلامية في العراق والشام", "العراق", "organisation"),
    ],
)
def test_people_units_and_bureaus_are_kept_with_the_reason(
    small: Gazetteer, text: str, mention: str, reason: str
) -> None:
    located = {one.text: one for one in places_in(text, gazetteer=small)}
    if not reason:
        assert mention not in located
        return
    assert located[mention].rejected == reason
    assert located[mention].best is None
    assert located[mention].no_match > 0.8


def test_many_texts_are_read_as_one_by_one_and_in_order(small: Gazetteer) -> None:
    texts = ["Mosul", None, "in Tikrit and Raqqa", "", "قرب تكريت"] * 7
    many = list(places_in_many(texts, gazetteer=small, batch=3))
    assert many == [places_in(t or "", gazetteer=small) for t in texts]


def test_neighbours_support_each_other(small: Gazetteer) -> None:
    alone = places_in("Clashes near Mosul", gazetteer=small)[0]
    together = places_in("Clashes near Mosul, Tikrit, Samarra", gazetteer=small)[0]
    assert together.no_match <= alone.no_match + 0.05


def test_astral_and_odd_texts_keep_offsets(small: Gazetteer) -> None:
    text = "😀😀 ﷺ Ünï Mosul \u200fالموصل\u200f #بغداد"
    assert [t.text for t in places_in(text, gazetteer=small)] == ["Mosul", "الموصل", "بغداد"]


def test_random_bytes_do_no_harm(small: Gazetteer) -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        text = "".join(chr(c) for c in rng.integers(32, 0x2FFF, 60) if not 0xD800 <= c < 0xE000)
        for one in places_in(text, gazetteer=small):
            assert text[one.start : one.end] == one.text
