"""The base rate: how often a matching event happens at that place anyway, from what came before the claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.claims.match_kernel import DISTRICT_KM, Keyed
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_units import Floats, Happened, Units, fits_of

# Violence excites itself: what happened last week says more than what happened three months ago. The weight of an event
# falls with this time constant (Mohler et al. 2011, JASA 106: self-exciting point processes of crime; the value is ours).
DECAY_DAYS: Final = 30.0
PRIOR_DAYS: Final = 20.0  # days of the district's rate that the place's own record is mixed with


@dataclass(frozen=True, slots=True)
class Base:
    """For each unit: matching events a day at its place, and the chance of one in its own window."""

    rate: Floats
    p0: Floats


def base(keys: Keyed, units: Units, events: Happened, how: Chosen) -> Base:
    """Rates from the `base_days` before each claim (before its post and before the time it is about).

    The expected number of matches is (sum over the place's events of age weight x span of starts at which it would match
    + PRIOR_DAYS x the district's rate x that span) / (effective days + PRIOR_DAYS). The district's rate is that within
    75 km, spread evenly over it and taken for the area in which an event of that fit would match. Events of one place
    and day count as one. p0 = 1 - exp(-expected); the rate is per day of the claim's window.
    """
    _, actors, parties, types = fits_of(units, events, how)
    expected, alone = np.zeros(len(units)), _alone(events)
    before = np.minimum(units.at, units.start)
    order = np.argsort(keys.unit, kind="stable")
    begin = np.searchsorted(keys.unit[order], np.arange(len(keys) + 1))
    seen = DECAY_DAYS * (1 - np.exp(-how.base_days / DECAY_DAYS))
    for k in range(len(keys)):
        event, km = keys.near.of(int(keys.place[k]))
        if not len(event):
            continue
        fit = types[keys.type[k], events.type[event]] * actors[keys.actor[k], parties[event]]
        spread = keys.radius[k] ** 2 + events.radius[event] ** 2
        weight = fit * np.exp(-(km**2) / (2 * spread))
        length, lasts = keys.length[k], events.until[event] - events.since[event] + 2 * events.doubt[event]
        with np.errstate(divide="ignore"):
            need = np.minimum(1.0, how.score / weight) * np.minimum(length, lasts)
            area = np.clip(2 * spread * np.log(fit / how.score) / DISTRICT_KM**2, 0.0, 1.0)
        place = alone[event] * (weight >= how.score) * (length + lasts - 2 * need)
        district = alone[event] * area * (length + lasts - np.minimum(length, lasts))
        mine = order[begin[k] : begin[k + 1]]
        age = before[mine][:, None] - events.until[event]
        fresh = np.where((age >= 0) & (age <= how.base_days), np.exp(-np.maximum(age, 0) / DECAY_DAYS), 0.0)
        expected[mine] = (fresh @ place + PRIOR_DAYS * (fresh @ district) / seen) / (seen + PRIOR_DAYS)
    return Base(expected / (units.end - units.start), 1 - np.exp(-expected))


def _alone(events: Happened) -> Floats:
    """One over the number of events of the same place and day: a day of fighting in one town is one occasion."""
    rows = np.stack([np.round(events.lat, 2), np.round(events.lon, 2), np.floor(events.since)], 1)
    _, which, count = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(1.0 / count[which.reshape(-1)])
