"""Whether a denial denies an event, a threat threatens somebody, and a doubt or condition is one of an act."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lists import listed
from blowback.tools.claim.modality import Meant
from blowback.tools.claim.taken_back import SIDED, Firm, following, side_before
from blowback.tools.claim.tokens import Words

_IDLE: Final = listed("firm_idle")
_GOING_ON: Final = listed("firm_going_on")
_BECAUSE: Final = listed("firm_because")
_WHICH: Final = frozenset(("who", "that", "which", "what", "whom", "whose"))
_REFUSED: Final = frozenset(
    ("bail", "food", "water", "entry", "access", "visa", "aid", "treatment", "medical", "permission")
)
_UNABLE: Final = frozenset(("can't", "cannot", "cant"))
_OPINIONS: Final = listed("firm_opinions")
_FORETOLD: Final = listed("firm_foretold")
_CLAIMS: Final = listed("firm_claims")
_NOBODY: Final = listed("firm_nobody")
_FINITE: Final = listed("firm_finite")
_PARTS: Final = (["all"], ["one"], ["every"], ["a"])
_HABITS: Final = frozenset(("don't", "dont", "doesn't", "doesnt"))
_LIGHTS: Final = frozenset(
    ("be", "been", "a", "an", "the", "any", "able", "take", "have", "make", "in", "on", "all", "there")
)
_LEAVE: Final = frozenset(("allowed", "allow", "necessary", "need", "needed", "supposed", "instead"))
_WHY: Final = frozenset(("why", "reason", "wonder", "whoever"))


def denied(words: Words, clause: Clause, how: Meant) -> Firm:
    """The denial where an event is denied; None with the reason where the words only hold a negation."""
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
    rejected = at is not None and words.words[at[0]].startswith(("reject", "dismiss"))
    if at and rejected and not any(w in _CLAIMS for w in words.words[at[0] : at[1] + 6]):
        return None, "something refused: no event is denied"
    if any(w in ("shouldn't", "shouldnt", "should") for w in words.words[low : j + 1]):
        return None, "what should not be: no event"
    if clause.cue == "denial":
        placed = any(k in words.placed for k in range(first, last)) or side_before(words, first, last)
        return (how, "") if placed else (None, "false of something else than an event")
    if clause.cue != "denial" and not _finite(words, max(first, i - 9), j, last):
        return None, "a negation of no finite verb: no event"
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
        behind = words.words[b : b + 3]
        told = behind[:1] in (["longer"], ["one"]) or any(w in ("was", "were", "has", "have") for w in behind)
        if words.words[a] == "no" and not people and not told:
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


def _finite(words: Words, low: int, high: int, last: int) -> bool:
    """Whether a denial is one of a finite verb: "did not take", "denies", "nobody took"; not "not for", "without"."""
    for kind in ("denial", "fail"):
        if words.any((kind,), low, last):
            return True
    for k in range(low, min(high + 6, last)):
        word, before = words.words[k], words.words[k - 1] if k else ""
        if word in _NOBODY or (word.endswith("n't") and word != "ain't"):
            return True
        if word in ("not", "never", "yet") and (before in _FINITE or word != "not"):
            return True
        if word == "not" and (words.any(("say",), low, last) or words.words[k + 1 : k + 2] in _PARTS):
            return True
        if (
            word == "no"
            and k + 1 < last
            and words.kinds[k + 1].keys() & (SIDED | {"civil", "unit", "noun", "placenoun"})
        ):
            return True
        behind = words.words[k + 1 : k + 4]
        if word == "no" and (
            behind[:1] in (["longer"], ["one"]) or any(w in ("was", "were", "has", "have") for w in behind)
        ):
            return True
    return False


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


def threatened(words: Words, clause: Clause, how: Meant) -> Firm:
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
    read = clause.entry is None and cue is None and calls[:1] in ([["you"]], [["your"]])
    if read and not words.any(("enemy",), first, last):
        return None, "said to a reader: no threat"
    opens = any(i <= first + 2 and words.words[i] in ("to", "message") for i, _, _ in words.of("address", first, last))
    spoken = opens or any(c[-1] not in ("of", "every") or c[0] == "o" for c in calls)
    if cue is None and calls and not spoken and clause.type != "withdraw" and how.cues[0].says.endswith("aimed at"):
        return None, "named, not spoken to: no threat"
    for i, j, _ in words.of("address", first, last):
        if words.words[i:j] == ["just", "wait"] and words.words[j : j + 1] == ["to"]:
            return None, "what somebody waits for: no threat"
    return how, ""


def doubted(words: Words, clause: Clause, how: Meant) -> Firm:
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
