"""Places that a text names: found with a gazetteer in any script, weighed, and told from people, tribes and units.

Offsets are code points of the text as published. A mention keeps all its candidates; their probabilities and that of
"none of these" sum to 1. What is no place stays in the list with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blowback.model.claim import Located
from blowback.tools.places import finding
from blowback.tools.places.compiling import compiled
from blowback.tools.places.event import EventPlace, Guess, event_place
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.language import language_of, languages_of
from blowback.tools.places.rows import Gathering
from blowback.tools.places.store import current
from blowback.tools.places.theatre import Theatre
from blowback.tools.places.unlisted import Unlisted, unlisted

__all__ = [
    "EventPlace",
    "Gazetteer",
    "Guess",
    "Theatre",
    "Unlisted",
    "current",
    "event_place",
    "language_of",
    "languages_of",
    "places_in",
    "places_in_many",
    "unlisted",
    "warm",
]


def places_in(
    text: str, *, gazetteer: Gazetteer | None = None, theatre: Theatre | None = None, lang: str = ""
) -> tuple[Located, ...]:
    """Every mention of one text that may be a place, in reading order; mentions do not overlap.

    Without a gazetteer the one of this machine is used (`current`; built at its first use). `lang` as of
    `language_of`; "" works it out.
    """
    return next(places_in_many([text], gazetteer=gazetteer, theatre=theatre, langs=[lang] if lang else None))


def warm() -> None:
    """Compile the kernels on a gazetteer of one place."""
    rows = Gathering()
    rows.place(
        place_id="x", name="Mosul", lat=36.3, lon=43.1, radius_km=8.0, country="IQ", placetype="locality", population=9
    )
    rows.named("x", "Mosul", "", "primary")
    places_in("Mosul, #Mosul and الموصل", gazetteer=compiled([rows.done()], "warm"))


def places_in_many(
    texts: Iterable[str | None],
    *,
    gazetteer: Gazetteer | None = None,
    theatre: Theatre | None = None,
    langs: Iterable[str] | None = None,
    batch: int = 4096,
) -> Iterator[tuple[Located, ...]]:
    """`places_in` of many texts, in their order, `batch` at a time: memory does not grow with their number."""
    return finding.places_in_many(texts, gazetteer=gazetteer or current(), theatre=theatre, langs=langs, batch=batch)
