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

HITS: Final = ("hit", "weak hit")
IN_BAR: Final = (*HITS, "contradicted", "miss", "not observable", "pending", "cannot tell")  # order of the cells
_DAY: Final = 86_400_000_000
_LONGEST: Final = 30.0  # days after the announcement that a row shows


def held(row: Announced) -> bool:
    """Whether a row was held against event data: then it counts, whatever came of it.

    Those whose kind the data cannot contain count, too, where they were held against it: they could only have been
    left out for want of a match, and without them the hits would look better than they are.
    """
    return row.chance is not None or row.outcome in {*HITS, "contradicted", "miss"}


@dataclass(frozen=True, slots=True)
class Tally:
    """How a board comes out: rows by outcome, and of those that were held against event data the hits and the chance.

    Args:
        counts: all rows by outcome.
        cells: rows that were held against event data, by outcome.
        expected: hits that the base rates give among the `known` of them that have one; `hits_known` of these are hits.
    """

    counts: dict[str, int]
    cells: dict[str, int]
    expected: float
    known: int
    hits_known: int

    @classmethod
    def of(cls, rows: Sequence[Announced]) -> Tally:
        """Count the rows of a board."""
        counted = [r for r in rows if held(r)]
        known = [r for r in counted if r.chance is not None]
        return cls(
            {o: sum(r.outcome == o for r in rows) for o in OUTCOMES},
            {o: sum(r.outcome == o for r in counted) for o in IN_BAR},
            sum(r.chance or 0.0 for r in known),
            len(known),
            sum(r.outcome in HITS for r in known),
        )

    @property
    def total(self) -> int:
        """Rows that were held against event data."""
        return sum(self.cells.values())

    @property
    def by_chance(self) -> str:
        """The expected hits in words."""
        return f"{self.expected:.1f}"

    @property
    def says(self) -> str:
        """The count in one sentence, hits never without misses and chance."""
        if not self.total:
            return "None of them could be held against event data."
        firm, weak = self.cells["hit"], self.cells["weak hit"]
        hits = firm + weak
        followed = "was" if hits == 1 else "were"
        said = f"{hits} of {self.total} that were held against event data {followed} followed by such an event"
        if weak:
            said += f", {firm or 'none'} of them beyond chance"
        if not self.known:
            return f"{said}; how many chance alone would give is not known."
        of = "" if self.known == self.total else f" among the {self.known} with a base rate ({self.hits_known} hits)"
        return f"{said}; the base rates of their places alone would give {self.by_chance}{of}."


def bar(tally: Tally) -> Markup:
    """One bar of those that were held against event data, hits first, with the hits that chance gives as a line across."""
    if not tally.total:
        return Markup("")
    each = 716.0 / tally.total
    gap = 2.0 if each > 8 else 0.0
    parts = [f'<svg class="tally" viewBox="0 0 720 34" role="img" aria-label="{tally.says}">']
    n = 0
    for outcome, count in tally.cells.items():
        name = outcome.replace(" ", "-")
        for _ in range(count):
            parts.append(
                f'<rect class="cell c-{name}" x="{2 + n * each:.2f}" y="8" width="{max(each - gap, 0.6):.2f}" height="18"/>'
            )
            n += 1
    if tally.known:
        at = 2 + each * tally.expected * tally.total / tally.known
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
