"""The posts behind a finding, a group or a pair: every co-action with its object, times and way back to the bytes.

Those of a group are what its run listed. Those of two accounts are counted anew from the table `marks` (near-duplicate
texts: from the texts), so that they can be held against the pairs an analysis wrote.
"""

from __future__ import annotations

import re
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from blowback.analyses import evidence_noun
from blowback.case.case import Case
from blowback.dossier.runs import Run, findings_of, latest_runs
from blowback.errors import UnknownName, UsageError
from blowback.model.finding import Finding
from blowback.model.tables import MARK_KINDS
from blowback.tools.neardup import near_duplicates

_ACCOUNT: Final = re.compile(r"^[^\s:/]+:.{4,}$", re.DOTALL)
# The marks that the analysis reads: what a repost carries is its original author's.
_MARKS: Final = """
SELECT DISTINCT kind, value, account_id, posted_at, post_id FROM read_parquet($marks)
WHERE NOT carried AND account_id IN ($a, $b)
"""
_PAIR: Final = """
SELECT NULL::VARCHAR AS group_id, kind, value, a.account_id AS account_a, a.post_id AS post_a, a.posted_at AS at_a,
    b.account_id AS account_b, b.post_id AS post_b, b.posted_at AS at_b,
    (epoch_us(b.posted_at) - epoch_us(a.posted_at)) / 1e6 AS lag_s
FROM m a JOIN m b USING (kind, value)
WHERE a.account_id = $a AND b.account_id = $b AND list_contains($kinds, kind)
    AND abs(epoch_us(b.posted_at) - epoch_us(a.posted_at)) <= $window_us
"""
_MOMENTS: Final = """
INSERT INTO m SELECT DISTINCT 'rhythm', strftime(posted_at, '%Y-%m-%d %H h'), account_id, posted_at, post_id
FROM read_parquet($posts) WHERE account_id IN ($a, $b) AND kind <> 'service' AND clock <> 'day'
"""
_COLUMNS: Final = "group_id, kind, value, account_a, post_a, at_a, account_b, post_b, at_b, lag_s"
_ROWS: Final = f"""
SELECT {_COLUMNS}, p.file AS file_a, p.record_no AS record_a, p.line AS line_a, p.byte_start AS byte_a, p.text AS text_a,
    q.file AS file_b, q.record_no AS record_b, q.line AS line_b, q.byte_start AS byte_b, q.text AS text_b
FROM c LEFT JOIN located p ON p.post_id = c.post_a LEFT JOIN located q ON q.post_id = c.post_b
ORDER BY kind, value, least(at_a, at_b), account_a, account_b, post_a, post_b
"""
_LOCATED: Final = """
SELECT p.post_id, p.record_no, p.line, p.byte_start, p.text, n.file FROM read_parquet($posts) p
LEFT JOIN names n USING (exhibit) WHERE p.post_id IN (SELECT post_a FROM c UNION SELECT post_b FROM c)
"""
_ANY_S: Final = 1800.0  # seconds in which a run without a window lists the co-actions of a group
_NOT_CHOSEN: Final = ("client", "place", "domain", "conversation", "folded_text")


def coactions(
    case: Case, what: str, other: str | None = None, *, kind: str | None = None, window_s: float | None = None
) -> pa.Table:
    """Every co-action behind a finding, a group or two accounts, in order of kind, object and time.

    Args:
        case: an open case.
        what: id of a finding (or its beginning), of a group in the latest run, or an account.
        other: the second account, where `what` is one.
        kind: this kind of mark alone; for accounts, every kind that people choose unless given.
        window_s: seconds; for accounts, the widest window of the latest run (30 minutes where it had none) unless given.

    Returns:
        One row for each matching pair of posts: group_id, kind, value (the object), account_a, post_a, at_a,
        account_b, post_b, at_b, lag_s (seconds, at_b - at_a), and for both posts file, record, line, byte and text.

    Raises:
        UnknownName: no such finding, group, account or kind.
        UsageError: one account alone.
    """
    if kind is not None and kind not in (*MARK_KINDS, "rhythm"):
        raise UnknownName(f"no mark is called {kind!r}", hint=f"Kinds are: {', '.join(MARK_KINDS)}, rhythm")
    runs = latest_runs(case)
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}) as connection:
        if other is None:
            _list(case, connection, what, runs)
        else:
            first, second = sorted(_account(case, connection, a) for a in (what, other))
            own = tuple(r for r in runs if r.analysis == "coordination")  # others have windows and likenesses of theirs
            window_us = round((window_s if window_s is not None else _widest(own)) * 1e6)
            chosen = [kind] if kind else [k for k in MARK_KINDS if k not in _NOT_CHOSEN]
            texts = _alike(case, own, (first, second), chosen)
            _count(case, connection, texts, a=first, b=second, kinds=chosen, window_us=window_us)
        return _located(case, connection, kind, window_s)


def _located(case: Case, connection: duckdb.DuckDBPyConnection, kind: str | None, window_s: float | None) -> pa.Table:
    """Rows of the table `c` with file, record, line, byte and text of both posts."""
    exhibits = {e.exhibit.sha256: e.exhibit.name for e in case.manifest.entries()}
    connection.register("names", pa.table({"exhibit": list(exhibits), "file": list(exhibits.values())}))
    posts = [str(p) for p in case.tables()["posts"]]
    connection.execute(f"CREATE TEMP TABLE located AS {_LOCATED}", {"posts": posts})
    only = "($kind IS NULL OR kind = $kind) AND ($window IS NULL OR abs(lag_s) <= $window)"
    sql = _ROWS.replace("ORDER BY", f"WHERE {only} ORDER BY")
    return connection.execute(sql, {"kind": kind, "window": window_s}).to_arrow_table()


def _count(
    case: Case,
    connection: duckdb.DuckDBPyConnection,
    texts: pa.Table | None,
    **values: Any,  # noqa: ANN401  # what the query binds
) -> None:
    """Make the table `c`: the co-actions of two accounts, counted from their marks."""
    marks = [str(p) for p in case.tables()["marks"]]
    pair = {"a": values["a"], "b": values["b"]}
    connection.execute(f"CREATE TEMP TABLE m AS {_MARKS}", {"marks": marks, **pair})
    if texts is not None:
        connection.register("alike", texts)
        listed = "'near_text', value, account_id, posted_at, post_id"
        connection.execute(f"INSERT INTO m SELECT DISTINCT {listed} FROM alike WHERE account_id IN ($a, $b)", pair)
    if values["kinds"] == ["rhythm"]:  # asked by name alone: every two posts of one hour would be listed else
        connection.execute(_MOMENTS, {"posts": [str(p) for p in case.tables()["posts"]], **pair})
    connection.execute(f"CREATE TEMP TABLE c AS {_PAIR}", values)


def _alike(case: Case, runs: tuple[Run, ...], pair: tuple[str, str], kinds: list[str]) -> pa.Table | None:
    """Near-duplicate texts of the case as marks, where these two accounts are known to share some."""
    last = next((r for r in reversed(runs) if "alike" in r.parameters), None)
    if "near_text" not in kinds or last is None:
        return None
    wanted = [("kind", "=", "near_text"), ("account_a", "=", pair[0]), ("account_b", "=", pair[1])]
    listed = [last.output(name) for name in ("pairs", "ties")]
    if len(kinds) > 1 and not any(pq.read_table(p, filters=wanted).num_rows for p in listed if p):
        return None
    columns = ["account_id", "posted_at", "post_id", "text_folded", "kind"]
    posts = pa.concat_tables([pq.read_table(p, columns=columns) for p in case.tables()["posts"]])
    posts = posts.filter(pc.and_(pc.not_equal(posts["kind"], "repost"), pc.is_valid(posts["text_folded"])))
    found = near_duplicates(posts["text_folded"], threshold=float(last.parameters["alike"]), folded=True).table()
    mine = posts.take(found["row"]).select(["account_id", "posted_at", "post_id"])
    return mine.append_column("value", found["value"])


def _list(case: Case, connection: duckdb.DuckDBPyConnection, what: str, runs: tuple[Run, ...]) -> None:
    """Make the table `c`: the co-actions that a run listed for a group."""
    if _ACCOUNT.match(what):
        raise UsageError(
            f"{what} is one account; co-actions are of two",
            hint="Name the second account too, or a finding or group as `blowback findings CASE` lists them",
        )
    run, group = _group(case, what, runs)
    path = run.output("coactions")
    listed = pq.read_table(path, filters=[("group_id", "=", group)]) if path else pa.table({})
    if not listed.num_rows:
        raise UnknownName(
            f"{what} speaks of no pair of accounts",
            hint=f"Its {evidence_noun(run.analysis)}s: `blowback findings CASE {what} --evidence`",
        )
    connection.register("listed", listed)
    connection.execute(f"CREATE TEMP TABLE c AS SELECT {_COLUMNS} FROM listed")


def _group(case: Case, what: str, runs: tuple[Run, ...]) -> tuple[Run, str]:
    """The run and group id of a finding, or of a group as the tables name it (the last run that has it)."""
    found: list[Finding] = [f for f in findings_of(case, runs) if f.id.startswith(what) or f.subject.id == what]
    # a burst may be told of a group as well; the finding that names its members is the one with co-actions
    named = [f for f in found if f.subject.id == what and f.subject.members]
    exact = [f for f in found if f.id == what] or named[-1:] or found
    if len(exact) != 1:
        told = f"{len(exact)} findings begin with" if exact else "no finding and no group is called"
        raise UnknownName(f"{told} {what!r}", hint="`blowback findings CASE` lists them; two accounts can be named too")
    return next(r for r in runs if r.id == exact[0].run), exact[0].subject.id


def _widest(runs: tuple[Run, ...]) -> float:
    windows = [w for r in runs for w in str(r.parameters.get("window", "")).split(",")]
    return max((float(w) for w in windows if w.replace(".", "", 1).isdigit()), default=_ANY_S)


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
