"""Shuffled copies under two temporal nulls, and false-discovery control over all pairs that could have co-acted.

Null A, *permute*: the times of an object's posts are dealt anew among them. It keeps every object's burst and who
carried it; it asks whether two accounts are closer in time than that burst makes anybody.
Null B, *shift*: each account's whole timeline is moved by its own uniform shift of at most +-half. It keeps each
account's rhythm and interests; it asks whether two accounts are closer than those make them.
`gaps` tests pairs under both. Draws hang on what the marks say, not on the pseudonyms' order: see `intrinsic`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools import nulls_kernel
from blowback.tools.coaction import Acts, Ints, acts
from blowback.tools.intrinsic import Signatures, mixed, signatures, uniform

Floats = npt.NDArray[np.float64]
HALF_DAY_US: Final = 12 * 3600 * 1_000_000
_PERMUTE, _SHIFT = 1, 2  # streams of draws
_LIMIT: Final = 2_000_000_000  # steps of an exact count of sharing pairs: a few seconds


def family(rows: Acts) -> tuple[int, bool]:
    """(pairs of accounts that share at least one object, exactly counted): what could have co-acted, so what is tested.

    Where counting takes too long, all pairs of accounts that share anything are an upper bound (False).
    """
    uses = np.bincount(rows.value, minlength=max(len(rows.values), 1)).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(uses)])
    accounts = len(rows.accounts)
    total = int(nulls_kernel.sharing_pairs(rows.account, rows.value, starts, accounts, _LIMIT))
    if total >= 0:
        return total, True
    return int(min(accounts * (accounts - 1) // 2, (uses * (uses - 1) // 2).sum())), False


def benjamini_hochberg(p: Floats, tested: int) -> Floats:
    """q-values over a family of `tested` hypotheses of which only these had a p-value below 1 (Benjamini, Hochberg 1995).

    The rest of the family enters with p = 1, which leaves the ranks of the others as they are.
    """
    if not len(p):
        return p.copy()
    order = np.argsort(p, kind="stable")
    ranked = p[order] * max(tested, len(p)) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def calibrated(p: Floats, by_chance: list[Floats], *, least: float = 0.0) -> Floats:
    """q-values from shuffles: pairs a shuffled copy gives at each p, over pairs the real one gives (Tusher et al. 2001).

    It holds where p-values are too small because one shift moves all objects of a pair at once. `by_chance` holds
    the p-values of every pair of each shuffle. On data that are themselves a shuffle it is about 1. `least`: pairs that a
    copy is taken to give at any p, where none was seen.
    """
    if not len(p):
        return p.copy()
    order = np.argsort(p, kind="stable")
    pooled = np.sort(np.concatenate(by_chance)) if by_chance else np.empty(0)
    # ties count whole on both sides
    real = np.searchsorted(p[order], p[order], side="right")
    null = np.searchsorted(pooled, p[order], side="right") / max(len(by_chance), 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate((np.maximum(null, least) / real)[::-1])[::-1], 1.0)
    return q


def permuted(rows: Acts, seed: int, *, signed: Signatures | None = None) -> Acts:
    """Times dealt anew within each object (null A). `signed`: the rows' signatures, where they are known."""
    account, value = signed or signatures(rows)
    draws = uniform(
        account[rows.account] ^ mixed(value[rows.value] ^ mixed(rows.time.astype(np.uint64))), seed, _PERMUTE
    )
    order = np.lexsort((draws, rows.value))
    # Times stay where they are (sorted within the value); who carries them is dealt anew.
    return replace(rows, account=rows.account[order], post=rows.post[order])


def shifts(rows: Acts, seed: int, half_us: int = HALF_DAY_US, *, signed: Signatures | None = None) -> Ints:
    """For each account code its own uniform shift in +-half, microseconds.

    Shifts are whole units of the data's time resolution, so that copies are as coarse as the original.
    """
    unit = resolution_us(rows.time)
    most = half_us // unit
    draws = uniform((signed or signatures(rows))[0], seed, _SHIFT)
    return np.asarray((np.floor(draws * (2 * most + 1)).astype(np.int64) - most) * unit, np.int64)


def moved(rows: Acts, by: Ints) -> Acts:
    """Every account's timeline moved by its shift (null B)."""
    time = rows.time + by[rows.account]
    order = np.lexsort((rows.post, time, rows.value))
    return Acts(
        rows.account[order], rows.value[order], time[order], rows.post[order], rows.accounts, rows.values, rows.posts
    )


def shifted(rows: Acts, seed: int, half_us: int = HALF_DAY_US, *, still: npt.NDArray[np.bool_] | None = None) -> Acts:
    """A copy under null B: `moved` by `shifts`; accounts in `still` stay."""
    by = shifts(rows, seed, half_us)
    return moved(rows, by if still is None else np.where(still, 0, by))


def resolution_us(times: Ints) -> int:
    """The unit all times are multiples of: a day, an hour, a minute, a second, or a microsecond."""
    for unit in (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000):
        if len(times) and not (times % unit).any():
            return unit
    return 1


def warm() -> None:
    """Compile the kernels."""
    rows = acts(pa.array(["a", "b"]), pa.array(["x", "x"]), pa.array([0, 1], pa.timestamp("us")), pa.array(["1", "2"]))
    family(rows)
