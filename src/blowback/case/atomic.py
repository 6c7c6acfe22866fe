"""Writing so that a kill or a full disk leaves either the old state or the new one."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from blowback.errors import NoSpace, StorageError

CHUNK = 1 << 20
Report = Callable[[str, int, int | None], None]  # stage, done, total (None: not known)
_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def disk(path: Path) -> Iterator[None]:
    """Turn what the operating system says about a disk into an error with a next step.

    Raises:
        NoSpace: the disk or the quota is full.
        StorageError: no permission, read-only or broken storage.
    """
    try:
        yield
    except OSError as error:
        text = str(error)
        if error.errno in _FULL or "No space left" in text or "Disk quota" in text:
            raise NoSpace(
                f"the disk is full while writing {path.name}",
                hint="Free some space and run the same command again: it goes on from the last checkpoint, and what "
                "was acknowledged before is safe",
            ) from error
        raise StorageError(
            f"cannot read or write {path}: {error.strerror or text}",
            hint="Check the permissions and the disk, then run the same command again",
        ) from error


@contextmanager
def uninterrupted(*, after: bool = True) -> Iterator[None]:
    """Put off Ctrl-C: an acknowledgement is a few lines that belong together.

    Args:
        after: raise KeyboardInterrupt at the end where one came; False where all is done by then.
    """
    if threading.current_thread() is not threading.main_thread():  # signals come to the main thread only
        yield
        return
    caught: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: caught.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if caught and after:
        raise KeyboardInterrupt


def sync_folder(path: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of a file survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path, *, mode: int = 0o755) -> None:
    """Make a folder and its parents, durable, if it is not there yet."""
    if path.is_dir():
        return
    with disk(path):
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        path.chmod(mode)
        sync_folder(path.parent)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace a file in one move: readers see the old content or the new, never a part."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with disk(path):
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            aside.replace(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append one line, durable; a full disk takes back the part that was written.

    What a kill left of a line before is cut off: nobody acknowledged it, and the new line must start on its own.
    """
    with disk(path):
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            before = _cut_torn(handle)
            try:
                _write_all(handle, line + b"\n")
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, before)
                raise
        finally:
            os.close(handle)
        if new:
            sync_folder(path.parent)


def _cut_torn(handle: int) -> int:
    """Cut the file after its last whole line; returns its size."""
    size = end = os.fstat(handle).st_size
    while end and os.pread(handle, 1, end - 1) != b"\n":
        start = max(0, end - 4096)
        end = start + os.pread(handle, end - start, start).rfind(b"\n") + 1
    if end < size:
        os.ftruncate(handle, end)
    return end


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def file_hash(path: Path, *, limit: int | None = None, report: Report | None = None) -> str:
    """SHA-256 of a file, or of its first `limit` bytes, as 64 hex digits."""
    state, done = hashlib.sha256(), 0
    total = path.stat().st_size if limit is None else limit
    with path.open("rb") as source:
        while chunk := source.read(CHUNK if limit is None else min(CHUNK, limit - done)):
            state.update(chunk)
            done += len(chunk)
            if report:
                report("hash", done, total)
    return state.hexdigest()
