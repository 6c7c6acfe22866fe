"""Which of the places of a text is the place of the event.

A step of its own with its own score: the right mention may be resolved well and still not be where it happened. Every
mention that is a place gets points for what stands before it (in, near; not: from, governor of), for being the smaller of
two that contain each other, for its distance to the claim's words, for its order among hashtags, and for how surely it is
resolved. The points are set by hand and shared out by a softmax: `score` orders, it is not calibrated on labelled events.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from blowback.model.claim import Located
from blowback.tools.places.shapes import kilometres

_CLITIC_IN: Final = re.compile(r"(?<!\w)[وف]?ب$")
_AFTER_BAD: Final = re.compile(
    r"^['’]?s? (?:police|governor|mayor|council|government|officials?|tribes?|operations?|university|militias?|residents?"
    r"|based|born)\b",
    re.IGNORECASE,
)
_HIT_AFTER: Final = re.compile(
    r"^ (?:was|were|has been|had been|have been|is being|is|came|comes) (?:\w+ )?(?:hit|bombed|shelled|captured|recaptured|"
    r"retaken|attacked|struck|seized|taken|liberated|stormed|besieged|under)\b|^ (?:fell|falls|has fallen)\b",
    re.IGNORECASE,
)
_DATELINE: Final = re.compile(r"^(?: \([A-Z]\w+\))? ?[:|–—/]")
# "the base near Tikrit", "قاعدة سبايكر قرب تكريت": the second only says where the first is
_ANCHOR: Final = re.compile(
    r"^,? ?(?:near|close to|outside|in|,|\(|north of|south of|east of|west of) ?(?:the )?(?:(?:city|town|village) (?:of )?)?$"
    r"|^،? ?(?:ال\w+ )?(?:(?:بال|ب)?قرب(?: من)?|في|ب|ضمن|التابع[ةه]? ل|الواقع[ةه]? في)? ?(?:ريف )?"
    r"(?:(?:الى|إلى) )?(?:ال)?(?:(?:شمال|جنوب|شرق|غرب)[يى]? ?){0,2}(?:(?:مدين[ةه]|محافظ[ةه]|قضاء|ناحي[ةه]|بلد[ةه]) )?$"
)
_HOPELESS: Final = 0.95
_DOUBTFUL: Final = 0.8  # no_match above which a mention is left out while there are others
_SIZE: Final = {"site": 1.2, "neighbourhood": 1.2, "locality": 1.0, "county": 0.3, "region": -0.4, "country": -2.0}


class EventPlace(NamedTuple):
    """The event's place among the located mentions of a text."""

    index: int | None  # type: ignore[assignment]  # into the located mentions; None where none is a place
    score: float  # 0..1: its share of the evidence, times the probability that it is resolved at all
    ranked: tuple[tuple[int, float], ...]  # every mention that may be it, best first, with its share (they sum to 1)


def event_place(
    text: str,
    located: Sequence[Located],
    span: tuple[int, int] | None = None,
    barred: Sequence[tuple[int, int]] = (),
) -> EventPlace:
    """The event's place among the mentions of a text.

    Args:
        text: as published.
        located: its mentions.
        span: that of the claim or of its trigger word; None where the whole text is the claim.
        barred: spans of who acts or speaks: a place in them names somebody ("US jets"), unless "in" or the like is before it.
    """
    located = [replace(p, rejected="who acts or speaks") if acts(text, p, barred) else p for p in located]
    able = [n for n, one in enumerate(located) if one.candidates and not one.rejected and one.no_match <= _DOUBTFUL]
    if not able:  # better a very doubtful place than none, said with a low score
        able = [n for n, one in enumerate(located) if one.candidates and not one.rejected and one.no_match <= _HOPELESS]
    if not able:
        return EventPlace(None, 0.0, ())
    points = {n: _points(text, located, n, span) for n in able}
    _contained(located, points)
    _anchored(text, located, points)
    top = max(points.values())
    shares = {n: math.exp(p - top) for n, p in points.items()}
    total = sum(shares.values())
    ranked = sorted(((n, s / total) for n, s in shares.items()), key=lambda r: (-r[1], r[0]))
    best = located[ranked[0][0]].candidates[0]
    # mentions of the same place share its evidence
    same = sum(s for n, s in ranked if located[n].candidates[0].place_id == best.place_id)
    return EventPlace(ranked[0][0], same * (1.0 - located[ranked[0][0]].no_match), tuple(ranked))


# "US-led", "Turkish-backed", "Iran's army", "Russia says": a country as somebody who acts or speaks
_ACTS_AFTER: Final = re.compile(
    r"^ ?[-‑]?(?:led|backed|supported|allied|trained|funded|made|style)\b|^['’]s? "
    r"|^ (?:\w+ ){0,2}?(?:army|forces?|troops|soldiers?|air ?force|raf|navy|military|warplanes?|jets?|planes?|air ?strikes?|"
    r"air ?raids?|air ?crafts?|aircrafts?|drones?|tanks?|artillery|special|marines|crusaders?|coalition|regime|government|"
    r"president|minister|ministry|officials?|ambassador|embassy|spokes\w+|commanders?|generals?|intelligence|senators?|congress|citizens?|militias?)\b"
    r"|^ (?:says?|said|told|tells|denies|denied|wants?|plans?|planned|vows?|vowed|threatens?|warns?|warned|will|to|has|have|"
    r"sends?|sent|sents|deploys?|deployed|bombs?|bombed|launch\w*|announce\w*|claims?|confirm\w*|refus\w+|admit\w*|agree\w*|orders?|"
    r"ordered|destroy\w*|kill\w*|uses?|used|gives?|gave|supports?|supported|may|might|could|should|must|calls?|called)\b",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(
    r"\b(?:in|at|into|inside|near|on|over|within|across|to|towards?|against|outside|around|through|throughout|enter\w*|invad\w+|"
    r"attack\w*|bomb\w*|shell\w*|hit|hits|captur\w+|leav\w+|reach\w*|north|south|east|west|\w+ern|central) (?:the )?[#\"']{0,2}$",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(r"^[\s.,!…]*(?:$|#|http|\n)")
_PRESS: Final = frozenset(("ap", "afp", "us", "u.s", "usa", "uk", "eu", "un", "nato"))


def acts(text: str, place: Located, barred: Sequence[tuple[int, int]] = ()) -> bool:
    """Whether a mention is somebody who acts or speaks, not where something happens."""
    if not place.candidates or _WITHIN.search(text[max(0, place.start - 30) : place.start]):
        return False
    if _tagged(text, place.start) and _ENDS.match(text[place.end : place.end + 12]):
        return False  # hashtags that close a text say where
    wide = place.candidates[0].placetype == "country" or place.text.lower().strip("#.") in _PRESS
    if wide and any(a <= place.start < b for a, b in barred):
        return True
    return wide and _ACTS_AFTER.match(text[place.end : place.end + 40].removeprefix(".")) is not None  # "U.S. plans"


@cache
def _cues() -> tuple[tuple[re.Pattern[str], float], ...]:
    """What words just before a mention say, in points: event_cues.csv, the first that fits counts."""
    text = files("blowback.tools.places").joinpath("event_cues.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((re.compile(row["before_the_mention"], re.IGNORECASE), float(row["points"])) for row in rows)


def _points(text: str, located: Sequence[Located], n: int, span: tuple[int, int] | None) -> float:
    one = located[n]
    before, after = text[max(0, one.start - 60) : one.start], text[one.end : one.end + 30]
    cue = next((points for pattern, points in _cues() if pattern.search(before)), 0.0)
    if _CLITIC_IN.search(before):
        cue = max(cue, 2.0)
    value = cue + _SIZE.get(one.candidates[0].placetype, 0.0) + 2.5 * (1.0 - one.no_match)
    if one.shape is not None:
        value += 0.5
    if _AFTER_BAD.match(after):
        value -= 1.5
    if _HIT_AFTER.match(text[one.end : one.end + 40]):
        value += 1.5
    if _DATELINE.match(after) and one.start < 30:
        value += 0.7
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
    for n in list(points):
        inner = located[n].candidates[0]
        for m, theirs in list(points.items()):
            outer = located[m].candidates[0]
            if m == n or outer.radius_km <= 2 * inner.radius_km or outer.placetype in ("locality", "site"):
                continue
            if outer.country and inner.country and outer.country != inner.country:
                continue
            if kilometres(inner.lat, inner.lon, outer.lat, outer.lon) <= 1.2 * outer.radius_km:
                points[n] += 0.3
                points[n] = max(points[n], theirs + 0.2) if points[n] > -0.5 else points[n]


def _anchored(text: str, located: Sequence[Located], points: dict[int, float]) -> None:
    for n in list(points):
        m = n + 1
        if m not in points or not _ANCHOR.match(text[located[n].end : located[m].start]):
            continue
        a, b = located[n].candidates[0], located[m].candidates[0]
        if (
            _SIZE.get(a.placetype, 0.0) >= _SIZE.get(b.placetype, 0.0)
            and kilometres(a.lat, a.lon, b.lat, b.lon) <= b.radius_km + 80.0
        ):
            points[n] = max(points[n], points[m] + 0.3)


def _tagged(text: str, start: int) -> bool:
    at = start
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return at > 0 and text[at - 1] in "#＃"
