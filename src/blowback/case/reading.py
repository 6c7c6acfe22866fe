"""One exhibit being read: batches in, canonical parts and vault out, a checkpoint now and then."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from blowback.case.ahead import ahead
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.checkpoint import Checkpoint, Staging
from blowback.case.derive import Deriver
from blowback.case.expect import expectations, note_filled
from blowback.case.parts import Parts
from blowback.case.receipt import Tally
from blowback.case.seen import SeenPosts
from blowback.case.vault import Gathered
from blowback.sources.source import Batch, Cursor, Opened


@dataclass(frozen=True, slots=True)
class Pace:
    """When a checkpoint is due: after so many records or seconds, whichever comes first."""

    records: int = 500_000
    seconds: float = 20.0


@dataclass(slots=True)
class Reading:
    """One exhibit on its way from a checkpoint to its end."""

    case: Case
    staging: Staging
    opened: Opened
    deriver: Deriver
    seen: SeenPosts
    checkpoint: Checkpoint
    pace: Pace
    vault: Gathered | None
    tally: Tally = field(init=False)
    cursor: Cursor = field(init=False)
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self.tally = self.checkpoint.tally
        self.cursor = self.checkpoint.cursor
        self._since = time.monotonic()

    def run(self, size: int, report: Report | None) -> Checkpoint:
        """Read to the end; returns the last checkpoint.

        Args:
            size: bytes of the file as given, for the report.
            report: called with ("read", bytes done, size) after each batch.
        """
        expect = expectations(self.opened.source)
        with ExitStack() as stack:
            parts = stack.enter_context(Parts(self.staging.folder, self.staging.folder.name))
            for batch in stack.enter_context(closing(ahead(self.opened.batches(self.cursor)))):
                note_filled(self.tally, expect, batch.staged)
                self._take(batch, parts)
                if report:
                    report("read", batch.done_bytes, size)
                if self._due():
                    self._mark(parts)
            self._mark(parts)
        return self.checkpoint

    def _take(self, batch: Batch, parts: Parts) -> None:
        derived = self.deriver.derive(batch.staged, self.seen)
        counts = (derived.kept, derived.duplicate, derived.set_aside)
        self.tally.add(batch.read, counts, derived.tables)
        for name, rows in derived.tables.items():
            parts.add(name, rows, self.checkpoint.number)
        self.cursor = batch.cursor

    def _due(self) -> bool:
        fresh = self.tally.read - self.checkpoint.read
        return fresh >= self.pace.records or (fresh > 0 and time.monotonic() - self._since >= self.pace.seconds)

    def _mark(self, parts: Parts) -> None:
        """Make everything so far durable and name it in the journal."""
        before = self.checkpoint
        vault = self.vault.write(self.case.path, self.staging.folder.name, before.number) if self.vault else []
        self.checkpoint = Checkpoint(
            before.number + 1,
            self.cursor,
            tally=self.tally,
            parts=(*before.parts, *parts.close(before.number)),
            vault=(*before.vault, *vault),
            read=self.tally.read,
        )
        self.staging.record(self.checkpoint)
        self._since = time.monotonic()
