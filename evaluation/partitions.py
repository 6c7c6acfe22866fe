"""Agreement of two partitions, by their definitions (Vinh, Epps, Bailey 2010; Rosenberg, Hirschberg 2007)."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln


def _table(known, found):
    _, a = np.unique(known, return_inverse=True)
    _, b = np.unique(found, return_inverse=True)
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    return table


def _entropy(counts) -> float:
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())


def homogeneity(known, found) -> float:
    """1 where every group holds one category only."""
    table = _table(known, found)
    total = _entropy(table.sum(axis=1))
    inside = sum(column.sum() / table.sum() * _entropy(column) for column in table.T)
    return 1.0 if total == 0 else 1 - inside / total


def adjusted_mutual_information(known, found) -> float:
    """Mutual information above what random partitions of the same sizes give, over the mean of both entropies."""
    table = _table(known, found)
    rows, columns, n = table.sum(axis=1), table.sum(axis=0), table.sum()
    at = table > 0
    outer = np.outer(rows, columns)
    mutual = float((table[at] / n * np.log(n * table[at] / outer[at])).sum())
    usual = 0.0
    for a in rows:
        for b in columns:
            k = np.arange(max(1, a + b - n), min(a, b) + 1)
            ways = (
                gammaln(a + 1) + gammaln(b + 1) + gammaln(n - a + 1) + gammaln(n - b + 1)
                - gammaln(n + 1) - gammaln(k + 1) - gammaln(a - k + 1) - gammaln(b - k + 1) - gammaln(n - a - b + k + 1)
            )  # fmt: skip
            usual += float((k / n * np.log(n * k / (a * b)) * np.exp(ways)).sum())
    mean = (_entropy(rows) + _entropy(columns)) / 2
    return (mutual - usual) / (mean - usual)
