"""X information-operations CSV (the platform's own releases) and FiveThirtyEight's Internet Research Agency CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.staged import REMOVAL_ITEM
from blowback.sources import csv_rows
from blowback.sources.source import Expect, Guess, Head, Opened, Options, Source
from blowback.sources.table import opened
from blowback.sources.table_map import Plan
from blowback.sources.table_time import reading

_RELEASE: Final = {
    "id": "tweetid", "account": "userid", "name": "user_display_name", "handle": "user_screen_name",
    "time": "tweet_time", "text": "tweet_text", "lang": "tweet_language", "client": "tweet_client_name",
    "followers": "follower_count", "following": "following_count", "account_created": "account_creation_date",
    "reply_to": "in_reply_to_tweetid", "reply_to_account": "in_reply_to_userid", "quote": "quoted_tweet_tweetid",
    "is_repost": "is_retweet", "repost": "retweet_tweetid", "repost_account": "retweet_userid", "lat": "latitude",
    "lon": "longitude", "hashtag": "hashtags", "url": "urls", "mention_id": "user_mentions", "quotes": "quote_count",
    "replies": "reply_count", "likes": "like_count", "reposts": "retweet_count",
}  # fmt: skip
_TROLLS: Final = {
    "id": "tweet_id", "account": "external_author_id", "handle": "author", "time": "publish_date", "text": "content",
    "lang": "language", "followers": "followers", "following": "following", "statuses": "updates",
    "is_repost": "retweet", "label": "account_category",
}  # fmt: skip
_REMOVAL: Final = {
    "subject_kind": "account", "state": "suspended", "actor": "platform", "basis": "released as an information operation",
    "scope": "world", "removed_at": None, "observed_at": None, "certainty": "observed",
}  # fmt: skip


def _names(head: Head) -> tuple[str, ...]:
    layout = csv_rows.layout(head.first)
    return layout.names if layout else ()


def _sniff(head: Head) -> Guess:
    names = set(_names(head)) if head.encoding != "binary" and b"," in head.first[:4000] else set()
    if {"tweetid", "userid", "tweet_time", "tweet_text"} <= names:
        return Guess(0.97, "the columns of the platform's information-operations releases")
    if {"content", "publish_date", "harvested_date"} <= names:
        return Guess(0.97, "the columns of FiveThirtyEight's files")
    return Guess(0.0, "not these columns")


def _suspended(staged: pa.Table) -> pa.Table:
    """Every account of a release was suspended: one removal with the first post of each batch and account."""
    accounts = staged.column("account").to_pylist()
    seen: set[str] = set()
    rows: list[list[dict[str, str | None]] | None] = []
    for account, entry in zip(accounts, staged.column("entry").to_pylist(), strict=True):
        if entry == "post" and account not in seen:
            seen.add(account)
            rows.append([{**_REMOVAL, "subject": account}])
        else:
            rows.append(None)
    at = staged.schema.get_field_index("removals")
    return staged.set_column(at, "removals", pa.array(rows, pa.list_(REMOVAL_ITEM)))


def _open(path: Path, head: Head, options: Options) -> Opened:
    names = _names(head)
    fields = _RELEASE if "tweetid" in names else _TROLLS
    mapping = {f: c for f, c in fields.items() if c in names}
    if "account" not in mapping:  # the author-wise cut of FiveThirtyEight's files has author_id alone
        mapping["account"] = "author_id" if "author_id" in names else mapping.pop("handle", "author")

    def plan(sample: pa.Table) -> Plan:
        zone = options.zone or "UTC"
        created = None
        if "account_created" in mapping:
            created = reading(sample.column(mapping["account_created"]), "account_creation_date", zone, options.dates)
        time = reading(sample.column(mapping["time"]), mapping["time"], zone, options.dates)
        # Both layouts state UTC in their documentation and give whole minutes.
        clock = "minute" if time.clock in ("assumed_zone", "exact", "minute") else time.clock
        exact = type(time)(time.kind, clock, time.zone, time.unit_us, time.formats)
        return Plan(mapping, exact, "x", created, id_is_snowflake="id" in mapping)

    def finish(staged: pa.Table) -> pa.Table:
        if fields is _RELEASE:  # hashed ids stand in for the handle of small accounts: no handle then
            at = staged.schema.get_field_index("handle")
            hashed = pc.fill_null(pc.equal(staged.column("handle"), staged.column("account")), False)
            staged = staged.set_column(
                at, "handle", pc.if_else(hashed, pa.scalar(None, pa.string()), staged.column("handle"))
            )
        return _suspended(staged)

    return opened(path, head, options, "x_io", plan, finish)


x_io = Source(
    id="x_io",
    title="X information operations (and FiveThirtyEight's IRA files)",
    reads="CSV with `tweetid`, `userid`, `tweet_time`, or with `content`, `publish_date`, `harvested_date`",
    framing="rows",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1, filled={"text": 0.9}),
)
