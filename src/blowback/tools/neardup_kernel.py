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
PARTS = 1024  # a similarity of 1 in a sum of whole numbers
CHUNK = 2048  # postings between two looks at whether a set still has to be compared
_SLACK = 1e-9  # bounds are rounded in the safe direction; the last word has the division


@intrinsic
def _popcount(_typing: Any, _value: Any) -> Any:

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), code


popcount: Any = _popcount  # the number of bits set


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
def past_size(threshold, size):  # type: ignore[no-untyped-def]
    """No partner of a set of `size` has so many words, or else its size is clipped."""
    return min(np.int64(size / threshold) + 2, CLIP)


@nb.njit(cache=True, nogil=True)
def room_by_size(threshold, before, size, room):  # type: ignore[no-untyped-def]
    """room[k]: in how many words a set of `size` and one of k words may differ; -1 where k is out of bounds.

    `before` is the size that room was made for the last time (0: none yet, and room is all -1).
    """
    if before == size:
        return
    for k in range(ceiling(threshold * before), past_size(threshold, before)):
        room[k] = -1
    for k in range(ceiling(threshold * size), past_size(threshold, size)):
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
    """work[w]: postings of word w that `pairs` is going to scan for sets in this order, ascending by size."""
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
def advance(heads, filled, w, low, postings):  # type: ignore[no-untyped-def]
    """Move the head of a list that is in ascending order of size past sets smaller than `low`; returns (head, end)."""
    head, end = heads[w], filled[w]
    while head < end and np.int64((postings[head, 1] >> np.uint64(16)) & np.uint64(CLIP)) < low:
        head += 1
    heads[w] = head
    return head, end


@nb.njit(cache=True, nogil=True)
def scan(p, end, i, size, bits, threshold, room, postings, seen, stamp, out):  # type: ignore[no-untyped-def]
    """Places in postings[p:end] that the filters cannot rule out and that were not seen yet; returns how many.

    The set that asks has the word of these postings at position i.
    """
    n = 0
    for q in range(p, end):
        what = postings[q, 1]
        other = np.int64((what >> np.uint64(16)) & np.uint64(CLIP))
        if np.int64(popcount(bits ^ postings[q, 0])) > room[other]:
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
    return n


@nb.njit(cache=True, nogil=True)
def jaccard(one, other, tokens, bounds, wide_at, wide, threshold):  # type: ignore[no-untyped-def]
    """The similarity of two sets; -1 where it is below the threshold."""
    i, j = bounds[one], bounds[other]
    one_size, other_size = bounds[one + 1] - i, bounds[other + 1] - j
    least = needed(threshold, one_size, other_size)
    if wide_at[one] >= 0 and wide_at[other] >= 0:
        differ = np.uint64(0)
        for k in range(wide.shape[1]):
            differ += popcount(wide[wide_at[one], k] ^ wide[wide_at[other], k])
        if np.int64(differ) > one_size + other_size - 2 * least:
            return -1.0
    both = shared(tokens, i, i + one_size, j, j + other_size, least)
    if both < 0:
        return -1.0
    near = both / (one_size + other_size - both)
    return near if near >= threshold else -1.0


@nb.njit(cache=True, nogil=True)
def doubled(rows, sims):  # type: ignore[no-untyped-def]
    """Twice the room for pairs."""
    more, near = np.empty((2 * len(rows), 2), np.int32), np.empty(2 * len(rows), np.float64)
    more[: len(rows)], near[: len(rows)] = rows, sims
    return more, near


@nb.njit(cache=True, nogil=True)
def pairs(index):  # type: ignore[no-untyped-def]
    """All pairs at or above the threshold, for sets in ascending order of size (`index`: see neardup.py).

    Returns (pairs as place and earlier place, similarities, postings scanned).
    """
    order, tokens, bounds, bits, wide_at, wide, threshold, once, lists, postings = index
    room, found = np.full(CLIP + 1, -1, np.int64), np.empty(len(order), np.int64)
    heads, filled, seen = lists.copy(), lists.copy(), np.zeros(len(order), np.int32)
    out, sims = np.empty((1024, 2), np.int32), np.empty(1024, np.float64)
    n, scanned, before = 0, 0, 0
    for k in range(len(order)):
        o = order[k]
        start, size = bounds[o], bounds[o + 1] - bounds[o]
        room_by_size(threshold, before, size, room)
        before = size
        low = min(ceiling(threshold * size), CLIP)
        for i in range(prefix_length(threshold, size, True)):
            if tokens[start + i] < once:
                continue
            p, end = advance(heads, filled, tokens[start + i], low, postings)
            scanned += end - p
            for c in range(scan(p, end, i, size, bits[o], threshold, room, postings, seen, k + 1, found)):
                near = jaccard(o, order[found[c]], tokens, bounds, wide_at, wide, threshold)
                if near >= 0:
                    if n == len(out):
                        out, sims = doubled(out, sims)
                    out[n, 0], out[n, 1], sims[n] = k, found[c], near
                    n += 1
        post(start, size, prefix_length(threshold, size, False), k, bits[o], tokens, once, postings, filled)
    return out[:n], sims[:n], scanned


@nb.njit(cache=True, nogil=True)
def reaches(index, rows, full, limit, reach, met):  # type: ignore[no-untyped-def]
    """The same join, for sums alone: reach[s] becomes the similarity of set s to all texts near it, at most `full`.

    In units of 1/PARTS, so that the order of adding leaves no trace. rows[s] is the number of texts with set s (reach
    starts with them); met[s] becomes whether any other set is near it. Two sets that are full and met need no
    comparison, so thousands of variants of one text cost no square. Returns postings scanned; more than `limit`: it
    stopped there.
    """
    order, tokens, bounds, bits, wide_at, wide, threshold, once, lists, postings = index
    room, found = np.full(CLIP + 1, -1, np.int64), np.empty(CHUNK, np.int64)
    heads, filled, seen = lists.copy(), lists.copy(), np.zeros(len(order), np.int32)
    done = lists.copy()  # postings before it, from the head on, are full and met
    scanned, before = 0, 0
    for k in range(len(order)):
        o = order[k]
        start, size = bounds[o], bounds[o + 1] - bounds[o]
        room_by_size(threshold, before, size, room)
        before = size
        low = min(ceiling(threshold * size), CLIP)
        for i in range(prefix_length(threshold, size, True)):
            w = tokens[start + i]
            if w < once:
                continue
            p, end = advance(heads, filled, w, low, postings)
            while p < end:
                if met[o] and reach[o] >= full:
                    p = past_full(max(p, done[w]), end, order, postings, reach, met, full)
                    done[w] = p
                stop = min(end, p + CHUNK)
                scanned += stop - p
                for c in range(scan(p, stop, i, size, bits[o], threshold, room, postings, seen, k + 1, found)):
                    s = order[found[c]]
                    near = jaccard(o, s, tokens, bounds, wide_at, wide, threshold)
                    if near >= 0:
                        met[o], met[s] = True, True
                        parts = np.int64(near * PARTS)
                        reach[o] = min(reach[o] + parts * rows[s], full)
                        reach[s] = min(reach[s] + parts * rows[o], full)
                p = stop
        if scanned > limit:
            break
        post(start, size, prefix_length(threshold, size, False), k, bits[o], tokens, once, postings, filled)
    return scanned


@nb.njit(cache=True, nogil=True)
def past_full(p, end, order, postings, reach, met, full):  # type: ignore[no-untyped-def]
    """The first posting from p on whose set is not both full and met."""
    while p < end:
        s = order[np.int64(postings[p, 1] >> np.uint64(32))]
        if not met[s] or reach[s] < full:
            break
        p += 1
    return p


@nb.njit(cache=True, nogil=True)
def stars(index, centre, sims):  # type: ignore[no-untyped-def]
    """Each set joins the most similar centre before it, or becomes one; only centres are in the index.

    `order` lists sets by their claim to be a centre; centre[k] and sims[k] are the place of the centre of the set at
    place k, and their Jaccard similarity. Equally similar centres: the first.
    """
    order, tokens, bounds, bits, wide_at, wide, threshold, once, lists, postings = index
    room, found = np.full(CLIP + 1, -1, np.int64), np.empty(len(order), np.int64)
    filled, seen, before = lists.copy(), np.zeros(len(order), np.int32), 0
    for k in range(len(order)):
        o = order[k]
        start, size = bounds[o], bounds[o + 1] - bounds[o]
        room_by_size(threshold, before, size, room)
        before = size
        best, which = 0.0, np.int64(-1)
        for i in range(prefix_length(threshold, size, True)):
            w = tokens[start + i]
            if w < once:
                continue
            for c in range(scan(lists[w], filled[w], i, size, bits[o], threshold, room, postings, seen, k + 1, found)):
                near = jaccard(o, order[found[c]], tokens, bounds, wide_at, wide, threshold)
                if near > best or (near == best and found[c] < which):
                    best, which = near, found[c]
        if which < 0:
            centre[k], sims[k] = k, 1.0
            post(start, size, prefix_length(threshold, size, True), k, bits[o], tokens, once, postings, filled)
        else:
            centre[k], sims[k] = which, best
