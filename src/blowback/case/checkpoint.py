"""The staging folder of one exhibit and its journal: how far the intake got, durable, so that it can go on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from blowback.case.atomic import append_line, disk, make_folder, write_whole
from blowback.case.case import Case
from blowback.case.manifest import Exhibit, Part
from blowback.case.receipt import Tally
from blowback.case.vault import FOLDER as VAULT
from blowback.model.ids import json_digest
from blowback.sources.source import Cursor

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one exhibit has been read; all parts named here are whole on disk."""

    number: int = 0
    cursor: Cursor = field(default_factory=Cursor)
    tally: Tally = field(default_factory=Tally)
    parts: tuple[Part, ...] = ()
    vault: tuple[Part, ...] = ()
    read: int = 0  # records read when it was made (the tally runs on)


@dataclass(frozen=True, slots=True)
class Staging:
    """Where one exhibit's parts wait until they are acknowledged."""

    folder: Path
    case: Path

    @classmethod
    def of(cls, case: Case, exhibit: Exhibit) -> Staging:
        """The staging folder of an exhibit (it need not exist)."""
        return cls(case.path / "staging" / exhibit.short, case.path)

    def begin(self, exhibit: Exhibit, how: Mapping[str, Any]) -> Checkpoint:
        """Take up the last checkpoint, or start afresh where there is none or the file is to be read otherwise now.

        Args:
            exhibit: what is being read.
            how: everything that decides how it is read (source, mapping, zone, tool version), JSON-like.
        """
        first = {"exhibit": exhibit.sha256, "how": json_digest(dict(how))}
        lines = self._lines()
        if lines and lines[0] == first:
            found = self._last_whole(lines[1:])
            # a line that the kill tore is left out, so that the next one starts on its own
            write_whole(self.folder / JOURNAL, b"".join(orjson.dumps(line) + b"\n" for line in lines))
            self._sweep(found)
            return found
        self.discard()
        make_folder(self.folder)
        write_whole(self.folder / "name", exhibit.name.encode())
        append_line(self.folder / JOURNAL, orjson.dumps(first))
        return Checkpoint()

    def record(self, checkpoint: Checkpoint) -> None:
        """Make a checkpoint durable. Its parts must be whole on disk before."""
        append_line(self.folder / JOURNAL, orjson.dumps(asdict(checkpoint)))

    def where(self, part: Part) -> Path | None:
        """Where a part lies: in staging, or in its place already; None where it is missing."""
        places = [self.final(part)] if part.table == "vault" else [self.folder / part.path, self.final(part)]
        for path in places:
            if path.is_file() and path.stat().st_size == part.bytes:
                return path
        return None

    def final(self, part: Part) -> Path:
        """Where a part goes when it is acknowledged: `tables/<table>/<sha12>-<n>.parquet`.

        Parts of the vault are written where they stay: native ids never lie outside `keys/`.
        """
        if part.table == "vault":
            return self.case / part.path
        return self.case / "tables" / part.table / part.path.removeprefix(f"{part.table}-")

    def discard(self) -> None:
        """Remove everything of this intake that was not acknowledged."""
        with disk(self.folder):
            for folder in (*(self.case / "tables").glob("*"), self.case / VAULT):
                for path in folder.glob(f"{self.folder.name}-*.parquet"):
                    path.unlink()
            if self.folder.exists():
                shutil.rmtree(self.folder)

    def clear(self) -> None:
        """Remove the folder after the acknowledgement."""
        with disk(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.folder.parent.is_dir() and not any(self.folder.parent.iterdir()):
                self.folder.parent.rmdir()

    def _lines(self) -> list[dict[str, Any]]:
        path = self.folder / JOURNAL
        whole = path.read_bytes() if path.is_file() else b""
        found = []
        for line in whole[: whole.rfind(b"\n") + 1].splitlines():
            try:
                found.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                break  # nothing after it can be trusted
        return found

    def _sweep(self, checkpoint: Checkpoint) -> None:
        named = {p.path for p in checkpoint.parts} | {JOURNAL, "name"}
        vault = {self.case / p.path for p in checkpoint.vault}
        with disk(self.folder):
            for path in self.folder.iterdir():
                if path.name not in named:
                    path.unlink()
            for path in (self.case / VAULT).glob(f"{self.folder.name}-*.parquet"):
                if path not in vault:
                    path.unlink()

    def _last_whole(self, lines: list[dict[str, Any]]) -> Checkpoint:
        for checkpoint in reversed(_whole(lines)):
            if all(self.where(p) for p in (*checkpoint.parts, *checkpoint.vault)):
                return checkpoint
        return Checkpoint()


def _whole(lines: list[dict[str, Any]]) -> list[Checkpoint]:
    return [
        Checkpoint(
            line["number"],
            Cursor(**line["cursor"]),
            tally=Tally(**line["tally"]),
            parts=tuple(Part(**p) for p in line["parts"]),
            vault=tuple(Part(**p) for p in line["vault"]),
            read=line["read"],
        )
        for line in lines
    ]
