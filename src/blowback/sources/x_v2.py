"""X (Twitter) API v2: twarc pages, stream objects and flattened tweets, one JSON record a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import NotPosts
from blowback.model.locator import Locator
from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, from_document, from_lines
from blowback.sources.x_v2_shape import COLUMNS, FLAT, PAGE, REFERENCES, TWEET
from blowback.tools.frames import Document

# No WHERE here: filtering rows copies every nested vector and costs more than parsing does. Lines that are no flat tweet
# get the entries 'broken' and 'page', and are taken out afterwards where there are any.
_ORIGINAL: Final = """CASE WHEN r.referenced_tweets[1].type = 'retweeted' THEN r.referenced_tweets[1].{0}
    WHEN r.referenced_tweets[2].type = 'retweeted' THEN r.referenced_tweets[2].{0} END"""
_FLAT: Final = f"""
, q AS (SELECT {LOCATOR}, r AS d, r.author AS u, iso(r.__twarc.retrieved_at) AS seen, r IS NULL AS broken,
    r.id IS NULL AND (r.data IS NOT NULL OR r.errors IS NOT NULL) AS page,
    {{'text': {_ORIGINAL.format("text")}, 'author_id': {_ORIGINAL.format("author_id")},
      'created_at': {_ORIGINAL.format("created_at")}, 'entities': {_ORIGINAL.format("entities")},
      'note_tweet': {_ORIGINAL.format("note_tweet")}}} AS o, {REFERENCES.replace("d.", "r.")} FROM parsed)
SELECT {LOCATOR}, {COLUMNS.replace("CASE WHEN d.id IS NULL OR", "CASE WHEN broken THEN 'broken' WHEN page THEN 'page' WHEN d.id IS NULL OR", 1)},
    list_transform(d.attachments.media_keys, lambda k: {{'kind': 'unknown', 'native_id': k, 'hash': NULL::VARCHAR,
        'mime': NULL::VARCHAR, 'bytes': NULL::BIGINT}}) AS media
FROM q
""".replace("{{", "{").replace("}}", "}")
_TWEETS: Final = "[" + str(TWEET).replace("'", '"') + "]"
_PAGES: Final = f"""
, p AS (SELECT {LOCATOR}, r.includes AS i, r.errors AS er, iso(r.__twarc.retrieved_at) AS seen, r.data AS raw_data,
    json_transform(CASE WHEN json_type(r.data) = 'OBJECT' THEN '[' || r.data || ']' ELSE r.data END, '{_TWEETS}') AS tweets,
    map_from_entries(list_transform(list_distinct(list_transform(coalesce(r.includes.users, []), lambda x: x.id)),
        lambda k: {{'k': k, 'v': list_filter(r.includes.users, lambda x: x.id = k)[1]}})) AS users
    FROM parsed WHERE r IS NOT NULL)
, n AS (SELECT {LOCATOR}, i, seen, users, unnest(tweets) AS d FROM p)
, t AS (SELECT *, users[d.author_id] AS u, {REFERENCES} FROM n)
, w AS (SELECT *, list_filter(i.tweets, lambda x: x.id = rt)[1] AS o FROM t)
, g AS (SELECT {LOCATOR}, seen, unnest(er) AS x FROM p)
SELECT {LOCATOR}, {COLUMNS}, list_filter(i.places, lambda x: x.id = d.geo.place_id)[1].full_name AS place,
    list_transform(d.attachments.media_keys, lambda k: {{'kind': coalesce(list_filter(i.media,
        lambda x: x.media_key = k)[1].type, 'unknown'), 'native_id': k, 'hash': NULL::VARCHAR, 'mime': NULL::VARCHAR,
        'bytes': NULL::BIGINT}}) AS media
FROM w
UNION ALL BY NAME
SELECT {LOCATOR}, CASE WHEN coalesce(x.resource_id, x.value) IS NULL THEN 'aside' ELSE 'removal' END AS entry,
    CASE WHEN coalesce(x.resource_id, x.value) IS NULL THEN 'api_error' END AS reason, x.title AS detail, 'x' AS platform,
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


def _sniff(head: Head) -> Guess:
    first = head.first[:60000].lstrip()
    if b'"tweet_count"' in first[:2000] and b'"author_id"' not in first and b'"start"' in first[:2000]:
        return Guess(0.9, "pages of the counts endpoint")
    if b'"author_id"' in first and b'"text"' in first and b'"id_str"' not in first[:4000]:
        return Guess(0.95 if b'"data"' in first[:40] or b"edit_history" in first or b"public_metrics" in first else 0.7,
                     "tweets with author_id and text")  # fmt: skip
    return Guess(0.0, "no author_id beside text")


def _open(path: Path, head: Head, options: Options) -> Opened:
    if b'"tweet_count"' in head.first[:2000] and b'"author_id"' not in head.first:
        raise NotPosts(
            f"{path.name} holds pages of the counts endpoint (numbers of tweets an hour), not tweets",
            hint="Export tweets with the search or stream endpoints",
            at=Locator(path.name, line=1),
        )
    if _is_document(head.first):
        return _open_document(path)
    return from_lines(FLAT, _FLAT, _pages, source="x_v2")(path, head, options)


def _is_document(first: bytes) -> bool:
    line = first.lstrip().split(b"\n", 1)[0].strip()
    return line in (b"{", b"[") or line.startswith(b"[")


def _open_document(path: Path) -> Opened:
    def stage(found: Document) -> Iterator[pa.Table]:
        frame = found.frame.table
        staged = Stager(FLAT, _FLAT)(frame)
        yield _pages(staged, frame, Stager(FLAT, _FLAT))

    return Opened("x_v2", "UTC", False, {}, (), from_document(path, "", stage))


x_v2 = Source(
    id="x_v2",
    title="X (Twitter) API v2",
    reads="JSONL of v2 pages (`data`, `includes`, `errors`), stream objects, or twarc's flattened tweets",
    framing="lines",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=0, filled={"text": 0.9}),
)
