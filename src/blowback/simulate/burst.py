"""A burst: many posts of one hashtag in a short slot, partly by one application (a "Twitter bomb")."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from blowback.simulate.crowd import clients
from blowback.simulate.people import Ints
from blowback.simulate.posts import BURST, Posts, blank
from blowback.simulate.rhythm import HOUR_US
from blowback.simulate.scenario import Burst

OWN_TAG = -2
OWN_CLIENT = -1


def burst(rng: np.random.Generator, crowd: Ints, how: Burst, start_us: int) -> Posts:
    """Posts of the burst by accounts of the crowd; the application posts at whole seconds, people do not.

    Args:
        rng: the burst's stream.
        crowd: positions of the accounts it may draw on.
        how: its parameters.
        start_us: start of the scenario, UTC microseconds.
    """
    who = rng.choice(crowd, min(how.accounts, len(crowd)), replace=False)
    # Each takes part at least once where there are enough posts.
    author = np.concatenate([who, rng.choice(who, max(0, how.posts - len(who)))])[: how.posts]
    begin = start_us + int(how.start_h * HOUR_US)
    within = rng.beta(1.6, 3.0, len(author)) * how.minutes * 60_000
    by_client = rng.random(len(author)) < how.by_client
    at = begin + np.where(by_client, within // 1000 * 1000, within).astype(np.int64) * 1000
    out = blank(author, at, topic=np.zeros(len(author), np.int64), mechanism=BURST, client=clients(rng, len(author)))
    return replace(
        out,
        text=rng.integers(0, 2**40, len(author)),
        tag1=np.full(len(author), OWN_TAG, np.int64),
        client=np.where(by_client, OWN_CLIENT, out.client),
    )
