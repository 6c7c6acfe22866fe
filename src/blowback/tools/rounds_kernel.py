"""Cut what many accounts posted into rounds: a pause ends a round, and so do accounts that come again."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def cut(carrier, time, account, accounts, least_pause, pauses, out):  # type: ignore[no-untyped-def]
    """Write the round of each row into `out`; rows are sorted by carrier and time. Returns the number of rounds.

    A round ends at a gap above `least_pause`, and above `pauses` times the carrier's median gap. It also ends before the
    first repeat once three accounts, and a tenth of its accounts, have come again: the next pass has begun.
    """
    n = len(carrier)
    seen = np.full(accounts, -1, np.int64)
    again = np.full(accounts, -1, np.int64)
    number, stamp, start = -1, -1, 0
    while start < n:
        end = start
        while end < n and carrier[end] == carrier[start]:
            end += 1
        pause = least_pause
        if end - start > 2:
            pause = max(pause, np.int64(pauses * np.median(np.diff(time[start:end]).astype(np.float64))))
        row = start
        while row < end:
            number += 1
            stamp += 1
            distinct, repeats, first = 0, 0, -1
            here = row
            while here < end and (here == row or time[here] - time[here - 1] <= pause):
                who = account[here]
                if seen[who] != stamp:
                    seen[who] = stamp
                    distinct += 1
                elif again[who] != stamp:
                    again[who] = stamp
                    repeats += 1
                    if first < 0:
                        first = here
                    if repeats >= 3 and repeats * 10 >= distinct:
                        here = first
                        break
                out[here] = number
                here += 1
            row = here
        start = end
    return number + 1
