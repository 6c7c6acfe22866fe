"""`case.toml`: title, when it was made, pseudonyms on or off, and the card that a public export asks for."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from blowback.case.atomic import disk, write_whole
from blowback.errors import CustodyError, NotACase

FORMAT = 1
FILE = "case.toml"


@dataclass(frozen=True, slots=True)
class Card:
    """Why the case exists and who answers for it. All optional until a `shared` or `public` export."""

    purpose: str = ""
    collector: str = ""
    legal_basis: str = ""
    end_date: str = ""  # ISO date on which the case is to be purged

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four are still empty."""
        return tuple(f.name for f in fields(self) if not getattr(self, f.name))


@dataclass(frozen=True, slots=True)
class Settings:
    """What `case.toml` says."""

    title: str
    created: str
    pseudonyms: bool
    tool: str
    card: Card = Card()
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write `case.toml` in one move."""
        quoted = {f.name: json.dumps(getattr(self.card, f.name), ensure_ascii=False) for f in fields(self.card)}
        lines = [
            f"title = {json.dumps(self.title, ensure_ascii=False)}",
            f"created = {json.dumps(self.created)}",
            f"pseudonyms = {str(self.pseudonyms).lower()}",
            f"format = {self.format}",
            f"tool = {json.dumps(self.tool)}",
            "",
            "[card]",
            *(f"{name} = {value}" for name, value in quoted.items()),
        ]
        write_whole(folder / FILE, "\n".join([*lines, ""]).replace("\x7f", "\\u007f").encode())


def read_settings(folder: Path) -> Settings:
    """Read `case.toml`.

    Raises:
        NotACase: there is none, or it is of a later format than this version reads.
        CustodyError: it is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        what = "is not a folder" if folder.exists() and not folder.is_dir() else "holds no case"
        raise NotACase(f"{folder} {what}", hint=f"Make one with `blowback case new {folder.name}`")
    try:
        with disk(path):
            held = tomllib.loads(path.read_text(encoding="utf-8"))
        card = Card(**{f.name: str(held.get("card", {}).get(f.name, "")) for f in fields(Card)})
        settings = Settings(
            str(held["title"]),
            str(held["created"]),
            _flag(held["pseudonyms"]),
            str(held["tool"]),
            card=card,
            format=int(held["format"]),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CustodyError(
            f"{path.name} of the case {folder.name} is damaged: {error}",
            hint="Put back the copy from a dump; `blowback verify` says what else was changed",
        ) from error
    if settings.format > FORMAT:
        raise NotACase(
            f"the case {folder.name} has format {settings.format}; this version reads up to {FORMAT}",
            hint=f"Use blowback {settings.tool} or later",
        )
    return settings


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"pseudonyms is {value!r}, not true or false")
    return value
