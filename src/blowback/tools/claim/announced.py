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
    harm = clause.type in ("attack", "execute", "bombard", "ambush", "destroy", "detain")
    if before and before[-1] == "you" and harm and "@" not in words.text:
        return replace(how, modality="threat"), ""
    why = _nobody_plans(words, clause, will, before)
    if why:
        return None, why
    if clause.entry is None:
        return _bare_intention(words, clause, how)
    head = clause.head[0]
    if words.words[head - 1 : head] in (["next"], ["future"]) and head - 1 not in words.timed:
        return None, "next in a row: no time"
    if clause.type in ("advance", "capture") and any(w in _FLEEING for w in words.words[max(first, head - 8) : head]):
        return None, "people on their way: no plan of a side"
    if clause.entry.form == "base" and not (verb.future or verb.planned or verb.infinitive):
        k = verb.first - 1
        if k < first or not (words.kinds[k].keys() & SIDED or words.words[k] in ("we", "they")):
            return None, "no verb of a side"
    if not _somebody(words, clause, will):
        return None, "nobody named has the plan"
    if clause.entry.kind == "noun" or clause.entry.form == "ger" or "noun" in words.kinds[clause.head[0]]:
        return _of_a_noun(words, clause, verb, how)
    if not _at_something(words, clause):
        return None, "a plan against nothing named"
    return how, ""


def _somebody(words: Words, clause: Clause, will: int) -> bool:
    """Whether who has the plan is named: "we", a side, a country before the plan; a headline may name it behind "to"."""
    first = clause.sentence[0]
    stops = [
        k for k in range(first, will) if words.words[k] in STOP and words.words[k] not in (":", "#", '"', "/", "-")
    ]
    low = max(stops[-1] + 1 if stops else first, will - 9)
    before = words.words[low:will]
    said = words.any(("say",), first, will)
    there = any(k in words.placed for k in range(clause.head[0], clause.sentence[1]))
    if before and before[-1] in _ONE and not ((said or there) and before[-1] in ("he", "she", "it")):
        return False
    if before and before[-1] == "they" and not said and not any(k in words.timed for k in range(*clause.sentence)):
        return False  # "they will burn us": a slogan, unless a time is named
    if said or _ours(words, low, clause.head[1]) or words.words[will] == "plans" or any(w in _BODIES for w in before):
        return True
    known = SIDED | {"unit", "outlet", "noun"}
    named = any(words.kinds[k].keys() & known or k in words.placed for k in range(low, will))
    # "engineers will blow up the bridge in Balad": whoever they are, where a place is named behind the act
    somebody = there and (will > low or (clause.entry is not None and clause.entry.form in ("noun", "third")))
    return (
        named or somebody or any(words.capital(k) and words.words[k].isalpha() and k > first for k in range(low, will))
    )


def _at_something(words: Words, clause: Clause) -> bool:
    """Whether a side, a place, people or arms are what the act is aimed at, or where it is."""
    low, high = clause.head[0] + 1, clause.last
    idle = words.words[max(clause.first, clause.head[0] - 5) : min(high, clause.head[1] + 3)]
    if any(w in _IDIOMS for w in idle):
        return False  # to cut ties, steps will be taken
    if any(w in ("country", "land", "lands", "territory", "territories") for w in words.words[low:high]):
        return True
    if words.any((*SIDED, "enemy", "civil", "placenoun", "gear", "unit", "flag"), low, high):
        return True
    if any(k in words.placed for k in range(clause.first, high)) or bool(clause.others):
        return True
    near = range(clause.head[1], min(high, clause.head[1] + 5))
    return any(words.capital(k) and words.words[k].isalpha() for k in near)


_ARMED: Final = listed("firm_armed")
_BEGINS: Final = frozenset(
    ("begin", "start", "resume", "continue", "launch", "launched", "take", "come", "follow", "intensify")
)
_IDIOMS: Final = listed("firm_idioms")
_FILMS: Final = frozenset(
    ("video", "trailer", "film", "movie", "issue", "magazine", "nasheed", "episode", "documentary", "book")
)
_NAMED: Final = frozenset(("plans", "promise", "promises", "vow", "vows", "plan"))
_BODIES: Final = listed("firm_bodies")
_ONE: Final = frozenset(("i", "you", "he", "she", "allah", "god", "head", "it"))


def _nobody_plans(words: Words, clause: Clause, will: int, before: list[str]) -> str:
    """Why a future is nobody's plan: foretold, feared, thought, wished; "" where nothing says so."""
    first = clause.sentence[0]
    if any(w in _FORETOLD for w in words.words):
        return "a prophecy: no plan"
    said = words.any(("say",), first, will)
    if (
        "@" in "".join(words.words[:2])[:2]
        and not said
        and "future" in words.kinds[will]
        and not _ours(words, max(first, will - 4), will + 1)
    ):
        return "a prediction in a reply: nobody announces it"
    bare = words.words[will] == "planned" and not (before and before[-1] in ("is", "are", "has", "have"))
    if words.words[will] == "meant" or bare:
        return "a plan of the past"
    if words.words[will + 1 : will + 2] in (["never"], ["not"]) and "plan" in words.kinds[will]:
        return "what is not planned"
    named = bool(words.kinds[will - 1].keys() & (SIDED | {"unit"})) or will - 1 in words.placed
    if words.words[will : will + 2] in (["is", "to"], ["are", "to"]) and not named:
        return "a thing that is to come about, and nobody's plan"
    if before and before[-1] in _WHICH:
        return "a future by the way, of a noun: nobody announces it"
    if any(w in _BECAUSE for w in before):
        return "a fear or a reason: nobody announces it"
    if any(w in _THOUGHT for w in before):
        return "a thought of what may come: nobody announces it"
    if before and before[-1] == "you":
        return "a prediction to a reader: no plan"
    past = before and before[-1] in ("was", "were", "had", "been")
    if "plan" in words.kinds[will] and (past or "ago" in words.words[slice(*clause.sentence)]):
        return "a plan of the past"
    if before and before[-1] in ("the", "their", "his", "free") and words.words[will] == "will":
        return "a will that is a noun"
    if words.words[will + 1 : will + 3] == ["lead", "to"]:
        return "what something will lead to: no plan"
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
    return max(found, default=verb.first)


def _opens_or(words: Words, clause: Clause, will: int) -> bool:
    """Whether the clause follows from what is ordered before "or": "yield, or the town will be levelled"."""
    at = next((k for k in range(will - 1, clause.sentence[0], -1) if words.words[k] == "or"), None)
    return at is not None and at > clause.sentence[0] and (at <= clause.first + 1 or words.words[at - 1] in STOP)


def _bare_intention(words: Words, clause: Clause, how: Meant) -> Firm:
    """A plan whose verb is in no table: it is the speaker's own or told of its side, and an act must follow."""
    first, last = clause.sentence
    i, j = clause.head
    told = words.words[i:j]
    ours = _ours(words, max(first, i - 4), j) or told[0] == "our"
    said = words.any(("say",), first, i)
    own = any(
        words.kinds[k].get("actor", _NO)[2].value == "own" or "own" in words.kinds[k]
        for k in range(max(first, i - 5), i)
    )
    here = any(k in words.placed for k in range(first, last)) or words.any(("placenoun", "enemy"), first, last)
    if words.words[i - 1 : i] == ["i"] or told[0] == "i'll":
        return None, "of one person: no plan of a side"
    if any(w in _FLEEING for w in words.words[first:i]):
        return None, "people on their way: no plan of a side"
    if told == ["to"] and not headline(words, clause, i):
        return None, "an infinitive: a purpose, not said to happen"
    after = following(words, j, last)
    if "coming" in told or told[-1] == "way":
        return (
            (how, "")
            if (here or capital(words, j, last)) and "slogan" not in words.words[first:i]
            else (None, "a slogan")
        )
    won = any(w in ("ours", "under", "liberated", "retaken") for w in after[1:])
    if after and after[0] == "be" and not won and not (ours and any(w in _THERE for w in words.words[j + 1 : j + 3])):
        return None, "a prediction of a state: no plan"
    if told[-1] == "will" or "future" in words.kinds[i] or told[-1] == "to":
        own = own or won or any(w in _ARMED for w in words.words[max(first, i - 4) : i])
        if not (ours or own or said) or not (here or capital(words, j, last)):
            return None, "a future that nobody is said to announce, or at no place"
        if not after or (after[0] in _IDLE and after[0] != "be"):
            return None, "a future of no act"
        return how, ""
    if words.words[i - 1 : i] in (["peace"], ["security"], ["aid"], ["rescue"]):
        return None, "a plan that is no act of war"
    against = words.any((*SIDED, "enemy", "noun", "verb", "flag"), j, last) or capital(words, j, min(last, j + 2))
    against = against or (here and side_before(words, first, i))
    if not (ours or against) or not (ours or here or against) or told[0] in _THINGS:
        return None, "a plan that is a thing, or at no place"
    return how, ""


def capital(words: Words, low: int, high: int) -> bool:
    """Whether a name stands in [low, high)."""
    return any(words.capital(k) and words.words[k].isalpha() for k in range(low, high))


_THERE: Final = frozenset(("in", "inside", "at", "on"))
_NO: Final = (0, 0, Entry(""))
_THINGS: Final = _WISHED | {"plans", "decision", "warns", "warned", "promise", "promises", "upcoming", "scheduled"}


def _of_a_noun(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """A noun that lies ahead ("will launch an attack", "battle soon"): not where it has begun, or is only called so."""
    first, head = clause.first, clause.head[0]
    led = next((j for _, j, _ in words.of("future", first, head)), None)
    if led is not None and words.words[led : led + 2] == ["lead", "to"]:
        return None, "what something will lead to: no plan"
    subject = next((j for i, j, _ in words.of("future", head, clause.last) if i <= clause.head[1] + 2), None)
    if subject is not None and not {*following(words, subject, clause.last)[:2]} & _BEGINS:
        return None, "what will become of it: no plan"
    ended = any(
        w in ("cessation", "end", "halt", "stop", "suspension") for w in words.words[max(first, head - 3) : head]
    )
    if ended and words.words[head - 1] == "of":
        return None, "an end of it"
    if verb.future or verb.planned:
        return how, ""
    told = words.words[first : clause.last]
    found = [(i, j) for kind in ("future", "plan") for i, j, _ in words.of(kind, first, head)]
    ahead = max(found, key=lambda f: f[1], default=None)
    if ahead is not None:
        after = following(words, ahead[1], head)
        governs = ahead[1] - ahead[0] == 1 or words.words[ahead[1] - 1] == "to"
        if governs and after and after[0] not in _LAUNCHES and not _known(words, ahead[1], head):
            return None, "a future of another verb: no plan of this"
        return how, ""
    if any(w in _FILMS for w in told):
        return None, "a release that is coming"
    behind = [(i, j) for i, j, _ in words.of("plan", head, clause.last)]
    if any(words.words[j - 1] != "to" and words.words[i] not in _NAMED for i, j in behind):
        return how, ""
    if any(words.words[j - 1] == "to" for _, j in behind):
        return reported(how, "a plan of another verb")
    if behind:
        return reported(how, "plans that are a thing")
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
        if word in (":", "|"):
            first = k + 1
            break
        if word.startswith("@") or word in _NOT_IN_SUBJECT:
            return False
        if (
            kinds.keys() & {"verb", "light", "aux", "be", "say", "fail", "trying", "neg", "if", "rel", "plan", "noun"}
            and not kinds.keys() & SIDED
        ):
            return False
        if word.isalpha() and not kinds and not words.capital(k) and word not in _SUBJECT_WORDS:
            return False
        if word.endswith("ed") and not kinds.keys() & SIDED:
            return False
    return 0 < to - first <= 7 and any(words.kinds[k].keys() & SIDED for k in range(first, to))
