"""Hashes of folded names, the table that holds them, and twins among places of one name."""

from __future__ import annotations

import numba as nb
import numpy as np

MOST_WORDS = 7  # of a name
OFFSET = np.uint64(0xCBF29CE484222325)
PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)


@nb.njit(cache=True, nogil=True)
def letters_hash(body, start, end, h):  # type: ignore[no-untyped-def]
    """FNV-1a of the bytes that are no space, from the state h."""
    for i in range(start, end):
        if body[i] != 32:
            h = (h ^ np.uint64(body[i])) * PRIME
    return h


@nb.njit(cache=True, nogil=True)
def join(h, word):  # type: ignore[no-untyped-def]
    """The hash of a sequence of words, one word on."""
    h = (h ^ word) * _MIX
    return h ^ (h >> np.uint64(29))


@nb.njit(cache=True, nogil=True)
def name_hashes(offsets, body, whole, squeezed, words, prefixes, prefix_of):  # type: ignore[no-untyped-def]
    """Per folded name: hash of its words, of its letters, number of words; and the hashes of its beginnings."""
    n = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        h = np.uint64(0)
        count = 0
        start = i
        for k in range(i, end + 1):
            if k == end or body[k] == 32:
                if k > start:
                    if count > 0:
                        prefixes[n] = h
                        prefix_of[n] = row
                        n += 1
                    h = join(h, letters_hash(body, start, k, OFFSET))
                    count += 1
                start = k + 1
        whole[row] = h
        squeezed[row] = letters_hash(body, i, end, OFFSET)
        words[row] = count
    return n


@nb.njit(cache=True, nogil=True)
def fill(keys, slots, hashes, values):  # type: ignore[no-untyped-def]
    """Put hashes into an open-addressing table; a later value replaces an earlier one only where that is negative."""
    mask = np.uint64(len(keys) - 1)
    for i in range(len(hashes)):
        h = hashes[i]
        if h == 0:
            continue
        at = h & mask
        while keys[at] != 0 and keys[at] != h:
            at = (at + np.uint64(1)) & mask
        if keys[at] == 0 or slots[at] < 0:
            keys[at] = h
            slots[at] = values[i]


@nb.njit(cache=True, nogil=True)
def find(keys, slots, h):  # type: ignore[no-untyped-def]
    """The value of a hash; -2 where it is not there, -1 where it only begins a name."""
    mask = np.uint64(len(keys) - 1)
    at = h & mask
    while keys[at] != 0:
        if keys[at] == h:
            return slots[at]
        at = (at + np.uint64(1)) & mask
    return -2


@nb.njit(cache=True, nogil=True)
def near_twins(group, places, kinds, source, lat, lon, family, limit_km, parent):  # type: ignore[no-untyped-def]
    """Join places of one name that lie within `limit_km` and are of one family; `parent` is a union-find forest."""
    start = 0
    total = len(group)
    while start < total:
        end = start + 1
        while end < total and group[end] == group[start]:
            end += 1
        for a in range(start, end):
            for b in range(a + 1, min(end, a + 400)):
                p, q = places[a], places[b]
                if p == q or family[p] != family[q] or abs(lat[p] - lat[q]) > limit_km / 111.0:
                    continue
                if (kinds[a] and kinds[b]) or (source[p] == source[q] and (kinds[a] or kinds[b])):
                    continue
                east = (lon[p] - lon[q]) * np.cos(np.radians(lat[p]))
                north = lat[p] - lat[q]
                if (east * east + north * north) * 12321.0 > limit_km * limit_km:
                    continue
                x, y = p, q
                while parent[x] != x:
                    x = parent[x]
                while parent[y] != y:
                    y = parent[y]
                if x != y:
                    parent[max(x, y)] = min(x, y)
        start = end
