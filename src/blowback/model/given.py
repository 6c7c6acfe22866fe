"""A file that was given to us: what detection may look at, what the user said of it, how far it has been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Head:
    """What detection may look at: the name and the first 64 KiB after decompression (and UTF-16 to UTF-8)."""

    path: Path
    name: str  # without .gz, .zst
    first: bytes
    compression: Literal["none", "gzip", "zstd"]
    encoding: str  # utf-8, utf-8-sig, utf-16-le, utf-16-be, binary


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may say about a file."""

    source: str | None = None  # --format
    mapping: Mapping[str, str] = field(default_factory=dict)  # --map field=column
    zone: str | None = None  # --time-zone, an IANA name
    dates: Literal["day-first", "month-first"] | None = None  # --dates
    platform: str | None = None  # --platform, for tables


@dataclass(frozen=True, slots=True)
class Guess:
    """How sure a reader is of a file, and why, in words a user can check."""

    score: float  # 0 = not mine, 1 = certain
    why: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a file has been read: enough to go on from here after a crash."""

    record_no: int = 0
    line: int = 0
    byte: int = 0
