"""X (Twitter) API v2: twarc pages, stream objects and flattened tweets, one JSON record a line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import NotPosts
from blowback.model.locator import Locator
from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source, is_json
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, from_lines
from blowback.sources.x_v2_shape import COLUMNS, FLAT, PAGE, REFERENCES, TWEET, TYPES

# No WHERE here: filtering rows copies every nested vector and costs more than parsing does. Lines that are no flat tweet
# get the entries 'broken' and 'page', and are read again in their own way where there are any. The fields of references
# are taken list by list for the same reason: `l[1].text` copies the struct with all that is in it.
_ORIGINAL: Final = ", ".join(
    f"list_transform(d.referenced_tweets, lambda x: {field})[list_position(types, 'retweeted')] AS {name}"
    for name, field in {
        "o_text": "coalesce(x.note_tweet.text, x.text)", "o_account": "x.author_id", "o_at": "x.created_at",
        "o_entities": "x.entities IS NOT NULL", "o_tags": "list_transform(x.entities.hashtags, lambda h: h.tag)",
        "o_links": "links_of(x.entities.urls)",
    }.items()
)  # fmt: skip
_ENTRY: Final = "CASE WHEN broken THEN 'broken' WHEN page THEN 'page' WHEN d.id IS NULL OR"
_FLAT_COLUMNS: Final = f"""{COLUMNS.replace("CASE WHEN d.id IS NULL OR", _ENTRY, 1).replace(" u.", " d.author.").replace("(u.", "(d.author.")},
    list_transform(d.attachments.media_keys, lambda k: {{'kind': 'unknown', 'native_id': k, 'hash': NULL::VARCHAR,
        'mime': NULL::VARCHAR, 'bytes': NULL::BIGINT}}) AS media
FROM (SELECT *, {REFERENCES}, {_ORIGINAL} FROM (SELECT *, {TYPES}, iso(d.__twarc.retrieved_at) AS seen,
    d.id IS NULL AND (d.data IS NOT NULL OR d.errors IS NOT NULL) AS page FROM flat AS d) AS d) AS d
"""
_FLAT: Final = (
    f", flat AS (SELECT {LOCATOR}, r IS NULL AS broken, unnest(r) FROM parsed) SELECT {LOCATOR}, {_FLAT_COLUMNS}"
)
_DIRECT: Final = f", flat AS (SELECT *, false AS broken FROM r) SELECT {_FLAT_COLUMNS}"
_TWEETS: Final = "[" + str(TWEET).replace("'", '"') + "]"
# an error about the request, or about a field that was not granted, tells nothing of the post or account
_NO_REMOVAL: Final = """(coalesce(x.resource_id, x.value) IS NULL OR coalesce(x.type, '') LIKE '%-for-field'
    OR coalesce(x.type, '') LIKE '%/invalid-request' OR coalesce(x.title, '') LIKE 'Field Auth%' OR coalesce(x.title, '') LIKE 'Invalid%')"""
_PAGES: Final = f"""
, p AS (SELECT {LOCATOR}, r.includes AS i, r.errors AS er, iso(r.__twarc.retrieved_at) AS seen, r.data AS raw_data,
    json_transform(CASE WHEN json_type(r.data) = 'OBJECT' THEN '[' || r.data || ']' ELSE r.data END, '{_TWEETS}') AS tweets,
    map_from_entries(list_transform(list_distinct(list_transform(coalesce(r.includes.users, []), lambda x: x.id)),
        lambda k: {{'k': k, 'v': list_filter(r.includes.users, lambda x: x.id = k)[1]}})) AS users
    FROM parsed WHERE r IS NOT NULL)
, n AS (SELECT {LOCATOR}, i, seen, users, unnest(tweets) AS d FROM p)
, v AS (SELECT *, users[d.author_id] AS u, {TYPES} FROM n)
, t AS (SELECT *, {REFERENCES} FROM v)
, y AS (SELECT *, list_filter(i.tweets, lambda x: x.id = rt)[1] AS o FROM t)
, w AS (SELECT *, coalesce(o.note_tweet.text, o.text) AS o_text, o.author_id AS o_account, o.created_at AS o_at,
    o.entities IS NOT NULL AS o_entities, list_transform(o.entities.hashtags, lambda h: h.tag) AS o_tags,
    links_of(o.entities.urls) AS o_links FROM y)
, g AS (SELECT {LOCATOR}, seen, unnest(er) AS x FROM p)
SELECT {LOCATOR}, {COLUMNS}, list_filter(i.places, lambda x: x.id = d.geo.place_id)[1].full_name AS place,
    list_transform(d.attachments.media_keys, lambda k: {{'kind': coalesce(list_filter(i.media,
        lambda x: x.media_key = k)[1].type, 'unknown'), 'native_id': k, 'hash': NULL::VARCHAR, 'mime': NULL::VARCHAR,
        'bytes': NULL::BIGINT}}) AS media
FROM w
UNION ALL BY NAME
SELECT {LOCATOR}, CASE WHEN {_NO_REMOVAL} THEN 'aside' ELSE 'removal' END AS entry,
    CASE WHEN {_NO_REMOVAL} THEN 'api_error' END AS reason, x.title AS detail, 'x' AS platform,
    [{{'subject': coalesce(x.resource_id, x.value),
      'subject_kind': CASE x.resource_type WHEN 'tweet' THEN 'post' WHEN 'user' THEN 'account' WHEN 'media' THEN 'media' ELSE 'unknown' END,
      'state': CASE WHEN x.detail ILIKE '%suspended%' THEN 'suspended' WHEN x.type LIKE '%not-authorized%' OR x.title LIKE 'Authorization%' THEN 'private' ELSE 'missing' END,
      'actor': CASE WHEN x.detail ILIKE '%suspended%' THEN 'platform' ELSE 'unknown' END, 'basis': x.title, 'scope': 'world',
      'removed_at': NULL::TIMESTAMP, 'observed_at': seen, 'certainty': 'observed'}}] AS removals, seen AS observed_at
FROM g
UNION ALL BY NAME
SELECT {LOCATOR}, 'aside' AS entry, 'no_posts_in_record' AS reason, 'a page without data' AS detail
FROM p WHERE coalesce(len(tweets), 0) = 0 AND coalesce(len(er), 0) = 0
UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def _pages(staged: pa.Table, frame: pa.Table, stager: Stager) -> pa.Table:
    """Lines that are pages or no JSON go through readings of their own; flat tweets stay as they are."""
    other = pc.is_in(staged.column("entry"), pa.array(["page", "broken"]))
    if not pc.any(other).as_py():
        return staged
    rest = frame.filter(other)
    return pa.concat_tables([staged.filter(pc.invert(other)), stager.beside(PAGE, _PAGES)(rest)]).sort_by("record_no")


def _counts(first: bytes) -> bool:
    """Whether these are pages of the counts endpoint: numbers between two times, and no account."""
    start = first[:2000]
    return (
        b'"tweet_count"' in start and b'"start"' in start and b'"author_id"' not in first and b'"username"' not in first
    )


def _sniff(head: Head) -> Guess:
    first = head.first.lstrip() if is_json(head) else b""
    if _counts(first):
        return Guess(0.9, "pages of the counts endpoint")
    if b'"author_id"' in first and b'"text"' in first and b'"id_str"' not in first[:4000]:
        return Guess(0.95 if b'"data"' in first[:40] or b"edit_history" in first or b"public_metrics" in first else 0.7,
                     "tweets with author_id and text")  # fmt: skip
    if (
        b'"includes"' in first[:40] and b'"public_metrics"' in first
    ):  # the accounts stand first, and fill what can be looked at
        return Guess(0.7, "pages that begin with includes")
    if re.match(rb'\{"errors": ?\[', first) and b'"resource_type"' in first and b'"text"' not in first[:2000]:
        return Guess(0.6, "pages of errors")
    return Guess(0.0, "no author_id beside text")


def _open(path: Path, head: Head, options: Options) -> Opened:
    if _counts(head.first):
        raise NotPosts(
            f"{path.name} holds pages of the counts endpoint (numbers of tweets an hour), not tweets",
            hint="Export tweets with the search or stream endpoints",
            at=Locator(path.name, line=1),
        )
    opened = from_lines(
        FLAT, _FLAT, _pages, source="x_v2", direct=_DIRECT, taken=lambda body: b'"data"' not in bytes(body[:60])
    )
    return opened(path, head, options)


x_v2 = Source(
    id="x_v2",
    title="X (Twitter) API v2",
    reads="JSONL of v2 pages (`data`, `includes`, `errors`), stream objects, or twarc's flattened tweets",
    framing="lines",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=0, filled={"text": 0.9}),
)
