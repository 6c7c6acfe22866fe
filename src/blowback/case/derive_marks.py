"""Marks: one long table of what posts carry, from the lists of the export or, where it has none, from the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.derive_ids import Names
from blowback.model.tables import MARKS
from blowback.tools import fold, handles, links
from blowback.tools.strings import flat

FAST_US: Final = 10_000_000  # Pacheco et al. 2021; Luceri et al. 2024: a repost within ten seconds
SEQUENCE: Final = 3  # hashtags: the same two in order are common, the same three hardly ever
Listed = tuple[pa.Array, pa.Array, pa.Array]  # row, position, value


def unrolled(column: Any) -> Listed:  # noqa: ANN401  # an Arrow list column
    """Row, position and value of every element that is not null."""
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    rows = pc.list_parent_indices(lists)
    values = pc.list_flatten(lists)
    parents = rows.to_numpy()
    if len(parents):
        starts = np.concatenate([[True], parents[1:] != parents[:-1]])
        first = np.maximum.accumulate(np.where(starts, np.arange(len(parents)), 0))
        places = np.arange(len(parents)) - first
    else:
        places = np.zeros(0, np.int64)
    keep = pc.is_valid(values)
    return rows.filter(keep), pa.array(places).filter(keep), values.filter(keep)


def listed_or_read(column: Any, texts: pa.Array, sign: str, read: Callable[[str], list[str]]) -> Listed:  # noqa: ANN401
    """The export's list; where it says nothing (null), what the text says. `sign` is a substring every hit contains."""
    rows, places, values = unrolled(column)
    silent = pc.and_(pc.is_null(column), pc.fill_null(pc.match_substring(texts, sign, ignore_case=True), False))
    silent = silent.combine_chunks() if isinstance(silent, pa.ChunkedArray) else silent
    at = np.flatnonzero(silent.to_numpy(zero_copy_only=False))
    if not len(at):
        return rows, places, values
    found = pa.array([read(t) for t in texts.take(pa.array(at)).to_pylist()], pa.list_(pa.string()))
    more_rows, more_places, more = unrolled(found)
    return (
        pa.concat_arrays([rows.cast(pa.int64()), pa.array(at).take(more_rows)]),
        pa.concat_arrays([places, more_places]),
        pa.concat_arrays([flat(values), more]),
    )


class Marks:
    """Collects the marks of some posts."""

    def __init__(self, posts: pa.Table) -> None:
        self.posts = posts
        self.carried = pc.equal(posts.column("kind"), "repost").combine_chunks()
        self.pieces: list[pa.Table] = []

    def add(self, kind: str, rows: pa.Array, places: pa.Array, values: pa.Array, *, own: bool = False) -> None:
        """Marks at given rows; null and empty values are left out. `own`: the mark is the poster's even in a repost."""
        values = flat(values)
        keep = pc.fill_null(pc.not_equal(values, ""), False)
        if not pc.all(keep).as_py():
            rows, places, values = rows.filter(keep), places.filter(keep), values.filter(keep)
        if not len(rows):
            return
        columns = {
            "post_id": self.posts.column("post_id").take(rows),
            "account_id": self.posts.column("account_id").take(rows),
            "posted_at": self.posts.column("posted_at").take(rows),
            "kind": pa.repeat(kind, len(rows)),
            "value": values,
            "position": pc.cast(places, pa.int64()),
            "carried": pa.repeat(False, len(rows)) if own else self.carried.take(rows),
        }
        self.pieces.append(pa.table(columns, schema=MARKS.arrow))

    def whole(self, kind: str, values: pa.Array, *, own: bool = False) -> None:
        """One mark a post, from a column."""
        rows = pa.array(np.arange(len(values)))
        self.add(kind, rows, pa.array(np.zeros(len(values), np.int64)), values, own=own)

    def table(self) -> pa.Table:
        """All marks."""
        return pa.concat_tables(self.pieces) if self.pieces else MARKS.arrow.empty_table()


@dataclass(frozen=True, slots=True)
class Said:
    """Texts with '@name' and links hidden, plain and folded: what fingerprints are made of."""

    plain: pa.Array
    folded: pa.Array


def marks_of(posts: pa.Table, staged: pa.Table, names: Names, said: Said) -> pa.Table:
    """The marks of new posts. `posts` are canonical rows, `staged` the same rows as the source gave them."""
    marks = Marks(posts)
    texts = flat(staged.column("text"))
    marks.whole("repost", posts.column("repost_of"), own=True)
    marks.whole("fast_repost", _passed_on_at_once(posts), own=True)
    marks.whole("reply_to", posts.column("reply_to"))
    marks.whole("conversation", posts.column("conversation_id"))
    _urls(marks, staged, texts, names)
    rows, places, tags = listed_or_read(staged.column("hashtags"), texts, "#", links.tags_in)
    forms = fold.hashtag_form(tags)
    marks.add("hashtag", rows, places, forms)
    marks.add("hashtag_sequence", *_sequences(rows, places, forms))
    _mentions(marks, staged, texts, names)
    marks.whole("text", names.print_of(fold.empty_to_null(fold.plain(said.plain))))
    marks.whole("folded_text", names.print_of(fold.empty_to_null(said.folded)))
    marks.whole("client", posts.column("client"), own=True)
    marks.whole("place", posts.column("place"))
    rows, places, items = unrolled(staged.column("media"))
    marks.add("media", rows, places, pc.struct_field(items, "hash") if len(items) else pa.array([], pa.string()))
    return marks.table()


def _passed_on_at_once(posts: pa.Table) -> pa.Array:
    """The account whose post is passed on within seconds of its appearance; needs times finer than a minute."""
    delay = pc.subtract(posts.column("posted_at").cast(pa.int64()), posts.column("repost_of_at").cast(pa.int64()))
    fast = pc.and_(pc.greater_equal(delay, 0), pc.less_equal(delay, FAST_US))
    fine = pc.and_(pc.fill_null(fast, False), pc.equal(posts.column("clock"), "exact"))
    return pc.if_else(fine, posts.column("repost_of_account"), pa.scalar(None, pa.string()))


def _sequences(rows: pa.Array, places: pa.Array, tags: pa.Array) -> Listed:
    """Posts with three or more hashtags: all of them in their order, as one value."""
    at, tag = rows.to_numpy().astype(np.int64), flat(tags)
    many = np.bincount(at)[at] >= SEQUENCE if len(at) else np.zeros(0, np.bool_)
    if not many.any():
        return rows.slice(0, 0), places.slice(0, 0), tag.slice(0, 0)
    some = pa.table({"row": at[many], "place": places.to_numpy()[many], "tag": tag.filter(pa.array(many))})
    some = some.filter(pc.is_valid(some.column("tag"))).sort_by([("row", "ascending"), ("place", "ascending")])
    joined = some.group_by("row", use_threads=False).aggregate([("tag", "list")])
    long = joined.filter(pc.greater_equal(pc.list_value_length(joined.column("tag_list")), SEQUENCE))
    values = pc.binary_join(long.column("tag_list").combine_chunks(), " ")
    return long.column("row").combine_chunks(), pa.array(np.zeros(len(long), np.int64)), values


def _urls(marks: Marks, staged: pa.Table, texts: pa.Array, names: Names) -> None:
    rows, places, urls = listed_or_read(staged.column("urls"), texts, "://", links.links_in)
    canonical = links.canonical_urls(urls)
    hidden = names.links(canonical)
    marks.add("domain", rows, places, links.domains(hidden))  # of the hidden link: a name can stand before a domain
    marks.add("url", rows, places, hidden)


def _mentions(marks: Marks, staged: pa.Table, texts: pa.Array, names: Names) -> None:
    rows, places, ids = unrolled(staged.column("mentions"))
    if len(ids):
        marks.add("mention", rows, places, names.at(rows).ids(ids, "account"))
    unsaid = pc.is_null(staged.column("mentions"))
    column = pc.if_else(unsaid, staged.column("mention_handles"), pa.scalar([], pa.list_(pa.string())))
    rows, places, found = listed_or_read(column, texts, "@", handles.handles_in)
    if len(found):
        local = names.at(rows)
        marks.add("mention", rows, places, pc.binary_join_element_wise(local.platform, local.handles(found), ":@"))
