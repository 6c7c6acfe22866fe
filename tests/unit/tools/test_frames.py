"""Any block size gives the same records; a locator leads back to the bytes."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.errors import DamagedFile, EmptyFile, NotReadable
from blowback.tools import frames, streams


def stream(path: Path, start: int = 0) -> streams.Stream:
    return streams.Stream(path, streams.look(path)[0], start)


def collect(found) -> list[tuple]:
    out = []
    for frame in found:
        out += [tuple(r.values()) for r in frame.table.select(["raw", *frames.LOCATORS]).to_pylist()]
    return out


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r"), max_size=12), max_size=20),
    st.integers(1, 40),
)
@settings(max_examples=80, deadline=None)
def test_lines_are_the_same_for_every_block_size(tmp_path_factory, texts, block) -> None:
    body = "\n".join(texts).encode()
    if not body.strip():
        return
    path = tmp_path_factory.mktemp("lines") / "x.jsonl"
    path.write_bytes(body)
    small = frames.lines(_Cut(path, block))
    expected = [(n, t) for n, t in enumerate(body.split(b"\n"), 1) if t.strip(b" \t")]
    found = collect(small)
    assert [(f[2], body[f[3] : f[3] + f[4]]) for f in found] == expected
    assert [f[1] for f in found] == list(range(1, len(found) + 1))
    whole = collect(frames.lines(stream(path)))
    assert [f[1:] for f in whole] == [f[1:] for f in found]
    for row, (_, text) in zip(whole, expected, strict=True):  # a block's text may run on over blank lines
        assert row[0].startswith(text.decode())
        assert not row[0][len(text.decode()) :].strip(" \t\n")


class _Cut(streams.Stream):
    """A stream in small blocks."""

    __slots__ = ("size",)

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(path, streams.Kind("none", "utf-8"))
        self.size = size

    def __iter__(self):
        body = self.path.read_bytes()
        return (body[i : i + self.size] for i in range(0, len(body), self.size))


field = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=8)


@given(st.lists(st.lists(field, min_size=2, max_size=2), min_size=1, max_size=12), st.integers(1, 30))
@settings(max_examples=80, deadline=None)
def test_csv_records_are_python_s_csv_records(tmp_path_factory, table, block) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("rows") / "x.csv"
    path.write_bytes(text.getvalue().encode())
    found = collect(frames.rows(_Cut(path, block), ","))
    assert [next(csv.reader(io.StringIO(f[0].rstrip("\r\n"), newline=""))) for f in found] == table
    body = path.read_bytes()
    assert [body[f[3] : f[3] + f[4]].count(b'"') % 2 for f in found] == [0] * len(table)


def test_packed_files_read_like_plain_ones_and_resume(tmp_path: Path) -> None:
    body = b"".join(b'{"n": %d}\n' % n for n in range(1000))
    (tmp_path / "a.jsonl").write_bytes(body)
    (tmp_path / "a.gz").write_bytes(gzip.compress(body[:3000]) + gzip.compress(body[3000:]))
    (tmp_path / "a.zst").write_bytes(zstandard.compress(body[:4000]) + zstandard.compress(body[4000:]))
    plain = collect(frames.lines(stream(tmp_path / "a.jsonl")))
    assert len(plain) == 1000
    for name in ("a.gz", "a.zst"):
        assert collect(frames.lines(stream(tmp_path / name))) == plain
        at = plain[600]
        rest = frames.lines(stream(tmp_path / name, at[3]), record_no=600, line=600)
        assert collect(rest) == plain[600:]


@pytest.mark.parametrize("name", ["gz", "zst"])
def test_a_truncated_file_is_named_with_how_far_it_goes(tmp_path: Path, name: str) -> None:
    body = b"".join(b'{"n": %d}\n' % (n * 7919 % 10007) for n in range(5000))
    packed = gzip.compress(body) if name == "gz" else zstandard.compress(body)
    path = tmp_path / f"cut.{name}"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DamagedFile, match="breaks off") as caught:
        list(frames.lines(stream(path)))
    assert "cut." in str(caught.value)


def test_utf_16_bom_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "u16.txt"
    path.write_bytes("\ufeffé\nب\n".encode("utf-16-le"))
    assert [r[0].strip() for r in collect(frames.lines(stream(path)))] == ["é", "ب"]
    path.write_bytes(b"\xef\xbb\xbfok\n\xff\xfe bad\nend")
    assert [r[0] and r[0].strip() for r in collect(frames.lines(stream(path)))] == ["ok", None, "end"]


def test_nothing_a_folder_and_nowhere(tmp_path: Path) -> None:
    (tmp_path / "zero").write_bytes(b"")
    (tmp_path / "blank").write_bytes(b" \n\n")
    for name, error in (("zero", EmptyFile), ("blank", EmptyFile), ("absent", NotReadable)):
        with pytest.raises(error):
            streams.look(tmp_path / name)
    with pytest.raises(NotReadable, match="folder"):
        streams.look(tmp_path)


def test_a_parquet_file_is_not_taken_for_utf16_text(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    numbers = 1_402_300_000 + np.random.default_rng(5).integers(0, 4_000_000, 60_000)
    pq.write_table(pa.table({"id": [f"p{n}" for n in range(60_000)], "time": numbers}), path)
    kind, first = streams.look(path)
    assert kind.encoding == "binary"
    assert first[:4] == b"PAR1"
