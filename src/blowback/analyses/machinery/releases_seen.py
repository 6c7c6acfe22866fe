"""How the items of a bundle were carried: together or apart, by whom, in which languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.releases_bundle import Bundle
from blowback.analyses.machinery.releases_items import Items
from blowback.analyses.machinery.releases_ties import NAME, Ties
from blowback.tools.strings import flat

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_TELLING: Final = 3  # words from which a stated language is believed: detectors guess on fewer
_SCRIPT: Final = " script"
_HOUSE: Final = 0.5  # of an account's links on one host: that host's own feed
_FEED: Final = 5  # links of an account from which it can be called a feed: who posts once has no habit


@dataclass(frozen=True, slots=True)
class Look:
    """Counts of one bundle, as in the table `releases`."""

    languages: list[str]
    accounts: int
    posts: int
    seeding: int
    joining: int
    lists: int
    listers: int
    joint_hosts: int
    house: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one bundle, in time order, and which of their posts join items."""

    rows: Ints
    joins: Flags
    lists: Flags
    seeding: Flags


@dataclass(frozen=True, slots=True)
class Seen:
    """All rows sorted by item, all ties by item: a bundle is looked up, not searched."""

    items: Items
    by_item: Ints
    starts: Ints
    ties: Ties
    tie_rows: Ints
    tie_starts: Ints
    of_tie: Ints
    tie_posts: Ints
    telling: Flags  # per post
    links: dict[tuple[int, int], int]  # (account, host) -> own carryings
    linked: Ints  # per account
    window_us: int

    def _part(self, bundle: Bundle) -> _Part:
        at = np.concatenate([self.by_item[self.starts[i] : self.starts[i + 1]] for i in bundle.items])
        rows = self.items.rows
        at = np.sort(at)  # rows are in time order
        post = rows.post[at]
        listed = _several(post, rows.item[at])
        tie, item, kind = self._ties(bundle)
        shared = np.flatnonzero(np.bincount(tie) >= 2) if len(tie) else np.empty(0, np.int64)
        named = item[np.isin(tie, shared) & (kind == NAME)]
        posts = np.concatenate([self._posts(t) for t in shared.tolist()]) if len(shared) else np.empty(0, np.int64)
        joins = listed | np.isin(post, posts) | np.isin(rows.item[at], named)
        last = int(self.items.first[list(bundle.items)].max())
        return _Part(at, joins, listed, rows.own[at] & (rows.time[at] <= last + self.window_us))

    def _ties(self, bundle: Bundle) -> tuple[Ints, Ints, Ints]:
        at = np.concatenate([self.tie_rows[self.tie_starts[i] : self.tie_starts[i + 1]] for i in bundle.items])
        return self.ties.tie[at], self.ties.item[at], self.ties.kind[at]

    def _posts(self, tie: int) -> Ints:
        low, high = np.searchsorted(self.of_tie, [tie, tie + 1])
        return self.tie_posts[low:high]

    def large(self, bundle: Bundle, least_hosts: int) -> bool:
        """Whether it can be a release at all: hosts enough, or two hosts and posts in two languages."""
        hosts = len(set(self.items.host[list(bundle.items)].tolist()))
        if hosts >= least_hosts or hosts < 2:
            return hosts >= least_hosts
        at = np.concatenate([self.by_item[self.starts[i] : self.starts[i + 1]] for i in bundle.items])
        rows = self.items.rows
        return len(set(rows.tongue[at][rows.own[at]].tolist()) - {-1}) > 1

    def look(self, bundle: Bundle) -> Look:
        """Count."""
        part, rows = self._part(bundle), self.items.rows
        seeding, joins = part.rows[part.seeding], part.joins[part.seeding]
        lists = part.rows[part.seeding & part.lists]
        return Look(
            self._languages(seeding[joins]),
            len(np.unique(rows.account[part.rows])),
            len(np.unique(rows.post[part.rows])),
            len(np.unique(rows.post[seeding])),
            len(np.unique(rows.post[seeding[joins]])),
            len(np.unique(rows.post[lists])),
            len(np.unique(rows.account[lists])),
            len({int(self.items.host[i]) for i in self._joint(seeding)}),
            self._house(bundle),
        )

    def _languages(self, at: Ints) -> list[str]:
        """Languages of these rows in order of appearance; scripts only where no language is stated."""
        rows = self.items.rows
        codes = dict.fromkeys(rows.tongue[at][self.telling[rows.post[at]]].tolist())
        names = [rows.tongues[c].as_py() for c in codes if c >= 0]
        stated = [n for n in names if not n.endswith(_SCRIPT)]
        return stated or names

    def _joint(self, at: Ints) -> set[int]:
        """Items seeded by an account that seeded items on two hosts, or in two languages."""
        rows, held = self.items.rows, dict[int, list[int]]()
        for account, item in zip(rows.account[at].tolist(), rows.item[at].tolist(), strict=True):
            held.setdefault(account, []).append(item)
        out = set[int]()
        for mine in held.values():
            places = {(int(self.items.host[i])) for i in mine}
            spoken = {int(self.items.tongue[i]) for i in mine if self.items.tongue[i] >= 0}
            if len(places) > 1 or (len(spoken) > 1 and len(set(mine)) > 1):
                out.update(mine)
        return out

    def _house(self, bundle: Bundle) -> bool:
        """Whether each host's first item was first carried by an account that mostly links that host."""
        rows, first = self.items.rows, dict[int, int]()
        for i in bundle.items:
            first.setdefault(int(self.items.host[i]), i)
        good = []
        for host, i in first.items():
            mine = self.by_item[self.starts[i] : self.starts[i + 1]]
            account = int(rows.account[mine[rows.own[mine]][0]])
            good.append(self.links[account, host] >= max(_FEED, _HOUSE * self.linked[account]))
        return all(good)

    def items_of(self, name: str, bundle: Bundle) -> list[dict[str, Any]]:
        """Rows of the table `items`."""
        out, rows = [], self.items.rows
        for order, i in enumerate(bundle.items, 1):
            mine = self.by_item[self.starts[i] : self.starts[i + 1]]
            first = int(mine[rows.own[mine]][0])
            spoken = int(self.items.tongue[i])
            out.append({
                "release_id": name, "item": self.items.name(i), "post_id": rows.posts[int(rows.post[first])].as_py(),
                "host": self.items.hosts[int(self.items.host[i])], "lang": rows.tongues[spoken].as_py() if spoken >= 0 else None,
                "at": int(self.items.first[i]), "order": order, "posts": len(np.unique(rows.post[mine])),
            })  # fmt: skip
        return out

    def carriers_of(self, name: str, bundle: Bundle) -> list[dict[str, Any]]:
        """Rows of the table `carriers`."""
        part, rows = self._part(bundle), self.items.rows
        hosts = [self.items.hosts[h] for h in self.items.host[rows.item[part.rows]].tolist()]
        langs = [rows.tongues[c].as_py() if c >= 0 else None for c in rows.tongue[part.rows].tolist()]
        posts = rows.posts.take(pa.array(rows.post[part.rows])).to_pylist()
        every = zip(
            posts,
            rows.time[part.rows].tolist(),
            hosts,
            langs,
            rows.own[part.rows].tolist(),
            part.joins.tolist(),
            strict=True,
        )
        out = {
            (post, host): {
                "release_id": name,
                "post_id": post,
                "posted_at": time,
                "host": host,
                "lang": lang,
                "own": own,
                "joins": joins and own,
            }
            for post, time, host, lang, own, joins in every
        }
        return [out[key] for key in sorted(out, key=lambda k: (out[k]["posted_at"], k))]


def _several(post: Ints, item: Ints) -> Flags:
    """Per row: its post carries several of these items."""
    if not len(post):
        return np.zeros(0, np.bool_)
    pairs = np.unique(np.stack([post, item], 1), axis=0)
    posts, many = np.unique(pairs[:, 0], return_counts=True)
    return np.asarray(np.isin(post, posts[many > 1]), np.bool_)


def seen_of(items: Items, ties: Ties, texts: pa.Table, window_us: int) -> Seen:
    """Sort once, so that each bundle is looked up."""
    rows, many = items.rows, len(items)
    by_item = np.argsort(rows.item, kind="stable")
    starts = np.searchsorted(rows.item[by_item], np.arange(many + 1))
    tie_rows = np.argsort(ties.item, kind="stable")
    tie_starts = np.searchsorted(ties.item[tie_rows], np.arange(many + 1))
    order = np.lexsort((ties.post, ties.post_tie))
    own = rows.own
    width = max(len(items.hosts), 1)
    keys, counts = np.unique(rows.account[own] * width + items.host[rows.item[own]], return_counts=True)
    links = {(int(k) // width, int(k) % width): int(c) for k, c in zip(keys, counts, strict=True)}
    linked = np.bincount(rows.account[own], minlength=len(rows.accounts))
    return Seen(items, by_item, starts, ties, tie_rows, tie_starts, ties.post_tie[order], ties.post[order],
                _telling(items, texts), links, linked, window_us)  # fmt: skip


def _telling(items: Items, texts: pa.Table) -> Flags:
    """Per post: whether its text has words enough for its language to be believed."""
    words = pc.add(pc.count_substring(pc.utf8_trim_whitespace(flat(texts.column("text_folded"))), " "), 1)
    good = pc.fill_null(pc.greater_equal(words, _TELLING), False).to_numpy(zero_copy_only=False)
    at = pc.fill_null(pc.index_in(flat(texts.column("post_id")), items.rows.posts), -1).to_numpy(zero_copy_only=False)
    out = np.zeros(len(items.rows.posts), np.bool_)
    out[at[good & (at >= 0)]] = True
    return out
