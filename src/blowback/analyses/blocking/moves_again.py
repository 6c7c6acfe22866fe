"""The same content on another host after a block: the same words, the same file, the same name of a file; counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.blocking.moves_uses import Ints, Uses
from blowback.tools.interrupted import ENOUGH, Dates

_NEVER: Final = np.iinfo(np.int64).max // 4


@dataclass(frozen=True, slots=True)
class Carried:
    """Which link (by its row) carries which content; a link's post gives its words and files, its path the name of a file."""

    link: Ints
    content: Ints
    count: int


@dataclass(frozen=True, slots=True)
class Again:
    """How many contents came again, the mean of the same at earlier dates, and the share of these with as many.

    Later dates are no null: who moved posts old contents on the new host for good.
    """

    contents: int
    usual: float | None
    elsewhere: float | None


def carried(uses: Uses, contents: pa.Table) -> Carried:
    """Contents of each link.

    Args:
        uses: the links.
        contents: the step `contents`.
    """
    at = pc.index_in(contents.column("post_id"), uses.posts)
    known = pc.is_valid(at)
    key = pc.binary_join_element_wise(contents.column("kind"), contents.column("value"), ":")
    of_post = _indices(at.filter(known))
    words = key.filter(known).combine_chunks().dictionary_encode()
    words = words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
    word = words.indices.to_numpy().astype(np.int64)
    order = np.argsort(of_post, kind="stable")
    of_post, word = of_post[order], word[order]
    low, high = np.searchsorted(of_post, uses.post), np.searchsorted(of_post, uses.post, side="right")
    link = np.repeat(np.arange(len(uses.post)), high - low)
    within = np.arange(len(link)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    names = sorted({f for f in uses.files if f})
    number = {f: n + len(words.dictionary) for n, f in enumerate(names)}
    of_url = np.array([number[f] if f else -1 for f in uses.files] or [-1], np.int64)
    file = of_url[uses.url] if len(uses.url) else np.zeros(0, np.int64)
    named = np.flatnonzero(file >= 0)
    return Carried(
        np.concatenate([link, named]), np.concatenate([word[np.repeat(low, high - low) + within], file[named]]),
        len(words.dictionary) + len(names),
    )  # fmt: skip


def firsts(held: Carried, uses: Uses, place: Ints, wanted: int) -> Ints:
    """First day of each content at a place; a day that never comes where it never is."""
    out = np.full(held.count, _NEVER, np.int64)
    mine = place[held.link] == wanted
    np.minimum.at(out, held.content[mine], uses.day[held.link[mine]])
    return out


def again(there: Ints, here: Ints, at: Dates) -> Again:
    """Contents that were at the service before a date, and are first at another place within the window after it.

    Args:
        there: first day of each content at the service.
        here: first day of each content at the place.
        at: dates; the first one is asked about.
    """
    both = (there < _NEVER) & (here < _NEVER)
    old, new = there[both][None, :], here[both][None, :]
    before, first, last = at.before[:, -1:], at.after[:, :1], at.after[:, -1:]
    found: npt.NDArray[np.int64] = ((old <= before) & (new >= first) & (new <= last)).sum(1)
    earlier = found[1:][at.after[1:, -1] < at.after[0, 0]]
    if len(earlier) < ENOUGH:
        return Again(int(found[0]), None, None)
    return Again(int(found[0]), float(earlier.mean()), float((earlier >= found[0]).mean()))


def _indices(column: pa.ChunkedArray | pa.Array) -> Ints:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.asarray(array.to_numpy(zero_copy_only=False), np.int64)
