"""A small case, taken in for real: a table of invented posts about gardens."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.model.ids import table_digest
from blowback.sources.source import Options

MAP = {"id": "post", "account": "who", "time": "when", "text": "words", "repost": "original", "hashtag": "tag"}
OPTIONS = Options(source="table", mapping=MAP, zone="UTC", platform="x")


def write_garden(path: Path, rows: int = 40, *, start: int = 0) -> Path:
    """`rows` posts; every tenth has no time, so it is set aside; every seventh comes twice."""
    with path.open("w", newline="", encoding="utf-8") as out:
        to = csv.writer(out)
        to.writerow(["post", "who", "when", "words", "original", "tag"])
        for n in range(start, start + rows):
            when = "" if n % 10 == 9 else f"2024-05-{1 + n % 28:02d}T10:{n % 60:02d}:00Z"
            row = [f"p{n}", f"gardener{n % 5}", when, f"Beans {n} @gardener{n % 3} حديقة", f"seed{n % 4}", "garden"]
            to.writerow(row)
            if n % 7 == 6:
                to.writerow(row)
    return path


def digests(case: Case) -> dict[str, str]:
    """The content of every table; of `exhibits` all but the instant of taking in."""
    found = {}
    for name, parts in case.tables().items():
        if parts:
            whole = pa.concat_tables([pq.read_table(p) for p in parts])
            found[name] = table_digest(whole.drop_columns(["received_at"]) if name == "exhibits" else whole)
    return found


@pytest.fixture
def garden(tmp_path: Path) -> Case:
    """A case with one exhibit of 40 posts."""
    case = Case.new(tmp_path / "case")
    ingest(case, [write_garden(tmp_path / "garden.csv")], OPTIONS)
    return case


@pytest.fixture
def flip() -> Callable[[Path, int], None]:
    """Flip one bit of a file in place, read-only or not."""

    def turn(path: Path, at: int) -> None:
        whole = bytearray(path.read_bytes())
        whole[at] ^= 1
        mode = path.stat().st_mode
        path.chmod(0o644)
        path.write_bytes(bytes(whole))
        path.chmod(mode)

    return turn
