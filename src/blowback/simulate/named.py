"""Ids as the exports and the truth write them."""

from __future__ import annotations

from blowback.simulate.campaign import Campaign
from blowback.simulate.people import BLUESKY, EXPORTS, PLATFORM, REDDIT, TELEGRAM, native_id
from blowback.simulate.posts import REPLY, REPOST
from blowback.simulate.snowflake import base36, tid


def platform(campaign: Campaign, i: int) -> str:
    """The platform of a post, as canonical tables name it."""
    return PLATFORM[EXPORTS[int(campaign.export[i])]]


def author(campaign: Campaign, i: int) -> str:
    """Native id of a post's author."""
    return native_id(campaign.accounts, int(campaign.posts.author[i]))


def post_id(campaign: Campaign, i: int) -> str:
    """Native id of a post, unique on its platform, as an intake reads it."""
    export, native = campaign.export[i], int(campaign.seen.native[i])
    if export == TELEGRAM:
        return f"{author(campaign, i).removeprefix('channel')}/{native}"
    if export == BLUESKY:
        collection = "app.bsky.feed." + ("repost" if campaign.posts.kind[i] == REPOST else "post")
        return f"at://{author(campaign, i)}/{collection}/{tid(native)}"
    if export == REDDIT:
        return f"{'t1' if campaign.posts.kind[i] == REPLY else 't3'}_{base36(native)}"
    return str(native)
