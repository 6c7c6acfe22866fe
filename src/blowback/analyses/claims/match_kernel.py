"""The kernel (reference 4.6): type fit x actor fit x exp(-d^2 / 2(sc^2 + se^2)) x overlap of the intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_near import Near, distinct, near
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import Fits, Floats, Happened, Ints, Units, fits_of

DISTRICT_KM: Final = 75.0
_DENSE: Final = 3000  # clusters of one knot of rivals up to which the assignment is exact


@dataclass(frozen=True, slots=True)
class Keyed:
    """Units that ask for the same (place, radius, type, actor, length of time) share a key; times do not matter here."""

    unit: Ints  # key of each unit
    place: Ints  # distinct place of each key
    radius: Floats
    type: Ints
    actor: Ints
    length: Floats  # days
    fits: Fits
    near: Near  # events within DISTRICT_KM of each distinct place
    where: tuple[Floats, Floats]  # latitudes and longitudes of the distinct places

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True)
class Fit:
    """Events that fit a key in all but time, with how far they are and how well they fit. Ordered by key."""

    key: Ints
    event: Ints
    km: Floats
    type: Floats  # fit of the type
    actor: Floats
    weight: Floats  # type x actor x distance


@dataclass(frozen=True, slots=True)
class Pairs:
    """Unit and event that fit in time as well: `score` is the whole kernel."""

    unit: Ints
    event: Ints
    score: Floats
    fit: Ints  # index into the Fit


def keyed(units: Units, events: Happened, how: Chosen) -> Keyed:
    """The distinct questions, and what lies around their places."""
    fits = fits_of(units, events, how)
    lat, lon, place = distinct(units.lat, units.lon)
    length = np.round(units.end - units.start, 3)
    rows = np.stack([place, np.round(units.radius, 2), units.type, fits.actor, length], 1)
    keys, unit = np.unique(rows, axis=0, return_inverse=True)
    around = near((lat, lon), (events.lat, events.lon), DISTRICT_KM)
    return Keyed(
        unit.reshape(-1).astype(np.int64), keys[:, 0].astype(np.int64), keys[:, 1], keys[:, 2].astype(np.int64),
        keys[:, 3].astype(np.int64), keys[:, 4], fits, around, (lat, lon),
    )  # fmt: skip


def fitting(keys: Keyed, events: Happened, how: Chosen) -> Fit:
    """Events whose type, actors and distance fit each key at least as well as `score` asks."""
    fits = keys.fits
    parts: list[tuple[Ints, Ints, Floats, Floats, Floats, Floats]] = []
    for k in range(len(keys)):
        event, km = keys.near.of(int(keys.place[k]))
        kind, who = fits.types[keys.type[k], events.type[event]], fits.actors[keys.actor[k], fits.parties[event]]
        spread = keys.radius[k] ** 2 + events.radius[event] ** 2
        weight = kind * who * np.exp(-(km**2) / (2 * spread))
        good = weight >= how.score
        parts.append((np.full(int(good.sum()), k), event[good], km[good], kind[good], who[good], weight[good]))
    columns = [np.concatenate(c) if parts else np.empty(0) for c in zip(*parts, strict=True)] or [np.empty(0)] * 6
    return Fit(columns[0].astype(np.int64), columns[1].astype(np.int64), *columns[2:])


def spans(fit: Fit, keys: Keyed, events: Happened, how: Chosen) -> Spans:
    """For each key the times at which a claim's own window could begin so that some event matches it.

    The overlap is taken as a share of the shorter of the two intervals, so each event asks for one span of starts.
    """
    lo, hi = events.since[fit.event] - events.doubt[fit.event], events.until[fit.event] + events.doubt[fit.event]
    length = keys.length[fit.key]
    need = np.minimum(1.0, how.score / fit.weight) * np.minimum(length, hi - lo)
    return Spans.of(fit.key, lo + need - length, hi - need)


def pairs(fit: Fit, keys: Keyed, units: Units, events: Happened, how: Chosen) -> Pairs:
    """Every unit and event whose score reaches `score`."""
    order = np.argsort(keys.unit, kind="stable")
    begin = np.searchsorted(keys.unit[order], np.arange(len(keys) + 1))
    first = np.searchsorted(fit.key, np.arange(len(keys) + 1))
    lo, hi = events.since - events.doubt, events.until + events.doubt
    found: list[tuple[Ints, Ints, Floats]] = []
    for k in np.flatnonzero(np.diff(first)).tolist():
        mine, rows = order[begin[k] : begin[k + 1]], np.arange(first[k], first[k + 1])
        event = fit.event[rows]
        start, end = units.start[mine][:, None], units.end[mine][:, None]
        shared = np.minimum(end, hi[event]) - np.maximum(start, lo[event])
        shorter = np.minimum(end - start, hi[event] - lo[event])
        score = fit.weight[rows] * np.clip(shared / shorter, 0.0, 1.0)
        at, which = np.nonzero(score >= how.score - 1e-9)
        found.append((mine[at], rows[which], score[at, which]))
    if not found:
        none = np.empty(0, np.int64)
        return Pairs(none, none, np.empty(0), none)
    unit, row, score = (np.concatenate(c) for c in zip(*found, strict=True))
    return Pairs(unit, fit.event[row], score, row)


def assigned(found: Pairs) -> Ints:
    """Which pairs stay so that each event is used by one unit at most, and each unit has one event.

    The sum of scores is the greatest in every knot of rivals with up to 3,000 units; in larger ones the best pair is
    taken first.
    """
    if not len(found.unit):
        return np.empty(0, np.int64)
    from scipy.sparse import coo_array  # noqa: PLC0415  # as above
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    unit, u = np.unique(found.unit, return_inverse=True)
    event, e = np.unique(found.event, return_inverse=True)
    size = len(unit) + len(event)
    links = coo_array((np.ones(len(u)), (u, e + len(unit))), shape=(size, size))
    knot = connected_components(links, directed=False)[1][u]
    order = np.argsort(knot, kind="stable")
    knots = np.split(order, np.flatnonzero(np.diff(knot[order])) + 1)
    return np.sort(np.concatenate([_knot(found, rows) for rows in knots]))


def _knot(found: Pairs, rows: Ints) -> Ints:
    if len(rows) == 1:
        return rows
    unit, u = np.unique(found.unit[rows], return_inverse=True)
    event, e = np.unique(found.event[rows], return_inverse=True)
    if len(unit) <= _DENSE and len(unit) * len(event) <= 9_000_000:
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  # as above

        gain, row = np.zeros((len(unit), len(event))), np.full((len(unit), len(event)), -1)
        gain[u, e], row[u, e] = found.score[rows], rows
        a, b = linear_sum_assignment(gain, maximize=True)
        picked = row[a, b]
        return np.asarray(picked[picked >= 0], np.int64)
    used_u, used_e, out = np.zeros(len(unit), np.bool_), np.zeros(len(event), np.bool_), []
    best = np.lexsort((e, u, -found.score[rows]))
    for n in best.tolist():
        if not used_u[u[n]] and not used_e[e[n]]:
            used_u[u[n]] = used_e[e[n]] = True
            out.append(int(rows[n]))
    return np.array(out, np.int64)
