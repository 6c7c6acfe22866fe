"""Whether a text may name a time at all: one look at its words, before any pattern runs."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.feasts import feasts

_WORD: Final = re.compile(r"[a-z'\u0621-\u064a]+")
_DATE: Final = re.compile(
    r"(?:in|since|during|until|by|year|throughout) (?:19|20)\d\d|\d[/\-.]\d{1,2}[/\-.]\d|\d:\d\d|\d ?[ap]\.?m\b|\d ?(?:gmt|utc|hrs|ah|h|ه)\b|(?:early|mid|late|of)[ \-](?:19|20)\d\d|(?:مطلع|نهايه|اواخر|منتصف|اوائل|بدايه|اواسط|قبل|حتي) (?:19|20)\d\d|\d ?/ ?\d|on the \d|\bq[1-4]\b|(?:from|between|of) (?:19|20)\d\d|(?:منذ|في|من|بين) (?:19|20)\d\d|at 0\d\d\d|\d(?:st|nd|rd|th)\b|\d ?h\b"
)

_MORE: Final = frozenset(
    ("tonight", "tonite", "2nite", "hundred", "عامي", "بشهر", "weekend", "الساعه", "oclock", "o'clock", "gmt", "utc", "نصف", "ramadan", "overnight", "fortnight", "eve", "spring", "summer", "autumn", "fall", "winter", "quarter", "noon", "clock", "الربع", "ربيع", "الربيع", "صيف", "الصيف", "خريف", "الخريف", "شتاء", "الشتاء", "العشر", "عام", "سنه")
)  # fmt: skip


# in so many texts that they would let nearly all pass: a phrase is known by its other words, or as a whole
_COMMON: Final = frozenset(
    (
        "from", "up", "other", "just", "time", "right", "matter", "come", "power", "muslim", "little", "long", "once", "speak", "cross", "light", "small", "short",
        "international", "second", "before", "while", "very", "these", "those", "future", "islamic", "good", "first", "feast", "women's", "around", "course", "corner", "back",
        "the", "this", "last", "some", "any", "few", "not", "our", "and", "for", "with", "into", "over", "in", "at", "on", "a", "an", "of", "no", "as", "we", "or", "so", "to", "be",
        "في", "من", "علي", "الي", "هذه", "هذا", "قبل", "بعد", "منذ", "خلال", "كل", "وقت", "الوقت", "اي", "بين", "ليله",
    )
)  # fmt: skip


def may_name(told: str) -> bool:
    """Whether a plain text has a word or numeral that a time is made of."""
    words = triggers()
    for m in _WORD.finditer(told):
        word = m.group().strip("'").removesuffix("'s")
        if word in words or (
            not word.isascii() and (word[1:] in words or word[2:] in words or word[3:] in words)
        ):  # clitics
            return True
    return _DATE.search(told) is not None or _whole().search(told) is not None


def _key(phrase: str) -> str:
    """The word that stands for a phrase: its longest that is not common; empty where all are."""
    words = [x for x in re.split("[ -]", phrase) if x not in _COMMON]
    return max(reversed(words), key=len, default="")


@cache
def _whole() -> re.Pattern[str]:
    """Phrases of common words only."""
    return re.compile(w.B + w.choice(p for p in _phrases() if not _key(p)) + w.E)


def _phrases() -> list[str]:
    return [*w.phrases(), *(name for feast in feasts() for name in feast.names)]


@cache
def triggers() -> frozenset[str]:
    """Words without which hardly any text names a time; one word of a name of several words stands for it."""
    out: set[str] = set()
    for table in ("months", "hijri", "weekdays", "units", "duals"):
        out |= {word.split()[0].split("-")[0] for word in w.names(table)}
    out |= {_key(p) for p in _phrases()}
    out -= {*_COMMON, "", "h"}
    for table in ("days", "parts"):
        out |= {re.split("[ -]", word)[-1] for word in w.names(table)}
    out |= {"هال" + word.removeprefix("ال") for word in w.names("weekdays") if word.startswith("ال")}
    return frozenset(out | _MORE)
