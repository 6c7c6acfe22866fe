"""Where the elements of JSON arrays begin and end, window by window."""

from __future__ import annotations

from typing import Final

import numba as nb

# What is known between two windows; positions count from the start of the window's bytes.
DEPTH: Final = 0
ACTIVE: Final = 1  # depth inside the wanted array, -1 outside of one
DROPPED: Final = 2  # depth inside a value that is passed over, -1 outside of one
IN_STRING: Final = 3
ESCAPED: Final = 4
STRING_AT: Final = 5  # where the last string begins
STRING_END: Final = 6
PENDING: Final = 7  # 1 where the last token is a string: it may be a key
KEY: Final = 8  # number of the key before the coming value, -1 where it is none of ours
BEGIN: Final = 9  # where the open element begins, -1 where none is open
BEGIN_LINE: Final = 10
LINE: Final = 11
ARRAYS: Final = 12
FAULT: Final = 13  # 1 once a bracket closes that was never opened
COUNT: Final = 14  # elements of the open array so far
TOP: Final = 15  # where the open top-level value begins, counted from the start of the file
TOP_LINE: Final = 16
SLOTS: Final = 17


@nb.njit(cache=True, nogil=True)
def _key(body, start, end, keys, ends):  # type: ignore[no-untyped-def]
    """Number of the key that stands at body[start:end], -1 where it is none of ours."""
    first = 0
    for number in range(len(ends)):
        size = ends[number] - first
        if size == end - start and size > 0:
            same = True
            for i in range(size):
                if body[start + i] != keys[first + i]:
                    same = False
                    break
            if same:
                return number
        first = ends[number]
    return -1


@nb.njit(cache=True, nogil=True)
def _string(b, i, s):  # type: ignore[no-untyped-def]
    """One byte inside a string."""
    if s[ESCAPED]:
        s[ESCAPED] = 0
    elif b == 92:
        s[ESCAPED] = 1
    elif b == 34:
        s[IN_STRING], s[STRING_END], s[PENDING] = 0, i, 1


@nb.njit(cache=True, nogil=True)
def _colon(body, values, keys, ends, s):  # type: ignore[no-untyped-def]
    """The string before was a key; inside wanted arrays nobody asks which."""
    watched = s[PENDING] and s[ACTIVE] < 0 and s[DROPPED] < 0 and not values
    s[KEY] = _key(body, s[STRING_AT], s[STRING_END], keys, ends) if watched else -1
    s[PENDING] = 0


@nb.njit(cache=True, nogil=True)
def _blank(b):  # type: ignore[no-untyped-def]
    return b == 32 or b == 10 or b == 13 or b == 9


@nb.njit(cache=True, nogil=True)
def _opens(b, values, s):  # type: ignore[no-untyped-def]
    """Whether an opening bracket starts a wanted array (1) or a value that is passed over (2)."""
    if s[ACTIVE] >= 0 or s[DROPPED] >= 0:
        return 0
    if values:
        return 1 if b == 91 and s[DEPTH] == 0 else 0
    if s[KEY] == 0:
        return 1 if b == 91 else 0
    return 2 if s[KEY] > 0 else 0


@nb.njit(cache=True, nogil=True)
def _emit(body, end, number, s, out, n):  # type: ignore[no-untyped-def]
    if len(out):
        while _blank(body[end - 1]):
            end -= 1
        out[n, 0], out[n, 1], out[n, 2], out[n, 3] = s[BEGIN], end, s[BEGIN_LINE], number
    s[BEGIN] = -1
    s[COUNT] += 1
    return n + 1


@nb.njit(cache=True, nogil=True)
def items(body, at, base, values, keys, ends, s, out, cuts, tops):  # type: ignore[no-untyped-def]
    """Scan body[at:], where body[0] is byte `base` of the file; returns (elements, cuts, top-level values) that end in it.

    out: start, end, line and array number of each element of the arrays under the first key (`values`: of top-level
        arrays, and top-level objects themselves, array number -1). Empty: they are only counted.
    cuts: start and end of the bytes inside wanted arrays and inside values under the other keys; elements where a wanted
        array ends here, else -1.
    tops: where each top-level object or array ends, its first byte in the file, its line.
    """
    n, c, t = 0, 0, 0
    if s[ACTIVE] >= 0 or s[DROPPED] >= 0:
        cuts[0, 0] = at
    for i in range(at, len(body)):
        b = body[i]
        if b == 10:
            s[LINE] += 1
        if s[IN_STRING]:
            _string(b, i, s)
            continue
        if _blank(b):
            continue
        if s[BEGIN] < 0 and (
            (s[ACTIVE] >= 0 and s[DEPTH] == s[ACTIVE] and b != 44 and b != 93)
            or (values and s[DEPTH] == 0 and b == 123)
        ):
            s[BEGIN], s[BEGIN_LINE] = i, s[LINE]
        if b == 34:
            s[IN_STRING], s[STRING_AT], s[KEY] = 1, i + 1, -1
            continue
        if b == 58:
            _colon(body, values, keys, ends, s)
            continue
        s[PENDING] = 0
        if b == 91 or b == 123:
            what = _opens(b, values, s)
            if what:
                s[ACTIVE if what == 1 else DROPPED] = s[DEPTH] + 1
                s[ARRAYS] += what == 1
                cuts[c, 0] = i + 1
                s[COUNT] = 0
            if s[DEPTH] == 0:
                s[TOP], s[TOP_LINE] = base + i, s[LINE]
            s[DEPTH] += 1
        elif b == 93 or b == 125 or b == 44:
            if s[ACTIVE] >= 0 and s[DEPTH] == s[ACTIVE] and b != 125:
                if s[BEGIN] >= 0:
                    n = _emit(body, i, s[ARRAYS] - 1, s, out, n)
                if b == 93:
                    cuts[c, 1], cuts[c, 2] = i, s[COUNT]
                    c += 1
                    s[ACTIVE] = -1
            elif s[DROPPED] >= 0 and s[DEPTH] == s[DROPPED] and b != 44:
                cuts[c, 1], cuts[c, 2] = i, -1
                c += 1
                s[DROPPED] = -1
            if b != 44:
                s[DEPTH] -= 1
                s[FAULT] |= s[DEPTH] < 0
                if s[DEPTH] == 0:
                    if values and s[BEGIN] >= 0:
                        n = _emit(body, i + 1, -1, s, out, n)
                    tops[t, 0], tops[t, 1], tops[t, 2] = i + 1, s[TOP], s[TOP_LINE]
                    t += 1
        s[KEY] = -1
    if s[ACTIVE] >= 0 or s[DROPPED] >= 0:
        cuts[c, 1], cuts[c, 2] = len(body), -1
        c += 1
    return n, c, t
