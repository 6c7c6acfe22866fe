"""Bluesky Jetstream: one event of the firehose on each line, in the order in which it was seen."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import iso_ms
from blowback.simulate.compose import Placed, language, parts, placed
from blowback.simulate.named import author, post_id
from blowback.simulate.people import BLUESKY, native_id
from blowback.simulate.posts import QUOTE, REPLY, REPOST
from blowback.simulate.snowflake import tid

NAME: Final = "bluesky_jetstream.jsonl"
_DELAY_US: Final = 412_000  # from the author's clock to the relay's
_MIME: Final = {"audio": "audio/mpeg", "video": "video/mp4", "document": "image/png"}
Json = dict[str, Any]


def write(campaign: Campaign, path: Path) -> int:
    """Write the export. Returns the number of events.

    Raises:
        OSError: the disk refused.
    """
    mine = np.flatnonzero(campaign.export == BLUESKY)
    with path.open("wb") as out:
        for i in mine:
            out.write(orjson.dumps(_event(campaign, int(i))) + b"\n")
    return len(mine)


def _event(campaign: Campaign, i: int) -> Json:
    p = campaign.posts
    again = p.kind[i] == REPOST
    commit: Json = {
        "rev": tid(int(campaign.seen.native[i]) + 5),
        "operation": "create",
        "collection": "app.bsky.feed." + ("repost" if again else "post"),
        "rkey": tid(int(campaign.seen.native[i])),
        "record": _repost(campaign, i) if again else _record(campaign, i),
        "cid": _cid(f"record {post_id(campaign, i)}"),
    }
    return {"did": author(campaign, i), "time_us": int(p.at_us[i]) + _DELAY_US, "kind": "commit", "commit": commit}


def _cid(name: str) -> str:
    return "bafyrei" + hashlib.sha256(name.encode()).hexdigest()[:52]


def _strong(campaign: Campaign, i: int) -> Json:
    uri = post_id(campaign, i)
    return {"cid": _cid(f"record {uri}"), "uri": uri}


def _repost(campaign: Campaign, i: int) -> Json:
    p = campaign.posts
    subject = _strong(campaign, int(p.ref[i]))
    return {"$type": "app.bsky.feed.repost", "createdAt": iso_ms(int(p.at_us[i])), "subject": subject}


def _record(campaign: Campaign, i: int) -> Json:
    p = campaign.posts
    text, places = placed(parts(campaign, i, short=False))
    out: Json = {
        "$type": "app.bsky.feed.post",
        "createdAt": iso_ms(int(p.at_us[i])),
        "langs": [language(campaign, i)],
        "text": text,
    }
    facets = [f for f in (_facet(campaign, text, place) for place in places) if f]
    if facets:
        out["facets"] = facets
    ref = int(p.ref[i])
    if p.kind[i] == REPLY and ref >= 0:
        out["reply"] = {"parent": _strong(campaign, ref), "root": _strong(campaign, ref)}
    if p.kind[i] == QUOTE and ref >= 0:
        out["embed"] = {"$type": "app.bsky.embed.record", "record": _strong(campaign, ref)}
    elif p.media[i] >= 0:
        out["embed"] = _file(campaign, i)
    return out


def _facet(campaign: Campaign, text: str, place: Placed) -> Json | None:
    """A marked stretch, by byte offsets in UTF-8."""
    part = place.part
    start = len(text[: place.start].encode())
    span = {"byteStart": start, "byteEnd": start + len(part.shown.encode())}
    if part.what == "mention":
        if part.account < 0:
            return None
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": native_id(campaign.accounts, part.account)}
    elif part.what == "url":
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": part.value}
    else:
        feature = {"$type": "app.bsky.richtext.facet#tag", "tag": part.value}
    return {"features": [feature], "index": span}


def _file(campaign: Campaign, i: int) -> Json:
    """An image or video; the blob's content hash is the file's, whoever posts it."""
    name, kind = campaign.shelf.media[int(campaign.posts.media[i])]
    blob = {
        "$type": "blob",
        "ref": {"$link": f"bafkrei{name}"},
        "mimeType": _MIME[kind],
        "size": 400_000 + int(name[:6], 16),
    }
    if kind == "document":
        return {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": blob}]}
    return {"$type": "app.bsky.embed.video", "video": blob}
