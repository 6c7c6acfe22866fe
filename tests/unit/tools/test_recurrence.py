"""Cohorts that come back: seen beyond activity and interests, and not where these explain them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from blowback.tools.recurrence import log_share_tail, log_tail, overlaps


def dealt(seed: int, rounds: int, size: int, weight: np.ndarray, kind: np.ndarray | None = None):
    """Rounds that draw their accounts by weight, each from one kind."""
    dice = np.random.default_rng(seed)
    out = []
    for n in range(rounds):
        p = weight if kind is None else weight * (kind == n % (kind.max() + 1))
        out += [(n, u) for u in dice.choice(len(weight), size, replace=False, p=p / p.sum())]
    return np.array(out).T


def weights(seed: int, accounts: int) -> np.ndarray:
    w = np.random.default_rng(seed).lognormal(0, 1.2, accounts)
    return w / w.sum()


def test_the_bounds_are_above_the_exact_tails() -> None:
    for mean in (0.2, 3.0, 20.0):
        k = np.arange(1, 60)
        assert (log_tail(k, mean) >= stats.poisson.logsf(k - 1, mean) - 1e-9).all()
        n = 80
        assert (log_share_tail(k, n, mean) >= stats.binom.logsf(k - 1, n, mean / n) - 1e-9).all()
    assert log_tail(2, 5) == 0
    assert log_share_tail(4, 4, 1.0) == pytest.approx(4 * np.log(1 / 4))


def test_active_accounts_meet_often_and_that_is_no_sign() -> None:
    w = weights(1, 400)
    round_of, account = dealt(2, 60, 25, w)
    met = overlaps(round_of, account, w, 60)
    tests = 60 * 59 / 2
    assert len(met.a) <= 0.01 * tests  # the bound is honest: a share of 0.01 at most has p <= 0.01
    assert np.exp(met.log_p).min(initial=1) * tests > 0.05


def test_a_cohort_is_seen() -> None:
    w = weights(1, 2000)
    round_of, account = dealt(3, 40, 25, w)
    cohort = np.arange(30)
    extra = np.array(
        [(40 + n, u) for n in range(3) for u in np.random.default_rng(n).choice(cohort, 24, replace=False)]
    ).T
    met = overlaps(np.r_[round_of, extra[0]], np.r_[account, extra[1]], w, 43)
    mine = (met.a >= 40) & (met.b >= 40)
    assert mine.sum() == 3
    assert (met.log_p[mine] < np.log(1e-12)).all()
    assert (met.log_p[~mine] > np.log(1e-4)).all()


def test_accounts_of_one_interest_meet_often_and_the_null_keeps_that() -> None:
    w, kind = weights(1, 600), np.arange(600) % 12
    round_of, account = dealt(4, 48, 20, w, kind)
    assert overlaps(round_of, account, w, 48).log_p.min(initial=0) < np.log(1e-6)
    assert np.exp(overlaps(round_of, account, w, 48, kind).log_p.min(initial=0)) * 48 * 47 / 2 > 0.01


def test_nothing_in_nothing_out() -> None:
    none = np.zeros(0, np.int64)
    assert len(overlaps(none, none, np.zeros(0), 0).a) == 0
