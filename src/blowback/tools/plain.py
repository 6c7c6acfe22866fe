"""A text as patterns read it: one form for each letter and digit, links masked; every offset leads back to the text.

Nearly all texts keep their length, so that an offset is the same in both. Where a mark vanishes (tatweel, vowel
signs, bidi controls) or a character falls apart (ligatures, mathematical letters) a map is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Deleted: tatweel, harakat, zero-width and bidi controls, variation selectors.
_GONE: Final = re.compile(
    "[\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f\u061c\u00ad]"
)
# Characters that NFKC takes apart or gives an ordinary form: presentation forms, full width, mathematical letters.
_COMPOSED: Final = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uff01-\uff5e\U0001d400-\U0001d7ff]")
_LINK: Final = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|t\.co/|t\.me/)\S+")
_HANDLE: Final = re.compile(r"@\w*_\w*", re.ASCII)
_CARRIED: Final = re.compile(r"^\s*rt @\w+:?")
_LETTERS: Final = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه",
    "ک": "ك", "گ": "ك", "ڪ": "ك", "چ": "ج", "پ": "ب", "ڤ": "ف",
    "،": ",", "؛": ";", "؟": "?", "٪": "%", "٫": ".", "٬": ",", "…": ".", "۔": ".",
    "“": '"', "”": '"', "«": '"', "»": '"', "„": '"', "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "_": " ", "#": " ", "\0": " ", "\t": " ", "\r": " ", "\u00a0": " ",
    "İ": "i", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip


def _table() -> dict[int, str]:
    table = {ord(a): b for a, b in _LETTERS.items()}
    for zero in (0x0660, 0x06F0, 0x0966):
        table |= {zero + k: str(k) for k in range(10)}
    # pictures: a space, never a letter
    for low, high in ((0x1F000, 0x1FAFF), (0x2190, 0x21FF), (0x2300, 0x23FF), (0x2500, 0x27BF), (0x2B00, 0x2BFF)):
        table |= dict.fromkeys(range(low, high + 1), " ")
    table |= dict.fromkeys((*range(1, 9), *range(11, 32), 127), " ")
    return table


_TABLE: Final = _table()

# a handle, letters with digits (t72), a number (with the unit glued to it cut off), letters, one sign
TOKEN: Final = re.compile(r"@\w+|[^\W\d]+\d\w*|\d+(?:[.,]\d+)*|[^\W\d]+(?:['\-][^\W\d]+)*|[^\w \t]")


@dataclass(frozen=True, slots=True)
class Plain:
    """The form that patterns read, with the way back."""

    text: str
    origin: tuple[int, ...] | None  # of each character: its offset in the published text; None where nothing moved

    def span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of the plain form as offsets into the published text."""
        if self.origin is None:
            return start, end
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else (self.origin[-1] + 1 if self.origin else 0)
            return at, at
        return self.origin[start], self.origin[end - 1] + 1


def plain(text: str) -> Plain:
    """Letters, digits and signs in one form, lower case, links and the head of a carried post masked by spaces."""
    origin = None
    if not text.isascii() and (_GONE.search(text) or _COMPOSED.search(text)):
        text, origin = _moved(text)
    told = text.translate(_TABLE).lower()
    if len(told) != len(text):  # a capital that has no lower-case form of one character
        told = "".join(c.lower() if len(c.lower()) == 1 else c for c in text.translate(_TABLE))
    if "@" in told and "_" in text:  # handles stay whole
        for m in _HANDLE.finditer(text):
            told = told[: m.start()] + m.group().lower() + told[m.end() :]
    if "&" in told:
        told = told.replace("&amp;", " and ").replace("&lt;", "    ").replace("&gt;", "    ")
    if "/" in told or "www." in told:
        told = _LINK.sub(_blank, told)
    if "rt @" in told[:12]:
        told = _CARRIED.sub(_blank, told, count=1)
    return Plain(told, origin)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _moved(text: str) -> tuple[str, tuple[int, ...]]:
    out: list[str] = []
    origin: list[int] = []
    for k, c in enumerate(text):
        if _GONE.match(c):
            continue
        for part in unicodedata.normalize("NFKC", c) if _COMPOSED.match(c) else c:
            out.append(part)
            origin.append(k)
    return "".join(out), tuple(origin)
