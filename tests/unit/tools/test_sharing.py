"""Static sharing: degrees and cosines by definition, the null against rewired copies."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from blowback.tools.coaction import acts
from blowback.tools.sharing import sharing


def coded(rows):
    who, what = zip(*rows, strict=True)
    post = [f"p{n}" for n in range(len(rows))]
    return acts(pa.array(who), pa.array(what), pa.array(range(len(rows)), pa.timestamp("us")), pa.array(post))


def pair(rows, one: str, other: str):
    names = rows.accounts.to_pylist()
    return np.array([names.index(one)]), np.array([names.index(other)])


def test_shared_objects_and_cosine_are_those_of_the_definition() -> None:
    # a carries x twice: it counts once
    rows = coded([("a", "x"), ("a", "x"), ("a", "y"), ("b", "x"), ("b", "z"), ("c", "x"), ("d", "z")])
    found = sharing(rows, pair(rows, "a", "b"))
    idf = {v: math.log(4 / n) ** 2 for v, n in {"x": 3, "y": 1, "z": 2}.items()}
    assert found.shared.tolist() == [1]
    assert found.cosine[0] == pytest.approx(idf["x"] / math.sqrt((idf["x"] + idf["y"]) * (idf["x"] + idf["z"])))
    assert found.expected[0] == pytest.approx(2 * 2 * (9 + 1 + 4) / 36)


def test_what_everybody_carries_counts_for_nothing() -> None:
    rows = coded([(a, v) for a in "abc" for v in ("all", f"own{a}")])
    assert sharing(rows, pair(rows, "a", "b")).cosine[0] == 0.0


def test_p_values_are_not_too_small_where_objects_are_dealt_by_degree() -> None:
    random = np.random.default_rng(4)
    weight = 1 / np.arange(1, 401)
    rows = coded([(f"u{random.integers(80)}", f"o{random.choice(400, p=weight / weight.sum())}") for _ in range(4000)])
    n = len(rows.accounts)
    a, b = np.tril_indices(n, -1)
    found = sharing(rows, (a, b))
    assert found.shared.sum() == pytest.approx(found.expected.sum(), rel=0.25)
    for level in (0.05, 0.01):
        assert (found.p <= level).mean() <= 1.5 * level


def test_a_pair_that_shares_the_rare_stands_out() -> None:
    random = np.random.default_rng(9)
    crowd = [(f"u{random.integers(60)}", f"o{int(300 * random.random() ** 3)}") for _ in range(3000)]
    together = [(a, f"rare{n}") for n in range(6) for a in ("one", "two")]
    rows = coded(crowd + together)
    assert sharing(rows, pair(rows, "one", "two")).p[0] < 1e-6
    assert sharing(rows, pair(rows, "one", "u3")).p[0] == 1.0
