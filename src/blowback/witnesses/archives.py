"""Files inside files: tar (plain, .gz, .xz, .bz2), zip, and single files under .xz or .bz2."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import zstandard

from blowback.witnesses.measured import Member, broken, of_bytes

_MAGIC: Final = {b"\xfd7zXZ\x00": "xz", b"BZh": "bz2", b"PK\x03\x04": "zip"}
_LARGEST: Final = 4 << 30  # bytes of one file inside an archive
_NEVER: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def is_archive(path: Path) -> bool:
    """Whether a file holds files: by its first bytes, decompressed."""
    with path.open("rb") as file:
        magic = file.read(6)
    if any(magic.startswith(m) for m in _MAGIC):
        return True
    return _first(path)[257:262] == b"ustar"


def members(path: Path) -> Iterator[Member]:
    """Each file in it, in the order of the archive.

    Raises:
        DamagedFile: the archive breaks off.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(6)
        if magic.startswith(b"PK\x03\x04"):
            yield from _zip(path)
        elif _first(path)[257:262] == b"ustar":
            yield from _tar(path)
        else:
            yield _single(path, magic)
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError) as error:
        raise broken(path.name, error) from error


def unpacking(path: Path) -> BinaryIO:
    """A file's bytes, decompressed where it is .gz, .zst, .xz or .bz2; the caller closes it."""
    with path.open("rb") as file:
        magic = file.read(6)
    opened: Any = path.open
    if magic.startswith(b"\x1f\x8b"):
        opened = partial(gzip.open, path)
    elif magic.startswith(b"\x28\xb5\x2f\xfd"):
        opened = partial(zstandard.open, path)
    elif magic.startswith(b"\xfd7zXZ"):
        opened = partial(lzma.open, path)
    elif magic.startswith(b"BZh"):
        opened = partial(bz2.open, path)
    return cast("BinaryIO", opened("rb"))


def _first(path: Path) -> bytes:
    """The first 512 bytes, decompressed; empty where they cannot be."""
    try:
        with unpacking(path) as stream:
            return stream.read(512)
    except (lzma.LZMAError, zlib.error, EOFError, OSError, ValueError):
        return b""


def _tar(path: Path) -> Iterator[Member]:
    with unpacking(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            if not entry.isfile() or _left_out(entry.name) or entry.size > _LARGEST:
                continue
            held = archive.extractfile(entry)
            if held is not None:
                name = entry.name.removeprefix("./")
                yield of_bytes(name, held.read(), inside=name)
        while stream.read(1 << 20):  # to the end: a file that is cut after its last member is cut, too
            pass


def _zip(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and not _left_out(entry.filename) and entry.file_size <= _LARGEST:
                yield of_bytes(entry.filename, archive.read(entry), inside=entry.filename)


def _single(path: Path, magic: bytes) -> Member:
    with unpacking(path) as stream:
        content = stream.read()
    name = path.name.removesuffix(".xz" if magic.startswith(b"\xfd7zXZ") else ".bz2")
    return of_bytes(name, content, inside=name)


def _left_out(name: str) -> bool:
    return any(n in name for n in _NEVER) or name.rpartition("/")[2].startswith("._")


def unpacked(member: Member) -> Member:
    """A file inside an archive that is itself under .gz or .xz.

    Raises:
        DamagedFile: it breaks off.
    """
    try:
        if member.head.startswith(b"\x1f\x8b"):
            return of_bytes(member.name.removesuffix(".gz"), gzip.decompress(member.whole()), inside=member.inside)
        if member.head.startswith(b"\xfd7zXZ"):
            return of_bytes(member.name.removesuffix(".xz"), lzma.decompress(member.whole()), inside=member.inside)
    except (EOFError, OSError, lzma.LZMAError) as error:
        raise broken(member.name, error) from error
    return member
