"""X compliance files: what was deleted, withheld or suspended, one line each; and events of v2's compliance streams."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from blowback.sources.removal_sql import countries, removal
from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source, json_lines
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines

_ABOUT: Final[dict[str, Any]] = {
    "tweet": {"id": "VARCHAR", "author_id": "VARCHAR"}, "user": {"id": "VARCHAR"}, "event_at": "VARCHAR",
    "withheld_in_countries": ["VARCHAR"],
}  # fmt: skip
# event of a stream -> state, actor; what undoes is no removal
_EVENTS: Final = {
    "delete": ("deleted", "author"), "tweet_delete": ("deleted", "author"), "withheld": ("withheld", "government"),
    "tweet_withheld": ("withheld", "government"), "user_withheld": ("withheld", "government"), "drop": ("removed", "platform"),
    "user_suspend": ("suspended", "platform"), "user_delete": ("deleted", "author"), "user_protect": ("private", "author"),
}  # fmt: skip
STRUCTURE: Final[dict[str, Any]] = {
    **dict.fromkeys(["id", "action", "created_at", "redacted_at", "reason"], "VARCHAR"),
    "data": dict.fromkeys(_EVENTS, _ABOUT), **dict.fromkeys(_EVENTS, _ABOUT),
}  # fmt: skip
_KIND: Final = "kind_of(r.id, r.created_at)"
_JOB: Final = removal(
    "r.id",
    _KIND,
    """CASE r.reason WHEN 'protected' THEN 'private' WHEN 'deactivated' THEN 'deactivated' WHEN 'suspended' THEN 'suspended'
        WHEN 'geo' THEN 'restricted' WHEN 'withheld' THEN 'withheld' ELSE 'deleted' END""",
    """CASE r.reason WHEN 'suspended' THEN 'platform' WHEN 'protected' THEN 'author' WHEN 'deactivated' THEN 'author'
        WHEN 'deleted' THEN 'author' ELSE 'unknown' END""",
    "r.reason",
    removed_at="iso(r.redacted_at)",
)


def _event(name: str, at: str) -> str:
    state, actor = _EVENTS[name]
    found = removal(
        f"coalesce({at}.tweet.id, {at}.user.id)", f"CASE WHEN {at}.tweet.id IS NULL THEN 'account' ELSE 'post' END",
        f"'{state}'", f"'{actor}'", f"'{name} event'", scope=countries(f"coalesce({at}.withheld_in_countries, [])"),
        removed_at=f"iso({at}.event_at)",
    )  # fmt: skip
    return f"WHEN coalesce({at}.tweet.id, {at}.user.id) IS NOT NULL THEN {found}"


_STREAM: Final = " ".join(_event(n, at) for n in _EVENTS for at in (f"r.data.{n}", f"r.{n}"))


def _select(named: str) -> str:
    """`named`: what the file's name says its lines are of, or 'unknown'.

    An id is a post's where the time in it is the stated one to the millisecond (accounts state whole seconds), and an
    account's where it holds no time although it was made after ids began to.
    """
    kind = f"""CASE WHEN snowflake(r.id) = iso(r.created_at) AND r.created_at LIKE '%.%' AND r.created_at NOT LIKE '%.000%' THEN 'post'
        WHEN '{named}' <> 'unknown' THEN '{named}'
        WHEN snowflake(r.id) IS NULL AND iso(r.created_at) > '2010-11-05' THEN 'account' ELSE 'unknown' END"""
    return f"""
, e AS (SELECT *, CASE WHEN r.action = 'delete' AND r.id IS NOT NULL THEN {_JOB.replace(_KIND, kind)} {_STREAM} END AS found
    FROM parsed WHERE r IS NOT NULL)
SELECT {LOCATOR}, CASE WHEN found IS NULL THEN 'aside' ELSE 'removal' END AS entry,
    CASE WHEN found IS NOT NULL THEN NULL WHEN r.id IS NULL THEN 'no_id' ELSE 'unexpected_value' END AS reason,
    CASE WHEN found IS NULL AND r.action IS NOT NULL THEN 'action ' || left(r.action, 20) END AS detail, 'x' AS platform,
    found AS removals
FROM e UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    lines = [line for line in json_lines(head) if b'"text"' not in line]
    if any(b'"action"' in line and b'"reason"' in line for line in lines):
        return Guess(0.9, "objects with action and reason")
    if any(b'"event_at"' in line for line in lines):
        return Guess(0.8, "events of a compliance stream")
    return Guess(0.0, "no action and reason in the first lines")


def _open(path: Path, head: Head, options: Options) -> Opened:
    name = head.name.lower()
    named = "account" if "user" in name else "post" if "tweet" in name else "unknown"
    opened: Callable[..., Opened] = from_lines(STRUCTURE, _select(named), source="x_compliance")
    return opened(path, head, options)


x_compliance = Source(
    id="x_compliance",
    title="X compliance files",
    reads="JSONL of a batch compliance job (`id`, `action`, `created_at`, `redacted_at`, `reason`) or of a compliance stream",
    framing="lines",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=0),
)
