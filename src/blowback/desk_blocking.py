"""Blocking over a case: take measurements in, judge them, hold a stated reason against them.

The judge is the registered analysis `blocking`; what stands here is what a case adds: which files, which run, which
rationale, and that the rationale was written down before anybody looked.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from blowback.case.acknowledge import recover, refuse
from blowback.case.atomic import Report, disk
from blowback.case.case import Case
from blowback.case.exhibits import check_readable, take
from blowback.case.manifest import Entry
from blowback.case.outside import Outside, take_in
from blowback.case.receipt import Failure, Receipt
from blowback.errors import InputError, NotReadable, UnknownFormat, WrongMapping
from blowback.model.given import Head, Options
from blowback.model.locator import Locator
from blowback.model.tables import TABLES
from blowback.sources import head_of
from blowback.witnesses.measurements import MEASURED, archive, witness_for
from blowback.witnesses.witness import Witness

_BY_NAME: Final = frozenset(["dig", "pages"])  # their names tell what their bytes do not
_HIDDEN: Final = (".", "__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the receipt, and the files of a folder that no layout reads."""

    receipt: Receipt
    left_out: tuple[dict[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As `blowback blocking import --json` prints it."""
        counted = ("targets", "measurements", "lookups", "fetches", "fingerprints", "networks", "volumes")
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
        paths: files or folders. Of a folder, files whose names tell server, day or site (dig text, pages) are taken as one
            archive with the names of the folders above them, all others one by one.
        layout: id of a layout, where detection by content should not decide.
        reference: leave the files where they are; only path, hash, size and time are recorded.
        report: called with (stage, done, total).

    Raises:
        InputError: the only file cannot be used; of several, it is in the receipt's failures.
        CaseLocked, NoSpace, CustodyError: as for `ingest`.
    """
    files = list(_files(paths))
    if not files:
        raise NotReadable("there is no file in it", hint="Name a file, or a folder that holds files")
    taken = _Taken(case, layout, reference, report=report, only=len(files) == 1)
    with case.lock(), TemporaryDirectory() as aside:
        recover(case)
        for path, name, folder in files:
            taken.file(path, name, folder)
        for folder, members in taken.named.items():
            taken.packed(Path(aside), folder, members)
    if not taken.entries and not taken.failures:
        raise UnknownFormat(f"no layout reads any of the {len(files)} files", hint=_hint())
    return Imported(Receipt(tuple(taken.entries), tuple(taken.failures)), tuple(taken.left))


@dataclass(slots=True)
class _Taken:
    """One call of `take_files` under way.

    Args:
        only: one file was given, whose failure is the call's. named: folder -> files whose names tell something.
    """

    case: Case
    layout: str | None
    reference: bool
    report: Report | None
    only: bool
    entries: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    named: dict[Path, list[tuple[Path, str]]] = field(default_factory=dict)

    def file(self, path: Path, name: str, folder: Path | None) -> None:
        """Take one file in, put it by for its folder's archive, or say why not."""
        try:
            check_readable(path)
            head = replace(head_of(path), name=name)
            witness = self._witness(head)
            if folder is not None and witness.id in _BY_NAME and not self.reference:
                self.named.setdefault(folder, []).append((path, name))
            else:
                self.entries.append(self._take(path, name, witness))
        except UnknownFormat as error:
            if folder is None:
                self._fail(path, error)
            self.left.append({"path": str(path), "why": error.message})
        except (InputError, WrongMapping) as error:
            self._fail(path, error)

    def packed(self, aside: Path, folder: Path, members: Sequence[tuple[Path, str]]) -> None:
        """Take files of one folder as one archive: their names tell server, day or site, and two may have equal bytes."""
        path = aside / f"{folder.resolve().name or 'folder'}.tar"
        pack(path, members)
        try:
            self.entries.append(self._take(path, f"{folder.resolve().name}.tar", archive))
        except InputError as error:
            self._fail(folder, error)
        finally:
            path.unlink()

    def _witness(self, head: Head) -> Witness:
        found = next((w for w in MEASURED if w.id == self.layout), None) if self.layout else witness_for(head)
        if found is None:
            raise UnknownFormat(
                f"{head.path.name} is of no layout that is read here", hint=_hint(), at=Locator(head.name)
            )
        return found

    def _take(self, path: Path, name: str, witness: Witness) -> dict[str, Any]:
        head, options = replace(head_of(path), name=name), Options(source=self.layout)
        given = Outside(witness, witness.open(path, head, options), options, name)
        exhibit = replace(take(self.case, path, reference=self.reference, report=self.report), name=name)
        if (known := self.case.manifest.find(exhibit.sha256)) is None:
            return take_in(self.case, exhibit, given.at(exhibit.where(self.case.path)), report=self.report)
        if witness.id in _BY_NAME and Path(known.exhibit.name).name != Path(name).name:
            return self._under_its_name(path, name)
        return _again(known)

    def _under_its_name(self, path: Path, name: str) -> dict[str, Any]:
        """The same bytes under another name (a server silent on two days): an archive of one file keeps the name."""
        with TemporaryDirectory() as aside:
            packed = Path(aside) / f"{Path(name).name}.tar"
            pack(packed, [(path, name)])
            return self._take(packed, packed.name, archive)

    def _fail(self, path: Path, error: InputError | WrongMapping) -> None:
        refuse(self.case, path, error)
        if self.only:
            raise error
        self.failures.append(Failure(str(path), error))


def pack(path: Path, members: Sequence[tuple[Path, str]]) -> None:
    """Write files into a plain tar archive that depends on nothing but their names and bytes.

    Args:
        path: of the archive.
        members: (file, name inside), in any order.
    """
    with disk(path), tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as out:
        for source, name in sorted(members, key=lambda m: m[1]):
            entry = tarfile.TarInfo(name)
            entry.size = source.stat().st_size
            with source.open("rb") as content:
                out.addfile(entry, content)


def _files(paths: Iterable[Path | str]) -> Iterator[tuple[Path, str, Path | None]]:
    """(file, name to keep, the folder it was found in or None), each file once."""
    seen: set[Path] = set()
    for path in (Path(p) for p in paths):
        inside = path.is_dir()
        for one in sorted(p for p in path.rglob("*") if p.is_file()) if inside else [path]:
            hidden = inside and any(part.startswith(_HIDDEN) for part in one.relative_to(path).parts)
            if one in seen or hidden:
                continue
            seen.add(one)
            yield (
                one,
                str(Path(path.resolve().name) / one.relative_to(path)) if inside else one.name,
                path if inside else None,
            )


def _again(known: Entry) -> dict[str, Any]:
    """The receipt of a file that the case has already: nothing is read, nothing is counted twice."""
    nothing = dict.fromkeys([*(TABLES.keys() - {"exhibits"}), "read", "kept", "duplicate"], 0)
    empty: dict[str, Any] = {"reasons": {}, "clocks": {}, "id_time": None, "recognised": True}
    notes = [f"The case already has this file (as {known.exhibit.name}); it was not read again."]
    return {**known.receipt, **nothing, **empty, "notes": notes}


_SEEN: Final = """
SELECT substr(exhibit, 1, 12) || ':' || record_no AS post_id, resolver AS account_id, measured_at AS posted_at, clock,
    'lookup' AS kind, asked || ': ' || coalesce(nullif(concat_ws(' ', rcode, answers), ''), failure)
    || CASE WHEN aa THEN ' (with authority)' ELSE '' END AS text,
    member, record_no, line, byte_start, byte_len, record_hash, exhibit FROM lookups WHERE NOT control
UNION ALL
SELECT substr(exhibit, 1, 12) || ':' || record_no, coalesce(vantage, via), measured_at, clock, layer,
    coalesce(hop_url, url, address, '') || ': ' || coalesce(failure, title, CAST(status AS VARCHAR), certificate, ''),
    member, record_no, line, byte_start, byte_len, record_hash, exhibit FROM fetches WHERE NOT control
UNION ALL
SELECT substr(exhibit, 1, 12) || ':' || record_no, coalesce(network, country), min(begins_at), min(clock), 'volume',
    series || ': ' || count(*) || ' values, ' || min(value) || ' to ' || max(value),
    member, record_no, line, byte_start, byte_len, record_hash, exhibit FROM volumes
    GROUP BY exhibit, record_no, network, country, series, member, line, byte_start, byte_len, record_hash
"""


def evidence(case: Case, locators: Sequence[str]) -> pa.Table:
    """The lookups and fetches behind a finding, in order of time, with file, record, line and byte.

    Args:
        case: an open case.
        locators: exhibit's first 12 digits and record, as findings have them.

    Returns:
        post_id (the locator), account_id (server or path), posted_at, clock, kind (lookup, tcp, tls, http), text (what was
        asked and seen), file, record_no, line, byte_start, byte_len, record_hash, exhibit.
    """
    connection = duckdb.connect()
    held = case.tables()
    for name in ("lookups", "fetches", "volumes"):
        rows = TABLES[name].arrow.empty_table()
        connection.register(name, pa.concat_tables([rows, *(pq.read_table(p) for p in held[name])]))
    names = {e.exhibit.sha256: e.exhibit.name for e in case.manifest.entries()}
    connection.register("names", pa.table({"exhibit": list(names), "name": list(names.values())}))
    connection.register("wanted", pa.table({"post_id": pa.array(list(locators), pa.string())}))
    return connection.execute(
        f"WITH seen AS ({_SEEN}) SELECT s.post_id, account_id, posted_at, clock, kind, text,"  # our own text
        " concat_ws(' / ', n.name, member) AS file, record_no, line, byte_start, byte_len, record_hash, exhibit"
        " FROM seen s SEMI JOIN wanted USING (post_id) LEFT JOIN names n USING (exhibit)"
        " ORDER BY posted_at, file, record_no, kind, text"
    ).to_arrow_table()


def _hint() -> str:
    return (
        f"Layouts are: {', '.join(one.id for one in MEASURED)}; name one with --format, or see docs/how-to/blocking.md"
    )
