"""The language of a text: eldc, and a rule for Arabic in Latin letters, which no detector knows."""

from __future__ import annotations

import pyarrow as pa

from blowback.tools.strings import Strings


def language_of(text: str) -> str:
    """ISO 639-1 of the text, "arabizi", or "" where it cannot be told."""
    return str(languages_of(pa.array([text]))[0].as_py())


def languages_of(texts: Strings) -> pa.Array:
    """`language_of` of many texts; "" for a null."""
    raise NotImplementedError
