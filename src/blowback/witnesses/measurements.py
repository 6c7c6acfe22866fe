"""Layouts of network measurement as witnesses: one for each, and one for archives of them; records in batches.

A file is read from its beginning again after a kill, and records that were kept are passed over: these files are small
beside exports of posts. In an archive records are numbered through; line and byte are those in the file inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from blowback.errors import DamagedFile
from blowback.model.given import Cursor, Guess, Head, Options
from blowback.model.tables import TABLES
from blowback.tools.frames import LOCATORS
from blowback.witnesses import (
    archives,
    asn_table,
    censored_planet,
    dig,
    fingerprints,
    har,
    lookups_csv,
    network_names,
    ooni,
    pages,
    test_lists,
    volumes,
    warc,
)
from blowback.witnesses.measured import Layout, Member, Record, as_utf8
from blowback.witnesses.witness import ASIDE, Opened, Rows, Witness

LAYOUTS: Final[tuple[Layout, ...]] = (
    dig.LAYOUT, ooni.LAYOUT, censored_planet.LAYOUT, lookups_csv.LAYOUT, test_lists.LAYOUT, fingerprints.LAYOUT,
    network_names.LAYOUT, asn_table.LAYOUT, volumes.JSON, volumes.TABLE, har.LAYOUT, warc.LAYOUT, pages.LAYOUT,
)  # fmt: skip
ARCHIVE: Final = "measurement_archive"
_LOCAL: Final = ("dig", "lookups_csv")
_ZONE: Final = (
    "Times without a zone are kept as they are written (clock assumed_zone); days are the file's own, not converted."
)
_LEAST: Final = 0.3
_BATCH: Final = 20_000  # records
_GIVES: Final = ("targets", "measurements", "lookups", "fetches", "fingerprints", "networks", "volumes")
_CANNOT: Final = (
    "It says what one vantage saw at one time: neither what other networks do nor why.",
    "What was not asked is not in it; what was asked of a server that refuses strangers tells nothing.",
)


def layout_of(name: str, first: bytes) -> tuple[float, Layout] | None:
    """(how sure, which) layout reads a file best; None where none would."""
    content = as_utf8(first)
    best = max(((one.sniff(name, content), one) for one in LAYOUTS), key=lambda pair: pair[0])
    return best if best[0] >= _LEAST else None


def witness_for(head: Head) -> Witness | None:
    """The witness that reads a file, weak guesses included: for whoever says that it is about blocking."""
    if archives.is_archive(head.path):
        return archive
    found = layout_of(head.name, head.first)
    return next(w for w in MEASURED if w.id == found[1].id) if found else None


def _made(layout: Layout) -> Witness:
    def sniff(head: Head) -> Guess:
        score = layout.sniff(head.name, as_utf8(head.first))
        return Guess(score, f"looks like {layout.reads}" if score else "looks otherwise")

    def open_file(path: Path, head: Head, _options: Options) -> Opened:
        member = Member(head.name, as_utf8(head.first), lambda: archives.unpacking(path))
        local = layout.id in _LOCAL
        return Opened(
            layout.id, "UTC", local, {}, (_ZONE,) if local else (), _batches(path, lambda: layout.read(member))
        )

    return Witness(layout.id, layout.title, layout.reads, _GIVES, {}, "", _CANNOT, sniff, open_file)


def _sniff_archive(head: Head) -> Guess:
    if not archives.is_archive(head.path):
        return Guess(0.0, "is no archive")
    try:
        found = next((layout_of(m.name, archives.unpacked(m).head) for m in archives.members(head.path)), None)
    except DamagedFile:
        return Guess(0.0, "breaks off")
    sure = found is not None and found[0] >= 0.9
    return Guess(
        0.95 if sure else 0.0, "an archive whose first file is one of these layouts" if sure else "no such file in it"
    )


def _open_archive(path: Path, _head: Head, _options: Options) -> Opened:
    note = "An archive: lines and bytes of a row are those of the file inside that it names."
    return Opened(ARCHIVE, "UTC", True, {}, (note, _ZONE), _batches(path, lambda: _archived(path)))


def _archived(path: Path) -> Iterator[Record]:
    """The records of each file inside, numbered through; a file that no layout reads is one record, set aside."""
    base = 0
    for packed in archives.members(path):
        member = archives.unpacked(packed)
        found = layout_of(member.name, member.head)
        if found is None:
            base += 1
            yield Record(base, reason="not_recognised", detail=f"a file of another kind: {member.name}"[:200])
            continue
        last = 0
        for record in found[1].read(member):
            last = record.number
            yield replace(record, number=base + last, rows=tuple(_inside(r, base + last, member) for r in record.rows))
        base += last


def _inside(row: tuple[str, dict[str, Any]], number: int, member: Member) -> tuple[str, dict[str, Any]]:
    """A row of a file in an archive: the file's name, and the measurement's number through the whole archive."""
    table, columns = row
    told = {"measurement": str(number)} if columns.get("measurement") else {}
    return table, {**columns, **told, "member": member.inside}


def _batches(path: Path, records: Callable[[], Iterator[Record]]) -> Callable[[Cursor], Iterator[Rows]]:
    """Records as batches of rows; those up to the cursor are passed over."""

    def rows(cursor: Cursor) -> Iterator[Rows]:
        held: list[Record] = []
        size = path.stat().st_size
        for record in records():
            if record.number <= cursor.record_no:
                continue
            held.append(record)
            if len(held) >= _BATCH:
                yield _rows(held, size)
                held = []
        if held:
            yield _rows(held, size)

    return rows


def _rows(records: list[Record], size: int) -> Rows:
    held: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    aside = []
    for record in records:
        place = record.located()
        for table, columns in record.rows:
            held[table].append({**columns, **place})
        if not record.rows:
            aside.append({"reason": record.reason or "nothing_in_it", "detail": record.detail, **place})
    tables = {name: _arrow(name, rows) for name, rows in sorted(held.items())}
    return Rows(tables, pa.Table.from_pylist(aside, ASIDE), len(records), Cursor(records[-1].number), size)


def _arrow(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as Arrow, the exhibit left out: custody fills it in. A value that its column cannot hold is left out."""
    schema = pa.schema([pa.field(f.name, f.type) for f in TABLES[name].arrow if f.name != "exhibit"])
    try:
        return pa.Table.from_pylist(rows, schema)
    except (UnicodeEncodeError, OverflowError, TypeError, pa.ArrowException):
        kinds = {c.name: c.type for c in TABLES[name].columns}
        return pa.Table.from_pylist([{k: _fit(v, kinds[k]) for k, v in r.items()} for r in rows], schema)


def _fit(value: Any, kind: str) -> Any:  # noqa: ANN401  # a cell
    """The value as its column can hold it, or None: an odd cell does not cost the record."""
    if kind == "text":
        return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None
    if kind == "int":
        return (
            value if isinstance(value, int) and not isinstance(value, bool) and -(1 << 63) <= value < 1 << 63 else None
        )
    if kind == "float":
        return (
            float(value)
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
            else None
        )
    fits = {"bool": bool, "time": datetime}[kind]
    return value if isinstance(value, fits) else None


archive: Final = Witness(
    ARCHIVE, "Archives of network measurements", "tar or zip with files of these layouts inside", _GIVES, {}, "", _CANNOT,
    _sniff_archive, _open_archive,
)  # fmt: skip
MEASURED: Final[tuple[Witness, ...]] = (*(_made(one) for one in LAYOUTS), archive)
assert set(LOCATORS) <= set(TABLES["lookups"].names)  # noqa: S101  # every row leads back
