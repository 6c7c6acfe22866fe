"""Rows of a gazetteer: what every reader of a file gives, and the radius of a place by its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

KINDS: Final = ("country", "region", "county", "locality", "neighbourhood", "site", "bureau")
# of a name: the one on the map, another one, one no longer used
NAMES: Final = ("primary", "other", "old")
PLACES: Final = pa.schema(
    {
        "place_id": pa.string(),
        "name": pa.string(),
        "lat": pa.float32(),
        "lon": pa.float32(),
        "radius_km": pa.float32(),
        "country": pa.string(),
        "region": pa.string(),
        "placetype": pa.string(),
        "population": pa.int64(),  # null where not known; never 0 for that
        "source": pa.string(),
        "same_as": pa.string(),  # the id of the same place in another gazetteer, or ""
    }
)
ALIASES: Final = pa.schema({"place_id": pa.string(), "name": pa.string(), "lang": pa.string(), "kind": pa.string()})
_RADII: Final = {"country": 400.0, "region": 80.0, "county": 40.0, "neighbourhood": 2.0, "site": 3.0, "bureau": 80.0}


@dataclass(frozen=True, slots=True)
class Rows:
    """Places and their names, as PLACES and ALIASES; the primary name of a place is among its names."""

    places: pa.Table
    names: pa.Table


def radius(kind: str, population: int | None) -> float:
    """Kilometres within which the named thing lies: village 3, town 8, a city of a million 15, county 40, region 80."""
    if kind != "locality":
        return _RADII[kind]
    many = population or 0
    return 15.0 if many >= 1_000_000 else 8.0 if many >= 15_000 else 3.0


def table(columns: dict[str, list[object]], schema: pa.Schema) -> pa.Table:
    """The columns as a table of the schema."""
    return pa.table({name: pa.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)
