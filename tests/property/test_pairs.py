"""What must not matter to pairs, on any marks: order, a constant shift, names; and what must hold between windows."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools.coaction import acts, pairs

Mark = tuple[str, str, int, str]  # account, value, time in seconds, post
Edge = tuple[int, int, int, int]  # n_pairs, n_posts_a, n_posts_b, n_objects

rows_of_marks = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("uvwxyz"), st.integers(0, 400), st.integers(0, 3).map(str)),
    max_size=60,
).map(lambda rows: [(a, v, t, f"{a}/{t}/{p}") for a, v, t, p in rows])  # a post has one author and one time


def edges(rows: list[Mark], window_s: int = 60, least: int = 1) -> dict[tuple[str, str], Edge]:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    times = pa.array([t * 1_000_000 for t in columns[2]], pa.timestamp("us"))
    made = acts(
        pa.array(columns[0], pa.string()), pa.array(columns[1], pa.string()), times, pa.array(columns[3], pa.string())
    )
    found = pairs(made, window_s * 1_000_000, least)
    names, out = made.accounts.to_pylist(), {}
    for a, b, n, pa_, pb, obj in zip(
        found.a, found.b, found.n_pairs, found.n_posts_a, found.n_posts_b, found.n_objects, strict=True
    ):
        x, y = names[a], names[b]
        out[min(x, y), max(x, y)] = (int(n), *((int(pa_), int(pb)) if x < y else (int(pb), int(pa_))), int(obj))
    return out


@settings(max_examples=60, deadline=None)
@given(rows_of_marks, st.integers(0, 120))
def test_pairs_are_those_of_the_definition(rows: list[Mark], window: int) -> None:
    expected: dict[tuple[str, str], Edge] = {}
    for x in sorted({r[0] for r in rows}):
        for y in sorted({r[0] for r in rows if r[0] > x}):
            met = [
                (p, q)
                for p in rows
                for q in rows
                if (p[0], q[0]) == (x, y) and p[1] == q[1] and abs(p[2] - q[2]) <= window
            ]
            if met:
                expected[x, y] = (
                    len(met), len({p[3] for p, _ in met}), len({q[3] for _, q in met}), len({p[1] for p, _ in met})
                )  # fmt: skip
    assert edges(rows, window) == expected


@settings(max_examples=40, deadline=None)
@given(rows_of_marks, st.randoms(use_true_random=False), st.integers(-(10**9), 10**9))
def test_order_and_a_constant_shift_do_not_matter(rows: list[Mark], dice: random.Random, shift: int) -> None:
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    assert edges(shuffled) == edges(rows)
    assert edges([(a, v, t + shift, p) for a, v, t, p in rows]) == edges(rows)


@settings(max_examples=40, deadline=None)
@given(rows_of_marks)
def test_names_do_not_matter(rows: list[Mark]) -> None:
    turned = dict(zip("abcdefg", "gfedcba", strict=True))
    back = {
        (min(turned[x], turned[y]), max(turned[x], turned[y])): (n, b, a, o)
        for (x, y), (n, a, b, o) in edges([(turned[a], v + "!", t, p) for a, v, t, p in rows]).items()
    }
    assert back == edges(rows)


@settings(max_examples=40, deadline=None)
@given(rows_of_marks, st.integers(0, 200), st.integers(0, 200), st.integers(1, 4))
def test_a_wider_window_only_adds_and_the_least_support_only_selects(
    rows: list[Mark], one: int, other: int, least: int
) -> None:
    narrow, wide = edges(rows, min(one, other)), edges(rows, max(one, other))
    assert narrow.keys() <= wide.keys()
    assert all(x <= y for pair, edge in narrow.items() for x, y in zip(edge, wide[pair], strict=True))
    assert edges(rows, one, least) == {p: e for p, e in edges(rows, one).items() if e[3] >= least}


@pytest.mark.parametrize("copies", [2, 3])
def test_objects_are_counted_once_however_often_they_are_repeated(copies: int) -> None:
    rows: list[Mark] = [(a, v, 10, f"{a}{v}{k}") for a in "ab" for v in "xy" for k in range(copies)]
    assert edges(rows) == {("a", "b"): (2 * copies * copies, 2 * copies, 2 * copies, 2)}
