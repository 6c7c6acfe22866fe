"""What the layouts of network measurement share: files inside archives, records with their place, rows of tables.

A layout reads one file (or one file of an archive) into records. A record is one raw item: it becomes rows of the
canonical tables, or it is set aside with a reason; nothing is dropped in between.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final

import orjson
import xxhash

from blowback.errors import DamagedFile
from blowback.model.locator import Locator
from blowback.witnesses.names import host_of

HEAD: Final = 65_536
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Record:
    """One raw item: where it stands, and the rows it becomes, or why it becomes none.

    Args:
        number: 1-based in its file. line: 1-based line where it starts, or None. byte_start: offset in the (decompressed)
            file. raw: its bytes, for length and hash; None where they mean nothing.
        rows: (table, columns) for each row.
        reason: a short code where the record is set aside. detail: what was found, without text of people.
    """

    number: int
    rows: tuple[tuple[str, dict[str, Any]], ...] = ()
    line: int | None = None
    byte_start: int | None = None
    raw: bytes | None = None
    reason: str = ""
    detail: str = ""

    def located(self) -> dict[str, Any]:
        """The locator's columns, without exhibit and member."""
        return {
            "record_no": self.number,
            "line": self.line,
            "byte_start": self.byte_start,
            "byte_len": None if self.raw is None else len(self.raw),
            "record_hash": None if self.raw is None else _signed(xxhash.xxh3_64_intdigest(self.raw)),
        }


@dataclass(frozen=True, slots=True)
class Member:
    """One file to be read: the exhibit itself, or a file inside it.

    Args:
        name: file name (or path inside the archive), for what it says of server, day and vantage.
        inside: path inside the archive; None where the exhibit is no archive.
        head: the first 64 KiB, decompressed, as UTF-8.
        open: the whole, decompressed; may be called again.
    """

    name: str
    head: bytes
    open: Callable[[], BinaryIO]
    inside: str | None = None

    def whole(self) -> bytes:
        """All bytes.

        Raises:
            DamagedFile: the compression breaks off.
        """
        try:
            with self.open() as stream:
                return as_utf8(stream.read())
        except (EOFError, OSError, ValueError) as error:
            raise broken(self.name, error) from error

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """(1-based line, offset, bytes without the line end) of each line, blank ones included.

        Raises:
            DamagedFile: the compression breaks off.
        """
        at, number = 0, 0
        try:
            with self.open() as stream:
                for number, line in enumerate(stream, 1):
                    yield number, at, line.rstrip(b"\r\n")
                    at += len(line)
        except (EOFError, OSError, ValueError) as error:
            raise broken(self.name, error, line=number) from error


@dataclass(frozen=True, slots=True)
class Layout:
    """One outside layout.

    Args:
        id: permanent short name. title: for people. reads: which file, in one sentence.
        sniff: (name, head) -> how sure it is, 0 to 1.
        read: the records of a file.
    """

    id: str
    title: str
    reads: str
    sniff: Callable[[str, bytes], float]
    read: Callable[[Member], Iterator[Record]] = field(repr=False)


NO_JSON: Final = object()


def json_lines(member: Member) -> Iterator[tuple[int, dict[str, Any], Any]]:
    """(1-based number, where the record stands, what its JSON says or NO_JSON) of each line that is not blank.

    The place is what `Record` takes as `line`, `byte_start` and `raw`.

    Raises:
        DamagedFile: the compression breaks off.
    """
    number = 0
    for line, at, raw in member.lines():
        if not raw.strip():
            continue
        number += 1
        try:
            found = orjson.loads(raw)
        except orjson.JSONDecodeError:
            found = NO_JSON
        yield number, {"line": line, "byte_start": at, "raw": raw}, found


def measured_json(
    member: Member,
    rows_of: Callable[[Any, str], Iterable[tuple[str, dict[str, Any]]]],
    none: str,
) -> Iterator[Record]:
    """One record for each JSON line of measurements; what is cut, odd or no measurement is set aside.

    Args:
        member: the file.
        rows_of: (what the line says, its number as text) -> rows of the canonical tables; none where it is no measurement.
        none: the detail of what is set aside because it is none.
    """
    for number, place, found in json_lines(member):
        if found is NO_JSON:
            yield Record(
                number, reason="not_json", detail="a line that is no JSON: cut, or not of this format", **place
            )
            continue
        try:
            rows = tuple(rows_of(found, str(number)))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            told = f"a value of a kind that nobody writes: {type(error).__name__}"
            yield Record(number, reason="odd_measurement", detail=told, **place)
            continue
        if rows:
            yield Record(number, rows, **place)
        else:
            yield Record(number, reason="no_measurement", detail=none, **place)


def broken(name: str, error: Exception, *, line: int | None = None) -> DamagedFile:
    """The error for compression or structure that breaks off."""
    return DamagedFile(
        f"{name} breaks off or is damaged: {error}",
        hint="Get the file again; what its makers published may have a checksum to compare",
        at=Locator(name, line=line),
    )


def as_utf8(content: bytes) -> bytes:
    """UTF-16 with a byte order mark as UTF-8; a UTF-8 mark is cut; everything else as it is."""
    if content[:2] in _UTF16:
        return content.decode("utf-16", "replace").encode()
    return content.removeprefix(codecs.BOM_UTF8)


def of_bytes(name: str, content: bytes, *, inside: str | None = None) -> Member:
    """A member whose bytes are at hand."""
    return Member(name, as_utf8(content[:HEAD]), lambda: io.BytesIO(content), inside=inside)


def text_of(value: object) -> str | None:
    """A string that says something, or None."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() or None


def joined(values: list[Any] | tuple[Any, ...]) -> str | None:
    """Values joined by one space, or None where there are none."""
    return " ".join(str(v) for v in values) or None


def lookup(**columns: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  # values of a table
    """A row of `lookups`, with what hardly differs filled in."""
    filled = {"clock": "exact", "transport": "unknown", "qtype": "A", "reply_no": 0, "control": False}
    return "lookups", {**filled, **columns}


def fetch(**columns: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  # values of a table
    """A row of `fetches`, with what hardly differs filled in."""
    filled = {"clock": "exact", "via": "unknown", "hop": 0, "neutral": False, "control": False}
    return "fetches", {**filled, **columns}


def page(url: str, at: datetime | None) -> dict[str, Any]:
    """Columns of `fetches` that every page has that was fetched directly at a stated time (or at none)."""
    return {
        "layer": "http",
        "via": "direct",
        "day": at.date().isoformat() if at else "unknown",
        "measured_at": at,
        "clock": "exact" if at else "day",
        "url": url,
        "name": host_of(url),
        "hop_url": url,
    }


def get(value: object, *path: str) -> Any:  # noqa: ANN401  # JSON-like values
    """A value deep in JSON objects, or None where anything on the way is missing or of another kind."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON list; whatever else stands there is left out."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
