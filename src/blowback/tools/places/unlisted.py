"""Arabic names that only the word before them makes places, where the gazetteer knows none: "جسر الأئمة", "حي النهضة".

They have no coordinates; they say that a place is named, and where. Which words call for a name, and in which form, was
chosen by their precision on one half of the IDRISI events: an indefinite noun before a definite name ("وادي حوران"), a definite
noun before a definite adjective ("المنطقة الشرقية", few nouns), and, for fewer nouns still, an indefinite name ("مطار حديثة").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from blowback.model.claim import Located
from blowback.tools.places.letters import folded

# nouns that stand before a definite name: "the valley of Al-Haydan"
_OF_NAMES: Final = (
    "شارع|طريق|جسر|كوبري|كبري|ميدان|قريه|قريتي|ناحيه|قضاء|محافظه|مدينه|بلده|حي|وادي|جبل|سد|مطار|ميناء|معبر|مخيم|منطقه|دوار|مفرق|"
    "نفق|ضاحيه|جزيره|سجن|مول|سوق|مجمع|ساحه|قصر|حقل|منفذ|معسكر|شعيب|لواء|مستشفي|تقاطع|هجره|بحيره|تل|تله|حاره|محله|صحراء"
)
_WITH_ADJECTIVE: Final = "منطقه|مستشفي|طريق|سجن|سوق|حي|شارع|جسر"
_BEFORE_BARE: Final = "مطار|قريه|شعيب|جسر|سد|ناحيه|مخيم|بلده|حي|شارع|وادي|معبر"
_CLITICS: Final = r"(?<![^\W_])[وف]?"
_DEFINITE: Final = r"ال[^\W\d_]{3,}"
_FORMS: Final = (
    re.compile(rf"{_CLITICS}[بلك]?(?P<noun>{_OF_NAMES})[ _]#?[\"“”«]?(?P<name>{_DEFINITE})"),
    re.compile(rf"{_CLITICS}(?:[بك]?ال|لل)(?P<noun>{_WITH_ADJECTIVE})[ _]#?(?P<name>{_DEFINITE}(?:ي|يه))(?!\w)"),
    re.compile(rf"{_CLITICS}[بلك]?(?P<noun>{_BEFORE_BARE})[ _]#?[\"“”«]?(?P<name>(?!ال)[^\W\d_a-z]{{4,}})"),
)
# said of places in general, or not of places: "ministry regions", "isolation hospital", "military area", "the judgement of God"
_NO_NAMES: Final = (
    "الله|العزل|الحجر|الصحه|الحكومه|الدوله|المملكه|العالم|الوطن|الشعب|الناس|العمل|الحق|التجاره|العمله|الاسهم|النفط|"
    "العراق|العسكريه|العسكري|المحيطه|الصحراويه|المنخفضه|الاقتصاديه|العالمي|العالميه|الخضراء|الحدوديه|المجاوره|"
    "النجاه|الموت|الحياه|الهواء|الانترنت|بعيده|قريبه|كبيره|كبير|صغيره|صغير|هناك|واحد|واحده|جميل|جميله|جديد|جديده|"
    "كامل|كامله|باكمله|كلها|كله|اخري|اخر|حيث|لكن|بسبب|بدون|عندما|وهو|وهي|الذين|الواقعه|الواقع|التابع|التابعه|المدمر|"
    "المدمره"
)


class Unlisted(NamedTuple):
    """A place that is named and not in the gazetteer; offsets into the text as published."""

    start: int  # of the noun
    end: int  # after the name
    text: str
    noun: str  # folded: "منطقه", "جسر"


@cache
def _never() -> frozenset[str]:
    """Words that are no names on their own, folded, from cues.csv."""
    text = files("blowback.tools.places").joinpath("cues.csv").read_text(encoding="utf-8")
    rows = (row for row in csv.DictReader(text.splitlines()) if row["class"] in ("never", "given"))
    return frozenset(folded(word) for row in rows for word in row["words"].split("|")).union(_NO_NAMES.split("|"))


def unlisted(text: str, located: Sequence[Located] = ()) -> tuple[Unlisted, ...]:
    """The places that a text names by noun and name, but for those that `located` (as of `places_in`) answers."""
    plain = folded(text)
    taken = [(p.start, p.end) for p in located if p.best is not None]
    found: list[Unlisted] = []
    for pattern in _FORMS:
        for m in pattern.finditer(plain):
            if m["name"] in _never() or m["name"].removeprefix("ال") in _never():
                continue
            start, end = m.start("noun"), m.end("name")
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            found.append(Unlisted(start, end, text[start:end], m["noun"]))
    return tuple(sorted(found))
