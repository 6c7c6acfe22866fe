"""The posts a dossier carries: those that findings name first, then the rest behind them, up to a cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blowback.dossier.document import ObjectShared, PostShown
from blowback.dossier.reading import Desk
from blowback.dossier.shown import cut, harmless, plural

POSTS, LENGTH, EXCERPT = 20_000, 1200, 140
_WANTED = """
CREATE TEMP TABLE wanted AS
SELECT post_id, list(f ORDER BY f) AS groups, min(place) AS place FROM (
    SELECT f, post_id, row_number() OVER (PARTITION BY f ORDER BY first DESC, posted_at, post_id) AS place FROM behind
) GROUP BY post_id ORDER BY place, post_id LIMIT {limit}
"""
_POSTS = """
SELECT p.post_id, p.account_id, epoch_us(p.posted_at), p.clock, p.kind,
    left(p.text, {length}), length(p.text) > {length}, p.lang, p.client, p.repost_of, w.groups,
    p.exhibit, p.record_no, p.line, p.byte_start, p.byte_len, p.record_hash,
    r.state
FROM wanted w JOIN posts p ON p.post_id = w.post_id
LEFT JOIN (
    SELECT subject, string_agg(DISTINCT state || ' by ' || actor, ', ' ORDER BY state || ' by ' || actor) AS state
    FROM removals GROUP BY subject
) r ON r.subject = p.post_id
ORDER BY p.posted_at, p.post_id
"""


def posts(desk: Desk, exhibits: Mapping[str, int], limit: int = POSTS) -> tuple[tuple[PostShown, ...], str]:
    """Posts in time order, and one sentence on what is not among them. `exhibits`: SHA-256 -> index."""
    desk.connection.execute(_WANTED.format(limit=int(limit)))
    shown = []
    cursor = desk.connection.execute(_POSTS.format(length=LENGTH))
    while rows := cursor.fetchmany(2000):
        shown += [_post(row, exhibits) for row in rows]
    (behind,) = desk.one("SELECT count(DISTINCT post_id) FROM behind")
    note = "Only posts behind a finding are in this file; everybody else is in it as a count."
    if behind > len(shown):
        note += f" {plural(behind - len(shown), 'post')} behind findings are left out to keep the file small; "
        note += "`blowback findings` and the tables of the case have them all."
    return tuple(shown), note


def _post(row: tuple[object, ...], exhibits: Mapping[str, int]) -> PostShown:
    (
        post,
        account,
        at,
        clock,
        kind,
        text,
        long,
        lang,
        client,
        origin,
        groups,
        exhibit,
        record,
        line,
        start,
        size,
        mark,
        state,
    ) = row
    return PostShown(
        id=str(post),
        account=str(account),
        at_us=_whole(at) or 0,
        clock=str(clock),
        kind=str(kind),
        text=harmless(str(text or "")),
        cut=bool(long),
        lang=str(lang or ""),
        client=harmless(str(client or "")),
        repost_of=str(origin or ""),
        findings=tuple(int(g) for g in groups) if isinstance(groups, list) else (),
        exhibit=exhibits.get(str(exhibit), -1),
        record_no=_whole(record) or 0,
        line=_whole(line),
        byte_start=_whole(start),
        byte_len=_whole(size),
        record_hash="" if mark is None else f"{(_whole(mark) or 0) % 2**64:016x}",
        removed=str(state or ""),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def counts(desk: Desk) -> dict[int, tuple[int, int, int | None, int | None]]:
    """For each finding: posts behind it, posts of those embedded, first and last time. Call after `posts`."""
    rows = desk.rows(
        "SELECT b.f, count(*), count(w.post_id), epoch_us(min(b.posted_at)), epoch_us(max(b.posted_at)) "
        "FROM behind b LEFT JOIN wanted w ON w.post_id = b.post_id GROUP BY b.f ORDER BY b.f"
    )
    return {f: (n, shown, first, last) for f, n, shown, first, last in rows}


def objects(desk: Desk, per_finding: int = 5) -> dict[int, tuple[ObjectShared, ...]]:
    """What the accounts of each group share most, by distinct posts, with an excerpt where the value is a post."""
    rows: Sequence[tuple[int, str, str, str, int]] = desk.rows(
        "SELECT s.f, s.kind, s.value, left(any_value(p.text), ?), s.n FROM ("
        "  SELECT f, kind, value, count(DISTINCT post_id) AS n FROM shares GROUP BY f, kind, value "
        "  QUALIFY row_number() OVER (PARTITION BY f ORDER BY n DESC, value) <= ?"
        ") s LEFT JOIN posts p ON p.post_id = s.value GROUP BY s.f, s.kind, s.value, s.n "
        "ORDER BY s.f, s.n DESC, s.value",
        EXCERPT + 1,
        per_finding,
    )
    found: dict[int, list[ObjectShared]] = {}
    for f, kind, value, text, n in rows:
        one = ObjectShared(kind, harmless(cut(value, 200)[0]), harmless(cut(text or "", EXCERPT)[0]), n)
        found.setdefault(f, []).append(one)
    return {f: tuple(o) for f, o in found.items()}
