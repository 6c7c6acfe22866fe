"""Clusters: communities of who passes on and mentions what, each cut into sides by what its accounts mostly do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.tools.graph import communities
from blowback.tools.strings import flat

Ints = npt.NDArray[np.int64]
SOURCE, VOICE, RELAY = "source", "voice", "relay"
SIDES: Final = (SOURCE, VOICE, RELAY)
HEARD: Final = 3  # other accounts that pass an account on, from which it is a source
REST: Final = "rest"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Per account (codes in text order) its cluster; names and sides of the clusters, the largest first."""

    accounts: pa.Array
    of_account: Ints
    names: list[str]
    sides: list[str]
    posts: Ints  # per account
    reposts: Ints
    flows: tuple[Ints, Ints, Ints]  # who passes on, whose, how often (accounts of the case only)
    communities: int
    placed: int


def clusters_of(tallies: pa.Table, shared: pa.Table, handles: pa.Table, least: int, seed: int) -> Clusters:
    """Leiden communities of accounts and what they pass on or mention, cut into sides; small ones are merged.

    A cluster below `least` accounts joins the other small ones of its side; where these are still too few, the rest of
    all sides. So no cluster is smaller, except a rest in a case that is.
    """
    accounts = pc.unique(flat(tallies.column("account_id")))
    accounts = accounts.take(pc.sort_indices(accounts))
    n = len(accounts)
    who = _codes(tallies.column("account_id"), accounts)
    posts = np.bincount(who, weights=tallies.column("posts").to_numpy(), minlength=n).astype(np.int64)
    reposts = np.bincount(who, weights=tallies.column("reposts").to_numpy(), minlength=n).astype(np.int64)
    one, two, many, flows = _edges(shared, handles, accounts)
    nodes, label, _ = communities(one, two, many, seed=seed)
    community = np.full(n, -1, np.int64)
    mine = nodes < n
    community[nodes[mine]] = label[mine]
    heard, received, given = _heard(flows, n)
    side = np.full(n, 1, np.int64)
    side[(2 * reposts > posts)] = 2
    side[(heard >= HEARD) & (received > given) & (received > posts)] = 0
    of_account, names, sides = _named(community, side, least)
    held = len(set(community[community >= 0].tolist()))
    return Clusters(accounts, of_account, names, sides, posts, reposts, flows, held, int((community >= 0).sum()))


def _codes(values: Any, known: pa.Array) -> Ints:  # noqa: ANN401  # an Arrow column
    found = pc.fill_null(pc.index_in(flat(values), known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _edges(
    shared: pa.Table, handles: pa.Table, accounts: pa.Array
) -> tuple[Ints, Ints, npt.NDArray[np.float64], tuple[Ints, Ints, Ints]]:
    """Edges between accounts and targets (codes after the accounts), and who passes on whom among the accounts."""
    rows = shared.sort_by([("account_id", "ascending"), ("kind", "ascending"), ("value", "ascending")])
    value = flat(rows.column("value"))
    named = handles.sort_by([("mention", "ascending"), ("account_id", "ascending")])
    at = pc.index_in(value, flat(named.column("mention")))
    value = pc.coalesce(flat(named.column("account_id")).take(at), value) if named.num_rows else value
    own = _codes(value, accounts)
    others = pc.dictionary_encode(value)
    target = np.where(
        own >= 0, own, len(accounts) + np.asarray(others.indices.to_numpy(zero_copy_only=False), np.int64)
    )
    who = _codes(rows.column("account_id"), accounts)
    times = rows.column("n").to_numpy().astype(np.int64)
    passed = np.asarray(pc.equal(rows.column("kind"), "passed_on").to_numpy(zero_copy_only=False), np.bool_)
    known = passed & (own >= 0) & (own != who)
    good = (who >= 0) & (target != who)
    width = int(target.max()) + 1 if len(target) else 1
    pairs = np.minimum(who, target)[good] * width + np.maximum(who, target)[good]
    keys, inverse = np.unique(pairs, return_inverse=True)
    strength = np.sqrt(times[good].astype(np.float64))
    weight = np.asarray(np.bincount(inverse.ravel(), weights=strength, minlength=len(keys)), np.float64)
    return keys // width, keys % width, weight, (who[known], own[known], times[known])


def _heard(flows: tuple[Ints, Ints, Ints], n: int) -> tuple[Ints, Ints, Ints]:
    """Per account: others that pass it on, times it is passed on, times it passes on."""
    who, whose, times = flows
    received = np.bincount(whose, weights=times, minlength=n).astype(np.int64)
    given = np.bincount(who, weights=times, minlength=n).astype(np.int64)
    return np.bincount(whose, minlength=n).astype(np.int64), received, given


def _named(community: Ints, side: Ints, least: int) -> tuple[Ints, list[str], list[str]]:
    """Cluster of each account, and names: community number by size and side."""
    width = int(community.max(initial=-1)) + 2
    sizes = np.bincount(community + 1, minlength=width)
    order = np.lexsort((np.arange(width), -sizes))
    order = order[(order > 0) & (sizes[order] > 0)]
    number = {int(c) - 1: k + 1 for k, c in enumerate(order.tolist())}
    label = [
        f"{number[c]}-{SIDES[s]}" if c in number else f"{REST}-{SIDES[s]}"
        for c, s in zip(community.tolist(), side.tolist(), strict=True)
    ]
    for whole in (False, True):  # first by side, then all
        held: dict[str, int] = {}
        for x in label:
            held[x] = held.get(x, 0) + 1
        rest = {x: REST if whole else f"{REST}-{x.rpartition('-')[2]}" for x in held}
        label = [x if held[x] >= least or x == REST else rest[x] for x in label]
    counts: dict[str, int] = {}
    for x in label:
        counts[x] = counts.get(x, 0) + 1
    names = sorted(counts, key=lambda x: (x == REST, -counts[x], x))
    place = {x: k for k, x in enumerate(names)}
    sides = [x.rpartition("-")[2] if "-" in x else REST for x in names]
    return np.array([place[x] for x in label], np.int64), names, sides
