"""Conformance checks that any analysis or source, built in or a third party's, must pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from blowback.desk_params import read
from blowback.desk_runs import output_beside
from blowback.engine import open_engine
from blowback.engine.grammar import check
from blowback.model.analysis import Analysis, Judged, Step
from blowback.model.finding import Finding
from blowback.model.ids import json_digest, table_digest
from blowback.model.staged import STAGED
from blowback.model.tables import TABLES
from blowback.sources.source import Cursor, Head, Options, Source

_AT = dt.datetime(2014, 6, 9)  # noqa: DTZ001  # zone-less UTC is the house form


def _posts(count: int) -> dict[str, pa.Table]:
    """Small canonical posts and marks: right-to-left text, nulls where they are allowed, doubled values."""
    posts, marks = [], []
    for n in range(count):
        at = _AT + dt.timedelta(seconds=37 * n)
        post = {"post_id": f"x:p{n}", "account_id": f"x:a{n % 5}"}
        posts.append({
            **post, "platform": "x", "posted_at": at, "clock": "exact", "kind": "post", "text": "مرحبا" if n % 2 else None,
            "exhibit": "0" * 64, "record_no": n + 1,
        })  # fmt: skip
        marks += [
            {**post, "posted_at": at, "kind": kind, "value": f"v{n % 7}", "position": 0, "carried": False}
            for kind in ("repost", "hashtag", "text")
        ]
    return {
        "posts": pa.Table.from_pylist(posts, TABLES["posts"].arrow),
        "marks": pa.Table.from_pylist(marks, TABLES["marks"].arrow),
    }


def played(
    analysis: Analysis,
    tables: Mapping[str, pa.Table],
    *,
    beside: Mapping[str, pa.Table] | None = None,
    **given: Any,  # noqa: ANN401  # as typed
) -> tuple[dict[str, pa.Table], list[Finding]]:
    """(outputs, findings) of an analysis over canonical tables in memory, on DuckDB, without a case.

    Args:
        analysis: what is run.
        tables: canonical tables by name; those left out are empty.
        beside: outputs of other analyses as "analysis.output", and "case.judgements"; those left out are empty.
        given: options, the rest by default.

    Raises:
        UnknownName, UsageError: an option is none, or out of bounds.
    """
    params = read(analysis, given)
    engine = open_engine()
    try:
        with TemporaryDirectory() as folder:
            paths = {}
            for name, table in tables.items():
                paths[name] = [Path(folder) / f"{name}.parquet"]
                pq.write_table(table, paths[name][0])
            engine.mount(paths)
            for step in analysis.steps:
                engine.step(step, params)
            frames = {s.name: engine.fetch(s.name) for s in analysis.steps}
            for name, output in analysis.beside:
                empty = output_beside(name, output).arrow.empty_table()
                frames[f"{name}.{output}"] = (beside or {}).get(f"{name}.{output}", empty)
    finally:
        engine.close()
    out = dict(analysis.refine(frames, params, lambda _what, _share: None)) if analysis.refine else dict(frames)
    return out, list(analysis.judge(Judged({**frames, **out}, params)))


def _outcome(analysis: Analysis, tables: dict[str, pa.Table]) -> tuple[dict[str, str], list[str]]:
    """Digests of every output and finding with default parameters on DuckDB."""
    out, findings = played(analysis, tables)
    for output in analysis.outputs:
        names = [c.name for c in output.columns]
        assert out[output.name].column_names == names, f"{output.name} yields other columns than it declares"  # noqa: S101
    rules = {r.id for r in analysis.rules}
    assert {f.rule for f in findings} <= rules, "a finding names a rule that the analysis does not declare"  # noqa: S101
    digests = {o.name: table_digest(out[o.name]) for o in analysis.outputs}
    return digests, sorted(json_digest(f.core()) for f in findings)


def rehearse(analysis: Analysis) -> None:
    """Run it once over a small made-up case: what it compiles at first use is ready afterwards."""
    played(analysis, _posts(60))


def check_analysis(analysis: Analysis) -> None:
    """Gate, empty tables, one row, nulls, right-to-left text, duplicates; shuffled input gives the same digests.

    Raises:
        AssertionError, GateRefusal: what does not hold.
    """
    assert analysis.cannot_show, "an analysis says what it cannot show"  # noqa: S101
    earlier: dict[str, Step] = {}
    for step in analysis.steps:
        check(step, earlier)
        earlier[step.name] = step
    for count in (0, 1, 60):
        tables = _posts(count)
        first = _outcome(analysis, tables)
        backwards = {n: t.take(list(range(t.num_rows - 1, -1, -1))) if t.num_rows else t for n, t in tables.items()}
        assert _outcome(analysis, backwards) == first, f"shuffled input of {count} posts gives other digests"  # noqa: S101


def check_source(source: Source, path: Path, head: Head, options: Options | None = None) -> None:
    """Batches have the staged schema, every counted item an entry, and reading goes on from any cursor.

    Raises:
        AssertionError: what does not hold.
    """
    opened = source.open(path, head, options or Options())
    batches = list(opened.batches(Cursor()))
    for batch in batches:
        assert batch.staged.schema.equals(STAGED), "staged rows have another schema"  # noqa: S101
        entries = batch.staged.column("entry").to_pylist()
        assert batch.read == sum(e in ("post", "removal", "aside") for e in entries), "the receipt would not add up"  # noqa: S101
    if batches:
        assert list(opened.batches(batches[-1].cursor)) == [], "reading past the end yields more"  # noqa: S101
