"""The posts behind each finding, as one table on the desk: from the co-actions of the run, else the evidence list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from blowback.dossier.reading import Desk
from blowback.dossier.ruling import ruling
from blowback.dossier.runs import Run
from blowback.model.finding import Finding


def gather(desk: Desk, findings: Sequence[Finding], runs: Sequence[Run]) -> None:
    """Make the tables `subjects`, `shares` and `behind`, and the views `of_groups` and `of_standing`.

    Columns: subjects (f, run, id, ruling, account_id), shares (f, kind, value, post_id),
    behind (f, post_id, posted_at, first).

    `f` is the position of the finding in `findings`; `first` is true for posts the finding itself names. `of_groups`
    is `behind` without the findings that speak of no group: their posts are only a sample of everybody's.
    `of_standing` leaves out the groups of which the analysis cannot tell, too.
    """
    _subjects(desk, findings)
    desk.connection.execute("CREATE TEMP TABLE shares (f INTEGER, kind VARCHAR, value VARCHAR, post_id VARCHAR)")
    for run in runs:
        if path := run.output("coactions"):
            desk.mount("coactions", [path])
            for side in ("post_a", "post_b"):
                desk.connection.execute(
                    f"INSERT INTO shares SELECT DISTINCT s.f, c.kind, c.value, c.{side} FROM coactions c "
                    "JOIN (SELECT DISTINCT f, id FROM subjects WHERE run = ?) s ON s.id = c.group_id",
                    [run.id],
                )
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
    for view, kept in (("of_groups", "ruling <> 'no_group'"), ("of_standing", "ruling = 'stands'")):
        desk.connection.execute(
            f"CREATE TEMP VIEW {view} AS SELECT * FROM behind WHERE f IN (SELECT f FROM subjects WHERE {kept})"
        )


def _subjects(desk: Desk, findings: Sequence[Finding]) -> None:
    rows = [
        (n, f.run, f.subject.id, ruling(f), a) for n, f in enumerate(findings) for a in (*f.subject.members, None)
    ]
    columns = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    text = pa.string()
    types = {"f": pa.int32(), "run": text, "id": text, "ruling": text, "account_id": text}
    table = pa.table({n: pa.array(list(c), t) for (n, t), c in zip(types.items(), columns, strict=True)})
    desk.connection.register("subjects_given", table)
    desk.connection.execute("CREATE TEMP TABLE subjects AS SELECT DISTINCT * FROM subjects_given")


def pairs_of(desk: Desk, runs: Sequence[Run]) -> Mapping[int, list[tuple[str, str, int]]]:
    """Surviving pairs inside each finding's group: (account a, account b, most distinct objects of any window)."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    for run in runs:
        pairs, groups = run.output("pairs"), run.output("groups")
        if pairs is None or groups is None:
            continue
        desk.mount("pairs", [pairs])
        desk.mount("groups", [groups])
        rows = desk.rows(
            "SELECT a.f, p.account_a, p.account_b, max(p.n_objects) FROM pairs p JOIN groups g ON g.kind = p.kind "
            "JOIN subjects a ON a.account_id = p.account_a AND a.id = g.group_id AND a.run = ? "
            "JOIN subjects b ON b.account_id = p.account_b AND b.f = a.f "
            "WHERE p.survives GROUP BY ALL ORDER BY ALL",
            run.id,
        )
        for f, a, b, n in rows:
            found.setdefault(f, []).append((a, b, n))
    return found
