"""What the columns of a table are called, so that a mapping given once serves every later file of the same shape."""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from blowback.case.case import Case
from blowback.case.manifest import Entry
from blowback.sources.source import Options

_HEAD = 64 << 10


def header_of(path: Path) -> str | None:
    """A fingerprint of the column names (16 hex digits); None where the file shows none.

    Parquet: the column names. JSON lines: the keys of the first object. Else: the first line as it is.
    """
    try:
        if path.suffix == ".parquet":
            return _print("\x1f".join(pq.read_schema(path).names))
        line = _first_line(path)
    except (OSError, EOFError, pa.ArrowException, zstandard.ZstdError):
        return None
    if not line or b"\0" in line:
        return None
    if line.lstrip().startswith(b"{"):
        try:
            return _print("\x1f".join(sorted(orjson.loads(line))))
        except orjson.JSONDecodeError:
            return None
    return _print(line.removeprefix(b"\xef\xbb\xbf").strip().decode("utf-8", "replace"))


def remembered(case: Case, header: str | None, options: Options) -> tuple[Options, Entry | None]:
    """The options to read a file with: where the user names no columns, as the last file with this header was read.

    Returns:
        The options, and the manifest's entry they were taken from (None where nothing was taken over).
    """
    if header is None or options.mapping or options.source not in {None, "table"}:
        return options, None
    for entry in reversed(list(case.manifest.entries())):
        if entry.header == header and entry.receipt["source"] == "table" and entry.options["mapping"]:
            held = entry.options
            taken = replace(
                options,
                source="table",
                mapping=dict(held["mapping"]),
                zone=options.zone or held["zone"],
                dates=options.dates or held["dates"],
                platform=options.platform or held["platform"],
            )
            return taken, entry
    return options, None


def as_facts(options: Options) -> dict[str, Any]:
    """Options as manifest and ledger carry them."""
    return {
        "source": options.source,
        "mapping": dict(options.mapping),
        "zone": options.zone,
        "dates": options.dates,
        "platform": options.platform,
    }


def _first_line(path: Path) -> bytes:
    with path.open("rb") as given:
        magic = given.read(4)
        given.seek(0)
        opened: io.BufferedIOBase | gzip.GzipFile | zstandard.ZstdDecompressionReader = given
        if magic[:2] == b"\x1f\x8b":
            opened = gzip.GzipFile(fileobj=given)
        elif magic == b"\x28\xb5\x2f\xfd":
            opened = zstandard.ZstdDecompressor(max_window_size=1 << 31).stream_reader(given)
        first = opened.read(_HEAD)
    return first.split(b"\n", 1)[0]


def _print(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
