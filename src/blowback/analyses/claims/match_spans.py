"""Sets of time spans, one for each of many keys, asked many times: the distance part is done once, shifts only move time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_units import Bools, Floats, Ints

_APART: Final = float(1 << 20)  # days between two keys on the common line: 2,870 years; float64 still tells 20 ms apart


@dataclass(frozen=True, slots=True)
class Spans:
    """For each key (0, 1, ...) a union of spans [lo, hi]; times are days after `origin`."""

    starts: Floats
    ends: Floats
    origin: float

    @classmethod
    def of(cls, key: Ints, lo: Floats, hi: Floats) -> Spans:
        """The union of the spans of each key; spans with hi < lo are left out."""
        origin = float(lo.min()) - 1.0 if len(lo) else 0.0
        good = hi >= lo
        base = key[good] * _APART - origin
        lo, hi = lo[good] + base, hi[good] + base
        order = np.argsort(lo, kind="stable")
        lo, hi = lo[order], hi[order]
        reach = np.maximum.accumulate(hi) if len(hi) else hi
        first = np.ones(len(lo), np.bool_)
        first[1:] = lo[1:] > reach[:-1]
        last = np.append(np.flatnonzero(first)[1:] - 1, len(lo) - 1) if len(lo) else np.empty(0, np.int64)
        return cls(lo[first], reach[last], origin)

    def hold(self, key: Ints, at: Floats) -> Bools:
        """Whether each time lies in the union of its key. Shapes: key and at alike."""
        if not len(self.starts):
            return np.zeros(at.shape, np.bool_)
        where = key * _APART + (at - self.origin)
        n = np.searchsorted(self.starts, where, "right") - 1
        return (n >= 0) & (where <= self.ends[np.maximum(n, 0)]) & (at >= self.origin)


@dataclass(frozen=True, slots=True)
class Moments:
    """For each key a row of times, to be asked for the next one."""

    at: Floats
    origin: float
    item: Ints  # what each moment is: as given to `of`

    @classmethod
    def of(cls, key: Ints, at: Floats, item: Ints) -> Moments:
        """Moments of each key; `item` tells them apart."""
        origin = float(at.min()) - 1.0 if len(at) else 0.0
        line = key * _APART + (at - origin)
        order = np.argsort(line, kind="stable")
        return cls(line[order], origin, item[order])

    def after(self, key: Ints, at: Floats) -> tuple[Floats, Ints]:
        """(days until the next moment of the key after each time, its item); infinite and -1 where there is none."""
        if not len(self.at):
            return np.full(at.shape, np.inf), np.full(at.shape, -1, np.int64)
        where = key * _APART + np.maximum(at - self.origin, 0.0)
        n = np.minimum(np.searchsorted(self.at, where, "right"), len(self.at) - 1)
        gap = self.at[n] - (key * _APART + (at - self.origin))
        found = (self.at[n] > where) & (gap < _APART / 2)
        return np.where(found, gap, np.inf), np.where(found, self.item[n], -1)
