"""Scenarios at the edge: nothing planted, tiny crowds, more asked for than there is."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blowback.errors import Unexpected
from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.posts import BURST, GROUP
from blowback.simulate.scenario import Crowd, Group, Scenario
from blowback.simulate.write import write

TINY = Scenario.find("tiny")
share = st.floats(0, 0.3)
crowds = st.builds(
    Crowd,
    accounts=st.integers(2, 40), posts=st.integers(1, 120), objects=st.integers(1, 30), zipf=st.floats(0, 2),
    diurnal=st.floats(1, 20), weekend=st.floats(0.2, 3), spread=st.floats(0, 2), reposts=share, replies=share,
    quotes=share, news=st.integers(0, 5), archived=st.floats(0, 0.4),
)  # fmt: skip
groups = st.builds(
    Group,
    id=st.uuids().map(lambda u: u.hex[:8]), export=st.sampled_from(("x_v2", "x_io", "telegram")),
    kind=st.sampled_from(("repost", "url", "text", "folded_text")), accounts=st.integers(2, 9),
    objects=st.integers(1, 12), tau_s=st.floats(0.5, 4000), takes_part=st.floats(0.05, 1),
    camouflage=st.integers(0, 6), audience=st.integers(0, 50),
)  # fmt: skip


def simulated(scenario: Scenario) -> Campaign | None:
    """None where a group asks for more objects than its crowd has."""
    try:
        return simulate(scenario)
    except Unexpected:
        return None


def posts_on(line: bytes) -> int:
    """Posts on a line of X v2 pages; none on a line that breaks off or belongs to a log."""
    try:
        return len(orjson.loads(line)["data"])
    except orjson.JSONDecodeError:
        return 0


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    x=crowds, telegram=crowds, planted=st.lists(groups, max_size=3, unique_by=lambda g: g.id),
    seed=st.integers(0, 2**31), days=st.integers(2, 9), posts=st.integers(0, 40),
)  # fmt: skip
def test_any_scenario_gives_exports_whose_counts_are_those_of_the_truth(
    x: Crowd, telegram: Crowd, planted: list[Group], seed: int, days: int, posts: int
) -> None:
    bursts = (replace(TINY.bursts[0], posts=posts, start_h=20.0),)
    scenario = replace(TINY, seed=seed, days=days, x=x, telegram=telegram, groups=tuple(planted), bursts=bursts)
    campaign = simulated(scenario)
    if campaign is None:
        assert any(g.kind == "repost" for g in planted)
        return
    p = campaign.posts
    assert p.at_us.min() >= campaign.scenario.start_us
    assert p.at_us.max() < campaign.scenario.end_us
    again = np.flatnonzero(p.kind == 1)
    assert (p.ref[again] >= 0).all()
    assert (campaign.accounts.export[p.author[p.ref[again]]] != 1).all()  # archived accounts are not passed on
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write(campaign, out)
        told = orjson.loads((out / "truth.json").read_bytes())
        export = next((e for e in told["exports"] if e["source"] == "x_v2"), {"posts": 0, "duplicates": 0})
        lines = (out / "x_v2.jsonl").read_bytes().splitlines() if export["posts"] else []
        assert sum(map(posts_on, lines)) == export["posts"] + export["duplicates"]
        with (out / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(campaign)


def test_with_nothing_planted_there_is_only_the_crowd(tmp_path: Path) -> None:
    quiet = replace(TINY, groups=(), bursts=(replace(TINY.bursts[0], posts=0),))
    campaign = simulate(quiet)
    assert not np.isin(campaign.posts.mechanism, (GROUP, BURST)).any()
    write(campaign, tmp_path)
    told = orjson.loads((tmp_path / "truth.json").read_bytes())
    assert told["groups"] == []
    assert told["bursts"][0]["accounts"] == []
    assert told["bursts"][0]["first"] is None


@pytest.mark.parametrize("export", ["x_v2", "telegram"])
def test_a_group_that_wants_more_audience_than_there_is_takes_the_most_popular(export: str) -> None:
    group = replace(TINY.groups[0], export=export, audience=10_000, objects=3)
    campaign = simulate(replace(TINY, groups=(group,)))
    joint = campaign.posts.mechanism == GROUP
    assert len(np.unique(campaign.posts.ref[joint])) == 3
    assert len(np.unique(campaign.posts.author[joint])) == group.accounts


def test_a_group_that_wants_more_objects_than_there_are_is_refused() -> None:
    with pytest.raises(Unexpected, match="group fast wants 500 objects"):
        simulate(replace(TINY, groups=(replace(TINY.groups[0], objects=500),)))
