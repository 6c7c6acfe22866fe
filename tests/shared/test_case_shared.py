"""Custody of real exports: every file of the development data is taken in or refused by name, and the seal holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from blowback.case.bundle import dump, load
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.case.seal import verify


@pytest.mark.shared
def test_every_file_is_taken_in_or_refused_and_the_case_verifies(shared_data: Path, tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")
    whole = sorted(p for p in (shared_data / "formats").rglob("*") if p.is_file() and p.stat().st_size < 20 << 20)
    receipt = ingest(case, whole)
    assert len(receipt.exhibits) + len(receipt.failures) == len(whole)
    assert len(receipt.exhibits) >= 25
    for entry in receipt.exhibits:
        assert entry["read"] == entry["kept"] + entry["duplicate"] + entry["set_aside"] > 0, entry["name"]
        assert sum(entry["reasons"].values()) == entry["set_aside"], entry["name"]
    for failure in receipt.failures:
        assert failure.error.hint, failure.path
    assert len({e["source"] for e in receipt.exhibits}) >= 8
    assert verify(case) == []
    assert verify(load(dump(case, tmp_path / "case.blowback"), tmp_path / "back")) == []
    again = ingest(case, whole)
    assert all(e["recognised"] for e in again.exhibits)
    assert again.total("read") == 0
