"""The posts a dossier carries: those that findings name first, then the rest behind them, up to a cap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blowback.dossier.cards import PostShown
from blowback.dossier.reading import Desk
from blowback.dossier.shown import harmless
from blowback.tools.words import plural

POSTS, LENGTH = 20_000, 1200
CLOCKS = ("exact", "minute", "day")
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
Shares = Mapping[str, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Behind:
    """Of one finding or group: posts, those of them in the file, first and last time, the coarsest clock."""

    posts: int = 0
    shown: int = 0
    first_us: int | None = None
    last_us: int | None = None
    clock: str = "exact"


def choose(desk: Desk, limit: int = POSTS) -> None:
    """Make the table `wanted` (post_id, groups, place): the posts to embed."""
    desk.connection.execute(_WANTED.format(limit=int(limit)))


def posts(desk: Desk, exhibits: Mapping[str, int], shares: Shares) -> tuple[tuple[PostShown, ...], str]:
    """Posts in time order, and one sentence on what is not among them. Call after `choose`.

    Args:
        desk: with the table `wanted`.
        exhibits: SHA-256 -> index.
        shares: post -> (finding, object) pairs.
    """
    shown = []
    cursor = desk.connection.execute(_POSTS.format(length=LENGTH))
    while rows := cursor.fetchmany(2000):
        shown += [_post(row, exhibits, shares) for row in rows]
    (behind,) = desk.one("SELECT count(DISTINCT post_id) FROM behind")
    note = "Only posts behind a finding are in this file; everybody else is in it as a count."
    if behind > len(shown):
        note += f" {plural(behind - len(shown), 'post')} behind findings are left out to keep the file small; "
        note += "`blowback findings` and the tables of the case have them all."
    return tuple(shown), note


def _post(row: tuple[object, ...], exhibits: Mapping[str, int], shares: Shares) -> PostShown:
    post, account, at, clock, kind, text, long, lang, client, origin, groups, *place, state = row
    exhibit, record, line, start, size, mark = place
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
        shares=shares.get(str(post), ()),
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


_COUNTED = (
    "count(DISTINCT b.post_id), count(DISTINCT w.post_id), epoch_us(min(b.posted_at)), epoch_us(max(b.posted_at)), "
    "max(CASE p.clock WHEN 'day' THEN 2 WHEN 'minute' THEN 1 ELSE 0 END) "
    "FROM behind b JOIN posts p ON p.post_id = b.post_id LEFT JOIN wanted w ON w.post_id = b.post_id"
)


def counts(desk: Desk) -> dict[int, Behind]:
    """For each finding, what is behind it. Call after `choose`."""
    return _behind(desk, f"SELECT b.f, {_COUNTED} GROUP BY 1 ORDER BY 1")


def group_counts(desk: Desk) -> dict[int, Behind]:
    """For each group, what is behind its findings of the group's own ruling. Call after `choose`."""
    return _behind(desk, f"SELECT t.g, {_COUNTED} JOIN together t ON t.f = b.f WHERE t.leads GROUP BY 1 ORDER BY 1")


def _behind(desk: Desk, sql: str) -> dict[int, Behind]:
    rows = desk.rows(sql)
    return {n: Behind(posts, shown, first, last, CLOCKS[clock]) for n, posts, shown, first, last, clock in rows}
