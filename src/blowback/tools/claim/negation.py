"""Negation and its scope: the verb it stands before, a subject that is nobody, a denial of what follows.

A negation in a relative or subordinate clause stays there. "Failed to", "refused to" negate what did not come about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_DENIES: Final = ("den", "refut", "نف", "ينف", "تنف", "انكر", "ينكر")
_WITHOUT: Final = listed("negation_without")


@dataclass(frozen=True, slots=True)
class Negated:
    """Whether the head is negated, by which words."""

    denies: bool
    at: tuple[int, int] | None = None
    says: str = ""
    twice: bool = False  # a denial of a negation
    lexical: bool = False  # denied by a word such as "denies", not by a negation of the verb


def negated(words: Words, clause: Clause, verb: Group) -> Negated:
    """Whether the clause says that its act did not, does not or will not happen."""
    if clause.cue in ("neg", "negdet"):
        return Negated(True, clause.head, "negation: " + words.said(*clause.head))
    if verb.negation and verb.failed:
        return Negated(False)  # did not fail to
    if _undone(words, clause):
        return Negated(False)
    denied = _denied(words, clause)
    if (
        denied
        and words.words[denied[0]].lstrip("وف").startswith(_DENIES)
        and words.any(("neg", "fail"), denied[1], clause.sentence[1])
    ):
        return Negated(True, denied, "negation: a negation denied", twice=True, lexical=True)
    if verb.negation:
        return Negated(True, verb.negation, "negation: " + words.said(*verb.negation))
    if verb.failed:
        return Negated(True, verb.failed, "negation: did not come about")
    for look in (_cleft, _denied, _nobody, _around, _failing, _after):
        at = look(words, clause)
        if at:
            return Negated(True, at, "negation: " + words.said(*at), lexical=look is _denied)
    return Negated(False)


def _undone(words: Words, clause: Clause) -> bool:
    """Whether a negation meets a failure: "did not fail to", "لم يفشل في"."""
    return any(
        words.any(("neg",), max(clause.first, i - 2), i)
        for i, _, _ in words.of("fail", clause.first, clause.head[0] + 1)
    )


def _cleft(words: Words, clause: Clause) -> tuple[int, int] | None:
    """The scope of "it was not X who did it", "ليس X من فعل": the act is denied of X."""
    first, head = clause.sentence[0], clause.head[0]
    for i, j, _ in words.of("neg", first, min(first + 4, head)):
        said = words.words[i]
        opened = any(words.words[k] == "it" for k in range(first, i)) or said.startswith(("ليس", "مو", "مش"))
        who = any("rel" in words.kinds[k] or words.words[k] == "من" for k in range(j, head))
        if opened and who and not any(words.words[k] in STOP for k in range(j, head)):
            return i, j
    return None


def _denied(words: Words, clause: Clause) -> tuple[int, int] | None:
    """A denial before the head in the same sentence, or one of the whole sentence after it."""
    first, last = clause.sentence
    for i, j, _ in words.of("denial", first, last):
        if i < clause.head[0] and not any(words.words[k] == ";" for k in range(j, clause.head[0])):
            return i, j
        if i >= clause.head[0] and not (i >= clause.last and _new_subject(words, clause.last, i)):
            return i, j
    return None


def _new_subject(words: Words, low: int, high: int) -> bool:
    return any("actor" in words.kinds[k] or "outlet" in words.kinds[k] for k in range(low, high)) and any(
        "conj" in words.kinds[k] for k in range(low, high)
    )


def _nobody(words: Words, clause: Clause) -> tuple[int, int] | None:
    """A subject or object that is none: "no one was killed", "without capturing", "killed no civilians"."""
    head = clause.head
    low = max(clause.first, head[0] - 7)
    for i, j, _ in words.of("negdet", low, min(clause.last, head[1] + 2)):
        if i < head[0]:
            between = range(j, head[0])
            if any(words.words[k] in STOP or "rel" in words.kinds[k] for k in between):
                continue
            if words.words[i] in _WITHOUT and any("verb" in words.kinds[k] for k in between):
                continue
            if words.words[i] == "ولا" and not between:
                return i, j
            return i, j
        if words.words[i] in ("no", "nobody", "none", "nothing", "zero", "not"):
            return i, j
    return None


def _around(words: Words, clause: Clause) -> tuple[int, int] | None:
    """A negated light verb or being before a noun: "there was no attack" is above; "لم يقع هجوم", "did not launch an attack"."""
    head = clause.head
    arabic = not words.words[head[0]].isascii()
    nominal = clause.entry is None or clause.entry.form in ("noun", "masdar", "pass", "ger")
    low = max(clause.first, head[0] - (6 if arabic else 7))
    for i, j, _ in words.of("neg", low, head[0]):
        between = range(j, head[0])
        if any(
            words.words[k] in STOP
            or "rel" in words.kinds[k]
            or ("conj" in words.kinds[k] and words.words[k] not in ("ان", "to", "by", "and"))
            for k in between
        ):
            continue
        others = [
            k
            for k in between
            if not words.kinds[k].keys() & {"adv", "aux", "light", "be", "placenoun", "actor", "fail"}
            and words.words[k] not in ("to", "a", "an", "the", "any", "of")
        ]
        if len(others) <= (2 if nominal else 0):
            return i, j
    return None


def _failing(words: Words, clause: Clause) -> tuple[int, int] | None:
    """A failure a few words before: "failed in its attempt to capture", "فشل الجيش في اقتحام"."""
    head = clause.head[0]
    for i, j, _ in words.of("fail", max(clause.first, head - 7), head):
        if not any(
            words.words[k] in STOP
            or "rel" in words.kinds[k]
            or ("conj" in words.kinds[k] and words.words[k] not in ("to", "ان"))
            for k in range(j, head)
        ):
            return i, j
    return None


def _after(words: Words, clause: Clause) -> tuple[int, int] | None:
    """A head that is the subject of a negated verb: "the attack did not happen", "الهجوم لم يقع", "the assault failed"."""
    entry = clause.entry
    if entry is None or entry.form not in ("noun", "masdar"):
        return None
    high = min(clause.last, clause.head[1] + 5)
    for i, j, _ in words.of("neg", clause.head[1], high):
        if any(words.words[k] in STOP or "rel" in words.kinds[k] for k in range(clause.head[1], i)):
            continue
        nxt = words.kinds[j] if j < len(words.words) else {}
        if "verb" not in nxt:
            return i, j
    return None
