"""The kernel against its definition, nulls against shuffles, groups against hand-made graphs."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blowback.tools import coaction, graph, intervals, nulls
from blowback.tools.coaction import Acts, acts, pairs, plan

marks = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz"), st.integers(0, 30), st.integers(0, 12)), max_size=40
)


def coded(rows) -> Acts:
    who, what, when, post = zip(*rows, strict=True) if rows else ((), (), (), ())
    # a post has one author
    posts = [f"{w}{p}" for w, p in zip(who, post, strict=True)]
    seconds = pa.array([t * 1_000_000 for t in when], pa.timestamp("us"))
    return acts(pa.array(who, pa.string()), pa.array(what, pa.string()), seconds, pa.array(posts, pa.string()))


def by_definition(rows, window: int, least: int):
    out = {}
    for i, j in itertools.permutations(range(len(rows)), 2):
        (a, v, t, p), (b, w, u, q) = rows[i], rows[j]
        if a < b and v == w and abs(t - u) <= window:
            pair = out.setdefault((a, b), [0, set(), set(), set()])
            pair[0] += 1
            pair[1].add(p)
            pair[2].add(q)
            pair[3].add(v)
    return {k: (n, len(x), len(y), len(o)) for k, (n, x, y, o) in out.items() if len(o) >= least}


@given(marks, st.integers(0, 15), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_pairs_are_what_the_definition_says(rows, window, least) -> None:
    found = coded(rows)
    names = found.accounts.to_pylist()
    got = pairs(found, window * 1_000_000, least)
    out = {}
    for a, b, n, x, y, o in zip(got.a, got.b, got.n_pairs, got.n_posts_a, got.n_posts_b, got.n_objects, strict=True):
        swap = names[a] > names[b]
        out[tuple(sorted((names[a], names[b])))] = (n, y, x, o) if swap else (n, x, y, o)
    assert out == by_definition(rows, window, least)


@given(marks, st.integers(0, 15))
@settings(max_examples=60, deadline=None)
def test_the_plan_counts_the_row_pairs_in_the_window(rows, window) -> None:
    expected = sum(v == w and abs(t - u) <= window for (_, v, t, _), (_, w, u, _) in itertools.combinations(rows, 2))
    assert plan(coded(rows), window * 1_000_000).pairs == expected


def test_false_discovery_control_counts_the_whole_family() -> None:
    p = np.array([0.001, 0.02, 0.5])
    assert nulls.benjamini_hochberg(p, 3) == pytest.approx([0.003, 0.03, 0.5])
    assert nulls.benjamini_hochberg(p, 1000) == pytest.approx([1.0, 1.0, 1.0])
    assert nulls.calibrated(p, [np.array([0.0005]), np.array([0.9])]) == pytest.approx([0.25, 0.25, 1 / 6], rel=0.6)


def test_only_edges_in_triangles_stay() -> None:
    a, b = np.array([1, 2, 2, 4]), np.array([0, 0, 1, 3])
    assert graph.supported(a, b, 5).tolist() == [True, True, True, False]
    assert graph.supported(a, b, 5, least=2).tolist() == [False] * 4


def test_communities_repeat_and_split_two_cliques() -> None:
    clique = list(itertools.combinations(range(5), 2)) + list(itertools.combinations(range(5, 10), 2)) + [(0, 5)]
    a, b = (np.array([max(e) for e in clique]), np.array([min(e) for e in clique]))
    nodes, label, modularity = graph.communities(a, b, np.ones(len(a)), seed=3)
    assert label[np.searchsorted(nodes, np.arange(5))].tolist() == [0] * 5
    assert label[np.searchsorted(nodes, np.arange(5, 10))].tolist() == [1] * 5
    assert modularity > 0.3
    again = graph.communities(a, b, np.ones(len(a)), seed=3)
    assert again[1].tolist() == label.tolist()


def test_intervals_are_the_textbook_ones() -> None:
    assert intervals.poisson(0) == pytest.approx((0, 3.689), abs=1e-3)
    assert intervals.poisson(10) == pytest.approx((4.795, 18.390), abs=1e-3)
    assert intervals.exact_share(0, 10) == pytest.approx((0, 0.3085), abs=1e-4)
    assert intervals.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert intervals.wilson(0, 0) == intervals.exact_share(0, 0) == (0.0, 1.0)


def test_both_ways_of_sorting_give_the_same_rows() -> None:
    random = np.random.default_rng(5)
    account, value, post = (random.integers(0, n, 4000).astype(np.int32) for n in (50, 30, 3000))
    time = random.integers(-(10**15), 10**15, 4000) // 10**12 * 10**12  # many ties
    wanted = np.lexsort((account, post, time, value))
    same = coaction._order(account, value, time, post)
    assert [x[same].tolist() for x in (value, time, post, account)] == [
        x[wanted].tolist() for x in (value, time, post, account)
    ]
    order = np.arange(4000)
    for key in (account, post, time, value):
        order = coaction.kernel.radix_order(key, order)
    assert order.tolist() == wanted.tolist()
    wide = time * 4000  # too wide for one key of 63 bits
    assert coaction._order(account, value, wide, post).tolist() == np.lexsort((account, post, wide, value)).tolist()
