"""What the hijack analysis looks at: posts under a tag, their wordings, and who wrote each of them on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.hijacks_tongues import spoken
from blowback.model.analysis import Frames
from blowback.tools.fold import fold
from blowback.tools.neardup import near_duplicates
from blowback.tools.strings import flat
from blowback.tools.wordmodel import Bools, Circle, Lexicon, lexicon

Ints = npt.NDArray[np.int64]
_PASSED_ON: Final = r"^rt \S+"  # as people wrote reposts by hand; the name that follows is the author's
_KINDS: Final = ("hashtag", "url", "domain", "mention")


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts under the tags that are looked at, in time order (ties: by id). Codes are in text order of what they code.

    `marks`: per post row, codes of markers at marks[mark_at[r] : mark_at[r + 1]]; `marker` spells them: (kind, value).
    """

    table: pa.Table
    account: Ints
    at: Ints
    passed_on: Bools
    names_another: Bools
    wording: Ints
    earliest: Ints  # row of the earliest post of each wording
    tongue: Ints
    tongues: tuple[str, ...]
    mark_at: Ints
    marks: Ints
    markers: tuple[tuple[str, str], ...]
    words: Lexicon
    handles: Ints  # words that are names of accounts
    spelled: Ints  # per marker, the words that a hashtag is in a text: two codes, -1 none

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its post rows, and its units (one wording of one account; passed-on wordings count once), by account.

    `unit_of`: per post row of `rows`, its unit. `first`: per unit, the row of its earliest post. `account`: per unit, a
    local code; `by_account` are their codes in `Posts.account`.
    """

    value: str
    code: int
    rows: Ints
    unit_of: Ints
    first: Ints
    account: Ints
    by_account: Ints
    circle: Circle
    voiced: Ints  # units that repeat nobody's wording without saying so, ascending
    voice: Circle  # these alone: what people say in words of their own
    marker: Ints  # (marker, unit) pairs without the tag itself, by marker, then unit; `marker` are places in `markers`
    unit: Ints
    markers: Ints  # codes in `Posts.markers`, ascending
    lent: Ints  # per unit, the row of the post whose wording it repeats without saying so; -1: none
    added: Bools  # per pair of marker and unit: the unit is borrowed, and the post it is taken from has no such marker

    @property
    def accounts(self) -> int:
        """Accounts with a unit."""
        return len(self.by_account)


def posts_of(frames: Frames) -> Posts:
    """The posts of the step `tagged` with their markers, wordings and words."""
    table = frames["tagged"].sort_by([("posted_at", "ascending"), ("post_id", "ascending")])
    folded = pc.fill_null(flat(table.column("text_folded")), "")
    bare = pc.replace_substring_regex(folded, _PASSED_ON, " ")
    by_hand = pc.match_substring_regex(folded, _PASSED_ON)
    passed_on = pc.or_(by_hand, pc.equal(table.column("kind"), "repost"))
    mark_at, marks, markers = _markers(table, frames["carries"])
    named = _kind_of(markers, "mention")
    words = lexicon(bare)
    handles, spelled = _names(words, markers)
    tongue, tongues = spoken(table.column("lang"), bare, words)
    near = near_duplicates(bare, folded=True)
    alone = len(near) + words.of_text.astype(np.int64)
    wording = np.where(near.cluster >= 0, near.cluster, np.where(words.of_text >= 0, alone, -1)).astype(np.int64)
    earliest = np.full(int(wording.max(initial=-1)) + 1, -1, np.int64)
    worded = np.flatnonzero(wording >= 0)[::-1]
    earliest[wording[worded]] = worded  # the last one written is the earliest row
    row = np.repeat(np.arange(table.num_rows), np.diff(mark_at))
    names_another = np.zeros(table.num_rows, np.bool_)
    names_another[row[named[marks]]] = True
    return Posts(
        table, _codes(table.column("account_id"))[0],
        table.column("posted_at").cast(pa.int64()).to_numpy(), _bools(passed_on), names_another,
        wording, earliest,
        tongue, tongues, mark_at, marks, markers, words, handles, spelled,
    )  # fmt: skip


def _bools(values: Any) -> Bools:  # noqa: ANN401  # an Arrow array, chunked or not
    return np.asarray(flat_bool(values).to_numpy(zero_copy_only=False), np.bool_)


def flat_bool(values: Any) -> pa.Array:  # noqa: ANN401  # an Arrow array, chunked or not
    """One contiguous array; nulls are false."""
    one = pc.fill_null(values, False)
    return one.combine_chunks() if isinstance(one, pa.ChunkedArray) else one


def _codes(values: Any) -> tuple[Ints, list[str]]:  # noqa: ANN401  # an Arrow array, chunked or not
    """Codes in text order, and the texts."""
    coded = flat(values).dictionary_encode()
    spelled = coded.dictionary.to_pylist()
    order = sorted(range(len(spelled)), key=spelled.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[coded.indices.to_numpy()] if len(coded) else np.zeros(0, np.int64), [spelled[i] for i in order]


def _markers(table: pa.Table, carries: pa.Table) -> tuple[Ints, Ints, tuple[tuple[str, str], ...]]:
    at = pc.index_in(carries.column("post_id"), flat(table.column("post_id"))).combine_chunks()
    keep = pc.is_valid(at)
    both = pc.binary_join_element_wise(carries.column("kind"), carries.column("value"), " ").filter(keep)
    code, spelled = _codes(both)
    row = at.filter(keep).to_numpy(zero_copy_only=False).astype(np.int64)
    pairs = np.unique(row * max(len(spelled), 1) + code)
    row, code = pairs // max(len(spelled), 1), pairs % max(len(spelled), 1)
    starts = np.searchsorted(row, np.arange(table.num_rows + 1))
    return starts, code, tuple((k, v) for k, _, v in (s.partition(" ") for s in spelled))


def _names(words: Lexicon, markers: tuple[tuple[str, str], ...]) -> tuple[Ints, Ints]:
    """Words that name accounts; and what each hashtag is among the words of a text: itself, and its beginning."""
    handles = fold(pa.array([v.rpartition("@")[2] for k, v in markers if k == "mention"], pa.string())).to_pylist()
    tags = fold(pa.array([v if k == "hashtag" else "" for k, v in markers], pa.string())).to_pylist()
    found = words.codes_of([*handles, *tags, *(f"{t[:5]}~" if len(t) > 5 else "" for t in tags)])  # as in the lexicon
    names, itself, begins = np.split(found, [len(handles), len(handles) + len(tags)])
    return names[names >= 0], np.stack([itself, begins], axis=1)


def _kind_of(markers: tuple[tuple[str, str], ...], kind: str) -> Bools:
    return np.array([m[0] == kind for m in markers], np.bool_)


def tags_of(posts: Posts) -> list[tuple[str, int, Ints]]:
    """(tag, marker code, post rows) of every tag, in text order."""
    row = np.repeat(np.arange(len(posts)), np.diff(posts.mark_at))
    order = np.argsort(posts.marks, kind="stable")
    starts = np.searchsorted(posts.marks[order], np.arange(len(posts.markers) + 1))
    return [
        (value, code, row[order[starts[code] : starts[code + 1]]])
        for code, (kind, value) in enumerate(posts.markers)
        if kind == "hashtag"
    ]


def tag_of(posts: Posts, value: str, code: int, rows: Ints) -> Tag:
    """The units of a tag. A wording that is passed on, or repeated with another's name beside it, is one unit."""
    wide = len(posts) + 1
    mine = ~(posts.passed_on[rows] | posts.names_another[rows])
    by = np.where(mine, posts.account[rows] + 1, 0)
    worded = posts.wording[rows] >= 0
    rows, by = rows[worded], by[worded]
    key = posts.wording[rows] * wide + by
    _, first, unit = np.unique(key, return_index=True, return_inverse=True)
    first = rows[first]  # rows ascend in time, so the first of a key is its earliest
    order = np.lexsort((first, posts.account[first]))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    first = first[order]
    by_account, local = np.unique(posts.account[first], return_inverse=True)
    silent = np.concatenate([posts.handles, posts.spelled[code]])
    circle = Circle(posts.words, first, local.astype(np.int64), silent)
    lent = _borrowed(posts, first)
    voiced = np.flatnonzero(lent < 0)
    voice = Circle(
        posts.words, first[voiced], np.unique(local[voiced], return_inverse=True)[1].astype(np.int64), silent
    )
    markers, marker, units = _carried(posts, code, rows, number[unit], len(first))
    return Tag(value, code, rows, number[unit], first, local.astype(np.int64), by_account, circle, voiced, voice, marker, units, markers, lent,
               _added(posts, markers[marker], lent[units]))  # fmt: skip


def _carried(posts: Posts, code: int, rows: Ints, unit_of: Ints, size: int) -> tuple[Ints, Ints, Ints]:
    sizes = posts.mark_at[rows + 1] - posts.mark_at[rows]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    marker = posts.marks[np.repeat(posts.mark_at[rows] - ends[:-1], sizes) + np.arange(ends[-1])]
    unit = np.repeat(unit_of, sizes)[marker != code]
    both = np.unique(marker[marker != code] * max(size, 1) + unit)
    markers, local = np.unique(both // max(size, 1), return_inverse=True)
    return markers, local.astype(np.int64), both % max(size, 1)


def _added(posts: Posts, marker: Ints, source: Ints) -> Bools:
    """Whether the posts at the rows `source` (-1: none) lack each marker."""
    wide = len(posts.markers)
    rows = np.unique(source[source >= 0])
    sizes = posts.mark_at[rows + 1] - posts.mark_at[rows]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    carried = posts.marks[np.repeat(posts.mark_at[rows] - ends[:-1], sizes) + np.arange(ends[-1])]
    there = np.isin(source * wide + marker, np.repeat(rows, sizes) * wide + carried)
    return np.asarray((source >= 0) & ~there, np.bool_)


def _borrowed(posts: Posts, first: Ints) -> Ints:
    source = posts.earliest[posts.wording[first]]
    said = posts.passed_on[first] | posts.names_another[first]
    return np.where((posts.account[source] != posts.account[first]) & ~said, source, -1)
