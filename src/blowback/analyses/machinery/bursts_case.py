"""The case as numbers: who posted when, what with, and the series of posts of each object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.bursts_groups import GROUP, groups_of
from blowback.model.analysis import Frames
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Bools, Floats, Ints, Rhythm, rhythm
from blowback.tools.scan import Streams, scan, stretches

CASE: Final = "case"
LANG: Final = "lang"
_MOSTLY: Final = 0.9


@dataclass(frozen=True, slots=True)
class Crowd:
    """All n posts in the order of time. Codes are -1 where the export gives nothing; a repost has no wording."""

    at: Ints
    account: Ints
    reply: Bools
    own: Bools
    client: Ints
    wording: Ints
    accounts: int
    clients: tuple[str, ...]
    unit_us: int
    post_id: pa.Array

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True)
class Series:
    """Series of posts: `kind` and `value` of each, its posts (positions in Crowd, rising), and what was expected.

    `small`: groups for which none was formed.
    """

    kind: tuple[str, ...]
    value: tuple[str, ...]
    posts: Ints
    starts: Ints
    rhythm: Rhythm
    streams: Streams
    number: Mapping[tuple[str, str], int]
    small: int = 0

    def __len__(self) -> int:
        return len(self.kind)

    def of(self, series: int) -> Ints:
        """Posts of one series."""
        return self.posts[self.starts[series] : self.starts[series + 1]]


def crowd_of(numbered: pa.Table) -> Crowd:
    """Posts from the step `numbered`."""
    rows = numbered.take(pc.sort_indices(numbered, sort_keys=[("n", "ascending")]))
    at = rows.column("posted_at").cast(pa.int64()).to_numpy().astype(np.int64)
    account, accounts = _coded(rows.column("account_id"))
    client, clients = _coded(rows.column("client"))
    wording, _ = _coded(rows.column("wording"))
    kind = rows.column("kind")
    return Crowd(
        at, account, pc.is_in(kind, pa.array(["reply", "comment", "quote"])).to_numpy(zero_copy_only=False),
        pc.not_equal(kind, "repost").to_numpy(zero_copy_only=False), client, wording, len(accounts),
        tuple(clients.to_pylist()), unit_of(at, rows.column("clock")), rows.column("post_id").combine_chunks(),
    )  # fmt: skip


def _coded(column: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    """Codes in the order of the values, so that the order of the rows leaves no trace; -1 for null."""
    coded = column.combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    names = coded.dictionary
    order = pc.sort_indices(names).to_numpy()
    place = np.empty(len(order) + 1, np.int64)
    place[order] = np.arange(len(order))
    place[-1] = -1
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return place[codes], names.take(pa.array(order))


def unit_of(at: Ints, clock: pa.ChunkedArray) -> int:
    """The unit (microseconds) that nine of ten times are multiples of, or that the clocks state."""
    if not len(at):
        return SECOND
    for unit, name in ((DAY_US, "day"), (HOUR_US, ""), (60 * SECOND, "minute")):
        stated = pc.sum(pc.equal(clock, name)).as_py() or 0
        if (at % unit == 0).mean() >= _MOSTLY or stated >= _MOSTLY * len(at):
            return unit
    return SECOND


def series_of(frames: Frames, crowd: Crowd, least: int) -> Series:
    """Every series with at least so many posts: objects, stated languages, groups, the whole case. Needs one post."""
    objects, uses = frames["objects"], frames["uses"]
    objects = objects.take(pc.sort_indices(objects, sort_keys=[("object", "ascending")]))
    of = uses.column("object").to_numpy().astype(np.int64)
    post = uses.column("n").to_numpy().astype(np.int64)
    names = list(zip(objects.column("kind").to_pylist(), objects.column("value").to_pylist(), strict=True))
    numbered = frames["numbered"]
    code, langs = _coded(numbered.take(pc.sort_indices(numbered, sort_keys=[("n", "ascending")])).column("lang"))
    used = np.bincount(code[code >= 0], minlength=len(langs))
    for number, name in enumerate(langs.to_pylist()):
        if used[number] >= least:
            mine = np.flatnonzero(code == number)
            of, post = np.concatenate([of, np.full(len(mine), len(names))]), np.concatenate([post, mine])
            names.append((LANG, name))
    groups = groups_of(frames, least)
    for name, mine in zip(groups.ids, groups.posts, strict=True):
        of, post = np.concatenate([of, np.full(len(mine), len(names))]), np.concatenate([post, mine])
        names.append((GROUP, name))
    of, post = np.concatenate([of, np.full(len(crowd), len(names))]), np.concatenate([post, np.arange(len(crowd))])
    names.append((CASE, ""))
    order = np.lexsort((post, of))
    starts = np.searchsorted(of[order], np.arange(len(names) + 1)).astype(np.int64)
    posts = post[order]
    kinds = tuple(n[0] for n in names)
    beat, curves = _curves(crowd)
    pool = np.unique(np.array(kinds), return_inverse=True)[1].astype(np.int64)
    curve = np.array([0 if k == CASE else 1 for k in kinds], np.int64)
    streams = Streams(crowd.at[posts], starts, pool, curve, beat.first_us, curves, crowd.unit_us)
    place = {name: n for n, name in enumerate(names)}
    return Series(kinds, tuple(n[1] for n in names), posts, starts, beat, streams, place, groups.small)


def _curves(crowd: Crowd) -> tuple[Rhythm, Floats]:
    """The whole case's rhythm without and with its trend, its own bursts left out of the fit."""
    flat = rhythm(crowd.at, trend=False)
    whole = np.array([0, len(crowd)], np.int64)
    one = np.zeros(1, np.int64)
    alone = Streams(crowd.at, whole, one, one, flat.first_us, flat.upto[None, :], crowd.unit_us)
    apart = None
    for _ in range(2):
        _, first, last, _ = stretches(alone, scan(alone))
        apart = (crowd.at[first], crowd.at[last])
        flat = rhythm(crowd.at, apart, trend=False)
        alone = replace(alone, curves=flat.upto[None, :])
    return flat, np.stack([flat.upto, rhythm(crowd.at, apart).upto])
