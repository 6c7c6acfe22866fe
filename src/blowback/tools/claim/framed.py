"""Sentences without a verb or noun of the twelve types, where a cue speaks by itself or frames what is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

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
    far = next(((i, j) for i, j, e in words.of("unit", first, last) if e.how == "distance"), None)
    if far and any(words.words[k] in _OURS or words.kinds[k].keys() & SIDES for k in range(first, last)):
        return Clause(first, last, sentence, far, "advance", None, "near")
    here = placed(first, last) or words.any(("placenoun",), first, last)
    sided = words.any(tuple(SIDES), first, last)
    for cue in ("neg", "negdet", "future", "hedge", "if"):
        for i, j, _ in words.of(cue, first, last):
            flat = (
                cue in ("neg", "negdet")
                and sided
                and (words.any(("future",), first, last) or words.words[i] in ("لن", "ولن", "won't"))
            )
            if cue in ("neg", "negdet", "future") and not flat and not here and not _subject_of(words, i, j, sentence):
                continue
            if (
                cue in ("hedge", "if")
                and not (here and sided)
                and not (words.words[i] in ("or", "والا") and words.any(("order", "gear", "supply"), first, last))
            ):
                continue
            if cue == "hedge" and words.words[i] in ("can", "may", "could", "likely", "possible", "i"):
                continue
            return Clause(first, last, sentence, (i, j), "", None, cue)
    if any(w.endswith("كم") and len(w) > 4 for w in words.words[first:last]):
        lan = words.first("neg", first, last)
        if lan and words.words[lan[0]] in ("لن", "ولن"):
            return Clause(first, last, sentence, lan, "", None, "neg")
    for k in range(first, last):
        ours = words.words[k].lstrip("وف")[1:2] == "ن"
        if FUTURE.fullmatch(words.words[k]) and not words.kinds[k] and (ours or here or sided):
            return Clause(first, last, sentence, (k, k + 1), "", None, "future")
    if (
        here
        and any(w in LATER for w in words.words[first:last])
        and any(w == "we" or (w[:1] == "ن" and len(w) > 3) for w in words.words[first:last])
    ):
        at = next(k for k in range(first, last) if words.words[k] in LATER)
        return Clause(first, last, sentence, (at, at + 1), "", None, "future")
    to = next(
        (
            k
            for k in range(first + 1, min(first + 6, last - 1))
            if words.words[k] == "to" and words.words[k + 1].isalpha()
        ),
        None,
    )
    if (
        to is not None
        and (sided or words.any(("person",), first, to))
        and here
        and words.kinds[to - 1].keys() & {*SIDES, "person"}
    ):
        return Clause(
            first, last, sentence, (to, to + 1), "", None, "future"
        )  # a headline's future: "army to pull out"
    if here and sided and words.words[last - 1] != "?":
        told = next((k for k in range(first, last) if _PAST.fullmatch(words.words[k]) and not words.kinds[k]), None)
        if told is not None:
            return Clause(first, last, sentence, (told, told + 1), "", None, "told")
    if words.words[last - 1] == "?" and here:
        return Clause(first, last, sentence, (last - 1, last), "", None, "question")
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
