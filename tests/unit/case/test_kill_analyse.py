"""kill -9 and a full disk in an analysis: nothing acknowledged is lost, what is unfinished is said, it runs again."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import blowback
from blowback.errors import NoSpace

from .test_full_disk import fill, small  # noqa: F401  # a fixture

# Kills itself at the n-th durable write of the analysis; forks once for each n, so that imports are paid once.
CHILD = """
import os, signal, sys
import blowback
real = os.fsync
for line in sys.stdin:
    folder, fatal = line.split("\\t")
    if not (child := os.fork()):
        case, count = blowback.open_case(folder), 0
        def fsync(handle):
            global count
            count += 1
            if count == int(fatal):
                os.kill(os.getpid(), signal.SIGKILL)
            real(handle)
        os.fsync = fsync
        case.analyse("coordination", kind="repost", window="60s", shuffles=1)
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def write_posts(path: Path) -> Path:
    """A crowd, and five accounts that pass on ten posts together."""
    random = np.random.default_rng(8)
    rows = [
        (f"u{random.integers(80)}", f"o{random.integers(120)}", int(random.integers(0, 864_000))) for _ in range(900)
    ]
    for obj in range(10):
        start = int(random.integers(0, 864_000))
        rows += [(f"g{a}", f"o{obj}", start + a * 3) for a in range(5)]
    lines = [f"p{n},{a},{1_402_000_000 + t},{o}" for n, (a, o, t) in enumerate(rows)]
    path.write_text("\n".join(["id,account,time,repost", *lines]) + "\n")
    return path


MAP = {"id": "id", "account": "account", "time": "time", "repost": "repost"}


def new(path: Path, given: Path):
    case = blowback.new_case(path, pseudonyms=False)
    case.ingest(given, format="table", mapping=MAP)
    return case


def results(case) -> list[str]:
    return sorted(f.digest for f in case.findings())


@pytest.mark.slow
def test_killed_at_every_durable_write_of_an_analysis(tmp_path: Path) -> None:
    given = write_posts(tmp_path / "posts.csv")
    undisturbed = new(tmp_path / "whole", given)
    undisturbed.analyse("coordination", kind="repost", window="60s", shuffles=1)
    assert results(undisturbed)
    killed, listed = 0, set()
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        for fatal in range(1, 40):
            path = tmp_path / f"case{fatal}"
            posts = new(path, given).table("posts").num_rows
            child.stdin.write(f"{path}\t{fatal}\n")
            child.stdin.flush()
            status = int(child.stdout.readline())
            case = blowback.open_case(path)
            assert case.table("posts").num_rows == posts
            known = results(case)
            assert known in ([], results(undisturbed)), fatal
            listed.add(bool(known))
            # a line that no ledger entry covers yet is told, with what to do; everything else agrees
            left = [p for p in case.verify() if not p.where.endswith(".new")]
            assert all("Run the same command again" in p.next_step for p in left), (fatal, left)
            if status == 0:
                assert case.verify() == []
                break
            assert status == signal.SIGKILL
            killed += 1
            if not known:
                assert any("not finished" in told or "run it again" in told for told in case.unfinished()), fatal
            case.analyse("coordination", kind="repost", window="60s", shuffles=1)
            assert results(case) == results(undisturbed)
            assert case.unfinished() == []
            assert case.verify() == []
    assert killed >= 4
    assert listed == {True, False}


def test_a_disk_that_fills_up_in_an_analysis(small: Path, tmp_path: Path) -> None:  # noqa: F811
    case = new(small / "case", write_posts(tmp_path / "posts.csv"))
    ballast = fill(small, leave=4096)
    with pytest.raises(NoSpace, match="disk is full"):
        case.analyse("coordination", kind="repost", window="60s", shuffles=1)
    assert case.findings() == []
    ballast.unlink()
    case.analyse("coordination", kind="repost", window="60s", shuffles=1)
    assert case.findings()
    assert case.unfinished() == []
    assert case.verify() == []
