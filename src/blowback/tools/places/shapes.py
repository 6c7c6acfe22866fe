"""Places that are no point: between two, in a direction from, at a distance from.

"between X and Y" and a road from X to Y are a corridor; "30 km north of X" and "north of X" are a sector; "30 km from X" is
a ring. The numbers behind them (how far "north of" reaches) are conventions, written below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from blowback.model.claim import Candidate, Located, Shape

_BEARING: Final = {"n": 0.0, "ne": 45.0, "e": 90.0, "se": 135.0, "s": 180.0, "sw": 225.0, "w": 270.0, "nw": 315.0}
_KM: Final = {"km": 1.0, "mi": 1.609344, "m": 0.001}
_NEAR_TOWN: Final = 10.0  # km beyond the town's own radius that "north of" a town reaches, to the middle of the sector
_ROAD: Final = r"(?:road|highway|route|motorway|supply line|supply route)"
_WAY: Final = r"(?:north|south|east|west)(?:ern)?(?:[ -]?(?:east|west)(?:ern)?)?|[ns]\.?[ew]\.?"
_UNIT: Final = r"k(?:ilo)?m(?:et(?:er|re)s?)?s?|kms|miles?|mi|met(?:er|re)s?|m"
_OF_TOWN: Final = r"(?:(?:the )?(?:city|town|village|centre|center|capital)(?: of)? )?"
_DISTANCE: Final = re.compile(
    rf"(?P<n>\d[\d.,]*)[ -]?(?P<u>{_UNIT})\.?,? (?:away )?(?:to the )?(?:(?P<w>{_WAY}) )?"
    rf"(?:of|from|outside|off) {_OF_TOWN}(?:the )?$",
    re.IGNORECASE,
)
_DIRECTION: Final = re.compile(rf"(?<!\w)(?P<w>{_WAY}) of {_OF_TOWN}(?:the )?$", re.IGNORECASE)
_AR_WAY: Final = r"(?:شمال|جنوب|شرق|غرب)[يى]?(?: (?:ال)?(?:شرق|غرب)[يى]?)?"
_AR_NOUN: Final = r"(?:(?:مدين[ةه]|بلد[ةه]|قري[ةه]|مركز|قضاء|ناحي[ةه]|العاصم[ةه]) )*"
_AR_UNIT: Final = r"كم|كلم|كيلو ?متر(?:ا|اً|ات)?|كيلو|ميل(?:ا|اً)?|أميال|اميال|متر(?:ا|اً)?"
_AR_DISTANCE: Final = re.compile(
    rf"(?P<n>[\d٠-٩۰-۹][\d٠-٩۰-۹.,٫]*) ?(?P<u>{_AR_UNIT})\.?,? (?:(?:الى|إلى|إلي) )?(?:(?:من|عن) )?"
    rf"(?:ال)?(?P<w>{_AR_WAY})? ?(?:(?:من|عن) )?{_AR_NOUN}$"
)
_AR_DIRECTION: Final = re.compile(rf"(?<!\w)[بوفل]?(?:الى |إلى )?(?P<w>{_AR_WAY}) {_AR_NOUN}$")
_CITY_OF: Final = r"(?:the )?(?:(?:city|town|village|cities|towns|villages)(?: of)? )?"
_BETWEEN: Final = re.compile(
    rf"(?:\bbetween {_CITY_OF}|\b{_ROAD} (?:from|linking|connecting|between) {_CITY_OF})$", re.IGNORECASE
)
_AND: Final = re.compile(rf"^(?:,? and {_CITY_OF}|,? to {_CITY_OF}| with |[-–—/])$", re.IGNORECASE)
_AR_BETWEEN: Final = re.compile(
    rf"(?:(?<!\w)[وف]?(?:ما )?بين {_AR_NOUN}ب?|طريق (?:من )?{_AR_NOUN}|الطريق من {_AR_NOUN})$"
)
_AR_AND: Final = re.compile(rf"^ ?(?:و ?|[-–—/] ?|(?:الى|إلى) |باتجاه ){_AR_NOUN}$")
_ROAD_AFTER: Final = re.compile(rf"^ {_ROAD}\b", re.IGNORECASE)


def shaped(text: str, located: Sequence[Located]) -> tuple[Located, ...]:
    """The mentions, with a shape where the words before or between them give one."""
    out = list(located)
    for n, one in enumerate(out):
        if one.rejected or not one.candidates or one.shape is not None:
            continue
        before = text[max(0, one.start - 80) : one.start]
        if n + 1 < len(out) and (corridor := _corridor(text, before, one, out[n + 1])):
            out[n], out[n + 1] = replace(one, shape=corridor), replace(out[n + 1], shape=corridor)
        elif shape := _from(text, before, one):
            out[n] = replace(one, shape=shape)
    return tuple(out)


def _corridor(text: str, before: str, one: Located, other: Located) -> Shape | None:
    if other.rejected or not other.candidates or other.start <= one.end:
        return None
    between = text[one.end : other.start]
    road = bool(_ROAD_AFTER.match(text[other.end : other.end + 20])) and between in ("-", "–", "/", " - ", " – ")
    start = _BETWEEN.search(before) if _AND.match(between) else None
    start = _AR_BETWEEN.search(before) if start is None and _AR_AND.match(between) else start
    if not road and start is None:
        return None
    a, b = one.candidates[0], other.candidates[0]
    away = kilometres(a.lat, a.lon, b.lat, b.lon)
    lat, lon = _middle(a, b)
    begin = one.start if road or start is None else one.start - len(before) + start.start()
    return Shape("corridor", lat, lon, away / 2 + 2.0, text[begin : other.end].strip())


def _from(text: str, before: str, one: Located) -> Shape | None:
    """A ring or sector from the words before a mention."""
    found = _DISTANCE.search(before) or _AR_DISTANCE.search(before)
    place = one.candidates[0]
    if found:
        many = _number(found["n"])
        if many is None:
            return None
        km = many * _KM[_unit(found["u"])]
        said = text[one.start - len(before) + found.start() : one.end]
        way = _way(found["w"])
        if not way:
            return Shape("ring", place.lat, place.lon, km + place.radius_km, said)
        lat, lon = travelled(place.lat, place.lon, _BEARING[way], km)
        return Shape("sector", lat, lon, max(3.0, 0.25 * km + 0.5 * min(place.radius_km, 15.0)), said)
    found = _DIRECTION.search(before) or _AR_DIRECTION.search(before)
    way = _way(found["w"]) if found else ""
    if found is None or not way:
        return None
    wide = place.radius_km
    inside = place.placetype in ("country", "region", "county")  # the north of Iraq is in it, north of Mosul is not
    lat, lon = travelled(place.lat, place.lon, _BEARING[way], 0.5 * wide if inside else wide + _NEAR_TOWN)
    said = text[one.start - len(before) + found.start() : one.end].strip()
    return Shape("sector", lat, lon, 0.6 * wide if inside else wide + _NEAR_TOWN, said)


def _unit(word: str) -> str:
    low = word.lower()
    if low.startswith(("mi", "ميل", "أمي", "امي")):
        return "mi"
    return "m" if low.startswith(("met", "متر")) or low == "m" else "km"


def _number(said: str) -> float | None:
    digits = "".join(str(int(c)) if c.isdigit() else "." if c in ".٫" else "" for c in said)
    try:
        return float(digits.rstrip("."))
    except ValueError:
        return None


def _way(said: str | None) -> str:
    """A direction in words as one of _BEARING's keys, or ""."""
    low = (said or "").lower()
    up = "n" if "north" in low or "شمال" in low else "s" if "south" in low or "جنوب" in low else ""
    side = "e" if "east" in low or "شرق" in low else "w" if "west" in low or "غرب" in low else ""
    if not up and not side:
        short = low.replace(".", "")
        return short if short in _BEARING else ""
    return up + side


def kilometres(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine, mean radius 6,371 km)."""
    a = math.sin(math.radians(lat2 - lat) / 2) ** 2
    b = math.cos(math.radians(lat)) * math.cos(math.radians(lat2)) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(min(1.0, a + b)))


def travelled(lat: float, lon: float, bearing: float, km: float) -> tuple[float, float]:
    """Where one is after `km` on a great circle that starts at `bearing` degrees."""
    d, p, t = km / 6371.0, math.radians(lat), math.radians(bearing)
    to = math.asin(math.sin(p) * math.cos(d) + math.cos(p) * math.sin(d) * math.cos(t))
    east = math.atan2(math.sin(t) * math.sin(d) * math.cos(p), math.cos(d) - math.sin(p) * math.sin(to))
    return round(math.degrees(to), 5), round((lon + math.degrees(east) + 540.0) % 360.0 - 180.0, 5)


def _middle(a: Candidate, b: Candidate) -> tuple[float, float]:
    p, q = math.radians(a.lat), math.radians(b.lat)
    dl = math.radians(b.lon - a.lon)
    x, y = math.cos(q) * math.cos(dl), math.cos(q) * math.sin(dl)
    lat = math.atan2(math.sin(p) + math.sin(q), math.hypot(math.cos(p) + x, y))
    lon = a.lon + math.degrees(math.atan2(y, math.cos(p) + x))
    return round(math.degrees(lat), 5), round((lon + 540.0) % 360.0 - 180.0, 5)
