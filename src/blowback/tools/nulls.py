"""Two temporal nulls for co-actions, false-discovery control, and shuffles to check both.

Null A, *permute*: the times of an object's posts are dealt anew among them. It keeps every object's burst and who
carried it; it asks whether two accounts are closer in time than that burst makes anybody.
Null B, *shift*: each account's whole timeline is moved by its own uniform shift of at most +-half. It keeps each
account's rhythm and interests; it asks whether two accounts are closer than those make them.

For a pair, the chance of a match on each shared object is exact under either null (A: up to treating several uses of
one object by one account as independent tries); the number of matching objects is then Poisson binomial, objects
taken as independent. Under B one shift moves all objects of a pair at once, so the tail is an approximation there:
its calibration on shuffled data is measured in `evaluation/`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools import coaction_kernel, nulls_kernel
from blowback.tools.coaction import Acts, Ints, Pairs, acts, pairs

Floats = npt.NDArray[np.float64]
HALF_DAY_US: Final = 12 * 3600 * 1_000_000
_LIMIT: Final = 2_000_000_000  # steps of an exact count of sharing pairs: a few seconds


@dataclass(frozen=True, slots=True)
class Judged:
    """Per pair: objects both carry at any time, and expected objects in the window and p-value under each null."""

    shared: Ints
    expected_a: Floats
    p_a: Floats
    expected_b: Floats
    p_b: Floats


def judge(rows: Acts, found: Pairs, window_us: int, half_us: int = HALF_DAY_US) -> Judged:
    """Chances of each pair's support under both nulls. `rows` are all marks, not only those with partners."""
    out = _judged(rows, found, window_us, half_us, (True, True), rough=False)
    return Judged(out[:, 0].astype(np.int64), out[:, 1], out[:, 2], out[:, 3], out[:, 4])


def by_chance(rows: Acts, found: Pairs, window_us: int, null: Literal["permute", "shift"]) -> Floats:
    """p-values of the pairs of a shuffled copy under its own null; those of one half and more are put at one half."""
    asked = (null == "permute", null == "shift")
    return _judged(rows, found, window_us, HALF_DAY_US, asked, rough=True)[:, 2 if asked[0] else 4].copy()


def _judged(rows: Acts, found: Pairs, window_us: int, half_us: int, asked: tuple[bool, bool], *, rough: bool) -> Floats:
    low, high = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    coaction_kernel.bounds(rows.value, rows.time, window_us, low, high)
    share = nulls_kernel.share_within(rows.value, low, max(len(rows.values), 1))
    starts, order = coaction_kernel.by_account(rows.account, len(rows.accounts))
    out = np.empty((len(found), 5), np.float64)
    nulls_kernel.judge_pairs(
        found.a,
        found.b,
        found.n_objects,
        rows.value,
        rows.time,
        starts,
        order,
        share,
        float(window_us),
        float(half_us),
        *asked,
        rough,
        out,
    )
    return out


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


def calibrated(p: Floats, by_chance: list[Floats]) -> Floats:
    """q-values from shuffles: pairs a shuffled copy gives at each p, over pairs the real one gives (Tusher et al. 2001).

    It holds where p-values are too small because one shift moves all objects of a pair at once. `by_chance` holds
    the p-values of every pair of each shuffle. On data that are themselves a shuffle it is about 1.
    """
    if not len(p):
        return p.copy()
    order = np.argsort(p, kind="stable")
    pooled = np.sort(np.concatenate(by_chance)) if by_chance else np.empty(0)
    # ties count whole on both sides
    real = np.searchsorted(p[order], p[order], side="right")
    null = np.searchsorted(pooled, p[order], side="right") / max(len(by_chance), 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate((null / real)[::-1])[::-1], 1.0)
    return q


def permuted(rows: Acts, seed: int) -> Acts:
    """Times dealt anew within each object (null A)."""
    random = np.random.default_rng(seed)
    order = np.lexsort((random.random(len(rows)), rows.value))
    # Times stay where they are (sorted within the value); who carries them is dealt anew.
    return replace(rows, account=rows.account[order], post=rows.post[order])


def shifted(rows: Acts, seed: int, half_us: int = HALF_DAY_US) -> Acts:
    """Every account's timeline moved by its own uniform shift in +-half (null B)."""
    random = np.random.default_rng(seed)
    moved = rows.time + random.integers(-half_us, half_us + 1, len(rows.accounts))[rows.account]
    order = np.lexsort((rows.post, moved, rows.value))
    return Acts(
        rows.account[order], rows.value[order], moved[order], rows.post[order], rows.accounts, rows.values, rows.posts
    )


def warm() -> None:
    """Compile the kernels."""
    rows = acts(pa.array(["a", "b"]), pa.array(["x", "x"]), pa.array([0, 1], pa.timestamp("us")), pa.array(["1", "2"]))
    judge(rows, pairs(rows, 10), 10)
    by_chance(rows, pairs(rows, 10), 10, "shift")
    family(rows)
