"""The organic crowd: rhythm, heavy-tailed activity, and attention that follows Zipf's law with news-like bursts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from blowback.simulate import texts
from blowback.simulate.people import ON_X, PUBLIC, X_V2, Accounts, Floats, Ints
from blowback.simulate.posts import CAMOUFLAGE, CROWD, QUOTE, REPLY, REPOST, Posts, blank, join
from blowback.simulate.rhythm import HOUR_US, instants, rate_at
from blowback.simulate.scenario import Crowd

_ENGLISH, _FOREIGN = 0.15, 0.01  # how much a tag in English, or in another language, counts beside one's own
_ROUNDS = 60  # redraws before an action that finds no account and hour is given up


@dataclass(frozen=True, slots=True)
class Attention:
    """The objects that posts may pass on, in the order of attention."""

    post: Ints  # position in the posts
    author: Ints
    at_us: Ints
    topic: Ints
    text: Ints
    scale_us: Floats  # how fast they are passed on
    weight: Floats  # sums to 1


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a mechanism acts: all accounts, the window (UTC microseconds, end exclusive), the crowd's parameters."""

    accounts: Accounts
    window: tuple[int, int]
    how: Crowd


def zipf(count: int, exponent: float) -> Floats:
    """Weights rank ** -exponent of `count` ranks, summing to 1."""
    raw = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    out: Floats = raw / raw.sum()
    return out


def originals(rng: np.random.Generator, scene: Scene, authors: Ints, mechanism: int) -> Posts:
    """New posts by these authors, in their rhythm, with sentences, hashtags, links and mentions of the bank."""
    count, accounts, how = len(authors), scene.accounts, scene.how
    at = instants(rng, accounts.zone_h[authors], *scene.window, diurnal=how.diurnal, weekend=how.weekend)
    # Most write on their own topic, some stray.
    topic = np.where(rng.random(count) < 0.85, accounts.topic[authors], rng.integers(0, texts.CROWD_TOPICS, count))
    plain = blank(authors, at, topic=topic, mechanism=mechanism, client=clients(rng, count))
    return dressed(rng, plain, accounts)


def dressed(rng: np.random.Generator, posts: Posts, accounts: Accounts) -> Posts:
    """The same posts with sentences, and with the hashtags, links and mentions that an ordinary post has."""
    count = len(posts)
    urls = zipf(texts.URLS, 0.9)
    langs = accounts.lang[posts.author]
    tag1, tag2 = (tags(rng, posts.topic, langs) for _ in range(2))
    tagged = rng.random(count)
    tag1 = np.where(tagged < 0.5, tag1, -1)
    tag2 = np.where((tagged < 0.2) & (tag2 != tag1), tag2, -1)
    link = np.where(rng.random(count) < 0.25, rng.choice(len(urls), count, p=urls), -1)
    here = int(accounts.export[posts.author[0]]) if count else X_V2
    # Ordinary people mention ordinary people, of whom there must not be more because a mechanism has more accounts.
    near = np.flatnonzero((accounts.export == (X_V2 if here in ON_X else here)) & (accounts.role == PUBLIC))
    mention = np.where(rng.random(count) < 0.1, rng.choice(near, count), -1)
    text = rng.integers(0, texts.SENTENCES, count)
    return replace(posts, text=text, tag1=tag1, tag2=tag2, url=link, mention=mention)


def tags(rng: np.random.Generator, topic: Ints, lang: Ints) -> Ints:
    """A hashtag for each post, by Zipf's law over those of its topic: mostly in its own language, some in English."""
    out, draw = np.zeros(len(topic), np.int64), rng.random(len(topic))
    for t in range(len(texts.TOPICS)):
        of = np.array(texts.tag_languages(t))
        for k in range(len(texts.LANGS)):
            weight = zipf(len(of), 1.0) * np.where(of == k, 1.0, np.where(of == 0, _ENGLISH, _FOREIGN))
            here = (topic == t) & (lang == k)
            out[here] = np.searchsorted(np.cumsum(weight / weight.sum())[:-1], draw[here])
    return out


def clients(rng: np.random.Generator, count: int) -> Ints:
    """Which application each post was made with: positions in `posts.CLIENTS`."""
    return rng.choice(4, count, p=(0.5, 0.3, 0.17, 0.03)).astype(np.int64)


def attention(rng: np.random.Generator, posts: Posts, fit: Ints, how: Crowd, end_us: int) -> Attention:
    """Choose which originals can be passed on, give them ranks, and make some of them news.

    Args:
        rng: the stream.
        posts: the originals.
        fit: positions of the originals that may be chosen.
        how: how many objects, the exponent, how many are news (the first ranks, every second).
        end_us: originals of the last day are left out, so that attention has time to arrive.
    """
    fit = fit[posts.at_us[fit] < end_us - 24 * HOUR_US]
    chosen = rng.permutation(fit)[: how.objects]
    rank = np.arange(len(chosen))
    news = (rank % 2 == 0) & (rank < 2 * how.news)
    scale = np.where(news, 0.4 * HOUR_US, 5.0 * HOUR_US)
    return Attention(
        post=chosen,
        author=posts.author[chosen],
        at_us=posts.at_us[chosen],
        topic=posts.topic[chosen],
        text=posts.text[chosen],
        scale_us=scale,
        weight=zipf(len(chosen), how.zipf),
    )


def passed_on(
    rng: np.random.Generator, scene: Scene, who: Ints, *, objects: Attention, count: int, kind: int, mechanism: int
) -> Posts:
    """Reposts, replies or quotes: an object by Zipf, a heavy-tailed (Lomax) delay, an account awake at that hour.

    The object is drawn once and kept, so that the attention law is exact; account and delay are drawn again
    until the account is awake, is not the author and has not passed on this object before.
    """
    accounts, how = scene.accounts, scene.how
    count = count if len(objects.post) else 0
    share = accounts.activity[who] / accounts.activity[who].sum()
    if not count:
        none = np.zeros(0, np.int64)
        return blank(none, none, topic=none, mechanism=mechanism, client=none)
    obj = rng.choice(len(objects.post), count, p=objects.weight)
    author, at = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    todo = np.arange(count)
    for _ in range(_ROUNDS):
        if not len(todo):
            break
        o = obj[todo]
        someone = who[rng.choice(len(who), len(todo), p=share)]
        delay = objects.scale_us[o] * rng.pareto(1.3, len(todo))
        when = objects.at_us[o] + (np.minimum(delay, 2e13) / 1000).astype(np.int64) * 1000 + 2_000_000
        awake = rate_at(when, accounts.zone_h[someone], diurnal=how.diurnal, weekend=how.weekend)
        fine = (rng.random(len(todo)) < awake) & (when < scene.window[1]) & (someone != objects.author[o])
        fine &= _new(author, obj, todo, someone, kind)
        author[todo[fine]], at[todo[fine]] = someone[fine], when[fine]
        todo = todo[~fine]
    done = np.flatnonzero(author >= 0)
    out = blank(
        author[done], at[done], topic=objects.topic[obj[done]], mechanism=mechanism, client=clients(rng, len(done))
    )
    out = replace(out, kind=np.full(len(done), kind, np.int64), ref=objects.post[obj[done]])
    if kind == REPOST:
        return replace(out, text=objects.text[obj[done]])
    return replace(out, text=rng.integers(0, texts.SENTENCES, len(done)))


def _new(author: Ints, obj: Ints, todo: Ints, someone: Ints, kind: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of the drawn (account, object) pairs have not occurred: earlier, or further up in this round."""
    if kind != REPOST:
        return np.ones(len(todo), np.bool_)
    key = someone * len(obj) + obj[todo]
    had = author >= 0
    fresh = ~np.isin(key, author[had] * len(obj) + obj[had])
    first = np.zeros(len(todo), np.bool_)
    first[np.unique(key, return_index=True)[1]] = True
    return fresh & first


def crowd(rng: np.random.Generator, scene: Scene, who: Ints, *, fit_export: int) -> tuple[Posts, Attention]:
    """All ordinary posts of a platform's crowd, originals first.

    Args:
        rng: the crowd's stream.
        scene: accounts, window and parameters.
        who: positions of the crowd's accounts.
        fit_export: only originals in this export are passed on (what is suspended leaves no reposts behind).

    Returns:
        The posts, with `ref` as positions in them, and the objects of attention.
    """
    accounts, how = scene.accounts, scene.how
    counts = {k: round(how.posts * s) for k, s in ((REPOST, how.reposts), (REPLY, how.replies), (QUOTE, how.quotes))}
    share = accounts.activity[who] / accounts.activity[who].sum()
    authors = who[rng.choice(len(who), how.posts - sum(counts.values()), p=share)]
    first = originals(rng, scene, authors, CROWD)
    fit = np.flatnonzero(accounts.export[first.author] == fit_export)
    objects = attention(rng, first, fit, how, scene.window[1])
    rest = [
        passed_on(rng, scene, who, objects=objects, count=n, kind=kind, mechanism=CROWD) for kind, n in counts.items()
    ]
    return join([first, *rest]), objects


def ordinary(rng: np.random.Generator, scene: Scene, who: Ints, *, each: int, objects: Attention) -> Posts:
    """Camouflage: `each` ordinary posts of each account, half originals, half reposts of what the crowd passes on."""
    made = originals(rng, scene, np.repeat(who, each - each // 2), CAMOUFLAGE)
    count = len(who) * (each // 2)
    again = passed_on(rng, scene, who, objects=objects, count=count, kind=REPOST, mechanism=CAMOUFLAGE)
    return join([made, again])
