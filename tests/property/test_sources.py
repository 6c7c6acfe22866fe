"""Whatever happens to a file: its records are posts, removals or set aside, or it is refused with a next step."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from blowback.errors import BlowbackError
from blowback.sources import open_file
from blowback.sources.source import Cursor, Options
from blowback.sources.staging import COUNTED

T = "2014-06-09T12:00:05Z"
V2 = {
    "id": "10",
    "author_id": "42",
    "created_at": T,
    "text": "hi #a",
    "public_metrics": {"like_count": 1},
    "withheld": {"country_codes": ["TR"]},
    "entities": {
        "hashtags": [{"tag": "a"}],
        "urls": [{"expanded_url": "https://example.org"}],
        "mentions": [{"id": "7", "username": "oak"}],
    },
    "referenced_tweets": [{"type": "retweeted", "id": "5"}],
    "note_tweet": {"text": "long"},
}
PAGE = {
    "data": [V2],
    "includes": {"users": [{"id": "42", "username": "elm"}], "tweets": [V2 | {"id": "5"}]},
    "errors": [{"resource_id": "9", "resource_type": "tweet"}],
}
V11 = {
    "created_at": "Mon Jun 09 12:00:05 +0000 2014",
    "id_str": "10",
    "text": "hi",
    "user": {"id_str": "42", "withheld_in_countries": ["TR"]},
    "entities": {"hashtags": [{"text": "a"}], "urls": [], "user_mentions": [{"id_str": "7"}]},
    "retweeted_status": {"id_str": "5", "text": "whole"},
}
MESSAGE = {
    "id": 5,
    "type": "message",
    "date": T[:-1],
    "date_unixtime": "1402315205",
    "from": "Elm",
    "from_id": "user1",
    "reactions": [{"count": 2}],
    "text": ["a ", {"type": "hashtag", "text": "#b"}],
    "text_entities": [{"type": "hashtag", "text": "#b"}],
    "location_information": {"latitude": 1.5},
}
CHAT = {"name": "G", "type": "public_channel", "id": 1, "messages": [MESSAGE, MESSAGE | {"id": 9}]}
EVENT = {
    "did": "did:plc:elm",
    "time_us": 1402315205000000,
    "kind": "commit",
    "commit": {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3mptbyoeyc22k",
        "record": {
            "text": "hi",
            "createdAt": T,
            "facets": [{"features": [{"tag": "a"}]}],
            "embed": {"external": {"uri": "https://example.org"}},
        },
    },
}
REDDIT = {
    "subreddit": "g",
    "created_utc": 1402315205,
    "id": "a",
    "author": "elm",
    "body": "hi",
    "edited": False,
    "score": 3,
    "removed_by_category": "moderator",
}
VIDEO = {
    "id": "v",
    "extractor": "youtube",
    "channel_id": "UC1",
    "timestamp": 1402315205,
    "title": "t",
    "availability": "public",
    "comment_count": 3,
    "comments": [
        {"id": "c", "parent": "root", "text": "hi", "author": "@oak", "author_id": "UC2", "timestamp": 1402315205}
    ],
}
EXPORTS = {
    "page.jsonl": [PAGE],
    "flat.jsonl": [V2, V2],
    "v11.jsonl": [V11, V11],
    "result.json": CHAT,
    "jet.jsonl": [EVENT],
    "r.ndjson": [REDDIT],
    "v.info.json": VIDEO,
    "account.json": {"personal_information": {}, "chats": {"list": [CHAT, CHAT]}},
}
TABLES = {
    "t.csv": "notes, on top\nid,user,created,text,hashtags,lat\n"
    '1,elm,2014-06-09 12:00:05,"two\nlines ""x""","[\'a\', \'b\']",33.1\n2,oak,9 Jun 2014,ورد,#a,x\n',
    "io.csv": "tweetid,userid,user_screen_name,tweet_time,tweet_text,is_retweet,hashtags\n"
    "476000000000000000,42,elm,2014-06-09 12:00,hi,True,['a']\n",
    "t.jsonl": '{"user": {"id": 4}, "created": "2014-06-09T12:00:05Z", "text": "x"}\n{"user": {"id": 5}, "created": 1402315205}\n',
}
ODD = [
    None,
    5,
    -1,
    3.5,
    "x",
    [],
    {},
    True,
    "\ud83d",
    [None],
    {"a": 1},
    "1e999",
    "NaN",
    10**25,
    ["a", {"b": 1}],
    -(10**15),
    "-infinity",
    "\x00",
]


def changed(value: Any, chance: random.Random) -> Any:
    if chance.random() < 0.04:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {k: changed(v, chance) for k, v in value.items() if chance.random() > 0.01}
    return [changed(v, chance) for v in value] if isinstance(value, list) else value


def damaged(text: str, chance: random.Random) -> bytes:
    body = bytearray(text.encode())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body))
        if chance.random() < 0.5:
            body[at : at + chance.randint(1, 20)] = b""
        else:
            body[at:at] = chance.choice(
                [b'"', b'""', b"\n", b"\r", b",,", b"[", b"\xff", b"\x00", b"{", "ورد".encode()]
            )
        body = body or bytearray(b" ")
    return bytes(body)


def check(path: Path) -> None:
    try:
        batches = list(open_file(path, Options()).batches(Cursor()))
    except BlowbackError as error:
        refused = error
    else:
        entries = [e for b in batches for e in b.staged["entry"].to_pylist()]
        assert sum(b.read for b in batches) == sum(e in COUNTED for e in entries)
        reasons = [
            r for b in batches for r in b.staged.filter(pc.equal(b.staged["entry"], "aside"))["reason"].to_pylist()
        ]
        assert None not in reasons
        return
    assert refused.hint
    assert refused.message


@pytest.mark.parametrize("seed", range(12))
def test_values_of_other_types(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for name, content in EXPORTS.items():
        records = [changed(r, chance) for r in content] if isinstance(content, list) else [changed(content, chance)]
        text = "\n".join(json.dumps(r, indent=chance.choice([None, 1]) if len(records) == 1 else None) for r in records)
        (tmp_path / name).write_text(text)
        check(tmp_path / name)


@pytest.mark.parametrize("seed", range(12))
def test_bytes_lost_and_added(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    whole = TABLES | {
        n: "\n".join(map(json.dumps, c)) if isinstance(c, list) else json.dumps(c, indent=1) for n, c in EXPORTS.items()
    }
    for name, text in whole.items():
        (tmp_path / name).write_bytes(damaged(text, chance))
        check(tmp_path / name)
