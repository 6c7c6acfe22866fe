"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from blowback.errors import UsageError, WrongMapping
from blowback.sources.source import Options

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="Folder of the case.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout, everything else on stderr.")]
Format = Annotated[str | None, typer.Option("--format", help="Read the files as this source; see `blowback sources`.")]
Mapping = Annotated[
    str | None, typer.Option("--map", metavar="FIELD=COLUMN,...", help="Which column of a table holds what.")
]
Zone = Annotated[
    str | None, typer.Option("--time-zone", metavar="ZONE", help="Zone of local times, such as Asia/Baghdad.")
]
Dates = Annotated[
    str | None, typer.Option("--dates", metavar="ORDER", help="day-first or month-first, for 03/04/2014.")
]
Platform = Annotated[str | None, typer.Option("--platform", help="Platform name for a table, such as x or facebook.")]
Reference = Annotated[
    bool, typer.Option("--reference", help="Leave the files where they are; record path and hash only.")
]
Pseudonyms = Annotated[str, typer.Option("--pseudonyms", metavar="on|off", help="off: ids are hashed already.")]
EngineName = Annotated[str, typer.Option("--engine", help="duckdb, or spark for what no single machine holds.")]
Master = Annotated[
    str | None,
    typer.Option(
        "--master", metavar="URL", help="Of spark: local[4], spark://host:7077, ... (default: its own configuration)."
    ),
]
Memory = Annotated[str | None, typer.Option("--memory", metavar="4GB", help="Memory limit of the engine.")]
Threads = Annotated[int | None, typer.Option("--threads", help="Threads of the engine.")]


def reading_options(
    source: str | None, mapping: str | None, zone: str | None, dates: str | None, platform: str | None
) -> Options:
    """What the user said about files.

    Raises:
        WrongMapping, UsageError: it cannot be understood.
    """
    pairs: dict[str, str] = {}
    for part in (mapping or "").split(","):
        if not part.strip():
            continue
        field, equals, column = part.partition("=")
        if not equals or not field.strip() or not column.strip():
            raise WrongMapping(
                f"--map: {part!r} is not FIELD=COLUMN", hint="Write --map account=user_id,time=ts,text=body"
            )
        pairs[field.strip()] = column.strip()
    if dates not in (None, "day-first", "month-first"):
        raise UsageError(f"--dates {dates}: not known", hint="Write day-first or month-first")
    order: Literal["day-first", "month-first"] | None = None
    if dates:
        order = "day-first" if dates == "day-first" else "month-first"
    if zone is not None:
        _known_zone(zone)
    return Options(source, pairs, zone, order, platform)


def _known_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415  # rarely needed

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"--time-zone {zone}: no such zone", hint="Use an IANA name, such as Asia/Baghdad or UTC"
        ) from error


def on(value: str) -> bool:
    """On or off."""
    if value not in ("on", "off"):
        raise UsageError(f"--pseudonyms {value}: not known", hint="Write on or off")
    return value == "on"


def extra(words: list[str]) -> dict[str, Any]:
    """`--name value` and `--name=value` pairs that an analysis declares."""
    given: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"{word!r} is not an option", hint="Options are written --name value")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not rest:
                raise UsageError(f"--{name} needs a value", hint="Options are written --name value")
            value = rest.pop(0)
        given[name] = value
    return given
