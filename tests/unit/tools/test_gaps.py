"""The windowless test of pairs: gaps by definition, tails against exact ones, nulls against shuffles."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincc, gammaln

from blowback.tools import gaps, gaps_kernel, intervals, nulls, nulls_kernel
from blowback.tools.coaction import Acts, acts, pairs

SECOND, HOUR = 1_000_000, 3_600_000_000


def coded(rows) -> Acts:
    who, what, when, post = zip(*rows, strict=True) if rows else ((), (), (), ())
    seconds = pa.array([t * SECOND for t in when], pa.timestamp("us"))
    return acts(pa.array(who, pa.string()), pa.array(what, pa.string()), seconds, pa.array(post, pa.string()))


@pytest.fixture(scope="module")
def crowd() -> Acts:
    random = np.random.default_rng(7)
    n = 6000
    columns = zip(random.integers(0, 120, n), random.integers(0, 300, n), random.integers(0, 5 * 86400, n), strict=True)
    return coded([(f"u{a}", f"o{o}", int(t), f"p{k}") for k, (a, o, t) in enumerate(columns)])


def exact_tail(many: int, share: float, score: float) -> float:
    """P(sum >= score) of `many` alike truncated scores: binomial over how many are met, then a gamma."""
    total = 0.0
    for k in range(1, many + 1):
        ways = gammaln(many + 1) - gammaln(k + 1) - gammaln(many - k + 1)
        chance = ways + k * math.log(share) + (many - k) * math.log1p(-share)
        total += math.exp(chance) * gammaincc(k, max(score + k * math.log(share), 0.0))
    return total


@pytest.mark.parametrize("many", [2, 3, 5, 20, 100])
@pytest.mark.parametrize("share", [0.0035, 0.0417, 0.3])
def test_the_tail_of_a_score_is_the_exact_one_within_a_third(many: int, share: float) -> None:
    for score in np.linspace(5, 60, 30):
        exact = exact_tail(many, share, float(score))
        if 1e-14 < exact < 1e-3:
            found = gaps_kernel.score_tail(np.full(many, share), many, float(score))
            assert 0.7 <= found / exact <= 1.4, (score, exact, found)


def test_a_tail_never_lies_below_that_of_the_met_objects_alone() -> None:
    for score in (5.0, 15.0, 30.0):
        assert gaps_kernel.least_tail(3, score) == pytest.approx(gammaincc(3, score))
        assert gaps_kernel.score_tail(np.full(40, 0.05), 40, score) >= 0.9 * gaps_kernel.least_tail(1, score)
    assert gaps_kernel.score_tail(np.full(5, 0.5), 5, 0.1) == 1.0


times = st.lists(st.integers(0, 500), min_size=1, max_size=8).map(sorted)


@given(times, times)
@settings(max_examples=150, deadline=None)
def test_the_smallest_gap_is_the_smallest(one, other) -> None:
    time = np.array([*one, *other], np.int64)
    rows = np.arange(len(time))
    found = gaps_kernel.smallest_gap(time, rows[: len(one)], rows[len(one) :])
    assert found == min(abs(a - b) for a, b in itertools.product(one, other))


@given(times, times, st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_the_chance_of_a_shift_is_what_shifts_give(one, other, window) -> None:
    time = np.array([*one, *other], np.int64)
    rows, half = np.arange(len(time)), 400.0
    chance = nulls_kernel.shift_chance(time, rows[: len(one)], rows[len(one) :], float(window), half)
    # the relative shift of two uniforms, on a fine grid
    shifts = np.arange(-800, 800, 0.25) + 0.125
    weight = (1 - np.abs(shifts) / 800) / 800 * 0.25
    near = np.zeros(len(shifts), np.bool_)
    for a, b in itertools.product(one, other):
        near |= np.abs(b - a + shifts) <= window
    exact = float(weight[near].sum())
    if len(one) * len(other) <= nulls_kernel.EXACT:
        assert chance == pytest.approx(exact, abs=2e-3)
    else:
        assert chance >= exact - 2e-3


@pytest.mark.parametrize("shuffle", [nulls.permuted, nulls.shifted])
def test_p_values_are_not_too_small_on_shuffled_data(crowd: Acts, shuffle) -> None:
    hits = {1e-2: 0, 1e-3: 0}
    total = 0
    for seed in range(4):
        copy = shuffle(crowd, seed)
        near = pairs(copy, HOUR // 2, 1)
        found = gaps.judge(copy, (near.a, near.b), (HOUR // 2,))
        p = found.p_permute if shuffle is nulls.permuted else found.p_shift
        total += nulls.family(copy)[0]
        for level in hits:
            hits[level] += int((p <= level).sum())
    for level, count in hits.items():
        assert intervals.exact_share(count, total)[0] <= level


def test_expected_objects_are_what_permuted_copies_give(crowd: Acts) -> None:
    found = pairs(crowd, HOUR, 1)
    chance = gaps.expected(crowd, (found.a, found.b), HOUR)
    wanted = set(zip(found.a.tolist(), found.b.tolist(), strict=True))
    seen, copies = 0.0, 40
    for seed in range(copies):
        again = pairs(nulls.permuted(crowd, seed), HOUR, 1)
        inside = [(a, b) in wanted for a, b in zip(again.a.tolist(), again.b.tolist(), strict=True)]
        seen += again.n_objects[inside].sum() / copies
    assert seen == pytest.approx(chance[:, 1].sum(), rel=0.05)


def test_objects_met_are_counted_at_every_window_of_the_curve(crowd: Acts) -> None:
    near = pairs(crowd, HOUR, 1)
    curve = (SECOND, 60 * SECOND, HOUR)
    found = gaps.judge(crowd, (near.a, near.b), (HOUR,), curve_us=curve)
    for n, window in enumerate(curve):
        known = pairs(crowd, window, 1)
        table = {(a, b): o for a, b, o in zip(known.a.tolist(), known.b.tolist(), known.n_objects, strict=True)}
        assert [table.get(k, 0) for k in zip(near.a.tolist(), near.b.tolist(), strict=True)] == found.within[
            :, n
        ].tolist()
    assert (found.met == near.n_objects).all()


@pytest.mark.parametrize("delay", [2, 40, 400])
def test_a_pair_that_keeps_meeting_has_a_small_p_at_any_delay(crowd: Acts, delay: int) -> None:
    random = np.random.default_rng(delay)
    rows = [(f"u{k % 90}", f"o{k % 37}", int(t), f"p{k}") for k, t in enumerate(random.integers(0, 5 * 86400, 900))]
    for obj in range(8):
        start = int(random.integers(0, 5 * 86400))
        rows += [(f"together{n}", f"o{obj}", start + n * delay, f"t{obj}{n}") for n in range(2)]
    found = coded(rows)
    names = found.accounts.to_pylist()
    a, b = sorted((names.index("together0"), names.index("together1")), reverse=True)
    judged = gaps.judge(found, (np.array([a]), np.array([b])), (HOUR // 2, 24 * HOUR))
    assert judged.p_shift[0] < 1e-6
    assert judged.met[0] == 8


def test_the_resolution_of_times_is_read_off_them() -> None:
    for unit, seconds in ((86_400, 86_400), (3600, 7200), (60, 120), (1, 61)):
        assert nulls.resolution_us(np.array([0, seconds * SECOND])) == unit * SECOND
    assert nulls.resolution_us(np.array([5])) == nulls.resolution_us(np.empty(0, np.int64)) == 1
    day = coded([("a", "x", 0, "1"), ("b", "x", 0, "2"), ("a", "y", 86400, "3"), ("b", "y", 86400, "4")])
    assert gaps.judge(day, (np.array([1]), np.array([0])), (HOUR,)).p_shift[0] == 1.0  # days cannot tell


def test_accounts_that_stand_still_are_not_shifted(crowd: Acts) -> None:
    still = np.zeros(len(crowd.accounts), np.bool_)
    still[:10] = True
    moved = nulls.shifted(crowd, 3, still=still)
    for account in (0, 9, 40):
        before = sorted(crowd.time[crowd.account == account].tolist())
        after = sorted(moved.time[moved.account == account].tolist())
        assert (before == after) == (account < 10)
        assert not any(t % SECOND for t in after)
