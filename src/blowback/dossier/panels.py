"""The panels of each finding: made by its analysis from the tables of its run, with every text made harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from blowback.dossier.runs import Run
from blowback.dossier.shown import harmless
from blowback.model.analysis import Analysis
from blowback.model.finding import Finding
from blowback.model.panel import Panel, Quote


def panels_of(
    known: Mapping[str, Analysis], runs: Sequence[Run], findings: Sequence[Finding]
) -> dict[int, tuple[Panel, ...]]:
    """By position in `findings`: what its analysis shows beside it. Nothing where the run's tables are not there."""
    made: dict[int, tuple[Panel, ...]] = {}
    for run in runs:
        analysis = known.get(run.analysis)
        mine = [n for n, f in enumerate(findings) if f.run == run.id]
        if analysis is None or analysis.panels is None or not mine:
            continue
        frames = _frames(analysis, run)
        if frames is None:
            continue
        for number in mine:
            made[number] = tuple(clean(p) for p in analysis.panels(frames, findings[number]))
    return made


def _frames(analysis: Analysis, run: Run) -> dict[str, pa.Table] | None:
    """The outputs that the panels need; None where one is missing or has other columns (an older version's run)."""
    wanted = {o.name: o for o in analysis.outputs if o.name in analysis.pictures}
    frames = {}
    for name, output in wanted.items():
        path = run.output(name)
        if path is None or pq.read_schema(path).names != [c.name for c in output.columns]:
            return None
        frames[name] = pq.read_table(path)
    return frames


_IDS = frozenset({"post_id", "posts"})  # ids are never changed: they lead to the posts


def clean(panel: Any) -> Any:  # noqa: ANN401  # a panel, its rows, texts, numbers, and tuples of them
    """The same with links in every text defanged; the text of a quote is left to `quoted.fill`, which moves its spans."""
    if isinstance(panel, str):
        return harmless(panel)
    if is_dataclass(panel) and not isinstance(panel, type):
        kept = _IDS | {"text"} if isinstance(panel, Quote) else _IDS
        return replace(panel, **{f.name: clean(getattr(panel, f.name)) for f in fields(panel) if f.name not in kept})
    return tuple(clean(v) for v in panel) if isinstance(panel, tuple) else panel
