"""From marks to things that can be released: links on known hosts, and media files seen on more than one platform."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.hosts import OWN, SHORTENERS, hosts
from blowback.tools.strings import flat
from blowback.tools.tongues import tongues

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_UPLOAD: Final = " upload"  # a file given to a platform itself: "telegram upload"


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each time a post carries an item, in time order; codes into `posts`, `accounts`, `values`.

    `own`: not passed on. `tongue` is a code into `tongues` (-1: unknown).
    """

    item: Ints
    post: Ints
    account: Ints
    time: Ints
    own: Flags
    tongue: Ints
    posts: pa.Array
    accounts: pa.Array
    tongues: pa.Array

    def __len__(self) -> int:
        return len(self.item)


@dataclass(frozen=True, slots=True)
class Items:
    """Per item: its value (link or media hash), host code, first own appearance; `rows` are all its appearances."""

    values: pa.Array
    host: Ints
    hosts: list[str]
    first: Ints
    tongue: Ints
    rows: Rows
    short: int  # carryings of links whose host is hidden
    links: int  # carryings of links at all

    def __len__(self) -> int:
        return len(self.values)

    def name(self, item: int) -> str:
        """A hash that names the item without saying where it is."""
        return hashlib.sha256(self.values[item].as_py().encode()).hexdigest()[:16]


def items_of(carried: pa.Table) -> Items:
    """Items with at least one own appearance; rows that only pass on what was never seeded here are left out."""
    table = carried.sort_by([("posted_at", "ascending"), ("post_id", "ascending"), ("value", "ascending")])
    place, links, short = _places(table)
    table = table.append_column("place", place).filter(pc.is_valid(place))
    key = pc.binary_join_element_wise(table.column("place"), table.column("value"), "\x00")
    code, keys = _coded(key)
    own = ~np.asarray(table.column("passed_on").to_numpy(), np.bool_)
    seeded = np.zeros(len(keys), np.bool_)
    seeded[code[own]] = True
    keep = seeded[code]
    table, code, own = table.filter(pa.array(keep)), code[keep], own[keep]
    number = np.cumsum(seeded) - 1
    rows = _rows(table, number[code], own)
    split = pc.split_pattern(keys.filter(pa.array(seeded)), "\x00", max_splits=1)
    names = pc.list_element(split, 0) if len(split) else pa.array([], pa.string())
    values = pc.list_element(split, 1) if len(split) else pa.array([], pa.string())
    host, known = _coded(names)
    first_row = _first(rows.item[rows.own], int(seeded.sum()))
    first, tongue = rows.time[rows.own][first_row], rows.tongue[rows.own][first_row]
    return Items(values, host, known.to_pylist(), first, tongue, rows, short, links)


def _places(table: pa.Table) -> tuple[pa.Array, int, int]:
    """Where each row's item lies (null: not an item), carryings of links, and of those with a hidden host."""
    is_link = pc.equal(table.column("kind"), "url").combine_chunks()
    host = hosts(pc.if_else(is_link, table.column("value"), pa.scalar(None, pa.string())))
    hidden = pc.is_in(host, pa.array(sorted(SHORTENERS)))
    platform = flat(table.column("platform"))
    at_home = np.zeros(len(table), np.bool_)
    for name, own in OWN.items():
        mine = pc.and_(pc.equal(platform, name), pc.is_in(host, pa.array(sorted(own))))
        at_home |= pc.fill_null(mine, False).to_numpy(zero_copy_only=False)
    away = pc.and_(pc.invert(hidden), pa.array(~at_home))
    link_place = pc.if_else(pc.and_(is_link, away), host, pa.scalar(None, pa.string()))
    upload = pc.binary_join_element_wise(platform, pa.scalar(_UPLOAD.strip()), " ")
    file_place = pc.if_else(_on_many(table, is_link), upload, pa.scalar(None, pa.string()))
    return pc.coalesce(link_place, file_place), int(pc.sum(is_link).as_py() or 0), int(pc.sum(hidden).as_py() or 0)


def _on_many(table: pa.Table, is_link: pa.Array) -> pa.Array:
    """Media rows whose hash stands on more than one platform: on one, an upload is only the picture beside a text."""
    file = pa.table({"value": table.column("value"), "platform": table.column("platform")}).filter(pc.invert(is_link))
    if not file.num_rows:
        return pa.array(np.zeros(len(table), np.bool_))
    many = file.group_by("value").aggregate([("platform", "count_distinct")])
    known = many.filter(pc.greater(many.column("platform_count_distinct"), 1)).column("value")
    return pc.and_(pc.invert(is_link), pc.is_in(flat(table.column("value")), flat(known)))


def _rows(table: pa.Table, item: Ints, own: Flags) -> Rows:
    post, posts = _coded(table.column("post_id"))
    account, accounts = _coded(table.column("account_id"))
    label = tongues(table.column("lang"), table.column("text"))
    tongue, names = _coded(label)
    time = table.column("posted_at").cast(pa.int64()).to_numpy()
    return Rows(item.astype(np.int64), post, account, np.asarray(time, np.int64), own, tongue, posts, accounts, names)


def _coded(values: Any) -> tuple[Ints, pa.Array]:  # noqa: ANN401  # an Arrow array, chunked or not
    """Codes in order of first appearance (-1: null), and the names."""
    coded = pc.dictionary_encode(flat(values))
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int64), coded.dictionary


def _first(codes: Ints, many: int) -> Ints:
    """The first place of each code."""
    out = np.full(many, -1, np.int64)
    out[codes[::-1]] = np.arange(len(codes))[::-1]
    return out
