"""Lines and rings cut to a rectangle and simplified to what can be seen; plain geometry in the plane.

Points are (x, y) tuples. Lines: Liang and Barsky 1984; rings: Sutherland and Hodgman 1974; simplification: Douglas and
Peucker 1973.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

XY = tuple[float, float]
Rectangle = tuple[float, float, float, float]  # least x, least y, greatest x, greatest y


def snapped(line: npt.NDArray[np.float64], grid: float) -> list[XY]:
    """The points rounded to a grid, neighbours that fall on one point taken once."""
    cells = np.rint(line / grid)
    keep = np.ones(len(cells), bool)
    keep[1:] = np.any(cells[1:] != cells[:-1], axis=1)
    return [(float(x), float(y)) for x, y in cells[keep] * grid]


def cut_line(points: Sequence[XY], inside: Rectangle) -> list[list[XY]]:
    """The pieces of a line that lie in the rectangle."""
    pieces: list[list[XY]] = []
    for a, b in pairwise(points):
        part = _segment(a, b, inside)
        if part is None:
            continue
        if pieces and pieces[-1][-1] == part[0]:
            pieces[-1].append(part[1])
        else:
            pieces.append([part[0], part[1]])
    return pieces


def _segment(a: XY, b: XY, inside: Rectangle) -> tuple[XY, XY] | None:
    low, high = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    sides = ((-dx, a[0] - inside[0]), (dx, inside[2] - a[0]), (-dy, a[1] - inside[1]), (dy, inside[3] - a[1]))
    for move, room in sides:
        if move == 0:
            if room < 0:
                return None
            continue
        share = room / move
        if move < 0:
            low = max(low, share)
        else:
            high = min(high, share)
        if low > high:
            return None
    start = a if low == 0 else (a[0] + low * dx, a[1] + low * dy)
    return start, b if high == 1 else (a[0] + high * dx, a[1] + high * dy)


def cut_ring(points: Sequence[XY], inside: Rectangle) -> list[XY]:
    """The ring cut to the rectangle; it may run along the rectangle's sides. Empty where nothing of it is inside."""
    ring = list(points[:-1] if len(points) > 1 and points[0] == points[-1] else points)
    for axis, bound, keeps_low in (
        (0, inside[0], False),
        (0, inside[2], True),
        (1, inside[1], False),
        (1, inside[3], True),
    ):
        out: list[XY] = []
        for n, here in enumerate(ring):
            there = ring[n - 1]
            was, now = ((p[axis] <= bound) == keeps_low or p[axis] == bound for p in (there, here))
            if was != now:
                share = (bound - there[axis]) / (here[axis] - there[axis])
                other = there[1 - axis] + share * (here[1 - axis] - there[1 - axis])
                out.append((bound, other) if axis == 0 else (other, bound))
            if now:
                out.append(here)
        ring = out
        if not ring:
            return []
    return ring


def simplified(points: Sequence[XY], tolerance: float) -> list[XY]:
    """The points that keep every other one within `tolerance` of the line; ends stay."""
    if len(points) < 3:
        return list(points)
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        dx, dy = bx - ax, by - ay
        length = (dx * dx + dy * dy) ** 0.5
        worst, at = tolerance, -1
        for n in range(first + 1, last):
            ex, ey = points[n][0] - ax, points[n][1] - ay
            away = abs(dx * ey - dy * ex) / length if length else (ex * ex + ey * ey) ** 0.5
            if away > worst:
                worst, at = away, n
        if at >= 0:
            keep.add(at)
            stack += [(first, at), (at, last)]
    return [points[n] for n in sorted(keep)]
