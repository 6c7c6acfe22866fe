"""Reddit dumps of the Pushshift kind: submissions and comments, one a line, usually .zst."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.source import Expect, Guess, Head, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines

STRUCTURE: Final[dict[str, Any]] = {
    "id": "VARCHAR", "name": "VARCHAR", "author": "VARCHAR", "author_fullname": "VARCHAR", "subreddit": "VARCHAR",
    "title": "VARCHAR", "selftext": "VARCHAR", "body": "VARCHAR", "url": "VARCHAR", "domain": "VARCHAR",
    "is_self": "BOOLEAN", "created_utc": "VARCHAR", "retrieved_on": "VARCHAR", "retrieved_utc": "VARCHAR",
    "score": "BIGINT", "num_comments": "BIGINT", "parent_id": "VARCHAR", "link_id": "VARCHAR",
    "crosspost_parent": "VARCHAR", "removed_by_category": "VARCHAR", "edited": "VARCHAR",
    "author_created_utc": "VARCHAR",
}  # fmt: skip
_GONE: Final = ("[deleted]", "[removed]")
_SELECT: Final = f"""
, c AS (SELECT {LOCATOR}, r, r.title IS NULL AS comment, coalesce(r.name, CASE WHEN r.title IS NULL THEN 't1_' ELSE 't3_' END || r.id) AS nid,
    nullif(r.author, '[deleted]') AS who, epoch(r.created_utc) AS ts, coalesce(epoch(r.retrieved_utc), epoch(r.retrieved_on)) AS seen,
    coalesce(r.body, r.selftext) AS body
    FROM parsed WHERE r IS NOT NULL)
, g AS (SELECT *, CASE
    WHEN r.removed_by_category IN ('deleted', 'author') OR (r.removed_by_category IS NULL AND body = '[deleted]') THEN 'deleted'
    WHEN r.removed_by_category IS NOT NULL OR body = '[removed]' THEN 'removed'
    WHEN r.author = '[deleted]' THEN 'deleted' END AS gone,
    CASE WHEN r.removed_by_category IN ('deleted', 'author') OR (r.removed_by_category IS NULL AND body = '[deleted]') THEN 'author'
    WHEN r.removed_by_category IN ('reddit', 'anti_evil_ops', 'community_ops', 'legal_operations', 'copyright_takedown',
        'content_takedown') THEN 'platform'
    WHEN r.removed_by_category IS NOT NULL OR body = '[removed]' THEN 'moderator' ELSE 'unknown' END AS actor FROM c)
SELECT {LOCATOR},
    CASE WHEN nid IS NULL OR ts IS NULL OR (who IS NULL AND gone IS NULL) THEN 'aside'
         WHEN who IS NULL THEN 'removal' ELSE 'post' END AS entry,
    CASE WHEN nid IS NULL THEN 'no_id' WHEN ts IS NULL THEN 'no_time' WHEN who IS NULL AND gone IS NULL THEN 'no_account' END AS reason,
    'reddit' AS platform, nid AS native_id, who AS account, who AS handle, 'unknown' AS account_kind,
    epoch(r.author_created_utc) AS account_created_at,
    CASE WHEN r.subreddit IS NOT NULL THEN 'r/' || r.subreddit END AS channel, r.subreddit AS channel_name, 'group' AS channel_kind,
    ts AS posted_at, 'exact' AS clock,
    CASE WHEN comment THEN 'comment' WHEN r.crosspost_parent IS NOT NULL THEN 'repost' ELSE 'post' END AS kind,
    nullif(concat_ws(chr(10) || chr(10), r.title, CASE WHEN body NOT IN {_GONE} AND body <> '' THEN body END), '') AS text,
    r.crosspost_parent AS repost_of, CASE WHEN comment THEN r.parent_id END AS reply_to, r.link_id AS conversation,
    CASE WHEN NOT comment AND r.url IS NOT NULL AND NOT coalesce(r.is_self, false) THEN [r.url] END AS urls,
    CASE WHEN gone IS NOT NULL THEN [{{'subject': nid, 'subject_kind': 'post', 'state': gone, 'actor': actor,
        'basis': coalesce('removed_by_category ' || r.removed_by_category, CASE WHEN body IN {_GONE} THEN 'text ' || body ELSE 'author ' || r.author END),
        'scope': 'world', 'removed_at': NULL::TIMESTAMP, 'observed_at': seen, 'certainty': 'observed'}}] END AS removals,
    seen AS observed_at, epoch(CASE WHEN r.edited NOT IN ('true', 'false') THEN r.edited END) AS edited_at,
    r.score AS likes, r.num_comments AS replies
FROM g UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    line = head.first.lstrip().split(b"\n", 1)[0]
    if line.startswith(b"{") and b'"subreddit"' in line and b'"created_utc"' in line:
        return Guess(0.97, "objects with subreddit and created_utc")
    return Guess(0.0, "no subreddit and created_utc in the first line")


reddit_pushshift = Source(
    id="reddit_pushshift",
    title="Reddit (Pushshift dumps)",
    reads="NDJSON of submissions (`RS_*`) or comments (`RC_*`), plain or .zst with any window",
    framing="lines",
    sniff=_sniff,
    open=from_lines(STRUCTURE, _SELECT, source="reddit_pushshift"),
    expects=Expect(posts=0, filled={"text": 0.5}),
)
