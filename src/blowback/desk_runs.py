"""Running an analysis over a case: steps, tables, findings, and a line in runs.jsonl whatever happens."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from blowback import __version__
from blowback.analyses import analysis_of
from blowback.case import judgements
from blowback.case.atomic import append_line, disk, sync_folder, uninterrupted, write_whole
from blowback.case.case import Case
from blowback.case.ledger import now
from blowback.case.lines import objects_in
from blowback.dossier.runs import latest_runs
from blowback.engine import CountsCoactions, Engine, open_engine
from blowback.errors import AnalysisFailed, BlowbackError, UnknownName
from blowback.model.analysis import Analysis, Frames, Judged, Output, Params, Progress
from blowback.model.finding import Finding
from blowback.model.ids import json_digest, short_id, table_digest
from blowback.model.judgement import OUTPUT_JUDGEMENTS
from blowback.tools.words import plural


@dataclass(frozen=True, slots=True)
class Settings:
    """Which engine, and what it may use."""

    engine: str = "duckdb"
    memory: str | None = None
    threads: int | None = None
    master: str | None = None  # of Spark; None leaves it to Spark's own configuration


@dataclass(frozen=True, slots=True)
class Result:
    """What one run left behind."""

    run: str
    analysis: str
    engine: str
    tables: Mapping[str, str]  # output -> path of its Parquet
    digests: Mapping[str, str]
    findings: tuple[Finding, ...]
    seconds: float
    cpu_seconds: float
    peak_mb: float

    def table(self, name: str) -> pa.Table:
        """One output as Arrow; `polars.from_arrow(...)` and `.to_pandas()` take it from there.

        Raises:
            UnknownName: the run left no such table.
        """
        if name not in self.tables:
            raise UnknownName(f"the run has no table {name!r}", hint=f"Its tables are: {', '.join(self.tables)}")
        return pq.read_table(self.tables[name])

    def __repr__(self) -> str:
        told = plural(len(self.findings), "finding")
        return (
            f"<run {self.run} of {self.analysis}: {told}; tables {', '.join(self.tables)}; "
            f"{self.seconds:.1f} s, {self.peak_mb:,.0f} MB>"
        )

    def as_dict(self) -> dict[str, Any]:
        """As `blowback analyse --json` prints it."""
        return {**asdict(self), "tables": dict(self.tables), "findings": len(self.findings)}


def computed(
    case: Case,
    analysis: Analysis,
    params: Params,
    settings: Settings,
    progress: Progress,
    *,
    until: int | None = None,
    beside: Mapping[str, str] | None = None,
) -> tuple[Engine, dict[str, pa.Table], list[Finding]]:
    """Mount, step, refine, judge: nothing is written. Findings carry no stamp yet; the engine is closed, its name known.

    `until`: look at the case as it was when its manifest had so many lines. `beside`: runs of other analyses that it
    takes into account, by analysis.
    """
    spill = case.path / f".desk.{os.getpid()}.spill"
    engine = open_engine(
        settings.engine, memory=settings.memory, threads=settings.threads, spill=spill, master=settings.master
    )
    try:
        engine.mount(case.tables(until))
        for number, step in enumerate(analysis.steps):
            progress(f"{analysis.id}: {step.asks or step.name}", number / (len(analysis.steps) + 1))
            engine.step(step, params)
        frames = {step.name: engine.fetch(step.name) for step in analysis.steps}
        frames |= frames_beside(case, analysis, beside or {})
        outputs = refined(analysis, frames, params, progress, engine)
    finally:
        engine.close()
        shutil.rmtree(spill, ignore_errors=True)
    findings = list(analysis.judge(Judged({**frames, **outputs}, params)))
    return engine, {o.name: outputs[o.name] for o in analysis.outputs}, findings


def runs_beside(case: Case, analysis: Analysis) -> dict[str, str]:
    """The latest run of each analysis that this one takes into account, by analysis; those never run are left out.

    Under "case" stands how many judgements of people the case holds: the first so many are what the run sees.
    """
    wanted = {name for name, _ in analysis.beside}
    found = {r.analysis: r.id for r in latest_runs(case) if r.analysis in wanted and r.outcome == "done"}
    return {**found, "case": str(judgements.count(case))} if "case" in wanted else found


def frames_beside(case: Case, analysis: Analysis, runs: Mapping[str, str]) -> dict[str, pa.Table]:
    """Their outputs as "analysis.output", in the columns declared today; no rows where there was no such run."""
    frames = {}
    for name, output in analysis.beside:
        declared = output_beside(name, output)
        if name == "case":
            frames[f"{name}.{output}"] = judgements.judgements_frame(case, int(runs.get(name, 0)))
            continue
        path = case.path / "signals" / name / runs.get(name, "none") / f"{output}.parquet"
        there = path.is_file() and set(declared.arrow.names) <= set(pq.read_schema(path).names)
        table = pq.read_table(path, columns=declared.arrow.names) if there else declared.arrow.empty_table()
        frames[f"{name}.{output}"] = table
    return frames


def output_beside(name: str, output: str) -> Output:
    """What an entry of `Analysis.beside` names: an output of another analysis, or the judgements of people in the case."""
    if (name, output) == ("case", OUTPUT_JUDGEMENTS.name):
        return OUTPUT_JUDGEMENTS
    return next(o for o in analysis_of(name).outputs if o.name == output)


def refined(
    analysis: Analysis, frames: Frames, params: Params, progress: Progress, engine: Engine
) -> dict[str, pa.Table]:
    """What `refine` makes of the frames; an engine that counts co-actions itself is asked to, if the analysis can ask."""
    if analysis.spread and isinstance(engine, CountsCoactions):
        return dict(analysis.spread(frames, params, progress, engine.coactions))
    return dict(analysis.refine(frames, params, progress)) if analysis.refine else dict(frames)


def stamped(finding: Finding, run: str, engine: str, digests: Mapping[str, str]) -> Finding:
    """The finding with its run, engine, code version, table digests and its own digest."""
    whole = replace(finding, tables=dict(digests), run=run, engine=engine, code=f"blowback {__version__}")
    return replace(whole, digest=json_digest(whole.core()))


def run(case: Case, analysis: Analysis, params: Params, settings: Settings, progress: Progress) -> Result:
    """Run an analysis and record it.

    Raises:
        AnalysisFailed, EngineError, StorageError: it stopped; the run is recorded with the reason.
        CaseLocked: another process writes to the case.
    """
    with case.lock():
        started, clock = now(), (time.monotonic(), _cpu())
        name = short_id("R", analysis.id, started, os.getpid())
        folder = case.path / "signals" / analysis.id / f"{name}.partial"
        entry: dict[str, Any] = {
            "run": name, "analysis": analysis.id, "version": analysis.version, "params": dict(params), "started": started,
            "code": f"blowback {__version__}", "python": platform.python_version(), "manifest": case.manifest.chain.head().hash,
        }  # fmt: skip
        if analysis.beside:
            entry["beside"] = runs_beside(case, analysis)
        _begin(case, folder, entry)
        try:
            engine, outputs, findings = computed(case, analysis, params, settings, progress, beside=entry.get("beside"))
            progress(f"{analysis.id}: writing", 1.0)
            digests = _write(folder, analysis, params, outputs)
        except (KeyboardInterrupt, BlowbackError, MemoryError) as error:
            with uninterrupted():
                _fail(case, folder, entry, error, clock)
            raise
        except Exception as error:
            _fail(case, folder, entry, error, clock)
            raise AnalysisFailed(
                f"{analysis.id} stopped: {type(error).__name__}: {error}",
                hint="The run is recorded in runs.jsonl. This is a defect: please report it with that line",
            ) from error
        with uninterrupted(after=False):  # what is computed is kept: Ctrl-C comes too late here
            done = folder.with_suffix("")
            with disk(done):
                folder.replace(done)
                sync_folder(done.parent)
            marked = tuple(stamped(f, name, engine.name, digests) for f in findings)
            return _acknowledge(case, analysis, done, (entry, engine.name, digests, marked, clock))


def _begin(case: Case, folder: Path, entry: Mapping[str, Any]) -> None:
    """Clear what kills left, and put down what is about to run, so that a kill shows."""
    for old in _left(case):
        shutil.rmtree(old, ignore_errors=True)
    _settle(case)
    for old in case.path.glob(".*.new"):  # what a kill left of a file written aside
        old.unlink(missing_ok=True)
    with disk(folder):
        folder.mkdir(parents=True)
    write_whole(folder / "run.json", orjson.dumps(entry))


def _settle(case: Case) -> None:
    """Runs that were acknowledged, but killed before the ledger had their line, get it now."""
    told = {str(entry.get("run")) for entry in case.ledger.entries()}
    for _, entry in objects_in(case.path / "runs.jsonl"):
        if str(entry.get("run")) in told:
            continue
        folder = case.path / "signals" / str(entry.get("analysis")) / str(entry.get("run"))
        files = [p.relative_to(case.path) for p in sorted(folder.iterdir())] if folder.is_dir() else []
        named = [p for p in ("runs.jsonl", "findings.jsonl") if (case.path / p).is_file()]
        case.ledger.append(
            "analyse", analysis=str(entry.get("analysis")), run=str(entry.get("run")), outcome=str(entry.get("outcome")),
            args=entry.get("params", {}), settled=True, out=case.digests([*named, *files]),
        )  # fmt: skip


def _write(folder: Path, analysis: Analysis, params: Params, outputs: Mapping[str, pa.Table]) -> dict[str, str]:
    with disk(folder):
        for name, table in outputs.items():
            pq.write_table(table, folder / f"{name}.parquet", compression="zstd", compression_level=1)
    sql = "\n\n".join(f"-- step {s.name}: {s.asks}\n{s.sql.strip()};" for s in analysis.steps)
    write_whole(folder / "steps.sql", sql.encode() + b"\n")
    write_whole(folder / "params.json", orjson.dumps(dict(params), option=orjson.OPT_INDENT_2))
    return {name: table_digest(table) for name, table in outputs.items()}


def _acknowledge(case: Case, analysis: Analysis, done: Path, made: tuple[Any, ...]) -> Result:
    entry, engine, digests, findings, clock = made
    seconds, cpu = time.monotonic() - clock[0], _cpu() - clock[1]
    result = Result(
        entry["run"], analysis.id, engine, {n: str(done / f"{n}.parquet") for n in digests}, digests, findings,
        round(seconds, 3), round(cpu, 3), _peak(),
    )  # fmt: skip
    for finding in findings:
        append_line(case.path / "findings.jsonl", orjson.dumps(finding.as_dict()))
    facts = {
        **entry, "engine": engine, "outcome": "ok", "tables": digests, "findings": [f.id for f in findings],
        "seconds": result.seconds, "cpu_seconds": result.cpu_seconds, "peak_mb": result.peak_mb,
    }  # fmt: skip
    append_line(case.path / "runs.jsonl", orjson.dumps(facts))
    named = [p for p in ("runs.jsonl", "findings.jsonl") if (case.path / p).is_file()]
    files = [p.relative_to(case.path) for p in sorted(done.iterdir())]
    case.ledger.append(
        "analyse", analysis=analysis.id, run=entry["run"], args=entry["params"], out=case.digests([*named, *files])
    )
    return result


def _fail(case: Case, folder: Path, entry: Mapping[str, Any], error: BaseException, clock: tuple[float, float]) -> None:
    """A failing analysis is a recorded outcome, never a silent skip."""
    shutil.rmtree(folder, ignore_errors=True)
    outcome = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
    facts = {
        **entry, "outcome": outcome, "reason": str(error) or type(error).__name__,
        "seconds": round(time.monotonic() - clock[0], 3), "cpu_seconds": round(_cpu() - clock[1], 3), "peak_mb": _peak(),
    }  # fmt: skip
    append_line(case.path / "runs.jsonl", orjson.dumps(facts))
    case.ledger.append(
        "analyse", analysis=entry["analysis"], run=entry["run"], outcome=outcome, args=entry["params"],
        out=case.digests(["runs.jsonl"]),
    )  # fmt: skip


def unfinished(case: Case) -> list[str]:
    """Runs that a kill stopped, in plain sentences."""
    return [f"A run of {f.parent.name} was not finished; run it again, nothing of it counts." for f in _left(case)]


def _left(case: Case) -> list[Path]:
    """Folders of runs that no line of runs.jsonl acknowledges."""
    known = {str(entry.get("run")) for _, entry in objects_in(case.path / "runs.jsonl")}
    return sorted(f for f in (case.path / "signals").glob("*/*") if f.is_dir() and f.name not in known)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
