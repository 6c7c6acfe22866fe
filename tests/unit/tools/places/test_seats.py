"""A bare name of a province and its chief town."""

from __future__ import annotations

import pytest

from blowback.tools.places import Theatre, places_in

THEATRE = Theatre(("IQ", "SY"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The army attacked fighters in Homs yesterday", "locality"),
        ("Fighting in Deir Ezzor", "locality"),
        ("معارك في حلب", "locality"),
        ("الجيش في دير الزور", "locality"),
        ("Fighting in Homs province", "region"),
        ("Clashes in the countryside of Hama", "region"),
        ("معارك في ريف حلب", "region"),
        ("اشتباكات في محافظة الرقة", "region"),
    ],
)
def test_the_town_is_meant_unless_the_text_says_province(text: str, kind: str) -> None:
    (found,) = [p for p in places_in(text, theatre=THEATRE) if p.best]
    assert found.best is not None
    assert found.best.placetype == kind


def test_what_is_moved_is_not_lost() -> None:
    (found,) = [p for p in places_in("Fighting in Homs", theatre=THEATRE) if p.best]
    assert sum(c.p for c in found.candidates) + found.no_match == pytest.approx(1, abs=0.001)
    assert {c.placetype for c in found.candidates[:2]} == {"locality", "region"}
