"""Groups over all kinds of marks together: communities of the pairs that hold, their cards, members and co-actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import coordination_tables as tables
from blowback.analyses.machinery.coordination_card import card, layer_card
from blowback.analyses.machinery.coordination_layer import Layer
from blowback.model.analysis import Params
from blowback.tools import graph
from blowback.tools.coaction import in_text_order
from blowback.tools.coaction_groups import coactions_of

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
MOST_COACTIONS: Final = 1_000_000  # rows of the evidence table of one kind; beyond it every pair is cut alike
_SEEDS, _RESOLUTIONS = 5, (0.5, 1.0, 2.0)
SMALLEST: Final = 3  # accounts and pairs of a group: never two people


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that hold or hang, of every layer. `row` points into the layer's tested pairs; `a`, `b` into `accounts`."""

    layer: Ints
    row: Ints
    a: Ints
    b: Ints
    core: Bools
    accounts: pa.Array

    def at(self, where: Bools) -> Edges:
        """Some of them."""
        return Edges(self.layer[where], self.row[where], self.a[where], self.b[where], self.core[where], self.accounts)


def grouped(name: str, layers: list[Layer], params: Params) -> dict[str, pa.Table]:
    """The tables groups, layers, members and coactions; group ids are the name and a number."""
    edges = _joined(layers)
    if edges is None:
        return {}
    met = np.concatenate([layers[i].found.met[edges.row[edges.layer == i]] for i in np.unique(edges.layer)])
    label, core_label, stable = _communities(edges, met, int(params["seed"]))
    of_edge = np.where(label[edges.a] == label[edges.b], label[edges.a], -1)
    sizes = np.bincount(core_label[core_label >= 0])
    links = np.bincount(of_edge[edges.core & (of_edge >= 0)], minlength=len(sizes))
    kept = np.flatnonzero((sizes >= SMALLEST) & (links >= SMALLEST))
    out: dict[str, list[pa.Table]] = {n: [] for n in ("layers", "coactions")}
    groups, members = [], []
    for number in kept.tolist():
        mine, group = edges.at(of_edge == number), f"{name}-{number + 1}"
        cards = []
        for index in np.unique(mine.layer).tolist():
            of_layer = mine.at(mine.layer == index)
            acts, window = _coactions(group, layers[index], of_layer)
            cards.append(layer_card(group, layers[index], of_layer.row, acts, window))
            out["coactions"].append(acts)
        inside = np.flatnonzero(label == number)
        one = card(name, group, cards, mine, len(inside), int(sizes[number]))
        groups.append(one | {"stability": float(stable[number].mean()), "stability_low": float(stable[number].min())})
        out["layers"].append(pa.Table.from_pylist(cards, tables.LAYERS.arrow))
        members.append(_members(name, group, edges.accounts, inside, core_label))
    done = {n: pa.concat_tables(t) for n, t in out.items() if t}
    if groups:
        done |= {"groups": pa.Table.from_pylist(groups, tables.GROUPS.arrow), "members": pa.concat_tables(members)}
    return done


def _joined(layers: list[Layer]) -> Edges | None:
    parts = []
    for index, layer in enumerate(layers):
        row = np.flatnonzero(layer.core | layer.hanging)
        if len(row):
            names = (layer.rows.accounts.take(pa.array(side[row])) for side in (layer.found.a, layer.found.b))
            parts.append((np.full(len(row), index), row, layer.core[row], *names))
    if not parts:
        return None
    ends = pa.chunked_array([p[side] for side in (3, 4) for p in parts])
    accounts = _in_order(pc.unique(ends).sort(), layers)
    codes = pc.index_in(ends, accounts).to_numpy().astype(np.int64)
    half = len(codes) // 2
    of, row, core = (np.concatenate([p[n] for p in parts]) for n in range(3))
    return Edges(of, row, codes[:half], codes[half:], core, accounts)


def _in_order(accounts: pa.Array, layers: list[Layer]) -> pa.Array:
    """Accounts by what their marks say (see `intrinsic`), so that groups and their numbers do not hang on pseudonyms."""
    total = np.zeros(len(accounts), np.uint64)
    for layer in layers:
        at = pc.index_in(accounts, layer.rows.accounts)
        known = at.is_valid().to_numpy(zero_copy_only=False)
        total[known] += layer.signed[0][at.filter(at.is_valid()).to_numpy()]
    return accounts.take(pa.array(np.argsort(total, kind="stable")))


def _communities(edges: Edges, met: Ints, seed: int) -> tuple[Ints, Ints, Any]:
    """Label of every account, those that hang included, and of the others alone (-1 = none); stability of each label.

    A pair weighs as much as the objects it meets on, over all kinds.
    """
    width = len(edges.accounts)
    held = edges.at(edges.core)
    pairs, of = np.unique(np.minimum(held.a, held.b) * width + np.maximum(held.a, held.b), return_inverse=True)
    weight = np.bincount(of, weights=met[edges.core]).astype(np.float64)
    a, b = pairs // width, pairs % width
    nodes, labels, _ = graph.communities(a, b, weight, seed=seed)
    stable = graph.stability(a, b, weight, labels, seeds=range(seed, seed + _SEEDS), resolutions=_RESOLUTIONS)
    core = np.full(width, -1, np.int64)
    core[nodes] = labels
    label = core.copy()
    hanging = edges.at(~edges.core)
    inner = np.where(core[hanging.a] >= 0, core[hanging.a], core[hanging.b])
    outer = np.where(core[hanging.a] >= 0, hanging.b, hanging.a)
    loose = (core[outer] < 0) & (inner >= 0)
    # into the group with most ties, the smallest number among equals
    key, ties = np.unique(outer[loose] * (len(labels) + 1) + inner[loose], return_counts=True)
    who, to = key // (len(labels) + 1), key % (len(labels) + 1)
    order = np.lexsort((to, -ties, who))
    first = np.concatenate([[True], who[order][1:] != who[order][:-1]]) if len(order) else np.zeros(0, np.bool_)
    label[who[order][first]] = to[order][first]
    return label, core, stable


def _members(name: str, group: str, accounts: pa.Array, inside: Ints, core: Ints) -> pa.Table:
    columns = {
        "kind": pa.repeat(name, len(inside)), "group_id": pa.repeat(group, len(inside)),
        "account_id": accounts.take(pa.array(inside)),
        "basis": pa.array(np.where(core[inside] >= 0, "tested", "tied")),
    }  # fmt: skip
    return pa.table(columns, schema=tables.MEMBERS.arrow)


def _coactions(group: str, layer: Layer, edges: Edges) -> tuple[pa.Table, int]:
    """Matching post pairs of one group in one layer, and the window they were listed in."""
    rows, found = layer.rows, layer.found
    ends = np.stack([found.a[edges.row], found.b[edges.row]], axis=1)
    window = layer.windows.reaches_us[0]
    share = len(edges.row) / max(int((layer.core | layer.hanging).sum()), 1)
    if len(layer.windows.reaches_us) > 1 and not _met(layer, edges, window):
        window = layer.windows.reaches_us[-1]
    listed = coactions_of(rows, ends, window, max(int(MOST_COACTIONS * share), 1))
    first, second, swap = in_text_order(rows, listed.column("a").combine_chunks(), listed.column("b").combine_chunks())

    def side(one: str, other: str) -> pa.Array:
        return pc.if_else(pa.array(swap), listed.column(other).combine_chunks(), listed.column(one).combine_chunks())

    at_a, at_b = side("at_a", "at_b"), side("at_b", "at_a")
    lag = pc.divide(pc.cast(pc.subtract(at_b.cast(pa.int64()), at_a.cast(pa.int64())), pa.float64()), 1e6)
    columns: dict[str, Any] = {
        "kind": pa.repeat(layer.kind, listed.num_rows), "group_id": pa.repeat(group, listed.num_rows),
        "account_a": first, "account_b": second, "value": listed.column("value"), "post_a": side("post_a", "post_b"),
        "post_b": side("post_b", "post_a"), "at_a": at_a, "at_b": at_b, "lag_s": lag,
    }  # fmt: skip
    return pa.table(columns, schema=tables.COACTIONS.arrow), window


def _met(layer: Layer, edges: Edges, window: int) -> bool:
    """Whether a pair meets on most of its objects inside a window."""
    if window not in layer.windows.curve_us:
        return True
    met = layer.found.within[edges.row, layer.windows.curve_us.index(window)]
    return bool(2 * met.sum() >= layer.found.met[edges.row].sum()) or bool((met >= SMALLEST).any())
