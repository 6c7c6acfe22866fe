"""Languages, and Arabic in Latin letters."""

from __future__ import annotations

import pyarrow as pa
import pytest

from blowback.tools.places import language_of, languages_of


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The bridge over the river was closed this morning", "en"),
        ("أغلق الجسر فوق النهر صباح اليوم", "ar"),
        ("Le pont sur la rivière est fermé depuis ce matin", "fr"),
        ("پل روی رودخانه امروز صبح بسته شد", "fa"),
        ("ana ra7 arou7 3al sou2 bukra", "arabizi"),
        ("sho 3am ta3mel ya 7abibi", "arabizi"),
        ("el7amdulillah 3ala kol 7al", "arabizi"),
        ("Meet me at 5pm on the 3rd floor, bring the mp3 and 2 F16 models", "en"),
        ("4 killed, 12 wounded near the H2O plant on the M5 road in the 90s", "en"),
        ("", ""),
        ("12345 !!!", ""),
        ("@someone https://example.org/3ala7abibi", ""),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert language_of(text) == lang


def test_many() -> None:
    assert languages_of(pa.array(["Good morning to everyone here", None])).to_pylist() == ["en", ""]


def test_short_english_full_of_names_is_english() -> None:
    assert language_of("MUJAHIDEEN will enter Baghdad within days, inshaAllah") == "en"
    assert language_of("We zijn op zoek naar de auto die gisteren was gestolen") == "nl"
