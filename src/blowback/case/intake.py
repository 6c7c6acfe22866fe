"""Taking in: exhibit -> staged batches -> canonical tables -> Parquet parts -> receipt -> acknowledgement.

Parts wait in `staging/<sha12>/` beside a journal of checkpoints. The acknowledgement is one line of the manifest;
until it is written no reader sees a row, and after a kill the same command goes on from the last checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from blowback import __version__
from blowback.case.acknowledge import acknowledge, recover, refuse
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.checkpoint import Checkpoint, Staging
from blowback.case.derive import Deriver
from blowback.case.exhibits import check_readable, rename, take
from blowback.case.expect import check
from blowback.case.filename import NOTE, PATH_NOTE, hidden_name
from blowback.case.header import as_facts, header_of, remembered
from blowback.case.manifest import Entry, Exhibit
from blowback.case.outside import Outside, open_outside, take_in
from blowback.case.pseudonyms import keys_of
from blowback.case.reading import Pace, Reading
from blowback.case.receipt import Failure, Receipt, receipt_of
from blowback.case.seen import SeenPosts
from blowback.case.vault import Gathered
from blowback.errors import InputError, WrongMapping
from blowback.model.tables import TABLES
from blowback.sources import open_file
from blowback.sources.source import Opened, Options
from blowback.tools.keyed import Keys


@dataclass(slots=True)
class _Call:
    """What one call of `ingest` carries from file to file."""

    case: Case
    keys: Keys | None
    reference: bool
    report: Report | None
    pace: Pace
    seen: SeenPosts | None = None  # of everything acknowledged so far


@dataclass(frozen=True, slots=True)
class _Plan:
    """One file about to be read."""

    exhibit: Exhibit
    options: Options
    opened: Opened
    header: str | None
    notes: tuple[str, ...]

    def how(self) -> dict[str, Any]:
        """Everything that decides what comes out: a checkpoint made otherwise is not taken up."""
        told = {"source": self.opened.source, "zone": self.opened.zone, "mapping": dict(self.opened.mapping)}
        return {**told, "options": as_facts(self.options), "tool": __version__}


def ingest(
    case: Case,
    paths: Iterable[Path | str],
    options: Options | None = None,
    *,
    reference: bool = False,
    report: Report | None = None,
    pace: Pace | None = None,
) -> Receipt:
    """Take files into a case.

    Args:
        case: an open case.
        paths: export files. The same bytes twice are recognised and not read twice.
        options: format, mapping, zone, as the user said; for all files of this call.
        reference: leave the files where they are; only path, hash, size and time are recorded.
        report: called with (stage, done, total): copy, hash and read, in bytes of the file.
        pace: how often a checkpoint is made.

    Returns:
        The receipt: an entry for each exhibit, and the files that failed where several were given.

    Raises:
        InputError: a file cannot be used (raised when it is the only one; else it is in `Receipt.failures`).
        WrongMapping: the mapping does not fit (likewise).
        CaseLocked: another process writes to the case.
        NoSpace: the disk is full; the same call goes on later.
        CustodyError: ledger or manifest are damaged, or the key is missing.
    """
    wanted = list(dict.fromkeys(Path(p) for p in paths))
    entries: list[dict[str, Any]] = []
    failures: list[Failure] = []
    with case.lock():
        recover(case)
        call = _Call(case, keys_of(case), reference, report=report, pace=pace or Pace())
        for path in wanted:
            try:
                entries.append(_one(call, path, options or Options()))
            except (InputError, WrongMapping) as error:
                refuse(case, path, error)
                if len(wanted) == 1:
                    raise
                failures.append(Failure(str(path), error))
    return Receipt(tuple(entries), tuple(failures))


def _one(call: _Call, path: Path, options: Options) -> dict[str, Any]:
    check_readable(path)
    if (outside := open_outside(path, options)) is not None:
        return _outside(call, path, outside)
    header = header_of(path)
    chosen, like = remembered(call.case, header, options)
    open_file(path, chosen)  # a wrong format or mapping is told before a large file is copied
    exhibit = take(call.case, path, reference=call.reference, report=call.report)
    known = call.case.manifest.find(exhibit.sha256)
    if known is not None:
        return _recognised(known, options)
    opened = open_file(exhibit.where(call.case.path), chosen)
    notes = opened.notes
    if like is not None:
        notes += (f"Columns are mapped as for {like.exhibit.name}, which has the same header.",)
    plan = _Plan(exhibit, chosen, opened, header, notes)
    staging = Staging.of(call.case, exhibit)
    start = staging.begin(exhibit, plan.how())
    try:
        end = _read(call, plan, staging, start)
        check(opened.source, end.tally, path)
    except InputError:
        call.seen = None  # it holds posts of the file that is refused
        staging.discard()
        raise
    return acknowledge(call.case, staging, _entry(_nameless(call, plan, end), start, end))


def _outside(call: _Call, path: Path, given: Outside) -> dict[str, Any]:
    """A file that a witness reads: opened once as given, so that an error is told before a copy, once under custody."""
    exhibit = take(call.case, path, reference=call.reference, report=call.report)
    if (known := call.case.manifest.find(exhibit.sha256)) is not None:
        return _recognised(known, given.options)
    where = exhibit.where(call.case.path)
    return take_in(call.case, exhibit, given.at(where), report=call.report, pace=call.pace)


def _nameless(call: _Call, plan: _Plan, end: Checkpoint) -> _Plan:
    """The plan with a file name that names nobody."""
    if call.keys is None:
        return plan
    given = plan.exhibit.name
    name = hidden_name(given, call.keys, [call.case.path / p.path for p in end.vault])
    if name == given:
        return plan
    exhibit = rename(call.case, plan.exhibit, name)
    note = NOTE if exhibit.stored == "copy" else f"{NOTE} {PATH_NOTE}"
    return replace(plan, exhibit=exhibit, notes=(*plan.notes, note))


def _read(call: _Call, plan: _Plan, staging: Staging, start: Checkpoint) -> Checkpoint:
    waiting = [(p.table, path) for p in start.parts if (path := staging.where(p))]
    if call.seen is None or waiting:
        posts = [path for table, path in waiting if table == "posts"]
        call.seen = SeenPosts.load([*call.case.tables()["posts"], *posts])
    vault = Gathered() if call.keys is not None else None
    keys = call.keys.heard_by(vault.hear) if call.keys is not None and vault is not None else None
    deriver = Deriver(plan.exhibit.sha256, keys)
    deriver.remember([path for table, path in waiting if table == "accounts"])
    reading = Reading(
        call.case,
        staging,
        plan.opened,
        deriver=deriver,
        seen=call.seen,
        checkpoint=start,
        pace=call.pace,
        vault=vault,
    )
    return reading.run(plan.exhibit.bytes, call.report)


def _entry(plan: _Plan, start: Checkpoint, end: Checkpoint) -> Entry:
    tally, said = end.tally, plan.options.zone is not None
    notes = [*plan.notes, *tally.warnings(), *tally.remarks(plan.opened.zone, said=said)]
    if start.read:
        notes.append(f"An intake that was cut off was taken up again after record {start.read:,}.")
    receipt = receipt_of(
        plan.exhibit,
        tally,
        source=plan.opened.source,
        zone=(plan.opened.zone, plan.opened.zone_assumed or (not said and "assumed_zone" in tally.clocks)),
        mapping=plan.opened.mapping,
        notes=notes,
    )
    return Entry(
        plan.exhibit,
        receipt,
        end.parts,
        vault=end.vault,
        mapping=dict(plan.opened.mapping),
        options=as_facts(plan.options),
        header=plan.header,
    )


def _recognised(known: Entry, options: Options) -> dict[str, Any]:
    """The receipt of a file that the case already has: nothing is read, nothing is counted twice."""
    notes = [f"The case already has this file (as {known.exhibit.name}); it was not read again."]
    if options != Options() and as_facts(options) != dict(known.options):
        notes.append("It was read with other options then; make a new case to read it with these.")
    nothing = dict.fromkeys([*TABLES.keys() - {"exhibits"}, "read", "kept", "duplicate"], 0)
    empty: dict[str, Any] = {"reasons": {}, "clocks": {}, "id_time": None}
    return {**known.receipt, **nothing, **empty, "notes": notes, "recognised": True}
