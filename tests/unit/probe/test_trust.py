"""How certificate chains stand for a name."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("cryptography", reason="the extra `measure` is not installed")
from cryptography.hazmat.primitives.serialization import Encoding

from blowback.errors import NotReadable
from blowback.probe.trust import Trust, described

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testbed"))
from certificates import Authority


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authorities")


@pytest.mark.parametrize(
    ("authority", "name", "expired", "state"),
    [
        ("trusted", "a.example", False, "valid"),
        ("trusted", "b.example", False, "wrong_name"),
        ("trusted", "a.example", True, "expired"),
        ("censor", "a.example", False, "unknown_authority"),
        ("trusted", "10.77.16.1", False, "wrong_name"),
    ],
)
def test_states(folder: Path, authority: str, name: str, expired: bool, state: str) -> None:
    Authority("trusted", folder)
    trust = Trust.load(str(folder / "trusted.pem"))
    leaf = Authority(authority, folder).leaf("a.example", expired=expired).public_bytes(Encoding.DER)
    assert trust.judge([leaf], name)[0] == state


def test_later_the_same_chain_has_expired(folder: Path) -> None:
    authority = Authority("trusted", folder)
    trust = Trust.load(str(authority.cert_path))
    leaf = authority.leaf("a.example").public_bytes(Encoding.DER)
    assert trust.judge([leaf], "a.example", datetime.now(UTC) + timedelta(days=70))[0] == "expired"
    assert trust.judge([leaf], "a.example", datetime.now(UTC) + timedelta(days=20))[0] == "valid"


def test_rubbish_is_invalid_and_described(folder: Path) -> None:
    trust = Trust.load(str(Authority("trusted", folder).cert_path))
    assert trust.judge([b"\x30\x00rubbish"], "a.example")[0] == "invalid"
    assert trust.judge([], "a.example")[0] == "invalid"
    assert described([b"\x30\x00rubbish"])[0]["names"] == []


def test_no_roots_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    for path in (tmp_path / "empty.pem", tmp_path / "absent.pem"):
        with pytest.raises(NotReadable) as caught:
            Trust.load(str(path))
        assert "trust" in caught.value.hint
