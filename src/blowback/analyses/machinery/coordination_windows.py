"""Windows of a run: at which pairs are listed, over which they are tested, and the curve that is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from blowback.tools.coaction import Acts, plan

SECOND: Final = 1_000_000
CURVE_S: Final = (1, 10, 60, 600, 1800, 7200, 21600, 86400)
LISTED_S: Final = (10, 60, 600)
REACHES_S: Final = (1800, 86400)
ANY: Final = "any"


@dataclass(frozen=True, slots=True)
class Windows:
    """In microseconds, rising. `asked` is true where a person named the windows."""

    listed_us: tuple[int, ...]
    reaches_us: tuple[int, ...]
    curve_us: tuple[int, ...]
    asked: bool

    def within(self, limit_us: int) -> Windows:
        """Without what is wider than a limit."""
        return replace(
            self,
            listed_us=tuple(w for w in self.listed_us if w <= limit_us),
            reaches_us=tuple(w for w in self.reaches_us if w <= limit_us) or (limit_us,),
            curve_us=tuple(w for w in self.curve_us if w <= limit_us),
        )


def windows_of(text: str) -> Windows:
    """`any`: the test reaches 30 minutes and a day and needs no window. '60' or '10,60,600': these windows, in seconds."""
    if text == ANY:
        listed, reaches, curve = (tuple(s * SECOND for s in each) for each in (LISTED_S, REACHES_S, CURVE_S))
        return Windows(listed, reaches, curve, asked=False)
    named = tuple(sorted({int(float(part)) * SECOND for part in text.split(",") if part.strip()}))
    return Windows(named, named[-1:], named, asked=True)


def affordable(windows: Windows, rows: Acts, most: int) -> Windows | None:
    """Windows with at most so many row pairs; None where not even the smallest of the curve has so few."""
    fits = [w for w in windows.curve_us if plan(rows, w).pairs <= most]
    return windows.within(fits[-1]) if fits else None
