"""Rate caps: whoever asks, however fast, the hard caps hold."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from blowback.probe.pace import HARD_CONNECTIONS, HARD_QUERIES, DayFull, Pace, Rates


def turns(pace: Pace, calls: list[tuple[str, ...]]) -> list[float]:
    """Takes the turns at once, on a clock of our own; the moments at which each was let go."""
    moments: list[float] = []
    now = [0.0]

    async def all_() -> None:
        for call in calls:  # one after the other: each waits on the clock, which moves as it waits
            await (pace.query(*call) if len(call) == 1 else pace.connection(*call))
            moments.append(now[0])

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "monotonic", lambda: now[0])
        patch.setattr(asyncio, "sleep", sleep)
        asyncio.run(all_())
    return moments


def test_a_greedy_rate_is_cut_to_the_hard_cap() -> None:
    pace = Pace(Rates(queries=1e9, connections=1e9, jitter=0.0))
    moments = turns(pace, [("10.77.1.1",)] * 50)
    assert moments[-1] == pytest.approx(49 / HARD_QUERIES)
    moments = turns(Pace(Rates(connections=50, jitter=0.0)), [("10.77.16.1", "a.example")] * 20)
    assert moments[-1] == pytest.approx(19 / HARD_CONNECTIONS)


def test_the_default_is_one_query_a_second_and_jitter_only_slows() -> None:
    moments = turns(Pace(Rates()), [("10.77.1.1",)] * 30)
    gaps = [b - a for a, b in pairwise(moments)]
    assert min(gaps) >= 1.0 - 1e-9
    assert len({round(g, 6) for g in gaps}) > 5
    assert turns(Pace(Rates(jitter=-5)), [("10.77.1.1",)] * 3)[-1] >= 2.0


def test_hosts_are_held_by_name_and_by_address() -> None:
    """Two names at one address share its cap; one name at two addresses shares its own."""
    pace = Pace(Rates(connections=2, jitter=0.0))
    calls = [("10.77.16.1", "a.example"), ("10.77.16.1", "b.example"), ("10.77.16.2", "b.example")]
    assert turns(pace, calls) == pytest.approx([0.0, 0.5, 1.0])


def test_different_resolvers_do_not_wait_for_each_other() -> None:
    assert turns(Pace(Rates()), [("10.77.1.1",), ("10.77.1.2",), ("10.77.1.3",)]) == [0.0, 0.0, 0.0]


def test_the_day_is_full_and_what_was_sent_before_counts() -> None:
    pace = Pace(Rates(queries=5, day_queries=10), before={"query 10.77.1.1": 8})
    turns(pace, [("10.77.1.1",)] * 2)
    with pytest.raises(DayFull, match="daily cap of 10"):
        turns(pace, [("10.77.1.1",)])
    assert pace.sent["query 10.77.1.1"] == 10


def test_many_at_once_are_let_go_one_by_one() -> None:
    """Concurrent callers reserve turns: the last of twelve at five a second comes no sooner than after 2.2 s."""

    async def all_() -> float:
        pace, begun = Pace(Rates(queries=5, jitter=0.0)), time.monotonic()
        await asyncio.gather(*(pace.query("10.77.1.1") for _ in range(12)))
        return time.monotonic() - begun

    assert asyncio.run(all_()) >= 11 / HARD_QUERIES - 1e-3
