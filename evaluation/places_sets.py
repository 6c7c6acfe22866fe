"""Labelled places of the development data: GeoWebNews, and IDRISI (resolution and tagging), with a split by event."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import xxhash


@dataclass(frozen=True)
class Gold:
    start: int
    end: int
    lat: float | None
    lon: float | None
    country: str = ""  # where the mention is a country: judged by this
    kind: str = ""


@dataclass(frozen=True)
class Doc:
    set: str
    event: str
    text: str
    gold: tuple[Gold, ...]

    @property
    def held_out(self) -> bool:
        """Half of the events (of GeoWebNews: of the articles), by hash: never used for fitting. Arabic events are few and
        unequal: by hand."""
        if self.set == "IDRISI AR":
            return self.event in ("kuwait_floods_2018", "cairo_bombing_2019", "dragon_storms_2020")
        return xxhash.xxh3_64_intdigest(f"{self.set[:6]}{self.event}".encode()) % 2 == 1


def geowebnews(data: Path, *, every: bool = False) -> list[Doc]:
    """Articles; `every`: also toponyms without coordinates (for tagging)."""
    docs = []
    for n, article in enumerate(ET.parse(data / "geoparsing/geowebnews.xml").getroot().iter("article")):
        text = article.findtext("text") or ""
        gold = []
        for t in article.iter("toponym"):
            start, end = int(t.findtext("start") or 0), int(t.findtext("end") or 0)
            ident, lat, lon = (t.findtext(k) or "" for k in ("geonamesID", "latitude", "longitude"))
            if ident.strip().isdigit() and lat and lon:
                gold.append(Gold(start, end, float(lat), float(lon), kind=t.findtext("type") or ""))
            elif every:
                gold.append(Gold(start, end, None, None, kind=t.findtext("type") or ""))
        docs.append(Doc("GeoWebNews", str(n), text, tuple(gold)))
    return docs


def idrisi(data: Path, lang: str) -> list[Doc]:
    """Tweets with located mentions (LMD)."""
    docs = []
    for path in sorted((data / "geoparsing/idrisi/LMD/data" / lang).glob("*/train.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            gold = []
            for m in row["location_mentions"]:
                where = m.get("osm_json") or {}
                if "lat" not in where:
                    continue
                iso = (
                    (where.get("address") or {}).get("country_code", "").upper()
                    if m["type"].lower() in ("country", "ctry")
                    else ""
                )
                gold.append(
                    Gold(m["start_offset"], m["end_offset"], float(where["lat"]), float(where["lon"]), iso, m["type"])
                )
            docs.append(Doc(f"IDRISI {lang}", path.parent.name, row["text"], tuple(gold)))
    return docs


def tagged(data: Path, lang: str) -> list[Doc]:
    """Tweets with every mention marked (LMR, random split's training part)."""
    docs = []
    for path in sorted((data / "geoparsing/idrisi/LMR/data" / lang / "gold-random-json").glob("*/train.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            gold = tuple(
                Gold(
                    m.get("start_offset", m.get("startIdx")),
                    m.get("end_offset", m.get("endIdx")),
                    None,
                    None,
                    kind=m["type"],
                )
                for m in row["location_mentions"]
            )
            docs.append(Doc(f"IDRISI {lang}", path.parent.name, row["text"], gold))
    return docs
