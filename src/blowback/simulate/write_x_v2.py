"""X v2 as twarc writes it: one page of the search API on each line, newest first, with `includes` and `errors`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import at, iso_ms
from blowback.simulate.compose import Placed, client, language, published
from blowback.simulate.observed import WITHHELD
from blowback.simulate.people import X_V2, handle, native_id
from blowback.simulate.posts import POST, QUOTE, REPLY, REPOST

NAME: Final = "x_v2.jsonl"
_REFERS: Final = {REPOST: "retweeted", REPLY: "replied_to", QUOTE: "quoted"}
_CALL: Final = (
    "https://api.twitter.com/2/tweets/search/all?expansions=author_id%2Creferenced_tweets.id%2Cin_reply_to_user_id"
    "%2Centities.mentions.username&max_results=100&query=%28garden%20OR%20cup%29"
)
_PROBLEM: Final = "https://api.twitter.com/2/problems/"
Json = dict[str, Any]


def write(campaign: Campaign, path: Path) -> int:
    """Write the export. Returns the number of records in it: posts, second copies of posts, errors, damaged lines.

    Raises:
        OSError: the disk refused.
    """
    mine = np.flatnonzero(campaign.export == X_V2)[::-1]
    size, damage = campaign.scenario.page, campaign.scenario.damage
    pages = -(-len(mine) // size)
    logs = {(k + 1) * pages // (damage.log_lines + 1) for k in range(damage.log_lines)}
    cuts = {(2 * k + 1) * pages // (2 * damage.cut_lines) for k in range(damage.cut_lines)}
    records = len(mine) + len(campaign.seen.again) + len(logs) + len(cuts)
    asked_us = campaign.scenario.end_us + 30 * 86_400_000_000
    with path.open("wb") as out:
        for number in range(pages):
            page = _page(
                campaign, mine[number * size : (number + 1) * size], asked_us + number * 3_000_000, later=False
            )
            records += len(page.get("errors", ()))
            line = orjson.dumps(page)
            if number in logs:
                when = at(asked_us + number * 3_000_000)
                out.write(f"{when:%Y-%m-%d %H:%M:%S},417 WARNING rate limit exceeded: sleeping 412.7 secs\n".encode())
            if number in cuts:
                out.write(line[: len(line) // 3] + b"\n")
            out.write(line + b"\n")
        # Asked for again a day later: the same posts, other counts.
        for first in range(0, len(campaign.seen.again), size):
            page = _page(campaign, campaign.seen.again[first : first + size], asked_us + 86_400_000_000, later=True)
            records += len(page.get("errors", ()))
            out.write(orjson.dumps(page) + b"\n")
    return records


def _page(campaign: Campaign, which: np.ndarray[Any, Any], asked_us: int, *, later: bool) -> Json:
    rows = [int(i) for i in which]
    p = campaign.posts
    refs = sorted({int(campaign.seen.ref[i]) for i in rows if campaign.seen.ref[i] >= 0})
    said = {i: published(campaign, i) for i in {*rows, *refs}}
    mentioned = {x.part.account for i in rows for x in said[i][1] if x.part.account >= 0}
    users = sorted({int(p.author[i]) for i in (*rows, *refs)} | mentioned)
    ids = [int(campaign.seen.native[i]) for i in rows]
    page: Json = {
        "data": [_tweet(campaign, i, said[i], later=later) for i in rows],
        "includes": {
            "users": [_user(campaign, u) for u in users],
            "tweets": [_tweet(campaign, i, said[i], later=later) for i in refs],
        },
    }
    if media := _media(campaign, rows):
        page["includes"]["media"] = media
    if errors := {e["value"]: e for i in rows for e in _errors(campaign, i, said[i][1])}:
        page["errors"] = list(errors.values())
    page["meta"] = {"newest_id": str(max(ids)), "oldest_id": str(min(ids)), "result_count": len(ids)}
    retrieved = at(asked_us).isoformat(timespec="seconds") + "+00:00"
    page["__twarc"] = {"url": _CALL, "version": "2.14.1", "retrieved_at": retrieved}
    return page


def _tweet(campaign: Campaign, i: int, said: tuple[str, list[Placed]], *, later: bool) -> Json:
    p, native = campaign.posts, str(int(campaign.seen.native[i]))
    text, places = said
    kind, ref = int(p.kind[i]), int(campaign.seen.ref[i])
    out: Json = {
        "id": native,
        "author_id": native_id(campaign.accounts, int(p.author[i])),
        "created_at": iso_ms(int(p.at_us[i])),
        "text": text,
        "lang": language(campaign, i),
        **({"source": said_by} if (said_by := client(campaign, i)) else {}),
        "conversation_id": native,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": _metrics(campaign, i, later=later),
    }
    if places:
        out["entities"] = _entities(campaign, places)
    if p.media[i] >= 0:
        out["attachments"] = {"media_keys": [media_key(campaign, i)]}
    if kind != POST:
        known = ref >= 0
        target = str(int(campaign.seen.native[ref] if known else campaign.seen.deleted[-2 - ref]))
        out["referenced_tweets"] = [{"type": _REFERS[kind], "id": target}]
        if kind == REPLY:
            out["conversation_id"] = target
            if known:
                out["in_reply_to_user_id"] = native_id(campaign.accounts, int(p.author[ref]))
    if campaign.seen.withheld[i]:
        basis = WITHHELD[int(campaign.seen.withheld[i])]
        copyright_ = basis == "copyright"
        out["withheld"] = {"copyright": copyright_, "country_codes": ["XX"] if copyright_ else basis.split(",")}
    return out


def media_key(campaign: Campaign, i: int) -> str:
    """X numbers a file once; whoever attaches it again has the same key."""
    return f"7_{int(campaign.shelf.media[int(campaign.posts.media[i])][0][:12], 16)}"


def _media(campaign: Campaign, rows: list[int]) -> list[Json]:
    kinds = {"audio": "video", "video": "video", "document": "photo"}  # X has no audio and no documents
    found = {
        media_key(campaign, i): campaign.shelf.media[int(campaign.posts.media[i])][1]
        for i in rows
        if campaign.posts.media[i] >= 0
    }
    return [{"media_key": key, "type": kinds[kind]} for key, kind in sorted(found.items())]


def _metrics(campaign: Campaign, i: int, *, later: bool) -> Json:
    p = campaign.posts
    if p.kind[i] == REPOST:  # X shows the original's reposts and nothing else
        original = int(p.ref[i])
        return {
            "retweet_count": int(campaign.seen.reposts[original]),
            "reply_count": 0,
            "like_count": 0,
            "quote_count": 0,
        }
    likes = int(campaign.seen.likes[i])
    return {
        "retweet_count": int(campaign.seen.reposts[i]),
        "reply_count": likes // 9,
        "like_count": likes + (likes // 5 + 1 if later else 0),
        "quote_count": likes // 25,
        "impression_count": int(campaign.seen.views[i]),
    }


def _entities(campaign: Campaign, places: list[Placed]) -> Json:
    out: dict[str, list[Json]] = {}
    for place in places:
        span: Json = {"start": place.start, "end": place.end}
        part = place.part
        if part.what == "hashtag":
            out.setdefault("hashtags", []).append({**span, "tag": part.value})
        elif part.what == "url":
            shown = part.value.removeprefix("https://")
            link = {"url": part.shown, "expanded_url": part.value, "display_url": shown, "status": 200}
            out.setdefault("urls", []).append({**span, **link, "unwound_url": part.value})
        else:
            who: Json = {**span, "username": part.value}
            if part.account >= 0:
                who["id"] = native_id(campaign.accounts, part.account)
            out.setdefault("mentions", []).append(who)
    return out


def _user(campaign: Campaign, which: int) -> Json:
    accounts = campaign.accounts
    followers = int(accounts.followers[which])
    return {
        "id": native_id(accounts, which),
        "username": handle(accounts, which),
        "name": texts.name(int(accounts.number[which])),
        "created_at": iso_ms(int(accounts.made_us[which])),
        "description": "",
        "url": "",
        "protected": False,
        "verified": False,
        "profile_image_url": "https://photos.example.org/nobody_normal.png",
        "public_metrics": {
            "followers_count": followers,
            "following_count": followers // 3 + 17,
            "tweet_count": int(accounts.activity[which] * 900) + 5,
            "listed_count": followers // 200,
        },
    }


def _errors(campaign: Campaign, i: int, places: list[Placed]) -> Iterator[Json]:
    p = campaign.posts
    ref = int(campaign.seen.ref[i])
    if p.kind[i] != POST and ref < -1:
        gone = str(int(campaign.seen.deleted[-2 - ref]))
        yield {
            "value": gone,
            "detail": f"Could not find tweet with referenced_tweets.id: [{gone}].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "referenced_tweets.id",
            "resource_id": gone,
            "type": _PROBLEM + "resource-not-found",
        }
    for name in (x.part.value for x in places if x.part.what == "mention" and x.part.account < 0):
        yield {
            "value": name,
            "detail": f"User has been suspended: [{name}].",
            "title": "Forbidden",
            "resource_type": "user",
            "parameter": "entities.mentions.username",
            "resource_id": name,
            "type": _PROBLEM + "resource-not-found",
        }
