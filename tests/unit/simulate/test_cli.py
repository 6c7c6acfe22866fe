"""The command `simulate`: exit codes, what it says, and that `open` of the folder leaves truth and events aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from blowback.cli import main


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, in a folder of its own: starting one anew costs seconds each time."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["blowback", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            main.run()
        told = capsys.readouterr()
        return Said(int(ended.value.code or 0), told.out, told.err)

    return call


def test_simulate_ingest_score_with_json(run: Run) -> None:
    made = run("simulate", "tiny", "--out", "exports", "--json")
    assert made.returncode == 0, made.stderr
    told = orjson.loads(made.stdout)
    assert told["posts"] == 230
    assert [Path(f).name for f in told["files"]] == ["x_v2.jsonl", "x_io_tweets.csv", "telegram_result.json"]
    assert "simulate: the crowd" in made.stderr
    assert "write: x_v2.jsonl" in made.stderr
    assert run("case", "new", "case").returncode == 0
    assert run("ingest", "case", *told["files"]).returncode == 0
    scored = run("simulate", "score", "case", "--truth", told["truth"], "--json")
    assert scored.returncode == 0, scored.stderr
    got = orjson.loads(scored.stdout)
    assert got["groups"] is None
    assert {m["name"] for m in got["machinery"]} == {
        "bursts", "injections", "hijacks", "releases", "leads", "claims", "removals", "returns", "migrations",
    }  # fmt: skip
    words = run("simulate", "score", "case", "--truth", told["truth"])
    assert "groups: not run" in words.stdout
    assert "bursts: not run (1 planted)" in words.stdout


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("simulate", "tiny"), 2, "--out is missing"),
        (("simulate", "score", "case"), 2, "--truth"),
        (("simulate", "nowhere", "--out", "x"), 2, "june"),
        (("simulate", "tiny", "word", "--out", "x"), 2, "one word too many"),
        (("simulate", "bad.toml", "--out", "x"), 3, "Allowed is a number from 0 to 5"),
        (("simulate", "tiny", "--out", "bad.toml"), 3, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_next_step(
    run: Run, tmp_path: Path, args: tuple[str, ...], code: int, says: str
) -> None:
    from importlib.resources import files

    text = (files("blowback.simulate") / "scenarios" / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "bad.toml").write_text(text.replace("zipf = 0.6", "zipf = 60"), encoding="utf-8")
    got = run(*args)
    assert got.returncode == code, got.stderr
    assert says in got.stderr.replace("\n", " ")
    assert "Traceback" not in got.stderr
