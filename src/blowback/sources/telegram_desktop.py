"""Telegram Desktop's `result.json`: one chat, or all chats of an account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.sources.source import Batch, Cursor, Expect, Guess, Head, Opened, Options, Source, is_json
from blowback.sources.staging import ASIDE_NOT_JSON, LOCATOR, Stager, batch, mended
from blowback.tools.documents import Document, after, document
from blowback.tools.frames import Frame
from blowback.tools.streams import Stream, look

STRUCTURE: Final[dict[str, Any]] = {
    "id": "VARCHAR", "type": "VARCHAR", "date": "VARCHAR", "date_unixtime": "VARCHAR", "edited": "VARCHAR",
    "edited_unixtime": "VARCHAR", "from": "VARCHAR", "from_id": "VARCHAR", "actor": "VARCHAR", "actor_id": "VARCHAR",
    "action": "VARCHAR", "author": "VARCHAR", "via_bot": "VARCHAR", "reply_to_message_id": "VARCHAR",
    "reply_to_peer_id": "VARCHAR", "forwarded_from": "VARCHAR", "forwarded_from_id": "VARCHAR", "text": "JSON",
    "text_entities": [{"type": "VARCHAR", "text": "VARCHAR", "href": "VARCHAR", "user_id": "VARCHAR"}],
    "photo": "VARCHAR", "file": "VARCHAR", "media_type": "VARCHAR", "mime_type": "VARCHAR", "file_size": "BIGINT",
    "location_information": {"latitude": "DOUBLE", "longitude": "DOUBLE"}, "place_name": "VARCHAR",
    "reactions": [{"count": "BIGINT"}],
}  # fmt: skip
_CHAT: Final = pa.schema(
    [("chat", pa.string()), ("channel", pa.string()), ("channel_name", pa.string()), ("channel_kind", pa.string()),
     ("numbered", pa.bool_())]
)  # fmt: skip
_MORE: Final = ", ".join(["chat_no", *_CHAT.names, "last_id"]) + ","
_PARTS: Final = """'[{"type": "VARCHAR", "text": "VARCHAR", "href": "VARCHAR", "user_id": "VARCHAR"}]'"""
_GONE: Final = "'removed_at': NULL::TIMESTAMP, 'observed_at': NULL::TIMESTAMP, 'certainty': 'inferred'"
# A gap is counted from the highest number so far: exports run upwards, and one that does not shows no gaps. Numbers below
# zero are those of a group before it became a supergroup.
_SELECT: Final = f"""
, m AS (SELECT {LOCATOR}, {_MORE} r, zoned, coalesce(r.from_id, r.actor_id, CASE WHEN (channel_kind = 'channel' OR r.type = 'service')
        AND r."from" IS NULL AND r.actor IS NULL THEN channel END) AS who, coalesce(r."from", r.actor, r.author) AS shown,
    coalesce(epoch(r.date_unixtime), CASE WHEN zoned THEN iso(r.date) ELSE timezone($zone, try_cast(r.date AS TIMESTAMP))::TIMESTAMP END) AS ts,
    CASE WHEN json_type(r.text) = 'VARCHAR' THEN r.text->>'$'
         ELSE array_to_string(list_transform(json_transform(r.text, '["JSON"]'),
            lambda p: CASE WHEN json_type(p) = 'VARCHAR' THEN p->>'$' ELSE p->>'$.text' END), '') END AS body,
    coalesce(r.text_entities, json_transform(r.text, {_PARTS})) AS parts,
    coalesce(r.forwarded_from_id, r.forwarded_from) IS NOT NULL
        OR contains(raw, '"forwarded_from": null') OR contains(raw, '"forwarded_from":null') AS forwarded,
    CASE WHEN numbered THEN no - greatest(last_id, max(no) OVER (PARTITION BY chat_no ORDER BY record_no
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) - 1 END AS gap,
    starts_with(coalesce(r.from_id, r.actor_id), 'user') AND r."from" IS NULL AND r.actor IS NULL AS nameless
    FROM (SELECT *, coalesce(regexp_matches(r.date, ':[0-9.]+(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$'), false) AS zoned, CASE WHEN try_cast(r.id AS BIGINT) > 0 THEN try_cast(r.id AS BIGINT) END AS no FROM parsed WHERE r IS NOT NULL))
, n AS (SELECT *, nameless AND row_number() OVER (PARTITION BY nameless, who ORDER BY record_no) = 1 AS first_nameless,
    list_transform(list_filter(parts, lambda p: p.type = 'mention'), lambda p: ltrim(p.text, '@')) AS at_names,
    list_transform(list_filter(parts, lambda p: p.type = 'mention_name'), lambda p: 'user' || p.user_id) AS by_id FROM m)
SELECT {LOCATOR},
    CASE WHEN r.type NOT IN ('message', 'service') OR ts IS NULL OR coalesce(who, shown) IS NULL THEN 'aside' ELSE 'post' END AS entry,
    CASE WHEN r.type NOT IN ('message', 'service') THEN 'unexpected_value' WHEN ts IS NULL THEN 'no_time'
         WHEN coalesce(who, shown) IS NULL THEN 'no_account' END AS reason,
    CASE WHEN r.type NOT IN ('message', 'service') THEN 'type ' || left(r.type, 20) END AS detail,
    'telegram' AS platform, chat || '/' || r.id AS native_id,
    coalesce(who, 'name:' || shown) AS account, who IS NULL AS account_by_handle, shown AS name,
    CASE WHEN who LIKE 'channel%' THEN 'channel' WHEN who LIKE 'user%' THEN 'person' ELSE 'unknown' END AS account_kind,
    channel, channel_name, channel_kind,
    ts AS posted_at, CASE WHEN r.date_unixtime IS NULL AND NOT zoned THEN 'assumed_zone' ELSE 'exact' END AS clock,
    CASE WHEN r.type = 'service' THEN 'service' WHEN forwarded THEN 'repost'
         WHEN r.reply_to_message_id IS NOT NULL THEN 'reply' ELSE 'post' END AS kind,
    body AS text, r.via_bot AS client,
    coalesce(r.forwarded_from_id, 'name:' || r.forwarded_from) AS repost_of_account,
    coalesce(nullif(regexp_extract(r.reply_to_peer_id, '[0-9]+'), ''), chat) || '/' || r.reply_to_message_id AS reply_to,
    r.location_information.latitude AS lat, r.location_information.longitude AS lon, r.place_name AS place,
    list_transform(list_filter(parts, lambda p: p.type = 'hashtag'), lambda p: ltrim(p.text, '#')) AS hashtags,
    list_transform(list_filter(parts, lambda p: p.type IN ('link', 'text_link')), lambda p: coalesce(p.href, p.text)) AS urls,
    CASE WHEN len(at_names) = 0 AND len(by_id) > 0 THEN by_id END AS mentions,
    list_transform(list_filter(parts, lambda p: p.type IN ('mention', 'mention_name')), lambda p: ltrim(p.text, '@')) AS mention_handles,
    CASE WHEN coalesce(r.photo, r.file) IS NOT NULL THEN [{{'kind': coalesce(r.media_type, CASE WHEN r.photo IS NOT NULL
        THEN 'photo' ELSE 'document' END), 'native_id': NULL::VARCHAR, 'hash': NULL::VARCHAR, 'mime': r.mime_type,
        'bytes': r.file_size}}] END AS media,
    list_concat(
        CASE WHEN gap > 0 THEN [{{'subject': channel || '/before/' || r.id, 'subject_kind': 'unknown', 'state': 'missing',
            'actor': 'unknown', 'basis': gap || ' message numbers missing before this one', 'scope': 'world', {_GONE}}}] END,
        CASE WHEN first_nameless THEN [{{'subject': who, 'subject_kind': 'account', 'state': 'deleted', 'actor': 'unknown',
            'basis': 'account without a name', 'scope': 'world', {_GONE}}}] END) AS removals,
    CASE WHEN edited > '2013-01-01' THEN edited END AS edited_at,
    list_sum(list_transform(r.reactions, lambda x: x.count))::BIGINT AS likes
FROM (SELECT *, coalesce(epoch(r.edited_unixtime), timezone($zone, try_cast(r.edited AS TIMESTAMP))::TIMESTAMP) AS edited FROM n)
UNION ALL BY NAME {ASIDE_NOT_JSON}
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


def _chat_rows(envelope: list[Any]) -> pa.Table:
    """One row a chat. In a whole account's export a group may hold the user's own messages only: its gaps say nothing."""
    rows = []
    alone = any(isinstance(top, dict) and "messages" in top for top in envelope)
    for chat in chats_of(envelope):
        kind = str(chat.get("type", ""))
        rows.append({
            "chat": None if chat.get("id") is None else str(chat["id"]), "channel": _channel(chat),
            "channel_name": chat.get("name"), "channel_kind": _kind(chat),
            "numbered": kind in ("public_channel", "private_channel") or (alone and kind.endswith("_supergroup")),
        })  # fmt: skip
    return pa.Table.from_pylist(rows, _CHAT)


def _sniff(head: Head) -> Guess:
    first = head.first[:60000] if is_json(head) else b""
    if b'"messages"' in first and (b'"date_unixtime"' in first or b'"from_id"' in first or b'"text_entities"' in first):
        return Guess(0.95, "messages with date_unixtime, from_id or text_entities")
    if b'"about": "Here is the data you requested' in first or b'"personal_information"' in first:
        return Guess(0.9, "an account's export by Telegram Desktop")
    return Guess(0.0, "no messages array of Telegram's kind")


@dataclass(slots=True)
class _Export:
    """One export being read: its chats, and what must be known from one window to the next."""

    found: Document
    zone: str
    chats: pa.Table
    stager: Stager
    last: dict[int, int]  # chat -> highest message number so far
    nameless: set[str]

    def stage(self, frame: Frame) -> pa.Table:
        assert frame.array_no is not None  # noqa: S101  # items of arrays have one
        numbers = frame.array_no
        table = frame.table.append_column("chat_no", pa.array(numbers))
        mine = self.chats.take(pa.array(numbers))
        for name in mine.column_names:
            table = table.append_column(name, mine.column(name))
        last = [self.last.get(n) for n in numbers.tolist()] if self.last else [None] * len(numbers)
        table = table.append_column("last_id", pa.array(last, pa.int64()))
        staged = self.stager(table, zone=self.zone)
        if (again := mended(staged, table)) is not None:
            staged = self.stager(again, zone=self.zone)
        staged = staged.sort_by("record_no")  # the window functions sort otherwise
        self._note(staged, int(numbers[-1]), numbers)
        return staged.set_column(staged.schema.get_field_index("removals"), "removals", self._once(staged))

    def _note(self, staged: pa.Table, chat: int, numbers: np.ndarray[Any, Any]) -> None:
        """Only the last chat of a window goes on in the next one."""
        ids = pc.struct_field(pc.extract_regex(staged.column("native_id"), r"/(?P<n>\d{1,18})$"), "n")
        highest = pc.max(pc.cast(ids.filter(pa.array(numbers == chat)), pa.int64())).as_py()
        before = self.last.get(chat)
        self.last = {chat: max(v for v in (highest, before) if v is not None)} if highest or before else {}

    def _once(self, staged: pa.Table) -> pa.ChunkedArray:
        """An account without a name is told of once, not in every window."""
        removals = staged.column("removals")
        if not self.nameless and not pc.any(pc.is_valid(removals)).as_py():
            return removals
        kept = []
        for items in removals.to_pylist():
            fresh = [i for i in items or () if i["subject_kind"] != "account" or i["subject"] not in self.nameless]
            self.nameless |= {i["subject"] for i in fresh if i["subject_kind"] == "account"}
            kept.append(fresh or None)
        return pa.chunked_array([pa.array(kept, removals.type)])


def _open(path: Path, head: Head, options: Options) -> Opened:
    zone = options.zone or "UTC"
    local = b'"date_unixtime"' not in head.first and b'"messages"' in head.first
    kind, _ = look(path)

    def batches(cursor: Cursor) -> Iterator[Batch]:
        found = document(lambda: Stream(path, kind), "messages")
        export = _Export(found, zone, _chat_rows(found.envelope), Stager(STRUCTURE, _SELECT, _MORE), {}, set())
        stream = Stream(path, kind)
        before = max(cursor.record_no - 1, 0)  # the message before tells whether one is missing
        for frame in after(found.items(stream), before):
            again = before < cursor.record_no
            if again:
                export.stage(frame.part(0, 1))
            fresh, before = (frame.part(1, len(frame)), cursor.record_no) if again else (frame, before)
            if len(fresh):
                yield batch(export.stage(fresh), fresh, before, stream)
                before += len(fresh)

    return Opened("telegram_desktop", zone, local and not options.zone, {}, (), batches)


telegram_desktop = Source(
    id="telegram_desktop",
    title="Telegram Desktop",
    reads="`result.json` of one chat or of all chats",
    framing="items",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1, filled={"text": 0.2}),
)
