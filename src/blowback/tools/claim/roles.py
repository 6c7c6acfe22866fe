"""Who acts and on whom or what: word order and a few prepositions, in English and Arabic; no parser."""

from __future__ import annotations

from typing import Final, NamedTuple

from blowback.tools.claim.clauses import Clause
from blowback.tools.claim.lexicon import Entry
from blowback.tools.claim.tense import Group
from blowback.tools.claim.tokens import STOP, Words

_PREPOSITIONS: Final = frozenset(
    "north south east west in on at near from to into towards toward against with by after before during around inside outside over under through across along between behind as for via despite amid within without about of off out then yesterday today".split()
)
_ARABIC_PREPOSITIONS: Final = frozenset("في من الي علي عن مع نحو باتجاه بالقرب قرب شمال جنوب شرق غرب وسط داخل خارج ضد عند بعد قبل خلال اثر عقب حتي تجاه صوب بين حول لدي بيد بايدي اثناء بواسطه عبر بعدما مما بسبب".split())
_SKIP: Final = frozenset("least more than about over the a an breaking urgent update news now our just so then and but however meanwhile also video photo photos watch alert".split())
_LEADS: Final = {  # preposition before the target of a verb that takes no plain object
    "withdraw": ("from", "out"), "advance": ("towards", "toward", "to", "on", "into", "near", "for"),
    "attack": ("on", "against", "with", "at"), "bombard": ("on", "against", "at"), "ambush": ("on", "against", "targeting", "at", "for"),
    "capture": ("of", "over"), "destroy": ("of",), "detain": ("of",), "execute": ("of",), "besiege": ("of", "on", "around"), "seize": ("of",),
    "announce": ("of", "to"),
}  # fmt: skip
_ARABIC_LEADS: Final = {
    "withdraw": ("من",), "advance": ("نحو", "الي", "باتجاه", "صوب", "من", "علي", "في", "تجاه"), "attack": ("علي", "مع", "ضد"),
    "bombard": ("علي",), "ambush": ("علي", "ل"), "capture": ("علي",), "besiege": ("علي",), "detain": ("علي",), "seize": ("علي",),
    "announce": (), "destroy": (), "execute": (),
}  # fmt: skip
_FILLER: Final = frozenset(("control", "full", "complete", "the", "a", "an", "at", "more", "than", "least", "all", "both", "parts", "of", "another"))
_LONGEST: Final = 8


_BREAKS: Final = frozenset(("conj", "rel", "verb", "say", "future", "hedge", "aspire", "threat", "plan", "trying", "fail", "if"))


class Roles(NamedTuple):
    """Actor and target as word ranges, empty where the text does not say."""

    actor: tuple[int, int]
    target: tuple[int, int]


_NONE: Final = (0, 0)
_NOTHING: Final = (0, 0, Entry(""))


def roles(words: Words, clause: Clause, verb: Group) -> Roles:
    """Actor and target of a clause."""
    if clause.entry is None:
        return Roles(_NONE, _NONE)
    if words.words[clause.head[0]].isascii():
        return _english(words, clause, verb)
    return _arabic(words, clause, verb)


def _english(words: Words, clause: Clause, verb: Group) -> Roles:
    entry = clause.entry
    assert entry is not None
    before = _subject(words, clause, verb)
    by = _by(words, clause)
    if before != _NONE and any("noun" in words.kinds[k] for k in range(*before)) and not verb.passive:
        owner = next(((i, j) for i, j, _ in words.of("actor", *before)), None)
        before = before if owner else _NONE  # "Russian airstrikes" act, "an attack" is no actor
    if entry.kind == "noun" or entry.form == "masdar":
        by = by if by != _NONE else _bearer(words, clause)
        return Roles(by if by != _NONE else _owner(words, clause), _after(words, clause.head[1], clause, _LEADS.get(clause.type, ()), light=True))
    if verb.passive:
        return Roles(by, before)
    if "f" in entry.how and words.words[clause.head[0]].startswith("f"):  # "Mosul fell (to X)"
        told = words.words[clause.head[0] : clause.head[1]]
        at = clause.head[1]
        to = told[-1] == "to" or (at < clause.last and words.words[at] in ("to", "into"))
        return Roles(_phrase(words, at + (told[-1] != "to"), clause.last) if to else _NONE, before)
    target = _after(words, clause.head[1], clause, _LEADS.get(clause.type, ()), direct="i" not in entry.how or words.words[clause.head[1] - 1] in _PREPOSITIONS)
    if "w" in entry.how and entry.value == "attack" and words.words[clause.head[0]].startswith(("die", "dy")):
        return Roles(_NONE, before)
    if target == _NONE and clause.others:  # "launched an attack on X"
        noun = next((g for g in clause.others if g[0] > clause.head[0]), None)
        if noun:
            target = _after(words, noun[1], clause, _LEADS.get(clause.type, ()))
    return Roles(before, target)


def _subject(words: Words, clause: Clause, verb: Group) -> tuple[int, int]:
    end = verb.first
    while end > clause.first and (words.kinds[end - 1].keys() & {"adv", "aux", "hedge", "light"} or words.words[end - 1] in ("to",)) and "actor" not in words.kinds[end - 1]:
        end -= 1
    start = end
    while start > clause.first and end - start < _LONGEST:
        word, kinds = words.words[start - 1], words.kinds[start - 1]
        if word in STOP or (kinds.keys() & _BREAKS and "actor" not in kinds and "noun" not in kinds and word not in ("and",)):
            break
        if start - 1 in words.timed:
            break
        start -= 1
    # the first preposition other than "of", "from" ends the name: "fighters of X in Y"
    for k in range(start, end):
        if words.words[k] in _PREPOSITIONS and words.words[k] not in ("of", "from") and k > start:
            end = k
            break
    while start < end and (words.words[start] in _SKIP or words.words[start] in _PREPOSITIONS or words.kinds[start].keys() & {"conj", "hedge", "adv"} or words.words[start].startswith("@")) and words.words[start] not in ("we", "us"):
        if "actor" in words.kinds[start]:
            break
        start += 1
    return (start, end) if start < end else _NONE


def _owner(words: Words, clause: Clause) -> tuple[int, int]:
    """Whose act a noun is: "ISIS attack", "Russian airstrike", "launched by" is elsewhere."""
    light = next((i for i, _, _ in words.of("light", clause.first, clause.head[0])), clause.head[0])
    found = [(i, j) for i, j, _ in words.of("actor", clause.first, light)]
    return found[-1] if found else _NONE


def _bearer(words: Words, clause: Clause) -> tuple[int, int]:
    """The subject of a verb before the noun: "the regime dropped barrel bombs"."""
    lead = next((g for g in clause.others if g[2].kind == "verb" and g[0] < clause.head[0]), None)
    if lead is None:
        return _NONE
    end = lead[0]
    while end > clause.first and words.kinds[end - 1].keys() & {"aux", "adv"}:
        end -= 1
    return _subject(words, clause, Group(first=end))


def _by(words: Words, clause: Clause) -> tuple[int, int]:
    for k in range(clause.head[1], clause.last - 1):
        if words.words[k] in STOP:
            break
        if words.words[k] == "by" and "verb" not in words.kinds[k + 1]:
            got = _phrase(words, k + 1, clause.last)
            if got != _NONE and got[0] not in words.timed and not _means(words, got):
                return got
    return _NONE


def _means(words: Words, at: tuple[int, int]) -> bool:
    """Whether "by" names a means ("by IED", "by a guided missile"), not somebody."""
    found = range(*at)
    return any("noun" in words.kinds[k] or "gear" in words.kinds[k] for k in found) and not any("actor" in words.kinds[k] for k in found)


def _after(words: Words, at: int, clause: Clause, leads: tuple[str, ...], *, direct: bool = False, light: bool = False) -> tuple[int, int]:
    """The phrase after the head: at once for a verb with an object, else behind one of the prepositions."""
    last = clause.last
    if direct:
        got = _phrase(words, at, last)
        if got != _NONE:
            return got
    for k in range(at, min(last, at + 8)):
        if words.words[k] in STOP or "verb" in words.kinds[k]:
            break
        if light and words.words[k] in ("hits", "hit", "rocks", "rocked", "strikes", "targeting", "targets"):
            return _phrase(words, k + 1, last)
        if words.words[k] in leads:
            start = k + 1 + (k + 1 < last and words.words[k] == "out" and words.words[k + 1] == "of")
            got = _phrase(words, start, last)
            if got != _NONE:
                return got
    return _NONE


def _phrase(words: Words, start: int, last: int) -> tuple[int, int]:
    """A noun phrase from here: up to a sign, preposition, joining word or verb."""
    while start < last and (words.words[start] in ("the", "a", "an", "of", "our", "at", "least", "more", "than", "about", "over", "some", "nearly", "around", "also", "up", "to") or "adv" in words.kinds[start]) and words.words[start] not in STOP:
        if words.words[start] in ("at",) and not (start + 1 < last and words.words[start + 1] == "least"):
            break
        if words.words[start] in ("to", "around", "over") :
            if not (start + 1 < last and words.words[start + 1][:1].isdigit()):
                break
        start += 1
    end = start
    while end < last and end - start < _LONGEST:
        word, kinds = words.words[end], words.kinds[end]
        if word in STOP:
            break
        if word in _PREPOSITIONS and not (word == "of" and end > start):
            break
        if kinds.keys() & {"conj", "rel", "be", "future"} and "actor" not in kinds and word != "and":
            break
        if word == "and" and (end + 1 >= last or words.kinds[end + 1].keys() & {"verb", "light"} or end == start):
            break
        if end in words.timed or (end > start and "verb" in kinds and kinds["verb"][2].form in ("past", "third", "ger")):
            break
        end += 1
    return (start, end) if start < end else _NONE


def _arabic(words: Words, clause: Clause, verb: Group) -> Roles:
    entry = clause.entry
    assert entry is not None
    at = clause.head[1]
    if entry.kind == "noun" or entry.form in ("masdar", "pass"):
        return _arabic_noun(words, clause)
    actor = _NONE if "1" in entry.how else _arabic_subject(words, clause, verb)
    leads = (entry.prep,) if entry.prep else _ARABIC_LEADS.get(clause.type, ())
    plain = _arabic_phrase(words, at, clause.last)
    if actor == _NONE and plain != _NONE and "1" not in entry.how and not words.words[clause.head[0]].endswith("وا"):
        split = _split(words, plain)
        if split:
            actor, plain = split
    if "f" in entry.how:
        return Roles(_arabic_led(words, at, clause.last, ("بيد", "بايدي", "تحت")), plain if plain != _NONE else actor)
    if "i" in entry.how or entry.prep:
        if actor == _NONE and plain != _NONE:
            actor = plain
        led = _arabic_led(words, max(at, actor[1]), clause.last, leads)
        return Roles(actor, led if led != _NONE else (plain if plain != actor else _NONE))
    if plain != _NONE and words.kinds[plain[0]].get("verb", _NOTHING)[2].form == "masdar" and plain[1] - plain[0] == 1:
        at, plain = plain[1], _NONE  # "استعاد السيطرة على": the object is behind the noun
        leads = leads or ("علي",)
    if plain == _NONE:
        plain = _arabic_led(words, max(at, actor[1]), clause.last, leads or _ARABIC_LEADS.get(clause.type, ()))
    return Roles(actor, plain)


def _arabic_noun(words: Words, clause: Clause) -> Roles:
    at, entry = clause.head[1], clause.entry
    assert entry is not None
    by = _NONE
    for k in range(at, clause.last - 1):
        told = words.words[k]
        if told in ("يد", "قبل", "ايدي", "بيد") and words.words[k - 1] in ("علي", "من", told):
            by = _arabic_phrase(words, k + 1, clause.last)
            break
    actor = by if by != _NONE else next(((i, _wide(words, i, j, clause.head[0])) for i, j, _ in words.of("actor", clause.first, clause.head[0])), _NONE)
    if entry.form in ("masdar", "pass") and clause.type not in ("advance", "withdraw"):
        target = _arabic_phrase(words, at, clause.last)
        split = _split(words, target) if target != _NONE else None
        if split and actor == _NONE and split[1] != _NONE:
            actor, target = split
        if target == _NONE or entry.prep or "i" in entry.how:
            led = _arabic_led(words, at, clause.last, (entry.prep,) if entry.prep else _ARABIC_LEADS.get(clause.type, ()))
            if led == _NONE and ("i" in entry.how or entry.prep == "مع"):
                target = _NONE
            if led != _NONE:
                if target != _NONE and actor == _NONE:
                    actor = target
                target = led
        if "f" in entry.how:
            actor = _arabic_led(words, at, clause.last, ("بيد", "بايدي", "علي"))
        return Roles(actor, target)
    plain = _arabic_phrase(words, at, clause.last)
    if plain != _NONE and actor == _NONE and "actor" in words.kinds[plain[0]]:
        actor = plain
    led = _arabic_led(words, at, clause.last, _ARABIC_LEADS.get(clause.type, ()))
    return Roles(actor, led)


def _wide(words: Words, first: int, last: int, limit: int) -> int:
    """An actor's name with the adjectives behind it."""
    while last < limit and last - first < 4 and words.words[last].startswith("ال") and "placenoun" not in words.kinds[last] and "verb" not in words.kinds[last] and last not in words.placed:
        last += 1
    return last


def _arabic_subject(words: Words, clause: Clause, verb: Group) -> tuple[int, int]:
    """A subject before its verb: the words of the clause up to the verb group, where no preposition opens them."""
    end = verb.first
    start = end
    while start > clause.first and end - start < _LONGEST:
        word, kinds = words.words[start - 1], words.kinds[start - 1]
        if word in STOP or kinds.keys() & {"verb", "say", "rel", "cite", "hedge"} or ("conj" in kinds and "actor" not in kinds):
            break
        if word in _ARABIC_PREPOSITIONS or start - 1 in words.timed:
            break
        start -= 1
    while start < end and (words.words[start] in ("عاجل", "خبر", "الان", "هذا", "و", "مصادر", "قد", "لقد") or words.words[start].isascii() and not words.words[start].isalpha()):
        start += 1
    if start >= end:
        return _NONE
    if not any(words.kinds[k].keys() & {"actor", "own", "enemy", "person", "unit", "civil"} for k in range(start, end)):
        return _NONE
    return start, end


def _split(words: Words, phrase: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """A subject behind its verb, parted from the object: the name of an actor with its adjectives, then the rest."""
    start, end = phrase
    item = words.kinds[start].get("actor") or words.kinds[start].get("own")
    if item is None:
        return None
    stop = _wide(words, start, min(item[1], end), end)
    return (start, stop), ((stop, end) if stop < end else _NONE)


def _arabic_phrase(words: Words, start: int, last: int) -> tuple[int, int]:
    while start < last and (words.words[start] in ("ما", "لا", "يقل", "اكثر", "نحو", "حوالي", "كامل", "كل", "جميع") or (words.words[start] == "من" and start and words.words[start - 1] == "اكثر") or (words.words[start] == "عن" and words.words[start - 1] == "يقل")):
        start += 1
    end = start
    while end < last and end - start < _LONGEST:
        word, kinds = words.words[end], words.kinds[end]
        if word in STOP or kinds.keys() & {"rel", "say", "cite"} or ("conj" in kinds and "actor" not in kinds):
            break
        if word in _ARABIC_PREPOSITIONS and not (word == "من" and end > start and words.words[end - 1][:1].isdigit()):
            break
        if end in words.timed or (end > start and "verb" in kinds and kinds["verb"][2].form in ("perf", "impf", "fut") and "b" not in kinds["verb"][2].how):
            break
        if end > start and word[:1] in "ب" and len(word) > 3 and ("noun" in kinds or "verb" in kinds or word.startswith("بال")):
            break
        end += 1
    return (start, end) if start < end else _NONE


def _arabic_led(words: Words, start: int, last: int, leads: tuple[str, ...]) -> tuple[int, int]:
    for k in range(start, min(last, start + 9)):
        if words.words[k] in STOP:
            break
        if words.words[k] in leads:
            return _arabic_phrase(words, k + 1, last)
    return _NONE
