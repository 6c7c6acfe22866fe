"""One pass over UTF-8: decode, cut links and handles, map each code point by a table, collapse white space."""

from __future__ import annotations

import numba as nb
import numpy as np

DROP, SPACE, LONG = 0, 32, 1  # values of the table: vanishes; separates; look up the long replacement


@nb.njit(cache=True, nogil=True)
def decode(body, i):  # type: ignore[no-untyped-def]
    """(code point, length in bytes) of the UTF-8 sequence at i; the input is valid UTF-8."""
    b = body[i]
    if b < 0x80:
        return np.int64(b), 1
    if b < 0xE0:
        return (np.int64(b & 0x1F) << 6) | (body[i + 1] & 0x3F), 2
    if b < 0xF0:
        return (np.int64(b & 0x0F) << 12) | (np.int64(body[i + 1] & 0x3F) << 6) | (body[i + 2] & 0x3F), 3
    high = (np.int64(b & 0x07) << 18) | (np.int64(body[i + 1] & 0x3F) << 12)
    return high | (np.int64(body[i + 2] & 0x3F) << 6) | (body[i + 3] & 0x3F), 4


@nb.njit(cache=True, nogil=True)
def encode(out, n, c):  # type: ignore[no-untyped-def]
    """Write a code point as UTF-8 at n; returns the new n."""
    if c < 0x80:
        out[n] = c
        return n + 1
    if c < 0x800:
        out[n] = 0xC0 | (c >> 6)
        out[n + 1] = 0x80 | (c & 0x3F)
        return n + 2
    if c < 0x10000:
        out[n] = 0xE0 | (c >> 12)
        out[n + 1] = 0x80 | ((c >> 6) & 0x3F)
        out[n + 2] = 0x80 | (c & 0x3F)
        return n + 3
    out[n] = 0xF0 | (c >> 18)
    out[n + 1] = 0x80 | ((c >> 12) & 0x3F)
    out[n + 2] = 0x80 | ((c >> 6) & 0x3F)
    out[n + 3] = 0x80 | (c & 0x3F)
    return n + 4


@nb.njit(cache=True, nogil=True)
def _lower(b):  # type: ignore[no-untyped-def]
    return b | 0x20 if 65 <= b <= 90 else b


@nb.njit(cache=True, nogil=True)
def link_length(body, i, end):  # type: ignore[no-untyped-def]
    """Bytes of the link that starts at i (http://, https://, www.), up to white space; 0 where none starts."""
    rest = end - i
    head = 0
    if rest > 7 and _lower(body[i]) == 104 and _lower(body[i + 1]) == 116 and _lower(body[i + 2]) == 116:
        if _lower(body[i + 3]) == 112:
            k = i + 4
            if _lower(body[k]) == 115:
                k += 1
            if k + 2 < end and body[k] == 58 and body[k + 1] == 47 and body[k + 2] == 47:
                head = k + 3 - i
    elif rest > 4 and _lower(body[i]) == 119 and _lower(body[i + 1]) == 119 and _lower(body[i + 2]) == 119:
        if body[i + 3] == 46:
            head = 4
    if head == 0:
        return 0
    k = i + head
    while k < end and body[k] > 32:
        k += 1
    return k - i


@nb.njit(cache=True, nogil=True)
def word_byte(b):  # type: ignore[no-untyped-def]
    """Whether an ASCII byte may stand in a handle."""
    return (48 <= b <= 57) or (65 <= b <= 90) or (97 <= b <= 122) or b == 95


@nb.njit(cache=True, nogil=True)
def handle_length(body, i, start, end):  # type: ignore[no-untyped-def]
    """Bytes of the handle that starts with '@' at i, dots inside included; 0 for e-mail addresses and lone signs."""
    if i > start and (word_byte(body[i - 1]) or body[i - 1] == 46 or body[i - 1] == 64):
        return 0
    k = i + 1
    while k < end and (
        word_byte(body[k]) or ((body[k] == 46 or body[k] == 45) and k + 1 < end and word_byte(body[k + 1]))
    ):
        k += 1
    return k - i if k > i + 1 else 0


@nb.njit(cache=True, nogil=True)
def fold(offsets, body, table, long_at, long_body, out, out_offsets, origin, want_origin):  # type: ignore[no-untyped-def]
    """Fold every value; `origin[n]` is the code point index of the original for the n-th folded code point."""
    n = 0
    points = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        start = i
        out_offsets[row] = n
        begin = n
        gap = False
        seen = 0  # code points of the original before i
        while i < end:
            skip = 0
            b = body[i]
            if b == 104 or b == 72 or b == 119 or b == 87:
                if i == start or not word_byte(body[i - 1]):
                    skip = link_length(body, i, end)
            elif b == 64:
                skip = handle_length(body, i, start, end)
            if skip:
                for k in range(i, i + skip):
                    if body[k] & 0xC0 != 0x80:
                        seen += 1
                i += skip
                gap = True
                continue
            c, size = decode(body, i)
            i += size
            to = table[c]
            if to == SPACE:
                gap = True
            elif to != DROP:
                if gap and n > begin:
                    out[n] = 32
                    n += 1
                    if want_origin:
                        origin[points] = seen
                        points += 1
                gap = False
                if to == LONG:
                    for k in range(long_at[c], long_at[c + 1]):
                        out[n] = long_body[k]
                        n += 1
                        if want_origin and long_body[k] & 0xC0 != 0x80:
                            origin[points] = seen
                            points += 1
                else:
                    n = encode(out, n, to)
                    if want_origin:
                        origin[points] = seen
                        points += 1
            seen += 1
        out_offsets[row + 1] = n
    return n, points


@nb.njit(cache=True, nogil=True)
def plain(offsets, body, table, out, out_offsets, odd):  # type: ignore[no-untyped-def]
    """Lower case, '@' up to the next white space cut, white space collapsed; `odd[row]` = needs Python's own rules."""
    n = 0
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        out_offsets[row] = n
        begin = n
        gap = False
        while i < end:
            c, size = decode(body, i)
            if c == 64:
                while i < end:
                    c, size = decode(body, i)
                    if table[c] == SPACE:
                        break
                    if table[c] == LONG:
                        odd[row] = True
                    i += size
                continue
            i += size
            to = table[c]
            if to == SPACE:
                gap = True
                continue
            if to == LONG:
                odd[row] = True
                to = c
            if gap and n > begin:
                out[n] = 32
                n += 1
            gap = False
            n = encode(out, n, to)
        out_offsets[row + 1] = n
    return n


@nb.njit(cache=True, nogil=True)
def any_marked(offsets, body, table, out):  # type: ignore[no-untyped-def]
    """out[row]: some code point of the value is marked in `table`; ASCII never is."""
    for row in range(len(offsets) - 1):
        i, end = offsets[row], offsets[row + 1]
        while i < end:
            if body[i] < 128:
                i += 1
                continue
            c, size = decode(body, i)
            i += size
            if table[c]:
                out[row] = True
                break
