"""What an analysis lets a reader see beside a finding: plain drawings and tables, without any look.

An analysis makes panels of its output tables (`Analysis.panels`); pages, terminals and exports draw them. Texts are as
in the tables: whoever draws them defangs links and makes control characters visible. Times are integer microseconds
since 1970, UTC. No panel ranks single people: rows are objects, hosts, languages, classes, hours, places, claims,
never accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Chart:
    """A quantity over time beside what was expected.

    Args:
        title: two to five words.
        says: one sentence that tells what is to be seen, for those who cannot see it.
        unit: of the values.
        step_s: width of a bin, seconds.
        seen: (start of the bin, value), rising, bins without a value left out or 0.
        expected: (start of the bin, value) under the baseline.
        band: (start of the bin, low, high): where the baseline allows the value to lie.
        part: (start of the bin, value): a part of `seen` that is drawn stronger.
        moments: (time, words): onsets, announced slots, news events.
        spans: (from, to, words): stretches that the finding is about.
    """

    title: str
    says: str
    unit: str
    step_s: int
    seen: tuple[tuple[int, float], ...]
    expected: tuple[tuple[int, float], ...] = ()
    band: tuple[tuple[int, float, float], ...] = ()
    part: tuple[tuple[int, float], ...] = ()
    moments: tuple[tuple[int, str], ...] = ()
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with its interval, and what chance gives, where known."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side, in the given order."""

    title: str
    says: str
    unit: str
    rows: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One lane: dots at times, each with words (a language, a title); the words may be empty."""

    label: str
    dots: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What appeared where and when: one lane for each host, language, cluster or account kind, in the given order."""

    title: str
    says: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of words and numbers, already written out; `numeric` names the columns set to the right."""

    title: str
    says: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a map.

    Args:
        lat, lon: degrees, WGS 84.
        radius_km: how far around it the place may lie; 0 where that is not known.
        label: its name.
        kind: one of `MAP_KINDS`.
        weight: how much of it there is, in the unit of the map; the area of its dot.
        says: what a reader of the table behind the map gets beside that.
    """

    lat: float
    lon: float
    radius_km: float
    label: str
    kind: str
    weight: float
    says: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """A line, or an area where `closed`: (latitude, longitude) of its corners, degrees. `kind` as for a point."""

    corners: tuple[tuple[float, float], ...]
    closed: bool
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Map:
    """Places on outlines that whoever draws chooses. Points of one place may lie on each other, the larger below.

    Args:
        title: two to five words.
        says: one sentence that tells what is to be seen.
        unit: what the weights count.
        points: in any order.
        shapes: corridors, sectors, areas.
        places_from: where the coordinates come from; the outlines' own source is added by whoever draws.
    """

    title: str
    says: str
    unit: str
    points: tuple[Point, ...]
    shapes: tuple[Shape, ...] = ()
    places_from: str = ""


Outcome = Literal["hit", "weak hit", "miss", "pending", "not observable", "contradicted", "cannot tell"]
OUTCOMES: Final[dict[str, str]] = {
    "hit": "an event of the kind, at the place, within the time, beyond chance",
    "weak hit": "an event matches, but not beyond chance once all that was tried is counted, or another party acted",
    "miss": "none in the event data, which would have shown it",
    "pending": "the time is not over, or the event data do not reach so far",
    "not observable": "the event data cannot contain it, so that nothing follows",
    "contradicted": "the event data have the opposite",
    "cannot tell": "too vague to be checked, or waiting for a reviewer",
}
# what a dot on a map may be: an outcome, or a class of claims
MAP_KINDS: Final[dict[str, str]] = {
    **OUTCOMES, "all": "all claims about the place", "ahead": "of these, announced, threatened or under way",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Announced:
    """Something announced: one row of a board.

    Args:
        what: the announcement in plain words: type, actor, target.
        place: where, empty where it names none.
        at: when its first post was made.
        since, until: the time it is for, `until` exclusive; None where it cannot be told.
        stated: False where the text names no time and a default was used.
        outcome: one of `OUTCOMES`.
        event_at: start of the event that it is matched with.
        days_ahead: from the first post to the event, less the event's date precision; None where there is none.
        chance: probability that the same place and length of time bring such an event without any foresight; known for
            all that were held against the event data, whatever came of it.
        by_source: (event source, outcome there).
        sources: independent sources that announced it.
        posts: ids of posts that announce it, the first one first.
        parties: (role, words of the text), such as by whom. Never an account.
    """

    what: str
    place: str
    at: int
    since: int | None
    until: int | None
    stated: bool
    outcome: Outcome
    event_at: int | None
    days_ahead: float | None
    chance: float | None
    by_source: tuple[tuple[str, str], ...] = ()
    sources: int | None = None
    posts: tuple[str, ...] = ()
    parties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """What was announced, hits and misses alike, in order of time. All rows are counted, also those that are not listed.

    `left_out` announcements are not even counted; `counted` says, in words, what the count rests on.
    """

    title: str
    says: str
    announced: tuple[Announced, ...]
    left_out: int = 0
    counted: str = ""


SPANS: Final[dict[str, str]] = {
    "claim": "the claim", "place": "place", "time": "time", "trigger": "what happens", "actor": "who acts",
    "target": "on whom or what", "quantity": "number", "negation": "negation", "modality": "how sure, how said",
    "source": "whom it cites",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text as published: offsets in code points, `end` exclusive; `kind` is a key of `SPANS`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One post quoted for what is read out of it.

    Args:
        post_id: the post. Its author is not told.
        text: as published; left empty by an analysis, filled in by whoever may show it, from the post itself.
        lang: ISO 639-1, `arabizi`, or empty.
        direction: rtl, ltr, or empty where the text itself decides.
        spans: parts of the text, as offsets into it; they may nest.
        at: when it was posted.
        facts: (name, value), in the order to be read.
        verdicts: (event source, what it shows, in words).
        missing: why there is no text, where there is none.
        clock: of the post's time, as in the table `posts`.
    """

    post_id: str
    text: str
    lang: str
    direction: str
    spans: tuple[Span, ...]
    at: int
    facts: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...] = ()
    missing: str = ""
    clock: str = "minute"


@dataclass(frozen=True, slots=True)
class Quotes:
    """Posts in their own script, with what was read out of them."""

    title: str
    says: str
    quotes: tuple[Quote, ...]


Tone = Literal["strong", "likely", "open", "down", "unclear"]
TONES: Final[tuple[Tone, ...]] = ("strong", "likely", "open", "down", "unclear")


@dataclass(frozen=True, slots=True)
class Sign:
    """A state of a cell: its word, the letter that stands for it, what it means. The tone only colours it."""

    word: str
    letter: str
    tone: Tone
    says: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row: a word of the legend for each column, empty where nothing was asked.

    `leads` names, for each cell, the evidence that it rests on (as in `Finding.evidence`), or is empty.
    """

    label: str
    cells: tuple[str, ...]
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heat:
    """States of things over columns, such as names over days. Every cell is read by its letter, not by its colour alone."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    legend: tuple[Sign, ...]


Panel = Chart | Bars | Lanes | Grid | Map | Board | Quotes | Heat
