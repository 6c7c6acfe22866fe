"""An append-only JSONL file in which each line carries the SHA-256 of the line before it.

Cutting, editing or inserting a line shows at that line. `heads.json` keeps the number of lines and the hash of the
last one, so that cutting the tail shows too. Whoever rewrites the chain *and* its head consistently is not found
out by the case alone: that takes a copy of the head elsewhere (a signed mail, a time stamp, an older dump).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from blowback.case.atomic import append_line, disk, sync_folder, write_whole
from blowback.errors import CustodyError, StorageError
from blowback.model.locator import Locator

START = "0" * 64
HEADS = "heads.json"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many lines, and the SHA-256 of the last one."""

    lines: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold: 1-based line (None: the file as a whole) and what is wrong."""

    line: int | None
    what: str
    torn: bool = False  # the end of a write that was cut short, as a kill leaves it


@dataclass(frozen=True, slots=True)
class Chain:
    """One chained file. Appending is for the holder of the case's lock; reading is for everybody."""

    path: Path

    @property
    def torn_path(self) -> Path:
        """Where the torn end of a line goes after a kill."""
        return self.path.with_suffix(".torn")

    def append(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Append one entry and move the head.

        Args:
            facts: JSON-like values; `seq` and `prev` are added here.

        Raises:
            CustodyError: the file is shorter than its head says, or its last line was changed.
            NoSpace: the disk is full; the file is as it was.
        """
        torn = self._set_torn_aside()
        head = self._tail()
        self._check_head(head)
        before = self.path.stat().st_size if self.path.exists() else 0
        entry = {"seq": head.lines + 1, **facts, **({"torn": torn} if torn else {}), "prev": head.hash}
        line = orjson.dumps(entry)
        append_line(self.path, line)
        try:
            self._write_head(Head(head.lines + 1, hashlib.sha256(line).hexdigest()))
        except StorageError:  # without its head the line would count as half written: take it back
            os.truncate(self.path, before)
            raise
        return entry

    def entries(self) -> Iterator[dict[str, Any]]:
        """The whole lines, in order. A torn last line is not one of them.

        Raises:
            CustodyError: a line is not a JSON object.
        """
        for number, line in enumerate(self.lines(), 1):
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise self._broken(number, "is not JSON") from error
            if not isinstance(entry, dict):
                raise self._broken(number, "is not a JSON object")
            yield entry

    def head(self) -> Head:
        """The end of the file as it is on disk, torn bytes left out."""
        return self._tail()

    def line_of(self, digest: str) -> int | None:
        """The 1-based line with this SHA-256, or at least its first 12 digits; 0 for `START`; None where there is none."""
        if digest == START:
            return 0
        hashes = (hashlib.sha256(line).hexdigest() for line in self.lines())
        found = (n for n, h in enumerate(hashes, 1) if len(digest) >= 12 and h.startswith(digest.lower()))
        return next(found, None)

    def torn(self) -> int:
        """Bytes after the last whole line: what a kill left of an unfinished one."""
        whole = self._content()
        return len(whole) - (whole.rfind(b"\n") + 1)

    def breaks(self) -> list[Break]:
        """Every place where the chain does not hold. Reads only."""
        found, before, count = [], START, 0
        recorded = self.recorded()
        for number, line in enumerate(self.lines(), 1):
            found += self._check_line(number, line, before)
            before, count = hashlib.sha256(line).hexdigest(), number
            if recorded and number == recorded.lines and before != recorded.hash:
                found.append(Break(number, f"is not the line that {HEADS} names as the end"))
        if torn := self.torn():
            found.append(Break(count + 1, f"breaks off after {torn} bytes: a write was cut short", torn=True))
        # one line more than the head is what a kill between the two writes leaves
        if recorded is None and count > 1:
            found.append(Break(None, f"has no entry in {HEADS}, so a missing last line could not be seen"))
        if recorded and count > recorded.lines + 1:
            found.append(Break(recorded.lines + 2, f"comes after the end that {HEADS} names"))
        if recorded and count < recorded.lines:
            missing = recorded.lines - count
            found.append(Break(count + 1, f"is missing: {HEADS} counts {recorded.lines} lines, {missing} more"))
        return found

    def recorded(self) -> Head | None:
        """The head as `heads.json` has it, or None."""
        held = self._heads().get(self.path.name)
        return Head(int(held["lines"]), str(held["hash"])) if held else None

    def _check_line(self, number: int, line: bytes, before: str) -> list[Break]:
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError:
            return [Break(number, "is not JSON")]
        if not isinstance(entry, dict):
            return [Break(number, "is not a JSON object")]
        found = []
        if entry.get("prev") != before:
            found.append(Break(number, "does not carry the hash of the line before it: one of the two was changed"))
        if entry.get("seq") != number:
            found.append(Break(number, f"has the number {entry.get('seq')}: a line was cut out or put in"))
        return found

    def _content(self) -> bytes:
        return self.path.read_bytes() if self.path.exists() else b""

    def lines(self) -> list[bytes]:
        """The whole lines as bytes, without their line ends."""
        whole = self._content()
        return whole[: whole.rfind(b"\n") + 1].split(b"\n")[:-1]

    def _tail(self) -> Head:
        lines = self.lines()
        return Head(len(lines), hashlib.sha256(lines[-1]).hexdigest()) if lines else Head()

    def _check_head(self, head: Head) -> None:
        recorded = self.recorded() or Head()
        if head == recorded:
            return
        # one line further than the head: a kill came between the two writes
        ahead = head.lines == recorded.lines + 1 and not any(
            b.line in {head.lines, recorded.lines} for b in self.breaks()
        )
        if not ahead:
            raise self._broken(recorded.lines, f"is not the end that {HEADS} names")
        self._write_head(head)

    def _heads(self) -> dict[str, Any]:
        path = self.path.with_name(HEADS)
        try:
            held = orjson.loads(path.read_bytes()) if path.exists() else {}
        except orjson.JSONDecodeError:
            return {}
        return held if isinstance(held, dict) else {}

    def _write_head(self, head: Head) -> None:
        held = {**self._heads(), self.path.name: {"lines": head.lines, "hash": head.hash}}
        write_whole(self.path.with_name(HEADS), orjson.dumps(held, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))

    def _set_torn_aside(self) -> dict[str, Any] | None:
        """Copy the torn end of the file to `<name>.torn`, durable, before cutting it off the chain."""
        if not (length := self.torn()):
            return None
        whole = self._content()
        torn = whole[-length:]
        digest = hashlib.sha256(torn).hexdigest()
        append_line(self.torn_path, orjson.dumps({"sha256": digest, "bytes": torn.hex()}))
        with disk(self.path), self.path.open("r+b") as out:
            out.truncate(len(whole) - length)
        sync_folder(self.path.parent)
        return {"bytes": length, "sha256": digest, "kept_in": self.torn_path.name}

    def _broken(self, line: int, what: str) -> CustodyError:
        return CustodyError(
            f"line {line} of {self.path.name} {what}",
            hint="Run `blowback verify` on the case and compare with an older copy before going on",
            at=Locator(self.path.name, line=line),
        )
