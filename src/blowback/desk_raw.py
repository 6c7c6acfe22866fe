"""Records of measurements as their files have them: the bytes that a verdict rests on, out of archives and compression."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import xxhash

from blowback.case.case import Case
from blowback.case.manifest import Exhibit
from blowback.desk_blocking import evidence
from blowback.errors import CustodyError, UnknownName, UsageError
from blowback.model.locator import Locator
from blowback.witnesses import archives
from blowback.witnesses.measured import as_utf8

_REPLY: Final = re.compile(r"[0-9a-f]{12}:\d+")


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record.

    Args:
        number: 1-based among those asked for.
        key: exhibit's first 12 digits and record, as findings list it.
        file: exhibit, and the file inside it. line, byte_start, byte_len: where it stands in the file named last.
        content: its bytes, decompressed.
    """

    number: int
    key: str
    file: str
    line: int | None
    byte_start: int
    byte_len: int
    content: bytes


def is_reply(name: str) -> bool:
    """Whether a name is that of one reply (`Finding.evidence` of measurements), not of a finding."""
    return bool(_REPLY.fullmatch(name))


def of_reply(case: Case, name: str) -> Iterator[RawRecord]:
    """The record of one reply, by its exhibit's first 12 digits and number."""
    return records(case, evidence(case, [name]), None)


def records(case: Case, told: pa.Table, nth: int | None) -> Iterator[RawRecord]:
    """The records behind some evidence, once each, in its order.

    Args:
        case: an open case.
        told: as `desk_blocking.evidence` gives it.
        nth: that one alone, 1-based.

    Raises:
        UsageError: the evidence is posts (their records name people), or there is no such number.
        CustodyError: an exhibit is not there, or its bytes are not those that were read.
    """
    rows = _once(told.to_pylist())
    if any(not is_reply(str(name)) for name in told.column("post_id").to_pylist()):
        raise UsageError(
            "this finding rests on posts, whose raw records name people",
            hint="`blowback findings CASE FINDING --evidence` shows them under pseudonyms, with file, line and byte",
        )
    if told.num_rows and not rows:
        raise UsageError(
            "these records are parts of whole documents, and have no bytes of their own",
            hint="`blowback findings CASE FINDING --evidence` names file and record",
        )
    if nth is not None and not 1 <= nth <= len(rows):
        raise UsageError(f"there is no record {nth}: the evidence has {len(rows)}", hint="Leave --nth out for all")
    wanted = list(enumerate(rows, 1)) if nth is None else [(nth, rows[nth - 1])]
    if not wanted:
        raise UnknownName("no such record in this case", hint="`blowback findings CASE FINDING --evidence` lists them")
    return _read(case, wanted)


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A record may give several rows; those without a place in a file (whole pages) are left out."""
    held: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["byte_start"] is not None and row["byte_len"]:
            held.setdefault(row["post_id"], row)
    return list(held.values())


def _read(case: Case, wanted: list[tuple[int, dict[str, Any]]]) -> Iterator[RawRecord]:
    exhibits = {e.exhibit.sha256: e.exhibit for e in case.manifest.entries()}
    needed: defaultdict[str, set[str]] = defaultdict(set)
    for _, row in wanted:
        exhibit = exhibits[row["exhibit"]]
        needed[row["exhibit"]].add(_member(row, exhibit))
    held = {sha: dict(_files(case, exhibits[sha], names)) for sha, names in needed.items()}
    for number, row in wanted:
        exhibit = exhibits[row["exhibit"]]
        content = held[row["exhibit"]].get(_member(row, exhibit), b"")
        cut = _cut(content, row)
        if cut is None:
            raise CustodyError(
                f"record {row['record_no']} of {row['file']} is not what was read",
                hint="`blowback verify` says what was changed",
                at=Locator(row["file"], line=row["line"]),
            )
        yield RawRecord(
            number, row["post_id"], row["file"], row["line"], row["byte_start"], row["byte_len"], cut
        )  # fmt: skip


def _member(row: dict[str, Any], exhibit: Exhibit) -> str:
    """The file inside the exhibit, or nothing where it is no archive."""
    return str(row["file"]).removeprefix(exhibit.name).removeprefix(" / ")


def _files(case: Case, exhibit: Exhibit, names: set[str]) -> Iterator[tuple[str, bytes]]:
    path = exhibit.where(case.path)
    if not path.is_file():
        raise CustodyError(f"{exhibit.name} is not where it was", hint="Put the file back, or see `blowback verify`")
    if "" in names:
        with archives.unpacking(path) as stream:
            yield "", stream.read()
    if names - {""}:
        for packed in archives.members(path):
            if packed.inside in names:
                with archives.unpacked(packed).open() as stream:
                    yield packed.inside, stream.read()


def _cut(content: bytes, row: dict[str, Any]) -> bytes | None:
    """The record's bytes; some layouts count them in the file as it is, others in its UTF-8 without a mark."""
    start, size, told = row["byte_start"], row["byte_len"], row["record_hash"]
    for whole in (content, as_utf8(content)):
        found = whole[start : start + size]
        if told is not None and xxhash.xxh3_64_intdigest(found) == int(told) % 2**64:
            return found
    return None
