"""Names of the gazetteer in a batch of texts, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from blowback.tools.places import match_kernel as kernel
from blowback.tools.places.cues import BIT, common_table, cue_table
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.texts import Ready, ready

Array = npt.NDArray[Any]
_SMALL_LETTERS = 0.5  # a word written small more often than this is no name when written small


@dataclass(frozen=True)
class Matches:
    """Names found in a batch of texts; `rows` are as match_kernel's columns."""

    ready: Ready
    rows: Array  # int64, matches x COLUMNS
    start: Array  # int64: first code point in the original text
    end: Array  # int64: after the last

    def __len__(self) -> int:
        return len(self.rows)


def matches(
    texts: Sequence[str], gazetteer: Gazetteer, given: Sequence[Sequence[tuple[int, int]]] | None = None
) -> Matches:
    """All names, longest first from the left, without overlap.

    `given` are spans, per text, that are known to be mentions of places: in them a name counts however it is written.
    """
    body = ready(texts)
    free = body.tagged if given is None else body.tagged | _within(body, given)
    cue_keys, cue_slots = cue_table()
    word_keys, word_slots, _, lower = common_table()
    room = max(64, len(body.body) // 4)
    while True:
        out = np.zeros((room, kernel.COLUMNS), np.int64)
        many = kernel.longest(
            body.offsets, body.body, body.upper, free, gazetteer.keys, gazetteer.slots, gazetteer.tight_keys,
            gazetteer.tight_slots, cue_keys, cue_slots, word_keys, word_slots, lower, _SMALL_LETTERS, BIT["never"], out,
        )  # fmt: skip
        if many >= 0:
            break
        room *= 2
    rows = out[:many]
    return Matches(body, rows, body.at[rows[:, kernel.START]], body.at[rows[:, kernel.END] - 1] + 1)


def _within(body: Ready, given: Sequence[Sequence[tuple[int, int]]]) -> Array:
    """The folded bytes that lie in given spans of their texts."""
    inside = np.zeros(len(body.body), bool)
    for row, spans in enumerate(given):
        part = slice(int(body.offsets[row]), int(body.offsets[row + 1]))
        at = body.at[part]
        for start, end in spans:
            inside[part] |= (at >= start) & (at < end)
    return inside
