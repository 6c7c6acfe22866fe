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
from blowback.sources.table_time import Reading, read
from blowback.tools.frames import LOCATORS

_TEXT: Final = {
    "id": "native_id", "account": "account", "handle": "handle", "name": "name", "text": "text", "client": "client",
    "lang": "lang", "place": "place", "label": "account_label", "repost": "repost_of", "channel": "channel",
    "repost_account": "repost_of_account", "quote": "quote_of", "reply_to": "reply_to",
    "reply_to_account": "reply_to_account", "conversation": "conversation",
}  # fmt: skip
_INT: Final = ("followers", "following", "statuses", "likes", "reposts", "replies", "quotes", "views")
_LIST: Final = {"hashtag": "hashtags", "url": "urls", "mention": "mention_handles", "mention_id": "mentions"}
_ID_FIELDS: Final = frozenset({"id", "account", "repost", "repost_account", "quote", "reply_to", "conversation"})
_NOTHING: Final = ("", "nan", "NaN", "None", "null", "NULL", "N/A", "NaT")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is read."""

    mapping: Mapping[str, str]
    time: Reading
    platform: str
    account_created: Reading | None = None
    id_is_snowflake: bool = False


def as_text(column: Any, *, ident: bool = False) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """A column as text; whole floats lose their '.0' where they stand for an id; empty words become null."""
    if pa.types.is_floating(column.type) and ident:
        whole = pc.cast(column, pa.int64(), safe=False)
        same = pc.fill_null(pc.equal(pc.cast(whole, pa.float64()), column), False)
        column = pc.if_else(same, pc.cast(whole, pa.string()), pc.cast(column, pa.string()))
    elif pa.types.is_list(column.type) or pa.types.is_struct(column.type):
        column = pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
    text = column.cast(pa.string())
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    if ident:
        text = pc.utf8_trim_whitespace(text)
        # '123.0' is what a spreadsheet or pandas made of 123
        text = pc.replace_substring_regex(text, r"^(\d+)\.0$", r"\1")
    return pc.if_else(pc.is_in(text, pa.array(_NOTHING)), pa.scalar(None, pa.string()), text)


def as_int(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """Counts: '1,234', '1234.0' and 1234 alike; what is no number becomes null."""
    text = as_text(column)
    text = pc.replace_substring_regex(text, r"[, _]|\.0+$", "")
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,18}$"), False)
    return pc.cast(pc.if_else(good, text, pa.scalar(None, pa.string())), pa.int64())


def as_float(column: Any) -> pa.Array:  # noqa: ANN401  # an Arrow column
    """Coordinates; words such as 'absent' become null."""
    text = as_text(column)
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,3}(\.\d+)?$"), False)
    return pc.cast(pc.if_else(good, text, pa.scalar(None, pa.string())), pa.float64())


def stage(cells: pa.Table, plan: Plan, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Staged rows of a table; rows without an account or a time are set aside with the reason."""
    to = plan.mapping
    out: dict[str, Any] = {n: cells.column(f"__{n}") for n in LOCATORS if f"__{n}" in cells.column_names}
    for field, name in _TEXT.items():
        if field in to:
            out[name] = as_text(cells.column(to[field]), ident=field in _ID_FIELDS)
    for field in _INT:
        if field in to:
            out[field] = as_int(cells.column(to[field]))
    for field in ("lat", "lon"):
        if field in to:
            out[field] = as_float(cells.column(to[field]))
    for field, name in _LIST.items():
        if field in to:
            out[name] = lists.column(cells.column(to[field]), urls=field == "url")
    if "media" in to:
        out["media"] = _media(as_text(cells.column(to["media"])))
    out["posted_at"] = read(cells.column(to["time"]), plan.time, connection)
    if "account_created" in to and plan.account_created:
        out["account_created_at"] = read(cells.column(to["account_created"]), plan.account_created, connection)
    rows = cells.num_rows
    if "account" not in out and "handle" in out:
        out["account"], out["account_by_handle"] = out["handle"], pa.repeat(True, rows)
    out["clock"] = pa.repeat(plan.time.clock, rows)
    platform = as_text(cells.column(to["platform"])) if "platform" in to else pa.nulls(rows, pa.string())
    out["platform"] = pc.fill_null(platform, plan.platform)
    out["account_kind"] = pa.repeat("unknown", rows)
    out["kind"] = _kinds(cells, to, out, rows)
    if "client" in out:
        out["client"] = pc.replace_substring_regex(out["client"], "<[^>]*>", "")
    if plan.id_is_snowflake and "native_id" in out:
        connection.register("ids", pa.table({"v": out["native_id"]}))
        out["id_time"] = connection.execute("SELECT snowflake(v) AS t FROM ids").to_arrow_table().column("t")
    out |= _entries(out)
    return conform(pa.table(out))


def _kinds(cells: pa.Table, to: Mapping[str, str], out: dict[str, Any], rows: int) -> pa.Array:
    nothing = pa.repeat(False, rows)
    repost = pc.is_valid(out["repost_of"]) if "repost_of" in out else nothing
    if "is_repost" in to:
        says = pc.is_in(
            pc.utf8_lower(as_text(cells.column(to["is_repost"]))), pa.array(["1", "1.0", "true", "yes", "t"])
        )
        repost = pc.or_(repost, pc.fill_null(says, False))
    elif "repost" not in to and "text" in out:
        repost = pc.fill_null(pc.match_substring_regex(out["text"], r"^RT @\w"), False)
    quote = pc.is_valid(out["quote_of"]) if "quote_of" in out else nothing
    reply = pc.is_valid(out["reply_to"]) if "reply_to" in out else nothing
    return pc.case_when(pc.make_struct(repost, quote, reply), "repost", "quote", "reply", "post")


def _media(hashes: pa.Array) -> pa.Array:
    kind = pa.nulls(len(hashes), pa.string())
    items = [None if h is None else [{"kind": "unknown", "hash": h}] for h in hashes.to_pylist()]
    del kind
    return pa.array(items, pa.list_(MEDIA_ITEM))


def _entries(out: dict[str, Any]) -> dict[str, Any]:
    """entry, reason and detail: what makes a row no post."""
    account = out.get("account")
    rows = len(out["clock"])
    no_account = pc.is_null(account) if account is not None else pa.repeat(True, rows)
    no_time = pc.is_null(out["posted_at"])
    if isinstance(no_time, pa.ChunkedArray):
        no_time = no_time.combine_chunks()
    rounded = pa.repeat(False, rows)
    if "native_id" in out:  # 1.16924671786414E+18: a spreadsheet ate the id
        rounded = pc.fill_null(pc.match_substring_regex(out["native_id"], r"^\d(\.\d+)?[eE]\+?\d+$"), False)
    reason = pc.case_when(
        pc.make_struct(no_account, no_time, rounded),
        pa.scalar("no_account"), pa.scalar("no_time"), pa.scalar("rounded_id"), pa.scalar(None, pa.string()),
    )  # fmt: skip
    return {"reason": reason, "entry": pc.if_else(pc.is_valid(reason), "aside", "post")}


def aside(ragged: pa.Table) -> pa.Table:
    """Staged rows for records that could not be read as rows."""
    return conform(ragged.drop_columns(["raw"]).append_column("entry", pa.repeat("aside", ragged.num_rows)))
