"""Which verbs and nouns of a sentence are meant as acts of war: words of many meanings need something to act on."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Item, Placed
from blowback.tools.claim.framed import capital_after
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import STOP, Words

_AFTER_GERUND: Final = listed("triggers_after_gerund_noun")
_BEFORE_VERB: Final = listed("triggers_before_verb")
_AFTER_NOUN: Final = listed("triggers_after_noun")
_BEFORE_NOUN: Final = listed("triggers_before_noun")

OBJECTS: Final = frozenset(("placenoun", "gear", "person", "actor", "enemy", "civil", "own", "unit"))
# after these a base form is a noun
_IDLE: Final = listed("triggers_idle")
_NO_VERB: Final = listed("triggers_no_verb")


def triggers(words: Words, first: int, last: int, placed: Placed) -> list[Item]:
    """The verbs and nouns of [first, last) that may be heads, in reading order."""
    out: list[Item] = []
    for item in words.found:
        i, _, entry = item
        if not first <= i < last or entry.kind not in ("verb", "noun") or i in words.timed:
            continue  # فجر is an explosion, "فجر اليوم" is a dawn
        if entry.form in ("ger", "part", "past", "noun", "masdar") and _without(words, i, first):
            continue  # "without a siege": not what is said
        if entry.kind == "verb" and entry.form in ("ger", "base", "third") and "placenoun" in words.kinds[i]:
            continue  # a crossing, a camp
        if (
            entry.kind == "verb"
            and entry.form in ("base", "third")
            and i
            and words.words[i - 1] in _NO_VERB
            and "noun" not in words.kinds[i]
        ):
            continue  # "in jail", "a march"
        if ("w" in entry.how or "b" in entry.how) and not _meant(words, item, first, last, placed):
            continue
        if (
            entry.kind == "noun"
            and entry.value == "bombard"
            and words.kinds[i].keys() & {"gear", "supply"}
            and _held(words, first, last)
        ):
            continue  # rockets that are held or lacking, not fired
        if out and i < out[-1][1]:  # two entries of the same words: the verb, unless the noun is longer
            before = out[-1]
            if _nounlike(words, before, item):
                out[-1] = item
            continue
        out.append(item)
    return out


def _without(words: Words, i: int, first: int) -> bool:
    return any(words.words[k] in ("without", "دون", "بدون", "بلا") for k in range(max(first, i - 2), i))


def _held(words: Words, first: int, last: int) -> bool:
    return words.any(("resource", "shortage"), first, last)


def _nounlike(words: Words, verb: Item, noun: Item) -> bool:
    """Whether a form that is verb and noun ("attack", "raid") stands as a noun."""
    if noun[2].kind != "noun" or verb[2].kind != "verb" or verb[2].form not in ("base", "third", "ger"):
        return False
    before = words.words[verb[0] - 1] if verb[0] else "."
    after = words.words[verb[1]] if verb[1] < len(words.words) else "."
    if verb[2].form == "third" and (before in STOP or after in STOP):
        return True  # "clashes ongoing in"
    if verb[2].form == "ger":
        be = any("be" in words.kinds[k] for k in range(max(0, verb[0] - 3), verb[0]))
        return (
            not be
            and before not in ("after", "before", "by", "while", "from")
            and (before not in STOP or after in _AFTER_GERUND)
        )
    if before in _BEFORE_VERB or before.endswith(("'ll", "n't")):
        return False
    if after in _AFTER_NOUN:
        return True
    return before in _BEFORE_NOUN


def _meant(words: Words, item: Item, first: int, last: int, placed: Placed) -> bool:
    i, j, entry = item
    if (
        entry.value == "bombard" and "w" in entry.how and words.words[i].isascii()
    ):  # launched, fired, dropped: something that is
        return any(f[2].kind in ("gear", "noun") and j <= f[0] < min(last, j + 6) for f in words.found)
    if words.words[i].startswith("enter") and any(
        words.words[k] in ("day", "week", "month", "hour", "year", "phase") for k in range(j, min(last, j + 3))
    ):
        return False
    if entry.value == "advance" and words.words[i].startswith("reach"):
        return (
            placed(j, min(last, j + 5))
            or any("placenoun" in words.kinds[k] for k in range(j, min(last, j + 5)))
            or capital_after(words, j, min(last, j + 2))
        )
    if words.words[i] in ("take", "took", "takes", "taken", "taking") and any(
        words.words[k] in _IDLE for k in range(j, min(last, j + 4))
    ):
        return False
    if j < last and words.words[j] == "سراح":
        return False  # let go, not fired
    if words.words[i].startswith(("rais", "رفع", "ورفع", "نرفع", "سنرفع", "يرفع")):  # a flag
        return any("flag" in words.kinds[k] for k in range(j, min(last, j + 5)))
    low, high = max(first, i - 8), min(last, j + 8)
    if placed(low, high) or any(
        f[2].kind in OBJECTS and low <= f[0] < high and not (f[0] < j and i < f[1]) for f in words.found
    ):
        return True
    if not words.words[i].isascii():
        return False
    if words.words[i].startswith("enter") and any(words.words[k] == "its" for k in range(j, min(last, j + 1))):
        return False
    after = [k for k in range(j, min(last, j + 3)) if words.words[k] not in ("the", "of", "on", "to", "in")]
    return bool(
        after and words.words[after[0]][0].isalpha() and words.capital(after[0]) and "@" not in words.words[after[0]]
    )
