"""The gazetteer of this machine: a folder of added files and the compiled whole, which is read in a fraction of a second.

In BLOWBACK_HOME, else $XDG_DATA_HOME/blowback (~/.local/share/blowback): `gazetteer/manifest.json` lists the added files
(name, SHA-256, layout, rows, when); `gazetteer/layers/SHA.*.parquet` are their rows, as rows.PLACES and rows.ALIASES;
`gazetteer/built/DIGEST/` is the compiled gazetteer, one folder a content, written beside and renamed.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import xxhash

from blowback.tools.places import tables
from blowback.tools.places.compiling import compiled
from blowback.tools.places.gazetteer import FORMAT, Gazetteer
from blowback.tools.places.rows import Rows

_KEPT: Final = 3  # compiled folders; the others are of files that were added or removed since


@dataclass(frozen=True, slots=True)
class Added:
    """A file that was added to the gazetteer."""

    name: str
    sha256: str
    layout: str  # "wof", "geonames" or "table"
    places: int
    names: int
    set_aside: int
    added: str  # ISO 8601, UTC


def home() -> Path:
    """The user's data folder: BLOWBACK_HOME, else the XDG data folder's `blowback`."""
    if told := os.environ.get("BLOWBACK_HOME"):
        return Path(told)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "blowback"


def folder() -> Path:
    """Where the gazetteer lies."""
    return home() / "gazetteer"


def added() -> tuple[Added, ...]:
    """The files added, in the order in which they were."""
    path = folder() / "manifest.json"
    if not path.exists():
        return ()
    return tuple(Added(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["files"])


def write_manifest(files: tuple[Added, ...]) -> None:
    """Replace the list of added files at once."""
    path = folder() / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps({"files": [asdict(f) for f in files]}, indent=1), encoding="utf-8")
    beside.replace(path)


def layer_paths(sha256: str) -> tuple[Path, Path]:
    """The two files of an added file's rows."""
    base = folder() / "layers"
    return base / f"{sha256}.places.parquet", base / f"{sha256}.names.parquet"


def digest(files: tuple[Added, ...]) -> str:
    """Identifies the content: what is built in and what was added, in order."""
    told = [f"format {FORMAT}", tables.versions(), *(f.sha256 for f in files)]
    return xxhash.xxh3_128_hexdigest("\n".join(told).encode())


def current() -> Gazetteer:
    """The gazetteer of this machine; compiled first where that was not done (half a minute, once)."""
    files = added()
    return _current(str(folder()), digest(files))


@lru_cache(maxsize=2)
def _current(where: str, named: str) -> Gazetteer:
    built = Path(where) / "built" / named
    if not (built / "gazetteer.json").exists():
        _build(built, named)
    return Gazetteer.read(built)


def _build(built: Path, named: str) -> None:
    """Compile into a folder beside, then rename; another process that was faster wins."""
    built.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=built.parent, prefix=".building-"))
    try:
        layers = [Rows(*(pq.read_table(p) for p in layer_paths(f.sha256))) for f in added()]
        compiled([*tables.builtin(), *layers], named).write(beside)
        try:
            beside.rename(built)
        except OSError:
            if not (built / "gazetteer.json").exists():
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for old in sorted(built.parent.glob("[!.]*"), key=lambda p: -p.stat().st_mtime)[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
