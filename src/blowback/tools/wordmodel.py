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
        """Code of each given word, -1 where no text has it. Costs a pass over the lexicon: ask for many at once."""
        known = pc.index_in(pa.array(words, pa.large_string()), self._words.cast(pa.large_string()))
        return np.asarray(pc.fill_null(known, -1).to_numpy(zero_copy_only=False), np.int64)

    def spelled(self, codes: Ints) -> list[str]:
        """The words of some codes."""
        return [str(w) for w in self._words.take(pa.array(codes)).to_pylist()]

    def gathered(self, rows: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
        """(bounds, tokens) of some texts in the given order."""
        sets = self.of_text[rows]
        safe = np.where(sets >= 0, sets, 0)
        sizes = (
            np.where(sets >= 0, self.bounds[safe + 1] - self.bounds[safe], 0)
            if len(self.bounds) > 1
            else np.zeros(len(rows), np.int64)
        )
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
    """The script most letters of each text are of: latin, arabic, ...; other where none of those named leads.

    Latin letters weigh a third: folding turns Cyrillic letters that look like Latin ones into these, and tags, names and
    links are in Latin script under texts in any.
    """
    texts = pc.fill_null(flat(folded), "")
    counts = np.stack([pc.count_substring_regex(texts, rf"\p{{{s}}}").to_numpy(zero_copy_only=False) for s in _SCRIPTS])
    counts = counts * np.where(np.array(_SCRIPTS) == "Latin", 1, 3)[:, None]
    best = counts.argmax(axis=0) if counts.shape[1] else np.zeros(0, np.int64)
    none = counts.max(axis=0) == 0 if counts.shape[1] else np.zeros(0, np.bool_)
    names = pa.array([*(s.lower() for s in _SCRIPTS), "other"])
    return names.take(pa.array(np.where(none, len(_SCRIPTS), best)))


class Circle:
    """Units (texts of accounts) of one circle, sorted by account, in words of its own numbering.

    Args:
        words: the lexicon.
        rows: texts of the units.
        account: author of each unit, ascending, from 0 without gaps.
        skipped: words (of the lexicon) that are not looked at.
    """

    def __init__(self, words: Lexicon, rows: Ints, account: Ints, skipped: Ints) -> None:
        self.account = account
        self.bounds, tokens = words.gathered(rows)
        self.codes, local = np.unique(tokens, return_inverse=True)
        self.tokens = local.astype(np.int32)
        self.first_of = np.searchsorted(account, np.arange((int(account[-1]) if len(account) else -1) + 2)).astype(
            np.int64
        )
        self.skipped = np.isin(self.codes, skipped)
        self._scratch = np.zeros((3, len(self.codes)), np.int64)
        self._scratch[0] = -1
        self._said_bounds = np.zeros(len(self.first_of), np.int64)
        room = np.empty(len(self.tokens), np.int32)
        many = kernel.words_of_accounts(
            self.bounds, self.tokens, self.first_of, self._scratch[0], self._said_bounds, room
        )
        self._said = room[:many].copy()
        self.users = np.bincount(self._said, minlength=len(self.codes)).astype(np.int64)

    @property
    def accounts(self) -> int:
        """How many accounts."""
        return len(self.first_of) - 1

    def local(self, codes: Ints) -> Ints:
        """The circle's numbers of some words of the lexicon; words nobody uses are left out."""
        at = np.searchsorted(self.codes, codes)
        there = at < len(self.codes)
        at, codes = at[there], codes[there]
        return np.unique(at[self.codes[at] == codes])

    def without(self, some: Ints) -> Ints:
        """Leave some words (the circle's numbers) out; returns those that were not left out before, for `back`."""
        new = some[~self.skipped[some]]
        self.skipped[new] = True
        return new

    def back(self, some: Ints) -> None:
        """Look at some words again."""
        self.skipped[some] = False

    def units_of_words(self) -> tuple[Ints, Ints]:
        """(bounds, units): the units in which word w stands are units[bounds[w] : bounds[w + 1]], ascending."""
        unit = np.repeat(np.arange(len(self.account)), np.diff(self.bounds))
        order = np.argsort(self.tokens, kind="stable")
        return np.searchsorted(self.tokens[order], np.arange(len(self.codes) + 1)).astype(np.int64), unit[order]

    def strangeness(self, some: Ints) -> tuple[float, float, int, int]:
        """(strange, unfamiliar, accounts of `some`, other accounts) of the units `some`, ascending.

        unfamiliar: mean share of their words that fewer than 2 (and fewer than 1 in 100) of the other accounts use.
        strange: the share that is unfamiliar and used by at least one fellow of `some`, four times as often as by
        others. All units of the accounts of `some` are left out of "others".
        """
        out = kernel.strangeness(
            some,
            self.bounds,
            self.tokens,
            self.account,
            self._said_bounds,
            self._said,
            self.users,
            self.skipped,
            self._scratch,
        )
        return float(out[0]), float(out[1]), int(out[2]), int(out[3])

    def log_ratios(self, inside: Bools, outside: Bools) -> Floats:
        """Per unit: mean over its words of ln(share of accounts inside that use it / share outside), itself left out."""
        out = np.zeros(len(self.account))
        counts = np.zeros((2, len(self.codes)), np.int64)
        for which, users in zip((inside, outside), counts, strict=True):
            kernel.distinct_users(
                np.flatnonzero(which), self.account, self.bounds, self.tokens, self._scratch[0], users
            )
        sizes = np.array(
            [np.count_nonzero(np.bincount(self.account[w], minlength=1)) for w in (inside, outside)], np.int64
        )
        own = np.where(inside, 1, np.where(outside, 2, 0))
        kernel.log_ratios(self.bounds, self.tokens, counts[0], counts[1], sizes, own, self.skipped, out)
        return out
