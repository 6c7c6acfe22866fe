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
from blowback.tools.claim.lists import listed
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.taken_back import SIDED, Firm, following, reported, side_before
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_MOVING: Final = frozenset(("advance", "besiege", "withdraw"))
_IDLE: Final = listed("firm_idle")
_GOING_ON: Final = listed("firm_going_on")
_ADVANCES: Final = listed("firm_advances")
_BECAUSE: Final = listed("firm_because")
_WHICH: Final = frozenset(("who", "that", "which", "what", "whom", "whose"))
_FLEEING: Final = listed("firm_fleeing")
_FORETOLD: Final = listed("firm_foretold")
_REFUSED: Final = frozenset(
    ("bail", "food", "water", "entry", "access", "visa", "aid", "treatment", "medical", "permission")
)
_UNABLE: Final = frozenset(("can't", "cannot", "cant"))
_OPINIONS: Final = listed("firm_opinions")
_FORETOLD: Final = listed("firm_foretold")
_HELD: Final = listed("firm_held")
_PLACES: Final = listed("firm_places")
# letters of Urdu, Pashto and Kurdish, and small words of Persian and Urdu
_OTHER: Final = re.compile(r"[ہےںڑٹڈۓښځڅۍټډړڼږێڵڕ]|(?<!\w)(?:است|های|که|کے|کی|برای|این|شده|میں|اور)(?!\w)")
_HABITS: Final = frozenset(("don't", "dont", "doesn't", "doesnt"))


def firm(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    """The reading where it is firm, a weaker one where that is safe, else None with the reason."""
    if not words.words[clause.head[0]].isascii():
        return _arabic(words, clause, verb, how)
    if how.modality == "intention":
        return announced(words, clause, verb, how)
    if how.modality == "progress":
        return _progress(words, clause, verb, how)
    if how.modality == "denial":
        return _denial(words, clause, how)
    if how.modality == "threat":
        return _threat(words, clause, how)
    if how.modality == "report" and clause.entry is not None and clause.entry.form == "base":
        wished = words.words[max(clause.sentence[0], clause.head[0] - 2) : clause.head[0]]
        return (None, "a wish: no deed") if wished[-1:] == ["to"] and wished[0].startswith("want") else (how, "")
    if how.modality in ("hedged", "conditional"):
        return _open(words, clause, how)
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
    stem = entry is not None and entry.form == "impf" and words.words[clause.head[0]].lstrip("وف").startswith("ا")
    if how.modality == "intention" and stem and not verb.future and not verb.planned:
        return reported(how, "a perfect that looks like a first person")  # أسقط: he brought down, or I bring down
    return how, ""


def _progress(words: Words, clause: Clause, verb: Group, how: Meant) -> Firm:
    first, last = clause.sentence
    head, entry = clause.head[0], clause.entry
    word, before = words.words[head], words.words[head - 1] if head else ""
    if clause.cue == "near":
        subject = any(words.words[k].isalpha() for k in range(first, head))
        return (how, "") if subject or first == 0 else (None, "where something else happened")
    if entry is None:
        stands = word in ("still", "now") and any(w in _HELD for w in words.words[first:last])
        return (how, "") if stands or word in ("clashes", "fighting") else (None, "a state of no act")
    if any(w in _FLEEING for w in words.words[max(first, head - 6) : head]) and entry.value == "advance":
        return None, "people on their way: no move of a side"
    subject = words.words[verb.first - 1] if verb.first > first else ""
    if subject in ("he", "she", "you", "i") and entry.value != "bombard":
        return None, "of one person: no state of the conflict"
    if before in ("let", "lets", "letting", "watching", "see", "seeing"):
        return None, "what is let happen or watched"
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
    if entry.form == "base" and not now and word not in _ADVANCES:
        return reported(how, "a headline's present")
    return _cued(words, clause, verb, how, now)


def _cued(words: Words, clause: Clause, verb: Group, how: Meant, now: bool) -> Firm:
    """Where a cue such as "still", "outskirts" says that an act goes on: it must be this act's."""
    last, entry = clause.sentence[1], clause.entry
    if clause.type in ("execute", "announce") and not verb.continuous:
        return reported(how, "an act that is over")
    at = words.first("progress", clause.first, last)
    if at is None or entry is None or (verb.continuous and _being(words, verb, clause.head[0])):
        return how, ""
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


def _denial(words: Words, clause: Clause, how: Meant) -> Firm:
    first, last = clause.sentence
    i, j = clause.head
    low = max(first, i - 6)
    said = words.words[low:i]
    if any(w in ("i", "i'm", "im", "my") for w in words.words[max(first, i - 4) : j]):
        return None, "of the poster's own life: no event"
    if any(w in ("when", "whenever", "while", "like") for w in words.words[clause.first : min(i, clause.first + 2)]):
        return None, "a negation by the way"
    if words.words[i] in ("instead", "rather", "hardly") or any(w in _FORETOLD for w in words.words):
        return None, "a comparison or a tradition: no event is denied"
    if any(w in _UNABLE for w in words.words[low : i + 1]) and "have" not in said and not words.any(("say",), first, i):
        return None, "what somebody is held unable to do: no event"
    at = words.first("denial", first, last)
    if at and words.words[at[0]].startswith("den") and any(w in _REFUSED for w in words.words[at[1] : at[1] + 2]):
        return None, "something refused: no event is denied"
    if clause.cue == "denial":
        placed = any(k in words.placed for k in range(first, last)) or side_before(words, first, last)
        return (how, "") if placed else (None, "false of something else than an event")
    if clause.entry is not None:
        return _deed_denied(words, clause, how)
    if words.words[i] == "yet":
        return how, ""
    if any(w in _BECAUSE for w in said) or any(w in _WHICH for w in words.words[max(first, i - 3) : i]):
        return None, "a negation by the way"
    if "negdet" in words.kinds[i]:
        return (
            (how, "")
            if words.words[i] in ("nobody", "none", "no-one", "noone") or _counted(words, j)
            else (None, "no event")
        )
    after = following(words, j, last)
    habit = words.words[i] in _HABITS or (words.words[i] == "not" and words.words[i - 1 : i] in (["do"], ["does"]))
    named = j < last and words.kinds[j].keys() & {"actor", "outlet"}
    if not after or after[0] in _IDLE or habit or named:
        return None, "a negation of no act"
    ahead = any("future" in words.kinds[k] for k in range(low, j)) or words.words[i] in ("won't", "wont")
    acts = (
        after[0].endswith("ed")
        or words.words[i] in ("didn't", "didnt", "did")
        or "did" in said
        or "been" in said
        or "has" in said
    )
    return (how, "") if ahead or acts or side_before(words, max(first, i - 5), i) else (None, "a negation of no act")


def _deed_denied(words: Words, clause: Clause, how: Meant) -> Firm:
    """A denied deed: at a place or of a side, and no habit, leave or reason."""
    first, last = clause.sentence
    i = clause.head[0]
    said = words.words[max(first, i - 6) : i]
    negs = [(a, b) for kind in ("neg", "negdet") for a, b, _ in words.of(kind, clause.first, i)]
    if negs:
        a, b = max(negs)
        people = words.kinds[b].keys() & (SIDED | {"civil", "unit", "noun", "placenoun"}) if b < last else ()
        if words.words[a] == "no" and not people and words.words[b : b + 1] != ["longer"]:
            return None, "nothing of an event is denied"
        if words.words[a] == "not" and words.kinds[b].keys() & {"actor", "outlet"}:
            return None, "a comparison: no event is denied"
        if (
            clause.entry is not None
            and clause.entry.kind == "noun"
            and words.words[b] in _IDLE
            and words.words[b] not in _LIGHTS
        ):
            return None, "another verb is denied"
    if "rather" in words.words[first + 1 : last] and not negs:
        return None, "a comparison: no event is denied"
    if not _about(words, first, last):
        return None, "of no side and no place: no event"
    if any(w in _LEAVE for w in said) or any(w in _WHY for w in words.words[max(first, i - 10) : i]):
        return None, "leave, a reason or a problem: no event is denied"
    if words.words[i - 1 : i] == ["to"] and any(w in ("no", "nothing") for w in said):
        return None, "leave, a reason or a problem: no event is denied"
    if any(w in _HABITS for w in said) and not any(w in _GOING_ON for w in words.words[clause.first : clause.last]):
        return None, "a habit: no event is denied"
    return how, ""


_LIGHTS: Final = frozenset(
    ("be", "been", "a", "an", "the", "any", "able", "take", "have", "make", "in", "on", "all", "there")
)
_LEAVE: Final = frozenset(("allowed", "allow", "necessary", "need", "needed", "supposed", "instead"))
_WHY: Final = frozenset(("why", "reason", "wonder", "whoever"))


def _about(words: Words, first: int, last: int) -> bool:
    """Whether a side, a place or a name is in [first, last): something that an event can be of."""
    if words.any((*SIDED, "enemy", "civil", "placenoun"), first, last):
        return True
    return any(
        k in words.placed or (k > first and words.words[k].isalpha() and words.capital(k)) for k in range(first, last)
    )


def _counted(words: Words, j: int) -> bool:
    """Whether "no" is followed by people: "no fighters were ..."."""
    return (
        j < len(words.kinds) and bool(words.kinds[j].keys() & (SIDED | {"civil", "unit"})) and words.words[j] != "women"
    )


def _threat(words: Words, clause: Clause, how: Meant) -> Firm:
    """A warning about somebody is no threat, nor is "just wait to"."""
    first, last = clause.sentence
    if any(w in _FORETOLD for w in words.words):
        return None, "a prophecy: no threat"
    for i, j, _ in words.of("threat", first, last):
        after = words.words[j : j + 1]
        if (
            words.words[i].startswith("warn")
            and j - i == 1
            and after
            and after[0] in ("us", "about", "against", "me", "him")
        ):
            return None, "a warning about others: no threat"
    if not _about(words, first, last) and "you" not in words.words[first:last]:
        return None, "against no side and at no place: no threat"
    cue = words.first("threat", first, last)
    if (
        cue
        and words.words[cue[0]] in ("consequences", "payback")
        and words.words[cue[1] : cue[1] + 1] in (["for"], ["of"])
    ):
        return None, "consequences of something: no threat"
    calls = [words.words[i:j] for i, j, _ in words.of("address", first, last)]
    spoken = any(c[-1] not in ("of", "every") or c[0] == "o" for c in calls)
    if cue is None and calls and not spoken and how.cues[0].says.endswith("aimed at"):
        return None, "named, not spoken to: no threat"
    for i, j, _ in words.of("address", first, last):
        if words.words[i:j] == ["just", "wait"] and words.words[j : j + 1] == ["to"]:
            return None, "what somebody waits for: no threat"
    return how, ""


def _open(words: Words, clause: Clause, how: Meant) -> Firm:
    """A doubt or a condition beside no act tells of no event, unless somebody reports or announces one."""
    if any(w in _FORETOLD or w == "please" for w in words.words):
        return None, "a tradition or a request: no event"
    if clause.entry is not None:
        return how, ""
    first, last = clause.sentence
    if how.modality == "conditional":
        ahead = words.any(("future",), first, last) or any(w in ("would", "could") for w in words.words[first:last])
        return (how, "") if ahead or words.any(("say",), first, last) else (None, "a condition of no act")
    i, j = clause.head
    told = words.words[i:j]
    return (None, "an opinion: no event") if any(w in _OPINIONS for w in told) else (how, "")
