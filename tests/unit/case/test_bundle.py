"""A case as one file and back: it verifies, the same folder gives the same bytes, keys stay apart."""

from __future__ import annotations

import io
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from blowback.case.bundle import LABEL, dump, load
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.pseudonyms import reveal
from blowback.case.seal import verify
from blowback.errors import CustodyError, DamagedFile, NotACase, NotReadable, UsageError

from .conftest import OPTIONS, digests, write_garden


def pack(path: Path, members: list[tarfile.TarInfo], *, files: int = 1) -> Path:
    told = orjson.dumps({"format": 1, "tool": "0", "title": "t", "left_out": [], "files": files})
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        label = tarfile.TarInfo(LABEL)
        label.size = len(told)
        tar.addfile(label, io.BytesIO(told))
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    path.write_bytes(zstandard.compress(plain.getvalue()))
    return path


def test_there_and_back_with_keys(garden: Case, tmp_path: Path) -> None:
    file = dump(garden, tmp_path / "garden.blowback", keys=True)
    back = load(file, tmp_path / "back")
    assert verify(back) == []
    assert digests(back) == digests(garden)
    assert back.receipts() == garden.receipts()
    assert [e["verb"] for e in back.ledger.entries()] == ["new", "ingest", "load"]
    assert [e["verb"] for e in garden.ledger.entries()] == ["new", "ingest", "dump"]
    assert stat.S_IMODE((back.path / "keys/pseudonym.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((back.path / "keys").stat().st_mode) == 0o700
    assert (back.path / "keys/pseudonym.key").read_bytes() == (garden.path / "keys/pseudonym.key").read_bytes()


def test_without_keys_nobody_can_look_up(garden: Case, tmp_path: Path) -> None:
    file = dump(garden, tmp_path / "garden.blowback", exhibits=False)
    whole = zstandard.ZstdDecompressor().stream_reader(file.open("rb")).read()
    assert b"gardener" not in whole
    back = load(file, tmp_path / "back")
    assert verify(back) == []
    assert list((back.path / "keys").iterdir()) == []
    assert list((back.path / "exhibits").iterdir()) == []
    with pytest.raises(CustodyError, match="key"):
        reveal(back, "x:" + "0" * 20, reason="test")
    assert "reveal" not in [e["verb"] for e in back.ledger.entries()]


def test_the_same_folder_gives_the_same_bytes(garden: Case, tmp_path: Path) -> None:
    shutil.copytree(garden.path, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*"):
        path.touch()
    one = dump(garden, tmp_path / "one.blowback", keys=True)
    two = dump(Case.open(tmp_path / "copy"), tmp_path / "two.blowback", keys=True)
    assert one.read_bytes() == two.read_bytes()


def test_nothing_is_written_over(garden: Case, tmp_path: Path) -> None:
    file = dump(garden, tmp_path / "garden.blowback")
    with pytest.raises(UsageError, match="exists"):
        dump(garden, file)
    with pytest.raises(NotACase, match="not an empty folder"):
        load(file, garden.path)
    with pytest.raises(NotReadable):
        load(tmp_path / "absent", tmp_path / "back")


def test_a_bundle_that_is_cut_short_is_refused(garden: Case, tmp_path: Path) -> None:
    whole = dump(garden, tmp_path / "garden.blowback", keys=True).read_bytes()
    for share in (0.0, 0.1, 0.5, 0.9, 0.99):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(DamagedFile, match="cut"):
            load(tmp_path / "cut", tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*.new"))


def test_a_changed_case_does_not_load(garden: Case, tmp_path: Path) -> None:
    (part,) = garden.tables()["posts"]
    part.chmod(0o644)
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    file = dump(garden, tmp_path / "garden.blowback")
    with pytest.raises(CustodyError, match="posts"):
        load(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert [p.where for p in verify(load(file, tmp_path / "back", check=False))] == [str(part.relative_to(garden.path))]


@pytest.mark.parametrize("name", ["../out", "/tmp/blowback-out", "a/../../out", "tables/../../out", "a\\..\\out"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = 3
    with pytest.raises(DamagedFile, match="leads out"):
        load(pack(tmp_path / "bad", [member]), tmp_path / "back")
    assert [p.name for p in tmp_path.iterdir()] == ["bad"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_anything_but_a_plain_file_is_refused(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("case.toml")
    member.type, member.linkname = kind, "/etc/hostname"
    with pytest.raises(DamagedFile, match="plain file"):
        load(pack(tmp_path / "bad", [member]), tmp_path / "back")


def test_the_same_path_twice_and_no_case_are_refused(tmp_path: Path) -> None:
    member = tarfile.TarInfo("case.toml")
    with pytest.raises(DamagedFile, match="twice"):
        load(pack(tmp_path / "bad", [member, member], files=2), tmp_path / "back")
    with pytest.raises(DamagedFile, match="no case"):
        load(pack(tmp_path / "none", [], files=0), tmp_path / "back")


def test_an_unfinished_intake_is_not_dumped(garden: Case, tmp_path: Path) -> None:
    (garden.path / "staging/abcdefabcdef").mkdir(parents=True)
    with pytest.raises(UsageError, match="not finished"):
        dump(garden, tmp_path / "garden.blowback")


def rewritten(case: Case, change: Callable[[dict[str, Any]], None]) -> None:
    """The manifest written anew with a changed first line, chain and head in order: what a stranger can hand over."""
    chain = case.manifest.chain
    (line,) = list(chain.entries())
    change(line)
    del line["seq"], line["prev"]
    chain.path.unlink()
    heads = case.path / "heads.json"
    held = orjson.loads(heads.read_bytes())
    del held["manifest.jsonl"]
    heads.write_bytes(orjson.dumps(held))
    chain.append(line)
    assert chain.breaks() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (("exhibit", "sha256"), "../" * 4 + "a" * 52), (("exhibit", "sha256"), "z" * 64),
        (("exhibit", "path"), "../../outside/x"), (("exhibit", "path"), "/etc/hostname"),
        (("parts", 0, "path"), "tables/../../outside/x"), (("parts", 0, "path"), "/etc/hostname"),
        (("parts", 0, "path"), "exhibits/x"), (("vault", 0, "path"), "keys/../../x"),
    ],
)  # fmt: skip
def test_a_manifest_that_leads_out_of_the_case_is_not_followed(
    garden: Case, tmp_path: Path, field: tuple, value: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_text("mine")

    def change(line: dict[str, Any]) -> None:
        held: Any = line
        for key in field[:-1]:
            held = held[key]
        held[field[-1]] = value

    rewritten(garden, change)
    with pytest.raises(CustodyError, match=r"line 1 of manifest\.jsonl is no entry"):
        list(garden.manifest.entries())
    with pytest.raises(CustodyError):
        ingest(garden, [tmp_path / "garden.csv"], OPTIONS)
    assert any(p.where.startswith("manifest.jsonl") for p in verify(garden))
    assert (outside / "x").read_text() == "mine"


@pytest.mark.parametrize("name", ["staging/abcdefabcdef/journal.jsonl", "case.lock", "desk.duckdb", "tmp/x"])
def test_what_has_no_place_in_a_bundle_is_refused(tmp_path: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = 3
    with pytest.raises(DamagedFile, match="no place"):
        load(pack(tmp_path / "bad", [member]), tmp_path / "back")


def test_referenced_files_stay_behind_and_that_is_no_fault(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    given = write_garden(tmp_path / "garden.csv")
    ingest(case, [given], OPTIONS, reference=True)
    file = dump(case, tmp_path / "garden.blowback")
    assert verify(load(file, tmp_path / "beside")) == []
    given.rename(tmp_path / "moved.csv")
    back = load(file, tmp_path / "elsewhere")
    assert verify(back) == []
    assert digests(back) == digests(case)
    (found,) = verify(case)  # in the case itself it is one
    assert "missing" in found.what
    (tmp_path / "moved.csv").rename(given)
    given.write_bytes(given.read_bytes()[:-1])
    (found,) = verify(back)  # and a changed one is one everywhere
    assert "changed" in found.what


@pytest.mark.parametrize("at", [0.05, 0.3, 0.5, 0.8, 0.97])
def test_a_flipped_bit_in_a_bundle_is_found(garden: Case, tmp_path: Path, at: float) -> None:
    file = dump(garden, tmp_path / "garden.blowback", keys=True)
    whole = bytearray(file.read_bytes())
    whole[int(len(whole) * at)] ^= 4
    file.write_bytes(bytes(whole))
    with pytest.raises((DamagedFile, CustodyError)):
        load(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_the_key_of_another_case_is_refused(garden: Case, tmp_path: Path) -> None:
    other = Case.new(tmp_path / "other")
    (garden.path / "keys/pseudonym.key").write_bytes((other.path / "keys/pseudonym.key").read_bytes())
    with pytest.raises(CustodyError, match="not the key"):
        ingest(garden, [write_garden(tmp_path / "more.csv", 5, start=900)], OPTIONS)
    with pytest.raises(CustodyError, match="not the key"):
        reveal(garden, "x:" + "0" * 20, reason="x")
    assert [p.where for p in verify(garden)] == ["keys/pseudonym.key"]
