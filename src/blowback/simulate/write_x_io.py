"""X's information-operations archive: a CSV of 31 columns, times to the minute, lists in Python's notation."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import at, minute
from blowback.simulate.compose import client, language, published
from blowback.simulate.people import X_IO, handle, native_id
from blowback.simulate.posts import QUOTE, REPLY, REPOST

NAME: Final = "x_io_tweets.csv"
COLUMNS: Final = (
    "tweetid", "userid", "user_display_name", "user_screen_name", "user_reported_location",
    "user_profile_description", "user_profile_url", "follower_count", "following_count", "account_creation_date",
    "account_language", "tweet_language", "tweet_text", "tweet_time", "tweet_client_name", "in_reply_to_userid",
    "in_reply_to_tweetid", "quoted_tweet_tweetid", "is_retweet", "retweet_userid", "retweet_tweetid", "latitude",
    "longitude", "quote_count", "reply_count", "like_count", "retweet_count", "hashtags", "urls", "user_mentions",
    "poll_choices",
)  # fmt: skip


def write(campaign: Campaign, path: Path) -> int:
    """Write the export. Returns the number of rows in it: posts and one row that breaks off.

    Raises:
        OSError: the disk refused.
    """
    mine = np.flatnonzero(campaign.export == X_IO)
    cut = len(mine) // 2 if campaign.scenario.damage.cut_lines and len(mine) else -1
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)
        for place, i in enumerate(mine):
            row = _row(campaign, int(i))
            if place == cut:
                rows.writerow(row[:6])
            rows.writerow(row)
    return len(mine) + (cut >= 0)


def _row(campaign: Campaign, i: int) -> list[str]:
    p, accounts = campaign.posts, campaign.accounts
    author, ref, kind = int(p.author[i]), int(campaign.seen.ref[i]), int(p.kind[i])
    text, places = published(campaign, i)
    target = str(int(campaign.seen.native[ref])) if ref >= 0 else ""
    target_author = native_id(accounts, int(p.author[ref])) if ref >= 0 else ""
    likes = 0 if kind == REPOST else int(campaign.seen.likes[i])
    lists = {
        "hashtag": [x.part.value for x in places if x.part.what == "hashtag"],
        "url": [x.part.value for x in places if x.part.what == "url"],
        "mention": [native_id(accounts, x.part.account) for x in places if x.part.account >= 0],
    }
    # Names of small accounts are replaced by the same hash as their id.
    name = (
        texts.name(int(accounts.number[author])) if accounts.followers[author] >= 5000 else native_id(accounts, author)
    )
    return [
        str(int(campaign.seen.native[i])), native_id(accounts, author), name, handle(accounts, author),
        "", "", "", str(int(accounts.followers[author])), str(int(accounts.followers[author]) // 3 + 17),
        at(int(accounts.made_us[author])).strftime("%Y-%m-%d"), texts.LANGS[int(accounts.lang[author])],
        language(campaign, i), text, minute(int(p.at_us[i])), client(campaign, i),
        target_author if kind == REPLY else "", target if kind == REPLY else "", target if kind == QUOTE else "",
        str(kind == REPOST), target_author if kind == REPOST else "", target if kind == REPOST else "",
        "absent", "absent", f"{likes // 25}.0", f"{likes // 9}.0", f"{likes}.0",
        f"{0 if kind == REPOST else int(campaign.seen.reposts[i])}.0",
        str(lists["hashtag"]), str(lists["url"]), str(lists["mention"]), "",
    ]  # fmt: skip
