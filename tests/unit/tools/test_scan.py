"""Rhythm and scan: they pay for scanning, follow day and night, and do not let a burst bend its own baseline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, rhythm
from blowback.tools.scan import Streams, scan, stretches, widths_of

START = 18_000 * DAY_US


def stream(
    draw: np.random.Generator, *, days: int = 14, rate: float = 20.0, swing: float = 0.8, noise: float = 0.0
) -> np.ndarray:
    """Posts of a stream with days and nights and gamma noise of three hours, microseconds."""
    bins = days * 288
    hour = np.arange(bins) / 12 % 24
    pace = rate / 12 * (1 + swing * np.sin(2 * np.pi * hour / 24))
    if noise:
        pace *= np.repeat(draw.gamma(1 / noise, noise, bins // 36 + 1), 36)[:bins]
    count = draw.poisson(pace)
    return np.sort(
        START + ((np.repeat(np.arange(bins), count) + draw.random(count.sum())) * 300 * SECOND).astype(np.int64)
    )


def one(times: np.ndarray, *, unit: int = SECOND) -> Streams:
    """A stream as a series of its own, its bursts left out of its rhythm."""
    beat, zero = rhythm(times, trend=False), np.zeros(1, np.int64)
    alone = Streams(times, np.array([0, len(times)]), zero, zero, beat.first_us, beat.upto[None, :], unit)
    _, first, last, _ = stretches(alone, scan(alone))
    return replace(alone, curves=rhythm(times, (times[first], times[last]), trend=False).upto[None, :])


def test_hours_are_found_and_a_storm_does_not_bend_them() -> None:
    draw = np.random.default_rng(1)
    calm = stream(draw)
    storm = np.sort(np.concatenate([calm, START + 6 * DAY_US + (draw.random(5000) * 3 * HOUR_US).astype(np.int64)]))
    a, b = rhythm(calm), rhythm(storm, (np.array([START + 6 * DAY_US]), np.array([START + 6 * DAY_US + 3 * HOUR_US])))
    assert np.corrcoef(a.hours, 1 + 0.8 * np.sin(2 * np.pi * (np.arange(24) + 0.5) / 24))[0, 1] > 0.97
    assert np.abs(a.hours - b.hours).max() < 0.25
    assert b.between(np.array([START]), np.array([START + 14 * DAY_US]))[0] == pytest.approx(len(calm), rel=0.1)


@pytest.mark.parametrize("noise", [0.0, 0.4])
def test_streams_without_a_burst_hardly_ever_show_one(noise: float) -> None:
    p = [scan(one(stream(np.random.default_rng([s, 9]), noise=noise))).series_p[0] for s in range(25)]
    assert sum(x <= 0.05 for x in p) <= 3


def test_a_burst_is_found_where_it_is_and_only_there() -> None:
    draw = np.random.default_rng(3)
    at = START + 9 * DAY_US + 3 * HOUR_US
    times = np.sort(np.concatenate([stream(draw, noise=0.3), at + (draw.random(400) * HOUR_US).astype(np.int64)]))
    streams = one(times)
    series, first, last, p = stretches(streams, scan(streams))
    assert len(series) == 1
    assert abs(times[first[0]] - at) < 10 * 60 * SECOND
    assert abs(times[last[0]] - at - HOUR_US) < 20 * 60 * SECOND
    assert p[0] < 0.01


def test_two_bursts_do_not_hide_each_other() -> None:
    draw = np.random.default_rng(4)
    starts = [START + d * DAY_US + 5 * HOUR_US for d in (3, 6, 10)]
    extra = [s + (draw.random(400) * HOUR_US).astype(np.int64) for s in starts]
    streams = one(np.sort(np.concatenate([stream(draw, noise=0.3), *extra])))
    assert len(stretches(streams, scan(streams))[0]) == 3


def test_scanning_many_series_keeps_each_apart() -> None:
    draw = np.random.default_rng(5)
    parts = [stream(draw, rate=2.0) for _ in range(6)]
    parts[4] = np.sort(np.concatenate([parts[4], START + 5 * DAY_US + (draw.random(120) * HOUR_US).astype(np.int64)]))
    starts = np.concatenate([[0], np.cumsum([len(p) for p in parts])])
    every = rhythm(np.sort(np.concatenate(parts)))
    zero = np.zeros(6, np.int64)
    found = scan(Streams(np.concatenate(parts), starts, zero, zero, every.first_us, every.upto[None, :], SECOND))
    assert set(found.series.tolist()) == {4}
    assert (np.delete(found.series_p, 4) > 0.05).all()


def test_widths_keep_to_the_clock_and_the_span() -> None:
    assert widths_of(40 * DAY_US, DAY_US).tolist() == [DAY_US]
    assert widths_of(2 * DAY_US, 60 * SECOND).max() == 12 * HOUR_US
    assert not len(widths_of(HOUR_US // 4, SECOND))


def test_nothing_and_one_post_are_no_trouble() -> None:
    alone = one(np.array([START]))
    assert scan(alone).series_p.tolist() == [1.0]
