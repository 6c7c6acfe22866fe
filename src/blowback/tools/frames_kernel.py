"""Where records begin and end: CSV records, JSON array elements."""

from __future__ import annotations

import numba as nb


@nb.njit(cache=True, nogil=True)
def rows(body, final, delimiter, out):  # type: ignore[no-untyped-def]
    """Start, end and line of every CSV record with content (RFC 4180 quotes); returns (records, bytes used, lines).

    A quote opens a quoted field only at the start of a field. Without `final`, an unfinished last record is left.
    """
    n, start, line, first_line = 0, 0, 0, 0
    quoted = False
    at_start = True
    used = 0
    lines_used = 0
    for i in range(len(body)):
        b = body[i]
        if quoted:
            if b == 34:
                if (i + 1 < len(body) and body[i + 1] == 34) or (
                    i > start and body[i - 1] == 34 and _odd(body, i, start)
                ):
                    pass
                else:
                    quoted = False
            elif b == 10:
                line += 1
            continue
        if b == 34 and at_start:
            quoted = True
            at_start = False
        elif b == delimiter:
            at_start = True
        elif b == 10:
            end = i - 1 if i > start and body[i - 1] == 13 else i
            if end > start:
                out[n, 0], out[n, 1], out[n, 2] = start, end, first_line
                n += 1
            line += 1
            start, used, first_line, lines_used = i + 1, i + 1, line, line
            at_start = True
        elif b != 32:
            at_start = False
    if final and start < len(body):
        out[n, 0], out[n, 1], out[n, 2] = start, len(body), first_line
        n += 1
        used, lines_used = len(body), line
    return n, used, lines_used


@nb.njit(cache=True, nogil=True)
def _odd(body, i, start):  # type: ignore[no-untyped-def]
    """Whether the quote at i is the second of a doubled pair: an odd number of quotes stands right before it."""
    k = i - 1
    count = 0
    while k >= start and body[k] == 34:
        count += 1
        k -= 1
    # the run before i includes the opening quote when it reaches the field's start
    opens = k < start or body[k] == 44 or body[k] == 59 or body[k] == 9 or body[k] == 10 or body[k] == 124
    if opens:
        count -= 1
    return count % 2 == 1


@nb.njit(cache=True, nogil=True)
def _key_is(body, start, end, key):  # type: ignore[no-untyped-def]
    if end - start != len(key):
        return False
    for i in range(len(key)):
        if body[start + i] != key[i]:
            return False
    return True


@nb.njit(cache=True, nogil=True)
def items(body, key, out, arrays):  # type: ignore[no-untyped-def]
    """Start, end, line and array number of every element of the arrays under `key` (or of the top-level array).

    `arrays` receives start and end of the inside of each such array. Returns (elements, arrays, ended cleanly).
    With `out` empty it only counts.
    """
    n, a = 0, 0
    depth, active = 0, -1
    in_string, escaped = False, False
    string_start, string_end = 0, 0
    key_start, key_end, after_key = 0, 0, False
    begin, begin_line, line = -1, 0, 0
    for i in range(len(body)):
        b = body[i]
        if b == 10:
            line += 1
        if in_string:
            if escaped:
                escaped = False
            elif b == 92:
                escaped = True
            elif b == 34:
                in_string = False
                string_end = i
            continue
        if b == 32 or b == 10 or b == 13 or b == 9:
            continue
        if active >= 0 and depth == active and begin < 0 and b != 44 and b != 93:
            begin, begin_line = i, line
        if b == 34:
            in_string = True
            string_start = i + 1
        elif b == 58:
            key_start, key_end, after_key = string_start, string_end, True
            continue
        elif b == 91 or b == 123:
            wanted = b == 91 and active < 0
            if wanted and (
                (len(key) == 0 and depth == 0)
                or (len(key) > 0 and after_key and _key_is(body, key_start, key_end, key))
            ):
                active = depth + 1
                if len(arrays):
                    arrays[a, 0] = i + 1
                a += 1
            depth += 1
        elif b == 93 or b == 125 or b == 44:
            if active >= 0 and depth == active and (b == 44 or b == 93):
                if begin >= 0:
                    if len(out):
                        end = i
                        while body[end - 1] == 32 or body[end - 1] == 10 or body[end - 1] == 13 or body[end - 1] == 9:
                            end -= 1
                        out[n, 0], out[n, 1], out[n, 2], out[n, 3] = begin, end, begin_line, a - 1
                    n += 1
                    begin = -1
                if b == 93:
                    if len(arrays):
                        arrays[a - 1, 1] = i
                    active = -1
            if b != 44:
                depth -= 1
        after_key = False
    return n, a, depth == 0 and not in_string
