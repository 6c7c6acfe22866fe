"""Countries by the names that event data give them, and the clock they keep."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH

UTC: Final = "UTC"
# names that event data use and the table of countries does not have
_OTHERS: Final = {
    "syrian arab republic": "SY", "russia (soviet union)": "RU", "yemen (north yemen)": "YE", "dr congo (zaire)": "CD",
    "myanmar (burma)": "MM", "west bank and gaza strip": "PS", "palestine": "PS", "bosnia-herzegovina": "BA", "ivory coast": "CI",
    "turkey": "TR", "democratic republic of congo": "CD", "democratic republic of the congo": "CD", "republic of congo": "CG",
    "kingdom of eswatini (swaziland)": "SZ", "cambodia (kampuchea)": "KH", "serbia (yugoslavia)": "RS", "swaziland": "SZ",
    "united states of america": "US", "macedonia, fyr": "MK", "madagascar (malagasy)": "MG", "zimbabwe (rhodesia)": "ZW",
}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    text = files("blowback.tools.places").joinpath("countries.csv").read_text(encoding="utf-8")
    known = dict(_OTHERS)
    for row in csv.DictReader(text.splitlines()):
        for name in row["names"].split("|"):
            lang, _, said = name.partition(":")
            if lang == "en":
                known.setdefault(said.casefold(), row["iso"])
        known[row["iso"].casefold()] = row["iso"]
    return known


def country_of(name: str) -> str:
    """ISO 3166-1 alpha-2 of a country as event data name it; "" where it is not known."""
    return _names().get(name.strip().casefold(), "")


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Zones of each country by `zone.tab` of the machine's zone data, the first being the capital's as a rule."""
    found: dict[str, list[str]] = {}
    tables = [Path(p) / "zone.tab" for p in TZPATH]
    text = next((t.read_text(encoding="utf-8") for t in tables if t.is_file()), None)
    if text is None:
        try:
            text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
        except (ModuleNotFoundError, FileNotFoundError):
            return {}
    for line in text.splitlines():
        cells = line.split("\t")
        if not line.startswith("#") and len(cells) >= 3:
            found.setdefault(cells[0], []).append(cells[2])
    return {c: tuple(z) for c, z in found.items()}


def zone_of(countries: Sequence[str]) -> str:
    """IANA zone of the first country that keeps one clock; UTC where none does or none is given."""
    for country in countries:
        zones = _zones().get(country, ())
        if len(zones) == 1:
            return zones[0]
    return UTC
