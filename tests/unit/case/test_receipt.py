"""Counts that add up, clocks that are checked against ids, headers that are recognised."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from blowback.case.ahead import ahead
from blowback.case.header import header_of
from blowback.case.receipt import Tally
from blowback.errors import CustodyError

POSTS = pa.schema([("posted_at", pa.timestamp("us")), ("id_time", pa.timestamp("us")), ("clock", pa.string())])
NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001


def posts(offsets_ms: list[int | None], clock: str = "exact") -> dict[str, pa.Table]:
    rows = [
        {"posted_at": NOON, "id_time": None if o is None else NOON + timedelta(milliseconds=o), "clock": clock}
        for o in offsets_ms
    ]
    return {"posts": pa.Table.from_pylist(rows, schema=POSTS)}


def test_offsets_between_stated_and_embedded_time() -> None:
    tally = Tally()
    tally.add(4, (4, 0, 0), posts([0, 400, -800, None]))
    tally.add(2, (2, 0, 0), posts([500, 3000]))
    found = tally.id_time()
    assert found is not None
    assert (found["compared"], found["max_ms"], found["share_beyond_1s"]) == (5, 3000, 0.2)
    assert found["median_ms"] == pytest.approx(500, rel=0.02)
    assert tally.clocks == {"exact": 6}
    assert tally.warnings() == []


def test_a_clock_that_runs_hours_off_is_told() -> None:
    tally = Tally()
    tally.add(3, (3, 0, 0), posts([10_800_000] * 3, "assumed_zone"))
    (note,) = tally.warnings()
    assert "3.0" in note
    assert "--time-zone" in note


@pytest.mark.parametrize("clock", ["day", "minute", "derived"])
def test_a_rounded_clock_is_not_compared(clock: str) -> None:
    tally = Tally()
    tally.add(1, (1, 0, 0), posts([10_800_000], clock))
    assert tally.id_time() is None


def test_a_tally_goes_through_a_checkpoint_unchanged() -> None:
    tally = Tally()
    tally.add(2, (1, 0, 1), posts([700]) | {"set_aside": pa.table({"reason": ["no_time"]})})
    assert Tally(**orjson.loads(orjson.dumps(asdict(tally)))) == tally
    assert tally.reasons == {"no_time": 1}


def test_what_does_not_add_up_is_never_accepted() -> None:
    with pytest.raises(CustodyError, match="3 records were read"):
        Tally().add(3, (1, 1, 0), {})


def test_a_header_is_the_same_however_the_file_is_packed(tmp_path: Path) -> None:
    text = b"id,who,when\n1,a,2\n"
    (tmp_path / "a.csv").write_bytes(text)
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf" + text + b"2,b,3\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "d.csv.zst").write_bytes(zstandard.compress(text))
    (tmp_path / "e.csv").write_bytes(text.replace(b"who", b"whom"))
    prints = [header_of(p) for p in sorted(tmp_path.iterdir())]
    assert len(set(prints[:4])) == 1
    assert prints[4] != prints[0]
    pq.write_table(pa.table({"id": [1], "who": [2]}), tmp_path / "f.parquet")
    (tmp_path / "g.jsonl").write_bytes(b'{"who": 1, "id": 2}\n')
    (tmp_path / "h.jsonl").write_bytes(b'{"id": 5, "who": 7}\n{"x": 1}\n')
    assert header_of(tmp_path / "f.parquet") is not None
    assert header_of(tmp_path / "g.jsonl") == header_of(tmp_path / "h.jsonl") is not None
    (tmp_path / "i.bin").write_bytes(bytes(range(256)))
    (tmp_path / "j.csv.gz").write_bytes(gzip.compress(text)[:12])
    assert header_of(tmp_path / "i.bin") is header_of(tmp_path / "j.csv.gz") is None


def test_reading_ahead_keeps_order_and_passes_errors_on() -> None:
    def items() -> Iterator[int]:
        yield from range(100)
        raise ValueError("the file broke off")

    got: list[int] = []
    with pytest.raises(ValueError, match="broke off"):
        got.extend(ahead(items()))
    assert got == list(range(100))


def test_reading_ahead_stops_when_it_is_closed() -> None:
    before = threading.active_count()
    produced = []

    def items() -> Iterator[int]:
        for n in range(10**9):
            produced.append(n)
            yield n

    reading = ahead(items(), depth=2)
    assert next(reading) == 0
    reading.close()
    assert threading.active_count() == before
    assert len(produced) <= 5
