"""Co-actions by account blocks: the same counts as `coaction.pairs`, with no machine that holds all marks.

The marks are cut twice. First by what is carried: every value whole, or, where it is heavy, cut into chunks of time
with a halo (the marks up to one window before the chunk). `send` sees such a part, and knows who meets whom in it;
it hands each mark to every block of accounts that has use for it. A block then holds all that its accounts' pairs
are counted from: `close` counts them with the one kernel and applies the minimum support, so that only final edges
leave. A window of m marks costs at most min(m*m/2, m*blocks) records.

Both take and give Arrow batches, so that a cluster, a test or one process may carry them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools import coaction_blocks_kernel as kernel
from blowback.tools import coaction_kernel
from blowback.tools.coaction import Acts, Ints, Pairs, pairs, ranked

_HOUR_US: Final = 3600 * 1_000_000
_ROOM: Final = 1 << 19  # records of one batch
# A part as `send` takes it: `value` is empty where `heavy` (the number of a heavy value) is not.
PART: Final = pa.schema(
    [
        pa.field("account", pa.int32()),  # code: 0 is the busiest
        pa.field("value", pa.string()),
        pa.field("heavy", pa.int32()),
        pa.field("chunk", pa.int64()),
        pa.field("at", pa.int64()),  # microseconds
        pa.field("post", pa.int64()),  # what tells the posts of one account apart
        pa.field("halo", pa.bool_()),  # a copy for the chunk after its own
    ]
)
RECORD: Final = pa.schema(
    [
        pa.field("key", pa.int32()),  # keys[block]
        pa.field("value", pa.int64()),
        pa.field("account", pa.int32()),
        pa.field("at", pa.int64()),
        pa.field("post", pa.int64()),
        pa.field("halo", pa.bool_()),
    ]
)
EDGE: Final = pa.schema(
    [
        pa.field("a", pa.int32()),
        pa.field("b", pa.int32()),
        *(pa.field(c, pa.int64()) for c in ("n_pairs", "n_posts_a", "n_posts_b", "n_objects")),
    ]
)


def chunk_us(window_us: int) -> int:
    """Length of a chunk of a heavy value: no shorter than the window, so that a halo lies in one chunk."""
    return max(window_us, _HOUR_US)


def send(
    batches: Iterable[pa.RecordBatch], *, part: int, window_us: int, keys: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    """The marks of a part (`PART`), each once for every block that needs it (`RECORD`).

    Args:
        batches: one part: whole values, and whole chunks of heavy ones with their halo.
        part: number of the part, so that values of two parts are told apart.
        window_us: |dt| <= window, inclusive.
        keys: for each block, what its records are marked with.
    """
    rows = pa.Table.from_batches(list(batches), PART)
    if not rows.num_rows:
        return
    account, at, post = (_numbers(rows, c) for c in ("account", "at", "post"))
    halo = rows.column("halo").combine_chunks().to_numpy(zero_copy_only=False)
    value, group = _groups(rows, part)
    order = _by_group(group, at)
    account, at, post, halo, value, group = (x[order] for x in (account, at, post, halo, value, group))
    low, high = np.empty(len(at), np.int64), np.empty(len(at), np.int64)
    coaction_kernel.bounds(group, at, window_us, low, high)
    if halo.any():
        kernel.past_halo(group, halo, low)
    home, named = account % len(keys), np.asarray(keys, np.int32)
    room = max(_ROOM, len(keys))
    row, block = np.empty(room, np.int64), np.empty(room, np.int32)
    done = 0
    while done < len(at):
        done, n = kernel.targets(account, home, low, high, len(keys), done, row, block)
        i = row[:n]
        columns = (named[block[:n]], value[i], account[i], at[i], post[i], halo[i])
        yield pa.RecordBatch.from_arrays([pa.array(c) for c in columns], schema=RECORD)


def close(
    batches: Iterable[pa.RecordBatch], *, window_us: int, least: int, keys: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    """Pairs (`EDGE`, a > b) that the blocks among these records close, with at least `least` distinct values.

    Every record of a block must be among them; several blocks may be.
    """
    rows = pa.Table.from_batches(list(batches), RECORD)
    if not rows.num_rows:
        return
    key = _numbers(rows, "key")
    block_of = {k: n for n, k in enumerate(keys)}
    found_keys = np.unique(key)
    for k in found_keys:
        mine = rows if len(found_keys) == 1 else rows.filter(pa.array(key == k))
        yield from _closed(mine, block_of[int(k)], len(keys), window_us, least)


def _closed(rows: pa.Table, block: int, blocks: int, window_us: int, least: int) -> Iterator[pa.RecordBatch]:
    account, value, at, post = (_numbers(rows, c) for c in ("account", "value", "at", "post"))
    keep = _once(account, value, at, post, rows.column("halo").combine_chunks().to_numpy(zero_copy_only=False))
    if keep is not None:
        account, value, at, post = (x[keep] for x in (account, value, at, post))
    # Codes of this block alone, in the order of all: memory is for the accounts that are present.
    present, who = np.unique(account, return_inverse=True)
    values, what = np.unique(value, return_inverse=True)
    posts = pa.array(post).dictionary_encode()
    which = posts.indices.to_numpy()
    names = (pa.nulls(len(present)), pa.nulls(len(values)), pa.nulls(len(posts.dictionary)))
    made = ranked(who.astype(np.int32), what.astype(np.int32), at, which, names)
    found = pairs(made, window_us, least, closes=present % blocks == block)
    columns = (present[found.a], present[found.b], found.n_pairs, found.n_posts_a, found.n_posts_b, found.n_objects)
    whole = pa.RecordBatch.from_arrays([pa.array(c) for c in columns], schema=EDGE)
    for first in range(0, len(found), _ROOM):
        yield whole.slice(first, _ROOM)


def _once(
    account: Ints, value: Ints, at: Ints, post: Ints, halo: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_] | None:
    """Without the copies of a halo whose mark came from its own chunk too; marks that are there twice stay twice."""
    if not halo.any():
        return None
    some = np.flatnonzero(value < 0)  # only heavy values have halos
    order = some[np.lexsort((halo[some], post[some], account[some], at[some], value[some]))]
    fresh = np.ones(len(order), np.bool_)
    for column in (account, value, at, post):
        fresh[1:] &= column[order[1:]] == column[order[:-1]]
    fresh[1:] = ~fresh[1:]
    begins = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    keep = np.ones(len(value), np.bool_)
    keep[order] = ~(halo[order] & ~halo[order[begins]])
    return keep


def _groups(rows: pa.Table, part: int) -> tuple[Ints, Ints]:
    """Per mark: a number of its value that no other part uses (heavy ones: the same in all), and of its value and chunk."""
    coded = rows.column("value").combine_chunks().dictionary_encode()
    code = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
    value, group = (np.int64(part) << 32) + code, code
    heavy = np.flatnonzero(code < 0)
    if len(heavy):
        number, chunk = _numbers(rows, "heavy", heavy), _numbers(rows, "chunk", heavy)
        value[heavy] = -1 - number
        order = np.lexsort((chunk, number))
        changes = (np.diff(number[order], prepend=-1) != 0) | (np.diff(chunk[order], prepend=0) != 0)
        group[heavy[order]] = len(coded.dictionary) + np.cumsum(changes)
    return value, group


def _by_group(group: Ints, at: Ints) -> Ints:
    low = int(at.min())
    bits = (int(at.max()) - low).bit_length()
    if int(group.max()).bit_length() + bits <= 63:
        return np.argsort((group << bits) | (at - low))
    return np.lexsort((at, group))


def _numbers(rows: pa.Table, name: str, some: Ints | None = None) -> npt.NDArray[np.int64]:
    column = rows.column(name).combine_chunks()
    numbers: Ints = (column if some is None else column.take(pa.array(some))).to_numpy(zero_copy_only=True)
    return numbers


def as_table(edges: pa.Table, accounts: pa.Array) -> pa.Table:
    """Edges of all blocks in the kernel's order, their accounts as texts under their codes (dictionary arrays)."""
    a, b = (_numbers(edges, c).astype(np.int32) for c in ("a", "b"))
    order = pa.array(np.lexsort((b, a)))
    columns = {
        c: pa.DictionaryArray.from_arrays(pa.array(x).take(order), accounts) for c, x in (("a", a), ("b", b))
    } | {c: edges.column(c).take(order) for c in EDGE.names[2:]}
    return pa.table(columns)


def as_pairs(found: pa.Table, rows: Acts) -> Pairs:
    """What was counted elsewhere, as if counted on `rows`.

    Raises:
        ValueError: it was counted on other accounts.
    """
    sides = [found.column(c).combine_chunks() for c in ("a", "b")]
    if not all(s.dictionary.equals(rows.accounts.cast(s.dictionary.type)) for s in sides):
        raise ValueError("the pairs were counted on other marks than those at hand")
    a, b = (s.indices.to_numpy().astype(np.int64) for s in sides)
    return Pairs(a, b, *(_numbers(found, c) for c in EDGE.names[2:]))


def warm() -> None:
    """Compile the kernels."""
    columns = ([0, 1, 0], ["x", "x", "y"], [None] * 3, [0] * 3, [0, 1, 2], [1, 2, 3], [False] * 3)
    part = pa.RecordBatch.from_arrays([pa.array(c, f.type) for c, f in zip(columns, PART, strict=True)], schema=PART)
    list(close(send([part], part=0, window_us=10, keys=[0, 1]), window_us=10, least=1, keys=[0, 1]))
