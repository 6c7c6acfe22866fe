"""What is read out of one text, with the names of the claims table: no case, nothing written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson

from blowback.errors import UsageError
from blowback.model.claim import ClaimRead, Located, Reading, When
from blowback.tools.claim import read, row
from blowback.tools.places import Gazetteer, Guess, Theatre, event_place, unlisted

_NOW: Final = "Write a time as 2014-06-11T18:30Z; without a zone it is UTC."
_YEARS: Final = (1900, 2200)  # times are reckoned years either way of the post: Python's calendar ends at 1 and 9999
_HALF: Final = re.compile("[\ud800-\udfff]")


def explain(
    text: str,
    *,
    at: dt.datetime | str,
    theatre: str | Sequence[str] = (),
    zone: str = "Asia/Baghdad",
    gazetteer: Gazetteer | None = None,
) -> dict[str, Any]:
    """Places, times and claims of one text, candidates and rejected readings included.

    Args:
        text: as published; offsets count its code points. Halves of surrogate pairs are replaced, one for one.
        at: when it was posted: a datetime (zone-less is UTC) or ISO 8601.
        theatre: ISO 3166-1 alpha-2 codes of the countries that are likelier, such as "IQ" or "IQ,SY".
        zone: IANA zone of the theatre, on whose clock "today" and "tonight" are read.
        gazetteer: the places known; None takes this machine's.

    Returns:
        `text, at, zone, lang, places, event_places, unlisted, times, claims, rejected`; a claim has the columns of the
        claims table, its quantities and the words that decided. `event_places` are up to three places where what the
        whole text tells may have happened, with their weights; `unlisted` are names of places that no gazetteer knows.

    Raises:
        UsageError: `at` is no time or lies outside the years 1900 to 2200, `theatre` no country code, `zone` no zone.
    """
    when, countries = _moment(at), _countries(theatre)
    text = _HALF.sub("\ufffd", text)  # UTF-8 has no such character: bytes of a shell that were none
    got = read(text, at=when, zone=zone, theatre=Theatre(countries) if countries else None, gazetteer=gazetteer)
    return {
        "text": text,
        "at": when,
        "zone": zone,
        "theatre": list(countries),
        "lang": got.lang,
        "places": [_place(p) for p in got.places],
        "event_places": [_guess(g, got.places[g.index]) for g in event_place(text, got.places).guesses],
        "unlisted": [{"span_start": u.start, "span_end": u.end, "said": u.text} for u in unlisted(text, got.places)],
        "times": [_time(t) for t in got.times],
        "claims": [_claim(c, got) for c in got.claims],
        "rejected": [{"span_start": c.start, "span_end": c.end, "says": c.says} for c in got.rejected],
    }


def _moment(at: dt.datetime | str) -> dt.datetime:
    if isinstance(at, str):
        try:
            at = dt.datetime.fromisoformat(at.strip())
        except ValueError as problem:
            raise UsageError(f"{at!r} is no time", hint=_NOW) from problem
    try:
        when = at.astimezone(dt.UTC).replace(tzinfo=None) if at.tzinfo else at
    except OverflowError as problem:
        raise UsageError(f"{at.isoformat()} lies outside the calendar", hint=_NOW) from problem
    if not _YEARS[0] <= when.year <= _YEARS[1]:
        raise UsageError(f"{at.isoformat()}: the year is not between {_YEARS[0]} and {_YEARS[1]}", hint=_NOW)
    return when


def _countries(theatre: str | Sequence[str]) -> tuple[str, ...]:
    parts = theatre.split(",") if isinstance(theatre, str) else list(theatre)
    codes = tuple(p.strip().upper() for p in parts if p.strip())
    for code in codes:
        if len(code) != 2 or not code.isascii() or not code.isalpha():
            raise UsageError(f"theatre {code!r} is no country code", hint="Write ISO 3166-1 alpha-2: IQ, or IQ,SY.")
    return codes


def _place(place: Located) -> dict[str, Any]:
    best, at = place.best, place.shape or place.best
    return {
        "span_start": place.start,
        "span_end": place.end,
        "said": place.text,
        "place_name": best.name if best else None,
        "lat": at.lat if at else None,
        "lon": at.lon if at else None,
        "radius_km": at.radius_km if at else None,
        "shape": place.shape.kind if place.shape else None,
        "place_p": best.p if best else None,
        "no_match": place.no_match,
        "rejected": place.rejected,
        "place_candidates": [asdict(c) for c in place.candidates],
    }


def _guess(guess: Guess, place: Located) -> dict[str, Any]:
    return {
        "span_start": place.start,
        "span_end": place.end,
        "said": place.text,
        "place_name": place.candidates[0].name,
        "lat": guess.lat,
        "lon": guess.lon,
        "radius_km": guess.radius_km,
        "weight": guess.weight,
    }


def _time(time: When) -> dict[str, Any]:
    return {
        "span_start": time.start,
        "span_end": time.end,
        "said": time.text,
        "time_from": time.since,
        "time_to": time.until,
        "time_kind": time.kind,
        "note": time.note,
    }


def _claim(claim: ClaimRead, reading: Reading) -> dict[str, Any]:
    told = row(claim, reading)
    told["place_candidates"] = orjson.loads(told["place_candidates"])
    told["quantities"] = [
        {"span_start": q.start, "span_end": q.end, "said": q.text, "quantity_min": q.low, "quantity_max": q.high,
         "quantity_unit": q.unit, "quantity_role": q.role}
        for q in claim.quantities
    ]  # fmt: skip
    told["time_note"] = claim.when.note
    told["cues"] = [{"span_start": c.start, "span_end": c.end, "says": c.says} for c in claim.cues]
    return told
