"""The posts behind each finding, as one table on the desk: from the co-actions of the run, else the evidence list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from blowback.dossier.reading import Desk
from blowback.dossier.runs import Run
from blowback.model.finding import Finding


def gather(desk: Desk, findings: Sequence[Finding], runs: Sequence[Run]) -> None:
    """Make `members(f, account_id)`, `shares(f, kind, value, post_id)` and `behind(f, post_id, posted_at, first)`.

    `f` is the position of the finding in `findings`; `first` is true for posts the finding itself names.
    """
    _members(desk, findings)
    desk.connection.execute("CREATE TEMP TABLE shares (f INTEGER, kind VARCHAR, value VARCHAR, post_id VARCHAR)")
    by_run: dict[str, list[int]] = {}
    for number, finding in enumerate(findings):
        by_run.setdefault(finding.run, []).append(number)
    for run in runs:
        path = run.output("coactions")
        if path is not None and run.id in by_run:
            columns = desk.mount("coactions", [path])
            _shares(desk, columns, by_run[run.id])
    named = pa.table(
        {
            "f": pa.array([n for n, f in enumerate(findings) for _ in f.evidence], pa.int32()),
            "post_id": pa.array([p for f in findings for p in f.evidence], pa.string()),
        }
    )
    desk.connection.register("named", named)
    desk.connection.execute(
        "CREATE TEMP TABLE behind AS "
        "SELECT u.f, u.post_id, p.posted_at, bool_or(u.first) AS first FROM ("
        "  SELECT f, post_id, true AS first FROM named UNION ALL SELECT DISTINCT f, post_id, false FROM shares"
        ") u JOIN posts p ON p.post_id = u.post_id GROUP BY ALL"
    )


def _members(desk: Desk, findings: Sequence[Finding]) -> None:
    table = pa.table(
        {
            "f": pa.array([n for n, f in enumerate(findings) for _ in f.subject.members], pa.int32()),
            "account_id": pa.array([a for f in findings for a in f.subject.members], pa.string()),
        }
    )
    desk.connection.register("members_given", table)
    desk.connection.execute("CREATE TEMP TABLE members AS SELECT DISTINCT f, account_id FROM members_given")


def _shares(desk: Desk, columns: frozenset[str], numbers: Sequence[int]) -> None:
    """Both posts of each co-action whose two accounts belong to the group of a finding of this run."""
    value = _pick(columns, {"value", "object", "object_id"})
    sides = [
        ("account_a", _pick(columns, {"post_a", "post_id_a"})),
        ("account_b", _pick(columns, {"post_b", "post_id_b"})),
    ]
    kind = "c.kind" if "kind" in columns else "''"
    listed = ", ".join(str(n) for n in numbers)
    for _, post in sides:
        if post is None:
            continue
        desk.connection.execute(
            f"INSERT INTO shares SELECT DISTINCT a.f, {kind}, {f'c.{value}' if value else chr(39) * 2}, c.{post} "
            "FROM coactions c JOIN members a ON a.account_id = c.account_a "
            "JOIN members b ON b.account_id = c.account_b AND b.f = a.f "
            f"WHERE a.f IN ({listed})"
        )


def _pick(columns: frozenset[str], names: set[str]) -> str | None:
    return next(iter(sorted(columns & names)), None)


def pairs_of(
    desk: Desk, findings: Sequence[Finding], runs: Sequence[Run]
) -> Mapping[int, list[tuple[str, str, int]]]:
    """Surviving pairs inside each finding's group: (account a, account b, distinct objects)."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    for run in runs:
        path = run.output("pairs")
        numbers = [n for n, f in enumerate(findings) if f.run == run.id]
        if path is None or not numbers:
            continue
        columns = desk.mount("pairs", [path])
        survives = _survives(columns)
        for n in numbers:
            kind = findings[n].parameters.get("kind")
            only = "p.kind = ?" if "kind" in columns and kind not in (None, "all") else "? IS NOT NULL OR true"
            rows = desk.rows(
                "SELECT p.account_a, p.account_b, max(p.n_objects) FROM pairs p "
                "JOIN members a ON a.account_id = p.account_a AND a.f = ? "
                "JOIN members b ON b.account_id = p.account_b AND b.f = ? "
                f"WHERE ({only}) AND ({survives}) GROUP BY ALL ORDER BY ALL",
                n,
                n,
                kind,
            )
            found[n] = [(str(a), str(b), int(c)) for a, b, c in rows]
    return found


def _survives(columns: frozenset[str]) -> str:
    flag = _pick(columns, {"survives", "survived", "kept", "significant"})
    return f"p.{flag}" if flag else "true"
