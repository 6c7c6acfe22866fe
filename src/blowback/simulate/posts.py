"""Simulated posts as columns, before they become export files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from blowback.simulate.people import Ints

KINDS: Final = ("post", "repost", "reply", "quote")
POST, REPOST, REPLY, QUOTE = range(4)
MECHANISMS: Final = ("crowd", "camouflage", "group", "burst")
CROWD, CAMOUFLAGE, GROUP, BURST = range(4)
NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts as columns of equal length; a post is named by its position."""

    author: Ints  # position in Accounts
    at_us: Ints  # UTC microseconds, whole milliseconds
    kind: Ints
    ref: Ints  # position of the post passed on, answered or quoted; -1 none; -2 - k: the k-th removed post
    topic: Ints
    text: Ints  # number of the sentence
    variant: Ints  # dress of the sentence, 0 plain
    tag1: Ints  # number of a hashtag of the topic, -1 none; -2 the burst's own
    tag2: Ints
    url: Ints  # number of a link of the topic, -1 none
    mention: Ints  # position in Accounts, -1 none; -2 - k: the k-th suspended account
    client: Ints  # position in write.CLIENTS, -1 the burst's own
    mechanism: Ints
    group: Ints  # number of the group whose joint action this is, -1 none

    def __len__(self) -> int:
        return len(self.author)

    def take(self, which: Ints) -> Posts:
        """Some of the posts, in this order; `ref` is not renumbered."""
        return Posts(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def join(parts: list[Posts]) -> Posts:
    """All posts one after the other."""
    return Posts(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Posts)})


def blank(author: Ints, at_us: Ints, *, topic: Ints, mechanism: int, client: Ints) -> Posts:
    """Plain originals without sentence, hashtag, link or mention yet."""
    zero, none = np.zeros(len(author), np.int64), np.full(len(author), NOBODY, np.int64)
    return Posts(
        author=author,
        at_us=at_us,
        kind=zero,
        ref=none,
        topic=topic,
        text=zero,
        variant=zero,
        tag1=none,
        tag2=none,
        url=none,
        mention=none,
        client=client,
        mechanism=np.full(len(author), mechanism, np.int64),
        group=none,
    )


def settle(posts: Posts) -> Posts:
    """Order posts by time, renumber `ref`, and drop second reposts of one original by one account.

    No platform lets an account pass on an original twice; where two mechanisms did, the planted one stays.
    """
    again = np.flatnonzero(posts.kind == REPOST)
    order = again[np.lexsort((posts.at_us[again], -posts.mechanism[again], posts.ref[again], posts.author[again]))]
    same = np.zeros(len(order), bool)
    same[1:] = (np.diff(posts.author[order]) == 0) & (np.diff(posts.ref[order]) == 0)
    keep = np.ones(len(posts), bool)
    keep[order[same]] = False
    by_time = np.argsort(posts.at_us, kind="stable")
    by_time = by_time[keep[by_time]]
    place = np.full(len(posts), NOBODY, np.int64)
    place[by_time] = np.arange(len(by_time))
    out = posts.take(by_time)
    return replace(out, ref=np.where(out.ref >= 0, place[out.ref], out.ref))
