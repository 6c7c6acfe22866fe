"""Compiling: twins merged, sources kept; written and read back; the same content has the same answers."""

from __future__ import annotations

from pathlib import Path

from hamlets import PLACES, rows

from blowback.tools.places import places_in
from blowback.tools.places.compiling import compiled
from blowback.tools.places.gazetteer import Gazetteer


def test_twins_of_two_sources_become_one_with_both_sources() -> None:
    other = [
        ("y:1", 36.35, 43.15, "IQ", "locality", None, "Mosul|Ninive"),
        ("y:2", 36.9, 43.1, "IQ", "locality", None, "Mosul"),
    ]
    g = compiled([rows(PLACES), rows(other, "second")], "two")
    kept = {p["place_id"]: p for p in g.places.to_pylist()}
    assert "y:1" not in kept
    assert "y:2" in kept  # sixty kilometres away
    assert kept["x:1"]["source"] == "test; y:1 (second)"
    assert kept["x:1"]["population"] == 1_700_000
    assert places_in("in Ninive", gazetteer=g)[0].candidates[0].place_id == "x:1"


def test_a_population_that_only_the_second_source_knows_is_kept() -> None:
    first = [("a:1", 10.0, 10.0, "XX", "locality", None, "Somewhere")]
    second = [("b:1", 10.01, 10.01, "XX", "locality", 900, "Somewhere")]
    g = compiled([rows(first, "a"), rows(second, "b")], "people")
    assert g.places.to_pylist()[0]["population"] == 900


def test_towns_and_divisions_of_one_name_stay_apart() -> None:
    both = [("a:1", 10.0, 10.0, "XX", "locality", 10, "Name"), ("a:2", 10.0, 10.0, "XX", "region", None, "Name")]
    assert compiled([rows(both)], "kinds").count[0] == 2


def test_written_and_read_back(small: Gazetteer, tmp_path: Path) -> None:
    small.write(tmp_path)
    again = Gazetteer.read(tmp_path)
    assert again.digest == small.digest
    assert again.count == small.count
    text = "From Mosul to Tal Afar, وفي تكريت"
    assert places_in(text, gazetteer=again) == places_in(text, gazetteer=small)


def test_the_builtin_gazetteer_knows_both_scripts_and_sites(whole: Gazetteer) -> None:
    assert whole.count[0] > 230_000
    for name in ("haditha dam", "سد حديثه", "baiji refinery", "مصفي بيجي", "speicher", "سبايكر", "كوباني", "العراق"):
        assert whole.has(name), name


def test_every_site_has_a_source_a_country_and_both_scripts() -> None:
    import csv
    from importlib.resources import files

    text = files("blowback.tools.places").joinpath("sites.csv").read_text(encoding="utf-8")
    listed = list(csv.DictReader(text.splitlines()))
    assert len(listed) >= 150
    assert len({r["id"] for r in listed}) == len(listed)
    latin_only = [r["id"] for r in listed if not any("\u0600" < c < "\u06ff" for c in r["names"])]
    assert len(latin_only) <= 5
    for r in listed:
        assert r["source"]
        assert len(r["country"]) == 2
        assert -90 < float(r["lat"]) < 90
