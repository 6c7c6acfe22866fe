"""Blocking over a case: take measurements in, judge them, hold a stated reason against them.

The judge is the registered analysis `blocking`; what stands here is what a case adds: which files, which run, which
rationale, and that the rationale was written down before anybody looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from blowback.case.acknowledge import recover, refuse
from blowback.case.atomic import Report
from blowback.case.case import Case
from blowback.case.exhibits import check_readable, take
from blowback.case.manifest import Entry
from blowback.case.outside import Outside, take_in
from blowback.case.receipt import Failure, Receipt
from blowback.errors import InputError, NotReadable, UnknownFormat, WrongMapping
from blowback.model.given import Options
from blowback.model.locator import Locator
from blowback.model.tables import TABLES
from blowback.sources import head_of
from blowback.witnesses.measurements import MEASURED, witness_for

_HIDDEN: Final = (".", "__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the receipt, and the files of a folder that no layout reads."""

    receipt: Receipt
    left_out: tuple[dict[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As `blowback blocking import --json` prints it."""
        counted = ("targets", "measurements", "lookups", "fetches", "fingerprints", "networks")
        rows = {n: sum(int(e.get(n, 0)) for e in self.receipt.exhibits) for n in counted}
        return {**self.receipt.as_dict(), "rows": rows, "left_out": list(self.left_out)}


def take_files(
    case: Case,
    paths: Iterable[Path | str],
    *,
    layout: str | None = None,
    reference: bool = False,
    report: Report | None = None,
) -> Imported:
    """Take measurements, lists, fingerprints and pages into a case: hashed, kept or referenced, counted, in the ledger.

    Args:
        case: an open case.
        paths: files or folders; the files of a folder are taken one by one, the folders above them are part of the name.
        layout: id of a layout, where detection by content should not decide.
        reference: leave the files where they are; only path, hash, size and time are recorded.
        report: called with (stage, done, total).

    Raises:
        InputError: the only file cannot be used; of several, it is in the receipt's failures.
        CaseLocked, NoSpace, CustodyError: as for `ingest`.
    """
    entries: list[dict[str, Any]] = []
    failures: list[Failure] = []
    left: list[dict[str, str]] = []
    files = list(_files(paths))
    if not files:
        raise NotReadable("there is no file in it", hint="Name a file, or a folder that holds files")
    with case.lock():
        recover(case)
        for path, name, inside in files:
            try:
                entries.append(_one(case, (path, name), layout, reference=reference, report=report))
            except UnknownFormat as error:
                if not inside:
                    _refused(case, path, error, failures, only=len(files) == 1)
                left.append({"path": str(path), "why": error.message})
            except (InputError, WrongMapping) as error:
                _refused(case, path, error, failures, only=len(files) == 1)
    if not entries and not failures:
        raise UnknownFormat(f"no layout reads any of the {len(files)} files", hint=_hint())
    return Imported(Receipt(tuple(entries), tuple(failures)), tuple(left))


def _files(paths: Iterable[Path | str]) -> Iterator[tuple[Path, str, bool]]:
    """(file, name to keep, whether it was found in a folder), each file once."""
    seen: set[Path] = set()
    for path in (Path(p) for p in paths):
        found = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for one in found:
            hidden = any(part.startswith(_HIDDEN) for part in one.relative_to(path).parts) if path.is_dir() else False
            if one in seen or hidden:
                continue
            seen.add(one)
            name = str(Path(path.resolve().name) / one.relative_to(path)) if path.is_dir() else one.name
            yield one, name, path.is_dir()


def _refused(case: Case, path: Path, error: InputError | WrongMapping, failures: list[Failure], *, only: bool) -> None:
    refuse(case, path, error)
    if only:
        raise error
    failures.append(Failure(str(path), error))


def _one(
    case: Case, named: tuple[Path, str], layout: str | None, *, reference: bool, report: Report | None
) -> dict[str, Any]:
    path, name = named
    check_readable(path)
    head = replace(head_of(path), name=name)
    witness = next((w for w in MEASURED if w.id == layout), None) if layout else witness_for(head)
    if witness is None:
        raise UnknownFormat(f"{path.name} is of no layout that is read here", hint=_hint(), at=Locator(path.name))
    options = Options(source=layout)
    given = Outside(witness, witness.open(path, head, options), options, name)
    exhibit = replace(take(case, path, reference=reference, report=report), name=name)
    if (known := case.manifest.find(exhibit.sha256)) is not None:
        return _again(known)
    return take_in(case, exhibit, given.at(exhibit.where(case.path)), report=report)


def _again(known: Entry) -> dict[str, Any]:
    """The receipt of a file that the case has already: nothing is read, nothing is counted twice."""
    nothing = dict.fromkeys([*(TABLES.keys() - {"exhibits"}), "read", "kept", "duplicate"], 0)
    empty: dict[str, Any] = {"reasons": {}, "clocks": {}, "id_time": None, "recognised": True}
    notes = [f"The case already has this file (as {known.exhibit.name}); it was not read again."]
    return {**known.receipt, **nothing, **empty, "notes": notes}


def _hint() -> str:
    return (
        f"Layouts are: {', '.join(one.id for one in MEASURED)}; name one with --format, or see docs/how-to/blocking.md"
    )
