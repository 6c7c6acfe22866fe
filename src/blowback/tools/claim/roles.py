"""Who acts and on whom or what: word order and a few prepositions, in English and Arabic; no parser."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lists import listed
from blowback.tools.claim.parts import LONGEST, NONE, Roles
from blowback.tools.claim.roles_ar import arabic
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_STRIKES: Final = listed("roles_strikes")
_OPENING: Final = listed("roles_opening")

_PREPOSITIONS: Final = listed("roles_prepositions")
_SKIP: Final = listed("roles_skip")
_LEADS: Final = {  # preposition before the target of a verb that takes no plain object
    "withdraw": ("from", "out"), "advance": ("towards", "toward", "to", "on", "into", "near", "for"),
    "attack": ("on", "against", "with", "at"), "bombard": ("on", "against", "at"),
    "ambush": ("on", "against", "targeting", "at", "for"), "besiege": ("of", "on", "around"),
    "capture": ("of", "over"), "destroy": ("of",), "detain": ("of",), "execute": ("of",), "seize": ("of",),
    "announce": ("of", "to"),
}  # fmt: skip

_BREAKS: Final = frozenset(
    ("conj", "rel", "verb", "say", "future", "hedge", "aspire", "threat", "plan", "trying", "fail", "if")
)


def roles(words: Words, clause: Clause, verb: Group) -> Roles:
    """Actor and target of a clause."""
    if clause.entry is None:
        return Roles(NONE, NONE)
    if words.words[clause.head[0]].isascii():
        return _english(words, clause, verb)
    return arabic(words, clause, verb)


def _english(words: Words, clause: Clause, verb: Group) -> Roles:
    entry = clause.entry
    if entry is None:
        return Roles(NONE, NONE)
    before = _subject(words, clause, verb)
    by = _by(words, clause)
    if before != NONE and any("noun" in words.kinds[k] for k in range(*before)) and not verb.passive:
        owner = next(((i, j) for i, j, _ in words.of("actor", *before)), None)
        before = before if owner else NONE  # "Russian airstrikes" act, "an attack" is no actor
    if entry.kind == "noun" or entry.form == "masdar":
        by = by if by != NONE else _bearer(words, clause)
        return Roles(
            by if by != NONE else _owner(words, clause),
            _after(words, clause.head[1], clause, _LEADS.get(clause.type, ()), light=True),
        )
    if verb.passive:
        return Roles(by, before)
    if "f" in entry.how and words.words[clause.head[0]].startswith("f"):  # "Mosul fell (to X)"
        told = words.words[clause.head[0] : clause.head[1]]
        at = clause.head[1]
        to = told[-1] == "to" or (at < clause.last and words.words[at] in ("to", "into"))
        return Roles(_phrase(words, at + (told[-1] != "to"), clause.last) if to else NONE, before)
    target = _after(
        words,
        clause.head[1],
        clause,
        _LEADS.get(clause.type, ()),
        direct="i" not in entry.how or words.words[clause.head[1] - 1] in _PREPOSITIONS,
    )
    if "w" in entry.how and entry.value == "attack" and words.words[clause.head[0]].startswith(("die", "dy")):
        return Roles(NONE, before)
    if target == NONE and clause.others:  # "launched an attack on X"
        noun = next((g for g in clause.others if g[0] > clause.head[0]), None)
        if noun:
            target = _after(words, noun[1], clause, _LEADS.get(clause.type, ()))
    return Roles(before, target)


def _subject(words: Words, clause: Clause, verb: Group) -> tuple[int, int]:
    end = verb.first
    while (
        end > clause.first
        and (words.kinds[end - 1].keys() & {"adv", "aux", "hedge", "light"} or words.words[end - 1] == "to")
        and "actor" not in words.kinds[end - 1]
    ):
        end -= 1
    start = end
    while start > clause.first and end - start < LONGEST:
        word, kinds = words.words[start - 1], words.kinds[start - 1]
        if word in STOP or (kinds.keys() & _BREAKS and "actor" not in kinds and "noun" not in kinds and word != "and"):
            break
        if start - 1 in words.timed or word.startswith("@"):
            break
        start -= 1
    start = _named(words, start, end)
    # the first preposition other than "of", "from" ends the name: "fighters of X in Y"
    for k in range(start, end):
        if words.words[k] in _PREPOSITIONS and words.words[k] not in ("of", "from") and k > start:
            end = k
            break
    while (
        start < end
        and (
            words.words[start] in _SKIP
            or words.words[start] in _PREPOSITIONS
            or words.kinds[start].keys() & {"conj", "hedge", "adv"}
            or words.words[start].startswith("@")
        )
        and words.words[start] not in ("we", "us")
    ):
        if "actor" in words.kinds[start]:
            break
        start += 1
    return (start, end) if start < end else NONE


def _named(words: Words, start: int, end: int) -> int:
    """Where the subject begins, if a side is named in it: behind "showing", "finished training and", "breaking news"."""
    side = next((k for k in range(start, end) if words.kinds[k].keys() & {"actor", "own", "enemy", "person"}), start)
    lead = [k for k in range(start, side) if words.words[k].endswith(("ing", "ed", "news")) and not words.kinds[k]]
    return lead[-1] + 1 if lead else start


def _owner(words: Words, clause: Clause) -> tuple[int, int]:
    """Whose act a noun is: "ISIS attack", "Russian airstrike", "launched by" is elsewhere."""
    light = next((i for i, _, _ in words.of("light", clause.first, clause.head[0])), clause.head[0])
    found = [(i, j) for i, j, _ in words.of("actor", clause.first, light)]
    return found[-1] if found else NONE


def _bearer(words: Words, clause: Clause) -> tuple[int, int]:
    """The subject of a verb before the noun: "the regime dropped barrel bombs"."""
    lead = next((g for g in clause.others if g[2].kind == "verb" and g[0] < clause.head[0]), None)
    if lead is None:
        return NONE
    end = lead[0]
    while end > clause.first and words.kinds[end - 1].keys() & {"aux", "adv"}:
        end -= 1
    return _subject(words, clause, Group(first=end))


def _by(words: Words, clause: Clause) -> tuple[int, int]:
    for k in range(clause.head[1], clause.last - 1):
        if words.words[k] in STOP:
            break
        if words.words[k] == "by" and "verb" not in words.kinds[k + 1]:
            got = _phrase(words, k + 1, clause.last)
            if got != NONE and got[0] not in words.timed and not _means(words, got):
                return got
    return NONE


def _means(words: Words, at: tuple[int, int]) -> bool:
    """Whether "by" names a means ("by IED", "by a guided missile"), not somebody."""
    found = range(*at)
    return any("noun" in words.kinds[k] or "gear" in words.kinds[k] for k in found) and not any(
        "actor" in words.kinds[k] for k in found
    )


def _after(
    words: Words, at: int, clause: Clause, leads: tuple[str, ...], *, direct: bool = False, light: bool = False
) -> tuple[int, int]:
    """The phrase after the head: at once for a verb with an object, else behind one of the prepositions."""
    last = clause.last
    if direct:
        got = _phrase(words, at, last)
        if got != NONE:
            return got
    for k in range(at, min(last, at + 8)):
        if words.words[k] in STOP or "verb" in words.kinds[k]:
            break
        if light and words.words[k] in _STRIKES:
            return _phrase(words, k + 1, last)
        if words.words[k] in leads:
            start = k + 1 + (k + 1 < last and words.words[k] == "out" and words.words[k + 1] == "of")
            got = _phrase(words, start, last)
            if got != NONE:
                return got
    return NONE


def _phrase(words: Words, start: int, last: int) -> tuple[int, int]:
    """A noun phrase from here: up to a sign, preposition, joining word or verb."""
    while (
        start < last
        and (words.words[start] in _OPENING or "adv" in words.kinds[start])
        and words.words[start] not in STOP
    ):
        if words.words[start] == "at" and not (start + 1 < last and words.words[start + 1] == "least"):
            break
        counts = start + 1 < last and words.words[start + 1][:1].isdigit()
        if words.words[start] in ("to", "around", "over") and not counts:
            break
        start += 1
    end = start
    while end < last and end - start < LONGEST:
        word, kinds = words.words[end], words.kinds[end]
        if word in STOP:
            break
        if word in _PREPOSITIONS and not (word == "of" and end > start):
            break
        if kinds.keys() & {"conj", "rel", "be", "future"} and "actor" not in kinds and word != "and":
            break
        if word == "and" and (end + 1 >= last or words.kinds[end + 1].keys() & {"verb", "light"} or end == start):
            break
        if end in words.timed or (
            end > start and "verb" in kinds and kinds["verb"][2].form in ("past", "third", "ger")
        ):
            break
        end += 1
    return (start, end) if start < end else NONE
