"""Pairs of accounts tested by how close they come on what they share, without a window: two temporal nulls.

Null A, *permute*: the times of an object's posts are dealt anew among them. It keeps every object's burst and who
carried it. Null B, *shift*: each account's whole timeline is moved by its own uniform shift of at most +-half. It keeps
each account's rhythm and interests.

For a pair and an object both carry, let g be the smallest time between their posts. Under either null the chance F(g)
of coming so close is known (B: exactly; A: taking several uses by one account as independent tries), so F(g) is
uniform. The score of a pair is the sum of -ln F(g) over the objects met within a reach: the truncated product of
p-values (Zaykin et al. 2002). A few meetings within seconds and many within minutes count alike, so that nothing hangs
on a window. Objects are taken as independent; under B one shift moves them all at once, which is why p-values are
calibrated on shuffled copies (`nulls.calibrated`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.tools import coaction_kernel, gaps_kernel
from blowback.tools.coaction import Acts, Ints, acts
from blowback.tools.nulls import HALF_DAY_US, resolution_us

Floats = npt.NDArray[np.float64]
_STEP: Final = 1.5  # of the grid of gaps on which an object's own burst is known: rounded up, so never too small


@dataclass(frozen=True, slots=True)
class Gaps:
    """Per pair of accounts (codes `a` > `b`): what it shares, what it meets, and how likely that is.

    `within[:, w]` are the objects met within the w-th window of the curve, inclusive. `p_permute` and `p_shift` are
    those of the best reach times the number of reaches; 1 where p cannot be as small as the cut.
    """

    a: Ints
    b: Ints
    shared: Ints
    met: Ints  # objects met within the widest reach
    tightest_us: Floats
    expected_permute: Floats  # objects met within the widest reach
    expected_shift: Floats
    p_permute: Floats
    p_shift: Floats
    within: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.a)

    def moved_apart(self, by: Ints, least_us: int) -> Gaps:
        """Of a shifted copy: without pairs whose shifts (per account code) differ by less than `least_us`.

        Their timelines were not moved against each other: accounts that act together do so in such a copy, too, and say
        nothing of chance.
        """
        keep = np.abs(by[self.a] - by[self.b]) >= least_us
        return Gaps(*(getattr(self, f.name)[keep] for f in fields(self)))


def judge(
    rows: Acts,
    pairs: tuple[Ints, Ints],
    reaches_us: tuple[int, ...],
    *,
    curve_us: tuple[int, ...] = (),
    cut: float = 1.0,
    permute: bool = True,
    half_us: int = HALF_DAY_US,
) -> Gaps:
    """Test pairs of account codes. `rows` are all marks of the kind, not only those with partners.

    Args:
        rows: marks sorted by (value, time).
        pairs: codes of both sides.
        reaches_us: largest gaps that count, rising; each is tested and the best taken, corrected for their number.
        curve_us: windows to count met objects at.
        cut: pairs whose p under shift cannot be this small are not worked out further and get 1.
        permute: whether p under permute is asked.
        half_us: half width of the shift.
    """
    a, b = pairs
    grid = _grid(max(reaches_us))
    shares = np.zeros((max(len(rows.values), 1), len(grid)), np.float64)
    gaps_kernel.shares_within(rows.value, rows.time, len(shares), grid, shares)
    starts, order = coaction_kernel.by_account(rows.account, len(rows.accounts))
    out = np.zeros((len(a), 7), np.float64)
    within = np.zeros((len(a), len(curve_us)), np.int32)
    gaps_kernel.judge_pairs(
        a, b, rows.value, rows.time, starts, order, np.array(reaches_us, np.float64), float(resolution_us(rows.time)),
        float(half_us), grid.astype(np.float64), shares, np.array(curve_us, np.float64), cut, permute, out, within,
    )  # fmt: skip
    counts = out[:, :2].astype(np.int64)
    return Gaps(a, b, counts[:, 0], counts[:, 1], out[:, 2], out[:, 3], out[:, 5], out[:, 4], out[:, 6], within)


def expected(rows: Acts, pairs: tuple[Ints, Ints], window_us: int, half_us: int = HALF_DAY_US) -> Floats:
    """(n, 3): objects each pair shares, and those expected within the window under permute and under shift."""
    a, b = pairs
    shares = np.zeros((max(len(rows.values), 1), 1), np.float64)
    gaps_kernel.shares_within(rows.value, rows.time, len(shares), np.array([window_us]), shares)
    starts, order = coaction_kernel.by_account(rows.account, len(rows.accounts))
    out = np.zeros((len(a), 3), np.float64)
    gaps_kernel.expected_pairs(
        a, b, rows.value, rows.time, starts, order, float(window_us), float(resolution_us(rows.time)), float(half_us),
        shares[:, 0].copy(), out,
    )  # fmt: skip
    return out


def _grid(widest_us: int) -> Ints:
    """Gaps from 0 and one second on in equal steps of their logarithm, up to the widest."""
    steps = [0]
    gap = 1_000_000.0
    while gap < widest_us:
        steps.append(int(gap))
        gap *= _STEP
    return np.array([*steps, widest_us], np.int64)


def warm() -> None:
    """Compile the kernels."""
    rows = acts(pa.array(["a", "b"]), pa.array(["x", "x"]), pa.array([0, 1], pa.timestamp("us")), pa.array(["1", "2"]))
    both = (np.array([1]), np.array([0]))
    judge(rows, both, (10,), curve_us=(1, 10))
    expected(rows, both, 10)
