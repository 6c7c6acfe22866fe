"""verify: every changed byte, cut line and missing file is found, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.seal import verify
from blowback.errors import CustodyError

from .conftest import OPTIONS, write_garden

Flip = Callable[[Path, int], None]


def tree(case: Case) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in case.path.rglob("*") if p.is_file()}


def test_a_sound_case_has_no_problems_and_verify_only_reads(garden: Case) -> None:
    before = tree(garden)
    assert verify(garden) == []
    assert tree(garden) == before


@pytest.mark.parametrize("folder", ["exhibits", "tables/posts", "tables/marks", "tables/exhibits", "keys/vault"])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_flipped_byte_is_found_in_its_file(garden: Case, flip: Flip, folder: str, share: float) -> None:
    (path,) = (p for p in (garden.path / folder).iterdir() if p.is_file())
    flip(path, int((path.stat().st_size - 1) * share))
    (found,) = verify(garden)
    assert found.where == str(path.relative_to(garden.path))
    assert "changed" in found.what
    assert found.next_step


@pytest.mark.parametrize("name", ["ledger.jsonl", "manifest.jsonl", "case.toml"])
def test_a_flipped_byte_in_the_books_is_found_with_its_line(garden: Case, flip: Flip, name: str) -> None:
    path = garden.path / name
    whole = path.read_bytes()
    flip(path, whole.index(b'"') + 1)
    found = verify(garden)
    assert found
    assert all(name in p.where for p in found)
    path.write_bytes(whole)
    assert verify(garden) == []


@pytest.mark.parametrize("name", ["ledger.jsonl", "manifest.jsonl"])
def test_any_flipped_byte_in_the_books_is_found_without_a_crash(garden: Case, name: str) -> None:
    path = garden.path / name
    whole = path.read_bytes()
    for at in range(0, len(whole), 13):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert any(name in p.where for p in verify(garden)), at
        if name == "manifest.jsonl" and at < len(whole) - 1:  # nothing is read by a manifest that was changed
            with pytest.raises(CustodyError):
                garden.tables()


def test_a_removed_last_line_is_found(garden: Case) -> None:
    for name in ("ledger.jsonl", "manifest.jsonl"):
        path = garden.path / name
        whole = path.read_bytes()
        lines = whole.splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:-1]))
        assert f"{name}, line {len(lines)}" in {p.where for p in verify(garden)}
        path.write_bytes(whole)


def test_a_manifest_rewritten_with_its_head_is_found_by_the_ledger(garden: Case) -> None:
    """Whoever rewrites the manifest and heads.json in step is still contradicted by the ledger."""
    chain = garden.manifest.chain
    (line,) = list(chain.entries())
    line["exhibit"]["name"] = "other.csv"
    del line["seq"], line["prev"]
    heads = garden.path / "heads.json"
    held = orjson.loads(heads.read_bytes())
    del held["manifest.jsonl"]
    heads.write_bytes(orjson.dumps(held))
    chain.path.unlink()
    chain.append(line)
    assert chain.breaks() == []
    assert [p.where for p in verify(garden)] == ["manifest.jsonl, line 1"]


@pytest.mark.parametrize("folder", ["exhibits", "tables/posts", "tables/accounts", "keys/vault"])
def test_a_missing_file_is_named(garden: Case, folder: str) -> None:
    (path,) = (p for p in (garden.path / folder).iterdir() if p.is_file())
    path.unlink()
    (found,) = verify(garden)
    assert found.where == str(path.relative_to(garden.path))
    assert "missing" in found.what


def test_a_missing_key_is_named(garden: Case) -> None:
    (garden.path / "keys/pseudonym.key").unlink()
    assert [p.where for p in verify(garden)] == ["keys/pseudonym.key"]


@pytest.mark.parametrize("name", ["note.txt", "exhibits/note.txt", "tables/posts/more.parquet"])
def test_a_stray_file_is_named(garden: Case, name: str) -> None:
    (garden.path / name).write_bytes(b"x")
    assert [p.where for p in verify(garden)] == [name]


def test_what_the_ledger_names_is_held_to_it(garden: Case) -> None:
    run = garden.path / "signals/coordination/r1/pairs.parquet"
    run.parent.mkdir(parents=True)
    run.write_bytes(b"pairs")
    findings = garden.path / "findings.jsonl"
    findings.write_bytes(b"{}\n")
    assert {p.where for p in verify(garden)} == {"findings.jsonl", "signals/coordination/r1/pairs.parquet"}
    garden.ledger.append("analyse", out=garden.digests([run, findings]))
    assert verify(garden) == []
    run.write_bytes(b"pears")
    assert [p.where for p in verify(garden)] == ["signals/coordination/r1/pairs.parquet"]
    run.unlink()
    (found,) = verify(garden)
    assert "missing" in found.what
    run.write_bytes(b"pairs")
    findings.write_bytes(b"{}\n{}\n")
    assert [p.where for p in verify(garden)] == ["findings.jsonl, line 2"]
    findings.write_bytes(b"{ }\n")
    assert [p.where for p in verify(garden)] == ["findings.jsonl"]


def test_a_reference_that_changed_or_went_is_named(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    given = write_garden(tmp_path / "garden.csv")
    ingest(case, [given], OPTIONS, reference=True)
    assert verify(case) == []
    whole = given.read_bytes()
    given.write_bytes(whole[:-2] + b"x\n")
    (found,) = verify(case)
    assert (found.where, "changed" in found.what) == (str(given), True)
    given.unlink()
    (found,) = verify(case)
    assert (found.where, "missing" in found.what) == (str(given), True)
