"""One writer at a time; readers are never blocked."""

from __future__ import annotations

import fcntl
import os
import platform
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from blowback.case.atomic import disk
from blowback.case.ledger import now
from blowback.errors import CaseLocked


@dataclass(slots=True)
class WriterLock:
    """An advisory lock (flock) on one file. The kernel lets go of it when the process dies, however it dies."""

    path: Path
    _depth: int = field(default=0, init=False)
    _handle: int = field(default=-1, init=False)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock; entering again while holding it is fine.

        Raises:
            CaseLocked: another process holds it; the message says who.
        """
        if not self._depth:
            self._take()
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                os.ftruncate(self._handle, 0)
                os.close(self._handle)
                self._handle = -1

    def holder(self) -> str:
        """Who wrote itself into the lock file, in words."""
        try:
            told = orjson.loads(self.path.read_bytes())
            return f"process {told['pid']} on {told['host']} since {told['since']} ({told['command']})"
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
            return "another process"

    def _take(self) -> None:
        with disk(self.path):
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise CaseLocked(
                f"the case {self.path.parent.name} is being written by {self.holder()}",
                hint="Wait until it has finished, or stop it; reading the case is possible meanwhile",
            ) from error
        # no path of this machine: only the command's own name and its first words
        command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:3]])
        told = {"pid": os.getpid(), "host": platform.node(), "command": command, "since": now()}
        self._handle = handle
        with suppress(OSError):  # a full disk: the lock holds all the same
            os.ftruncate(handle, 0)
            os.pwrite(handle, orjson.dumps(told), 0)
