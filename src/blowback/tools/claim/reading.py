"""All that is read out of one text: language, places, times, claims, and what was considered and dropped."""

from __future__ import annotations

import datetime as dt

from blowback.model.claim import Cue, Reading
from blowback.tools.claim.records import read_claims
from blowback.tools.plain import plain
from blowback.tools.when.anchor import anchored
from blowback.tools.when.grammar import SOON, times_of


def read(text: str, *, at: dt.datetime, zone: str = "Asia/Baghdad") -> Reading:
    """Read one text."""
    form = plain(text)
    claims, dropped = read_claims(text, form, at=at, zone=zone)
    ahead = bool(claims) and claims[0].modality in ("intention", "threat", "conditional")
    times = times_of(form, text, anchored(at, zone, "future" if ahead else "past" if claims else "", SOON))
    none: tuple[Cue, ...] = ()
    return Reading(text, "", (), times, claims, dropped + none)
