"""Where the analyst says that the conflict takes place: a prior, never a filter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theatre:
    """Countries (ISO 3166-1 alpha-2) that are likelier, and by how much.

    `weight` is in log-odds: 2.0 makes a place inside about seven times as likely as the same place outside.
    """

    countries: tuple[str, ...] = ()
    weight: float = 2.0
