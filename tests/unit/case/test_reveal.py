"""Looking up a pseudonym: for the key's holder, in the ledger before the answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.pseudonyms import keys_of, reveal
from blowback.errors import CaseLocked, CustodyError, UnknownName, UsageError

from .conftest import OPTIONS, write_garden


def posts(case: Case) -> list[dict[str, object]]:
    rows = [row for part in case.tables()["posts"] for row in pq.read_table(part).to_pylist()]
    return sorted(rows, key=lambda row: int(row["record_no"]))


def test_every_account_and_post_can_be_looked_up(garden: Case) -> None:
    rows = posts(garden)
    accounts = {str(r["account_id"]) for r in rows}
    assert len(accounts) == 5
    found = {a: reveal(garden, a, reason="check")[0] for a in accounts}
    assert {f.value for f in found.values()} == {f"gardener{n}" for n in range(5)}
    assert {f.domain for f in found.values()} <= {"account", "handle"}
    first = rows[0]
    assert {r.value for r in reveal(garden, str(first["post_id"]), reason="check")} == {"p0"}
    assert {r.value for r in reveal(garden, str(first["repost_of"]), reason="check")} == {"seed0"}


def test_a_mention_in_the_text_can_be_looked_up(garden: Case) -> None:
    text = str(posts(garden)[1]["text"])
    (mention,) = (word for word in text.split() if word.startswith("@"))
    assert "gardener" not in text
    found = reveal(garden, mention, reason="check")
    assert "gardener1" in {f.value for f in found}


def test_the_ledger_has_it_before_the_answer(garden: Case) -> None:
    token = str(posts(garden)[0]["account_id"])
    reveal(garden, token, "Ada", reason="court order 7")
    last = list(garden.ledger.entries())[-1]
    assert (last["verb"], last["who"], last["token"], last["reason"]) == ("reveal", "Ada", token, "court order 7")
    with pytest.raises(UnknownName):
        reveal(garden, "x:" + "0" * 20, "Ada", reason="guessing")
    assert list(garden.ledger.entries())[-1]["reason"] == "guessing"
    with Case.open(garden.path).lock(), pytest.raises(CaseLocked):
        reveal(garden, token, "Ada", reason="no trace")


def test_what_is_refused_leaves_no_answer(garden: Case, tmp_path: Path) -> None:
    token = str(posts(garden)[0]["account_id"])
    for given, why in ((token, " "), ("gardener1", "x"), ("x:12", "x"), ("", "x")):
        with pytest.raises(UsageError):
            reveal(garden, given, reason=why)
    vault = garden.path / "keys/vault"
    shutil.move(vault, tmp_path / "vault")
    with pytest.raises(CustodyError, match="vault"):
        reveal(garden, token, reason="x")
    shutil.move(tmp_path / "vault", vault)
    (garden.path / "keys/pseudonym.key").unlink()
    with pytest.raises(CustodyError, match="key"):
        reveal(garden, token, reason="x")
    assert "reveal" not in [e["verb"] for e in garden.ledger.entries()]


def test_another_key_gives_other_pseudonyms(garden: Case, tmp_path: Path) -> None:
    other = Case.new(tmp_path / "other")
    ingest(other, [tmp_path / "garden.csv"], OPTIONS)
    one, two = ({r["account_id"] for r in posts(c)} for c in (garden, other))
    assert not one & two
    with pytest.raises(UnknownName):
        reveal(other, str(next(iter(one))), reason="x")


def test_no_native_name_lies_outside_keys_and_exhibits(garden: Case) -> None:
    for part in (p for parts in garden.tables().values() for p in parts):
        for name, column in zip(*[(t := pq.read_table(part)).column_names, t.columns], strict=True):
            if pc.any(pc.match_substring(column.cast("string"), "gardener")).as_py():
                pytest.fail(f"{part.name}: {name}")


def test_the_vault_alone_holds_no_pseudonym(garden: Case) -> None:
    held = [v for p in (garden.path / "keys/vault").iterdir() for v in pq.read_table(p)["value"].to_pylist()]
    assert "gardener0" in held
    tokens = {str(r["account_id"]).split(":")[1] for r in posts(garden)}
    assert not tokens & set(held)


def test_pseudonyms_off_keeps_native_ids_and_makes_no_vault(tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case", pseudonyms=False)
    assert keys_of(case) is None
    ingest(case, [write_garden(tmp_path / "garden.csv")], OPTIONS)
    assert {r["account_id"] for r in posts(case)} == {f"x:gardener{n}" for n in range(5)}
    assert not (case.path / "keys/vault").exists()
    with pytest.raises(UsageError, match="pseudonyms are off"):
        reveal(case, "x:" + "0" * 20, reason="x")
