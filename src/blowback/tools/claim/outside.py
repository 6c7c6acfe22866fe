"""What is no statement of fact or plan: questions, releases, wishes, conditions, orders."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Clause, Decided
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_BEFORE_SUBJECT: Final = listed("outside_before_subject")
_DONE_FORMS: Final = listed("outside_done_forms")

_ASKED: Final = listed("outside_asked")
_MEDIA: Final = listed("outside_media")


def question(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """Asked, not said."""
    first, last = clause.sentence
    start = next(
        (k for k in range(first, last) if words.words[k] not in STOP and not words.words[k].startswith("@")), first
    )
    asked = words.words[last - 1] == "?"
    phrase = words.first("question", start, start + 2) or words.first("questionword", start, start + 1)
    if asked:
        return "question", (last - 1, last), "modality question: question mark"
    if (
        phrase
        and words.words[phrase[0]] not in _ASKED
        and not (phrase[1] - phrase[0] == 1 and words.words[phrase[0]].isascii())
    ):
        return "question", phrase, "modality question: asked"
    # "did isis capture Tikrit": an auxiliary before its subject
    if (
        words.words[start] in _BEFORE_SUBJECT
        and start + 1 < last
        and "actor" in words.kinds[start + 1]
        and words.words[start + 1] != words.words[start]
    ):
        return "question", (start, start + 1), "modality question: verb before its subject"
    del verb, ahead
    return None


def release(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """A video or issue that is coming: no claim."""
    first, last = clause.sentence
    film, soon = words.first("release", first, last), words.first("soon", first, last)
    if not film or not soon:
        return None
    if (
        clause.entry is None
        or ahead
        or clause.entry.kind == "noun"
        or clause.entry.form in ("masdar", "ger", "base")
        or clause.type == "announce"
    ):
        return "none", film, "modality none: a release that is coming"
    del verb
    return None


def everyday(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """Weather, sport, weddings, history: the verbs of war in another life."""
    at = words.first("everyday", *clause.sentence)
    if at is None or words.any(("enemy", "own", "actor"), *clause.sentence):
        return None
    del verb, ahead
    return "none", at, "modality none: of everyday life"


def wish(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """A wish or prayer: never scored."""
    first, last = clause.sentence
    head = clause.head[0]
    form = clause.entry.form if clause.entry else ""
    done = form in _DONE_FORMS and not ahead
    wish = words.first("aspire", first, head + 1) or _optative(words, first, head)
    if wish is None and not done:
        wish = words.first("aspire", head, last) or words.first("dream", first, last)
    if wish is None and clause.entry is None:
        wish = words.first("bless", first, last)
    if wish is None:
        return None
    if wish[0] > head and done:
        return None
    # "our dream came true", a wish and then, after a stop and a new subject, a report: the wish keeps to its own part
    if (
        done
        and clause.first > wish[1]
        and words.words[clause.first - 1] in (":", "(", ")")
        and form in ("past", "perf")
    ):
        return None
    del verb
    return "aspiration", wish, "modality aspiration: a wish or prayer"


def _optative(words: Words, first: int, head: int) -> tuple[int, int] | None:
    """A wish by "may" at the head of a sentence, before a subject; not the month, not "may attack"."""
    k = next(
        (k for k in range(first, head) if words.words[k] not in STOP and words.words[k] not in ("and", "so", "amen")),
        head,
    )
    if k >= head or words.words[k] != "may" or k in words.timed:
        return None
    after = words.words[k + 1]
    return None if after[:1].isdigit() or after in ("be", "have", "well", "or") or k + 1 == head else (k, k + 1)


def condition(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """Only if something else comes about."""
    first, last = clause.sentence
    at = _if(words, clause, ahead) or _inverted(words, first, last) or (_any_that(words, clause) if ahead else None)
    if at is None or (words.words[at[0]] == "otherwise" and clause.entry is not None and clause.entry.form == "past"):
        return None
    if words.words[at[0]] == "whoever" and not ahead:
        return None
    # a condition in a later clause of its own does not reach back over a stop ("X fell. If ...")
    del verb
    return "conditional", at, "modality conditional: a condition"


def _if(words: Words, clause: Clause, ahead: bool) -> tuple[int, int] | None:
    """A conditional word; "once" and "إن" only at the head of a sentence that looks ahead."""
    first, last = clause.sentence
    for i, j, _ in words.of("if", first, last):
        if words.words[i] == "once" and not (ahead and i <= first + 1):
            continue
        return i, j
    told = words.words[first:last]
    if (
        told[:1] in (["no"], ["لا"])
        and told.count(told[0]) == 2
        and not any("verb" in words.kinds[k] and words.kinds[k]["verb"][2].form != "masdar" for k in range(first, last))
    ):
        return first, first + 1  # "no fuel, no attack"
    for k in range(first, last - 2):
        if words.words[k] in ("كان", "كانت") and any(
            w[:2] in ("لي", "لت") and len(w) > 4 for w in told[k - first + 1 : k - first + 4]
        ):
            return k, k + 1  # would have
    for k in range(first, min(first + 2, last - 1)):
        if words.words[k] == "ان" and words.said(k, k + 1) == "إن" and not words.words[k + 1].startswith("ال"):
            later = range(k + 2, last)
            if any("verb" in words.kinds[x] and words.kinds[x]["verb"][2].form == "fut" for x in later) or any(
                "future" in words.kinds[x] for x in later
            ):
                return k, k + 1
    return None


def _any_that(words: Words, clause: Clause) -> tuple[int, int] | None:
    """Condition by "any": "any village that shelters them will burn": whoever it is, if."""
    first = clause.sentence[0]
    for k in range(first, min(first + 3, clause.head[0])):
        if words.words[k] in ("any", "اي", "without", "بدون", "دون"):
            return k, k + 1
    return None


def _inverted(words: Words, first: int, last: int) -> tuple[int, int] | None:
    """Condition by inversion: "had the army stayed, ...", "should they return, ..."."""
    start = next((k for k in range(first, last) if words.words[k] not in STOP), first)
    told = words.words[start:last]
    if (
        told[:1]
        and told[0] in ("had", "should", "were")
        and "," in told
        and ("would" in told or "will" in told or "wouldn't" in told)
    ):
        return start, start + 1
    return None


def order(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    """An order, a duty, a solicitation: no claim."""
    if (
        verb.imperative
        and clause.head[1] < len(words.words)
        and words.words[clause.head[1]] not in STOP
        and not _commands(words, clause.head[1])
    ):
        return None
    if verb.imperative:
        return "none", clause.head, "modality none: an order"
    if verb.must:
        return "none", verb.must, "modality none: an order or a duty"
    first = clause.sentence[0]
    form = clause.entry.form if clause.entry else ""
    told = words.first("order", clause.first, clause.head[0] + 1) or words.first(
        "solicit", clause.first, clause.head[0] + 1
    )
    if told is None and clause.first > first:
        told = next(((i, j) for i, j, _ in words.of("order", first, clause.first) if i <= first + 3), None)
        if told and form in ("past", "perf", "third", "fut"):
            told = None
    if told is None or clause.cue == "shortage":
        return None
    word = words.words[told[0]]
    ascii_ = word.isascii()
    opening = _opens(words, told[0], first)
    finite = form in ("past", "perf", "third", "fut", "part") or (ahead and verb.future)
    if ascii_ and finite and not (opening and word in _MEDIA):
        return None
    if ascii_ and not opening and told[1] - told[0] == 1 and word in _MEDIA:
        return None
    if not ascii_ and finite and not opening:
        return None
    return "none", told, "modality none: an order or solicitation"


def _commands(words: Words, at: int) -> bool:
    """Whether what follows a base form can be its object: "kill the ...", "burn them", "attack Toran"."""
    kinds = words.kinds[at].keys()
    return (
        bool(kinds & {"enemy", "own", "person", "civil", "placenoun", "gear", "actor"})
        or words.words[at] in _OBJECTS
        or words.capital(at)
        or words.words[at][:1].isdigit()
    )


_OBJECTS: Final = listed("outside_objects")


def _opens(words: Words, at: int, first: int) -> bool:
    return all(
        words.words[k] in STOP
        or words.words[k].startswith("@")
        or "address" in words.kinds[k]
        or "own" in words.kinds[k]
        for k in range(first, at)
    )
