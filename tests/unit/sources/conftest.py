"""Files written for a test, read as a source reads them, and taken into a case."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback import sources
from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.sources.source import Cursor, Options


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes, text, one JSON document, or a list of JSON lines (`lines=`) under a name."""

    def writing(name: str, content: Any = None, *, lines: list[Any] | None = None) -> Path:
        path = tmp_path / name
        if lines is not None:
            content = "\n".join(x if isinstance(x, str) else json.dumps(x, ensure_ascii=False) for x in lines) + "\n"
        elif not isinstance(content, bytes | str):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return writing


@pytest.fixture
def staged() -> Callable[..., list[dict[str, Any]]]:
    """The staged rows of a file, in order of the records."""

    def reading(path: Path, **options: Any) -> list[dict[str, Any]]:
        opened = sources.open_file(path, Options(**options))
        rows = [r for b in opened.batches(Cursor()) for r in b.staged.to_pylist()]
        return sorted(rows, key=lambda r: r["record_no"])

    return reading


class Taken:
    """A case with one file in it: its receipt, and its tables as rows."""

    def __init__(self, case: Case, receipt: dict[str, Any]) -> None:
        self.case, self.receipt = case, receipt

    def rows(self, table: str) -> list[dict[str, Any]]:
        parts = [pq.read_table(p) for p in self.case.tables()[table]]
        return pa.concat_tables(parts).to_pylist() if parts else []

    def marks(self, kind: str) -> list[str]:
        return [m["value"] for m in self.rows("marks") if m["kind"] == kind]


@pytest.fixture
def taken(tmp_path: Path) -> Callable[..., Taken]:
    """Take one file into a new case without pseudonyms; the receipt must add up, reason by reason."""

    def taking(path: Path, **options: Any) -> Taken:
        case = Case.new(tmp_path / f"case-{path.name}", pseudonyms=False)
        (entry,) = ingest(case, [path], Options(**options)).exhibits
        assert entry["read"] == entry["kept"] + entry["duplicate"] + entry["set_aside"]
        assert sum(entry["reasons"].values()) == entry["set_aside"]
        found = Taken(case, entry)
        assert len(found.rows("set_aside")) == entry["set_aside"]
        return found

    return taking
