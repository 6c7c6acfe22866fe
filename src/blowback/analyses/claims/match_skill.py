"""Better than chance? Matches by the kernel against the base rate, shifted dates and what the events alone would forecast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from blowback.analyses.claims.match_kernel import Keyed
from blowback.analyses.claims.match_nulls import Circle, shifted
from blowback.analyses.claims.match_params import Chosen
from blowback.analyses.claims.match_record import RESOLVED, Record, by_week, recalibrated, reliability
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import Bools, Floats, Units
from blowback.analyses.claims.match_windows import against, classes
from blowback.tools import intervals

_DRAWS: Final = 500


def margin(n: int) -> float | None:
    """Half-width of a 95 % interval for a share of one half: what so few claims can tell at most (27 claims: 0.19)."""
    return 1.96 * 0.5 / np.sqrt(n) if n else None


def skill(
    units: Units,
    keys: Keyed,
    spans: Spans,
    where: Circle,
    p0: Floats,
    made: Record,
    tested: Bools,
    source: str,
    how: Chosen,
) -> list[dict[str, Any]]:
    """Rows of the table `skill`, without q.

    Args:
        units: the claims.
        keys: their questions.
        spans: when a claim's window could begin so that an event matches it.
        where: how far each may be shifted.
        p0: base rates.
        made: forecasts.
        tested: held against this source.
        source: its name.
        how: shifts and seed.
    """
    hit = spans.hold(keys.unit, units.start)
    moved = [
        spans.hold(keys.unit, units.start + (t - units.at)) for t in shifted(units, where, how.shifts, how.seed + 3)
    ]
    out = []
    for kind, mine in classes(units):
        some = mine & tested
        n = int(some.sum())
        low, high = intervals.exact_share(int(hit[some].sum()), n)
        head = {
            "event_source": source, "class": kind, "n": n, "hits": int(hit[some].sum()),
            "observed": float(hit[some].mean()) if n else None, "low": low, "high": high, "margin": margin(n),
        }  # fmt: skip
        out += [{**head, **row} for row in _nulls(units, hit, moved, p0, made, some, where, how)]
    return out


def _nulls(
    units: Units, hit: Bools, moved: list[Bools], p0: Floats, made: Record, some: Bools, where: Circle, how: Chosen
) -> Iterator[dict[str, Any]]:
    empty = {"expected": None, "expected_low": None, "expected_high": None, "p": None, "draws": 0, "skill": None, "skill_low": None, "skill_high": None}  # fmt: skip
    n, held = int(some.sum()), some & where.fits
    if not n:
        yield from ({**empty, "null_model": null} for null in ("base", "A", "C"))
        return
    share = float(hit[some].mean())
    expected = float(p0[some].mean())
    # a base rate and no test: claims of one week and valley share their events, so their sum scatters more than coins do
    yield {**empty, "null_model": "base", "expected": expected, "skill": share - expected}
    if held.any():
        seen = float(hit[held].mean())
        drawn = against(seen, np.array([m[held].mean() for m in moved]))
        yield {**empty, "null_model": "A", **drawn, "draws": len(moved), "skill": seen - drawn["expected"], "n": int(held.sum()),
               "hits": int(hit[held].sum()), "observed": seen}  # fmt: skip
    else:
        yield {**empty, "null_model": "A"}
    yield {**empty, "null_model": "C", **_brier(made.forecast[some], p0[some], hit[some], units.at[some], how)}


def _brier(forecast: Floats, p0: Floats, hit: Bools, at: Floats, how: Chosen) -> dict[str, Any]:
    """Brier skill: 1 - error of the forecasts that use the claims / error of those from event data alone (p0)."""
    samples = by_week(at, _DRAWS, how.seed)
    ours, theirs = (forecast - hit) ** 2, (p0 - hit) ** 2
    draws = np.array([_gain(ours[w], theirs[w]) for w in samples])
    low, high = np.quantile(draws, (0.025, 0.975))
    p = (1 + int((draws <= 0).sum())) / (len(draws) + 1)
    return {
        "skill": _gain(ours, theirs),
        "skill_low": float(low),
        "skill_high": float(high),
        "p": p,
        "draws": len(samples),
    }


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
