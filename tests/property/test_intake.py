"""What must not matter to the tables: the order of the records, a file given twice, the hour of the day."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from blowback.case.case import Case
from blowback.case.intake import ingest
from blowback.model.tables import TABLES
from blowback.sources.source import Options

TINY = Path(__file__).resolve().parents[2] / "examples" / "tiny"
WHERE = {"exhibit", "record_no", "line", "byte_start", "byte_len", "record_hash"}
SHIFT_US = 11 * 3_600_000_000


def taken_in(folder: Path, *files: Path) -> Case:
    """A case of these files, under one and the same key: copies of one empty case."""
    shutil.copytree(_empty(), folder)
    case = Case.open(folder)
    ingest(case, list(files), Options())
    return case


@cache
def _empty() -> Path:
    return Case.new(Path(tempfile.mkdtemp(prefix="blowback-empty-")) / "case").path


def table(case: Case, name: str) -> pa.Table:
    parts = case.tables()[name]
    return pa.concat_tables([pq.read_table(p) for p in parts]) if parts else TABLES[name].arrow.empty_table()


def rows(case: Case, name: str, *, without: frozenset[str] | set[str] = frozenset()) -> Counter[str]:
    """The rows of a table without their locator, as a multiset."""
    found = table(case, name)
    return Counter(map(repr, found.drop_columns([c for c in found.column_names if c in WHERE | without]).to_pylist()))


def moved(value: Any) -> Any:
    """An X v2 page with every `created_at` later by the shift; ids stay."""
    if isinstance(value, dict):
        return {k: later(v) if k == "created_at" else moved(v) for k, v in value.items()}
    return [moved(v) for v in value] if isinstance(value, list) else value


def later(stated: str) -> str:
    at = pa.scalar(stated[:-1], pa.string()).cast(pa.timestamp("us")).value + SHIFT_US
    return pa.scalar(at, pa.timestamp("us")).as_py().isoformat(timespec="milliseconds") + "Z"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return taken_in(tmp_path_factory.mktemp("plain") / "case", TINY / "x_v2.jsonl")


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_records_does_not_matter(plain: Case, tmp_path: Path, seed: int) -> None:
    pages = [orjson.loads(x) for x in (TINY / "x_v2.jsonl").read_bytes().splitlines() if x.endswith(b'+00:00"}}')]
    dice = random.Random(seed)
    for page in pages:
        dice.shuffle(page["data"])
    dice.shuffle(pages)
    path = tmp_path / "shuffled.jsonl"
    path.write_bytes(b"".join(orjson.dumps(p) + b"\n" for p in pages))
    other = taken_in(tmp_path / "case", path)
    for name in ("posts", "marks", "accounts", "observations"):
        assert rows(other, name) == rows(plain, name), name
    assert table(plain, "posts").num_rows > 150


def test_a_file_given_twice_leaves_observations_and_nothing_else(plain: Case, tmp_path: Path) -> None:
    path = tmp_path / "twice.jsonl"
    path.write_bytes((TINY / "x_v2.jsonl").read_bytes() * 2)
    other = taken_in(tmp_path / "case", path)
    for name in ("posts", "marks", "accounts"):
        assert rows(other, name) == rows(plain, name), name
    once, twice = rows(plain, "observations"), rows(other, "observations")
    assert twice == once + once
    first, second = plain.receipts()[0], other.receipts()[0]
    assert second["read"] == 2 * first["read"]
    assert second["posts"] == first["posts"]
    for receipt in (first, second):
        assert receipt["read"] == receipt["kept"] + receipt["duplicate"] + receipt["set_aside"]


def test_a_case_given_its_file_again_stays_as_it_is(plain: Case, tmp_path: Path) -> None:
    case = taken_in(tmp_path / "case", TINY / "x_v2.jsonl")
    ingest(case, [TINY / "x_v2.jsonl"], Options())
    for name in TABLES:
        if name != "exhibits":
            assert rows(case, name) == rows(plain, name), name


def test_the_order_of_the_files_does_not_matter_to_posts_and_marks(tmp_path: Path) -> None:
    files = [TINY / n for n in ("x_v2.jsonl", "x_io_tweets.csv", "telegram_result.json")]
    one, other = taken_in(tmp_path / "one", *files), taken_in(tmp_path / "other", *reversed(files))
    for name in ("posts", "marks", "accounts", "observations", "removals"):
        assert rows(one, name) == rows(other, name), name


def test_shifted_times_shift_the_marks_and_change_nothing_else(plain: Case, tmp_path: Path) -> None:
    path = tmp_path / "later.jsonl"
    whole = (x for x in (TINY / "x_v2.jsonl").read_bytes().splitlines() if x.endswith(b'+00:00"}}'))
    path.write_bytes(b"".join(orjson.dumps(moved(orjson.loads(x))) + b"\n" for x in whole))
    other = taken_in(tmp_path / "case", path)
    assert rows(other, "marks", without={"posted_at"}) == rows(plain, "marks", without={"posted_at"})
    assert rows(other, "posts", without={"posted_at", "repost_of_at"}) == rows(
        plain, "posts", without={"posted_at", "repost_of_at"}
    )
    before, after = (table(c, "posts").sort_by("post_id").column("posted_at").cast(pa.int64()) for c in (plain, other))
    assert set(pc.subtract(after, before).to_pylist()) == {SHIFT_US}


def test_the_key_alone_decides_the_pseudonyms(plain: Case, tmp_path: Path) -> None:
    case = Case.new(tmp_path / "case")  # its own key
    ingest(case, [TINY / "x_v2.jsonl"], Options())
    mine, theirs = (set(table(c, "posts").column("account_id").to_pylist()) for c in (case, plain))
    assert len(mine) == len(theirs)
    assert not mine & theirs
