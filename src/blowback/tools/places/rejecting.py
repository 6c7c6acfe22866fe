"""Names that are no places: people, tribes, units, organisations, bureaus. They are kept, with the reason.

Rules look at the words around a name that the gazetteer knows. They are few and plain; what they do not know is left to
the fitted probability that the mention is a place.
"""

from __future__ import annotations

import re
from typing import Final

from blowback.tools.fold import fold_one
from blowback.tools.places import match_kernel as m
from blowback.tools.places.cues import BIT
from blowback.tools.places.gazetteer import Gazetteer, land_code

PERSON, TRIBE, UNIT, ORGANISATION, BUREAU = "person", "tribe", "unit", "organisation", "bureau"
COMMON, DEMONYM = "common word", "demonym"
_AL: Final = r"(?:al|el|ad|ar|as|ash|at|an|az)"
_WHOLE: Final = (
    (PERSON, re.compile(rf"\b(?:Abu|Abou|Abo|Umm|Ibn)[ -](?:{_AL}[ -])?\w+(?: (?:{_AL}|Al|El|bin|ibn)[ -]\w+)+", re.IGNORECASE)),
    (PERSON, re.compile(r"(?<!\w)[وبلف]?[أا]ب[ويا] \w+(?: بن \w+)?(?: ال\w+ي)(?!\w)")),
    (ORGANISATION, re.compile(
        r"Islamic State (?:in|of) (?:Iraq|Syria)(?:,? (?:and|&) (?:the |al[- ])?(?:Levant|Syria|Sham|Iraq))?"
        r"|\bal[- ]Qa(?:e|i)da in (?:the )?(?:Iraq|Yemen|Syria|Arabian Peninsula|Islamic Maghreb|Land of the Two Rivers)"
        r"|\b(?:New York (?:Times|Post)|Washington Post|Jordan Times|Boston Globe|Los Angeles Times|Chicago Tribune)\b",
        re.IGNORECASE)),
    (ORGANISATION, re.compile(
        r"الدول[ةه] [اإ]لاسلامي[ةه] في العراق(?: و?الشام)?|الدول[ةه] الإسلامي[ةه] في العراق(?: و?الشام)?"
        r"|القاعد[ةه] في (?:العراق|اليمن|جزير[ةه] العرب|بلاد الرافدين|المغرب)"
        r"|قوات سوريا الديمقراطي[ةه]|هيئ[ةه] تحرير الشام|جبه[ةه] تحرير سوريا")),
    (UNIT, re.compile(r"\b(?:[A-Z][\w'-]+ ){1,2}(?:Operations?(?: Command| Room)?|Brigades?|Battalion|Regiment)\b")),
    (UNIT, re.compile(r"(?:قياد[ةه] )?عمليات [\w]+(?: [\w]+(?=ه|ة))?|(?:كتيب[ةه]|كتائب|فوج|فيلق) \w+")),
)  # fmt: skip
_SAYS: Final = re.compile(
    r"^['’s]{0,2} (?:said|says|told|announced|was killed|calls|called|has|ordered|claims|vows|is dead|died)\b"
)


def whole_names(text: str) -> list[tuple[int, int, str]]:
    """(start, end, reason) of stretches of a text that name no place, whatever they are made of."""
    return [(f.start(), f.end(), reason) for reason, pattern in _WHOLE for f in pattern.finditer(text)]


def reason(
    text: str, start: int, end: int, row: list[int], kind: str, land: int, gazetteer: Gazetteer, *, tag: bool
) -> str:
    """Why a mention is no place, or "". `row` is a row of the matches, `kind` and `land` those of its best candidate."""
    if kind == "bureau":
        return BUREAU
    before, before2 = row[m.BEFORE], row[m.BEFORE2]
    located = before & BIT["in"]
    if tag:
        return ""
    if before & BIT["kunya"] and row[m.WORD] == row[m.START]:
        return PERSON
    if before2 & BIT["kunya"] and not before & (BIT["in"] | BIT["to"]) and _nisba(text, start, end, gazetteer):
        return PERSON
    if before & BIT["title"] and row[m.WORDS] == 1 and not row[m.AFTER] & (BIT["region"] | BIT["locality"]):
        return PERSON
    if before & BIT["given"] and row[m.WORDS] == 1 and kind not in ("country", "region"):
        return PERSON
    if not located and _nisba(text, start, end, gazetteer) and _SAYS.match(text[end : end + 20]):
        return PERSON
    if (before | row[m.AFTER]) & BIT["tribe"] and kind not in ("country", "region", "county"):
        return TRIBE
    if row[m.AFTER] & BIT["unit"] and not located and kind != "country" and row[m.WORDS] <= 2:
        return _unit(text, end)
    if before & BIT["unit"] and land != land_code("JO"):
        return UNIT if text[max(0, start - 14) : start].rstrip().endswith(("لواء", "فوج", "كتيبة", "فيلق")) else ""
    return ""


def _unit(text: str, end: int) -> str:
    word = re.match(r"['’s]* (\w+)", text[end : end + 30])
    if not word or not word[1][0].isupper():  # "Mosul operations continue" speaks of a place
        return ""
    return ORGANISATION if word[1].lower() in {"news", "times", "post", "tribune", "herald", "gazette", "fc"} else UNIT


def _nisba(text: str, start: int, end: int, gazetteer: Gazetteer) -> bool:
    """Whether the word is a known name with the ending of origin: Baghdadi, التكريتي."""
    if text[end - 1] not in "iIيى":
        return False
    folded = fold_one(text[start:end])[0]
    words = folded.split()
    last = words[-1] if words else ""
    stem = last.removesuffix("i") if last.endswith("i") else last.removeprefix("ال").removesuffix("ي")
    return stem != last and len(stem) >= 4 and last.endswith(("i", "ي")) and gazetteer.has(stem)
