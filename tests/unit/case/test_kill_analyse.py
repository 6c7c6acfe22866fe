"""kill -9 and a full disk in an analysis: nothing acknowledged is lost, what is unfinished is said, it runs again."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import blowback
from blowback.errors import NoSpace

from .fatal import child
from .test_full_disk import fill, small  # noqa: F401  # a fixture

IMPORTS = "import blowback; from blowback.analyses import analysis_of; analysis_of('coordination')"  # loaded once, not in each child
DOES = """blowback.open_case(folder).analyse("coordination", kind="repost", window="60s", shuffles=1)"""


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
def test_killed_at_every_change_an_analysis_makes(tmp_path: Path) -> None:
    given = write_posts(tmp_path / "posts.csv")
    undisturbed = new(tmp_path / "whole", given)
    undisturbed.analyse("coordination", kind="repost", window="60s", shuffles=1)
    assert results(undisturbed)
    made = new(tmp_path / "made", given)
    posts = made.table("posts").num_rows
    killed, listed = 0, []
    with child(IMPORTS, DOES) as job:
        for fatal in range(1, 200):
            path = tmp_path / f"case{fatal}"
            shutil.copytree(made.path, path)
            died = job.dies_at(fatal, path)
            check_after_kill(path, died, results(undisturbed), listed)
            assert blowback.open_case(path).table("posts").num_rows == posts
            shutil.rmtree(path)
            if not died:
                break
            killed += 1
    assert killed >= 30
    assert listed == sorted(listed)  # once listed, always listed
    assert set(listed) == {True, False}


def check_after_kill(path: Path, died: bool, expected: list[str], listed: list[bool]) -> None:
    """The case opens, its findings are all or none, what is unfinished is told, and the same command puts all right."""
    case = blowback.open_case(path)
    known = results(case)
    assert known in ([], expected)
    listed.append(bool(known))
    # a line that no ledger entry covers yet is told, with what to do; everything else agrees
    left = [p for p in case.verify() if not p.where.endswith(".new")]
    assert all("Run the same command again" in p.next_step for p in left), left
    if died and not known and any((path / "signals").glob("*/*/run.json")):
        assert any("not finished" in told or "run it again" in told for told in case.unfinished())
    if not died:
        assert left == []
        return
    case.analyse("coordination", kind="repost", window="60s", shuffles=1)
    assert results(case) == expected
    assert case.unfinished() == []
    assert case.verify() == []


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
