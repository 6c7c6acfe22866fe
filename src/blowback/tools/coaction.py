"""Co-actions: pairs of accounts that carry the same mark within a window, exactly, without a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools import coaction_kernel as kernel

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
_ROUNDS: Final = 4  # of pruning: each is exact, later ones gain little
_ROOM: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Acts:
    """Marks as codes, sorted by (value, time): what every co-action question is asked of.

    `account` codes are busiest first; `accounts` and `values` turn codes back. Times are microseconds.
    """

    account: npt.NDArray[np.int32]
    value: npt.NDArray[np.int32]
    time: Ints
    post: npt.NDArray[np.int32]
    accounts: pa.Array
    values: pa.Array
    posts: pa.Array

    def __len__(self) -> int:
        return len(self.account)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Per unordered pair (a > b as codes): row pairs, distinct posts of each side with a match, distinct values.

    coordination-network-toolkit's directed weights are (n_posts_a, n_posts_b); CooRTweet's weight is n_pairs.
    """

    a: Ints
    b: Ints
    n_pairs: Ints
    n_posts_a: Ints
    n_posts_b: Ints
    n_objects: Ints

    def __len__(self) -> int:
        return len(self.a)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would have to walk: marks, marks with a partner, row pairs inside the window."""

    marks: int
    active: int
    pairs: int
    heaviest: str
    heaviest_share: float


def acts(account: pa.Array, value: pa.Array, time: pa.Array, post: pa.Array) -> Acts:
    """Code and sort marks. Rows with a null are left out. Times: Arrow timestamps (microseconds)."""
    who, what, which = (_coded(c) for c in (account, value, post))
    when = pa.chunked_array([time]) if isinstance(time, pa.Array) else time
    stamps = when.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    return from_codes(who[0], what[0], stamps, which[0], (who[1], what[1], which[1]))


def from_codes(
    account: npt.NDArray[np.integer[Any]],
    value: npt.NDArray[np.integer[Any]],
    time: Ints,
    post: npt.NDArray[np.integer[Any]],
    names: tuple[pa.Array, pa.Array, pa.Array] | None = None,
) -> Acts:
    """The same for marks that are codes already: integers from 0 on (below 2^31), times in microseconds.

    `names` turn codes of accounts, values and posts back; without them only their numbers are known.
    """
    if names is None:
        sizes = [int(c.max()) + 1 if len(c) else 0 for c in (account, value, post)]
        names = (pa.nulls(sizes[0]), pa.nulls(sizes[1]), pa.nulls(sizes[2]))
    uses = np.bincount(account, minlength=len(names[0]))
    busy = np.argsort(-uses, kind="stable")
    rank = np.empty(len(busy), np.int32)
    rank[busy] = np.arange(len(busy), dtype=np.int32)
    who, what, which = rank[account], value.astype(np.int32, copy=False), post.astype(np.int32, copy=False)
    return ranked(who, what, time, which, (names[0].take(pa.array(busy)), names[1], names[2]))


def ranked(account: Codes, value: Codes, time: Ints, post: Codes, names: tuple[pa.Array, pa.Array, pa.Array]) -> Acts:
    """The same where the codes of accounts are in the order that is wanted."""
    order = _order(account, value, time, post)
    return Acts(account[order], value[order], time[order], post[order], *names)


def _order(account: Codes, value: Codes, time: Ints, post: Codes) -> Ints:
    """Rows by (value, time, post, account): ties are settled so that shuffled input gives the same rows in order."""
    if not len(time):
        return np.empty(0, np.int64)
    low = int(time.min())
    bits = (int(time.max()) - low).bit_length()
    if int(value.max()).bit_length() + bits <= 63:
        order = np.argsort((value.astype(np.int64) << bits) | (time - low))
        kernel.settle_ties(value, time, post, account, order)
        return order
    order = np.arange(len(time))
    for key in (account, post, time, value):
        order = kernel.radix_order(key, order)
    return order


def _coded(column: pa.Array | pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Codes in text order and the texts, so that the order of the input leaves no trace."""
    column = pa.chunked_array([column]) if isinstance(column, pa.Array) else column
    if not len(column):
        return np.empty(0, np.int32), pa.array([], pa.string())
    coded = column.dictionary_encode().combine_chunks()
    order = pc.sort_indices(coded.dictionary)
    rank = np.empty(len(order), np.int32)
    rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return rank[coded.indices.to_numpy()], coded.dictionary.take(order)


def in_text_order(rows: Acts, a: Any, b: Any) -> tuple[pa.Array, pa.Array, npt.NDArray[np.bool_]]:  # noqa: ANN401
    """Both accounts of pairs of codes as text, the smaller first, and where that swapped them."""
    left, right = rows.accounts.take(pa.array(a)), rows.accounts.take(pa.array(b))
    swap = pc.greater(left, right).to_numpy(zero_copy_only=False)
    return pc.min_element_wise(left, right), pc.max_element_wise(left, right), swap


def plan(rows: Acts, window_us: int) -> Plan:
    """Count, before anything is run, what the window holds: one sequential sweep."""
    low, high = _bounds(rows, window_us)
    keep = np.zeros(len(rows), np.bool_)
    kernel.has_partner(rows.account, low, high, keep)
    per_row = np.arange(len(rows)) - low
    total = int(per_row.sum())
    if not total:
        return Plan(len(rows), int(keep.sum()), 0, "", 0.0)
    per_value = np.bincount(rows.value, weights=per_row, minlength=len(rows.values))
    top = int(per_value.argmax())
    return Plan(len(rows), int(keep.sum()), total, str(rows.values[top].as_py()), float(per_value[top] / total))


def _bounds(rows: Acts, window_us: int) -> tuple[Ints, Ints]:
    low, high = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    kernel.bounds(rows.value, rows.time, window_us, low, high)
    return low, high


def pairs(rows: Acts, window_us: int, least: int = 1, *, closes: npt.NDArray[np.bool_] | None = None) -> Pairs:
    """All pairs with at least `least` distinct values within |dt| <= window (inclusive), exactly.

    `closes` (one flag for each account code) keeps to the pairs whose larger code it has: an account block.
    """
    closes = np.ones(len(rows.accounts), np.bool_) if closes is None else closes
    rows, low, high = _pruned(rows, window_us, least)
    starts, order = kernel.by_account(rows.account, len(rows.accounts))
    found: list[Ints] = []
    account, room = 0, _ROOM
    while account < len(rows.accounts):
        out = np.empty((room, 6), np.int64)
        stop, n = kernel.product(
            rows.account, rows.value, low, high, starts, order, least, closes, account, len(rows.accounts), out
        )
        found.append(out[:n].copy())
        if stop == 0:
            break
        after = -int(stop) - 1
        room = max(room, 2 * after + 16) if after == account else room  # one row larger than the room: give it more
        account = after
    table = np.concatenate(found) if found else np.empty((0, 6), np.int64)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    extra_a, extra_b = _repeats(rows, low, high, table)
    return Pairs(table[:, 0], table[:, 1], table[:, 2], table[:, 3] - extra_a, table[:, 4] - extra_b, table[:, 5])


def _pruned(rows: Acts, window_us: int, least: int) -> tuple[Acts, Ints, Ints]:
    """Without rows that no partner meets and accounts below the support: exact, and most of the saving."""
    low, high = _bounds(rows, window_us)
    for _ in range(_ROUNDS):
        keep = np.zeros(len(rows), np.bool_)
        kernel.has_partner(rows.account, low, high, keep)
        if least > 1:
            count, last = np.empty(len(rows.accounts), np.int64), np.empty(len(rows.accounts), np.int64)
            kernel.objects_per_account(rows.account, rows.value, keep, count, last)
            keep &= count[rows.account] >= least
        if keep.all():
            break
        rows = Acts(
            rows.account[keep],
            rows.value[keep],
            rows.time[keep],
            rows.post[keep],
            rows.accounts,
            rows.values,
            rows.posts,
        )
        low, high = _bounds(rows, window_us)
    return rows, low, high


def _repeats(rows: Acts, low: Ints, high: Ints, table: Ints) -> tuple[Ints, Ints]:
    """Corrections from matched rows to matched posts, where a post carries several values."""
    none = np.zeros(len(table), np.int64)
    uses = np.bincount(rows.post, minlength=len(rows.posts)) if len(rows) else np.zeros(0, np.int64)
    several = uses[rows.post] > 1 if len(rows) else np.zeros(0, np.bool_)
    if not len(table) or not several.any():
        return none, none
    at = np.flatnonzero(several)
    at = at[np.lexsort((at, rows.post[at], rows.account[at]))]
    accounts = len(rows.accounts)
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows.account[at], minlength=accounts))])
    source = np.concatenate([table[:, 0], table[:, 1]])
    partner = np.concatenate([table[:, 1], table[:, 0]])
    by_source = np.argsort(source, kind="stable")
    edge_starts = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=accounts))])
    out = np.zeros(len(source), np.int64)
    kernel.repeats(rows.account, rows.post, low, high, starts, at, edge_starts, partner[by_source], out)
    back = np.empty(len(source), np.int64)
    back[by_source] = out
    return back[: len(table)], back[len(table) :]


def warm() -> None:
    """Compile the kernels."""
    n = pa.array(["a", "b", "a", "b"])
    v = pa.array(["x", "x", "y", "y"])
    t = pa.array([0, 1, 2, 3], pa.timestamp("us"))
    for posts in (["1", "2", "3", "4"], ["1", "2", "1", "2"]):
        rows = acts(n, v, t, pa.array(posts))
        plan(rows, 10)
        pairs(rows, 10, 2)
