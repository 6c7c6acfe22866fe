"""Migrations: the network's traffic moves to another platform, or its links to another host."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from blowback.simulate import texts
from blowback.simulate.people import ACTIVE, BLUESKY, OFFICIAL, REPEATER, X_V2, Ints
from blowback.simulate.posts import MIGRATION, NETWORK, PARTS, POST, Posts
from blowback.simulate.scenario import Migration
from blowback.simulate.seeds import uniform
from blowback.simulate.stage import Played, Stage, after, written


def outlinks(stage: Stage, number: int, how: Migration) -> Played:
    """Posts on X that say where to go.

    Args:
        stage: where it happens.
        number: its place in the scenario.
        how: its parameters.
    """
    rng = stage.stream(f"migration {how.id}")
    authors = rng.choice(stage.who(X_V2, OFFICIAL, ACTIVE, REPEATER), how.outlinks)
    at = np.minimum(after(rng, stage.scenario.at_h(how.start_h), 24.0, how.outlinks), stage.scenario.end_us - 1000)
    host = "sky.example" if how.kind == "platform" else how.target
    pages = rng.integers(0, 12, how.outlinks)
    links = np.array([stage.shelf.link(f"https://{host}/guild/lodge-{int(p) + 1}") for p in pages], np.int64)
    told = {"mechanism": MIGRATION, "which": number, "part": PARTS.index("outlink")}
    return Played(written(rng, authors, at, own=stage.say(rng, authors, "moved"), url=links, **told))


def moved(stage: Stage, posts: Posts) -> tuple[Posts, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The network's ordinary posts after all migrations.

    Of a move to another platform, a share of the posts on X falls away after it, and the same share of those over
    there before it. Of a move to another host, a share of the links leads there.

    Returns:
        The posts, and which of them are kept.
    """
    seed, keep = stage.scenario.seed, np.ones(len(posts), bool)
    export = stage.accounts.export[posts.author]
    for number, how in enumerate(stage.scenario.migrations):
        start, part = stage.scenario.at_h(how.start_h), PARTS.index("moved")
        ordinary, later = posts.mechanism == NETWORK, posts.at_us >= start
        lot = uniform(seed, f"migration {how.id}", stage.accounts.number[posts.author], posts.at_us) < how.share
        if how.kind == "platform":
            keep &= ~(ordinary & lot & ((later & (export == X_V2)) | (~later & (export == BLUESKY))))
            here = ordinary & later & (export == BLUESKY) & (posts.kind == POST)
        else:
            here = ordinary & later & lot & (posts.url >= 0) & (posts.kind == POST)
            here[here] = [urlsplit(texts.url(texts.GUILD, int(u))).netloc == how.origin for u in posts.url[here]]
            posts = replace(posts, url=_led(stage, posts.url, here, how.target))
        posts = replace(
            posts, mechanism=np.where(here, MIGRATION, posts.mechanism), which=np.where(here, number, posts.which),
            part=np.where(here, part, posts.part),
        )  # fmt: skip
    return posts, keep


def _led(stage: Stage, url: Ints, here: np.ndarray[Any, np.dtype[np.bool_]], host: str) -> Ints:
    out = url.copy()
    for i in np.flatnonzero(here):
        path = urlsplit(texts.url(texts.GUILD, int(url[i]))).path
        out[i] = stage.shelf.link(f"https://{host}{path}")
    return out
