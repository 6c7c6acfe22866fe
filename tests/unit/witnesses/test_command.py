"""Event files from the command line."""

# commands on one line

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
from typer.testing import CliRunner

from blowback.case.case import Case
from blowback.cli.main import app

from .conftest import GED, gdelt_line, table


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.stdout


def test_ingest_tells_what_a_source_cannot_contain(case: Case, tmp_path: Path) -> None:
    ged, day = (
        table(tmp_path / "ged.csv", GED, {**GED, "id": "7002", "latitude": "95"}),
        tmp_path / "20310305.export.CSV",
    )
    day.write_text(gdelt_line(58) + "\n")
    code, out = run("ingest", str(case.path), str(ged), str(day), "--json")
    told = orjson.loads(out)
    assert code == 0
    assert [(e["source"], e["events"], e["set_aside"]) for e in told["exhibits"]] == [
        ("ucdp_ged", 1, 1),
        ("gdelt", 1, 0),
    ]
    assert "bloodless captures" in told["exhibits"][0]["notes"][0]
    assert run("verify", str(case.path), "--json")[0] == 0


def test_a_mapped_table(case: Case, tmp_path: Path) -> None:
    path = table(tmp_path / "monitor.csv", {"when": "2031-03-05", "y": "0.42", "x": "-31.2", "what": "capture"})
    code, _ = run(
        "ingest",
        str(case.path),
        str(path),
        "--format",
        "events",
        "--map",
        "time=when,lat=y,lon=x,type=what,source==monitor",
    )
    assert code == 0
    other = table(tmp_path / "other.csv", {"when": "2031-03-05", "x": "1"})
    words = [sys.executable, "-m", "blowback.cli.start", "ingest", str(case.path), str(other), "--format", "events"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--map time=COLUMN" in done.stderr
    done = subprocess.run([*words[:-1], "nothing"], capture_output=True, text=True, check=False)
    assert "ucdp_ged" in done.stderr


def test_sources_lists_the_layouts() -> None:
    code, out = run("sources", "--json")
    assert code == 0
    assert {"ucdp_ged", "acled", "gtd", "gdelt", "events"} <= {s["id"] for s in orjson.loads(out)}
