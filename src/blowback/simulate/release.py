"""Staged releases: one item on several hosts and in several languages at once; seed, amplify, release, repost."""

from __future__ import annotations

import hashlib

import numpy as np

from blowback.simulate import texts
from blowback.simulate.people import ACTIVE, BLUESKY, OFFICIAL, REPEATER, TELEGRAM, X_V2, Ints
from blowback.simulate.phrases import phrase
from blowback.simulate.posts import PARTS, RELEASE, REPOST, Posts, join, with_all
from blowback.simulate.scenario import Release
from blowback.simulate.stage import Note, Played, Stage, after, nothing, said, written

_HOUR = 3_600_000_000


class _Item:
    """One item of a release series: its titles, links and file."""

    def __init__(self, stage: Stage, how: Release, k: int) -> None:
        self.how = how
        digest = hashlib.sha256(f"{stage.scenario.seed} {how.id} {k}".encode()).digest()
        number = int.from_bytes(digest[:6], "big")
        self.langs = tuple(texts.LANGS.index(c) for c in how.langs)
        self.titles = {lang: phrase("title", lang, number) for lang in range(3)}
        self.at_us = stage.scenario.at_h(how.start_h + k * how.every_h)
        self.medium = stage.shelf.medium(digest.hex()[:40], how.medium)
        slug = texts.slug(number)
        # The first host has one file for all languages, the others one page for each.
        self.links = {
            (host, lang): stage.shelf.link(f"https://{host}/{slug}" + ("" if h == 0 else f"-{texts.LANGS[lang]}"))
            for h, host in enumerate(how.hosts)
            for lang in self.langs
        }

    def say(self, stage: Stage, rng: np.random.Generator, kind: str, langs: list[int]) -> Ints:
        """A phrase with the title for each post, in the language given."""
        numbers = rng.integers(0, texts.SENTENCES, (len(langs), 2)).tolist()
        made = [
            stage.shelf.say(said(kind, lang, n, title=self.titles[lang]), lang)
            for lang, n in zip(langs, numbers, strict=True)
        ]
        return np.array(made, np.int64)


def release(stage: Stage, number: int, how: Release, first: int, *, k: int) -> Played:
    """Posts of the k-th item of a release series.

    Args:
        stage: where it happens.
        number: its number among all items of all series.
        how: the parameters of the series.
        first: position of its first post in the campaign.
        k: which of the series.
    """
    item = _Item(stage, how, k)
    name = f"release {how.id} {k}"
    seed, out = _seed(stage, item, name, number), _out(stage, item, name, number)
    ahead = _amplify(stage, item, name, number)
    so_far = [seed, ahead, out]
    again = _again(stage, item, name, number, out, first + len(seed) + len(ahead))
    note: Note = {
        "hosts": list(how.hosts), "langs": list(how.langs), "medium": how.medium, "media": stage.shelf.media[item.medium][0],
        "titles": {texts.LANGS[lang]: item.titles[lang] for lang in item.langs},
        "links": sorted({stage.shelf.links[-2 - code] for code in item.links.values()}),
    }  # fmt: skip
    return Played(join([*so_far, again, _mirrors(stage, item, name, number)]), (note,))


def _official(stage: Stage) -> list[Ints]:
    """Official accounts by platform, where there are any."""
    return [who for who in (stage.who(e, OFFICIAL) for e in (TELEGRAM, X_V2, BLUESKY)) if len(who)]


def _seed(stage: Stage, item: _Item, name: str, number: int) -> Posts:
    """An official outlet says that something comes; or puts it on its first host, where early copies are wanted."""
    rng = stage.stream(f"{name} seed")
    who = _official(stage)[0][:1]
    at = np.array([item.at_us - int(item.how.seed_h * _HOUR)]) // 1000 * 1000
    lang, early = item.langs[0], item.how.early > 0
    return written(
        rng, who, np.maximum(at, stage.scenario.start_us), mechanism=RELEASE, which=number, part=PARTS.index("seed"),
        own=item.say(stage, rng, "release" if early else "soon", [lang]), tag1=stage.shelf.tag(_tag([lang])),
        url=item.links[item.how.hosts[0], lang] if early else -1, media=item.medium if early else -1,
    )  # fmt: skip


def _amplify(stage: Stage, item: _Item, name: str, number: int) -> Posts:
    """Supporters say that something comes; some may have found the first copy."""
    rng, how = stage.stream(f"{name} amplify"), item.how
    authors = rng.choice(stage.who(X_V2, ACTIVE, REPEATER), how.amplify)
    lead = how.seed_h * _HOUR
    at = item.at_us - (rng.beta(1.2, 2.2, how.amplify) * lead * 0.9).astype(np.int64) // 1000 * 1000 - 120_000_000
    langs = [int(x) if int(x) in item.langs else item.langs[0] for x in stage.accounts.lang[authors]]
    link = np.array([item.links[how.hosts[0], x] for x in langs], np.int64)
    found = rng.random(how.amplify) < how.early
    return written(
        rng, authors, np.maximum(at, stage.scenario.start_us), mechanism=RELEASE, which=number, part=PARTS.index("amplify"),
        own=item.say(stage, rng, "soon", langs), url=np.where(found, link, -1), tag1=stage.shelf.tag(_tag(langs)),
    )  # fmt: skip


def _tag(langs: list[int]) -> str:
    return texts.bank(texts.GUILD, langs[0] if langs else 0).tags[0]


def _out(stage: Stage, item: _Item, name: str, number: int) -> Posts:
    """All hosts and languages at once, spread over the official accounts of all platforms."""
    rng, how = stage.stream(f"{name} out"), item.how
    pairs = [(host, lang) for lang in item.langs for host in how.hosts]
    platforms = _official(stage)
    authors = []
    for place, (_, lang) in enumerate(pairs):
        here = platforms[place % len(platforms)]
        same = here[stage.accounts.lang[here] == lang]
        authors.append(int(rng.choice(same if len(same) else here)))
    offset = np.sort(rng.random(len(pairs))) * how.spread_min * 60_000
    offset[0] = 0
    langs = [lang for _, lang in pairs]
    return written(
        rng, np.array(authors), item.at_us + offset.astype(np.int64) * 1000, mechanism=RELEASE, which=number,
        part=PARTS.index("release"), own=item.say(stage, rng, "release", langs), media=item.medium,
        url=np.array([item.links[p] for p in pairs]), url2=_second(rng, item, pairs, 0.6),
        tag1=stage.shelf.tag(texts.bank(texts.GUILD, 0).tags[0]),
    )  # fmt: skip


def _second(rng: np.random.Generator, item: _Item, pairs: list[tuple[str, int]], share: float) -> Ints:
    """The same item on the next host, in the same language, for a share of the posts."""
    hosts = item.how.hosts
    if len(hosts) < 2:
        return np.full(len(pairs), -1, np.int64)
    other = [item.links[hosts[(hosts.index(h) + 1) % len(hosts)], lang] for h, lang in pairs]
    return np.where(rng.random(len(pairs)) < share, np.array(other, np.int64), -1)


def _again(stage: Stage, item: _Item, name: str, number: int, out: Posts, first: int) -> Posts:
    """Native reposts of the official posts on X."""
    rng, size = stage.stream(f"{name} again"), item.how.reposts
    on_x = np.flatnonzero(stage.accounts.export[out.author] == X_V2)
    if not len(on_x):
        return nothing(RELEASE)
    ref = rng.choice(on_x, size)
    authors = rng.choice(stage.who(X_V2, ACTIVE, REPEATER), size)
    at = out.at_us[ref] + (rng.gamma(0.9, 5.0, size) * 3_600_000).astype(np.int64) * 1000 + 15_000_000
    fine = np.flatnonzero(at < stage.scenario.end_us)
    posts = written(rng, authors[fine], at[fine], mechanism=RELEASE, which=number, part=PARTS.index("repost"))
    return with_all(posts, kind=REPOST, ref=first + ref[fine])


def _mirrors(stage: Stage, item: _Item, name: str, number: int) -> Posts:
    """Copies of the links by supporters on every platform, over two days."""
    rng, how = stage.stream(f"{name} mirrors"), item.how
    who = np.concatenate([stage.who(e, ACTIVE, REPEATER) for e in (X_V2, TELEGRAM, BLUESKY)])
    authors = rng.choice(who, how.mirrors)
    at = after(rng, item.at_us + 20 * 60_000_000, 14.0, how.mirrors)
    langs = [int(x) if int(x) in item.langs else item.langs[0] for x in stage.accounts.lang[authors]]
    hosts = rng.integers(0, len(how.hosts), how.mirrors)
    link = np.array([item.links[how.hosts[int(h)], x] for h, x in zip(hosts, langs, strict=True)], np.int64)
    second = _second(rng, item, [(how.hosts[int(h)], x) for h, x in zip(hosts, langs, strict=True)], 0.25)
    fine = np.flatnonzero(at < stage.scenario.end_us)
    posts = written(
        rng, authors, at, mechanism=RELEASE, which=number, part=PARTS.index("mirror"), url=link, url2=second,
        own=item.say(stage, rng, "again", langs), media=np.where(rng.random(how.mirrors) < 0.5, item.medium, -1),
    )  # fmt: skip
    return posts.take(fine)
