"""Where handles stand in texts, and texts with those places replaced."""

from __future__ import annotations

import numba as nb

from blowback.tools.fold_kernel import word_byte


@nb.njit(cache=True, nogil=True)
def _length(body, i, end, dotted):  # type: ignore[no-untyped-def]
    """Bytes of the handle whose '@' is at i, whatever stands before it; 0 for a lone sign."""
    k = i + 1
    while k < end and (
        word_byte(body[k])
        or (dotted and k > i + 1 and (body[k] == 46 or body[k] == 45) and k + 1 < end and word_byte(body[k + 1]))
    ):
        k += 1
    return k - i if k > i + 1 else 0


@nb.njit(cache=True, nogil=True)
def spans(offsets, body, dotted, out):  # type: ignore[no-untyped-def]
    """Start and end (without '@') of every handle; returns their number. With out empty, only counts."""
    n = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        while i < end:
            if body[i] == 64:
                size = _length(body, i, end, dotted)
                if size:
                    if len(out):
                        out[n, 0], out[n, 1], out[n, 2] = row, i + 1, i + size
                    n += 1
                    i += size
                    continue
            i += 1
    return n


@nb.njit(cache=True, nogil=True)
def splice(offsets, body, places, tokens, width, short, out, ends):  # type: ignore[no-untyped-def]
    """Copy every value with the bytes of each span replaced by the first `short` bytes of its token."""
    n = 0
    s = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        ends[row] = n
        while s < len(places) and places[s, 0] == row:
            while i < places[s, 1]:
                out[n] = body[i]
                n += 1
                i += 1
            for k in range(short):
                out[n] = tokens[s * width + k]
                n += 1
            i = places[s, 2]
            s += 1
        while i < end:
            out[n] = body[i]
            n += 1
            i += 1
        ends[row + 1] = n
    return n
