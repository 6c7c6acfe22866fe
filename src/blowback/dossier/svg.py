"""Drawings as SVG text: numbers and escaped words only, no style attribute (the page's policy refuses them)."""

from __future__ import annotations

# ruff: noqa: S704  # every word that comes from outside passes `escape` first
import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from blowback.dossier.document import Bracket, Network, Timeline
from blowback.dossier.shown import when, whole

WIDTH, PLOT, LANE, LEFT = 1000.0, 190.0, 20.0, 44.0
LANES = 16


def ceiling(value: float) -> float:
    """The next round number: 1, 2, 3, 4, 6 or 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 3, 4, 6, 8, 10) if step * power >= value * (1 - 1e-12))


def time_chart(line: Timeline) -> Markup:
    """The timeline for a reader without script, and on paper; with script it is drawn anew to the page's width."""
    bins = len(line.counts)
    if not bins:
        return Markup('<p class="quiet">There are no posts to draw.</p>')
    lanes = line.groups[:LANES]
    height = PLOT + 26 + LANE * len(lanes)
    top = ceiling(max(line.counts))
    each = (WIDTH - LEFT) / bins
    hot = [0] * bins
    for b, n in line.behind:
        hot[b] = n
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="Posts per {line.step}">',
    ]
    for tick in (0.0, 0.5, 1.0):
        y = PLOT - tick * (PLOT - 12)
        parts.append(f'<path class="grid" d="M{LEFT:g} {y:.1f}H{WIDTH:g}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">{whole(top * tick)}</text>')
    parts.append(
        f'<path class="bars" d="{_bars(line.counts, each, top)}"/><path class="bars hot" d="{_bars(hot, each, top)}"/>'
    )
    parts += [_bracket(n, b, line) for n, b in enumerate(line.brackets, 1)]
    clock = "day" if line.step_s >= 3600 else "minute"
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at = line.start_us + int(share * bins * line.step_s * 1_000_000)
        parts.append(
            f'<text x="{LEFT + share * (WIDTH - LEFT):.1f}" y="{PLOT + 15:g}" text-anchor="{anchor}">'
            f"{when(at, clock)}</text>"
        )
    for row, lane in enumerate(lanes):
        y = PLOT + 24 + row * LANE
        most = max((n for _, n in lane.counts), default=1)
        kind = "hot" if lane.ruling == "stands" else "unsure"
        path = "".join(_bar(LEFT + b * each, y + 14, max(each, 1.5), 12 * n / most) for b, n in lane.counts)
        parts.append(f'<text class="lane" x="0" y="{y + 13:g}">{escape(lane.label.replace("Group ", "G "))}</text>')
        parts.append(f'<path class="grid" d="M{LEFT:g} {y + 14:.1f}H{WIDTH:g}"/><path class="bars {kind}" d="{path}"/>')
    return Markup("".join([*parts, "</svg>"]))


def _bracket(number: int, bracket: Bracket, line: Timeline) -> str:
    """A stretch of time, its end marked with its number in the list below the chart."""
    whole_us = len(line.counts) * line.step_s * 1_000_000
    low, high = (
        LEFT + min(max((us - line.start_us) / whole_us, 0.0), 1.0) * (WIDTH - LEFT)
        for us in (bracket.from_us, bracket.to_us)
    )
    return (
        f'<g class="bracket"><title>{number}. {escape(bracket.says)}</title>'
        f'<rect x="{low:.1f}" y="12" width="{max(high - low, 1):.1f}" height="{PLOT - 12:g}"/>'
        f'<path d="M{high:.1f} 12V{PLOT:g}"/><text x="{high:.1f}" y="10" text-anchor="middle">{number}</text></g>'
    )


def _bars(counts: Sequence[int], each: float, top: float) -> str:
    wide = max(each * 0.86, each - 1)
    return "".join(_bar(LEFT + b * each, PLOT, wide, n / top * (PLOT - 12)) for b, n in enumerate(counts) if n)


def _bar(x: float, base: float, wide: float, high: float) -> str:
    return f"M{x:.1f} {base:.1f}v{-max(high, 0.8):.1f}h{wide:.2f}v{max(high, 0.8):.1f}z"


def network(net: Network) -> Markup:
    """Groups as circles with their accounts and pairs; each is a button once there is a script."""
    size = max(net.width / 70, 12.0)
    dot = max(min(net.width / 190, 4.5), 2.6)
    members: dict[int, list[int]] = {}
    for i, node in enumerate(net.nodes):
        members.setdefault(node.group, []).append(i)
    ties: dict[int, list[str]] = {}
    for e in net.edges:
        a, b = net.nodes[e.a], net.nodes[e.b]
        ties.setdefault(a.group, []).append(f"M{a.x:g} {a.y:g}L{b.x:g} {b.y:g}")
    wide = max(net.width, 640.0)  # a single small group is not blown up
    parts = [
        f'<svg viewBox="{(net.width - wide) / 2:g} 0 {wide:g} {net.height + size:g}" role="group" aria-label="Groups">'
    ]
    for c in net.clusters:
        name = f"{c.label}: {whole(c.members)} accounts" + (f", {whole(c.shown)} drawn" if c.shown < c.members else "")
        name += "" if c.ruling == "stands" else ", cannot tell"
        parts.append(
            f'<g class="cluster {c.ruling}" data-group="{c.group}" role="button" tabindex="0" aria-label="{escape(name)}">'
        )
        parts.append(f'<circle class="hull" cx="{c.x:g}" cy="{c.y:g}" r="{c.r:g}"/>')
        parts.append(f'<path class="ties" stroke-width="{dot / 5:.2f}" d="{"".join(ties.get(c.group, []))}"/>')
        for i in members.get(c.group, []):
            node = net.nodes[i]
            kind = "dot" if node.stands else "dot unsure"
            parts.append(
                f'<circle class="{kind}" cx="{node.x:g}" cy="{node.y:g}" r="{dot:.2f}" stroke-width="{dot / 4:.2f}" '
                f'data-node="{i}"><title>{escape(node.account)}</title></circle>'
            )
        parts.append(
            f'<text x="{c.x:g}" y="{c.y + c.r + size * 1.15:.1f}" font-size="{size:.1f}">{escape(c.label)}</text></g>'
        )
    return Markup("".join([*parts, "</svg>"]))
