"""Sentences without a verb or noun of the twelve types, where a cue speaks by itself or frames what is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from blowback.tools.claim.addressed import addressed
from blowback.tools.claim.clause import Clause, Placed
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import FUTURE, SIDES, STOP, Words

_OURS: Final = listed("framed_ours")

# what shows that a word of many meanings ("take", "open", "ضرب") is meant as an act of war
LATER: Final = listed("framed_later")
# a verb of no table in a past form: English "-ed" and some irregular ones, Arabic third person plural
_PAST: Final = re.compile(
    r"[a-z]{2,}(?<!ne)(?<!inde)(?<!unit)ed|drove|went|came|met|took|gave|got|became|brought|built|paid|found|made|began|\w{3,}وا"
)
_UNTYPED: Final = ("threat", "aspire", "bless", "shortage", "near", "plan", "denial", "locate", "weakness", "resource")


def alone(words: Words, sentence: tuple[int, int], placed: Placed) -> Clause | None:
    """A sentence without a verb or noun of the twelve types, where a cue speaks by itself."""
    first, last = sentence
    for cue in _UNTYPED:
        for i, j, _ in words.of(cue, first, last):
            if not _speaks(words, cue, sentence, (i, j), placed):
                continue
            kind = "advance" if cue == "near" else ""
            clause = Clause(first, last, sentence, (i, j), kind, None, cue)
            return replace(clause, type="advance") if cue == "plan" and coming(words, i, j) else clause
    return _framed(words, sentence, placed)


def _framed(words: Words, sentence: tuple[int, int], placed: Placed) -> Clause | None:
    """A statement whose verb is in no table, but which is framed and about a side or place: "we will never leave X"."""
    first, last = sentence
    if far := _distance(words, first, last):
        return Clause(first, last, sentence, far, "advance", None, "near")
    here = placed(first, last) or words.any(("placenoun",), first, last)
    sided = words.any(tuple(SIDES), first, last)
    if not (here or sided):
        return None
    to_you = addressed(words, first, last)
    if to_you:
        return Clause(first, last, sentence, to_you, "", None, "threat")
    for cue, find in (("", _cue), ("future", _future), ("told", _told)):
        got = find(words, sentence, here, sided)
        if got:
            return Clause(first, last, sentence, got[1:], "", None, cue or got[0])
    if words.words[last - 1] == "?" and here:
        return Clause(first, last, sentence, (last - 1, last), "", None, "question")
    return None


Found = tuple[str, int, int]  # cue, first word, past the last


def _distance(words: Words, first: int, last: int) -> tuple[int, int] | None:
    """A distance from somebody of a side: "five kilometres separate us from"."""
    far = next(((i, j) for i, j, e in words.of("unit", first, last) if e.how == "distance"), None)
    ours = any(words.words[k] in _OURS or words.kinds[k].keys() & SIDES for k in range(first, last))
    return far if ours else None


def _cue(words: Words, sentence: tuple[int, int], here: bool, sided: bool) -> Found | None:
    first, last = sentence
    for cue in ("neg", "negdet", "future", "hedge", "if", "questionword", "progress"):
        for i, j, _ in words.of(cue, first, last):
            if cue in ("neg", "negdet", "future") and not here and not _meets(words, cue, i, j, sentence, sided):
                continue
            if cue == "hedge" and words.words[i] in _WEAK:
                continue
            if cue == "questionword" and (i > first + 2 or (words.words[i].isascii() and words.words[last - 1] != "?")):
                continue
            if cue == "progress" and not (here and sided):
                continue
            return cue, i, j
    if any(w.endswith("كم") and len(w) > 4 for w in words.words[first:last]):
        lan = words.first("neg", first, last)
        if lan and words.words[lan[0]] in ("لن", "ولن"):
            return "neg", *lan
    return None


def _meets(words: Words, cue: str, i: int, j: int, sentence: tuple[int, int], sided: bool) -> bool:
    ahead = words.any(("future",), *sentence) or words.words[i] in ("لن", "ولن", "won't")
    return (cue != "future" and sided and ahead) or _subject_of(words, i, j, sentence)


_WEAK: Final = frozenset(("can", "may", "could", "likely", "possible", "i"))


def _future(words: Words, sentence: tuple[int, int], here: bool, sided: bool) -> Found | None:
    """Arabic sa-; a time to come with "we"; a headline's future: "army to pull its guns out"."""
    first, last = sentence
    told = words.words[first:last]
    for k in range(first, last):
        if FUTURE.fullmatch(words.words[k]) and not words.kinds[k]:
            return "future", k, k + 1
    if here and any(w in LATER for w in told) and any(w == "we" or (w[:1] == "ن" and len(w) > 3) for w in told):
        at = next(k for k in range(first, last) if words.words[k] in LATER)
        return "future", at, at + 1
    for k in range(first + 1, min(first + 6, last - 1)):
        if words.words[k] == "to" and words.words[k + 1].isalpha() and words.kinds[k - 1].keys() & {*SIDES, "person"}:
            return "future", k, k + 1
    del sided
    return None


def _told(words: Words, sentence: tuple[int, int], here: bool, sided: bool) -> Found | None:
    """A verb of no table in a past form, where a side and a place are named."""
    first, last = sentence
    if not (here and sided) or words.words[last - 1] == "?":
        return None
    for k in range(first, last):
        if words.kinds[k]:
            continue
        word = words.words[k]
        known = k + 1 < last and words.kinds[k + 1].keys() & {*SIDES, "person"}
        verbal = not word.isascii() and known and (k == first or words.words[k - 1] in STOP) and len(word) > 2
        if _PAST.fullmatch(word) or verbal:
            return "told", k, k + 1
    return None


def _subject_of(words: Words, i: int, j: int, sentence: tuple[int, int]) -> bool:
    """Whether who the frame is about is a side: "we", a group, its men, near the frame."""
    known = SIDES | {"person"}
    arabic = not words.words[i].isascii()
    if arabic and j < sentence[1] and words.words[j][:1] == "ن" and len(words.words[j]) > 3:
        return True
    low, high = (max(sentence[0], i - 4), min(sentence[1], j + 4)) if arabic else (max(sentence[0], i - 5), i)
    if any(words.words[k] in STOP for k in range(low, i)):
        low = max(k + 1 for k in range(low, i) if words.words[k] in STOP)
    return (
        any(words.kinds[k].keys() & known or words.words[k] in ("we", "we'll", "you") for k in range(low, high))
        or words.words[i] == "we'll"
    )


def _speaks(words: Words, cue: str, sentence: tuple[int, int], at: tuple[int, int], placed: Placed) -> bool:
    first, last = sentence
    if cue == "near":
        return words.any((*SIDES, "person", "placenoun"), first, last) or placed(first, last)
    if cue in ("threat", "aspire", "bless"):
        return True
    if cue == "shortage":
        return words.any(("supply", "gear"), max(first, at[0] - 4), last) or "no " in " ".join(
            words.words[at[0] : at[1]]
        )
    if cue == "resource":
        return words.any(("gear",), first, last) or (
            words.any(("unit",), first, last) and any(words.words[k][:1].isdigit() for k in range(first, last))
        )
    if cue == "locate":
        return placed(first, last) or (
            words.any(("placenoun",), first, last) and words.any(("person", "actor", "enemy", "own"), first, last)
        )
    if cue == "weakness":
        return words.any(("actor", "enemy", "person", "own"), first, last)
    if cue == "plan":
        ours = coming(words, *at) or any(words.words[k] in ("we", "our", "نحن", "هدفنا") for k in range(first, last))
        ours = ours or (placed(first, last) and words.any((*SIDES, "person"), first, last))
        return ours and (
            placed(first, last)
            or words.any(("actor", "enemy", "placenoun", "address"), first, last)
            or capital_after(words, at[1], last)
        )
    return placed(first, last) or words.any(("actor", "outlet", "enemy", "person", "placenoun"), first, last)  # denial


def coming(words: Words, i: int, j: int) -> bool:
    """Whether the words say "we are coming"."""
    told = " ".join(words.words[i:j])
    return "coming" in told or "قادم" in told or "جاي" in told or "on our way" in told


def capital_after(words: Words, at: int, last: int) -> bool:
    """Whether one of the next words begins with a capital letter as published: a name, perhaps of a place."""
    at += at < last and words.words[at] == ":"
    return any(
        words.words[k].isalpha() and words.words[k].isascii() and words.capital(k) and words.words[k] != "i"
        for k in range(at, min(last, at + 4))
    )
