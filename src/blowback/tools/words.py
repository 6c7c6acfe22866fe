"""Numbers and lists as a sentence says them."""

from __future__ import annotations

from collections.abc import Sequence


def about(number: float) -> str:
    """Two digits below ten, whole above."""
    return f"{number:,.0f}" if number >= 9.5 else f"{number:.2g}"


def plural(count: int, noun: str) -> str:
    """`1 post`, `2 posts`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; there is at least one."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
