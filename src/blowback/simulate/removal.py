"""What the platform and the authors remove, who comes back under a new account, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from blowback.simulate import people as p
from blowback.simulate.people import ACTIVE, REPEATER, X_V2, Accounts, Ints
from blowback.simulate.posts import BURST, PARTS, RETURN, Posts, join
from blowback.simulate.scenario import Scenario
from blowback.simulate.seeds import stream
from blowback.simulate.stage import Played, Stage, nothing, written

NEVER: Final = 2**62
_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Fate:
    """For each account: when the platform suspends it, its new account, and when that one begins to post."""

    gone_us: Ints
    heir: Ints  # position, -1 none
    back_us: Ints


def fates(scenario: Scenario, accounts: Accounts, *, first: int) -> tuple[Accounts, Fate]:
    """Decide who is suspended and returns; the new accounts are appended, with no activity of their own.

    Args:
        scenario: its `[removals]` say how many and when.
        accounts: all others.
        first: number of the first new account.
    """
    rng, how, size = stream(scenario.seed, "suspensions"), scenario.removals, len(accounts)
    fit = np.flatnonzero((accounts.export == X_V2) & np.isin(accounts.role, (ACTIVE, REPEATER)))
    gone = np.sort(rng.permutation(fit)[: round(how.network * len(fit))])
    left = scenario.end_us - scenario.at_h(how.from_h)
    sweep = rng.integers(0, how.sweeps, len(gone)) * (left // (how.sweeps + 1))
    at = scenario.at_h(how.from_h) + sweep + rng.integers(0, 3 * 3600, len(gone)) * 1_000_000
    back = at + ((2 + rng.exponential(how.back_h, len(gone))) * 3600).astype(np.int64) * 1_000_000
    returns = (rng.random(len(gone)) < how.returns) & (back < scenario.end_us - 12 * _HOUR)
    old = gone[returns]
    new = p.people(
        stream(scenario.seed, "returns"), len(old), X_V2, first=first, start_us=scenario.start_us, spread=0.5
    )
    new = replace(
        new, lang=accounts.lang[old], topic=accounts.topic[old], zone_h=accounts.zone_h[old], role=accounts.role[old],
        activity=np.zeros(len(old)), followers=accounts.followers[old] // 6, made_us=back[returns] - _HOUR,
    )  # fmt: skip
    fate = Fate(np.full(size + len(old), NEVER), np.full(size + len(old), -1), np.full(size + len(old), NEVER))
    fate.gone_us[gone], fate.heir[old], fate.back_us[old] = at, size + np.arange(len(old)), back[returns]
    return p.join([accounts, new]), fate


def shouts(stage: Stage, fate: Fate) -> Played:
    """Posts of others that announce a new account, by name."""
    old, network = np.flatnonzero(fate.heir >= 0), stage.who(X_V2, ACTIVE, REPEATER)
    each, notes = stage.scenario.removals.shouts, []
    parts = [nothing(RETURN)]
    for number, account in enumerate(old):
        rng = stage.stream(f"shout {int(stage.accounts.number[account])}")
        authors = rng.choice(network[network != account], each)
        back = int(fate.back_us[account])
        at = np.minimum(
            back + (rng.gamma(1.5, 2.0, each) * 3_600_000).astype(np.int64) * 1000, stage.scenario.end_us - 1000
        )
        own, heir = stage.say(rng, authors, "back"), int(fate.heir[account])
        told = {"mechanism": RETURN, "which": number, "part": PARTS.index("shout")}
        parts.append(written(rng, authors, at, own=own, mention=heir, **told))
        notes.append({"old": int(account), "new": heir, "removed_us": int(fate.gone_us[account]), "back_us": back})
    return Played(join(parts), tuple(notes))


def carried_out(posts: Posts, fate: Fate) -> tuple[Posts, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Posts after a suspension are the new account's where it is back by then; the others are not made.

    Returns:
        The posts, and which of them are kept.
    """
    late = posts.at_us >= fate.gone_us[posts.author]
    moved = late & (fate.heir[posts.author] >= 0) & (posts.at_us >= fate.back_us[posts.author])
    author = np.where(moved, fate.heir[posts.author], posts.author)
    return replace(posts, author=author), ~late | moved


@dataclass(frozen=True, slots=True)
class Gone:
    """What a compliance file says: posts (positions) and accounts (positions) with time and reason."""

    posts: Ints
    posts_us: Ints
    reasons: tuple[str, ...]
    accounts: Ints
    accounts_us: Ints


def gone(scenario: Scenario, posts: Posts, export: Ints, fate: Fate) -> Gone:
    """Posts deleted after a burst, posts of suspended accounts, and these accounts; X alone."""
    what, when, why = [], [], []
    for number, burst in enumerate(scenario.bursts):
        own = (posts.mechanism == BURST) & (posts.which == number) & (posts.part == PARTS.index(burst.kind))
        mine = np.flatnonzero(own & (export == X_V2))
        if not len(mine) or not burst.deleted:
            continue
        rng = stream(scenario.seed, f"deleted {burst.id}")
        chosen = np.sort(rng.permutation(mine)[: round(burst.deleted * len(mine))])
        what.append(chosen)
        when.append(posts.at_us[mine].max() + rng.integers(0, 24 * 3600, len(chosen)) * 1_000_000)
        why += ["deleted"] * len(chosen)
    suspended = np.flatnonzero(fate.gone_us < scenario.end_us)
    theirs = np.flatnonzero(np.isin(posts.author, suspended))
    theirs = np.setdiff1d(theirs, np.concatenate([np.zeros(0, np.int64), *what]))
    what.append(theirs)
    when.append(fate.gone_us[posts.author[theirs]])
    why += ["suspended"] * len(theirs)
    return Gone(np.concatenate(what), np.concatenate(when), tuple(why), suspended, fate.gone_us[suspended])
