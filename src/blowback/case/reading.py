"""One exhibit being read: batches in, canonical parts and vault out, a checkpoint now and then."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from blowback.case.ahead import ahead
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.checkpoint import Checkpoint, Staging
from blowback.case.derive import Deriver
from blowback.case.expect import expectations, note_filled
from blowback.case.marker import Marker, Pace
from blowback.case.parts import Parts
from blowback.case.receipt import Tally
from blowback.case.seen import SeenPosts
from blowback.case.vault import Gathered
from blowback.sources.source import Batch, Cursor, Opened


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
    marker: Marker = field(init=False)

    def __post_init__(self) -> None:
        self.tally = self.checkpoint.tally
        self.cursor = self.checkpoint.cursor
        self.marker = Marker(self.staging, self.checkpoint, self.pace)

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
                if self.marker.due(self.tally):
                    self._mark(parts)
            self._mark(parts)
        return self.marker.last

    def _take(self, batch: Batch, parts: Parts) -> None:
        derived = self.deriver.derive(batch.staged, self.seen)
        counts = (derived.kept, derived.duplicate, derived.set_aside)
        self.tally.add(batch.read, counts, derived.tables)
        for name, rows in derived.tables.items():
            parts.add(name, rows, self.marker.last.number)
        self.cursor = batch.cursor

    def _mark(self, parts: Parts) -> None:
        """Make everything so far durable and name it in the journal."""
        number = self.marker.last.number
        vault = self.vault.write(self.case.path, self.staging.folder.name, number) if self.vault else []
        self.marker.mark(self.cursor, self.tally, parts.close(number), vault)


__all__ = ["Pace", "Reading"]
