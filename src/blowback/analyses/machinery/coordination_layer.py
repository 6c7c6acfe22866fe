"""One kind of mark: its pairs tested under both nulls, the ones that hold, and the accounts that hang on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.analyses.machinery.coordination_windows import Windows
from blowback.model.analysis import Params
from blowback.tools import gaps, graph, nulls
from blowback.tools.coaction import Acts, Pairs, Plan, pairs, plan
from blowback.tools.intrinsic import Signatures, signatures

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Count = Callable[[Acts, int, int], Pairs]
CUT: Final = 0.01  # pairs whose p cannot be this small stand for nothing: they get 1
BY_CHANCE: Final = 0.05  # of what is found, the share that shuffled copies may give
BURST_FDR: Final = 0.05  # of surviving pairs, the share that the objects' own bursts may explain
APART_US: Final = 1_800_000_000  # least difference of two shifts
HANGING: Final = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5)  # p at which an account may hang on a group: the largest that holds
_STEPS: Final = 24  # by which the limit may be lowered, each by the root of ten
LEAST_TIES: Final = 2  # into one group, and at least a third of its accounts


@dataclass(frozen=True, slots=True)
class Layer:
    """Pairs of one kind of mark with their verdicts. Edges are account codes (a > b), rising."""

    kind: str
    rows: Acts
    signed: Signatures  # of the rows: the order of all draws
    windows: Windows  # as run: reaches that hold too many pairs are gone
    found: gaps.Gaps
    q_permute: Floats
    q_shift: Floats
    limit: float  # p under shift at or below which pairs hold; 0 where none does
    core: Bools  # of `found`: p_shift <= limit and in a triangle of such pairs
    hanging: Bools  # of `found`: ties of an account to at least two of one group's
    hanging_p: float  # largest p of such a tie; 0 where none held
    family: tuple[int, bool]
    plans: tuple[Plan, ...]  # one for each window of the curve
    by_permute: Floats  # pairs with the support at each window of the curve, mean over shuffles
    by_shift: Floats


def expected(layer: Layer, row: Ints, window: int) -> tuple[Floats, Floats]:
    """Objects that tested pairs (rows of `found`) are expected to meet on within a window, under permute and under shift."""
    if layer.kind == "rhythm":  # its own nulls, for its widest window
        return layer.found.expected_permute[row], layer.found.expected_shift[row]
    chance = gaps.expected(layer.rows, (layer.found.a[row], layer.found.b[row]), window)
    return chance[:, 1], chance[:, 2]


def layer_of(kind: str, rows: Acts, windows: Windows, params: Params, count: Count = pairs) -> Layer:
    """Test every pair with the support inside the widest reach. `count` counts the pairs of the data."""
    least, fdr, seed, copies = (params[n] for n in ("min_objects", "fdr", "seed", "shuffles"))
    found = _judged(rows, windows, int(least), count=count)
    family, signed = nulls.family(rows), signatures(rows)
    seeds = range(int(seed), int(seed) + int(copies))
    shifts = [nulls.shifts(rows, s, signed=signed) for s in seeds]
    # pairs that were hardly moved against each other are no copy of chance
    shifted = [
        _judged(nulls.moved(rows, by), windows, int(least), permute=False).moved_apart(by, APART_US) for by in shifts
    ]
    permuted = [_judged(nulls.permuted(rows, s, signed=signed), windows, int(least)) for s in seeds]
    q_shift = nulls.benjamini_hochberg(found.p_shift, family[0])
    limit, core = in_support(found, q_shift <= float(fdr), shifted, len(rows.accounts))
    passes = found.p_shift <= limit
    hanging, at = _hanging(rows, windows, (found, core), shifts, int(least))
    return Layer(
        kind, rows, signed, windows, found, _beyond_burst(found, passes, permuted), q_shift, limit, core, hanging, at, family,
        tuple(plan(rows, w) for w in windows.curve_us), _mean_within(permuted, int(least)), _mean_within(shifted, int(least)),
    )  # fmt: skip


def _judged(rows: Acts, windows: Windows, least: int, *, permute: bool = True, count: Count = pairs) -> gaps.Gaps:
    near = count(rows, windows.reaches_us[-1], least)
    return gaps.judge(rows, (near.a, near.b), windows.reaches_us, curve_us=windows.curve_us, cut=CUT, permute=permute)


def in_support(found: gaps.Gaps, passes: Bools, shifted: list[gaps.Gaps], accounts: int) -> tuple[float, Bools]:
    """The largest p that both holds the false-discovery rate over all pairs and is borne out by shifted copies.

    One shift moves all objects of a pair at once, so copies hold more small p than there should be; hardly any of those
    pairs stand in triangles. A limit is borne out where the pairs with triangle support in a copy are at most one in
    twenty of those in the data, on average. It is lowered from Benjamini and Hochberg's until that is so.
    """
    none = np.zeros(len(found), np.bool_)
    if not passes.any():
        return 0.0, none
    limit = float(found.p_shift[passes].max())
    for _ in range(_STEPS):
        core = _in_triangles(found, limit, accounts)
        by_chance = float(np.mean([_in_triangles(c, limit, accounts).sum() for c in shifted])) if shifted else 0.0
        if not core.any():
            break
        if by_chance <= BY_CHANCE * core.sum():
            return limit, core
        limit /= 10.0**0.5
    return 0.0, none


def _in_triangles(found: gaps.Gaps, limit: float, accounts: int) -> Bools:
    near = found.p_shift <= limit
    near[near] = graph.supported(found.a[near], found.b[near], accounts)
    return near


def _mean_within(copies: list[gaps.Gaps], least: int) -> Floats:
    return np.mean([(c.within >= least).sum(axis=0) for c in copies], axis=0) if copies else np.zeros(0)


def _beyond_burst(found: gaps.Gaps, passes: Bools, permuted: list[gaps.Gaps]) -> Floats:
    """Of the pairs that pass the shift test, the share at each p that the objects' own bursts would give.

    Copies with permuted times are put through the same shift test; what passes there is what bursts give. Never less
    than one pair in all the copies and one more: few copies cannot say much.
    """
    q = np.ones(len(found))
    if not passes.any() or not permuted:
        return q
    limit = float(found.p_shift[passes].max())
    by_chance = [c.p_permute[c.p_shift <= limit] for c in permuted]
    q[passes] = nulls.calibrated(found.p_permute[passes], by_chance, least=1.0 / (len(permuted) + 1))
    return q


def _hanging(
    rows: Acts, windows: Windows, tested: tuple[gaps.Gaps, Bools], shifts: list[Ints], least: int
) -> tuple[Bools, float]:
    """Accounts below the test on their own, but tied to several of one group: at the largest p that shuffles bear out.

    `tested`: the pairs, and which of them are the core. In the copies every account outside the groups is shifted and the
    groups stay as they are.
    """
    found, core = tested
    none = np.zeros(len(found), np.bool_)
    if not core.any():
        return none, 0.0
    width = len(rows.accounts)
    group = graph.components(found.a[core], found.b[core], width)
    copies = []
    for by in shifts:
        copy = nulls.moved(rows, np.where(group >= 0, 0, by))
        near = pairs(copy, windows.reaches_us[-1], least)
        one = (group[near.a] >= 0) != (group[near.b] >= 0)
        ends = (near.a[one], near.b[one])
        copies.append(gaps.judge(copy, ends, windows.reaches_us, cut=CUT))
    for p in HANGING:
        ties = _ties(found, group, p)
        real = len(_outer(found, ties, group))
        false = float(np.mean([len(_outer(c, _ties(c, group, p), group)) for c in copies])) if copies else np.inf
        if real and false <= BY_CHANCE * real:
            return ties, p
    return none, 0.0


def _ties(found: gaps.Gaps, group: Ints, p: float) -> Bools:
    """Pairs at or below p that tie an account outside the groups to enough accounts of one group.

    They must be rare under permute, too (0.05): else everybody whom the same news reached would hang on a group.
    """
    near: Bools = (
        (found.p_shift <= p) & (found.p_permute <= BURST_FDR) & ((group[found.a] >= 0) != (group[found.b] >= 0))
    )
    if not near.any():
        return near
    a, b = found.a[near], found.b[near]
    inside = group[a] >= 0
    outer, to = np.where(inside, b, a), np.where(inside, group[a], group[b])
    sizes = np.bincount(group[group >= 0])
    keys, which, many = np.unique(outer * (len(sizes) + 1) + to, return_inverse=True, return_counts=True)
    enough = (many >= LEAST_TIES) & (3 * many >= sizes[keys % (len(sizes) + 1)])
    near[near] = enough[which]
    return near


def _outer(found: gaps.Gaps, ties: Bools, group: Ints) -> Ints:
    a, b = found.a[ties], found.b[ties]
    outer: Ints = np.unique(np.where(group[a] >= 0, b, a))
    return outer
