"""Panels as SVG text: numbers and escaped words only, no style attribute (the page's policy refuses them)."""

from __future__ import annotations

# ruff: noqa: S704  # every word that comes from outside passes `escape` first
import math
from collections.abc import Callable

from markupsafe import Markup, escape

from blowback.dossier.shown import figure, marked, when
from blowback.dossier.svg import ceiling
from blowback.model.panel import Bar, Bars, Chart, Lanes

WIDTH, HEIGHT, LEFT, TOP = 640.0, 170.0, 46.0, 22.0
_ROW, _NAMES, _COLUMNS = 22.0, 170.0, 12
_SECOND = 1_000_000


def words(text: str, limit: int) -> Markup:
    """Escaped words, hidden characters written out, cut to what fits."""
    plain = " ".join(marked(text).split())
    return escape(plain if len(plain) <= limit else plain[: limit - 1].rstrip() + "…")


def _open(height: float, says: str, name: str) -> str:
    return f'<svg class="{name}" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(marked(says))}">'


def chart(panel: Chart) -> Markup:
    """Columns of what was seen, the expected line with its band, spans and moments."""
    points = [*panel.seen, *panel.expected, *((t, high) for t, _, high in panel.band)]
    if not points:
        return Markup('<p class="quiet">There is nothing to draw.</p>')
    start, width = min(t for t, _ in points), panel.step_s * _SECOND
    end = max(t for t, _ in points) + width
    top = ceiling(max(v for _, v in points))
    room = WIDTH - LEFT

    def x(at: int) -> float:
        return LEFT + room * min(max((at - start) / (end - start), 0.0), 1.0)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP) * (1 - value / top)

    parts = [_open(HEIGHT + 20, panel.says, "chart panel-chart")]
    for low, high, name in panel.spans:
        a, b = x(low), x(high)
        parts.append(
            f'<rect class="stretch" x="{a:.1f}" y="{TOP:g}" width="{max(b - a, 1):.1f}" height="{HEIGHT - TOP:g}"/>'
        )
        parts.append(f'<text class="note" x="{a + 3:.1f}" y="{TOP + 11:g}">{words(name, 40)}</text>')
    for share in (0.0, 0.5, 1.0):
        at = y(top * share)
        parts.append(f'<path class="grid" d="M{LEFT:g} {at:.1f}H{WIDTH:g}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{at + 4:.1f}" text-anchor="end">{figure(top * share)}</text>')
    each = max(room * width / (end - start) - 0.4, 0.6)
    for cells, name in ((panel.seen, "bars"), (panel.part, "bars hot")):
        path = "".join(f"M{x(t):.1f} {HEIGHT:g}V{y(v):.1f}h{each:.2f}V{HEIGHT:g}z" for t, v in cells if v > 0)
        parts.append(f'<path class="{name}" d="{path}"/>' if path else "")
    half = width // 2
    if panel.band:
        upper = [f"{x(t + half):.1f} {y(h):.1f}" for t, _, h in panel.band]
        lower = [f"{x(t + half):.1f} {y(low):.1f}" for t, low, _ in reversed(panel.band)]
        parts.append(f'<path class="band" d="M{"L".join([*upper, *lower])}z"/>')
    if panel.expected:
        line = "L".join(f"{x(t + half):.1f} {y(v):.1f}" for t, v in panel.expected)
        parts.append(f'<path class="usual" d="M{line}"/>')
    parts += _moments(panel, x)
    clock = "minute" if end - start < 60 * 86_400 * _SECOND else "day"
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at_us = start + int(share * (end - start))
        parts.append(
            f'<text x="{LEFT + share * room:.1f}" y="{HEIGHT + 15:g}" text-anchor="{anchor}">{when(at_us, clock)}</text>'
        )
    return Markup("".join([*parts, "</svg>"]))


def _moments(panel: Chart, x: Callable[[int], float]) -> list[str]:
    """Vertical hairs with their words, on two levels so that neighbours do not overprint."""
    out = []
    for number, (at, name) in enumerate(panel.moments[:12]):
        place = x(at)
        anchor, shift = ("end", -4) if place > WIDTH * 0.75 else ("start", 4)
        out.append(f'<path class="hair" d="M{place:.1f} {4 if number % 2 else 14:g}V{HEIGHT:g}"/>')
        out.append(
            f'<text class="note" x="{place + shift:.1f}" y="{10 if number % 2 else 20:g}" text-anchor="{anchor}">'
            f"{words(name, 34)}</text>"
        )
    return out


def bars(panel: Bars) -> Markup:
    """Values with their intervals: as columns where there are many with short names, else as rows."""
    if not panel.rows:
        return Markup('<p class="quiet">There is nothing to draw.</p>')
    known = [v for r in panel.rows for v in (r.value, r.high, r.expected) if v is not None and math.isfinite(v)]
    top = ceiling(max([*known, 0.0])) if max([*known, 0.0]) > 0 else 1.0
    if len(panel.rows) > _COLUMNS and max(len(r.label) for r in panel.rows) <= 3:
        return _columns(panel, top)
    return _rows(panel, top)


def _columns(panel: Bars, top: float) -> Markup:
    each = (WIDTH - LEFT) / len(panel.rows)
    parts = [_open(HEIGHT + 20, panel.says, "chart panel-chart")]
    for share in (0.0, 1.0):
        at = HEIGHT - share * (HEIGHT - TOP)
        parts.append(f'<path class="grid" d="M{LEFT:g} {at:.1f}H{WIDTH:g}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{at + 4:.1f}" text-anchor="end">{figure(top * share)}</text>')
    for number, row in enumerate(panel.rows):
        left, tall = LEFT + number * each, (HEIGHT - TOP) * max(row.value, 0.0) / top
        parts.append(
            f'<rect class="bars" x="{left + 1:.1f}" y="{HEIGHT - tall:.1f}" width="{each - 2:.1f}" height="{tall:.1f}"/>'
        )
        if row.expected is not None:
            at = HEIGHT - (HEIGHT - TOP) * row.expected / top
            parts.append(f'<path class="usual" d="M{left:.1f} {at:.1f}h{each:.1f}"/>')
        if number % max(len(panel.rows) // _COLUMNS, 1) == 0:
            parts.append(
                f'<text x="{left + each / 2:.1f}" y="{HEIGHT + 15:g}" text-anchor="middle">{words(row.label, 6)}</text>'
            )
    return Markup("".join([*parts, "</svg>"]))


def _rows(panel: Bars, top: float) -> Markup:
    room = WIDTH - _NAMES - 90
    parts = [_open(_ROW * len(panel.rows) + 4, panel.says, "chart panel-chart panel-bars")]
    for number, row in enumerate(panel.rows):
        parts.append(_row(row, _ROW * number, room / top))
    return Markup("".join([*parts, "</svg>"]))


def _row(row: Bar, y: float, scale: float) -> str:
    wide = max(row.value, 0.0) * scale
    out = [
        f'<text class="lane" x="0" y="{y + 15:g}">{words(row.label, 28)}</text>',
        f'<rect class="bars hot" x="{_NAMES:g}" y="{y + 4:g}" width="{max(wide, 1):.1f}" height="13" rx="1.5"/>',
    ]
    end = wide
    if row.low is not None and row.high is not None:
        a, b = _NAMES + row.low * scale, _NAMES + row.high * scale
        out.append(f'<path class="whisker" d="M{a:.1f} {y + 7:g}v7m0 -3.5H{b:.1f}m0 -3.5v7"/>')
        end = max(end, row.high * scale)
    if row.expected is not None:
        at = _NAMES + row.expected * scale
        out.append(f'<path class="usual" d="M{at:.1f} {y + 1:g}v19"/>')
        end = max(end, row.expected * scale)
    out.append(f'<text class="value" x="{_NAMES + end + 7:.1f}" y="{y + 15:g}">{figure(row.value)}</text>')
    return "".join(out)


def lanes(panel: Lanes) -> Markup:
    """One line for each row with a dot at each time; a dot's words are written where there is room, else they are its title."""
    times = [t for r in panel.rows for t, _ in r.dots]
    if not times:
        return Markup('<p class="quiet">There is nothing to draw.</p>')
    start, end = min(times), max(*times, min(times) + _SECOND)
    room, height = WIDTH - _NAMES - 20, _ROW * len(panel.rows)
    parts = [_open(height + 22, panel.says, "chart panel-chart panel-lanes")]
    for number, row in enumerate(panel.rows):
        y, last = _ROW * number + 12, -math.inf
        parts.append(f'<text class="lane" x="0" y="{y + 4:g}">{words(row.label, 26)}</text>')
        parts.append(f'<path class="grid" d="M{_NAMES:g} {y:g}H{WIDTH:g}"/>')
        for at, name in sorted(row.dots):
            x = _NAMES + 8 + room * (at - start) / (end - start)
            title = f"{when(at)} UTC" + (f", {name}" if name else "")
            parts.append(
                f'<circle class="dot-at" cx="{x:.1f}" cy="{y:g}" r="4.5"><title>{words(title, 120)}</title></circle>'
            )
            if name and x - last > 34 and x < WIDTH - 30:
                parts.append(f'<text class="note" x="{x + 7:.1f}" y="{y - 3:g}">{words(name, 12)}</text>')
                last = x + 6 * min(len(name), 12)
    for share, anchor in ((0.0, "start"), (1.0, "end")):
        at_us = start + int(share * (end - start))
        parts.append(
            f'<text x="{_NAMES + 8 + share * (room - 8):.1f}" y="{height + 16:g}" text-anchor="{anchor}">{when(at_us)}</text>'
        )
    return Markup("".join([*parts, "</svg>"]))
