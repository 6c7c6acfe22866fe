"""Originals under custody: a read-only copy named by its SHA-256, or a reference with hash, size and time."""

from __future__ import annotations

import hashlib
import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from blowback.case.atomic import CHUNK, Report, disk, file_hash, make_folder, sync_folder
from blowback.case.case import Case
from blowback.case.manifest import Exhibit
from blowback.errors import DamagedFile, EmptyFile, NotReadable
from blowback.model.locator import Locator

_UNSAFE = re.compile(r"[^\w.@+=,()\[\] -]", re.UNICODE)


def check_readable(path: Path) -> os.stat_result:
    """Size and time of a file that can be taken in.

    Raises:
        NotReadable: missing, a folder, not a plain file, or no permission.
        EmptyFile: zero bytes.
    """
    at = Locator(path.name)
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise NotReadable(f"there is no file {path}", hint="Check the path", at=at) from error
    except OSError as error:
        raise NotReadable(
            f"{path} cannot be read: {error.strerror}", hint="Check the path and its permissions", at=at
        ) from error
    if path.is_dir():
        raise NotReadable(f"{path} is a folder", hint=f"Name the files in it, such as {path.name}/*", at=at)
    if not path.is_file():
        raise NotReadable(f"{path} is not a plain file", hint="Save it to a file first", at=at)
    if not os.access(path, os.R_OK):
        raise NotReadable(f"{path} may not be read", hint="Check its permissions", at=at)
    if not found.st_size:
        raise EmptyFile(f"{path.name} is empty (0 bytes)", hint="Export it again, or leave it out", at=at)
    return found


def take(case: Case, path: Path, *, reference: bool = False, report: Report | None = None) -> Exhibit:
    """Take one file under custody; the same bytes twice are one exhibit.

    The copy is hashed while it is written, so the bytes that were hashed are the bytes that are kept. Call while
    holding the case's lock.

    Args:
        case: the case.
        path: the file as given.
        reference: leave the file where it is and record path, hash, size and time only.
        report: called with ("hash", bytes done, bytes in all).

    Raises:
        NotReadable, EmptyFile: see `check_readable`.
        DamagedFile: the file changed while it was read.
        NoSpace: the disk is full; nothing of the copy is left.
    """
    before = check_readable(path)
    if reference:
        digest = file_hash(path, report=report)
        stored, where = "reference", str(path.resolve())
    else:
        digest, where = _copy(case, path, report)
        stored = "copy"
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DamagedFile(
            f"{path.name} was changed while it was being read",
            hint="Wait until it is written whole, then ingest it again",
            at=Locator(path.name),
        )
    return Exhibit(digest, path.name, before.st_size, stored, where, before.st_mtime_ns)


def safe_name(name: str) -> str:
    """A file name that is safe in a folder listing and a shell, its ending kept; 100 characters at most."""
    plain = _UNSAFE.sub("_", name)
    return plain if len(plain) <= 100 else plain[:50] + "~" + plain[-49:]


def rename(case: Case, exhibit: Exhibit, name: str) -> Exhibit:
    """The exhibit under another name; a reference keeps its path. After a kill `take` finds the copy by its hash."""
    if exhibit.stored != "copy":
        return replace(exhibit, name=name)
    held = exhibit.where(case.path)
    kept = held.with_name(f"{exhibit.short}-{safe_name(name)}")
    with disk(kept):
        held.replace(kept)
        sync_folder(kept.parent)
    return replace(exhibit, name=name, path=str(kept.relative_to(case.path)))


def _copy(case: Case, path: Path, report: Report | None) -> tuple[str, str]:
    folder = case.path / "exhibits"
    make_folder(folder)
    aside = folder / f".{os.getpid()}.new"
    with disk(aside):
        try:
            digest = _copy_and_hash(path, aside, report)
            known = case.manifest.find(digest)
            if known is not None and known.exhibit.stored == "copy":
                return digest, known.exhibit.path  # never written over: verify must be able to see a change
            held = next(folder.glob(f"{digest[:12]}-*"), None)  # left by an intake that was cut off
            kept = held or folder / f"{digest[:12]}-{safe_name(path.name)}"
            aside.chmod(0o444)
            aside.replace(kept)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(folder)
    return digest, str(kept.relative_to(case.path))


def _copy_and_hash(source: Path, target: Path, report: Report | None) -> str:
    """Copy in one pass; a second thread hashes each block while the next is copied. Synced to disk."""
    state, done, total = hashlib.sha256(), 0, source.stat().st_size
    with source.open("rb", buffering=0) as given, target.open("wb") as out, ThreadPoolExecutor(1) as hasher:
        pending: Future[None] | None = None
        blocks = [memoryview(bytearray(CHUNK)), memoryview(bytearray(CHUNK))]  # in turn: one is hashed meanwhile
        while size := given.readinto(blocks[0]):
            block = blocks[0][:size]
            if pending:
                pending.result()
            pending = hasher.submit(state.update, block)
            out.write(block)
            blocks.reverse()
            done += size
            if report:
                report("copy", done, total)
        if pending:
            pending.result()
        out.flush()
        os.fsync(out.fileno())
    return state.hexdigest()
