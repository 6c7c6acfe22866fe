"""Eight exports in which every person, channel and post bears a telling name: nothing of them may leave custody.

All names and numbers are invented; the words are about trees.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

AT = 1402315200  # 9 June 2014, 12:00 UTC
# Handles, display names, account ids, post ids. In small letters; none of them can be part of a hexadecimal token.
SECRET = re.compile(
    r"elm[_.-]?tree|oak[_.-]?tree|ash[_.-]?tree|yew[_.-]?grove|treewell|oakes|groveclub|grove club|شجرة"
    r"|777000\d{6}|900000\d{8}|uc[gh]rove|plc:(?:elm|oak)|t[13]_zz|zzelm|vidyewtree|yewcomment|3kelmtree"
)
# What people write: each must come out without a secret, on every platform.
WRITTEN = [
    "RT @Elm_Tree77: early beans", ".@Elm_Tree77 said so", "via @OAK_TREE_1", "(@elm_tree77)", "@@Elm_Tree77 @Oak_Tree_1!",
    "مرحبا@Elm_Tree77شكرا", "＠Elm_Tree77 in wide letters", "\u202e@Elm_Tree77\u202c", "@Elm_Tree77's beans", "cc:@Elm_Tree77,@Oak_Tree_1",
    "write to elm_tree77@yew-grove.example or @elm_tree77@yew-grove.example", "x@Elm_Tree77", "#beans@Elm_Tree77", "@Elm_Tree7…",
    "https://x.com/Elm_Tree77/status/90000000000001", "http://www.twitter.com/ELM_TREE77", "twitter.com/elm_tree77?lang=en",
    "https://mobile.twitter.com/Elm_Tree77/status/90000000000001?s=20", "https://m.twitter.com/#!/Elm_Tree77",
    "https://twitter.com/i/user/777000000001", "https://x.com/i/web/status/90000000000001", "https://twitter.com/@Elm_Tree77",
    "https://twitter.com/intent/user?screen_name=Elm_Tree77", "https://twitter.com/intent/follow?user_id=777000000001",
    "https://twitter.com/share?text=by%20%40Elm_Tree77&via=Oak_Tree_1", "https://twitter.com/search?q=from%3AElm_Tree77",
    "https://twitter.com/%45lm_Tree77", "https://nitter.net/Elm_Tree77/status/90000000000001", "https://vxtwitter.com/elm_tree77",
    "https://web.archive.org/web/2014/https://twitter.com/Elm_Tree77/status/90000000000001",
    "https://example.org/go?u=https%3A%2F%2Ftwitter.com%2FElm_Tree77", "https://example.org/?u=https%253A%252F%252Fx.com%252FElm_Tree77",
    "hxxps://x[.]com/Elm_Tree77", "twitter.com/Elm_Tree77…", "x.com/Elm_Tree77، مرحبا", "HTTPS://X.COM/Elm_Tree77/FOLLOWERS",
    "https://x.com:443/Elm_Tree77", "https://elm_tree77@x.com/", "https://x.com//Elm_Tree77", "https://pic.twitter.com/zzElmPhoto",
    "https://t.me/GroveClub", "t.me/s/groveclub/123456", "https://t.me/c/777000000007/12", "https://GroveClub.t.me", "telegram.me/GroveClub",
    "tg://resolve?domain=GroveClub", "tg://user?id=777000000007", "https://t.me/joinchat/zzElmInvite", "https://t.me/+zzElmInvite",
    "https://bsky.app/profile/elm-tree.example.org/post/3kelmtreeabcd", "https://bsky.app/profile/did:plc:elm7777", "@elm-tree.bsky.social",
    "elm-tree.bsky.social", "at://did:plc:elm7777/app.bsky.feed.post/3kelmtreeabcd", "did:plc:elm7777", "https://elm-tree.bsky.social",
    "https://old.reddit.com/u/Elm-Tree_7", "/u/Elm-Tree_7 and u/Oak-Tree_1", "https://np.reddit.com/user/Elm-Tree_7/comments/zzelm1/beans",
    "https://www.reddit.com/r/YewGrove/comments/zzelm1/beans_by_elm_tree/zzelm2", "https://redd.it/zzelm1",
    "https://youtube.com/@Elm.Tree-77", "https://www.youtube.com/channel/UCGroveGroveGrove", "https://m.youtube.com/user/ElmTree77",
    "https://www.youtube.com/c/ElmTree", "https://youtube.com/ElmTree", "https://www.youtube.com/watch?v=VidYewTree1&ab_channel=ElmTree",
    "https://youtu.be/VidYewTree1?t=30", "https://www.youtube.com/shorts/VidYewTree1", "https://www.youtube.com/embed/VidYewTree1",
    "https://www.tiktok.com/@elm.tree/video/90000000000009", "https://instagram.com/elm.tree/", "https://www.instagram.com/stories/elm.tree/90000000000003",
    "https://www.instagram.com/p/zzElmPic/", "https://www.threads.net/@elm.tree", "https://medium.com/@elmtree/beans-1", "https://elmtree.tumblr.com/post/90000000000004",
    "https://trees.example/@elmtree/90000000000005", "https://trees.example/users/elmtree/statuses/90000000000005", "https://trees.example/u/elm_tree",
    "https://facebook.com/profile.php?id=777000000003", "https://m.facebook.com/elm.tree", "https://www.facebook.com/people/Elm-Tree/777000000003",
    "https://fb.me/elm.tree", "https://vk.com/id777000000004", "https://vk.com/wall-777000000004_12", "https://ask.fm/elmtree", "https://wa.me/777000000005",
    "https://soundcloud.com/elmtree/song", "https://www.patreon.com/elmtree", "https://linktr.ee/elm.tree", "https://elmtree.substack.com/p/beans",
]  # fmt: skip


def written(name: str, folder: Path, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _text(n: int) -> str:
    return f"bean {n} " + WRITTEN[n % len(WRITTEN)]


def x_v11(folder: Path) -> Path:
    def user(n: int) -> dict[str, Any]:
        who = "Elm_Tree77" if n % 2 else "Oak_Tree_1"
        return {
            "id_str": f"77700000000{n % 2}",
            "screen_name": who,
            "name": "Elma Treewell",
            "created_at": "Mon Jun 09 10:00:00 +0000 2008",
        }

    def tweet(n: int, **more: Any) -> dict[str, Any]:
        return {"created_at": "Mon Jun 09 12:00:05 +0000 2014", "id_str": f"900000{n:08d}", "full_text": _text(n), "user": user(n),
                "source": "<a>Bean App</a>", "in_reply_to_screen_name": "Oak_Tree_1", "in_reply_to_user_id_str": "777000000002",
                "in_reply_to_status_id_str": "90000000000099",
                "entities": {"hashtags": [], "urls": [{"url": "https://t.example/1", "expanded_url": f"https://x.com/Elm_Tree77/status/900000{n:08d}"}],
                             "user_mentions": [{"id_str": "777000000001", "screen_name": "Oak_Tree_1"}]},
                "extended_entities": {"media": [{"id_str": "90000000000077", "type": "photo"}]}, **more}  # fmt: skip

    rows = [tweet(n) for n in range(len(WRITTEN))]
    rows += [tweet(500 + n, retweeted_status=tweet(400), full_text="RT @Elm_Tree77: be…") for n in range(3)]
    rows += [
        {
            "delete": {
                "status": {"id_str": "90000000000055", "user_id_str": "777000000006"},
                "timestamp_ms": "1402315205000",
            }
        }
    ]
    rows += [
        tweet(600, withheld_in_countries=["TR"]),
        {"id_str": "90000000000056", "text": "@Elm_Tree77", "user": {"name": "Elma Treewell"}},
    ]
    return written(
        "v11.jsonl",
        folder,
        "\n".join(json.dumps(r) for r in rows) + "\n@Elm_Tree77 is no JSON\n{'user': 'Elm_Tree77'}\n",
    )


def x_v2(folder: Path) -> Path:
    def tweet(n: int, **more: Any) -> dict[str, Any]:
        return {"id": f"900000{n:08d}", "author_id": "777000000001", "created_at": "2014-06-09T12:00:05.000Z", "text": _text(n), "conversation_id": "90000000000098",
                "in_reply_to_user_id": "777000000002", "source": "Bean App", "attachments": {"media_keys": ["3_90000000000044"]},
                "entities": {"mentions": [{"username": "Oak_Tree_1", "id": "777000000002"}],
                             "urls": [{"url": "https://t.example/1", "expanded_url": "https://mobile.twitter.com/Elm_Tree77/status/90000000000003"}]},
                "referenced_tweets": [{"type": "replied_to", "id": "90000000000097"}], **more}  # fmt: skip

    page = {
        "data": [tweet(n) for n in range(len(WRITTEN))] + [tweet(700, referenced_tweets=[{"type": "retweeted", "id": "90000000000801"}])],
        "includes": {"users": [{"id": "777000000001", "username": "Elm_Tree77", "name": "Elma Treewell"}], "tweets": [tweet(801)],
                     "media": [{"media_key": "3_90000000000044", "type": "photo"}]},
        "errors": [{"title": "Not Found Error", "resource_type": "user", "resource_id": "777000000008", "value": "777000000008",
                    "detail": "Could not find user with id: [777000000008]."},
                   {"title": "Forbidden", "resource_type": "tweet", "value": "90000000000033", "detail": "User has been suspended: [Elm_Tree77]."}],
    }  # fmt: skip
    flat = tweet(900, author={"id": "777000000001", "username": "Elm_Tree77", "name": "Elma Treewell"})
    return written("v2.jsonl", folder, json.dumps(page) + "\n" + json.dumps(flat) + "\n" + json.dumps(flat)[:80] + "\n")


def x_io(folder: Path) -> Path:
    names = ("tweetid,userid,user_display_name,user_screen_name,user_reported_location,user_profile_description,user_profile_url,follower_count,"
             "tweet_language,tweet_text,tweet_time,tweet_client_name,in_reply_to_userid,in_reply_to_tweetid,is_retweet,retweet_userid,retweet_tweetid,"
             "latitude,longitude,hashtags,urls,user_mentions").split(",")  # fmt: skip
    out = io.StringIO()
    to = csv.DictWriter(out, names)
    to.writeheader()
    for n in range(len(WRITTEN)):
        to.writerow({
            "tweetid": f"900000{n + 1:08d}", "userid": "777000000001", "user_display_name": "Elma Treewell", "user_screen_name": "Elm_Tree77",
            "user_profile_description": "I am @Elm_Tree77", "user_profile_url": "https://t.me/GroveClub", "follower_count": "9", "tweet_language": "en",
            "tweet_text": _text(n), "tweet_time": "2014-06-09 12:00", "tweet_client_name": "Web", "in_reply_to_userid": "777000000002",
            "in_reply_to_tweetid": "90000000000096", "is_retweet": "True" if n % 3 == 0 else "False", "retweet_userid": "777000000003",
            "retweet_tweetid": "90000000000095", "latitude": "absent", "longitude": "absent", "hashtags": "[]",
            "urls": "['https://twitter.com/Elm_Tree77/status/90000000000001']", "user_mentions": "['777000000002']",
        })  # fmt: skip
    return written("io.csv", folder, out.getvalue() + "90000000000094,777000000001,Elma Treewell\n")


def telegram(folder: Path) -> Path:
    def message(n: int, **more: Any) -> dict[str, Any]:
        return {"id": 900000000000 + n, "type": "message", "date": "2014-06-09T12:00:05", "date_unixtime": str(AT + n), "from": "Elma Treewell",
                "from_id": "user777000000001", "text": _text(n), **more}  # fmt: skip

    rows = [message(n) for n in range(len(WRITTEN))]
    rows += [
        message(300, forwarded_from="Grove Club", forwarded_from_id="channel777000000007", author="Oakes Treewell"),
        message(301, forwarded_from="Oakes Treewell", reply_to_message_id=900000000000001),
        message(302, text=["thanks ", {"type": "mention", "text": "@Elm_Tree77"}, " and ", {"type": "mention_name", "text": "Oakes Treewell", "user_id": 777000000002},
                           {"type": "text_link", "text": " here", "href": "https://t.me/GroveClub/12"}, {"type": "link", "text": "t.me/GroveClub"}]),
        {"id": 900000000000400, "type": "service", "date": "2014-06-09T12:10:05", "date_unixtime": str(AT + 600), "actor": "Elma Treewell",
         "actor_id": "user777000000001", "action": "invite_members", "members": ["Oakes Treewell"], "text": ""},
        {"id": 900000000000401, "type": "hologram", "date": "2014-06-09T12:10:05", "from": "Elma Treewell", "from_id": "user777000000001", "text": "x"},
    ]  # fmt: skip
    chat = {"name": "Grove Club", "type": "public_channel", "id": 777000000007, "messages": rows}
    return written("result.json", folder, json.dumps({"chats": {"list": [chat]}}, ensure_ascii=False))


def bluesky(folder: Path) -> Path:
    def event(n: int, record: dict[str, Any], collection: str = "app.bsky.feed.post", **more: Any) -> str:
        commit = {
            "operation": "create",
            "collection": collection,
            "rkey": "3kelmtreeab2c",
            "record": {"createdAt": "2014-06-09T12:00:05Z", **record},
            **more,
        }
        return json.dumps(
            {
                "did": "did:plc:elm7777",
                "time_us": (AT + n) * 1_000_000,
                "kind": "commit",
                "commit": commit | {"rkey": f"3kelmtree{n:04d}"},
            }
        )

    other = "at://did:plc:oak7777/app.bsky.feed.post/3kelmtree9999"
    rows = [
        event(n, {"text": _text(n), "reply": {"parent": {"uri": other}, "root": {"uri": other}}})
        for n in range(len(WRITTEN))
    ]
    rows += [
        event(500, {"subject": {"uri": other}}, "app.bsky.feed.repost"),
        event(501, {"text": "@oak-tree.example.org hi", "embed": {"external": {"uri": "https://bsky.app/profile/elm-tree.example.org"}, "record": {"uri": other}},
                    "facets": [{"features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:oak7777"}]}]}),
        event(502, {}, "app.bsky.feed.like"),
        json.dumps({"did": "did:plc:elm7777", "time_us": AT * 1_000_000, "kind": "account", "account": {"active": False, "status": "takendown"}}),
        json.dumps({"did": "did:plc:elm7777", "time_us": AT * 1_000_000, "kind": "identity", "identity": {"handle": "elm-tree.bsky.social"}}),
    ]  # fmt: skip
    return written("jetstream.jsonl", folder, "\n".join(rows) + "\n")


def reddit(folder: Path) -> Path:
    base = {"subreddit": "YewGrove", "subreddit_id": "t5_zzelm", "created_utc": AT, "retrieved_on": AT + 9, "author": "Elm-Tree_7", "author_fullname": "t2_zzelm9",
            "permalink": "/r/YewGrove/comments/zzelm1/beans", "author_flair_text": "I am Elm-Tree_7"}  # fmt: skip
    rows = [
        base
        | {
            "id": f"zzelm{n}",
            "name": f"t1_zzelm{n}",
            "body": _text(n),
            "parent_id": "t3_zzelm1",
            "link_id": "t3_zzelm1",
        }
        for n in range(len(WRITTEN))
    ]
    rows += [
        base
        | {
            "id": "zzelm900",
            "title": "u/Oak-Tree_1 in r/YewGrove",
            "selftext": "",
            "url": "https://www.reddit.com/user/Elm-Tree_7",
            "is_self": False,
        },
        base
        | {
            "id": "zzelm901",
            "title": "again",
            "selftext": "by /u/Elm-Tree_7",
            "crosspost_parent": "t3_zzelm1",
            "is_self": True,
        },
        base
        | {
            "id": "zzelm902",
            "name": "t1_zzelm902",
            "body": "[removed]",
            "parent_id": "t1_zzelm1",
            "link_id": "t3_zzelm1",
        },
    ]
    return written("RC_2014-06.zst", folder, zstandard.compress("\n".join(map(json.dumps, rows)).encode()))


def ytdlp(folder: Path) -> Path:
    comments = [{"id": f"yewcomment{n}", "parent": "root" if n % 2 else "yewcomment0", "text": _text(n), "author": "@Elm.Tree-77", "author_id": "UCHroveHrove",
                 "timestamp": AT + n, "author_thumbnail": "https://example.org/ElmTree.jpg"} for n in range(len(WRITTEN))]  # fmt: skip
    comments += [
        {
            "id": "yewcomment900",
            "parent": "root",
            "text": "first",
            "author": "Oakes Treewell",
            "author_id": "UCHroveOakes",
            "timestamp": AT,
        },
        {
            "id": "yewcomment901",
            "parent": "yewcomment900",
            "text": "@Oakes Treewell I agree",
            "author": "@شجرة-الدردار",
            "author_id": "UCHroveTree",
            "timestamp": AT,
        },
        {
            "id": "yewcomment902",
            "parent": "yewcomment900",
            "text": "@شجرة-الدردار yes",
            "author": "Oakes Treewell",
            "author_id": "UCHroveOakes",
            "timestamp": AT,
        },
    ]
    video = {"id": "VidYewTree1", "title": "Beans by @Elm.Tree-77", "description": " ".join(WRITTEN), "uploader": "Elma Treewell", "uploader_id": "@Elm.Tree-77",
             "channel": "Elma Treewell", "channel_id": "UCGroveGroveGrove", "channel_url": "https://www.youtube.com/channel/UCGroveGroveGrove",
             "upload_date": "20140609", "webpage_url": "https://www.youtube.com/watch?v=VidYewTree1", "extractor": "youtube", "availability": "private",
             "comments": comments}  # fmt: skip
    return written("video.info.json", folder, json.dumps(video, ensure_ascii=False))


def table(folder: Path) -> Path:
    columns = {
        "tweet_id": [f"900000{n + 1:08d}" for n in range(len(WRITTEN))],
        "user_id": ["777000000001"] * len(WRITTEN),
        "username": ["Elm_Tree77"] * len(WRITTEN),
        "name": ["Elma Treewell"] * len(WRITTEN),
        "time": [AT + n for n in range(len(WRITTEN))],
        "text": [_text(n) for n in range(len(WRITTEN))],
        "urls": [["https://twitter.com/Elm_Tree77", "https://elm-tree.bsky.social/x"]] * len(WRITTEN),
        "mentions": [["Oak_Tree_1", "Oakes Treewell"]] * len(WRITTEN),
        "rt": ["90000000000001"] * len(WRITTEN),
        "notes": ["Elma Treewell"] * len(WRITTEN),
    }
    pq.write_table(pa.table(columns), folder / "posts.parquet")
    return folder / "posts.parquet"


FORMATS: dict[str, Callable[[Path], Path]] = {
    "x_v11": x_v11, "x_v2": x_v2, "x_io": x_io, "telegram_desktop": telegram, "bluesky_jetstream": bluesky,
    "reddit_pushshift": reddit, "ytdlp": ytdlp, "table": table,
}  # fmt: skip


def readings(text: str) -> Iterator[str]:
    """A text as it is and as somebody might decode it."""
    for _ in range(4):
        yield normalize("NFKC", text).lower()
        text, before = unquote(text), text
        if text == before:
            return


def secrets_in(text: str) -> list[str]:
    return [m.group() for reading in readings(text) for m in SECRET.finditer(reading)]


def leaks(case: Path) -> list[str]:
    """Where in a case folder a secret can be read, outside `exhibits/` and `keys/`."""
    found = []
    for path in sorted(p for p in case.rglob("*") if p.is_file()):
        inside = path.relative_to(case)
        if inside.parts[0] in ("exhibits", "keys"):
            continue
        held = [("the name", str(inside))]
        if path.suffix == ".parquet":
            whole = pq.read_table(path)
            held += [
                (c, str(v)) for c in whole.column_names for v in set(whole.column(c).cast("string").to_pylist()) if v
            ]
            held += [("metadata", str(pq.read_metadata(path).metadata))]
        else:
            held += [("", path.read_text(encoding="utf-8", errors="replace"))]
        found += [
            f"{inside} {where}: {sorted(set(s))[:4]} in {text[:120]!r}"
            for where, text in held
            if (s := secrets_in(text))
        ]
    return found
