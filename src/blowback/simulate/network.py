"""The campaign's daily traffic: official and active accounts write, repeaters pass on, channels carry it further."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from blowback.simulate import texts
from blowback.simulate.crowd import attention, passed_on, tags, zipf
from blowback.simulate.people import ACTIVE, BLUESKY, OFFICIAL, REPEATER, TELEGRAM, X_V2, Ints
from blowback.simulate.posts import NETWORK, REPOST, Posts, join, with_all
from blowback.simulate.stage import Played, Stage, nothing, written

_LINKED = 0.35


def network(stage: Stage, first: int) -> Played:
    """Ordinary posts of the network on all platforms.

    Args:
        stage: where it happens.
        first: position of its first post in the campaign.
    """
    how = stage.scenario.network
    speakers = stage.who(X_V2, OFFICIAL, ACTIVE)
    out = [_originals(stage, "network x", speakers, how.posts)]
    out.append(_again(stage, out[0], first, how.reposts))
    channels = stage.who(TELEGRAM, OFFICIAL, ACTIVE)
    out.append(_originals(stage, "network channels", channels, how.channel_posts))
    before = first + len(out[0]) + len(out[1])
    out.append(_forwards(stage, out[2], before, how.channel_posts // 3))
    out.append(_originals(stage, "network sky", stage.who(BLUESKY, OFFICIAL, ACTIVE), how.sky_posts))
    return Played(join(out))


def _originals(stage: Stage, name: str, who: Ints, size: int) -> Posts:
    rng, scenario = stage.stream(name), stage.scenario
    if not len(who) or not size:
        return nothing(NETWORK)
    weight = stage.accounts.activity[who]
    authors = who[rng.choice(len(who), size, p=weight / weight.sum())]
    at = stage.awake(rng, authors, scenario.start_us, scenario.end_us)
    posts = written(rng, authors, at, mechanism=NETWORK, which=-1, part=0)
    return about_the_guild(rng, posts, stage.accounts.lang[authors])


def about_the_guild(rng: np.random.Generator, posts: Posts, langs: Ints) -> Posts:
    """The same posts with sentences, tags and links of the campaign's own matter."""
    size = len(posts)
    urls = zipf(texts.URLS, 0.9)
    link = np.where(rng.random(size) < _LINKED, rng.choice(len(urls), size, p=urls), -1)
    tag = np.where(rng.random(size) < 0.7, tags(rng, posts.topic, langs), -1)
    return with_all(posts, text=rng.integers(0, texts.SENTENCES, size), tag1=tag, url=link)


def _again(stage: Stage, originals: Posts, first: int, size: int) -> Posts:
    rng, scene = stage.stream("network again"), stage.scenes[X_V2]
    if not len(originals) or not size:
        return nothing(NETWORK)
    how = replace(scene.how, objects=len(originals), news=0, zipf=0.6)
    objects = attention(rng, originals, np.arange(len(originals)), how, scene.window[1])
    who = stage.who(X_V2, ACTIVE, REPEATER)
    posts = passed_on(rng, scene, who, objects=objects, count=size, kind=REPOST, mechanism=NETWORK)
    return replace(posts, ref=posts.ref + first)


def _forwards(stage: Stage, originals: Posts, first: int, size: int) -> Posts:
    """Channels forward each other's messages within hours."""
    rng, who = stage.stream("network forwards"), stage.who(TELEGRAM, OFFICIAL, ACTIVE)
    if len(who) < 2 or not len(originals):
        return nothing(NETWORK)
    pick = rng.integers(0, len(originals), size)
    author = rng.choice(who, size)
    at = originals.at_us[pick] + (rng.gamma(1.2, 2.0, size) * 3_600_000).astype(np.int64) * 1000 + 30_000_000
    fine = (author != originals.author[pick]) & (at < stage.scenario.end_us)
    author, at, pick = author[fine], at[fine], pick[fine]
    posts = written(rng, author, at, mechanism=NETWORK, which=-1, part=0, text=originals.text[pick])
    return with_all(posts, kind=REPOST, ref=first + pick)
