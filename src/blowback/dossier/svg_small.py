"""Small drawings inside a finding: counts beside chance, intervals, delays, and the times of one shared object."""

from __future__ import annotations

# ruff: noqa: S704  # every word that comes from outside passes `escape` first
import math
from collections.abc import Sequence

from markupsafe import Markup

from blowback.dossier.cards import Delay, FindingCard, ObjectShared
from blowback.dossier.shown import figure, lasting, whole
from blowback.dossier.svg import ceiling
from blowback.model.finding import Null

_MINI = 270.0


def versus(null: Null) -> Markup:
    """Observed beside expected, as two bars on one scale from zero."""
    top = max(null.observed, null.expected, 1e-9)
    room = _MINI - 124
    says = f"observed {figure(null.observed)}, by chance {figure(null.expected)}"
    parts = [f'<svg class="mini" viewBox="0 0 {_MINI:g} 46" role="img" aria-label="{says}">']
    for y, name, value, kind in (
        (2, "observed", null.observed, "observed"),
        (25, "by chance", null.expected, "expected"),
    ):
        wide = max(value / top * room, 1.5)
        parts.append(
            f'<text x="0" y="{y + 14}">{name}</text>'
            f'<rect class="{kind}" x="66" y="{y}" width="{wide:.1f}" height="19" rx="1.5"/>'
        )
        parts.append(f'<text class="value" x="{72 + wide:.1f}" y="{y + 14}">{figure(value)}</text>')
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


def delays(counts: Sequence[Delay]) -> Markup:
    """Co-actions by how far apart their two posts are, as bars."""
    top = max((d.count for d in counts), default=1)
    room, before = _MINI - 166, 0
    parts = [f'<svg class="mini" viewBox="0 0 {_MINI:g} {22 * len(counts) + 2:g}" role="img" aria-label="Delays">']
    for row, one in enumerate(counts):
        y, wide = 22 * row, max(one.count / top * room, 1.5)
        name = f"up to {lasting(one.up_to_s)}" if not before else f"{lasting(before)} to {lasting(one.up_to_s)}"
        parts.append(
            f'<text x="0" y="{y + 14}">{name}</text>'
            f'<rect class="observed" x="106" y="{y + 2}" width="{wide:.1f}" height="16" rx="1.5"/>'
            f'<text class="value" x="{112 + wide:.1f}" y="{y + 14}">{whole(one.count)}</text>'
        )
        before = one.up_to_s
    return Markup("".join([*parts, "</svg>"]))


def strip(shared: ObjectShared) -> Markup:
    """When the posts on one object were made, from the first to the last, as ticks on a line."""
    span = max(shared.span_s, 1e-9)
    ticks = "".join(f"M{2 + 236 * min(t / span, 1.0):.1f} 3v12" for t in shared.offsets_s)
    says = f"{whole(shared.posts)} posts within {lasting(shared.span_s)}"
    return Markup(
        f'<svg class="strip" viewBox="0 0 240 18" role="img" aria-label="{says}">'
        f'<path class="axis" d="M2 9H238"/><path class="tick" d="{ticks}"/></svg>'
    )
