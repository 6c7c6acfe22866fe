"""The frame of a map: which part of the world is drawn, how large, and what stays outside.

The projection is equirectangular, true to scale in the middle of the frame (x is shortened by the cosine of its
latitude): distances are right within some percent for a country, not for a continent, and the scale bar says where it
holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from blowback.dossier.cutting import XY
from blowback.dossier.outlines import Box
from blowback.model.panel import Point
from blowback.tools.geo import distance_km

WIDTH: Final = 720.0
KM_A_DEGREE: Final = 111.195  # of latitude: mean radius 6371.0088 km
_LEAST_KM, _SHARE, _NEAR = 160.0, 0.8, 1.35
_ALL_KM = 600.0  # nothing is left outside where all lies so close
_FLAT, _TALL = 0.5, 0.82  # least and greatest height, as a share of the width


@dataclass(frozen=True, slots=True)
class Frame:
    """A box of the world on a sheet of `WIDTH` by `height` units; `km` is the length of one unit in its middle."""

    box: Box
    height: float
    km: float

    def xy(self, lat: float, lon: float) -> XY:
        """Where a place is on the sheet; x grows to the east, y to the south."""
        lon = _turned(lon, (self.box.west + self.box.east) / 2)
        return (
            (lon - self.box.west) / (self.box.east - self.box.west) * WIDTH,
            (self.box.north - lat) / (self.box.north - self.box.south) * self.height,
        )

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place is on the sheet."""
        x, y = self.xy(lat, lon)
        return 0 <= x <= WIDTH and 0 <= y <= self.height

    def bar(self) -> tuple[float, float]:
        """(a round length in km, how long it is on the sheet): about a fifth of the width."""
        most = WIDTH / 4.5 * self.km
        power = 10.0 ** math.floor(math.log10(most))
        length = max(step * power for step in (1, 2, 5) if step * power <= most)
        return length, length / self.km


def core(points: Sequence[Point]) -> list[Point]:
    """Those near the middle of the weight that hold most of it, and others not much farther: what the frame is for.

    One mention of a far city would else shrink a country to a spot.
    """
    total = sum(max(p.weight, 1e-9) for p in points)
    middle = min(
        points,
        key=lambda p: (sum(q.weight * distance_km(p.lat, p.lon, q.lat, q.lon) for q in points), p.lat, p.lon),
    )
    by_distance = sorted((distance_km(middle.lat, middle.lon, p.lat, p.lon), n) for n, p in enumerate(points))
    if by_distance[-1][0] <= _ALL_KM:
        return list(points)
    held, reach = 0.0, 0.0
    for away, n in by_distance:
        if held >= _SHARE * total:
            break
        held, reach = held + max(points[n].weight, 1e-9), away
    return [points[n] for away, n in by_distance if away <= max(reach * _NEAR, _LEAST_KM / 2)]


def frame_of(points: Sequence[Point], corners: Sequence[tuple[float, float]] = ()) -> Frame:
    """A frame around points (not empty) with their radii, and around corners of shapes, with a margin."""
    middle_lon = points[0].lon
    spans = [(p.lat, _turned(p.lon, middle_lon), min(p.radius_km, 150.0)) for p in points]
    spans += [(lat, _turned(lon, middle_lon), 0.0) for lat, lon in corners]
    south, north = min(s[0] - s[2] / KM_A_DEGREE for s in spans), max(s[0] + s[2] / KM_A_DEGREE for s in spans)
    mid = max(min((south + north) / 2, 75.0), -75.0)
    shrink = math.cos(math.radians(mid))
    west = min(s[1] - s[2] / KM_A_DEGREE / shrink for s in spans)
    east = max(s[1] + s[2] / KM_A_DEGREE / shrink for s in spans)
    wide = max((east - west) * KM_A_DEGREE * shrink * 1.16, _LEAST_KM)
    high = max((north - south) * KM_A_DEGREE * 1.16, _LEAST_KM * _FLAT)
    wide, high = max(wide, high / _TALL), max(high, wide * _FLAT)
    half_lon, half_lat = min(wide / KM_A_DEGREE / shrink / 2, 180.0), min(high / KM_A_DEGREE / 2, 85.0)
    at = (west + east) / 2
    mid = max(min((south + north) / 2, 85.0 - half_lat), -85.0 + half_lat)
    box = Box(at - half_lon, mid - half_lat, at + half_lon, mid + half_lat)
    km = 2 * half_lon * KM_A_DEGREE * shrink / WIDTH
    return Frame(box, 2 * half_lat * KM_A_DEGREE / km, km)


def _turned(lon: float, middle: float) -> float:
    """The longitude as that turn of it which is nearest to `middle`."""
    return lon - 360.0 * round((lon - middle) / 360.0)
