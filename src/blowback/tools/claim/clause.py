"""A clause: the head that says what happens, with the words that belong to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from blowback.model.claim import Modality
from blowback.tools.claim.lexicon import Entry

Item = tuple[int, int, Entry]
Placed = Callable[[int, int], bool]  # whether a place stands within these words


@dataclass(frozen=True, slots=True)
class Clause:
    """One head with the words that belong to it."""

    first: int
    last: int
    sentence: tuple[int, int]
    head: tuple[int, int]  # its words
    type: str
    entry: Entry | None  # verb or noun of the head; None where a cue alone speaks
    cue: str = ""  # that cue
    others: tuple[Item, ...] = ()  # further verbs and nouns of the clause
    relative: bool = False  # a relative clause: it says something of a noun, by the way
    under: bool = False  # a subordinate clause: because, after, when


Decided = tuple[Modality, tuple[int, int], str]  # how a clause is meant, the words that decided, and what they say
