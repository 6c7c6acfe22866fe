"""A table of places: CSV with a header, such as the bilingual place lists of relief organisations (IOM, OCHA).

Wanted: a latitude (`lat`, `latitude`, `y`), a longitude (`lon`, `lng`, `long`, `longitude`, `x`) and one name at least
(`name`, or `name_LANG` as in `name_en`, `name_ar`). Used where given: `place_id` or `id`, `country` or `iso` (two letters),
`placetype`, `population`, `aliases` (parted by `|`). Nothing else is read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from blowback.errors import DamagedFile, UnknownFormat
from blowback.model.locator import Locator
from blowback.tools.places.rows import KINDS, Gathering, Rows, radius, spelled

BATCH: Final = 20_000
_LAT: Final = ("lat", "latitude", "y")
_LON: Final = ("lon", "lng", "long", "longitude", "x")


def recognises(path: Path) -> bool:
    """Whether a file is a CSV whose header has a latitude, a longitude and a name."""
    if path.is_dir() or path.suffix.lower() not in (".csv", ".tsv"):
        return False
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _columns(next(csv.reader(file, delimiter=_comma(path)), [])) is not None
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def rows(path: Path, set_aside: list[tuple[str, str]]) -> Iterator[Rows]:
    """The places of a table, in batches; (where, why) of each row left out is added to `set_aside`.

    Raises:
        UnknownFormat: the header lacks a latitude, a longitude or a name.
        DamagedFile: it is not UTF-8.
    """
    out = Gathering()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, delimiter=_comma(path))
            columns = _columns(list(lines.fieldnames or []))
            if columns is None:
                raise UnknownFormat(
                    f"{path}: no latitude, longitude and name", hint="Name the columns lat, lon, name_en, ..."
                )
            for n, row in enumerate(lines, 2):
                low = {
                    k.strip().lower(): (v or "").strip()
                    for k, v in row.items()
                    if isinstance(k, str) and not isinstance(v, list)
                }
                if why := _add(out, low, columns, f"{path.stem}:{n}"):
                    set_aside.append((f"{path.name}:{n}", why))
                if len(out) >= BATCH:
                    yield out.done()
    except UnicodeDecodeError as error:
        raise DamagedFile(f"{path}: {error}", hint="Save it as UTF-8", at=Locator(path.name)) from error
    yield out.done()


def _comma(path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else ","


def _columns(header: list[str]) -> tuple[str, str, tuple[str, ...]] | None:
    """(latitude, longitude, names), or None where one is missing."""
    low = [h.strip().lower() for h in header]
    lat, lon = next((h for h in _LAT if h in low), ""), next((h for h in _LON if h in low), "")
    names = tuple(h for h in low if h == "name" or (h.startswith("name_") and len(h) in (7, 8)))
    return (lat, lon, names) if lat and lon and names else None


def _add(out: Gathering, row: dict[str, str], columns: tuple[str, str, tuple[str, ...]], default: str) -> str:
    """Add one row; why it is left out, or ""."""
    try:
        lat, lon = float(row[columns[0]]), float(row[columns[1]])
    except ValueError:
        return "no point"
    if not -90 <= lat <= 90 or not -180 <= lon <= 180 or (lat == 0 and lon == 0):
        return "point is off the globe, or 0, 0"
    names = [(row[c], c.removeprefix("name").strip("_")) for c in columns[2] if spelled(row[c])]
    if not names:
        return "no name in a script with word boundaries"
    kind = row.get("placetype", "").lower()
    kind = kind if kind in KINDS else "locality"
    many = row.get("population", "")
    people = int(float(many)) or None if many.replace(".", "", 1).isdigit() else None
    land = (row.get("country") or row.get("iso") or "").upper()
    key = f"table:{row.get('place_id') or row.get('id') or default}"
    out.place(
        place_id=key, name=names[0][0], lat=lat, lon=lon, radius_km=radius(kind, people),
        country=land if len(land) == 2 else "", placetype=kind, population=people, source="table",
    )  # fmt: skip
    for name, lang in names:
        out.named(key, name, lang, "primary")
    for name in row.get("aliases", "").split("|"):
        if spelled(name):
            out.named(key, name, "", "other")
    return ""
