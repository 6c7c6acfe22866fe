"""Arabic verbs of the second person plural in the future: they speak to those they are aimed at."""

from __future__ import annotations

import re
from typing import Final

from blowback.tools.claim.tokens import Words

# Arabic: a future or a negated present of the second person plural speaks to those it is aimed at
_SECOND: Final = re.compile(r"[وف]?ست[\u0621-\u064a]{2,}ون")
_PRESENT: Final = re.compile(r"ت[\u0621-\u064a]{2,}(?:ون|وا)")


def addressed(words: Words, first: int, last: int) -> tuple[int, int] | None:
    """A verb of the second person plural in the future: "ستندمون", "لن تناموا", "سوف ترون"."""
    for k in range(first, last):
        if _SECOND.fullmatch(words.words[k]):
            return k, k + 1
        if (
            words.words[k] in ("لن", "ولن", "سوف", "وسوف", "راح")
            and k + 1 < last
            and _PRESENT.fullmatch(words.words[k + 1])
        ):
            return k, k + 2
    return None
