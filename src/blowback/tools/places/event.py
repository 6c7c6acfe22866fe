"""Which of the places of a text is the place of the event.

A step of its own with its own score: the right mention may be resolved well and still not be where it happened. Every
mention that may be a place gets features (`event_features`): the role of the last telling word before it (something
happens, somebody moves, is treated, is mourned, speaks), what stands right before and behind it, chains and containment,
its distance to the others, how surely it is resolved. A conditional logit over the mentions of a text turns them into
shares; a second one, with "none of these", turns the share of a place into the probability that the
event was within 25 km of it. Both were fitted by evaluation/event_fit.py on texts of our own (evaluation/sentences); what
they are worth on texts held out stands in docs/evaluation/places.md.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from blowback.model.claim import Candidate, Located, Shape
from blowback.tools.places.event_features import FEATURES, event_features, tagged
from blowback.tools.places.shapes import kilometres

_HOPELESS: Final = 0.95  # no_match above which a mention is never the event's place
_SAME_KM: Final = 5.0  # two names of one place: the town and its district's seat
_GUESSES: Final = 3
WEIGHED: Final = ("share", "site", "county", "region", "country", "none", "none_alone")  # of the calibration


class Guess(NamedTuple):
    """One place where the event may have been."""

    index: int  # type: ignore[assignment]  # into the located mentions: the likeliest of those that mean this place
    lat: float  # of the shape where the text gives one ("between X and Y"), else of the first candidate
    lon: float
    radius_km: float
    weight: float  # calibrated probability that the event was within 25 km; the weights of a text sum to 1 at most


class EventPlace(NamedTuple):
    """The event's place among the located mentions of a text."""

    index: int | None  # type: ignore[assignment]  # into the located mentions; None where none is a place
    score: float  # 0..1: the weight of the first guess
    ranked: tuple[tuple[int, float], ...]  # every mention that may be it, best first, with its share (they sum to 1)
    guesses: tuple[Guess, ...] = ()  # up to three different places, best first


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
    able = may_hold(located)
    if not able:
        return EventPlace(None, 0.0, ())
    points = scores(text, located, able)
    for n in able:
        points[n] -= _away(located[n], span)
    top = max(points.values())
    shares = {n: math.exp(p - top) for n, p in points.items()}
    total = sum(shares.values())
    ranked = tuple(sorted(((n, s / total) for n, s in shares.items()), key=lambda r: (-r[1], r[0])))
    guesses = _guesses(located, ranked)
    return EventPlace(guesses[0].index, guesses[0].weight, ranked, guesses)


def may_hold(located: Sequence[Located]) -> list[int]:
    """Indices of the mentions that may be the event's place."""
    return [n for n, one in enumerate(located) if one.candidates and not one.rejected and one.no_match <= _HOPELESS]


@cache
def weights() -> dict[str, tuple[float, ...]]:
    """The fitted weights: "choice" by FEATURES, "weight" by WEIGHED."""
    read = json.loads(files("blowback.tools.places").joinpath("event_weights.json").read_text(encoding="utf-8"))
    columns = {"choice": FEATURES, "weight": WEIGHED}
    return {k: tuple(float(read[k].get(name, 0.0)) for name in names) for k, names in columns.items()}


def scores(text: str, located: Sequence[Located], able: Sequence[int]) -> dict[int, float]:
    """The points of each mention of `able`; their softmax is the share. One alone needs none."""
    if len(able) == 1:
        return {able[0]: 0.0}
    w = weights()["choice"]
    return {
        n: sum(a * b for a, b in zip(w, x, strict=True) if b) for n, x in event_features(text, located, able).items()
    }


def _away(one: Located, span: tuple[int, int] | None) -> float:
    """Points lost by the distance to the claim's words; by convention, not fitted."""
    if span is None:
        return 0.0
    away = max(0, one.start - span[1], span[0] - one.end)
    return away / 60.0 + (0.3 if one.end <= span[0] else 0.0)


def spot(one: Located) -> Candidate | Shape:
    """Where a mention puts the event: its shape where that says how far ("between X and Y", "30 km north of X").

    "North of X" alone does not: villages near enough to be placed by a town lie closer to it than to the middle of the sector.
    """
    shape = one.shape
    if shape is not None and (shape.kind == "corridor" or any(c.isdigit() for c in shape.text)):
        return shape
    return one.candidates[0]


def _guesses(located: Sequence[Located], ranked: Sequence[tuple[int, float]]) -> tuple[Guess, ...]:
    """The best different places, each with the shares of all mentions that mean it."""
    groups = places_of(located, ranked)
    told = chances(located, groups, weights()["weight"])
    found = []
    for members, chance in zip(groups[:_GUESSES], told, strict=False):
        n = members[0][0]
        where = spot(located[n])
        found.append(Guess(n, where.lat, where.lon, where.radius_km, round(chance, 4)))
    return tuple(sorted(found, key=lambda g: -g.weight))


def chances(
    located: Sequence[Located], groups: Sequence[Sequence[tuple[int, float]]], w: Sequence[float]
) -> list[float]:
    """Probability of each place being the event's, the rest to 1 being that of none; `w` as WEIGHED."""
    points = []
    for members in groups:
        x = weighed(located[members[0][0]], sum(s for _, s in members))
        points.append(math.exp(sum(a * b for a, b in zip(w, x, strict=False))))
    none = math.exp(w[-2] + (w[-1] if len(groups) == 1 else 0.0))
    total = sum(points) + none
    # all texts of the fit are war reports with a place; elsewhere a doubtful name is mostly none, so it is held down
    sure = [min(1.0, 2.0 * (1.0 - located[members[0][0]].no_match)) for members in groups]
    return [p / total * s for p, s in zip(points, sure, strict=True)]


def places_of(located: Sequence[Located], ranked: Sequence[tuple[int, float]]) -> list[list[tuple[int, float]]]:
    """The ranked mentions by place, best first: one entry of the gazetteer, or two within five kilometres."""
    groups: list[list[tuple[int, float]]] = []
    for n, share in ranked:
        a = located[n].candidates[0]
        for members in groups:
            b = located[members[0][0]].candidates[0]
            near = a.placetype not in ("region", "country") and b.placetype not in ("region", "country")
            if a.place_id == b.place_id or (near and kilometres(a.lat, a.lon, b.lat, b.lon) <= _SAME_KM):
                members.append((n, share))
                break
        else:
            groups.append([(n, share)])
    return sorted(groups, key=lambda g: -sum(s for _, s in g))


def weighed(one: Located, share: float) -> tuple[float, ...]:
    """Values of WEIGHED, but those of none, for the place of a mention with this share."""
    kind = one.candidates[0].placetype
    kinds = [float(kind == k) for k in ("county", "region", "country")]
    inner = float(kind in ("site", "neighbourhood"))
    return (math.log(max(share, 0.001)), inner, *kinds)


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
    if tagged(text, place.start) and _ENDS.match(text[place.end : place.end + 12]):
        return False  # hashtags that close a text say where
    wide = place.candidates[0].placetype == "country" or place.text.lower().strip("#.") in _PRESS
    if wide and any(a <= place.start < b for a, b in barred):
        return True
    return wide and _ACTS_AFTER.match(text[place.end : place.end + 40].removeprefix(".")) is not None  # "U.S. plans"
