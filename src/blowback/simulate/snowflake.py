"""X ids: 41 bits of milliseconds since 4 November 2010, 10 bits of machine, 12 bits of sequence."""

from __future__ import annotations

import numpy as np

from blowback.simulate.people import Ints

EPOCH_MS = 1_288_834_974_657


def snowflakes(rng: np.random.Generator, at_us: Ints) -> Ints:
    """Unique ids whose embedded time is exactly the post's, to the millisecond."""
    ms = at_us // 1000
    order = np.argsort(ms, kind="stable")
    new = np.ones(len(ms), bool)
    new[1:] = np.diff(ms[order]) > 0
    begin = np.maximum.accumulate(np.where(new, np.arange(len(ms)), 0))
    sequence = np.empty(len(ms), np.int64)
    sequence[order] = np.arange(len(ms)) - begin
    machine = rng.integers(0, 1024, len(ms))
    out: Ints = ((ms - EPOCH_MS) << 22) | (machine << 12) | (sequence & 0xFFF)
    return out
