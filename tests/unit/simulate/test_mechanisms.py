"""What each mechanism does: the figures that were put in come out again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.compose import links, tags
from blowback.simulate.people import ACTIVE, BLUESKY, COUNTER, OFFICIAL, PRESS, PUBLIC, REPEATER, X_V2, Ints
from blowback.simulate.posts import (
    BURST,
    CROWD,
    HIJACK,
    INJECTION,
    LEAD,
    MECHANISMS,
    NETWORK,
    PARTS,
    POST,
    RELEASE,
    REPLY,
    REPOST,
    RETURN,
)
from blowback.simulate.scenario import Scenario

HOUR = 3_600_000_000


def of(c: Campaign, mechanism: int, which: int | None = None, part: str | None = None) -> Ints:
    fit = c.posts.mechanism == mechanism
    if which is not None:
        fit &= c.posts.which == which
    if part is not None:
        fit &= c.posts.part == PARTS.index(part)
    found: Ints = np.flatnonzero(fit)
    return found


@pytest.fixture(scope="module")
def storm() -> Campaign:
    s = Scenario.find("storm")
    return simulate(replace(s, x=replace(s.x, accounts=8000, posts=2000, objects=200)))


def test_the_storm_has_the_published_figures(storm: Campaign) -> None:
    how = storm.scenario.bursts[0]
    own = of(storm, BURST, 0, "announced")
    at, start = storm.posts.at_us[own], storm.scenario.at_h(how.start_h)
    assert len(own) == 31_500
    assert (start // 60_000_000) % 1440 == 10 * 60 + 30
    assert at.min() >= start
    assert at.max() < start + 24 * HOUR
    hours = np.bincount((at - storm.scenario.start_us) // HOUR)
    assert hours.max() == 4300
    assert hours.argmax() % 24 == 12
    assert ((at - start) < 7 * HOUR).sum() == pytest.approx(20_000, abs=50)
    each = np.sort(np.bincount(storm.posts.author[own]))[::-1]
    assert each[:50].sum() == 6300
    assert set(each[:50]) == {126}
    assert each[50] < 126
    assert (each > 0).sum() == how.accounts
    notice = of(storm, BURST, 0, "notice")
    assert len(notice)
    assert storm.posts.at_us[notice].max() < start - 18 * HOUR


def test_an_organic_surge_is_many_people_in_their_own_words(storm: Campaign) -> None:
    p, own = storm.posts, of(storm, BURST, 1, "organic_surge")
    each = np.bincount(p.author[own])
    assert (each > 0).sum() == pytest.approx(storm.scenario.bursts[1].accounts, rel=0.05)
    assert np.sort(each)[-50:].sum() < 0.3 * len(own)
    assert {int(k) for k in np.unique(p.kind[own])} == {0, 1, 2, 3}
    assert not np.isin(p.client[own], np.arange(4, 99)).any()
    written = own[p.kind[own] == POST]
    assert len({(int(p.own[i]), int(p.text[i])) for i in written}) == len(written)
    again = own[p.kind[own] == REPOST]
    assert (p.at_us[again] > p.at_us[p.ref[again]]).all()


def test_a_burst_that_is_scaled_keeps_its_shape() -> None:
    s = Scenario.find("storm")
    small = replace(s.bursts[0], posts=3150, accounts=700, heavy=5)
    c = simulate(replace(s, x=replace(s.x, accounts=1500, posts=300, objects=50), bursts=(small,)))
    own = of(c, BURST, 0, "announced")
    hours = np.bincount((c.posts.at_us[own] - s.start_us) // HOUR)
    assert (len(own), hours.max(), hours.argmax() % 24) == (3150, 430, 12)
    assert np.sort(np.bincount(c.posts.author[own]))[-5:].sum() == 630


def test_injections_go_into_organic_accounts_at_whole_seconds_without_replies(june: Campaign) -> None:
    p = june.posts
    for number, how in enumerate(june.scenario.injections):
        own = of(june, INJECTION, number)
        assert len(own) == how.posts
        assert (p.at_us[own] % 1_000_000 == 0).all()
        assert (p.kind[own] == POST).all()
        assert not np.isin(p.ref, own).any()  # nobody answers an application
        assert (june.accounts.role[p.author[own]] == PUBLIC).all()
        assert len(np.unique(p.author[own])) <= how.accounts
        client = {june.shelf.clients[int(c)] for c in p.client[own]}
        assert client == {how.client} if how.client else client <= set(june.shelf.clients[:4])
        said = [june.shelf.said[int(k)].words for k in p.own[own]]
        assert len(set(said)) == (how.items if how.text == "identical" else len(set(p.own[own])))
        organic = (p.mechanism == CROWD) & np.isin(p.author, p.author[own])
        assert organic.sum() > 0
        item = np.sort(p.at_us[own[p.own[own] == p.own[own[0]]]])
        if how.text == "identical":
            assert set((np.diff(item) // 1_000_000).tolist()) <= set(how.spacing_s)


def test_forty_thousand_injected_posts_in_a_day() -> None:
    june = Scenario.find("june")
    how = replace(june.injections[0], posts=40_000, accounts=900, items=80, hours=23.0, start_h=24.0, spacing_s=(1, 2))
    quiet = replace(june, x=replace(june.x, accounts=1500, posts=1500, objects=100), injections=(how,))
    c = simulate(replace(quiet, bursts=(), releases=(), groups=(), claims=type(june.claims)()))
    own = of(c, INJECTION, 0)
    assert len(own) == 40_000
    assert np.ptp(c.posts.at_us[own]) < 24 * HOUR


def test_a_hijack_brings_its_own_matter_and_others_speak_of_it(june: Campaign) -> None:
    p, a = june.posts, june.accounts
    for number, how in enumerate(june.scenario.hijacks):
        taken, counter, press = (of(june, HIJACK, number, part) for part in ("hijack", "counter", "press"))
        assert (p.topic[taken] == texts.GUILD).all()
        assert all("guild" in link for i in taken for link in links(june, int(i)))
        assert np.isin(a.role[p.author[taken]], (OFFICIAL, ACTIVE, REPEATER)).all()
        assert np.isin(a.role[p.author[counter]], (COUNTER, PUBLIC)).all()
        assert (a.role[p.author[press]] == PRESS).all()
        for some in (taken, counter, press):
            assert all(how.hashtag in tags(june, int(i)) for i in some)
            assert len(some)
        assert {t for i in taken for t in tags(june, int(i))} >= set(how.also)
        assert (p.kind[counter] == REPLY).any()


def test_hijackers_that_blend_in_write_like_fans_with_links_of_their_own() -> None:
    s = Scenario.find("june")
    small = replace(
        s, x=replace(s.x, accounts=300, posts=300, objects=50), groups=(), bursts=(), injections=(), releases=()
    )
    c = simulate(replace(small, hijacks=(replace(s.hijacks[0], blend=0.5),)))
    taken = of(c, HIJACK, 0, "hijack")
    assert (c.posts.topic[taken] == texts.CUP).mean() == pytest.approx(0.5, abs=0.12)
    assert all("guild" in link for i in taken for link in links(c, int(i)))
    plain = simulate(replace(small, hijacks=(replace(s.hijacks[0], blend=0.0),)))
    assert np.array_equal(plain.posts.at_us[of(plain, HIJACK, 0)], c.posts.at_us[of(c, HIJACK, 0)])


def test_a_release_is_on_all_hosts_and_in_all_languages_at_once_in_its_phases(june: Campaign) -> None:
    p, number = june.posts, 0
    for how in june.scenario.releases:
        for _ in range(how.count):
            seed, ahead, out, later = (of(june, RELEASE, number, x) for x in ("seed", "amplify", "release", "mirror"))
            assert len(seed) == 1
            assert (
                p.at_us[seed[0]]
                < p.at_us[ahead].min()
                < p.at_us[ahead].max()
                < p.at_us[out].min()
                < p.at_us[later].min()
            )
            assert np.ptp(p.at_us[out]) <= how.spread_min * 60_000_000
            assert {links(june, int(i))[0].split("/")[2] for i in out} == set(how.hosts)
            assert any(
                len({link.split("/")[2] for link in links(june, int(i))}) == 2 for i in np.concatenate([out, later])
            )
            assert {texts.LANGS[june.shelf.said[int(p.own[i])].lang] for i in out} == set(how.langs)
            assert (june.accounts.role[p.author[np.concatenate([seed, out])]] == OFFICIAL).all()
            assert len(np.unique(p.media[out])) == 1
            assert len(np.unique(june.export[out])) >= 2
            number += 1


def test_calls_come_before_the_answer_by_the_lag(june: Campaign) -> None:
    how, note = june.scenario.leads[0], june.notes["lead"][0]
    calls, answers = of(june, LEAD, 0, "call"), of(june, LEAD, 0, "answer")
    assert len(note["episodes"]) == how.episodes
    assert len(answers) == how.answers * how.episodes
    assert all(links(june, int(i)) for i in answers)
    assert not any(links(june, int(i)) for i in calls)
    lags = [e["lag_s"] / 3600 for e in note["episodes"]]
    assert np.mean(lags) == pytest.approx(how.lag_h, abs=4 * how.jitter_h / how.episodes**0.5)
    assert len(calls) > 0.6 * how.calls * how.episodes  # some callers have been suspended
    assert (june.accounts.role[june.posts.author[answers]] == OFFICIAL).all()


def test_claims_are_borne_out_or_not_and_events_go_their_own_way(june: Campaign) -> None:
    told, events = june.notes["claim"], {e.id: e for e in june.events}
    rules = june.scenario.claims
    assert len(told) == rules.announced + rules.reported + rules.denied
    assert len(events) == len(june.events)
    for claim in told:
        assert claim["true"] == (claim["event"] is not None)
        if claim["true"]:
            event = events[claim["event"]]
            day = np.datetime64(claim["for_day"], "us").astype(np.int64)
            assert abs(event.day_us - day) <= 24 * HOUR
            assert event.kind == "planting"
    true = sum(c["true"] for c in told)
    assert 0.15 * len(told) < true < 0.65 * len(told)
    # A change of the claims leaves what happens anyway as it is.
    other = simulate(replace(june.scenario, claims=replace(rules, announced=5)))
    born = {c["event"] for c in told}
    own = {c["event"] for c in other.notes["claim"]}
    mine = sorted((e.day_us, e.place, e.kind, e.people) for k, e in events.items() if k not in born)
    theirs = sorted((e.day_us, e.place, e.kind, e.people) for e in other.events if e.id not in own)
    assert mine == theirs


def test_a_suspended_account_falls_silent_and_may_come_back(june: Campaign) -> None:
    p, fate = june.posts, june.fate
    gone = np.flatnonzero(fate.gone_us < june.scenario.end_us)
    x = np.flatnonzero(
        (june.accounts.export == X_V2) & np.isin(june.accounts.role, (ACTIVE, REPEATER)) & (june.accounts.activity > 0)
    )
    assert len(gone) == round(june.scenario.removals.network * len(x))
    assert (p.at_us < fate.gone_us[p.author]).all()
    heirs = fate.heir[fate.heir >= 0]
    assert len(heirs)
    back = dict(zip(heirs.tolist(), fate.back_us[fate.heir >= 0].tolist(), strict=True))
    theirs = np.flatnonzero(np.isin(p.author, heirs))
    assert len(theirs)
    assert all(p.at_us[i] >= back[int(p.author[i])] for i in theirs)
    shouts = of(june, RETURN)
    assert set(p.mention[shouts].tolist()) <= set(heirs.tolist())
    assert set(june.seen.gone.accounts.tolist()) == set(gone.tolist())


def test_traffic_moves(june: Campaign) -> None:
    p, s = june.posts, june.scenario
    host, sky = s.migrations
    ordinary = (p.mechanism == NETWORK) | (p.part == PARTS.index("moved"))
    at = s.at_h(sky.start_h)
    there = ordinary & (june.export == BLUESKY)
    days = (p.at_us[there] - s.start_us) / 24 / HOUR
    before, after = (
        (days < sky.start_h / 24).sum() / (sky.start_h / 24),
        (days >= sky.start_h / 24).sum() / (s.days - sky.start_h / 24),
    )
    assert after > 1.6 * before
    linked = np.flatnonzero(ordinary & (p.url != -1))
    led = [(p.at_us[i] >= s.at_h(host.start_h), links(june, int(i))[0].split("/")[2]) for i in linked]
    assert not any(h == host.target for late, h in led if not late)
    late = [h for is_late, h in led if is_late]
    moved, stayed = late.count(host.target), late.count(host.origin)
    assert moved / (moved + stayed) == pytest.approx(host.share, abs=0.12)
    assert at < s.end_us


STAYS = {
    "bursts": "burst", "injections": "injection", "hijacks": "hijack", "releases": "release", "leads": "lead",
    "migrations": "migration", "groups": "group", "claims": "claim",
}  # fmt: skip


@pytest.mark.parametrize("gone", list(STAYS))
def test_taking_a_mechanism_away_leaves_the_posts_of_the_others_to_the_letter(june: Campaign, gone: str) -> None:
    s = june.scenario
    empty = type(s.claims)() if gone == "claims" else ()
    other = simulate(replace(s, **{gone: empty}))

    def rows(c: Campaign, mechanism: int) -> set[tuple[int, ...]]:
        p, a = c.posts, c.accounts
        mine = np.flatnonzero(p.mechanism == mechanism)
        return {
            (
                int(a.number[p.author[i]]),
                int(p.at_us[i]),
                int(p.kind[i]),
                int(p.text[i]),
                int(c.seen.likes[i] * (p.kind[i] != POST)),
            )
            for i in mine
        }

    for mechanism, name in enumerate(MECHANISMS):
        # A repost may fall away with what it passes on, and a migration turns the network's ordinary posts into its own.
        touched = {
            STAYS[gone],
            "camouflage" if gone == "groups" else "",
            *(("network",) if gone == "migrations" else ()),
        }
        if name not in touched:
            assert rows(other, mechanism) == rows(june, mechanism), name
