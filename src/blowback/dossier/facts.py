"""Figures of the whole case that sentences and limits are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blowback.dossier.document import MEASURED, RemovalCount
from blowback.dossier.reading import Desk
from blowback.dossier.shown import harmless


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts over the canonical tables; times in microseconds, UTC.

    `behind`: posts of groups that stand out. `measured`: rows of the tables of measurements, empty ones left out;
    `days`: first and last day of these, as given (empty where none is a date).
    """

    posts: int
    accounts: int
    first_us: int | None
    last_us: int | None
    clocks: Mapping[str, int]
    without_text: int
    reposts: int
    reposts_without_target: int
    id_time_off: int
    id_times: int
    behind: int
    measured: Mapping[str, int]
    days: tuple[str, ...]


def facts(desk: Desk) -> Facts:
    """Count; one pass over `posts`."""
    row = desk.one(
        "SELECT count(*), count(DISTINCT account_id), epoch_us(min(posted_at)), epoch_us(max(posted_at)), "
        "count(*) FILTER (WHERE text IS NULL OR text = ''), count(*) FILTER (WHERE kind = 'repost'), "
        "count(*) FILTER (WHERE kind = 'repost' AND repost_of IS NULL), "
        "count(*) FILTER (WHERE clock IN ('exact', 'assumed_zone') "
        "AND abs(epoch_us(posted_at) - epoch_us(id_time)) > 60000000), "
        "count(*) FILTER (WHERE clock IN ('exact', 'assumed_zone') AND id_time IS NOT NULL) FROM posts"
    )
    clocks: dict[str, int] = dict(desk.rows("SELECT clock, count(*) FROM posts GROUP BY 1 ORDER BY 1"))
    (behind,) = desk.one("SELECT count(DISTINCT post_id) FROM of_standing")
    posts, accounts, first, last, silent, reposts, blind, off, known = row
    measured, days = _measured(desk)
    return Facts(
        posts=posts,
        accounts=accounts,
        first_us=first,
        last_us=last,
        clocks=clocks,
        without_text=silent,
        reposts=reposts,
        reposts_without_target=blind,
        id_time_off=off,
        id_times=known,
        behind=behind,
        measured=measured,
        days=days,
    )


def _measured(desk: Desk) -> tuple[dict[str, int], tuple[str, ...]]:
    rows = {name: int(desk.one(f"SELECT count(*) FROM {name}")[0]) for name in MEASURED}
    days = {"volumes": "strftime(begins_at, '%Y-%m-%d')"}
    every = " UNION ALL ".join(f"SELECT {days.get(name, 'day')} AS day FROM {name}" for name in MEASURED)
    first, last = desk.one(
        f"SELECT min(day), max(day) FROM ({every}) WHERE regexp_matches(day, '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$')"
    )
    return {name: n for name, n in rows.items() if n}, (str(first), str(last)) if first else ()


def removals(desk: Desk) -> tuple[RemovalCount, ...]:
    """Removals by actor, state, kind and certainty, most first."""
    rows = desk.rows(
        "SELECT actor, state, subject_kind, certainty, count(*) AS n, count(DISTINCT subject), "
        "list(DISTINCT scope ORDER BY scope)[:12] FROM removals GROUP BY 1, 2, 3, 4 ORDER BY n DESC, 1, 2, 3, 4"
    )
    return tuple(
        RemovalCount(a, s, k, c, rows=n, subjects=d, scopes=tuple(harmless(str(x)) for x in scopes))
        for a, s, k, c, n, d, scopes in rows
    )
