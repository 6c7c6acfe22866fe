"""Reddit as Pushshift dumps it: submissions and comments, one on each line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.compose import links, parts
from blowback.simulate.named import author, post_id
from blowback.simulate.people import REDDIT
from blowback.simulate.posts import REPLY, REPOST

NAME: Final = "reddit_pushshift.ndjson"
_GROUPS: Final = ("NeighbourGardens", "NeighbourCup", "HedgeWatch")
Json = dict[str, Any]


def write(campaign: Campaign, path: Path) -> int:
    """Write the export. Returns the number of submissions and comments.

    Raises:
        OSError: the disk refused.
    """
    mine = np.flatnonzero(campaign.export == REDDIT)
    gone = set(campaign.seen.moderated.tolist())
    with path.open("wb") as out:
        for i in mine:
            out.write(orjson.dumps(_row(campaign, int(i), moderated=int(i) in gone)) + b"\n")
    return len(mine)


def _row(campaign: Campaign, i: int, *, moderated: bool) -> Json:
    p, name = campaign.posts, post_id(campaign, i)
    us, user = int(p.at_us[i]), int(campaign.accounts.native[p.author[i]])
    out: Json = {
        "id": name[3:],
        "name": name,
        "author": author(campaign, i),
        "author_fullname": f"t2_{user:x}",
        "subreddit": _GROUPS[int(p.topic[i])],
        "created_utc": us // 1_000_000,
        "retrieved_on": campaign.scenario.end_us // 1_000_000 + 2_592_000,
        "score": int(campaign.seen.likes[i]) + 1,
    }
    # Reddit shows links apart and knows no hashtags; they stand in the text as people type them.
    pieces = parts(campaign, int(p.ref[i]) if p.kind[i] == REPOST else i, short=False)
    link = links(campaign, i)
    if p.kind[i] == REPLY:
        body = "[removed]" if moderated else "".join(x.shown for x in pieces)
        parent = post_id(campaign, int(p.ref[i]))
        return {**out, "body": body, "parent_id": parent, "link_id": parent, "edited": False}
    title = "".join(x.shown for x in pieces if x.what != "url").strip()
    here = f"/r/{out['subreddit']}/comments/{out['id']}/{texts.slug(user)}/"
    out |= {"title": title, "selftext": "", "permalink": here, "num_comments": 0, "is_self": not link}
    out["url"] = link[0] if link else f"https://www.reddit.com{here}"
    if p.kind[i] == REPOST:
        out["crosspost_parent"] = post_id(campaign, int(p.ref[i]))
    return out
