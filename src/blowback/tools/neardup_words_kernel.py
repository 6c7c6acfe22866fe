"""Texts to word sets: words coded by a hash table that compares bytes, equal sets kept once, rare words first."""

from __future__ import annotations

import numba as nb
import numpy as np

SPACE = 32
LONG = 255  # in the low byte of a key: the word has more than 15 bytes, and its key is a hash
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@nb.njit(cache=True, nogil=True)
def mix(x):  # type: ignore[no-untyped-def]
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input touches every bit of the output."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit(cache=True, nogil=True)
def hash_of(key):  # type: ignore[no-untyped-def]
    """One number of a key's two."""
    return mix(key[0] ^ (key[1] * _SPREAD))


@nb.njit(cache=True, nogil=True)
def next_word(body, i, end, key):  # type: ignore[no-untyped-def]
    """(start, end) of the first word in body[i:end], its key written; (end, end) where there is none.

    The key of a word of up to 15 bytes is its bytes and their number: no two words share one. Longer words: a hash and
    the length; they must be compared byte by byte.
    """
    while i < end and body[i] == SPACE:
        i += 1
    start = i
    before, last, hashed = np.uint64(0), np.uint64(0), np.uint64(0)
    while i < end and body[i] != SPACE:
        if (i - start) & 7 == 0:
            hashed = (hashed ^ last) * _SPREAD
            hashed ^= hashed >> np.uint64(32)
            before, last = last, np.uint64(0)
        last = (last << np.uint64(8)) | np.uint64(body[i])
        i += 1
    size = np.uint64(i - start)
    if size <= 8:
        key[0], key[1] = last, size
    elif size <= 15:  # eight bytes and up to seven: the eighth moves into the gap
        key[0], key[1] = last | (before >> np.uint64(56) << np.uint64(56)), (before << np.uint64(8)) | size
    else:
        key[0], key[1] = mix(hashed ^ last), (size << np.uint64(8)) | np.uint64(LONG)
    return start, i


@nb.njit(cache=True, nogil=True)
def same_bytes(body, one, other, size):  # type: ignore[no-untyped-def]
    """Whether the same `size` bytes stand at both places."""
    for i in range(size):
        if body[one + i] != body[other + i]:
            return False
    return True


@nb.njit(cache=True, nogil=True)
def count_words(offsets, body):  # type: ignore[no-untyped-def]
    """Runs of bytes other than a space: how many words there can be at most."""
    n = 0
    for row in range(len(offsets) - 1):
        before = np.uint8(SPACE)
        for i in range(offsets[row], offsets[row + 1]):
            n += (before == SPACE) & (body[i] != SPACE)
            before = body[i]
    return n


@nb.njit(cache=True, nogil=True)
def rehash(slots, out):  # type: ignore[no-untyped-def]
    """Enter all words into a larger table of zeros."""
    mask = np.uint64(len(out) - 1)
    for k in range(len(slots)):
        if slots[k, 2]:
            there = hash_of(slots[k]) & mask
            while out[there, 2]:
                there = (there + np.uint64(1)) & mask
            out[there, 0], out[there, 1], out[there, 2] = slots[k, 0], slots[k, 1], slots[k, 2]


@nb.njit(cache=True, nogil=True)
def sort(keys, start, end):  # type: ignore[no-untyped-def]
    """Sort keys[start:end] in place (Shell's sort with Ciura's gaps: nearly all sets are short)."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        if gap > 1 and gap * 2 > end - start:
            continue
        for i in range(start + gap, end):
            key = keys[i]
            k = i
            while k >= start + gap and keys[k - gap] > key:
                keys[k] = keys[k - gap]
                k -= gap
            keys[k] = key


@nb.njit(cache=True, nogil=True)
def read(offsets, body, first, slots, words, sets, at, size, tokens, bounds, row_set, set_slots):  # type: ignore[no-untyped-def]
    """Word sets of the rows from `first` on; returns (next row, words, sets).

    Word w is body[at[w] : at[w] + size[w]]; set s is tokens[bounds[s] : bounds[s + 1]], ascending and distinct;
    row_set[row] is its set, unchanged for a text without words. `at`, `size` and `tokens` have room for every word there
    is. `slots` (words: key, key, word + 1) and `set_slots` (hash, set + 1) start as zeros, powers of two long;
    `set_slots` is longer than there are rows. The next row is short of the last where `slots` is two thirds full.
    """
    key = np.empty(2, np.uint64)
    used = bounds[sets]
    for row in range(first, len(offsets) - 1):
        if 3 * words > 2 * len(slots):
            return np.int64(row), words, sets
        i, end, n = offsets[row], offsets[row + 1], used
        while i < end:
            start, i = next_word(body, i, end, key)
            if start == i:
                break
            w, there = find_word(slots, key, body, at, size, start)
            if w < 0:
                if words + 1 == len(slots):  # one text with more new words than there is room: again, in a larger table
                    return np.int64(row), words, sets
                w = words
                at[w], size[w] = start, i - start
                slots[there, 0], slots[there, 1], slots[there, 2] = key[0], key[1], w + 1
                words += 1
            tokens[n] = w
            n += 1
        if n > used:
            s = find_set(set_slots, tokens, bounds, used, distinct(tokens, used, n), sets)
            row_set[row] = s
            if s == sets:
                sets += 1
                used = bounds[sets]
    return np.int64(len(offsets) - 1), words, sets


@nb.njit(cache=True, nogil=True)
def find_word(slots, key, body, at, size, start):  # type: ignore[no-untyped-def]
    """(word, slot) of the word with this key that starts at `start`; -1 and a free slot where it is new."""
    mask = np.uint64(len(slots) - 1)
    there = hash_of(key) & mask
    while slots[there, 2]:
        if slots[there, 0] == key[0] and slots[there, 1] == key[1]:
            w = np.int64(slots[there, 2]) - 1
            if key[1] & np.uint64(LONG) != LONG or same_bytes(body, at[w], start, size[w]):
                return w, there
        there = (there + np.uint64(1)) & mask
    return np.int64(-1), there


@nb.njit(cache=True, nogil=True)
def distinct(tokens, start, end):  # type: ignore[no-untyped-def]
    """Sort tokens[start:end] and close the gaps of repeats; returns the new end."""
    sort(tokens, start, end)
    n = start
    for i in range(start, end):
        if i == start or tokens[i] != tokens[n - 1]:
            tokens[n] = tokens[i]
            n += 1
    return n


@nb.njit(cache=True, nogil=True)
def find_set(slots, tokens, bounds, start, end, sets):  # type: ignore[no-untyped-def]
    """The set equal to tokens[start:end]; where there is none it becomes set number `sets` (bounds are written)."""
    key = np.uint64(end - start)
    for i in range(start, end):
        key = (key ^ np.uint64(tokens[i])) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    key = mix(key)
    mask = np.uint64(len(slots) - 1)
    there = key & mask
    while slots[there, 1]:
        if slots[there, 0] == key:
            s = np.int64(slots[there, 1]) - 1
            size = bounds[s + 1] - bounds[s]
            same = size == end - start
            for i in range(size):
                if not same:
                    break
                same = tokens[bounds[s] + i] == tokens[start + i]
            if same:
                return s
        there = (there + np.uint64(1)) & mask
    slots[there, 0], slots[there, 1] = key, sets + 1
    bounds[sets + 1] = end
    return np.int64(sets)


@nb.njit(cache=True, nogil=True)
def frequency(tokens, count):  # type: ignore[no-untyped-def]
    """count[w] += 1 for every token w."""
    for i in range(len(tokens)):
        count[tokens[i]] += 1


@nb.njit(cache=True, nogil=True)
def hash_words(body, at, size, hashes):  # type: ignore[no-untyped-def]
    """A hash of each word's bytes: the same whatever else was read."""
    key = np.empty(2, np.uint64)
    for w in range(len(at)):
        next_word(body, at[w], at[w] + size[w], key)
        hashes[w] = hash_of(key)


@nb.njit(cache=True, nogil=True)
def order_tokens(tokens, bounds, rank, hashes, bits, wide_at, wide, content):  # type: ignore[no-untyped-def]
    """Words become ranks (rarest first), ascending in each set; bits[s] and content[s] sum up the words' hashes.

    A word's hash names one bit of 64, and bits[s] is the exclusive or of them: two sets differ in at least as many
    words as their bits differ. wide[wide_at[s]] is the same over 512 bits, for long sets (wide_at is -1 for others).
    content[s] does not depend on the order in which texts were read.
    """
    for s in range(len(bounds) - 1):
        folded, total, at = np.uint64(0), np.uint64(0), wide_at[s]
        for i in range(bounds[s], bounds[s + 1]):
            hashed = hashes[tokens[i]]
            folded ^= np.uint64(1) << (hashed >> np.uint64(58))
            total += hashed
            if at >= 0:
                wide[at, hashed & np.uint64(7)] ^= np.uint64(1) << ((hashed >> np.uint64(3)) & np.uint64(63))
            tokens[i] = rank[tokens[i]]
        bits[s], content[s] = folded, mix(total)
        sort(tokens, bounds[s], bounds[s + 1])


@nb.njit(cache=True, nogil=True)
def gather(source, at, ends, out):  # type: ignore[no-untyped-def]
    """out[ends[k] : ends[k + 1]] = source[at[k] : ...] of the same length."""
    for k in range(len(at)):
        for i in range(ends[k + 1] - ends[k]):
            out[ends[k] + i] = source[at[k] + i]


@nb.njit(cache=True, nogil=True)
def sort_each(keys, ends):  # type: ignore[no-untyped-def]
    """Sort keys[ends[k] : ends[k + 1]] for every k."""
    for k in range(len(ends) - 1):
        sort(keys, ends[k], ends[k + 1])
