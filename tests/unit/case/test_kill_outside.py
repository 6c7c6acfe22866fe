"""kill -9 while outside data are taken in: nothing acknowledged is lost, nothing unacknowledged is seen, and it goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.marker import Pace
from blowback.case.seal import verify
from blowback.tools import streams

from .conftest import digests
from .fatal import child

IMPORTS = """
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.marker import Pace
from blowback.tools import streams
streams.BLOCK = 1 << 12  # small blocks, so that a small file has many batches
"""
DOES = "ingest(Case.open(folder), [Path(sys.argv[1])], pace=Pace(records=100))"
HEADER = "id,type_of_violence,side_a,side_b,where_prec,where_coordinates,latitude,longitude,country,date_prec,date_start,date_end,best,high,low"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every tenth event lies beyond the pole, every seventh comes twice."""
    path = tmp_path_factory.mktemp("given") / "ged.csv"
    rows = [f"{n - (n % 7 == 6)},1,North,South,1,Oakford,{95 if n % 10 == 9 else 0.4},-31.2,Lindwell,1,2031-03-{1 + n % 28:02d},,1,1,1" for n in range(400)]  # fmt: skip
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


@pytest.mark.slow
def test_killed_at_changes_of_the_file_system(given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BLOCK", 1 << 12)
    whole = Case.new(tmp_path / "whole", pseudonyms=False)
    ingest(whole, [given])
    wanted, outcomes, resumed, fatal = digests(whole), [], 0, 0
    with child(IMPORTS, DOES, given) as job:
        while True:
            fatal += 3
            path = tmp_path / f"case{fatal}"
            Case.new(path, pseudonyms=False)
            died = job.dies_at(fatal, path)
            case = Case.open(path)
            acknowledged = bool(case.receipts())
            outcomes.append(acknowledged)
            assert digests(case) == (wanted if acknowledged else {})
            receipt = ingest(case, [given], pace=Pace(records=100)).exhibits[0]
            assert receipt["recognised"] is acknowledged
            resumed += any("taken up again" in n for n in receipt["notes"])
            assert digests(case) == wanted
            assert case.unfinished() == []
            assert verify(case) == []
            shutil.rmtree(path)
            if not died:
                break
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}
    assert resumed > 5
