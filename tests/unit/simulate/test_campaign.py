"""The mechanisms: the laws that were put in come out again."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.people import TELEGRAM
from blowback.simulate.posts import BURST, CAMOUFLAGE, CROWD, GROUP, POST, REPOST
from blowback.simulate.scenario import Scenario
from blowback.simulate.snowflake import EPOCH_MS
from blowback.simulate.write import write


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    tiny = Scenario.find("tiny")
    for name, scenario in (("a", tiny), ("b", tiny), ("c", replace(tiny, seed=8))):
        write(simulate(scenario), tmp_path / name)
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert len(names) == 6
    for name in names:
        a, b, c = ((tmp_path / k / name).read_bytes() for k in "abc")
        assert a == b
        assert a != c


def test_a_mechanism_can_change_without_moving_another(small: Campaign) -> None:
    s = small.scenario
    other = simulate(replace(s, bursts=(replace(s.bursts[0], posts=10),), groups=s.groups[1:]))
    mine, theirs = (np.sort(c.posts.at_us[c.posts.mechanism == CROWD]) for c in (small, other))
    assert np.array_equal(mine, theirs)
    slow = [
        np.sort(c.posts.at_us[c.posts.which == k][c.posts.mechanism[c.posts.which == k] == GROUP])
        for c, k in ((small, 1), (other, 0))
    ]
    assert np.array_equal(slow[0], slow[1])


def test_the_daily_rhythm_is_there_in_local_time(demo: Campaign) -> None:
    p, s = demo.posts, demo.scenario
    own = (p.mechanism == CROWD) & (p.kind == POST) & (demo.export != TELEGRAM)
    local = (p.at_us[own] // 3_600_000_000 + demo.accounts.zone_h[p.author[own]]) % 24
    by_hour = np.bincount(local, minlength=24)
    peak, trough = by_hour[[19, 20]].mean(), by_hour[[7, 8]].mean()
    assert peak / trough == pytest.approx(s.x.diurnal, rel=0.25)
    days = (p.at_us[own] // 1_000_000 + demo.accounts.zone_h[p.author[own]] * 3600) // 86_400
    free = np.isin((days + 3) % 7, (5, 6))
    assert (free.sum() / 2) / ((~free).sum() / 5) == pytest.approx(s.x.weekend, rel=0.08)


def test_attention_follows_the_law_of_zipf(demo: Campaign) -> None:
    p = demo.posts
    crowd = (p.mechanism == CROWD) & (p.kind == REPOST) & (demo.export != TELEGRAM)
    counts = np.sort(np.bincount(p.ref[crowd]))[::-1][:150].astype(float)
    slope = np.polyfit(np.log(np.arange(1, 151)), np.log(counts), 1)[0]
    assert -slope == pytest.approx(demo.scenario.x.zipf, abs=0.08)


def test_activity_has_a_heavy_tail_and_news_is_fast(demo: Campaign) -> None:
    p = demo.posts
    crowd = (p.mechanism == CROWD) & (demo.export != TELEGRAM)
    each = np.sort(np.bincount(p.author[crowd]))[::-1]
    assert each[: len(each) // 10].sum() > 0.4 * each.sum()
    reposts = np.flatnonzero(crowd & (p.kind == REPOST))
    delay = (p.at_us[reposts] - p.at_us[p.ref[reposts]]) / 3_600e6
    assert (delay > 0).all()
    medians = [np.median(delay[p.ref[reposts] == obj]) for obj in np.argsort(-np.bincount(p.ref[reposts]))[:40]]
    assert sum(m < 0.5 for m in medians) >= 10
    assert sum(m > 1.5 for m in medians) >= 10


def test_people_mostly_use_tags_of_their_own_language(demo: Campaign) -> None:
    p = demo.posts
    own = np.flatnonzero((p.mechanism == CROWD) & (p.kind == POST) & (p.tag1 >= 0))
    tag = np.array([texts.tag_languages(int(t))[int(k)] for t, k in zip(p.topic[own], p.tag1[own], strict=True)])
    lang = demo.accounts.lang[p.author[own]]
    assert (tag == lang).mean() > 0.7
    assert 0.05 < (tag[lang != 0] == 0).mean() < 0.4


def test_an_account_passes_on_an_original_once_and_never_its_own(demo: Campaign) -> None:
    p = demo.posts
    again = p.kind == REPOST
    pairs = np.stack([p.author[again], p.ref[again]], axis=1)
    assert len(np.unique(pairs, axis=0)) == again.sum()
    crowd = again & (p.mechanism != GROUP)
    assert (p.author[p.ref[crowd]] != p.author[crowd]).all()
    assert (p.kind[p.ref[again]] == POST).all()
    assert (p.at_us[p.ref[again]] < p.at_us[again]).all()


def test_groups_act_together_with_their_delay_and_otherwise_like_everybody(demo: Campaign) -> None:
    p = demo.posts
    for number, group in enumerate(demo.scenario.groups):
        joint = np.flatnonzero((p.mechanism == GROUP) & (p.which == number))
        members = np.flatnonzero(demo.accounts.group == number)
        assert set(p.author[joint]) <= set(members)
        assert len(members) == group.accounts
        what = {"repost": p.ref, "url": p.url}.get(group.kind, p.text)[joint]
        objects = np.unique(what)
        assert len(objects) == group.objects
        spans = [np.ptp(p.at_us[joint][what == o]) / 1e6 for o in objects]
        # The range of k exponentials has mean tau * (1 + 1/2 + ... + 1/(k-1)).
        sizes = [(what == o).sum() for o in objects]
        expected = group.tau_s * sum(sum(1 / j for j in range(1, n)) for n in sizes)
        assert sum(spans) == pytest.approx(expected, rel=0.5)
        cover = (p.mechanism == CAMOUFLAGE) & np.isin(p.author, members)
        assert cover.sum() >= 0.8 * group.camouflage * group.accounts
        if group.kind == "repost":
            crowd = (p.mechanism == CROWD) & (p.kind == REPOST)
            assert np.bincount(p.ref[crowd], minlength=len(p))[objects].min() >= min(group.audience, 8)


def test_the_burst_is_short_and_partly_made_by_an_application(demo: Campaign) -> None:
    p, how = demo.posts, demo.scenario.bursts[0]
    burst = p.mechanism == BURST
    assert burst.sum() == how.posts
    assert np.ptp(p.at_us[burst]) < how.minutes * 60e6
    own = demo.shelf.clients.index(how.client)
    assert (p.client[burst] == own).mean() == pytest.approx(how.by_client, abs=0.06)
    assert not (p.client[~burst] == own).any()
    assert (p.at_us[burst & (p.client == own)] % 1_000_000 == 0).all()
    assert len(np.unique(p.author[burst])) == how.accounts


def test_ids_are_unique_and_carry_their_time(demo: Campaign) -> None:
    x = demo.export != TELEGRAM
    assert len(np.unique(demo.seen.native[x])) == x.sum()
    assert np.array_equal((demo.seen.native[x] >> 22) + EPOCH_MS, demo.posts.at_us[x] // 1000)
    assert len(np.intersect1d(demo.seen.deleted, demo.seen.native)) == 0
    t = np.flatnonzero(~x)
    for channel in np.unique(demo.posts.author[t]):
        assert (np.diff(demo.seen.native[t][demo.posts.author[t] == channel]) >= 1).all()


def test_columns_have_one_length_and_posts_are_in_the_order_of_time(small: Campaign) -> None:
    assert {len(getattr(small.posts, f.name)) for f in fields(small.posts)} == {len(small)}
    assert (np.diff(small.posts.at_us) >= 0).all()
    assert small.posts.at_us[0] >= small.scenario.start_us
    assert small.posts.at_us[-1] < small.scenario.end_us


def test_it_scales_with_its_parameters() -> None:
    s = Scenario.find("demo")
    big = simulate(replace(s, x=replace(s.x, accounts=9000, posts=100_000, objects=12_000)))
    assert 95_000 < len(big) < 110_000
