"""Ctrl-C and kill -9 on the real command: a plain sentence, nothing lost, and the same command goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import blowback

COMMAND = [sys.executable, "-m", "blowback.cli.start"]
MAP = "id=post,account=who,time=when,text=words,repost=original"
ROWS = 60_000


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    draw = np.random.default_rng(5)
    columns = {
        "post": [f"p{n}" for n in range(ROWS)],
        "who": [f"gardener{n}" for n in draw.integers(0, 9000, ROWS)],
        "when": 1_402_300_000 + draw.integers(0, 4_000_000, ROWS),
        "words": [f"bean {n} @gardener{n % 77} by the gate" for n in range(ROWS)],
        "original": [f"seed{n}" for n in draw.zipf(1.3, ROWS) % 30_000],
    }
    path = tmp_path_factory.mktemp("export") / "garden.parquet"
    pq.write_table(pa.table(columns), path)
    return path


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=600, check=False)


def stopped(sign: signal.Signals, *words: object, after: str, wait: float) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that is sent a signal some time after a word on stderr."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        told = ""
        while after not in told and (line := process.stderr.readline()):
            told += line
        time.sleep(wait)
        process.send_signal(sign)
        out, rest = process.communicate()
    return process.returncode, out, told + rest


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_intake_that_is_stopped_goes_on(export: Path, tmp_path: Path, sign: signal.Signals) -> None:
    ends = set()
    for number, wait in enumerate((0.0, 0.1, random.Random(7).random())):
        case = blowback.new_case(tmp_path / f"case{number}")
        words = ("ingest", case.path, export, "--format", "table", "--map", MAP, "--json")
        code, out, err = stopped(sign, *words, after="copy", wait=wait)
        ends.add(code)
        assert code in ((0, 130) if sign == signal.SIGINT else (0, -9)), err
        assert "Traceback" not in err
        if code == 130:
            assert out == ""
            assert "interrupted" in err
            assert "run the same command again" in err
        again = run(*words)
        assert again.returncode == 0, again.stderr
        assert json.loads(again.stdout)["exhibits"][0]["sha256"]
        assert case.unfinished() == []
        assert [r["kept"] for r in case.case.receipts()] == [ROWS]
        assert case.verify() == []
    assert ends - {0}


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_analysis_that_is_stopped_leaves_nothing_that_counts(
    export: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    case, ends = blowback.new_case(tmp_path / "case"), set()
    case.ingest(export, format="table", mapping=dict(pair.split("=") for pair in MAP.split(",")))
    words = ("analyse", case.path, "coordination", "--kind", "repost", "--window", "60s", "--shuffles", "1", "--json")
    for wait in (0.0, random.Random(8).random()):
        code, out, err = stopped(sign, *words, after="coordination", wait=wait)
        ends.add(code)
        assert "Traceback" not in err
        if code == 130:
            assert out == ""
            assert "nothing of it counts" in err
            assert case.verify() == []
        if code:
            assert case.findings() == []
    assert ends - {0}
    assert run(*words).returncode == 0
    assert case.unfinished() == []
    assert case.verify() == []
