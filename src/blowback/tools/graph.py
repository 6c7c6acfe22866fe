"""Groups in a graph of pairs: triangle support, then Leiden communities."""

from __future__ import annotations

import networkit as nk
import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]


def supported(a: Ints, b: Ints, nodes: int, least: int = 1) -> npt.NDArray[np.bool_]:
    """Edges that stand in at least `least` triangles of edges which do so too (the (least + 2)-truss; Cohen 2008)."""
    keep = np.ones(len(a), np.bool_)
    while keep.any():
        ones = np.ones(2 * int(keep.sum()), np.int64)
        ends = (np.concatenate([a[keep], b[keep]]), np.concatenate([b[keep], a[keep]]))
        graph = sparse.csr_array((ones, ends), shape=(nodes, nodes))
        triangles = (graph @ graph).multiply(graph).tocsr()
        counts = np.asarray(triangles[a[keep], b[keep]]).ravel()
        weak = counts < least
        if not weak.any():
            return keep
        keep[np.flatnonzero(keep)[weak]] = False
    return keep


def components(a: Ints, b: Ints, nodes: int) -> Ints:
    """Connected component of each node, numbered by its smallest one; -1 where a node has no edge."""
    label = np.full(nodes, -1, np.int64)
    if not len(a):
        return label
    known, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    ends = (codes[: len(a)], codes[len(a) :])
    graph = sparse.coo_array((np.ones(len(a)), ends), shape=(len(known), len(known)))
    label[known] = sparse.csgraph.connected_components(graph, directed=False)[1]
    return label


def communities(
    a: Ints,
    b: Ints,
    weight: npt.NDArray[np.float64],
    *,
    seed: int = 1,
    resolution: float = 1.0,
    randomise: bool = False,
) -> tuple[Ints, Ints, float]:
    """(nodes, community of each, modularity) by parallel Leiden, one thread and seeded, so that it repeats.

    Communities are numbered by their smallest node. `resolution`: above 1 they get smaller. `randomise`: nodes are visited in
    an order drawn from the seed.
    """
    if not len(a):
        return np.empty(0, np.int64), np.empty(0, np.int64), 0.0
    nodes, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    nk.setSeed(seed, useThreadId=False)
    try:
        graph = nk.GraphFromCoo(
            (weight, (codes[: len(a)].astype(np.uint64), codes[len(a) :].astype(np.uint64))),
            n=len(nodes),
            weighted=True,
        )
        found = (
            nk.community.ParallelLeiden(graph, randomize=randomise, iterations=5, gamma=resolution).run().getPartition()
        )
        modularity = float(nk.community.Modularity().getQuality(found, graph))
    finally:
        nk.setNumberOfThreads(threads)
    label = np.asarray(found.getVector(), np.int64)
    first = np.full(int(label.max()) + 1, len(nodes), np.int64)
    np.minimum.at(first, label, np.arange(len(nodes)))
    order = np.argsort(first, kind="stable")
    number = np.empty(len(first), np.int64)
    number[order] = np.arange(len(first))
    return nodes, number[label], modularity


def stability(
    a: Ints, b: Ints, weight: npt.NDArray[np.float64], labels: Ints, *, seeds: range, resolutions: tuple[float, ...]
) -> npt.NDArray[np.float64]:
    """(communities, runs): for each community of `labels`, its best Jaccard overlap with a community of every other run.

    Clusterwise stability (Hennig 2007), over resolutions and seeds instead of resampled data. `labels` are those of
    `communities` on the same edges.
    """
    runs = []
    sizes = np.bincount(labels)
    for resolution in resolutions:
        for seed in seeds:
            _, other, _ = communities(a, b, weight, seed=seed, resolution=resolution, randomise=True)
            keys, both = np.unique(labels * (int(other.max()) + 1) + other, return_counts=True)
            mine, theirs = keys // (int(other.max()) + 1), keys % (int(other.max()) + 1)
            overlap = both / (sizes[mine] + np.bincount(other)[theirs] - both)
            best = np.zeros(len(sizes))
            np.maximum.at(best, mine, overlap)
            runs.append(best)
    return np.stack(runs, axis=1) if runs else np.ones((len(sizes), 0))
