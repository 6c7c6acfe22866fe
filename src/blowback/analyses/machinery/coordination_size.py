"""How many independent sources a volume is worth, and how concentrated it is: per kind of mark."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from blowback.analyses.machinery import coordination_tables as tables
from blowback.analyses.machinery.coordination_layer import Layer

Floats = npt.NDArray[np.float64]
_DRAWS: Final = 400
_TOP_DRAWS: Final = 200
TOP: Final = 50


def sizes(layers: list[Layer], members: pa.Table | None, seed: int) -> pa.Table:
    """One row for each kind that was run.

    The effective number of sources is Hill's number of order 2 (Hill 1973): 1 / sum of squared shares of the marks, that
    is, how many equal sources would repeat each other as often. A group counts as one source. Its interval is a bootstrap
    over objects (what is pushed comes in lumps, so marks are not drawn singly).
    """
    return pa.Table.from_pylist([_size(layer, layers, members, seed) for layer in layers], tables.SIZES.arrow)


def _size(layer: Layer, layers: list[Layer], members: pa.Table | None, seed: int) -> dict[str, Any]:
    rows = layer.rows
    account, value = layer.signed[0], layer.signed[1][rows.value]  # drawn in their order: no pseudonym moves a figure
    source = np.arange(len(rows.accounts))
    grouped = 0
    if members is not None:
        at = pc.index_in(rows.accounts, members.column("account_id"))
        known = at.is_valid().to_numpy(zero_copy_only=False)
        group = pc.index_in(members.column("group_id"), pc.unique(members.column("group_id"))).to_numpy()
        source[known] = len(rows.accounts) + group[at.filter(at.is_valid()).to_numpy()]
        grouped = int(np.isin(rows.account, np.flatnonzero(known)).sum())
    random = np.random.default_rng(seed)
    alone, joined = _effective(rows.account, value, random), _effective(source[rows.account], value, random)
    counts = np.bincount(rows.account, minlength=len(rows.accounts))
    top = float(np.sort(counts)[::-1][:TOP].sum() / max(len(rows), 1))
    other = _marks_elsewhere(layer, layers)[np.argsort(account, kind="stable")]
    usual, least = _top_share(other, len(rows), random), _top_share(np.zeros(len(counts)), len(rows), random)
    return {
        "kind": layer.kind, "marks": len(rows), "accounts": len(rows.accounts), "marks_of_groups": grouped,
        "effective_accounts": alone[0], "effective_sources": joined[0], "effective_low": joined[1], "effective_high": joined[2],
        "marks_per_source": len(rows) / joined[0], "marks_per_source_low": len(rows) / joined[2],
        "marks_per_source_high": len(rows) / joined[1],
        "top_share": top, "top_share_least": float(least.mean()), "top_share_expected": float(usual.mean()),
        "top_share_low": float(np.quantile(usual, 0.025)), "top_share_high": float(np.quantile(usual, 0.975)),
    }  # fmt: skip


def _effective(source: Any, value: Any, random: np.random.Generator) -> tuple[float, float, float]:  # noqa: ANN401
    """Hill's number of order 2 and its 95 % bootstrap interval (basic, on the logarithm) over objects."""
    _, who = np.unique(source, return_inverse=True)
    _, what = np.unique(value, return_inverse=True)
    table = sparse.csr_array((np.ones(len(who)), (who, what)), shape=(who.max() + 1, what.max() + 1))
    found = _hill(table.sum(axis=1)[:, None])[0]
    drawn = np.concatenate([
        _hill(table @ random.poisson(1.0, (table.shape[1], 50)).astype(np.float64)) for _ in range(_DRAWS // 50)
    ])  # fmt: skip
    spread = np.quantile(np.log(drawn), [0.025, 0.975])
    middle = np.log(found)
    low, high = np.exp(2 * middle - spread[1]), np.exp(2 * middle - spread[0])
    return float(found), float(max(1.0, min(low, found))), float(max(high, found))


def _hill(counts: Floats) -> Floats:
    totals = counts.sum(axis=0)
    some = totals > 0
    hill: Floats = totals[some] ** 2 / (counts**2).sum(axis=0)[some]
    return hill


def _marks_elsewhere(layer: Layer, layers: list[Layer]) -> Floats:
    """Marks of every other kind of each account of a layer."""
    out = np.zeros(len(layer.rows.accounts))
    for other in layers:
        if other.kind != layer.kind:
            at = pc.index_in(layer.rows.accounts, other.rows.accounts)
            counts = np.bincount(other.rows.account, minlength=len(other.rows.accounts))
            known = at.is_valid().to_numpy(zero_copy_only=False)
            out[known] += counts[at.filter(at.is_valid()).to_numpy()]
    return out


def _top_share(elsewhere: Floats, marks: int, random: np.random.Generator) -> Floats:
    """Share of the top accounts where each takes part in this kind as in all others (one mark added to each).

    Without any others every mark is anybody's, which gives the least concentration there can be.
    """
    weight = elsewhere + 1.0
    draws = np.sort(random.multinomial(marks, weight / weight.sum(), _TOP_DRAWS), axis=1)
    share: Floats = draws[:, -TOP:].sum(axis=1) / max(marks, 1)
    return share
