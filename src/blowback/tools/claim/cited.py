"""Whom a text cites: "Amaq says", "according to", "via", بحسب, نقلا عن."""

from __future__ import annotations

from typing import Final

from blowback.model.claim import Cue
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import STOP, Words

_ARTICLES: Final = listed("cited_articles")
_ASSERTS: Final = listed("cited_asserts")

_AFTER: Final = listed("cited_after")
_ARABIC_STOP: Final = listed("cited_arabic_stop")
_LONGEST: Final = 6


def cited(words: Words, sentence: tuple[int, int]) -> tuple[str, Cue | None]:
    """The source that a sentence names, as published, and the words that say so; "" where it names none."""
    first, last = sentence
    for i, j, _ in words.of("cite", first, last):
        start = j + (j < last and words.words[j] in (":", "عن", "ل"))
        got = _name(words, start, last)
        if got:
            return _made(words, got, (i, j))
    for i, j, _ in words.of("say", first, last):
        got = _speaker(words, i, j, first, last)
        if got:
            return _made(words, got, (i, j))
    # "Amaq: ..." opens a sentence
    for i, j, _ in words.of("outlet", first, min(last, first + 4)):
        if j < last and words.words[j] in (":", "-"):
            return _made(words, (i, j), (i, j))
    return "", None


def _made(words: Words, name: tuple[int, int], by: tuple[int, int]) -> tuple[str, Cue]:
    start, end = words.span(*by)
    return words.said(*name).strip(), Cue(start, end, "source cited")


def _name(words: Words, start: int, last: int) -> tuple[int, int] | None:
    while start < last and words.words[start] in ("the", "a", "an", "'", "ما", "ل"):
        start += 1
    if start < last and words.words[start].startswith("@"):
        return start, start + 1
    end = start
    while end < last and end - start < _LONGEST:
        word, kinds = words.words[end], words.kinds[end]
        if (
            word in STOP
            or word.startswith("@")
            or kinds.keys() & {"verb", "rel", "say", "be", "aux"}
            or ("conj" in kinds and "outlet" not in kinds)
        ):
            break
        if word in _ARABIC_STOP or (
            word in ("in", "on", "that", "is", "are", "has") and end > start and "actor" not in kinds
        ):
            break
        end += 1
    return (start, end) if end > start else None


def _speaker(words: Words, i: int, j: int, first: int, last: int) -> tuple[int, int] | None:
    if not words.words[i].isascii():
        got = _name(words, j, last)
        return got or words.first("outlet", first, i)
    outlet = words.first("outlet", first, i)
    if outlet:
        return outlet
    after = words.words[j] if j < last else "."
    start = i
    while (
        start > first
        and i - start < _LONGEST
        and words.words[start - 1] not in STOP
        and not words.kinds[start - 1].keys() & {"conj", "rel", "hedge"}
    ):
        start -= 1
    while start < i and words.words[start] in _ARTICLES:
        start += 1
    speaks = after in ("that", ":", '"') or words.words[i] in _ASSERTS
    if start >= i > first and last - j <= 9:
        return _name(words, j, last)  # "..., said a teacher"
    acts = any("verb" in words.kinds[k] and "noun" not in words.kinds[k] for k in range(start, i))
    return (start, i) if speaks and start < i and not acts else None
