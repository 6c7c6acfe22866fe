"""Letters made one, each for one: for patterns whose offsets must stay those of the text as published.

Where lengths may change, `tools.fold` does more (marks, tatweel, accents).
"""

from __future__ import annotations

from typing import Final

_ARABIC: Final = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي"}
_SMALL: Final = {chr(c): chr(c + 32) for c in range(ord("A"), ord("Z") + 1)}
_TEXT: Final = str.maketrans({**_ARABIC, **_SMALL, "’": "'"})
_PATTERN: Final = str.maketrans(_ARABIC)


def folded(text: str) -> str:
    """The text with hamza, ta marbuta, alif maqsura and ASCII capitals made one: as many letters as before."""
    return text.translate(_TEXT)


def folded_pattern(pattern: str) -> str:
    r"""A regular expression for folded texts: its Arabic letters folded, its capitals (\W, [A-Z]) kept."""
    return pattern.translate(_PATTERN)
