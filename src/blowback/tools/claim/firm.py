"""Whether what is read as ahead, under way or denied is firmly said; a doubtful announcement is none.

An announcement that nobody made costs more than one that is missed: what a board of announcements shows must be one. The
rules here only take back or weaken a reading: purposes, wishes of others, predictions, fears and thoughts are no plans;
a caption ("Shelling the barracks") tells of a deed, not of one that goes on; "not" beside no act denies no event.
"""

from __future__ import annotations

import re
from typing import Final

from blowback.tools.claim.announced import announced
from blowback.tools.claim.clause import Clause
from blowback.tools.claim.denied import denied, doubted, threatened
from blowback.tools.claim.lists import listed
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.taken_back import SIDED, Firm, reported, side_before
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_MOVING: Final = frozenset(("advance", "besiege", "withdraw"))
_GOING_ON: Final = listed("firm_going_on")
_ADVANCES: Final = listed("firm_advances")
_FLEEING: Final = listed("firm_fleeing")
_TALKS: Final = listed("firm_talks")
_WATCHED: Final = frozenset(("let", "lets", "letting", "watching", "see", "seeing"))
_AREAS: Final = frozenset(
    ("area", "areas", "villages", "towns", "countryside", "districts", "regions", "cities", "the")
)
_HELD: Final = listed("firm_held")
_PLACES: Final = listed("firm_places")
# letters of Urdu, Pashto and Kurdish, and small words of Persian and Urdu
_OTHER: Final = re.compile(r"[ہےںڑٹڈۓښځڅۍټډړڼږێڵڕ]|(?<!\w)(?:است|های|که|کے|کی|برای|این|شده|میں|اور)(?!\w)")


def firm(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """The reading where it is firm, a weaker one where that is safe, else None with the reason."""
    if not words.words[clause.head[0]].isascii():
        return _arabic(words, clause, verb, how)
    if how.modality == "intention":
        return announced(words, clause, verb, how)
    if how.modality == "progress":
        return _progress(words, clause, verb, how)
    if how.modality == "denial":
        return denied(words, clause, how)
    if how.modality == "threat":
        return threatened(words, clause, how)
    if how.modality == "report" and clause.entry is not None and clause.entry.form == "base":
        wished = words.words[max(clause.sentence[0], clause.head[0] - 2) : clause.head[0]]
        return (None, "a wish: no deed") if wished[-1:] == ["to"] and wished[0].startswith("want") else (how, "")
    if how.modality in ("hedged", "conditional"):
        return doubted(words, clause, how)
    return how, ""


def _arabic(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """Arabic letters: those of another language are not read, and a perfect is not taken for a first person."""
    if _OTHER.search(words.text):
        return None, "another language in Arabic letters: not read"
    if (
        how.modality not in ("aspiration", "question")
        and clause.head[0] in words.placed
        and clause.head[1] - clause.head[0] == 1
    ):
        return None, "a town, no verb"  # تدمر is Palmyra, and "it destroys"
    bare = clause.entry is None and clause.cue in ("neg", "negdet")
    first, last = clause.sentence
    about = words.any((*SIDED, "civil", "placenoun", "noun"), first, last) or any(
        k in words.placed for k in range(first, last)
    )
    if how.modality == "denial" and bare and not about:
        return None, "of no side and no place: no event"
    if how.modality == "denial" and {"اله", "الا"} <= set(words.words[slice(*clause.sentence)]):
        return None, "the creed: no event"
    entry = clause.entry
    at = words.first("progress", clause.first, clause.last)
    edge = at is not None and any(w.endswith(("اطراف", "مشارف", "تخوم")) for w in words.words[slice(*at)])
    if (
        how.modality == "progress"
        and edge
        and entry is not None
        and clause.type in ("attack", "ambush", "execute", "destroy")
    ):
        return reported(how, "at the edge of a place")
    if (
        how.modality == "progress"
        and edge
        and any(e.value in ("destroy", "ambush", "execute") for _, _, e in clause.others)
    ):
        return reported(how, "at the edge of a place")
    stem = entry is not None and entry.form == "impf" and words.words[clause.head[0]].lstrip("وف").startswith("ا")
    if how.modality == "intention" and stem and not verb.future and not verb.planned:
        return reported(how, "a perfect that looks like a first person")  # أسقط: he brought down, or I bring down
    return how, ""


def _progress(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    first, last = clause.sentence
    head, entry = clause.head[0], clause.entry
    word, before = words.words[head], words.words[head - 1] if head else ""
    if clause.cue == "near":
        told = any(words.words[k].isalpha() for k in range(first, head))
        sided = words.any((*SIDED, "enemy", "unit"), first, last) or any(
            w in ("we", "us") for w in words.words[first:last]
        )
        return (how, "") if sided and (told or first == 0) else (None, "of no side, or where something else happened")
    if entry is None:
        stands = word in ("still", "now") and any(w in _HELD for w in words.words[first:last])
        return (how, "") if stands or word in ("clashes", "fighting") else (None, "a state of no act")
    why = _no_state(words, clause, verb)
    if why:
        return None, why
    if before.endswith("'s"):
        return reported(how, "an act by its noun")
    now = any(w in _GOING_ON for w in words.words[clause.first : clause.last])
    moving = word in _ADVANCES or (entry.value in _MOVING and "w" not in entry.how)
    bare = verb.continuous and not _being(words, verb, head) and not now
    if bare and (not moving or _opening_caption(words, clause, head, entry.value)):
        return reported(how, "a caption")
    if verb.infinitive and not words.words[max(first, head - 2)].startswith("continu"):
        tried = any(w.startswith(("tr", "attempt")) for w in words.words[max(first, head - 3) : head])
        return reported(how, "an attempt") if tried else (None, "a purpose or a wish")
    if entry.form == "base" and not _does(words, first, head):
        return reported(how, "a headline's present")
    return _cued(words, clause, verb, how, now)


def _no_state(words: Words, clause: Clause, verb: Group) -> str:
    """Why what seems under way is no state of the conflict; "" where nothing says so."""
    first, head, entry = clause.sentence[0], clause.head[0], clause.entry
    value = entry.value if entry else ""
    lead = words.words[max(first, head - 3) : head]
    if any(w in _FLEEING for w in words.words[max(first, head - 6) : head]) and value == "advance":
        return "people on their way: no move of a side"
    subject = words.words[verb.first - 1] if verb.first > first else ""
    if subject in ("he", "she", "you", "i") and value != "bombard":
        return "of one person: no state of the conflict"
    if (lead[-1:] and lead[-1] in _WATCHED) or any(w in ("let", "lets", "see", "watch") for w in lead):
        return "what is let happen or watched"
    verbal = entry is not None and entry.kind == "verb" and any(words.words[k].isalpha() for k in range(first, head))
    if clause.type == "withdraw" and verbal and not side_before(words, max(first, head - 7), head):
        return "flight of people, or a figure of speech: no move of a side"
    if clause.type == "advance" and any(w in _TALKS for w in words.words[max(first, head - 4) : head + 5]):
        return "talks: no move of a side"
    if words.words[head] == "surrounding" and any(w in _AREAS for w in words.words[head + 1 : head + 2]):
        return "surrounding areas: no siege"
    return ""


def _does(words: Words, first: int, head: int) -> bool:
    """Whether a base form is what a side does now: "rebels advance"; a push by somebody, March 1 and "free aid" are not."""
    k = head - 1
    if head + 1 < len(words.words) and words.words[head + 1][:1].isdigit():
        return False
    while k > first and ("adv" in words.kinds[k] or words.words[k] in ("#", ":", "still", "now")):
        k -= 1
    side = k >= first and (words.kinds[k].keys() & (SIDED | {"unit"}) or words.words[k] in ("we", "they"))
    return bool(side) and words.words[head] in _ADVANCES


def _cued(words: Words, clause: Clause, verb: Group, how: Meant, now: bool) -> Firm:
    """Where a cue such as "still", "outskirts" says that an act goes on: it must be this act's."""
    last, entry = clause.sentence[1], clause.entry
    if clause.type in ("execute", "announce") and not verb.continuous:
        return reported(how, "an act that is over")
    at = words.first("progress", clause.first, last)
    if at is None or entry is None or (verb.continuous and _being(words, verb, clause.head[0])):
        return how, ""
    if words.words[at[0]] == "being" and words.words[at[0] - 1] not in ("is", "are", "was", "were", "now"):
        return reported(how, "a caption")
    if (
        words.words[at[0]].startswith("continu")
        and words.words[at[1] : at[1] + 1] == ["to"]
        and at[1] + 1 != clause.head[0]
    ):
        return None, "what goes on is another thing"
    if words.words[at[0]] == "still":
        if entry.form in ("past", "part") and not verb.passive:
            return reported(how, "done in spite of all")
        if at[1] < last and words.words[at[1]].endswith("ing") and not words.kinds[at[1]]:
            return None, "what goes on is another thing"
    where = any(w in _PLACES for w in words.words[slice(*at)]) and not now
    if where and clause.type not in (*_MOVING, "attack"):
        return reported(how, "at the edge of a place")
    between = range(clause.head[1], at[0])
    parted = [k for k in between if words.words[k] in STOP or words.kinds[k].keys() & {"conj", "rel"}]
    if any(words.words[k] not in ("and", "between") for k in parted):
        return reported(how, "what goes on is another thing")
    return how, ""


def _being(words: Words, verb: Group, head: int) -> bool:
    return any("be" in words.kinds[k] for k in range(verb.first, head)) or any(
        words.words[k] in ("keep", "keeps", "begin", "begins", "started", "start", "starts")
        for k in range(max(0, head - 2), head)
    )


def _opening_caption(words: Words, clause: Clause, head: int, value: str) -> bool:
    """Whether nobody stands before the "-ing" of a withdrawal: "Fleeing the town"."""
    return value == "withdraw" and not any(words.words[k].isalpha() for k in range(clause.first, head))
