"""JSON documents of any size: the elements of their arrays in windows, and what stands around these arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from blowback.errors import DamagedFile
from blowback.model.locator import Locator
from blowback.tools.frames import Frame, Spans, located
from blowback.tools.streams import Stream

_BRACKETS: Final = (b",", b"}", b"]")
_WINDOW: Final = 4 << 20  # bytes read at a time: elements are parsed one by one, so a large window only costs memory


@dataclass(frozen=True, slots=True)
class Document:
    """A file of JSON values: what they are without the wanted arrays, and the elements of these arrays."""

    envelope: list[Any]  # the top-level values, wanted arrays and dropped values emptied
    places: list[tuple[int, int, int]]  # of each: line (from 1), first byte, length
    counts: list[int]  # elements of each wanted array
    items: Callable[[Stream], Iterator[Frame]]  # the elements; `array_no` counts the arrays in the order of the file


@dataclass(slots=True)
class _Window:
    body: bytes  # what was kept of the window before, then new bytes
    fresh: int  # where the new bytes begin
    base: int  # byte of the file at which it begins
    spans: Spans  # start, end, line, array of each element that ends here
    cuts: Spans  # start, end of bytes that are no part of the envelope; elements where an array ends here, else -1
    tops: Spans  # end of each top-level value here, its first byte in the file, its line
    line: int  # lines seen at its end


def document(stream: Callable[[], Stream], key: str, drop: Sequence[str] = ()) -> Document:
    """The elements of every array under `key`, and what is left of the document. It is scanned twice.

    Args:
        stream: opens the file, each time from its start.
        key: the name under which the arrays stand, at any depth.
        drop: names of objects and arrays to pass over, because they are large and nobody asks for them.

    Raises:
        DamagedFile: the document breaks off, or what is left of it is not JSON.
    """
    pieces: list[bytes] = []
    places, counts = [], []
    first = stream()
    for window in _windows(first, key, drop, counting=True):
        _around(window, pieces)
        places += [(line + 1, start, window.base + end - start) for end, start, line in window.tops.tolist()]
        counts += [n for n in window.cuts[:, 2].tolist() if n >= 0]
    try:
        envelope = orjson.loads(b"[" + b"".join(pieces).rstrip(b" \t\r\n,") + b"]")
    except orjson.JSONDecodeError as error:
        raise DamagedFile(
            f"not JSON: {error}", hint="Open it in an editor and look at that place", at=Locator(first.path.name)
        ) from error
    return Document(envelope, places, counts, lambda again: _frames(again, key, drop))


def values(stream: Stream) -> Iterator[Frame]:
    """Every top-level object, and every element of top-level arrays: pretty-printed, in an array, or one after another.

    Raises:
        DamagedFile: the document breaks off.
    """
    return _frames(stream, "", ())


def after(frames: Iterator[Frame], record_no: int) -> Iterator[Frame]:
    """The frames without the records up to `record_no`: how a document is taken up again."""
    before = 0
    for frame in frames:
        if before + len(frame) > record_no:
            yield frame.part(max(0, record_no - before), len(frame))
        before += len(frame)


def _frames(stream: Stream, key: str, drop: Sequence[str]) -> Iterator[Frame]:
    record_no = 0
    for window in _windows(stream, key, drop):
        if len(spans := window.spans):
            table = located(window.body, spans, record_no=record_no, byte=window.base, line=0)
            record_no += len(spans)
            yield Frame(table, window.body, spans, window.base + len(window.body), window.line, False, spans[:, 3])


def _around(window: _Window, pieces: list[bytes]) -> None:
    """Add what stands outside of the cuts, a comma after each top-level value."""
    at = window.fresh
    marks = [(end, end, b",") for end, _, _ in window.tops.tolist()] + [(s, e, b"") for s, e, _ in window.cuts.tolist()]
    for start, end, sign in sorted(marks):
        pieces.append(window.body[at:start] + sign)
        at = end
    pieces.append(window.body[at:])


def _windows(stream: Stream, key: str, drop: Sequence[str], *, counting: bool = False) -> Iterator[_Window]:
    from blowback.tools import documents_kernel as kernel  # noqa: PLC0415  # numba takes a second to import

    names = [name.encode() for name in (key, *drop)]
    keys = np.frombuffer(b"".join(names), np.uint8)
    ends = np.cumsum([len(name) for name in names])
    state = _fresh()
    tail, found, base = b"", 0, stream.offset
    for block in (b[i : i + _WINDOW] for b in stream for i in range(0, len(b), _WINDOW)):
        body = tail + block
        most = max(block.count(sign) for sign in _BRACKETS) + 2
        out = np.empty((0 if counting else most, 4), np.int64)
        cuts, tops = np.empty((most, 3), np.int64), np.empty((most, 3), np.int64)
        view = np.frombuffer(body, np.uint8)
        n, c, t = kernel.items(view, len(tail), base, not key, keys, ends, state, out, cuts, tops)
        found += n
        yield _Window(body, len(tail), base, out[:n], cuts[:c], tops[:t], int(state[kernel.LINE]))
        keep = _keep(state, len(body))
        tail, base = body[keep:], base + keep
    if state[kernel.DEPTH] or state[kernel.IN_STRING] or state[kernel.FAULT]:
        raise DamagedFile(
            f"the JSON document breaks off after {found:,} whole items",
            hint="Export it again; a file that was cut cannot be told from one that was tampered with",
            at=Locator(stream.path.name, byte_start=stream.progress.unpacked or stream.progress.given),
        )


def _fresh() -> npt.NDArray[np.int64]:
    from blowback.tools import documents_kernel as kernel  # noqa: PLC0415  # as above

    state = np.zeros(kernel.SLOTS, np.int64)
    state[[kernel.ACTIVE, kernel.DROPPED, kernel.KEY, kernel.BEGIN]] = -1
    return state


def _keep(state: npt.NDArray[np.int64], size: int) -> int:
    """From where on a window's bytes are still needed; positions in `state` are moved to count from there."""
    from blowback.tools import documents_kernel as kernel  # noqa: PLC0415  # as above

    keep = size
    if state[kernel.IN_STRING] or state[kernel.PENDING]:
        keep = int(state[kernel.STRING_AT])
    if state[kernel.BEGIN] >= 0:
        keep = min(keep, int(state[kernel.BEGIN]))
        state[kernel.BEGIN] -= keep
    state[[kernel.STRING_AT, kernel.STRING_END]] -= keep
    return keep


def is_document(first: bytes) -> bool:
    """Whether the first bytes of a file look like a JSON document rather than like one record a line."""
    text = first.lstrip()
    if text[:1] == b"[":
        return True
    line, end, _ = text.partition(b"\n")
    # a record that stands on one line ends in a brace; one that was cut hardly ever ends like this
    return text[:1] == b"{" and bool(end) and line.rstrip()[-1:] in (b"{", b"[", b",", b":")


def first_values(first: bytes) -> list[bytes]:
    """The whole records in the first bytes of a JSON file, one a line or not; what is cut off at the end is left out."""
    if not is_document(first):
        return [line for line in first.split(b"\n")[: None if first.endswith(b"\n") else -1] or [first] if line.strip()]
    from blowback.tools import documents_kernel as kernel  # noqa: PLC0415  # as above

    most = len(first) + 2
    spans, cuts, tops = (np.empty((most, n), np.int64) for n in (4, 3, 3))
    none = np.zeros(0, np.uint8), np.zeros(1, np.int64)
    n, _, _ = kernel.items(np.frombuffer(first, np.uint8), 0, 0, True, *none, _fresh(), spans, cuts, tops)
    return [first[s:e] for s, e in spans[:n, :2].tolist()]


def warm() -> None:
    """Compile the kernel."""
    from blowback.tools import documents_kernel as kernel  # noqa: PLC0415  # as above

    body = np.frombuffer(b'{"a": [1]}\n', np.uint8)
    state = _fresh()
    room = np.empty((4, 4), np.int64), np.empty((4, 3), np.int64), np.empty((4, 3), np.int64)
    kernel.items(body, 0, 0, False, np.frombuffer(b"a", np.uint8), np.array([1]), state, *room)
