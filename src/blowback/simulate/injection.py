"""App injections: one application posts the same into many otherwise organic accounts, on a machine's schedule."""

from __future__ import annotations

import numpy as np

from blowback.simulate import texts
from blowback.simulate.crowd import tags
from blowback.simulate.people import PUBLIC, X_V2, Ints
from blowback.simulate.posts import INJECTION, with_all
from blowback.simulate.scenario import Injection
from blowback.simulate.stage import Played, Stage, written


def injection(stage: Stage, number: int, how: Injection) -> Played:
    """Posts of one application: whole seconds, no replies, no night.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
    """
    rng, scenario = stage.stream(f"injection {how.id}"), stage.scenario
    crowd = stage.who(X_V2, PUBLIC)
    users = rng.choice(crowd, min(how.accounts, len(crowd)), replace=False)
    item, authors = _copies(rng, users, how)
    at = _schedule(rng, item, how, scenario.at_h(how.start_h))
    lang = rng.choice(3, how.items, p=(0.4, 0.45, 0.15))
    topic = texts.TOPICS.index(how.topic)
    words = [
        texts.sentence(topic, int(k), int(n))
        for k, n in zip(lang, rng.integers(0, texts.SENTENCES, how.items), strict=True)
    ]
    own = _texts(stage, rng, words, lang, item, templated=how.text == "templated")
    link = np.where(rng.random(how.items) < how.links, rng.integers(0, texts.URLS, how.items), -1)
    tag = np.where(rng.random(how.items) < 0.4, tags(rng, np.full(how.items, topic), lang), -1)
    inside = at < scenario.end_us
    posts = written(
        rng,
        authors,
        at,
        mechanism=INJECTION,
        which=number,
        part=0,
        topic=topic,
        own=own,
        url=link[item],
        tag1=tag[item],
    )
    if how.client:
        posts = with_all(posts, client=stage.shelf.client(how.client))
    return Played(posts.take(np.flatnonzero(inside)), ({"users": users},))


def _copies(rng: np.random.Generator, users: Ints, how: Injection) -> tuple[Ints, Ints]:
    """Which item each post is, and into whose account it goes; an account gets an item once at most."""
    each = np.full(how.items, how.posts // how.items)
    each[: how.posts % how.items] += 1
    each = np.minimum(each, len(users))
    item = np.repeat(np.arange(how.items), each)
    authors = [rng.permutation(users)[:n] for n in each]
    return item, np.concatenate(authors) if authors else np.zeros(0, np.int64)


def _schedule(rng: np.random.Generator, item: Ints, how: Injection, begin: int) -> Ints:
    """Items come at equal intervals, the copies of one at whole seconds with one of the spacings between them."""
    every = max(1, int(how.hours * 3600 / how.items))
    spacing = rng.choice(np.array(how.spacing_s).astype(np.int64), len(item))
    before = np.cumsum(spacing)
    start_of = np.concatenate([[0], before])[np.searchsorted(item, np.arange(how.items))]
    second = item * every + before - start_of[item]
    late = np.abs(rng.normal(0, 1, len(item)) * how.jitter_s).astype(np.int64)
    out: Ints = begin // 1_000_000 * 1_000_000 + (second + late) * 1_000_000
    return out


def _texts(
    stage: Stage, rng: np.random.Generator, words: list[str], lang: Ints, item: Ints, *, templated: bool
) -> Ints:
    """One text for all copies of an item, or one for each copy: the same words with a number of its own behind."""
    if not templated:
        said = np.array([stage.shelf.say(w, int(k)) for w, k in zip(words, lang, strict=True)], np.int64)
        return said[item]
    marks = (
        rng.integers(0, 0x10000, len(lang))[item] + np.arange(len(item)) * 40_503
    ) & 0xFFFF  # no two alike in an item
    made = [
        stage.shelf.say(f"{words[i]} [{m:04x}]", int(lang[i]))
        for i, m in zip(item.tolist(), marks.tolist(), strict=True)
    ]
    return np.array(made, np.int64)
