"""The primary test alone, which is quick: more worlds, so that its false finds and its power at the gate are known more closely."""

# ruff: noqa: E501  # rows of tables on one line

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from scipy import stats

from blowback.analyses.claims.match_kernel import fitting, keyed
from blowback.analyses.claims.match_nulls import SPARE, circle, covered, shifted
from blowback.analyses.claims.match_params import chosen
from blowback.analyses.claims.match_units import happened, units_of
from blowback.analyses.claims.match_weigh import weighed
from blowback.analyses.claims.match_windows import against
from blowback.tools.intervals import exact_share
from claims_match_chance import DESIGNS, of_ged
from claims_match_real import real_events
from claims_match_world import START, bursts, claims_of, events_of, independent, world

SHIFTS = 200  # the default
WORLDS = 1500
GATE_WORLDS = 300
SEED = 6_600_000
GATE = "300, 10 %, no date, up to 6 days ahead"
HOW = chosen({})


def primary(claims: pa.Table, events: pa.Table) -> float:
    """p of W over all claims, as `match_skill` makes it."""
    units, source = units_of(claims, HOW), happened(events, HOW)[0]
    keys, cover = keyed(units, source, HOW), covered(units, source)
    where = circle(units, cover, np.maximum(units.at - units.start, 0.0), np.maximum(units.end - units.at, 0.0))
    moved = np.vstack([np.zeros(len(units)), np.stack([t - units.at for t in shifted(units, where, SHIFTS)])])
    bits = weighed(units, keys, fitting(keys, source, HOW), source, cover, moved)[:, where.fits].sum(1)
    return float(against(float(bits[0]), bits[1:], spare=SPARE)["p"])


def _null(n: int, per_burst: int, *, ged: bool) -> Callable[[np.random.Generator], tuple[pa.Table, pa.Table]]:
    def draw(rng: np.random.Generator) -> tuple[pa.Table, pa.Table]:
        if ged:
            g, cut, town, at = of_ged(rng, n, per_burst)
            return claims_of(town, at, g), cut
        w = world(rng)
        town, _ = independent(rng, w, n)
        return claims_of(town, bursts(rng, START + 30, START + w.days - 20, n, per_burst), w), events_of(w)

    return draw


def alone() -> list[str]:
    """Rows of false finds by kind of world, then the gate."""
    out = ["| worlds | number | p <= 0.05 | p <= 0.01 | p <= 0.2 | KS p |", "|---|---|---|---|---|---|"]
    kinds = {
        "made, 25 bursts": (_null(200, 8, ged=False), WORLDS),
        "UCDP GED, 25 bursts": (_null(200, 8, ged=True), WORLDS),
        "made, ten bursts": (_null(120, 12, ged=False), WORLDS // 2),
        "UCDP GED, ten bursts": (_null(120, 12, ged=True), WORLDS // 2),
        f"foresight: {GATE}": (DESIGNS[GATE][1], GATE_WORLDS),
    }
    every: list[float] = []
    for k, (name, (draw, number)) in enumerate(kinds.items()):
        if "GED" in name and real_events() is None:
            continue
        p = np.array([primary(*draw(np.random.default_rng(SEED + 10_000 * k + n))) for n in range(number)])
        out.append(_row(name, p))
        if "foresight" not in name:
            every += p.tolist()
            if name.endswith("GED, ten bursts"):
                out.append(_row("**all that know nothing**", np.array(every)))
    return out


def _row(name: str, p: np.ndarray) -> str:
    low, high = exact_share(int((p <= 0.05).sum()), len(p))
    spread = p - np.random.default_rng(0).random(len(p)) / (SHIFTS + 2)
    ks = "" if "foresight" in name else f"{stats.kstest(spread, 'uniform').pvalue:.3f}"
    return f"| {name} | {len(p):,} | {(p <= 0.05).mean():.1%} [{low:.1%}, {high:.1%}] | {(p <= 0.01).mean():.1%} | {(p <= 0.2).mean():.1%} | {ks} |"
