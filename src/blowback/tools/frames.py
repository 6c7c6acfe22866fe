"""Records of a file with their locators: lines and CSV rows (JSON documents: `documents`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from xxhash import xxh3_64_intdigest

from blowback.tools.streams import Stream
from blowback.tools.strings import strings

Spans = npt.NDArray[np.int64]
Bytes = bytes | memoryview
LOCATORS: Final = ("record_no", "line", "byte_start", "byte_len", "record_hash")
_LONGEST: Final = 64 << 20  # bytes a CSV record may have before a quote in it counts as never closed


@dataclass(slots=True)
class Frame:
    """Some records. `table` is made when it is asked for: many blocks are parsed whole, from `body`."""

    locators: pa.Table  # record_no, line, byte_start, byte_len, record_hash
    body: Bytes
    spans: Spans  # start, end, line of each record within the body
    end_byte: int  # decompressed offset after the last record
    end_line: int  # lines seen so far
    adjoining: bool = True
    array_no: npt.NDArray[np.int64] | None = None  # items only: which array the item stands in

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def table(self) -> pa.Table:
        """The locator columns, and `raw`: the text of each record, null where it is not UTF-8."""
        raw = _texts(self.body, self.spans[:, 0], self.spans[:, 1], adjoining=self.adjoining)
        return self.locators.add_column(0, "raw", raw)

    def part(self, first: int, end: int) -> Frame:
        """The records from `first` up to `end`, counted from 0."""
        array_no = None if self.array_no is None else self.array_no[first:end]
        return replace(
            self, locators=self.locators.slice(first, end - first), spans=self.spans[first:end], array_no=array_no
        )


def located(body: Bytes, spans: Spans, *, record_no: int, byte: int, line: int) -> pa.Table:
    """Where the records of `body` at `spans` (start, end, line) stand."""
    starts, ends = spans[:, 0], spans[:, 1]
    view = memoryview(body)
    hashes = np.fromiter(
        (xxh3_64_intdigest(view[s:e]) for s, e in zip(starts.tolist(), ends.tolist(), strict=True)),
        np.uint64,
        len(spans),
    )
    return pa.table(
        {
            "record_no": pa.array(np.arange(record_no + 1, record_no + 1 + len(spans))),
            "line": pa.array(spans[:, 2] + line + 1),
            "byte_start": pa.array(starts + byte),
            "byte_len": pa.array(ends - starts),
            "record_hash": pa.array(hashes.view(np.int64)),
        }
    )


def _texts(body: Bytes, starts: Spans, ends: Spans, *, adjoining: bool) -> pa.Array:
    if adjoining and len(starts):
        # Keeping the newline inside the text lets the array share the block's memory; the parsers do not mind.
        array = strings(np.append(starts, ends[-1]), np.frombuffer(body, np.uint8))
    else:
        view = memoryview(body)
        parts = b"".join(view[s:e] for s, e in zip(starts.tolist(), ends.tolist(), strict=True))
        array = strings(np.append(0, np.cumsum(ends - starts)), np.frombuffer(parts, np.uint8))
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return pa.array(
            [_decoded(bytes(body[s:e])) for s, e in zip(starts.tolist(), ends.tolist(), strict=True)], pa.string()
        )
    return array


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def lines(stream: Stream, *, record_no: int = 0, line: int = 0) -> Iterator[Frame]:
    """Lines with content; blank ones are not counted as records but keep the line numbers right."""
    byte = stream.offset
    for block in stream.whole_lines():
        frame = _lines(block, record_no=record_no, byte=byte, line=line)
        byte, line = frame.end_byte, frame.end_line
        record_no += len(frame)
        yield frame


def _lines(body: Bytes, *, record_no: int, byte: int, line: int) -> Frame:
    found = np.frombuffer(body, np.uint8)
    if found[-1] != 10:  # the last line of a file without a newline at its end
        return _lines(bytes(body) + b"\n", record_no=record_no, byte=byte, line=line)
    breaks = np.flatnonzero(found == 10)
    if (found == 13).any():  # alone it ends a line too: JSON and its kin never hold it bare
        alone = np.flatnonzero((found[:-1] == 13) & (found[1:] != 10))
        breaks = np.sort(np.concatenate([breaks, alone])) if len(alone) else breaks
    starts = np.concatenate([[0], breaks[:-1] + 1])
    ends = breaks - ((breaks > starts) & (found[breaks - 1] == 13))
    filled = ends > starts
    for at in np.flatnonzero(filled & np.isin(found[starts], (9, 32))).tolist():
        filled[at] = bool(bytes(body[starts[at] : ends[at]]).strip(b" \t"))
    spans = np.stack([starts, ends, np.arange(len(breaks))], axis=1)[filled]
    where = located(body, spans, record_no=record_no, byte=byte, line=line)
    return Frame(where, body, spans, byte + len(body), line + len(breaks))


def rows(stream: Stream, delimiter: str, *, record_no: int = 0, line: int = 0) -> Iterator[Frame]:
    """CSV records, quoted newlines inside. A line whose quote is never closed is a record of its own, alone in its frame."""
    byte = stream.offset
    tail = b""
    for block in chain(stream, [None]):
        tail += block or b""
        while tail:
            frame, tail, is_open = _rows(tail, delimiter, block is None, (record_no, byte, line))
            byte, line = frame.end_byte, frame.end_line
            record_no += len(frame)
            if len(frame):
                yield frame
            if not is_open or not (block is None or len(tail) > _LONGEST):
                break
            frame, tail = _unclosed(tail, (record_no, byte, line))
            byte, line, record_no = frame.end_byte, frame.end_line, record_no + 1
            yield frame


def _rows(body: bytes, delimiter: str, final: bool, at: tuple[int, int, int]) -> tuple[Frame, bytes, bool]:
    record_no, byte, line = at
    from blowback.tools import frames_kernel as kernel  # noqa: PLC0415  # numba takes a second to import: not for lines

    spans = np.empty((body.count(b"\n") + body.count(b"\r") + 1, 3), np.int64)
    n, used, seen, is_open = kernel.rows(np.frombuffer(body, np.uint8), final, ord(delimiter), spans)
    where = located(body, spans[:n], record_no=record_no, byte=byte, line=line)
    return Frame(where, body, spans[:n], byte + used, line + seen), body[used:], is_open


def _unclosed(body: bytes, at: tuple[int, int, int]) -> tuple[Frame, bytes]:
    """The first line of a record whose quote is never closed, and what follows it."""
    record_no, byte, line = at
    cut = body.find(b"\n") + 1 or len(body)
    spans = np.array([[0, len(body[:cut].rstrip(b"\r\n")), 0]])
    where = located(body[:cut], spans, record_no=record_no, byte=byte, line=line)
    return Frame(where, body[:cut], spans, byte + cut, line + 1), body[cut:]


def warm() -> None:
    """Compile the kernels."""
    from blowback.tools import frames_kernel as kernel  # noqa: PLC0415  # as above

    kernel.rows(np.frombuffer(b"a,b\n", np.uint8), True, 44, np.empty((2, 3), np.int64))
