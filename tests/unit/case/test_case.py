"""A case: made whole or not at all, opened by any number, written by one."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from blowback.case.card import Card
from blowback.case.case import Case
from blowback.case.exhibits import take
from blowback.errors import CaseLocked, CustodyError, EmptyFile, NotACase, NotReadable
from blowback.model.tables import TABLES

HOLD = """
import sys, time
from blowback.case.case import Case
with Case.open(sys.argv[1]).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_new_and_open(tmp_path: Path) -> None:
    made = Case.new(tmp_path / "garden", title='Räuber\'s "garden" \\ حديقة', card=Card(purpose="a\nb"))
    case = Case.open(tmp_path / "garden")
    assert case.settings == made.settings
    assert case.settings.title == 'Räuber\'s "garden" \\ حديقة'
    assert case.card.missing == ("collector", "legal_basis", "end_date")
    assert case.tables() == {name: [] for name in TABLES}
    assert case.receipts() == case.unfinished() == []
    (entry,) = case.ledger.entries()
    assert (entry["verb"], entry["pseudonyms"], entry["prev"]) == ("new", "on", "0" * 64)
    assert entry["who"]
    key = tmp_path / "garden/keys/pseudonym.key"
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert [p.name for p in tmp_path.iterdir()] == ["garden"]


def test_two_cases_have_two_keys(tmp_path: Path) -> None:
    keys = {(Case.new(tmp_path / n).path / "keys/pseudonym.key").read_bytes() for n in "ab"}
    assert len(keys) == 2


def test_pseudonyms_off_is_in_the_ledger_and_has_no_key(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "open", pseudonyms=False)
    assert not case.pseudonyms
    assert next(case.ledger.entries())["pseudonyms"] == "off"
    assert not (case.path / "keys/pseudonym.key").exists()


def test_no_case_is_made_over_something(tmp_path: Path) -> None:
    Case.new(tmp_path / "garden")
    with pytest.raises(NotACase, match="already holds a case"):
        Case.new(tmp_path / "garden")
    with pytest.raises(NotACase, match="not an empty folder"):
        Case.new(tmp_path)
    with pytest.raises(NotACase, match="holds no case"):
        Case.open(tmp_path)
    (tmp_path / "empty").mkdir()
    assert Case.new(tmp_path / "empty").path == tmp_path / "empty"


@pytest.mark.parametrize("text", ["title = ", 'title = "x"', "pseudonyms = 3", ""])
def test_a_damaged_case_toml_is_named(tmp_path: Path, text: str) -> None:
    case = Case.new(tmp_path / "garden")
    (case.path / "case.toml").write_text(text)
    with pytest.raises(CustodyError, match=r"case\.toml"):
        Case.open(case.path)


def test_a_case_of_a_later_format_is_refused(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    toml = case.path / "case.toml"
    toml.write_text(toml.read_text().replace("format = 1", "format = 99"))
    with pytest.raises(NotACase, match="format 99"):
        Case.open(case.path)


def test_the_card_is_filled_and_logged(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    case.fill_card(Card("why", "who", "law", "2027-01-01"))
    assert Case.open(case.path).card == Card("why", "who", "law", "2027-01-01")
    assert [e["verb"] for e in case.ledger.entries()] == ["new", "card"]


def test_the_second_writer_is_told_who_writes_and_readers_go_on(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    with subprocess.Popen([sys.executable, "-c", HOLD, str(case.path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(CaseLocked, match=f"process {other.pid} on ") as caught, case.lock():
            pass
        assert "reading the case is possible" in caught.value.hint
        with pytest.raises(CaseLocked):
            case.ledger.append("note")
        assert Case.open(case.path).receipts() == []
        other.send_signal(signal.SIGKILL)
        other.wait()
    case.ledger.append("note")  # the kernel let go of the lock
    assert [e["verb"] for e in case.ledger.entries()] == ["new", "note"]


def test_the_lock_may_be_entered_again_and_is_let_go(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    with case.lock():
        with case.lock():
            case.ledger.append("note")
        with pytest.raises(CaseLocked), Case.open(case.path).lock():
            pass
    with Case.open(case.path).lock():
        assert str(os.getpid()) in case.writer.holder()


def test_an_exhibit_is_a_read_only_copy_named_by_its_hash(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    given = tmp_path / "a  b;$(x).json"
    given.write_bytes(b"tomatoes\n" * 1_000_000)
    exhibit = take(case, given)
    kept = exhibit.where(case.path)
    assert kept.read_bytes() == given.read_bytes()
    assert kept.name == f"{exhibit.sha256[:12]}-a  b__(x).json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert case.digests([exhibit.path])[exhibit.path] == {"sha256": exhibit.sha256, "bytes": 9_000_000}
    again = tmp_path / "other name.json"
    again.write_bytes(given.read_bytes())
    assert take(case, again).path == exhibit.path
    assert len(list((case.path / "exhibits").iterdir())) == 1


def test_a_reference_stays_where_it_is(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    given = tmp_path / "big.jsonl"
    given.write_bytes(b"{}\n")
    exhibit = take(case, given, reference=True)
    assert exhibit.where(case.path) == given
    assert (exhibit.stored, exhibit.bytes, exhibit.mtime_ns) == ("reference", 3, given.stat().st_mtime_ns)
    assert list((case.path / "exhibits").iterdir()) == []


def test_what_cannot_be_an_exhibit_is_refused_by_name(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "garden")
    (tmp_path / "empty.json").touch()
    os.mkfifo(tmp_path / "pipe")
    for name, error, says in (
        ("absent.json", NotReadable, "no file"),
        ("garden", NotReadable, "folder"),
        ("pipe", NotReadable, "plain file"),
        ("empty.json", EmptyFile, "0 bytes"),
    ):
        with pytest.raises(error, match=says) as caught:
            take(case, tmp_path / name)
        assert name in caught.value.message
    assert list((case.path / "exhibits").iterdir()) == []
