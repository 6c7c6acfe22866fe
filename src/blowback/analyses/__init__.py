"""Floor 2: one file, one question. The list."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Final

from blowback.analyses.machinery.bursts import bursts
from blowback.analyses.machinery.coordination import coordination
from blowback.analyses.machinery.injected import injected
from blowback.analyses.machinery.phases import phases
from blowback.analyses.machinery.releases import releases
from blowback.analyses.machinery.tiers import tiers
from blowback.analyses.machinery.trends import trends
from blowback.errors import UnknownName
from blowback.model.analysis import Analysis

LISTED: Final[tuple[Analysis, ...]] = (
    coordination,
    bursts,
    injected,
    releases,
    trends,
    phases,
    tiers,
)
ANALYSES: Final[dict[str, Analysis]] = {a.id: a for a in LISTED}


def analyses() -> dict[str, Analysis]:
    """The built-in analyses, then those that installed packages offer under `blowback.analyses`."""
    return {**ANALYSES, **{e.name: e.load() for e in entry_points(group="blowback.analyses")}}


def analysis_of(name: str) -> Analysis:
    """The analysis of that name.

    Raises:
        UnknownName: there is none; the error lists them.
    """
    known = analyses()
    if name not in known:
        raise UnknownName(f"no analysis is called {name!r}", hint=f"Analyses are: {', '.join(known)}")
    return known[name]
