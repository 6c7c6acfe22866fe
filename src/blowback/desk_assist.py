"""`assist`: a language model looks at claims that wait for review. Off unless called; what it says is a suggestion."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from blowback import __version__
from blowback.case.atomic import append_line, disk, file_hash, sync_folder, uninterrupted, write_whole
from blowback.case.case import Case
from blowback.case.judgements import judgements_of
from blowback.case.ledger import now
from blowback.desk_review_queue import pending
from blowback.desk_review_rows import Read, Row, candidates_of, latest
from blowback.dossier.runs import latest_runs
from blowback.errors import InputError
from blowback.hooks import prompt, suggestions
from blowback.hooks.answers import FILE, Answers, answers_in
from blowback.hooks.checks import Given
from blowback.hooks.client import Server, server_at
from blowback.hooks.consult import Asked, consulted
from blowback.model.analysis import Progress
from blowback.model.ids import short_id, table_digest
from blowback.model.judgement import agree, changed, in_force

KEY: Final = "BLOWBACK_ASSIST_KEY"  # environment: key of a server that wants one; it is written nowhere
LOCAL: Final = "http://127.0.0.1:8080/v1"


@dataclass(frozen=True, slots=True)
class Manner:
    """What is asked of whom.

    `translate`: translations of claims that are not in English instead of checks. `replay`: a file of answers; then no
    connection is opened. `sample`: claims drawn by lot instead of those that wait for review.
    """

    model: str
    base_url: str = LOCAL
    allow_remote: bool = False
    replay: Path | None = None
    limit: int = 50
    sample: int | None = None
    translate: bool = False
    timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Assisted:
    """What came of it: the run, how many claims got an answer, agreement, and what each check rejected."""

    run: str
    claims: int
    answered: int
    asked: int
    outcomes: Mapping[str, int]
    with_rules: Sequence[suggestions.Agreement]
    with_people: Sequence[suggestions.Agreement]
    rejected: Sequence[Row]
    missing: Mapping[str, int]
    table: str

    def as_dict(self) -> dict[str, Any]:
        """As `blowback assist --json` prints it."""
        return {
            "run": self.run, "claims": self.claims, "answered": self.answered, "asked": self.asked,
            "outcomes": dict(self.outcomes), "with_rules": [a.as_dict() for a in self.with_rules],
            "with_people": [a.as_dict() for a in self.with_people], "rejected": list(self.rejected),
            "missing": dict(self.missing), "table": self.table, "machine_made": True,
        }  # fmt: skip


def assist(case: Case, manner: Manner, progress: Progress = lambda _what, _share: None) -> Assisted:
    """Ask a model about claims of the latest run, hold its answers to the posts, and write what is left as suggestions.

    The case is locked only while the result is written. Ctrl-C keeps what was answered.

    Raises:
        UsageError: the server is on another machine and that was not allowed.
        UnknownName: the case has no claims run.
        InputError: nothing was answered at all; the run is recorded as failed.
    """
    kept = answers_in(manner.replay) if manner.replay else _kept(case)
    server: Server | None = None
    if manner.replay is None:
        server = server_at(manner.base_url, allow_remote=manner.allow_remote, key=os.environ.get(KEY, ""))
    read = latest(case)
    asked = _asked(case, read, manner)
    answers = Answers(kept, server, manner.timeout)
    started, clock, stopped = now(), time.monotonic(), False
    made: list[Row] = []
    what = "assist: translating" if manner.translate else "assist: checking"
    try:
        for some in consulted(
            asked, answers, manner.model, translate=manner.translate, told=lambda n: progress(what, n / len(asked))
        ):
            made += some
    except KeyboardInterrupt:
        stopped = True
    entry = {**_entry(manner, server, read, started), "seconds": round(time.monotonic() - clock, 3)}
    with uninterrupted():
        done = _written(case, entry, made, answers, stopped=stopped)
    if stopped:
        raise KeyboardInterrupt
    if asked and not any(a.content for a in answers.used.values()):
        faults = sorted({a.fault for a in answers.used.values() if a.fault}) or ["no claim could be asked about"]
        raise InputError(
            f"nothing was answered: {'; '.join(faults)}",
            hint=f"Start the server at {manner.base_url} and run the same command again; run {done} says how each was missed",
        )
    return _told(case, read, made, answers, len(asked), done)


def _asked(case: Case, read: Read, manner: Manner) -> list[Asked]:
    found = pending(case, sample=manner.sample)
    if manner.translate:
        found = [w for w in found if w.claim["lang"] != "en"]
    by_post: dict[str, list[Row]] = {}
    for claim in read.claims:
        by_post.setdefault(claim["post_id"], []).append(claim)
    out = []
    for one in found[: manner.limit]:
        span = (one.claim["span_start"], one.claim["span_end"])
        times = suggestions.known_times(by_post[one.claim["post_id"]])
        out.append(Asked(one.claim, Given(one.text, span, candidates_of(one.claim), times)))
    return out


def _kept(case: Case) -> dict[str, str]:
    """Answers of earlier runs, so that the same thing is never asked twice."""
    found: dict[str, str] = {}
    for run in latest_runs(case):
        if run.analysis == "assist" and (run.folder / FILE).is_file():
            found |= answers_in(run.folder / FILE)
    return found


def _entry(manner: Manner, server: Server | None, read: Read, started: str) -> dict[str, Any]:
    params = {
        "model": manner.model, "translate": manner.translate, "limit": manner.limit, "sample": manner.sample or 0,
        "server": server.base_url if server else "", "remote": bool(server and server.remote),
        "prompt": prompt.prompt_hash("translate" if manner.translate else "check"), "seed": prompt.SEED, "temperature": 0,
        "replay": file_hash(manner.replay) if manner.replay else "",
    }  # fmt: skip
    return {
        "run": short_id("R", "assist", started, os.getpid()), "analysis": "assist", "version": 1, "params": params,
        "started": started, "code": f"blowback {__version__}", "claims_run": read.run.id,
    }  # fmt: skip


def _written(case: Case, entry: dict[str, Any], made: list[Row], answers: Answers, *, stopped: bool) -> str:
    """The run's folder, its line in runs.jsonl and in the ledger; returns its id."""
    table = pa.Table.from_pylist(made, suggestions.OUTPUT_SUGGESTIONS.arrow)
    failed = not any(a.content for a in answers.used.values()) and bool(made)
    with case.lock():
        done = case.path / "signals" / "assist" / entry["run"]
        aside = done.with_name(f"{done.name}.partial")
        with disk(aside):
            aside.mkdir(parents=True)
            pq.write_table(table, aside / "suggestions.parquet", compression="zstd")
        lines = [suggestions.as_json(line) for line in answers.lines()]
        write_whole(aside / FILE, b"".join(line + b"\n" for line in lines))
        with disk(done):
            aside.replace(done)
            sync_folder(done.parent)
        outcome = "interrupted" if stopped and not lines else "failed" if failed else "ok"
        facts = {
            **entry, "outcome": outcome, "tables": {"suggestions": table_digest(table)}, "findings": [],
            "asked": sum(a.how == "asked" for a in answers.used.values()), "stopped": stopped,
        }  # fmt: skip
        append_line(case.path / "runs.jsonl", orjson.dumps(facts))
        files = [p.relative_to(case.path) for p in sorted(done.iterdir())]
        case.ledger.append(
            "assist", analysis="assist", run=entry["run"], args=entry["params"], outcome=outcome, asked=facts["asked"],
            answers=len(lines), out=case.digests(["runs.jsonl", *files]),
        )  # fmt: skip
    return str(entry["run"])


def _told(case: Case, read: Read, made: list[Row], answers: Answers, claims: int, run: str) -> Assisted:
    outcomes: dict[str, int] = {}
    missing: dict[str, int] = {}
    for row in made:
        outcomes[row["outcome"]] = outcomes.get(row["outcome"], 0) + 1
        if row["outcome"] == "missing":
            missing[row["detail"]] = missing.get(row["detail"], 0) + 1
    return Assisted(
        run, claims, claims - sum(missing.values()), sum(a.how == "asked" for a in answers.used.values()),
        dict(sorted(outcomes.items())), suggestions.with_rules(made), suggestions.with_people(made, truths(case, read)),
        suggestions.rejections(made), dict(sorted(missing.items())), f"signals/assist/{run}/suggestions.parquet",
    )  # fmt: skip


def truths(case: Case, read: Read) -> dict[str, Row]:
    """Claims on which people decided, as they left them."""
    out: dict[str, Row] = {}
    for claim_id, some in in_force(judgements_of(case)).items():
        if agree(some) and claim_id in read.by_id:
            last = some[-1]
            out[claim_id] = changed(dict(last.reading), last.decision, last.set)
    return out


def replay_of(case: Case, run: str) -> Path:
    """The file of answers of a run: what `replay` takes."""
    return case.path / "signals" / "assist" / run / FILE
