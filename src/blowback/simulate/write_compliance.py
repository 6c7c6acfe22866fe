"""X's batch compliance files: which posts and accounts are gone, when and why, one on each line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import orjson

from blowback.simulate.campaign import Campaign
from blowback.simulate.clock import at, iso_ms
from blowback.simulate.named import post_id
from blowback.simulate.people import native_id

POSTS: Final = "x_compliance_tweets.jsonl"
USERS: Final = "x_compliance_users.jsonl"


def write_posts(campaign: Campaign, path: Path) -> int:
    """Write the file of posts, in the order of removal. Returns the number of lines.

    Raises:
        OSError: the disk refused.
    """
    gone = campaign.seen.gone
    with path.open("wb") as out:
        for k in np.lexsort((gone.posts, gone.posts_us)):
            i = int(gone.posts[k])
            line = {
                "id": post_id(campaign, i),
                "action": "delete",
                "created_at": iso_ms(int(campaign.posts.at_us[i])),
                "redacted_at": iso_ms(int(gone.posts_us[k])),
                "reason": gone.reasons[int(k)],
            }
            out.write(orjson.dumps(line) + b"\n")
    return len(gone.posts)


def write_users(campaign: Campaign, path: Path) -> int:
    """Write the file of accounts. Returns the number of lines.

    Raises:
        OSError: the disk refused.
    """
    gone = campaign.seen.gone
    with path.open("wb") as out:
        for k in np.lexsort((gone.accounts, gone.accounts_us)):
            account = int(gone.accounts[k])
            line = {
                "id": native_id(campaign.accounts, account),
                "action": "delete",
                "created_at": at(int(campaign.accounts.made_us[account])).isoformat(timespec="seconds") + "+00:00",
                "redacted_at": iso_ms(int(gone.accounts_us[k])),
                "reason": "suspended",
            }
            out.write(orjson.dumps(line) + b"\n")
    return len(gone.accounts)
