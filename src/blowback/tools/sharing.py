"""What two accounts share at any time: against a static null, and weighed by how common it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import gammainc

from blowback.tools import coaction_kernel
from blowback.tools import sharing_kernel as kernel
from blowback.tools.coaction import Acts, Ints, acts

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Per pair: distinct objects shared, expected by degrees alone, chance of so many or more, TF-IDF cosine."""

    shared: Ints
    expected: Floats
    p: Floats
    cosine: Floats


def sharing(rows: Acts, pairs: tuple[Ints, Ints]) -> Sharing:
    """Static sharing of pairs of account codes, times left aside.

    Null: every account keeps its number of distinct objects and every object its number of accounts (Chung, Lu 2002);
    a carries o with chance d_a d_o / m, at most 1, so shared objects are about Poisson with mean
    d_a d_b sum(d_o^2) / m^2. The Poisson tail is an upper bound of that of the sum of independent tries (Hoeffding 1956).
    Cosine: objects weigh ln(accounts / d_o), so that what everybody carries counts for nothing (Pacheco et al. 2021).
    It ranks pairs by how alike they are; it says nothing of time.
    """
    a, b = pairs
    starts, order = coaction_kernel.by_account(rows.account, len(rows.accounts))
    degree, popular = np.zeros(len(rows.accounts), np.int64), np.zeros(max(len(rows.values), 1), np.int64)
    kernel.degrees(rows.value, starts, order, degree, popular)
    edges = max(int(degree.sum()), 1)
    weight = np.log(max(int((degree > 0).sum()), 1) / np.maximum(popular, 1)) ** 2
    shared, dot, norm = np.zeros(len(a), np.int64), np.zeros(len(a)), np.zeros(len(degree))
    kernel.dots(a, b, rows.value, starts, order, weight, shared, dot, norm)
    rare = float((popular.astype(np.float64) ** 2).sum()) / float(edges) ** 2
    expected = (degree[a] * degree[b]).astype(np.float64) * rare
    tail: Floats = np.where(shared > 0, gammainc(np.maximum(shared, 1), expected), 1.0).astype(np.float64)
    length = np.sqrt(norm[a] * norm[b])
    return Sharing(shared, expected, tail, np.divide(dot, length, out=np.zeros(len(a)), where=length > 0))


def warm() -> None:
    """Compile the kernels."""
    time = pa.array([0, 1], pa.timestamp("us"))
    rows = acts(pa.array(["a", "b"]), pa.array(["x", "x"]), time, pa.array(["1", "2"]))
    sharing(rows, (np.array([1]), np.array([0])))
