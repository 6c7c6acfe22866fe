"""From who passes on what, and who used what first, to tiers of clusters: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import tiers_tables as tables
from blowback.analyses.machinery.tiers_cluster import RELAY, REST, SOURCE, Clusters, clusters_of
from blowback.analyses.machinery.tiers_firsts import Firsts, firsts_of
from blowback.model.analysis import Frames, Params, Progress
from blowback.tools.nulls import benjamini_hochberg
from blowback.tools.strings import flat

Ints = npt.NDArray[np.int64]
_FEW_POSTS: Final = 50
_FEW_OBJECTS: Final = 20
_LISTED: Final = 5000  # objects in the table: those that most accounts use


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Clusters, who was first, and a tier for each cluster of which the data can say one."""
    progress("tiers: clusters", 0.0)
    held = clusters_of(
        frames["tallies"], frames["shared"], frames["handles"], int(params["least"]), int(params["seed"])
    )
    progress("tiers: who was first", 0.5)
    first = firsts_of(frames["uses"], held.accounts, held.of_account, held.names)
    clusters = _clusters(held, first, frames["tallies"], float(params["fdr"]))
    listed = sorted(first.rows, key=lambda r: (-r["accounts"], r["kind"], r["value"]))[:_LISTED]
    known = {c["cluster"] for c in clusters if c["side"] != REST}
    summary = {
        "accounts": len(held.accounts), "placed": held.placed, "communities": held.communities, "clusters": len(known),
        "objects": len(first.rows), "clear": sum(r["clear"] for r in first.rows), "known_sources": int(held.flows[2].sum()),
    }  # fmt: skip
    progress("tiers", 1.0)
    return {
        "clusters": pa.Table.from_pylist(clusters, tables.CLUSTERS.arrow),
        "flows": pa.Table.from_pylist(_flows(held), tables.FLOWS.arrow),
        "firsts": pa.Table.from_pylist(listed, tables.FIRSTS.arrow),
        "summary": pa.Table.from_pylist([summary], tables.SUMMARY.arrow),
    }


def _clusters(held: Clusters, first: Firsts, tallies: pa.Table, fdr: float) -> list[dict[str, Any]]:
    k = len(held.names)
    size = np.bincount(held.of_account, minlength=k)
    posts = np.bincount(held.of_account, weights=held.posts, minlength=k)
    reposts = np.bincount(held.of_account, weights=held.reposts, minlength=k)
    who, whose, times = held.flows
    across = held.of_account[who] != held.of_account[whose] if len(who) else np.zeros(0, np.bool_)
    received = np.bincount(held.of_account[whose[across]], weights=times[across], minlength=k)
    given = np.bincount(held.of_account[who[across]], weights=times[across], minlength=k)
    q_more, q_fewer = (benjamini_hochberg(p, k) for p in (first.more, first.fewer))
    quiet = _quiet(held, tallies, k)
    out = []
    for c in range(k):
        row: dict[str, Any] = {
            "cluster": held.names[c], "side": held.sides[c], "accounts": int(size[c]), "posts": int(posts[c]), "reposts": int(reposts[c]),
            "received": int(received[c]), "given": int(given[c]), "objects": int(first.objects[c]), "firsts": int(first.firsts[c]),
            "firsts_by_chance": float(first.expected[c]), "p_more": float(first.more[c]), "p_fewer": float(first.fewer[c]),
            "q_more": float(q_more[c]), "q_fewer": float(q_fewer[c]), "quiet_share": float(quiet[c]),
        }  # fmt: skip
        row["tier"], row["why"] = tier_of(row, fdr, known=bool(times.sum()))
        out.append(row)
    return out


def tier_of(row: Mapping[str, Any], fdr: float, *, known: bool) -> tuple[str, str]:
    """(tier, why) of a cluster from its counts; `known`: authors of what is passed on. See docs/methods/tiers.md."""
    if row["side"] == REST:
        return "cannot_tell", "accounts of several sides, too few of each"
    if row["posts"] < _FEW_POSTS or row["objects"] < _FEW_OBJECTS:
        return "cannot_tell", f"fewer than {_FEW_POSTS} posts or {_FEW_OBJECTS} shared objects"
    ahead, behind = row["q_more"] <= fdr, row["q_fewer"] <= fdr
    if row["side"] == SOURCE:
        return (
            ("official", "passed on by others, and first beyond chance")
            if ahead
            else ("cannot_tell", "passed on by others, but not first beyond chance")
        )
    if row["side"] == RELAY:
        return (
            ("cannot_tell", "mostly reposts, but first beyond chance")
            if ahead
            else (
                "repeater",
                "mostly reposts, and " + ("later than chance makes it" if behind else "not first beyond chance"),
            )
        )
    return (
        ("active", "mostly own posts, hardly passed on")
        if known
        else ("cannot_tell", "mostly own posts, but who is passed on is not in the data")
    )


def _quiet(held: Clusters, tallies: pa.Table, k: int) -> npt.NDArray[np.float64]:
    """Share of each cluster's posts in its quietest six hours in a row, round the clock."""
    found = (
        pc.index_in(flat(tallies.column("account_id")), held.accounts).to_numpy(zero_copy_only=False).astype(np.int64)
    )
    hour = tallies.column("hour").to_numpy().astype(np.int64)
    table = np.zeros((k, 24))
    np.add.at(table, (held.of_account[found] if len(found) else found, hour), tallies.column("posts").to_numpy())
    six = sum(np.roll(table, -s, axis=1) for s in range(6))
    total = np.maximum(table.sum(1), 1)
    return np.asarray(np.min(six, axis=1, initial=np.inf) / total if k else np.empty(0), np.float64)


def _flows(held: Clusters) -> list[dict[str, Any]]:
    who, whose, times = held.flows
    if not len(who):
        return []
    k = len(held.names)
    table = np.zeros((k, k))
    np.add.at(table, (held.of_account[who], held.of_account[whose]), times)
    chance = table.sum(1)[:, None] * table.sum(0)[None, :] / table.sum()
    return [
        {
            "from_cluster": held.names[a],
            "of_cluster": held.names[b],
            "reposts": int(table[a, b]),
            "by_chance": float(chance[a, b]),
        }
        for a, b in zip(*np.nonzero(table), strict=True)
    ]
