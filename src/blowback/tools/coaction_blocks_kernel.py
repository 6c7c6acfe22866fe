"""Which account blocks a mark must be seen in."""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def targets(account, home, low, high, blocks, first, row, block):  # type: ignore[no-untyped-def]
    """(mark, block) for the marks from `first` on: returns (next mark, written); it stops where the room ends.

    A pair is closed in the block of its larger account code. So a mark goes to the block of every larger account in
    its window, and to its own account's block where a smaller one is in its window. `home[i]` is the block of
    account[i]; the walk over a window ends as soon as every block has been met.
    """
    n = 0
    met = np.full(blocks, -1, np.int64)
    for i in range(first, len(account)):
        if len(row) - n < blocks:
            return i, n
        many = 0
        for j in range(low[i], high[i]):
            if account[j] == account[i]:
                continue
            b = home[i] if account[j] < account[i] else home[j]
            if met[b] != i:
                met[b] = i
                row[n], block[n] = i, b
                n += 1
                many += 1
                if many == blocks:
                    break
    return len(account), n


@nb.njit(cache=True, nogil=True)
def past_halo(group, halo, low):  # type: ignore[no-untyped-def]
    """Two marks of a halo are met in the chunk before: their windows begin at the first mark that is not of the halo."""
    n = len(group)
    i = 0
    while i < n:
        first = i
        while first < n and group[first] == group[i] and halo[first]:
            first += 1
        for k in range(i, first):
            low[k] = first
        end = max(first, i + 1)
        while end < n and group[end] == group[i]:
            end += 1
        i = end
