"""Signs for outcomes and classes of claims: told apart by shape, not by colour alone; the same on map, board and key."""

from __future__ import annotations

# ruff: noqa: S704  # numbers and our own class words only
import math
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from blowback.model.panel import MAP_KINDS

_CLASS: Final = {kind: "k-" + kind.replace(" ", "-") for kind in MAP_KINDS}


def sign(kind: str, x: float, y: float, r: float, title: Markup | str = "") -> Markup:
    """A sign of radius `r` around (x, y); `title` (already escaped) is its hover text."""
    name = _CLASS.get(kind, "k-cannot-tell")
    inner = f"<title>{title}</title>" if title else ""
    parts = [] if kind in {"all", "ahead"} else [f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="{r + 1.2:.1f}"/>']
    parts.append(f'<circle class="sign {name}" cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}">{inner}</circle>')
    d = r * 0.62
    if kind == "contradicted":
        parts.append(
            f'<path class="stroke" d="M{x - d:.1f} {y - d:.1f}l{2 * d:.1f} {2 * d:.1f}m0 {-2 * d:.1f}l{-2 * d:.1f} {2 * d:.1f}"/>'
        )
    elif kind == "pending":
        parts.append(f'<path class="part" d="M{x:.1f} {y - r:.1f}a{r:.1f} {r:.1f} 0 0 1 0 {2 * r:.1f}z"/>')
    elif kind == "cannot tell":
        parts.append(f'<circle class="part" cx="{x:.1f}" cy="{y:.1f}" r="{max(r * 0.3, 1):.1f}"/>')
    return Markup("".join(parts))


def divided(parts: Sequence[tuple[str, float]], x: float, y: float, r: float, title: Markup | str = "") -> Markup:
    """A sign for several kinds at one place: sectors by weight, clockwise from the top, in the given order."""
    total = sum(weight for _, weight in parts) or 1.0
    out = [f'<g><title>{title}</title><circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="{r + 1.2:.1f}"/>']
    turn = 0.0
    for kind, weight in parts:
        end = turn + weight / total
        (ax, ay), (bx, by) = (
            (x + r * math.sin(2 * math.pi * t), y - r * math.cos(2 * math.pi * t)) for t in (turn, min(end, 0.99999))
        )
        large = 1 if end - turn > 0.5 else 0
        arc = f"M{x:.1f} {y:.1f}L{ax:.1f} {ay:.1f}A{r:.1f} {r:.1f} 0 {large} 1 {bx:.1f} {by:.1f}z"
        out.append(f'<path class="slice {_CLASS.get(kind, "k-cannot-tell")}" d="{arc}"/>')
        turn = end
    return Markup("".join([*out, "</g>"]))


def key_sign(kind: str) -> Markup:
    """A sign on its own, for a key or a row; the word beside it says what it is."""
    return Markup(f'<svg class="key-sign" viewBox="0 0 16 16" aria-hidden="true">{sign(kind, 8, 8, 5.2)}</svg>')
