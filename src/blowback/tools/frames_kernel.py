"""Where CSV records begin and end."""

from __future__ import annotations

import numba as nb


@nb.njit(cache=True, nogil=True)
def rows(body, final, delimiter, out):  # type: ignore[no-untyped-def]
    """Start, end and line of every CSV record with content (RFC 4180 quotes); returns (records, bytes used, lines, open).

    A quote opens a quoted field only at the start of a field. LF, CRLF and a lone CR end a record. Without `final`, an
    unfinished last record is left; `open` says that a quote in it is not closed, and then it is left in any case.
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
        elif b == 13 and (i + 1 == len(body) or body[i + 1] == 10) and not (final and i + 1 == len(body)):
            continue  # the LF that follows ends the record, or will be in the next window
        elif b == 10 or b == 13:
            end = i - 1 if i > start and body[i - 1] == 13 else i
            if end > start:
                out[n, 0], out[n, 1], out[n, 2] = start, end, first_line
                n += 1
            line += 1
            start, used, first_line, lines_used = i + 1, i + 1, line, line
            at_start = True
        elif b != 32:
            at_start = False
    if final and not quoted and start < len(body):
        out[n, 0], out[n, 1], out[n, 2] = start, len(body), first_line
        n += 1
        used, lines_used = len(body), line
    return n, used, lines_used, quoted


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
