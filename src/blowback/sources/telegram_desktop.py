"""Telegram Desktop's `result.json`: one chat, or all chats of an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, from_document
from blowback.tools.frames import Document

STRUCTURE: Final[dict[str, Any]] = {
    "id": "VARCHAR", "type": "VARCHAR", "date": "VARCHAR", "date_unixtime": "VARCHAR", "edited": "VARCHAR",
    "edited_unixtime": "VARCHAR", "from": "VARCHAR", "from_id": "VARCHAR", "actor": "VARCHAR", "actor_id": "VARCHAR",
    "action": "VARCHAR", "author": "VARCHAR", "via_bot": "VARCHAR", "reply_to_message_id": "VARCHAR",
    "forwarded_from": "VARCHAR", "forwarded_from_id": "VARCHAR", "text": "JSON",
    "text_entities": [{"type": "VARCHAR", "text": "VARCHAR", "href": "VARCHAR", "user_id": "VARCHAR"}],
    "photo": "VARCHAR", "file": "VARCHAR", "media_type": "VARCHAR", "mime_type": "VARCHAR", "file_size": "BIGINT",
    "location_information": {"latitude": "DOUBLE", "longitude": "DOUBLE"}, "place_name": "VARCHAR",
    "reactions": [{"count": "BIGINT"}],
}  # fmt: skip
_NUMBERED: Final = ("public_channel", "private_channel", "public_supergroup", "private_supergroup")
_SELECT: Final = f"""
, m AS (SELECT {LOCATOR}, r, coalesce(r.from_id, r.actor_id) AS who, coalesce(r."from", r.actor, r.author) AS shown,
    coalesce(epoch(r.date_unixtime), timezone($zone, try_cast(r.date AS TIMESTAMP))::TIMESTAMP) AS ts,
    CASE WHEN json_type(r.text) = 'VARCHAR' THEN r.text->>'$'
         ELSE array_to_string(list_transform(json_transform(r.text, '["JSON"]'),
            lambda p: CASE WHEN json_type(p) = 'VARCHAR' THEN p->>'$' ELSE p->>'$.text' END), '') END AS body,
    coalesce(r.text_entities, json_transform(r.text, '[{{"type": "VARCHAR", "text": "VARCHAR", "href": "VARCHAR"}}]')) AS parts,
    CASE WHEN $numbered THEN try_cast(r.id AS BIGINT)
        - lag(try_cast(r.id AS BIGINT)) OVER (ORDER BY try_cast(r.id AS BIGINT)) - 1 END AS gap
    FROM parsed WHERE r IS NOT NULL)
SELECT {LOCATOR},
    CASE WHEN r.type NOT IN ('message', 'service') OR ts IS NULL OR coalesce(who, shown) IS NULL THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN r.type NOT IN ('message', 'service') THEN 'unexpected_value' WHEN ts IS NULL THEN 'no_time'
         WHEN coalesce(who, shown) IS NULL THEN 'no_account' END AS reason,
    CASE WHEN r.type NOT IN ('message', 'service') THEN 'type ' || left(r.type, 20) END AS detail,
    'telegram' AS platform, CASE WHEN r.id IS NOT NULL THEN coalesce($chat, '') || '/' || r.id END AS native_id,
    coalesce(who, 'name:' || shown) AS account, who IS NULL AS account_by_handle, shown AS name,
    CASE WHEN who LIKE 'channel%' THEN 'channel' WHEN who LIKE 'user%' THEN 'person' ELSE 'unknown' END AS account_kind,
    $channel AS channel, $name AS channel_name, $kind AS channel_kind,
    ts AS posted_at, CASE WHEN r.date_unixtime IS NULL THEN 'assumed_zone' ELSE 'exact' END AS clock,
    CASE WHEN r.type = 'service' THEN 'service' WHEN coalesce(r.forwarded_from_id, r.forwarded_from) IS NOT NULL THEN 'repost'
         WHEN r.reply_to_message_id IS NOT NULL THEN 'reply' ELSE 'post' END AS kind,
    body AS text, r.via_bot AS client,
    coalesce(r.forwarded_from_id, 'name:' || r.forwarded_from) AS repost_of_account,
    CASE WHEN r.reply_to_message_id IS NOT NULL THEN coalesce($chat, '') || '/' || r.reply_to_message_id END AS reply_to,
    r.location_information.latitude AS lat, r.location_information.longitude AS lon, r.place_name AS place,
    list_transform(list_filter(parts, lambda p: p.type = 'hashtag'), lambda p: ltrim(p.text, '#')) AS hashtags,
    list_transform(list_filter(parts, lambda p: p.type IN ('link', 'text_link')), lambda p: coalesce(p.href, p.text)) AS urls,
    list_transform(list_filter(parts, lambda p: p.type IN ('mention', 'mention_name')), lambda p: ltrim(p.text, '@')) AS mention_handles,
    CASE WHEN coalesce(r.photo, r.file) IS NOT NULL THEN [{{'kind': coalesce(r.media_type, CASE WHEN r.photo IS NOT NULL
        THEN 'photo' ELSE 'document' END), 'native_id': NULL::VARCHAR, 'hash': NULL::VARCHAR, 'mime': r.mime_type,
        'bytes': r.file_size}}] END AS media,
    CASE WHEN gap > 0 THEN [{{'subject': $channel || '/before/' || r.id, 'subject_kind': 'unknown', 'state': 'missing',
        'actor': 'unknown', 'basis': gap || ' message numbers missing before this one', 'scope': 'world',
        'removed_at': NULL::TIMESTAMP, 'observed_at': NULL::TIMESTAMP, 'certainty': 'inferred'}}] END AS removals,
    coalesce(epoch(r.edited_unixtime), timezone($zone, try_cast(r.edited AS TIMESTAMP))::TIMESTAMP) AS edited_at,
    list_sum(list_transform(r.reactions, lambda x: x.count))::BIGINT AS likes
FROM m UNION ALL BY NAME {ASIDE_NOT_JSON}
"""


def chats_of(envelope: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # any JSON
    """The objects that hold a `messages` array, in the order of the document."""
    if isinstance(envelope, dict):
        inner = [c for v in envelope.values() for c in chats_of(v)]
        return [envelope, *inner] if "messages" in envelope else inner
    return [c for v in envelope for c in chats_of(v)] if isinstance(envelope, list) else []


def _channel(chat: dict[str, Any]) -> str | None:
    """The chat as an account: channels have the id that their own messages carry in from_id."""
    if chat.get("id") is None:
        return f"name:{chat['name']}" if chat.get("name") else None
    return f"{'channel' if 'channel' in str(chat.get('type')) else 'chat'}{chat['id']}"


def _kind(chat: dict[str, Any]) -> str:
    kind = str(chat.get("type", ""))
    return "channel" if "channel" in kind else "group" if "group" in kind else "unknown"


def _sniff(head: Head) -> Guess:
    first = head.first[:60000]
    if b'"messages"' in first and (b'"date_unixtime"' in first or b'"from_id"' in first or b'"text_entities"' in first):
        return Guess(0.95, "messages with date_unixtime, from_id or text_entities")
    return Guess(0.0, "no messages array of Telegram's kind")


def _open(path: Path, head: Head, options: Options) -> Opened:
    zone = options.zone or "UTC"
    local = b'"date_unixtime"' not in head.first

    def stage(found: Document) -> Iterator[pa.Table]:
        stager = Stager(STRUCTURE, _SELECT)
        for number, chat in enumerate(chats_of(found.envelope)):
            mine = pc.equal(pa.array(found.frame.array_no), number)
            table = found.frame.table.filter(mine)
            if table.num_rows:
                named = None if chat.get("id") is None else str(chat["id"])
                yield stager(
                    table, zone=zone, chat=named, channel=_channel(chat), name=chat.get("name"), kind=_kind(chat),
                    numbered=chat.get("type") in _NUMBERED,
                )  # fmt: skip

    note = f"dates without date_unixtime are local times of the exporting computer; read as {zone}"
    return Opened("telegram_desktop", zone, local and not options.zone, {}, (note,) if local else (),
                  from_document(path, "messages", stage))  # fmt: skip


telegram_desktop = Source(
    id="telegram_desktop",
    title="Telegram Desktop",
    reads="`result.json` of one chat or of all chats",
    framing="items",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1, filled={"text": 0.2}),
)
