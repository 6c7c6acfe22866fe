"""A child process that kills itself at its n-th change of the file system: no chance to tidy up, as with kill -9.

Every change counts: files opened for writing, renames, removals, folders made or removed, truncations, modes, each
fsync, and each write of a line, which is cut in half. The child is forked once for each n, so that imports are paid once.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link", "os.symlink"}


def arm(fatal: int, folder: Path) -> None:
    """Die at the `fatal`-th change below `folder`."""
    count = 0
    real_fsync, real_write = os.fsync, os.write

    def step() -> bool:
        nonlocal count
        count += 1
        return count == fatal

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def ours(path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        return not text.startswith("/") or text.startswith(str(folder)) or str(folder.name) in text

    def watch(event: str, values: tuple[Any, ...]) -> None:
        writes = (
            event == "open" and isinstance(values[2], int) and bool(values[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        )
        if (writes or event in _CHANGES) and values and ours(values[0]) and step():
            die()

    def fsync(handle: Any) -> None:
        if step():
            die()
        real_fsync(handle)

    def write(handle: int, content: bytes) -> int:
        if step():
            real_write(handle, bytes(content)[: len(content) // 2])
            die()
        return real_write(handle, content)

    os.fsync, os.write = fsync, write
    sys.addaudithook(watch)


CHILD = """
import os, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from fatal import arm
{imports}
for line in sys.stdin:
    folder, fatal = line.rstrip("\\n").split("\\t")
    if not (child := os.fork()):
        arm(int(fatal), Path(folder))
        {does}
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Child:
    """Runs one job in a case folder until its n-th change."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def dies_at(self, fatal: int, folder: Path) -> bool:
        """Whether it died there; False: the job was done before."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{folder}\t{fatal}\n")
        self.process.stdin.flush()
        status = int(self.process.stdout.readline())
        assert status in {0, signal.SIGKILL}, status
        return status == signal.SIGKILL


@contextmanager
def child(imports: str, does: str, *words: object) -> Iterator[Child]:
    """A child that does one thing: `folder` is the case, `sys.argv[1:]` the words."""
    code = CHILD.format(here=str(Path(__file__).parent), imports=imports, does=does)
    command = [sys.executable, "-c", code, *map(str, words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Child(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
