"""The runs a dossier rests on: question, parameters, versions, digests, rules in words, and what was tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.parquet as pq

from blowback.dossier.cards import FindingCard, RuleText
from blowback.dossier.document import Meeting, Method, Setting, Tested
from blowback.dossier.runs import Run
from blowback.dossier.shown import setting
from blowback.model.analysis import Analysis

_TESTED = {"kind", "window_s", "marks", "accounts", "tested", "pairs", "survive", "outcome"}


def rule_text(known: Mapping[str, Analysis], analysis: str, rule: str) -> RuleText:
    """A rule in words; a rule this version does not know is named as such."""
    held = known.get(analysis)
    found = next((r for r in held.rules if r.id == rule), None) if held else None
    return RuleText(rule, found.when, found.unless) if found else RuleText(rule, "not known to this version", ())


def methods_of(known: Mapping[str, Analysis], runs: Sequence[Run], cards: Sequence[FindingCard]) -> tuple[Method, ...]:
    """Each run with its question, parameters, versions and table digests."""
    made = []
    for run in runs:
        held = known.get(run.analysis)
        mine = [c.finding for c in cards if c.finding.run == run.id]
        stamp = next(iter(mine), None)
        made.append(
            Method(
                run=run.id,
                analysis=run.analysis,
                version=str(run.entry.get("version", held.version if held else "")),
                asks=held.asks if held else "",
                cannot_show=held.cannot_show if held else "",
                parameters=_settings(run, held),
                engine=str(run.entry.get("engine", stamp.engine if stamp else "")),
                code=str(run.entry.get("code", stamp.code if stamp else "")),
                outcome=run.outcome,
                findings=len(mine),
                tables=_digests(run, stamp.tables if stamp else {}),
                rules=tuple(RuleText(r.id, r.when, r.unless) for r in held.rules) if held else (),
                tested=_tested(run),
            )
        )
    return tuple(made)


def _digests(run: Run, stamped: Mapping[str, str]) -> dict[str, str]:
    held = run.entry.get("digests", run.entry.get("tables", {}))
    given = {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}
    return dict(sorted({**given, **stamped}.items()))


def _settings(run: Run, held: Analysis | None) -> tuple[Setting, ...]:
    known = {p.name: p for p in held.params} if held else {}
    made = []
    for name, value in run.parameters.items():
        param = known.get(name)
        unit = param.unit if param and param.unit else ""
        made.append(Setting(name, setting(value), unit, param.meaning if param else ""))
    return tuple(made)


def _tested(run: Run) -> tuple[Tested, ...]:
    path = run.output("summary")
    if path is None or not set(pq.read_schema(path).names) >= _TESTED:
        return ()
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in pq.read_table(path).to_pylist():
        by_kind.setdefault(str(row["kind"]), []).append(row)
    return tuple(_kind(kind, rows) for kind, rows in by_kind.items())


def _kind(kind: str, rows: Sequence[Mapping[str, Any]]) -> Tested:
    done = [r for r in rows if r["outcome"] == "done"]
    most = max(done or rows, key=lambda r: int(r["survive"]))
    return Tested(
        kind=kind,
        marks=int(most["marks"]),
        accounts=int(most["accounts"]),
        tested=int(most["tested"]),
        survive=int(most["survive"]),
        outcome=str(most["outcome"]),
        windows=tuple(
            Meeting(
                window_s=int(r["window_s"]),
                pairs=int(r["pairs"]),
                by_chance=None if r.get("pairs_shift") is None else float(r["pairs_shift"]),
            )
            for r in sorted(done, key=lambda r: int(r["window_s"]))
        ),
    )
