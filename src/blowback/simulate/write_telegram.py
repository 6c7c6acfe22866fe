"""Telegram Desktop's whole export: one `result.json` with all channels, local times beside Unix times."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import seconds
from blowback.simulate.compose import Part, parts
from blowback.simulate.people import TELEGRAM, native_id
from blowback.simulate.posts import REPLY, REPOST

NAME: Final = "telegram_result.json"
ZONE_H: Final = 3  # the machine that exported lives three hours east of UTC, as `date` shows
_ENTITY: Final = {"hashtag": "hashtag", "url": "link", "mention": "mention"}
Json = dict[str, Any]


def write(campaign: Campaign, path: Path) -> int:
    """Write the export, one message on a line. Returns the number of messages, service messages included.

    Raises:
        OSError: the disk refused.
    """
    mine = np.flatnonzero(campaign.export == TELEGRAM)
    authors = campaign.posts.author[mine]
    records = 0
    with path.open("wb") as out:
        out.write(b'{\n "about": "Simulated export",\n "chats": {\n  "about": "Invented channels",\n  "list": [')
        for number, channel in enumerate(np.flatnonzero(campaign.accounts.export == TELEGRAM)):
            here = mine[authors == channel]
            name, native = _title(campaign, int(channel)), int(campaign.accounts.native[channel])
            head: Json = {"name": name, "type": "public_channel", "id": native}
            messages = [_created(campaign, int(channel)), *(_message(campaign, int(i)) for i in here)]
            out.write((b"," if number else b"") + b"\n  " + orjson.dumps(head)[:-1] + b', "messages": [\n   ')
            out.write(b",\n   ".join(orjson.dumps(m) for m in messages) + b"\n  ]}")
            records += len(messages)
        out.write(b"\n  ]\n }\n}\n")
    return records


def _title(campaign: Campaign, channel: int) -> str:
    return texts.name(int(campaign.accounts.number[channel])) + f" {int(campaign.accounts.number[channel]) % 1000}"


def _created(campaign: Campaign, channel: int) -> Json:
    # Shortly before the window, or a time axis would begin years early.
    made = campaign.scenario.start_us - (int(campaign.accounts.native[channel]) % 48 + 1) * 3_600_000_000
    return {
        "id": 1,
        "type": "service",
        "date": seconds(made, ZONE_H),
        "date_unixtime": str(made // 1_000_000),
        "actor": _title(campaign, channel),
        "actor_id": native_id(campaign.accounts, channel),
        "action": "create_channel",
        "title": _title(campaign, channel),
        "text": "",
        "text_entities": [],
    }


def _message(campaign: Campaign, i: int) -> Json:
    p = campaign.posts
    channel, us = int(p.author[i]), int(p.at_us[i])
    source = int(p.ref[i]) if p.kind[i] == REPOST else i
    out: Json = {
        "id": int(campaign.seen.native[i]),
        "type": "message",
        "date": seconds(us, ZONE_H),
        "date_unixtime": str(us // 1_000_000),
        "from": _title(campaign, channel),
        "from_id": native_id(campaign.accounts, channel),
    }
    if p.kind[i] == REPOST:
        out["forwarded_from"] = _title(campaign, int(p.author[source]))
        out["forwarded_from_id"] = native_id(campaign.accounts, int(p.author[source]))
    # A reply points into its own chat; an answer to another channel's post is just a post.
    if p.kind[i] == REPLY and p.ref[i] >= 0 and p.author[p.ref[i]] == channel:
        out["reply_to_message_id"] = int(campaign.seen.native[p.ref[i]])
    if p.media[source] >= 0:
        out.update(_file(campaign, source))
    pieces = parts(campaign, source, short=False)
    entities = [_entity(part) for part in _merged(pieces)]
    out["text"] = _mixed(entities)
    out["text_entities"] = entities
    if likes := int(campaign.seen.likes[i]):
        out["reactions"] = [{"type": "emoji", "count": likes, "emoji": "👍"}]
    return out


def _file(campaign: Campaign, i: int) -> Json:
    """What Telegram says of a file that was not downloaded."""
    name, kind = campaign.shelf.media[int(campaign.posts.media[i])]
    mime = {"audio": "audio/mpeg", "video": "video/mp4", "document": "application/pdf"}[kind]
    size = 400_000 + int(name[:6], 16)
    told: Json = {
        "file": "(File not included. Change data exporting settings to download.)",
        "file_name": f"{name[:12]}",
        "file_size": size,
    }
    more = {"audio": {"media_type": "audio_file"}, "video": {"media_type": "video_file"}, "document": {}}[kind]
    return {**told, **more, "mime_type": mime}


def _merged(pieces: list[Part]) -> list[Part]:
    """Plain pieces side by side are one piece."""
    out: list[Part] = []
    for part in pieces:
        if out and out[-1].what == part.what == "plain":
            out[-1] = Part("plain", out[-1].shown + part.shown)
        else:
            out.append(part)
    return out


def _entity(part: Part) -> Json:
    return {"type": _ENTITY.get(part.what, "plain"), "text": part.shown}


def _mixed(entities: list[Json]) -> Any:  # noqa: ANN401  # Telegram's own mix of string and list
    """Telegram writes a string where nothing is marked, else a list of strings and marked pieces."""
    if all(e["type"] == "plain" for e in entities):
        return "".join(e["text"] for e in entities)
    return [e["text"] if e["type"] == "plain" else e for e in entities]
