"""The one API that the command line, notebooks and (later) the web app share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from blowback import desk_evidence, desk_params, desk_runs
from blowback.analyses import ANALYSES, analysis_of, evidence_noun
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.lines import objects_in
from blowback.case.problem import Problem
from blowback.case.pseudonyms import Revealed, reveal
from blowback.case.receipt import Receipt
from blowback.case.seal import verify
from blowback.desk_runs import Result, Settings
from blowback.dossier.publish import publish
from blowback.dossier.runs import findings_of, latest_runs, readable
from blowback.errors import UnknownName
from blowback.model.analysis import Progress
from blowback.model.finding import Finding
from blowback.model.ids import table_digest
from blowback.model.tables import TABLES
from blowback.sources.source import Options

if TYPE_CHECKING:
    from blowback.desk_blocking import Imported
    from blowback.desk_raw import RawRecord

FIRST_LOOK: tuple[str, ...] = tuple(ANALYSES)


def _quiet(_what: str, _share: float) -> None:
    """Progress nobody watches."""


class Desk:
    """An open case and what can be done with it.

    >>> case = blowback.open_case("mycase")  # doctest: +SKIP
    >>> case.analyse("coordination", kind="repost", window="60s")  # doctest: +SKIP
    """

    def __init__(self, path: Path | str, *, settings: Settings | None = None) -> None:
        self.case = Case.open(path)
        self.settings = settings or Settings()

    def __repr__(self) -> str:
        receipts = self.case.receipts()
        posts = sum(int(r.get("kept", 0)) for r in receipts)
        told = (
            f"<case {self.case.path.name}: {len(receipts)} exhibits, {posts:,} records kept, {len(self.runs())} runs>"
        )
        return told + "".join(f"\n  {left}" for left in self.unfinished())

    @property
    def path(self) -> Path:
        """The case folder."""
        return self.case.path

    def ingest(
        self,
        *paths: Path | str,
        format: str | None = None,  # noqa: A002  # the command line's word
        mapping: Mapping[str, str] | None = None,
        time_zone: str | None = None,
        options: Options | None = None,
        reference: bool = False,
        report: Report | None = None,
    ) -> Receipt:
        """Take files into the case: `case.ingest("posts.csv", mapping={"account": "user_id", "time": "ts"})`.

        Args:
            paths: export files.
            format: the source's id, where detection should not decide.
            mapping: column of a table for each field, as `--map`.
            time_zone: IANA name for times without a zone.
            options: all that the command line can say; the three before override it.
            reference: keep the hash of the file instead of a copy.
            report: called with the progress.

        Raises:
            See `case.intake.ingest`.
        """
        given = options or Options()
        given = replace(
            given,
            source=format or given.source,
            mapping=mapping if mapping is not None else given.mapping,
            zone=time_zone or given.zone,
        )
        return ingest(self.case, paths, given, reference=reference, report=report)

    def analyse(self, name: str, *, progress: Progress = _quiet, **given: Any) -> Result:  # noqa: ANN401
        """Run an analysis with the given options, the rest by default.

        Raises:
            UnknownName: no such analysis or option.
            UsageError: a value is out of bounds.
            AnalysisFailed, EngineError: it stopped; the run is recorded with the reason.
        """
        analysis = analysis_of(name)
        return desk_runs.run(self.case, analysis, desk_params.read(analysis, given), self.settings, progress)

    def blocking_import(self, *paths: Path | str, **how: Any) -> Imported:  # noqa: ANN401
        """Take measurements, lists of targets, fingerprints and pages into the case; see `desk_blocking.take_files`."""
        from blowback import desk_blocking  # noqa: PLC0415  # a second of loading that other commands do not need

        return desk_blocking.take_files(self.case, paths, **how)

    def blocking_judge(self, *, progress: Progress = _quiet, **given: Any) -> Result:  # noqa: ANN401
        """Judge what was measured: tables verdicts, cells, brackets and more, and findings."""
        return self.analyse("blocking", progress=progress, **given)

    def blocking_moves(self, *, progress: Progress = _quiet, **given: Any) -> Result:  # noqa: ANN401
        """Hold the links of posts against what the judge bracketed (judged first where the case has grown since)."""
        from blowback import desk_blocking_audit  # noqa: PLC0415  # the same

        desk_blocking_audit.judged_now(self.case, lambda: self.blocking_judge(progress=progress))
        return self.analyse("moves", progress=progress, **given)

    def blocking_audit(self, rationale: Path | str | None = None, **asked: Any) -> dict[str, Any]:  # noqa: ANN401
        """Hold a stated reason, or a sentence's numbers, against the verdicts; see `desk_blocking_audit.Asked`."""
        from blowback import desk_blocking_audit  # noqa: PLC0415  # the same

        wanted = desk_blocking_audit.Asked(Path(rationale) if rationale else None, **asked)
        return desk_blocking_audit.run(self.case, wanted, self.blocking_judge)

    def blocking_rationale(self, path: Path | str) -> dict[str, Any]:
        """Write a stated reason into the ledger, before or after judging; the ledger shows which."""
        from blowback import desk_blocking_audit  # noqa: PLC0415  # the same

        held = desk_blocking_audit.register(self.case, Path(path))
        return {k: v for k, v in held.items() if k != "reason"}

    def findings(self) -> list[Finding]:
        """The findings of the latest run of each analysis and parameter set; earlier runs are superseded."""
        return findings_of(self.case, latest_runs(self.case))

    def finding(self, name: str) -> Finding:
        """One finding by its id (or a beginning of it that only one has).

        Raises:
            UnknownName: none, or several.
        """
        found = [f for f in self.findings() if f.id.startswith(name)]
        if len(found) != 1:
            what = "several findings begin" if found else "no finding begins"
            raise UnknownName(f"{what} with {name!r}", hint="`blowback findings CASE` lists them")
        return found[0]

    def table(self, name: str) -> pa.Table:
        """A canonical table as Arrow; `.to_pandas()` and `polars.from_arrow` take it from there."""
        parts = self.case.tables()
        if name not in parts:
            raise UnknownName(f"no table is called {name!r}", hint=f"Tables are: {', '.join(parts)}")
        empty = TABLES[name].arrow.empty_table()
        return pa.concat_tables([pq.read_table(p) for p in parts[name]]) if parts[name] else empty

    def signal(self, run: str, output: str) -> pa.Table:
        """An output table of a run."""
        found = sorted((self.path / "signals").glob(f"*/{run}*/{output}.parquet"))
        if len(found) != 1:
            raise UnknownName(f"no output {output!r} of run {run!r}", hint="Look into the folder signals/ of the case")
        return pq.read_table(found[0])

    def evidence(self, name: str) -> pa.Table:
        """The posts behind a finding in order of time: id, account, time, text, object where known, and the way back.

        Where the analysis names other evidence than posts, it is lookups and fetches: the server or path in place of the account.
        """
        finding = self.finding(name)
        if evidence_noun(finding.analysis) != "post":
            from blowback import desk_blocking  # noqa: PLC0415  # the same

            return desk_blocking.evidence(self.case, finding.evidence)
        connection = duckdb.connect()
        connection.register("wanted", pa.table({"post_id": pa.array(finding.evidence, pa.string())}))
        posts = [str(p) for p in self.case.tables()["posts"]]
        exhibits = {e.exhibit.sha256: e.exhibit.name for e in self.case.manifest.entries()}
        connection.register("names", pa.table({"exhibit": list(exhibits), "file": list(exhibits.values())}))
        return connection.execute(
            "SELECT p.post_id, p.account_id, p.posted_at, p.clock, p.kind, p.text, n.file, p.record_no, p.line,"
            " p.byte_start, p.byte_len, p.record_hash, p.exhibit FROM read_parquet($posts) p JOIN wanted USING (post_id)"
            " LEFT JOIN names n USING (exhibit) ORDER BY p.posted_at, p.post_id",
            {"posts": posts},
        ).to_arrow_table()

    def raw(self, name: str, nth: int | None = None) -> Iterator[RawRecord]:
        """The records behind a finding as their files have them, byte for byte, each checked against its hash.

        Args:
            name: id of a finding (or a beginning of it that only one has), or one piece of its evidence.
            nth: that one alone, 1-based in the order of `evidence`; all of them unless given.

        Raises:
            See `desk_raw.records`.
        """
        from blowback import desk_raw  # noqa: PLC0415  # the same

        if desk_raw.is_reply(name):
            return desk_raw.of_reply(self.case, name)
        return desk_raw.records(self.case, self.evidence(name), nth)

    def coactions(
        self, what: str, other: str | None = None, *, kind: str | None = None, window: str | float | None = None
    ) -> pa.Table:
        """Every co-action behind a finding, a group or two accounts: object, posts, times, and the way back.

        Args:
            what: id of a finding or group, or the first account.
            other: the second account.
            kind: this kind of mark alone.
            window: for two accounts: the largest time between two posts, such as "60s".

        Raises:
            See `desk_evidence.coactions`.
        """
        seconds = None if window is None else desk_params.seconds("--window", str(window))
        return desk_evidence.coactions(self.case, what, other, kind=kind, window_s=seconds)

    def reproduce(self, name: str, *, progress: Progress = _quiet) -> dict[str, Any]:
        """Run again what a finding came from, on the exhibits of that time, and compare; no table or line is written.

        Returns:
            `{finding, equal, digest, again, tables: {output: equal}, exhibits, why}`: `again` is None where it is not
            found again, `exhibits` how many were looked at, `why` a sentence where it is not equal.
        """
        finding = self.finding(name)
        analysis = analysis_of(finding.analysis)
        entry = next(r for r in latest_runs(self.case) if r.id == finding.run).entry
        lines = self.case.manifest.chain.line_of(str(entry.get("manifest", "")))
        engine, outputs, findings = desk_runs.computed(
            self.case, analysis, dict(finding.parameters), self.settings, progress, until=lines,
            beside=entry.get("beside"),
        )  # fmt: skip
        digests = {n: table_digest(t) for n, t in outputs.items()}
        same = {n: digests.get(n) == d for n, d in finding.tables.items()}
        again = next((desk_runs.stamped(f, "", engine.name, digests) for f in findings if f.id == finding.id), None)
        # the digest is what the case says of it; the words and numbers beside it are held to what comes out now as well
        told = again is not None and readable(again).core() == finding.core()
        equal = again is not None and told and again.digest == finding.digest and all(same.values())
        return {
            "finding": finding.id, "equal": equal, "digest": finding.digest, "again": again.digest if again else None,
            "tables": same, "exhibits": len(self.case.tables(lines)["exhibits"]),
            "why": "" if equal else _why(entry.get("version"), analysis.version, same, found=again is not None),
        }  # fmt: skip

    def dossier(self) -> Path:
        """Write a dossier of what the case holds now; returns the path of its page."""
        return publish(self.case)

    def verify(self, *, head: str | None = None, report: Report | None = None) -> list[Problem]:
        """Every hash and every ledger line; empty when all is as it was.

        Args:
            head: a head of the ledger that was noted elsewhere; a problem where that line is gone.
            report: called with the progress.
        """
        found = verify(self.case, report=report)
        if head is not None and self.case.ledger.chain.line_of(head) is None:
            step = "The ledger was cut or written anew since: compare with an older copy of the case"
            found.append(Problem(f"No line has the noted hash {head}", "ledger.jsonl", step))
        return found

    def reveal(self, token: str, *, reason: str) -> list[Revealed]:
        """What a pseudonym stands for, for the holder of the key; the ledger gets a line first."""
        return reveal(self.case, token, reason=reason)

    def unfinished(self) -> list[str]:
        """What a kill or a full disk left undone, in plain sentences."""
        return [*self.case.unfinished(), *desk_runs.unfinished(self.case)]

    def runs(self) -> list[Mapping[str, Any]]:
        """Every recorded run, failed ones too, in order."""
        return [entry for _, entry in objects_in(self.path / "runs.jsonl")]


def _why(then: object, now: int, same: Mapping[str, bool], *, found: bool) -> str:
    """Why a finding did not come out the same."""
    if then is not None and then != now:
        return f"the run was made by version {then} of the analysis; this program has version {now}"
    if differ := [n for n, s in same.items() if not s]:
        return f"tables that differ: {', '.join(differ)}"
    return "its sentence or numbers differ" if found else "it is not found again"


def open_case(path: Path | str) -> Desk:
    """Open a case.

    Raises:
        NotACase: the folder holds none.
    """
    return Desk(path)


def new_case(path: Path | str, *, pseudonyms: bool = True, title: str | None = None) -> Desk:
    """Make a case and open it.

    Raises:
        NotACase: something is there already.
    """
    Case.new(path, pseudonyms, title=title)
    return Desk(path)
