"""Floor 2: one file, one question. The list: an analysis is loaded when it is asked for, its libraries take a second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

from blowback.errors import UnknownName
from blowback.model.analysis import Analysis

# In the order in which `open` runs them and a dossier tells of them; each is the object of that name in its file.
LISTED: Final = (
    "machinery.coordination",
    "machinery.bursts",
    "machinery.injected",
    "machinery.hijacks",
    "machinery.releases",
    "machinery.trends",
    "machinery.phases",
    "machinery.tiers",
    "claims.claims",
    "blocking.blocking",
    "blocking.moves",
)


class _Listed(Mapping[str, Analysis]):
    """Analyses by id."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self._places = {place.rpartition(".")[2]: place for place in places}

    def __getitem__(self, name: str) -> Analysis:
        found: Analysis = getattr(import_module(f"{__name__}.{self._places[name]}"), name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


ANALYSES: Final[Mapping[str, Analysis]] = _Listed(LISTED)


def analyses() -> dict[str, Analysis]:
    """The built-in analyses, then those that installed packages offer under `blowback.analyses`."""
    return {**ANALYSES, **{e.name: e.load() for e in entry_points(group="blowback.analyses")}}


def analysis_of(name: str) -> Analysis:
    """The analysis of that name.

    Raises:
        UnknownName: there is none; the error lists them.
    """
    if name in ANALYSES:
        return ANALYSES[name]
    known = analyses()
    if name not in known:
        raise UnknownName(f"no analysis is called {name!r}", hint=f"Analyses are: {', '.join(known)}")
    return known[name]


def evidence_noun(name: str) -> str:
    """What findings of an analysis list as evidence; "post" where the analysis is not installed any more."""
    found = ANALYSES[name] if name in ANALYSES else analyses().get(name)
    return found.evidence_noun if found else "post"
