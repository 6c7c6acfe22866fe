"""Tiers: planted sides recovered at the level of clusters, first beyond chance, no account in any table."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from blowback.analyses.machinery.tiers import tiers
from blowback.analyses.machinery.tiers_firsts import _tails
from blowback.analyses.machinery.tiers_refine import tier_of
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.analysis import Judged
from blowback.model.panel import Bars, Grid
from blowback.testing import check_analysis

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "evaluation"))
import tiers as simulated


def run(frames, **given):
    params = read(tiers, given)
    out = dict(tiers.refine(frames, params, lambda _what, _share: None))
    return out, list(tiers.judge(Judged({**frames, **out}, params)))


def test_the_analysis_keeps_the_contract() -> None:
    check_analysis(tiers)


def test_planted_sides_get_their_tier() -> None:
    frames, _ = simulated.simulate(3)
    out, findings = run(frames)
    held = simulated.planted(frames)
    tier = {r["cluster"]: r["tier"] for r in out["clusters"].to_pylist()}
    for kind, word in (("o", "official"), ("w", "active"), ("r", "repeater")):
        main = max(held, key=lambda c: held[c][kind])
        assert held[main][kind] >= 0.9 * dict(simulated.KINDS)[kind]
        assert tier[main] == word
    official = next(f for f in findings if f.rule == "tiers.official.1")
    assert "originates" in official.says
    assert official.nulls[0].q < 0.01
    assert official.effect.low > 1
    assert official.evidence


def test_no_account_is_named_anywhere() -> None:
    frames, _ = simulated.simulate(3)
    out, findings = run(frames)
    told = str([t.to_pylist() for t in out.values()]) + str([f.as_dict() for f in findings])
    accounts = set(frames["tallies"].column("account_id").to_pylist())
    assert [a for a in accounts if f"'{a}'" in told] == []
    assert all(f.subject.members == () for f in findings)
    assert min(r["accounts"] for r in out["clusters"].to_pylist() if r["cluster"] != "rest") >= 5


def test_the_first_cluster_of_a_cascade_is_the_one_that_started_it() -> None:
    frames, truth = simulated.simulate(4)
    out, _ = run(frames)
    held = simulated.planted(frames)
    rows = [f for f in out["firsts"].to_pylist() if f["first_cluster"]]
    good = [held[f["first_cluster"]][truth[f["value"]]] > 0.5 * sum(held[f["first_cluster"]].values()) for f in rows]
    assert len(rows) > 150
    assert np.mean(good) > 0.95
    assert all(f["lead_s"] > 0 and f["next_cluster"] != f["first_cluster"] for f in rows)


def test_dealt_orders_make_nobody_official() -> None:
    frames, _ = simulated.simulate(5, dealt=True)
    out, findings = run(frames)
    assert "official" not in {r["tier"] for r in out["clusters"].to_pylist()}
    assert not [f for f in findings if f.rule == "tiers.official.1"]


def test_small_clusters_are_merged() -> None:
    frames, _ = simulated.simulate(3)
    out, _ = run(frames, least=50)
    sizes = {r["cluster"]: r["accounts"] for r in out["clusters"].to_pylist()}
    assert min(n for c, n in sizes.items() if c != "rest") >= 50
    assert sum(sizes.values()) == 568


def test_without_the_authors_of_reposts_little_is_said() -> None:
    frames, _ = simulated.simulate(3)
    rows = [{**r, "kind": "repost", "value": f"x:post-of-{r['value']}"} for r in frames["shared"].to_pylist()]
    frames["shared"] = type(frames["shared"]).from_pylist(rows, frames["shared"].schema)
    out, findings = run(frames)
    assert {r["tier"] for r in out["clusters"].to_pylist()} <= {"repeater", "cannot_tell"}
    assert any("not in the data" in f.says for f in findings)


def test_panels_show_clusters_only() -> None:
    frames, _ = simulated.simulate(3)
    out, findings = run(frames)
    assert tiers.panels is not None
    bars, grid, objects = tiers.panels({n: out[n] for n in tiers.pictures}, findings[0])
    assert isinstance(bars, Bars)
    assert isinstance(grid, Grid)
    assert isinstance(objects, Grid)
    assert len(bars.rows) == len(grid.rows) == min(out["clusters"].num_rows, 12)
    whole = next(f for f in findings if f.subject.kind == "case")
    assert tiers.panels(out, whole) == ()


def test_the_law_of_firsts_is_poisson_binomial() -> None:
    more, fewer = _tails(np.full(40, 0.25), 14)
    assert more == pytest.approx(stats.binom.sf(13, 40, 0.25))
    assert fewer == pytest.approx(stats.binom.cdf(14, 40, 0.25))
    big = _tails(np.full(4000, 0.25), 1060)
    assert big[0] == pytest.approx(stats.binom.sf(1059, 4000, 0.25), rel=0.05)
    assert _tails(np.empty(0), 0) == (1.0, 1.0)


def test_tiers_from_counts() -> None:
    row = {"side": "source", "posts": 500, "objects": 60, "q_more": 0.001, "q_fewer": 1.0}
    assert tier_of(row, 0.05, known=True)[0] == "official"
    assert tier_of({**row, "q_more": 0.4}, 0.05, known=True)[0] == "cannot_tell"
    assert tier_of({**row, "side": "relay", "q_more": 0.4}, 0.05, known=True)[0] == "repeater"
    assert tier_of({**row, "side": "relay"}, 0.05, known=True)[0] == "cannot_tell"
    assert tier_of({**row, "side": "voice"}, 0.05, known=True)[0] == "active"
    assert tier_of({**row, "side": "voice"}, 0.05, known=False)[0] == "cannot_tell"
    assert tier_of({**row, "objects": 5}, 0.05, known=True)[0] == "cannot_tell"
    assert tier_of({**row, "side": "rest"}, 0.05, known=True)[0] == "cannot_tell"


def test_bad_parameters_are_refused() -> None:
    for bad in ({"least": 4}, {"least_users": 1}, {"fdr": 2}):
        with pytest.raises(UsageError):
            read(tiers, bad)
