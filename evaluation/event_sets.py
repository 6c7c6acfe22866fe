"""Texts with the place of their event, for fitting and judging the picker: evaluation/sentences and the unit test's forty."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from blowback.model.claim import Located
from blowback.tools.places import Theatre, places_in_many
from blowback.tools.places.event import spot
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.shapes import kilometres

HERE = Path(__file__).resolve().parent
THEATRE = Theatre(("IQ", "SY"), 2.0)
NEAR_KM = 25.0
_MARK = re.compile(r"(\[\[.*?\]\]|\{\{.*?\}\})")


@dataclass(frozen=True)
class Case:
    """A text, its mentions, and whether a point is where the event was (within so many kilometres)."""

    group: str  # "tune" or "held" of event_places.tsv, "train", "forty"
    lang: str
    text: str
    located: tuple[Located, ...]
    right: Callable[[float, float, float], bool]  # (lat, lon, km)


def point(one: Located) -> tuple[float, float]:
    """Where a mention puts the event."""
    where = spot(one)
    return where.lat, where.lon


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / "sentences" / name).open(encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def _read(texts: list[str], g: Gazetteer) -> Iterator[tuple[Located, ...]]:
    return places_in_many(texts, gazetteer=g, theatre=THEATRE)


def judged(g: Gazetteer) -> list[Case]:
    """event_places.tsv: the true point is given."""
    rows = _table("event_places.tsv")

    def near(lat: float, lon: float) -> Callable[[float, float, float], bool]:
        return lambda a, b, km: kilometres(a, b, lat, lon) <= km

    found = _read([r["text"] for r in rows], g)
    return [
        Case(r["half"], r["lang"], r["text"], loc, near(float(r["lat"]), float(r["lon"])))
        for r, loc in zip(rows, found, strict=True)
    ]


def _unmarked(text: str) -> tuple[str, list[tuple[bool, int, int]]]:
    out, spans = "", []
    for part in _MARK.split(text):
        if part[:2] in ("[[", "{{"):
            spans.append((part[:2] == "[[", len(out), len(out) + len(part) - 4))
        out += part[2:-2] if part[:2] in ("[[", "{{") else part
    return out, spans


def trained(g: Gazetteer) -> list[Case]:
    """event_train.tsv: the name is marked; right is what its mention means, or the second mark's where that is unsure."""
    rows = _table("event_train.tsv")
    read = [_unmarked(r["text"]) for r in rows]
    cases = []
    for row, (text, spans), located in zip(rows, read, _read([t for t, _ in read], g), strict=True):
        by_mark = {
            first: [
                x for x in located
                if x.candidates and not x.rejected and any(f == first and x.start < b and a < x.end for f, a, b in spans)
            ]
            for first in (True, False)
        }  # fmt: skip
        sure = [x for x in by_mark[True] if x.no_match <= 0.7]
        if good := sure or by_mark[False]:  # else the gazetteer does not know the place: nothing can be learnt
            cases.append(Case("train", row["lang"], text, located, _any([point(x) for x in good])))
    return cases


def _any(points: list[tuple[float, float]]) -> Callable[[float, float, float], bool]:
    return lambda a, b, km: any(kilometres(a, b, *p) <= km for p in points)


def forty(g: Gazetteer) -> list[Case]:
    """The sentences of the unit test: the name is given."""
    sys.path.insert(0, str(HERE.parent / "tests/unit/tools/places"))
    from test_event import SENTENCES

    cases = []
    for (text, wanted), located in zip(SENTENCES, _read([t for t, _ in SENTENCES], g), strict=True):
        good = [point(x) for x in located if x.candidates and (wanted in x.text or x.text in wanted)]
        cases.append(Case("forty", "ar" if text[0] > "ء" else "en", text, located, _any(good)))
    return cases


def chains(g: Gazetteer, data: Path) -> list[Case]:
    """Names of UCDP GED (no report texts come with it) in a frame: "Clashes in X town, Y district, Z province"; each once."""
    seen: dict[str, tuple[float, float]] = {}
    for name in ("ged_iraq_2013_2018.csv", "ged_syria_2016h1.csv"):
        with (data / "events" / name).open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                if float(row["where_prec"]) <= 2 and row["adm_2"] and row["adm_1"]:
                    said = f"Clashes in {row['where_coordinates']}, {row['adm_2']}, {row['adm_1']}, officials said."
                    seen.setdefault(said, (float(row["latitude"]), float(row["longitude"])))
    read = _read(list(seen), g)
    return [Case("chain", "en", text, loc, _any([at])) for (text, at), loc in zip(seen.items(), read, strict=True)]
