"""Account blocks without a cluster: marks dealt to parts and blocks in every way give the kernel's own counts."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools import coaction_blocks as blocks
from blowback.tools.coaction import Acts, acts, pairs

HOUR = 3600
Mark = tuple[str, str, int, str]  # account, value, seconds, post


def coded(rows: list[Mark]) -> Acts:
    who, what, when, post = zip(*rows, strict=True) if rows else ((), (), (), ())
    seconds = pa.array([t * 1_000_000 for t in when], pa.timestamp("us"))
    return acts(pa.array(who, pa.string()), pa.array(what, pa.string()), seconds, pa.array(post, pa.string()))


def parts_of(rows: list[Mark], window: int, heavy_from: int, parts: int) -> dict[int, pa.RecordBatch]:
    """What a cluster's first shuffle does: values whole, heavy ones by chunk of time with a halo."""
    uses = Counter(r[1] for r in rows)
    accounts = Counter(r[0] for r in rows)
    code = {a: n for n, a in enumerate(sorted(accounts, key=lambda a: (-accounts[a], a.encode())))}
    number = {v: n for n, v in enumerate(sorted(v for v, n in uses.items() if n > heavy_from))}
    length = blocks.chunk_us(window * 1_000_000)
    out: dict[int, list[tuple[object, ...]]] = {}
    for account, value, seconds, post in rows:
        at, heavy = seconds * 1_000_000, number.get(value)
        chunk = at // length if heavy is not None else 0
        copies = [(chunk, False)]
        if heavy is not None and (chunk + 1) * length - at <= window * 1_000_000:
            copies.append((chunk + 1, True))
        for where, halo in copies:
            text = None if heavy is not None else value
            part = zlib.crc32(repr((text, heavy, where)).encode()) % parts
            row = (code[account], text, heavy, where, at, zlib.crc32(post.encode()), halo)
            out.setdefault(part, []).append(row)
    return {
        part: pa.RecordBatch.from_pylist([dict(zip(blocks.PART.names, r, strict=True)) for r in found], blocks.PART)
        for part, found in out.items()
    }


def by_blocks(
    rows: list[Mark], window: int, least: int, *, count: int = 3, parts: int = 4, heavy_from: int = 5, tasks: int = 2
) -> tuple[pa.Table, int]:
    keys = [7 * n + 1 for n in range(count)]
    us = window * 1_000_000
    sent = [
        batch
        for part, found in parts_of(rows, window, heavy_from, parts).items()
        for batch in blocks.send([found], part=part, window_us=us, keys=keys)
    ]
    records = pa.Table.from_batches(sent, blocks.RECORD)
    edges = []
    for task in range(tasks):  # a task of the second shuffle may hold several blocks, and get them in any order
        mine = records.filter(pa.array([k % tasks == task for k in records.column("key").to_pylist()], pa.bool_()))
        turned = mine.take(pa.array(np.random.default_rng(task).permutation(mine.num_rows)))
        edges += blocks.close(turned.to_batches(max_chunksize=7), window_us=us, least=least, keys=keys)
    return blocks.as_table(pa.Table.from_batches(edges, blocks.EDGE), coded(rows).accounts), records.num_rows


def same(rows: list[Mark], window: int, least: int, **how: int) -> int:
    made = coded(rows)
    table, records = by_blocks(rows, window, least, **how)
    got, wanted = blocks.as_pairs(table, made), pairs(made, window * 1_000_000, least)
    for name in ("a", "b", "n_pairs", "n_posts_a", "n_posts_b", "n_objects"):
        assert getattr(got, name).tolist() == getattr(wanted, name).tolist(), name
    return records


marks = st.lists(
    st.tuples(
        st.sampled_from(["ann", "Ann", "بستاني", "🌻", "\uffee", "zoë"]), st.sampled_from("uvw"),
        st.integers(-3 * HOUR, 3 * HOUR), st.integers(0, 4),
    ),
    max_size=60,
).map(lambda rows: [(a, v, t, f"{a}/{p}") for a, v, t, p in rows])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    marks, st.sampled_from([0, 1, 600, HOUR, 86_400]), st.integers(1, 3), st.integers(1, 5), st.integers(1, 4),
    st.integers(0, 30), st.integers(1, 3),
)  # fmt: skip
def test_any_dealing_of_marks_gives_the_counts_of_the_kernel(
    rows: list[Mark], window: int, least: int, count: int, parts: int, heavy_from: int, tasks: int
) -> None:
    same(rows, window, least, count=count, parts=parts, heavy_from=heavy_from, tasks=tasks)


def crowd(n: int, seed: int, *, span: int = 5 * 86_400, values: int = 60) -> list[Mark]:
    random = np.random.default_rng(seed)
    who = (40 * random.random(n) ** 2).astype(int)
    return [
        (f"a{who[k]}", f"v{int(values * random.random() ** 3)}", int(random.integers(0, span)), f"p{who[k]}-{k // 3}")
        for k in range(n)
    ]


@pytest.mark.parametrize("window", [0, 1, 60, 86_400])
def test_a_crowd_with_heavy_values_and_posts_of_several_values(window: int) -> None:
    rows = crowd(3000, 5)
    rows += rows[:200]  # rows that are there twice
    rows += [(a, v, t + 3600 - t % 3600, p) for a, v, t, p in rows[:300]]  # on the edges of chunks
    assert same(rows, window, 2, heavy_from=40, count=5, parts=6, tasks=3) > 0


def test_everything_in_one_window_costs_no_more_than_marks_times_blocks() -> None:
    rows = [(f"a{k % 50}", "one", k % 60, f"p{k}") for k in range(1500)]
    records = same(rows, 86_400, 1, heavy_from=100, count=4, parts=3)
    assert records <= 1500 * 4


def test_a_mark_goes_only_where_it_is_of_use() -> None:
    rows = [("a", "x", 0, "1"), ("b", "x", 5, "2"), ("c", "y", 0, "3"), ("a", "y", 9_000, "4"), ("d", "z", 0, "5")]
    assert same(rows, 60, 1, count=8, heavy_from=99) == 2  # both marks of the one pair, to the one block that closes it


def test_pairs_counted_on_other_accounts_are_refused() -> None:
    table, _ = by_blocks(crowd(300, 1), 600, 1)
    with pytest.raises(ValueError, match="other marks"):
        blocks.as_pairs(table, coded([("someone", "x", 0, "1"), ("else", "x", 1, "2")]))
