"""The longest names of folded texts, first words with particles or articles included, and the cue words beside them."""

from __future__ import annotations

import numba as nb
import numpy as np

from blowback.tools.places.names_kernel import MOST_WORDS, OFFSET, PRIME, find, join, letters_hash

# what the first word of a match lost or gained: nothing; particles of one letter; the article; no spaces between words
PLAIN, CLITIC, ARTICLE, SQUEEZED = 0, 1, 2, 3
# columns of a match: text, first byte, end byte, name, what was done to the first word, words, first byte of that word
ROW, START, END, NAME, FORM, WORDS, WORD = 0, 1, 2, 3, 4, 5, 6
# cue bits of two words before and two after, first bytes of the words beside (-1: none), row of the common words (-1)
BEFORE, BEFORE2, AFTER, AFTER2, LEFT, RIGHT, COMMON = 7, 8, 9, 10, 11, 12, 13
COLUMNS = 14
_AL = np.array([0xD8, 0xA7, 0xD9, 0x84], np.uint8)  # ال


@nb.njit(cache=True, nogil=True)
def _arabic(body, i, end):  # type: ignore[no-untyped-def]
    return end - i >= 2 and 0xD8 <= body[i] <= 0xDB


@nb.njit(cache=True, nogil=True)
def variants(body, start, end, forms, kinds, cuts):  # type: ignore[no-untyped-def]
    """Readings of the first word: hashes, what was done, bytes cut off its front. Arabic: [wa|fa][b|k|l|ll](al)."""
    forms[0] = letters_hash(body, start, end, OFFSET)
    kinds[0] = PLAIN
    cuts[0] = 0
    n = 1
    if not _arabic(body, start, end):
        return n
    n = _article(body, start, end, start, forms, kinds, cuts, n)
    at = start
    for step in range(2):
        if end - at < 8:  # three letters must be left
            break
        a, b = body[at], body[at + 1]
        conjunction = a == 0xD9 and (b == 0x88 or b == 0x81)  # و ف
        preposition = (a == 0xD8 and b == 0xA8) or (a == 0xD9 and (b == 0x83 or b == 0x84))  # ب ك ل
        if not ((step == 0 and conjunction) or preposition):
            break
        lam = a == 0xD9 and b == 0x84
        at += 2
        forms[n] = letters_hash(body, at, end, OFFSET)
        kinds[n] = CLITIC
        cuts[n] = at - start
        n += 1
        if lam and body[at] == 0xD9 and body[at + 1] == 0x84:  # لل stands for ل + ال
            h = OFFSET
            for k in range(4):
                h = (h ^ np.uint64(_AL[k])) * PRIME
            forms[n] = letters_hash(body, at + 2, end, h)
            kinds[n] = CLITIC
            cuts[n] = at - start
            n += 1
            break
        n = _article(body, start, end, at, forms, kinds, cuts, n)
        if preposition:
            break
    return n


@nb.njit(cache=True, nogil=True)
def _article(body, start, end, at, forms, kinds, cuts, n):  # type: ignore[no-untyped-def]
    """The word at `at` without its article, or with one where it has none."""
    has = end - at >= 4
    for k in range(4):
        has = has and body[at + k] == _AL[k]
    if has:
        if end - at >= 10:
            forms[n] = letters_hash(body, at + 4, end, OFFSET)
            kinds[n] = ARTICLE
            cuts[n] = at - start
            return n + 1
        return n
    if end - at >= 6:
        h = OFFSET
        for k in range(4):
            h = (h ^ np.uint64(_AL[k])) * PRIME
        forms[n] = letters_hash(body, at, end, h)
        kinds[n] = ARTICLE
        cuts[n] = at - start
        return n + 1
    return n


@nb.njit(cache=True, nogil=True)
def _words(body, start, end, starts, ends):  # type: ignore[no-untyped-def]
    n = 0
    at = start
    for k in range(start, end + 1):
        if k == end or body[k] == 32:
            if k > at:
                starts[n] = at
                ends[n] = k
                n += 1
            at = k + 1
    return n


@nb.njit(cache=True, nogil=True)
def _cue(body, starts, ends, i, keys, slots):  # type: ignore[no-untyped-def]
    """Cue bits of one word, without a particle before it where it has none of its own."""
    value = find(keys, slots, join(np.uint64(0), letters_hash(body, starts[i], ends[i], OFFSET)))
    if value < 0 and ends[i] - starts[i] >= 6 and body[starts[i]] == 0xD9 and body[starts[i] + 1] == 0x88:
        value = find(keys, slots, join(np.uint64(0), letters_hash(body, starts[i] + 2, ends[i], OFFSET)))
    return max(value, 0)


@nb.njit(cache=True, nogil=True)
def _beside(body, starts, ends, many, i, words, keys, slots, out):  # type: ignore[no-untyped-def]
    """Cues around the words i .. i + words of a text."""
    after = i + words
    out[BEFORE] = _cue(body, starts, ends, i - 1, keys, slots) if i > 0 else 0
    out[BEFORE2] = _cue(body, starts, ends, i - 2, keys, slots) if i > 1 else 0
    out[AFTER] = _cue(body, starts, ends, after, keys, slots) if after < many else 0
    out[AFTER2] = _cue(body, starts, ends, after + 1, keys, slots) if after + 1 < many else 0
    out[LEFT] = starts[i - 1] if i > 0 else -1
    out[RIGHT] = starts[after] if after < many else -1


@nb.njit(cache=True, nogil=True)
def _longest_at(body, starts, ends, many, i, keys, slots, forms, kinds, cuts, best):  # type: ignore[no-untyped-def]
    """Fills `best` with (name, words, what was done, bytes cut) of the longest name from word i; name -1: none."""
    best[0], best[1] = -1, 0
    count = variants(body, starts[i], ends[i], forms, kinds, cuts)
    for v in range(count):
        h = join(np.uint64(0), forms[v])
        for w in range(1, MOST_WORDS + 1):
            value = find(keys, slots, h)
            if value >= 0 and w > best[1]:
                best[0], best[1], best[2], best[3] = value, w, kinds[v], cuts[v]
            if value == -2 or i + w >= many:
                break
            h = join(h, letters_hash(body, starts[i + w], ends[i + w], OFFSET))
    return count


@nb.njit(cache=True, nogil=True)
def longest(  # type: ignore[no-untyped-def]
    offsets, body, upper, free, keys, slots, tight_keys, tight_slots, cue_keys, cue_slots, word_keys, word_slots,
    lower, least, never, out,
):  # fmt: skip
    """Names in folded texts, longest first from the left, without overlap; fills rows of `out` and gives their number.

    A single Latin word in small letters, outside what is `free` (hashtags, given spans), counts only where
    `lower[common row]` (its share of small letters in general use; the last value is for unknown words) is at most
    `least`. Words with the cue bit `never` are no names on their own. -1: `out` is too small.
    """
    n = 0
    forms, kinds, cuts = np.zeros(12, np.uint64), np.zeros(12, np.int32), np.zeros(12, np.int32)
    best = np.zeros(4, np.int64)
    size = 0
    for row in range(len(offsets) - 1):
        size = max(size, offsets[row + 1] - offsets[row])
    starts, ends = np.zeros(size // 2 + 2, np.int64), np.zeros(size // 2 + 2, np.int64)
    for row in range(len(offsets) - 1):
        many = _words(body, offsets[row], offsets[row + 1], starts, ends)
        i = 0
        while i < many:
            at = starts[i]
            arabic = _arabic(body, at, ends[i])
            count = _longest_at(body, starts, ends, many, i, keys, slots, forms, kinds, cuts, best)
            if best[0] < 0 and ends[i] - at >= 7 and (free[at] or arabic):
                for v in range(count):
                    value = find(tight_keys, tight_slots, forms[v])
                    if value >= 0:
                        best[0], best[1], best[2], best[3] = value, 1, SQUEEZED, cuts[v]
                        break
            if best[0] < 0:
                i += 1
                continue
            common = -1
            if best[1] == 1:
                us = ends[i] - at == 2 and body[at] == 117 and body[at + 1] == 115 and upper[at] and upper[at + 1]
                if not us and never & _cue(body, starts, ends, i, cue_keys, cue_slots):
                    i += 1
                    continue
                common = -1 if us else max(find(word_keys, word_slots, join(np.uint64(0), forms[0])), -1)
                if not arabic and body[at] < 0xD7 and not upper[at] and not free[at] and lower[common] > least:
                    i += 1
                    continue
            if n >= len(out):
                return -1
            match = out[n]
            match[ROW], match[START], match[END] = row, at + best[3], ends[i + best[1] - 1]
            match[NAME], match[FORM], match[WORDS], match[WORD] = best[0], best[2], best[1], at
            match[COMMON] = common
            _beside(body, starts, ends, many, i, best[1], cue_keys, cue_slots, match)
            n += 1
            i += best[1]
    return n
