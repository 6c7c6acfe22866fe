"""Which cluster was first on each object, and how often chance alone would make it so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from blowback.tools.strings import flat

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND_US: Final = 1_000_000
_EXACT: Final = 3000  # objects up to which the count's law is worked out exactly


@dataclass(frozen=True, slots=True)
class Firsts:
    """Rows of the table, and per cluster: objects shared, firsts, expected firsts, p of so many and of so few."""

    rows: list[dict[str, Any]]
    objects: Ints
    firsts: Ints
    expected: Floats
    more: Floats
    fewer: Floats


def firsts_of(uses: pa.Table, accounts: pa.Array, of_account: Ints, names: list[str]) -> Firsts:
    """Each object that accounts of two clusters use; an object on which two clusters tie has no first.

    Null: the accounts that use an object are dealt its places in time anew, so a cluster is first with the share of its
    accounts among them. Counts over objects are then Poisson-binomial.
    """
    rows = uses.sort_by(
        [("kind", "ascending"), ("value", "ascending"), ("posted_at", "ascending"), ("post_id", "ascending")]
    )
    found = pc.index_in(flat(rows.column("account_id")), accounts)
    cluster = of_account[np.asarray(pc.fill_null(found, 0).to_numpy(zero_copy_only=False), np.int64)]
    key = pc.binary_join_element_wise(flat(rows.column("kind")), flat(rows.column("value")), "\x00")
    code = pc.dictionary_encode(key).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    time = rows.column("posted_at").cast(pa.int64()).to_numpy()
    bounds = (
        np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1], [True]])) if len(code) else np.zeros(1, np.int64)
    )
    out: list[dict[str, Any]] = []
    chances: list[list[float]] = [[] for _ in names]
    first = np.zeros(len(names), np.int64)
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        mine = cluster[low:high]
        if (mine == mine[0]).all():
            continue
        row = _object(rows, mine, time[low:high], low, names)
        out.append(row)
        if row["first_cluster"] is None:
            continue
        first[mine[0]] += 1
        where, many = np.unique(mine, return_counts=True)
        for c, k in zip(where.tolist(), many.tolist(), strict=True):
            chances[c].append(k / len(mine))
    tails = [_tails(np.array(p), int(f)) for p, f in zip(chances, first, strict=True)]
    return Firsts(
        out, np.array([len(p) for p in chances], np.int64), first, np.array([sum(p) for p in chances]),
        np.array([t[0] for t in tails]), np.array([t[1] for t in tails]),
    )  # fmt: skip


def _object(rows: pa.Table, mine: Ints, time: Ints, low: int, names: list[str]) -> dict[str, Any]:
    other = int(np.flatnonzero(mine != mine[0])[0])
    tie = bool(time[other] == time[0])
    return {
        "kind": rows.column("kind")[low].as_py(), "value": rows.column("value")[low].as_py(),
        "first_cluster": None if tie else names[int(mine[0])], "next_cluster": None if tie else names[int(mine[other])],
        "lead_s": float(time[other] - time[0]) / SECOND_US, "clear": other >= 2 and not tie, "clusters": len(np.unique(mine)),
        "accounts": len(mine), "post_id": rows.column("post_id")[low].as_py(), "at": int(time[0]),
    }  # fmt: skip


def _tails(chance: Floats, hits: int) -> tuple[float, float]:
    """(P(X >= hits), P(X <= hits)) of a sum of independent yes-or-no draws; exact up to 3,000 of them, then normal."""
    if not len(chance):
        return 1.0, 1.0
    if len(chance) > _EXACT:
        mean, spread = float(chance.sum()), float(np.sqrt((chance * (1 - chance)).sum())) or 1.0
        return float(stats.norm.sf((hits - 0.5 - mean) / spread)), float(stats.norm.cdf((hits + 0.5 - mean) / spread))
    law = np.zeros(len(chance) + 1)
    law[0] = 1.0
    for k, p in enumerate(chance.tolist()):
        law[1 : k + 2] = law[1 : k + 2] * (1 - p) + law[: k + 1] * p
        law[0] *= 1 - p
    return float(min(law[hits:].sum(), 1.0)), float(min(law[: hits + 1].sum(), 1.0))
