"""From the cells of a table and a mapping to staged rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.staged import MEDIA_ITEM
from blowback.sources import lists
from blowback.sources.staging import conform
from blowback.sources.table_cells import as_float, as_id, as_int, as_text, column_of, columns_of, rounded
from blowback.sources.table_time import Reading
from blowback.sources.table_time_read import read
from blowback.tools.frames import LOCATORS
from blowback.tools.keyed import fingerprint

_TEXT: Final = {
    "handle": "handle", "name": "name", "text": "text", "client": "client", "lang": "lang", "place": "place",
    "label": "account_label", "channel": "channel",
}  # fmt: skip
_IDS: Final = {"id": "native_id", "account": "account"}
_TARGETS: Final = {
    "repost": "repost_of", "repost_account": "repost_of_account", "quote": "quote_of", "reply_to": "reply_to",
    "reply_to_account": "reply_to_account", "conversation": "conversation",
}  # fmt: skip
_INT: Final = {n: n for n in ("followers", "following", "statuses", "likes", "reposts", "replies", "quotes", "views")}
_PLACES: Final = {"lat": "lat", "lon": "lon"}
_LIST: Final = {"hashtag": "hashtags", "url": "urls", "mention": "mention_handles", "mention_id": "mentions"}
_YES: Final = ("1", "1.0", "true", "yes", "t", "y")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is read."""

    mapping: Mapping[str, str]
    time: Reading
    platform: str
    account_created: Reading | None = None
    id_is_snowflake: bool = False
    by_handle: bool = False  # the account column holds handles
    zeros: bool = False  # long ids that end in 00 were rounded
    row_numbers: bool = False  # ids count the rows: they are no post's own


def stage(cells: pa.Table, plan: Plan, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Staged rows of a table; rows without an account or a time are set aside with the reason."""
    to = plan.mapping
    out = _columns(cells, to)
    out["posted_at"], out["clock"] = read(column_of(cells, to["time"]), plan.time, connection)
    if "account_created" in to and plan.account_created:
        out["account_created_at"], _ = read(column_of(cells, to["account_created"]), plan.account_created, connection)
    _accounts(out, plan)
    rows = cells.num_rows
    platform = as_text(column_of(cells, to["platform"])) if "platform" in to else pa.nulls(rows, pa.string())
    out["platform"] = pc.fill_null(platform, plan.platform)
    out["account_kind"] = pa.repeat("unknown", rows)
    out["kind"] = _kinds(cells, to, out, rows)
    for name in _TARGETS.values():  # a rounded target would make strangers repost the same post
        if name in out:
            out[name] = pc.if_else(rounded(out[name], zeros=plan.zeros), pa.scalar(None, pa.string()), out[name])
    if "client" in out:
        out["client"] = pc.replace_substring_regex(out["client"], "<[^>]*>", "")
    if plan.id_is_snowflake and "native_id" in out:
        connection.register("ids", pa.table({"v": out["native_id"]}))
        out["id_time"] = connection.execute("SELECT snowflake(v) AS t FROM ids").to_arrow_table().column("t")
    out |= _entries(out, zeros=plan.zeros)
    if plan.row_numbers:
        out["native_id"] = _completed(out)
    return conform(pa.table(out))


def _completed(out: Mapping[str, Any]) -> pa.Array:
    """Row numbers with 8 hex digits of account, time and text: the same row is the same post, another table's is not."""
    parts = [
        out["account"],
        pc.cast(pc.cast(out["posted_at"], pa.int64()), pa.string()),
        *([out["text"]] if "text" in out else []),
    ]
    body = pc.binary_join_element_wise(*parts, "\x1f", null_handling="replace")
    return pc.binary_join_element_wise(out["native_id"], pc.utf8_slice_codeunits(fingerprint(body), 0, 8), "~")


def _columns(cells: pa.Table, to: Mapping[str, str]) -> dict[str, Any]:
    """The mapped columns in their types, beside the locators."""
    out: dict[str, Any] = {n: cells.column(f"__{n}") for n in LOCATORS if f"__{n}" in cells.column_names}
    for read_as, fields in ((as_text, _TEXT), (as_id, _IDS | _TARGETS), (as_int, _INT), (as_float, _PLACES)):
        out |= {name: read_as(column_of(cells, to[field])) for field, name in fields.items() if field in to}
    for field, name in _LIST.items():
        if field in to:
            out[name] = lists.joined([lists.column(c, field) for c in columns_of(cells, to[field])])
    if "media" in to:
        out["media"] = _media(as_text(column_of(cells, to["media"])))
    return out


def _accounts(out: dict[str, Any], plan: Plan) -> None:
    """Handles without '@'; where an account's id was rounded or is missing, its handle stands for it, and is marked."""
    if "handle" in out:
        out["handle"] = pc.utf8_ltrim(out["handle"], "@")
    if "account" in out and plan.by_handle:
        out["account"] = pc.utf8_ltrim(out["account"], "@")
        out.setdefault("handle", out["account"])
    if "account" not in out and "handle" in out:
        out["account"], out["account_by_handle"] = out["handle"], pc.is_valid(out["handle"])
    elif "account" in out and "handle" in out and not plan.by_handle:
        lost = pc.or_(pc.is_null(out["account"]), rounded(out["account"]))
        instead = pc.and_(lost, pc.is_valid(out["handle"]))
        out["account"], out["account_by_handle"] = pc.if_else(instead, out["handle"], out["account"]), instead
    elif plan.by_handle:
        out["account_by_handle"] = pc.is_valid(out["account"])


def _kinds(cells: pa.Table, to: Mapping[str, str], out: dict[str, Any], rows: int) -> pa.Array:
    nothing = pa.repeat(False, rows)
    repost = pc.is_valid(out["repost_of"]) if "repost_of" in out else nothing
    if "is_repost" in to:
        says = pc.is_in(pc.utf8_lower(as_text(column_of(cells, to["is_repost"]))), pa.array(_YES))
        repost = pc.or_(repost, pc.fill_null(says, False))
    elif "repost" not in to and "text" in out:
        repost = pc.fill_null(pc.match_substring_regex(out["text"], r"^RT @\w"), False)
    quote = pc.is_valid(out["quote_of"]) if "quote_of" in out else nothing
    reply = pc.is_valid(out["reply_to"]) if "reply_to" in out else nothing
    return pc.case_when(pc.make_struct(repost, quote, reply), "repost", "quote", "reply", "post")


def _media(hashes: pa.Array) -> pa.Array:
    items = [None if h is None else [{"kind": "unknown", "hash": h}] for h in hashes.to_pylist()]
    return pa.array(items, pa.list_(MEDIA_ITEM))


def _entries(out: dict[str, Any], *, zeros: bool) -> dict[str, Any]:
    """entry, reason and detail: what makes a row no post."""
    account = out.get("account")
    rows = len(out["clock"])
    nothing = pa.repeat(False, rows)
    no_account = pc.is_null(account) if account is not None else pa.repeat(True, rows)
    no_time = pc.is_null(out["posted_at"])
    eaten_id = rounded(out["native_id"], zeros=zeros) if "native_id" in out else nothing
    eaten_account = rounded(account) if account is not None else nothing
    reason = pc.case_when(
        pc.make_struct(no_account, no_time, eaten_id, eaten_account),
        pa.scalar("no_account"), pa.scalar("no_time"), pa.scalar("rounded_id"), pa.scalar("rounded_id"), pa.scalar(None, pa.string()),
    )  # fmt: skip
    which = pc.case_when(
        pc.make_struct(pc.or_(no_account, no_time), eaten_id, eaten_account),
        pa.scalar(None, pa.string()), pa.scalar("the post's id"), pa.scalar("the account's id"), pa.scalar(None, pa.string()),
    )  # fmt: skip
    return {"reason": reason, "detail": which, "entry": pc.if_else(pc.is_valid(reason), "aside", "post")}


def aside(ragged: pa.Table) -> pa.Table:
    """Staged rows for records that could not be read as rows."""
    return conform(ragged.drop_columns(["raw"]).append_column("entry", pa.repeat("aside", ragged.num_rows)))
