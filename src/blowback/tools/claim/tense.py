"""The verb group of a head: auxiliaries, negation and what is planned, tried or failed before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.model.claim import Cue
from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import STOP, Words

_LINKS: Final = listed("tense_links")
_PAST_FORMS: Final = listed("tense_past_forms")
_WILLS: Final = listed("tense_wills")
_AFTER_PASSIVE: Final = listed("tense_after_passive")
_NO_HEADLINE: Final = listed("tense_no_headline")
_NO_ORDER: Final = listed("tense_no_order")

_CHAIN: Final = frozenset(("aux", "be", "adv", "neg", "future", "plan", "fail", "trying", "hedge", "light", "progress"))
_ORDER_CHAIN: Final = frozenset(("order",))


@dataclass(frozen=True, slots=True)
class Group:
    """What the words around the head make of it."""

    first: int  # first word of the group
    future: bool = False
    continuous: bool = False
    passive: bool = False
    imperative: bool = False
    infinitive: bool = False
    negation: tuple[int, int] | None = None
    failed: tuple[int, int] | None = None
    planned: tuple[int, int] | None = None
    tried: tuple[int, int] | None = None
    modal: tuple[int, int] | None = None  # may, might, could, قد
    must: tuple[int, int] | None = None
    past: bool = True


def group(words: Words, clause: Clause) -> Group:
    """Read the verb group to the left of the head."""
    head = clause.head[0]
    seen: dict[str, tuple[int, int]] = {}
    k, taken = head - 1, head
    finite = clause.entry is not None and clause.entry.kind == "verb" and clause.entry.form not in ("masdar", "ger")
    while k >= clause.first and head - k <= 9:
        kinds = words.kinds[k]
        if words.words[k] in STOP or not (
            kinds.keys() & _CHAIN or kinds.keys() & _ORDER_CHAIN or words.words[k] in _LINKS
        ):
            break
        if finite and words.words[k] in ("a", "an", "the", "of", "for") and not kinds.keys() & {"plan", "future"}:
            break
        for kind in kinds:
            seen.setdefault(kind, kinds[kind][:2])
        taken = k
        k -= 1
    form = clause.entry.form if clause.entry else ""
    chain = [words.words[x] for x in range(taken, head)]
    be = any("be" in words.kinds[x] for x in range(taken, head))
    arabic = not words.words[head].isascii()
    return Group(
        first=taken,
        future="future" in seen or form == "fut" or _will_be(chain),
        continuous=_continuous(form, chain, be, arabic) and (be or _leading(words, clause)),
        passive=_passive(words, clause, form, be, arabic),
        imperative=form == "base" and not chain and _starts(words, clause, head),
        infinitive=form == "base" and chain[-1:] == ["to"],
        negation=seen.get("neg") or _joint_neg(chain, taken),
        failed=seen.get("fail"),
        planned=seen.get("plan"),
        tried=seen.get("trying"),
        modal=_modal(words, taken, head, arabic, form),
        must=seen.get("order"),
        past=form in _PAST_FORMS,
    )


def _will_be(chain: list[str]) -> bool:
    return any(c in _WILLS or c.endswith("'ll") for c in chain)


def _joint_neg(chain: list[str], first: int) -> tuple[int, int] | None:
    at = next((first + k for k, c in enumerate(chain) if c.endswith("n't")), None)
    return None if at is None else (at, at + 1)


def _continuous(form: str, chain: list[str], be: bool, arabic: bool) -> bool:
    if arabic:
        return False
    return form == "ger" and not any(c in ("was", "were") for c in chain) and (be or not chain)


def _passive(words: Words, clause: Clause, form: str, be: bool, arabic: bool) -> bool:
    entry = clause.entry
    if entry is None or entry.kind != "verb":
        return False
    if arabic:
        return form == "pass"
    if "i" in entry.how:
        return False
    if be:
        return form in ("part", "past")
    if form == "part" and not _has(words, clause):
        return True
    if form != "past" or _has(words, clause):
        return False
    after = words.words[clause.head[1]] if clause.head[1] < len(words.words) else "."
    if after == "by":
        return True
    bare = after in STOP or after in _AFTER_PASSIVE
    return bare and clause.head[0] > clause.first


def _leading(words: Words, clause: Clause) -> bool:
    """Whether a bare "-ing" is the main verb of its sentence, as in headlines; after "by", "after" it is not."""
    before = words.words[clause.head[0] - 1] if clause.head[0] else "."
    return clause.first == clause.sentence[0] and before not in _NO_HEADLINE


def _has(words: Words, clause: Clause) -> bool:
    return any(
        words.words[k] in ("has", "have", "had", "having") or words.words[k].endswith("'ve")
        for k in range(max(clause.first, clause.head[0] - 4), clause.head[0])
    )


def _starts(words: Words, clause: Clause, head: int) -> bool:
    """Whether the head is the first word that says something: then a base form is an order."""
    for k in range(head - 1, clause.first - 1, -1):
        word = words.words[k]
        if word in (":", '"'):
            break
        if (
            word in STOP
            or "conj" in words.kinds[k]
            or "adv" in words.kinds[k]
            or word.startswith("@")
            or word in ("please", "brothers", "o", "so", "now", "go")
        ):
            continue
        return False
    after = words.words[clause.head[1]] if clause.head[1] < len(words.words) else "."
    return after not in _NO_ORDER


def _modal(words: Words, first: int, head: int, arabic: bool, form: str) -> tuple[int, int] | None:
    for k in range(first, head):
        item = words.kinds[k].get("hedge")
        if item is None:
            continue
        if words.words[k] in ("قد", "وقد", "فقد") and form != "impf":
            continue
        return item[:2]
    del arabic
    return None


def cue(words: Words, at: tuple[int, int], says: str) -> Cue:
    """A cue of the plain words as one of the text as published."""
    start, end = words.span(*at)
    return Cue(start, end, says)
