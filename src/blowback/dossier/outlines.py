"""Outlines of land, lakes, borders and admin-1 units, and the part of them that lies inside a box.

Made by `scripts/outlines.py` from Natural Earth 1:10m and shipped with the package: nothing is fetched. Coordinates are
longitude and latitude in degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import numpy as np
import numpy.typing as npt

SOURCE: Final = "Natural Earth 5, 1:10m, public domain (land, lakes and borders as of May 2022)"
VIEW: Final = (
    "Natural Earth draws borders as they are held on the ground (de facto), not as they are claimed; those that it calls "
    "disputed, indefinite or a line of control are dashed. That is its view, not a statement of this dossier."
)
LINES: Final = ("land", "lakes", "agreed", "disputed", "admin1")
Line = npt.NDArray[np.float64]  # (n, 2): longitude, latitude


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north, degrees; `east` may be over 180 where the box crosses the date line."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Name:
    """Where the name of a country or unit stands; a lower rank is a larger one."""

    words: str
    lon: float
    lat: float
    rank: float
    of: str  # the country, as Natural Earth abbreviates it


@dataclass(frozen=True, slots=True)
class _Layer:
    points: Line
    ends: npt.NDArray[np.int64]  # of each line, exclusive
    low: Line  # its least longitude and latitude
    high: Line

    def within(self, box: Box, turn: float) -> list[Line]:
        """Lines whose own box meets `box`, turned by `turn` degrees of longitude."""
        hit = (
            (self.low[:, 0] + turn <= box.east)
            & (self.high[:, 0] + turn >= box.west)
            & (self.low[:, 1] <= box.north)
            & (self.high[:, 1] >= box.south)
        )
        out = []
        for n in np.flatnonzero(hit).tolist():
            line = self.points[self.ends[n - 1] if n else 0 : self.ends[n]]
            out.append(line + np.array([turn, 0.0]) if turn else line)
        return out


def lines(layer: str, box: Box) -> list[Line]:
    """The lines or rings of a layer (one of `LINES`) that come near a box; they are not cut to it."""
    held = _layers()[layer]
    return [line for turn in (-360.0, 0.0, 360.0) for line in held.within(box, turn)]


def names(kind: str, box: Box) -> list[Name]:
    """Names of `country` or `unit` whose place is in the box, the larger first.

    A country whose own place is outside stands where its units in the box are, so that no part of a map is nameless.
    """
    found = _names_within(kind, box)
    if kind == "country":
        told = {n.of for n in found}
        parts: dict[str, list[Name]] = {}
        for unit in _names_within("unit", box):
            if unit.of not in told:
                parts.setdefault(unit.of, []).append(unit)
        known = {n.of: n for n in _names()["country"]}
        for of, units in parts.items():
            if of in known:
                lon, lat = (sum(u.lon for u in units) / len(units), sum(u.lat for u in units) / len(units))
                found.append(Name(known[of].words, lon, lat, known[of].rank, of))
    return sorted(found, key=lambda n: (n.rank, n.words))


def _names_within(kind: str, box: Box) -> list[Name]:
    return [
        Name(n.words, n.lon + turn, n.lat, n.rank, n.of)
        for n in _names()[kind]
        for turn in (-360.0, 0.0, 360.0)
        if box.west <= n.lon + turn <= box.east and box.south <= n.lat <= box.north
    ]


@cache
def _held() -> dict[str, npt.NDArray[np.generic]]:
    with as_file(files("blowback.dossier") / "assets" / "outlines.npz") as path, np.load(path) as held:
        return {name: held[name] for name in held.files}


@cache
def _layers() -> dict[str, _Layer]:
    held = _held()
    quantum = float(held["quantum"])
    return {name: _layer(held, name, quantum) for name in LINES}


def _layer(held: dict[str, npt.NDArray[np.generic]], name: str, quantum: float) -> _Layer:
    start, size = held[f"{name}_start"].astype(np.int64), held[f"{name}_size"].astype(np.int64)
    ends = np.cumsum(size + 1)
    first = ends - size - 1
    points = np.empty((int(ends[-1]), 2))
    for axis, steps in enumerate(("dx", "dy")):
        moves = np.empty(len(points), np.int64)
        inner = np.ones(len(points), bool)
        inner[first] = False
        moves[inner] = held[f"{name}_{steps}"]
        moves[first] = start[:, axis]
        run = np.cumsum(moves)  # over all lines: what went before each line's start is taken off again
        before = np.concatenate([[0], run[ends[:-1] - 1]])
        points[:, axis] = (run - np.repeat(before, size + 1)) * quantum
    low, high = np.minimum.reduceat(points, first), np.maximum.reduceat(points, first)
    return _Layer(points, ends, low, high)


@cache
def _names() -> dict[str, list[Name]]:
    held = _held()

    def column(name: str) -> list[str]:
        return held[name].tobytes().decode().split("\n")

    return {
        kind: [
            Name(words, float(lon), float(lat), float(rank), of)
            for words, of, (lon, lat), rank in zip(
                column(f"{kind}_words"), column(f"{kind}_of"), held[f"{kind}_at"], held[f"{kind}_rank"], strict=True
            )
        ]
        for kind in ("country", "unit")
    }
