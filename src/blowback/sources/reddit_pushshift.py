"""Reddit dumps of the Pushshift kind: submissions and comments, one a line, usually .zst."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.removal_sql import removal
from blowback.sources.source import Expect, Guess, Head, Source, is_json
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines

STRUCTURE: Final[dict[str, Any]] = {
    "id": "VARCHAR", "name": "VARCHAR", "author": "VARCHAR", "author_fullname": "VARCHAR", "subreddit": "VARCHAR",
    "title": "VARCHAR", "selftext": "VARCHAR", "body": "VARCHAR", "url": "VARCHAR", "domain": "VARCHAR",
    "is_self": "BOOLEAN", "created_utc": "VARCHAR", "retrieved_on": "VARCHAR", "retrieved_utc": "VARCHAR",
    "score": "BIGINT", "num_comments": "BIGINT", "parent_id": "VARCHAR", "link_id": "VARCHAR",
    "crosspost_parent": "VARCHAR", "permalink": "VARCHAR", "banned_by": "VARCHAR", "removed_by_category": "VARCHAR", "edited": "VARCHAR",
    "author_created_utc": "VARCHAR",
}  # fmt: skip
_GONE: Final = ("[deleted]", "[removed]")
# An author who is gone stands in for nobody else: one account for each of such posts, so that strangers do not become one.
_SITE: Final = "body ILIKE '[ removed by reddit%' OR title ILIKE '[ removed by reddit%'"
_BY_AUTHOR: Final = (
    "category IN ('deleted', 'author') OR (category IS NULL AND (body = '[deleted]' OR title = '[deleted by user]'))"
)
_BASIS: Final = f"""coalesce('removed_by_category ' || category, CASE WHEN body IN {_GONE} OR body ILIKE '[ removed%' THEN 'text ' || body
    WHEN title ILIKE '[%removed%]' OR title = '[deleted by user]' THEN 'title ' || title
    WHEN r.banned_by NOT IN ('false', '') THEN 'banned_by' END)"""
_SELECT: Final = f"""
, c AS (SELECT {
    LOCATOR
}, r, r.title IS NULL AS comment, coalesce(r.name, CASE WHEN r.title IS NULL THEN 't1_' ELSE 't3_' END || r.id) AS nid,
    nullif(r.author, '[deleted]') AS who, epoch(r.created_utc) AS ts, coalesce(epoch(r.retrieved_utc), epoch(r.retrieved_on)) AS seen,
    trim(coalesce(r.body, r.selftext)) AS body, trim(r.title) AS title, nullif(r.removed_by_category, '') AS category,
    contains(r.url, r.permalink) OR contains(r.url, '/comments/' || r.id) AS to_itself
    FROM parsed WHERE r IS NOT NULL)
, a AS (SELECT *, CASE WHEN {_BY_AUTHOR} THEN 'author'
    WHEN category IN ('reddit', 'anti_evil_ops', 'community_ops', 'legal_operations', 'copyright_takedown', 'content_takedown')
        OR {_SITE} THEN 'platform'
    WHEN category IS NOT NULL OR body = '[removed]' OR title ILIKE '[removed by moderator]' OR r.banned_by NOT IN ('false', '')
        THEN 'moderator' ELSE 'unknown' END AS actor FROM c)
, b AS (SELECT *, CASE actor WHEN 'author' THEN 'deleted' WHEN 'platform' THEN 'removed' WHEN 'moderator' THEN 'removed' END AS gone,
    body IN {_GONE} OR body = '' OR body ILIKE '[ removed by reddit%' AS no_body FROM a)
, g AS (SELECT * REPLACE (coalesce(who, CASE WHEN lost AND words IS NOT NULL THEN '[deleted]/' || nid END) AS who) FROM (SELECT *,
    r.author = '[deleted]' AS lost, nullif(concat_ws(chr(10) || chr(10), r.title, CASE WHEN NOT no_body THEN coalesce(r.body, r.selftext) END), '')
    AS words FROM b))
SELECT {LOCATOR},
    CASE WHEN nid IS NULL OR ts IS NULL OR (who IS NULL AND gone IS NULL AND NOT coalesce(lost, false)) THEN 'aside'
         WHEN who IS NULL THEN 'removal' ELSE 'post' END AS entry,
    CASE WHEN nid IS NULL THEN 'no_id' WHEN ts IS NULL THEN 'no_time' WHEN who IS NULL AND gone IS NULL AND NOT coalesce(lost, false) THEN 'no_account' END AS reason,
    'reddit' AS platform, nid AS native_id, who AS account, nullif(r.author, '[deleted]') AS handle, 'unknown' AS account_kind,
    epoch(r.author_created_utc) AS account_created_at,
    CASE WHEN r.subreddit IS NOT NULL THEN 'r/' || r.subreddit END AS channel, r.subreddit AS channel_name, 'group' AS channel_kind,
    ts AS posted_at, 'exact' AS clock,
    CASE WHEN comment THEN 'comment' WHEN r.crosspost_parent IS NOT NULL THEN 'repost' ELSE 'post' END AS kind,
    words AS text,
    r.crosspost_parent AS repost_of, CASE WHEN comment THEN r.parent_id END AS reply_to, r.link_id AS conversation,
    CASE WHEN NOT comment AND r.url IS NOT NULL AND NOT coalesce(r.is_self, to_itself, false) AND NOT coalesce(to_itself, false) THEN [r.url] END AS urls,
    regexp_extract_all(words, '(?:^|[^\\w/.])/?u/([A-Za-z0-9_-]{{3,20}})', 1) AS mention_handles,
    list_concat(
        CASE WHEN gone IS NOT NULL THEN {removal("nid", "'post'", "gone", "actor", _BASIS, observed_at="seen")} END,
        CASE WHEN lost AND gone IS NULL THEN {
    removal(
        "coalesce(who, '[deleted]/' || nid)",
        "'account'",
        "'deleted'",
        "'unknown'",
        "'author [deleted]'",
        observed_at="seen",
    )
} END) AS removals,
    seen AS observed_at, epoch(CASE WHEN r.edited NOT IN ('true', 'false') THEN r.edited END) AS edited_at,
    r.score AS likes, r.num_comments AS replies
FROM g UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    first = head.first[:60000]
    if is_json(head) and b'"subreddit"' in first and b'"created_utc"' in first and b'"children"' not in first[:2000]:
        return Guess(0.97, "objects with subreddit and created_utc")
    return Guess(0.0, "no subreddit and created_utc")


reddit_pushshift = Source(
    id="reddit_pushshift",
    title="Reddit (Pushshift dumps)",
    reads="NDJSON of submissions (`RS_*`) or comments (`RC_*`), plain or .zst with any window",
    framing="lines",
    sniff=_sniff,
    open=from_lines(STRUCTURE, _SELECT, source="reddit_pushshift", inside="data"),
    expects=Expect(posts=0),
)
