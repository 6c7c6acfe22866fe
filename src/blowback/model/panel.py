"""What an analysis lets a reader see beside a finding: plain drawings and tables, without any look.

An analysis makes panels of its output tables (`Analysis.panels`); pages, terminals and exports draw them. Texts are as
in the tables: whoever draws them defangs links and makes control characters visible. Times are integer microseconds
since 1970, UTC. No panel ranks single people: rows are objects, hosts, languages, classes, hours, never accounts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A quantity over time beside what was expected.

    Args:
        title: two to five words.
        says: one sentence that tells what is to be seen, for those who cannot see it.
        unit: of the values.
        step_s: width of a bin, seconds.
        seen: (start of the bin, value), rising, bins without a value left out or 0.
        expected: (start of the bin, value) under the baseline.
        band: (start of the bin, low, high): where the baseline allows the value to lie.
        part: (start of the bin, value): a part of `seen` that is drawn stronger.
        moments: (time, words): onsets, announced slots, news events.
        spans: (from, to, words): stretches that the finding is about.
    """

    title: str
    says: str
    unit: str
    step_s: int
    seen: tuple[tuple[int, float], ...]
    expected: tuple[tuple[int, float], ...] = ()
    band: tuple[tuple[int, float, float], ...] = ()
    part: tuple[tuple[int, float], ...] = ()
    moments: tuple[tuple[int, str], ...] = ()
    spans: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One value with its interval, and what chance gives, where known."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Values side by side, in the given order."""

    title: str
    says: str
    unit: str
    rows: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One lane: dots at times, each with words (a language, a title); the words may be empty."""

    label: str
    dots: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What appeared where and when: one lane for each host, language, cluster or account kind, in the given order."""

    title: str
    says: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table of words and numbers, already written out; `numeric` names the columns set to the right."""

    title: str
    says: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


Panel = Chart | Bars | Lanes | Grid
