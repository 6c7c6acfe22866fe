"""Verbs that war shares with sport and daily life."""

from __future__ import annotations

import datetime as dt

import pytest

from blowback.tools.claim.reading import reading
from blowback.tools.claim.theme import of_a_game, of_war, standing

AT = dt.datetime(2014, 6, 12, 9)


def typed(text: str, lang: str, *, presumed: bool = True) -> list[str]:
    stands = standing(text, presumed=presumed)
    return [c.type for c in reading(text, lang, (), at=AT, zone="UTC", stands=stands).claims if c.type]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Our goalkeeper beat their striker and the fans took the train home.", "en"),
        ("The referee gave a penalty and the visitors left the pitch.", "en"),
        ("دخل الفريق الملعب وتصدى الحارس للكرة", "ar"),
    ],
)
def test_a_game_is_no_war(text: str, lang: str) -> None:
    assert of_a_game(text)
    assert typed(text, lang) == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The soldiers attacked the stadium while a match was on.", "en"),
        ("Fighters attacked the team of the brigade.", "en"),
        ("هاجم المسلحون حاجزا قرب الملعب", "ar"),
    ],
)
def test_a_word_of_war_counts_more(text: str, lang: str) -> None:
    assert of_war(text)
    assert typed(text, lang)


def test_without_either_the_company_decides() -> None:
    text = "They attacked us at noon."
    assert typed(text, "en") == ["attack"]
    assert typed(text, "en", presumed=False) == []


def test_what_was_dropped_is_told() -> None:
    got = reading("The army captured the bridge", "en", (), at=AT, zone="UTC", stands="none")
    assert [c.says for c in got.rejected if "conflict" in c.says] == [
        "no claim: nothing of a conflict around 'capture'"
    ]


def test_hashtags_are_taken_apart() -> None:
    assert of_war("#BattleOfTheNorth")
    assert not of_war("#RattleSnakes")
