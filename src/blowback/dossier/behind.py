"""The posts behind each finding, as tables on the desk: from the co-actions of the run, else the evidence list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pyarrow as pa

from blowback.dossier.groups import Gathered
from blowback.dossier.reading import Desk
from blowback.dossier.runs import Run
from blowback.model.finding import Finding

DELAYS = (1, 10, 60, 600, 3600, 86_400)  # seconds; a longer delay counts with the last


def gather(
    desk: Desk,
    findings: Sequence[Finding],
    groups: Sequence[Gathered],
    runs: Sequence[Run],
    quoted: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Make the tables that everything else counts in.

    `quoted` are posts that the panels of a finding quote: they are named by it like its evidence.

    `subjects` (f, run, id, ruling, account_id); `together` (f, g, leads); `shares` (f, kind, value, post_id);
    `delays` (f, up_to, n); `behind` (f, post_id, posted_at, first); and the views `of_findings`, `of_groups` and `of_standing`.

    `f` is the position of the finding in `findings`, `g` that of its group in `groups`; `leads` is true where the two
    have the same ruling; `first` is true for posts the finding itself names. `of_findings` is `behind` without the
    findings that speak of the whole case: their posts are only a sample of everybody's. `of_groups` has those of groups of
    accounts alone, `of_standing` leaves out the groups of which the analysis cannot tell, too.
    """
    _subjects(desk, findings)
    _together(desk, findings, groups)
    _coactions(desk, runs)
    posts = [dict.fromkeys([*f.evidence, *quoted.get(n, ())]) for n, f in enumerate(findings)]
    named = {
        "f": pa.array([n for n, held in enumerate(posts) for _ in held], pa.int32()),
        "post_id": pa.array([p for held in posts for p in held], pa.string()),
    }
    desk.connection.register("named", pa.table(named))
    desk.connection.execute(
        "CREATE TEMP TABLE behind AS "
        "SELECT u.f, u.post_id, p.posted_at, bool_or(u.first) AS first FROM ("
        "  SELECT f, post_id, true AS first FROM named UNION ALL SELECT DISTINCT f, post_id, false FROM shares"
        ") u JOIN posts p ON p.post_id = u.post_id GROUP BY ALL"
    )
    grouped = "f IN (SELECT f FROM together)"
    for view, kept in (
        ("of_findings", "ruling <> 'context'"),
        ("of_groups", grouped),
        ("of_standing", f"{grouped} AND ruling = 'stands'"),
    ):
        desk.connection.execute(
            f"CREATE TEMP VIEW {view} AS SELECT * FROM behind WHERE f IN (SELECT f FROM subjects WHERE {kept})"
        )


def _coactions(desk: Desk, runs: Sequence[Run]) -> None:
    desk.connection.execute("CREATE TEMP TABLE shares (f INTEGER, kind VARCHAR, value VARCHAR, post_id VARCHAR)")
    desk.connection.execute("CREATE TEMP TABLE delays (f INTEGER, up_to BIGINT, n BIGINT)")
    lag = "abs(epoch_us(c.at_a) - epoch_us(c.at_b))"
    steps = " ".join(f"WHEN {lag} <= {s}000000 THEN {s}" for s in DELAYS[:-1])
    mine = "JOIN (SELECT DISTINCT f, id FROM subjects WHERE run = ?) s ON s.id = c.group_id"
    for run in runs:
        if path := run.output("coactions"):
            desk.mount("coactions", [path])
            for side in ("post_a", "post_b"):
                desk.connection.execute(
                    f"INSERT INTO shares SELECT DISTINCT s.f, c.kind, c.value, c.{side} FROM coactions c {mine}",
                    [run.id],
                )
            desk.connection.execute(
                f"INSERT INTO delays SELECT s.f, CASE {steps} ELSE {DELAYS[-1]} END, count(*) FROM coactions c {mine} "
                "GROUP BY 1, 2",
                [run.id],
            )


def _subjects(desk: Desk, findings: Sequence[Finding]) -> None:
    rows = [(n, f.run, f.subject.id, f.ruling, a) for n, f in enumerate(findings) for a in (*f.subject.members, None)]
    columns = zip(*rows, strict=True) if rows else ([], [], [], [], [])
    text = pa.string()
    types = {"f": pa.int32(), "run": text, "id": text, "ruling": text, "account_id": text}
    table = pa.table({n: pa.array(list(c), t) for (n, t), c in zip(types.items(), columns, strict=True)})
    desk.connection.register("subjects_given", table)
    desk.connection.execute("CREATE TEMP TABLE subjects AS SELECT DISTINCT * FROM subjects_given")


def _together(desk: Desk, findings: Sequence[Finding], groups: Sequence[Gathered]) -> None:
    rows = [(f, g, findings[f].ruling == one.ruling) for g, one in enumerate(groups) for f in one.findings]
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    types = (("f", pa.int32()), ("g", pa.int32()), ("leads", pa.bool_()))
    table = pa.table({n: pa.array(list(c), t) for (n, t), c in zip(types, columns, strict=True)})
    desk.connection.register("together", table)
