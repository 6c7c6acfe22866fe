"""What share of the events that happened a source holds: as a person says, from a second source, or not known.

Matches alone cannot tell a poor source from a campaign that is seldom right. So what is not known is not assumed: the
probability of a claim is then a range and no figure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from blowback.analyses.claims.match_near import distinct, near
from blowback.analyses.claims.match_record import by_week
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import Bools, Floats, Happened
from blowback.errors import UsageError

WIDEST: Final = (0.3, 0.9)  # where nothing is known
_MIDDLE: Final = 0.6  # with which forecasts of a match are made then; they hang little on it
_NARROW: Final = {"lethal": 0, "violence": 1, "any": 2}  # each holds what those before it hold; reports hold no events
_KM: Final = 15.0  # two sources place one event so near to each other
_DAY: Final = 1.0  # ... and date it so
_LEAST: Final = 30  # events of the other source
_TRIALS: Final = 20  # shifts that tell how often two events meet by chance
_SHIFT: Final = (3.0, 7.0)  # days of these, either way: beyond one event, within the fighting it is part of
_DRAWS: Final = 200
_HINT: Final = "Write a share above 0 and below 1 (0.6), or source=share, joined by commas: ucdp_ged=0.5,acled=0.6-0.8"


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Chance that a source holds an event that happened and that it can contain."""

    low: float
    at: float
    high: float
    how: Literal["given", "estimated", "unknown"]

    @property
    def known(self) -> bool:
        """Whether a probability may rest on it."""
        return self.how != "unknown"


UNKNOWN: Final = Sensitivity(WIDEST[0], _MIDDLE, WIDEST[1], "unknown")


def given(text: str) -> dict[str, Sensitivity]:
    """What a person says, by source; "" is every other source.

    Args:
        text: "0.6", or source=share for some, joined by commas: "ucdp_ged=0.5,acled=0.6-0.8" (a range from low to high).

    Raises:
        UsageError: a part that is neither, a share that is not above 0 and below 1, or two shares for one source.
    """
    out: dict[str, Sensitivity] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, equals, share = (p.strip() for p in part.rpartition("="))
        first, dash, last = share.partition("-")
        try:
            low, high = float(first), float(last if dash else first)
        except ValueError:
            low = high = -1.0
        if not 0 < low <= high < 1 or (equals and not name):
            raise UsageError(f"--sensitivity {text}: '{part}' is no share", hint=_HINT)
        if name in out:
            twice = f"two shares for {name}" if name else "two shares that are for every source"
            raise UsageError(f"--sensitivity {text}: {twice}", hint=_HINT)
        out[name] = Sensitivity(low, (low + high) / 2, high, "given")
    return out


def checked(text: str, sources: Collection[str]) -> dict[str, Sensitivity]:
    """`given`, each source being one of the case; before anything is read, so that nobody waits for an error.

    Raises:
        UsageError: as `given`, or a source that the case does not hold.
    """
    said = given(text)
    strange = sorted(set(said) - set(sources) - {""})
    if strange:
        hint = f"The case holds: {', '.join(sorted(sources)) or 'no events'}"
        raise UsageError(f"--sensitivity {text}: no event source '{strange[0]}'", hint=hint)
    return said


def sensitivities(sources: Sequence[Happened], text: str, seed: int) -> dict[str, Sensitivity]:
    """Of each source: as given, else from the other sources, else not known."""
    said = checked(text, [s.source for s in sources])
    return {s.source: said.get(s.source) or said.get("") or estimated(s, sources, seed) for s in sources}


def estimated(source: Happened, every: Sequence[Happened], seed: int) -> Sensitivity:
    """Capture and recapture: of the events that other sources hold, the share that this one holds as well.

    s = (met - chance) / (1 - chance), where `met` is the share of their events with one of this source within 15 km and a
    day (each widened by its precision), and `chance` the same with their dates shifted by three to seven days (the same fighting, another event). Only sources of an
    equal or narrower scope count, as this one could hold all of theirs, and only where and when both have events. The
    interval is that of resampled weeks. (Lincoln-Petersen; Chapman 1951; Price, Ball 2014 on its use for violence.)

    Sources that draw on the same press find the same events, so s is rather too high: an event that nobody reports is in
    neither.
    """
    met, chance, at = [], [], []
    for other in every:
        scopes = (_NARROW.get(source.scope, -1), _NARROW.get(other.scope, 9))
        if other.source == source.source or scopes[1] > scopes[0] or not len(source) or not len(other):
            continue
        some = _shared(source, other)
        met.append(_meets(source, other, np.zeros(1))[0][some])
        rng = np.random.default_rng(seed)
        moved = rng.uniform(*_SHIFT, _TRIALS) * np.where(np.arange(_TRIALS) % 2, 1, -1)
        chance.append(_meets(source, other, moved).mean(0)[some])
        at.append(other.since[some])
    number = sum(len(a) for a in at)
    if number < _LEAST:
        return UNKNOWN
    seen, usual, when = np.concatenate(met).astype(np.float64), np.concatenate(chance), np.concatenate(at)
    draws = [_share(seen[w], usual[w]) for w in by_week(when, _DRAWS, seed)]
    low, high = np.quantile(draws, (0.025, 0.975))
    bounds = [float(np.clip(s, 0.02, 0.98)) for s in (low, _share(seen, usual), high)]
    return Sensitivity(bounds[0], bounds[1], bounds[2], "estimated")


def _share(met: Floats, chance: Floats) -> float:
    usual = float(chance.mean())
    return (float(met.mean()) - usual) / max(1 - usual, 1e-9)


def _shared(source: Happened, other: Happened) -> Bools:
    """Events of `other` in a country and at a time of which `source` has events."""
    out = np.zeros(len(other), np.bool_)
    for country in np.unique(source.country.astype(str)):
        mine = source.country.astype(str) == country
        inside = (other.since >= source.since[mine].min()) & (other.until <= source.until[mine].max())
        out |= inside & (other.country.astype(str) == country)
    return out


def _meets(source: Happened, other: Happened, moved: Floats) -> Bools:
    """Whether `source` has an event beside each event of `other`, moved by so many days. Shape: (moves, events of other)."""
    lat, lon, place = distinct(other.lat, other.lon)
    around = near((lat, lon), (source.lat, source.lon), _KM)
    lo = source.since[around.event] - source.doubt[around.event] - _DAY
    hi = source.until[around.event] + source.doubt[around.event] + _DAY
    held = Spans.of(around.place, lo, hi)
    middle = (other.since + other.until) / 2
    return np.stack([held.hold(place, middle + by) for by in moved])
