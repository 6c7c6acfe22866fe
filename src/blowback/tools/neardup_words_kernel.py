"""Texts to word sets: words coded by a hash table that compares bytes, equal sets kept once, rare words first."""

from __future__ import annotations

import numba as nb
import numpy as np

SPACE = 32
_EXACT = 7  # words of up to so many bytes are their own key; longer ones are compared byte by byte


@nb.njit(cache=True, nogil=True)
def mix(x):  # type: ignore[no-untyped-def]
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input touches every bit of the output."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit(cache=True, nogil=True)
def word_key(body, start, end):  # type: ignore[no-untyped-def]
    """A key for body[start:end]: the bytes and their number up to seven bytes, else a hash that ends in 0xFF."""
    packed, hashed = np.uint64(0), np.uint64(end - start)
    for i in range(start, end):
        packed = (packed << np.uint64(8)) | np.uint64(body[i])
        if (i - start) & 7 == 7:
            hashed = mix(hashed ^ packed) + np.uint64(0x9E3779B97F4A7C15)
            packed = np.uint64(0)
    if end - start <= _EXACT:
        return (packed << np.uint64(8)) | np.uint64(end - start)
    return mix(hashed ^ packed) | np.uint64(0xFF)


@nb.njit(cache=True, nogil=True)
def same_bytes(body, one, other, size):  # type: ignore[no-untyped-def]
    """Whether the same `size` bytes stand at both places."""
    for i in range(size):
        if body[one + i] != body[other + i]:
            return False
    return True


@nb.njit(cache=True, nogil=True)
def count_words(offsets, body):  # type: ignore[no-untyped-def]
    """How many words there can be at most: runs of bytes other than a space."""
    n = 0
    for row in range(len(offsets) - 1):
        before = np.uint8(SPACE)
        for i in range(offsets[row], offsets[row + 1]):
            n += (before == SPACE) & (body[i] != SPACE)
            before = body[i]
    return n


@nb.njit(cache=True, nogil=True)
def doubled(slots):  # type: ignore[no-untyped-def]
    """The same entries in a table twice as long."""
    mask = np.uint64(2 * len(slots) - 1)
    out = np.zeros((2 * len(slots), 2), np.uint64)
    for k in range(len(slots)):
        if slots[k, 1]:
            at = mix(slots[k, 0]) & mask
            while out[at, 1]:
                at = (at + np.uint64(1)) & mask
            out[at, 0], out[at, 1] = slots[k, 0], slots[k, 1]
    return out


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
def read(offsets, body, at, size, tokens, bounds, row_set, set_slots):  # type: ignore[no-untyped-def]
    """Word sets of all rows; returns (words, sets).

    Word w is body[at[w] : at[w] + size[w]]; set s is tokens[bounds[s] : bounds[s + 1]], ascending and distinct;
    row_set[row] is its set, -1 for a text without words. `at`, `size` and `tokens` have room for every word there is,
    `set_slots` is zeros, a power of two above the number of rows.
    """
    slots = np.zeros((1 << 14, 2), np.uint64)  # key, word + 1
    words, sets, used = 0, 0, 0
    bounds[0] = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        n = used
        while i < end:
            if body[i] == SPACE:
                i += 1
                continue
            start = i
            while i < end and body[i] != SPACE:
                i += 1
            w, there = find_word(slots, body, at, size, start, i)
            if w < 0:
                w = words
                at[w], size[w] = start, i - start
                slots[there, 1] = w + 1
                words += 1
                if words * 2 > len(slots):
                    slots = doubled(slots)
            tokens[n] = w
            n += 1
        if n > used:
            s = find_set(set_slots, tokens, bounds, used, distinct(tokens, used, n), sets)
            row_set[row] = s
            if s == sets:
                sets += 1
                used = bounds[sets]
    return words, sets


@nb.njit(cache=True, nogil=True)
def find_word(slots, body, at, size, start, end):  # type: ignore[no-untyped-def]
    """(word, slot) of body[start:end]; -1 and the slot for it, with its key in place, where it is new."""
    key = word_key(body, start, end)
    mask = np.uint64(len(slots) - 1)
    there = mix(key) & mask
    while slots[there, 1]:
        if slots[there, 0] == key:
            w = np.int64(slots[there, 1]) - 1
            if end - start <= _EXACT or (size[w] == end - start and same_bytes(body, at[w], start, end - start)):
                return w, there
        there = (there + np.uint64(1)) & mask
    slots[there, 0] = key
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
    for w in range(len(at)):
        hashes[w] = mix(word_key(body, at[w], at[w] + size[w]) + np.uint64(0x9E3779B97F4A7C15))


@nb.njit(cache=True, nogil=True)
def order_tokens(tokens, bounds, rank, hashes, bits, content):  # type: ignore[no-untyped-def]
    """Words become ranks (rarest first), ascending in each set; bits[s] and content[s] sum up the words' hashes.

    A word's hash names one bit of 64, and bits[s] is the exclusive or of them: two sets differ in at least as many words as
    their bits differ. content[s] does not depend on the order in which texts were read.
    """
    for s in range(len(bounds) - 1):
        folded, total = np.uint64(0), np.uint64(0)
        for i in range(bounds[s], bounds[s + 1]):
            hashed = hashes[tokens[i]]
            folded ^= np.uint64(1) << (hashed >> np.uint64(58))
            total += hashed
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
