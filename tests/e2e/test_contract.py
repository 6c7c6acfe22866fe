"""The contract that scripts rely on: commands, JSON keys, exit codes, and nothing but JSON on stdout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PAIRS = {"kind", "window_s", "account_a", "account_b", "n_pairs", "n_posts_a", "n_posts_b", "n_objects"}


def blowback(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "blowback.cli.main", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six gardeners pass on the same twelve posts within seconds; thirty others pass on what they like."""
    rows = [
        (f"g{obj}-{account}", f"gardener{account}", 1402300000 + obj * 7200 + account * 4, f"seed{obj}")
        for obj in range(12)
        for account in range(6)
    ]
    rows += [(f"c{n}", f"crowd{n % 30}", 1402290000 + n * 977, f"seed{(n * 7) % 40}") for n in range(400)]
    path = tmp_path_factory.mktemp("export") / "garden.parquet"
    names = ("post", "who", "when", "original")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    columns["words"] = ["Tomatoes are early this year"] * len(rows)
    columns["tags"] = [["garden", "حديقة"]] * len(rows)
    pq.write_table(pa.table(columns), path)
    return path


MAP = "id=post,account=who,time=when,text=words,repost=original,hashtag=tags"


@pytest.fixture(scope="module")
def case(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cases") / "garden"
    blowback("case", "new", path, "--pseudonyms", "off")
    done = blowback("ingest", path, export, "--format", "table", "--map", MAP, "--json")
    receipt = json.loads(done.stdout)
    assert set(receipt) >= {"exhibits", "read", "kept", "duplicate", "set_aside"}
    (exhibit,) = receipt["exhibits"]
    assert set(exhibit) >= {
        "sha256", "source", "read", "kept", "duplicate", "set_aside", "observations", "removals", "zone",
    }  # fmt: skip
    assert receipt["read"] == receipt["kept"] == 472
    assert exhibit["read"] == exhibit["kept"] + exhibit["duplicate"] + exhibit["set_aside"]
    return path


def test_analyse_finds_the_gardeners_and_leaves_readable_tables(case: Path) -> None:
    done = blowback(
        "analyse", case, "coordination", "--kind", "repost", "--window", "60s", "--min-objects", "1", "--json"
    )
    run = json.loads(done.stdout)
    assert set(run) >= {"run", "analysis", "engine", "tables", "findings", "seconds", "peak_mb"}
    pairs = pq.read_table(run["tables"]["pairs"])
    assert set(pairs.column_names) >= PAIRS
    planted = [r for r in pairs.to_pylist() if "gardener" in r["account_a"] and "gardener" in r["account_b"]]
    assert len(planted) == 15
    assert {(r["n_objects"], r["n_pairs"], r["n_posts_a"], r["n_posts_b"]) for r in planted} == {(12, 12, 12, 12)}
    assert {r["window_s"] for r in planted} == {60}

    lines = [json.loads(line) for line in blowback("findings", case, "--json").stdout.splitlines()]
    groups = [f for f in lines if "gardener0" in " ".join(f["subject"]["members"])]
    assert len(groups) == 1
    assert {m.split(":")[-1] for m in groups[0]["subject"]["members"]} == {f"gardener{i}" for i in range(6)}
    for finding in lines:
        for part in ("rule", "nulls", "effect", "counter_evidence", "evidence", "parameters", "certainty", "says"):
            assert finding[part], part


def test_a_finding_can_be_reproduced_and_followed_to_the_source(case: Path) -> None:
    blowback("analyse", case, "coordination", "--kind", "repost", "--json")
    finding = json.loads(blowback("findings", case, "--json").stdout.splitlines()[0])
    again = json.loads(blowback("reproduce", case, finding["id"], "--json").stdout)
    assert again["equal"] is True


def test_dossier_and_verify(case: Path) -> None:
    page = Path(json.loads(blowback("dossier", case, "--json").stdout)["path"])
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(blowback("verify", case, "--json").stdout)["problems"] == []


def test_verify_says_where_a_byte_was_flipped(case: Path) -> None:
    part = next((case / "tables" / "posts").glob("*.parquet"))
    whole = part.read_bytes()
    part.chmod(0o644)
    part.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    try:
        found = json.loads(blowback("verify", case, "--json", code=1).stdout)["problems"]
        assert any(part.name in p["where"] for p in found)
    finally:
        part.write_bytes(whole)
    blowback("verify", case)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("analyse", "{case}", "no_such_analysis"), 2, "coordination"),
        (("analyse", "{case}", "coordination", "--no-such-option", "3"), 2, "--window"),
        (("analyse", "{case}", "coordination", "--kind", "colour"), 2, "repost"),
        (("ingest", "{case}", "{export}", "--map", "account=nobody"), 2, "who"),
        (("ingest", "{case}", "{tmp}"), 3, "folder"),
        (("ingest", "{case}", "{tmp}/absent.csv"), 3, "absent.csv"),
        (("ingest", "{case}", "{tmp}/empty.json"), 3, "empty"),
        (("ingest", "{case}", "{tmp}/noise.bin"), 3, "noise.bin"),
        (("case", "new", "{case}"), 2, "case"),
        (("findings", "{tmp}"), 2, "case"),
        (("reproduce", "{case}", "F-000000000000"), 2, "F-000000000000"),
    ],
)
def test_bad_input_is_a_sentence_and_an_exit_code(
    words: tuple[str, ...], code: int, says: str, case: Path, export: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    done = blowback(*(w.format(case=case, export=export, tmp=tmp_path) for w in words), code=code)
    assert says.lower() in done.stderr.lower()
    assert done.stdout == ""


def test_open_is_one_command(export: Path, tmp_path: Path) -> None:
    done = blowback("open", export, "--map", MAP, "--case", tmp_path / "case", "--json")
    result = json.loads(done.stdout)
    assert Path(result["dossier"]).is_file()
    for part in (tmp_path / "case" / "tables").rglob("*.parquet"):
        for column in pq.read_table(part).columns:
            if pa.types.is_string(column.type):
                assert not any("gardener" in v for v in column.to_pylist() if v), part


@pytest.fixture(scope="module")
def rewording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five gardeners post each of nine texts in their own words within a minute; a crowd writes what it likes."""
    words = [f"leaf{n}" for n in range(400)]
    rows = []
    for n in range(300):
        text = " ".join(words[(n * 37 + k * 101 + k * n) % 400] for k in range(9))
        rows.append((f"c{n}", f"crowd{n % 60}", 1402290000 + n * 1977, text))
    for text in range(9):
        base = [words[(text * 53 + k * 7) % 400] for k in range(11)]
        rows += [
            (f"g{text}-{n}", f"gardener{n}", 1402300000 + text * 50_000 + n * 9, " ".join([*base, f"own{n}"]))
            for n in range(5)
        ]
    path = tmp_path_factory.mktemp("rewording") / "posts.parquet"
    pq.write_table(pa.table(dict(zip(("id", "account", "time", "text"), zip(*rows, strict=True), strict=True))), path)
    return path


def test_every_coaction_of_every_finding_can_be_listed_without_a_named_window(rewording: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    opened = json.loads(blowback("open", rewording, "--case", case, "--pseudonyms", "off", "--json").stdout)
    written = pq.read_table(opened["runs"][0]["tables"]["coactions"]).to_pylist()
    groups = [json.loads(line) for line in blowback("findings", case, "--json").stdout.splitlines()]
    groups = [f for f in groups if f["subject"]["members"]]
    assert [{m.split(":")[-1] for m in f["subject"]["members"]} for f in groups] == [{f"gardener{n}" for n in range(5)}]
    assert {row["kind"] for row in written} == {"near_text", "rhythm"}
    told = blowback("evidence", case, groups[0]["id"], "--csv").stdout.splitlines()
    assert len(told) == 1 + len(written)
    pair = groups[0]["subject"]["members"][:2]
    between = [r for r in written if {r["account_a"], r["account_b"]} == set(pair) and r["kind"] == "near_text"]
    assert len(blowback("evidence", case, *pair, "--csv").stdout.splitlines()) == 1 + len(between) == 10
    (alone,) = (blowback("evidence", case, pair[0], code=2).stderr,)
    assert "second account" in alone
