"""Drawings of a board: hits and misses on one bar beside what chance gives, and one row's time from announcement to event.

No text in them: words stand beside them in the page, so that they stay readable on a narrow screen and on paper.
"""

from __future__ import annotations

# ruff: noqa: S704  # numbers and our own class words only
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from blowback.dossier.shown import figure
from blowback.model.panel import OUTCOMES, Announced

CHECKED: Final[tuple[str, ...]] = ("hit", "contradicted", "miss")  # what event data could show either way
_DAY: Final = 86_400_000_000
_LONGEST: Final = 30.0  # days after the announcement that a row shows


@dataclass(frozen=True, slots=True)
class Tally:
    """How a board comes out. `expected` hits by chance among the `known` checked rows whose base rate is known."""

    counts: dict[str, int]
    checked: int
    expected: float
    known: int
    hits_known: int

    @classmethod
    def of(cls, rows: Sequence[Announced]) -> Tally:
        """Count the rows of a board."""
        counts = {o: sum(r.outcome == o for r in rows) for o in OUTCOMES}
        checked = [r for r in rows if r.outcome in CHECKED]
        known = [r for r in checked if r.chance is not None]
        expected = sum(r.chance or 0.0 for r in known)
        return cls(counts, len(checked), expected, len(known), sum(r.outcome == "hit" for r in known))

    @property
    def by_chance(self) -> str:
        """The expected hits in words."""
        return f"{self.expected:.1f}"

    @property
    def says(self) -> str:
        """The count in one sentence, hits never without misses and chance."""
        if not self.checked:
            return "None of them could be checked."
        followed = "was" if self.counts["hit"] == 1 else "were"
        said = f"{self.counts['hit']} of {self.checked} that could be checked {followed} followed by such an event"
        if not self.known:
            return f"{said}; how many chance alone would give is not known."
        of = (
            ""
            if self.known == self.checked
            else f" among the {self.known} of them with a base rate ({self.hits_known} hits)"
        )
        return f"{said}; chance alone would give {self.by_chance}{of}."


def bar(tally: Tally) -> Markup:
    """One bar of those that could be checked, hits first, with the hits that chance gives as a line across it."""
    if not tally.checked:
        return Markup("")
    each = 716.0 / tally.checked
    gap = 2.0 if each > 8 else 0.0
    parts = [f'<svg class="tally" viewBox="0 0 720 34" role="img" aria-label="{tally.says}">']
    n = 0
    for outcome in CHECKED:
        for _ in range(tally.counts[outcome]):
            parts.append(
                f'<rect class="cell c-{outcome}" x="{2 + n * each:.2f}" y="8" width="{max(each - gap, 0.6):.2f}" height="18"/>'
            )
            n += 1
    if tally.known:
        at = 2 + each * tally.expected * tally.checked / tally.known
        parts.append(f'<path class="chance" d="M{min(at, 718):.1f} 1v32"/>')
    return Markup("".join([*parts, "</svg>"]))


def horizon(rows: Sequence[Announced]) -> float:
    """Days after the announcement that every row of the board shows."""
    ends = [(r.until - r.at) / _DAY for r in rows if r.until is not None]
    ends += [(r.event_at - r.at) / _DAY for r in rows if r.event_at is not None]
    most = max([*(e for e in ends if e <= _LONGEST), 1.0])
    return next(float(step) for step in (1, 2, 3, 5, 7, 10, 14, 21, 30) if step >= most - 1e-9)


def strip(row: Announced, days: float) -> Markup:
    """The announcement as a hair at nought, the time it is for as a band, the event as a sign; scale: `days`."""
    left, wide = 12.0, 136.0

    def x(at: int) -> float:
        return left + wide * min(max((at - row.at) / _DAY / days, -0.05), 1.05)

    says = ["announced"]
    parts = [f'<path class="axis" d="M{left:g} 11H{left + wide:g}"/>']
    if row.since is not None and row.until is not None:
        a, b = x(row.since), x(row.until)
        kind = "band" if row.stated else "band guessed"
        parts.append(f'<rect class="{kind}" x="{a:.1f}" y="5" width="{max(b - a, 2):.1f}" height="12"/>')
        says.append(
            f"for day {figure(round((row.since - row.at) / _DAY, 1))} to {figure(round((row.until - row.at) / _DAY, 1))} after it"
        )
    parts.append(f'<path class="said-at" d="M{left:g} 3v16"/>')
    if row.event_at is not None:
        at = x(row.event_at)
        parts.append(f'<path class="event-at" d="M{at:.1f} 5l5 6l-5 6l-5 -6z"/>')
        says.append(f"event on day {figure(round((row.event_at - row.at) / _DAY, 1))}")
    return Markup(
        f'<svg class="days" viewBox="0 0 160 22" role="img" aria-label="{", ".join(says)}">{"".join(parts)}</svg>'
    )


def chance_bar(chance: float) -> Markup:
    """A probability as a thin bar."""
    return Markup(
        '<svg class="odds-bar" viewBox="0 0 50 6" preserveAspectRatio="none" aria-hidden="true"><rect class="share-all" '
        f'width="50" height="6"/><rect class="chance-part" width="{50 * max(min(chance, 1.0), 0.0):.1f}" height="6"/></svg>'
    )
