"""Outside data into a case: exhibit -> rows of canonical tables + set aside -> Parquet parts -> receipt -> acknowledgement.

The same custody as for exports of posts, for anything a `Witness` reads. To add a layout: write a file in `witnesses/`
whose `Witness` yields `Rows` (canonical rows with the locator of their record; see there), name it in
`witnesses/__init__.py`, and `blowback ingest` takes it in: hashed, copied or referenced, counted (read = kept +
duplicate + set aside), resumed after a kill, recognised the second time, covered by `verify`. Nothing here knows
events from DNS lookups: which tables, which key tells a row that the case has already, and when a file is
recognised, the witness says. Native ids of people do not pass this way: a witness leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback import __version__
from blowback.case.acknowledge import acknowledge
from blowback.case.ahead import ahead
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.checkpoint import Checkpoint, Staging
from blowback.case.header import as_facts
from blowback.case.manifest import Entry, Exhibit
from blowback.case.marker import Marker, Pace
from blowback.case.parts import Parts
from blowback.case.receipt import Tally, receipt_of
from blowback.case.seen import SeenPosts
from blowback.errors import InputError, Unexpected
from blowback.model.given import Cursor, Options
from blowback.model.locator import Locator
from blowback.model.tables import TABLES
from blowback.sources import check_zone, head_of
from blowback.witnesses import recognised, witness_of
from blowback.witnesses.witness import Opened, Rows, Witness

_NUMBER: Final = "record_no"


@dataclass(frozen=True, slots=True)
class Outside:
    """A file that a witness reads, opened."""

    witness: Witness
    opened: Opened
    options: Options
    name: str  # as given, without .gz, .zst

    def at(self, path: Path) -> Outside:
        """The same file elsewhere, read the same way."""
        return replace(self, opened=self.witness.open(path, replace(head_of(path), name=self.name), self.options))

    def how(self) -> dict[str, Any]:
        """Everything that decides what comes out: a checkpoint made otherwise is not taken up."""
        told = {"source": self.opened.witness, "zone": self.opened.zone, "mapping": dict(self.opened.mapping)}
        return {**told, "options": as_facts(self.options), "tool": __version__}


def open_outside(path: Path, options: Options) -> Outside | None:
    """The file as a witness reads it: the one that `options.source` names, or the one that recognises it.

    Returns:
        None where no witness claims it: it is an export of posts, or nothing we know.

    Raises:
        NotReadable, EmptyFile, DamagedFile: the file cannot be read.
        UnknownFormat, WrongMapping: the witness that was named cannot read it so.
    """
    named = witness_of(options.source) if options.source else None
    if named is None and options.source:
        return None
    head = head_of(path)
    witness = named or recognised(head)
    if witness is None:
        return None
    if named is None:  # --map speaks of the posts that are given with it
        options = replace(options, mapping={}, platform=None)
    if options.zone is not None:
        check_zone(options.zone)
    return Outside(witness, witness.open(path, head, options), options, head.name)


def take_in(
    case: Case, exhibit: Exhibit, given: Outside, *, report: Report | None = None, pace: Pace | None = None
) -> dict[str, Any]:
    """Read an exhibit to its end and acknowledge it. Call while holding the case's lock, after `recover`.

    Args:
        case: the case.
        exhibit: as `exhibits.take` made it.
        given: the file under custody, opened.
        report: called with ("read", bytes done, bytes in all).
        pace: how often a checkpoint is made.

    Returns:
        Its receipt.

    Raises:
        InputError: the file breaks off, or none of its records could be used; nothing of it stays.
        NoSpace: the disk is full; the same call goes on later.
        CustodyError: a witness did not account for a record.
    """
    staging = Staging.of(case, exhibit)
    start = staging.begin(exhibit, given.how())
    try:
        end = _Reading(case, exhibit, staging, given, Marker(staging, start, pace or Pace())).run(report)
        _check(end.tally, given, exhibit)
    except InputError:
        staging.discard()
        raise
    return acknowledge(case, staging, _entry(exhibit, given, start, end))


@dataclass(slots=True)
class _Reading:
    """One exhibit on its way from a checkpoint to its end."""

    case: Case
    exhibit: Exhibit
    staging: Staging
    given: Outside
    marker: Marker
    tally: Tally = field(init=False)
    cursor: Cursor = field(init=False)
    seen: dict[str, SeenPosts] = field(init=False)

    def __post_init__(self) -> None:
        start = self.marker.last
        self.tally, self.cursor = start.tally, start.cursor
        held = self.case.tables()
        for part in start.parts:
            if (path := self.staging.where(part)) is not None:
                held[part.table].append(path)
        self.seen = {t: SeenPosts.load(held[t], column) for t, column in self.given.witness.keys.items()}

    def run(self, report: Report | None) -> Checkpoint:
        with ExitStack() as stack:
            parts = stack.enter_context(Parts(self.staging.folder, self.staging.folder.name))
            for rows in stack.enter_context(closing(ahead(self.given.opened.rows(self.cursor)))):
                self._take(rows, parts)
                if report:
                    report("read", rows.done_bytes, self.exhibit.bytes)
                if self.marker.due(self.tally):
                    self._mark(parts)
            self._mark(parts)
        return self.marker.last

    def _take(self, rows: Rows, parts: Parts) -> None:
        tables = {name: canonical(name, table, self.exhibit) for name, table in rows.tables.items()}
        known = _numbers(tables)
        tables = self._fresh(tables)
        kept = _numbers(tables)
        tables["set_aside"] = canonical("set_aside", rows.aside, self.exhibit)
        self.tally.add(rows.read, (len(kept), len(known) - len(kept), rows.aside.num_rows), tables)
        for name, table in tables.items():
            parts.add(name, table, self.marker.last.number)
        self.cursor = rows.cursor

    def _fresh(self, tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
        """The rows whose key the case does not have yet; a record all of whose keyed rows are known goes as a whole."""
        keyed = {t: self.seen[t].add(tables[t].column(c)) for t, c in self.given.witness.keys.items() if t in tables}
        if all(fresh.all() for fresh in keyed.values()):
            return tables
        stay = {t: tables[t].filter(pa.array(fresh)) for t, fresh in keyed.items()}
        numbers = pa.array(_numbers(stay))
        rest = {
            t: r.filter(pc.is_in(r.column(_NUMBER), value_set=numbers)) for t, r in tables.items() if t not in keyed
        }
        return {**stay, **rest}

    def _mark(self, parts: Parts) -> None:
        self.marker.mark(self.cursor, self.tally, parts.close(self.marker.last.number))


def canonical(name: str, rows: pa.Table, exhibit: Exhibit) -> pa.Table:
    """Rows as the model has the table: columns in order, those left out empty, each row under its exhibit.

    Raises:
        ArrowInvalid: a value does not fit its column.
    """
    schema = TABLES[name].arrow
    held = {**{n: rows.column(n) for n in rows.column_names}, "exhibit": pa.repeat(exhibit.sha256, rows.num_rows)}
    columns = [held[f.name].cast(f.type) if f.name in held else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.table(columns, schema=schema)


def _numbers(tables: Mapping[str, pa.Table]) -> npt.NDArray[np.int64]:
    """The records that have a row in any of the tables."""
    held = [t.column(_NUMBER).to_numpy() for t in tables.values()]
    return np.unique(np.concatenate(held)) if held else np.empty(0, np.int64)


def _check(tally: Tally, given: Outside, exhibit: Exhibit) -> None:
    if tally.kept + tally.duplicate:
        return
    told = "; ".join(f"{n:,} x {reason}" for reason, n in sorted(tally.reasons.items()))
    name = given.witness.id
    raise Unexpected(
        f"{exhibit.name} was read as {name} and gave no row of {', '.join(given.witness.tables)} in {tally.read:,} records"
        + (f" (set aside: {told})" if told else ""),
        hint=f"{name} reads {given.witness.reads}; name another layout with --format",
        at=Locator(exhibit.name),
    )


def _entry(exhibit: Exhibit, given: Outside, start: Checkpoint, end: Checkpoint) -> Entry:
    opened, options = given.opened, given.options
    notes = [*opened.notes]
    if start.read:
        notes.append(f"An intake that was cut off was taken up again after record {start.read:,}.")
    receipt = receipt_of(
        exhibit,
        end.tally,
        source=opened.witness,
        zone=(opened.zone, opened.zone_assumed),
        mapping=opened.mapping,
        notes=notes,
    )
    return Entry(exhibit, receipt, end.parts, mapping=dict(opened.mapping), options=as_facts(options))
