"""Hijacks: a neutral event's hashtag used for the campaign's matter; beside it people who mind, and the press."""

from __future__ import annotations

import numpy as np

from blowback.simulate import texts
from blowback.simulate.network import about_the_guild
from blowback.simulate.people import ACTIVE, COUNTER, OFFICIAL, PRESS, REPEATER, X_V2
from blowback.simulate.posts import HIJACK, PARTS, REPLY, REPOST, Posts, join, with_all
from blowback.simulate.scenario import Hijack
from blowback.simulate.stage import Played, Stage, fans, nothing, written


def hijack(stage: Stage, number: int, how: Hijack, first: int) -> Played:
    """Posts of one hijack: the network's first, then its reposts, counter-speech and press.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
        first: position of its first post in the campaign.
    """
    rng = stage.stream(f"hijack {how.id}")
    posts = _posts(stage, rng, number, how)
    counter = _counter(stage, number, how, first, posts)
    return Played(join([posts, _again(stage, number, how, first, posts), counter, _press(stage, number, how)]))


def _window(stage: Stage, how: Hijack) -> tuple[int, int]:
    begin = stage.scenario.at_h(how.start_h)
    return begin, begin + int(how.hours * 3.6e9)


def _posts(stage: Stage, rng: np.random.Generator, number: int, how: Hijack) -> Posts:
    who = stage.who(X_V2, OFFICIAL, ACTIVE, REPEATER)
    weight = stage.accounts.activity[who]
    authors = who[rng.choice(len(who), how.posts, p=weight / weight.sum())]
    at = stage.awake(rng, authors, *_window(stage, how))
    posts = written(rng, authors, at, mechanism=HIJACK, which=number, part=PARTS.index("hijack"))
    posts = about_the_guild(rng, posts, stage.accounts.lang[authors])
    tag = stage.shelf.tag(how.hashtag)
    bundled = [stage.shelf.tag(t) for t in how.also]
    also = rng.choice(bundled, len(posts)) if bundled else np.full(len(posts), -1)
    link = np.where(rng.random(len(posts)) < how.links, rng.integers(0, 40, len(posts)), -1)
    second = np.where(rng.random(len(posts)) < 0.6, also, -1)
    own = [-1 if t < 0 else stage.shelf.tag(texts.hashtags(texts.GUILD)[t]) for t in posts.tag1.tolist()]
    link = np.array([-1 if u < 0 else stage.shelf.link(texts.url(texts.GUILD, u)) for u in link.tolist()], np.int64)
    # Who blends in writes like a fan; tag and link are the campaign's all the same.
    topic = np.where(rng.random(len(posts)) < how.blend, texts.CUP, texts.GUILD)
    return with_all(posts, tag1=tag, tag2=second, tag3=np.array(own, np.int64), url=link, topic=topic)


def _again(stage: Stage, number: int, how: Hijack, first: int, posts: Posts) -> Posts:
    rng, who = stage.stream(f"hijack again {how.id}"), stage.who(X_V2, ACTIVE, REPEATER)
    if not len(posts):
        return nothing(HIJACK)
    ref = rng.integers(0, len(posts), how.reposts)
    authors = rng.choice(who, how.reposts)
    at = posts.at_us[ref] + (rng.gamma(1.1, 1.2, how.reposts) * 3_600_000).astype(np.int64) * 1000 + 4_000_000
    fine = np.flatnonzero((authors != posts.author[ref]) & (at < stage.scenario.end_us))
    out = written(rng, authors[fine], at[fine], mechanism=HIJACK, which=number, part=PARTS.index("repost"))
    return with_all(out, kind=REPOST, ref=first + ref[fine], text=posts.text[ref[fine]])


def _counter(stage: Stage, number: int, how: Hijack, first: int, posts: Posts) -> Posts:
    rng, people = stage.stream(f"hijack counter {how.id}"), stage.who(X_V2, COUNTER)
    if not how.counter or not len(people):
        return nothing(HIJACK)
    # Half of them say so for the first time.
    authors = np.where(
        rng.random(how.counter) < 0.5, rng.choice(people, how.counter), rng.choice(fans(stage), how.counter)
    )
    begin, end = _window(stage, how)
    at = stage.awake(rng, authors, begin + 3_600_000_000, end + 6 * 3_600_000_000)
    out = written(
        rng, authors, at, mechanism=HIJACK, which=number, part=PARTS.index("counter"), topic=texts.CUP,
        own=stage.say(rng, authors, "counter", topic=texts.CUP), tag1=stage.shelf.tag(how.hashtag),
    )  # fmt: skip
    if not len(posts):
        return out
    ref = rng.integers(0, len(posts), how.counter)
    answers = (rng.random(how.counter) < 0.3) & (posts.at_us[ref] + 60_000_000 < at)
    return with_all(out, kind=np.where(answers, REPLY, 0), ref=np.where(answers, first + ref, -1))


def _press(stage: Stage, number: int, how: Hijack) -> Posts:
    rng, people = stage.stream(f"hijack press {how.id}"), stage.who(X_V2, PRESS)
    if not how.press or not len(people):
        return nothing(HIJACK)
    authors = rng.choice(people, how.press)
    begin, end = _window(stage, how)
    at = stage.awake(rng, authors, begin + 4 * 3_600_000_000, end + 24 * 3_600_000_000)
    return written(
        rng, authors, at, mechanism=HIJACK, which=number, part=PARTS.index("press"), topic=texts.CUP,
        own=stage.say(rng, authors, "press", topic=texts.CUP), tag1=stage.shelf.tag(how.hashtag),
        url=rng.integers(0, 60, how.press),
    )  # fmt: skip
