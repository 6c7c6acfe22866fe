"""A chained file: what was cut, edited or torn shows, and where."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from blowback.case.chain import Chain
from blowback.errors import CustodyError


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    made = Chain(tmp_path / "ledger.jsonl")
    for n in range(5):
        made.append({"verb": "note", "n": n})
    return made


def test_a_whole_chain_holds(chain: Chain) -> None:
    assert chain.breaks() == []
    assert [e["seq"] for e in chain.entries()] == [1, 2, 3, 4, 5]
    assert chain.head() == chain.recorded()
    assert chain.head().lines == 5


@pytest.mark.parametrize("line", range(1, 6))
def test_an_edited_line_is_named(chain: Chain, line: int) -> None:
    lines = chain.path.read_bytes().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(b'"n":', b'"m":')
    chain.path.write_bytes(b"".join(lines))
    found = chain.breaks()
    assert found
    # the hash sits on the next line; of the last line the head knows
    assert {b.line for b in found} == {min(line + 1, 5)}


@pytest.mark.parametrize("line", range(1, 6))
def test_a_cut_line_is_named(chain: Chain, line: int) -> None:
    lines = chain.path.read_bytes().splitlines(keepends=True)
    del lines[line - 1]
    chain.path.write_bytes(b"".join(lines))
    assert line in {b.line for b in chain.breaks()}


def test_two_swapped_lines_are_named(chain: Chain) -> None:
    lines = chain.path.read_bytes().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    chain.path.write_bytes(b"".join(lines))
    assert {2, 3} <= {b.line for b in chain.breaks()}


def test_lines_added_by_another_hand_are_named(chain: Chain, tmp_path: Path) -> None:
    heads = (tmp_path / "heads.json").read_bytes()
    chain.append({"verb": "note"})
    chain.append({"verb": "note"})
    (tmp_path / "heads.json").write_bytes(heads)
    assert [b.line for b in chain.breaks()] == [7]
    (tmp_path / "heads.json").unlink()
    assert [b.line for b in chain.breaks()] == [None]
    with pytest.raises(CustodyError):
        chain.append({"verb": "note"})


def test_every_flipped_byte_is_found(chain: Chain) -> None:
    whole = chain.path.read_bytes()
    for place in range(0, len(whole), 7):
        chain.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert chain.breaks(), place


def test_a_removed_last_line_is_found_and_nothing_is_appended_after_it(chain: Chain) -> None:
    lines = chain.path.read_bytes().splitlines(keepends=True)
    chain.path.write_bytes(b"".join(lines[:-1]))
    (found,) = chain.breaks()
    assert found.line == 5
    assert "missing" in found.what
    with pytest.raises(CustodyError, match=r"line 5 of ledger\.jsonl"):
        chain.append({"verb": "note"})


def test_a_rewritten_last_line_is_not_built_upon(chain: Chain) -> None:
    lines = chain.path.read_bytes().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'"n":4', b'"n":9')
    chain.path.write_bytes(b"".join(lines))
    with pytest.raises(CustodyError):
        chain.append({"verb": "note"})


def test_a_kill_between_line_and_head_is_no_break(chain: Chain, tmp_path: Path) -> None:
    heads = (tmp_path / "heads.json").read_bytes()
    chain.append({"verb": "note", "n": 5})
    (tmp_path / "heads.json").write_bytes(heads)
    assert chain.breaks() == []
    chain.append({"verb": "note", "n": 6})
    assert chain.breaks() == []
    assert chain.head().lines == 7


@pytest.mark.parametrize("kept", [1, 20, 60])
def test_a_torn_line_is_set_aside_and_told(chain: Chain, kept: int) -> None:
    whole = chain.path.read_bytes()
    torn = b'{"seq":6,"verb":"ingest","exhibit":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"'[:kept]
    chain.path.write_bytes(whole + torn)
    (found,) = chain.breaks()
    assert found.line == 6
    assert len(list(chain.entries())) == 5
    entry = chain.append({"verb": "note"})
    assert entry["torn"]["bytes"] == kept
    (held,) = chain.torn_path.read_bytes().splitlines()
    assert bytes.fromhex(orjson.loads(held)["bytes"]) == torn
    assert chain.breaks() == []


def test_a_line_that_is_not_json_stops_a_reader_with_its_place(chain: Chain) -> None:
    chain.path.write_bytes(chain.path.read_bytes().replace(b'"n":2', b'"n"?2'))
    with pytest.raises(CustodyError, match="line 3") as caught:
        list(chain.entries())
    assert caught.value.hint
