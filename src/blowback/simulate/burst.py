"""Bursts: many posts of one hashtag in a short time, planted, announced, or an organic surge after news."""

from __future__ import annotations

import numpy as np

from blowback.simulate import texts
from blowback.simulate.crowd import zipf
from blowback.simulate.people import ACTIVE, OFFICIAL, PRESS, PUBLIC, REPEATER, X_V2, Floats, Ints
from blowback.simulate.posts import BURST, PARTS, QUOTE, REPLY, REPOST, Posts, join, with_all
from blowback.simulate.rhythm import rate_at
from blowback.simulate.scenario import Burst
from blowback.simulate.stage import Played, Stage, after, nothing, written


def burst(stage: Stage, number: int, how: Burst, first: int) -> Played:
    """Posts of one burst.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
        first: position of its first post in the campaign.
    """
    rng, begin = stage.stream(f"burst {how.id}"), stage.scenario.at_h(how.start_h)
    if how.kind == "organic_surge":
        return Played(_surge(stage, rng, number, how, begin, first))
    who = stage.who(X_V2, ACTIVE, REPEATER) if how.who == "network" else stage.who(X_V2, PUBLIC)
    authors = _authors(rng, who, how)
    within = _times(rng, how, len(authors))
    by_client = rng.random(len(authors)) < how.by_client
    # An application posts at whole seconds, people do not.
    at = begin + np.where(by_client, within // 1000 * 1000, within).astype(np.int64) * 1000
    posts = written(
        rng, authors, at, mechanism=BURST, which=number, part=PARTS.index(how.kind),
        topic=texts.TOPICS.index(how.topic), text=rng.integers(0, texts.SENTENCES, len(authors)),
        tag1=stage.shelf.tag(how.hashtag),
    )  # fmt: skip
    if how.client:
        posts = with_all(posts, client=np.where(by_client, stage.shelf.client(how.client), posts.client))
    notice = _notice(stage, rng, number, how, begin)
    return Played(join([notice, posts]), ({"announced_for": begin} if len(notice) else {},))


def _authors(rng: np.random.Generator, who: Ints, how: Burst) -> Ints:
    """Who writes each post: the heavy ones their share exactly, everybody else at least once where posts suffice."""
    chosen = rng.permutation(who)[: min(how.accounts, len(who))]
    heavy, light = chosen[: how.heavy], chosen[how.heavy :]
    if not len(chosen):
        return chosen
    loud = _split(np.ones(len(heavy)), round(how.posts * how.heavy_share)) if len(heavy) else np.zeros(0, np.int64)
    left = how.posts - int(loud.sum())
    if not len(light):
        return rng.permutation(np.repeat(heavy, _split(np.ones(len(heavy)), how.posts)))
    once = np.minimum(np.arange(len(light)) < left, 1).astype(np.int64)
    weight = np.exp(rng.normal(0, 0.8, len(light)))
    # Nobody else posts as much as the heavy ones.
    most = int(loud.min()) - 1 if len(loud) and loud.min() > 2 else how.posts
    quiet = once + _split(np.minimum(weight, np.quantile(weight, 0.99)), left - int(once.sum()))
    for _ in range(50):
        over = int(np.maximum(quiet - most, 0).sum())
        if not over:
            break
        quiet = np.minimum(quiet, most)
        quiet += _split(np.where(quiet < most, weight, 0), over)
    return rng.permutation(np.repeat(np.concatenate([heavy, light]), np.concatenate([loud, quiet])))


def _split(weights: Floats, total: int) -> Ints:
    """A whole number shared out by weights, largest remainders first."""
    if total <= 0 or not len(weights) or not weights.sum():
        return np.zeros(len(weights), np.int64)
    exact = weights / weights.sum() * total
    out: Ints = np.floor(exact).astype(np.int64)
    out[np.argsort(out - exact, kind="stable")[: total - int(out.sum())]] += 1
    return out


def _times(rng: np.random.Generator, how: Burst, size: int) -> Ints:
    """Milliseconds after the start, in random order."""
    total = how.minutes * 60_000
    if how.profile:
        slot = np.repeat(np.arange(len(how.profile)), _split(np.array(how.profile), size))
        return (rng.permutation(slot + rng.random(size)) * total / len(how.profile)).astype(np.int64)
    # Where a time was named, most are there when it begins.
    shape = 1.05 if how.kind == "announced" else 1.6
    return (rng.beta(shape, 3.0, size) * total).astype(np.int64)


def _notice(stage: Stage, rng: np.random.Generator, number: int, how: Burst, begin: int) -> Posts:
    if how.kind != "announced":
        return nothing(BURST)
    who = np.repeat(stage.who(X_V2, OFFICIAL), 2)
    at = np.maximum(
        begin - int(how.announced_h * 3.6e9) + rng.integers(0, 1_800_000, len(who)) * 1000, stage.scenario.start_us
    )
    own = stage.say(rng, who, "slot")
    part = PARTS.index("notice")
    return written(rng, who, at, mechanism=BURST, which=number, part=part, own=own, tag1=stage.shelf.tag(how.hashtag))


def _surge(stage: Stage, rng: np.random.Generator, number: int, how: Burst, begin: int, first: int) -> Posts:
    """News break, and people write, pass on and answer, each in his own words, while they are awake."""
    crowd, part = stage.who(X_V2, PUBLIC), PARTS.index(how.kind)
    press = stage.who(X_V2, PRESS)
    press = rng.permutation(press if len(press) else crowd)[:4]  # who hears of it first
    told = {"mechanism": BURST, "which": number, "part": part, "topic": texts.CUP}
    tag = stage.shelf.tag(how.hashtag)
    at = begin + np.sort(rng.integers(0, 240_000, len(press))) * 1000
    at[0] = begin
    news = written(
        rng,
        press,
        at,
        own=stage.say(rng, press, "news", topic=texts.CUP),
        tag1=tag,
        url=rng.integers(0, texts.URLS, len(press)),
        **told,
    )
    size = max(0, how.posts - len(news))
    authors, at = _awake_people(stage, rng, how, begin, rng.permutation(crowd)[: how.accounts], size)
    kind = rng.choice((0, REPOST, REPLY, QUOTE), len(authors), p=(0.42, 0.42, 0.1, 0.06))
    ref = _what_is_there(rng, at, kind, news)
    own = np.where(kind == REPOST, -1, stage.say(rng, authors, "news", topic=texts.CUP))
    own = np.where(rng.random(len(authors)) < 0.5, own, -1)  # the others speak of it in the words of any evening
    rest = written(rng, authors, at, text=rng.integers(0, texts.SENTENCES, len(authors)), **told)
    rest = with_all(
        rest,
        kind=kind,
        ref=np.where(ref >= 0, first + ref, -1),
        own=own,
        tag1=np.where((kind == 0) | (kind == QUOTE), tag, -1),
    )
    return join([news, rest])


def _awake_people(
    stage: Stage, rng: np.random.Generator, how: Burst, begin: int, who: Ints, size: int
) -> tuple[Ints, Ints]:
    # Most of those who speak of news do so once; who writes much anyway writes more of it.
    weight = stage.accounts.activity[who]
    more = who[rng.choice(len(who), max(0, size - len(who)), p=weight / weight.sum())]
    authors = rng.permutation(np.concatenate([who[:size], more]))
    at = np.zeros(size, np.int64)
    todo = np.arange(size)
    for _ in range(60):
        when = after(rng, begin, how.minutes / 240, len(todo), shape=1.5) + 20_000_000
        awake = rate_at(when, stage.accounts.zone_h[authors[todo]], diurnal=stage.scenario.x.diurnal, weekend=1.0)
        fine = (rng.random(len(todo)) < np.maximum(awake, 0.05)) & (when < begin + how.minutes * 6e7)
        at[todo[fine]] = when[fine]
        todo = todo[~fine]
    done = at > 0
    order = np.argsort(at[done], kind="stable")
    return authors[done][order], at[done][order]


def _what_is_there(rng: np.random.Generator, at: Ints, kind: Ints, news: Posts) -> Ints:
    """What is passed on or answered: one of the news, or of the first posts of people, if it is there by then."""
    people = np.flatnonzero(kind == 0)[:30]
    place = np.concatenate([np.arange(len(news)), len(news) + people])
    times = np.concatenate([news.at_us, at[people]])
    pick = rng.choice(len(place), len(at), p=zipf(len(place), 0.9))
    pick = np.where(times[pick] + 5_000_000 < at, pick, 0)
    return np.where((kind == 0), -1, place[pick])
