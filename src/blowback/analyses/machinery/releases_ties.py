"""What says that two items are the same thing: one list, the same words, file, file name, or meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.releases_items import Items
from blowback.tools.hosts import file_name
from blowback.tools.neardup import LEAST_WORDS, near_duplicates
from blowback.tools.strings import flat

Ints = npt.NDArray[np.int64]
KINDS: Final = ("list", "words", "file", "name", "meaning")
LIST, WORDS, FILE, NAME, MEANING = range(5)
LONGEST_LIST: Final = 30  # links in one post: longer ones are directories, which tie everything to everything
MOST_ITEMS: Final = 2000  # items of one tie: words that so many share are nobody's ("new video, watch now")


@dataclass(frozen=True, slots=True)
class Ties:
    """Rows (tie, item, kind), each once, sorted by tie and item.

    `post_tie`, `post` are the ties a post stands in, lists left out: a post that lists several items is one itself.
    `generic` counts ties left out because too many items share them.
    """

    tie: Ints
    item: Ints
    kind: Ints
    post_tie: Ints
    post: Ints
    generic: int


def ties_of(items: Items, texts: pa.Table, files: pa.Table, meaning: Ints | None, alike: float) -> Ties:
    """All ties. `texts`: post_id, text_folded of own posts with items; `files`: post_id, value of media of own posts.

    `meaning`: cluster of each row of `texts` that says the same in several languages (-1: none), where it was asked for.
    """
    rows = items.rows
    own = rows.own
    item, post = rows.item[own], rows.post[own]
    lists = _listed(items)
    parts: list[tuple[int, Ints, Ints]] = []
    at = _posts_at(items, texts.column("post_id"))
    near = near_duplicates(texts.column("text_folded"), threshold=alike, folded=True).cluster.astype(np.int64)
    near[_words(texts.column("text_folded")) < LEAST_WORDS] = -1  # a hashtag and a picture are nobody's words
    parts.append((WORDS, *_through(at, near, post)))
    if meaning is not None:
        parts.append((MEANING, *_through(at, meaning, post)))
    hashed = pc.dictionary_encode(flat(files.column("value"))).indices.to_numpy(zero_copy_only=False)
    parts.append((FILE, *_through(_posts_at(items, files.column("post_id")), np.asarray(hashed, np.int64), post)))
    by_name = _named(items)
    return _gathered(parts, by_name, lists, item, post)


def _words(texts: pa.ChunkedArray) -> Ints:
    spaces = pc.add(pc.count_substring(pc.utf8_trim_whitespace(flat(texts)), " "), 1)
    return np.asarray(pc.fill_null(spaces, 0).to_numpy(zero_copy_only=False), np.int64)


def _posts_at(items: Items, posts: pa.ChunkedArray) -> Ints:
    found = pc.index_in(flat(posts), items.rows.posts)
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False), np.int64)


def _listed(items: Items) -> tuple[Ints, Ints]:
    """(tie, item): every own post with two to thirty items is a tie of those that it, or its author, was first to carry.

    A list of what others had carried before picks things of one day: their closeness is the choice of who lists.
    """
    rows = items.rows
    own = np.flatnonzero(rows.own)
    first = np.full(len(items), -1, np.int64)
    first[rows.item[own][::-1]] = rows.account[own][::-1]
    pairs, at = np.unique(np.stack([rows.post[own], rows.item[own]], 1), axis=0, return_index=True)
    post, item = pairs[:, 0], pairs[:, 1]
    many = np.bincount(post, minlength=len(rows.posts)) if len(post) else np.zeros(len(rows.posts), np.int64)
    good = (many[post] >= 2) & (many[post] <= LONGEST_LIST) & (first[item] == rows.account[own][at])
    return post[good], item[good]


def _through(at: Ints, cluster: Ints, post: Ints) -> tuple[Ints, Ints]:
    """(tie, post) from a cluster number for some posts."""
    if not len(at):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    good = (at >= 0) & (cluster >= 0) & np.isin(at, post)
    return cluster[good], at[good]


def _named(items: Items) -> tuple[Ints, Ints]:
    """(tie, item) by the name of the file a link leads to."""
    names = pa.array([file_name(v) if "://" in v else None for v in items.values.to_pylist()], pa.string())
    code = pc.fill_null(pc.dictionary_encode(names).indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    good = np.flatnonzero(code >= 0)
    return code[good], good


def _gathered(
    parts: list[tuple[int, Ints, Ints]], named: tuple[Ints, Ints], lists: tuple[Ints, Ints], item: Ints, post: Ints
) -> Ties:
    """One numbering of all ties; those of one item join nothing, those of very many are generic."""
    order = np.argsort(post, kind="stable")
    sorted_post, sorted_item = post[order], item[order]
    rows, of_post, base = [], [], 0
    for kind, tie, at in parts:
        lo, hi = np.searchsorted(sorted_post, at, side="left"), np.searchsorted(sorted_post, at, side="right")
        many = hi - lo
        place = np.repeat(lo, many) + np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        rows.append(np.stack([np.repeat(tie, many) + base, sorted_item[place], np.full(len(place), kind)], 1))
        of_post.append(np.stack([tie + base, at], 1))
        base += int(tie.max()) + 1 if len(tie) else 0
    for kind, (tie, at) in ((LIST, lists), (NAME, named)):
        rows.append(np.stack([tie + base, at, np.full(len(at), kind)], 1))
        base += int(tie.max()) + 1 if len(tie) else 0
    every = np.unique(np.concatenate(rows), axis=0) if rows else np.empty((0, 3), np.int64)
    many = np.bincount(every[:, 0]) if len(every) else np.zeros(0, np.int64)
    held = (many >= 2) & (many <= MOST_ITEMS)
    every = every[held[every[:, 0]]] if len(every) else every
    posts = np.unique(np.concatenate(of_post), axis=0)
    posts = posts[held[posts[:, 0]]] if len(posts) else posts
    return Ties(every[:, 0], every[:, 1], every[:, 2], posts[:, 0], posts[:, 1], int((many > MOST_ITEMS).sum()))
