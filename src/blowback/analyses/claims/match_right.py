"""Base rates put right by what they are off by when a campaign's places change hands."""

from __future__ import annotations

from typing import Final

import numpy as np

from blowback.analyses.claims.match_base import bases
from blowback.analyses.claims.match_kernel import Keyed
from blowback.analyses.claims.match_nulls import Covered, dealt
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_record import RESOLVED, logistic, platt
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import Floats, Happened, Ints, Units
from blowback.tools.geo import EARTH_KM

_DEALS: Final = 4
_BLOCKS: Final = 8  # of claims in time: each is put right by what was resolved before it begins
_LEAST: Final = 1e-3
_APART_KM: Final = 25.0  # nearer, the event of the claim whose time it is would be met


def put_right(
    keys: Keyed, units: Units, events: Happened, held: Spans, cover: Covered, p0: Floats, how: Chosen
) -> Floats:
    """Base rates of the claims as they are, after a logistic curve through those of dealt claims.

    Where fighting and posts swell together, and where true claims put events into the weeks the campaign talks of, a claim
    that knows nothing meets an event more often than the 90 days before it let expect. Claims whose places were dealt anew
    within the country know nothing by construction; what they meet is held against what their base rates said. Only what was
    resolved before a block of claims begins is used for it; with fewer than 30 such the base rates stay as they are.

    Args:
        keys: what the claims ask.
        units: the claims.
        events: of one source.
        held: when a claim's window could begin so that an event matches it.
        cover: country of each claim.
        p0: base rates.
        how: parameters.
    """
    moved, far = np.zeros((_DEALS, len(units))), np.zeros((_DEALS, len(units)), np.bool_)
    for n, drawn in enumerate(dealt(cover.country, _DEALS, how.seed + 4)):
        moved[n, drawn] = units.at - units.at[drawn]  # a place at the time of another claim, made of another place
        far[n, drawn] = _km(units, drawn) > _APART_KM
    rate = bases(keys, units, events, how, moved)[1]
    found = np.stack([held.hold(keys.unit, units.start + by) for by in moved])
    other = far & (cover.country >= 0)
    end, said, met = (units.end + moved)[other], _odds(rate[other]), found[other].astype(np.float64)
    out = p0.copy()
    for block in np.array_split(np.arange(len(units)), _BLOCKS):
        known = end < (units.at[block[0]] if len(block) else -np.inf)
        if known.sum() >= RESOLVED:
            a, b = platt(said[known], met[known])
            out[block] = logistic(a + b * _odds(p0[block]))
    return out


def _km(units: Units, drawn: Ints) -> Floats:
    """From the place of each claim to that of the one it is dealt; flat, which does for so short a reach."""
    y, x = units.lat - units.lat[drawn], units.lon - units.lon[drawn]
    return np.asarray(np.radians(np.hypot(y, x * np.cos(np.radians(units.lat)))) * EARTH_KM)


def _odds(p: Floats) -> Floats:
    p = np.clip(p, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(p / (1 - p)))
