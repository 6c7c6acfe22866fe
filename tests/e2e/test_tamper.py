"""Somebody with write access to the folder: `verify` exits 1, names the file (and line), and says what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import blowback
from blowback.case.problem import Problem
from blowback.errors import CustodyError

EXPORT = Path(__file__).resolve().parents[2] / "examples" / "tiny"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with everything in it: three exhibits, two runs, findings, a dossier, a look-up."""
    case = blowback.new_case(tmp_path_factory.mktemp("made") / "case")
    case.ingest(*sorted(p for p in EXPORT.iterdir() if p.name.startswith(("x_", "telegram"))))
    case.analyse("coordination", kind="repost", window="60s", shuffles=1)
    case.analyse("coordination", kind="url", window="60s", shuffles=1)
    assert case.findings()
    case.dossier()
    case.reveal(case.table("posts")["account_id"][0].as_py(), reason="a test")
    assert case.verify() == []
    return case.path


def flip(content: bytes, at: float = 0.5) -> bytes:
    place = int((len(content) - 1) * at)
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


FORGED = b'{"seq":99,"at":"2030-01-01T00:00:00.000000Z","who":"nobody","verb":"note","prev":"' + b"0" * 64 + b'"}\n'
LINES = {
    "a deleted line": lines(lambda held: held[:1] + held[2:]),
    "the first line gone": lines(lambda held: held[1:]),
    "two lines swapped": lines(lambda held: [held[1], held[0], *held[2:]]),
    "a forged line at the end": lines(lambda held: [*held, FORGED]),
    "a forged line in the middle": lines(lambda held: [held[0], FORGED, *held[1:]]),
    "a line twice": lines(lambda held: [*held, held[-1]]),
    "the end cut off": lines(lambda held: held[:-1]),
    "all cut off": lambda content: b"" if content else content,
    "half a line cut off": lambda content: content[:-20],
}
CHANGES = [
    *((f"{name}: {what}", name, change) for name in ("ledger.jsonl", "manifest.jsonl", "findings.jsonl", "runs.jsonl") for what, change in LINES.items()),
    *((f"{name}: a flipped bit at {at}", name, lambda c, at=at: flip(c, at)) for at in (0.0, 0.3, 0.7, 0.99)
      for name in ("ledger.jsonl", "manifest.jsonl", "findings.jsonl", "runs.jsonl", "case.toml", "exhibits/*x_v2*", "exhibits/*telegram*",
                   "tables/posts/*", "tables/marks/*", "tables/accounts/*", "tables/removals/*", "tables/set_aside/*", "tables/exhibits/*",
                   "signals/*/*/pairs.parquet", "signals/*/*/coactions.parquet", "signals/*/*/steps.sql", "signals/*/*/params.json",
                   "dossiers/*/index.html", "dossiers/*/dossier.json", "keys/pseudonym.key", "keys/vault/*")),
    ("heads.json: gone", "heads.json", None), ("heads.json: emptied", "heads.json", lambda _: b"{}"),
    *((f"{name}: gone", name, None) for name in ("ledger.jsonl", "manifest.jsonl", "findings.jsonl", "runs.jsonl", "keys/pseudonym.key",
       "exhibits/*x_io*", "tables/posts/*", "signals/*/*/groups.parquet", "dossiers/*/dossier.json")),
]  # fmt: skip


def verified(case: Path) -> tuple[int, list[dict[str, str]]]:
    """Exit code and problems of the real command."""
    command = [sys.executable, "-m", "blowback.cli.start", "verify", str(case), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)["problems"]


def test_every_change_is_found_where_it_is(made: Path, tmp_path: Path) -> None:
    missed = []
    for number, (what, name, change) in enumerate(CHANGES):
        case = tmp_path / str(number)
        shutil.copytree(made, case)
        path = min(case.glob(name))
        path.chmod(0o644)
        if change is None:
            path.unlink()
        else:
            before = path.read_bytes()
            path.write_bytes(change(before))
            assert path.read_bytes() != before, what
        try:
            problems = blowback.open_case(case).verify()
        except CustodyError as error:  # case.toml, the first file that is read, says so itself
            problems = [Problem(str(error), path.name, error.hint)] if path.name in str(error) else []
        # half a line at the end is what a kill leaves; everything else names the file itself, the heads the chain
        named = {p.where.split(",")[0] for p in problems}
        wanted = {"ledger.jsonl", "manifest.jsonl"} if name == "heads.json" else {str(path.relative_to(case))}
        if not named & wanted or not all(p.next_step for p in problems):
            missed.append((what, sorted(named)))
        shutil.rmtree(case)
    assert missed == []


@pytest.mark.parametrize(
    "name",
    [
        "exhibits/*x_v2*",
        "tables/posts/*",
        "ledger.jsonl",
        "manifest.jsonl",
        "findings.jsonl",
        "runs.jsonl",
        "case.toml",
    ],
)
def test_the_command_says_so_and_exits_with_one(made: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(made, tmp_path / "case")
    path = min((tmp_path / "case").glob(name))
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(flip(content, 0.0 if name == "case.toml" else 0.5))
    code, problems = verified(tmp_path / "case")
    assert code == 1
    assert any(p["where"].startswith(str(path.relative_to(tmp_path / "case"))) for p in problems)
    assert all(p["next_step"] for p in problems)


def test_a_head_noted_elsewhere_finds_a_ledger_that_was_cut_and_sealed_anew(made: Path, tmp_path: Path) -> None:
    """Whoever cuts the last line and mends heads.json is not seen from inside; a noted head sees it."""
    shutil.copytree(made, tmp_path / "case")
    case = blowback.open_case(tmp_path / "case")
    head = case.case.ledger.head().hash
    assert case.verify(head=head) == []
    path = case.path / "ledger.jsonl"
    held = path.read_bytes().splitlines(keepends=True)
    assert b'"verb":"reveal"' in held[-1]
    path.write_bytes(b"".join(held[:-1]))
    heads = json.loads((case.path / "heads.json").read_bytes())
    heads["ledger.jsonl"] = {"lines": len(held) - 1, "hash": case.case.ledger.head().hash}
    (case.path / "heads.json").write_text(json.dumps(heads))
    assert case.verify() == []
    (found,) = case.verify(head=head)
    assert found.where == "ledger.jsonl"
