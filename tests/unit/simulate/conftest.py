"""Campaigns that several tests look at, simulated once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.scenario import Scenario
from blowback.simulate.write import FILES, write
from blowback.simulate.write_compliance import POSTS, USERS


@pytest.fixture(scope="session")
def demo() -> Campaign:
    return simulate(Scenario.find("demo"))


@pytest.fixture(scope="session")
def small() -> Campaign:
    """The demo with a tenth of its crowd: all groups, all mechanisms."""
    s = Scenario.find("demo")
    return simulate(
        replace(
            s,
            x=replace(s.x, accounts=300, posts=2400, objects=300),
            telegram=replace(s.telegram, accounts=12, posts=300, objects=60),
            bursts=(replace(s.bursts[0], posts=150, accounts=40),),
        )
    )


@pytest.fixture(scope="session")
def june() -> Campaign:
    """The whole story with a fifth of its crowd: every mechanism, every platform."""
    s = Scenario.find("june")
    assert s.telegram
    assert s.bluesky
    assert s.reddit
    return simulate(
        replace(
            s,
            x=replace(s.x, accounts=1100, posts=4400, objects=500),
            telegram=replace(s.telegram, accounts=14, posts=400, objects=60),
            bluesky=replace(s.bluesky, accounts=120, posts=600, objects=80),
            reddit=replace(s.reddit, accounts=60, posts=300, objects=50),
        )
    )


@pytest.fixture(scope="session")
def told(june: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("june")
    assert [p.name for p in write(june, out)] == [*FILES.values(), POSTS, USERS]
    return out


@pytest.fixture(scope="session")
def written(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    assert [p.name for p in write(small, out)] == ["x_v2.jsonl", "x_io_tweets.csv", "telegram_result.json"]
    return out
