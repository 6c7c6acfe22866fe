"""Threats: intentions addressed to those they are aimed at."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.addressed import addressed
from blowback.tools.claim.clause import Clause, Decided
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import Words

_THREATENED: Final = listed("threats_threatened")
_FOES: Final = listed("threats_foes")


_WARNS: Final = frozenset(("warned", "warns", "warn"))


def strong(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """A threat by its own words, or an order with "or": "leave, or you will be buried here"."""
    first, last = clause.sentence
    form = clause.entry.form if clause.entry else ""
    done = form in ("past", "part", "perf") and not ahead
    at = words.first("threat", first, last)
    if at and words.words[at[0]] in _WARNS and any(w in _DOUBTS for w in words.words[first:last]):
        at = None
    if (
        at
        and not (done and not clause.first <= at[0] < clause.last)
        and not (done and at[1] - at[0] < 2 and words.words[at[0]] not in _THREATENED)
    ):
        return "threat", at, "modality threat: threatens"
    if not done or clause.entry is None:
        to_you = addressed(words, first, last)
        if to_you:
            return "threat", to_you, "modality threat: said to those it is aimed at"
    ordered = verb.imperative or words.any(("order",), first, min(last, first + 6))
    if ordered:
        for k in range(first + 1, last - 1):
            if words.words[k] in ("or", "والا") and (
                words.words[k] == "والا" or words.words[k + 1] in _OR or "verb" in words.kinds[k + 1]
            ):
                return "threat", (k, k + 1), "modality threat: do so, or"
    return None


_KIND: Final = listed("threats_kind")
_DOUBTS: Final = frozenset(("may", "might", "could", "قد"))
_OR: Final = frozenset(("else", "you", "we", "face", "lose", "die", "starve", "your", "be", "they", "i"))


def threat(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """A threat by its words, by whom it calls on, or by whom the verb is aimed at."""
    first, last = clause.sentence
    form = clause.entry.form if clause.entry else ""
    to_you = clause.entry is not None and "u" in clause.entry.how
    if not (ahead or form in ("impf", "fut")):
        return None
    if to_you:
        return "threat", clause.head, "modality threat: the verb is aimed at those addressed"
    at = next(((i, j) for i, j, _ in words.of("address", first, last) if hostile(words, i, j)), None)
    if at and ahead and not (words.words[at[0]] in ("you", "your") and not _at_you(words, clause, at[0])):
        return "threat", at, "modality threat: addressed to those it is aimed at"
    del verb
    return None


def called(words: Words, clause: Clause) -> bool:
    """Whether the sentence calls on foes and speaks to them: "يا روافض لن تناموا"."""
    first, last = clause.sentence
    if any(w.endswith("كم") and len(w) > 4 for w in words.words[first:last]):
        return words.words[clause.head[0]] in ("لن", "ولن") or any(
            "لن" in w and len(w) <= 3 for w in words.words[first:last]
        )
    called = any(
        words.words[i] in ("يا", "ايها", "o") and hostile(words, i, j) for i, j, _ in words.of("address", first, last)
    )
    return called and any(
        words.words[k].startswith("ت") and words.words[k].endswith(("وا", "ون", "و"))
        for k in range(clause.head[0], min(last, clause.head[0] + 3))
    )


def told_you(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether the subject of a negated future is "you": "you will not be safe"."""
    at = verb.first if clause.entry else clause.head[0]
    return any(words.words[k] == "you" for k in range(max(clause.first, at - 2), at + 1))


def hostile(words: Words, i: int, j: int) -> bool:
    """Whether "يا" calls on people it may threaten; "يا بغداد" calls on a town."""
    if words.words[i] not in ("يا", "ايها", "o"):
        return True
    if j >= len(words.words):
        return False
    return words.words[j] in _FOES or bool(words.kinds[j].keys() & {"enemy", "person", "actor"})


def _at_you(words: Words, clause: Clause, at: int) -> bool:
    """Whether "you", "your" is what the act is aimed at, rather than a reader who is told of it."""
    if words.words[at] in ("your", "yours") or at >= clause.head[1]:
        return at < clause.last
    if clause.entry is None:
        return not any(w in _KIND for w in words.words[slice(*clause.sentence)])
    return at >= clause.head[0] - 6 and clause.type in ("attack", "execute", "bombard", "ambush", "detain")
