"""What the event-place picker makes of datelines, speakers, hospitals, movements and chains; its guesses and their weights."""

from __future__ import annotations

import pytest

from blowback.model.claim import Candidate, Located, Shape
from blowback.tools.places import Theatre, event_place, places_in
from blowback.tools.places.event import places_of, spot
from blowback.tools.places.event_features import COLUMN, event_features
from blowback.tools.places.gazetteer import Gazetteer

# (what the case is about, text, the event's place as written)
CASES = [
    ("dateline", "بغداد/ وكالة الضفة: مقتل شرطي بانفجار عبوة ناسفة في سامراء", "سامراء"),
    ("dateline", "ERBIL: Fighters shelled the town of Makhmur on Friday.", "Makhmur"),
    ("speaker", "قال الناطق باسم الوزارة في مؤتمر صحفي عقده في بغداد إن القوات صدت هجوما على هيت", "هيت"),
    ("speaker", "An army spokesman in Baghdad said that rockets hit a post in Haditha.", "Haditha"),
    ("hospital", "قتل ثلاثة في قصف على الفلوجة ونقل الجرحى إلى مستشفى في بغداد", "الفلوجة"),
    ("hospital", "A bomb in Kirkuk wounded six; they were flown to a hospital in Erbil.", "Kirkuk"),
    ("funeral", "شيع المئات في النجف جثمان مقاتل قتل في معارك بيجي", "بيجي"),
    ("origin", "هاجم مسلحون قدموا من سنجار حاجزا في تلعفر", "تلعفر"),
    ("reached", "The convoy left Kirkuk at dawn for Tikrit, where it came under fire.", "Tikrit"),
    ("withdrawal", "انسحب المسلحون من بيجي باتجاه الموصل", "بيجي"),
    ("former", "Police in Basra arrested a man after a killing in Amara last month.", "Basra"),
    ("source", "سقوط قذائف على الرمادي بحسب مصدر في عمان", "الرمادي"),
    ("village unknown", "مقتل مدني في قرية طويبجة الشرقية شمال بعقوبة، والجيش يرسل قوة من بغداد", "بعقوبة"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "text", "place"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)])
def test_where_it_happened(about: str, text: str, place: str, whole: Gazetteer) -> None:
    located = places_in(text, gazetteer=whole, theatre=Theatre(("IQ", "SY")))
    got = event_place(text, located)
    assert got.index is not None
    assert place in located[got.index].text, (about, got)


def _at(text: str, name: str, lat: float, lon: float, kind: str = "locality", no_match: float = 0.1) -> Located:
    start = text.index(name)
    radius = {"region": 80.0, "county": 40.0}.get(kind, 3.0)
    place = Candidate(name, name, lat, lon, radius, "IQ", kind, 1.0 - no_match)
    return Located(start, start + len(name), name, (place,), no_match)


def _seen(text: str, located: list[Located], n: int) -> set[str]:
    values = event_features(text, located, range(len(located)))[n]
    return {name for name, at in COLUMN.items() if values[at]}


def test_guesses_are_different_places_and_their_weights_leave_room_for_none() -> None:
    text = "Clashes in Alpha, Alphaville, Beta, Gamma and Delta"
    located = [
        _at(text, "Alpha,"[:-1], 34.0, 44.0),
        _at(text, "Alphaville", 34.01, 44.01),  # two kilometres off: the same place
        _at(text, "Beta", 35.0, 44.0), _at(text, "Gamma", 36.0, 44.0), _at(text, "Delta", 33.0, 44.0),
    ]  # fmt: skip
    got = event_place(text, located)
    assert len(got.guesses) == 3
    assert len({(g.lat, g.lon) for g in got.guesses}) == 3
    weights = [g.weight for g in got.guesses]
    assert weights == sorted(weights, reverse=True)
    assert 0 < sum(weights) < 1
    assert got.score == weights[0]
    assert got.index == got.guesses[0].index
    assert sum(s for _, s in got.ranked) == pytest.approx(1.0)
    assert [len(g) for g in places_of(located, [(n, 0.2) for n in range(5)])] == [2, 1, 1, 1]


def test_a_doubtful_lone_name_is_never_said_firmly() -> None:
    text = "Off to Alpha"
    sure, doubtful = (event_place(text, [_at(text, "Alpha", 34.0, 44.0, no_match=p)]).score for p in (0.1, 0.9))
    assert doubtful <= 0.2 < sure
    assert event_place(text, [_at(text, "Alpha", 34.0, 44.0, no_match=0.96)]).index is None


def test_the_guess_lies_where_the_text_says() -> None:
    text = "between Alpha and Beta"
    one = _at(text, "Alpha", 34.0, 44.0)
    corridor = Located(*_fields(one), Shape("corridor", 34.5, 44.0, 57.0, text))
    near = Located(*_fields(one), Shape("sector", 34.2, 44.0, 18.0, "north of Alpha"))
    far = Located(*_fields(one), Shape("sector", 34.3, 44.0, 9.0, "30 km north of Alpha"))
    assert [spot(x).lat for x in (one, corridor, near, far)] == [34.0, 34.5, 34.0, 34.3]
    assert event_place(text, [corridor]).guesses[0].lat == 34.5


def _fields(one: Located) -> tuple[int, int, str, tuple[Candidate, ...], float, str]:
    return one.start, one.end, one.text, one.candidates, one.no_match, one.rejected


def test_the_last_telling_word_gives_the_role() -> None:
    text = "Ten died in Alpha. Their bodies were flown to Beta, police in Gamma said."
    located = [_at(text, n, 34.0 + k, 44.0) for k, n in enumerate(("Alpha", "Beta", "Gamma"))]
    assert {"role_event", "before_at"} <= _seen(text, located, 0)
    assert {"role_medic", "before_bound", "later_sentence"} <= _seen(text, located, 1)
    assert "role_event" not in _seen(text, located, 2)


def test_what_was_before_does_not_count_as_what_happens() -> None:
    text = "بعد قصف ألفا دخلت القوات بيتا"
    located = [_at(text, "ألفا", 34.0, 44.0), _at(text, "بيتا", 35.0, 44.0)]
    assert "role_after" in _seen(text, located, 0)
    assert "role_event" in _seen(text, located, 1)


def test_a_place_is_placed_by_the_next_one_only_within_reach() -> None:
    text = "قصف قرية ألفا شمال بيتا"
    near = [_at(text, "ألفا", 34.3, 44.0), _at(text, "بيتا", 34.0, 44.0)]
    far = [_at(text, "ألفا", 37.0, 44.0), _at(text, "بيتا", 34.0, 44.0)]
    assert {"anchored", "kind_village"} <= _seen(text, near, 0)
    assert "anchor_of_former" in _seen(text, near, 1)
    assert "out_of_reach" in _seen(text, far, 0)
    assert "anchor_of_unknown" in _seen(text, far, 1)


def test_a_province_that_holds_another_place_is_told_from_it() -> None:
    text = "in Omega province: attack on Alpha"
    located = [_at(text, "Omega", 34.0, 44.0, "region"), _at(text, "Alpha", 34.2, 44.2)]
    assert {"region", "holds_another"} <= _seen(text, located, 0)
    assert "within_another" in _seen(text, located, 1)


def test_a_claim_near_its_words_wins(whole: Gazetteer) -> None:
    text = "انفجار في الرمادي. وفي وقت لاحق انفجار في سامراء"
    located = places_in(text, gazetteer=whole, theatre=Theatre(("IQ",)))
    at = text.rindex("انفجار")
    got = event_place(text, located, (at, at + 6))
    assert got.index is not None
    assert located[got.index].text == "سامراء"
