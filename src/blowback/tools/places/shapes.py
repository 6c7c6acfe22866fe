"""Places that are no point: between two, in a direction from, at a distance from."""

from __future__ import annotations

from blowback.model.claim import Located


def shaped(text: str, located: tuple[Located, ...]) -> tuple[Located, ...]:
    """The mentions, with a shape where the text gives one."""
    return located
