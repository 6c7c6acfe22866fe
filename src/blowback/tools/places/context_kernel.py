"""What the places of one text say about each other."""

from __future__ import annotations

import numba as nb
import numpy as np

_BEST = 4  # candidates of another mention that are looked at


@nb.njit(cache=True, nogil=True)
def kilometres(lat, lon, lat2, lon2):  # type: ignore[no-untyped-def]
    """Great-circle distance (haversine, mean radius)."""
    a = np.sin(np.radians(lat2 - lat) / 2) ** 2
    b = np.cos(np.radians(lat)) * np.cos(np.radians(lat2)) * np.sin(np.radians(lon2 - lon) / 2) ** 2
    return 12742.0 * np.arcsin(np.sqrt(min(1.0, a + b)))


@nb.njit(cache=True, nogil=True)
def softmax(scores, bounds, out):  # type: ignore[no-untyped-def]
    """Probabilities within each group of scores."""
    for g in range(len(bounds) - 1):
        a, b = bounds[g], bounds[g + 1]
        if a == b:
            continue
        top = scores[a]
        for k in range(a, b):
            top = max(top, scores[k])
        total = 0.0
        for k in range(a, b):
            out[k] = np.exp(scores[k] - top)
            total += out[k]
        for k in range(a, b):
            out[k] /= total


@nb.njit(cache=True, nogil=True)
def _leaders(p, a, b, best):  # type: ignore[no-untyped-def]
    n = 0
    for k in range(a, b):
        if n < _BEST:
            best[n] = k
            n += 1
        else:
            low = 0
            for j in range(1, _BEST):
                if p[best[j]] < p[best[low]]:
                    low = j
            if p[k] > p[best[low]]:
                best[low] = k
    return n


@nb.njit(cache=True, nogil=True)
def context(texts, name, weight, bounds, place, p, lat, lon, land, kind, radius, start, end, out):  # type: ignore[no-untyped-def]
    """Fills out[pair] = support of its country, nearness at 100 and 500 km, whether the next mention contains it.

    `weight` is how surely each mention is a place; mentions of the same name do not support each other. Mentions of
    more than 300 in one text are looked at in a window of 150 to either side.
    """
    many = len(texts)
    best = np.zeros(_BEST, np.int64)
    leaders = np.zeros((many, _BEST), np.int64)
    counts = np.zeros(many, np.int64)
    for i in range(many):
        counts[i] = _leaders(p, bounds[i], bounds[i + 1], best)
        leaders[i, :] = best
    for i in range(many):
        for k in range(bounds[i], bounds[i + 1]):
            c = place[k]
            support, near, far = 0.0, 0.0, 0.0
            for step in (-1, 1):
                j = i + step
                while 0 <= j < many and texts[j] == texts[i] and abs(j - i) <= 150:
                    if name[j] != name[i] and weight[j] > 0.05:
                        n100, n500, same = 0.0, 0.0, 0.0
                        for q in range(counts[j]):
                            o = leaders[j, q]
                            d = place[o]
                            if land[d] == land[c] and land[c] != 0:
                                same += p[o]
                            if kind[d] != 0 and kind[c] != 0:
                                km = kilometres(lat[c], lon[c], lat[d], lon[d])
                                n100 = max(n100, p[o] * np.exp(-km / 100.0))
                                n500 = max(n500, p[o] * np.exp(-km / 500.0))
                        support += weight[j] * same
                        near = max(near, weight[j] * n100)
                        far = max(far, weight[j] * n500)
                    j += step
            out[k, 0], out[k, 1], out[k, 2] = np.log1p(min(support, 5.0)), near, far
            j = i + 1
            if j < many and texts[j] == texts[i] and 0 < start[j] - end[i] <= 3 and kind[c] != 0:
                for o in range(bounds[j], bounds[j + 1]):
                    d = place[o]
                    if kind[d] == 0 and land[d] == land[c]:
                        out[k, 3] = 1.0
                    if (kind[d] == 1 or kind[d] == 2) and land[d] == land[c] and d != c:
                        if kilometres(lat[c], lon[c], lat[d], lon[d]) <= 1.6 * radius[d]:
                            out[k, 3] = 1.0


@nb.njit(cache=True, nogil=True)
def holds_namesake(bounds, place, lat, lon, land, kind, radius):  # type: ignore[no-untyped-def]
    """Per pair: a division within which lies a town that is another candidate of the same mention."""
    out = np.zeros(len(place), np.bool_)
    for g in range(len(bounds) - 1):
        for k in range(bounds[g], bounds[g + 1]):
            c = place[k]
            if kind[c] != 1 and kind[c] != 2:
                continue
            for o in range(bounds[g], bounds[g + 1]):
                d = place[o]
                if (
                    kind[d] == 3
                    and land[d] == land[c]
                    and kilometres(lat[c], lon[c], lat[d], lon[d]) <= 1.3 * radius[c]
                ):
                    out[k] = True
                    break
    return out


@nb.njit(cache=True, nogil=True)
def one_sense(texts, name, bounds, inside, scores):  # type: ignore[no-untyped-def]
    """A name that is explained once in a text ("Paris, Texas") keeps that sense where it stands alone.

    Scores of mentions without an explanation of their own are raised to those of the same name that have one.
    """
    many = len(texts)
    told = np.zeros(many, np.bool_)
    for i in range(many):
        for k in range(bounds[i], bounds[i + 1]):
            told[i] = told[i] or inside[k] > 0
    for i in range(many):
        if not told[i]:
            continue
        for step in (-1, 1):
            j = i + step
            while 0 <= j < many and texts[j] == texts[i] and abs(j - i) <= 300:
                if name[j] == name[i] and not told[j]:
                    for k in range(bounds[j + 1] - bounds[j]):
                        scores[bounds[j] + k] = max(scores[bounds[j] + k], scores[bounds[i] + k])
                j += step
