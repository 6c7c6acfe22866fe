"""How many located claims have an event in a fixed window of space and time, and how many would anyway (reference N1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from blowback.analyses.claims.match_near import Near, distinct, near
from blowback.analyses.claims.match_nulls import (
    SPARE,
    Circle,
    Competitor,
    Covered,
    circle,
    competitor,
    covered,
    dealt,
    shifted,
    strata,
)
from blowback.analyses.claims.match_params import WINDOWS, Chosen
from blowback.analyses.claims.match_record import by_week
from blowback.analyses.claims.match_spans import Spans
from blowback.analyses.claims.match_units import SCORED, Bools, Floats, Happened, Ints, Units
from blowback.tools import intervals

ALL: Final = "all"
NULLS: Final = {"A": "dates shifted", "B": "places dealt anew", "C": "most attacked places"}
_DRAWS: Final = 400  # bootstrap samples of weeks


@dataclass(frozen=True, slots=True)
class Hits:
    """Which units have an event in a window: as they are, and under each null. Shapes: (units,), (draws, units)."""

    seen: Bools
    shifted: list[Bools]
    dealt: list[Bools]
    rival: Bools


def classes(units: Units) -> Iterator[tuple[str, Bools]]:
    """Each class of modality, and all that are affirmed: reports, progress and intentions together."""
    whole = np.isin(units.kind.astype(str), ("report", "progress", "intention")) & ~units.negated
    yield ALL, whole
    for kind in SCORED:
        mine = units.kind.astype(str) == kind
        yield kind, mine & (units.negated if kind == "denial" else ~units.negated)


def windows(units: Units, events: Happened, how: Chosen, tick: Callable[[float], None]) -> list[dict[str, Any]]:
    """Rows of the table `windows` for one source, without q."""
    cover = covered(units, events)
    round_ = circle(units, cover, 1.0, 7.0)
    lat, lon, place = distinct(units.lat, units.lon)
    widest = max(km for km, _, _ in WINDOWS.values())
    around = near((lat, lon), (events.lat, events.lon), widest)
    rival = competitor(units, events, cover, how.base_days)
    rlat, rlon, rplace = distinct(rival.lat, rival.lon)
    rival_around = near((rlat, rlon), (events.lat, events.lon), widest)
    times = shifted(units, round_, how.shifts)
    stratum = strata(units, cover)
    deals = dealt(np.where(round_.fits, stratum, -1 - np.arange(len(units))), how.shifts, how.seed + 1)
    out = []
    for n, (name, window) in enumerate(WINDOWS.items()):
        spans = _spans(around, events, window)
        seen = spans.hold(place, units.at)
        hits = Hits(
            seen,
            [spans.hold(place, t) for t in times],
            [spans.hold(place[d], units.at) for d in deals],
            _spans(rival_around, events, window).hold(rplace, units.at),
        )
        for kind, mine in classes(units):
            where = {
                "event_source": events.source,
                "window": name,
                "km": window[0],
                "days_before": window[1],
                "days_after": window[2],
            }
            out += [{**where, **row} for row in _tested(units, kind, mine, round_, (stratum, place), rival, hits, how)]
        tick((n + 1) / len(WINDOWS))
    return out


def _spans(around: Near, events: Happened, window: tuple[float, float, float]) -> Spans:
    """The post times at which some event lies in the window of a place; the date's doubt widens the event."""
    km, before, after = window
    close = around.km <= km
    event = around.event[close]
    lo, hi = events.since[event] - events.doubt[event], events.until[event] + events.doubt[event]
    return Spans.of(around.place[close], lo - after, hi + before)


def _tested(
    units: Units, kind: str, mine: Bools, where: Circle, place: tuple[Ints, Ints], rival: Competitor, hits: Hits, how: Chosen
) -> Iterator[dict[str, Any]]:  # fmt: skip
    tested = mine & where.fits
    n, seen = int(tested.sum()), int(hits.seen[tested].sum())
    low, high = intervals.exact_share(seen, n)
    head = {
        "class": kind, "n": n, "not_covered": int((mine & ~where.fits).sum()), "hits": seen,
        "observed": seen / n if n else None, "low": low, "high": high, "p": None, "expected": None, "expected_low": None,
        "expected_high": None, "draws": 0, "free": None,
    }  # fmt: skip
    if not n:
        yield from ({**head, "null_model": null} for null in NULLS)
        return
    for null, drawn in (("A", hits.shifted), ("B", hits.dealt)):
        shares = np.array([d[tested].mean() for d in drawn])
        free = 1.0 if null == "A" else _free(place[0], place[1], tested)
        yield {
            **head,
            "null_model": null,
            **against(seen / n, shares, spare=SPARE if null == "A" else 0),
            "draws": len(drawn),
            "free": free,
        }
    both = tested & rival.fits
    if not both.any():
        yield {**head, "null_model": "C"}
        return
    yield {
        **head,
        "null_model": "C",
        **_rival(hits.seen[both], hits.rival[both], units.at[both], how),
        "free": float(both.sum() / n),
    }


def against(observed: float, drawn: Floats, *, spare: int = 0) -> dict[str, Any]:
    """What a null expects, its 95 % range, and p = (draws as great + 1 + spare) / (draws + 1 + spare).

    Args:
        observed: what was seen.
        drawn: the same under the null.
        spare: draws more that count as being as great: see `SPARE`.
    """
    low, high = np.quantile(drawn, (0.025, 0.975))
    p = (1 + spare + int((drawn >= observed - 1e-12).sum())) / (len(drawn) + 1 + spare)
    return {"expected": float(drawn.mean()), "expected_low": float(low), "expected_high": float(high), "p": p}


def _free(stratum: Ints, place: Ints, tested: Bools) -> float:
    """Share of units in strata with two places or more: the others cannot change places, and say nothing."""
    rows = np.unique(np.stack([stratum[tested], place[tested]], 1), axis=0)[:, 0]
    names, count = np.unique(rows, return_counts=True)
    return float(np.isin(stratum[tested], names[count > 1]).mean())


def _rival(seen: Bools, rival: Bools, at: Floats, how: Chosen) -> dict[str, Any]:
    """The competitor's share with its interval, and how often resampled weeks put the claims no higher."""
    samples = by_week(at, _DRAWS, how.seed)
    shares = np.array([rival[w].mean() for w in samples])
    ahead = np.array([seen[w].mean() - rival[w].mean() for w in samples])
    low, high = np.quantile(shares, (0.025, 0.975))
    p = (1 + int((ahead <= 0).sum())) / (len(samples) + 1)
    return {"expected": float(rival.mean()), "expected_low": float(low), "expected_high": float(high), "p": p, "draws": len(samples)}  # fmt: skip


__all__ = ["ALL", "NULLS", "Covered", "against", "classes", "windows"]
