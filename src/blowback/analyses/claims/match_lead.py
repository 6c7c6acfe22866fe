"""How far ahead: from the first post of a cluster to the onset of what it announces, with those that never came counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from blowback.analyses.claims.match_kernel import Keyed
from blowback.analyses.claims.match_nulls import SPARE, Circle, Covered, shifted
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_record import by_week
from blowback.analyses.claims.match_spans import Moments
from blowback.analyses.claims.match_units import FORWARD, Bools, Floats, Happened, Ints, Units
from blowback.tools.geo import EARTH_KM

_SAME_KIND: Final = 0.3  # type x actor fit from which an event is one of the announced kind
_DRAWS: Final = 500
_LEAST: Final = 5  # onsets: resampling fewer draws the same few again, down to an interval of no width
_REPORT_KM: Final = 15.0
MARKS: Final = (3.0, 7.0, 14.0)  # days at which the share that has come true is told


@dataclass(frozen=True, slots=True)
class Leads:
    """For each unit: days until the first onset or the first event that is no onset, whichever comes first."""

    days: Floats  # to what came first, or to the end of the horizon or of the data
    state: npt.NDArray[np.object_]  # onset, going_on (an event that is no onset came first), none, censored
    event: Ints  # the event, -1 for none


@dataclass(frozen=True, slots=True)
class Ahead:
    """Moments to come for each key: onsets and other events of the announced kind."""

    onset: Moments
    other: Moments
    key: Ints  # of each unit


def ahead_of(keys: Keyed, events: Happened, how: Chosen) -> Ahead:
    """Onsets: events of a fitting kind within `onset_km` with none of them in the `onset_days` before.

    The start of an event is moved ahead by the doubt of its date, so that a lead is never longer than the data bear out.
    """
    rows, key = np.unique(np.stack([keys.place, keys.type, keys.actor], 1), axis=0, return_inverse=True)
    made: dict[bool, list[tuple[Ints, Floats, Ints]]] = {True: [], False: []}
    for k, (place, kind, actor) in enumerate(rows.tolist()):
        event, km = keys.near.of(place)
        fit = keys.fits.types[kind, events.type[event]] * keys.fits.actors[actor, keys.fits.parties[event]]
        event = event[(km <= how.onset_km) & (fit >= _SAME_KIND)]
        event = event[np.argsort(events.since[event], kind="stable")]
        start = events.since[event] - events.doubt[event]
        until = np.maximum.accumulate(events.until[event]) if len(event) else start
        first = np.append(True, events.since[event][1:] - until[:-1] >= how.onset_days)[: len(event)]
        for onset in (True, False):
            some = first == onset
            made[onset].append((np.full(int(some.sum()), k), start[some], event[some]))
    onsets, others = (Moments.of(*_joined(made[o])) for o in (True, False))
    return Ahead(onsets, others, key.reshape(-1)[keys.unit])


def _joined(parts: list[tuple[Ints, Floats, Ints]]) -> tuple[Ints, Floats, Ints]:
    if not parts:
        return np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64)
    key, at, item = (np.concatenate(c) for c in zip(*parts, strict=True))
    return key.astype(np.int64), at.astype(np.float64), item.astype(np.int64)


def leads(ahead: Ahead, units: Units, at: Floats, cover: Covered) -> Leads:
    """What came first after each time, followed for 14 days or the claim's own horizon, as far as the source covers."""
    wait, event = ahead.onset.after(ahead.key, at)
    busy, other = ahead.other.after(ahead.key, at)
    follow = np.maximum(units.end - units.at, MARKS[-1])
    seen = np.nan_to_num(np.maximum(cover.hi - at, 0.0))
    end = np.minimum(follow, seen)
    state = np.where(seen < follow, "censored", "none").astype(object)
    first = np.minimum(wait, busy)
    state[(busy <= end) & (busy < wait)] = "going_on"
    state[(wait <= end) & (wait <= busy)] = "onset"
    item = np.where(state == "onset", event, np.where(state == "going_on", other, -1))
    return Leads(np.where(item >= 0, first, end), state, item)


def incidence(days: Floats, state: npt.NDArray[np.object_], marks: tuple[float, ...] | Floats) -> Floats:
    """Share of claims whose onset has come by each mark: Aalen-Johansen, an event that is no onset competing.

    Claims for which nothing came are right-censored where their follow-up ends, not left out.
    (Aalen, Johansen 1978; Andersen et al. 2012.)
    """
    moments, which = np.unique(days, return_inverse=True)
    onset, gone = (
        np.bincount(which, weights=np.isin(state, w), minlength=len(moments))
        for w in (["onset"], ["onset", "going_on"])
    )
    at_risk = len(days) - np.append(0, np.cumsum(np.bincount(which, minlength=len(moments)))[:-1])
    with np.errstate(invalid="ignore", divide="ignore"):
        alive = np.cumprod(1 - gone / at_risk)
    share = np.cumsum(np.append(1.0, alive[:-1]) * onset / at_risk)
    return np.append(0.0, share)[np.searchsorted(moments, np.asarray(marks), "right")]


def restricted(days: Floats, state: npt.NDArray[np.object_], until: float) -> float:
    """Restricted mean: days of warning lost are days without the onset, up to `until`; all of them where it never comes."""
    grid = np.linspace(0, until, 57)
    return float(np.trapezoid(1 - incidence(days, state, grid), grid))


def in_time(units: Units, found: Leads) -> Bools:
    """An onset came within the time that the claim itself is about."""
    return np.asarray((found.state == "onset") & (units.at + found.days <= units.end), np.bool_)


def rows_of(units: Units, found: Leads, events: Happened, reports: Floats) -> list[dict[str, Any]]:
    """The table `lead_times`, for forward-looking units alone."""
    out, fulfilled = [], in_time(units, found)
    for n in np.flatnonzero(np.isin(units.kind.astype(str), FORWARD) & ~units.negated).tolist():
        happened = found.event[n] >= 0
        out.append({
            "cluster_id": units.id[n], "post_id": units.post[n], "event_source": events.source, "class": units.kind[n],
            "state": found.state[n], "days": float(found.days[n]), "in_time": bool(fulfilled[n]),
            "event_id": events.id[found.event[n]] if happened else None,
            "report_days": None if np.isinf(reports[n]) else float(reports[n]),
        })  # fmt: skip
    return out


def first_reports(units: Units) -> Floats:
    """Days from each unit's first post to the first report by another account of that kind at that place; else infinite.

    Negative where the report was earlier: then the announcement was none.
    """
    out = np.full(len(units), np.inf)
    reports = np.flatnonzero((units.kind.astype(str) == "report") & ~units.negated)
    begins = np.searchsorted(units.at[reports], units.at - 14, "right")  # units are in order of their first post
    ends = np.searchsorted(units.at[reports], units.end, "left")
    for n in np.flatnonzero(np.isin(units.kind.astype(str), FORWARD)).tolist():
        same = reports[begins[n] : ends[n]]
        same = same[(units.type[same] == units.type[n]) & (units.account[same] != units.account[n])]
        if len(same):
            y, x = np.radians(units.lat[same] - units.lat[n]), np.radians(units.lon[same] - units.lon[n])
            km = EARTH_KM * np.hypot(y, x * np.cos(np.radians(units.lat[n])))
            close = same[km <= _REPORT_KM]
            if len(close):
                out[n] = float((units.at[close] - units.at[n]).min())
    return out


def summary(
    units: Units, ahead: Ahead, cover: Covered, where: Circle, source: str, how: Chosen
) -> list[dict[str, Any]]:
    """The table `leads`: each forward-looking class with its null beside it."""
    forward = np.flatnonzero(np.isin(units.kind.astype(str), FORWARD) & ~units.negated & where.fits)
    if not len(forward):
        return []
    some = units.take(forward)
    held = Ahead(ahead.onset, ahead.other, ahead.key[forward])
    seen = Covered(cover.lo[forward], cover.hi[forward], cover.country[forward])
    real = leads(held, some, some.at, seen)
    reports = first_reports(units)[forward]
    drawn = [leads(held, some, t[forward], seen) for t in shifted(units, where, how.shifts)]
    out = []
    for kind in FORWARD:
        mine = some.kind.astype(str) == kind
        if mine.any():
            out.append(
                {"event_source": source, "class": kind, **_told(some, real, drawn, mine, how), **_before(reports[mine])}
            )
    return out


def _before(reports: Floats) -> dict[str, Any]:
    known = reports[np.isfinite(reports)]
    return {"reports": len(known), "before_report": float(np.median(known)) if len(known) else None}


def _told(units: Units, real: Leads, drawn: list[Leads], mine: Bools, how: Chosen) -> dict[str, Any]:
    days, state = real.days[mine], real.state[mine]
    fulfilled = int(in_time(units, real)[mine].sum())
    hit = days[state == "onset"]
    until = MARKS[-1]
    samples = by_week(units.at[mine], _DRAWS, how.seed)
    medians = [np.median(h) for w in samples if len(h := days[w][state[w] == "onset"])]
    means = [restricted(days[w], state[w], until) for w in samples[:100]]
    null_hits = np.array([(d.state[mine] == "onset").sum() for d in drawn])
    null_median = [np.median(h) for d in drawn if len(h := d.days[mine][d.state[mine] == "onset"])]
    null_mean = np.array([restricted(d.days[mine], d.state[mine], until) for d in drawn[:100]])
    shares = incidence(days, state, MARKS)
    enough = len(hit) >= _LEAST and len(medians) > _DRAWS / 2
    low, high = np.quantile(medians, (0.025, 0.975)) if enough else (np.nan, np.nan)
    mean = restricted(days, state, until)
    return {
        "n": int(mine.sum()), "onsets": len(hit), "in_time": fulfilled, "going_on": int((state == "going_on").sum()), "misses": int((state != "censored").sum()) - fulfilled,
        "censored": int((state == "censored").sum()), "expected": float(null_hits.mean()),
        "expected_low": float(np.quantile(null_hits, 0.025)), "expected_high": float(np.quantile(null_hits, 0.975)),
        "p": (1 + SPARE + int((null_hits >= len(hit)).sum())) / (len(drawn) + 1 + SPARE), "draws": len(drawn),
        "median": float(np.median(hit)) if len(hit) else None, "median_low": _number(low), "median_high": _number(high),
        "null_median": float(np.median(null_median)) if null_median else None,
        **{f"by_{m:.0f}d": float(s) for m, s in zip(MARKS, shares, strict=True)},
        "restricted": mean, "restricted_low": float(np.quantile(means, 0.025)), "restricted_high": float(np.quantile(means, 0.975)),
        "null_restricted": float(null_mean.mean()),
    }  # fmt: skip


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
