"""X (Twitter) API v1.1: one tweet a line, or an array of tweets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, from_document, from_lines
from blowback.tools.frames import Document

_ENTITIES: Final[dict[str, Any]] = {
    "hashtags": [{"text": "VARCHAR"}],
    "urls": [{"url": "VARCHAR", "expanded_url": "VARCHAR"}],
    "user_mentions": [{"id_str": "VARCHAR", "screen_name": "VARCHAR"}],
}
_MEDIA: Final[dict[str, Any]] = {"media": [{"id_str": "VARCHAR", "type": "VARCHAR"}]}
_USER: Final = {
    "id_str": "VARCHAR", "id": "VARCHAR", "screen_name": "VARCHAR", "name": "VARCHAR", "created_at": "VARCHAR",
    "followers_count": "BIGINT", "friends_count": "BIGINT", "statuses_count": "BIGINT",
    "withheld_in_countries": ["VARCHAR"],
}  # fmt: skip
_TWEET: Final[dict[str, Any]] = {
    "id_str": "VARCHAR", "id": "VARCHAR", "created_at": "VARCHAR", "full_text": "VARCHAR", "text": "VARCHAR",
    "lang": "VARCHAR", "source": "VARCHAR", "user": _USER, "entities": _ENTITIES, "extended_entities": _MEDIA,
    "extended_tweet": {"full_text": "VARCHAR", "entities": _ENTITIES, "extended_entities": _MEDIA},
    "in_reply_to_status_id_str": "VARCHAR", "in_reply_to_user_id_str": "VARCHAR",
    "quoted_status_id_str": "VARCHAR", "coordinates": {"coordinates": ["DOUBLE"]},
    "place": {"full_name": "VARCHAR"}, "favorite_count": "BIGINT", "retweet_count": "BIGINT",
    "reply_count": "BIGINT", "quote_count": "BIGINT", "withheld_in_countries": ["VARCHAR"],
    "withheld_copyright": "BOOLEAN", "withheld_scope": "VARCHAR",
}  # fmt: skip
STRUCTURE: Final = {**_TWEET, "retweeted_status": _TWEET, "delete": {"status": {"id_str": "VARCHAR", "user_id_str": "VARCHAR"},
    "timestamp_ms": "VARCHAR"}}  # fmt: skip
_TIME: Final = "%a %b %d %H:%M:%S %z %Y"

SELECT: Final = f"""
, t AS (SELECT *, coalesce(r.retweeted_status, NULL) AS o, r.retweeted_status IS NOT NULL AS rt,
    coalesce(r.id_str, r.id) AS id, coalesce(r.user.id_str, r.user.id) AS uid,
    try_strptime(r.created_at, '{_TIME}')::TIMESTAMP AS ts,
    list_distinct(list_concat(coalesce(r.withheld_in_countries, []), coalesce(r.user.withheld_in_countries, []))) AS wh
    FROM parsed WHERE r IS NOT NULL)
, e AS (SELECT *, CASE WHEN rt THEN o ELSE {{k}} END AS x FROM t)
SELECT {LOCATOR},
    CASE WHEN r.delete.status.id_str IS NOT NULL THEN 'removal'
         WHEN id IS NULL OR uid IS NULL OR ts IS NULL OR (r.id_str IS NULL AND rounded(r.id)) THEN 'aside'
         ELSE 'post' END AS entry,
    CASE WHEN r.delete.status.id_str IS NOT NULL THEN NULL WHEN id IS NULL THEN 'no_id' WHEN uid IS NULL THEN 'no_account'
         WHEN ts IS NULL THEN 'no_time' WHEN r.id_str IS NULL AND rounded(r.id) THEN 'rounded_id' END AS reason,
    'x' AS platform, id AS native_id, uid AS account, r.user.screen_name AS handle, r.user.name AS name,
    'unknown' AS account_kind, try_strptime(r.user.created_at, '{_TIME}')::TIMESTAMP AS account_created_at,
    r.user.followers_count AS followers, r.user.friends_count AS following, r.user.statuses_count AS statuses,
    ts AS posted_at, 'exact' AS clock, snowflake(id) AS id_time,
    CASE WHEN rt THEN 'repost' WHEN r.quoted_status_id_str IS NOT NULL THEN 'quote'
         WHEN r.in_reply_to_status_id_str IS NOT NULL THEN 'reply' ELSE 'post' END AS kind,
    coalesce(x.extended_tweet.full_text, x.full_text, x.text) AS text, r.lang AS lang,
    nullif(regexp_replace(r.source, '<[^>]*>', '', 'g'), '') AS client,
    o.id_str AS repost_of, o.user.id_str AS repost_of_account, try_strptime(o.created_at, '{_TIME}')::TIMESTAMP AS repost_of_at,
    r.quoted_status_id_str AS quote_of, r.in_reply_to_status_id_str AS reply_to, r.in_reply_to_user_id_str AS reply_to_account,
    r.coordinates.coordinates[2] AS lat, r.coordinates.coordinates[1] AS lon, r.place.full_name AS place,
    list_transform(coalesce(x.extended_tweet.entities, x.entities).hashtags, lambda h: h.text) AS hashtags,
    list_transform(coalesce(x.extended_tweet.entities, x.entities).urls, lambda u: coalesce(u.expanded_url, u.url)) AS urls,
    list_transform(coalesce(r.extended_tweet.entities, r.entities).user_mentions, lambda m: m.id_str) AS mentions,
    list_transform(coalesce(r.extended_tweet.entities, r.entities).user_mentions, lambda m: m.screen_name) AS mention_handles,
    list_transform(coalesce(x.extended_tweet.extended_entities, x.extended_entities).media, lambda m:
        {{{{'kind': m.type, 'native_id': m.id_str, 'hash': NULL::VARCHAR, 'mime': NULL::VARCHAR, 'bytes': NULL::BIGINT}}}}) AS media,
    CASE WHEN r.delete.status.id_str IS NOT NULL THEN [{{{{'subject': r.delete.status.id_str, 'subject_kind': 'post',
        'state': 'deleted', 'actor': 'author', 'basis': 'delete event', 'scope': 'world',
        'removed_at': epoch(try_cast(r.delete.timestamp_ms AS DOUBLE) / 1000), 'observed_at': NULL::TIMESTAMP, 'certainty': 'observed'}}}}]
    WHEN len(wh) > 0 OR r.withheld_copyright THEN [{{{{'subject': CASE WHEN coalesce(r.withheld_scope, 'status') = 'user' THEN uid ELSE id END,
        'subject_kind': CASE WHEN coalesce(r.withheld_scope, 'status') = 'user' THEN 'account' ELSE 'post' END,
        'state': 'withheld', 'actor': CASE WHEN r.withheld_copyright THEN 'platform' ELSE 'government' END,
        'basis': CASE WHEN r.withheld_copyright THEN 'copyright' ELSE 'withheld_in_countries' END,
        'scope': coalesce(nullif(array_to_string(wh, ','), ''), 'world'), 'removed_at': NULL::TIMESTAMP,
        'observed_at': NULL::TIMESTAMP, 'certainty': 'observed'}}}}] END AS removals,
    r.favorite_count AS likes, r.retweet_count AS reposts, r.reply_count AS replies, r.quote_count AS quotes
FROM e UNION ALL BY NAME
"""


def _whole() -> str:
    # The tweet itself, in the shape of its original, so that text and tags come from one place.
    fields = ", ".join(f"'{name}': r.\"{name}\"" for name in _TWEET)
    return SELECT.replace("{k}", "{" + fields + "}").replace("{{", "{").replace("}}", "}") + ASIDE_NOT_JSON


def _sniff(head: Head) -> Guess:
    first = head.first[:20000]
    if (
        b'"created_at"' in first
        and b"rawContent" not in first
        and b'"id_str"' in first
        and b'"user"' in first
        and (b'"full_text"' in first or b'"text"' in first)
    ):
        return Guess(0.95, "tweets with id_str and user")
    if first.startswith(b'{"delete"') and b'"status"' in first:
        return Guess(0.8, "delete events of the v1.1 stream")
    return Guess(0.0, "no id_str beside user")


def _open(path: Path, head: Head, options: Options) -> Opened:
    if not head.first.lstrip().startswith(b"["):
        return from_lines(STRUCTURE, _whole(), source="x_v11")(path, head, options)

    def stage(found: Document) -> Iterator[pa.Table]:
        yield Stager(STRUCTURE, _whole())(found.frame.table)

    return Opened("x_v11", "UTC", False, {}, (), from_document(path, "", stage))


x_v11 = Source(
    id="x_v11",
    title="X (Twitter) API v1.1",
    reads="JSONL or a JSON array of tweets with `id_str` and `user` (twarc 1, stream dumps)",
    framing="lines",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=0, filled={"text": 0.5}),
)
