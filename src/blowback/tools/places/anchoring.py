"""Names whose place the text itself gives away: "the village of X west of Sharqat", "حي الكرامة شرقي الموصل".

A small place said to lie near, in or in a direction from a known one is looked for there. Where one of its candidates lies
within reach, the others lose; where none does, the name is most likely of a place that the gazetteer lacks and of a namesake far
off that it has: the mention keeps its candidates with a much lower probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from blowback.model.claim import Candidate, Located
from blowback.tools.places.letters import folded
from blowback.tools.places.shapes import kilometres

_WAY: Final = r"(?:شمال|جنوب|شرق|غرب|وسط)ي?"
# what may stand between a small place and the larger or better known one that it is placed by
_GAP: Final = re.compile(
    r",? ?(?:near|close to|outside|in|\(|(?:\d+ ?k\w+ )?(?:just |far )?(?:north|south|east|west)\w*(?:[- ](?:east|west)\w*)? of"
    r"|on the (?:edge|outskirts) of|a (?:town|village) in|(?:village|district|neighbou?rhood|area),? (?:\w+ of|in|near)) ?"
    r"(?:the )?(?:(?:city|town|village|district) (?:of )?)?"
    r"| ?[،(]? ?(?:(?:بال|ب)?قرب(?: من)?|القريبه من|"
    rf"(?:ال)?تابع\w* ل\w{{0,2}}|(?:ال)?واقع\w* (?:في|ب|{_WAY})|علي اطراف|ضمن|في)? ?"
    rf"(?:[\d٠-٩]+ ?ك\w* )?(?:الي )?(?:ب?(?:ال)?{_WAY} ?){{0,2}}(?:(?:ال)?(?:مدينه|محافظه|قضاء|ناحيه|بلده|مركز|ريف) )*ب?(?:ال)?"
)
_SAYS_WHERE: Final = re.compile(
    r"near|close|outside|north|south|east|west|edge|outskirts|town|village|district|\bin\b|\(|area|"
    r"قرب|قريب|تابع|واقع|اطراف|ضمن|شمال|جنوب|شرق|غرب|قضاء|ناحيه|محافظه|مدينه|بلده|مركز|ب$|في"
)
# "X town, Y district": said only by the comma, so the second has to be a district or province
_CHAIN: Final = re.compile(r"(?:'s)? ?(?:town|village|city|area|district)?, ?(?:in )?(?:[\w']+ ){0,1}(?:the )?(?:ال)?")
_WIDE: Final = frozenset(("county", "region"))
_DIVISION: Final = re.compile(r"[ ,]*(?:sub)?(?:district|province|governorate)\b", re.IGNORECASE)
_SMALL: Final = frozenset(("site", "neighbourhood", "locality"))
_REACH: Final = 80.0  # km beyond the anchor's own radius within which "near", "west of", "in the district of" reach
_REACH_WIDE: Final = 120.0  # of provinces: their radius is that of the country's average one
_LOST: Final = 0.3  # what is left of the probability of a place that lies out of reach of its anchor
_SURE: Final = 0.5  # the anchor's probability of being a place
_LONGEST: Final = 45  # characters between the two


def anchor(gap: str) -> bool:
    """Whether the words between two mentions, folded, place the first by the second."""
    return len(gap) <= _LONGEST and _GAP.fullmatch(gap) is not None and _SAYS_WHERE.search(gap) is not None


def _chained(text: str, gap: str, outer: Located) -> bool:
    if len(gap) > _LONGEST or not _CHAIN.fullmatch(gap):
        return False
    return outer.candidates[0].placetype in _WIDE or _DIVISION.match(text, outer.end) is not None


def within(inner: Candidate, outer: Candidate) -> bool:
    """Whether one place lies within reach of another that it is placed by."""
    if outer.placetype == "country":
        return inner.country == outer.country or not inner.country
    reach = outer.radius_km + (_REACH_WIDE if outer.placetype == "region" else _REACH)
    return kilometres(inner.lat, inner.lon, outer.lat, outer.lon) <= reach


def anchored(text: str, located: Sequence[Located]) -> tuple[Located, ...]:
    """The mentions, those with an anchor weighed anew; what the text says nothing about stays as it is."""
    out = list(located)
    if len(out) < 2:
        return tuple(out)
    for n in range(len(out) - 2, -1, -1):  # from the right: in a chain the last is the best known
        one, other = out[n], out[n + 1]
        if one.rejected or other.rejected or not one.candidates or not other.candidates or other.no_match > _SURE:
            continue
        if one.candidates[0].placetype not in _SMALL or other.candidates[0].place_id == one.candidates[0].place_id:
            continue
        gap = folded(text[one.end : other.start])
        if anchor(gap) or _chained(text, gap, other):
            out[n] = _weighed(one, other.candidates[0])
    return tuple(out)


def _weighed(one: Located, by: Candidate) -> Located:
    if within(one.candidates[0], by):
        return one
    able = [c for c in one.candidates if within(c, by)]
    total = sum(c.p for c in one.candidates)
    if not able:
        cands = tuple(replace(c, p=round(_LOST * c.p, 6)) for c in one.candidates)
        return replace(one, candidates=cands, no_match=round(1.0 - _LOST * total, 6))
    share = total / max(sum(c.p for c in able), 1e-9)
    near = [replace(c, p=round(c.p * share, 6)) for c in able]
    far = [replace(c, p=0.0) for c in one.candidates if c not in able]
    return replace(one, candidates=(*near, *far))
