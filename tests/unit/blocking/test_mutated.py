"""Dumps as others keep them: other line ends, encodings, dates, resolvers; cut, spoilt ones. Verdicts hold, nothing is lost."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from blowback.desk import Desk, new_case
from blowback.model.blocking import BLOCKED

Change = Callable[[bytes], bytes]


def blocked(folder: Path, into: Path) -> tuple[Desk, set[tuple[str, str]]]:
    """The case, and (name, day) of every blocked cell."""
    desk = new_case(into)
    done = desk.blocking_import(folder).receipt
    assert not done.failures
    assert done.total("read") == done.total("kept") + done.total("duplicate") + done.total("set_aside")
    assert all(row["reason"] for row in desk.table("set_aside").to_pylist())
    cells = desk.blocking_judge().table("cells").to_pylist()
    return desk, {(c["name"], c["day"]) for c in cells if c["state"] in BLOCKED}


def changed(folder: Path, how: Change, name: Callable[[str], str] = lambda n: n) -> Path:
    for path in [p for p in folder.iterdir() if p.suffix == ".txt"]:
        content = how(path.read_bytes())
        path.unlink()
        (folder / name(path.name)).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("how", "name"),
    [
        (lambda b: b.replace(b"\n", b"\r\n"), lambda n: n),
        (lambda b: b"\xff\xfe" + b.decode().encode("utf-16-le"), lambda n: n),
        (gzip.compress, lambda n: n + ".gz"),
        (lambda b: re.sub(rb";; WHEN:[^\n]*\n", b"", b), lambda n: n),
        (lambda b: re.sub(rb";; SERVER:[^\n]*\n", b"", b), lambda n: n),
        (lambda b: b.replace(b"DiG 9.7.0-P1", b"DiG 9.18.1-1ubuntu1.2-Ubuntu"), lambda n: n),
    ],
    ids=["crlf", "utf16", "gz", "no_time", "no_server", "newer_dig"],
)
def test_the_same_dump_written_otherwise_has_the_same_verdicts(
    dumps: Path, tmp_path: Path, how: Change, name: Callable[[str], str]
) -> None:
    _, before = blocked(dumps, tmp_path / "before")
    _, after = blocked(changed(dumps, how, name), tmp_path / "after")
    assert len(before) > 10
    assert after == before


def test_later_days_and_another_resolver_change_days_and_networks_alone(dumps: Path, tmp_path: Path) -> None:
    _, before = blocked(dumps, tmp_path / "before")
    later = changed(dumps, lambda b: b.replace(b" Jun 1", b" Jul 2"), lambda n: n.replace("06-1", "07-2"))
    _, after = blocked(later, tmp_path / "after")
    assert after == {(n, d.replace("-06-1", "-07-2")) for n, d in before}


def test_spoilt_lines_cost_their_own_records_alone(dumps: Path, tmp_path: Path) -> None:
    _, before = blocked(dumps, tmp_path / "before")
    draw = random.Random(7)  # a test's own noise

    def spoilt(content: bytes) -> bytes:
        lines = content.split(b"\n")
        for _ in range(6):
            lines[draw.randrange(len(lines))] = draw.randbytes(40).replace(b"\n", b" ")
        return b"\n".join(lines)[: int(len(content) * 0.97)]

    desk, after = blocked(changed(dumps, spoilt), tmp_path / "after")
    assert {n for n, _ in after} <= {n for n, _ in before}
    assert len(after) >= 0.7 * len(before)
    assert {r["reason"] for r in desk.table("set_aside").to_pylist()} <= {"broken_reply", "not_dig", "no_question"}
