"""Simulate a campaign: who posts what, when, and why; the truth is kept beside each post."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from blowback.simulate import texts
from blowback.simulate.burst import burst
from blowback.simulate.crowd import Attention, Scene, crowd, ordinary
from blowback.simulate.groups import joint_actions
from blowback.simulate.people import EXPORTS, TELEGRAM, X_IO, X_V2, Accounts, Ints, join, people
from blowback.simulate.posts import QUOTE, REPLY, REPOST, Posts, settle
from blowback.simulate.posts import join as join_posts
from blowback.simulate.scenario import Scenario
from blowback.simulate.seeds import stream
from blowback.simulate.snowflake import snowflakes

WITHHELD = ("", "copyright", "DE,FR", "TR")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A simulated campaign: accounts, posts in the order of time, and what has been removed."""

    scenario: Scenario
    accounts: Accounts
    posts: Posts
    native: Ints  # X: Snowflake; Telegram: message id in its channel
    likes: Ints
    reposts: Ints  # at least those simulated
    withheld: Ints  # position in WITHHELD
    again: Ints  # positions of the posts that are exported twice
    deleted: Ints  # Snowflakes of posts that are answered or quoted but gone
    suspended: Ints  # numbers of accounts that are mentioned but gone

    def __len__(self) -> int:
        return len(self.posts)

    @property
    def export(self) -> Ints:
        """The export of each post: positions in `people.EXPORTS`."""
        return self.accounts.export[self.posts.author]


def simulate(scenario: Scenario) -> Campaign:
    """Simulate a scenario. Each mechanism has its own stream: changing one leaves the others as they are."""
    accounts = _accounts(scenario)
    window = (scenario.start_us, scenario.end_us)
    scenes = (Scene(accounts, window, scenario.x), Scene(accounts, window, scenario.telegram))
    plain, on_telegram = accounts.group < 0, accounts.export == TELEGRAM
    seed = scenario.seed
    x, seen_x = crowd(stream(seed, "crowd x"), scenes[0], np.flatnonzero(plain & ~on_telegram), fit_export=X_V2)
    t, seen_t = crowd(
        stream(seed, "crowd telegram"), scenes[1], np.flatnonzero(plain & on_telegram), fit_export=TELEGRAM
    )
    t = replace(t, ref=np.where(t.ref >= 0, t.ref + len(x), t.ref))
    seen_t = replace(seen_t, post=seen_t.post + len(x))
    parts = [x, t, *_planted(scenario, scenes, (x, t), (seen_x, seen_t))]
    lively = np.flatnonzero(plain & (accounts.export == X_V2))
    parts.append(burst(stream(seed, "burst"), lively, scenario.burst, scenario.start_us))
    posts = settle(_inside(join_posts(parts), scenario.end_us))
    return _observed(scenario, accounts, posts)


def _accounts(scenario: Scenario) -> Accounts:
    start, parts = scenario.start_us, []
    archived = round(scenario.x.accounts * scenario.x.archived)
    sets = [
        ("crowd x_v2", scenario.x.accounts - archived, X_V2, scenario.x.spread, -1),
        ("crowd x_io", archived, X_IO, scenario.x.spread, -1),
        ("crowd telegram", scenario.telegram.accounts, TELEGRAM, scenario.telegram.spread, -1),
    ]
    sets += [(f"group {g.id}", g.accounts, EXPORTS.index(g.export), 0.5, i) for i, g in enumerate(scenario.groups)]
    first = 100
    for label, count, export, spread, group in sets:
        rng = stream(scenario.seed, f"accounts {label}")
        parts.append(people(rng, count, export, first=first, start_us=start, spread=spread, group=group))
        # Room between the sets, so that a larger crowd does not rename the groups.
        first += -(-count // 10_000) * 10_000
    return join(parts)


def _planted(
    scenario: Scenario, scenes: tuple[Scene, Scene], crowds: tuple[Posts, Posts], seen: tuple[Attention, Attention]
) -> list[Posts]:
    out, total = [], len(crowds[0]) + len(crowds[1])
    counts = np.bincount(np.concatenate([p.ref[p.kind == REPOST] for p in crowds]), minlength=total)
    for number, group in enumerate(scenario.groups):
        which = int(group.export == "telegram")
        scene, objects = scenes[which], seen[which]
        who = np.flatnonzero(scene.accounts.group == number)
        mine = crowds[which].url[(crowds[which].url >= 0) & (crowds[which].topic == scene.accounts.topic[who[0]])]
        links = np.bincount(mine, minlength=texts.URLS)
        rng = stream(scenario.seed, f"group {group.id}")
        out.append(
            joint_actions(rng, scene, group, number=number, objects=objects, audience=counts[objects.post], links=links)
        )
        rng = stream(scenario.seed, f"camouflage {group.id}")
        out.append(ordinary(rng, scene, who, each=group.camouflage, objects=objects))
    return out


def _inside(posts: Posts, end_us: int) -> Posts:
    """Joint actions near the end of the window may fall behind it: they are moved to the last second."""
    return replace(posts, at_us=np.minimum(posts.at_us, end_us - 1000))


def _observed(scenario: Scenario, accounts: Accounts, posts: Posts) -> Campaign:
    """Ids, counts and removals: what an export shows of the posts."""
    rng, n = stream(scenario.seed, "observed"), len(posts)
    export = accounts.export[posts.author]
    reposts = np.bincount(posts.ref[(posts.kind == REPOST) & (posts.ref >= 0)], minlength=n)
    likes = (reposts * 2 * rng.random(n) + np.exp(rng.normal(0.5, 1.2, n))).astype(np.int64)
    removals = stream(scenario.seed, "removals")
    posts, deleted, suspended = _gone(removals, scenario, posts, export)
    plain = np.flatnonzero((export == X_V2) & (posts.kind != REPOST))
    withheld = np.zeros(n, np.int64)
    some = removals.choice(plain, min(scenario.removals.withheld, len(plain)), replace=False)
    withheld[some] = removals.integers(1, len(WITHHELD), len(some))
    again = np.flatnonzero(stream(scenario.seed, "duplicates").random(n) < scenario.damage.duplicates)
    ids = snowflakes(stream(scenario.seed, "ids"), posts.at_us)
    on_telegram = np.flatnonzero(export == TELEGRAM)
    ids[on_telegram] = _message_ids(stream(scenario.seed, "gaps"), posts.author[on_telegram], scenario.removals.gaps)
    return Campaign(
        scenario, accounts, posts, ids, likes, reposts, withheld,
        again[export[again] == X_V2], deleted, suspended,
    )  # fmt: skip


def _gone(rng: np.random.Generator, scenario: Scenario, posts: Posts, export: Ints) -> tuple[Posts, Ints, Ints]:
    """Point some replies and quotes at posts that are gone, and some mentions at accounts that are gone."""
    how, ref, mention = scenario.removals, posts.ref.copy(), posts.mention.copy()
    asks = np.flatnonzero((export == X_V2) & ((posts.kind == REPLY) | (posts.kind == QUOTE)))
    asks = rng.permutation(asks)[: how.deleted]
    ref[asks] = -2 - np.arange(len(asks))
    before = posts.at_us[asks] - (rng.random(len(asks)) * 7_200_000).astype(np.int64) * 1000
    names = rng.permutation(np.flatnonzero((export == X_V2) & (posts.mention >= 0)))[: how.suspended]
    mention[names] = -2 - np.arange(len(names))
    return replace(posts, ref=ref, mention=mention), snowflakes(rng, before), 900_000 + np.arange(len(names))


def _message_ids(rng: np.random.Generator, channel: Ints, gaps: int) -> Ints:
    """Telegram numbers messages in each channel; a deleted one leaves a gap."""
    step = np.ones(len(channel), np.int64)
    if len(step):
        np.add.at(step, rng.integers(0, len(step), gaps), 1)
    out = np.empty(len(channel), np.int64)
    for one in np.unique(channel):
        here = channel == one
        out[here] = 10 + np.cumsum(step[here])
    return out
