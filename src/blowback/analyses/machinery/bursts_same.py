"""Bursts of several series that are made of the same posts: one of them stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from blowback.analyses.machinery.bursts_case import Crowd
from blowback.tools.baseline import Ints

# What a reader names a burst by, the most telling first.
ORDER: Final = (
    "hashtag", "url", "repost", "reply_to", "folded_text", "text", "media", "mention", "domain", "client", "lang", "case",
)  # fmt: skip
_SAME: Final = 0.5


def leaders(kinds: Sequence[str], values: Sequence[str], posts: Sequence[Ints], crowd: Crowd) -> list[int]:
    """For each of n bursts the one that stands for it (itself, where none does).

    Two bursts are the same where they share at least half of the posts of either. The one of the most telling kind that
    holds most posts comes first; the others join the first that they are the same as, so that there are no chains.
    """
    n = len(posts)
    order = sorted(range(n), key=lambda i: (_rank(kinds[i]), -len(posts[i]), values[i], int(posts[i][0])))
    heads: list[int] = []
    out = list(range(n))
    spans = [(int(crowd.at[p[0]]), int(crowd.at[p[-1]])) for p in posts]
    for i in order:
        for head in heads:
            if spans[head][0] > spans[i][1] or spans[head][1] < spans[i][0]:
                continue
            small, large = sorted((len(posts[i]), len(posts[head])))
            if small < _SAME * large:
                continue
            both = np.intersect1d(posts[i], posts[head], assume_unique=True)
            if len(both) >= _SAME * (len(posts[i]) + len(posts[head]) - len(both)):
                out[i] = head
                break
        else:
            heads.append(i)
    return out


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
