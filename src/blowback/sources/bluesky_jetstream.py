"""Bluesky Jetstream: one event of the firehose a line."""

from __future__ import annotations

from typing import Any, Final

from blowback.sources.removal_sql import removal
from blowback.sources.source import Expect, Guess, Head, Source, json_lines
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, from_lines

_IMAGES: Final[list[dict[str, Any]]] = [
    {"image": {"ref": {"$link": "VARCHAR"}, "mimeType": "VARCHAR", "size": "BIGINT"}}
]
_SHOWN: Final[dict[str, Any]] = {
    "external": {"uri": "VARCHAR"}, "images": _IMAGES,
    "video": {"ref": {"$link": "VARCHAR"}, "mimeType": "VARCHAR", "size": "BIGINT"},
}  # fmt: skip
STRUCTURE: Final[dict[str, Any]] = {
    "did": "VARCHAR", "time_us": "BIGINT", "kind": "VARCHAR",
    "account": {"active": "BOOLEAN", "status": "VARCHAR", "time": "VARCHAR"},
    "commit": {
        "operation": "VARCHAR", "collection": "VARCHAR", "rkey": "VARCHAR",
        "record": {
            "text": "VARCHAR", "createdAt": "VARCHAR", "langs": ["VARCHAR"], "via": "VARCHAR", "subject": {"uri": "VARCHAR"},
            "reply": {"parent": {"uri": "VARCHAR"}, "root": {"uri": "VARCHAR"}}, "tags": ["VARCHAR"],
            "facets": [{"features": [{"$type": "VARCHAR", "uri": "VARCHAR", "tag": "VARCHAR", "did": "VARCHAR"}]}],
            "embed": {**_SHOWN, "media": _SHOWN, "record": {"uri": "VARCHAR", "record": {"uri": "VARCHAR"}}},
        },
    },
}  # fmt: skip
# A record key is a TID: 13 characters of base 32, microseconds in the upper 53 bits (atproto.com/specs/tid).
_TID: Final = """CASE WHEN regexp_full_match(rkey, '[2-7a-j][2-7a-z]{12}') THEN make_timestamp(CAST(list_reduce(
    list_transform(string_split(rkey, ''), lambda c: (instr('234567abcdefghijklmnopqrstuvwxyz', c) - 1)::HUGEINT),
    lambda a, b: a * 32 + b) // 1024 AS BIGINT)) END"""
_DELETED: Final = removal(
    "uri", "'post'", "'deleted'", "'author'", "'delete event'", removed_at="seen", observed_at="seen"
)
_GONE: Final = removal(
    "r.did",
    "'account'",
    """CASE r.account.status WHEN 'takendown' THEN 'removed' WHEN 'suspended' THEN 'suspended'
        WHEN 'deleted' THEN 'deleted' WHEN 'deactivated' THEN 'deactivated' ELSE 'missing' END""",
    """CASE WHEN r.account.status IN ('takendown', 'suspended') THEN 'platform'
        WHEN r.account.status IN ('deleted', 'deactivated') THEN 'author' ELSE 'unknown' END""",
    "'account status ' || coalesce(r.account.status, 'not stated')",
    removed_at="coalesce(iso(r.account.time), seen)",
    observed_at="seen",
)
_SELECT: Final = f"""
, c AS (SELECT {LOCATOR}, r, r.commit.collection AS collection, r.commit.operation AS op, r.commit.rkey AS rkey, r.commit.record AS d,
    'at://' || r.did || '/' || r.commit.collection || '/' || r.commit.rkey AS uri, CASE WHEN abs(r.time_us) < 253000000000000000 THEN make_timestamp(r.time_us) END AS seen,
    flatten(list_transform(coalesce(r.commit.record.facets, []), lambda f: f.features)) AS marks,
    coalesce(r.commit.record.embed.record.record.uri, r.commit.record.embed.record.uri) AS shown,
    coalesce(r.commit.record.embed.images, r.commit.record.embed.media.images, []) AS images,
    coalesce(r.commit.record.embed.video, r.commit.record.embed.media.video) AS video,
    coalesce(r.commit.record.embed.external.uri, r.commit.record.embed.media.external.uri) AS external
    FROM parsed WHERE r IS NOT NULL)
, q AS (SELECT *, CASE WHEN contains(shown, '/app.bsky.feed.post/') THEN shown END AS quoted FROM c)
, t AS (SELECT *, CASE
    WHEN r.did IS NULL OR r.kind NOT IN ('commit', 'account', 'identity') THEN 'unexpected'
    WHEN r.kind = 'account' AND NOT coalesce(r.account.active, true) THEN 'gone'
    WHEN r.kind = 'commit' AND collection IN ('app.bsky.feed.post', 'app.bsky.feed.repost') THEN
        CASE WHEN op = 'delete' THEN 'deleted' WHEN op IN ('create', 'update') THEN 'post' ELSE 'unexpected' END
    ELSE 'other' END AS sort FROM q)
SELECT {LOCATOR}, CASE sort WHEN 'post' THEN 'post' WHEN 'gone' THEN 'removal' WHEN 'deleted' THEN 'removal' ELSE 'aside' END AS entry,
    CASE sort WHEN 'other' THEN 'event_without_post' WHEN 'unexpected' THEN 'unexpected_value' END AS reason,
    CASE WHEN sort IN ('other', 'unexpected') THEN left(coalesce(collection, r.kind), 60) END AS detail,
    'bluesky' AS platform, uri AS native_id, r.did AS account, 'unknown' AS account_kind,
    coalesce(iso(d.createdAt), seen) AS posted_at, CASE WHEN iso(d.createdAt) IS NULL THEN 'derived' ELSE 'exact' END AS clock,
    {_TID} AS id_time,
    CASE WHEN collection = 'app.bsky.feed.repost' THEN 'repost' WHEN quoted IS NOT NULL THEN 'quote'
        WHEN d.reply.parent.uri IS NOT NULL THEN 'reply' ELSE 'post' END AS kind,
    d.text AS text, d.langs[1] AS lang, CASE WHEN collection = 'app.bsky.feed.post' THEN d.via END AS client,
    CASE WHEN collection = 'app.bsky.feed.repost' THEN d.subject.uri END AS repost_of,
    CASE WHEN collection = 'app.bsky.feed.repost' THEN nullif(split_part(d.subject.uri, '/', 3), '') END AS repost_of_account,
    quoted AS quote_of, d.reply.parent.uri AS reply_to,
    nullif(split_part(d.reply.parent.uri, '/', 3), '') AS reply_to_account, d.reply.root.uri AS conversation,
    list_distinct(list_concat(list_filter(list_transform(marks, lambda m: m.tag), lambda x: x IS NOT NULL), coalesce(d.tags, []))) AS hashtags,
    list_distinct(list_filter(list_append(list_transform(marks, lambda m: m.uri), external), lambda x: x IS NOT NULL)) AS urls,
    list_filter(list_transform(marks, lambda m: m.did), lambda x: x IS NOT NULL) AS mentions,
    list_concat(list_transform(images, lambda i: {{'kind': 'photo', 'native_id': NULL::VARCHAR,
        'hash': i.image.ref."$link", 'mime': i.image.mimeType, 'bytes': i.image.size}}),
        CASE WHEN video.ref."$link" IS NOT NULL THEN [{{'kind': 'video', 'native_id': NULL::VARCHAR,
        'hash': video.ref."$link", 'mime': video.mimeType, 'bytes': video.size}}] ELSE [] END) AS media,
    CASE sort WHEN 'deleted' THEN {_DELETED} WHEN 'gone' THEN {_GONE} END AS removals, seen AS observed_at
FROM t UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _sniff(head: Head) -> Guess:
    lines = json_lines(head)
    if any(b'"time_us"' in line and b'"did"' in line and b'"kind"' in line for line in lines):
        return Guess(0.98, "events with did, time_us and kind")
    return Guess(0.0, "no did and time_us in the first lines")


bluesky_jetstream = Source(
    id="bluesky_jetstream",
    title="Bluesky Jetstream",
    reads="JSONL of Jetstream events (`did`, `time_us`, `kind`, `commit`)",
    framing="lines",
    sniff=_sniff,
    open=from_lines(STRUCTURE, _SELECT, source="bluesky_jetstream"),
    expects=Expect(posts=0),
)
