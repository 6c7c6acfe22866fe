"""The parts of matching, each against a slow way of saying the same."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

from blowback.analyses.claims.match_compat import actor_fits, parties, type_fits
from blowback.analyses.claims.match_lead import incidence, restricted
from blowback.analyses.claims.match_near import near
from blowback.analyses.claims.match_nulls import circle, competitor, covered, dealt, shifted, strata
from blowback.analyses.claims.match_params import PARAMS, chosen
from blowback.analyses.claims.match_record import by_week, ece, recalibrated, record, reliability
from blowback.analyses.claims.match_spans import Moments, Spans
from blowback.analyses.claims.match_units import happened, units_of
from blowback.model.event import SCOPES

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "evaluation"))
from claims_match_world import START, World, claims_of, events_of, independent, world

HOW = chosen({})


def test_spans_are_a_union_by_key() -> None:
    rng = np.random.default_rng(0)
    key, lo = rng.integers(0, 5, 40), rng.uniform(0, 50, 40)
    hi = lo + rng.uniform(-1, 4, 40)
    asked, at = rng.integers(0, 6, 500), rng.uniform(-5, 60, 500)
    slow = [
        any(k == q and a <= t <= b for k, a, b in zip(key, lo, hi, strict=True)) for q, t in zip(asked, at, strict=True)
    ]
    assert Spans.of(key, lo, hi).hold(asked, at).tolist() == slow
    assert not Spans.of(key[:0], lo[:0], hi[:0]).hold(asked, at).any()


def test_the_next_moment_of_a_key() -> None:
    rng = np.random.default_rng(1)
    key, at = rng.integers(0, 4, 30), rng.uniform(0, 50, 30)
    asked, now = rng.integers(0, 5, 300), rng.uniform(-10, 60, 300)
    gap, item = Moments.of(key, at, np.arange(30)).after(asked, now)
    for n, (q, t) in enumerate(zip(asked, now, strict=True)):
        later = [(a - t, i) for i, (k, a) in enumerate(zip(key, at, strict=True)) if k == q and a > t]
        if later:
            assert gap[n] == pytest.approx(min(later)[0], abs=1e-6)
            assert item[n] == min(later)[1]
        else:
            assert math.isinf(gap[n])
            assert item[n] == -1


def test_distances_on_the_sphere() -> None:
    rng = np.random.default_rng(2)
    places, events = rng.uniform(-3, 3, (2, 20)), rng.uniform(-3, 3, (2, 60))
    found = near((places[0], places[1]), (events[0], events[1]), 120.0)
    for p in range(20):
        event, km = found.of(p)
        y, x = np.radians(events - places[:, p : p + 1])
        h = np.sin(y / 2) ** 2 + np.cos(np.radians(events[0])) * np.cos(np.radians(places[0, p])) * np.sin(x / 2) ** 2
        slow = 2 * 6371.0088 * np.arcsin(np.sqrt(h))
        assert sorted(event.tolist()) == np.flatnonzero(slow <= 120.0).tolist()
        assert np.allclose(km, slow[event], atol=0.02)
    assert found.place.tolist() == sorted(found.place.tolist())


def test_onsets_by_hand() -> None:
    """Five claims: onset at 1, an event that is no onset at 2, censored at 3, onset at 4, nothing to the end."""
    days = np.array([1.0, 2.0, 3.0, 4.0, 14.0])
    state = np.array(["onset", "going_on", "censored", "onset", "none"], object)
    found = incidence(days, state, (0.5, 1.0, 3.0, 4.0, 14.0))
    assert found.tolist() == pytest.approx([0, 0.2, 0.2, 0.2 + 0.6 / 2, 0.5])
    assert restricted(np.full(4, 14.0), np.full(4, "none", object), 14.0) == pytest.approx(14.0)


def test_without_rivals_or_censoring_incidence_is_a_share() -> None:
    days = np.arange(1.0, 11.0)
    assert incidence(days, np.full(10, "onset", object), (5.0, 10.0)).tolist() == pytest.approx([0.5, 1.0])


def test_names_of_parties() -> None:
    assert parties("the Islamic State fighters")[0] == parties("IS")[0] == parties("داعش")[0] == {"is"}
    assert parties("Government of Iraq")[0] == parties("Iraqi army")[0] == {"government"}
    assert parties("we") == (frozenset(), frozenset())
    assert parties("our soldiers", "IS")[0] == {"is"}
    fit = actor_fits(
        ["", "ISIS", "we", "South Guild"],
        ["IS Government of Iraq", "", "North Guild, South Valley", "the South Guild"],
        "",
    )
    assert fit.tolist() == [[0.7] * 4, [1.0, 0.7, 0.3, 0.3], [0.7] * 4, [0.3, 0.7, 1.0, 1.0]]
    assert actor_fits(["South Guild"], ["North Guild"], "").tolist() == [[0.3]]


def test_fits_lie_between_0_and_1_and_like_fits_like() -> None:
    fits = type_fits()
    assert ((fits >= 0) & (fits <= 1)).all()
    assert (np.diag(fits)[:12] == 1).all()


def test_every_parameter_has_bounds_a_meaning_and_a_default_within() -> None:
    for p in PARAMS:
        assert p.meaning
        if p.kind in ("int", "float"):
            assert p.low is not None
            assert p.high is not None
            assert p.low <= float(p.default) <= p.high
    assert set(SCOPES) == {"lethal", "violence", "reports", "any"}


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(7)
    w = world(rng)
    units = units_of(claims_of(*independent(rng, w, 150), w), HOW)
    return units, happened(events_of(w), HOW)[0]


def test_shifts_move_all_claims_together_and_stay_inside(made) -> None:
    units, events = made
    where = circle(units, covered(units, events), 1.0, 7.0)
    fits, moves = where.fits, shifted(units, where, 30)
    for k, at in enumerate(moves, 1):
        assert (at[fits] >= where.lo[fits]).all()
        assert (at[fits] <= where.lo[fits] + where.length[fits]).all()
        gone = np.mod(at - units.at, where.length)[fits]
        assert np.allclose(gone, where.length[fits] * k / 31)  # short shifts among them: with none they are a group


def test_places_change_hands_within_their_stratum_only(made) -> None:
    units, events = made
    stratum = strata(units, covered(units, events))
    for drawn in dealt(stratum, 10, 1):
        assert sorted(drawn.tolist()) == list(range(len(units)))
        assert (stratum[drawn] == stratum).all()


def test_the_competitor_knows_only_what_came_before(made) -> None:
    units, events = made
    cover = covered(units, events)
    whole = competitor(units, events, cover, 90.0)
    middle = float(np.median(units.at))
    early = units.take(units.at < middle - 7)
    past = type(events)(*(getattr(events, f)[events.until <= middle] if isinstance(getattr(events, f), np.ndarray) else getattr(events, f) for f in events.__dataclass_fields__))  # fmt: skip
    cut = competitor(early, past, covered(early, past), 90.0)
    n = int((np.floor(early.at / 7) < np.floor(middle / 7) - 1).sum())
    assert n > 20
    assert np.allclose(cut.lat[:n], whole.lat[:n])
    assert np.allclose(cut.lon[:n], whole.lon[:n])


def test_a_forecast_uses_only_what_was_resolved_before(made) -> None:
    units, _ = made
    rng = np.random.default_rng(3)
    hit, p0, counted = rng.random(150) < 0.4, np.full(150, 0.2), np.ones(150, bool)
    one = record(units, hit, p0, counted, 0.6)
    late = units.end > np.median(units.at)
    two = record(units, np.where(late, ~hit, hit), p0, counted, 0.6)
    early = units.at <= np.median(units.at)
    assert np.allclose(one.forecast[early], two.forecast[early])
    assert one.prior[0] == pytest.approx(0.5)
    assert (one.ratio[hit] > 1).all()
    assert (one.ratio[~hit] < 1).all()


def test_reliability_of_forecasts_that_are_right_and_of_too_few() -> None:
    rng = np.random.default_rng(4)
    at, forecast = START + np.sort(rng.uniform(0, 300, 4000)), rng.uniform(0.05, 0.95, 4000)
    found = rng.random(4000) < forecast
    got = reliability(forecast, found, at, 1)
    assert got.ece < 0.03
    assert got.calibrated
    assert sum(b[2] for b in got.bins) == got.number == 4000
    assert not reliability(forecast[:29], found[:29], at[:29], 1).calibrated
    wrong = np.clip(forecast * 0.5, 0.01, 0.99)
    better, scored = recalibrated(wrong, found, at)
    assert (~scored[: 4000 // 2 - 1]).all()
    assert ece(better[scored], found[scored]) < ece(wrong[scored], found[scored]) / 2


def test_weeks_are_drawn_whole() -> None:
    at = np.repeat(np.arange(10) * 7.0, 3)
    for rows in by_week(at, 5, 1):
        assert len(rows) == 30
        assert (np.unique(at[rows], return_counts=True)[1] % 3 == 0).all()


def test_units_take_the_first_post_and_the_first_place() -> None:
    w = World(np.array([1.0, 1.0]), np.array([1.0, 2.0]), None, None, None, None, 0)
    claims = claims_of(
        np.array([0, 1]), np.array([START, START + 1]), w, lat=[None, 1.0], lon=[None, 2.0], cluster_id="c"
    )
    units = units_of(claims, HOW)
    assert len(units) == 1
    assert (units.post[0], units.claim[0], units.at[0], units.lon[0]) == ("p0", "p1#0", START, 2.0)
