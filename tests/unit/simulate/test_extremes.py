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
from blowback.simulate.posts import BURST, GROUP, REPOST
from blowback.simulate.scenario import (
    Burst,
    Claims,
    Crowd,
    Group,
    Hijack,
    Injection,
    Lead,
    Migration,
    Network,
    Release,
    Removals,
    Scenario,
)
from blowback.simulate.write import write

TINY = Scenario.find("tiny")
share = st.floats(0, 0.3)
name = st.uuids().map(lambda u: u.hex[:8])
crowds = st.builds(
    Crowd,
    accounts=st.integers(2, 40), posts=st.integers(1, 120), objects=st.integers(1, 30), zipf=st.floats(0, 2),
    diurnal=st.floats(1, 20), weekend=st.floats(0.2, 3), spread=st.floats(0, 2), reposts=share, replies=share,
    quotes=share, news=st.integers(0, 5), archived=st.floats(0, 0.4),
)  # fmt: skip
groups = st.builds(
    Group,
    id=name, export=st.sampled_from(("x_v2", "x_io", "telegram")),
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


NETWORK = Network(
    official=2,
    active=3,
    repeaters=4,
    channels=2,
    sky=3,
    press=2,
    counter=2,
    posts=30,
    reposts=20,
    channel_posts=10,
    sky_posts=10,
)
SKY = replace(TINY.x, accounts=6, posts=20, reposts=0.2, replies=0.2, archived=0.0)
hour = st.floats(0, 119)
number = st.integers(0, 30)
bursts = st.builds(
    Burst, id=name, hashtag=st.just("Tag"), posts=number, accounts=st.integers(1, 60),
    start_h=hour, minutes=st.floats(0.1, 3000), kind=st.sampled_from(("planted", "announced", "organic_surge")),
    topic=st.sampled_from(("garden", "cup", "guild")), who=st.sampled_from(("crowd", "network")),
    client=st.sampled_from(("", "App")), by_client=share, profile=st.sampled_from(((), (1.0,), (1.0, 0.0, 3.0))),
    heavy=st.integers(0, 6), heavy_share=st.floats(0, 1), announced_h=st.floats(0, 50), deleted=st.floats(0, 1),
)  # fmt: skip
injections = st.builds(
    Injection, id=name, client=st.sampled_from(("", "App")), posts=number,
    accounts=st.integers(6, 40), items=st.integers(5, 9), start_h=hour, hours=st.floats(0.01, 200), jitter_s=st.floats(0, 90),
    text=st.sampled_from(("identical", "templated")), links=share,
)  # fmt: skip
hijacks = st.builds(
    Hijack, id=name, hashtag=st.just("NeighbourCup"), start_h=hour, hours=st.floats(0.1, 200),
    posts=number, counter=number, press=number, also=st.sampled_from(((), ("Kickoff",))), links=share, blend=share,
    reposts=number,
)  # fmt: skip
releases = st.builds(
    Release, id=name, start_h=hour, hosts=st.sampled_from((("a.example",), ("a.example", "b.example"))),
    langs=st.sampled_from((("en",), ("ar", "ru"))), seed_h=st.floats(0, 200),
    spread_min=st.floats(0.1, 5000), amplify=number,
    early=share, reposts=number, mirrors=number, count=st.integers(1, 3), every_h=st.floats(0.1, 90),
)  # fmt: skip
leads = st.builds(
    Lead, id=name, hashtag=st.just("Tag"), episodes=st.integers(1, 4), start_h=hour,
    every_h=st.floats(1, 90), lag_h=st.floats(0, 90), jitter_h=st.floats(0, 20), calls=st.integers(1, 20),
    answers=st.integers(1, 5),
)  # fmt: skip
moves = st.builds(
    Migration, id=name, kind=st.sampled_from(("platform", "host")), start_h=hour,
    share=st.floats(0, 1),
    origin=st.just("lodge.example"), target=st.just("burrow.example"), outlinks=number,
)  # fmt: skip
gone = st.builds(
    Removals, deleted=number, suspended=number, withheld=number, gaps=number, moderated=number, network=st.floats(0, 1),
    sweeps=st.integers(1, 4), from_h=hour, returns=st.floats(0, 1), back_h=st.floats(0.1, 50), shouts=st.integers(0, 4),
)  # fmt: skip
claimed = st.builds(
    Claims, announced=st.integers(0, 5), reported=st.integers(0, 5), denied=st.integers(0, 3), true=st.floats(0, 1),
    lead_h=st.floats(1, 300), events_per_week=st.floats(0, 3), repeats=st.integers(0, 4),
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    b=st.lists(bursts, max_size=2), i=st.lists(injections, max_size=1), h=st.lists(hijacks, max_size=1),
    r=st.lists(releases, max_size=1),
    x=st.lists(leads, max_size=1), m=st.lists(moves, max_size=2), away=gone, says=claimed, seed=st.integers(0, 2**31),
)  # fmt: skip
def test_any_mixture_of_mechanisms_is_told_as_it_was_played(
    b: list[Burst], i: list[Injection], h: list[Hijack], r: list[Release], x: list[Lead], m: list[Migration], away: Removals,
    says: Claims, seed: int,
) -> None:  # fmt: skip
    mixed = replace(
        TINY, seed=seed, network=NETWORK, bluesky=SKY, reddit=SKY, bursts=tuple(b), injections=tuple(i), hijacks=tuple(h),
        releases=tuple(r), leads=tuple(x), migrations=tuple(m), removals=away, claims=says,
    )  # fmt: skip
    campaign = simulate(mixed)
    p = campaign.posts
    assert p.at_us.min() >= mixed.start_us
    assert p.at_us.max() < mixed.end_us
    again = p.kind == REPOST
    assert (p.ref[again] >= 0).all()
    assert (p.at_us[again] >= p.at_us[p.ref[again]]).all()
    assert (p.at_us < campaign.fate.gone_us[p.author]).all()
    assert (campaign.export[p.ref[p.ref >= 0]] != 1).all()
    for export in range(5):
        mine = campaign.export == export
        same_platform = campaign.export[p.ref[mine & (p.ref >= 0)]]
        assert np.isin(same_platform, (0, 1) if export < 2 else (export,)).all()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        write(campaign, out)
        told = orjson.loads((out / "truth.json").read_bytes())
        with (out / "truth_posts.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    assert len({(row["platform"], row["native_id"]) for row in rows}) == len(rows) == len(campaign)
    assert sum(e["posts"] for e in told["exports"]) == len(campaign)
    assert [c["id"] for c in told["claims"]] == [n["id"] for n in campaign.notes["claim"]]
    for key, some in (("bursts", b), ("injections", i), ("hijacks", h), ("leads", x), ("migrations", m)):
        assert [one["id"] for one in told[key]] == [one.id for one in some]
