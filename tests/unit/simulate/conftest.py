"""Campaigns that several tests look at, simulated once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from blowback.simulate.campaign import Campaign, simulate
from blowback.simulate.scenario import Scenario
from blowback.simulate.write import write


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
            burst=replace(s.burst, posts=150, accounts=40),
        )
    )


@pytest.fixture(scope="session")
def written(small: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    assert [p.name for p in write(small, out)] == ["x_v2.jsonl", "x_io_tweets.csv", "telegram_result.json"]
    return out
