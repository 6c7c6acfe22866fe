"""Claims with known truth: plantings in the towns of a valley that does not exist, and what independently happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.simulate.clock import iso_ms
from blowback.simulate.lead import day_name
from blowback.simulate.people import ACTIVE, OFFICIAL, PRESS, REPEATER, TELEGRAM, X_V2
from blowback.simulate.phrases import listed, places
from blowback.simulate.posts import CLAIM, PARTS, Posts, join
from blowback.simulate.stage import Note, Played, Stage, nothing, said, written
from blowback.simulate.texts import GUILD, SENTENCES

DAY_US: Final = 86_400_000_000
KINDS: Final = ("announced", "reported", "denied")
# Where there is only sea: the valley runs from west to east, a town every seven kilometres or so.
_LAT, _LON, _STEP = 0.42, -31.20, 0.064
TYPES: Final = ("planting", "planting", "planting", "market", "concert")


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the independent event file."""

    id: int
    kind: str
    place: int
    day_us: int
    precision: int  # of the date: 1 the day, 2 two to six days, as in UCDP GED
    sources: int
    people: int


def coordinates(place: int) -> tuple[float, float]:
    """Latitude and longitude of a town, degrees."""
    return round(_LAT + 0.021 * ((place * 5) % 7), 4), round(_LON + _STEP * place, 4)


def background(stage: Stage) -> list[Event]:
    """What happens in the valley whatever anybody says: independent of all claims."""
    rng, scenario = stage.stream("events"), stage.scenario
    start, days = scenario.start_us - 28 * DAY_US, scenario.days + 42
    out = []
    for place in range(len(places(0))):
        size = int(rng.poisson(scenario.claims.events_per_week * days / 7))
        for day, kind in zip(rng.integers(0, days, size), rng.choice(TYPES, size), strict=True):
            out.append(_event(rng, str(kind), place, start + int(day) * DAY_US))
    return out


def _event(rng: np.random.Generator, kind: str, place: int, at_us: int) -> Event:
    precision = int(rng.choice((1, 2), p=(0.9, 0.1)))
    return Event(
        0, kind, place, at_us // DAY_US * DAY_US, precision, int(rng.integers(1, 5)), int(rng.integers(5, 300))
    )


def claims(stage: Stage) -> tuple[Played, list[Event]]:
    """All claims with the posts that make and repeat them, and all events, those that bear a claim out included."""
    how, events = stage.scenario.claims, background(stage)
    out: list[Posts] = [nothing(CLAIM)]
    notes: list[Note] = []
    for kind in KINDS:
        for k in range(getattr(how, kind)):
            rng, number = stage.stream(f"claim {kind} {k}"), len(notes)
            posts, note, event = _claim(stage, rng, kind, number)
            out.append(posts)
            notes.append({**note, "id": f"{kind}-{k + 1}"})
            events += [event] if event else []
            note_event = len(events) - 1 if event else None
            notes[-1]["event"] = note_event
    return Played(join(out), tuple(notes)), events


def numbered(events: list[Event]) -> tuple[list[Event], list[int]]:
    """The events in the order of time with ids, and the id of each event in the given order."""
    order = sorted(range(len(events)), key=lambda k: (events[k].day_us, events[k].place, events[k].kind, k))
    ids = [0] * len(events)
    out = []
    for place, k in enumerate(order):
        e = events[k]
        ids[k] = 5001 + place
        out.append(Event(5001 + place, e.kind, e.place, e.day_us, e.precision, e.sources, e.people))
    return out, ids


def _claim(stage: Stage, rng: np.random.Generator, kind: str, number: int) -> tuple[Posts, Note, Event | None]:
    s, how = stage.scenario, stage.scenario.claims
    place, what = int(rng.integers(0, len(places(0)))), int(rng.integers(0, len(listed("what", 0))))
    said_us = s.start_us + int(rng.random() * (s.days - 1) * 86_400_000) * 1000
    lead = max(12.0, float(rng.exponential(how.lead_h)))
    true = kind != "denied" and bool(rng.random() < how.true)
    if kind == "announced":
        day = (said_us + int(lead * 3.6e9)) // DAY_US * DAY_US
    else:
        day = (said_us - int(rng.integers(2, 30)) * 3_600_000_000) // DAY_US * DAY_US
    event = _event(rng, "planting", place, day + int(rng.choice((-1, 0, 0, 0, 0, 1))) * DAY_US) if true else None
    posts = _said(stage, rng, kind, number, said_us, (place, what, day))
    note: Note = {
        "kind": kind, "place": places(0)[place], "place_ar": places(1)[place], "place_ru": places(2)[place],
        "lat": coordinates(place)[0], "lon": coordinates(place)[1], "what": listed("what", 0)[what],
        "said_at": iso_ms(said_us), "for_day": iso_ms(day)[:10], "true": true,
        "lead_h": round((event.day_us - said_us) / 3.6e9, 2) if event and kind == "announced" else None,
    }  # fmt: skip
    return posts, note, event


def _said(
    stage: Stage, rng: np.random.Generator, kind: str, number: int, said_us: int, about: tuple[int, int, int]
) -> Posts:
    """The first statement, by an official outlet (a denial: by the press), and repeats by supporters within a day."""
    place, what, day = about
    outlets = (
        stage.who(X_V2, PRESS)
        if kind == "denied"
        else np.concatenate([stage.who(e, OFFICIAL) for e in (X_V2, TELEGRAM)])
    )
    if not len(outlets):
        outlets = stage.who(X_V2, ACTIVE)
    first = rng.choice(outlets, 1)
    more = rng.integers(0, stage.scenario.claims.repeats + 1) if kind != "denied" else 0
    who = np.concatenate([first, rng.choice(stage.who(X_V2, ACTIVE, REPEATER), more)])
    at = said_us + np.concatenate([[0], (rng.gamma(1.2, 4.0, more) * 3_600_000).astype(np.int64) * 1000 + 60_000_000])
    own = [_words(stage, rng, kind, int(stage.accounts.lang[w]), place, what, day) for w in who]
    part = PARTS.index(kind)
    at = np.minimum(at.astype(np.int64), stage.scenario.end_us - 1000)
    return written(rng, who, at, mechanism=CLAIM, which=number, part=part, own=np.array(own, np.int64))


def _words(stage: Stage, rng: np.random.Generator, kind: str, lang: int, place: int, what: int, day: int) -> int:
    slots = {"place": places(lang)[place], "what": listed("what", lang)[what], "day": day_name(day, lang)}
    numbers: list[int] = rng.integers(0, SENTENCES, 2).tolist()
    return stage.shelf.say(said(kind, lang, numbers, topic=GUILD, **slots), lang)
