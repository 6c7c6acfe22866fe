"""Where a stream of posts is fuller than its habits: a scan over windows of many widths, with overdispersion.

A window starts at a post and holds the posts of the next w. Under the null a series has a level (its own, from the
fortnight on either side, the window left out), the rhythm of `baseline`, and a driving noise on top, without which posts
would be Poisson. The noise's variance at width w is read from the pairs of posts at most w apart: an even stream gives M of
them, this one C, and C / M - 1 is the squared coefficient of variation (Ripley 1976; Diggle 2014). Scanning is paid for in
`_chance`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from blowback.tools import scan_kernel as kernel
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Bools, Floats, Ints

WIDTHS_S: Final = (300, 900, 3600, 10_800, 21_600, 43_200, 86_400)
REACH_US: Final = 14 * DAY_US
PRIOR: Final = 1.0  # posts' worth of the series' overall level in each local one
_PASSES: Final = 2
_OWN: Final = 5.0  # pairs' worth of the kind's overdispersion in each series' own
_LEAST: Final = 0.05
_FIRST_LEFT_OUT: Final = 0.1  # share of the time, the fullest, that the first fit does without
_FAMILY: Final = 0.05  # a window is set apart where its series would hold one so full with at most this chance
_STEPS: Final = 16  # grid windows start every sixteenth of a width
_GAP_US: Final = HOUR_US
_UP: Final = 1.0
_HOPE: Final = 1.0  # windows whose score is above minus this are looked at
_FADES_US: Final = (
    3 * HOUR_US
)  # what drives a stream is taken to last so long: stretches shorter than this tell no more


@dataclass(frozen=True, slots=True)
class Streams:
    """Series of posts to scan.

    `times` (n, microseconds) rise within each series; series s holds [starts[s], starts[s + 1]). `kind` (a small
    number) says which series share a pool of overdispersion, `curve` which row of `curves` is its expected activity:
    (c, h + 1) posts expected up to hour k after `first_us`. `unit_us` is what all times are multiples of.
    """

    times: Ints
    starts: Ints
    kind: Ints
    curve: Ints
    first_us: int
    curves: Floats
    unit_us: int

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Found:
    """Windows that stand out, m of them, by series and time, none sharing a post with another.

    `first` and `last` are posts; `width_us` is the window's; `expected` its posts without the burst; `p` the chance that
    any window of the series is so full. `series_p` is that of each series' fullest window (1 where nothing was above
    expectation), `spread` (series, widths) the overdispersion, `whole` the level outside the bursts.
    """

    series: Ints
    first: Ints
    last: Ints
    width_us: Ints
    expected: Floats
    p: Floats
    series_p: Floats
    spread: Floats
    whole: Floats
    widths_us: Ints


@dataclass(slots=True)
class _State:
    apart: Ints
    apart_at: Ints
    keep: npt.NDArray[np.int8]
    upto_kept: Ints
    whole: Floats
    spread: Floats


def widths_of(span_us: int, unit_us: int) -> Ints:
    """Widths that the data can tell: at least two units (a day for days), at most a quarter of the span."""
    least = unit_us if unit_us >= DAY_US else 2 * unit_us
    held = [w * SECOND for w in WIDTHS_S if w * SECOND >= least and w * SECOND * 4 <= span_us]
    return np.array(held, np.int64)


def scan(streams: Streams) -> Found:
    """Find the windows that stand out.

    The first fit leaves out the fullest tenth of the time; then whatever stood out is left out and the rest fitted
    again, until it settles (two passes); cutting the fullest tenth makes gamma noise look tamer than it is, which is
    undone. A last sweep looks between what was found. Overdispersion at width w rests on span / w stretches (of three
    hours at least): the upper end of its 90 % interval is used.
    """
    widths = widths_of(int(streams.times.max() - streams.times.min()) if len(streams.times) else 0, streams.unit_us)
    if not len(widths) or not len(streams):
        none, zero = np.zeros(0, np.int64), np.zeros(0)
        count = len(streams)
        return Found(none, none, none, none, zero, zero, np.ones(count), np.zeros((count, len(widths))), zero, widths)
    state = _fitted(streams, widths, _fullest(streams))
    state.spread = _untrimmed(state.spread)
    for _ in range(_PASSES):
        found = _swept(streams, widths, state, avoid=False)
        state = _fitted(streams, widths, _stretches(streams, found))
    found = _swept(streams, widths, state, avoid=False)
    again = _fitted(streams, widths, _stretches(streams, found))
    more = _swept(streams, widths, again, avoid=True)
    return _joined(found, more)


def _fitted(streams: Streams, widths: Ints, apart: tuple[Ints, Ints, Ints]) -> _State:
    """Level and overdispersion of each series with its stretches (series, start, end) left out."""
    of, start, end = apart
    order = np.lexsort((start, of))
    bounds = np.stack([start[order], end[order]], axis=1) if len(of) else np.zeros((0, 2), np.int64)
    apart_at = np.searchsorted(of[order], np.arange(len(streams) + 1))
    keep = np.ones(len(streams.times), np.int8)
    kernel.kept(streams.times, streams.starts, bounds, apart_at, keep)
    upto_kept = np.concatenate([[0], np.cumsum(keep, dtype=np.int64)])
    posts = upto_kept[streams.starts[1:]] - upto_kept[streams.starts[:-1]]
    due = streams.curves[streams.curve, -1].copy()
    if len(of):
        hour = streams.first_us + HOUR_US * np.arange(streams.curves.shape[1], dtype=np.float64)
        for c in range(len(streams.curves)):
            mine = streams.curve[of] == c
            lost = np.interp(end[mine], hour, streams.curves[c]) - np.interp(start[mine], hour, streams.curves[c])
            np.subtract.at(due, of[mine], lost)
    whole = (posts + 0.5) / np.maximum(due, 1e-9)
    counts = np.zeros((len(streams), len(widths), 2))
    kernel.pairs(
        streams.times, streams.starts, streams.curve, streams.first_us, streams.curves, bounds, apart_at, keep, upto_kept,
        whole, widths, streams.unit_us, REACH_US, PRIOR, counts,
    )  # fmt: skip
    spread = _spread(counts, streams.kind)
    span = float(streams.times.max() - streams.times.min())
    alike = span / np.maximum(widths, _FADES_US)
    spread *= 1.0 + _UP * np.sqrt((2.0 + 6.0 * spread) / alike)
    return _State(bounds, apart_at, keep, upto_kept, whole, spread)


def _spread(counts: Floats, kind: Ints) -> Floats:
    """Overdispersion of each series and width, drawn towards that of its kind.

    The pool of a kind leaves out the quarter of its series with most pairs beyond an even stream's: bursts not found yet
    are among them. No series speaks for more than a few pairs there.
    """
    pairs, due = counts[..., 0], counts[..., 1]
    weight = np.minimum(due, 4 * _OWN) / np.maximum(due, 1e-12)
    ratio = pairs / (due + 1.0)
    pooled = np.zeros_like(pairs)
    for one in np.unique(kind):
        mine = np.flatnonzero(kind == one)
        for k in range(pairs.shape[1]):
            calm = mine[np.argsort(ratio[mine, k], kind="stable")][: len(mine) - len(mine) // 4]
            total = (due[calm, k] * weight[calm, k]).sum()
            pooled[mine, k] = (pairs[calm, k] * weight[calm, k]).sum() / max(total, 1e-12)
    pooled = np.maximum(pooled, 1.0)
    own: Floats = (pairs + _OWN * pooled) / (due + _OWN) - 1.0
    return np.maximum(own, _LEAST)


def _untrimmed(spread: Floats) -> Floats:
    """Overdispersion before its fullest tenth was cut off: of the gamma noise whose cut version is so wide."""
    phi = np.geomspace(0.01, 200.0, 400)
    shape = 1.0 / phi
    cut = special.gammaincinv(shape, 1.0 - _FIRST_LEFT_OUT)
    first = special.gammainc(shape + 1, cut) / (1.0 - _FIRST_LEFT_OUT)
    second = (1.0 + phi) * special.gammainc(shape + 2, cut) / (1.0 - _FIRST_LEFT_OUT)
    wide = np.maximum.accumulate(second / first**2 - 1.0)
    return np.maximum(spread, np.interp(spread, wide, phi))


def _swept(streams: Streams, widths: Ints, state: _State, *, avoid: bool) -> Found:
    n = len(streams.times)
    score, mean, noise = np.zeros(n), np.zeros(n), np.zeros(n)
    which, more = np.full(n, -1, np.int8), np.zeros(n, np.int64)
    span = float(streams.times.max() - streams.times.min())
    drift = state.spread[:, -1] * widths[-1] / min(span, 2.0 * REACH_US)  # the level around is noisy itself
    tries = np.log(2.0 * span / np.maximum(widths, _FADES_US))
    kernel.best(
        streams.times, streams.starts, streams.curve, streams.first_us, streams.curves, state.apart, state.apart_at,
        state.upto_kept, state.whole, widths, streams.unit_us, REACH_US, PRIOR, state.spread, drift, tries, avoid,
        score, which, more, mean, noise,
    )  # fmt: skip
    series = np.repeat(np.arange(len(streams)), np.diff(streams.starts))
    hopeful = np.flatnonzero((which >= 0) & (score > -_HOPE))
    chance = _chance(more[hopeful] + 1, mean[hopeful], noise[hopeful], (widths[which[hopeful]], span, len(widths)))
    series_p = np.ones(len(streams))
    np.minimum.at(series_p, series[hopeful], chance)
    order = np.lexsort((hopeful, -score[hopeful], chance))
    order = order[chance[order] <= _FAMILY]
    p = np.ones(n)
    p[hopeful] = chance
    chosen, covered = np.zeros(len(order), np.int64), np.zeros(n, np.bool_)
    taken = np.sort(chosen[: kernel.apart_windows(hopeful[order], more, covered, chosen)])
    return Found(
        series[taken], taken, taken + more[taken], widths[which[taken]], mean[taken], p[taken], series_p,
        state.spread, state.whole, widths,
    )  # fmt: skip


def _chance(count: Ints, mean: Floats, noise: Floats, scanned: tuple[Ints, float, int]) -> Floats:
    """Chance that any window of the series is so full (n windows: posts, expected posts, overdispersion).

    Two kinds of luck are paid for, each by its own number of tries: what drives the stream (log-normal, its tail heavier
    than that of the gamma noise of the same variance) rises x-fold somewhere in the case, or a window holds so many posts
    although it does not. Tries are stretches of three hours, two to each, for the first; for the second a grid of windows
    a sixteenth wider, one of which holds any window there is, for each width. The best x of a few is taken.

    Args:
        count: posts.
        mean: posts expected.
        noise: squared coefficient of variation of what drives the stream, and of the level.
        scanned: width of each window, span of the case (microseconds), widths scanned.
    """
    width, span, widths = scanned
    deviation = np.sqrt(np.log1p(noise))[:, None]
    rise = np.maximum(count / np.maximum(mean, 1e-12), 1.0)[:, None] ** np.linspace(0.1, 1.0, 19)[None, :]
    high = (
        2.0
        * span
        / np.maximum(width, _FADES_US)[:, None]
        * stats.norm.sf((np.log(rise) + deviation**2 / 2) / deviation)
    )
    grid = widths * _STEPS * span / width[:, None]
    full = grid * stats.poisson.sf(count[:, None] - 1, mean[:, None] * (1 + 1 / _STEPS) * rise)
    least: Floats = np.minimum(1.0, (high + full).min(axis=1)) if len(count) else np.zeros(0)
    return least


def _stretches(streams: Streams, found: Found) -> tuple[Ints, Ints, Ints]:
    """(series, start, end) that the next fit leaves out: the windows, and after each half its length (a burst fades)."""
    start, last = streams.times[found.first], streams.times[found.last]
    fade = np.minimum(np.maximum((last - start) // 2, 15 * 60 * SECOND), DAY_US // 2)
    return _merged(found.series, start, last + fade)


def _fullest(streams: Streams) -> tuple[Ints, Ints, Ints]:
    """(series, start, end) of the tenth of the time in which each series has most posts beyond its rhythm."""
    first, last = int(streams.times.min()), int(streams.times.max())
    block = int(np.clip((last - first) // 50, HOUR_US, DAY_US))
    blocks = (last - first) // block + 1
    series = np.repeat(np.arange(len(streams)), np.diff(streams.starts))
    key, posts = np.unique(series * blocks + (streams.times - first) // block, return_counts=True)
    of, number = key // blocks, key % blocks
    begin = first + number * block
    hour = streams.first_us + HOUR_US * np.arange(streams.curves.shape[1], dtype=np.float64)
    due = np.zeros(len(key))
    for c in range(len(streams.curves)):
        mine = streams.curve[of] == c
        due[mine] = np.interp(begin[mine] + block, hour, streams.curves[c]) - np.interp(
            begin[mine], hour, streams.curves[c]
        )
    level = np.diff(streams.starts) / np.maximum(streams.curves[streams.curve, -1], 1e-9)
    excess = posts - due * level[of]
    order = np.lexsort((number, -excess, of))
    rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
    some = order[rank < max(1, int(_FIRST_LEFT_OUT * blocks))]
    some = some[excess[some] > 0]
    return _merged(of[some], begin[some], begin[some] + block)


def _merged(of: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Stretches of the same series that touch become one."""
    order = np.lexsort((start, of))
    of, start, end = of[order], start[order], end[order]
    if not len(of):
        return of, start, end
    out: list[tuple[int, int, int]] = []
    for s, a, b in zip(of.tolist(), start.tolist(), end.tolist(), strict=True):
        if out and out[-1][0] == s and a <= out[-1][2]:
            out[-1] = (s, out[-1][1], max(b, out[-1][2]))
        else:
            out.append((s, a, b))
    rows = np.array(out, np.int64)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def _joined(found: Found, more: Found) -> Found:
    """Both sweeps' windows, by series and first post. A post of the first sweep keeps its place: the second avoids it."""
    order = np.argsort(np.concatenate([found.first, more.first]), kind="stable")

    def both(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate([a, b])[order]

    return replace(
        found, series=both(found.series, more.series), first=both(found.first, more.first), last=both(found.last, more.last),
        width_us=both(found.width_us, more.width_us), expected=both(found.expected, more.expected), p=both(found.p, more.p),
    )  # fmt: skip


def stretches(streams: Streams, found: Found) -> tuple[Ints, Ints, Ints, Floats]:
    """Bursts: (series, first post, last post, p). Windows of a series with less than an hour between them are one burst."""
    out: list[tuple[int, int, int, float]] = []
    times = streams.times
    for s, a, b, p in zip(
        found.series.tolist(), found.first.tolist(), found.last.tolist(), found.p.tolist(), strict=True
    ):
        if out and out[-1][0] == s and times[a] - times[out[-1][2]] <= _GAP_US:
            out[-1] = (s, out[-1][1], max(b, out[-1][2]), min(p, out[-1][3]))
        else:
            out.append((s, a, b, p))
    kept = list(zip(*out, strict=True)) if out else [(), (), (), ()]
    return (*(np.array(c, np.int64) for c in kept[:3]), np.array(kept[3], np.float64))  # type: ignore[return-value]


def discoveries(p: Floats) -> Floats:
    """Benjamini-Hochberg q-values of n p-values."""
    found: Floats = stats.false_discovery_control(p, method="bh") if len(p) else np.zeros(0)
    return found


__all__ = ["WIDTHS_S", "Bools", "Found", "Streams", "discoveries", "scan", "stretches", "widths_of"]
