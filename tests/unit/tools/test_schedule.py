"""Schedules: clocks are seen, people are not, and p is honest on people."""

from __future__ import annotations

import numpy as np
import pytest

from blowback.tools import schedule
from blowback.tools.schedule import SECOND, habits, resolution, spacings


def one(times: np.ndarray, habit: dict[int, float] | None = None, round_of: np.ndarray | None = None):
    round_of = np.zeros(len(times), np.int64) if round_of is None else round_of
    usual = dict.fromkeys(schedule.PERIODS_S, 0.0) if habit is None else habit
    times = times.astype(np.int64)
    bundle_of = np.zeros(int(round_of.max()) + 1, np.int64)
    return spacings(times, round_of, bundle_of, 1, usual, np.ones(len(times), np.int64), times)


@pytest.mark.parametrize("wobble", [0.0, 0.1, 0.3])
def test_even_gaps_are_seen(wobble: float) -> None:
    dice = np.random.default_rng(1)
    times = np.sort(np.arange(100) * 37.3 + dice.normal(0, wobble * 37, 100)) * SECOND
    told = one(times, habit=dict.fromkeys(schedule.PERIODS_S[3:], 0.0))
    assert told.log_p[0] < np.log(1e-3)
    assert bool(told.even[0])


def test_slots_of_the_minute_are_seen_through_other_gaps() -> None:
    dice = np.random.default_rng(2)
    times = (np.sort(dice.choice(600, 80, replace=False)) * 20 + dice.exponential(1.0, 80)) * SECOND
    told = one(np.sort(times))
    assert told.log_p[0] < np.log(1e-6)
    assert (told.period_s[0], bool(told.even[0])) == (20, False)
    assert one(np.sort(times), habit=dict.fromkeys(schedule.PERIODS_S, 1.0)).log_p_period[0] == 0


def test_p_is_honest_on_people_whether_steady_fading_or_in_clumps() -> None:
    dice = np.random.default_rng(3)
    made = [
        lambda: np.cumsum(dice.exponential(30, 60)),
        lambda: np.sort(dice.lognormal(7, 1.4, 60)),
        lambda: np.sort(np.concatenate([dice.lognormal(3, 0.8, 30), 900 + dice.lognormal(3, 0.8, 30)])),
    ]
    for draw in made:
        p = np.exp([one(draw() * SECOND).log_p[0] for _ in range(400)])
        assert (p <= 0.05).mean() <= 0.075
        assert (p <= 0.001).mean() <= 0.006


def test_two_clumps_are_no_lattice() -> None:
    """Two bursts, five minutes apart, are two cycles of five minutes, however many posts they hold."""
    dice = np.random.default_rng(4)
    times = np.sort(np.concatenate([dice.exponential(10, 150), 1500 + dice.exponential(10, 150)])) * SECOND
    assert one(times).log_p_period[0] > np.log(0.01)


def test_the_pace_counts_posts_in_ten_seconds_against_how_fast_people_react() -> None:
    fast = one(np.arange(12) * 0.5 * SECOND)
    slow = one(np.arange(12) * 60 * SECOND)
    assert fast.fastest[0] == 12
    assert fast.log_p_pace[0] < np.log(1e-12)
    assert (slow.fastest[0], slow.log_p_pace[0]) == (1, 0)


def test_few_posts_are_not_tested() -> None:
    assert np.isnan(one(np.arange(5) * 20 * SECOND).log_p[0])


def test_rounds_of_a_bundle_are_pooled_and_do_not_touch() -> None:
    times = np.concatenate([np.arange(4) * 20, 5000 + np.arange(4) * 20, 90_000 + np.arange(4) * 20]) * SECOND
    told = one(times, round_of=np.repeat([0, 1, 2], 4))
    assert told.posts[0] == 12
    assert told.median_s[0] == 20
    assert told.log_p_regular[0] < np.log(0.05)


def test_resolution_and_habits() -> None:
    minute = np.arange(10) * 60 * SECOND
    assert resolution(minute) == 60 * SECOND
    assert resolution(minute + 1) == 1
    assert resolution(np.array([5 * SECOND])) == SECOND
    assert resolution(np.zeros(0, np.int64)) == 1
    assert habits(minute, np.full(10, SECOND))[60] == pytest.approx(1)
    assert habits(minute, np.full(10, SECOND))[1] == 0
    none = np.zeros(0, np.int64)
    assert spacings(none, none, none, 0, {}, none, none).log_p.size == 0


def test_times_in_whole_seconds_are_no_lattice_of_a_second() -> None:
    times = np.sort(np.random.default_rng(5).integers(0, 4000, 60)) * SECOND
    none, usual = np.zeros(60, np.int64), dict.fromkeys(schedule.PERIODS_S, 0.0)
    moved = times + np.random.default_rng(6).integers(0, SECOND, 60)
    told = spacings(times, none, none[:1], 1, usual, np.full(60, SECOND), moved)
    assert told.log_p[0] > np.log(0.01)
