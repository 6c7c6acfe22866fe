"""Which of the places of a text is the place of the event.

A step of its own with its own score: the right mention may be resolved well and still not be where it happened. Every
mention that is a place gets points for what stands before it (in, near; not: from, governor of), for being the smaller of
two that contain each other, for its distance to the claim's words, for its order among hashtags, and for how surely it is
resolved. The points are set by hand and shared out by a softmax: `score` orders, it is not calibrated on labelled events.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from blowback.model.claim import Located
from blowback.tools.places.shapes import kilometres

# words just before the mention and the points they give
_CUES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), points)
    for pattern, points in (
        (r"(?:\b(?:in|at|inside|near|outside|around|over|within|across)|outskirts of|edge of|gates of|centre of|center of|heart of|suburbs? of|countryside of|part of|parts of|areas? of|(?:city|town|village|district|neighbou?rhood|camp) of) (?:the )?(?:(?:northern|southern|eastern|western|central|nearby) )?(?:(?:city|town|village|district|province|area|region|neighbou?rhood|camp|governorate) (?:of )?)?(?:al[- ])?$", 2.0),
        (r"\b(?:north|south|east|west)(?:ern|east|west)*(?: of)? (?:al[- ])?$", 1.5),
        (r"\b(?:captur\w+|seiz\w+|storm\w+|attack\w*|enter\w*|bomb\w*|shell\w*|besieg\w+|liberat\w+|hit|hits|target\w*|control(?:s|led)?(?: of| over)?|took|taken|rock(?:s|ed)|(?:fall|battle|siege|capture) (?:of|for)) (?:the )?(?:(?:city|town|village|district) (?:of )?)?(?:al[- ])?$", 1.5),
        (r"\b(?:to|toward|towards|into|on) (?:the )?(?:(?:city|town|village) (?:of )?)?(?:al[- ])?$", 0.3),
        (r"\bfrom (?:the )?(?:(?:city|town|village|province) (?:of )?)?(?:al[- ])?$", -1.0),
        (r"\b(?:governor|mayor|emir|wali|police|people|tribes?|council|sheikhs?|brigade|fighters?|native|resident|son|university|hospital) (?:of|from) (?:the )?(?:al[- ])?$", -1.5),
        (r"\b(?:arriv\w+|came|come|coming|sent|dispatched|deployed|reinforcements?|transfer\w*|taken|flown) (?:\w+ ){0,3}(?:from|to) (?:the )?$", -1.0),
        (r"(?<!\w)[وف]?(?:في|فى|قرب|بالقرب من|داخل|وسط|بمحيط|في محيط|محيط|على مشارف|مشارف|على أطراف|أطراف|اطراف|ضواحي|في ضواحي|بريف|ريف|في ريف|عند|حول) (?:(?:ال)?(?:مدين[ةه]|بلد[ةه]|قري[ةه]|منطق[ةه]|ناحي[ةه]|قضاء|محافظ[ةه]|حي|مخيم|شمال|جنوب|شرق|غرب|شمالي|جنوبي|شرقي|غربي|وسط|مركز|أطراف|ريف|محيط)[يى]? )*ب?(?:ال)?$", 2.0),
        (r"(?<!\w)[وف]?ب(?:مدين[ةه]|بلد[ةه]|قري[ةه]|منطق[ةه]|ناحي[ةه]|قضاء|محافظ[ةه]|حي|مخيم|محيط|ريف) (?:(?:شمال|جنوب|شرق|غرب)[يى]? )?$", 2.0),
        (r"(?<!\w)[وفب]?(?:شمال|جنوب|شرق|غرب)[يى]?(?: (?:ال)?(?:شرق|غرب)[يى]?)? (?:(?:مدين[ةه]|محافظ[ةه]|قضاء|بلد[ةه]) )?$", 1.5),
        (r"(?<!\w)(?:على|عل[يى]) (?:(?:مدين[ةه]|بلد[ةه]|قري[ةه]|منطق[ةه]|ناحي[ةه]|قضاء|حي) )?$", 1.0),
        (r"(?<!\w)(?:قري[ةه]|بلد[ةه]|ناحي[ةه]|حي|منطق[ةه]|مدين[ةه]|مخيم|قريتي|بلدتي|معبر|سد|جسر|مصفا?[ةى]|مطار|قاعد[ةه]) $", 0.8),
        (r"(?<!\w)(?:من|قادم[ةا]? من|القادم[ةه]? من) (?:(?:مدين[ةه]|محافظ[ةه]|قضاء) )?$", -1.0),
        (r"(?<!\w)(?:الى|إلى|نحو|باتجاه|صوب) (?:(?:مدين[ةه]|بلد[ةه]|قري[ةه]) )?$", 0.2),
        (r"(?<!\w)(?:محافظ|قائممقام|شرط[ةه]|مجلس|عشائر|أهالي|اهالي|قياد[ةه]|عمليات|رئيس|حكوم[ةه]|مستشفى|جامع[ةه]|قناة|مراسل\w*|مصدر (?:أمني|امني)? ?في شرط[ةه]|لواء|فوج) $", -1.5),
        (r"(?<!\w)(?:التابع[ةه]? ل|الواقع[ةه]? (?:في|ب))(?:(?:مدين[ةه]|قضاء|ناحي[ةه]|محافظ[ةه]) )?$", 0.0),
    )
)  # fmt: skip
_CLITIC_IN: Final = re.compile(r"(?<!\w)[وف]?ب$")
_AFTER_BAD: Final = re.compile(r"^['’]?s? (?:police|governor|mayor|council|government|officials?|tribes?|operations?|university|militias?|residents?|based|born)\b", re.IGNORECASE)  # fmt: skip
_SIZE: Final = {"site": 1.2, "neighbourhood": 1.2, "locality": 1.0, "county": 0.3, "region": -0.4, "country": -2.0}


class EventPlace(NamedTuple):
    """The event's place among the located mentions of a text."""

    index: int | None  # into the located mentions; None where none is a place
    score: float  # 0..1: its share of the evidence, times the probability that it is resolved at all
    ranked: tuple[tuple[int, float], ...]  # every mention that may be it, best first, with its share (they sum to 1)


def event_place(text: str, located: Sequence[Located], span: tuple[int, int] | None = None) -> EventPlace:
    """The event's place; `span` is that of the claim or of its trigger word, None where the whole text is the claim."""
    able = [n for n, one in enumerate(located) if one.best is not None]
    if not able:  # better a doubtful place than none, said with a low score
        able = [n for n, one in enumerate(located) if one.candidates and not one.rejected]
    if not able:
        return EventPlace(None, 0.0, ())
    points = {n: _points(text, located, n, span) for n in able}
    _contained(located, points)
    top = max(points.values())
    shares = {n: math.exp(p - top) for n, p in points.items()}
    total = sum(shares.values())
    ranked = sorted(((n, s / total) for n, s in shares.items()), key=lambda r: (-r[1], r[0]))
    best = located[ranked[0][0]].candidates[0]
    # mentions of the same place share its evidence
    same = sum(s for n, s in ranked if located[n].candidates[0].place_id == best.place_id)
    return EventPlace(ranked[0][0], same * (1.0 - located[ranked[0][0]].no_match), tuple(ranked))


def _points(text: str, located: Sequence[Located], n: int, span: tuple[int, int] | None) -> float:
    one = located[n]
    before, after = text[max(0, one.start - 60) : one.start], text[one.end : one.end + 30]
    cue = next((points for pattern, points in _CUES if pattern.search(before)), 0.0)
    if _CLITIC_IN.search(before):
        cue = max(cue, 2.0)
    value = cue + _SIZE.get(one.candidates[0].placetype, 0.0) + 1.5 * (1.0 - one.no_match)
    if one.shape is not None:
        value += 0.5
    if _AFTER_BAD.match(after):
        value -= 1.5
    if _tagged(text, one.start):
        value -= 0.3 + 0.1 * min(text.count("#", 0, one.start), 5)
    if span is not None:
        away = max(0, one.start - span[1], span[0] - one.end)
        value -= away / 60.0 + (0.3 if one.end <= span[0] else 0.0)
    else:
        value -= min(one.start / 400.0, 1.5)
    return value


def _contained(located: Sequence[Located], points: dict[int, float]) -> None:
    """Where one place contains another, the smaller takes over what speaks for the larger: "in Anbar ... Haditha"."""
    for n in points:
        inner = located[n].candidates[0]
        for m in points:
            outer = located[m].candidates[0]
            if m == n or outer.radius_km <= 2 * inner.radius_km or outer.placetype in ("locality", "site"):
                continue
            if outer.country and inner.country and outer.country != inner.country:
                continue
            if kilometres(inner.lat, inner.lon, outer.lat, outer.lon) <= 1.2 * outer.radius_km:
                points[n] += 0.3
                points[n] = max(points[n], points[m] + 0.2) if points[n] > -0.5 else points[n]


def _tagged(text: str, start: int) -> bool:
    at = start
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return at > 0 and text[at - 1] in "#＃"
