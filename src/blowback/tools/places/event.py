"""Which of the places of a text is the place of the event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from blowback.model.claim import Located


class EventPlace(NamedTuple):
    """The event's place among the located mentions of a text."""

    index: int | None  # into the located mentions; None where none is a place
    score: float  # calibrated probability that it is the event's place, 0..1
    ranked: tuple[tuple[int, float], ...]  # every mention that may be it, best first, with its share (they sum to 1)


def event_place(text: str, located: Sequence[Located], span: tuple[int, int] | None = None) -> EventPlace:
    """The event's place; `span` is that of the claim or of its trigger word, None where the whole text is the claim."""
    raise NotImplementedError
