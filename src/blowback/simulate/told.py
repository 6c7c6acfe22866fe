"""Fields of a scenario with their bounds, so that a wrong value can be refused by name."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import Any


def _bounded(low: float, high: float, default: object) -> Any:  # noqa: ANN401  # stands where a field's default stands
    bounds = {"low": low, "high": high}
    return field(metadata=bounds) if default is MISSING else field(default=default, metadata=bounds)


def count(low: int = 0, default: object = MISSING) -> Any:  # noqa: ANN401
    """A whole number, at least `low`."""
    return _bounded(low, 10_000_000, default)


def number(low: float, high: float, default: object = MISSING) -> Any:  # noqa: ANN401
    """A number within bounds, both included."""
    return _bounded(low, high, default)


def share(default: object = MISSING) -> Any:  # noqa: ANN401
    """A share: 0 to 1."""
    return _bounded(0, 1, default)


def hours(default: object = MISSING) -> Any:  # noqa: ANN401
    """Hours after the scenario's start."""
    return _bounded(0, 1e5, default)
