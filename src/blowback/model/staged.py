"""What a source hands to the intake: one wide row for each item of an export, in plain (not yet keyed) ids.

This is the only place where lists are allowed: arrays are unrolled once, at intake, into `marks`, `media`
and `removals`. A source fills what its format has; every other column stays null.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

_T: Final = pa.timestamp("us")
MEDIA_ITEM: Final = pa.struct(
    [
        ("kind", pa.string()),
        ("native_id", pa.string()),
        ("hash", pa.string()),
        ("mime", pa.string()),
        ("bytes", pa.int64()),
    ]
)
REMOVAL_ITEM: Final = pa.struct(
    [
        ("subject", pa.string()),  # native id of the post or account
        ("subject_kind", pa.string()),  # post, account, media, unknown
        ("state", pa.string()),
        ("actor", pa.string()),
        ("basis", pa.string()),
        ("scope", pa.string()),
        ("removed_at", _T),
        ("observed_at", _T),
        ("certainty", pa.string()),
    ]
)
STAGED: Final[pa.Schema] = pa.schema(
    [
        # where it came from
        ("record_no", pa.int64()),
        ("line", pa.int64()),
        ("byte_start", pa.int64()),
        ("byte_len", pa.int64()),
        ("record_hash", pa.int64()),
        # what it is: post | removal (no post, only evidence of one gone) | aside (with reason) | account | envelope
        ("entry", pa.string()),
        ("reason", pa.string()),  # set for entry = aside
        ("detail", pa.string()),
        # the post
        ("platform", pa.string()),
        ("native_id", pa.string()),  # null: the intake makes a content hash of platform, account, time, text
        ("account", pa.string()),  # native author id; falls back to the handle, marked by account_by_handle
        ("account_by_handle", pa.bool_()),
        ("handle", pa.string()),
        ("name", pa.string()),
        ("account_kind", pa.string()),
        ("account_label", pa.string()),
        ("account_created_at", _T),
        ("followers", pa.int64()),
        ("following", pa.int64()),
        ("statuses", pa.int64()),
        ("channel", pa.string()),  # native id of the channel, group or page
        ("channel_name", pa.string()),
        ("channel_kind", pa.string()),
        ("posted_at", _T),
        ("clock", pa.string()),
        ("id_time", _T),
        ("kind", pa.string()),
        ("text", pa.string()),
        ("lang", pa.string()),
        ("client", pa.string()),
        ("repost_of", pa.string()),  # native post ids
        ("repost_of_account", pa.string()),
        ("repost_of_at", _T),
        ("quote_of", pa.string()),
        ("reply_to", pa.string()),
        ("reply_to_account", pa.string()),
        ("conversation", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("place", pa.string()),
        # lists, in the order of the post; null = the export does not say, so the intake reads them off the text
        ("hashtags", pa.list_(pa.string())),  # without '#'
        ("urls", pa.list_(pa.string())),  # expanded where the export has it
        ("mentions", pa.list_(pa.string())),  # native account ids
        ("mention_handles", pa.list_(pa.string())),  # handles without '@'
        ("media", pa.list_(MEDIA_ITEM)),
        ("removals", pa.list_(REMOVAL_ITEM)),
        # what was observed
        ("observed_at", _T),
        ("edited_at", _T),
        ("likes", pa.int64()),
        ("reposts", pa.int64()),
        ("replies", pa.int64()),
        ("quotes", pa.int64()),
        ("views", pa.int64()),
    ]
)
ENTRIES: Final = ("post", "removal", "aside", "account", "envelope")
