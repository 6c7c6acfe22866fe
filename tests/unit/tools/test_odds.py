"""Two-by-two tables: published numbers, another library, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from blowback.tools import odds


def test_the_reference_tables_to_three_digits() -> None:
    assert odds.odds_ratio(((0, 27), (18, 1265))) == pytest.approx((0.0, 0.0, 11.331), abs=0.0005)
    best, low, high = odds.odds_ratio(((6, 40), (12, 1252)))
    assert (round(best, 1), round(low, 1), round(high, 1)) == (15.5, 4.5, 47.6)
    assert odds.fisher(((6, 40), (12, 1252))) == pytest.approx(2e-5, abs=0.3e-5)
    assert odds.fisher(((0, 27), (18, 1265))) == pytest.approx(1.0)
    assert odds.detectable(27) == pytest.approx(0.1277, abs=0.00005)
    assert odds.detectable(18) == pytest.approx(0.1853, abs=0.00005)
    assert odds.detectable(7) == pytest.approx(0.41, abs=0.005)
    assert odds.detectable(4) == pytest.approx(0.60, abs=0.005)


@pytest.mark.parametrize(
    "table", [((3, 7), (2, 30)), ((1, 0), (5, 9)), ((0, 4), (6, 6)), ((12, 3), (4, 40)), ((5, 5), (5, 5))]
)
def test_as_scipy_has_it(table: odds.Table) -> None:
    theirs = stats.contingency.odds_ratio(np.array(table))
    interval = theirs.confidence_interval()
    best, low, high = odds.odds_ratio(table)
    assert best == pytest.approx(theirs.statistic, rel=1e-4)
    assert low == pytest.approx(interval.low, rel=1e-4)
    assert high == pytest.approx(interval.high, rel=1e-4)
    assert odds.fisher(table) == pytest.approx(stats.fisher_exact(table).pvalue)
    assert odds.fisher(table, mid=True) < odds.fisher(table)


def test_the_mid_p_interval_lies_inside_the_exact_one() -> None:
    exact, near = (odds.odds_ratio(((6, 40), (12, 1252)), mid=m) for m in (False, True))
    assert exact[1] < near[1] < near[0] < near[2] < exact[2]


def test_an_empty_margin_says_nothing() -> None:
    assert odds.odds_ratio(((0, 0), (3, 4))) is None
    assert odds.odds_ratio(((0, 4), (0, 4))) is None
    assert odds.fisher(((0, 4), (0, 4)), mid=True) == 1.0
    assert odds.mantel_haenszel([]) is None
    assert odds.mantel_haenszel([((2, 0), (0, 3))]) == (math.inf, 0.0, math.inf)


def test_pooling_over_strata() -> None:
    """Two strata with odds ratios of 3 and different base rates: pooled about 3, collapsed not."""
    strata = [((30, 10), (10, 10)), ((10, 100), (10, 300))]
    best, low, high = odds.mantel_haenszel(strata)
    assert best == pytest.approx(3.0, abs=1e-9)
    assert low < 3 < high


def test_the_interval_covers_as_it_says() -> None:
    """95 % intervals of shares and odds ratios cover at least that often (exact intervals are careful)."""
    rng = np.random.default_rng(7)
    covered, runs = 0, 300
    for _ in range(runs):
        a, c = rng.binomial(20, 0.3), rng.binomial(60, 0.125)  # true odds ratio 3
        found = odds.odds_ratio(((int(a), int(20 - a)), (int(c), int(60 - c))))
        covered += found is None or found[1] <= 3 <= found[2]
    assert covered / runs >= 0.93


def test_q_values_and_power() -> None:
    assert odds.adjusted([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])
    assert odds.adjusted([]) == []
    assert [odds.least_units(m) for m in (0.5, 0.17, 0.06, 1.0)] == [5, 17, 49, 1]
    assert odds.at_least(0, 5, 0.5) == pytest.approx(0.5**5)
    assert odds.under_detection(0, 27, 0.4)[1] == pytest.approx(0.1277 / 0.4, abs=0.0005)
    assert odds.under_detection(3, 3, 0.4) == (pytest.approx(0.2924 / 0.4, abs=0.001), 1.0)
