"""The runs a dossier rests on: of each analysis with the same parameters the latest, and their findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from blowback.case.case import Case
from blowback.case.lines import objects_in
from blowback.dossier.decode import decode
from blowback.dossier.shown import harmless
from blowback.errors import CustodyError
from blowback.model.finding import Finding, Ruling
from blowback.model.locator import Locator

ORDER = {"stands": 0, "explained": 1, "cannot_tell": 2, "context": 3}
DONE = frozenset({"done", "ok", "success", "complete", ""})


@dataclass(frozen=True, slots=True)
class Run:
    """One line of `runs.jsonl`, and the folder of its outputs."""

    id: str
    analysis: str
    folder: Path
    entry: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        """`done`, or what stopped it."""
        said = str(self.entry.get("outcome", ""))
        return "done" if said in DONE else said

    @property
    def parameters(self) -> Mapping[str, Any]:
        """As the run had them."""
        found = self.entry.get("parameters", self.entry.get("params", {}))
        return found if isinstance(found, dict) else {}

    def output(self, name: str) -> Path | None:
        """The Parquet of one output, where the run left it."""
        path = self.folder / f"{name}.parquet"
        return path if path.is_file() else None


def latest_runs(case: Case) -> tuple[Run, ...]:
    """The last run of each (analysis, parameters), in the order they ran; failed ones too, so that they are told."""
    latest: dict[tuple[str, bytes], Run] = {}
    for _, entry in objects_in(case.path / "runs.jsonl"):
        run, analysis = str(entry.get("run", "")), str(entry.get("analysis", ""))
        made = Run(run, analysis, case.path / "signals" / analysis / run, entry)
        key = (analysis, orjson.dumps(made.parameters, option=orjson.OPT_SORT_KEYS))
        if made.outcome != "done" and key in latest and latest[key].outcome == "done":
            continue  # a later failure does not take away an earlier result
        latest.pop(key, None)
        latest[key] = made
    return tuple(latest.values())


def findings_of(case: Case, runs: tuple[Run, ...]) -> list[Finding]:
    """The findings of these runs: groups that stand out, then those of which it cannot tell, then the rest; largest first.

    A finding stated twice counts once, as last stated.

    Raises:
        CustodyError: a line of `findings.jsonl` is not a finding.
    """
    path, wanted = case.path / "findings.jsonl", {r.id for r in runs}
    found: dict[str, Finding] = {}
    for number, entry in objects_in(path):
        if str(entry.get("run", "")) not in wanted:
            continue
        try:
            one = decode(Finding, entry)
            if "ruling" not in entry:  # a finding of a version before rulings had a field
                one = replace(one, ruling=_old_ruling(one))
        except (KeyError, TypeError, ValueError) as error:
            raise CustodyError(
                f"a finding cannot be read: {error}",
                hint="Run the analysis again; `blowback verify` says what was changed",
                at=Locator(path.name, line=number),
            ) from error
        found[one.id] = readable(one)
    return sorted(found.values(), key=lambda f: (ORDER[f.ruling], -len(f.subject.members), -f.evidence_total, f.id))


def _old_ruling(finding: Finding) -> Ruling:
    if not finding.subject.members:
        return "context"
    return "cannot_tell" if "cannot_tell" in finding.rule.split(".") else "stands"


def readable(finding: Finding) -> Finding:
    """A finding with its links defanged, as it is shown everywhere."""
    counter = tuple(harmless(c) for c in finding.counter_evidence)
    return replace(finding, says=harmless(finding.says), counter_evidence=counter)
