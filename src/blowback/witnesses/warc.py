"""WARC 1.0 and 1.1 (ISO 28500), also .gz: the responses in a web archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from blowback.witnesses.bodies import features
from blowback.witnesses.measured import Layout, Member, Record, broken, fetch, joined, page

_LONGEST: Final = 256 << 20  # bytes of one record


def sniff(_name: str, head: bytes) -> float:
    """By its first bytes."""
    return 0.85 if head.startswith(b"WARC/1.") else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each response; other records of the archive are passed over.

    Raises:
        DamagedFile: a record breaks off.
    """
    number = 0
    try:
        with member.open() as stream:
            for at, headers, block in _records(stream):
                if headers.get("warc-type") != "response" or "http" not in headers.get("content-type", "http"):
                    continue
                number += 1
                url = headers.get("warc-target-uri", "").strip("<>")
                row = _row(url, headers, block) if url else None
                if row is None:
                    yield Record(
                        number, reason="no_response", detail="no URL, or no HTTP response", byte_start=at, raw=block
                    )
                else:
                    yield Record(number, (fetch(**row),), byte_start=at, raw=block)
    except (EOFError, OSError, ValueError) as error:
        raise broken(member.name, error) from error


def _records(stream: BinaryIO) -> Iterator[tuple[int, dict[str, str], bytes]]:
    """(offset, headers, block) of each record."""
    at = 0
    while line := stream.readline():
        start, at = at, at + len(line)
        if not line.strip():
            continue
        if not line.startswith(b"WARC/"):
            raise ValueError(f"byte {start}: a record does not begin with WARC/")
        headers: dict[str, str] = {}
        while (line := stream.readline()).strip():
            at += len(line)
            key, _, value = line.decode("utf-8", "replace").partition(":")
            headers[key.strip().lower()] = value.strip()
        at += len(line)
        length = int(headers.get("content-length", "-1"))
        if not 0 <= length <= _LONGEST:
            raise ValueError(f"byte {start}: a record has no usable Content-Length")
        block = stream.read(length)
        if len(block) < length:
            raise EOFError(f"byte {start}: the last record is cut")
        at += length
        yield start, headers, block


def _row(url: str, headers: dict[str, str], block: bytes) -> dict[str, Any] | None:
    head, _, body = block.partition(b"\r\n\r\n")
    lines = head.decode("utf-8", "replace").split("\r\n")
    words = lines[0].split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
        return None
    told = {k.strip().lower(): v.strip() for k, _, v in (x.partition(":") for x in lines[1:])}
    at = _when(headers.get("warc-date", ""))
    return {
        **page(url, at),
        "address": headers.get("warc-ip-address"),
        "status": int(words[1]),
        "location": told.get("location"),
        "server": told.get("server"),
        "headers": joined(sorted(told)),
        **features(body, told.get("content-type", "")),
    }


def _when(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return None


LAYOUT: Final = Layout("warc", "WARC web archive", "a web archive (WARC 1.0, 1.1), .gz too", sniff, read)
