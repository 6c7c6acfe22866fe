"""All that is read out of one text: language, places, times, claims, and what was considered and dropped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import pyarrow as pa

from blowback.model.claim import ClaimRead, Cue, Located, Reading, When
from blowback.tools.claim.records import begin, finish
from blowback.tools.claim.second import Vector
from blowback.tools.claim.settled import AHEAD
from blowback.tools.claim.theme import Standing, kept, standing
from blowback.tools.meaning import vectors
from blowback.tools.places import Gazetteer, Theatre, language_of, places_in
from blowback.tools.plain import Plain, plain
from blowback.tools.when.anchor import anchored
from blowback.tools.when.grammar import HORIZON_DAYS, SOON, Tense, times_of

ZONE: Final = "Asia/Baghdad"
# without a claim, whether the text looks ahead or back
_AHEAD: Final = re.compile(
    r"(?<!\w)(?:will|shall|won't|going to|next|tomorrow|until|plans?|expected|due|"
    r"سوف|راح|رح|لن|غدا|قادم\w*|المقبل\w*|القادم\w*|[وف]?س[ينت][\u0621-\u064a]{3,})(?!\w)"
)
_PAST: Final = re.compile(
    r"(?<!\w)(?:was|were|had|did|went|came|took|[a-z]{3,}ed|كان\w*|تم\w?|لم|لقد|[\u0621-\u064a]{2,}وا|(?![اتينسل])[\u0621-\u064a]{3,5}ت|اخذت|اصيب\w*)(?!\w)"
)


def read(
    text: str,
    *,
    at: dt.datetime,
    zone: str = ZONE,
    theatre: Theatre | None = None,
    gazetteer: Gazetteer | None = None,
    horizon_days: float = HORIZON_DAYS,
) -> Reading:
    """Read one text.

    Args:
        text: as published.
        at: time of the post, zone-less UTC.
        zone: IANA zone of the theatre.
        theatre: countries that are likelier.
        gazetteer: the places known; None takes this machine's (built at its first use: a minute).
        horizon_days: how far an intention without a time may lie ahead.

    Raises:
        UsageError: no such zone.
    """
    lang = language_of(text)
    places = places_in(text, gazetteer=gazetteer, theatre=theatre, lang=lang)
    return reading(text, lang, places, at=at, zone=zone, horizon_days=horizon_days)


def reading(
    text: str,
    lang: str,
    places: Sequence[Located],
    *,
    at: dt.datetime,
    zone: str = ZONE,
    horizon_days: float = HORIZON_DAYS,
    stands: Standing | None = None,
) -> Reading:
    """`read` of a text whose language and places are at hand.

    `stands`: which of its claims count (`theme.standing`); None works it out, for a text that was chosen for its conflict.

    Raises:
        UsageError: no such zone.
    """
    asked = Asked(text, lang, tuple(places), at, stands or standing(text))
    return next(readings([asked], zone=zone, horizon_days=horizon_days))


class Asked(NamedTuple):
    """A text to read, with what is known of it."""

    text: str
    lang: str
    places: tuple[Located, ...]
    at: dt.datetime
    stands: Standing
    eager: bool = True  # weigh it too where no rule can read it


def readings(
    asked: Sequence[Asked],
    *,
    zone: str = ZONE,
    horizon_days: float = HORIZON_DAYS,
    with_times: bool = True,
    weighed: bool = True,
) -> Iterator[Reading]:
    """`reading` of many texts, in their order; what they mean is worked out in one go, which is several times faster.

    `with_times`: times that belong to no claim are wanted too (a third of the work).
    `weighed`: whether the second reader is asked; without it every claim is as the rules read it.

    Raises:
        UsageError: no such zone.
    """
    forms = [plain(a.text) for a in asked]
    begun = [
        begin(a.text, form, at=a.at, zone=zone, lang=a.lang, places=a.places, eager=a.eager and weighed)
        for a, form in zip(asked, forms, strict=True)
    ]
    worth = [k for k, b in enumerate(begun) if b is not None and b.worth]
    meant: dict[int, Vector] = {}
    if weighed:
        meant = dict(zip(worth, vectors(pa.array([asked[k].text for k in worth], pa.string())), strict=True))
    for k, (a, form, b) in enumerate(zip(asked, forms, begun, strict=True)):
        claims, dropped = finish(b, meant.get(k), horizon_days) if b is not None else ((), ())
        claims, unfit = kept(claims, a.places, a.stands)
        times = _times(a.text, form, claims, a.at, zone) if with_times else ()
        yield Reading(a.text, a.lang, a.places, times, claims, dropped + unfit + _no_places(a.places))


def _times(text: str, form: Plain, claims: Sequence[ClaimRead], at: dt.datetime, zone: str) -> tuple[When, ...]:
    """The times of the text; those of a claim as the claim reads them, the others by the tense of the first claim."""
    tense: Tense = ("future" if claims[0].modality in AHEAD else "past") if claims else _tense(form.text)
    found = {(t.start, t.end): t for t in times_of(form, text, anchored(at, zone, tense, SOON))}
    found |= {(c.when.start, c.when.end): c.when for c in claims if c.when.text}
    return tuple(found[key] for key in sorted(found))


def _tense(told: str) -> Tense:
    """The tense of a text that makes no claim: past where a past form shows, else open."""
    return "past" if _PAST.search(told) and not _AHEAD.search(told) else ""


def _no_places(places: Sequence[Located]) -> tuple[Cue, ...]:
    return tuple(Cue(p.start, p.end, f"no place: {p.rejected}") for p in places if p.rejected)
