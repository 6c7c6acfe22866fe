"""From posts to rounds: the same wording, template or link, carried by several accounts without a long pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.tools import rounds_kernel, schedule
from blowback.tools.templates import wordings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
ORIGINAL, REPLY, REPOST = 0, 1, 2
COARSE_US: Final = 60_000_000  # times of this resolution tell no schedule
_PAUSE_US: Final = 1800 * 1_000_000
_PAUSES: Final = 10.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """All posts of the case in the order of time, as codes."""

    table: pa.Table
    account: Ints
    accounts: pa.Array
    at: Ints  # by the id where it tells
    unit: Ints  # resolution of each time, microseconds
    role: npt.NDArray[np.int8]
    client: Ints  # -1 where none is stated
    clients: pa.Array
    wording: npt.NDArray[np.int32]  # -1 where the text is like no other
    chance: Floats  # per wording: ln(chance of its words)

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rows of `Crowd`, round by round, each round in the order of time: round r is rows[bounds[r] : bounds[r + 1]].

    `first` marks the first post of an account in its round. `by_link` is per round: joined by a link, not by a wording.
    `loose` are rows of the same wordings and links outside all rounds, `loose_round` the widest round of each one's carrier.
    """

    rows: Ints
    bounds: Ints
    first: Flags
    carrier: Ints
    by_link: Flags
    loose: Ints
    loose_round: Ints

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def of_row(self) -> Ints:
        """The round of each row."""
        return np.repeat(np.arange(len(self)), np.diff(self.bounds))

    def times(self, crowd: Crowd, number: int) -> Ints:
        """Times of the first posts of the accounts of a round, rising."""
        part = slice(self.bounds[number], self.bounds[number + 1])
        return crowd.at[self.rows[part][self.first[part]]]


def crowd_of(frames: Frames, alike: float) -> Crowd:
    """Code the posts; reposts keep their place but take no part in wordings."""
    table = frames["posted"].combine_chunks()
    timed = table.append_column("at", pc.coalesce(table.column("id_at"), table.column("posted_at")))
    table = table.take(pc.sort_indices(timed, sort_keys=[("at", "ascending"), ("post_id", "ascending")]))
    account, accounts = codes(table.column("account_id"))
    client, clients = codes(table.column("client"))
    role = pc.index_in(table.column("role"), pa.array(["post", "reply", "repost"])).to_numpy().astype(np.int8)
    own = pa.array(role != REPOST)
    folded = pc.if_else(own, table.column("text_folded").combine_chunks(), pa.scalar(None, pa.string()))
    found = wordings(folded, alike)
    at = pc.coalesce(table.column("id_at"), table.column("posted_at")).cast(pa.int64()).to_numpy()
    return Crowd(table, account, accounts, at, _units(table, at), role, client, clients, found.cluster, found.chance)


def _units(table: pa.Table, at: Ints) -> Ints:
    """Resolution of each time: of its file, and a minute at least where the clock says so and the id says nothing."""
    exhibit, files = codes(table.column("exhibit"))
    stated = pc.and_(pc.is_in(table.column("clock"), pa.array(["minute", "day"])), pc.is_null(table.column("id_at")))
    coarse = stated.to_numpy()
    out = np.full(len(at), schedule.SECOND, np.int64)
    for number in range(len(files)):
        here = (exhibit == number) & ~coarse
        out[here] = schedule.resolution(at[here])
    out[coarse] = np.maximum(out[coarse], COARSE_US)
    return out


def codes(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """(code of each value, values): codes follow the text order, -1 is null."""
    values = pc.unique(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)
    values = values.drop_null()
    values = values.take(pc.sort_indices(values))
    found = pc.index_in(column, values)
    return np.asarray(pc.fill_null(found, -1).to_numpy(), np.int64), values


def rounds_of(crowd: Crowd, links: pa.Table, least: int) -> Rounds:
    """Rounds of at least so many accounts, numbered by carrier and time.

    A post belongs to its wording; where no other post is worded like it, to the first of its links.
    """
    carrier = crowd.wording.astype(np.int64)
    wordings_ = len(crowd.chance)
    lone = (carrier < 0) & (crowd.role == ORIGINAL)
    carrier = np.where(lone, _links(crowd, links, wordings_), carrier)
    rows = np.flatnonzero((carrier >= 0) & (crowd.role == ORIGINAL))
    rows = rows[_shared(carrier[rows], crowd.account[rows], least)]
    rows = rows[np.argsort(carrier[rows], kind="stable")]
    number = np.empty(len(rows), np.int64)
    columns = carrier[rows], crowd.at[rows], crowd.account[rows]
    count = int(rounds_kernel.cut(*columns, max(len(crowd.accounts), 1), _PAUSE_US, _PAUSES, number))
    first = firsts(number, crowd.account[rows])
    wide = np.bincount(number[first], minlength=count) >= least
    kept = wide[number] if len(number) else np.zeros(0, np.bool_)
    loose = rows[~kept]
    rows, number, first = rows[kept], number[kept], first[kept]
    known, number = np.unique(number, return_inverse=True)
    bounds = np.searchsorted(number, np.arange(len(known) + 1))
    of_round = carrier[rows[bounds[:-1]]] if len(rows) else np.zeros(0, np.int64)
    widest = _widest(of_round, np.bincount(number[first], minlength=len(of_round)), carrier[loose])
    return Rounds(rows, bounds, first, of_round, of_round >= wordings_, loose[widest >= 0], widest[widest >= 0])


def _widest(of_round: Ints, accounts: Ints, carrier: Ints) -> Ints:
    """The round of most accounts, the first of them, of each carrier; -1 where it has none."""
    order = np.lexsort((-accounts, of_round))
    known, at = np.unique(of_round[order], return_index=True)
    place = np.minimum(np.searchsorted(known, carrier), max(len(known) - 1, 0))
    found: Ints = np.where(known[place] == carrier, order[at[place]], -1) if len(known) else np.full(len(carrier), -1)
    return found


def _links(crowd: Crowd, links: pa.Table, start: int) -> Ints:
    """Per post: number of its first link after `start`, -1 where it has none."""
    out = np.full(len(crowd), -1, np.int64)
    if links.num_rows:
        value, _ = codes(links.column("value"))
        at = pc.index_in(links.column("post_id"), crowd.table.column("post_id").combine_chunks())
        known = (
            np.asarray(pc.is_valid(at).to_numpy(zero_copy_only=False)) if at.null_count else np.ones(len(at), np.bool_)
        )
        row = np.asarray(pc.fill_null(at, 0).to_numpy(), np.int64)
        out[row[known]] = start + value[known]
    return out


def _shared(carrier: Ints, account: Ints, least: int) -> Flags:
    """Rows whose carrier has at least so many accounts."""
    if not len(carrier):
        return np.zeros(0, np.bool_)
    pairs = np.unique(carrier * (int(account.max()) + 1) + account)
    many = np.bincount(pairs // (int(account.max()) + 1), minlength=int(carrier.max()) + 1)
    return many[carrier] >= least


def firsts(number: Ints, account: Ints) -> Flags:
    """Rows that are the first of their account in their round."""
    out = np.zeros(len(number), np.bool_)
    if len(number):
        out[np.unique(number * (int(account.max()) + 1) + account, return_index=True)[1]] = True
    return out
