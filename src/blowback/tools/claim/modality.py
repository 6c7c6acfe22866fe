"""How a claim is meant, and whether it is affirmed or negated: rules in the order of how specific they are.

Question, release, wish, condition, order, denial, threat, hedge, intention, progress, report. "Insha'Allah" is neither
doubt nor certainty and is in no list. The rules are those of reference page 4.2; cues are data files beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.model.claim import Cue, Modality
from blowback.tools.claim.clauses import LATER, Clause
from blowback.tools.claim.negation import Negated, negated
from blowback.tools.claim.tense import Group, cue
from blowback.tools.claim.tokens import STOP, Words

_UNDER_WAY: Final = frozenset(("advance", "besiege"))
_RAGING: Final = frozenset(("advance", "besiege", "attack", "bombard"))
_ASKED: Final = frozenset("did does do has have is are was were will would can could should".split())
_REPORTED: Final = frozenset(("are", "some", "many", "initial", "early", "conflicting", "unconfirmed", "multiple", "several", "more", "local", "new", "other", "of", "media", "to", "breaking", "hearing", "with", "getting", "receiving", "the", "were", "have"))


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
    for rule in (_question, _release, _wish, _condition, _order):
        got = rule(words, clause, verb, ahead)
        if got:
            modality, at, says = got
            return _made(words, modality, at, says, no, ahead)
    if no.denies and ahead and (_told_you(words, clause, verb) or _called(words, clause)):
        return _made(words, "threat", no.at or clause.head, "modality threat: you will not", no, ahead)
    if no.denies:
        return _made(words, "denial", no.at or clause.head, no.says, no, ahead)
    for rule in (_threat, _hedge, _intention, _progress):
        got = rule(words, clause, verb, ahead)
        if got:
            modality, at, says = got
            return _made(words, modality, at, says, no, ahead)
    del only
    form = clause.entry.form if clause.entry else clause.cue
    return _made(words, "report", clause.head, f"modality report: {form or 'stated'}", no, ahead)


Decided = tuple[Modality, tuple[int, int], str]


def _made(words: Words, modality: Modality, at: tuple[int, int], says: str, no: Negated, ahead: bool) -> Meant:
    cues = [cue(words, at, says)]
    if no.denies and no.at and no.at != at:
        cues.append(cue(words, no.at, no.says))
    return Meant(modality, no.denies, ahead, tuple(cues))


def _first(words: Words, kind: str, low: int, high: int) -> tuple[int, int] | None:
    return next(((i, j) for i, j, _ in words.of(kind, low, high)), None)


def _ahead(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether the clause looks ahead: a future, a plan, or a present with a word such as "soon"."""
    form = clause.entry.form if clause.entry else ""
    if verb.future or verb.planned or form == "fut":
        return True
    if clause.entry is None:
        willed = clause.cue == "neg" and any("future" in words.kinds[k] for k in range(max(0, clause.head[0] - 2), clause.head[1] + 1) if k < len(words.words))
        return willed or clause.cue in ("threat", "plan", "future") or words.words[clause.head[0]] in ("won't", "wont", "لن", "ولن")
    told = words.words[clause.first : clause.last]
    soon = bool(LATER & set(told)) or (bool(_STARTS & set(told)) and any(k in words.timed for k in range(clause.first, clause.last)))
    if form in ("impf", "ger", "third", "base", "noun", "masdar") and soon:
        return True
    if form == "base" and verb.infinitive:
        return True
    if form == "impf" and "1" in clause.entry.how and clause.type not in _RAGING:
        return True
    return form in ("noun", "masdar") and _planned_before(words, clause) is not None


_STARTS: Final = frozenset("starts begins start begin commences kicks تنطلق ينطلق تبدا يبدا ستنطلق ستبدا سينطلق سيبدا".split())


def _planned_before(words: Words, clause: Clause) -> tuple[int, int] | None:
    found = [(i, j) for i, j, e in words.of("plan", clause.first, clause.last)] + [(i, j) for i, j, _ in words.of("future", clause.first, clause.head[0])]
    return found[0] if found else None


def _question(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    first, last = clause.sentence
    start = next((k for k in range(first, last) if words.words[k] not in STOP and not words.words[k].startswith("@")), first)
    asked = words.words[last - 1] == "?"
    phrase = _first(words, "question", start, start + 2) or _first(words, "questionword", start, start + 1)
    if asked:
        return "question", (last - 1, last), "modality question: question mark"
    if phrase and words.words[phrase[0]] not in _ASKED and not (phrase[1] - phrase[0] == 1 and words.words[phrase[0]].isascii()):
        return "question", phrase, "modality question: asked"
    # "did isis capture Tikrit": an auxiliary before its subject
    if words.words[start] in ("did", "does", "has", "have", "is", "are", "was", "were", "will") and start + 1 < last and "actor" in words.kinds[start + 1] and words.words[start + 1] != words.words[start]:
        return "question", (start, start + 1), "modality question: verb before its subject"
    del verb, ahead
    return None


def _release(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    first, last = clause.sentence
    film, soon = _first(words, "release", first, last), _first(words, "soon", first, last)
    if not film or not soon:
        return None
    if clause.entry is None or ahead or clause.entry.kind == "noun" or clause.entry.form in ("masdar", "ger", "base") or clause.type == "announce":
        return "none", film, "modality none: a release that is coming"
    del verb
    return None


def _wish(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    first, last = clause.sentence
    head = clause.head[0]
    form = clause.entry.form if clause.entry else ""
    done = form in ("past", "part", "perf", "third", "ger", "noun", "masdar", "pass") and not ahead
    wish = _first(words, "aspire", first, head + 1)
    if wish is None and not done:
        wish = _first(words, "aspire", head, last) or _first(words, "dream", first, last)
    if wish is None and clause.entry is None:
        wish = _first(words, "bless", first, last)
    if wish is None:
        return None
    if wish[0] > head and done:
        return None
    # "our dream came true", a wish and then, after a stop and a new subject, a report: the wish keeps to its own part
    if done and clause.first > wish[1] and words.words[clause.first - 1] in (":", "(", ")") and form in ("past", "perf"):
        return None
    del verb
    return "aspiration", wish, "modality aspiration: a wish or prayer"


def _condition(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    first, last = clause.sentence
    at = _first(words, "if", first, last) or _inverted(words, first, last) or (_any_that(words, clause) if ahead else None)
    if at is None or words.words[at[0]] == "otherwise" and clause.entry is not None and clause.entry.form == "past":
        return None
    if words.words[at[0]] in ("whoever",) and not ahead:
        return None
    # a condition in a later clause of its own does not reach back over a stop ("X fell. If ...")
    del verb
    return "conditional", at, "modality conditional: a condition"


def _any_that(words: Words, clause: Clause) -> tuple[int, int] | None:
    """"Any village that shelters them will burn": whoever it is, if."""
    first = clause.sentence[0]
    for k in range(first, min(first + 3, clause.head[0])):
        if words.words[k] in ("any", "اي") and any("rel" in words.kinds[x] for x in range(k, clause.head[0])):
            return k, k + 1
        if words.words[k] == "اي" and any(words.words[x][:1] in "يت" and len(words.words[x]) > 3 for x in range(k + 2, min(k + 4, clause.head[0]))):
            return k, k + 1
    return None


def _inverted(words: Words, first: int, last: int) -> tuple[int, int] | None:
    """"had the army stayed, ...", "should they return, ..."."""
    start = next((k for k in range(first, last) if words.words[k] not in STOP), first)
    told = words.words[start:last]
    if told[:1] and told[0] in ("had", "should", "were") and "," in told and ("would" in told or "will" in told or "wouldn't" in told):
        return start, start + 1
    return None


def _order(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    if verb.imperative:
        return "none", clause.head, "modality none: an order"
    if verb.must:
        return "none", verb.must, "modality none: an order or a duty"
    first = clause.sentence[0]
    form = clause.entry.form if clause.entry else ""
    told = _first(words, "order", clause.first, clause.head[0] + 1) or _first(words, "solicit", clause.first, clause.head[0] + 1)
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


_MEDIA: Final = frozenset("watch read download follow listen share spread subscribe retweet please donate donations zakat".split())


def _opens(words: Words, at: int, first: int) -> bool:
    return all(words.words[k] in STOP or words.words[k].startswith("@") or "address" in words.kinds[k] or "own" in words.kinds[k] for k in range(first, at))


def _threat(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    first, last = clause.sentence
    strong = _first(words, "threat", first, last)
    form = clause.entry.form if clause.entry else ""
    done = form in ("past", "part", "perf") and not ahead
    if strong and not (done and not (clause.first <= strong[0] < clause.last)):
        says = words.words[strong[0]]
        if not (done and says not in _THREATENED):
            return "threat", strong, "modality threat: threatens"
    to_you = clause.entry is not None and "u" in clause.entry.how
    if not (ahead or form in ("impf", "fut")):
        return None
    if to_you:
        return "threat", clause.head, "modality threat: the verb is aimed at those addressed"
    at = next(((i, j) for i, j, _ in words.of("address", first, last) if _hostile(words, i, j)), None)
    if at and ahead and not (words.words[at[0]] in ("you", "your") and not _at_you(words, clause, at[0])):
        return "threat", at, "modality threat: addressed to those it is aimed at"
    del verb
    return None


def _called(words: Words, clause: Clause) -> bool:
    """Whether the sentence calls on foes and speaks to them: "يا روافض لن تناموا"."""
    first, last = clause.sentence
    called = any(words.words[i] in ("يا", "ايها", "o") and _hostile(words, i, j) for i, j, _ in words.of("address", first, last))
    return called and any(words.words[k].startswith("ت") and words.words[k].endswith(("وا", "ون", "و")) for k in range(clause.head[0], min(last, clause.head[0] + 3)))


def _told_you(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether the subject of a negated future is "you": "you will not be safe"."""
    at = verb.first if clause.entry else clause.head[0]
    return any(words.words[k] == "you" for k in range(max(clause.first, at - 2), at + 1))


_FOES: Final = frozenset("اهل جنود عباد كلاب حكام شعب ابناء اذناب خنازير اتباع جيش روافض مرتدين مرتدون نصيريه حشد صحوات طواغيت امريكا عبيد احفاد الروافض الصليبيون المرتدون الطواغيت الكفار الصليبيين الجنود اليهود".split())


def _hostile(words: Words, i: int, j: int) -> bool:
    """Whether "يا" calls on people it may threaten; "يا بغداد" calls on a town."""
    if words.words[i] not in ("يا", "ايها", "o"):
        return True
    if j >= len(words.words):
        return False
    return words.words[j] in _FOES or bool(words.kinds[j].keys() & {"enemy", "person", "actor"})


_THREATENED: Final = frozenset("threatens threatened threaten threatening توعد توعدت يتوعد تتوعد يتوعدون هدد هددت يهدد تهدد نهدد نتوعد تهديد".split())


def _at_you(words: Words, clause: Clause, at: int) -> bool:
    """Whether "you", "your" is what the act is aimed at, rather than a reader who is told of it."""
    if words.words[at] in ("your", "yours") or at >= clause.head[1]:
        return at < clause.last
    if clause.entry is None:
        return words.any(("enemy",), *clause.sentence)
    return at >= clause.head[0] - 6 and clause.type in ("attack", "execute", "bombard", "ambush", "detain")


def _hedge(words: Words, clause: Clause, verb: Group, ahead: bool) -> Decided | None:
    if verb.modal:
        return "hedged", verb.modal, "modality hedged: low commitment"
    first, last = clause.sentence
    for i, j, _ in words.of("hedge", first, last):
        word = words.words[i]
        if word in ("may", "might", "could", "can", "قد", "وقد", "فقد", "يمكن", "ممكن"):
            continue  # only beside the verb
        if word.startswith(("report", "claims")) and not _unowned(words, i, first):
            continue
        if i >= clause.head[1] and i >= clause.last and word not in _WHOLE:
            continue
        return "hedged", (i, j), "modality hedged: low commitment"
    del ahead
    return None


_WHOLE: Final = frozenset("unconfirmed unverified reportedly allegedly apparently not غير دون بدون".split())


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
    if ahead and form not in ("past", "perf", "part") or verb.future:
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
    at = _first(words, "progress", clause.first, clause.last)
    finite = form in ("past", "part", "perf", "third")
    if at and not (finite and words.words[at[0]] not in ("still", "continue", "continues", "continuing") and not (clause.type in _UNDER_WAY)):
        return "progress", at, "modality progress: under way"
    if entry is None:
        return None
    if clause.type == "besiege" and (form == "pass" or (verb.passive and form in ("part", "past"))) and not _dated(words, clause):
        return "progress", clause.head, "modality progress: besieged"
    if form == "impf" and clause.type in _RAGING and (clause.type in _UNDER_WAY or "1" in entry.how or _opening(words, clause, verb)):
        return "progress", clause.head, "modality progress: present"
    if form == "base" and clause.type in _UNDER_WAY and entry.kind == "verb":
        return "progress", clause.head, "modality progress: present"
    del ahead
    return None


def _opening(words: Words, clause: Clause, verb: Group) -> bool:
    """Whether a present opens its clause: "يقصف الطيران ..." is under way; "الطيران يقصف" is how headlines report."""
    return all(words.words[k] in STOP or words.words[k].isascii() for k in range(clause.first, verb.first))


def _dated(words: Words, clause: Clause) -> bool:
    return any(w in ("was", "were", "yesterday", "امس", "البارحه", "كانت", "كان") for w in words.words[clause.first : clause.last])
