"""Clusters of claims and event rows as arrays: what is held against what. Times are days since 1970, zone-less UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from blowback.analyses.claims.match_compat import CLAIM_TYPES, EVENT_TYPES, actor_fits, type_fits
from blowback.analyses.claims.match_params import Chosen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SCORED: Final = ("report", "progress", "intention", "threat", "hedged", "denial")  # each a class of its own
FORWARD: Final = ("progress", "intention", "threat")
DAY_US: Final = 86_400_000_000
_SHORTEST: Final = 0.25  # days: "at 18:30" is taken for the hours around it
_LONGEST: Final = 45.0  # days: beyond, a claim says no time
_LEAST_RADIUS: Final = 2.0  # km: no place and no event is better placed than that
_UNSAID: Final = ("default", "none", "")  # kinds of time that the text does not state
_RECENT: Final = 1.5  # days: an undated report is about the last 36 hours (reference 4.4)
_AHEAD: Final = 7.0  # days: what progress implies for its target


@dataclass(frozen=True, slots=True)
class Units:
    """Located clusters of scorable claims, in order of their first post. One entry each."""

    id: npt.NDArray[np.object_]
    claim: npt.NDArray[np.object_]  # the claim that stands for it: the first that is located
    post: npt.NDArray[np.object_]  # its first post
    account: npt.NDArray[np.object_]  # author of the first post
    kind: npt.NDArray[np.object_]  # modality
    negated: Bools
    type: Ints  # index into CLAIM_TYPES
    actor: npt.NDArray[np.object_]
    place: npt.NDArray[np.object_]
    at: Floats  # first post
    start: Floats  # of the time the claim is about
    end: Floats
    stated: Bools  # the text states the time
    lat: Floats
    lon: Floats
    radius: Floats  # km
    sure: Floats  # probability that the place is right
    claims: Ints  # claims in the cluster

    def __len__(self) -> int:
        return len(self.id)

    def take(self, which: Bools | Ints) -> Units:
        """Some of them."""
        return Units(*(getattr(self, f.name)[which] for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Happened:
    """Usable events of one source, in order of time."""

    source: str
    scope: str
    id: npt.NDArray[np.object_]
    since: Floats
    until: Floats
    doubt: Floats  # days either way
    type: Ints  # index into EVENT_TYPES
    parties: npt.NDArray[np.object_]  # everybody it names
    lat: Floats
    lon: Floats
    radius: Floats
    country: npt.NDArray[np.object_]
    rows: int  # events of the source, the unusable ones too

    def __len__(self) -> int:
        return len(self.id)


def units_of(claims: pa.Table, how: Chosen) -> Units:
    """One unit for each cluster that has a scorable claim with coordinates.

    Args:
        claims: the table `claims`; a claim without a cluster is a cluster of its own.
        how: horizon of undated intentions.
    """
    rows = [r for r in claims.to_pylist() if r["modality"] in SCORED and r["posted_at"] is not None]
    held: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: (r["posted_at"], r["claim_id"])):
        held.setdefault(row["cluster_id"] or row["claim_id"], []).append(row)
    picked = []
    for name, members in held.items():
        located = next((m for m in members if m["lat"] is not None and m["lon"] is not None), None)
        if located is not None:
            picked.append((name, members[0], located, len(members)))
    picked.sort(key=lambda p: (p[1]["posted_at"], p[0]))
    firsts, stands = [p[1] for p in picked], [p[2] for p in picked]
    at = _days([f["posted_at"] for f in firsts])
    start, end, stated = _about(stands, at, how)
    types = {t: i for i, t in enumerate(CLAIM_TYPES)}
    return Units(
        id=_objects([p[0] for p in picked]),
        claim=_objects([s["claim_id"] for s in stands]),
        post=_objects([f["post_id"] for f in firsts]),
        account=_objects([f["account_id"] for f in firsts]),
        kind=_objects([s["modality"] for s in stands]),
        negated=np.array([s["polarity"] == "negated" or s["modality"] == "denial" for s in stands], np.bool_),
        type=np.array([types.get(s["type"] or "", len(types) - 1) for s in stands], np.int64),
        actor=_objects([s["actor"] or "" for s in stands]),
        place=_objects([s["place_name"] or "" for s in stands]),
        at=at,
        start=start,
        end=end,
        stated=stated,
        lat=_floats([s["lat"] for s in stands]),
        lon=_floats([s["lon"] for s in stands]),
        radius=np.maximum(_floats([8.0 if s["radius_km"] is None else s["radius_km"] for s in stands]), _LEAST_RADIUS),
        sure=_floats([1.0 if s["place_p"] is None else s["place_p"] for s in stands]),
        claims=np.array([p[3] for p in picked], np.int64),
    )


def _about(rows: Sequence[dict[str, Any]], at: Floats, how: Chosen) -> tuple[Floats, Floats, Bools]:
    """The time each claim is about: as read, else by its modality (reference 4.4)."""
    start, end = at - _RECENT, at.copy()
    stated = np.zeros(len(rows), np.bool_)
    for n, row in enumerate(rows):
        if row["modality"] in ("intention", "threat"):
            start[n], end[n] = at[n], at[n] + how.horizon
        elif row["modality"] == "progress":
            start[n], end[n] = at[n] - 1.0, at[n] + _AHEAD
        stated[n] = row["time_from"] is not None and row["time_to"] is not None and row["time_kind"] not in _UNSAID
        if stated[n]:
            start[n], end[n] = _days([row["time_from"], row["time_to"]])
    short = np.maximum(0.0, _SHORTEST - (end - start)) / 2
    return start - short, end + short, stated


def too_vague(units: Units, how: Chosen) -> npt.NDArray[np.object_]:
    """Why a unit cannot be held against anything; "" where it can."""
    out = np.full(len(units), "", object)
    out[units.end - units.start > _LONGEST] = f"the time it is about is longer than {_LONGEST:.0f} days"
    out[units.radius > how.place_km] = f"its place is wider than {how.place_km:g} km"
    out[units.sure < how.place_p] = f"its place is less than {how.place_p:.0%} sure"
    return out


def happened(events: pa.Table, how: Chosen) -> list[Happened]:
    """The events of each source that are placed and dated finely enough to be matched; sources by name."""
    found = []
    for source in sorted(set(events.column("event_source").to_pylist())):
        rows = [r for r in events.to_pylist() if r["event_source"] == source]
        usable = sorted(
            (r for r in rows if _usable(r, how)),
            key=lambda r: (r["since"], r["event_id"]),
        )
        found.append(_happened(source, rows, usable))
    return found


def _usable(row: dict[str, Any], how: Chosen) -> bool:
    if row["lat"] is None or row["lon"] is None or (row["radius_km"] or 0.0) > how.event_km:
        return False
    length = (row["until"] - row["since"]).total_seconds() / 86400 + 2 * row["date_days"]
    return bool(length <= 16.0)


def _happened(source: str, rows: Sequence[dict[str, Any]], usable: Sequence[dict[str, Any]]) -> Happened:
    types = {t: i for i, t in enumerate(EVENT_TYPES)}
    scopes = sorted({str(r["scope"]) for r in rows})
    return Happened(
        source,
        scopes[0] if len(scopes) == 1 else "reports",  # mixed scopes: the silence of neither can be relied on
        _objects([r["event_id"] for r in usable]),
        _days([r["since"] for r in usable]),
        _days([r["until"] for r in usable]),
        _floats([r["date_days"] for r in usable]),
        np.array([types.get(r["type"] or "", len(types) - 1) for r in usable], np.int64),
        _objects([" ".join(str(r[n] or "") for n in ("actor", "target", "sides")).strip() for r in usable]),
        _floats([r["lat"] for r in usable]),
        _floats([r["lon"] for r in usable]),
        np.maximum(_floats([r["radius_km"] or 0.0 for r in usable]), _LEAST_RADIUS),
        _objects([r["country"] or "" for r in usable]),
        len(rows),
    )


def fits_of(units: Units, events: Happened, how: Chosen) -> tuple[Ints, Floats, Ints, Floats]:
    """(actor index of each unit, fit actor x parties, parties index of each event, fit type x type)."""
    actors, of_unit = np.unique(units.actor.astype(str), return_inverse=True)
    named, of_event = np.unique(events.parties.astype(str), return_inverse=True)
    fit = actor_fits(list(actors), list(named), how.own_side)
    return of_unit.astype(np.int64), fit, of_event.astype(np.int64), type_fits()


def _days(times: Sequence[Any]) -> Floats:
    us = np.array(list(times), "datetime64[us]").astype(np.int64)
    return us / DAY_US


def as_times(days: Floats) -> pa.Array:
    """Days since 1970 as timestamps; not-a-number becomes empty."""
    us = np.where(np.isnan(days), 0, np.rint(np.nan_to_num(days) * DAY_US)).astype(np.int64)
    return pa.array(us, pa.int64(), mask=np.isnan(days)).cast(pa.timestamp("us"))


def _objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    out = np.empty(len(values), object)
    out[:] = list(values)
    return out


def _floats(values: Sequence[Any]) -> Floats:
    return np.array(list(values), np.float64)
