"""The words of the time grammar from their tables, folded and made into pieces of patterns."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from blowback.tools.counted import number_words, value
from blowback.tools.plain import plain

# No letter or digit before; a conjunction or preposition may be glued to an Arabic word.
B: Final = r"(?<![\w'])"
E: Final = r"(?![\w])"
GLUE: Final = r"(?:[وف]?[بلك]?)"
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ARABIC_TENS: Final = ("عشرين", "ثلاثين", "تلاتين", "أربعين", "خمسين", "ستين", "سبعين", "ثمانين", "تمانين", "تسعين")
_ORDINALS: Final = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]
_ARABIC_ORDINALS: Final = [
    "الأول",
    "الثاني",
    "الثالث",
    "الرابع",
    "الخامس",
    "السادس",
    "السابع",
    "الثامن",
    "التاسع",
    "العاشر",
]


@cache
def told() -> dict[str, Any]:
    """The tables of `words.toml` as they are."""
    return tomllib.loads((files(__package__) / "words.toml").read_text(encoding="utf-8"))


@cache
def phrases() -> dict[str, tuple[str, float, float]]:
    """Set phrases: folded phrase -> (kind, hours from the post, hours to)."""
    lines = (files(__package__) / "phrases.csv").read_text(encoding="utf-8").splitlines()
    return {
        plain(row["phrase"]).text: (row["kind"], float(row["from_h"]), float(row["to_h"]))
        for row in csv.DictReader(lines)
    }


def spelt(word: str) -> str:
    """A word of a table as a plain text has it; `_` stands for a space."""
    return plain(word.replace("_", " ")).text


@cache
def names(table: str) -> dict[str, str]:
    """Word -> key of a table of `words.toml`."""
    return {spelt(word): key for key, words in told()[table].items() for word in words.split()}


@cache
def unsure(table: str) -> frozenset[str]:
    """The names of the table that are ordinary words too."""
    return frozenset(spelt(word) for word in told()["unsure"][table].split())


def choice(words: Iterable[str]) -> str:
    """A pattern of any of the words, longest first; a space matches a hyphen too."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(_escaped(w) for w in ordered) + ")"


def _escaped(word: str) -> str:
    out = "".join(c if c.isalnum() else (r"[ \-]+" if c in " -" else "\\" + c) for c in word)
    return out.replace("\\'", "'?")


@cache
def any_of(table: str) -> str:
    """A pattern of any name of a table."""
    return choice(names(table))


@cache
def number_pattern() -> str:
    """A count: up to four digits or a number word (no bigger than 99 in words)."""
    compounds = [f"{ten} {one}" for ten in _TENS for one in _ONES]
    words = [w for w in number_words() if w not in ("zero", "tens", "pair", "scores", "million", "thousand")]
    arabic = choice(w for w in words if not w.isascii())
    tens = choice(spelt(w) for w in _ARABIC_TENS)
    spoken = rf"{arabic} (?:عشره?(?!\w)|و ?(?:ال)?{tens})"
    few = "an? (?:couple|few|dozen|hundred)(?: of)?"
    return rf"(?:\d{{1,4}}(?:\.\d)?|half an|half a|نصف|نص|ربع|{few}|{spoken}|{choice([*words, *compounds])}|an?)"


@cache
def ordinals() -> Mapping[str, int]:
    """Days of a month in words, both languages."""
    out = {w: k + 1 for k, w in enumerate(_ORDINALS)} | {"thirtieth": 30, "thirty first": 31}
    out |= {f"twenty {w}": 21 + k for k, w in enumerate(_ORDINALS[:9])}
    base = [spelt(w) for w in _ARABIC_ORDINALS]
    out |= {w: k + 1 for k, w in enumerate(base)}
    out |= {f"{w} عشر": k + 11 for k, w in enumerate(["الحادي", *base[1:9]])}
    for tens, start in (("العشرين", 20), ("العشرون", 20), ("الثلاثين", 30), ("الثلاثون", 30)):
        out[tens] = start
        top = 10 if start == 20 else 2
        out |= {f"{w} و{tens}": start + k + 1 for k, w in enumerate(["الحادي", *base[1:9]][: top - 1])}
    # cardinals before a month: "تسعة حزيران", "خمسة عشر أيار", "عشرين آب"
    small = [x for x in number_words() if not x.isascii() and (value(x) or 0) in range(2, 11)]
    out |= {x: int(value(x) or 0) for x in small} | {
        f"{x} {ten}": int(value(x) or 0) + 10 for x in small for ten in ("عشر", "عشره") if value(x) != 10
    }
    for tens, start in (("عشرين", 20), ("ثلاثين", 30), ("تلاتين", 30)):
        out[tens] = start
        out |= {f"{x} و{tens}": start + int(value(x) or 0) for x in small if start == 20 and value(x) != 10}
    return out | {"واحد وعشرين": 21, "اول": 1, "غره": 1}


def any_weekday() -> str:
    """A weekday as it is named, with or without "the day of"."""
    bare = {w: w.removeprefix("ال") for w in names("weekdays") if w.startswith("ال")}
    led = [f"{lead}{b}" for lead in ("لل", "هال") for b in bare.values()]  # "من السبت للاثنين"
    return rf"(?:(?:يوم|نهار) {choice([*bare, *bare.values()])}|{choice([*names('weekdays'), *led])})"


def weekday_of(word: str) -> int:
    """0 Monday .. 6 Sunday of a matched weekday."""
    last = word.rsplit(maxsplit=1)[-1]
    known = names("weekdays")
    return int(known.get(last) or known["ال" + last.removeprefix("لل").removeprefix("هال")])
