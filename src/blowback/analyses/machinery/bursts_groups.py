"""Series of groups: all posts of the accounts of a group that the coordination analysis found, over time.

A group was found because posts of its accounts coincide. So its series says when the group is busy and never that it is a
group; and signs that the way it was found gives by itself (`BY_CHOICE`) are not looked at. A series of one account would
name a person: a group with posts of fewer than three accounts has no series, and a burst mostly of one account is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.tools.baseline import Ints

GROUP: Final = "group"
MEMBERS: Final = "coordination.members"
# What a group shows however it bursts: few accounts, chosen for what they share and for acting at the same time. A slot
# counts beside concentration alone.
BY_CHOICE: Final = ("concentration", "wording", "entry", "newcomers", "slot")
LEAST_ACCOUNTS: Final = 3
_LONE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups with a series, by id, and the posts of each (places in the order of time, rising); `small`: those without one."""

    ids: tuple[str, ...]
    posts: tuple[Ints, ...]
    small: int


def groups_of(frames: Frames, least: int) -> Groups:
    """Every group with at least so many posts by at least three accounts; none where coordination was not run."""
    members = frames.get(MEMBERS)
    if members is None or not members.num_rows:
        return Groups((), (), 0)
    numbered = frames["numbered"]
    coded = numbered.take(pc.sort_indices(numbered, sort_keys=[("n", "ascending")])).column("account_id")
    account = coded.combine_chunks().dictionary_encode()
    account = account.combine_chunks() if isinstance(account, pa.ChunkedArray) else account
    code = account.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(code, kind="stable")
    bounds = np.searchsorted(code[order], np.arange(len(account.dictionary) + 1))
    place = {name: n for n, name in enumerate(account.dictionary.to_pylist())}
    of: dict[str, set[str]] = {}
    for group, name in zip(
        members.column("group_id").to_pylist(), members.column("account_id").to_pylist(), strict=True
    ):
        of.setdefault(group, set()).add(name)
    ids, posts = [], []
    for group in sorted(of):
        own = [order[bounds[place[a]] : bounds[place[a] + 1]] for a in of[group] if a in place]
        if len(own) >= LEAST_ACCOUNTS and sum(map(len, own)) >= least:
            ids.append(group)
            posts.append(np.sort(np.concatenate(own)).astype(np.int64))
    return Groups(tuple(ids), tuple(posts), len(of) - len(ids))


def lone(account: Ints) -> bool:
    """Whether one account wrote more than half of these posts (n account codes)."""
    return bool(np.unique(account, return_counts=True)[1].max() > _LONE * len(account))
