"""A set of 64-bit keys by open addressing."""

from __future__ import annotations

import numba as nb


@nb.njit(cache=True, nogil=True)
def add(table, keys, fresh):  # type: ignore[no-untyped-def]
    """Put keys into an open-addressing table (a power of two long); fresh[i] = it was not there."""
    mask = len(table) - 1
    added = 0
    for i in range(len(keys)):
        at = keys[i] & mask
        fresh[i] = True
        while table[at] != 0:
            if table[at] == keys[i]:
                fresh[i] = False
                break
            at = (at + 1) & mask
        if fresh[i]:
            table[at] = keys[i]
            added += 1
    return added
