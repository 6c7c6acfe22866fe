"""The co-action kernel: a windowed sparse row product, one account's row at a time.

Rows are sorted by (value, time). For each row one sequential sweep gives the bounds of its window. Then, account by
account (busiest first, partners with a smaller code only), the windows of its rows are walked and every partner's
slot is counted; when the row of the account closes, slots below the minimum support are dropped. Memory is
O(accounts + rows); the set of pairs is never held. (Gustavson 1978, over time windows.)
"""

from __future__ import annotations

import numba as nb
import numpy as np


@nb.njit(cache=True, nogil=True)
def bounds(value, time, window, low, high):  # type: ignore[no-untyped-def]
    """low[i], high[i]: rows j of the same value with |time[j] - time[i]| <= window are low[i] <= j < high[i]."""
    n = len(value)
    first, last = 0, 0
    for i in range(n):
        if i == 0 or value[i] != value[i - 1]:
            first = i
            last = max(last, i)
        while time[i] - time[first] > window:
            first += 1
        while last < n and value[last] == value[i] and time[last] - time[i] <= window:
            last += 1
        low[i], high[i] = first, last


@nb.njit(cache=True, nogil=True)
def has_partner(account, low, high, keep):  # type: ignore[no-untyped-def]
    """keep[i]: some other account has a row in the window of i. Windows of one account alone are walked past."""
    n = len(account)
    # next row with another account, to the right and to the left: constant work a row
    right = np.empty(n, np.int64)
    for i in range(n - 1, -1, -1):
        right[i] = i + 1 if i + 1 >= n or account[i + 1] != account[i] else right[i + 1]
    left = -1
    for i in range(n):
        if i > 0 and account[i - 1] != account[i]:
            left = i - 1
        keep[i] = (right[i] < high[i]) or (left >= low[i])


@nb.njit(cache=True, nogil=True)
def objects_per_account(account, value, keep, count, last):  # type: ignore[no-untyped-def]
    """count[a]: distinct values among the kept rows of a (rows are sorted by value)."""
    count[:] = 0
    last[:] = -1
    for i in range(len(account)):
        if keep[i] and last[account[i]] != value[i]:
            last[account[i]] = value[i]
            count[account[i]] += 1


@nb.njit(cache=True, nogil=True)
def by_account(account, accounts):  # type: ignore[no-untyped-def]
    """Rows grouped by account, in row order: (starts, order)."""
    starts = np.zeros(accounts + 1, np.int64)
    for i in range(len(account)):
        starts[account[i] + 1] += 1
    for a in range(accounts):
        starts[a + 1] += starts[a]
    at = starts[:-1].copy()
    order = np.empty(len(account), np.int64)
    for i in range(len(account)):
        order[at[account[i]]] = i
        at[account[i]] += 1
    return starts, order


@nb.njit(cache=True, nogil=True)
def product(account, value, low, high, starts, order, least, closes, first, past, out):  # type: ignore[no-untyped-def]
    """Pairs of the accounts in [first, past) that `closes` has, with partners of smaller code.

    Each pair: (account, partner, row pairs, rows of account, rows of partner, values); `out` is (room, 6). Returns
    the pairs written, or minus the next account where the room was too small (`out` then holds all before it).
    """
    # row pairs, rows of a, rows of b, values, last row of a + 1: half a cache line, as partners come in no order
    slots = np.zeros((past, 8), np.int32)
    touched = np.empty(past, np.int64)
    n = 0
    for a in range(first, past):
        if not closes[a]:
            continue
        many = 0
        before_value, before_high, opened = np.int64(-1), np.int64(0), np.int32(0)
        for e in range(starts[a], starts[a + 1]):
            i = order[e]
            v = value[i]
            fresh = before_high if v == before_value else np.int64(0)  # rows from here on were not matched by a before
            stamp = np.int32(i + 1)
            if v != before_value:
                opened = stamp  # a slot last touched before this row has not met a with this value
            for j in range(low[i], high[i]):
                b = account[j]
                if b >= a:
                    continue
                if slots[b, 0] == 0:
                    touched[many] = b
                    many += 1
                slots[b, 0] += 1
                if j >= fresh:
                    slots[b, 2] += 1
                last = slots[b, 4]
                if last != stamp:  # the first row of b that row i meets
                    if last < opened:
                        slots[b, 3] += 1
                    slots[b, 1] += 1
                    slots[b, 4] = stamp
            before_value, before_high = v, high[i]
        room = len(out) - n
        if many > room:
            for k in range(many):
                slots[touched[k], :] = 0
            return -np.int64(a) - 1, n
        for k in range(many):
            b = touched[k]
            if slots[b, 3] >= least:
                out[n, 0], out[n, 1] = a, b
                out[n, 2], out[n, 3], out[n, 4], out[n, 5] = slots[b, 0], slots[b, 1], slots[b, 2], slots[b, 3]
                n += 1
            slots[b, :] = 0
    return np.int64(0), n


@nb.njit(cache=True, nogil=True)
def repeats(account, post, low, high, starts, order, edge_starts, edge_partner, out):  # type: ignore[no-untyped-def]
    """For posts with several values: how often a further row of the same post met the same partner.

    `order` lists, account by account, only rows of posts with several rows, sorted by post. `edge_partner` lists the
    partners that matter for each account; `out[e]` is what to subtract from its matched rows to get matched posts.
    """
    accounts = len(starts) - 1
    last_row = np.zeros(accounts, np.int64)
    last_post = np.full(accounts, -1, np.int64)
    extra = np.zeros(accounts, np.int64)
    touched = np.empty(accounts, np.int64)
    for x in range(accounts):
        if edge_starts[x] == edge_starts[x + 1] or starts[x] == starts[x + 1]:
            continue
        many = 0
        for e in range(starts[x], starts[x + 1]):
            i = order[e]
            for j in range(low[i], high[i]):
                y = account[j]
                if y == x or last_row[y] == i + 1:
                    continue
                if last_row[y] == 0:
                    touched[many] = y
                    many += 1
                last_row[y] = i + 1
                if last_post[y] == post[i]:
                    extra[y] += 1
                else:
                    last_post[y] = post[i]
        for e in range(edge_starts[x], edge_starts[x + 1]):
            out[e] = extra[edge_partner[e]]
        for k in range(many):
            y = touched[k]
            last_row[y], last_post[y], extra[y] = 0, -1, 0


@nb.njit(cache=True, nogil=True)
def settle_ties(value, time, post, account, order):  # type: ignore[no-untyped-def]
    """Within runs of the same value and time, put `order` by post and account."""
    n = len(order)
    start = 0
    while start < n:
        end = start + 1
        while end < n and time[order[end]] == time[order[start]] and value[order[end]] == value[order[start]]:
            end += 1
        if end - start > 1:
            keys = np.empty(end - start, np.int64)
            rows = order[start:end].copy()
            for k in range(len(rows)):
                keys[k] = (np.int64(post[rows[k]]) << 32) | np.int64(account[rows[k]])
            by_key = np.argsort(keys)
            for k in range(len(rows)):
                order[start + k] = rows[by_key[k]]
        start = end


@nb.njit(cache=True, nogil=True)
def radix_order(keys, order):  # type: ignore[no-untyped-def]
    """`order` sorted stably by keys[row], 16 bits at a time; digits that all keys share are skipped."""
    n = len(order)
    if n == 0:
        return order
    low, high, settled = keys[order[0]], keys[order[0]], True
    for i in range(1, n):
        key = keys[order[i]]
        settled = settled and key >= keys[order[i - 1]]
        low, high = min(low, key), max(high, key)
    if settled:
        return order
    width = np.int64(high) - np.int64(low)
    here, there = order, np.empty(n, np.int64)
    shift = 0
    while shift < 64 and (width >> shift) > 0:
        starts = np.zeros(65537, np.int64)
        for i in range(n):
            starts[(((np.int64(keys[here[i]]) - low) >> shift) & 0xFFFF) + 1] += 1
        for d in range(65536):
            starts[d + 1] += starts[d]
        for i in range(n):
            row = here[i]
            d = ((np.int64(keys[row]) - low) >> shift) & 0xFFFF
            there[starts[d]] = row
            starts[d] += 1
        here, there = there, np.empty(n, np.int64) if shift == 0 else here
        shift += 16
    return here


@nb.njit(cache=True, nogil=True)
def matches(value, time, starts, order, a, b, window, per_pair, out):  # type: ignore[no-untyped-def]
    """(pair, row of a, row of b) of the first matches of every pair; returns (listed, there)."""
    total = 0
    written = 0
    for k in range(len(a)):
        mine = 0
        i, i_end = starts[a[k]], starts[a[k] + 1]
        j_first, j_end = starts[b[k]], starts[b[k] + 1]
        while i < i_end:
            row = order[i]
            while j_first < j_end and (
                value[order[j_first]] < value[row]
                or (value[order[j_first]] == value[row] and time[row] - time[order[j_first]] > window)
            ):
                j_first += 1
            j = j_first
            while j < j_end and value[order[j]] == value[row] and time[order[j]] - time[row] <= window:
                if mine < per_pair:
                    out[written, 0], out[written, 1], out[written, 2] = k, row, order[j]
                    written += 1
                mine += 1
                total += 1
                j += 1
            i += 1
    return written, total
