"""Arabic names that only the noun before them makes places."""

from __future__ import annotations

import pytest

from blowback.model.claim import Candidate, Located
from blowback.tools.places import unlisted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("سيول في وادي الهيهات", ["وادي الهيهات"]),
        ("إغلاق المنطقة الشمسية والطريق السهلي", ["منطقة الشمسية", "طريق السهلي"]),
        ("وصول طائرة إلى مطار سيهون", ["مطار سيهون"]),
        ("#جسر_الوالهة مغلق", ["جسر_الوالهة"]),
        ("بحي النهيضة ولجسر الضباعة", ["حي النهيضة", "جسر الضباعة"]),
        ("قضاء الله وقدره", []),
        ("مستشفى العزل ومنطقة العسكرية", []),
        ("منطقة بعيدة", []),
        ("المستشفى في انتظار", []),
        ("وزارة الصحة", []),
        ("nothing in Latin letters", []),
    ],
    ids=["definite", "adjective", "bare", "hashtag", "clitics", "God", "no names", "bare not for all", "article only", "ministry", "latin"],
)  # fmt: skip
def test_names_by_the_noun_before_them(text: str, names: list[str]) -> None:
    got = unlisted(text)
    assert [u.text for u in got] == names
    assert all(text[u.start : u.end] == u.text for u in got)


def test_what_the_gazetteer_answers_is_left_to_it() -> None:
    text = "مدينة الموصل وحي الزهيرات"
    mosul = Located(6, 12, "الموصل", (Candidate("m", "Mosul", 36.3, 43.1, 8.0, "IQ", "locality", 0.9),), 0.1)
    doubtful = Located(6, 12, "الموصل", (Candidate("m", "Mosul", 36.3, 43.1, 8.0, "IQ", "locality", 0.2),), 0.8)
    assert [u.text for u in unlisted(text, [mosul])] == ["حي الزهيرات"]
    assert [u.noun for u in unlisted(text, [doubtful])] == ["مدينه", "حي"]
