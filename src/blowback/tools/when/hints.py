"""Whether a text may name a time at all: one look at its words, before any pattern runs."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.feasts import feasts

_WORD: Final = re.compile(r"[a-z'\u0621-\u064a]+")
_DATE: Final = re.compile(
    r"(?:in|since|during|until|by|year|throughout) (?:19|20)\d\d|\d[/\-.]\d{1,2}[/\-.]\d|\d:\d\d|\d ?[ap]\.?m\b|\d(?:gmt|utc|hrs|ah|h|ه)\b|\d/\d|on the \d|\bq[1-4]\b|(?:from|between|of) (?:19|20)\d\d|(?:منذ|في|من|بين) (?:19|20)\d\d|at 0\d\d\d|\d(?:st|nd|rd|th)\b|\d ?h\b"
)

_MORE: Final = frozenset(
    ("tonight", "weekend", "الساعه", "oclock", "o'clock", "gmt", "utc", "نصف", "ramadan", "overnight", "fortnight", "eve", "spring", "summer", "autumn", "fall", "winter", "quarter", "noon", "clock", "الربع", "ربيع", "الربيع", "صيف", "الصيف", "خريف", "الخريف", "شتاء", "الشتاء", "العشر", "عام", "سنه")
)  # fmt: skip


def may_name(told: str) -> bool:
    """Whether a plain text has a word or numeral that a time is made of."""
    words = triggers()
    for m in _WORD.finditer(told):
        word = m.group().removesuffix("'s")
        if word in words or word[1:] in words or word[2:] in words:
            return True
    return _DATE.search(told) is not None


@cache
def triggers() -> frozenset[str]:
    """Words without which no text names a time; the first word of a name of several words stands for it."""
    out: set[str] = set()
    for table in ("months", "hijri", "weekdays", "units", "duals"):
        out |= {word.split()[0].split("-")[0] for word in w.names(table)}
    for table in ("days", "parts"):
        out |= {re.split("[ -]", word)[-1] for word in w.names(table)}
    for phrase in (*w.phrases(), *(name for feast in feasts() for name in feast.names)):
        out.add(max(reversed(re.split("[ -]", phrase)), key=len))  # the longest word is the rarest, near enough
    small = frozenset(
        (
            "in",
            "at",
            "on",
            "the",
            "a",
            "an",
            "of",
            "any",
            "no",
            "few",
            "some",
            "as",
            "we",
            "في",
            "من",
            "this",
            "these",
            "last",
        )
    )
    out -= small
    return frozenset(out | _MORE)
