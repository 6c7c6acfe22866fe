"""A full disk: a sentence with the next step, nothing acknowledged is lost, and the same command goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from blowback.case.bundle import dump
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.reading import Pace
from blowback.case.seal import verify
from blowback.errors import NoSpace

from .conftest import OPTIONS, digests, write_garden


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    if os.geteuid():
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "small"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", disk], check=True)


def fill(disk: Path, *, leave: int) -> Path:
    """Fill the disk but for so many bytes."""
    left = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * max(0, left.f_bavail * left.f_frsize - leave))
    return ballast


def test_the_copy_does_not_fit(small: Path, tmp_path: Path) -> None:
    case = Case.new(small / "case")
    given = write_garden(tmp_path / "garden.csv", 40_000)
    with pytest.raises(NoSpace, match="disk is full") as caught:
        ingest(case, [given], OPTIONS)
    assert "run the same command again" in caught.value.hint
    assert case.receipts() == []
    assert list((case.path / "exhibits").iterdir()) == []


@pytest.mark.parametrize("leave", [20_000, 60_000, 120_000, 200_000, 300_000])
def test_the_disk_fills_up_on_the_way_and_the_intake_goes_on_later(small: Path, tmp_path: Path, leave: int) -> None:
    case = Case.new(small / "case", pseudonyms=False)
    ingest(case, [write_garden(tmp_path / "first.csv", 40, start=100_000)], OPTIONS)
    before = digests(case)
    given = write_garden(tmp_path / "garden.csv", 6000)
    ballast = fill(small, leave=leave)
    with pytest.raises(NoSpace):
        ingest(case, [given], OPTIONS, reference=True, pace=Pace(records=500))
    assert digests(case) == before
    assert len(case.receipts()) == 1
    ballast.unlink()
    ingest(case, [given], OPTIONS, reference=True, pace=Pace(records=500))
    assert verify(case) == []
    assert case.unfinished() == []
    other = Case.new(tmp_path / "other", pseudonyms=False)
    ingest(other, [tmp_path / "first.csv"], OPTIONS)
    ingest(other, [given], OPTIONS, reference=True)
    assert digests(case) == digests(other)


def test_a_ledger_line_is_written_whole_or_not_at_all(small: Path) -> None:
    case = Case.new(small / "case")
    ballast = fill(small, leave=0)
    before = case.ledger.chain.path.read_bytes()
    refused = 0
    for n in range(100):
        try:
            case.ledger.append("note", n=n, words="x" * 1000)
        except NoSpace:
            refused += 1
    assert refused
    assert case.ledger.chain.torn() == 0
    ballast.unlink()
    case.ledger.append("note")
    assert case.ledger.chain.path.read_bytes().startswith(before)
    assert case.ledger.chain.breaks() == []
    assert verify(case) == []


def test_a_dump_that_does_not_fit_leaves_nothing(small: Path, tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    ingest(case, [write_garden(tmp_path / "garden.csv", 2000)], OPTIONS)
    fill(small, leave=10_000)
    with pytest.raises(NoSpace):
        dump(case, small / "garden.blowback")
    assert [p.name for p in small.iterdir()] == ["ballast"]
    assert "dump" not in [e["verb"] for e in case.ledger.entries()]
