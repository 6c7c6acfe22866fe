"""The primary test: evidence against a slow way of saying it, an exact null, and quiet towns that count for more."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blowback.analyses.claims.match import matched
from blowback.analyses.claims.match_base import alone
from blowback.analyses.claims.match_judge_ahead import _ruling
from blowback.analyses.claims.match_kernel import fitting, keyed
from blowback.analyses.claims.match_nulls import circle, covered, shifted
from blowback.analyses.claims.match_params import chosen
from blowback.analyses.claims.match_units import happened, units_of
from blowback.analyses.claims.match_weigh import KNOWING, weighed
from blowback.tools.nulls import benjamini_hochberg

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "evaluation"))
from claims_match_world import START, claims_of, events_of, foresight, independent, world

HOW = chosen({})
QUIET = lambda *_: None  # noqa: E731


def parts(seed: int, n: int = 80, **more: Any):
    rng = np.random.default_rng(seed)
    w = world(rng)
    units = units_of(claims_of(*independent(rng, w, n), w, **more), HOW)
    events = happened(events_of(w), HOW)[0]
    keys = keyed(units, events, HOW)
    return units, events, keys, fitting(keys, events, HOW), covered(units, events)


def gone(x: float, *, early: bool) -> float:
    x = min(max(x, 0.0), 1.0)
    return 1 - 0.5 * (1 - x) - 0.5 * (1 - x) ** 3 if early else x


@pytest.mark.parametrize("modality", ["intention", "report"])
def test_evidence_is_the_likelihood_ratio_of_one_event_more(modality: str) -> None:
    units, events, keys, fit, cover = parts(1, modality=modality)
    moved = np.array([np.zeros(len(units)), np.full(len(units), 11.3)])
    got = weighed(units, keys, fit, events, cover, moved)
    share = alone(events)
    for u in range(0, len(units), 7):
        rows = np.flatnonzero(fit.key == keys.unit[u])
        number = share[fit.event[rows]].sum()
        mean = (share[fit.event[rows]] * fit.weight[rows]).sum() / number if number else 1.0
        rate = (number + 1) / (cover.hi[u] - cover.lo[u])
        for m in range(2):
            since, long, total = units.start[u] + moved[m, u], units.end[u] - units.start[u], 0.0
            for r in rows:
                e = fit.event[r]
                lo, hi = events.since[e] - events.doubt[e], events.until[e] + events.doubt[e]
                early = modality == "intention"
                part = gone((hi - since) / long, early=early) - gone((lo - since) / long, early=early)
                total += share[e] * fit.weight[r] / mean * part / (hi - lo) / rate
            assert got[m, u] == pytest.approx(np.log2(1 - KNOWING + KNOWING * total), abs=1e-9)


def test_shifts_and_no_shift_are_a_group() -> None:
    """Claims that are shifted themselves have the same evidence at the same shifts, in another order: so the rank is uniform."""
    units, events, keys, fit, cover = parts(2)
    where = circle(units, cover, 0.0, 14.0)
    some = where.fits
    assert some.sum() >= 50

    def sums(now):
        moved = np.stack([now.at, *shifted(now, where, 39)]) - units.at
        return weighed(units, keys, fit, events, cover, np.where(some, moved, 0.0))[:, some].sum(1)

    first = sums(units)
    later = sums(replace(units, at=shifted(units, where, 39)[11]))
    assert np.allclose(np.sort(first), np.sort(later))
    assert np.allclose(np.roll(first, -12), later)


def test_the_posts_that_end_the_campaign_do_not_end_its_circle() -> None:
    units, _, _, _, cover = parts(3)
    where = circle(units, cover, 0.0, 14.0)
    assert not where.fits[0]
    assert (where.lo >= units.at.min() + 3).all()
    assert (where.lo + where.length <= units.at.max() - 3 + 1e-9).all()
    short = units.take(units.at < units.at[0] + 35)
    assert not circle(short, covered(short, parts(3)[1]), 0.0, 14.0).fits.any()


def test_a_match_in_a_quiet_town_says_more_than_one_in_a_hot_one() -> None:
    units, events, keys, fit, cover = parts(4, n=200)
    bits = weighed(units, keys, fit, events, cover, np.zeros((1, len(units))))[0]
    number = np.bincount(fit.key, minlength=len(keys))[keys.unit]
    hit = bits > 0
    assert hit.sum() > 20
    assert (
        bits[hit & (number <= np.median(number[hit]))].mean() > 2 * bits[hit & (number > np.median(number[hit]))].mean()
    )
    assert bits.min() == pytest.approx(np.log2(1 - KNOWING))  # a miss costs the same everywhere


def rows_of(claims, events, kind: str, **more: Any) -> dict[str, dict[str, Any]]:
    tables = matched(claims, events, {"shifts": 60, **more}, QUIET)
    return {r["null_model"]: r for r in tables["skill"].to_pylist() if r["class"] == kind}


def test_foresight_without_dates_is_found_where_counting_matches_finds_less() -> None:
    weighs, counts = 0, 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        w = world(rng)
        town, at, _ = foresight(rng, w, 300, 0.1)
        by = rows_of(claims_of(town, at, w), events_of(w), "intention")
        weighs += by["W"]["p"] <= 0.05
        counts += by["A"]["p"] <= 0.05
        assert by["W"]["bits"] is not None
        assert by["A"]["bits"] is None
    assert weighs >= 8
    assert counts <= weighs


def test_the_primary_test_is_corrected_among_its_own_alone() -> None:
    rng = np.random.default_rng(6)
    w = world(rng)
    kinds = [("intention", "progress", "report")[n % 3] for n in range(150)]
    tables = matched(claims_of(*independent(rng, w, 150), w, modality=kinds), events_of(w), {"shifts": 40}, QUIET)
    rows = [r for r in tables["skill"].to_pylist() if r["p"] is not None]
    for primary in (True, False):
        mine = [r for r in rows if (r["null_model"] == "W") == primary]
        q = benjamini_hochberg(np.array([r["p"] for r in mine]), len(mine))
        assert [r["q"] for r in mine] == pytest.approx(q.tolist())


@pytest.mark.parametrize(
    ("primary", "alone_q", "expected", "says"),
    [
        (0.01, 0.01, 0.2, "stands"),
        (0.01, 0.4, 0.4, "explained"),
        (0.01, 0.4, 0.2, "cannot_tell"),
        (0.2, 0.01, 0.2, "cannot_tell"),
    ],
    ids=["both", "event data alone do as well", "not beyond event data", "dates do not matter"],
)
def test_event_data_alone_may_explain_what_dates_do_not(
    primary: float, alone_q: float, expected: float, says: str
) -> None:
    by = {
        "W": {"null_model": "W", "q": primary, "observed": 0.3, "expected": 0.2},
        "C": {"null_model": "C", "q": alone_q, "observed": 0.3, "expected": expected},
    }
    assert _ruling(by) == says


def test_moving_every_event_moves_the_evidence() -> None:
    units, events, keys, fit, cover = parts(7)
    later = replace(events, since=events.since + 5.0, until=events.until + 5.0)
    one = weighed(units, keys, fit, events, cover, np.zeros((1, len(units))))
    two = weighed(
        units, keys, fit, later, replace(cover, lo=cover.lo + 5, hi=cover.hi + 5), np.full((1, len(units)), 5.0)
    )
    assert np.allclose(one, two, atol=1e-6)
    assert units.at[0] > START
