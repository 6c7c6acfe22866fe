"""How a claim is meant, and whether it is affirmed or negated: rules in the order of how specific they are.

Question, release, wish, condition, order, denial, threat, hedge, intention, progress, report. "Insha'Allah" is neither
doubt nor certainty and is in no list. The rules are those of reference page 4.2; cues are data files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from blowback.model.claim import Cue, Modality
from blowback.tools.claim import outside
from blowback.tools.claim.clause import Clause, Decided
from blowback.tools.claim.framed import LATER
from blowback.tools.claim.lists import listed
from blowback.tools.claim.negation import Negated, negated
from blowback.tools.claim.tense import Group, cue
from blowback.tools.claim.threats import called, strong, threat, told_you
from blowback.tools.claim.tokens import FUTURE, STOP, Words

_AUXILIARIES: Final = listed("modality_auxiliaries")
_PAST_MARKS: Final = listed("modality_past_marks")

_UNDER_WAY: Final = frozenset(("advance", "besiege"))
_RAGING: Final = frozenset(("advance", "besiege", "attack", "bombard"))
_REPORTED: Final = listed("modality_reported")


@dataclass(frozen=True, slots=True)
class Meant:
    """What was decided, and by which words."""

    modality: Modality
    negated: bool
    future: bool
    cues: tuple[Cue, ...]


def meant(words: Words, clause: Clause, verb: Group, *, only: bool) -> Meant:
    """Decide modality and polarity of a clause; `only` says that it is the only one of its sentence."""
    ahead = _ahead(words, clause, verb)
    no = negated(words, clause, verb)
    for rule in (
        outside.question,
        outside.release,
        outside.everyday,
        strong,
        outside.wish,
        outside.condition,
        outside.order,
    ):
        got = rule(words, clause, verb, ahead)
        if got:
            modality, at, says = got
            return _made(words, modality, at, says, no, ahead)
    if no.denies and ahead and (told_you(words, clause, verb) or called(words, clause)):
        return _made(words, "threat", no.at or clause.head, "modality threat: you will not", no, ahead)
    doubt = _hedge(words, clause, verb, ahead)
    if doubt and not (no.denies and no.lexical):  # "reportedly did not enter" is hedged; "denies reports" is a denial
        return _made(words, *doubt, no, ahead)
    if no.denies:
        return _made(words, "denial", no.at or clause.head, no.says, no, ahead)
    for rule in (threat, _intention, _progress):
        got = rule(words, clause, verb, ahead)
        if got:
            modality, at, says = got
            return _made(words, modality, at, says, no, ahead)
    del only
    form = clause.entry.form if clause.entry else clause.cue
    return _made(words, "report", clause.head, f"modality report: {form or 'stated'}", no, ahead)


def _made(words: Words, modality: Modality, at: tuple[int, int], says: str, no: Negated, ahead: bool) -> Meant:
    cues = [cue(words, at, says)]
    if no.denies and no.at and no.at != at:
        cues.append(cue(words, no.at, no.says))
    return Meant(modality, _net(words, modality, no, at), ahead, tuple(cues))


def _net(words: Words, modality: Modality, no: Negated, at: tuple[int, int]) -> bool:
    """Whether the claim is negated on the whole: questions and threats never are; a denied negation is affirmed."""
    if modality in ("question", "threat") or no.twice:
        return False
    if modality == "aspiration":
        return any(i >= at[0] for i, _, _ in words.of("neg", at[0], len(words.words)) if words.words[i] not in ("غير",))
    if modality == "conditional" and not no.denies:
        told = words.words[at[0] :]
        return any(w in ("لن", "ولن", "فلن", "won't", "wont") for w in told) or any(
            a in ("will", "would") and b == "not" for a, b in pairwise(told)
        )
    return no.denies


def _ahead(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether the clause looks ahead: a future, a plan, or a present with a word such as "soon"."""
    form = clause.entry.form if clause.entry else ""
    if verb.future or verb.planned or form == "fut":
        return True
    if clause.entry is None:
        willed = clause.cue == "neg" and any(
            "future" in words.kinds[k]
            for k in range(max(0, clause.head[0] - 2), clause.head[1] + 1)
            if k < len(words.words)
        )
        return (
            willed
            or clause.cue in ("threat", "plan", "future")
            or words.words[clause.head[0]] in ("won't", "wont", "لن", "ولن")
        )
    told = words.words[clause.first : clause.last]
    soon = bool(LATER & set(told)) or (
        bool(_STARTS & set(told)) and any(k in words.timed for k in range(clause.first, clause.last))
    )
    if form in ("impf", "ger", "third", "base", "noun", "masdar") and soon:
        return True
    if form == "base" and verb.infinitive:
        return not verb.failed and not verb.tried
    if _willed(words, clause):
        return True
    if form == "impf" and "1" in clause.entry.how and clause.type not in _RAGING:
        return True
    return form in ("noun", "masdar") and _planned_before(words, clause) is not None


_STARTS: Final = listed("modality_starts")


def _willed(words: Words, clause: Clause) -> bool:
    """Whether an Arabic future of a verb in no table stands before the head: "سنعلن أسماء ١٢ أسيرا", "راح ناخذ سيطرة"."""
    low = max(clause.first, clause.head[0] - 4)
    for k in range(low, clause.head[0]):
        if FUTURE.fullmatch(words.words[k]) and "noun" not in words.kinds[k]:
            return True
        if words.words[k] in ("راح", "رح", "سوف") and not words.words[k].isascii():
            return True
    form = clause.entry.form if clause.entry else ""
    after = range(clause.head[1], clause.last) if form in ("masdar", "noun") else range(0)
    return any(FUTURE.fullmatch(words.words[k]) and "noun" not in words.kinds[k] for k in after)


def _planned_before(words: Words, clause: Clause) -> tuple[int, int] | None:
    found = [(i, j) for i, j, e in words.of("plan", clause.first, clause.last)] + [
        (i, j) for i, j, _ in words.of("future", clause.first, clause.head[0])
    ]
    return found[0] if found else None


def _hedge(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    if verb.modal:
        return "hedged", verb.modal, "modality hedged: low commitment"
    first, last = clause.sentence
    for i, j, _ in words.of("hedge", first, last):
        word = words.words[i]
        if word in _AUXILIARIES:
            continue  # only beside the verb
        if word.startswith(("report", "claims")) and not _unowned(words, i, first):
            continue
        if i >= clause.head[1] and i >= clause.last and word not in _WHOLE:
            continue
        return "hedged", (i, j), "modality hedged: low commitment"
    del ahead
    return None


_WHOLE: Final = listed("modality_whole")


def _unowned(words: Words, at: int, first: int) -> bool:
    """Whether "reports" has nobody before it who reports."""
    if words.words[at].startswith("reported"):
        return True
    if words.words[at].startswith("claims"):
        return not any(words.kinds[k].keys() & {"outlet", "actor"} for k in range(max(first, at - 4), at))
    if at == first or words.words[at - 1] in STOP:
        return True
    return words.words[at - 1] in _REPORTED


def _intention(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    form = clause.entry.form if clause.entry else ""
    if clause.cue in ("plan", "threat", "future"):
        return "intention", clause.head, "modality intention: stated plan"
    if verb.tried and not verb.future and form == "base":
        return None
    if verb.planned:
        return "intention", verb.planned, "modality intention: a plan"
    if (ahead and form not in ("past", "perf", "part")) or verb.future:
        return "intention", (verb.first, clause.head[1]), "modality intention: future"
    if form in ("noun", "masdar", "pass"):
        at = _planned_before(words, clause)
        if at and at[0] < clause.head[1] + 6:
            return "intention", at, "modality intention: a plan"
    return None


def _progress(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    entry = clause.entry
    form = entry.form if entry else ""
    if clause.cue == "near" or verb.continuous:
        return "progress", clause.head, "modality progress: under way"
    at = words.first("progress", clause.first, clause.last)
    finite = form in ("past", "part", "perf", "third")
    if at and not (
        finite
        and words.words[at[0]] not in ("still", "continue", "continues", "continuing")
        and clause.type not in _UNDER_WAY
    ):
        return "progress", at, "modality progress: under way"
    if entry is None:
        return None
    if (
        clause.type == "besiege"
        and (form == "pass" or (verb.passive and form in ("part", "past")))
        and not _dated(words, clause)
    ):
        return "progress", clause.head, "modality progress: besieged"
    if (
        form == "impf"
        and clause.type in _RAGING
        and (clause.type in _UNDER_WAY or "1" in entry.how or _opening(words, clause, verb))
    ):
        return "progress", clause.head, "modality progress: present"
    if (
        form == "base"
        and clause.type in _UNDER_WAY
        and entry.kind == "verb"
        and words.words[clause.head[0]] not in _SAME
    ):
        return "progress", clause.head, "modality progress: present"
    del ahead
    return None


_SAME: Final = frozenset(("cut", "hit", "quit", "set", "beat"))  # base and past are one form


def _opening(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether a present opens its clause: "يقصف الطيران ..." is under way; "الطيران يقصف" is how headlines report."""
    return all(words.words[k] in STOP or words.words[k].isascii() for k in range(clause.first, verb.first))


def _dated(words: Words, clause: Clause) -> bool:
    return any(w in _PAST_MARKS for w in words.words[clause.first : clause.last])
