"""Groups of one kind of mark: communities of surviving pairs, their cards, members and co-actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import coordination_tables as tables
from blowback.model.analysis import Output, Params
from blowback.tools import graph, nulls
from blowback.tools.coaction import Acts, Pairs
from blowback.tools.coaction_groups import coactions_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MOST_COACTIONS: Final = 1_000_000  # rows of the evidence table of one kind; beyond it every pair is cut alike
# When permuting gives the group four fifths of what it has, the objects' bursts are the group's own doing (or nobody
# else's): that null cannot speak for or against it.
OWN_BURST: Final = 0.8


@dataclass(frozen=True, slots=True)
class Tested:
    """Pairs of one kind and window with their chances and verdicts."""

    window_s: int
    found: Pairs
    chance: nulls.Judged
    q_a: npt.NDArray[np.float64]
    q_b: npt.NDArray[np.float64]
    by_permute: float  # pairs, mean over shuffles
    by_shift: float
    row_pairs: int

    def codes(self, width: int) -> Ints:
        """One number for each pair, rising: both account codes."""
        return self.found.a * width + self.found.b


def schema_of(output: Output) -> pa.Schema:
    """Arrow schema of an output."""
    types: dict[str, pa.DataType] = {
        "text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "time": pa.timestamp("us"),
    }  # fmt: skip
    return pa.schema([pa.field(c.name, types[c.type], c.nullable) for c in output.columns])


def text_order(rows: Acts, a: Any, b: Any) -> tuple[pa.Array, pa.Array, Bools]:  # noqa: ANN401
    """Both accounts as text, the smaller first, and where that swapped them."""
    left, right = rows.accounts.take(pa.array(a)), rows.accounts.take(pa.array(b))
    swap = pc.greater(left, right).to_numpy(zero_copy_only=False)
    return pc.min_element_wise(left, right), pc.max_element_wise(left, right), swap


def grouped(kind: str, rows: Acts, tested: list[Tested], edges: Ints, params: Params) -> dict[str, pa.Table]:
    """Groups, members and co-actions. `edges`: (n, 2) account codes of the surviving pairs, rising."""
    width = len(rows.accounts)
    nodes, labels, _ = graph.communities(edges[:, 0], edges[:, 1], np.ones(len(edges)), seed=int(params["seed"]))
    label = np.full(width, -1, np.int64)
    label[nodes] = labels
    inside = label[edges[:, 0]] == label[edges[:, 1]]
    of_edge = np.where(inside, label[edges[:, 0]], -1)
    sizes = np.bincount(labels)
    links = np.bincount(of_edge[inside], minlength=len(sizes))
    kept = (sizes >= 3) & (links >= 3)
    listed = coactions_of(rows, edges, tested[-1].window_s * 1_000_000, MOST_COACTIONS)
    code = listed.column("a").to_numpy() * width + listed.column("b").to_numpy()
    group = of_edge[np.searchsorted(edges[:, 0] * width + edges[:, 1], code)] if len(code) else np.empty(0, np.int64)
    rest = _Edges(edges, of_edge, tested, width, float(params["fdr"]))
    cards = [
        _card(kind, int(g), int(sizes[g]), rest, listed.filter(pa.array(group == g))) for g in np.flatnonzero(kept)
    ]
    named = pa.array([f"{kind}-{g + 1}" for g in range(len(sizes))])
    stays = kept[labels]
    members = {
        "kind": pa.repeat(kind, int(stays.sum())), "group_id": named.take(pa.array(labels[stays])),
        "account_id": rows.accounts.take(pa.array(nodes[stays])),
    }  # fmt: skip
    shown = (group >= 0) & kept[group]
    return {
        "groups": pa.Table.from_pylist(cards, schema_of(tables.GROUPS)),
        "members": pa.table(members, schema=schema_of(tables.MEMBERS)),
        "coactions": _coactions(kind, rows, listed.filter(pa.array(shown)), named.take(pa.array(group[shown]))),
    }


def _coactions(kind: str, rows: Acts, listed: pa.Table, named: pa.Array) -> pa.Table:
    first, second, swap = text_order(rows, listed.column("a").combine_chunks(), listed.column("b").combine_chunks())

    def side(one: str, other: str) -> pa.Array:
        return pc.if_else(pa.array(swap), listed.column(other).combine_chunks(), listed.column(one).combine_chunks())

    at_a, at_b = side("at_a", "at_b"), side("at_b", "at_a")
    lag = pc.divide(pc.cast(pc.subtract(at_b.cast(pa.int64()), at_a.cast(pa.int64())), pa.float64()), 1e6)
    columns = {
        "kind": pa.repeat(kind, listed.num_rows), "group_id": named, "account_a": first, "account_b": second,
        "value": listed.column("value"), "post_a": side("post_a", "post_b"), "post_b": side("post_b", "post_a"),
        "at_a": at_a, "at_b": at_b, "lag_s": lag,
    }  # fmt: skip
    return pa.table(columns, schema=schema_of(tables.COACTIONS))


class _Edges:
    """Surviving pairs with their group, and what each window says of them."""

    def __init__(self, edges: Ints, of_edge: Ints, tested: list[Tested], width: int, fdr: float) -> None:
        self.code, self.of_edge, self.tested, self.fdr = edges[:, 0] * width + edges[:, 1], of_edge, tested, fdr
        self.at = []  # per window: (row of `found`, edge) of the pairs that survive
        for t in tested:
            known = t.codes(width)
            place = np.searchsorted(known, self.code).clip(max=max(len(known) - 1, 0))
            there = known[place] == self.code if len(known) else np.zeros(len(self.code), np.bool_)
            self.at.append((place[there], np.flatnonzero(there)))
        self.q_a, self.q_b = np.ones(len(self.code)), np.ones(len(self.code))
        for t, (row, edge) in zip(tested, self.at, strict=True):
            self.q_a[edge] = np.minimum(self.q_a[edge], t.q_a[row])
            self.q_b[edge] = np.minimum(self.q_b[edge], t.q_b[row])

    def of(self, group: int) -> tuple[Bools, list[Ints]]:
        """The group's edges, and its rows of `found` in each window."""
        mine = self.of_edge == group
        return mine, [row[mine[edge]] for row, edge in self.at]


def _card(kind: str, group: int, size: int, known: _Edges, listed: pa.Table) -> dict[str, Any]:
    mine, rows = known.of(group)
    tries = max(sum(len(r) for r in rows), 1)
    best_a = min(float(t.chance.p_a[r].min(initial=1.0)) for t, r in zip(known.tested, rows, strict=True))
    best_b = min(float(t.chance.p_b[r].min(initial=1.0)) for t, r in zip(known.tested, rows, strict=True))
    wide, at = known.tested[-1], rows[-1]
    beyond, observed = int((known.q_a[mine] <= known.fdr).sum()), int(wide.found.n_objects[at].sum())
    expected, edges = float(wide.chance.expected_a[at].sum()), int(mine.sum())
    ruling = "beyond_both" if beyond else "own_burst" if expected >= OWN_BURST * observed else "cannot_tell"
    from_a, from_b = (listed.column(c).cast(pa.int64()).to_numpy() for c in ("at_a", "at_b"))
    times = pa.array(np.concatenate([from_a, from_b])).cast(pa.timestamp("us"))
    return {
        "kind": kind, "group_id": f"{kind}-{group + 1}", "size": size, "edges": edges,
        "density": 2 * edges / (size * (size - 1)) if size > 1 else 0.0,
        "objects": pc.count_distinct(listed.column("value")).as_py(), "observed": observed,
        "expected_permute": expected, "expected_shift": float(wide.chance.expected_b[at].sum()),
        "beyond_burst": beyond, "ruling": ruling, "best_p_permute": min(1.0, best_a * tries),
        "best_p_shift": min(1.0, best_b * tries), "worst_q_shift": float(known.q_b[mine].max(initial=0.0)),
        "best_q_permute": float(known.q_a[mine].min(initial=1.0)),
        "first_at": pc.min(times).as_py(), "last_at": pc.max(times).as_py(),
        "median_lag_s": float(np.median(np.abs(from_a - from_b)) / 1e6) if len(from_a) else None,
    }  # fmt: skip
