"""Clusters of claims and event rows as arrays: what is held against what. Times are days since 1970, zone-less UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.claims.match_compat import CLAIM_TYPES, EVENT_TYPES, actor_fits, type_fits
from blowback.analyses.claims.match_params import Chosen
from blowback.model.event import OTHER

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
SCORED: Final = ("report", "progress", "intention", "threat", "hedged", "denial")  # each a class of its own
FORWARD: Final = ("progress", "intention", "threat")
DAY_US: Final = 86_400_000_000
_SHORTEST: Final = 0.25  # days: "at 18:30" is taken for the hours around it
_LONGEST: Final = 45.0  # days: beyond, a claim says no time
LONGEST_EVENT: Final = 16.0  # days, its doubt included: beyond, an event says no time
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


@dataclass(frozen=True, slots=True)
class Fits:
    """How well types and actors of claims and events fit, by distinct value."""

    actor: Ints  # actor of each unit
    actors: Floats  # fit, actors x parties
    parties: Ints  # parties of each event
    types: Floats  # fit, CLAIM_TYPES x EVENT_TYPES


def units_of(claims: pa.Table, how: Chosen) -> Units:
    """One unit for each cluster that has a scorable claim with coordinates.

    Args:
        claims: the table `claims`; a claim without a type is left out.
        how: horizon of undated intentions.
    """
    # what says no action has nothing that an event could match
    rows = [r for r in claims.to_pylist() if r["modality"] in SCORED and r["type"] and r["posted_at"] is not None]
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
    """The events of each source that are placed and dated finely enough to be matched; sources by name.

    Those that a source codes as none of our types (protests, talks) are left out everywhere.
    """
    names = sorted(set(events.column("event_source").unique().to_pylist()))
    return [_happened(n, events.filter(pc.equal(events.column("event_source"), n)), how) for n in names]


def _happened(source: str, whole: pa.Table, how: Chosen) -> Happened:
    since, until = _column_days(whole, "since"), _column_days(whole, "until")
    doubt, lat, lon, radius = (_column_floats(whole, n) for n in ("date_days", "lat", "lon", "radius_km"))
    ours = pc.fill_null(pc.not_equal(whole.column("type"), OTHER), True)  # protests and talks are no such event
    fine = (
        ours.to_numpy()
        & ~np.isnan(lat)
        & ~np.isnan(lon)
        & ~(radius > how.event_km)
        & (until - since + 2 * doubt <= LONGEST_EVENT)
    )
    rows = whole.append_column("row", pa.array(np.arange(whole.num_rows))).filter(pa.array(fine))
    at = rows.sort_by([("since", "ascending"), ("event_id", "ascending")]).column("row").to_numpy()
    used = whole.take(pa.array(at))
    types, scopes = {t: i for i, t in enumerate(EVENT_TYPES)}, whole.column("scope").unique().to_pylist()
    named = [pc.fill_null(used.column(n), "") for n in ("actor", "target", "sides")]
    return Happened(
        source,
        str(scopes[0]) if len(scopes) == 1 else "reports",  # mixed scopes: the silence of neither can be relied on
        _objects(used.column("event_id").to_pylist()),
        since[at],
        until[at],
        doubt[at],
        np.array([types.get(t or "", len(types) - 1) for t in used.column("type").to_pylist()], np.int64),
        _objects([p.strip() for p in pc.binary_join_element_wise(*named, " ").to_pylist()]),
        lat[at],
        lon[at],
        np.maximum(np.nan_to_num(radius[at]), _LEAST_RADIUS),
        _objects(pc.fill_null(used.column("country"), "").to_pylist()),
        whole.num_rows,
    )


def fits_of(units: Units, events: Happened, how: Chosen) -> Fits:
    """Work the fits out once for each distinct name."""
    actors, of_unit = np.unique(units.actor.astype(str), return_inverse=True)
    named, of_event = np.unique(events.parties.astype(str), return_inverse=True)
    fit = actor_fits(list(actors), list(named), how.own_side)
    return Fits(of_unit.astype(np.int64), fit, of_event.astype(np.int64), type_fits())


def _column_days(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).cast(pa.int64()).to_numpy() / DAY_US)


def _column_floats(rows: pa.Table, name: str) -> Floats:
    return np.asarray(rows.column(name).to_numpy(), np.float64)  # empty becomes not-a-number


def _days(times: Sequence[Any]) -> Floats:
    us = np.array(list(times), "datetime64[us]").astype(np.int64)
    return us / DAY_US


def _objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    out = np.empty(len(values), object)
    out[:] = list(values)
    return out


def _floats(values: Sequence[Any]) -> Floats:
    return np.array(list(values), np.float64)
