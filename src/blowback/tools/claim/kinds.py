"""The type of a claim: the head's own, or what is taken, killed or blown up decides."""

from __future__ import annotations

from typing import Final

from blowback.tools.claim.clause import Item
from blowback.tools.claim.lexicon import Entry
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import STOP, Words

_PARTICULAR: Final = frozenset(("bombard", "ambush", "execute"))
NO_UNIT: Final = (0, 0, Entry(""))
_BUILDINGS: Final = frozenset(("house", "mosque", "bridge", "base", "vehicle", "tank", "armoured vehicle", "humvee"))
_OPEN: Final = listed("kinds_open")


def type_of(words: Words, head: Item, group: list[Item], first: int, last: int) -> str:
    """The type of a clause: a key of TYPES."""
    kind = head[2].value
    rest = [g[2].value for g in group if g is not head]
    other = _other(words, head, rest, first, last)
    if other:
        return other
    if kind in ("bombard", "attack") and "w" in head[2].how and rest:
        return next((v for v in rest if v != kind), kind)
    return _taken(words, head, first, last, kind) if kind in ("capture", "seize") else kind


def _other(words: Words, head: Item, rest: list[str], first: int, last: int) -> str:
    """Another type than the head's own, where the words around it say so; "" where they do not."""
    kind, how, near = head[2].value, head[2].how, range(head[1], min(last, head[1] + 4))
    if kind == "capture":
        return _fallen(words, head, rest, first, near)
    if kind == "attack":
        special = [v for v in ("execute", *rest) if v in _PARTICULAR and v in rest]
        if special:
            return special[0]
        return (
            "execute" if head[2].kind == "verb" and _kills(words, head) and _captive(words, head, first, last) else ""
        )
    if kind == "withdraw" and how == "tw" and words.words[head[0]].startswith(_LOSES):
        return "attack" if _lives(words, range(head[1], min(last, head[1] + 5))) else ""
    if kind == "ambush" and head[2].kind == "verb" and "ambush" not in rest and _building(words, head, last):
        return "destroy"
    if kind == "besiege" and words.words[head[0]].lstrip("وفس")[:4] in _CUTS:
        return "execute" if any(words.words[k].startswith(_HEADS) for k in near) else ""
    return "ambush" if kind == "bombard" and "ambush" in rest and "w" in how else ""


_LOSES: Final = ("lose", "losing", "lost", "خسر", "فقد")
_CUTS: Final = ("cut", "قطع", "نقطع", "يقطع", "تقطع")
_HEADS: Final = ("head", "throat", "neck", "راس", "رؤوس", "رقاب", "رقب")


def _fallen(words: Words, head: Item, rest: list[str], first: int, near: range) -> str:
    """What fell or was tried: rockets fall too, and to try to take a place is to attack it."""
    if "f" in head[2].how and "bombard" in rest:
        return "bombard"
    if "f" in head[2].how and any(words.kinds[k].get("unit", NO_UNIT)[2].how == "loss" for k in near):
        return "attack"
    return "attack" if any("trying" in words.kinds[k] for k in range(max(first, head[0] - 3), head[0])) else ""


def _lives(words: Words, lost: range) -> bool:
    """Whether lives are lost, not ground."""
    nouns = [words.kinds[k] for k in lost if words.kinds[k].keys() & {"person", "own", "civil", "placenoun"}]
    return bool(nouns) and not any("placenoun" in n for n in nouns)


def _building(words: Words, head: Item, last: int) -> bool:
    return any(
        words.kinds[k].get("unit", (0, 0, Entry("")))[2].value in _BUILDINGS
        for k in range(head[1], min(last, head[1] + 4))
    )


def _kills(words: Words, head: Item) -> bool:
    word = words.words[head[0]]
    return word.startswith("kill") or "قتل" in word


def _captive(words: Words, head: Item, first: int, last: int) -> bool:
    return any(f[2].kind == "civil" and first <= f[0] < last and abs(f[0] - head[0]) < 8 for f in words.found)


def _taken(words: Words, head: Item, first: int, last: int, kind: str) -> str:
    """What is taken decides: a place is captured, people are detained, things are seized."""
    word = words.words[head[0]]
    if " ".join(words.words[head[0] : head[1]]) not in _OPEN and not word.startswith(
        ("captur", "seiz", "took", "take", "taking", "taken")
    ):
        arabic = not word.isascii()
        if not arabic or not any(part in word for part in ("ستول", "ستيل", "سيطر")):
            return kind
    after = range(head[1], min(last, head[1] + 5))
    for k in after:
        kinds = words.kinds[k]
        if words.words[k] in STOP or words.words[k] in ("from", "in", "near", "at", "after", "by"):
            break
        if "placenoun" in kinds:
            return "capture"
        if "gear" in kinds:
            return "seize"
        if "person" in kinds or "civil" in kinds:
            return "detain" if word.isascii() else kind
    if head[2].form in ("part", "past"):
        for k in range(head[0] - 1, max(first, head[0] - 6) - 1, -1):
            kinds = words.kinds[k]
            if "placenoun" in kinds:
                return "capture"
            if "gear" in kinds and _passive_near(words, k, head[0]):
                return "seize"
            if ("person" in kinds or "civil" in kinds) and _passive_near(words, k, head[0]):
                return "detain"
    return "capture" if kind == "seize" and _named_after(words, head[1], last) else kind


def _passive_near(words: Words, low: int, high: int) -> bool:
    between = range(low + 1, high)
    return (
        all("aux" in words.kinds[k] or "adv" in words.kinds[k] for k in between)
        and (any("be" in words.kinds[k] for k in between) or not between)
        and (
            high - low > 1
            or words.words[min(high + 1, len(words.words) - 1)] in ("in", "by", "near", "at", "from", "alive")
        )
    )


def _named_after(words: Words, at: int, last: int) -> bool:
    k = at + (at < last and words.words[at] == "the")
    return k < last and words.words[k].isalpha() and words.capital(k)
