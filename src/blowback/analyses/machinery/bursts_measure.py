"""The shape of one burst: onset, peak, shares, each with its interval."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from blowback.analyses.machinery.bursts_case import Crowd, Series
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Bools, Floats, Ints
from blowback.tools.scan import PRIOR, REACH_US, Found

TOP: Final = 50
FIRST_US: Final = 7 * HOUR_US
_DRAWS: Final = 200
_MOST_DRAWN: Final = 4_000_000


def onset_of(times: Ints, first: int, last: int, unit_us: int) -> tuple[int, int, int]:
    """Where the rate steps up most clearly around the start of a window: (time, low, high), microseconds.

    Two constant rates are fitted before and after every post nearby; the step is the one of the highest likelihood, the
    interval holds all that are within 1.92 of it, that limit widened by how unevenly posts come after the step.
    """
    begin, end = int(times[first]), int(times[last])
    side = int(np.clip((end - begin) // 4, 600 * SECOND, 2 * HOUR_US))
    a, b = np.searchsorted(times, [begin - side, min(begin + side, end) + 1])
    near = times[a:b]
    if len(near) < 4:
        return begin, int(times[max(first - 1, 0)]) if first else begin, begin
    left, right = begin - side, int(near[-1]) + unit_us
    before = np.arange(len(near), dtype=np.float64)
    after = len(near) - before
    wide = np.maximum((near - left) / SECOND, unit_us / SECOND)
    narrow = np.maximum((right - near) / SECOND, unit_us / SECOND)
    score = before * np.log(np.maximum(before, 1e-9) / wide) + after * np.log(after / narrow)
    score[(before > 0) & (before / wide >= after / narrow)] = -np.inf
    if not np.isfinite(score).any():
        return begin, begin, begin
    at = int(np.argmax(score))
    fits = np.flatnonzero(score >= score[at] - 1.92 * _unevenness(near[at:]))
    low = int(near[fits[0] - 1]) if fits[0] else int(near[0])
    return int(near[at]), min(low, int(near[at])), int(near[fits[-1]])


def _unevenness(times: Ints) -> float:
    """Variance over mean of counts in ten equal parts, at least 1."""
    span = int(times[-1] - times[0])
    if len(times) < 20 or not span:
        return 1.0
    counts = np.bincount(np.minimum((times - times[0]) * 10 // span, 9), minlength=10)
    return float(np.clip(counts.var(ddof=1) / counts.mean(), 1.0, 50.0))


def cut_off(times: Ints, first: int, last: int) -> bool:
    """Whether a burst breaks off while it is strong: as long again after it holds under a tenth of its last fifth's posts."""
    begin, end = int(times[first]), int(times[last])
    fifth = max((end - begin) // 5, 1)
    tail = np.searchsorted(times, end, side="right") - np.searchsorted(times, end - fifth)
    after = np.searchsorted(times, end + fifth, side="right") - np.searchsorted(times, end, side="right")
    return bool(tail * 5 >= 0.5 * (last - first + 1) and after < 0.1 * tail)


def level_of(series: Series, found: Found, one: int, start: int, end: int) -> tuple[float, float]:
    """(level, posts it rests on) of a series around [start, end), that stretch and its bursts left out."""
    times = series.streams.times[series.starts[one] : series.starts[one + 1]]
    mine = found.series == one
    curve = series.streams.curves[series.streams.curve[one]]
    lo, hi = start - REACH_US, end + REACH_US
    apart = [(start, end), *zip(series.streams.times[found.first[mine]].tolist(),
                                (series.streams.times[found.last[mine]] + 1).tolist(), strict=True)]  # fmt: skip
    taken: Bools = np.zeros(len(times), np.bool_)
    lost, reached = 0.0, lo
    for a, b in sorted(apart):
        a, b = max(a, reached), min(b, hi)  # noqa: PLW2901  # clipped to what was not counted yet
        if b > a:
            lost += _due(series, curve, a, b)
            taken[np.searchsorted(times, a) : np.searchsorted(times, b)] = True
            reached = b
    inside = (times >= lo) & (times < hi) & ~taken
    near = float(inside.sum())
    due = max(_due(series, curve, lo, hi) - lost, 0.0)
    return (PRIOR + near) / (PRIOR / max(float(found.whole[one]), 1e-12) + due), PRIOR + near


def _due(series: Series, curve: Floats, start: int, end: int) -> float:
    knots = series.streams.first_us + HOUR_US * np.arange(len(curve), dtype=np.float64)
    low, high = np.interp([start, end], knots, curve)
    return float(high - low)


def expected_in(series: Series, one: int, level: float, edges: Ints) -> Floats:
    """Posts the baseline gives between each two of the edges."""
    curve = series.streams.curves[series.streams.curve[one]]
    knots = series.streams.first_us + HOUR_US * np.arange(len(curve), dtype=np.float64)
    due: Floats = np.maximum(level * np.diff(np.interp(edges, knots, curve)), 1e-9)
    return due


def shape_of(crowd: Crowd, posts: Ints, onset: int, draw: np.random.Generator) -> dict[str, Any]:
    """Peak hour, share in the first seven hours, share of the top 50, with intervals; `posts` are those of the burst."""
    at, account = crowd.at[posts], np.unique(crowd.account[posts], return_inverse=True)[1]
    counts = np.bincount(account)
    hours, inside = np.unique(at // HOUR_US, return_counts=True)
    peak = int(hours[np.argmax(inside)])
    out: dict[str, Any] = {"peak_at": peak * HOUR_US, "peak_posts": int(inside.max()), "accounts": len(counts)}
    coarse = crowd.unit_us >= DAY_US
    for name, part in (("peak_share", at // HOUR_US == peak), ("first7h_share", at < onset + FIRST_US)):
        out |= (
            dict.fromkeys((name, f"{name}_low", f"{name}_high")) if coarse else _clustered(name, part, account, counts)
        )
    top = top_share(counts)
    out["top50_share"], (out["top50_share_low"], out["top50_share_high"]) = top, _reflected(counts, top, draw)
    return out


def _clustered(name: str, part: Bools, account: Ints, counts: Ints) -> dict[str, float]:
    """A share of posts with its 95 % interval; an account's posts count as one draw (linearised ratio)."""
    of = np.bincount(account, weights=part.astype(np.float64), minlength=len(counts))
    share = float(part.mean())
    spread = np.sqrt(((of - share * counts) ** 2).sum() * len(counts) / max(len(counts) - 1, 1)) / counts.sum()
    half = 1.96 * float(spread)
    return {name: share, f"{name}_low": max(0.0, share - half), f"{name}_high": min(1.0, share + half)}


def top_share(counts: Ints, top: int = TOP) -> float:
    """Share of the largest counts."""
    if len(counts) <= top:
        return 1.0
    return float(np.partition(counts, len(counts) - top)[-top:].sum() / counts.sum())


def _reflected(counts: Ints, seen: float, draw: np.random.Generator) -> tuple[float, float]:
    """95 % interval of the top share: bootstrap over posts, reflected, because the top of a resample is biased upwards."""
    if len(counts) <= TOP:
        return 1.0, 1.0
    draws = int(np.clip(_MOST_DRAWN // len(counts), 20, _DRAWS))
    shares = [top_share(draw.multinomial(int(counts.sum()), counts / counts.sum())) for _ in range(draws)]
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(np.clip(2 * seen - high, 0, 1)), float(np.clip(max(2 * seen - low, seen), 0, 1))
