"""X compliance files: what was deleted, withheld or suspended, one line each."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.source import Expect, Guess, Head, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines

STRUCTURE: Final[dict[str, Any]] = {
    "id": "VARCHAR", "action": "VARCHAR", "created_at": "VARCHAR", "redacted_at": "VARCHAR", "reason": "VARCHAR",
}  # fmt: skip
_SELECT: Final = f"""
SELECT {LOCATOR}, CASE WHEN r.id IS NULL OR r.action IS DISTINCT FROM 'delete' THEN 'aside' ELSE 'removal' END AS entry,
    CASE WHEN r.id IS NULL THEN 'no_id' WHEN r.action IS DISTINCT FROM 'delete' THEN 'unexpected_value' END AS reason,
    CASE WHEN r.action IS DISTINCT FROM 'delete' THEN 'action ' || left(r.action, 20) END AS detail, 'x' AS platform,
    [{{'subject': r.id, 'subject_kind': 'unknown', 'state': CASE r.reason WHEN 'protected' THEN 'private'
        WHEN 'deactivated' THEN 'deactivated' WHEN 'suspended' THEN 'suspended' WHEN 'geo' THEN 'restricted' ELSE 'deleted' END,
      'actor': CASE r.reason WHEN 'suspended' THEN 'platform' WHEN 'protected' THEN 'author' WHEN 'deactivated' THEN 'author'
        WHEN 'deleted' THEN 'author' ELSE 'unknown' END,
      'basis': r.reason, 'scope': 'world', 'removed_at': iso(r.redacted_at), 'observed_at': NULL::TIMESTAMP,
      'certainty': 'observed'}}] AS removals
FROM parsed WHERE r IS NOT NULL UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    line = head.first.strip().split(b"\n", 1)[0]
    if line.startswith(b"{") and b'"action"' in line and b'"reason"' in line and b'"text"' not in line:
        return Guess(0.9, "objects with action and reason")
    return Guess(0.0, "no action and reason in the first line")


x_compliance = Source(
    id="x_compliance",
    title="X compliance files",
    reads="JSONL of a batch compliance job (`id`, `action`, `created_at`, `redacted_at`, `reason`)",
    framing="lines",
    sniff=_sniff,
    open=from_lines(STRUCTURE, _SELECT, source="x_compliance"),
    expects=Expect(posts=0),
)
