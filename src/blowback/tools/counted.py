"""Numbers in words and digits, English and Arabic: a value, or a range for "dozens" and "عشرات"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from blowback.tools.plain import plain

_DIGITS: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
# "48hrs", "5km", "20k": the number and what is glued to it
GLUED: Final = re.compile(r"(\d+)([a-z]+)")
_BIG: Final = (100, 1000, 1_000_000)


@cache
def _tables() -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    told = tomllib.loads((files(__package__) / "counted.toml").read_text(encoding="utf-8"))
    exact = {word: int(value) for word, value in told["words"].items()}
    for value, words in told["arabic"].items():
        exact |= {plain(word).text: int(value) for word in words.split()}
    loose = {plain(word).text: (int(low), int(high)) for word, (low, high) in told["loose"].items()}
    return exact, loose


def number_words() -> frozenset[str]:
    """Every word that is a number or a range by itself, as `plain` writes it."""
    exact, loose = _tables()
    return frozenset((*exact, *loose))


def value(word: str) -> float | None:
    """The number that one word or numeral of a plain text means; None where it is none."""
    if word[:1].isdigit():
        return float(word.replace(",", "")) if _DIGITS.fullmatch(word) else None
    exact, _ = _tables()
    if word in exact:
        return float(exact[word])
    head, _, tail = word.partition("-")
    if tail and head in exact and tail in exact and 20 <= exact[head] < 100 and exact[tail] < 10:
        return float(exact[head] + exact[tail])
    return float(exact[word[1:]]) if word[:1] == "و" and word[1:] in exact else None


def counted(words: list[str]) -> tuple[float, float, int] | None:
    """The number at the head of a list of plain words: (least, greatest, words used); None where there is none.

    Compounds add up ("three hundred", "خمسة وعشرين", "ألف وخمسمئة"); "dozens of", "عشرات" are ranges.
    """
    if not words:
        return None
    exact, loose = _tables()
    first = words[0]
    if (
        first in ("a", "an")
        and len(words) > 1
        and words[1] in ("dozen", "couple", "few", "pair", "hundred", "thousand")
    ):
        inner = counted(words[1:])
        return None if inner is None else (inner[0], inner[1], inner[2] + 1)
    if first in loose and first not in exact:
        return (*map(float, loose[first]), 1)  # type: ignore[return-value]  # two floats and a one
    got = value(first)
    if got is None:
        return None
    if len(words) > 1 and words[1] in ("dozen", "dozens"):
        return got * 12, got * 12, 2
    return _compound(words, got)


def _compound(words: list[str], got: float) -> tuple[float, float, int]:
    total, current, used, digits = 0.0, got, 1, words[0][:1].isdigit()
    while used < len(words):
        word = words[used]
        joined = word in ("and", "و") and used + 1 < len(words)
        nxt = value(words[used + 1]) if joined else value(word)
        if nxt is None or (words[used + joined])[:1].isdigit():
            break
        bound = joined or word[:1] == "و"
        if digits and nxt not in _BIG:
            break  # "5 three": two numbers
        if nxt in _BIG and current < nxt and not (bound and not word.isascii()):
            current *= nxt
            if nxt >= 1000:
                total, current = total + current, 0.0
        elif (
            (bound and nxt < 1_000_000)
            or (current % 100 == 0 and nxt < 100 and current + total > 0)
            or _teens(current, nxt)
        ) or (20 <= current % 100 < 100 and current % 10 == 0 and 0 < nxt < 10):
            current += nxt
        else:
            break
        used += 1 + joined
    return total + current, total + current, used


def _teens(current: float, nxt: float) -> bool:
    return nxt == 10 and 1 <= current <= 9  # خمسة عشر
