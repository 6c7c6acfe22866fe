"""Better than chance? The evidence of the claims against shifted dates (the primary test), and matches against three nulls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import special  # a second less to load than scipy.stats

from blowback.analyses.claims.match_base import bases
from blowback.analyses.claims.match_kernel import Keyed
from blowback.analyses.claims.match_nulls import SPARE, Circle
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_record import RESOLVED, Record, by_week, recalibrated, reliability
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import Bools, Floats, Happened, Units
from blowback.analyses.claims.match_windows import against, classes
from blowback.tools import intervals

_DRAWS: Final = 500
_TRIALS: Final = 8  # shifts at which the base rates are tried
PRIMARY: Final = "W"
NULLS: Final = ("base", PRIMARY, "A", "C")
_EMPTY: Final[dict[str, Any]] = {
    "expected": None, "expected_low": None, "expected_high": None, "p": None, "draws": 0, "skill": None, "skill_low": None,
    "skill_high": None, "bits": None, "bits_expected": None, "bits_high": None,
}  # fmt: skip


def margin(n: int) -> float | None:
    """Half-width of a 95 % interval for a share of one half: what so few claims can tell at most (27 claims: 0.19)."""
    return 1.96 * 0.5 / np.sqrt(n) if n else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the tests of one source are made of."""

    units: Units
    events: Happened
    keys: Keyed
    spans: Spans  # when a claim's window could begin so that an event matches it
    where: Circle  # how far each claim may be shifted
    bits: Floats  # evidence of each claim when not moved and at each shift, (1 + shifts, units)
    moved: Floats  # days by which each claim is moved at each shift, (shifts, units)
    p0: Floats
    made: Record
    tested: Bools  # held against this source


def skill(asked: Asked, source: str, how: Chosen) -> list[dict[str, Any]]:
    """Rows of the table `skill`, without q."""
    units = asked.units
    hit = asked.spans.hold(asked.keys.unit, units.start)
    moved = [asked.spans.hold(asked.keys.unit, units.start + by) for by in asked.moved]
    off = _off(asked, asked.moved[len(moved) // (2 * _TRIALS) :: max(1, len(moved) // _TRIALS)][:_TRIALS], how)
    out = []
    for kind, mine in classes(units):
        some = mine & asked.tested
        n = int(some.sum())
        low, high = intervals.exact_share(int(hit[some].sum()), n)
        head = {
            "event_source": source, "class": kind, "n": n, "hits": int(hit[some].sum()),
            "observed": float(hit[some].mean()) if n else None, "low": low, "high": high, "margin": margin(n),
        }  # fmt: skip
        out += [{**head, **row} for row in _nulls(asked, hit, moved, off, some, how)]
    return out


def _off(asked: Asked, moved: Floats, how: Chosen) -> list[Floats]:
    """How far matches lie from the base rates when dates are shifted: what the base rates are off by at these places."""
    p0 = bases(asked.keys, asked.units, asked.events, how, moved)[1]
    return [asked.spans.hold(asked.keys.unit, asked.units.start + by) - p for by, p in zip(moved, p0, strict=True)]


def _nulls(
    asked: Asked, hit: Bools, moved: list[Bools], off: list[Floats], some: Bools, how: Chosen
) -> Iterator[dict[str, Any]]:  # fmt: skip
    n, held = int(some.sum()), some & asked.where.fits
    if not n:
        yield from ({**_EMPTY, "null_model": null} for null in NULLS)
        return
    # a base rate and no test: claims of one week and valley share their events, so their sum scatters more than coins do
    expected = float(asked.p0[some].mean())
    yield {**_EMPTY, "null_model": "base", "expected": expected, "skill": float(hit[some].mean()) - expected}
    if not held.any():
        yield from ({**_EMPTY, "null_model": null} for null in NULLS[1:])
        return
    seen = float(hit[held].mean())
    drawn = against(seen, np.array([m[held].mean() for m in moved]), spare=SPARE)
    fewer = {"n": int(held.sum()), "hits": int(hit[held].sum()), "observed": seen}
    fewer["low"], fewer["high"] = intervals.exact_share(int(fewer["hits"]), int(fewer["n"]))
    apart = {**drawn, "draws": len(moved), "skill": seen - drawn["expected"], **fewer}
    yield {**_EMPTY, **apart, "null_model": PRIMARY, **_evidence(asked.bits[:, held].sum(1))}
    yield {**_EMPTY, **apart, "null_model": "A"}
    yield {
        **_EMPTY,
        "null_model": "C",
        **_alone(asked, hit, np.array([o[held].mean() for o in off]), held, how),
        **fewer,
    }


def _evidence(bits: Floats) -> dict[str, Any]:
    """The primary test: `bits` of all claims together, as they are (first) and at each shift."""
    test = against(float(bits[0]), bits[1:], spare=SPARE)
    return {
        "p": test["p"],
        "bits": float(bits[0]),
        "bits_expected": test["expected"],
        "bits_high": test["expected_high"],
    }


def _alone(asked: Asked, hit: Bools, off: Floats, held: Bools, how: Chosen) -> dict[str, Any]:
    """Against forecasts from event data alone: more matches than they expect? And the Brier skill of adding the claims.

    What is expected is the mean base rate, put right by what base rates are off by with shifted dates. p: one-sided t-test
    (Welch), the scatter being that of resampled weeks and of the shifts. The Brier skill is 1 - error of forecasts with the claims / error without them.
    """
    at, found, p0 = asked.units.at[held], hit[held], asked.p0[held]
    samples = by_week(at, _DRAWS, how.seed)
    more = float((found - p0).mean() - off.mean())
    weeks = max(2, len(np.unique(np.floor(at / 7))))
    scatter = np.var([(found[w] - p0[w]).mean() for w in samples]) * weeks / (weeks - 1)
    wrong = off.var(ddof=1) / len(off) if len(off) > 1 else 0.0
    spread = float(np.sqrt(scatter + wrong)) + 1e-9
    free = (scatter + wrong) ** 2 / (scatter**2 / (weeks - 1) + wrong**2 / max(len(off) - 1, 1) + 1e-30)
    half = float(special.stdtrit(max(free, 1.0), 0.975)) * spread
    ours, theirs = (asked.made.forecast[held] - found) ** 2, (p0 - found) ** 2
    gains = np.array([_gain(ours[w], theirs[w]) for w in samples])
    low, high = np.quantile(gains, (0.025, 0.975))
    expected = float(np.clip(p0.mean() + off.mean(), 0.0, 1.0))  # a share; t has no bounds
    return {
        "expected": expected, "expected_low": max(0.0, expected - half), "expected_high": min(1.0, expected + half),
        "p": float(1 - special.stdtr(max(free, 1.0), more / spread)),
        "draws": len(samples), "skill": _gain(ours, theirs), "skill_low": float(low), "skill_high": float(high),
    }  # fmt: skip


def _gain(ours: Floats, theirs: Floats) -> float:
    return float(1 - ours.mean() / max(theirs.mean(), 1e-9))


def reliable(units: Units, hit: Bools, made: Record, tested: Bools, source: str, how: Chosen) -> list[dict[str, Any]]:
    """The table `reliability`: forecasts of a match against matches, by bin, on the later half (see `recalibrated`)."""
    at, found = units.at[tested], hit[tested]
    forecast, scored = recalibrated(made.forecast[tested], found, at)
    got = reliability(forecast[scored], found[scored], at[scored], how.seed)
    enough = got.number >= RESOLVED
    whole = {
        "event_source": source, "resolved": got.number, "brier": got.brier if enough else None, "ece": got.ece if enough else None,
        "ece_low": got.low if enough else None, "ece_high": got.high if enough else None, "calibrated": got.calibrated,
    }  # fmt: skip
    out = []
    for low, high, n, mean, share in got.bins:
        least, most = intervals.wilson(round(share * n), n)
        out.append({**whole, "bin_low": low, "bin_high": high, "n": n, "forecast": mean, "found": share, "low": least, "high": most})  # fmt: skip
    return out
