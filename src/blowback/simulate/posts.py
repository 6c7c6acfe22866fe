"""Simulated posts as columns, before they become export files."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

import numpy as np

from blowback.simulate.people import Ints

KINDS: Final = ("post", "repost", "reply", "quote")
POST, REPOST, REPLY, QUOTE = range(4)
MECHANISMS: Final = (
    "crowd", "camouflage", "group", "burst", "network", "injection", "hijack", "release", "lead", "claim", "return",
    "migration",
)  # fmt: skip
(
    CROWD, CAMOUFLAGE, GROUP, BURST, NETWORK, INJECTION, HIJACK, RELEASE, LEAD, CLAIM, RETURN, MIGRATION,
) = range(len(MECHANISMS))  # fmt: skip
# What a post is within its mechanism.
PARTS: Final = (
    "", "notice", "planted", "announced", "organic_surge", "hijack", "counter", "press", "seed", "amplify", "release",
    "repost", "mirror", "call", "answer", "reported", "denied", "shout", "outlink", "moved",
)  # fmt: skip
CLIENTS: Final = ("Twitter for Android", "Twitter for iPhone", "Twitter Web App", "TweetDeck")
NOBODY: Final = -1
# In tag1, tag2, tag3, url, url2: numbers below -1 stand on the shelf of the campaign.
OWN: Final = -2


@dataclass(frozen=True, slots=True)
class Own:
    """A text that is no sentence of a topic: its words and its language (position in `texts.LANGS`)."""

    words: str
    lang: int


@dataclass(slots=True)
class Shelf:
    """Tags, links, media, clients and texts of the mechanisms' own; posts name them by number."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    media: list[tuple[str, str]] = field(default_factory=list)  # name, kind
    clients: list[str] = field(default_factory=lambda: list(CLIENTS))
    said: list[Own] = field(default_factory=list)

    def tag(self, word: str) -> int:
        """The number of a hashtag, for `tag1` and its like."""
        return OWN - _place(self.tags, word)

    def link(self, url: str) -> int:
        """The number of a link, for `url` and `url2`."""
        return OWN - _place(self.links, url)

    def medium(self, name: str, kind: str) -> int:
        """The number of an image, video, audio or document."""
        return _place(self.media, (name, kind))

    def client(self, name: str) -> int:
        """The number of an application."""
        return _place(self.clients, name)

    def say(self, words: str, lang: int) -> int:
        """The number of a text; each call is a text of its own."""
        self.said.append(Own(words, lang))
        return len(self.said) - 1


def _place(some: list[Any], one: Any) -> int:  # noqa: ANN401  # a list of any values
    if one not in some:
        some.append(one)
    return some.index(one)


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
    own: Ints  # position in Shelf.said, which then stands for the sentence; -1 none
    tag1: Ints  # number of a hashtag of the topic, -1 none; below: Shelf
    tag2: Ints
    tag3: Ints
    url: Ints  # number of a link of the topic, -1 none; below: Shelf
    url2: Ints
    media: Ints  # position in Shelf.media, -1 none
    mention: Ints  # position in Accounts, -1 none; -2 - k: the k-th suspended account
    client: Ints  # position in Shelf.clients
    mechanism: Ints
    which: Ints  # number of the group, burst, ... whose act this is; -1 none
    part: Ints  # position in PARTS

    def __len__(self) -> int:
        return len(self.author)

    def take(self, which: Ints) -> Posts:
        """Some of the posts, in this order; `ref` is not renumbered."""
        return Posts(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def join(parts: list[Posts]) -> Posts:
    """All posts one after the other."""
    return Posts(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Posts)})


_ZERO: Final = ("kind", "text", "variant", "part")


def blank(author: Ints, at_us: Ints, *, topic: Ints | int, mechanism: int, client: Ints) -> Posts:
    """Plain originals without sentence, hashtag, link or mention yet."""
    size = len(author)
    rest = {
        f.name: np.full(size, 0 if f.name in _ZERO else NOBODY, np.int64)
        for f in fields(Posts)
        if f.name not in ("author", "at_us", "topic", "mechanism", "client")
    }
    return Posts(
        author=author.astype(np.int64),
        at_us=at_us.astype(np.int64),
        topic=np.full(size, topic, np.int64) if isinstance(topic, int) else topic,
        mechanism=np.full(size, mechanism, np.int64),
        client=client,
        **rest,
    )


def with_all(posts: Posts, **values: int | Ints) -> Posts:
    """The posts with some columns set: a number stands for all of them."""
    size = len(posts)
    return replace(posts, **{k: np.full(size, v, np.int64) if isinstance(v, int) else v for k, v in values.items()})


def settle(posts: Posts, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> Posts:
    """Order posts by time, renumber `ref`, and drop what cannot be.

    That is posts not to be kept, second reposts of one original by one account, and what passes on or answers a
    dropped post. No platform lets an account pass on an original twice; where two mechanisms did, the planted one stays.
    """
    keep = keep.copy()
    again = np.flatnonzero((posts.kind == REPOST) & keep)
    order = again[np.lexsort((posts.at_us[again], -posts.mechanism[again], posts.ref[again], posts.author[again]))]
    same = np.zeros(len(order), bool)
    same[1:] = (np.diff(posts.author[order]) == 0) & (np.diff(posts.ref[order]) == 0)
    keep[order[same]] = False
    while True:
        lost = keep & (posts.ref >= 0)
        lost[lost] = ~keep[posts.ref[lost]]
        if not lost.any():
            break
        keep &= ~lost
    by_time = np.argsort(posts.at_us, kind="stable")
    by_time = by_time[keep[by_time]]
    place = np.full(len(posts), NOBODY, np.int64)
    place[by_time] = np.arange(len(by_time))
    out = posts.take(by_time)
    return replace(out, ref=np.where(out.ref >= 0, place[out.ref], out.ref))
