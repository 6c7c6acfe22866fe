"""From marks of an object to its phases, and to whether calls run ahead of links: Arrow in, Arrow out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import phases_tables as tables
from blowback.analyses.machinery.phases_name import QUIET, Stretch, names_of, ruling_of
from blowback.model.analysis import Frames, Params, Progress
from blowback.tools.changes import changes
from blowback.tools.leadlag import LEAST_BLOCKS, PER_LAG, lead_lag
from blowback.tools.nulls import benjamini_hochberg, resolution_us
from blowback.tools.strings import flat
from blowback.tools.week import Week, week_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND_US: Final = 1_000_000
HOUR_US: Final = 3600 * SECOND_US
_BINS: Final = 120
_WIDTHS_S: Final = (
    60,
    300,
    900,
    1800,
    3600,
    7200,
    3 * 3600,
    6 * 3600,
    12 * 3600,
    86400,
    2 * 86400,
    7 * 86400,
    30 * 86400,
)
_FINE_S: Final = (60, 300, 900, 1800, 3600)
_FINE_BINS: Final = 16_000
_LAGS_S: Final = (172_800, 86_400, 43_200, 21_600, 10_800, 5400)
_PAIRED: Final = 40  # own posts of either sort: fewer make no course


@dataclass(frozen=True, slots=True)
class Course:
    """Posts of one object, in time order."""

    name: str
    time: Ints
    carried: npt.NDArray[np.bool_]
    linked: npt.NDArray[np.bool_]
    account: Ints
    new: npt.NDArray[np.bool_]

    def of(self, some: npt.NDArray[np.bool_], edges: Ints) -> Floats:
        """Posts of some sort in each bin."""
        return np.histogram(self.time[some], edges)[0].astype(np.float64)


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Every object's phases, then its lead or lag; false-discovery control over all objects."""
    week = week_of(frames["hours"].column("hour").to_numpy(), frames["hours"].column("posts").to_numpy())
    courses = _courses(frames["acts"])
    rows, phases, bins = [], list[dict[str, Any]](), list[dict[str, Any]]()
    for n, course in enumerate(courses):
        progress(f"phases: {n + 1} of {len(courses)}", n / max(len(courses), 1))
        rest = week.without(course.time)
        row, mine, line = _object(course, rest, params)
        rows.append(row | _lag(course, rest, params))
        phases += mine
        bins += line
    _controlled(rows, float(params["fdr"]))
    changing = {r["object"] for r in rows if r["ruling"] != "none"}
    led = [r for r in rows if r["lag_p"] is not None]
    summary = {
        "kind": str(params["kind"]), "objects": len(rows), "changing": len(changing), "paired": len(led),
        "leading": sum(leads(r, float(params["fdr"])) for r in led), "profile": week.name,
    }  # fmt: skip
    progress("phases", 1.0)
    return {
        "objects": pa.Table.from_pylist(rows, tables.OBJECTS.arrow),
        "phases": pa.Table.from_pylist([p for p in phases if p["object"] in changing], tables.PHASES.arrow),
        "course": pa.Table.from_pylist([b for b in bins if b["object"] in changing], tables.COURSE.arrow),
        "summary": pa.Table.from_pylist([summary], tables.SUMMARY.arrow),
    }


def leads(row: dict[str, Any], fdr: float) -> bool:
    """Whether one of the two runs ahead: q under the limit, and the interval of the lag lies beyond a bin."""
    return (
        row["lag_q"] is not None
        and row["lag_q"] <= fdr
        and (row["lag_low_s"] > row["lag_bin_s"] or row["lag_high_s"] < -row["lag_bin_s"])
    )


def _courses(acts: pa.Table) -> list[Course]:
    """Objects in text order; a post that carries an object twice counts once."""
    order = [("value", "ascending"), ("posted_at", "ascending"), ("post_id", "ascending")]
    rows = acts.sort_by(order)
    value, post = (pc.dictionary_encode(flat(rows.column(c))) for c in ("value", "post_id"))
    code, which = (x.indices.to_numpy(zero_copy_only=False).astype(np.int64) for x in (value, post))
    once = np.ones(len(code), np.bool_)
    once[1:] = (code[1:] != code[:-1]) | (which[1:] != which[:-1])
    account = (
        pc.dictionary_encode(flat(rows.column("account_id")))
        .indices.to_numpy(zero_copy_only=False)
        .astype(np.int64)[once]
    )
    time = rows.column("posted_at").cast(pa.int64()).to_numpy()[once]
    carried, linked = (np.asarray(rows.column(c).to_numpy(), np.bool_)[once] for c in ("carried", "linked"))
    code = code[once]
    first = np.zeros(len(code), np.bool_)
    if len(code):
        first[np.unique(code * (int(account.max()) + 1) + account, return_index=True)[1]] = True
    bounds = np.searchsorted(code, np.arange(len(value.dictionary) + 1))
    return [
        Course(value.dictionary[k].as_py(), time[a:b], carried[a:b], linked[a:b], account[a:b], first[a:b])
        for k, (a, b) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True))
    ]


def _stretch(course: Course, week: Week) -> tuple[Ints, int]:
    """(edges, width): the stretch with the middle 96 % of the posts and some room, in at most 120 bins."""
    low, high = np.quantile(course.time, [0.02, 0.98])
    room = 0.15 * (high - low)
    start, end = max(float(low - room), week.start_us), min(float(high + room), week.end_us)
    least = resolution_us(course.time) // SECOND_US
    width = next((w for w in _WIDTHS_S if w >= least and (end - start) / (w * SECOND_US) <= _BINS), _WIDTHS_S[-1])
    step = width * SECOND_US
    first = int(start // step * step)
    many = max(int(-(-(end - first) // step)), 1)
    return first + step * np.arange(many + 1, dtype=np.int64), width


def _object(
    course: Course, week: Week, params: Params
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    edges, width = _stretch(course, week)
    sorts = (~course.carried & ~course.linked, ~course.carried & course.linked, course.carried)
    counts = np.stack([course.of(s, edges) for s in sorts])
    due = week.hours(edges)
    n = counts.shape[1]
    found = changes(counts, due, copies=int(params["copies"]), seed=int(params["seed"]))
    starts = [*found.starts, n]
    fresh = course.of(course.new, edges)
    parts = [_part(counts, fresh, due, a, b) for a, b in pairwise(starts)]
    names = names_of(parts)
    cut = bool(edges[0] <= week.start_us + width * SECOND_US and parts[0].posts)
    row = {
        "object": course.name, "posts": len(course.time), "accounts": len(np.unique(course.account)), "first_at": int(course.time[0]),
        "last_at": int(course.time[-1]), "from_at": int(edges[0]), "to_at": int(edges[-1]), "bin_s": width, "phases": ", ".join(names),
        "gain": found.gain, "gain_by_chance": found.expected, "p": found.p, "ruling": ruling_of(names, [x.posts for x in parts], cut=cut), "cut": cut,
        "calls": int(sorts[0].sum()), "links": int(sorts[1].sum()),
    }  # fmt: skip
    phases = [
        {
            "object": course.name, "number": k + 1, "phase": name, "from_at": int(edges[starts[k]]), "to_at": int(edges[starts[k + 1]]),
            "posts": part.posts, "calls": part.calls, "links": part.links, "reposts": part.reposts, "new_accounts": part.newcomers,
            "per_hour": part.rate,
        }
        for k, (name, part) in enumerate(zip(names, parts, strict=True))
    ]  # fmt: skip
    flat_rate = counts.sum() / due.sum()
    line = [
        {"object": course.name, "at": int(edges[k]), "posts": int(counts[:, k].sum()), "own": int(counts[:2, k].sum()),
         "expected": float(flat_rate * due[k])}
        for k in range(n)
    ]  # fmt: skip
    return row, phases, line


def _part(counts: Floats, fresh: Floats, due: Floats, a: int, b: int) -> Stretch:
    calls, links, reposts = (int(x) for x in counts[:, a:b].sum(1))
    return Stretch(calls, links, reposts, int(fresh[a:b].sum()), float(due[a:b].sum()))


def _lag(course: Course, week: Week, params: Params) -> dict[str, Any]:
    """Lead or lag of own posts with links behind those without, over the whole course."""
    blank = dict.fromkeys(("lag_s", "lag_low_s", "lag_high_s", "lag_p", "lag_q", "longest_s", "lag_bin_s"))
    calls, links = ~course.carried & ~course.linked, ~course.carried & course.linked
    if min(int(calls.sum()), int(links.sum())) < _PAIRED:
        return blank
    low, high = np.quantile(course.time, [0.01, 0.99])
    span = float(high - low) / SECOND_US
    longest = next((x for x in _LAGS_S if span >= PER_LAG * x * (LEAST_BLOCKS + 1)), None)
    least = resolution_us(course.time) // SECOND_US
    width = next((w for w in _FINE_S if w >= least and span / w <= _FINE_BINS), None)
    if longest is None or width is None:
        return blank
    edges = int(low) + width * SECOND_US * np.arange(int(span // width) + 1, dtype=np.int64)
    due = week.hours(edges)
    series = [(x := course.of(s, edges)) - x.sum() * due / due.sum() for s in (calls, links)]
    smooth = max(longest / width / 48, 1.0)
    found = lead_lag(
        series[0],
        series[1],
        longest // width,
        smooth=smooth,
        copies=int(params["copies"]) + 100,
        seed=int(params["seed"]),
    )
    if found is None:
        return blank
    return {
        "lag_s": found.bins * width, "lag_low_s": found.low * width, "lag_high_s": found.high * width, "lag_p": found.p,
        "lag_q": None, "longest_s": longest, "lag_bin_s": width,
    }  # fmt: skip


def _controlled(rows: list[dict[str, Any]], fdr: float) -> None:
    """Q over all objects; where no change survives, there are no phases."""
    q = benjamini_hochberg(np.array([r["p"] for r in rows]), len(rows))
    for row, one in zip(rows, q.tolist(), strict=True):
        row["q"] = one
        if one > fdr or not row["gain"] > 0:
            row["ruling"], row["phases"] = "none", QUIET if not row["posts"] else ""
    led = [r for r in rows if r["lag_p"] is not None]
    for row, one in zip(led, benjamini_hochberg(np.array([r["lag_p"] for r in led]), len(led)).tolist(), strict=True):
        row["lag_q"] = one
