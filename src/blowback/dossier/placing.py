"""Labels on a map that do not run into each other: each goes to the first free side of its place, or is left out.

A greedy choice in order of importance (Imhof's order of sides, 1975). Widths are estimated from the number of letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

_LETTER: Final = 0.56  # mean width of a letter, in heights of the type
_LINE: Final = 1.15
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands: x, y of its baseline."""

    words: str
    x: float
    y: float
    anchor: Anchor


@dataclass(slots=True)
class Sheet:
    """A sheet with what is already taken on it: (least x, least y, greatest x, greatest y)."""

    width: float
    height: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, x: float, y: float, r: float) -> None:
        """A dot takes its square."""
        self.taken.append((x - r, y - r, x + r, y + r))

    def beside(self, words: str, x: float, y: float, r: float, size: float) -> Placed | None:
        """A label beside a dot of radius `r`: right, left, above, below, then the corners; None where none is free."""
        gap, low = r + 3, size * 0.35
        sides: tuple[tuple[float, float, Anchor], ...] = (
            (x + gap, y + low, "start"), (x - gap, y + low, "end"), (x, y - gap, "middle"), (x, y + gap + size * 0.8, "middle"),
            (x + gap * 0.7, y - gap * 0.7, "start"), (x + gap * 0.7, y + gap * 0.7 + size * 0.7, "start"),
            (x - gap * 0.7, y - gap * 0.7, "end"), (x - gap * 0.7, y + gap * 0.7 + size * 0.7, "end"),
        )  # fmt: skip
        return self._first(words, sides, size)

    def over(self, words: str, x: float, y: float, size: float) -> Placed | None:
        """A label centred on its place, or above or below it."""
        return self._first(
            words, tuple((x, y + size * (0.35 + s), "middle") for s in (0.0, 1.4, -1.4, 3.0, -3.0, 5.0, -5.0)), size
        )

    def _first(self, words: str, sides: tuple[tuple[float, float, Anchor], ...], size: float) -> Placed | None:
        wide = len(words) * size * _LETTER
        for x, y, anchor in sides:
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (left, y - size * 0.85, left + wide, y - size * 0.85 + size * _LINE)
            inside = box[0] >= 2 and box[2] <= self.width - 2 and box[1] >= 2 and box[3] <= self.height - 2
            if inside and not any(_meet(box, t) for t in self.taken):
                self.taken.append(box)
                return Placed(words, x, y, anchor)
        return None


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
