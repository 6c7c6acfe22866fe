"""A map as SVG text: outlines cut to the frame and simplified to its scale, places, labels, a scale bar.

Only numbers, our own class words and escaped names; no style attribute (the page's policy refuses them), nothing fetched.
"""

from __future__ import annotations

# ruff: noqa: S704  # every word that comes from outside passes `words` first
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from markupsafe import Markup, escape

from blowback.dossier import outlines
from blowback.dossier.cutting import XY, Rectangle, cut_line, cut_ring, simplified, snapped
from blowback.dossier.frame import WIDTH, Frame, core, frame_of
from blowback.dossier.placing import Placed, Sheet
from blowback.dossier.shown import figure, marked
from blowback.dossier.svg_panels import words
from blowback.dossier.svg_signs import divided, sign
from blowback.model.panel import OUTCOMES, Map, Point

BUDGET: Final = 59_000  # bytes of one map; outlines take what signs and names leave, but never less than a third
MOST: Final = 250  # signs that are drawn
WIDE_KM: Final = 120.0  # a place wider than that, a country or a large province, is no dot
_FINENESS: Final = (0.35, 0.6, 1.0, 1.7, 2.8, 4.5)  # units of the sheet
_EDGE: Final = 6.0  # outlines run on so far outside the sheet, so that no cut is seen
_UNITS_UP_TO_KM: Final = 2600.0  # a wider frame shows no admin-1 lines
_UNIT_NAMES_UP_TO_KM: Final = 1300.0
_LEAST_RANK: Final = {"country": 7.0, "unit": 9.0}  # of what is named
_NAMES: Final = 26  # of places
_LEAD, _LEAD_SIZE = 7, 22.0  # labels that stay on a narrow screen, and their size there, in units of the sheet
_SIZE: Final = {"at": 12.5, "country": 13.0, "unit": 10.5}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map, and what it leaves out: places outside the frame, too wide for a dot, or over the number that is drawn."""

    svg: Markup
    outside: tuple[Point, ...]
    wide: tuple[Point, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """One sign: a point, or the outcomes of one place together."""

    points: tuple[Point, ...]
    weight: float
    x: float = 0.0
    y: float = 0.0
    r: float = 0.0

    @property
    def first(self) -> Point:
        return self.points[0]


def draw(panel: Map) -> Drawn:
    """The map of a panel; a sentence where it has no place."""
    every = [p for p in panel.points if math.isfinite(p.lat) and math.isfinite(p.lon)]
    wide = tuple(p for p in every if p.radius_km > WIDE_KM)
    marks = sorted(
        _marks([p for p in every if p.radius_km <= WIDE_KM]), key=lambda m: (-m.weight, m.first.label, m.first.kind)
    )
    corners = [c for s in panel.shapes for c in s.corners]
    if not marks:
        return Drawn(Markup('<p class="quiet">There is no place to draw.</p>'), (), wide, 0)
    frame = frame_of(core([replace(m.first, weight=m.weight) for m in marks[:MOST]]), corners)
    inside = [m for m in marks[:MOST] if frame.holds(m.first.lat, m.first.lon)]
    outside = tuple(p for m in marks[:MOST] if m not in inside for p in m.points)
    top = max((m.weight for m in inside), default=1.0)
    placed = [
        replace(m, x=x, y=y, r=_radius(m.weight, top)) for m in inside for x, y in [frame.xy(m.first.lat, m.first.lon)]
    ]
    return Drawn(_svg(panel, frame, placed), outside, wide, len(marks) - len(marks[:MOST]))


def _marks(points: Sequence[Point]) -> Iterator[_Mark]:
    """Outcomes of one place are one sign, divided among them; other kinds are signs of their own, one on the other."""
    together: dict[tuple[float, float], list[Point]] = {}
    for point in points:
        if point.kind in OUTCOMES:
            together.setdefault((point.lat, point.lon), []).append(point)
        else:
            yield _Mark((point,), point.weight)
    for held in together.values():
        yield _Mark(tuple(sorted(held, key=lambda p: list(OUTCOMES).index(p.kind))), sum(p.weight for p in held))


def _svg(panel: Map, frame: Frame, marks: Sequence[_Mark]) -> Markup:
    sheet = Sheet(WIDTH, frame.height)
    length, wide = frame.bar()
    sheet.taken.append((0.0, frame.height - 34, wide + 40, frame.height))
    labels = [*_of_places(marks, sheet), *_of_land(frame, sheet)]
    says = f"{marked(panel.title)}. {marked(panel.says)}"
    over = [*_shapes(panel, frame), *(_reach(m, frame) for m in marks), *(_sign(m, panel.unit) for m in marks), *labels]
    budget = max(BUDGET - 600 - sum(map(len, over)), BUDGET // 3)
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH:g} {frame.height:.0f}" role="img" aria-label="{escape(says)}">',
        f'<rect class="sea" width="{WIDTH:g}" height="{frame.height:.0f}"/>',
        _outlines(frame, budget),
        *over,
        f'<path class="scale" d="M14 {frame.height - 20:.1f}v6h{wide:.1f}v-6"/>',
        f'<text class="lead scale-says" x="{14 + wide / 2:.1f}" y="{frame.height - 20:.1f}" text-anchor="middle">',
        f"{figure(length)} km</text></svg>",
    ]
    return Markup("".join(parts))


def _radius(weight: float, top: float) -> float:
    return 5.5 if top <= 1 else max(20.0 * math.sqrt(max(weight, 0) / top), 3.6)


def _sign(mark: _Mark, unit: str) -> Markup:
    title = words("; ".join(_title(p, unit) for p in mark.points), 200)
    if len(mark.points) == 1:
        return sign(mark.first.kind, mark.x, mark.y, mark.r, title)
    return divided([(p.kind, p.weight) for p in mark.points], mark.x, mark.y, mark.r, title)


def _title(point: Point, unit: str) -> str:
    return f"{point.label}: {figure(point.weight)} {unit}, {point.kind}"


def _reach(mark: _Mark, frame: Frame) -> Markup:
    """How far around it the place may lie, where that can be seen."""
    wide = max(p.radius_km for p in mark.points) / frame.km
    if wide <= mark.r + 2:
        return Markup("")
    return Markup(f'<circle class="reach" cx="{mark.x:.1f}" cy="{mark.y:.1f}" r="{wide:.1f}"/>')


def _shapes(panel: Map, frame: Frame) -> Iterator[str]:
    for shape in panel.shapes:
        points = "L".join("{:.1f} {:.1f}".format(*frame.xy(*c)) for c in shape.corners)
        kind = "area" if shape.closed else "way"
        yield f'<path class="{kind}" d="M{points}{"z" if shape.closed else ""}"><title>{words(shape.label, 120)}</title></path>'


def _of_places(marks: Sequence[_Mark], sheet: Sheet) -> Iterator[Markup]:
    """Names of the places, the heaviest first, each once.

    The first few are large enough for a narrow screen, and may cover signs that weigh little: a map on which everything
    but the largest place is named misleads.
    """
    told: set[str] = set()
    for mark in marks[: _LEAD * 2]:
        sheet.take(mark.x, mark.y, mark.r + 1)
    for number, mark in enumerate(marks):
        if number == _LEAD:
            for other in marks[_LEAD * 2 :]:
                sheet.take(other.x, other.y, other.r + 1)
        name = " ".join(marked(mark.first.label).split())[:28]
        if not name or name in told or len(told) >= _NAMES:
            continue
        lead = number < _LEAD
        placed = sheet.beside(name, mark.x, mark.y, mark.r, _LEAD_SIZE) if lead else None
        lead = placed is not None
        placed = placed or sheet.beside(name, mark.x, mark.y, mark.r, _SIZE["at"])
        if placed:
            told.add(name)
            yield _text(placed, "place lead" if lead else "place")


def _of_land(frame: Frame, sheet: Sheet) -> Iterator[Markup]:
    """Names of countries, then of units; those that do not fit are left out."""
    kinds = ["country", *(["unit"] if frame.km * WIDTH <= _UNIT_NAMES_UP_TO_KM else [])]
    for kind in kinds:
        for name in [n for n in outlines.names(kind, frame.box) if n.rank <= _LEAST_RANK[kind]][:60]:
            x, y = frame.xy(name.lat, name.lon)
            said = name.words.upper() if kind == "country" else name.words
            size = _SIZE[kind] * (1.18 if kind == "country" else 1.0)  # capitals are wide
            if placed := sheet.over(said, x, y, size):
                yield _text(placed, kind)


def _text(placed: Placed, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        kind, placed.x, placed.y, placed.anchor, placed.words
    )


def _outlines(frame: Frame, budget: int) -> str:
    """The outlines as fine as the budget allows. Coordinates are whole tenths of a unit."""
    rings, lines = ["land", "lakes"], ["agreed", "disputed"]
    if frame.km * WIDTH <= _UNITS_UP_TO_KM:
        lines.insert(0, "admin1")
    wide = (-_EDGE, -_EDGE, WIDTH + _EDGE, frame.height + _EDGE)
    cut = {name: list(_ring_pieces(name, frame, wide)) for name in rings}
    cut |= {name: list(_line_pieces(name, frame, wide)) for name in lines}
    made = ""
    for fineness in _FINENESS:
        paths = {name: _path(pieces, fineness, closed=name in rings) for name, pieces in cut.items()}
        made = "".join(f'<path class="{name}" d="{path}"/>' for name, path in paths.items() if path)
        if len(made) <= budget:
            break
    return f'<g class="outlines" transform="scale(.1)">{made}</g>'


def _on_sheet(name: str, frame: Frame) -> Iterator[list[XY]]:
    scale = np.array([WIDTH / (frame.box.east - frame.box.west), -frame.height / (frame.box.north - frame.box.south)])
    for line in outlines.lines(name, frame.box):
        yield snapped((line - (frame.box.west, frame.box.north)) * scale, 0.25)


def _ring_pieces(name: str, frame: Frame, wide: Rectangle) -> Iterator[list[XY]]:
    for ring in _on_sheet(name, frame):
        if len(ring) >= 4 and len(piece := cut_ring(ring, wide)) >= 3:
            yield [*piece, piece[0]]


def _line_pieces(name: str, frame: Frame, wide: Rectangle) -> Iterator[list[XY]]:
    for line in _on_sheet(name, frame):
        yield from cut_line(line, wide)


def _path(pieces: Sequence[Sequence[XY]], fineness: float, *, closed: bool) -> str:
    out = []
    for piece in pieces:
        if closed:  # both halves of a ring apart: its ends are one point
            half = len(piece) // 2
            kept = [*simplified(piece[: half + 1], fineness)[:-1], *simplified(piece[half:], fineness)]
        else:
            kept = simplified(piece, fineness)
        grid = [(round(x * 10), round(y * 10)) for x, y in kept]
        steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(grid) if (ax, ay) != (bx, by)]
        if len(steps) < (3 if closed else 1):
            continue
        moves = "".join(
            f"{dx if n == 0 or dx < 0 else f' {dx}'}{dy if dy < 0 else f' {dy}'}" for n, (dx, dy) in enumerate(steps)
        )
        out.append(f"M{grid[0][0]} {grid[0][1]}l{moves}" + ("z" if closed else ""))
    return "".join(out)
