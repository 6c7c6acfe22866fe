"""Which events lie how far from which places: a grid of the sphere, asked once for each pair of distinct places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from blowback.analyses.claims.match_units import Floats, Ints
from blowback.tools.geo import EARTH_KM


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs (place, event) within a distance, ordered by place. `first[p]:first[p + 1]` are those of place p."""

    first: Ints
    event: Ints
    km: Floats

    def of(self, place: int) -> tuple[Ints, Floats]:
        """The events near one place, and how far they are."""
        span = slice(self.first[place], self.first[place + 1])
        return self.event[span], self.km[span]

    @property
    def place(self) -> Ints:
        """The place of each pair."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


def distinct(lat: Floats, lon: Floats) -> tuple[Floats, Floats, Ints]:
    """(latitudes, longitudes of the distinct places, which of them each row is); to about 10 m."""
    places, which = np.unique(np.stack([np.round(lat, 4), np.round(lon, 4)], 1), axis=0, return_inverse=True)
    return places[:, 0], places[:, 1], which.reshape(-1).astype(np.int64)


def near(places: tuple[Floats, Floats], events: tuple[Floats, Floats], within_km: float) -> Near:
    """Events within a great-circle distance of each place.

    Args:
        places: latitudes and longitudes, degrees.
        events: the same of the events.
        within_km: greatest distance.
    """
    count = len(places[0])
    if not count or not len(events[0]):
        return Near(np.zeros(count + 1, np.int64), np.empty(0, np.int64), np.empty(0))
    from scipy.spatial import cKDTree  # noqa: PLC0415  # a third of a second: only where something is matched

    lat, lon, at = distinct(*events)
    order = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[order], np.arange(len(lat) + 1))
    reach = 2 * np.sin(min(within_km / EARTH_KM, np.pi) / 2) + 1e-9
    found = cKDTree(_sphere(*places)).sparse_distance_matrix(cKDTree(_sphere(lat, lon)), reach, output_type="ndarray")
    found = found[np.argsort(found["i"], kind="stable")]
    sizes = np.diff(bounds)[found["j"]]
    km = 2 * EARTH_KM * np.arcsin(np.clip(found["v"] / 2, 0, 1))
    ends = np.cumsum(sizes)
    within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    event = order[np.repeat(bounds[found["j"]], sizes) + within]
    per_place = np.bincount(found["i"], weights=sizes, minlength=count).astype(np.int64)
    return Near(np.append(0, np.cumsum(per_place)), event.astype(np.int64), np.repeat(km, sizes))


def _sphere(lat: Floats, lon: Floats) -> Floats:
    y, x = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], 1)
