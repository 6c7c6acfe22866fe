"""What can be set in matching: units, bounds and defaults, and the windows that are fixed before anything is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from blowback.model.analysis import Param, Params

# Registered windows (reference N1): km, days before the post, days after it. A changed window is a new name.
WINDOWS: Final = {"10km_1d": (10.0, 1.0, 1.0), "25km_7d": (25.0, 0.0, 7.0)}
PARAMS: Final = (
    Param("shifts", "int", 200, "circular shifts (and deals of places) of each null", None, 20, 5000),
    Param("seed", "int", 1, "start of the random numbers", None, 0, 2**31),
    Param("score", "float", 0.2, "least kernel score at which an event matches a claim", None, 0.05, 0.9),
    Param("base_days", "float", 90.0, "time before a claim from which the base rate of its place is taken", "days", 14, 730),
    Param("least_lr", "float", 3.0, "least likelihood ratio of 'supported' and 'contradicted'", None, 1, 1000),
    Param("match_fdr", "float", 0.1, "false-discovery rate over all clusters held against a source", "share", 0.001, 0.5),
    Param("sensitivity", "text", "", "chance that a source holds an event that happened and that it can contain: 0.6, or ucdp_ged=0.5,acled=0.6-0.8; empty: from a second source where there is one, else not known and no probability is given"),
    Param("event_km", "float", 50.0, "events placed more coarsely than this are left out", "km", 1, 500),
    Param("place_km", "float", 50.0, "claims whose place is wider than this are too vague", "km", 1, 500),
    Param("place_p", "float", 0.5, "claims whose place is less sure than this are too vague", "share", 0, 1),
    Param("onset_km", "float", 25.0, "an onset is the first event of its kind within this distance", "km", 1, 200),
    Param("onset_days", "float", 14.0, "... and after so much time without one", "days", 1, 365),
    Param("own_side", "text", "", "the campaign's own side as event data name it, for 'we' and 'our' (such as IS)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The parameters, typed. Distances in km, times in days."""

    shifts: int
    seed: int
    score: float
    base_days: float
    least_lr: float
    fdr: float
    sensitivity: str  # as typed
    event_km: float
    place_km: float
    place_p: float
    horizon: float
    onset_km: float
    onset_days: float
    own_side: str


def chosen(params: Params) -> Chosen:
    """What was set, the rest by default. Unknown names are ignored: they are the analysis's own."""
    held = {p.name: params.get(p.name, p.default) for p in PARAMS} | {"horizon": params.get("horizon_days", 14.0)}

    def real(name: str) -> float:
        return float(held[name])

    return Chosen(
        int(held["shifts"]), int(held["seed"]), real("score"), real("base_days"), real("least_lr"), real("match_fdr"),
        str(held["sensitivity"]), real("event_km"), real("place_km"), real("place_p"), real("horizon"), real("onset_km"),
        real("onset_days"), str(held["own_side"]),
    )  # fmt: skip
