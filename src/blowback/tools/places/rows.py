"""Rows of a gazetteer: what every reader of a file gives, and the radius of a place by its kind."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

KINDS: Final = ("country", "region", "county", "locality", "neighbourhood", "site", "bureau")
# of a name: the one on the map, another one, one no longer used, the people's (Iraqi), which is no place, letters (TX)
NAMES: Final = ("primary", "other", "old", "demonym", "code")
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
_SCRIPTS: Final = frozenset({"LATIN", "ARABIC", "CYRILLIC", "HEBREW", "GREEK", "ARMENIAN"})
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


class Gathering:
    """Rows being gathered."""

    def __init__(self) -> None:
        self._places: dict[str, list[Any]] = {name: [] for name in PLACES.names}
        self._names: dict[str, list[Any]] = {name: [] for name in ALIASES.names}

    def __len__(self) -> int:
        return len(self._places["place_id"])

    def place(self, **cells: object) -> None:
        """One place by the columns of PLACES; texts that are not given are ""."""
        for name in PLACES.names:
            self._places[name].append(cells.get(name, ""))

    def named(self, place_id: str, name: str, lang: str, kind: str) -> None:
        """One name of a place; `kind` as in NAMES."""
        for column, value in zip(ALIASES.names, (place_id, name, lang, kind), strict=True):
            self._names[column].append(value)

    def done(self) -> Rows:
        """What was gathered; the gathering starts anew."""
        out = Rows(_table(self._places, PLACES), _table(self._names, ALIASES))
        for column in (*self._places.values(), *self._names.values()):
            column.clear()
        return out


def _table(columns: dict[str, list[Any]], schema: pa.Schema) -> pa.Table:
    return pa.table({name: pa.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)


def spelled(name: str) -> bool:
    """Whether a name can be matched word by word: not a code (capitals only), not in a script without spaces."""
    if len(name) < 2 or (len(name) <= 4 and name.isascii() and name.isupper()) or len(name) > 80:
        return False
    letter = next((c for c in name if c.isalpha()), "")
    return bool(letter) and unicodedata.name(letter, "").split(" ")[0] in _SCRIPTS
