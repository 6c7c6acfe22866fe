"""What an export shows of the posts: ids, counts, second copies, what is gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blowback.simulate.people import BLUESKY, ON_X, REDDIT, TELEGRAM, X_V2, Accounts, Ints
from blowback.simulate.posts import QUOTE, REPLY, REPOST, Posts
from blowback.simulate.removal import Fate, Gone, gone
from blowback.simulate.scenario import Scenario
from blowback.simulate.seeds import noise, stream, uniform
from blowback.simulate.snowflake import snowflakes, tids

WITHHELD = ("", "copyright", "DE,FR", "TR")


@dataclass(frozen=True, slots=True)
class Observed:
    """Columns beside the posts, and lists of positions."""

    native: Ints  # X: Snowflake; Telegram: message id in its channel; Bluesky: TID; Reddit: number of the id
    likes: Ints
    reposts: Ints  # those simulated
    views: Ints  # how often it was shown, as the platform counts; grows with followers and likes
    withheld: Ints  # position in WITHHELD
    ref: Ints  # as in the posts; -2 - k: the k-th deleted post
    mention: Ints  # as in the posts; -2 - k: the k-th suspended account
    again: Ints  # positions of the posts that are exported twice
    moderated: Ints  # positions of Reddit posts whose text is gone
    deleted: Ints  # Snowflakes of posts that are answered or quoted but gone
    suspended: Ints  # numbers of accounts that are mentioned but gone
    gone: Gone


def observed(scenario: Scenario, accounts: Accounts, posts: Posts, fate: Fate) -> Observed:
    """Look at the posts as the exports do. What is seen of a post depends on the post alone, not on its place."""
    export, seed = accounts.export[posts.author], scenario.seed
    key = (accounts.number[posts.author], posts.at_us)
    reposts = np.bincount(posts.ref[(posts.kind == REPOST) & (posts.ref >= 0)], minlength=len(posts))
    rare = np.exp(-2.2 + 5.5 * uniform(seed, "likes", *key) ** 3)
    likes = (reposts * 2 * uniform(seed, "liked", *key) + rare).astype(np.int64)
    reach = accounts.followers[posts.author] * 0.08 + likes * 25 + 3
    views = (reach * (0.4 + 1.2 * uniform(seed, "views", *key))).astype(np.int64)
    rules = scenario.removals
    withheld = np.zeros(len(posts), np.int64)
    some = _some(seed, "withheld", key, (export == X_V2) & (posts.kind != REPOST), rules.withheld)
    withheld[some] = 1 + noise(seed, "basis", *(k[some] for k in key)) % (len(WITHHELD) - 1)
    twice = (uniform(seed, "duplicates", *key) < scenario.damage.duplicates) & (export == X_V2)
    ref, mention, deleted, suspended = _missing(scenario, posts, key, export)
    silenced = _some(seed, "moderated", key, (export == REDDIT) & (posts.kind == REPLY), rules.moderated)
    return Observed(
        native=_ids(scenario, posts, key, export), likes=likes, reposts=reposts, views=views, withheld=withheld, ref=ref,
        mention=mention, again=np.flatnonzero(twice), moderated=silenced, deleted=deleted, suspended=suspended,
        gone=gone(scenario, posts, export, fate),
    )  # fmt: skip


def _some(
    seed: int, name: str, key: tuple[Ints, Ints], fit: np.ndarray[tuple[int], np.dtype[np.bool_]], size: int
) -> Ints:
    """At most so many of the fitting posts, by a lot that each draws for itself."""
    where = np.flatnonzero(fit)
    lot = noise(seed, name, *(k[where] for k in key))
    return np.sort(where[np.argsort(lot, kind="stable")[:size]])


def _missing(scenario: Scenario, posts: Posts, key: tuple[Ints, Ints], export: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Point some replies and quotes at posts that are gone, and some mentions at accounts that are gone."""
    seed, how, ref, mention = scenario.seed, scenario.removals, posts.ref.copy(), posts.mention.copy()
    plain = (export == X_V2) & (posts.mechanism <= 1)
    asks = _some(seed, "deleted", key, plain & ((posts.kind == REPLY) | (posts.kind == QUOTE)), how.deleted)
    ref[asks] = -2 - np.arange(len(asks))
    mine = [k[asks] for k in key]
    before = posts.at_us[asks] - (uniform(seed, "before", *mine) * 7_200_000).astype(np.int64) * 1000
    names = _some(seed, "suspended", key, plain & (posts.mention >= 0), how.suspended)
    mention[names] = -2 - np.arange(len(names))
    return ref, mention, snowflakes(noise(seed, "gone ids", *mine), before), 1_590_000 + np.arange(len(names))


def _ids(scenario: Scenario, posts: Posts, key: tuple[Ints, Ints], export: Ints) -> Ints:
    lot, ids = noise(scenario.seed, "ids", *key), np.zeros(len(posts), np.int64)
    on_x, sky = np.flatnonzero(np.isin(export, ON_X)), np.flatnonzero(export == BLUESKY)
    ids[on_x] = snowflakes(lot[on_x], posts.at_us[on_x])
    ids[sky] = tids(lot[sky], posts.at_us[sky])
    reddit, telegram = np.flatnonzero(export == REDDIT), np.flatnonzero(export == TELEGRAM)
    ids[reddit] = 60_000_000 + np.arange(len(reddit))
    ids[telegram] = _message_ids(stream(scenario.seed, "gaps"), posts.author[telegram], scenario.removals.gaps)
    return ids


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
