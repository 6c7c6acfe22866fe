"""What rules and second reader say of a sentence, settled into claims; each change tells who made it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from blowback.model.claim import Cue, Modality
from blowback.tools.claim.clause import Clause
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.parts import NONE, Roles
from blowback.tools.claim.second import Said, Taken, Vector, Weighed, first_claim, weigh
from blowback.tools.claim.tokens import Words

# A wish is never to be scored, so it need not be the likeliest reading to be taken.
WISH: Final = 0.2
# How much likelier another class must be than that of the rules.
MARGIN: Final = 0.3
# What no rule reads is claimed only where it is likelier than this.
UNREAD: Final = 0.5
# Between these the rules say whether a claim is negated: they are better where the second reader is not sure.
UNSURE: Final = (0.22, 0.78)
LEAST: Final = 3  # words of a sentence in which no rule knows a word
AHEAD: Final[frozenset[Modality]] = frozenset(("intention", "threat", "conditional"))
_AFFIRMED: Final[frozenset[Modality]] = frozenset(("question", "threat", "none"))
Sure = tuple[Said, float]  # a clause, and the probability that it is meant so


def settled(
    words: Words, sentence: tuple[int, int], said: Sequence[Said], taken: Sequence[Taken], meaning: Vector
) -> tuple[list[Sure], list[Cue]]:
    """The claims of a sentence, main clauses first, and why others are none.

    The second reader decides about the main claim and the clauses that the rules read alike; other clauses stay as the
    rules read them.
    """
    alone, gone = ruled(words, said, taken)
    if not weighable(words, sentence):
        return alone, gone
    told = weigh(words, sentence, said, taken, meaning)
    main = first_claim(said)
    best = decided(told, main.how.modality if main else None)
    if main is None:
        return _found(words, sentence, said, taken, told, best, gone)
    if best == "none":
        return [], [*gone, *(_told(words, s.clause, _why(told, best, main.how.modality)) for s in said)]
    out: list[Sure] = []
    for s in said:
        if s.how.modality != main.how.modality:
            span = (s.clause.first, s.clause.last)
            out.append((s, weigh(words, span, [s], (), meaning).p[s.how.modality]))
        else:
            out.append((_meant(words, s, told, best, first=s is main), told.p[best]))
    return out, gone


def ruled(words: Words, said: Sequence[Said], taken: Sequence[Taken]) -> tuple[list[Sure], list[Cue]]:
    """What the rules alone say."""
    return [(s, 1.0) for s in said], [_told(words, t.said.clause, t.why) for t in taken]


def weighable(words: Words, sentence: tuple[int, int]) -> bool:
    """Whether the sentence has words enough to say something."""
    told = sum(w[:1].isalpha() for w in words.words[slice(*sentence)])
    return told >= LEAST or any(sentence[0] <= f[0] < sentence[1] for f in words.found)


def decided(told: Weighed, rules: Modality | None = None) -> Modality:
    """The class that is taken: the likeliest, but what the rules say where that is nearly as likely.

    A wish is taken already where it is no more than possible.
    """
    best = told.likeliest
    if rules and told.p[best] - told.p[rules] < MARGIN:
        best = rules
    return "aspiration" if told.p["aspiration"] >= WISH and best not in ("none", "question") else best


def _meant(words: Words, s: Said, told: Weighed, best: Modality, *, first: bool) -> Said:
    how = s.how
    sure = first and not UNSURE[0] < told.negated < UNSURE[1]
    negated = (told.negated >= 0.5 if sure or how.modality == "none" else how.negated) and best not in _AFFIRMED
    if best == how.modality and negated == how.negated:
        return s
    start, end = words.span(s.clause.first, s.clause.last)
    says = _why(told, best, how.modality) if best != how.modality else f"polarity: {_odds(told.negated)} negated"
    future = how.future if best == how.modality else best in AHEAD or (best == "denial" and how.future)
    return s._replace(how=Meant(best, negated, future, (*how.cues, Cue(start, end, says))))


def _found(
    words: Words,
    sentence: tuple[int, int],
    said: Sequence[Said],
    taken: Sequence[Taken],
    told: Weighed,
    best: Modality,
    gone: list[Cue],
) -> tuple[list[Sure], list[Cue]]:
    """What no rule reads as a claim, or was taken back, where the second reader is sure of one."""
    if best == "none" or told.p[best] < UNREAD:
        return [(s, told.p["none"]) for s in said], gone
    if said:  # the rules read a clause that claims nothing
        back = said[0]
    elif taken:
        back, gone = taken[0].said, gone[1:]
    else:
        head = next((k for k in range(*sentence) if words.words[k].isalpha()), sentence[0])
        back = Said(
            Clause(*sentence, sentence, (head, head + 1), "", None, "weighed"),
            Meant("none", False, False, ()),
            Roles(NONE, NONE),
        )
    back = back._replace(how=replace(back.how, modality="none"))
    return [(_meant(words, back, told, best, first=True), told.p[best])], gone


def _why(told: Weighed, best: Modality, rules: Modality) -> str:
    spoke = f" ({'; '.join(told.because)})" if told.because else ""
    against = "" if rules == "none" else f", against {rules} by the rules"
    return f"modality {best}: weighed {_odds(told.p[best])}{against}{spoke}"


def _odds(p: float) -> str:
    return f"{p:.2f}"


def _told(words: Words, clause: Clause, why: str) -> Cue:
    start, end = words.span(clause.first, clause.last)
    return Cue(start, end, why)
