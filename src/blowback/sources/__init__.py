"""Floor 2: one file, one export format. The list, detection, and opening a file."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from blowback.errors import InputError, UnknownFormat, UnknownName
from blowback.model.locator import Locator
from blowback.sources.bluesky_jetstream import bluesky_jetstream
from blowback.sources.recognised import seems
from blowback.sources.reddit_pushshift import reddit_pushshift
from blowback.sources.source import Guess, Head, Opened, Options, Source
from blowback.sources.table import table
from blowback.sources.telegram_desktop import telegram_desktop
from blowback.sources.x_compliance import x_compliance
from blowback.sources.x_io import x_io
from blowback.sources.x_v2 import x_v2
from blowback.sources.x_v11 import x_v11
from blowback.sources.ytdlp import ytdlp
from blowback.tools.streams import look

SOURCES: Final[tuple[Source, ...]] = (
    x_v11,
    x_v2,
    x_compliance,
    x_io,
    telegram_desktop,
    bluesky_jetstream,
    reddit_pushshift,
    ytdlp,
    table,
)
_LEAST: Final = 0.25  # below this nothing is taken for granted


def sources() -> tuple[Source, ...]:
    """The built-in sources, then those that installed packages offer under the entry point `blowback.sources`."""
    return (*SOURCES, *(e.load() for e in entry_points(group="blowback.sources")))


def head_of(path: Path) -> Head:
    """What detection looks at.

    Raises:
        NotReadable, EmptyFile, DamagedFile: see `tools.streams.look`.
    """
    kind, first = look(path)
    name = path.name
    for ending in (".gz", ".zst", ".zstd"):
        name = name.removesuffix(ending)
    return Head(path, name, first, kind.compression, kind.encoding)


def detect(path: Path) -> list[tuple[str, Guess]]:
    """Every source's guess for a file, best first; guesses of 0 left out."""
    head = head_of(path)
    guesses = [(s.id, s.sniff(head)) for s in sources()]
    return sorted(((i, g) for i, g in guesses if g.score > 0), key=lambda pair: -pair[1].score)


def source_of(name: str) -> Source:
    """The source of that name.

    Raises:
        UnknownName: there is none; the error lists them.
    """
    for source in sources():
        if source.id == name:
            return source
    raise UnknownName(f"no source is called {name!r}", hint=f"Sources are: {', '.join(s.id for s in sources())}")


def open_file(path: Path, options: Options) -> Opened:
    """Open a file for reading as the source that fits best, or as `options.source`.

    Raises:
        NotReadable, EmptyFile, DamagedFile: the file cannot be read.
        UnknownFormat: no source recognises it.
        NotPosts: it is recognised, but holds no posts.
        WrongMapping: the mapping does not fit its columns.
    """
    if options.zone is not None:
        check_zone(options.zone)
    head = head_of(path)
    name = options.source
    if name is None and options.mapping:
        name = "table"
    if name is None:
        name = _best(path, head)
    opened = source_of(name).open(path, head, options)
    if head.encoding.startswith("utf-16"):
        opened = replace(
            opened,
            notes=(*opened.notes, f"{path.name} is {head.encoding.upper()}: byte offsets count its text as UTF-8"),
        )
    return opened


def check_zone(zone: str) -> None:
    """Refuse a zone that is none.

    Raises:
        UnknownName: there is no such zone.
    """
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownName(
            f"no time zone is called {zone!r}", hint="Say one as in --time-zone Asia/Baghdad, or UTC"
        ) from error


def _best(path: Path, head: Head) -> str:
    guesses = detect(path)
    sure = bool(guesses) and guesses[0][1].score >= _LEAST
    if (not sure or guesses[0][0] == "table") and (found := seems(head)) is not None and not _is_table(head, guesses):
        raise UnknownFormat(
            f"{path.name} looks like {found[0]}, which this version does not read", hint=found[1], at=Locator(path.name)
        )
    if not sure:
        tried = "; ".join(f"{i}: {g.why}" for i, g in guesses[:3]) or "nothing came near"
        raise UnknownFormat(
            f"{path.name} is in no format we know ({tried})",
            hint="Run `blowback sources` for the list, or say --format table --map account=COLUMN,time=COLUMN,...",
            at=Locator(path.name),
        )
    return guesses[0][0]


def _is_table(head: Head, guesses: list[tuple[str, Guess]]) -> bool:
    """Spreadsheets are ZIP files, or OLE ones, too."""
    return (
        bool(guesses)
        and guesses[0][1].score >= _LEAST
        and head.first[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")
    )


__all__ = [
    "SOURCES",
    "Guess",
    "InputError",
    "Opened",
    "Options",
    "Source",
    "check_zone",
    "detect",
    "head_of",
    "open_file",
    "source_of",
]
