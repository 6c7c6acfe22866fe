"""Runs a command as a whole process and asks the operating system what it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Medians over the runs of one command: CPU and wall seconds, peak memory of the largest process in MB."""

    cpu: float
    wall: float
    peak_mb: float
    runs: int
    printed: str = ""


def once(command: list[str], *, timeout: float = 3600) -> Cost:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    assert process.stdout
    try:
        printed = _read(process, timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        os.wait4(process.pid, 0)
        return Cost(float("nan"), float("nan"), float("nan"), 0, f"no answer in {timeout:.0f} s")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        msg = f"{command} ended with {process.returncode}"
        raise RuntimeError(msg)
    wall = time.perf_counter() - started
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, 1, printed)


def _read(process: subprocess.Popen[str], timeout: float) -> str:
    import threading

    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or []), daemon=True)
    reader.start()
    reader.join(timeout)
    if reader.is_alive():
        raise subprocess.TimeoutExpired(process.args, timeout)
    return "".join(lines)


def interleaved(commands: dict[str, list[str]], *, runs: int = 3, timeout: float = 3600) -> dict[str, Cost]:
    """Run the commands in turn, A B C A B C ..., so that a drifting machine is fair to all; medians."""
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(once(command, timeout=timeout))
    return {
        name: Cost(
            statistics.median(c.cpu for c in costs),
            statistics.median(c.wall for c in costs),
            statistics.median(c.peak_mb for c in costs),
            len(costs),
            costs[-1].printed,
        )
        for name, costs in seen.items()
    }


def machine() -> str:
    """One line on the machine, for the head of a table of results."""
    import platform

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def python(script: str | Path, *arguments: str | Path | int) -> list[str]:
    return [sys.executable, str(script), *(str(a) for a in arguments)]
