"""The exact Jaccard join: prefix, length, bitmap and position filters over postings, then counting.

Two sets that share enough words share one among their rarest (prefix filter; Chaudhuri, Ganti, Kaushik 2006; Bayardo,
Ma, Srikant 2007), and not too far back in either (positions; Xiao et al., PPJoin, 2008). A posting carries 64 bits
that sum up its set: where they differ in more bits than the sets may differ in words, the pair is out before anything
else is read (Sandes, Teodoro, Melo 2020). What is left is counted word by word, so the answer is exact.
"""

from __future__ import annotations

from typing import Any

import numba as nb
import numpy as np
from numba.core import types
from numba.extending import intrinsic

CLIP = 65535  # sizes and positions are clipped to 16 bits in a posting: the filters then let more through, never less
_SLACK = 1e-9  # bounds are rounded in the safe direction; the last word has the division


@intrinsic
def popcount(_typing: Any, value: Any) -> Any:
    """Number of bits set."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), code


@nb.njit(cache=True, nogil=True)
def ceiling(x):  # type: ignore[no-untyped-def]
    """The least integer >= x, where rounding may have put x a little too high."""
    return np.int64(np.ceil(x * (1 - _SLACK) - _SLACK))


@nb.njit(cache=True, nogil=True)
def needed(threshold, one, other):  # type: ignore[no-untyped-def]
    """Words that sets of these sizes must share."""
    return ceiling(threshold / (1 + threshold) * (one + other))


@nb.njit(cache=True, nogil=True)
def shared(tokens, i, i_end, j, j_end, least):  # type: ignore[no-untyped-def]
    """Words in both tokens[i:i_end] and tokens[j:j_end]; -1 as soon as they cannot be `least`."""
    spare_i, spare_j = i_end - i - least, j_end - j - least
    n = 0
    while i < i_end and j < j_end:
        if tokens[i] == tokens[j]:
            n += 1
            i += 1
            j += 1
        elif tokens[i] < tokens[j]:
            spare_i -= 1
            i += 1
            if spare_i < 0:
                return -1
        else:
            spare_j -= 1
            j += 1
            if spare_j < 0:
                return -1
    return n if n >= least else -1


@nb.njit(cache=True, nogil=True)
def room_by_size(threshold, before, size, room):  # type: ignore[no-untyped-def]
    """room[k]: in how many words a set of `size` and one of k words may differ; -1 where k is out of bounds.

    `before` is the size that room was made for the last time (0: none yet, and room is all -1).
    """
    if before == size:
        return
    for k in range(ceiling(threshold * before), min(np.int64(before / threshold) + 2, CLIP)):
        room[k] = -1
    for k in range(ceiling(threshold * size), min(np.int64(size / threshold) + 2, CLIP)):
        if ceiling(threshold * k) <= size:
            room[k] = size + k - 2 * needed(threshold, size, k)
    room[CLIP] = 64 if ceiling(threshold * CLIP) <= size else -1  # a clipped size: the bits give no bound


@nb.njit(cache=True, nogil=True)
def prefix_length(threshold, size, both_ways):  # type: ignore[no-untyped-def]
    """How many of a set's rarest words must be looked at to meet every partner.

    A partner may have any size, or (not both ways) at least the size of this set.
    """
    return size - (ceiling(threshold * size) if both_ways else needed(threshold, size, size)) + 1


@nb.njit(cache=True, nogil=True)
def prefix_counts(order, tokens, bounds, threshold, both_ways, once, count):  # type: ignore[no-untyped-def]
    """count[w]: sets with word w in their indexed prefix. Words below `once` stand in one set only and meet nobody."""
    for k in range(len(order)):
        start, size = bounds[order[k]], bounds[order[k] + 1] - bounds[order[k]]
        for i in range(start, start + prefix_length(threshold, size, both_ways)):
            if tokens[i] >= once:
                count[tokens[i]] += 1


@nb.njit(cache=True, nogil=True)
def count_postings(order, tokens, bounds, threshold, once, work):  # type: ignore[no-untyped-def]
    """work[w]: postings of word w that `join` is going to scan for sets in this order, ascending by size."""
    live = np.zeros(len(work), np.int64)
    gone = 0
    for k in range(len(order)):
        start, size = bounds[order[k]], bounds[order[k] + 1] - bounds[order[k]]
        low = min(ceiling(threshold * size), CLIP)
        while min(bounds[order[gone] + 1] - bounds[order[gone]], CLIP) < low:
            first = bounds[order[gone]]
            length = prefix_length(threshold, bounds[order[gone] + 1] - first, False)
            for i in range(first, first + length):
                live[tokens[i]] -= 1
            gone += 1
        for i in range(start, start + prefix_length(threshold, size, True)):
            if tokens[i] >= once:
                work[tokens[i]] += live[tokens[i]]
        for i in range(start, start + prefix_length(threshold, size, False)):
            live[tokens[i]] += 1


@nb.njit(cache=True, nogil=True)
def post(start, size, length, place, bits, tokens, once, postings, filled):  # type: ignore[no-untyped-def]
    """Enter a set into the lists of its prefix: bits, and place (32 bits), size and position (16 bits each)."""
    for i in range(length):
        w = tokens[start + i]
        if w >= once:
            p = filled[w]
            postings[p, 0] = bits
            sizes = np.uint64(min(size, CLIP) << 16) | np.uint64(min(i, CLIP))
            postings[p, 1] = (np.uint64(place) << np.uint64(32)) | sizes
            filled[w] = p + 1


@nb.njit(cache=True, nogil=True)
def candidates(start, size, bits, tokens, threshold, once, room, low, heads, filled, postings, seen, stamp, out):  # type: ignore[no-untyped-def]
    """Places in the index that the filters cannot rule out, each once; returns (how many, postings scanned).

    Where lists are in ascending order of size, `low` is the least size of interest now and for ever: heads move on.
    """
    n, scanned = 0, 0
    for i in range(prefix_length(threshold, size, True)):
        w = tokens[start + i]
        if w < once:
            continue
        head, end = heads[w], filled[w]
        while head < end and np.int64((postings[head, 1] >> np.uint64(16)) & np.uint64(CLIP)) < low:
            head += 1
        heads[w] = head
        scanned += end - head
        for p in range(head, end):
            what = postings[p, 1]
            other = np.int64((what >> np.uint64(16)) & np.uint64(CLIP))
            if np.int64(popcount(bits ^ postings[p, 0])) > room[other]:
                continue
            place = np.int64(what >> np.uint64(32))
            if seen[place] == stamp:
                continue
            seen[place] = stamp
            # the first shared word in both: nothing before it is shared, and after it no more than what is left
            left = min(size - i, other - np.int64(what & np.uint64(CLIP)))
            if other == CLIP or left >= needed(threshold, size, other):
                out[n] = place
                n += 1
    return n, scanned


@nb.njit(cache=True, nogil=True)
def doubled(rows, sims):  # type: ignore[no-untyped-def]
    """Twice the room for pairs."""
    more, near = np.empty((2 * len(rows), 2), np.int32), np.empty(2 * len(rows), np.float64)
    more[: len(rows)], near[: len(rows)] = rows, sims
    return more, near


@nb.njit(cache=True, nogil=True)
def join(order, tokens, bounds, bits, threshold, once, lists, postings, rows, full, reach, met, keep):  # type: ignore[no-untyped-def]
    """All pairs at or above the threshold, for sets in ascending order of size; (pairs, similarities, postings scanned).

    Where pairs are to be kept, they come as (place, earlier place). Otherwise they are only counted: reach[s] becomes
    the texts with set s or one near it, up to `full` (two sets that are full need no comparison), and met[s] whether
    any other is near it. rows[s] is the number of texts with set s.
    """
    room, found = np.full(CLIP + 1, -1, np.int64), np.empty(len(order), np.int64)
    heads, filled, seen = lists.copy(), lists.copy(), np.zeros(len(order), np.int32)
    out, sims = np.empty((1024, 2), np.int32), np.empty(1024, np.float64)
    n, scanned, before = 0, 0, 0
    for k in range(len(order)):
        o = order[k]
        start, end = bounds[o], bounds[o + 1]
        room_by_size(threshold, before, end - start, room)
        before = end - start
        low = min(ceiling(threshold * before), CLIP)
        args = (start, before, bits[o], tokens, threshold, once, room, low, heads, filled, postings)
        many, more = candidates(*args, seen, k + 1, found)
        scanned += more
        for c in range(many):
            s = order[found[c]]
            if not keep and met[o] and met[s] and reach[o] >= full and reach[s] >= full:
                continue
            size = bounds[s + 1] - bounds[s]
            both = shared(tokens, start, end, bounds[s], bounds[s + 1], needed(threshold, before, size))
            if both < 0 or both / (before + size - both) < threshold:
                continue
            if keep:
                if n == len(out):
                    out, sims = doubled(out, sims)
                out[n, 0], out[n, 1], sims[n] = k, found[c], both / (before + size - both)
                n += 1
            else:
                met[o], met[s] = True, True
                reach[o], reach[s] = min(reach[o] + rows[s], full), min(reach[s] + rows[o], full)
        post(start, before, prefix_length(threshold, before, False), k, bits[o], tokens, once, postings, filled)
    return out[:n], sims[:n], scanned


@nb.njit(cache=True, nogil=True)
def stars(order, tokens, bounds, bits, threshold, once, lists, postings, centre, sims):  # type: ignore[no-untyped-def]
    """Each set joins the most similar centre before it, or becomes one; only centres are in the index.

    `order` lists sets by their claim to be a centre; centre[k] and sims[k] are the place of the centre of the set at
    place k, and their Jaccard similarity. Equally similar centres: the first.
    """
    room, found = np.full(CLIP + 1, -1, np.int64), np.empty(len(order), np.int64)
    heads, filled, seen = lists.copy(), lists.copy(), np.zeros(len(order), np.int32)
    before = 0
    for k in range(len(order)):
        start, end = bounds[order[k]], bounds[order[k] + 1]
        room_by_size(threshold, before, end - start, room)
        before = end - start
        args = (start, before, bits[order[k]], tokens, threshold, once, room, 0, heads, filled, postings)
        many, _ = candidates(*args, seen, k + 1, found)
        best, which = 0.0, np.int64(-1)
        for c in range(many):
            s = order[found[c]]
            size = bounds[s + 1] - bounds[s]
            both = shared(tokens, start, end, bounds[s], bounds[s + 1], needed(threshold, before, size))
            if both >= 0:
                near = both / (before + size - both)
                if near >= threshold and (near > best or (near == best and found[c] < which)):
                    best, which = near, found[c]
        if which < 0:
            centre[k], sims[k] = k, 1.0
            length = prefix_length(threshold, before, True)
            post(start, before, length, k, bits[order[k]], tokens, once, postings, filled)
        else:
            centre[k], sims[k] = which, best
