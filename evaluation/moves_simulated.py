"""Posts with links around a block, with known truth: nothing moves, or accounts move to another host at the bracket."""

# ruff: noqa: E501  # rows of tables on one line

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from blowback.analyses.blocking.tables import OUTPUTS
from blowback.model.tables import TABLES

ZERO = dt.datetime(2031, 1, 1)  # noqa: DTZ001  # zone-less UTC is the house form
HOSTS = (
    "video.example",
    "files.test",
    "mirror.test",
    "news.example",
    "social.example",
    "paste.test",
    "photos.example",
    "forum.test",
)
BLOCKED = HOSTS[0]


@dataclass(frozen=True, slots=True)
class World:
    """How posts behave.

    Args:
        days: that the posts cover; the block is bracketed in the middle.
        accounts, rate: people, and links of each a day on average (heavy-tailed between people).
        moves: share of the uses of the blocked host that go to another one (`to`, place in HOSTS) after the bracket.
        weekly, wander, bursts, drift: strength of the weekly rhythm, of shares that wander from day to day, of days on which
            one host is everywhere, of a trend of the blocked host's share.
        again: share of moved links whose words were posted before with a link to the blocked host. wide: days of the bracket.
    """

    days: int = 120
    accounts: int = 60
    rate: float = 0.6
    moves: float = 0.0
    weekly: float = 0.3
    wander: float = 0.25
    bursts: int = 6
    drift: float = 0.0
    again: float = 0.0
    wide: int = 1
    to: int = 1


def tables(world: World, seed: int) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """(canonical tables, tables of blocking) of one draw."""
    draw = np.random.default_rng([seed, 83])
    share = np.log(np.array([0.25, 0.15, 0.1, 0.2, 0.12, 0.06, 0.07, 0.05]))
    walk = np.zeros((world.days, len(HOSTS)))
    for day in range(1, world.days):
        walk[day] = 0.6 * walk[day - 1] + draw.normal(0, world.wander, len(HOSTS))
    for _ in range(world.bursts):
        start, host = int(draw.integers(world.days)), int(draw.integers(len(HOSTS)))
        walk[start : start + int(draw.integers(1, 4)), host] += 1.2
    walk[:, 0] += np.linspace(-world.drift, world.drift, world.days)
    p = np.exp(share + walk)
    p /= p.sum(1, keepdims=True)
    busy = draw.gamma(1.0, 1.0, world.accounts)
    middle = world.days // 2
    rows = []
    for day in range(world.days):
        level = world.rate * (1 + world.weekly * np.sin(2 * np.pi * day / 7)) * np.exp(draw.normal(0, 0.2))
        for account, n in enumerate(draw.poisson(level * busy)):
            for host in draw.choice(len(HOSTS), int(n), p=p[day]):
                moved = host == 0 and day >= middle + world.wide and draw.random() < world.moves
                rows.append((day, account, world.to if moved else int(host), bool(moved)))
    return _posts(rows, world, draw), blocking(world)


def _posts(rows, world: World, draw) -> dict[str, pa.Table]:
    posts, marks = [], []
    middle, told = world.days // 2, []
    for n, (day, account, host, moved) in enumerate(rows):
        at = ZERO + dt.timedelta(days=day, seconds=int(draw.integers(86_400)))
        word = f"w{n}"
        if host == 0 and day < middle:
            told.append(word)
        if moved and told and draw.random() < world.again:
            word = told[int(draw.integers(len(told)))]
        who = {"post_id": f"x:p{n}", "account_id": f"x:a{account}", "posted_at": at}
        posts.append(
            {
                **who,
                "platform": "x",
                "clock": "exact",
                "kind": "post",
                "text": word,
                "exhibit": "0" * 64,
                "record_no": n + 1,
            }
        )
        marks += [
            {**who, "kind": kind, "value": value, "position": 0, "carried": False}
            for kind, value in (("url", f"https://{HOSTS[host]}/{n:05d}"), ("folded_text", word))
        ]
    asked = [{
        "resolver": "198.51.100.1", "day": "2031-01-01", "clock": "day", "transport": "udp", "asked": BLOCKED, "name": BLOCKED, "qtype": "A",
        "reply_no": 0, "control": False, "exhibit": "1" * 64, "record_no": 1,
    }]  # fmt: skip
    made = {"posts": posts, "marks": marks, "lookups": asked}
    return {n: pa.Table.from_pylist(r, TABLES[n].arrow) for n, r in made.items()}


def day(number: int) -> str:
    """A day of the world as text."""
    return (ZERO + dt.timedelta(days=number)).date().isoformat()


def blocking(world: World, names: tuple[str, ...] = (BLOCKED,)) -> dict[str, pa.Table]:
    """What the judge of blocking would have left: one bracket in the middle, its two cells, labels of three hosts."""
    low, high = day(world.days // 2), day(world.days // 2 + world.wide)
    bracket = {"network": "NetA", "onset_after": low, "onset_by": high, "end_after": day(world.days), "end_by": None,
               "days_blocked": 9, "days_open": 9, "days_unknown": 0, "switches": 1}  # fmt: skip
    cell = {"network": "NetA", "mechanism": "", "cause": "", "rule": "", "poisoned": "", "resolvers": 1, "resolvers_informative": 1,
            "resolvers_asked": 1, "lookups": 1, "lookups_of": 1}  # fmt: skip
    cells = [
        {**cell, "name": n, "day": d, "state": s, "evidence": f"{'1' * 12}:{k}"}
        for n in names for k, (d, s) in enumerate(((low, "ok"), (high, "blocked")), 1)
    ]  # fmt: skip
    listed = [
        {"url": f"https://{h}/", "host": h, "domain": h, "service": h, "category": "MMED", "list": "made", "kind": "test", "exhibit": "2" * 64, "record_no": n}
        for n, h in enumerate((HOSTS[0], HOSTS[2], HOSTS[6]), 1)
    ]  # fmt: skip
    rows = {"brackets": [{**bracket, "name": n} for n in names], "cells": cells, "listed": listed}
    return {f"blocking.{o.name}": pa.Table.from_pylist(rows[o.name], o.arrow) for o in OUTPUTS if o.name in rows}
