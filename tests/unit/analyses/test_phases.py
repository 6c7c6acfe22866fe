"""Phases and leads: known courses found and named, nothing where nothing changes, "precedes" and its limits."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from blowback.analyses.machinery.phases import phases
from blowback.analyses.machinery.phases_judge import span
from blowback.analyses.machinery.phases_name import Stretch, names_of, ruling_of
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.analysis import Judged
from blowback.model.panel import Bars, Chart, Grid
from blowback.testing import check_analysis
from blowback.tools.changes import changes, dispersion
from blowback.tools.leadlag import lead_lag
from blowback.tools.week import week_of

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "evaluation"))
import phases as simulated


def run(frames, **given):
    params = read(phases, {"least": 20, "copies": 49, **given})
    out = dict(phases.refine(frames, params, lambda _what, _share: None))
    return out, list(phases.judge(Judged({**frames, **out}, params)))


def staged(seed: int = 3):
    posts, truth = simulated.campaign(np.random.default_rng(seed), 30)
    return simulated.case({"tag": posts}, 30, seed), truth


def test_the_analysis_keeps_the_contract() -> None:
    check_analysis(phases)


def test_a_staged_course_is_cut_where_it_changes_and_named() -> None:
    frames, truth = staged()
    out, findings = run(frames)
    (found,) = [f for f in findings if f.rule == "phases.staged.1"]
    rows = out["phases"].to_pylist()
    starts = [(p["from_at"].replace(tzinfo=simulated.UTC).timestamp() - simulated.START) / 3600 for p in rows]
    for at in truth[1:4]:
        assert min(abs(s - at) for s in starts) <= 0.1 * (truth[4] - truth[0])
    assert next(p["phase"] for p in rows if p["phase"] != "quiet") == "seed"
    assert "repost" in {p["phase"] for p in rows}
    assert found.effect.low < found.effect.value < found.effect.high
    assert found.nulls[0].q <= 0.05
    assert found.subject.members == ()
    assert found.evidence_total == len(set(frames["acts"].column("post_id").to_pylist()))
    assert "caused" not in found.says


def test_panels_show_the_course_and_its_phases() -> None:
    frames, _ = staged()
    out, findings = run(frames)
    assert phases.panels is not None
    chart, grid = phases.panels({n: out[n] for n in phases.pictures}, findings[0])
    assert isinstance(chart, Chart)
    assert isinstance(grid, Grid)
    assert len(chart.spans) == len(grid.rows) == out["phases"].num_rows
    assert len(chart.seen) == len(chart.expected) == out["course"].num_rows


def test_a_constant_interest_has_no_phases() -> None:
    dice = np.random.default_rng(8)
    out, findings = run(simulated.case({f"o{n}": simulated.steady(dice, 30) for n in range(4)}, 30, 8))
    assert {r["ruling"] for r in out["objects"].to_pylist()} == {"none"}
    assert out["phases"].num_rows == out["course"].num_rows == 0
    assert [f.rule for f in findings] == ["phases.none.1"]


def test_a_surge_is_explained_as_one() -> None:
    posts = simulated.surge(np.random.default_rng(2), 30)
    quiet = [p for p in posts if p[0] > min(x[0] for x in posts)]
    main = sorted(quiet)[len(quiet) // 20 :]
    _, findings = run(simulated.case({"tag": main}, 30, 2))
    assert next(f.ruling for f in findings if f.analysis == "phases") in ("explained", "cannot_tell")
    assert not any(f.ruling == "stands" for f in findings)


def test_what_starts_with_the_data_is_not_called_a_surge() -> None:
    names, counts = ["amplify", "carry_on"], [500, 200]
    assert ruling_of(names, counts, cut=False) == "explained"
    assert ruling_of(names, counts, cut=True) == "cannot_tell"


def test_a_seed_that_is_half_of_the_posts_is_none() -> None:
    order = ["seed", "amplify", "repost"]
    assert ruling_of(order, [20, 300, 300], cut=False) == "stands"
    assert ruling_of(order, [300, 300, 300], cut=False) == "cannot_tell"
    assert ruling_of(["seed", "amplify"], [20, 300], cut=False) == "cannot_tell"


def test_names_come_from_what_is_posted() -> None:
    parts = [Stretch(20, 1, 0, 5, 48), Stretch(300, 10, 20, 90, 24), Stretch(30, 120, 20, 20, 6), Stretch(50, 30, 500, 80, 48),
             Stretch(1, 0, 2, 0, 48)]  # fmt: skip
    assert names_of(parts) == ["seed", "amplify", "release", "repost", "quiet"]
    assert names_of([]) == []
    assert names_of([Stretch(0, 0, 0, 0, 10)]) == ["quiet"]


def test_links_that_answer_calls_are_said_to_follow() -> None:
    posts = simulated.follows(np.random.default_rng(1), 60, 3.0, tied=True)
    out, findings = run(simulated.case({"tag": posts}, 60, 1))
    (row,) = out["objects"].to_pylist()
    assert abs(row["lag_s"] / 3600 - 3.0) < 0.3
    (found,) = [f for f in findings if f.rule == "phases.precedes.1"]
    assert found.effect.low <= 3.1
    assert found.effect.high >= 2.9
    assert "without a link or file precede own posts with one by 3" in found.says
    assert "not therefore the cause" in found.counter_evidence[0]
    assert phases.panels is not None
    (bars,) = phases.panels({n: out[n] for n in phases.pictures}, found)
    assert isinstance(bars, Bars)


def test_bouts_of_their_own_are_no_lead() -> None:
    dice = np.random.default_rng(4)
    frames = simulated.case({f"o{n}": simulated.follows(dice, 60, 3.0, tied=False) for n in range(4)}, 60, 4)
    _, findings = run(frames)
    assert [f for f in findings if f.rule == "phases.precedes.1"] == []


def test_short_series_tell_no_lag() -> None:
    dice = np.random.default_rng(1)
    assert lead_lag(dice.random(100), dice.random(100), 10, smooth=1.0, copies=20, seed=1) is None
    assert lead_lag(np.zeros(1000), dice.random(1000), 10, smooth=1.0, copies=20, seed=1) is None


def test_lag_is_signed() -> None:
    dice = np.random.default_rng(2)
    first = dice.poisson(0.2, 4000).astype(float)
    late = np.roll(first, 7)
    ahead, behind = (lead_lag(a, b, 20, smooth=1.0, copies=50, seed=1) for a, b in ((first, late), (late, first)))
    assert ahead is not None
    assert behind is not None
    assert abs(ahead.bins - 7) < 0.2
    assert abs(behind.bins + 7) < 0.2
    assert ahead.p == pytest.approx(1 / 51)


def test_dispersion_is_one_for_poisson_and_three_for_its_threefold() -> None:
    dice = np.random.default_rng(3)
    flat = np.ones(400)
    assert dispersion(dice.poisson(5, (1, 400)).astype(float), flat)[0] < 1.4
    assert 2.2 < dispersion(dice.negative_binomial(2.5, 1 / 3, (1, 400)).astype(float), flat)[0] < 4.5


def test_a_step_is_found_where_it_is() -> None:
    dice = np.random.default_rng(4)
    counts = np.concatenate([dice.poisson(2, 50), dice.poisson(8, 30)]).astype(float)[None, :]
    found = changes(counts, np.ones(80), copies=49, seed=1)
    assert len(found.starts) == 2
    assert abs(found.starts[1] - 50) <= 1
    assert found.p < 0.01
    assert changes(np.zeros((2, 30)), np.ones(30), copies=9, seed=1).starts == (0,)


def test_the_week_of_a_case_and_its_slow_course() -> None:
    hours = np.arange(400_000, 400_000 + 24 * 70)
    posts = (10 + 8 * np.sin((hours % 24) / 24 * 2 * np.pi) + 0.01 * (hours - 400_000)).astype(np.int64)
    week = week_of(hours, posts)
    assert week.name == "week"
    assert week.week.mean() == pytest.approx(1.0)
    grown = week.without(np.array([400_000 * 3_600_000_000]))
    assert grown.trend[-1] > 1.3 * grown.trend[0]
    assert week_of(np.array([], np.int64), np.array([], np.int64)).name == "flat"
    edges = np.array([400_000, 400_024, 400_048], np.int64) * 3_600_000_000
    assert week.hours(edges).sum() == pytest.approx(48, rel=0.1)


def test_bad_parameters_are_refused() -> None:
    for bad in ({"least": 1}, {"kind": "colour"}, {"copies": 3}, {"objects": 0}):
        with pytest.raises(UsageError):
            read(phases, bad)


def test_spans_in_words() -> None:
    assert [span(x) for x in (60, -1800, 10_000, 260_000)] == ["1 min", "30 min", "2.8 h", "3.0 days"]
