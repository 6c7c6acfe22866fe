"""Who's On First: GeoJSON records (a file, a folder such as a cloned country repository), or one JSON object a line.

Source: https://whosonfirst.org/docs/ (placetypes, names `name:LANG_x_KIND`, `mz:is_current`, `edtf:deprecated`,
`wof:superseded_by`). Lines are either GeoJSON features or the short form {id, name, pt, lat, lon, pop, hier, conc, names,
dep, cur, sup}, gzip-compressed or not. Deprecated and superseded records are left out and counted.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from blowback.errors import DamagedFile, UnknownFormat
from blowback.model.locator import Locator
from blowback.tools.places.rows import Gathering, Rows, radius, spelled

BATCH: Final = 20_000
_KINDS: Final = {
    "country": "country", "dependency": "country", "disputed": "region", "macroregion": "region", "region": "region",
    "macrocounty": "county", "county": "county", "localadmin": "county", "locality": "locality", "borough": "neighbourhood",
    "macrohood": "neighbourhood", "neighbourhood": "neighbourhood", "microhood": "neighbourhood", "campus": "site",
    "venue": "site", "installation": "site", "enclosure": "site",
}  # fmt: skip
_NAME: Final = re.compile(r"^(?:name:)?([a-z]{3})_x_([a-z]+)$")
_LOCAL: Final = frozenset({"eng", "ara", "und"})


def recognises(path: Path) -> bool:
    """Whether a file or folder looks like this layout, by its name and first bytes."""
    if path.is_dir():
        return next(path.rglob("*.geojson"), None) is not None
    if path.suffix == ".geojson":
        return True
    try:
        head = next(_lines(path), b"")
    except (OSError, DamagedFile):
        return False
    return head.lstrip()[:1] == b"{" and (b'"pt"' in head or b"wof:id" in head)


def rows(path: Path, set_aside: list[tuple[str, str]]) -> Iterator[Rows]:
    """The places of a file or folder, in batches; (where, why) of each record left out is added to `set_aside`.

    Raises:
        UnknownFormat: no record of this layout is in it.
        DamagedFile: the compression breaks off.
    """
    out, lands, seen = Gathering(), _Lands(), 0
    for where, body in _records(path):
        seen += 1
        try:
            record = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            set_aside.append((where, f"not JSON: {error}"))
            continue
        why = _add(out, _short(record) if "properties" in record else record, lands)
        if why:
            set_aside.append((where, why))
        if len(out) >= BATCH:
            yield out.done()
    if not seen:
        raise UnknownFormat(f"{path}: no Who's On First record", hint="Give GeoJSON records or one JSON object a line")
    yield out.done()


class _Lands:
    """ISO codes by the id of the country's record; a country's own record names its code."""

    def __init__(self) -> None:
        self.by_id: dict[int, str] = {}
        self.last = ""

    def of(self, record: dict[str, Any]) -> str:
        code = str(record.get("country") or "")
        conc = record.get("conc") or {}
        if record.get("pt") == "country":
            code = code or str(conc.get("iso:code") or "")
        elif not code:
            code = str(conc.get("iso:code") or conc.get("iso:code_pseudo") or "").partition("-")[0]
        ids = [h.get("country_id", -1) for h in record.get("hier") or ()]
        if code and ids and ids[0] > 0:
            self.by_id[ids[0]] = code
        found = code or next((self.by_id[i] for i in ids if i in self.by_id), "")
        self.last = found or self.last
        return found.upper()[:2] if len(found) == 2 else ""


def _records(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for one in sorted(path.rglob("*.geojson")):
            if "-alt-" not in one.name:  # other outlines of the same place
                yield one.name, one.read_bytes()
    elif path.suffix == ".geojson":
        yield path.name, path.read_bytes()
    else:
        yield from sorted(
            ((f"{path.name}:{n}", line) for n, line in enumerate(_lines(path), 1) if line.strip()),
            key=lambda r: b'"pt": "country"' not in r[1] and b'"pt":"country"' not in r[1],
        )  # countries first: they name the code that the others only point to


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as lines:
        try:
            yield from lines
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedFile(f"{path}: {error}", hint="Fetch the file again", at=Locator(path.name)) from error


def _short(feature: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature in the short form."""
    p = feature["properties"]
    return {
        "id": p.get("wof:id", feature.get("id")), "name": p.get("wof:name"), "pt": p.get("wof:placetype"),
        "lat": p.get("lbl:latitude") or p.get("geom:latitude"), "lon": p.get("lbl:longitude") or p.get("geom:longitude"),
        "pop": p.get("wof:population") or p.get("gn:population"), "hier": p.get("wof:hierarchy"),
        "conc": p.get("wof:concordances"), "country": p.get("wof:country") or p.get("iso:country"),
        "names": {k: v for k, v in p.items() if k.startswith("name:")}, "dep": p.get("edtf:deprecated"),
        "cur": p.get("mz:is_current", -1), "sup": p.get("wof:superseded_by"),
    }  # fmt: skip


def _add(out: Gathering, r: dict[str, Any], lands: _Lands) -> str:
    """Add one record; why it is left out, or ""."""
    kind = _KINDS.get(str(r.get("pt")))
    if r.get("id") is None or r.get("lat") is None or r.get("lon") is None:
        return "no id or no point"
    if kind is None:
        return f"placetype {r.get('pt')} is not used"
    if r.get("dep") and str(r["dep"]) not in ("", "uuuu"):
        return "deprecated"
    if r.get("sup"):
        return "superseded"
    if not -90 <= r["lat"] <= 90 or not -180 <= r["lon"] <= 180 or (r["lat"] == 0 and r["lon"] == 0):
        return "point is off the globe, or 0, 0"
    key, conc = f"wof:{r['id']}", r.get("conc") or {}
    iso = conc.get("iso:code") or conc.get("iso:code_pseudo")
    same = (
        f"iso:{iso}"
        if iso and kind in ("country", "region")
        else f"geonames:{conc['gn:id']}"
        if conc.get("gn:id")
        else ""
    )
    people = int(r["pop"]) if r.get("pop") and int(r["pop"]) > 0 else None
    names = list(_names(r))
    if not names:
        return "no name in a script with word boundaries"
    out.place(
        place_id=key, name=str(r.get("name") or names[0][0]), lat=float(r["lat"]), lon=float(r["lon"]),
        radius_km=radius(kind, people), country=lands.of(r), placetype=kind, population=people,
        source="Who's On First", same_as=same,
    )  # fmt: skip
    for name, lang, how in names:
        out.named(key, name, lang, how)
    return ""


def _names(r: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(name, language, kind) of a record."""
    gone = r.get("cur") == 0
    if r.get("name") and spelled(str(r["name"])):
        yield str(r["name"]), "und", "old" if gone else "primary"
    for key, values in (r.get("names") or {}).items():
        parts = _NAME.match(key)
        if not parts:
            continue
        lang, how = parts[1], parts[2]
        primary = how == "preferred" and lang in _LOCAL and not gone
        for value in values if isinstance(values, list) else [values]:
            if spelled(str(value)):
                yield str(value), lang, "primary" if primary else "old" if gone or how == "historical" else "other"
