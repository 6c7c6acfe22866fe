"""Numbers with the noun they count and the part they play: a loss of one's own, of the enemy, a seizure, a force."""

from __future__ import annotations

import re
from typing import Final, Literal

from blowback.model.claim import Quantity, When
from blowback.tools.claim.lists import listed
from blowback.tools.claim.tokens import STOP, Words
from blowback.tools.counted import counted, value

Role = Literal["own_loss", "enemy_loss", "seized", "force", "distance", "loss", "other"]
# a number after one of these is a name
_NAMED: Final = listed("quantities_named")
_KILLED: Final = listed("quantities_killed")
_WOUNDED: Final = listed("quantities_wounded")
_SMALL: Final = listed("quantities_small")


def quantities(
    words: Words, first: int, last: int, times: tuple[When, ...], kind: str, own: bool
) -> tuple[Quantity, ...]:
    """Every counted noun in [first, last).

    Args:
        words: the text.
        first: first word.
        last: past the last word.
        times: spans of times, whose numbers count nothing else.
        kind: type of the claim.
        own: whether the actor is the speaker's side.
    """
    out: list[Quantity] = []
    k = first
    while k < last:
        got = _at(words, k, last, kind)
        if got is None:
            k += 1
            continue
        low, high, end, unit, group = got
        start, stop = words.span(k, end)
        # numbers of a time are its own
        if any(t.start < stop and start < t.end for t in times):
            k = max(end, k + 1)
            continue
        begin, low, high = _bounds(words, k, first, low, high)
        unit, role = _role(words, (k, end), unit, group, kind, own)
        start = words.span(begin, end)[0]
        out.append(Quantity(start, stop, words.text[start:stop], low, high, unit, role))
        k = max(end, k + 1)
    return tuple(out)


Got = tuple[float, float | None, int, str, str]  # least, most, past the last word, unit, group
# 2.000 is two thousand where things are counted, and two where they are measured
_POINTS: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_MEASURED: Final = frozenset(("distance", "measure"))
_COMMA: Final = re.compile(r"\d{1,3},\d{1,2}")


def _at(words: Words, k: int, last: int, kind: str) -> Got | None:
    if _POINTS.fullmatch(words.words[k]):
        got = _read(words, k, last, kind, points=True)
        if got and got[4] not in _MEASURED:
            return got
    return _read(words, k, last, kind, points=False)


def _numerals(told: list[str], *, points: bool) -> list[str]:
    """Words as `counted` reads them: without the points of thousands, and "2,5 million" with a decimal point."""
    out = [w.replace(".", "") if points and _POINTS.fullmatch(w) else w for w in told]
    for n, word in enumerate(out[:-1]):
        if _COMMA.fullmatch(word) and value(out[n + 1]) in (1000, 1_000_000):
            out[n] = word.replace(",", ".")
    return out


def _read(words: Words, k: int, last: int, kind: str, *, points: bool) -> Got | None:
    dual = words.kinds[k].get("unit")
    if dual and dual[2].form == "dual":
        return 2.0, 2.0, k + 1, dual[2].value, dual[2].how
    if kind in _HARMS and words.words[k] in ("a", "an") and k + 1 < last and _one(words, k + 1):
        item = words.kinds[k + 1]["unit"][2]
        return 1.0, 1.0, k + 2, item.value, item.how  # "killed a farmer"
    got = counted(_numerals(words.words[k : min(last, k + 6)], points=points))
    if got is None or (k and words.words[k - 1] in _NAMED):
        return None
    low, high, used = got
    end = k + used
    if end < last and words.words[end] in ("st", "nd", "rd", "th", "%"):
        return None
    between = k and words.words[k - 1] in ("between", "بين")
    if end + 1 < last and words.words[end] in (
        *(("and",) if between else ()),
        "-",
        "to",
        "الي",
        "or",
        "او",
        "و",
    ):  # 20-30, 20 to 30
        other = counted(_numerals(words.words[end + 1 : min(last, end + 5)], points=points))
        if other and other[1] >= low and (between or words.words[end] != "و"):
            high, end = other[1], end + 1 + other[2]
    if k and words.words[k - 1] in ("-", "/", ":") and k > 1 and words.words[k - 2][:1].isdigit():
        return None
    return _noun(words, k, end, last, low, high, kind)


_HARMS: Final = frozenset(("attack", "bombard", "ambush", "execute", "detain"))


def _one(words: Words, at: int) -> bool:
    return "unit" in words.kinds[at] and words.kinds[at]["unit"][2].how == "person"


def _countable(words: Words, at: int, last: int) -> bool:
    """Whether the word behind a number may be what it counts: letters, no verb, no joining word."""
    if at >= last or not words.words[at].isalpha() or len(words.words[at]) < 3 or at in words.timed:
        return False
    return (
        not words.kinds[at].keys() & {"verb", "noun", "conj", "rel", "aux", "be", "say", "neg", "adv", "future"}
        and words.words[at] not in _SMALL
    )


def _noun(
    words: Words, k: int, end: int, last: int, low: float, high: float | None, kind: str
) -> tuple[float, float | None, int, str, str] | None:
    for at in range(end, min(last, end + 4)):
        item = words.kinds[at].get("unit")
        if item:
            # "12 soldiers": the noun; "12 armed men": a word between
            stop = at + 1
            following = words.kinds[stop].get("unit") if stop < last else None
            if (
                item[2].value in ("rocket", "mortar", "vehicle", "element", "attack", "person")
                and following
                and following[2].how in ("gear", "person")
            ):
                return low, high, stop + 1, following[2].value, following[2].how
            return low, high, stop, item[2].value, item[2].how
        if words.words[at] in STOP or words.words[at][:1].isdigit():
            break
        unknown = words.words[at].isalpha() and not words.kinds[at] and at - end < 2
        if (
            not unknown
            and words.words[at] not in _SMALL
            and not words.kinds[at].keys() & {"enemy", "own", "actor", "person", "civil"}
        ):
            break
    if end == k + 1 and _YEAR.fullmatch(words.words[k]):
        return None  # "2016 we": a year counts nothing but the noun behind it
    near = {words.words[x] for x in range(max(0, k - 3), min(last, end + 2)) if words.words[x] not in STOP}
    money = k and words.words[k - 1] == "$"
    if money:
        return low, high, end, "dollar", "money"
    if near & _KILLED:
        return low, high, end, "killed", "loss"
    if near & _WOUNDED:
        return low, high, end, "wounded", "loss"
    behind = words.kinds[end] if end < last else {}
    if behind.keys() & {"person", "civil", "enemy", "own", "actor"} and low >= 1:
        return low, high, end + 1, words.words[end], "person"
    if "gear" in behind:
        return low, high, end + 1, words.words[end], "gear"
    if kind and _countable(words, end, last):
        return low, high, end + 1, words.words[end], "other"
    return None


_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def _bounds(words: Words, k: int, first: int, low: float, high: float | None) -> tuple[int, float, float | None]:
    """Bounds: "at least", "more than", "up to" before the number; "على الأقل" may stand behind it too."""
    for i, j, entry in words.found:
        if (
            entry.kind == "atleast"
            and i >= first
            and (j == k or (j == k - 1 and words.words[k - 1] in ("ال", "من", "عن")))
        ):
            return i, low, None
        if entry.kind == "atmost" and i >= first and j == k:
            return i, 0.0, high
    if (
        "atleast" in (words.kinds[min(k + 2, len(words.kinds) - 1)] if words.kinds else {})
        and not words.words[k].isascii()
    ):
        return k, low, None
    return k, low, high


def _role(words: Words, at: tuple[int, int], unit: str, group: str, kind: str, own: bool) -> tuple[str, Role]:
    low, high = max(0, at[0] - 4), min(len(words.words), at[1] + 3)
    near = words.words[low:high]
    if group == "distance":
        return unit, "distance"
    killed = kind in ("attack", "bombard", "ambush", "execute") and group in ("person", "loss")
    told = any(w in _KILLED for w in near)
    hurt = any(w in _WOUNDED for w in near)
    if group == "person" and (told or hurt):
        unit = (
            unit
            if unit in ("civilian", "child", "woman", "martyr", "prisoner") and not told
            else ("wounded" if hurt and not told else "killed" if told else unit)
        )
    side = _side(words, at[0], high, own)
    if unit == "martyr":
        return "killed", "own_loss"
    if told or hurt or group == "loss" or (killed and group == "person" and _object(words, at)):
        return unit, side
    if kind == "seize" and group in ("gear", "money", "measure", "person"):
        return unit, "seized"
    if kind == "detain" and group == "person":
        return ("prisoner" if unit != "civilian" else unit), "seized"
    if kind == "capture":
        return unit, "seized" if group in ("gear", "place") else "other"
    if kind == "destroy" and group in ("gear", "place", "person"):
        return unit, side if group != "place" else "loss"
    if kind in ("advance", "besiege", "attack") and group in ("person", "gear"):
        return unit, "force"
    return unit, "other"


def _object(words: Words, at: tuple[int, int]) -> bool:
    """Whether the counted stand right behind a verb: they are what it is done to."""
    return at[0] > 0 and any("verb" in words.kinds[k] for k in range(max(0, at[0] - 4), at[0]))


def _side(words: Words, low: int, high: int, own: bool) -> Role:
    for k in range(low, high):
        kinds = words.kinds[k]
        if "civil" in kinds:
            return "loss"
        if "enemy" in kinds:
            return "enemy_loss"
        if "own" in kinds:
            return "own_loss"
    return "enemy_loss" if own else "loss"
