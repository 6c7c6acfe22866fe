"""GeoNames dumps: tab-separated tables as allCountries.txt, cities500.txt or a country's file, zipped or not.

Source: https://download.geonames.org/export/dump/readme.txt (19 columns, no header, UTF-8; feature classes A, P, S, L, T,
H; population 0 means not known). Roads, undersea and vegetation (R, U, V) and historical units are left out and counted.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from blowback.errors import DamagedFile, UnknownFormat
from blowback.model.locator import Locator
from blowback.tools.places.rows import Gathering, Rows, radius, spelled

BATCH: Final = 50_000
_COLUMNS: Final = 19
_CLASSES: Final = {"P": "locality", "S": "site", "T": "site", "H": "site", "L": "site"}
_CODES: Final = {
    "PPLX": "neighbourhood", "ADM1": "region", "ADM2": "county", "ADM3": "county", "ADM4": "county", "ADMD": "county",
    "RGN": "region", "RGNE": "region", "AREA": "county", "TERR": "country",
}  # fmt: skip
_GONE: Final = frozenset({"PPLH", "PPLQ", "PPLW", "PPLCH", "ADM1H", "ADM2H", "ADM3H", "ADM4H", "ADMDH", "PCLH"})


def recognises(path: Path) -> bool:
    """Whether a file looks like this layout: nineteen columns whose first is a number."""
    if path.is_dir():
        return False
    try:
        with _opened(path) as lines:
            cells = next(lines, "").split("\t")
    except (OSError, DamagedFile, UnknownFormat, UnicodeDecodeError):
        return False
    return len(cells) == _COLUMNS and cells[0].isdigit()


def rows(path: Path, set_aside: list[tuple[str, str]]) -> Iterator[Rows]:
    """The places of a dump, in batches; (where, why) of each line left out is added to `set_aside`.

    Raises:
        UnknownFormat: no line of this layout is in it.
        DamagedFile: the compression breaks off.
    """
    out, good = Gathering(), 0
    with _opened(path) as lines:
        for n, line in enumerate(lines, 1):
            why = _add(out, line.rstrip("\r\n").split("\t"))
            good += not why
            if why:
                set_aside.append((f"{path.name}:{n}", why))
            if len(out) >= BATCH:
                yield out.done()
    if not good:
        raise UnknownFormat(
            f"{path}: no line of a GeoNames dump", hint="Give allCountries.txt, IQ.txt or their zip files"
        )
    yield out.done()


class _Lines:
    """Lines of a dump, however it is packed; closes what it opened."""

    def __init__(self, raw: IO[bytes], path: Path, *outer: IO[bytes] | zipfile.ZipFile) -> None:
        self._lines, self._path, self._outer = io.TextIOWrapper(raw, "utf-8", newline="\n"), path, outer

    def __enter__(self) -> Iterator[str]:
        return self._read()

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        for one in self._outer:
            one.close()

    def _read(self) -> Iterator[str]:
        try:
            yield from self._lines
        except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, UnicodeDecodeError) as error:
            raise DamagedFile(f"{self._path}: {error}", hint="Fetch it again", at=Locator(self._path.name)) from error


def _opened(path: Path) -> _Lines:
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        return _Lines(gzip.open(path), path)  # type: ignore[arg-type]
    if head != b"PK\x03\x04":
        return _Lines(path.open("rb"), path)
    try:
        pack = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise DamagedFile(f"{path}: {error}", hint="Fetch it again", at=Locator(path.name)) from error
    inside = [i for i in pack.namelist() if i.endswith(".txt") and not i.lower().startswith("readme")]
    if not inside:
        pack.close()
        raise UnknownFormat(f"{path}: no .txt inside", hint="Give a zip file of a GeoNames dump")
    return _Lines(pack.open(inside[0]), path, pack)


def _add(out: Gathering, cells: list[str]) -> str:
    """Add one line; why it is left out, or ""."""
    if len(cells) != _COLUMNS:
        return f"{len(cells)} columns, not {_COLUMNS}"
    code = cells[7]
    kind = _CODES.get(code) or ("country" if code.startswith("PCL") else _CLASSES.get(cells[6]))
    if kind is None or (cells[6] == "A" and kind == "site"):
        return f"feature {cells[6]}.{code} is not used"
    try:
        lat, lon, people = float(cells[4]), float(cells[5]), int(cells[14] or 0) or None
    except ValueError:
        return "point or population is no number"
    if code in _GONE and kind in ("country", "region", "county"):
        return "historical unit"
    key, land = f"geonames:{cells[0]}", cells[8].upper()
    same = f"iso:{land}" if kind == "country" else ""
    wide = 10.0 if cells[6] in "THL" and kind == "site" else radius(kind, people)  # mountains, rivers, areas
    out.place(
        place_id=key, name=cells[1], lat=lat, lon=lon, radius_km=wide, country=land, region=f"{land}.{cells[10]}",
        placetype=kind, population=people, source="GeoNames dump", same_as=same,
    )  # fmt: skip
    gone = code in _GONE
    out.named(key, cells[1], "", "old" if gone else "primary")
    for name in {*cells[3].split(","), cells[2]} - {cells[1], ""}:
        if spelled(name):
            out.named(key, name, "", "old" if gone else "other")
    return ""
