"""Words of posts by the accounts that use them: what is common in one circle and strange to another, in any script.

A word is what spaces separate in folded text, and beside a long word its first five letters, so that forms of one word
meet in inflected languages; scripts without spaces go sign by sign. Counts are of accounts, not of uses: nobody makes a
vocabulary alone, and repeats weigh nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import wordmodel_kernel as kernel
from blowback.tools.neardup_words import Ints, word_sets
from blowback.tools.strings import Strings, flat

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_LONG: Final = r"(^|\s)(\pL{5})(\pL+)"
_NO_SPACES: Final = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])"
_SCRIPTS: Final = ("Latin", "Arabic", "Cyrillic", "Han", "Hangul", "Devanagari")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """n texts as word codes. Text r is tokens[bounds[s] : bounds[s + 1]] with s = of_text[r]; -1: a text without words.

    Codes depend on the words and how many texts hold them, not on the order of the texts.
    """

    of_text: npt.NDArray[np.int32]
    bounds: Ints
    tokens: npt.NDArray[np.int32]
    size: int
    _words: Any

    def codes_of(self, words: list[str]) -> Ints:
        """Codes of the given words, those that no text has left out."""
        known = pc.index_in(pa.array(words, pa.large_string()), self._words.cast(pa.large_string()))
        return known.drop_null().to_numpy(zero_copy_only=False).astype(np.int64)

    def spelled(self, codes: Ints) -> list[str]:
        """The words of some codes."""
        return [str(w) for w in self._words.take(pa.array(codes)).to_pylist()]

    def gathered(self, rows: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
        """(bounds, tokens) of some texts in the given order."""
        sets = self.of_text[rows]
        safe = np.where(sets >= 0, sets, 0)
        sizes = np.where(sets >= 0, self.bounds[safe + 1] - self.bounds[safe], 0) if len(self.bounds) > 1 else np.zeros(len(rows), np.int64)
        ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        starts = np.repeat(self.bounds[safe] - ends[:-1], sizes) if len(rows) else np.zeros(0, np.int64)
        return ends, self.tokens[starts + np.arange(ends[-1])]


def lexicon(folded: Strings) -> Lexicon:
    """The lexicon of folded texts; nulls are texts without words."""
    texts = pc.fill_null(flat(folded), "")
    texts = pc.replace_substring_regex(texts, _NO_SPACES, r" \1 ")
    stems = pc.replace_substring_regex(texts, _LONG, r"\1\2\3 \2~")
    sets = word_sets(stems)
    size = int(sets.tokens.max()) + 1 if len(sets.tokens) else 0
    return Lexicon(sets.of_row, sets.bounds, sets.tokens, size, sets.words(np.arange(size, dtype=np.int32)))


def scripts(folded: Strings) -> pa.Array:
    """The script most letters of each text are of: latin, arabic, ...; other where none of those named leads."""
    texts = pc.fill_null(flat(folded), "")
    counts = np.stack([pc.count_substring_regex(texts, rf"\p{{{s}}}").to_numpy(zero_copy_only=False) for s in _SCRIPTS])
    best = counts.argmax(axis=0) if counts.shape[1] else np.zeros(0, np.int64)
    none = counts.max(axis=0) == 0 if counts.shape[1] else np.zeros(0, np.bool_)
    names = pa.array([*(s.lower() for s in _SCRIPTS), "other"])
    return names.take(pa.array(np.where(none, len(_SCRIPTS), best)))


@dataclass(frozen=True, slots=True)
class Circle:
    """Units (texts of accounts) of one circle, sorted by account: what `strangeness` measures within.

    `account` are codes from 0 without gaps; `skipped` words are not looked at.
    """

    account: Ints
    first_of: Ints
    bounds: Ints
    tokens: npt.NDArray[np.int32]
    users: npt.NDArray[np.int64]  # per word of the lexicon, accounts of the circle that use it

    @property
    def accounts(self) -> int:
        """How many accounts."""
        return len(self.first_of) - 1

    def units_of_words(self) -> tuple[Ints, Ints, Ints]:
        """(words, bounds, units): the units in which each word stands; words ascend."""
        unit = np.repeat(np.arange(len(self.account)), np.diff(self.bounds))
        order = np.argsort(self.tokens, kind="stable")
        words, starts = np.unique(self.tokens[order], return_index=True)
        return words.astype(np.int64), np.append(starts, len(order)).astype(np.int64), unit[order]


class Model:
    """Measures on one lexicon; holds a few cells per word, used again for each circle."""

    def __init__(self, words: Lexicon) -> None:
        self.words = words
        self.skipped = np.zeros(words.size, np.bool_)
        self._users = np.zeros(words.size, np.int64)
        self._scratch = np.full((4, words.size), -1, np.int64)
        self._scratch[1::2] = 0

    def circle(self, rows: Ints, account: Ints) -> Circle:
        """The circle of some texts; `account` ascends, from 0 without gaps. It holds until the next one is made."""
        bounds, tokens = self.words.gathered(rows)
        self._users[:] = 0
        kernel.users_of_words(bounds, tokens, account, self._scratch[0], self._users)
        first = np.searchsorted(account, np.arange(int(account[-1]) + 2 if len(account) else 1))
        return Circle(account, first.astype(np.int64), bounds, tokens, self._users)

    def strangeness(self, circle: Circle, some: Ints) -> tuple[float, float, int, int]:
        """(strange, unfamiliar, accounts of `some`, other accounts) of the units `some`, ascending.

        unfamiliar: mean share of their words that fewer than 2 (and fewer than 1 in 100) of the other accounts use.
        strange: the share that is unfamiliar and used by at least one fellow of `some`, four times as often as by
        others. All units of the accounts of `some` are left out of "others".
        """
        out = kernel.strangeness(
            some, circle.bounds, circle.tokens, circle.account, circle.first_of, circle.users, self.skipped, self._scratch
        )
        return float(out[0]), float(out[1]), int(out[2]), int(out[3])

    def log_ratios(self, rows: Ints, account: Ints, inside: Bools, outside: Bools) -> Floats:
        """Per text: mean over its words of ln(share of accounts inside that use it / share outside), itself left out.

        `rows` are texts sorted by `account` (any codes); `inside` and `outside` say which rows make the two models.
        """
        counts = []
        for which in (inside, outside):
            users = np.zeros(self.words.size, np.int64)
            bounds, tokens = self.words.gathered(rows[which])
            kernel.distinct_users(np.arange(int(which.sum())), account[which], bounds, tokens, self._scratch[0], users)
            counts.append(users)
        sizes = np.array([len(np.unique(account[inside])), len(np.unique(account[outside]))], np.int64)
        own = np.where(inside, 1, np.where(outside, 2, 0))
        bounds, tokens = self.words.gathered(rows)
        out = np.zeros(len(rows))
        kernel.log_ratios(np.arange(len(rows)), bounds, tokens, counts[0], counts[1], sizes, own, self.skipped, out)
        return out
