"""Whether a future is announced: somebody's plan, not a purpose, a wish of others, a prediction, a fear or a thought."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lexicon import Entry
from blowback.tools.claim.lists import listed
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.taken_back import SIDED, Firm, following, reported, side_before
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_IDLE: Final = listed("firm_idle")
_BECAUSE: Final = listed("firm_because")
_THOUGHT: Final = listed("firm_thought")
_WHICH: Final = frozenset(("who", "that", "which", "what", "whom", "whose"))
_WISHED: Final = listed("firm_wished")
_FLEEING: Final = listed("firm_fleeing")
_FORETOLD: Final = listed("firm_foretold")
_LIGHT: Final = listed("firm_light")
_PAST_TIMES: Final = frozenset(("morning", "today", "yesterday", "dawn", "ago"))
_THERE: Final = frozenset(("in", "inside", "at", "on"))
_NO: Final = (0, 0, Entry(""))
_THINGS: Final = _WISHED | {"plans", "decision"}
_ARTICLES: Final = frozenset(("a", "an", "the", "its", "their", "our", "new", "more", "soon", "now", "be"))
_LAUNCHES: Final = listed("firm_launches")
_NOT_IN_SUBJECT: Final = listed("firm_not_in_subject")
_SUBJECT_WORDS: Final = listed("firm_subject_words")


def announced(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """The intention where somebody announces it; a weaker reading, or None with the reason, where nobody does."""
    first = clause.sentence[0]
    will = _will(words, clause, verb)
    before = words.words[max(first, will - 8) : will]
    if "or" in before[-6:] and clause.entry is not None and clause.cue == "" and _opens_or(words, clause, will):
        return replace(how, modality="threat"), ""
    lead = words.words[max(first, clause.head[0] - 2) : clause.head[0]]
    if len(lead) == 2 and lead[0].startswith("continu") and lead[1] == "to" and not verb.future:
        return replace(how, modality="progress"), ""
    why = _nobody_plans(words, clause, will, before)
    if why:
        return None, why
    if clause.entry is None:
        return _bare_intention(words, clause, how)
    if clause.entry.kind == "noun" or clause.entry.form == "ger" or "noun" in words.kinds[clause.head[0]]:
        return _of_a_noun(words, clause, verb, how)
    if (
        words.words[will] in _WISHED
        and not side_before(words, max(first, will - 4), will)
        and not _ours(words, first, will)
    ):
        return None, "a wish of nobody named"
    sided = words.any((*SIDED, "enemy", "placenoun", "civil"), clause.first, clause.last)
    if verb.passive and not sided and not any(k in words.placed for k in range(clause.first, clause.last)):
        return None, "what will be done to no side and at no place"
    return how, ""


def _nobody_plans(words: Words, clause: Clause, will: int, before: list[str]) -> str:
    """Why a future is nobody's plan: foretold, feared, thought, wished; "" where nothing says so."""
    first = clause.sentence[0]
    if any(w in _FORETOLD for w in words.words):
        return "a prophecy: no plan"
    if before and before[-1] in _WHICH:
        return "a future by the way, of a noun: nobody announces it"
    if any(w in _BECAUSE for w in before):
        return "a fear or a reason: nobody announces it"
    if any(w in _THOUGHT for w in before):
        return "a thought of what may come: nobody announces it"
    if before and before[-1] == "you":
        return "a prediction to a reader: no plan"
    if before and before[-1] in ("was", "were", "had") and "plan" in words.kinds[will]:
        return "a plan of the past"
    if words.words[will] == "would" and not words.any(("say", "plan"), first, will):
        return "would: nobody announces it"
    return ""


def _ours(words: Words, low: int, high: int) -> bool:
    return any(w in ("we", "we'll", "our", "i") for w in words.words[low:high])


def _will(words: Words, clause: Clause, verb: Group) -> int:
    """The word that makes the future: "will", "plans to"; the head where none does."""
    if clause.entry is None:
        return clause.head[0]
    found = [i for kind in ("future", "plan") for i, _, _ in words.of(kind, clause.first, clause.head[1])]
    return min(found, default=verb.first)


def _opens_or(words: Words, clause: Clause, will: int) -> bool:
    """Whether the clause follows from what is ordered before "or": "yield, or the town will be levelled"."""
    at = next((k for k in range(will - 1, clause.sentence[0], -1) if words.words[k] == "or"), None)
    return at is not None and at > clause.sentence[0] and (at <= clause.first + 1 or words.words[at - 1] in STOP)


def _bare_intention(words: Words, clause: Clause, how: Meant) -> Firm:
    """A plan whose verb is in no table: it is the speaker's own or told of its side, and an act must follow."""
    first, last = clause.sentence
    i, j = clause.head
    told = words.words[i:j]
    ours = _ours(words, max(first, i - 4), j)
    own = any(
        words.kinds[k].get("actor", _NO)[2].value == "own" or "own" in words.kinds[k]
        for k in range(max(first, i - 5), i)
    )
    if told[0] in _THINGS and not ours:
        return None, "a wish that others are said to have, or a plan that is a thing"
    if any(w in _FLEEING for w in words.words[first:i]):
        return None, "people on their way: no plan of a side"
    if told == ["to"] and not headline(words, clause, i):
        return None, "an infinitive: a purpose, not said to happen"
    if "future" in words.kinds[i]:
        after = following(words, j, last)
        if not ours and not own and not words.any(("say",), first, i):
            return None, "a future that nobody is said to announce"
        if after and after[0] == "be" and not (ours and any(w in _THERE for w in words.words[j + 1 : j + 3])):
            return None, "a prediction of a state: no plan"
        if not after or (after[0] in _IDLE and after[0] != "be"):
            return None, "a future of no act"
    return how, ""


def _of_a_noun(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """A noun that lies ahead ("will launch an attack", "battle soon"): not where it has begun, or is only called so."""
    first, head = clause.first, clause.head[0]
    if verb.future or verb.planned:
        return how, ""
    told = words.words[first : clause.last]
    ahead = next(((i, j) for kind in ("future", "plan") for i, j, _ in words.of(kind, first, head)), None)
    if ahead is not None:
        after = following(words, ahead[1], head)
        governs = ahead[1] - ahead[0] == 1 or words.words[ahead[1] - 1] == "to"
        if governs and after and after[0] not in _LAUNCHES and not _known(words, ahead[1], head):
            return None, "a future of another verb: no plan of this"
        return how, ""
    if words.any(("plan",), first, clause.last):
        return how, ""
    begun = any(w.endswith("ed") and not words.kinds[first + n] for n, w in enumerate(told)) or any(
        "light" in words.kinds[k] and (words.words[k].endswith("ed") or words.words[k] in _LIGHT)
        for k in range(first, head)
    )
    if begun or any(w in _PAST_TIMES for w in told):
        return reported(how, "has begun")
    return how, ""


def _known(words: Words, low: int, high: int) -> bool:
    """Whether the first word behind a future is known to carry an act: a light verb, a verb, a side."""
    k = next((k for k in range(low, high) if words.words[k].isalpha() and words.words[k] not in _ARTICLES), high)
    return k < high and bool(words.kinds[k].keys() & {"light", "verb", "noun", "actor", "own"})


def brought_off(words: Words, clause: Clause, verb: Group, how: Meant) -> Meant | None:
    """A report where "to" follows what came about: "managed to take", "was able to enter"."""
    if how.modality != "intention" or not verb.infinitive or verb.future or how.negated:
        return None
    at = clause.head[0] - 2
    word = words.words[at] if at >= clause.first else ""
    able = word == "able" and any(w in ("was", "were", "been") for w in words.words[max(0, at - 3) : at])
    if word in ("manage", "manages", "managed", "succeeded") or able:
        return reported(how, "brought off")[0]
    return None


def headline(words: Words, clause: Clause, to: int) -> bool:
    """Whether "to" makes a headline's future ("Army to leave Toran"): its subject opens the sentence, no verb before it."""
    first = clause.sentence[0]
    for k in range(to - 1, first - 1, -1):
        word, kinds = words.words[k], words.kinds[k]
        if word in (":", "|", "-"):
            first = k + 1
            break
        if word.startswith("@") or word in _NOT_IN_SUBJECT:
            return False
        if (
            kinds.keys() & {"verb", "light", "aux", "be", "say", "fail", "trying", "neg", "if", "rel"}
            and not kinds.keys() & SIDED
        ):
            return False
        if word.isalpha() and not kinds and not words.capital(k) and word not in _SUBJECT_WORDS:
            return False
        if word.endswith("ed") and not kinds.keys() & SIDED:
            return False
    return 0 < to - first <= 7 and any(words.kinds[k].keys() & SIDED for k in range(first, to))
