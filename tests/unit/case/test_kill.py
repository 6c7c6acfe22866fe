"""kill -9 at any change an intake makes: the case opens, says what is not finished, and goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.reading import Pace
from blowback.case.seal import verify
from blowback.tools import streams

from .conftest import MAP, OPTIONS, digests, write_garden
from .fatal import child

IMPORTS = """
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.reading import Pace
from blowback.sources.source import Options
from blowback.tools import streams
streams.BLOCK = 1 << 14  # small blocks, so that a small file has many batches
mapping = dict(pair.split("=") for pair in sys.argv[2].split(","))
"""
DOES = """ingest(Case.open(folder), [Path(sys.argv[1])], Options(source="table", mapping=mapping, zone="UTC", platform="x"),
            pace=Pace(records=400))"""
ROWS = 1200


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 1 << 14)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_garden(tmp_path_factory.mktemp("given") / "garden.csv", ROWS)


@pytest.fixture(scope="module")
def whole(given: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an intake that nobody disturbs gives."""
    case = Case.new(tmp_path_factory.mktemp("whole") / "case", pseudonyms=False)
    ingest(case, [given], OPTIONS)
    return digests(case)


def check_after_kill(path: Path, given: Path, whole: dict[str, str]) -> bool:
    """Opens, says what is open, resumes, verifies; returns whether the intake had been acknowledged."""
    case = Case.open(path)
    acknowledged = bool(case.receipts())
    if acknowledged:
        assert digests(case) == whole
    else:
        assert all(not parts for parts in case.tables().values())
    if any((path / "staging").glob("*")) and not acknowledged:
        assert any("garden.csv" in told or "not finished" in told for told in case.unfinished())
    receipt = ingest(case, [given], OPTIONS, pace=Pace(records=400))
    assert receipt.exhibits[0]["recognised"] is acknowledged
    assert case.unfinished() == []
    assert verify(case) == []
    assert digests(case) == whole
    assert len(case.receipts()) == 1
    assert not (path / "staging").exists()
    return acknowledged


@pytest.mark.slow
def test_killed_at_every_change_of_the_file_system(given: Path, whole: dict[str, str], tmp_path: Path) -> None:
    mapping = ",".join(f"{k}={v}" for k, v in MAP.items())
    outcomes, resumed, fatal = [], 0, 0
    with child(IMPORTS, DOES, given, mapping) as job:
        while True:
            fatal += 1
            path = tmp_path / f"case{fatal}"
            Case.new(path, pseudonyms=False)
            died = job.dies_at(fatal, path)
            outcomes.append(check_after_kill(path, given, whole))
            resumed += any("taken up again" in n for r in Case.open(path).receipts() for n in r["notes"])
            shutil.rmtree(path)
            if not died:
                break
    assert fatal > 100, fatal
    assert outcomes == sorted(outcomes)  # once acknowledged, always acknowledged
    assert set(outcomes) == {False, True}
    assert resumed > 20  # not merely begun again


@pytest.mark.parametrize("seed", range(3))
def test_killed_from_outside_at_random(given: Path, whole: dict[str, str], tmp_path: Path, seed: int) -> None:
    path = tmp_path / "case"
    Case.new(path, pseudonyms=False)
    words = "import sys; from pathlib import Path; from blowback.case.case import Case\n"
    words += "from blowback.case.intake import ingest; from blowback.case.reading import Pace\n"
    words += "from blowback.sources.source import Options; from blowback.tools import streams; import orjson\n"
    words += "streams.BLOCK = 1 << 14\n"
    words += "told = lambda *what: print(*what, flush=True)\n"
    words += "ingest(Case.open(sys.argv[1]), [Path(sys.argv[2])], Options(**orjson.loads(sys.argv[3])),"
    words += " report=told, pace=Pace(records=200))\n"
    options = orjson.dumps({"source": "table", "mapping": MAP, "zone": "UTC", "platform": "x"}).decode()
    command = [sys.executable, "-c", words, str(path), str(given), options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it has begun
        time.sleep(random.Random(seed).random() * 0.4)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    check_after_kill(path, given, whole)
