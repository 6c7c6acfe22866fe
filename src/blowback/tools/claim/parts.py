"""Ranges of words that play a part in a claim."""

from __future__ import annotations

from typing import Final, NamedTuple


class Roles(NamedTuple):
    """Actor and target as word ranges, empty where the text does not say."""

    actor: tuple[int, int]
    target: tuple[int, int]


NONE: Final = (0, 0)
LONGEST: Final = 8
