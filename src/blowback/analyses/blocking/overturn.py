"""What would overturn a word of the rationale test: the least change of the data that gives another word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from blowback.analyses.blocking.audit import Counted, wording
from blowback.tools.odds import least_units
from blowback.tools.words import plural


def would_overturn(counted: Counted, minimum: float) -> str:
    """One sentence: how many predicted sites would have to be seen otherwise, all else the same.

    Every step moves one predicted site from open to blocked, or back, which moves coverage, purity and the odds ratio
    the same way, so that the least number is found by bisection.

    Args:
        counted: the table of the rationale.
        minimum: the claimed minimum coverage, 0..1.
    """
    word = wording(counted, minimum)[0]
    if word == "cannot tell":
        more = least_units(minimum) - counted.a - counted.b
        return f"{plural(more, 'more predicted site')} that could be told would allow another word."
    told = []
    up = _least(counted.b, lambda k: wording(replace(counted, a=counted.a + k, b=counted.b - k), minimum)[0] != word)
    if up is not None and word != "consistent":
        other = wording(replace(counted, a=counted.a + up, b=counted.b - up), minimum)[0]
        told.append(
            f"{up:,} of the {plural(counted.b, 'predicted site')} seen open would have to be blocked for “{other}”"
        )
    down = _least(counted.a, lambda k: wording(replace(counted, a=counted.a - k, b=counted.b + k), minimum)[0] != word)
    if down is not None and word != "contradicted":
        other = wording(replace(counted, a=counted.a - down, b=counted.b + down), minimum)[0]
        told.append(
            f"{down:,} of the {plural(counted.a, 'predicted site')} seen blocked would have to be open for “{other}”"
        )
    return ("; ".join(told) + ".") if told else "No other reading of the predicted sites alone would change the word."


def _least(most: int, changes: Callable[[int], bool]) -> int | None:
    """The least number up to `most` from which on `changes` holds; None where it does not hold even there."""
    if most < 1 or not changes(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if changes(middle) else (middle, high)
    return high
