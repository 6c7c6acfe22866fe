"""What the rules that take a reading back have in common: the weaker reading, sides before a word, words behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from blowback.tools.claim.modality import Meant
from blowback.tools.claim.tokens import Words

SIDED: Final = frozenset(("actor", "own", "enemy", "person"))
Firm = tuple[Meant | None, str]  # the reading, perhaps a weaker one; None and why nothing is claimed


def reported(how: Meant, says: str) -> Firm:
    """The reading as a report, and why."""
    return replace(
        how, modality="report", cues=tuple(replace(c, says=f"modality report: {says}") for c in how.cues[:1])
    ), ""


def following(words: Words, j: int, last: int) -> list[str]:
    """The next words that say something, at most four."""
    near = range(j, min(last, j + 4))
    return [
        words.words[k]
        for k in near
        if words.words[k].isalpha() and ("adv" not in words.kinds[k] or "be" in words.kinds[k])
    ]


def side_before(words: Words, first: int, i: int) -> bool:
    """Whether a side is named in [first, i)."""
    return any(words.kinds[k].keys() & SIDED for k in range(first, i))
