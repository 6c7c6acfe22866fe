"""Informativeness first: what a resolver is on a day, before any answer of it is believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from blowback.analyses.blocking.seen import Reply

FEWEST: Final = 10  # names; below, a resolver's habits cannot be told from its day's answers
FEWEST_INNOCUOUS: Final = 3  # names that the plan itself calls innocuous: fewer are enough
MOST_REFUSED: Final = 0.5  # of all names, as in the specification's first row
MOST_AUTHORITATIVE: Final = 0.5  # a resolver that sets `aa` on most replies is not judged by it


@dataclass(frozen=True, slots=True)
class Readiness:
    """What one resolver is on one day: `recursing`, `refusing`, `dead`, or `few` (too few names to tell)."""

    network: str
    resolver: str
    day: str
    lookups: int
    refused: int
    silent: int
    answered: int
    authoritative: int
    invalid: int
    word: str

    @property
    def ready(self) -> bool:
        """Whether silence and failures of single names can mean anything."""
        return self.word in ("recursing", "few")

    @property
    def aa_tells(self) -> bool:
        """Whether the flag `aa` singles anything out."""
        return self.authoritative <= MOST_AUTHORITATIVE * (self.lookups - self.silent)


def readiness(
    days: Mapping[tuple[str, str], Iterable[Reply]], innocuous: frozenset[str] = frozenset()
) -> dict[tuple[str, str], Readiness]:
    """The readiness of each resolver-day; a control's own lookups do not count.

    Args:
        days: replies of each resolver and day.
        innocuous: ids of measurements of names that the plan calls innocuous; where a resolver-day has enough of them
            they alone are the baseline, else all of its names.
    """
    out = {}
    for (resolver, day), rows in days.items():
        asked = [r for r in rows if not r.control]
        if asked:
            out[resolver, day] = _one(resolver, day, asked, innocuous)
    return out


def _one(resolver: str, day: str, rows: list[Reply], innocuous: frozenset[str]) -> Readiness:
    valid = [r for r in rows if r.fault is None]
    refused, silent = sum(r.refused for r in valid), sum(r.silent for r in valid)
    answered = sum(bool(r.answers) or r.rcode == "NXDOMAIN" for r in valid)
    calm = [r for r in valid if r.measurement in innocuous]
    known = len({r.name for r in calm}) >= FEWEST_INNOCUOUS
    word = _word(calm) if known else "few" if len({r.name for r in valid}) < FEWEST else _word(valid)
    return Readiness(
        rows[0].network, resolver, day, len(rows), refused, silent, answered,
        sum(r.aa for r in valid), len(rows) - len(valid), word,
    )  # fmt: skip


def _word(rows: list[Reply]) -> str:
    refused, silent = sum(r.refused for r in rows), sum(r.silent for r in rows)
    if silent > MOST_REFUSED * len(rows):
        return "dead"
    return "refusing" if refused + silent > MOST_REFUSED * len(rows) else "recursing"
