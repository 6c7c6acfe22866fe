"""X information-operations CSV (the platform's own releases) and FiveThirtyEight's Internet Research Agency CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import NotPosts, WrongMapping
from blowback.model.locator import Locator
from blowback.model.staged import REMOVAL_ITEM
from blowback.sources import csv_rows
from blowback.sources.lists import empty_to_null
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
    if {
        "userid",
        "user_screen_name",
        "account_creation_date",
        "account_language",
    } <= names and "tweet_text" not in names:
        return Guess(0.9, "the columns of the accounts in an information-operations release")
    if {"content", "publish_date", "harvested_date"} <= names:
        return Guess(0.97, "the columns of FiveThirtyEight's files")
    return Guess(0.0, "not these columns")


def _suspended(staged: pa.Table, seen: set[str]) -> pa.Table:
    """Every account of a release was suspended: one removal with the first post of each account."""
    accounts = staged.column("account").to_pylist()
    rows: list[list[dict[str, str | None]] | None] = []
    for account, entry in zip(accounts, staged.column("entry").to_pylist(), strict=True):
        if entry in ("post", "removal") and account not in seen:
            seen.add(account)
            rows.append([{**_REMOVAL, "subject": account}])
        else:
            rows.append(None)
    at = staged.schema.get_field_index("removals")
    return staged.set_column(at, "removals", pa.array(rows, pa.list_(REMOVAL_ITEM)))


def _without_hashes(staged: pa.Table) -> pa.Table:
    """In a release, hashed ids stand in for the handle and name of small accounts: no handle and no name then."""
    for name in ("handle", "name"):
        hashed = pc.fill_null(pc.equal(staged.column(name), staged.column("account")), False)
        at = staged.schema.get_field_index(name)
        nothing = pa.scalar(None, pa.string())
        staged = staged.set_column(at, name, pc.if_else(hashed, nothing, staged.column(name)))
    return staged


def _fields(names: tuple[str, ...]) -> dict[str, str]:
    """Field -> column of either layout.

    FiveThirtyEight's account ids were eaten by a spreadsheet in part: the later `alt_external_id` is whole, and the handle
    stands in where neither is.
    """
    if "tweetid" in names:
        return {f: c for f, c in _RELEASE.items() if c in names}
    found = {f: c for f, c in _TROLLS.items() if c in names}
    found["account"] = next(
        (c for c in ("alt_external_id", "external_author_id", "author_id", "author") if c in names), "author"
    )
    links = [c for c in ("tco1_step1", "tco2_step1", "tco3_step1") if c in names]
    return found | ({"url": "+".join(links)} if links else {})


def _open(path: Path, head: Head, options: Options) -> Opened:
    if "tweetid" not in _names(head) and "content" not in _names(head):
        raise NotPosts(
            f"{path.name} lists the accounts of an information operation, not their posts",
            hint="Give the file of tweets of the same release (`..._tweets_csv_hashed.csv`)",
            at=Locator(path.name),
        )
    mapping = _fields(_names(head))
    if missing := [
        c for f, c in (("time", "tweet_time or publish_date"), ("text", "tweet_text or content")) if f not in mapping
    ]:
        raise WrongMapping(
            f"{path.name} has no column {' and no column '.join(missing)}",
            hint="It is no whole release: say --format table --map account=COLUMN,time=COLUMN,...",
            at=Locator(path.name),
        )
    release = "tweet_text" in mapping.values()

    def plan(sample: pa.Table) -> Plan:
        zone = options.zone or "UTC"
        dates = options.dates or "month-first"  # FiveThirtyEight: 10/1/2017 is the first of October
        created = None
        if "account_created" in mapping:
            created = reading(sample.column(mapping["account_created"]), "account_creation_date", zone, dates)
        time = reading(sample.column(mapping["time"]), mapping["time"], zone, dates)
        # Both layouts state UTC in their documentation and give whole minutes.
        time = replace(time, grain="day" if time.grain == "day" else "minute", local=False, stated=True)
        handles = {"author_id", "author"}
        return Plan(
            mapping, time, "x", created, id_is_snowflake="id" in mapping, by_handle=mapping["account"] in handles
        )

    def finishing() -> Callable[[pa.Table], pa.Table]:
        seen: set[str] = set()

        def finish(staged: pa.Table) -> pa.Table:
            if "url" in mapping and not release:  # no link given: the text is asked
                at = staged.schema.get_field_index("urls")
                staged = staged.set_column(at, "urls", empty_to_null(staged.column("urls").combine_chunks()))
            return _suspended(_without_hashes(staged) if release else staged, seen)

        return finish

    return opened(path, head, options, "x_io", plan, finishing)


x_io = Source(
    id="x_io",
    title="X information operations (and FiveThirtyEight's IRA files)",
    reads="CSV with `tweetid`, `userid`, `tweet_time`, or with `content`, `publish_date`, `harvested_date`",
    framing="rows",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1, filled={"text": 0.9}),
)
