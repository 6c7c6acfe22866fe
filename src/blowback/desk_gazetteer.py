"""Adding files to the gazetteer of this machine, listing and removing them."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from blowback.case.atomic import disk, file_hash, make_folder
from blowback.errors import NotReadable, UnknownFormat, UnknownName
from blowback.tools.places import store
from blowback.tools.places.gazetteer import Gazetteer
from blowback.tools.places.rows import ALIASES, PLACES, Rows
from blowback.witnesses import geonames, place_table, wof

LAYOUTS = {"wof": wof, "geonames": geonames, "table": place_table}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What adding a file came to."""

    file: store.Added
    known: bool  # the same content was there already
    reasons: dict[str, int]  # why records were set aside, and how many


def add(path: Path) -> Outcome:
    """Read a file of places (or a folder) into the gazetteer; the compiled whole is made at its next use.

    Raises:
        NotReadable: there is no such file.
        UnknownFormat: no layout recognises it, or it holds no place.
        DamagedFile: its compression breaks off.
    """
    if not path.exists():
        raise NotReadable(f"{path}: no such file or folder", hint="Check the path")
    sha256 = _hash(path)
    with _alone():
        return _add(path, sha256)


def _add(path: Path, sha256: str) -> Outcome:
    files = store.added()
    if known := next((f for f in files if f.sha256 == sha256), None):
        return Outcome(known, known=True, reasons={})
    layout = next((name for name, reader in LAYOUTS.items() if reader.recognises(path)), None)
    if layout is None:
        raise UnknownFormat(
            f"{path}: not Who's On First, GeoNames or a table of places",
            hint="Give WOF GeoJSON (file, folder or lines), a GeoNames dump (.txt or .zip), or a CSV with lat, lon, name",
        )
    aside: list[tuple[str, str]] = []
    make_folder(store.layer_paths(sha256)[0].parent)
    places, names = _write(LAYOUTS[layout].rows(path, aside), sha256)
    if not places:
        _drop(sha256)
        raise UnknownFormat(f"{path}: no place in it can be used", hint=_most(aside))
    done = store.Added(
        path.name, sha256, layout, places, names, len(aside), datetime.now(UTC).isoformat(timespec="seconds")
    )
    store.write_manifest((*files, done))
    reasons: dict[str, int] = {}
    for _, why in aside:
        reasons[why] = reasons.get(why, 0) + 1
    return Outcome(done, known=False, reasons=dict(sorted(reasons.items(), key=lambda r: -r[1])))


def remove(name: str) -> store.Added:
    """Take an added file out again, by its name or the first eight or more characters of its SHA-256.

    Raises:
        UnknownName: none, or more than one, goes by that name.
    """
    with _alone():
        return _remove(name)


def _remove(name: str) -> store.Added:
    files = store.added()
    hits = [f for f in files if f.name == name or (len(name) >= 8 and f.sha256.startswith(name))]
    if len(hits) != 1:
        raise UnknownName(
            f"{name}: {'no added file' if not hits else f'{len(hits)} added files'} of that name",
            hint="See `blowback gazetteer list`; a SHA-256 or its beginning will do",
        )
    store.write_manifest(tuple(f for f in files if f != hits[0]))
    _drop(hits[0].sha256)
    return hits[0]


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time changes the list of added files."""
    make_folder(store.folder())
    with (store.folder() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def built() -> Gazetteer:
    """The compiled gazetteer, made now where it is not there."""
    return store.current()


def _write(batches: Iterator[Rows], sha256: str) -> tuple[int, int]:
    """Write the rows of a file beside and rename; numbers of places and names."""
    paths = store.layer_paths(sha256)
    beside = [p.with_suffix(".part") for p in paths]
    places = names = 0
    try:
        with (
            disk(paths[0].parent),
            pq.ParquetWriter(beside[0], PLACES) as one,
            pq.ParquetWriter(beside[1], ALIASES) as two,
        ):
            for rows in batches:
                one.write_table(rows.places)
                two.write_table(rows.names)
                places, names = places + len(rows.places), names + len(rows.names)
        for part, path in zip(beside, paths, strict=True):
            part.replace(path)
    finally:
        for part in beside:
            part.unlink(missing_ok=True)
    return places, names


def _drop(sha256: str) -> None:
    for path in store.layer_paths(sha256):
        path.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    """SHA-256 of a file; of a folder, of the names and hashes of its records."""
    if path.is_file():
        return file_hash(path)
    whole = hashlib.sha256()
    for one in sorted(path.rglob("*.geojson")):
        whole.update(f"{one.relative_to(path)} {file_hash(one)}\n".encode())
    return whole.hexdigest()


def _most(aside: list[tuple[str, str]]) -> str:
    return f"Most were left out because: {aside[0][1]}" if aside else "It is empty"
