"""The base rate: how often a matching event happens at that place anyway, from what came before the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_kernel import Keyed
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_units import Floats, Happened, Ints, Units

# Violence excites itself: what happened last week says more than what happened three months ago. The weight of an event
# falls with this time constant (Mohler et al. 2011, JASA 106: self-exciting point processes of crime). This and SHAPE were
# chosen on UCDP GED of Iraq and Syria: random claims at attacked towns, see docs/evaluation/claims.md.
DECAY_DAYS: Final = 30.0
SHAPE: Final = (
    1.0  # events that the district's rate counts for: towns of a district differ widely (gamma of this shape)
)
LEAST_RATE: Final = (
    0.1 / 365
)  # events a day that a quiet district is taken to have: nothing seen in 90 days is not nothing


@dataclass(frozen=True, slots=True)
class Base:
    """For each unit: matching events a day at its place, and the chance of one in its own window."""

    rate: Floats
    p0: Floats


def base(keys: Keyed, units: Units, events: Happened, how: Chosen) -> Base:
    """Rates from the `base_days` before each claim (before its post and before the time it is about).

    lambda = (n + SHAPE) / (T + SHAPE / lambda_place), the mean of a gamma-Poisson: n events that would match at the place,
    T days, both weighted by age. lambda_place is the same over everything the source has from before, drawn to the rate of
    a place of its district (events of a fitting kind within 75 km over the number of places they happened at). Events of
    one place and day count as one occasion. p0 = 1 - exp(-lambda x span), where the span is that of the times at which a
    claim of this length would match a typical event.
    """
    rate, p0 = bases(keys, units, events, how, np.zeros((1, len(units))))
    return Base(rate[0], p0[0])


def bases(keys: Keyed, units: Units, events: Happened, how: Chosen, moved: Floats) -> tuple[Floats, Floats]:
    """(rates, base rates) when all times of the claims are moved. Shapes: as `moved`, (moves, units), in days."""
    single, cell, first = alone(events), _cells(events), _first(events)
    before = np.minimum(units.at, units.start) + moved
    order = np.argsort(keys.unit, kind="stable")
    begin = np.searchsorted(keys.unit[order], np.arange(len(keys) + 1))
    seen = DECAY_DAYS * (1 - np.exp(-how.base_days / DECAY_DAYS))
    rate = np.full(moved.shape, LEAST_RATE)
    span = np.broadcast_to(units.end - units.start + 0.5, moved.shape).copy()
    for k in range(len(keys)):
        event, km = keys.near.of(int(keys.place[k]))
        if not len(event):
            continue
        fit = (
            keys.fits.types[keys.type[k], events.type[event]]
            * keys.fits.actors[keys.actor[k], keys.fits.parties[event]]
        )
        weight = fit * np.exp(-(km**2) / (2 * (keys.radius[k] ** 2 + events.radius[event] ** 2)))
        ours, theirs = single[event] * (weight >= how.score), single[event] * (fit >= how.score)
        mine = order[begin[k] : begin[k + 1]]
        start = before[:, mine].ravel()
        age = start[:, None] - events.until[event]
        past = age >= 0
        fresh = np.zeros(age.shape)
        new = past & (age <= how.base_days)
        fresh[new] = np.exp(-age[new] / DECAY_DAYS)
        whole = np.maximum(start - first[event].min(), how.base_days)
        district = np.maximum(LEAST_RATE, past @ theirs / whole / max(1, len(np.unique(cell[event]))))
        place = (past @ ours + SHAPE) / (whole + SHAPE / district)
        shape = (len(moved), len(mine))
        rate[:, mine] = ((fresh @ ours + SHAPE) / (seen + SHAPE / place)).reshape(shape)
        span[:, mine] = _span(keys.length[k], fresh * ours, weight, event, events, how).reshape(shape)
    return rate, 1 - np.exp(-rate * span)


def _span(length: float, share: Floats, weight: Floats, event: Ints, events: Happened, how: Chosen) -> Floats:
    """Mean span of starts at which a claim of this length would match the events near by, fresher ones counting more."""
    lasts = events.until[event] - events.since[event] + 2 * events.doubt[event]
    with np.errstate(divide="ignore"):
        need = np.minimum(1.0, how.score / weight) * np.minimum(length, lasts)
    total = share.sum(1)
    usual = length + 1.0 - min(length, 1.0)
    return np.where(total > 0, share @ (length + lasts - 2 * need) / np.maximum(total, 1e-12), usual)


def _first(events: Happened) -> Floats:
    """For each event the first day of the source in its country."""
    names, which = np.unique(events.country.astype(str), return_inverse=True)
    start = np.full(len(names), np.inf)
    np.minimum.at(start, which, events.since)
    return np.asarray(start[which])


def _cells(events: Happened) -> Ints:
    """Which square of 0.1 degrees each event lies in: about one place."""
    rows = np.stack([np.floor(events.lat * 10), np.floor(events.lon * 10)], 1)
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def alone(events: Happened) -> Floats:
    """One over the number of events of the same place and day: a day of fighting in one town is one occasion."""
    rows = np.stack([np.round(events.lat, 2), np.round(events.lon, 2), np.floor(events.since)], 1)
    _, which, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[which.reshape(-1)])
