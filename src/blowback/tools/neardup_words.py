"""Texts as sets of word numbers: each distinct set once, words rarest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import neardup_words_kernel as kernel
from blowback.tools.strings import Strings, buffers, flat, strings

_SLOTS: Final = 1 << 14
_LONG: Final = 48  # words from which 64 bits say too little
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordSets:
    """Distinct word sets of an array of texts. Set s is tokens[bounds[s] : bounds[s + 1]], ascending.

    A token is a word's rank by the number of sets that hold it, rarest first; words below `once` stand in one set only.
    `of_row` is -1 for nulls and texts without words. `rows` are texts per set. `bits` (exclusive or of one bit a word),
    `wide` (the same over 512 bits, at `wide_at` for sets of 48 words or more) and `content` depend on the words alone.
    """

    of_row: npt.NDArray[np.int32]
    tokens: npt.NDArray[np.int32]
    bounds: Ints
    rows: Ints
    bits: npt.NDArray[np.uint64]
    wide_at: npt.NDArray[np.int32]
    wide: npt.NDArray[np.uint64]
    content: npt.NDArray[np.uint64]
    once: int
    word_at: Ints
    word_size: npt.NDArray[np.int32]
    body: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sizes(self) -> Ints:
        """Words per set."""
        return np.diff(self.bounds)

    def words(self, tokens: npt.NDArray[np.integer[Any]]) -> pa.Array:
        """The words of the given tokens, as text."""
        ends = np.concatenate([[0], np.cumsum(self.word_size[tokens], dtype=np.int64)])
        out = np.empty(int(ends[-1]), np.uint8)
        kernel.gather(self.body, self.word_at[tokens], ends, out)
        return strings(ends, out)

    def texts(self, sets: Ints) -> pa.Array:
        """Each set as text: its words in code point order, one space between them."""
        sizes = self.sizes[sets]
        ends = np.concatenate([[0], np.cumsum(sizes)])
        tokens = np.empty(int(ends[-1]), np.int32)
        kernel.gather(self.tokens, self.bounds[sets], ends, tokens)
        used, place = np.unique(tokens, return_inverse=True)
        words = self.words(used)
        ranks = pc.rank(words.cast(pa.binary() if words.type == pa.string() else pa.large_binary())).to_numpy()
        spelled = words.take(pa.array(np.argsort(ranks)))
        lexical = (ranks[place] - 1).astype(np.int32)
        kernel.sort_each(lexical, ends)
        lists = pa.LargeListArray.from_arrays(pa.array(ends), spelled.take(pa.array(lexical)))
        return pc.binary_join(lists, " ")


def word_sets(folded: Strings) -> WordSets:
    """Words are what spaces separate; a text is the set of its distinct words."""
    texts = flat(folded)
    offsets, body = buffers(pc.fill_null(texts, "") if texts.null_count else texts)
    body.flags.writeable = False  # as it is for all but empty arrays: one compiled kernel
    n, room = len(offsets) - 1, int(kernel.count_words(offsets, body))
    at, size, tokens = np.empty(room, np.int64), np.empty(room, np.int32), np.empty(room, np.int32)
    bounds, of_row = np.empty(n + 1, np.int64), np.full(n, -1, np.int32)
    bounds[0] = row = words = sets = 0
    slots, set_slots = np.zeros((_SLOTS, 3), np.uint64), np.zeros((1 << (2 * n + 1).bit_length(), 2), np.uint64)
    while row < n:
        row, words, sets = kernel.read(
            offsets, body, row, slots, words, sets, at, size, tokens, bounds, of_row, set_slots
        )
        if row < n:
            larger = np.zeros((2 * len(slots), 3), np.uint64)
            kernel.rehash(slots, larger)
            slots = larger
    at, size, bounds = at[:words], size[:words], bounds[: sets + 1]
    tokens = tokens[: int(bounds[-1])]
    held, hashes = np.zeros(words, np.int64), np.empty(words, np.uint64)
    kernel.frequency(tokens, held)
    kernel.hash_words(body, at, size, hashes)
    # rarest first, then by the word's hash: the order of the texts leaves no trace
    rarity = np.minimum(held, 2**24 - 1).astype(np.uint64) << np.uint64(40) | hashes >> np.uint64(24)
    by_rarity = np.argsort(rarity)
    rank = np.empty(words, np.int32)
    rank[by_rarity] = np.arange(words, dtype=np.int32)
    bits, content = np.empty(sets, np.uint64), np.empty(sets, np.uint64)
    long = np.diff(bounds) >= _LONG
    wide_at = np.where(long, np.cumsum(long) - 1, -1).astype(np.int32)
    wide = np.zeros((int(long.sum()), 8), np.uint64)
    kernel.order_tokens(tokens, bounds, rank, hashes, bits, wide_at, wide, content)
    rows = np.bincount(of_row[of_row >= 0], minlength=sets).astype(np.int64, copy=False)
    once = int((held == 1).sum())
    return WordSets(
        of_row, tokens, bounds, rows, bits, wide_at, wide, content, once, at[by_rarity], size[by_rarity], body
    )
