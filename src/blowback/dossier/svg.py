"""Drawings as SVG text: numbers and escaped words only, no style attribute (the page's policy refuses them)."""

from __future__ import annotations

# ruff: noqa: S704  # every word that comes from outside passes `escape` first
import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from blowback.dossier.document import FindingCard, Network, Timeline
from blowback.dossier.shown import figure, when, whole
from blowback.model.finding import Null

WIDTH, PLOT, LANE, LEFT = 1000.0, 190.0, 20.0, 44.0
LANES = 12
_MINI = 400.0


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
    lanes = line.lanes[:LANES]
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
    clock = "day" if line.step_s >= 3600 else "minute"
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        at = line.start_us + int(share * bins * line.step_s * 1_000_000)
        parts.append(
            f'<text x="{LEFT + share * (WIDTH - LEFT):.1f}" y="{PLOT + 15:g}" text-anchor="{anchor}">'
            f"{when(at, clock)}</text>"
        )
    for row, lane in enumerate(lanes):
        y = PLOT + 24 + row * LANE
        most = max(n for _, n in lane.counts)
        path = "".join(_bar(LEFT + b * each, y + 14, max(each, 1.5), 12 * n / most) for b, n in lane.counts)
        parts.append(f'<text class="lane" x="0" y="{y + 13:g}">{escape(lane.label.replace("Group ", "G "))}</text>')
        parts.append(f'<path class="grid" d="M{LEFT:g} {y + 14:.1f}H{WIDTH:g}"/><path class="bars hot" d="{path}"/>')
    return Markup("".join([*parts, "</svg>"]))


def _bars(counts: Sequence[int], each: float, top: float) -> str:
    wide = max(each * 0.86, each - 1)
    return "".join(_bar(LEFT + b * each, PLOT, wide, n / top * (PLOT - 12)) for b, n in enumerate(counts) if n)


def _bar(x: float, base: float, wide: float, high: float) -> str:
    return f"M{x:.1f} {base:.1f}v{-max(high, 0.8):.1f}h{wide:.2f}v{max(high, 0.8):.1f}z"


def network(net: Network) -> Markup:
    """Groups as circles with their accounts and pairs; each is a button once there is a script."""
    size = max(net.width / 62, 7.5)
    dot = max(min(net.width / 190, 4.5), 2.6)
    members: dict[str, list[int]] = {}
    for i, node in enumerate(net.nodes):
        members.setdefault(node.finding, []).append(i)
    ties: dict[str, list[str]] = {}
    for e in net.edges:
        a, b = net.nodes[e.a], net.nodes[e.b]
        ties.setdefault(a.finding, []).append(f"M{a.x:g} {a.y:g}L{b.x:g} {b.y:g}")
    parts = [f'<svg viewBox="0 0 {net.width:g} {net.height + size:g}" role="group" aria-label="Groups of accounts">']
    for c in net.clusters:
        name = f"{c.label}: {whole(c.members)} accounts" + (f", {whole(c.shown)} drawn" if c.shown < c.members else "")
        parts.append(
            f'<g class="cluster" data-finding="{escape(c.finding)}" role="button" tabindex="0" '
            f'aria-label="{escape(name)}">'
        )
        parts.append(f'<circle class="hull" cx="{c.x:g}" cy="{c.y:g}" r="{c.r:g}"/>')
        parts.append(f'<path class="ties" stroke-width="{dot / 6:.2f}" d="{"".join(ties.get(c.finding, []))}"/>')
        for i in members.get(c.finding, []):
            node = net.nodes[i]
            parts.append(
                f'<circle class="dot" cx="{node.x:g}" cy="{node.y:g}" r="{dot:.2f}" stroke-width="{dot / 5:.2f}" '
                f'data-node="{i}"><title>{escape(node.account)}</title></circle>'
            )
        parts.append(
            f'<text x="{c.x:g}" y="{c.y + c.r + size * 1.15:.1f}" font-size="{size:.1f}">{escape(c.label)}</text></g>'
        )
    return Markup("".join([*parts, "</svg>"]))


def versus(null: Null) -> Markup:
    """Observed beside expected, as two bars on one scale from zero."""
    top = max(null.observed, null.expected, 1e-9)
    room = _MINI - 150
    says = f"observed {figure(null.observed)}, by chance {figure(null.expected)}"
    parts = [f'<svg class="mini" viewBox="0 0 {_MINI:g} 46" role="img" aria-label="{says}">']
    for y, name, value, kind in (
        (2, "observed", null.observed, "observed"),
        (25, "by chance", null.expected, "expected"),
    ):
        wide = max(value / top * room, 1.5)
        parts.append(
            f'<text x="0" y="{y + 14}">{name}</text>'
            f'<rect class="{kind}" x="72" y="{y}" width="{wide:.1f}" height="19" rx="1.5"/>'
        )
        parts.append(f'<text class="value" x="{78 + wide:.1f}" y="{y + 14}">{figure(value)}</text>')
    return Markup("".join([*parts, "</svg>"]))


def whisker(card: FindingCard) -> Markup:
    """An effect and its interval on a line that starts at zero (or below, where the interval does)."""
    effect = card.finding.effect
    if not all(math.isfinite(v) for v in (effect.value, effect.low, effect.high)):
        return Markup("")
    low, high = min(0.0, effect.low), max(effect.high, effect.value, 0.0)
    top = ceiling(high) if high > 0 else 1.0
    if low >= 0 and high <= 1 < top:
        top = 1.0

    def x(value: float) -> str:
        return f"{12 + (value - low) / (top - low) * (_MINI - 48):.1f}"

    return Markup(
        f'<svg class="mini" viewBox="0 0 {_MINI:g} 40" role="img" aria-label="{figure(effect.value)}, interval '
        f'{figure(effect.low)} to {figure(effect.high)}"><path class="axis" d="M{x(low)} 22H{x(top)}"/>'
        f'<path class="whisker" d="M{x(effect.low)} 16v12m0 -6H{x(effect.high)}m0 -6v12"/>'
        f'<circle class="point" cx="{x(effect.value)}" cy="22" r="5"/>'
        f'<text class="value" x="{x(effect.value)}" y="11" text-anchor="middle">{figure(effect.value)}</text>'
        f'<text x="{x(low)}" y="38" text-anchor="middle">{figure(low)}</text>'
        f'<text x="{x(top)}" y="38" text-anchor="middle">{figure(top)}</text></svg>'
    )


def share_bar(share: float) -> Markup:
    """A share of one as a thin bar."""
    wide = max(min(share, 1.0), 0.0) * 100
    return Markup(
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="share-all" width="100" '
        f'height="6"/><rect class="share-part" width="{wide:.2f}" height="6"/></svg>'
    )
