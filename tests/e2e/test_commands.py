"""What scripts and careful readers lean on: JSON alone on stdout, evidence that can be recounted, cases that travel."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import blowback as api
from blowback.model.finding import Finding

EXPORT = Path(__file__).resolve().parents[2] / "examples" / "tiny"
COMMAND = [sys.executable, "-m", "blowback.cli.start"]


def blowback(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def told(*words: object, code: int = 0) -> Any:
    """The one JSON value a command prints."""
    return json.loads(blowback(*words, "--json", code=code).stdout)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    odd = folder / "odd.csv"
    odd.write_text('id,account,time,text\n1,elm,2019-06-03T10:00:00Z,"=1+1 \x1b[2J\u202e see https://example.org"\n')
    case = api.new_case(folder / "garden")
    case.ingest(*sorted(p for p in EXPORT.iterdir() if p.name.startswith(("x_", "telegram"))))
    case.ingest(odd, format="table", mapping={n: n for n in ("id", "account", "time", "text")})
    case.analyse("coordination", shuffles=1)
    assert [f for f in case.findings() if f.subject.members]
    return case.path


@pytest.fixture(scope="module")
def group(case: Path) -> Finding:
    return next(f for f in api.open_case(case).findings() if f.subject.members)


def test_every_command_can_answer_in_json_and_nothing_else_is_on_stdout(
    case: Path, group: Finding, tmp_path: Path
) -> None:
    assert told("case", "new", tmp_path / "new")["pseudonyms"] == "on"
    assert set(told("case", "status", case)) == {"receipts", "runs", "unfinished"}
    assert set(told("case", "card", tmp_path / "new", "--purpose", "a test")) == {
        "purpose", "collector", "legal_basis", "end_date",
    }  # fmt: skip
    dumped = told("case", "dump", case, tmp_path / "garden.blowback")
    assert set(dumped) == {"file", "sha256", "bytes"}
    assert told("case", "load", tmp_path / "garden.blowback", tmp_path / "back")["checked"] is True
    assert set(told("verify", case)) == {"case", "problems", "unfinished", "ledger"}
    assert told("reproduce", case, group.id)["equal"] is True
    assert {"id", "title", "reads"} <= set(told("sources")[0])
    assert told("doctor")["blowback"] == api.__version__
    assert set(told("dossier", tmp_path / "back")) == {"path", "json"}
    for words in (("findings", case), ("findings", case, group.id, "--evidence"), ("evidence", case, group.id)):
        for line in blowback(*words, "--json").stdout.splitlines():
            assert isinstance(json.loads(line), dict)


def test_a_case_travels_and_its_findings_come_out_the_same(case: Path, group: Finding, tmp_path: Path) -> None:
    blowback("case", "dump", case, tmp_path / "one.blowback", "--no-exhibits")
    elsewhere = tmp_path / "another folder" / "case"
    blowback("case", "load", tmp_path / "one.blowback", elsewhere)
    again = told("reproduce", elsewhere, group.id, "--threads", "1")
    assert (again["equal"], again["digest"]) == (True, group.digest)
    assert told("reproduce", elsewhere, group.id, "--threads", "3", "--memory", "1GB")["equal"] is True
    assert blowback("findings", elsewhere, "--json").stdout == blowback("findings", case, "--json").stdout


def test_a_finding_that_does_not_come_out_the_same_is_said(case: Path, group: Finding, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    path = tmp_path / "case" / "findings.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    for line in lines:
        line["says"] = line["says"].replace("accounts", "people")
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert told("reproduce", tmp_path / "case", group.id, code=1)["equal"] is False
    assert blowback("verify", tmp_path / "case", code=1).stdout.startswith("findings.jsonl")


def test_every_pair_of_a_run_can_be_recounted_from_its_posts(case: Path) -> None:
    opened = api.open_case(case)
    (run,) = opened.runs()
    pairs = opened.signal(run["run"], "pairs").to_pylist()
    assert len(pairs) > 20
    for row in pairs:
        found = opened.coactions(row["account_a"], row["account_b"], kind=row["kind"], window=f"{row['window_s']}s")
        counted = (found.num_rows, *(len(set(found[n].to_pylist())) for n in ("post_a", "post_b", "value")))
        assert counted == (row["n_pairs"], row["n_posts_a"], row["n_posts_b"], row["n_objects"]), row


def test_evidence_names_posts_times_objects_and_places(case: Path, group: Finding) -> None:
    rows = [json.loads(line) for line in blowback("evidence", case, group.id, "--json").stdout.splitlines()]
    assert {r["account_a"] for r in rows} | {r["account_b"] for r in rows} == set(group.subject.members)
    assert {r["group_id"] for r in rows} == {group.subject.id}
    for row in rows:
        assert row["at_a"].endswith("Z")
        assert row["file_a"]
        assert row["record_a"] > 0
    same = blowback("evidence", case, group.subject.id, "--json").stdout.splitlines()
    assert [json.loads(line) for line in same] == rows
    table = list(csv.DictReader(io.StringIO(blowback("evidence", case, group.id, "--csv").stdout)))
    assert [r["post_a"] for r in table] == [r["post_a"] for r in rows]
    shown = blowback("evidence", case, group.id).stdout
    assert f"{len(rows)} co-actions" in shown
    assert all(m in shown for m in group.subject.members)
    pair = rows[0]["account_a"], rows[0]["account_b"]
    short = [name[:12] for name in pair]
    first = blowback("evidence", case, *pair, "--kind", rows[0]["kind"], "--json").stdout
    assert blowback("evidence", case, *short, "--kind", rows[0]["kind"], "--json").stdout == first
    assert rows[0]["post_a"] in first


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("x:0000000000",), "one account"), (("x:0000000000", "x:1111111111"), "no account"), (("nothing",), "no finding"),
        (("{group}", "--kind", "colour"), "no mark"), (("{group}", "--json", "--csv"), "together"),
        (("{a}", "{b}", "--window", "soon"), "not a duration"),
    ],
)  # fmt: skip
def test_evidence_refuses_in_a_sentence(words: tuple[str, ...], says: str, case: Path, group: Finding) -> None:
    a, b = group.subject.members[:2]
    done = blowback("evidence", case, *(w.format(group=group.id, a=a, b=b) for w in words), code=2)
    assert says in done.stderr
    assert done.stdout == ""


def test_no_text_of_a_post_moves_the_cursor_or_becomes_a_formula(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from blowback.cli import show

    opened = api.open_case(case)
    (text,) = [t for t in opened.table("posts")["text"].to_pylist() if t and "\x1b" in t]
    show.say(text)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "⟦RLO⟧" in shown
    assert show.cell(text).startswith("'=")


def test_a_reader_that_stops_early_is_no_error(case: Path) -> None:
    whole = f"{' '.join(COMMAND)} findings {case} --json | head -c 20"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {whole}"], capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert len(done.stdout) == 20


def test_looking_up_a_pseudonym_leaves_its_line_before_the_answer(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    opened = api.open_case(tmp_path / "case")
    token = opened.table("posts")["account_id"][0].as_py()
    blowback("case", "reveal", opened.path, token, code=2)  # no reason, no answer
    (found,) = told("case", "reveal", opened.path, token, "--reason", "court order 7")
    assert found["value"]
    last = list(opened.case.ledger.entries())[-1]
    assert (last["verb"], last["token"], last["reason"]) == ("reveal", token, "court order 7")
    (opened.path / "keys/pseudonym.key").write_bytes(b"x" * 32)
    wrong = blowback("case", "reveal", opened.path, token, "--reason", "x", code=1)
    assert "not the key" in wrong.stderr
    assert wrong.stdout == ""


def test_the_second_writer_is_told_and_readers_go_on(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    with api.open_case(tmp_path / "case").case.lock():
        done = blowback("analyse", tmp_path / "case", "coordination", code=2)
        assert "is being written by process" in done.stderr
        assert blowback("findings", tmp_path / "case", "--json").stdout
        blowback("verify", tmp_path / "case")


def test_a_finding_is_reproduced_on_the_exhibits_of_its_time(case: Path, group: Finding, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    later = tmp_path / "later.csv"
    rows = [f"{n},{m},2019-06-03T10:00:0{n % 10}Z,seed{n % 9}" for n, m in enumerate(group.subject.members * 9)]
    later.write_text("id,account,time,repost\n" + "\n".join(rows) + "\n")
    opened = api.open_case(tmp_path / "case")
    before = len(opened.case.receipts())
    opened.ingest(later, format="table", mapping={n: n for n in ("id", "account", "time", "repost")})
    again = opened.reproduce(group.id)
    assert (again["equal"], again["exhibits"], again["why"]) == (True, before, "")
