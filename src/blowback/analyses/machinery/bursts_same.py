"""Bursts of several series that are made of the same posts: one of them stands for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from blowback.analyses.machinery.bursts_case import Crowd
from blowback.analyses.machinery.bursts_groups import GROUP
from blowback.tools.baseline import Ints

# What a reader names a burst by, the most telling first. A group comes last: fewer signs can be looked at for it, so it
# takes over no other series' burst, and what is busy with the whole case is not the group's own.
ORDER: Final = (
    "hashtag", "url", "repost", "reply_to", "folded_text", "text", "media", "domain", "client", "lang", "case", "group",
)  # fmt: skip
_BROAD: Final = ("lang", "case")  # they name nobody: a group that makes most of such a burst is told beside it
_SAME: Final = 0.5
_INSIDE: Final = 0.8


def leaders(kinds: Sequence[str], values: Sequence[str], posts: Sequence[Ints], crowd: Crowd) -> list[int]:
    """For each of n bursts the one that stands for it (itself, where none does).

    Two bursts are the same where they share at least half of the posts of either. The one of the most telling kind that
    holds most posts comes first; the others join the first that they are the same as, so that there are no chains. A group
    never joins a language or the whole case here.
    """
    n = len(posts)
    order = sorted(range(n), key=lambda i: (_rank(kinds[i]), -len(posts[i]), values[i], int(posts[i][0])))
    heads: list[int] = []
    out = list(range(n))
    spans = [(int(crowd.at[p[0]]), int(crowd.at[p[-1]])) for p in posts]
    for i in order:
        for head in heads:
            broad = kinds[i] == GROUP and kinds[head] in _BROAD
            if broad or spans[head][0] > spans[i][1] or spans[head][1] < spans[i][0]:
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


def nested(kinds: Sequence[str], posts: Sequence[Ints], classes: Sequence[str], heads: Sequence[int]) -> list[int]:
    """Heads anew: a burst that lies mostly inside a larger one of a more telling kind, and says nothing else, is part of it.

    Says nothing else: it has the same class, or its own cannot be told. A push inside a surge stays a burst of its own, and a group that
    makes half of a language's or the whole case's burst, too.
    """
    out = list(heads)
    own = sorted((n for n, h in enumerate(heads) if n == h), key=lambda n: (_rank(kinds[n]), -len(posts[n]), n))
    for place, small in enumerate(own):
        for large in own[:place]:
            if (
                out[large] != large
                or len(posts[large]) < len(posts[small])
                or classes[small] not in (classes[large], "cannot_tell")
            ):
                continue
            both = len(np.intersect1d(posts[small], posts[large], assume_unique=True))
            most = kinds[small] == GROUP and kinds[large] in _BROAD and both >= _SAME * len(posts[large])
            if both >= _INSIDE * len(posts[small]) and not most:
                out = [large if h == small else h for h in out]
                break
    return out


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
