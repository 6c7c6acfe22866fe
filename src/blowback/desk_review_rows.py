"""What a reviewer looks at: claims of the latest run, their texts, verdicts, clusters, and what a model suggested."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.case.case import Case
from blowback.dossier.runs import Run, latest_runs
from blowback.errors import UnknownName
from blowback.model.judgement import claim_digest

Row = dict[str, Any]
_OF_EVENTS: Final = ("claims.verdict.weak.", "claims.verdict.used.")


@dataclass(frozen=True)
class Read:
    """The latest run of the claims analysis, as far as a review needs it; tables are read when they are asked for."""

    case: Case
    run: Run
    claims: Sequence[Row] = field(repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """Claims by id."""
        return {c["claim_id"]: c for c in self.claims}

    @cached_property
    def zone(self) -> str:
        """Zone of the posts' days, as the run had it."""
        rows = self.rows("summary")
        return str(rows[0].get("zone") or "UTC") if rows else "UTC"

    @cached_property
    def posts_of(self) -> Mapping[str, int]:
        """Cluster -> its posts."""
        return {r["cluster_id"]: int(r["n_posts"]) for r in self.rows("clusters")}

    @cached_property
    def unsettled(self) -> Mapping[str, tuple[str, bool]]:
        """Cluster -> why its verdict needs review, by event source, and whether it is only how few or many events there are.

        Such a verdict (chance would match as well, or the events answer other clusters) hangs on no reading of the words.
        """
        found: dict[str, dict[str, tuple[str, bool]]] = {}
        for row in self.rows("verdicts"):
            if row.get("verdict") == "needs_review" and row.get("cluster_id"):
                source = str(row.get("event_source") or "event data")
                why = f"{source}: {row['reason']}" if row.get("reason") else source
                found.setdefault(row["cluster_id"], {})[why] = why, str(row.get("rule", "")).startswith(_OF_EVENTS)
        return {c: ("; ".join(sorted(s)), all(weak for _, weak in s.values())) for c, s in found.items()}

    @cached_property
    def suggestions(self) -> Mapping[str, list[Row]]:
        """Claim -> what models made of it, while it is read as it was then; of each field and model the latest."""
        found: dict[str, dict[tuple[str, str], Row]] = {}
        for run in latest_runs(self.case):
            path = run.output("suggestions") if run.analysis == "assist" and run.outcome == "done" else None
            for row in pq.read_table(path).to_pylist() if path else ():
                claim = self.by_id.get(row["claim_id"])
                if claim is not None and row["outcome"] != "missing" and claim_digest(claim) == row["claim_digest"]:
                    found.setdefault(row["claim_id"], {})[row["field"], row["model"]] = row
        return {claim: list(rows.values()) for claim, rows in found.items()}

    def rows(self, output: str) -> list[Row]:
        """An output of the run; empty where it left none."""
        path = self.run.output(output)
        return pq.read_table(path).to_pylist() if path else []

    def texts(self, posts: Collection[str]) -> dict[str, str]:
        """Post id -> text as published."""
        return texts_of(self.case.tables()["posts"], posts)


def texts_of(parts: Sequence[Path], posts: Collection[str]) -> dict[str, str]:
    """Post id -> text as published, of the posts that are in these parts of the table and have a text."""
    wanted = pa.array(sorted(set(posts)), pa.string())
    out: dict[str, str] = {}
    for part in parts if posts else ():
        table = pq.read_table(part, columns=["post_id", "text"])
        held = table.filter(pc.and_(pc.is_in(table["post_id"], value_set=wanted), pc.is_valid(table["text"])))
        out |= dict(zip(held["post_id"].to_pylist(), held["text"].to_pylist(), strict=True))
    return out


def latest(case: Case, post: str | None = None) -> Read:
    """The latest run of the claims analysis; with `post`, the claims of that post alone.

    Raises:
        UnknownName: the case has none.
    """
    runs = [r for r in latest_runs(case) if r.analysis == "claims" and r.outcome == "done"]
    path = runs[-1].output("claims") if runs else None
    if path is None:
        raise UnknownName(
            "this case has no claims to review", hint=f"Run `blowback analyse {case.path.name} claims` first"
        )
    wanted = None if post is None else [("post_id", "=", post)]
    return Read(case, runs[-1], pq.read_table(path, filters=wanted).to_pylist())


def candidates_of(claim: Mapping[str, Any]) -> list[Row]:
    """The places that its name may mean, best first: id, name, lat, lon, radius_km, country, placetype, p."""
    found = orjson.loads(claim["place_candidates"] or "[]")
    return [c for c in found if isinstance(c, dict)] if isinstance(found, list) else []
