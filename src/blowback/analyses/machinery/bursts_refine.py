"""From posts to bursts: Arrow in, Arrow out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy import stats

from blowback.analyses.machinery import bursts_tables as tables
from blowback.analyses.machinery.bursts_case import Crowd, Series, crowd_of, series_of
from blowback.analyses.machinery.bursts_class import SIGNS, Named, class_of, event_at, slot_of
from blowback.analyses.machinery.bursts_groups import BY_CHOICE, GROUP, lone
from blowback.analyses.machinery.bursts_measure import cut_off, expected_in, level_of, onset_of, shape_of
from blowback.analyses.machinery.bursts_same import leaders, nested
from blowback.analyses.machinery.bursts_signs import Elsewhere, Sign, signs_of
from blowback.model.analysis import Frames, Params, Progress
from blowback.model.ids import short_id
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Ints
from blowback.tools.calendar import Event, events
from blowback.tools.scan import Found, discoveries, scan, stretches

_LEAST_SPAN_US: Final = 2 * DAY_US
_BINS: Final = 160


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Scan every series, measure and classify what stands out.

    Raises:
        UsageError: the calendar cannot be read.
    """
    calendar = events(str(params["calendar"]))
    least = int(params["min_posts"])
    crowd = crowd_of(frames["numbered"])
    rows: dict[str, list[dict[str, Any]]] = {o.name: [] for o in tables.OUTPUTS}
    if len(crowd):
        progress("bursts: series", 0.1)
        series = series_of(frames, crowd, least)
        long = int(crowd.at[-1] - crowd.at[0]) >= _LEAST_SPAN_US
        found = scan(series.streams) if long else None
        progress("bursts: signs", 0.5)
        left = 0
        if found is not None:
            left = _bursts(_Work(crowd, series, found, Named(frames["clocks"]), calendar, params), rows)
        rows["summary"] = _summary(crowd, series, found, rows["bursts"], left)
    progress("bursts", 1.0)
    return {o.name: pa.Table.from_pylist(rows[o.name], o.arrow) for o in tables.OUTPUTS}


class _Work:
    """What measuring a burst needs."""

    def __init__(
        self, crowd: Crowd, series: Series, found: Found, named: Named, calendar: tuple[Event, ...], params: Params
    ) -> None:
        self.crowd, self.series, self.found, self.named, self.calendar, self.params = (
            crowd, series, found, named, calendar, params
        )  # fmt: skip
        self.elsewhere = Elsewhere(crowd)


def _bursts(work: _Work, rows: dict[str, list[dict[str, Any]]]) -> int:
    """Bursts whose q holds, those of the same posts put together; series and signs of those that stand for themselves.

    Returns how many bursts of groups were left out, because one account wrote more than half of them.
    """
    of, first, last, p = stretches(work.series.streams, work.found)
    q = _q_of(p, work.found.series_p)
    large = last - first + 1 >= int(work.params["min_posts"])
    kept = np.flatnonzero((q <= float(work.params["fdr"])) & large).tolist()
    made = [_card(work, int(of[k]), int(first[k]), int(last[k]), (float(p[k]), float(q[k]))) for k in kept]
    whole = [m[0]["kind"] != GROUP or not lone(work.crowd.account[m[1]]) for m in made]
    left = whole.count(False)
    kept = [k for k, held in zip(kept, whole, strict=True) if held]
    made = [m for m, held in zip(made, whole, strict=True) if held]
    inside = [work.series.posts[first[k] : last[k] + 1] for k in kept]
    kinds, values = ([names[of[k]] for k in kept] for names in (work.series.kind, work.series.value))
    heads = leaders(kinds, values, inside, work.crowd)
    for n, (card, posts, where) in enumerate(made):
        if heads[n] == n:
            _classify(work, card, posts, where, rows)
    classes = [made[heads[n]][0]["class"] for n in range(len(made))]
    heads = nested(kinds, [m[1] for m in made], classes, heads)
    for n, (card, _, _) in enumerate(made):
        head = made[heads[n]][0]
        card["same_as"] = "" if heads[n] == n else head["burst_id"]
        if heads[n] != n:
            card |= {c: head[c] for c in ("class", "signs", "against", "untested", "event", "slot_s", "slot_named")}
        rows["bursts"].append(card)
    own = {c["burst_id"] for c in rows["bursts"] if not c["same_as"]}
    for name in ("signs", "series"):
        rows[name] = [r for r in rows[name] if r["burst_id"] in own]
    rows["bursts"].sort(key=lambda c: (c["onset"], c["burst_id"]))
    return left


def _q_of(p: np.typing.NDArray[np.float64], series_p: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    """Q of each burst: as if it were the best of its series, among the best of all series."""
    ordered = np.sort(series_p)
    q = discoveries(ordered)
    before = np.searchsorted(ordered, p, side="right")
    best = np.isin(p, ordered)
    return np.where(best, q[np.maximum(before - 1, 0)], np.minimum(1.0, p * len(ordered) / (before + 1)))


def _card(
    work: _Work, one: int, first: int, last: int, tail: tuple[float, float]
) -> tuple[dict[str, Any], Ints, tuple[int, int, int]]:
    """One burst's numbers, its posts, and its onset with interval."""
    crowd, series, found = work.crowd, work.series, work.found
    a = int(series.starts[one])
    times = series.streams.times[a : series.starts[one + 1]]
    onset = onset_of(times, first - a, last - a, crowd.unit_us)
    begin, end = int(np.searchsorted(times, onset[0])), int(times[last - a])
    posts = series.of(one)[begin : last - a + 1]
    level, rests = level_of(series, found, one, onset[0], end + crowd.unit_us)
    due = float(expected_in(series, one, level, np.array([onset[0], end + crowd.unit_us]))[0])
    width = int(found.width_us[(found.first >= first) & (found.first <= last)][0])
    low, high = _predicted(due, _spread_at(found, one, end - onset[0]) + 1 / rests)
    kind, value = series.kind[one], series.value[one]
    name = short_id("B", "bursts", kind, value, str(onset[0]))
    card: dict[str, Any] = {
        "burst_id": name, "scope": kind if kind in ("case", GROUP) else "object", "kind": kind, "value": value,
        "onset": onset[0], "onset_low": onset[1], "onset_high": onset[2], "end_at": end, "posts": len(posts),
        "expected": due, "excess_low": len(posts) - high, "excess_high": len(posts) - low, "width_s": width // SECOND,
        "p": tail[0], "q": tail[1], "cut": cut_off(times, begin, last - a), "event": "", "signs": "", "against": "", "untested": "", "class": "cannot_tell",
        "top50_expected": None, "top50_limit": None, "slot_s": None, "slot_named": None,
    }  # fmt: skip
    return card | shape_of(crowd, posts, onset[0], _draw(name)), posts, onset


def _draw(name: str) -> np.random.Generator:
    """Random numbers of a burst's own: the order in which bursts are worked on leaves no trace."""
    return np.random.default_rng(int(name.removeprefix("B-")[:12], 16))


def _spread_at(found: Found, one: int, long_us: int) -> float:
    at = int(np.searchsorted(found.widths_us, long_us))
    return float(found.spread[one, min(at, len(found.widths_us) - 1)])


def _predicted(due: float, spread: float) -> tuple[float, float]:
    shape = 1.0 / spread
    low, high = stats.nbinom.ppf([0.025, 0.975], shape, shape / (shape + due))
    return float(low), max(float(high), float(np.ceil(due)))


def _classify(
    work: _Work, card: dict[str, Any], posts: Ints, onset: tuple[int, int, int], rows: dict[str, list[dict[str, Any]]]
) -> None:
    off, named, slot = slot_of(work.crowd, onset, work.named)
    signs = [*signs_of(work.elsewhere, card["kind"], posts, _draw(card["burst_id"])), *slot]
    if card["kind"] == GROUP:
        signs = [s for s in signs if s.sign not in BY_CHOICE]
    card["event"] = event_at(work.calendar, onset)
    card["class"] = class_of(signs, len(posts), card["accounts"], card["event"], cut=card["cut"])
    held = {s.sign for s in signs if s.holds}
    tested = {s.sign for s in signs}
    card |= {
        "signs": ",".join(s for s in SIGNS if s in held), "against": ",".join(s for s in SIGNS if s in tested - held),
        "untested": ",".join(s for s in SIGNS if s not in tested), "slot_s": off, "slot_named": named,
    }  # fmt: skip
    for sign in signs:
        if sign.sign == "concentration" and card["accounts"] > 100:
            card |= {"top50_expected": sign.expected, "top50_limit": sign.high}
        rows["signs"].append({"burst_id": card["burst_id"], **_as_row(sign)})
    rows["series"] += _curve(work, card, onset[0])


def _as_row(sign: Sign) -> dict[str, Any]:
    row = {n: getattr(sign, n) for n in ("sign", "seen", "low", "high", "expected", "p", "runs", "holds", "says")}
    return {n: None if isinstance(v, float) and np.isnan(v) else v for n, v in row.items()}


def _curve(work: _Work, card: dict[str, Any], onset: int) -> list[dict[str, Any]]:
    """Bins around a burst: as long before and after as it lasts, at least six hours."""
    series, crowd = work.series, work.crowd
    one = series.number[card["kind"], card["value"]]
    end = card["end_at"]
    long = max(end - onset, 6 * HOUR_US)
    step = next((s * SECOND for s in (300, 900, 3600, 10_800, 86_400) if 3 * long <= _BINS * s * SECOND), 7 * DAY_US)
    step = max(step, crowd.unit_us)
    first = max(onset - long, int(crowd.at[0])) // step * step
    edges = np.arange(first, min(end + long, int(crowd.at[-1])) + step, step)
    times = crowd.at[series.of(one)]
    seen = np.diff(np.searchsorted(times, edges))
    level, rests = level_of(series, work.found, one, onset, end + crowd.unit_us)
    due = expected_in(series, one, level, edges)
    shape = 1.0 / (_spread_at(work.found, one, step) + 1 / rests)
    low, high = stats.nbinom.ppf([[0.025], [0.975]], shape, shape / (shape + due))
    return [
        {"burst_id": card["burst_id"], "at": int(a), "step_s": step // SECOND, "seen": int(s), "expected": float(d), "low": float(x), "high": float(y)}
        for a, s, d, x, y in zip(edges[:-1], seen, due, low, high, strict=True)
    ]  # fmt: skip


def _summary(
    crowd: Crowd, series: Series, found: Found | None, bursts: list[dict[str, Any]], left: int
) -> list[dict[str, Any]]:
    out = []
    for kind in sorted({*series.kind, *([GROUP] if series.small else [])}):
        mine = np.array([k == kind for k in series.kind])
        of = [b for b in bursts if b["kind"] == kind]
        hour = np.flatnonzero(found.widths_us == HOUR_US) if found is not None else np.zeros(0, np.int64)
        counts = {
            c: sum(b["class"] == c for b in of) for c in ("machinery", "organic_surge", "known_event", "cannot_tell")
        }
        out.append({
            "kind": kind, "series": int(mine.sum()), "posts": int(np.diff(series.starts)[mine].sum()), "bursts": len(of), **counts,
            "resolution_s": crowd.unit_us // SECOND, "days": series.rhythm.days, "silent": series.rhythm.silent,
            "small": series.small if kind == GROUP else 0, "lone": left if kind == GROUP else 0,
            "overdispersion_1h": float(np.median(found.spread[mine, hour[0]])) if found is not None and len(hour) and mine.any() else None,
            "outcome": "no_series" if not mine.any() else "done" if found is not None and len(found.widths_us) else "too_short",
        })  # fmt: skip
    return out
