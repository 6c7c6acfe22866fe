"""Where a row came from: file hash, record, line, bytes, record hash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locator:
    """The way back from a row to the bytes it was read from.

    Args:
        exhibit: SHA-256 of the file as it was given to us (64 hex digits), or its name where no hash exists yet.
        record_no: 1-based number of the raw item in the file, blank lines not counted.
        line: 1-based line on which the record starts; None where lines mean nothing (Parquet, XLSX).
        byte_start: 0-based offset of the record in the **decompressed** file; None where bytes mean nothing.
        byte_len: length of the record in bytes.
        record_hash: XXH3-64 of the record's bytes, as a signed 64-bit integer. The exhibit's SHA-256 is what
            secures the bytes; this only names them.
    """

    exhibit: str
    record_no: int | None = None
    line: int | None = None
    byte_start: int | None = None
    byte_len: int | None = None
    record_hash: int | None = None

    def __str__(self) -> str:
        parts = [self.exhibit if len(self.exhibit) < 40 else self.exhibit[:12]]
        if self.line is not None:
            parts.append(f"line {self.line:,}")
        elif self.record_no is not None:
            parts.append(f"record {self.record_no:,}")
        if self.byte_start is not None:
            parts.append(f"byte {self.byte_start:,}")
        return ", ".join(parts)
