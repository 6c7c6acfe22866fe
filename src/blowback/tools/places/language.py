"""The language of a text: eldc, and a rule for Arabic in Latin letters, which no detector knows.

eldc 0.4.0 (Nito-ELD-C, Apache-2.0): letter n-grams, sixty languages. Arabizi writes the Arabic letters that Latin lacks as
digits inside words: 2 (hamza), 3 (ain), 5 or 7' (kha), 6 (ta), 7 (ha), 8 or 9 (qaf, sad).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import eldc
import pyarrow as pa

from blowback.tools.strings import Strings, flat

_MASK: Final = re.compile(r"https?://\S+|www\.\S+|@\w+|#")
_DIGIT_WORD: Final = re.compile(
    r"(?<![\w#@.:/])(?=[a-z'2356789]*[235679])(?=[a-z'2356789]*[a-z])[a-z'2356789]{3,}(?!\w)"
)
# Latin words with digits that are no Arabizi: 2nd, 3rd, 5th, 4x4, mp3, h2o, b2b, 90s, 5km, 30pm, f16 and types of arms
_NOT: Final = re.compile(
    r"^(?:\d+(?:st|nd|rd|th|s|k|m|km|cm|mm|kg|mph|am|pm|x|d|h|min|hrs?|yrs?|bn|mn|g|gb|mb|p|ft|lbs?|c|f|e|er|eme|ème)"
    r"|[a-z]{1,4}\d+[a-z]{0,2}|mp3|h2o|co2|[a-z]2[a-z]|\d+[a-z]\d*|gr8|l8r?|b4|m8|str8|w8|2day|2nite|2morrow|4ever|some1|any1|every1|no1)$"
)
_KNOWN: Final = frozenset({  # particles and words that mark Arabizi beside a digit word
    "ana", "enta", "enti", "inta", "inti", "hwa", "heya", "howa", "howwa", "mesh", "mish", "mosh", "fe", "fi", "el", "al",
    "wallah", "walla", "ya", "yalla", "shu", "shou", "sho", "kif", "keef", "kifak", "inshallah", "di", "da", "dol", "eh",
    "leh", "ezay", "bas", "bass", "w", "wa", "aywa", "kteer", "ktir", "mn", "men", "ely", "elly", "illi", "wein", "wen",
    "fein", "mafi", "mafish", "lazem", "hal", "had", "hada", "hadi", "hay",
})  # fmt: skip


def language_of(text: str) -> str:
    """ISO 639-1 of the text, "arabizi", or "" where it cannot be told (no letters, too short)."""
    bare = _MASK.sub(" ", text)
    if any(c in bare for c in "235679") and _arabizi(bare):
        return "arabizi"
    _ready()
    code = str(eldc.detect(bare))
    if code not in _LIKE_ENGLISH or len(_ENGLISH & set(bare.lower().split())) < 2:
        return "" if code == "und" else code
    return "en"


# words that English has and its neighbours do not; two of them settle a short text full of names, which n-grams misplace
_ENGLISH: Final = frozenset({
    "the", "and", "will", "within", "from", "by", "with", "have", "has", "after", "near", "this", "that", "they", "our", "been",
    "into", "their", "would", "who", "which", "are", "were", "was", "about", "against", "is", "his", "her", "its", "you", "your",
    "says", "said", "being", "killed",
})  # fmt: skip
# languages in Latin letters that short English is taken for
_LIKE_ENGLISH: Final = frozenset({
    "und", "af", "az", "bs", "ca", "ceb", "cs", "cy", "da", "de", "eo", "es", "et", "eu", "fi", "fil", "fr", "ga", "gl", "hr",
    "hu", "id", "is", "it", "ku", "la", "lt", "lv", "mg", "ms", "mt", "nl", "no", "pl", "pt", "ro", "sk", "sl", "so", "sq", "sr",
    "sv", "sw", "tl", "tr", "uz", "vi", "yo", "zu",
})  # fmt: skip


def languages_of(texts: Strings) -> pa.Array:
    """`language_of` of many texts; "" for a null."""
    return pa.array([language_of(t) if t else "" for t in flat(texts).to_pylist()], pa.string())


def _arabizi(text: str) -> bool:
    """Two digit words, or one beside a particle of Arabic, or one among at most three words."""
    low = text.lower()
    digit = [w for w in _DIGIT_WORD.findall(low) if not _NOT.match(w)]
    if not digit:
        return False
    words = re.findall(r"[a-z0-9']+", low)
    beside = sum(w in _KNOWN for w in words)
    share = len(digit) / len(words)
    return (len(digit) >= 2 and share >= 0.15) or (beside >= 1 and share >= 0.1) or len(words) <= 3


@cache
def _ready() -> None:
    eldc.init()
