"""What a source holds: as given, from a second source, or not known; and base rates put right by dealt places."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.claims.claims_refine import refine
from blowback.analyses.claims.match import matched
from blowback.analyses.claims.match_base import base
from blowback.analyses.claims.match_kernel import fitting, keyed, spans
from blowback.analyses.claims.match_nulls import covered
from blowback.analyses.claims.match_params import chosen
from blowback.analyses.claims.match_right import put_right
from blowback.analyses.claims.match_sensitivity import UNKNOWN, estimated, given, sensitivities
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import happened, units_of
from blowback.errors import UsageError

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "evaluation"))
from claims_match_world import START, World, claims_of, events_of, independent, when, world

HOW = chosen({})
QUIET = lambda *_: None  # noqa: E731


def test_a_share_for_all_sources_or_for_some() -> None:
    assert given("") == {}
    assert given("0.6")[""].at == 0.6
    both = given("ucdp_ged=0.5, acled=0.6-0.8")
    assert (both["ucdp_ged"].low, both["ucdp_ged"].high, both["ucdp_ged"].how) == (0.5, 0.5, "given")
    assert (both["acled"].low, both["acled"].at, both["acled"].high) == (0.6, pytest.approx(0.7), 0.8)


@pytest.mark.parametrize("text", ["1.2", "0", "gtd=much", "gtd=0.9-0.2", "gtd=", "=0.5", "0.5-", "-0.5", "gtd=0.5-"])
def test_what_is_no_share_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="no share") as caught:
        given(text)
    assert "ucdp_ged=0.5" in str(caught.value.hint)


@pytest.mark.parametrize("text", ["gtd=0.5,gtd=0.6", "0.5,0.6"])
def test_two_shares_for_one_source_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="two shares"):
        given(text)


def test_a_wrong_share_stops_before_anything_is_read() -> None:
    events = pa.table({"event_source": ["gtd"]})
    for text, why in (("2", "no share"), ("acled=0.5", "no event source 'acled'")):
        with pytest.raises(UsageError, match=why):
            refine({"outside": events}, {"sensitivity": text}, QUIET)  # no texts are there to be read


def two(one: float, other: float, *, scope: str = "any", second: str = "any", seed: int = 1) -> list[Any]:
    rng = np.random.default_rng(seed)
    w = world(rng)
    tables = []
    for name, share, of in (("one", one, scope), ("two", other, second)):
        kept = rng.random(len(w.at)) < share
        seen = World(w.lat, w.lon, w.weight, w.town[kept], w.at[kept], w.type[kept], w.days)
        tables.append(events_of(seen, source=name, scope=of))
    return happened(pa.concat_tables(tables), HOW)


@pytest.mark.parametrize("held", [0.3, 0.6, 0.9])
def test_a_second_source_tells_what_the_first_holds(held: float) -> None:
    off = []
    for seed in range(6):
        sources = two(held, 0.5, seed=seed)
        got = estimated(sources[0], sources, 1)
        assert got.how == "estimated"
        assert got.low < got.at < got.high
        off.append(got.at - held)
    assert abs(np.mean(off)) < 0.06


@pytest.mark.parametrize(
    ("scope", "second"), [("lethal", "violence"), ("any", "reports"), ("reports", "any")], ids=lambda s: s
)
def test_a_source_is_not_measured_by_what_it_cannot_hold_or_by_reports(scope: str, second: str) -> None:
    sources = two(0.6, 0.5, scope=scope, second=second)
    assert estimated(sources[0], sources, 1) == UNKNOWN


def test_few_events_tell_nothing_and_a_strange_source_is_named() -> None:
    sources = two(0.6, 0.02)
    assert estimated(sources[0], sources, 1) == UNKNOWN
    assert sensitivities(sources, "one=0.4", 1)["one"].at == 0.4
    with pytest.raises(UsageError, match="no event source 'three'") as caught:
        sensitivities(sources, "three=0.4", 1)
    assert "one, two" in str(caught.value.hint)


def town_with(gap: int) -> tuple[pa.Table, pa.Table]:
    """An intention before an event of a town that has one every `gap` days."""
    w = World(np.array([1.0]), np.array([1.0]), None, None, None, None, 0)
    days = np.arange(0, 400, gap)
    claims = claims_of(
        np.zeros(1, int),
        np.array([START + 5 * gap - 0.5]),
        w,
        time_kind="calendar",
        time_from=[START + 5.0 * gap],
        time_to=[START + 5.0 * gap + 1],
    )
    shown = World(
        w.lat, w.lon, np.ones(1), np.zeros(len(days), int), START + days.astype(float), np.zeros(len(days), int), 400.0
    )
    return claims, events_of(shown)


def verdict(claims: pa.Table, events: pa.Table, **params: Any) -> dict[str, Any]:
    (row,) = matched(claims, events, {"shifts": 20, "match_fdr": 0.5, **params}, QUIET)["verdicts"].to_pylist()
    return row


def test_without_a_known_share_there_is_a_range_and_no_probability() -> None:
    claims, events = town_with(40)
    row = verdict(claims, events)
    assert (row["probability"], row["sensitivity"], row["sensitivity_from"], row["calibrated"]) == (
        None,
        None,
        "unknown",
        False,
    )
    assert row["probability_low"] < row["probability_high"]
    said = verdict(claims, events, sensitivity="made=0.7")
    assert said["probability_low"] == said["probability"] == said["probability_high"]
    assert (said["sensitivity"], said["sensitivity_from"]) == (0.7, "given")
    assert row["probability_low"] < said["probability"] < row["probability_high"]


def test_supported_must_hold_at_the_least_share_the_source_may_hold() -> None:
    for gap in range(3, 20):
        claims, events = town_with(gap)
        unknown, known = verdict(claims, events), verdict(claims, events, sensitivity="0.9")
        assert unknown["lr"] < known["lr"]
        if known["verdict"] == "supported" and unknown["verdict"] != "supported":
            assert unknown["rule"] == "claims.verdict.weak.1"
            assert unknown["lr"] < 3 <= known["lr"]
            return
    raise AssertionError("no town in which only a good source supports the claim")


def parts(seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    w = world(rng, days=600)
    units = units_of(claims_of(*independent(rng, w, 400), w), HOW)
    events = happened(events_of(w), HOW)[0]
    keys = keyed(units, events, HOW)
    held = spans(fitting(keys, events, HOW), keys, events, HOW)
    return units, events, keys, held, covered(units, events), base(keys, units, events, HOW).p0


def test_base_rates_that_are_too_small_become_larger_and_use_the_past_alone() -> None:
    units, events, keys, held, cover, p0 = parts(3)
    key, since = np.repeat(np.arange(len(keys)), 100), np.tile(START - 200 + 10.0 * np.arange(100), len(keys))
    mostly = Spans.of(key, since, since + 8.0)  # eight days of ten, everywhere
    more = put_right(keys, units, events, mostly, cover, p0, HOW)
    late = units.at > np.quantile(units.at, 0.3)
    assert p0[late].mean() < 0.5
    assert abs(more[late].mean() - 0.8) < 0.1
    middle = float(np.quantile(units.at, 0.5))
    begins = Spans.of(np.arange(len(keys)), np.full(len(keys), middle), np.full(len(keys), START + 900))
    early = units.at < middle
    never = Spans.of(np.empty(0, np.int64), np.empty(0), np.empty(0))
    assert np.allclose(
        put_right(keys, units, events, begins, cover, p0, HOW)[early],
        put_right(keys, units, events, never, cover, p0, HOW)[early],
    )
    right = put_right(keys, units, events, held, cover, p0, HOW)
    assert abs(right.mean() - held.hold(keys.unit, units.start).mean()) < 0.08
    assert when(START).year > 2000
