"""Who acts and on whom or what in Arabic: the subject before or behind its verb, the target behind its preposition."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Clause
from blowback.tools.claim.lexicon import Entry
from blowback.tools.claim.lists import listed
from blowback.tools.claim.parts import LONGEST, NONE, Roles
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_CALLS: Final = listed("roles_ar_calls")
_OPENING: Final = listed("roles_ar_opening")

_PREPOSITIONS: Final = listed("roles_ar_prepositions")
_LEADS: Final = {
    "withdraw": ("من",), "advance": ("نحو", "الي", "باتجاه", "صوب", "من", "علي", "في", "تجاه"), "attack": ("علي", "مع", "ضد"),
    "bombard": ("علي",), "ambush": ("علي", "ل"), "capture": ("علي",), "besiege": ("علي",), "detain": ("علي",), "seize": ("علي",),
    "announce": (), "destroy": (), "execute": (),
}  # fmt: skip
_NOTHING: Final = (0, 0, Entry(""))


def arabic(words: Words, clause: Clause, verb: Group) -> Roles:
    """Actor and target of an Arabic clause."""
    entry = clause.entry
    if entry is None:
        return Roles(NONE, NONE)
    at = clause.head[1]
    if entry.kind == "noun" or entry.form in ("masdar", "pass"):
        return _arabic_noun(words, clause)
    actor = NONE if "1" in entry.how else _arabic_subject(words, clause, verb)
    leads = (entry.prep,) if entry.prep else _LEADS.get(clause.type, ())
    plain = _arabic_phrase(words, at, clause.last)
    if actor == NONE and plain != NONE and "1" not in entry.how and not words.words[clause.head[0]].endswith("وا"):
        split = _split(words, plain)
        if split:
            actor, plain = split
    if "f" in entry.how:
        return Roles(_arabic_led(words, at, clause.last, ("بيد", "بايدي", "تحت")), plain if plain != NONE else actor)
    if "i" in entry.how or entry.prep:
        if actor == NONE and plain != NONE:
            actor = plain
        led = _arabic_led(words, max(at, actor[1]), clause.last, leads)
        return Roles(actor, led if led != NONE else (plain if plain != actor else NONE))
    if plain != NONE and words.kinds[plain[0]].get("verb", _NOTHING)[2].form == "masdar" and plain[1] - plain[0] == 1:
        at, plain = plain[1], NONE  # "استعاد السيطرة على": the object is behind the noun
        leads = leads or ("علي",)
    if plain == NONE:
        plain = _arabic_led(words, max(at, actor[1]), clause.last, leads or _LEADS.get(clause.type, ()))
    return Roles(actor, plain)


def _arabic_noun(words: Words, clause: Clause) -> Roles:
    at, entry = clause.head[1], clause.entry
    if entry is None:
        return Roles(NONE, NONE)
    by = NONE
    for k in range(at, clause.last - 1):
        told = words.words[k]
        if told in ("يد", "قبل", "ايدي", "بيد") and words.words[k - 1] in ("علي", "من", told):
            by = _arabic_phrase(words, k + 1, clause.last)
            break
    actor = (
        by
        if by != NONE
        else next(
            ((i, _wide(words, i, j, clause.head[0])) for i, j, _ in words.of("actor", clause.first, clause.head[0])),
            NONE,
        )
    )
    if entry.form in ("masdar", "pass") and clause.type not in ("advance", "withdraw"):
        target = _arabic_phrase(words, at, clause.last)
        split = _split(words, target) if target != NONE else None
        if split and actor == NONE and split[1] != NONE:
            actor, target = split
        if target == NONE or entry.prep or "i" in entry.how:
            led = _arabic_led(words, at, clause.last, (entry.prep,) if entry.prep else _LEADS.get(clause.type, ()))
            if led == NONE and ("i" in entry.how or entry.prep == "مع"):
                target = NONE
            if led != NONE:
                if target != NONE and actor == NONE:
                    actor = target
                target = led
        if "f" in entry.how:
            actor = _arabic_led(words, at, clause.last, ("بيد", "بايدي", "علي"))
        return Roles(actor, target)
    plain = _arabic_phrase(words, at, clause.last)
    if plain != NONE and actor == NONE and "actor" in words.kinds[plain[0]]:
        actor = plain
    led = _arabic_led(words, at, clause.last, _LEADS.get(clause.type, ()))
    return Roles(actor, led)


def _wide(words: Words, first: int, last: int, limit: int) -> int:
    """An actor's name with the adjectives behind it."""
    while (
        last < limit
        and last - first < 4
        and words.words[last].startswith("ال")
        and "placenoun" not in words.kinds[last]
        and "verb" not in words.kinds[last]
        and last not in words.placed
    ):
        last += 1
    return last


def _arabic_subject(words: Words, clause: Clause, verb: Group) -> tuple[int, int]:
    """A subject before its verb: the words of the clause up to the verb group, where no preposition opens them."""
    end = verb.first
    start = end
    while start > clause.first and end - start < LONGEST:
        word, kinds = words.words[start - 1], words.kinds[start - 1]
        if (
            word in STOP
            or kinds.keys() & {"verb", "say", "rel", "cite", "hedge"}
            or ("conj" in kinds and "actor" not in kinds)
        ):
            break
        if word in _PREPOSITIONS or start - 1 in words.timed:
            break
        start -= 1
    while start < end and (
        words.words[start] in _CALLS or (words.words[start].isascii() and not words.words[start].isalpha())
    ):
        start += 1
    if start >= end:
        return NONE
    if not any(words.kinds[k].keys() & {"actor", "own", "enemy", "person", "unit", "civil"} for k in range(start, end)):
        return NONE
    return start, end


def _split(words: Words, phrase: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """A subject behind its verb, parted from the object: the name of an actor with its adjectives, then the rest."""
    start, end = phrase
    item = words.kinds[start].get("actor") or words.kinds[start].get("own")
    if item is None:
        return None
    stop = _wide(words, start, min(item[1], end), end)
    return (start, stop), ((stop, end) if stop < end else NONE)


def _arabic_phrase(words: Words, start: int, last: int) -> tuple[int, int]:
    while start < last and (
        words.words[start] in _OPENING
        or (words.words[start] == "من" and start and words.words[start - 1] == "اكثر")
        or (words.words[start] == "عن" and words.words[start - 1] == "يقل")
    ):
        start += 1
    end = start
    while end < last and end - start < LONGEST:
        word, kinds = words.words[end], words.kinds[end]
        if word in STOP or kinds.keys() & {"rel", "say", "cite"} or ("conj" in kinds and "actor" not in kinds):
            break
        if word in _PREPOSITIONS and not (word == "من" and end > start and words.words[end - 1][:1].isdigit()):
            break
        if end in words.timed or (
            end > start
            and "verb" in kinds
            and kinds["verb"][2].form in ("perf", "impf", "fut")
            and "b" not in kinds["verb"][2].how
        ):
            break
        if (
            end > start
            and word[:1] == "ب"
            and len(word) > 3
            and ("noun" in kinds or "verb" in kinds or word.startswith("بال"))
        ):
            break
        end += 1
    return (start, end) if start < end else NONE


def _arabic_led(words: Words, start: int, last: int, leads: tuple[str, ...]) -> tuple[int, int]:
    for k in range(start, min(last, start + 9)):
        if words.words[k] in STOP:
            break
        if words.words[k] in leads:
            return _arabic_phrase(words, k + 1, last)
    return NONE
