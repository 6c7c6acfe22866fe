"""Claims that know nothing, claims that follow events, and claims that know: how often each test finds something."""

# ruff: noqa: E501  # rows of tables on one line

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from blowback.analyses.claims.match import matched
from blowback.tools.intervals import exact_share
from claims_match_real import real_events
from claims_match_world import START, World, bursts, claims_of, events_of, foresight, independent, known, world

QUIET = lambda *_: None  # noqa: E731
SHIFTS = 119
WORLDS = 500
POWER_WORLDS = 100
DAY0 = 15_706  # 1 January 2013, of the GED extract
SEED = 47_000  # fresh: no seed of these was used while the tests were made
Rows = dict[str, list[dict]]


def run(claims: pa.Table, events: pa.Table, **params: float | str) -> Rows:
    return {n: t.to_pylist() for n, t in matched(claims, events, {"shifts": SHIFTS, **params}, QUIET).items()}


def ps(out: Rows, kind: str) -> dict[str, float]:
    """The p-values of one class under each null."""
    found = {f"{r['window']} {r['null_model']}": r["p"] for r in out["windows"] if r["class"] == kind}
    names = {"W": "W (primary)", "A": "kernel A", "C": "kernel C"}
    found |= {names[r["null_model"]]: r["p"] for r in out["skill"] if r["class"] == kind and r["null_model"] in names}
    onsets = [r["p"] for r in out["leads"] if r["class"] == kind]
    return found | ({"onsets A": onsets[0]} if onsets else {})


def of_ged(rng: np.random.Generator, n: int, per_burst: int = 8) -> tuple[World, pa.Table, np.ndarray, np.ndarray]:
    """A year cut out of the real events of Iraq, and claims at attacked towns at times that know nothing."""
    events = real_events()
    lo = DAY0 + rng.integers(0, 5 * 365)
    since = (events.column("since").cast(pa.int64()).to_numpy()) / 86_400_000_000
    iraq = pc.equal(events.column("country"), "Iraq").to_numpy(zero_copy_only=False)
    some = (since >= lo) & (since < lo + 365) & iraq
    cut = events.filter(pa.array(some))
    lat, lon = (cut.column(c).to_numpy() for c in ("lat", "lon"))
    w = World(lat, lon, np.ones(len(lat)), np.arange(len(lat)), since[some], None, 365.0)
    return w, cut, rng.integers(0, len(lat), n), bursts(rng, lo + 30, lo + 340, n, per_burst)


def uniform(title: str, draws: list[dict[str, float]]) -> list[str]:
    rows = []
    for name in draws[0]:
        p = np.array([d[name] for d in draws if d.get(name) is not None])
        low, high = exact_share(int((p <= 0.05).sum()), len(p))
        # p-values lie 1 / draws apart: spread over their step, so that KS sees a continuous law
        rng = np.random.default_rng(0)
        spread = p if name.endswith("C") else p - rng.random(len(p)) / (SHIFTS + (1 if name.endswith("B") else 2))
        ks = stats.kstest(np.clip(spread, 0, 1), "uniform").pvalue
        rows.append(
            f"| {title} | {name} | {len(p)} | {(p <= 0.05).mean():.1%} [{low:.1%}, {high:.1%}] | {(p <= 0.2).mean():.1%} | {ks:.3f} |"
        )
    return rows


def chance() -> list[str]:
    out = ["| world | test | worlds | p <= 0.05 | p <= 0.2 | KS p |", "|---|---|---|---|---|---|"]
    held: dict[str, list[dict[str, float]]] = {
        "made": [],
        "UCDP GED": [],
        "made, ten bursts": [],
        "UCDP GED, ten bursts": [],
    }
    for n in range(WORLDS):
        rng = np.random.default_rng(SEED + n)
        w = world(rng)
        held["made"].append(ps(run(claims_of(*independent(rng, w, 200), w), events_of(w), seed=n), "intention"))
        if n < WORLDS // 2:
            town, _ = independent(rng, w, 120)
            few = bursts(rng, START + 30, START + w.days - 20, 120, 12)
            held["made, ten bursts"].append(ps(run(claims_of(town, few, w), events_of(w), seed=n), "intention"))
        if real_events() is not None:
            g, cut, town, at = of_ged(rng, 200)
            held["UCDP GED"].append(ps(run(claims_of(town, at, g), cut, seed=n), "intention"))
        if real_events() is not None and n < WORLDS // 2:
            g, cut, town, at = of_ged(rng, 120, 12)
            held["UCDP GED, ten bursts"].append(ps(run(claims_of(town, at, g), cut, seed=n), "intention"))
    for title, draws in held.items():
        some = [{"W (primary)": d["W (primary)"], "kernel A": d["kernel A"]} if "ten" in title else d for d in draws]
        out += uniform(title, some) if draws else []
    return out


Made = tuple[pa.Table, pa.Table]


def _made(
    n: int, share: float, lead: float, *, dated: bool = False, jitter: float = 0.0, modality: str = "intention"
) -> Callable[[np.random.Generator], Made]:
    def draw(rng: np.random.Generator) -> Made:
        w = world(rng)
        town, at, about = foresight(rng, w, n, share, lead)
        more = {"time_from": about[0], "time_to": about[1], "time_kind": "calendar"} if dated else {}
        if jitter:
            off = rng.normal(0, jitter / 111.2, (2, n))
            more |= {"lat": list(w.lat[town] + off[0]), "lon": list(w.lon[town] + off[1])}
        return claims_of(town, at, w, modality=modality, **more), events_of(w)

    return draw


def _ged(n: int, share: float, lead: float) -> Callable[[np.random.Generator], Made]:
    def draw(rng: np.random.Generator) -> Made:
        g, cut, town, at = of_ged(rng, n)
        town, at, _ = known(rng, g, town, at, share, lead, (at.min(), at.max()))
        return claims_of(town, at, g), cut

    return draw


def _after(share: float, *, ged: bool) -> Callable[[np.random.Generator], Made]:
    """Claims of which a share names a town one to three days after an event there: they follow, and foresee nothing."""

    def draw(rng: np.random.Generator) -> Made:
        w = None if ged else world(rng)
        g, cut, town, at = of_ged(rng, 200) if w is None else (w, events_of(w), *independent(rng, w, 200))
        event = rng.integers(0, len(g.at), 200)
        after = g.at[event] + rng.uniform(1, 3, 200)
        follows = (rng.random(200) < share) & (after > at.min()) & (after < at.max())
        town, at = np.where(follows, g.town[event], town), np.where(follows, after, at)
        order = np.argsort(at)
        return claims_of(town[order], at[order], g), cut

    return draw


DESIGNS = {
    "300, 10 %, dated, up to 6 days ahead": ("intention", _made(300, 0.1, 3.0, dated=True)),
    "300, 10 %, no date, up to 6 days ahead": ("intention", _made(300, 0.1, 3.0)),
    "300, 10 %, no date, up to 14 days ahead": ("intention", _made(300, 0.1, 7.0)),
    "300, 10 %, no date, up to 6 days, place off by 5 km each way": ("intention", _made(300, 0.1, 3.0, jitter=5.0)),
    "300, 10 %, progress, up to 6 days ahead": ("progress", _made(300, 0.1, 3.0, modality="progress")),
    "100, 20 %, no date, up to 6 days ahead": ("intention", _made(100, 0.2, 3.0)),
    "100, 10 %, dated, up to 6 days ahead": ("intention", _made(100, 0.1, 3.0, dated=True)),
    "27, 30 %, dated, up to 6 days ahead": ("intention", _made(27, 0.3, 3.0, dated=True)),
    "UCDP GED, 300, 10 %, no date, up to 6 days ahead": ("intention", _ged(300, 0.1, 3.0)),
    "UCDP GED, 300, 10 %, no date, up to 14 days ahead": ("intention", _ged(300, 0.1, 7.0)),
    "UCDP GED, 300, 20 %, no date, up to 6 days ahead": ("intention", _ged(300, 0.2, 3.0)),
}
FOLLOWING = {
    "made, half of 200 follow an event": ("intention", _after(0.5, ged=False)),
    "UCDP GED, half of 200 follow an event": ("intention", _after(0.5, ged=True)),
}
TOLD = ("W (primary)", "kernel A", "kernel C", "both W and C", "25km_7d A", "25km_7d B")


def found(designs: dict[str, tuple[str, Callable[[np.random.Generator], Made]]]) -> list[str]:
    """Share of worlds in which each test finds something, by design."""
    out = [f"| claims | worlds | {' | '.join(TOLD)} |", "|---|---|" + "---|" * len(TOLD)]
    for k, (name, (kind, draw)) in enumerate(designs.items()):
        if "GED" in name and real_events() is None:
            continue
        hits = dict.fromkeys(TOLD, 0)
        for n in range(POWER_WORLDS):
            rng = np.random.default_rng(SEED + 10_000 * (k + 1) + n)
            p = ps(run(*draw(rng), seed=n), kind)
            low = {t: p.get(t) is not None and p[t] <= 0.05 for t in TOLD}
            low["both W and C"] = low["W (primary)"] and low["kernel C"]
            hits = {t: hits[t] + bool(low[t]) for t in TOLD}
        cells = []
        for t in TOLD:
            low, high = exact_share(hits[t], POWER_WORLDS)
            cells.append(f"{hits[t] / POWER_WORLDS:.0%} [{low:.0%}, {high:.0%}]")
        out.append(f"| {name} | {POWER_WORLDS} | {' | '.join(cells)} |")
    return out
