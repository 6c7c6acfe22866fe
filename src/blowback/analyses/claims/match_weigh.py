"""The primary test: how much more what followed a claim says for it than what follows at that place anyway.

A match in a town where something fits in nine weeks of ten says next to nothing, one where nothing had fitted for a year
says a lot. So matches are not counted but weighed, each claim by the likelihood ratio of the events in its own time:

    LR = 1 - pi + pi x sum over events of fit / (mean fit) x g(lead) / rate

It is that of a Poisson process with one event added, at a lead with density g, with chance pi, against the process alone
(Daley, Vere-Jones 2003, ch. 7). `rate` is that of fitting events at the claim's place over all that the source covers, the
days after the claim too: under the null the claims' times know nothing of the events, so the record of the place may be
used whole. What the evidence of all claims comes to is compared with shifted dates alone, so that neither the rates nor g
nor pi need be right for the p to hold: they decide about power only.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from blowback.analyses.claims.match_base import alone
from blowback.analyses.claims.match_kernel import Fit, Keyed
from blowback.analyses.claims.match_nulls import Covered
from blowback.analyses.claims.match_units import FORWARD, LONGEST_EVENT, Floats, Happened, Units

# Fixed before anything is looked at. Of claims that know a tenth is the spec's own example; 0.05 and 0.2 find as much.
KNOWING: Final = 0.1
# Undated announcements: half of the leads anywhere in the horizon, half early (density 3 (1 - x)^2), a mean of 5.3 of 14
# days. Announced protests came 4.1 d after the first post on average (Muthiah 2015), alerts of EMBERS 8.8 d ahead.


def weighed(
    units: Units, keys: Keyed, fit: Fit, events: Happened, cover: Covered, moved: Floats
) -> Floats:  # fmt: skip
    """The evidence of each unit at each move, in bits: above 0 where what followed is rather that of a claim that knows.

    Args:
        units: the claims.
        keys: what they ask.
        fit: the events that fit each key in all but time.
        events: of one source.
        cover: when the source has events in the country of each unit.
        moved: days by which each unit is moved, shape (moves, units).
    """
    from blowback.analyses.claims import match_weigh_kernel as kernel  # noqa: PLC0415  # numba takes a second to import

    lo, hi = events.since[fit.event] - events.doubt[fit.event], events.until[fit.event] + events.doubt[fit.event]
    order = np.lexsort((lo, fit.key))
    first = np.searchsorted(fit.key[order], np.arange(len(keys) + 1))
    early = np.isin(units.kind.astype(str), FORWARD) & ~units.stated
    return np.asarray(
        kernel.evidence(
            keys.unit, units.start, units.end - units.start, early, np.nan_to_num(moved), first, lo[order],
            np.maximum(hi, lo + 1e-6)[order], _worth(keys, fit, events, cover)[order], LONGEST_EVENT + 1.0, KNOWING,
        )
    )  # fmt: skip


def _worth(keys: Keyed, fit: Fit, events: Happened, cover: Covered) -> Floats:
    """Of each event to each key: its fit over the mean fit there, over the events a day; one event more than were seen.

    Events of one place and day count as one.
    """
    share = alone(events)[fit.event]
    number = np.bincount(fit.key, weights=share, minlength=len(keys))
    mean = np.bincount(fit.key, weights=share * fit.weight, minlength=len(keys)) / np.maximum(number, 1e-12)
    days = np.zeros(len(keys))
    np.maximum.at(days, keys.unit, np.nan_to_num(cover.hi - cover.lo))
    rate = (number + 1.0) / np.maximum(days, 1.0)
    return np.asarray(share * fit.weight / (mean * rate)[fit.key])
