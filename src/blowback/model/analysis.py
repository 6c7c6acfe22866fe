"""An analysis declares what it reads, its parameters and its steps; it never opens a file or sees an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from blowback.model.finding import Finding
from blowback.model.panel import Panel
from blowback.model.tables import Column, schema_of

Value = str | int | float | bool
Params = Mapping[str, Value]
Frames = Mapping[str, pa.Table]
Progress = Callable[[str, float], None]  # what is being done, share done (0..1)
# (step, kind, window in microseconds, least distinct objects) -> the pairs of the step's rows of that kind: a, b
# (dictionaries of account ids, busiest first, ties in text order; a has the larger code), n_pairs, n_posts_a,
# n_posts_b, n_objects. What an engine may offer that counts where its rows are.
Coactions = Callable[[str, str, int, int], pa.Table]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: type, default, unit and bounds, so that the command line can explain it."""

    name: str
    kind: Literal["text", "int", "float", "seconds", "choice", "flag"]
    default: Value
    meaning: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One named SQL text in the portable grammar (25 lines at most); values enter only as :params."""

    name: str
    sql: str
    columns: tuple[Column, ...]
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A permanent id with its condition in words. A changed rule is a new id."""

    id: str
    when: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """A table the analysis leaves behind: from a step of the same name, or from `refine`."""

    name: str
    row_is: str
    columns: tuple[Column, ...]

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow (and so Parquet) schema."""
        return schema_of(self.columns)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge is given: the output tables, the parameters, and what to stamp on a finding."""

    tables: Frames
    params: Params


@dataclass(frozen=True, slots=True)
class Analysis:
    """One question, with what it cannot show."""

    id: str
    version: int
    asks: str
    cannot_show: str
    reads: Mapping[str, tuple[str, ...]]
    params: tuple[Param, ...]
    steps: tuple[Step, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    judge: Callable[[Judged], Iterable[Finding]]
    refine: Callable[[Frames, Params, Progress], Frames] | None = None
    # `refine` for an engine that counts co-actions itself; the frames it yields must be equal
    spread: Callable[[Frames, Params, Progress, Coactions], Frames] | None = None
    drawer: str = field(default="machinery")
    noun: str = field(default="finding")  # what one finding of it is called: "burst", "release"; plural with an s
    # what `Finding.evidence` lists; plural with an s. Other than "post": ids are `first 12 digits of the exhibit:record`
    evidence_noun: str = field(default="post")
    # (the outputs named in `pictures`, a finding) -> what a reader is shown beside the finding, at most four panels
    panels: Callable[[Frames, Finding], tuple[Panel, ...]] | None = None
    pictures: tuple[str, ...] = ()
    # outputs of other analyses that `refine` takes into account, as (analysis id, output): it finds them among its frames
    # under "analysis.output", from the latest run of that analysis in the case, without rows where there was none;
    # ("case", "judgements") are the decisions of people in the case (model/judgement.py)
    beside: tuple[tuple[str, str], ...] = ()
