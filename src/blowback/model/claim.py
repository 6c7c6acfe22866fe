"""What is read out of one text: places, times, quantities and the claims that use them.

All offsets are into the text as published.
Offsets count Unicode code points (Python `str` indices), `start` inclusive, `end` exclusive. Times are zone-less UTC.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

Modality = Literal[
    "report", "progress", "intention", "threat", "conditional", "aspiration", "hedged", "denial", "question", "none"
]
MODALITIES: Final[dict[str, str]] = {
    "report": "said to have happened by the time of the post",
    "progress": "a state under way (advancing, besieged, at the gates): true now, and an implicit forecast for the target",
    "intention": "a stated intention of the speaker's side: future, with a deadline or a default horizon",
    "threat": "an intention addressed to those it is aimed at; scored apart from intentions",
    "conditional": "only if a condition is met",
    "aspiration": "a wish or prayer: never scored",
    "hedged": "a report with low commitment (reports that, might)",
    "denial": "that something did not, does not or will not happen: the opposite proposition",
    "question": "asked, not said",
    "none": "no claim: slogan, order, solicitation, small talk, a release that is coming soon",
}
Polarity = Literal["affirmed", "negated"]
# PLOVER-like, own subset; "" where the text says nothing of these
TYPES: Final[dict[str, str]] = {
    "capture": "takes or enters and holds a place",
    "withdraw": "leaves, retreats from or loses a place",
    "attack": "ground attack, clash, storming",
    "bombard": "shelling, air strike, rocket or mortar fire",
    "ambush": "ambush, roadside bomb, assassination, suicide attack",
    "execute": "kills captives or civilians",
    "detain": "captures people, arrests, kidnaps",
    "destroy": "destroys a building, bridge, shrine or vehicle",
    "advance": "moves towards a place",
    "besiege": "surrounds or cuts off a place",
    "seize": "takes equipment, money or supplies",
    "announce": "announces, declares or appoints",
}
TimeKind = Literal["calendar", "deictic", "hijri", "feast", "vague", "duration", "default", "none"]
SLOTS: Final[dict[str, str]] = {
    "location": "where somebody or something is",
    "strategy": "what is planned, aimed at or announced",
    "weakness": "a loss, retreat or trouble admitted or alleged",
    "success": "a gain, capture or victory",
    "resource": "weapons, money, men or supplies that are held",
    "shortage": "weapons, money, men or supplies that are lacking or asked for",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One gazetteer entry that a name may mean, with its calibrated probability."""

    place_id: str  # "wof:85675783", "geonames:98182", "site:haditha-dam"
    name: str
    lat: float
    lon: float
    radius_km: float
    country: str  # ISO 3166-1 alpha-2, upper case
    placetype: str  # country, region, county, locality, neighbourhood, site
    p: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A place that is no point: between two, in a direction from, at a distance from."""

    kind: Literal["corridor", "sector", "ring"]
    lat: float  # of the middle
    lon: float
    radius_km: float  # of the smallest circle around it
    text: str


@dataclass(frozen=True, slots=True)
class Located:
    """A mention that may be a place: its candidates, best first, whose p and `no_match` sum to 1."""

    start: int
    end: int
    text: str
    candidates: tuple[Candidate, ...]
    no_match: float  # probability that it means none of the candidates
    rejected: str = ""  # why it is no place: person, tribe, unit, bureau, common word; "" where it is one
    shape: Shape | None = None

    @property
    def best(self) -> Candidate | None:
        """The likeliest candidate; None where no match is likelier or it is no place."""
        top = self.candidates[0] if self.candidates and not self.rejected else None
        return top if top and top.p >= self.no_match else None


@dataclass(frozen=True, slots=True)
class When:
    """A time that a text names: it lies in [`since`, `until`), zone-less UTC."""

    start: int
    end: int
    text: str
    since: dt.datetime | None
    until: dt.datetime | None
    kind: TimeKind
    note: str = ""  # such as "anchored at the post's time", "Hijri: a day either way"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit noun and what it counts."""

    start: int
    end: int
    text: str
    low: float
    high: float | None  # None: "at least"
    unit: str  # killed, vehicle, tank, prisoner, km, ...
    role: Literal["own_loss", "enemy_loss", "seized", "force", "distance", "loss", "other"]


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that decided something, so that a reader can check it."""

    start: int
    end: int
    says: str  # "modality report: perfect verb", "negation: did not"


@dataclass(frozen=True, slots=True)
class ClaimRead:
    """One claim in one text. Where the text is silent a field is empty, never guessed."""

    start: int
    end: int
    modality: Modality
    modality_p: float  # that it is meant so, 0..1, as the second reader weighs it
    polarity: Polarity
    type: str  # a key of TYPES or ""
    actor: str  # as in the text
    target: str  # as in the text
    place: int | None  # index into Reading.places of the event place
    place_score: float  # that it is the event's place, 0..1
    when: When
    quantities: tuple[Quantity, ...]
    source_cited: str  # whom the text cites, as in the text
    slots: tuple[str, ...]  # keys of SLOTS
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is read out of one text, what was considered and rejected included."""

    text: str
    lang: str  # ISO 639-1, "arabizi", or "" where it cannot be told
    places: tuple[Located, ...]
    times: tuple[When, ...]
    claims: tuple[ClaimRead, ...]
    rejected: tuple[Cue, ...] = field(default=())  # readings that were considered and dropped, with the reason
