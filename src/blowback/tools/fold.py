"""Text normal forms: folded (for matching), plain (the peers' exact rule), NFC (as published)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import fold_kernel as kernel
from blowback.tools.strings import Strings, buffers, flat, strings

POINTS: Final = 0x110000
# Code points whose NFKC, case or marks matter; everything else (CJK, Hangul, private use) maps to itself.
_RANGES: Final = ((0, 0x3400), (0xA000, 0xAC00), (0xF900, 0x1FC00))
_LETTERS: Final = {
    "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ـ": "",
    "ء": "",
    # Cyrillic and Greek letters that look like Latin ones: mapped alike in every text, so that equality is unharmed
    # and mixed-script disguises meet their plain form.
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j", "ѕ": "s", "һ": "h",
    "ԁ": "d", "ԛ": "q", "ԝ": "w", "ё": "e", "ο": "o", "ν": "v", "ι": "i", "α": "a", "ı": "i", "ø": "o", "đ": "d", "ł": "l",
}  # fmt: skip
_GROWTH: Final = 12  # one code point of 3 bytes (U+FDFA) folds to 33 bytes: no text grows more


def folded_point(c: int) -> str:
    """What one code point folds to: '' vanishes, ' ' separates."""
    char = chr(c)
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me", "Sk") or c == 0 or char == "#":
        return ""
    if category[0] in "ZPC" or category in ("Sm", "Sc"):
        return "" if category == "Cs" else " "
    out = []
    for part in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", char).casefold()):
        kind = unicodedata.category(part)
        if kind in ("Mn", "Me", "Cf", "Sk"):
            continue
        if kind == "Nd":
            out.append(str(unicodedata.digit(part)))
        elif kind[0] in "ZPC":
            out.append(" ")
        else:
            out.append(_LETTERS.get(part, part))
    folded = "".join(out).strip()
    # What NFKC takes apart may hold letters that fold themselves (¼ is 1, a fraction bar, 4): until nothing changes.
    if folded in ("", char):
        return folded
    return "".join(folded_point(ord(c)) if c != " " else " " for c in folded).strip()


@cache
def _fold_tables() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    table = np.arange(POINTS, dtype=np.int32)
    long: dict[int, bytes] = {}
    for low, high in _RANGES:
        for c in range(low, high):
            to = folded_point(c)
            if len(to) > 1:
                table[c] = kernel.LONG
                long[c] = to.encode()
            elif to == " ":
                table[c] = kernel.SPACE
            else:
                table[c] = ord(to) if to else kernel.DROP
    sizes = np.zeros(POINTS + 1, np.int64)
    for c, text in long.items():
        sizes[c + 1] = len(text)
    return table, np.cumsum(sizes), np.frombuffer(b"".join(long[c] for c in sorted(long)), np.uint8)


@cache
def _plain_table() -> npt.NDArray[np.int32]:
    table = np.arange(POINTS, dtype=np.int32)
    for low, high in _RANGES:
        for c in range(low, high):
            char = chr(c)
            lower = char.lower()
            if char.isspace():
                table[c] = kernel.SPACE
            elif len(lower) != 1 or char == "Σ" or c in (kernel.LONG, kernel.DROP):
                table[c] = kernel.LONG
            else:
                table[c] = ord(lower)
    return table


def fold(texts: Strings) -> pa.Array:
    """Folded form: links, @handles, punctuation, marks and invisible characters gone; letters unified.

    NFKC, case-folded, without combining marks (Arabic diacritics included) and tatweel; alef forms to alef, ta
    marbuta to ha, alef maqsura and Farsi ya to ya, decimal digits to ASCII, look-alike Cyrillic and Greek letters to
    Latin, '#' dropped so that the word stays; other punctuation and symbols separate; emoji stay.
    Nulls stay null; a text with nothing left becomes ''.
    """
    return _run_fold(flat(texts), want_origin=False)[0]


def fold_one(text: str) -> tuple[str, list[int]]:
    """(folded text, index in `text` of each folded code point): the way back from the folded form."""
    folded, origin = _run_fold(pa.array([text], pa.string()), want_origin=True)
    return str(folded[0].as_py()), origin.tolist()


def fold_points(texts: Strings) -> tuple[pa.Array, npt.NDArray[np.int32]]:
    """(folded texts, for each folded code point of all of them its index in its own text): `fold_one` of many."""
    return _run_fold(flat(texts), want_origin=True)


def _run_fold(texts: pa.Array, *, want_origin: bool) -> tuple[pa.Array, npt.NDArray[np.int32]]:
    table, long_at, long_body = _fold_tables()
    offsets, body = buffers(texts)
    span = int(offsets[-1] - offsets[0])
    out = np.empty(span * _GROWTH + 16, np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    origin = np.zeros(span * _GROWTH + 16 if want_origin else 1, np.int32)
    n, points = kernel.fold(offsets, body, table, long_at, long_body, out, ends, origin, want_origin)
    return strings(ends, out[:n].copy(), pc.is_null(texts)), origin[:points]


def plain(texts: Strings) -> pa.Array:
    """The peers' normal form: `str.lower`, '@' up to the next white space cut, white space collapsed.

    Source: coordination-network-toolkit 1.5.2 (co_tweet). Nulls stay null; nothing left becomes ''.
    """
    array = flat(texts)
    offsets, body = buffers(array)
    out = np.empty(int(offsets[-1] - offsets[0]) * 2 + 16, np.uint8)
    ends = np.zeros(len(offsets), np.int64)
    odd = np.zeros(len(array), np.bool_)
    n = kernel.plain(offsets, body, _plain_table(), out, ends, odd)
    done = strings(ends, out[:n].copy(), pc.is_null(array))
    if odd.any():
        rows = np.flatnonzero(odd)
        fixed: list[str | None] = [plain_slowly(array[int(r)].as_py()) for r in rows]
        done = pc.replace_with_mask(done, pa.array(odd), pa.array(fixed, done.type))
    return done


def plain_slowly(text: str) -> str:
    """`plain` of one text by Python's own rules."""
    return " ".join(re.sub(r"@\S*", "", text.lower()).split())


def nfc(texts: Strings) -> pa.Array:
    """Unicode NFC; only rows with a code point that NFC could touch (UAX 15, quick check) are looked at."""
    array = flat(texts)
    touched = np.zeros(len(array), np.bool_)
    offsets, body = buffers(array)
    kernel.any_marked(offsets, body, _unsettled(), touched)
    if not touched.any():
        return array
    rows = np.flatnonzero(touched)
    settled = pc.utf8_normalize(array.take(pa.array(rows)), "NFC")
    return pc.replace_with_mask(array, pa.array(touched), settled)


@cache
def _unsettled() -> npt.NDArray[np.bool_]:
    """Code points that NFC changes, reorders, or joins to the one before."""
    table = np.zeros(POINTS, np.bool_)
    for low, high in _RANGES:
        for c in range(low, high):
            char = chr(c)
            if unicodedata.combining(char):
                table[c] = True
            elif (parts := unicodedata.decomposition(char)) and parts[0] != "<":
                table[c] = table[c] or unicodedata.normalize("NFC", char) != char
                table[[int(x, 16) for x in parts.split()[1:]]] = True
    table[0x2F800:0x2FA20] = True  # compatibility ideographs: outside the ranges above
    table[0x1161:0x1176] = table[0x11A8:0x11C3] = True  # Hangul vowels and finals join by rule, not by table
    return table


def empty_to_null(texts: pa.Array) -> pa.Array:
    """'' becomes null: an empty normal form matches nothing."""
    return pc.if_else(pc.equal(pc.binary_length(texts), 0), pa.scalar(None, texts.type), texts)


def warm() -> None:
    """Compile the kernels and build the tables."""
    fold(pa.array(["Ünïcode #tag @x https://a.example مرحبًا"]))
    plain(pa.array(["Ünïcode @x y"]))


def hashtag_form(tags: Strings) -> pa.Array:
    """Hashtags as marks: NFKC, lower case (as X compares them: ß is not ss), without '#'.

    Distinct values are few: Python's own rules, once each.
    """

    def one(tag: Any) -> str | None:  # noqa: ANN401  # str or None
        if tag is None:
            return None
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).lower()).lstrip("#＃") or None

    coded = flat(tags).dictionary_encode()
    forms = pa.array([one(t) for t in coded.dictionary.to_pylist()], pa.string())
    return forms.take(coded.indices)
