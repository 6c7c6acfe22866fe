"""The gazetteer of a machine: files added, listed, removed; a second start reads what the first made."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hamlets import PLACES, rows
from typer.testing import CliRunner

from blowback import desk_gazetteer
from blowback.cli.main import app
from blowback.errors import DamagedFile, NotReadable, UnknownFormat, UnknownName
from blowback.tools.places import places_in, store, tables


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and a built-in gazetteer of a dozen places, so that building takes no time."""
    monkeypatch.setenv("BLOWBACK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tables, "builtin", lambda: iter([rows(PLACES)]))
    return tmp_path


def wof(key: int, name: str, arabic: str, lat: float, **more: object) -> dict[str, object]:
    base = {
        "id": key, "name": name, "pt": "locality", "lat": lat, "lon": 43.0, "pop": None,
        "hier": [{"country_id": 85632191}], "conc": {}, "names": {"ara_x_preferred": [arabic], "eng_x_variant": [f"{name}abad"]},
        "dep": None, "cur": 1, "sup": [],
    }  # fmt: skip
    return base | more


def lines(path: Path, records: list[dict[str, object]], *, pack: bool = True) -> Path:
    body = "\n".join(json.dumps(r, ensure_ascii=False) for r in records).encode()
    path.write_bytes(gzip.compress(body) if pack else body)
    return path


RECORDS = [
    wof(1, "Umberhill", "تل العنبر", 35.1),
    wof(85632191, "Iraq", "العراق", 33.0, pt="country", conc={"iso:code": "IQ"}),
    wof(2, "Gonetown", "المدينة الزائلة", 35.2, dep="2019-01-01"),
    wof(3, "Doubled", "المكرر", 35.3, sup=[1]),
    wof(4, "Nowhere", "لامكان", 0.0, lon=0.0),
    wof(5, "Ocean", "محيط", 10.0, pt="ocean"),
]


def geonames(key: int, name: str, code: str, lat: str = "35.4", people: str = "0") -> str:
    return "\t".join(
        [str(key), name, name, "تل الحجر,Stonehill", lat, "43.1", "A" if code.startswith("ADM") else "R" if code == "RD" else "P", code,
         "IQ", "", "15", "", "", "", people, "", "200", "Asia/Baghdad", "2024-01-01"]
    )  # fmt: skip


@pytest.mark.parametrize("pack", [True, False])
def test_wof_lines_are_added_without_what_is_gone(machine: Path, pack: bool) -> None:
    done = desk_gazetteer.add(lines(machine / "wof-xx.jsonl.gz", RECORDS, pack=pack))
    assert (done.file.layout, done.file.places, done.file.set_aside) == ("wof", 2, 4)
    assert done.reasons.keys() == {
        "deprecated",
        "superseded",
        "point is off the globe, or 0, 0",
        "placetype ocean is not used",
    }
    (one,) = places_in("قصف قرب تل العنبر")
    assert one.candidates[0].place_id == "wof:1"
    assert one.candidates[0].country == "IQ"
    assert places_in("in Umberhill")[0].candidates[0].place_id == "wof:1"


def test_a_folder_of_geojson_records(machine: Path) -> None:
    folder = machine / "whosonfirst-data-admin-xx" / "data" / "1"
    folder.mkdir(parents=True)
    record = {
        "type": "Feature", "id": 11,
        "properties": {
            "wof:id": 11, "wof:name": "Umberhill", "wof:placetype": "locality", "geom:latitude": 35.1, "geom:longitude": 43.0,
            "wof:country": "IQ", "name:ara_x_preferred": ["تل العنبر"], "edtf:deprecated": "uuuu", "mz:is_current": 1,
            "wof:hierarchy": [{"country_id": 85632191}], "wof:superseded_by": [], "wof:concordances": {},
        },
        "geometry": {"type": "Point", "coordinates": [43.0, 35.1]},
    }  # fmt: skip
    (folder / "11.geojson").write_text(json.dumps(record), encoding="utf-8")
    (folder / "11-alt-quattroshapes.geojson").write_text("{}", encoding="utf-8")
    done = desk_gazetteer.add(machine / "whosonfirst-data-admin-xx")
    assert (done.file.places, done.file.set_aside) == (1, 0)
    assert places_in("near Umberhill")[0].candidates[0].country == "IQ"


@pytest.mark.parametrize("pack", ["plain", "zip", "gzip"])
def test_geonames_dumps(machine: Path, pack: str) -> None:
    body = "\n".join(
        [
            geonames(21, "Stonehill", "PPL"),
            geonames(22, "Stone County", "ADM2"),
            geonames(23, "Road", "RD"),
            "short\tline",
        ]
    )
    path = machine / {"plain": "XX.txt", "zip": "XX.zip", "gzip": "XX.txt.gz"}[pack]
    if pack == "zip":
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("readme.txt", "about")
            packed.writestr("XX.txt", body)
    else:
        path.write_bytes(gzip.compress(body.encode()) if pack == "gzip" else body.encode())
    done = desk_gazetteer.add(path)
    assert (done.file.layout, done.file.places, done.file.set_aside) == ("geonames", 2, 2)
    found = places_in("انفجار في تل الحجر")[0].candidates
    assert {c.place_id for c in found} == {"geonames:21", "geonames:22"}
    people = dict(zip(*(store.current().places[c].to_pylist() for c in ("place_id", "population")), strict=True))
    assert people["geonames:21"] is None  # 0 means not known


def test_a_table_of_places_gets_the_country_of_its_neighbours(machine: Path) -> None:
    path = machine / "villages.csv"
    path.write_text(
        "place_id,district,name_en,name_ar,lat,lon\n7,Somewhere,Umberhill,تل العنبر,36.40,43.20\n8,,,,36.4,43.3\n9,,Badhill,,x,43\n",
        encoding="utf-8-sig",
    )
    done = desk_gazetteer.add(path)
    assert (done.file.layout, done.file.places, done.file.set_aside) == ("table", 1, 2)
    for text in ("in Umberhill", "قرب تل العنبر"):
        (one,) = places_in(text)
        assert one.candidates[0].place_id == "table:7"
        assert one.candidates[0].country == "IQ"


def test_added_twice_is_known_and_removed_is_gone(machine: Path) -> None:
    before = store.current().digest
    path = lines(machine / "wof-xx.jsonl.gz", RECORDS)
    first = desk_gazetteer.add(path)
    again = desk_gazetteer.add(path)
    assert not first.known
    assert again.known
    assert len(store.added()) == 1
    assert store.current().digest != before
    desk_gazetteer.remove("wof-xx.jsonl.gz")
    assert store.added() == ()
    assert store.current().digest == before
    assert list((store.folder() / "layers").iterdir()) == []


def test_a_second_start_reads_the_compiled_folder(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store.current()
    store._current.cache_clear()
    monkeypatch.setattr(store, "compiled", None)  # would fail if it were built again
    assert store.current().digest == first.digest
    assert not [p for p in (store.folder() / "built").iterdir() if p.name.startswith(".")]


def test_what_cannot_be_added_says_why(machine: Path) -> None:
    with pytest.raises(NotReadable):
        desk_gazetteer.add(machine / "nothing")
    odd = machine / "odd.csv"
    odd.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UnknownFormat):
        desk_gazetteer.add(odd)
    gone = lines(machine / "gone.jsonl", RECORDS[2:], pack=False)
    with pytest.raises(UnknownFormat, match="no place"):
        desk_gazetteer.add(gone)
    whole = lines(machine / "cut.jsonl.gz", RECORDS * 200)
    whole.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(DamagedFile):
        desk_gazetteer.add(whole)
    with pytest.raises(UnknownName):
        desk_gazetteer.remove("nothing")
    assert store.added() == ()


def test_the_command(machine: Path) -> None:
    path = lines(machine / "wof-xx.jsonl.gz", RECORDS)
    run = CliRunner()
    added = run.invoke(app, ["gazetteer", "add", str(path), "--json"])
    assert added.exit_code == 0
    assert json.loads(added.stdout)["places"] == 2
    listed = json.loads(run.invoke(app, ["gazetteer", "list", "--json"]).stdout)
    assert [f["name"] for f in listed["files"]] == ["wof-xx.jsonl.gz"]
    assert len(listed["files"][0]["sha256"]) == 64
    assert run.invoke(app, ["gazetteer", "list"]).exit_code == 0
    assert (
        json.loads(run.invoke(app, ["gazetteer", "remove", "wof-xx.jsonl.gz", "--json"]).stdout)["removed"]["layout"]
        == "wof"
    )
