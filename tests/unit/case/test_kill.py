"""kill -9 at any durable write of an intake: the case opens, says what is not finished, and goes on."""

from __future__ import annotations

import os
import random
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

# The child kills itself at its n-th durable write (fsync): no chance to tidy up, as with kill -9 or a power cut.
# It forks once for each n, so that the imports are paid once.
CHILD = """
import os, signal, sys
from pathlib import Path
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.reading import Pace
from blowback.sources.source import Options
from blowback.tools import streams

streams.BLOCK = 1 << 15  # small blocks, so that a small file has many batches
given, mapping = Path(sys.argv[1]), dict(pair.split("=") for pair in sys.argv[2].split(","))
real = os.fsync
for line in sys.stdin:
    folder, fatal = line.split("\\t")
    if not (child := os.fork()):
        count = 0
        def fsync(handle):
            global count
            count += 1
            if count == int(fatal):
                os.kill(os.getpid(), signal.SIGKILL)
            real(handle)
        os.fsync = fsync
        options = Options(source="table", mapping=mapping, zone="UTC", platform="x")
        ingest(Case.open(folder), [given], options, pace=Pace(records=1000))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
ROWS = 2500


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 1 << 15)


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
    if (path / "staging").exists() and not acknowledged:
        assert any("garden.csv" in told or "not finished" in told for told in case.unfinished())
    receipt = ingest(case, [given], OPTIONS, pace=Pace(records=1000))
    assert receipt.exhibits[0]["recognised"] is acknowledged
    assert case.unfinished() == []
    assert verify(case) == []
    assert digests(case) == whole
    assert len(case.receipts()) == 1
    assert not (path / "staging").exists()
    return acknowledged


@pytest.mark.slow
def test_killed_at_durable_writes(given: Path, whole: dict[str, str], tmp_path: Path) -> None:
    mapping = ",".join(f"{k}={v}" for k, v in MAP.items())
    command = [sys.executable, "-c", CHILD, str(given), mapping]
    killed, outcomes = 0, set()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def run(fatal: int) -> bool:
            path = tmp_path / f"case{fatal}"
            Case.new(path, pseudonyms=False)
            child.stdin.write(f"{path}\t{fatal}\n")
            child.stdin.flush()
            status = int(child.stdout.readline())
            assert status in {0, signal.SIGKILL}
            outcomes.add(check_after_kill(path, given, whole))
            return status == signal.SIGKILL

        fatal = 1
        while run(fatal):
            killed += 1
            fatal += 1 if fatal < 5 else random.Random(fatal).randrange(5, 12)
        # the last writes are the acknowledgement: none of them is left out
        for near in range(max(1, fatal - 9), fatal):
            if not (tmp_path / f"case{near}").exists():
                killed += run(near)
    assert killed >= 15
    assert outcomes == {False, True}
    notes = [n for p in tmp_path.iterdir() for r in Case.open(p).receipts() for n in r["notes"]]
    assert sum("taken up again after record" in n for n in notes) >= 3  # not merely begun again


@pytest.mark.parametrize("seed", range(3))
def test_killed_from_outside_at_random(given: Path, whole: dict[str, str], tmp_path: Path, seed: int) -> None:
    path = tmp_path / "case"
    Case.new(path, pseudonyms=False)
    words = "import sys; from pathlib import Path; from blowback.case.case import Case\n"
    words += "from blowback.case.intake import ingest; from blowback.case.reading import Pace\n"
    words += "from blowback.sources.source import Options; from blowback.tools import streams; import orjson\n"
    words += "streams.BLOCK = 1 << 15\n"
    words += "told = lambda *what: print(*what, flush=True)\n"
    words += "ingest(Case.open(sys.argv[1]), [Path(sys.argv[2])], Options(**orjson.loads(sys.argv[3])),"
    words += " report=told, pace=Pace(records=500))\n"
    options = orjson.dumps({"source": "table", "mapping": MAP, "zone": "UTC", "platform": "x"}).decode()
    command = [sys.executable, "-c", words, str(path), str(given), options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()  # it has begun
        time.sleep(random.Random(seed).random() * 0.4)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    check_after_kill(path, given, whole)
