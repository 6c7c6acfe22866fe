"""Records of a file with their locators: lines, JSON items, CSV rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
from xxhash import xxh3_64_intdigest

from blowback.errors import DamagedFile
from blowback.model.locator import Locator
from blowback.tools.streams import Stream
from blowback.tools.strings import strings

Spans = npt.NDArray[np.int64]
Bytes = bytes | memoryview
LOCATORS: Final = ("record_no", "line", "byte_start", "byte_len", "record_hash")


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


def _frame(body: Bytes, spans: Spans, *, record_no: int, byte: int, line: int) -> pa.Table:
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
    byte = stream.start
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
    starts = np.concatenate([[0], breaks[:-1] + 1])
    ends = breaks - ((breaks > starts) & (found[breaks - 1] == 13))
    filled = ends > starts
    for at in np.flatnonzero(filled & np.isin(found[starts], (9, 32))).tolist():
        filled[at] = bool(bytes(body[starts[at] : ends[at]]).strip(b" \t"))
    spans = np.stack([starts, ends, np.arange(len(breaks))], axis=1)[filled]
    located = _frame(body, spans, record_no=record_no, byte=byte, line=line)
    return Frame(located, body, spans, byte + len(body), line + len(breaks))


def rows(stream: Stream, delimiter: str, *, record_no: int = 0, line: int = 0) -> Iterator[Frame]:
    """CSV records, quoted newlines inside."""
    byte = stream.start
    tail = b""
    for block in stream:
        frame, tail = _rows(tail + block, delimiter, False, (record_no, byte, line))
        byte, line = frame.end_byte, frame.end_line
        record_no += len(frame)
        if len(frame):
            yield frame
    if tail:
        frame, _ = _rows(tail, delimiter, True, (record_no, byte, line))
        if len(frame):
            yield frame


def _rows(body: bytes, delimiter: str, final: bool, at: tuple[int, int, int]) -> tuple[Frame, bytes]:
    record_no, byte, line = at
    from blowback.tools import frames_kernel as kernel  # noqa: PLC0415  # numba takes a second to import: not for lines

    spans = np.empty((body.count(b"\n") + 1, 3), np.int64)
    n, used, seen = kernel.rows(np.frombuffer(body, np.uint8), final, ord(delimiter), spans)
    located = _frame(body, spans[:n], record_no=record_no, byte=byte, line=line)
    return Frame(located, body, spans[:n], byte + used, line + seen), body[used:]


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document: the elements of the wanted arrays, and the rest of it."""

    frame: Frame
    envelope: Any


def document(stream: Stream, key: str) -> Document:
    """Elements of every array under `key` ('' = the top-level array), and the document with those arrays emptied.

    Raises:
        DamagedFile: the document breaks off, or what is left of it is not JSON.
    """
    from blowback.tools import frames_kernel as kernel  # noqa: PLC0415  # as above

    body = b"".join(stream)
    found = np.frombuffer(body, np.uint8)
    wanted = np.frombuffer(key.encode(), np.uint8)
    count, arrays, whole = kernel.items(found, wanted, np.empty((0, 4), np.int64), np.empty((0, 2), np.int64))
    if not whole:
        raise DamagedFile(
            f"the JSON document breaks off after {count:,} whole items",
            hint="Export it again; a file that was cut cannot be told from one that was tampered with",
            at=Locator(stream.path.name, byte_start=len(body)),
        )
    spans, insides = np.empty((count, 4), np.int64), np.empty((arrays, 2), np.int64)
    kernel.items(found, wanted, spans, insides)
    rest, last = [], 0
    for start, end in insides.tolist():
        rest.append(body[last:start])
        last = end
    try:
        envelope = orjson.loads(b"".join([*rest, body[last:]]))
    except orjson.JSONDecodeError as error:
        raise DamagedFile(
            f"not JSON: {error}", hint="Open it in an editor and look at that place", at=Locator(stream.path.name)
        ) from error
    located = _frame(body, spans[:, :3], record_no=0, byte=0, line=0)
    lines_seen = body.count(b"\n")
    return Document(Frame(located, body, spans[:, :3], len(body), lines_seen, False, spans[:, 3]), envelope)


def warm() -> None:
    """Compile the kernels."""
    from blowback.tools import frames_kernel as kernel  # noqa: PLC0415  # as above

    body = np.frombuffer(b'{"a": [1]}\n', np.uint8)
    kernel.rows(body, True, 44, np.empty((2, 3), np.int64))
    kernel.items(body, np.frombuffer(b"a", np.uint8), np.empty((1, 4), np.int64), np.empty((1, 2), np.int64))
