"""How many sources stand behind a claim: connected components of its posters, so that 500 puppets remain one."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from blowback.tools.graph import components

COPY_US: Final = 72 * 3600 * 1_000_000  # near-copies of a text further apart than this may be written anew


@dataclass(frozen=True, slots=True)
class Carried:
    """What ties one post of a cluster to others."""

    post_id: str
    account_id: str
    at_us: int
    repost_of: str  # the post it passes on or quotes; "" where none
    of_account: str  # the account whose words these are, where it passes them on
    wording: int  # cluster of near-copies of its text; -1 where alone
    media: tuple[str, ...]  # hashes
    link: str  # first outbound link; "" where none
    cites: str  # outlet or person that the text cites, folded; "" where none


JOINS: Final = {
    "reshare": "one passes on or quotes the other, or both the same post",
    "copy": "near-copies of one text within 72 h",
    "media": "the same image, video or document",
    "link": "the same first link",
    "cited": "the same outlet cited",
    "group": "one coordinated group (coordination analysis)",
}


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind one claim."""

    accounts: int
    sources: int  # connected components of accounts
    component: Mapping[str, int]  # account -> number of its component
    joined_by: Mapping[str, int]  # kind of join -> ties it made between accounts


def behind(posts: Sequence[Carried], groups: Mapping[str, str]) -> Behind:
    """Connected components of the accounts of `posts`, joined by all that makes two of them one source.

    Args:
        posts: the posts of one cluster of claims.
        groups: account -> coordinated group, from the coordination analysis; accounts in no group are left out.
    """
    accounts = sorted({p.account_id for p in posts} | {p.of_account for p in posts if p.of_account})
    code = {a: n for n, a in enumerate(accounts)}
    joined: dict[str, int] = {}
    a: list[int] = []
    b: list[int] = []
    for kind, sets in _sets(posts, groups, accounts):
        ties = 0
        for members in sets:
            ordered = sorted(members)
            a += [code[ordered[0]]] * (len(ordered) - 1)
            b += [code[m] for m in ordered[1:]]
            ties += len(ordered) - 1
        if ties:
            joined[kind] = ties
    label = components(np.array(a, np.int64), np.array(b, np.int64), len(accounts))
    alone = label < 0
    label[alone] = len(accounts) + np.arange(int(alone.sum()))
    posters = sorted({p.account_id for p in posts})
    component = {one: int(label[code[one]]) for one in posters}
    return Behind(len(posters), len(set(component.values())), component, joined)


def _sets(
    posts: Sequence[Carried], groups: Mapping[str, str], accounts: Sequence[str]
) -> Iterable[tuple[str, list[set[str]]]]:
    """Sets of accounts that each kind of join makes one source."""
    yield "reshare", _reshares(posts)
    yield "copy", _copies(posts)
    for kind, values in (
        ("media", [(m, p) for p in posts for m in p.media]),
        ("link", [(p.link, p) for p in posts if p.link]),
        ("cited", [(p.cites, p) for p in posts if p.cites]),
    ):
        by_value: dict[Any, set[str]] = defaultdict(set)
        for value, post in values:
            by_value[value].add(post.account_id)
        yield kind, [s for s in by_value.values() if len(s) > 1]
    by_group: dict[str, set[str]] = defaultdict(set)
    for account in accounts:
        if account in groups:
            by_group[groups[account]].add(account)
    yield "group", [s for s in by_group.values() if len(s) > 1]


def _reshares(posts: Sequence[Carried]) -> list[set[str]]:
    author = {p.post_id: p.account_id for p in posts}
    by_post: dict[str, set[str]] = defaultdict(set)
    for p in posts:
        if p.repost_of:
            by_post[p.repost_of] |= {p.account_id, *([p.of_account] if p.of_account else [])}
            if p.repost_of in author:
                by_post[p.repost_of].add(author[p.repost_of])
    return [s for s in by_post.values() if len(s) > 1]


def _copies(posts: Sequence[Carried]) -> list[set[str]]:
    """Accounts with near-copies of one wording, each within 72 h of the one before it."""
    by_wording: dict[int, list[Carried]] = defaultdict(list)
    for p in posts:
        if p.wording >= 0:
            by_wording[p.wording].append(p)
    out = []
    for copies in by_wording.values():
        copies.sort(key=lambda p: (p.at_us, p.post_id))
        run = {copies[0].account_id}
        for before, after in itertools.pairwise(copies):
            if after.at_us - before.at_us > COPY_US:
                out.append(run)
                run = set()
            run.add(after.account_id)
        out.append(run)
    return [s for s in out if len(s) > 1]
