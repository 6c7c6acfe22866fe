"""Drawing groups: each one by forces, then all of them packed as circles. The same input gives the same places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
_GOLDEN = math.pi * (3 - math.sqrt(5))
ROUNDS = 120


def place(count: int, edges: Sequence[tuple[int, int]]) -> Points:
    """Places of the nodes of one group inside the unit circle, shape (count, 2).

    Fruchterman and Reingold (1991, Software: Practice and Experience 21) from a sunflower start instead of a random
    one. Memory O(count^2): callers cap the group.
    """
    rank = np.arange(count) + 0.5
    at: Points = np.sqrt(rank / max(count, 1))[:, None] * np.column_stack(
        (np.cos(rank * _GOLDEN), np.sin(rank * _GOLDEN))
    )
    if count < 3 or not edges:
        return at
    ends = np.asarray(edges, dtype=np.int64)
    ideal = 1.6 / math.sqrt(count)
    for turn in range(ROUNDS):
        gap = at[:, None, :] - at[None, :, :]
        square = np.maximum((gap**2).sum(axis=2), 1e-6)
        move = (gap * (ideal**2 / square)[:, :, None]).sum(axis=1)
        pull = at[ends[:, 0]] - at[ends[:, 1]]
        pull *= np.sqrt((pull**2).sum(axis=1))[:, None] / ideal
        np.add.at(move, ends[:, 0], -pull)
        np.add.at(move, ends[:, 1], pull)
        move -= at * 0.6  # gravity: loose ends stay in the picture
        length = np.sqrt((move**2).sum(axis=1)) + 1e-9
        heat = 0.12 * (1 - turn / ROUNDS) ** 1.5 + 0.002
        at = at + move * (np.minimum(length, heat) / length)[:, None]
    at = at - (at.max(axis=0) + at.min(axis=0)) / 2
    return np.asarray(at / max(float(np.sqrt((at**2).sum(axis=1)).max()), 1e-9))


def pack(radii: Sequence[float], gap: float, aspect: float = 1.9) -> list[tuple[float, float]]:
    """Centres of circles that do not overlap, in the given order, on a spiral from the middle outwards."""
    placed: list[tuple[float, float, float]] = []
    for radius in radii:
        turn = x = y = 0.0
        while any(math.hypot(x - a, y - b) < radius + r + gap for a, b, r in placed):
            reach = gap * turn / 4
            turn += gap / max(reach, gap)
            x, y = reach * math.cos(turn) * math.sqrt(aspect), reach * math.sin(turn) / math.sqrt(aspect)
        placed.append((x, y, radius))
    return [(x, y) for x, y, _ in placed]
