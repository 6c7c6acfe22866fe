"""Rows of a dozen places."""

from __future__ import annotations

from blowback.tools.places.rows import Gathering, Rows, radius

PLACES = [
    # id, lat, lon, country, kind, people, names (the first is primary)
    ("x:1", 36.34, 43.13, "IQ", "locality", 1_700_000, "Mosul|الموصل|Al Mawsil"),
    ("x:2", 36.37, 42.45, "IQ", "locality", 80_000, "Tal Afar|تلعفر|Tall Afar"),
    ("x:3", 35.34, 40.14, "SY", "locality", 240_000, "Deir ez-Zor|دير الزور"),
    ("x:4", 28.43, 45.97, "SA", "locality", 271_000, "Hafar al-Batin|حفر الباطن"),
    ("x:5", 33.75, -93.0, "US", "locality", 25_000, "Paris"),
    ("x:6", 48.85, 2.35, "FR", "locality", 2_100_000, "Paris|باريس"),
    ("x:7", 33.64, 42.83, "IQ", "locality", 60_000, "Hit|هيت"),
    ("x:8", 34.60, 43.68, "IQ", "locality", 105_000, "Tikrit|تكريت"),
    ("x:9", 35.95, 39.01, "SY", "locality", 220_000, "Raqqa|الرقة"),
    ("x:10", 34.2, 43.87, "IQ", "locality", 158_000, "Samarra|سامراء"),
    ("x:11", 33.34, 44.40, "IQ", "locality", 7_000_000, "Baghdad|بغداد"),
    ("x:12", 36.0, 42.3, "IQ", "region", None, "Nineveh|نينوى"),
    ("x:13", 33.0, 44.0, "IQ", "country", None, "Iraq|العراق"),
    ("x:14", 36.3, 43.1, "IQ", "bureau", None, "Wilayat Nineveh|ولاية نينوى"),
    ("x:15", 31.0, 35.9, "JO", "locality", None, "Qaryat Sharq|قرية شرق"),
]


def rows(places: list[tuple[str, float, float, str, str, int | None, str]], source: str = "test") -> Rows:
    out = Gathering()
    for key, lat, lon, country, kind, people, names in places:
        named = names.split("|")
        out.place(
            place_id=key, name=named[0], lat=lat, lon=lon, radius_km=radius(kind, people), country=country,
            placetype=kind, population=people, source=source,
        )  # fmt: skip
        for n, name in enumerate(named):
            out.named(key, name, "", "primary" if n < 2 else "other")
    return out.done()
