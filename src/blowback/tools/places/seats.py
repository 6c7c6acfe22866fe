"""A bare name that a province shares with its chief town: the town is meant.

"Fighting in Homs" is said of the city; of the governorate people say "Homs province", "ريف حمص". A large circle would make
what is claimed of a city too vague to be held against anything. Without such a word beside it, most of what the
province has goes to its namesake inside it. The share is a convention, not measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from blowback.model.claim import Candidate, Located
from blowback.tools.fold import fold_one
from blowback.tools.places.shapes import kilometres

_WIDE: Final = ("region", "county")
_TOWNS: Final = ("locality", "neighbourhood")
_MOVED: Final = 0.8  # of the province's probability
_LEAST: Final = 0.01  # probability of the town: less is no namesake that anybody speaks of
_WIDEST: Final = 150.0  # km: of a land that is larger nobody means the town
_NEAR: Final = 24  # characters beside the name in which the word may stand
_PROVINCE: Final = re.compile(
    r"provinc|governorat|countryside|rural|wilaya|muhafaza|district|region\b|state\b|county|desert|badiya|"
    r"محافظ|ريف|ولاي|باديه|بادية|قضاء|اقليم|إقليم|صحراء"
)


def seated(text: str, located: Sequence[Located]) -> tuple[Located, ...]:
    """The mentions; a province that is named bare, and no other place of it with it, gives way to its namesake town."""
    return tuple(_seated(text, one, located) for one in located)


def _seated(text: str, one: Located, all_of_them: Sequence[Located]) -> Located:
    if one.rejected or len(one.candidates) < 2:
        return one
    province = one.candidates[0]
    if province.placetype not in _WIDE or province.radius_km > _WIDEST:
        return one
    town = next((c for c in one.candidates[1:] if _of(c, province)), None)
    beside = fold_one(text[max(0, one.start - _NEAR) : one.end + _NEAR])[0]
    if town is None or _PROVINCE.search(beside) or any(_inside(o, province) for o in all_of_them if o is not one):
        return one
    moved = _MOVED * province.p
    changed = {province.place_id: province.p - moved, town.place_id: town.p + moved}
    cands = [replace(c, p=round(changed.get(c.place_id, c.p), 6)) for c in one.candidates]
    return replace(one, candidates=tuple(sorted(cands, key=lambda c: -c.p)))


def _inside(other: Located, province: Candidate) -> bool:
    """Whether another mention is a place of the province: then the province says where that is."""
    return not other.rejected and any(
        c.country == province.country and kilometres(c.lat, c.lon, province.lat, province.lon) <= 2 * province.radius_km
        for c in other.candidates[:2]
    )


def _of(town: Candidate, province: Candidate) -> bool:
    return (
        town.placetype in _TOWNS
        and town.p >= _LEAST
        and town.country == province.country
        and kilometres(town.lat, town.lon, province.lat, province.lon) <= 2 * province.radius_km
    )
