"""Worlds with known truth for matching: events that excite each other in place and time, and claims made or not made of them."""

# ruff: noqa: E501, DTZ001  # rows of tables on one line; zone-less UTC is the house form

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from blowback.analyses.claims.claims_tables import OUTPUT_CLAIMS
from blowback.model.tables import EVENTS

EPOCH = dt.datetime(1970, 1, 1)
START = 16_000.0  # days since 1970: invented events of no year in particular
TYPES = ("attack", "bombard", "ambush", None)


@dataclass(frozen=True)
class World:
    """Events of one source, and the towns they happen at."""

    lat: np.ndarray  # of towns
    lon: np.ndarray
    weight: np.ndarray  # how often a town is attacked or talked of
    town: np.ndarray  # of each event
    at: np.ndarray  # day of each event
    type: np.ndarray
    days: float


def when(day: float) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=round(day * 86_400_000_000))


def world(
    rng: np.random.Generator, *, towns: int = 60, days: float = 400.0, quiet: float = 0.006, excite: float = 0.6
) -> World:
    """A self-exciting world: each event brings on average `excite` more in its town or its neighbours, within days."""
    centre = np.stack([rng.uniform(0, 3, 8), rng.uniform(0, 3, 8)], 1)
    where = centre[rng.integers(0, 8, towns)] + rng.normal(0, 0.15, (towns, 2))
    weight = rng.pareto(1.5, towns) + 0.2
    weight /= weight.mean()
    apart = np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1)) * 111
    todo = [
        (t, START + rng.uniform(0, days)) for t in range(towns) for _ in range(rng.poisson(quiet * weight[t] * days))
    ]
    town, at = [], []
    while todo:
        t, day = todo.pop()
        town.append(t)
        at.append(day)
        for _ in range(rng.poisson(excite)):
            child = day + rng.exponential(6.0)
            if child < START + days:
                near = np.exp(-apart[t] / 12)
                todo.append((int(rng.choice(towns, p=near / near.sum())), child))
    order = np.argsort(at)
    return World(
        where[:, 0], where[:, 1], weight, np.array(town, np.int64)[order], np.floor(np.array(at)[order]),
        rng.choice(len(TYPES), len(town)), days,
    )  # fmt: skip


def events_of(w: World, *, scope: str = "any", source: str = "made") -> pa.Table:
    rows = []
    for n, (town, at) in enumerate(zip(w.town, w.at, strict=True)):
        rows.append({
            "event_id": f"{source}:{n}", "event_source": source, "scope": scope, "since": when(at), "until": when(at + 1),
            "date_days": 0.0, "type": TYPES[w.type[n]], "lat": w.lat[town], "lon": w.lon[town], "radius_km": 3.0, "country": "Lindwell",
            "exhibit": "0" * 64, "record_no": n + 1,
        })  # fmt: skip
    return pa.Table.from_pylist(rows, EVENTS.arrow)


def claims_of(
    town: np.ndarray, at: np.ndarray, w: World, *, modality: str = "intention", kind: str = "attack", **more: object
) -> pa.Table:
    """Claims at towns and times; each a cluster of its own. `more` columns may be lists."""
    rows = []
    for n, (t, day) in enumerate(zip(town, at, strict=True)):
        row = dict.fromkeys((f.name for f in OUTPUT_CLAIMS.arrow if pa.types.is_string(f.type)), "")
        row |= {
            "claim_id": f"p{n}#0", "post_id": f"p{n}", "account_id": f"a{n % 17}", "posted_at": when(day), "carried": False, "span_start": 0,
            "span_end": 1, "polarity": "affirmed", "place_name": f"town {t}", "lat": w.lat[t],
            "lon": w.lon[t], "radius_km": 6.0, "place_p": 0.9, "place_candidates": "[]", "time_kind": "none", "cluster_id": f"c{n}",
        }  # fmt: skip
        row |= {k: v[n] if isinstance(v, list) else v for k, v in {"modality": modality, "type": kind, **more}.items()}
        row |= {k: when(row[k]) for k in ("time_from", "time_to") if isinstance(row.get(k), float)}
        rows.append(row)
    return pa.Table.from_pylist(rows, OUTPUT_CLAIMS.arrow)


def independent(rng: np.random.Generator, w: World, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Towns drawn by how much they are fought over (claims know *where*), times of a bursty campaign that knows nothing of when."""
    return rng.choice(len(w.lat), n, p=w.weight / w.weight.sum()), bursts(rng, START + 30, START + w.days - 20, n, 8)


def bursts(rng: np.random.Generator, lo: float, hi: float, n: int, per_burst: int) -> np.ndarray:
    """Times of a bursty campaign that knows nothing."""
    days = np.sort(rng.uniform(lo, hi, max(2, n // per_burst)))
    return np.sort(rng.choice(days, n) + rng.exponential(1.0, n))


def foresight(
    rng: np.random.Generator, w: World, n: int, share: float, lead: float = 3.0
) -> tuple[np.ndarray, np.ndarray, tuple[list[float], list[float]]]:
    """Independent claims, of which a share names the town of a coming event, about `lead` days ahead.

    Also the two days that a dated claim would name: those of the event, else two like them.
    """
    return known(rng, w, *independent(rng, w, n), share, lead, (START + 30, START + w.days - 20))


def known(
    rng: np.random.Generator, w: World, town: np.ndarray, at: np.ndarray, share: float, lead: float, inside: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, tuple[list[float], list[float]]]:  # fmt: skip
    """Claims of which a share is made to know an event that lies `inside`, up to twice `lead` days before it."""
    n = len(town)
    event = rng.integers(0, len(w.at), n)
    knows = (rng.random(n) < share) & (w.at[event] > inside[0]) & (w.at[event] < inside[1])
    ahead = rng.uniform(0.2, 2 * lead, n)
    town, at = np.where(knows, w.town[event], town), np.where(knows, w.at[event] - ahead, at)
    day = np.where(knows, w.at[event], np.floor(at + ahead))
    order = np.argsort(at)
    return town[order], at[order], (list(day[order]), list(day[order] + 2.0))
