"""The posts behind a finding, a group or a pair: every co-action with its object, times and way back to the bytes.

Co-actions are counted anew from the table `marks` here, so that they can be held against what an analysis wrote. Marks
that an analysis makes itself (near-duplicate clusters) are taken from the co-actions it wrote.
"""

from __future__ import annotations

import re
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.case.case import Case
from blowback.dossier.runs import Run, findings_of, latest_runs
from blowback.errors import UnknownName, UsageError
from blowback.model.finding import Finding
from blowback.model.tables import MARK_KINDS

_ACCOUNT: Final = re.compile(r"^[^\s:/]+:.{4,}$", re.DOTALL)
# The marks that the analysis reads: what a repost carries is its original author's.
_MARKS: Final = (
    "SELECT DISTINCT kind, value, account_id, posted_at, post_id FROM read_parquet($marks) WHERE NOT carried"
)
_COACTIONS: Final = f"""
WITH m AS ({_MARKS} AND account_id IN (SELECT account_a FROM wanted UNION SELECT account_b FROM wanted)
    UNION SELECT kind, value, account_a, at_a, post_a FROM made UNION SELECT kind, value, account_b, at_b, post_b FROM made),
c AS (
    SELECT w.group_id, w.kind, a.value, w.account_a, a.post_id AS post_a, a.posted_at AS at_a,
        w.account_b, b.post_id AS post_b, b.posted_at AS at_b,
        (epoch_us(b.posted_at) - epoch_us(a.posted_at)) / 1e6 AS lag_s
    FROM wanted w JOIN m a ON a.account_id = w.account_a AND a.kind = w.kind
    JOIN m b ON b.account_id = w.account_b AND b.kind = w.kind AND b.value = a.value
    WHERE abs(epoch_us(b.posted_at) - epoch_us(a.posted_at)) <= w.window_us
)
SELECT c.*, p.file AS file_a, p.record_no AS record_a, p.line AS line_a, p.byte_start AS byte_a, p.text AS text_a,
    q.file AS file_b, q.record_no AS record_b, q.line AS line_b, q.byte_start AS byte_b, q.text AS text_b
FROM c LEFT JOIN located p ON p.post_id = c.post_a LEFT JOIN located q ON q.post_id = c.post_b
ORDER BY c.kind, c.value, least(at_a, at_b), account_a, account_b, post_a, post_b
"""
_LOCATED: Final = """
SELECT p.post_id, p.record_no, p.line, p.byte_start, p.text, n.file FROM read_parquet($posts) p
LEFT JOIN names n USING (exhibit)
"""
_MADE: Final = ("near_text",)  # kinds that are not in the table `marks`
_HALF_HOUR_S, _DAY_S = 1800.0, 86_400.0  # reaches of a run without a named window
_WANTED: Final = pa.schema(
    [(n, pa.string()) for n in ("group_id", "kind", "account_a", "account_b")] + [pa.field("window_us", pa.int64())]
)

_WRITTEN: Final = pa.schema(
    [(n, pa.string()) for n in ("group_id", "kind", "account_a", "account_b", "value", "post_a", "post_b")]
    + [("at_a", pa.timestamp("us")), ("at_b", pa.timestamp("us")), ("lag_s", pa.float64())]
)


def coactions(
    case: Case, what: str, other: str | None = None, *, kind: str | None = None, window_s: float | None = None
) -> pa.Table:
    """Every co-action behind a finding, a group or two accounts, in order of kind, object and time.

    Args:
        case: an open case.
        what: id of a finding (or its beginning), of a group in the latest run, or an account.
        other: the second account, where `what` is one.
        kind: this kind of mark alone; for accounts, every kind that people choose unless given.
        window_s: seconds; for accounts, the widest window of the latest run unless given.

    Returns:
        One row for each matching pair of posts: group_id, kind, value (the object), account_a, post_a, at_a,
        account_b, post_b, at_b, lag_s (seconds, at_b - at_a), and for both posts file, record, line, byte and text.

    Raises:
        UnknownName: no such finding, group, account or kind.
        UsageError: one account alone.
    """
    if kind is not None and kind not in MARK_KINDS:
        raise UnknownName(f"no mark is called {kind!r}", hint=f"Kinds are: {', '.join(MARK_KINDS)}")
    runs = latest_runs(case)
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        if other is None:
            run, group = _group(case, what, runs)
            listed = _written(run, ("group_id", "=", group))
            wanted = _of_finding(what, run, listed, kind)
        else:
            pair = sorted(_account(case, connection, a) for a in (what, other))
            wanted = _of_pair(pair, kind, window_s if window_s is not None else _widest(runs))
            ends = (("account_a", "=", pair[0]), ("account_b", "=", pair[1]))
            listed = pa.concat_tables([_written(r, *ends) for r in runs]) if runs else _WRITTEN.empty_table()
        connection.register("made", listed.filter(pc.is_in(listed.column("kind"), pa.array(_MADE))))
        return _counted(case, connection, wanted)


def _written(run: Run, *where: tuple[str, str, str]) -> pa.Table:
    """What the run wrote of its co-actions."""
    path = run.output("coactions")
    return pq.read_table(path, filters=list(where)).select(_WRITTEN.names) if path else _WRITTEN.empty_table()


def _counted(case: Case, connection: duckdb.DuckDBPyConnection, wanted: pa.Table) -> pa.Table:
    parts = case.tables()
    exhibits = {e.exhibit.sha256: e.exhibit.name for e in case.manifest.entries()}
    connection.register("wanted", wanted)
    connection.register("names", pa.table({"exhibit": list(exhibits), "file": list(exhibits.values())}))
    connection.execute(f"CREATE TEMP TABLE located AS {_LOCATED} WHERE p.account_id IN "
                       "(SELECT account_a FROM wanted UNION SELECT account_b FROM wanted)",
                       {"posts": [str(p) for p in parts["posts"]]})  # fmt: skip
    return connection.execute(_COACTIONS, {"marks": [str(p) for p in parts["marks"]]}).to_arrow_table()


def _of_finding(what: str, run: Run, listed: pa.Table, kind: str | None) -> pa.Table:
    if not listed.num_rows:
        raise UnknownName(f"{what} speaks of no pair of accounts", hint="See its sentence: `blowback findings CASE`")
    named = _named(run)
    rows = []
    for one in pc.unique(listed.column("kind")).to_pylist():
        if kind not in (None, one):
            continue
        mine = listed.filter(pc.equal(listed.column("kind"), one))
        longest = pc.max(pc.abs(mine.column("lag_s"))).as_py()
        window_s = named if named is not None else _HALF_HOUR_S if longest <= _HALF_HOUR_S else _DAY_S
        pairs = mine.group_by(["group_id", "kind", "account_a", "account_b"]).aggregate([])
        rows += [{**row, "window_us": round(window_s * 1e6)} for row in pairs.to_pylist()]
    return pa.Table.from_pylist(rows, _WANTED)


def _named(run: Run) -> float | None:
    """The widest window a run was given, in seconds; None where it named none."""
    given = [w for w in str(run.parameters.get("window", "")).split(",") if w.strip()]
    return None if not given or given == ["any"] else max(float(w) for w in given)


def _group(case: Case, what: str, runs: tuple[Run, ...]) -> tuple[Run, str]:
    """The run and group id of a finding, or of a group as the tables name it (the last run that has it)."""
    if _ACCOUNT.match(what) and not what.startswith("F-"):
        raise UsageError(
            f"{what} is one account; co-actions are of two",
            hint="Name the second account too, or a finding or group as `blowback findings CASE` lists them",
        )
    found: list[Finding] = [f for f in findings_of(case, runs) if f.id.startswith(what) or f.subject.id == what]
    exact = [f for f in found if f.id == what] or [f for f in found if f.subject.id == what][-1:] or found
    if len(exact) != 1:
        told = f"{len(exact)} findings begin with" if exact else "no finding and no group is called"
        raise UnknownName(f"{told} {what!r}", hint="`blowback findings CASE` lists them; two accounts can be named too")
    return next(r for r in runs if r.id == exact[0].run), exact[0].subject.id


def _of_pair(pair: list[str], kind: str | None, window_s: float) -> pa.Table:
    chosen = [kind] if kind else [k for k in MARK_KINDS if k not in ("client", "place", "domain")]
    one: dict[str, Any] = {"account_a": pair[0], "account_b": pair[1], "window_us": round(window_s * 1e6)}
    return pa.Table.from_pylist([{**one, "group_id": None, "kind": k} for k in chosen], _WANTED)


def _widest(runs: tuple[Run, ...]) -> float:
    return max((_named(r) or _HALF_HOUR_S for r in runs), default=60.0)


def _account(case: Case, connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """An account by its pseudonym or the beginning of it that only one has."""
    posts = [str(p) for p in case.tables()["posts"]]
    rows = connection.execute(
        "SELECT DISTINCT account_id FROM read_parquet($posts) WHERE starts_with(account_id, $name) ORDER BY 1 LIMIT 3",
        {"posts": posts, "name": name},
    ).fetchall() if posts else []  # fmt: skip
    found = [str(r[0]) for r in rows]
    if name in found:
        return name
    if len(found) != 1:
        told = "several accounts begin with" if found else "no account that posted is called"
        raise UnknownName(f"{told} {name!r}", hint="Give it as the tables and findings show it: platform:pseudonym")
    return found[0]
