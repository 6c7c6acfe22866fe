"""Elements of JSON arrays in any window, the rest of the document, and documents that break off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.errors import DamagedFile
from blowback.tools import documents, frames, streams

VALUES = st.recursive(
    st.one_of(st.integers(), st.text(max_size=6), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def cut(path: Path, size: int) -> streams.Stream:
    """The file in blocks of `size` bytes."""

    class Cut(streams.Stream):
        def __iter__(self):
            body = self.path.read_bytes()[self.offset :]
            return (body[i : i + size] for i in range(0, len(body), size))

    return Cut(path, streams.look(path)[0])


def texts(found) -> list[str]:
    return [t for frame in found for t in frame.table.column("raw").to_pylist()]


@given(
    st.lists(st.lists(VALUES, max_size=5), max_size=3), st.integers(1, 50), st.sampled_from([None, 1]), st.booleans()
)
@settings(max_examples=150, deadline=None)
def test_elements_and_envelope_are_json_s_own_for_every_window(tmp_path_factory, arrays, size, indent, escaped) -> None:
    path = tmp_path_factory.mktemp("doc") / "x.json"
    chats = [
        {"name": 'a "messages": [ \\', "big": {"messages": [[]]}, "messages": a, "n": k} for k, a in enumerate(arrays)
    ]
    path.write_text(
        json.dumps({"list": chats, "messages": None}, indent=indent, ensure_ascii=escaped), encoding="utf-8"
    )
    found = documents.document(lambda: cut(path, size), "messages", ["big"])
    frames_found = list(found.items(cut(path, size)))
    assert [json.loads(t) for t in texts(frames_found)] == [v for a in arrays for v in a]
    assert [int(n) for f in frames_found for n in f.array_no] == [k for k, a in enumerate(arrays) for _ in a]
    assert found.counts == [len(a) for a in arrays]
    emptied = [c | {"messages": [], "big": {}} for c in chats]
    assert found.envelope == [{"list": emptied, "messages": None}]
    body = path.read_bytes()
    assert [body[s : s + n] for _, s, n in found.places] == [body]
    for row in (r for f in frames_found for r in f.table.to_pylist()):
        assert body[row["byte_start"] : row["byte_start"] + row["byte_len"]].decode() == row["raw"]
        assert row["line"] == body[: row["byte_start"]].count(b"\n") + 1


@given(st.lists(VALUES, min_size=1, max_size=5), st.integers(1, 50), st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None)
def test_top_level_values_are_found_in_arrays_and_in_a_row(tmp_path_factory, values, size, indent) -> None:
    path = tmp_path_factory.mktemp("doc") / "x.json"
    path.write_text("\ufeff" + json.dumps(values, indent=indent), encoding="utf-8")
    assert [json.loads(t) for t in texts(documents.values(cut(path, size)))] == values
    path.write_text("\n".join(json.dumps({"v": v}, indent=indent) for v in values), encoding="utf-8")
    found = list(documents.values(cut(path, size)))
    assert [json.loads(t)["v"] for t in texts(found)] == values
    for skipped in range(len(values) + 1):
        rest = documents.after(documents.values(cut(path, size)), skipped)
        assert texts(rest) == texts(found)[skipped:]
    several = documents.document(lambda: cut(path, size), "nothing")
    assert several.envelope == [{"v": v} for v in values]
    assert len(several.places) == len(values)


@pytest.mark.parametrize("body", ['{"messages": [{"a": 1}, {"b"', '[{"a": 1}, {"b": "c', '{"messages": [1]}]'])
def test_a_document_that_breaks_off_is_refused(tmp_path: Path, body: str) -> None:
    path = tmp_path / "cut.json"
    path.write_text(body)
    with pytest.raises(DamagedFile, match=r"breaks off after 1 whole") as caught:
        list(
            documents.values(cut(path, 7))
            if body[0] == "["
            else documents.document(lambda: cut(path, 7), "messages").items(cut(path, 7))
        )
    assert "cut.json" in str(caught.value)


def test_what_is_left_of_a_document_must_be_json(tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    path.write_text('{"name": nobody, "messages": [1, 2]}')
    with pytest.raises(DamagedFile, match="not JSON"):
        documents.document(lambda: cut(path, 9), "messages")


@pytest.mark.parametrize(
    ("first", "whole"),
    [
        (b'{"id": 1}\n{"id": 2}\n', False), (b'{\n "id": 1\n}\n', True), (b'[{"id": 1},\n{"id": 2}]', True),
        (b'{"data": [\n', True), (b"WARN limit\n{}\n", False), (b'{"id": 1, "te\n{"id": 2}\n', False),
        (b'\n\n{"id": 1}', False), (b'{"data": [' + b"1," * 99, False),
    ],
)  # fmt: skip
def test_documents_are_told_from_lines(first: bytes, whole: bool) -> None:
    assert documents.is_document(first) is whole


def test_warm_compiles() -> None:
    documents.warm()
    frames.warm()
