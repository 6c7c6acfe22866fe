"""Names weighed anew by the place that the text puts them at."""

from __future__ import annotations

import pytest

from blowback.model.claim import Candidate, Located
from blowback.tools.places.anchoring import anchor, anchored, within

TIKRIT = Candidate("t", "Tikrit", 34.6, 43.7, 8.0, "IQ", "locality", 0.95)
NEAR = Candidate("n", "Alam", 34.7, 43.7, 3.0, "IQ", "locality", 0.2)
FAR = Candidate("f", "Alam", 31.0, 46.0, 3.0, "IQ", "locality", 0.5)


def _pair(text: str, *candidates: Candidate, other: Candidate = TIKRIT) -> tuple[str, list[Located]]:
    a, b = text.index("A"), text.index("T")
    total = round(1 - sum(c.p for c in candidates), 6)
    one = Located(a, a + 4, text[a : a + 4], candidates, total)
    return text, [one, Located(b, b + 6, text[b : b + 6], (other,), round(1 - other.p, 6))]


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (" شمال ", True), (" التابعه لقضاء ", True), (" (٢٥ كم شمال شرق ", True), (" قرب مدينه ", True), (" في محافظه ", True),
        (" و", False), (" الي ", False), ("، و", False), (" near ", True), (", 20 km north of ", True), (" and ", False),
        (" to ", False), (", ", False), ("", False), (" near " + "x" * 60, False),
    ],
    ids=lambda v: str(v).strip() or "none",
)  # fmt: skip
def test_words_that_place_one_name_by_another(gap: str, told: bool) -> None:
    assert anchor(gap) is told


def test_the_candidate_within_reach_takes_all() -> None:
    got, other = anchored(*_pair("Alam north of Tikrit", FAR, NEAR))
    assert [c.place_id for c in got.candidates] == ["n", "f"]
    assert [c.p for c in got.candidates] == [0.7, 0.0]
    assert got.no_match == pytest.approx(0.3)
    assert other.candidates == (TIKRIT,)


def test_a_namesake_out_of_reach_loses_most_of_its_probability() -> None:
    got, _ = anchored(*_pair("Alam north of Tikrit", FAR))
    assert got.candidates[0].p == pytest.approx(0.15)
    assert got.candidates[0].p + got.no_match == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["Alam and Tikrit", "Alam. Tikrit", "Alam to Tikrit"])
def test_nothing_is_weighed_where_the_text_does_not_place_it(text: str) -> None:
    text, located = _pair(text, FAR, NEAR)
    assert anchored(text, located) == tuple(located)


def test_a_doubtful_place_anchors_nothing() -> None:
    doubtful = Candidate("t", "Tikrit", 34.6, 43.7, 8.0, "IQ", "locality", 0.3)
    text, located = _pair("Alam north of Tikrit", FAR, NEAR, other=doubtful)
    assert anchored(text, located) == tuple(located)


def test_a_comma_places_a_town_by_its_district_only() -> None:
    county = Candidate("c", "Tikrit", 34.6, 43.7, 40.0, "IQ", "county", 0.9)
    assert anchored(*_pair("Alam town, Tikrit district", FAR, NEAR, other=county))[0].candidates[0].place_id == "n"
    text, located = _pair("Alam, Tikrit", FAR, NEAR)
    assert anchored(text, located) == tuple(located)


def test_reach_grows_with_what_a_place_is() -> None:
    region = Candidate("r", "Anbar", 34.6, 43.7, 80.0, "IQ", "region", 0.9)
    country = Candidate("i", "Iraq", 33.0, 44.0, 400.0, "IQ", "country", 0.9)
    off = Candidate("o", "Off", 34.6, 41.7, 3.0, "IQ", "locality", 0.5)  # 183 km west
    assert not within(off, TIKRIT)
    assert within(off, region)
    assert within(FAR, country)
    assert not within(Candidate("s", "S", 34.0, 40.0, 3.0, "SY", "locality", 0.5), country)
