"""A case: a folder under custody. Parquet is the record, the manifest says what of it counts.

case.toml  exhibits/  manifest.jsonl  ledger.jsonl  heads.json  tables/<table>/  signals/  runs.jsonl
findings.jsonl  judgements.jsonl  dossiers/  desk.duckdb  keys/  staging/ (only while taking in)  case.lock
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from blowback import __version__
from blowback.case.atomic import disk, file_hash, make_folder, sync_folder, write_whole
from blowback.case.card import FILE, Card, Settings, read_settings
from blowback.case.chain import Chain
from blowback.case.ledger import Ledger, now
from blowback.case.lock import WriterLock
from blowback.case.manifest import Manifest
from blowback.errors import NotACase
from blowback.model.tables import TABLES

KEY = "keys/pseudonym.key"


@dataclass(slots=True)
class Case:
    """An open case. Opening takes no lock: any number may read while one writes."""

    path: Path
    settings: Settings
    writer: WriterLock = field(repr=False)

    @classmethod
    def new(
        cls, path: Path | str, pseudonyms: bool = True, *, title: str | None = None, card: Card | None = None
    ) -> Case:
        """Make a case: the folder appears whole or not at all.

        Args:
            path: must not exist, or be an empty folder.
            pseudonyms: False leaves ids and handles as they are (for what is hashed already); it is in the ledger.
            title: the folder's name unless given.
            card: purpose, collector, legal basis, end date; can be filled in later.

        Raises:
            NotACase: there is a case, or something else, at that path already.
            NoSpace: the disk is full.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100  # links are not followed: the user's own name counts
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            what = "already holds a case" if (path / FILE).exists() else "is not an empty folder"
            raise NotACase(f"{path.name} {what}", hint="Choose another folder, or ingest into the case that is there")
        make_folder(path.parent)
        aside = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            with disk(path):
                shutil.rmtree(aside, ignore_errors=True)
                for folder in ("exhibits", "tables", "signals", "dossiers"):
                    (aside / folder).mkdir(parents=True)
                (aside / "keys").mkdir(mode=0o700)
            if pseudonyms:
                write_whole(aside / KEY, secrets.token_bytes(32), mode=0o600)
            settings = Settings(title or path.name, now(), pseudonyms, __version__, card=card or Card())
            settings.write(aside)
            made = cls._at(aside, settings)
            out = made.digests([FILE, KEY] if pseudonyms else [FILE])  # the hash of 32 random bytes gives nothing away
            made.ledger.append("new", title=settings.title, pseudonyms="on" if pseudonyms else "off", out=out)
            with disk(path):
                aside.replace(path)
                sync_folder(path.parent)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return cls.open(path)

    @classmethod
    def open(cls, path: Path | str) -> Case:
        """Open a case.

        Raises:
            NotACase: the folder holds none, or one of a later format.
            CustodyError: `case.toml` is damaged.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100
        return cls._at(path, read_settings(path))

    @classmethod
    def _at(cls, path: Path, settings: Settings) -> Case:
        return cls(path, settings, WriterLock(path / "case.lock"))

    @property
    def ledger(self) -> Ledger:
        """Who did what, when."""
        return Ledger(Chain(self.path / "ledger.jsonl"), self.lock)

    @property
    def manifest(self) -> Manifest:
        """What was taken in."""
        return Manifest(Chain(self.path / "manifest.jsonl"))

    @property
    def pseudonyms(self) -> bool:
        """Whether ids and handles are under keyed pseudonyms."""
        return self.settings.pseudonyms

    @property
    def card(self) -> Card:
        """Purpose, collector, legal basis, end date."""
        return self.settings.card

    def tables(self, until: int | None = None) -> dict[str, list[Path]]:
        """The Parquet files of each canonical table: only what the manifest acknowledges. All tables are named.

        Args:
            until: only the first so many lines of the manifest: the case as it was then.
        """
        parts: dict[str, list[Path]] = {name: [] for name in TABLES}
        for entry in self.manifest.entries():
            for part in entry.parts if until is None or entry.line <= until else ():
                parts[part.table].append(self.path / part.path)
        return parts

    def receipts(self) -> list[dict[str, Any]]:
        """The receipt of each acknowledged exhibit, in the order they were taken in."""
        return [dict(entry.receipt) for entry in self.manifest.entries()]

    def unfinished(self) -> list[str]:
        """What a kill or a full disk left undone, in plain sentences; empty when there is nothing."""
        taken = list(self.manifest.entries())
        done = {entry.exhibit.short for entry in taken}
        waiting = [p for p in sorted((self.path / "staging").glob("*")) if p.is_dir() and p.name not in done]
        found = [_open_intake(folder) for folder in waiting]
        found += [
            f"The last line of {chain.path.name} was cut short; the next entry sets it aside and says so."
            for chain in (self.ledger.chain, self.manifest.chain)
            if chain.torn()
        ]
        told = {e.get("exhibit") for e in self.ledger.entries() if e.get("verb") in {"ingest", "recovered"}}
        found += [
            f"{entry.exhibit.name} is taken in, but its line in the ledger is missing; the next ingest writes it."
            for entry in taken
            if entry.exhibit.sha256 not in told
        ]
        return found

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the case for writing; may be entered again by the same `Case`.

        Raises:
            CaseLocked: another process (or another `Case` object) writes; the message says who.
        """
        with self.writer.hold():
            yield

    def digests(self, paths: Iterable[Path | str]) -> dict[str, dict[str, Any]]:
        """Path within the case -> `{sha256, bytes}`, for `ledger.append(verb, out=...)`."""
        whole = [self.path / p for p in paths]
        return {
            str(p.relative_to(self.path)): {"sha256": file_hash(p), "bytes": p.stat().st_size} for p in sorted(whole)
        }

    def fill_card(self, card: Card) -> None:
        """Replace the card; the ledger gets the new hash of `case.toml`."""
        with self.lock():
            self.settings = replace(self.settings, card=card)
            self.settings.write(self.path)
            self.ledger.append("card", missing=list(card.missing), out=self.digests([FILE]))


def _open_intake(folder: Path) -> str:
    named = folder / "name"
    name = named.read_text(encoding="utf-8") if named.is_file() else f"exhibit {folder.name}"
    journal = folder / "journal.jsonl"
    marks = [line for line in journal.read_bytes().split(b"\n")[1:-1] if line] if journal.is_file() else []
    try:
        read = int(orjson.loads(marks[-1])["read"]) if marks else 0
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        read = 0
    how = f"it goes on after record {read:,}" if read else "it is read from its beginning"
    return f"{name} was not finished: ingest the same file again, and {how}."
