"""Floor 2: one file, one outside layout. The list, and which of them a file is."""

from __future__ import annotations

from typing import Final

from blowback.model.given import Head
from blowback.witnesses.acled import acled
from blowback.witnesses.event_table import events
from blowback.witnesses.gdelt import gdelt
from blowback.witnesses.gtd import gtd
from blowback.witnesses.ucdp_ged import ucdp_ged
from blowback.witnesses.witness import Witness

WITNESSES: Final[tuple[Witness, ...]] = (ucdp_ged, acled, gtd, gdelt, events)
_SURE: Final = 0.9  # outside layouts are recognised by their own column names or not at all


def witness_of(name: str) -> Witness | None:
    """The witness of that name; None where there is none (it may be a source of posts)."""
    return next((w for w in WITNESSES if w.id == name), None)


def recognised(head: Head) -> Witness | None:
    """The witness that recognises a file; None where none is sure."""
    guesses = [(w.sniff(head).score, w) for w in WITNESSES]
    best = max(guesses, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _SURE else None
