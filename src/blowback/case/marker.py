"""Checkpoints while a file is read: when one is due, and what it says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from blowback.case.checkpoint import Checkpoint, Staging
from blowback.case.manifest import Part
from blowback.case.receipt import Tally
from blowback.model.given import Cursor


@dataclass(frozen=True, slots=True)
class Pace:
    """When a checkpoint is due: after so many records or seconds, whichever comes first."""

    records: int = 500_000
    seconds: float = 20.0


@dataclass(slots=True)
class Marker:
    """The last checkpoint of one exhibit, and the next one."""

    staging: Staging
    last: Checkpoint
    pace: Pace
    _since: float = field(default_factory=time.monotonic)

    def due(self, tally: Tally) -> bool:
        """Whether enough was read since the last one."""
        fresh = tally.read - self.last.read
        return fresh >= self.pace.records or (fresh > 0 and time.monotonic() - self._since >= self.pace.seconds)

    def mark(self, cursor: Cursor, tally: Tally, parts: Sequence[Part], vault: Sequence[Part] = ()) -> None:
        """Name everything so far in the journal. The parts must be whole on disk."""
        before = self.last
        self.last = Checkpoint(
            before.number + 1,
            cursor,
            tally=tally,
            parts=(*before.parts, *parts),
            vault=(*before.vault, *vault),
            read=tally.read,
        )
        self.staging.record(self.last)
        self._since = time.monotonic()
