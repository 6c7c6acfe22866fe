"""How well a kind of event and its actors fit a claim: two tables, as data, and names brought to a common form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.model.claim import TYPES
from blowback.model.event import OTHER

CLAIM_TYPES: Final = (*TYPES, "")
EVENT_TYPES: Final = (*TYPES, "", OTHER)  # "": the source does not say
# claimed type -> event type -> fit. Equal types fit with 1, what is not named with 0. These are judgements, not estimates:
# every null is scored with the same table, so a generous one makes the base rate higher as well.
_FITS: Final[dict[str, dict[str, float]]] = {
    "capture": {"attack": 0.6, "advance": 0.5, "": 0.5, "besiege": 0.3, "seize": 0.3},
    "withdraw": {"capture": 0.7, "attack": 0.4, "": 0.4},
    "attack": {"capture": 0.7, "bombard": 0.5, "ambush": 0.6, "execute": 0.3, "": 0.8, "advance": 0.5, "destroy": 0.4},
    "bombard": {"attack": 0.4, "destroy": 0.5, "": 0.8},
    "ambush": {"attack": 0.6, "execute": 0.4, "destroy": 0.4, "": 0.8},
    "execute": {"attack": 0.3, "ambush": 0.3, "detain": 0.3, "": 0.6},
    "detain": {"execute": 0.4, "attack": 0.3, "": 0.3},
    "destroy": {"bombard": 0.5, "ambush": 0.5, "attack": 0.4, "": 0.3},
    "advance": {"attack": 0.6, "capture": 0.7, "besiege": 0.5, "": 0.5},
    "besiege": {"attack": 0.6, "bombard": 0.5, "": 0.5},
    "seize": {"attack": 0.4, "capture": 0.5, "": 0.3},
    "announce": {},
    "": {**dict.fromkeys(TYPES, 0.5), "": 0.5, "announce": 0.0},
}
UNKNOWN_ACTOR: Final = 0.7  # one of the two names nobody, or "we" without an own side
OTHER_ACTOR: Final = 0.3  # both name somebody, and not the same
_OWN: Final = frozenset({"we", "us", "our", "ours", "i", "mujahideen", "brothers", "soldiers", "نحن", "جنود", "المجاهدون", "المجاهدين"})  # fmt: skip
# names for the same party in posts and in event data
_ALIASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("is", ("isis", "isil", "islamic state", "daesh", "da esh", "is", "داعش", "الدولة الاسلامية", "dawla", "khilafah", "caliphate")),
    ("government", ("government", "army", "military", "police", "security forces", "regime", "isf", "saa", "state forces", "الجيش", "النظام", "الحكومة")),
    ("kurds", ("kurd", "kurdish", "peshmerga", "ypg", "sdf", "pkk", "krg", "kdp", "puk", "البيشمركة")),
    ("insurgents", ("insurgent", "rebels", "opposition", "fsa", "free syrian army")),
    ("nusra", ("nusra", "jabhat fateh al sham", "النصرة")),
    ("militia", ("pmu", "pmf", "hashd", "badr", "shia militia", "shiite militia", "الحشد")),
    ("coalition", ("coalition", "us led", "american", "usa", "united states", "crusader", "التحالف")),
    ("russia", ("russia", "russian", "روسيا")),
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+")
_GENERAL: Final = frozenset({"the", "of", "and", "al", "in", "forces", "group", "fighters", "civilians"})


def type_fits() -> npt.NDArray[np.float64]:
    """Fit of every claimed type (CLAIM_TYPES) with every event type (EVENT_TYPES), 0 to 1."""
    out = np.zeros((len(CLAIM_TYPES), len(EVENT_TYPES)))
    for i, claimed in enumerate(CLAIM_TYPES):
        for j, happened in enumerate(EVENT_TYPES):
            same = bool(claimed) and claimed == happened
            out[i, j] = 1.0 if same else _FITS.get(claimed, {}).get(happened, 0.0)
    return out


def parties(name: str, own_side: str = "") -> tuple[frozenset[str], frozenset[str]]:
    """(known parties that a name may mean, its telling words). No words: nobody is named."""
    words = _WORD.findall(name.lower().replace("أ", "ا").replace("إ", "ا"))
    if words and set(words) <= _OWN | _GENERAL and not set(words) <= _GENERAL:
        return parties(own_side) if own_side else (frozenset(), frozenset())
    text = f" {' '.join(words)} "
    known = {
        party for party, names in _ALIASES if any(f" {n} " in text or (len(n) > 5 and f" {n}" in text) for n in names)
    }
    return frozenset(known), frozenset(w for w in words if len(w) > 1 and w not in _GENERAL)


def actor_fits(claimed: Sequence[str], happened: Sequence[str], own_side: str) -> npt.NDArray[np.float64]:
    """Fit of each claimed actor with the parties of each event (all its sides: most sources do not say who acted).

    The same where a known party is common to both, or two thirds of the claimed words stand among those of the event.
    """
    ours = [parties(c, own_side) for c in claimed]
    theirs = [parties(h) for h in happened]
    out = np.full((len(ours), len(theirs)), UNKNOWN_ACTOR)
    for i, (known, words) in enumerate(ours):
        for j, (named, said) in enumerate(theirs):
            if words and said:
                same = known & named if known and named else len(words & said) * 3 >= len(words) * 2
                out[i, j] = 1.0 if same else OTHER_ACTOR
    return out
