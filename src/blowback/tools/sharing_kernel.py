"""Degrees of accounts and objects, and dot products of what pairs of accounts share."""

from __future__ import annotations

import numba as nb


@nb.njit(cache=True, nogil=True)
def degrees(value, starts, order, degree, popular):  # type: ignore[no-untyped-def]
    """Distinct objects of each account, and distinct accounts of each object."""
    for a in range(len(degree)):
        before = -1
        for e in range(starts[a], starts[a + 1]):
            v = value[order[e]]
            if v != before:
                degree[a] += 1
                popular[v] += 1
                before = v


@nb.njit(cache=True, nogil=True)
def dots(a, b, value, starts, order, weight, shared, dot, norm):  # type: ignore[no-untyped-def]
    """Shared objects of each pair and the sum of their weights; norm: the sum of weights of each account."""
    for x in range(len(norm)):
        before = -1
        for e in range(starts[x], starts[x + 1]):
            v = value[order[e]]
            if v != before:
                norm[x] += weight[v]
                before = v
    for k in range(len(a)):
        i, j = starts[a[k]], starts[b[k]]
        before = -1
        while i < starts[a[k] + 1] and j < starts[b[k] + 1]:
            v, w = value[order[i]], value[order[j]]
            if v < w:
                i += 1
            elif w < v:
                j += 1
            else:
                if v != before:
                    shared[k] += 1
                    dot[k] += weight[v]
                    before = v
                i += 1
                j += 1
