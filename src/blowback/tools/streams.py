"""A file as a stream of decompressed UTF-8 blocks, with what is wrong with it said by name."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol

import zstandard

from blowback.errors import DamagedFile, EmptyFile, NotReadable
from blowback.model.locator import Locator

Compression = Literal["none", "gzip", "zstd"]
BLOCK: Final = 32 << 20
_PIECE: Final = 1 << 20
_MAX_WINDOW: Final = 1 << 31  # Pushshift archives are made with --long=31


class _Unpack(Protocol):
    """What zlib's and zstandard's decompression objects share."""

    eof: bool
    unused_data: bytes

    def decompress(self, piece: bytes, /) -> bytes: ...


@dataclass(slots=True)
class Progress:
    """How much of the given (compressed) file has been read."""

    given: int = 0
    unpacked: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is packed and encoded."""

    compression: Compression
    encoding: str  # utf-8, utf-8-sig, utf-16-le, utf-16-be, binary
    bom: int = 0  # bytes of a UTF-8 byte order mark, which offsets count


@dataclass(slots=True)
class Stream:
    """Blocks of one file, its byte order mark left out.

    `start` is a byte offset in the decompressed file (UTF-16: in its text as UTF-8) at which to go on.
    """

    path: Path
    kind: Kind
    start: int = 0
    progress: Progress = field(default_factory=Progress)

    @property
    def offset(self) -> int:
        """Where in the decompressed file the first block begins."""
        return max(self.start, self.kind.bom)

    def __iter__(self) -> Iterator[bytes]:
        skip = self.offset - self.kind.bom
        for block in _utf8(self._raw(), self.kind):
            if skip >= len(block):
                skip -= len(block)
                continue
            yield block[skip:] if skip else block
            skip = 0

    def whole_lines(self) -> Iterator[bytes | memoryview]:
        """Blocks that end after a newline (the last one may not): no line is cut, and a plain file is not copied."""
        if self.kind.compression == "none" and self.kind.encoding in ("utf-8", "utf-8-sig"):
            yield from self._plain_lines()
            return
        tail = b""
        for block in self:
            cut = block.rfind(b"\n") + 1
            if cut:
                yield tail + block[:cut]
                tail = block[cut:]
            else:
                tail += block
        if tail:
            yield tail

    def _plain_lines(self) -> Iterator[bytes | memoryview]:
        with self.path.open("rb") as file:
            at, size = self.offset, BLOCK
            file.seek(at)
            while block := file.read(size):
                cut = block.rfind(b"\n") + 1 if len(block) == size else len(block)
                if not cut:  # a line longer than the block
                    size *= 2
                else:
                    at, size = at + cut, BLOCK
                    self.progress.given = at
                    yield block if cut == len(block) else memoryview(block)[:cut]
                file.seek(at)  # what follows the last newline is read again: cheaper than a copy of the block

    def _raw(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            if self.kind.compression == "none":
                while block := file.read(BLOCK):
                    self.progress.given += len(block)
                    yield block
            else:
                yield from _unpacked(file, self.kind.compression, self.progress, self.path.name)


def _unpacked(file: BinaryIO, compression: Compression, progress: Progress, name: str) -> Iterator[bytes]:
    engine = _new(compression)
    parts: list[bytes] = []
    waiting = 0
    fresh = True
    while piece := file.read(_PIECE):
        progress.given += len(piece)
        while piece:
            if engine.eof:  # a further member or frame follows
                engine, fresh = _new(compression), True
                if not piece.strip(b"\0"):  # gzip files may be padded with zeros
                    break
            try:
                out = engine.decompress(piece)
            except (zlib.error, zstandard.ZstdError) as error:
                if parts:
                    yield b"".join(parts)
                raise _damaged(name, progress, str(error)) from error
            fresh = False
            parts.append(out)
            waiting += len(out)
            progress.unpacked += len(out)
            piece = engine.unused_data if engine.eof else b""
            if waiting >= BLOCK:
                yield b"".join(parts)
                parts, waiting = [], 0
    if parts:
        yield b"".join(parts)
    if not engine.eof and not fresh:
        raise _damaged(name, progress, "the compressed file breaks off")


def _new(compression: Compression) -> _Unpack:
    if compression == "gzip":
        return zlib.decompressobj(31)  # type: ignore[return-value]  # its attributes are read-only, which is all we need
    return zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()  # type: ignore[return-value]


def _damaged(name: str, progress: Progress, why: str) -> DamagedFile:
    return DamagedFile(
        f"{why} after {progress.given:,} bytes; {progress.unpacked:,} decompressed bytes could be read",
        hint="Get a whole copy of the file; until then nothing of it is taken in",
        at=Locator(name, byte_start=progress.unpacked),
    )


def _utf8(blocks: Iterator[bytes], kind: Kind) -> Iterator[bytes]:
    if kind.encoding.startswith("utf-16"):
        decoder = codecs.getincrementaldecoder(kind.encoding)(errors="replace")
        bom = True
        for block in blocks:
            text = decoder.decode(block)
            yield (text.removeprefix("\ufeff") if bom else text).encode("utf-8", errors="replace")
            bom = False
        yield decoder.decode(b"", final=True).encode("utf-8", errors="replace")
        return
    bom = True
    for block in blocks:
        yield block.removeprefix(codecs.BOM_UTF8) if bom else block
        bom = False


def look(path: Path, size: int = 1 << 16) -> tuple[Kind, bytes]:
    """How a file is packed and encoded, and its first decompressed bytes (as UTF-8).

    Raises:
        NotReadable: missing, a folder, or no permission.
        EmptyFile: zero bytes, or nothing but white space in the first 64 KiB of a shorter file.
        DamagedFile: the first bytes do not decompress.
    """
    if path.is_dir():
        raise NotReadable(f"{path} is a folder", hint="Name the files in it, or use a pattern such as folder/*.jsonl")
    try:
        with path.open("rb") as file:
            magic = file.read(4096)
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise NotReadable(f"{path}: {why}", hint="Check the path and the permissions") from error
    if not magic:
        raise EmptyFile(f"{path.name} is empty (zero bytes)", hint="Export it again, or leave it out")
    compression: Compression = "none"
    if magic[:2] == b"\x1f\x8b":
        compression = "gzip"
    elif magic[:4] == b"\x28\xb5\x2f\xfd" or (magic[1:4] == b"\x2a\x4d\x18" and 0x50 <= magic[0] <= 0x5F):
        compression = "zstd"
    first = _first(path, compression, size)
    encoding = _encoding(first)
    kind = Kind(compression, encoding, len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0)
    text = next(iter(_utf8(iter([first]), kind)), b"")
    if not text.strip():
        raise EmptyFile(f"{path.name} holds nothing but white space", hint="Export it again, or leave it out")
    return kind, text


def _first(path: Path, compression: Compression, size: int) -> bytes:
    with path.open("rb") as file:
        if compression == "none":
            return file.read(size)
        progress, engine, out = Progress(), _new(compression), b""
        while len(out) < size and (piece := file.read(1 << 16)):
            progress.given += len(piece)
            try:
                out += engine.decompress(piece)
            except (zlib.error, zstandard.ZstdError) as error:
                raise _damaged(path.name, progress, str(error)) from error
            progress.unpacked = len(out)
            if engine.eof:
                break
        if not out:
            raise _damaged(path.name, progress, "the compressed file breaks off")
        return out[:size]


def _encoding(first: bytes) -> str:
    if first.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if first.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if first.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    if first[:4] in (b"PAR1", b"PK\x03\x04"):  # their numbers may look like UTF-16
        return "binary"
    head = first[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 10 and min(even, odd) <= len(head) // 100:  # one byte of every ASCII letter is 0
        return "utf-16-be" if even > odd else "utf-16-le"
    control = sum(b < 9 or 13 < b < 27 for b in head)
    if control > len(head) // 50 + 2:
        return "binary"
    return "utf-8"
