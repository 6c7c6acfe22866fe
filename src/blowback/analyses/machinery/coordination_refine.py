"""From marks to pairs, nulls, groups and their evidence: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import coordination_tables as tables
from blowback.errors import AnalysisFailed
from blowback.model.analysis import Frames, Output, Params, Progress
from blowback.tools import graph, nulls
from blowback.tools.coaction import Acts, Pairs, acts, pairs, plan
from blowback.tools.coaction_groups import coactions_of

KINDS: Final = ("repost", "url", "hashtag", "mention", "reply_to", "text", "folded_text", "media")
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


def schema_of(output: Output) -> pa.Schema:
    """Arrow schema of an output."""
    types: dict[str, pa.DataType] = {
        "text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "time": pa.timestamp("us"),
    }  # fmt: skip
    return pa.schema([pa.field(c.name, types[c.type], c.nullable) for c in output.columns])


def windows_of(text: str) -> tuple[int, ...]:
    """Seconds from '10,60,600' (the command line has turned '10m' into seconds)."""
    return tuple(sorted({int(float(part)) for part in str(text).split(",") if part.strip()}))


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Run every kind that was asked for.

    Raises:
        AnalysisFailed: one kind was asked for by name and its windows hold more pairs than `max_pairs`.
    """
    marks = frames["acts"]
    asked = str(params["kind"])
    kinds = KINDS if asked == "all" else (asked,)
    parts: dict[str, list[pa.Table]] = {o.name: [] for o in tables.OUTPUTS}
    for number, kind in enumerate(kinds):
        progress(f"coordination: {kind}", number / len(kinds))
        mine = marks.filter(pc.equal(marks.column("kind"), kind))
        for name, table in _kind(kind, mine, params, must=asked != "all").items():
            parts[name].append(table)
    progress("coordination", 1.0)
    return {
        o.name: pa.concat_tables(parts[o.name]) if parts[o.name] else schema_of(o).empty_table() for o in tables.OUTPUTS
    }


def _kind(kind: str, marks: pa.Table, params: Params, *, must: bool) -> dict[str, pa.Table]:
    rows = acts(marks.column("account_id"), marks.column("value"), marks.column("posted_at"), marks.column("post_id"))
    windows = windows_of(str(params["window"]))
    resolution = 60 if len(rows) and (rows.time % 60_000_000 == 0).all() else 1
    if not len(rows):
        blank = [_summary(kind, w, rows, None, (0, True), resolution, "no_marks") for w in windows]
        return {"summary": pa.concat_tables(blank)}
    plans = [plan(rows, w * 1_000_000) for w in windows]
    if plans[-1].pairs > int(params["max_pairs"]):
        if must:
            heavy = plans[-1]
            raise AnalysisFailed(
                f"{heavy.pairs:,} pairs of {kind} marks fall into {windows[-1]} s; {heavy.heaviest_share:.0%} on one object",
                hint="Narrow --window, or raise --max-pairs: about a minute for each 5,000,000,000 pairs",
            )
        blank = [_summary(kind, w, rows, None, (0, True), resolution, "too_many_pairs") for w in windows]
        return {"summary": pa.concat_tables(blank)}
    family = nulls.family(rows)
    tested = [_test(rows, w, p.pairs, family[0] * len(windows), params) for w, p in zip(windows, plans, strict=True)]
    return _tables(kind, rows, tested, family, params, resolution)


def _test(rows: Acts, window_s: int, row_pairs: int, family: int, params: Params) -> Tested:
    """Pairs of one window under both nulls: Benjamini-Hochberg over the family, and calibration on shuffles."""
    window, least, seed = window_s * 1_000_000, int(params["min_objects"]), int(params["seed"])
    found = pairs(rows, window, least)
    chance = nulls.judge(rows, found, window)
    shuffles = int(params["shuffles"])

    def under(shuffle: Callable[[Acts, int], Acts], null: Literal["permute", "shift"]) -> list[nulls.Floats]:
        copies = (shuffle(rows, seed + n) for n in range(shuffles))
        return [nulls.by_chance(copy, pairs(copy, window, least), window, null) for copy in copies]

    permuted, shifted = under(nulls.permuted, "permute"), under(nulls.shifted, "shift")
    q_a = nulls.benjamini_hochberg(chance.p_a, family)
    q_b = nulls.benjamini_hochberg(chance.p_b, family)
    if shuffles:
        q_a = np.maximum(q_a, nulls.calibrated(chance.p_a, permuted))
        q_b = np.maximum(q_b, nulls.calibrated(chance.p_b, shifted))
    means = [float(np.mean([len(p) for p in ps])) if ps else 0.0 for ps in (permuted, shifted)]
    return Tested(window_s, found, chance, q_a, q_b, means[0], means[1], row_pairs)


def _tables(
    kind: str, rows: Acts, tested: list[Tested], family: tuple[int, bool], params: Params, resolution: int
) -> dict[str, pa.Table]:
    fdr = float(params["fdr"])
    edges = np.unique(np.concatenate([_ends(t)[t.q_b <= fdr] for t in tested]), axis=0)
    edges = edges[graph.supported(edges[:, 0], edges[:, 1], len(rows.accounts))] if len(edges) else edges
    known = {(int(a), int(b)) for a, b in edges}
    survives = [np.fromiter((tuple(e) in known for e in _ends(t).tolist()), np.bool_, len(t.found)) for t in tested]
    survives = [s & (t.q_b <= fdr) for s, t in zip(survives, tested, strict=True)]
    nodes, labels, _ = graph.communities(edges[:, 0], edges[:, 1], np.ones(len(edges)), seed=int(params["seed"]))
    label = dict(zip(nodes.tolist(), labels.tolist(), strict=True))
    listed = coactions_of(rows, edges, tested[-1].window_s * 1_000_000, MOST_COACTIONS)
    out = {
        "pairs": pa.concat_tables([_pairs(kind, rows, t, s, fdr) for t, s in zip(tested, survives, strict=True)]),
        "summary": pa.concat_tables(
            [
                _summary(kind, t.window_s, rows, (t, s, fdr), family, resolution, "done")
                for t, s in zip(tested, survives, strict=True)
            ]
        ),
    }
    if len(edges):
        groups, members, coactions = _grouped(kind, rows, tested, edges, label, listed, fdr)
        out |= {"groups": groups, "members": members, "coactions": coactions}
    return out


def _ends(tested: Tested) -> npt.NDArray[np.int64]:
    return np.stack([tested.found.a, tested.found.b], axis=1)


def _text_order(rows: Acts, a: Any, b: Any) -> tuple[pa.Array, pa.Array, npt.NDArray[np.bool_]]:  # noqa: ANN401
    """Both accounts as text, the smaller first, and where that swapped them."""
    left, right = rows.accounts.take(pa.array(a)), rows.accounts.take(pa.array(b))
    swap = pc.greater(left, right).to_numpy(zero_copy_only=False)
    return pc.min_element_wise(left, right), pc.max_element_wise(left, right), swap


def _pairs(kind: str, rows: Acts, t: Tested, survives: npt.NDArray[np.bool_], fdr: float) -> pa.Table:
    first, second, swap = _text_order(rows, t.found.a, t.found.b)
    n = len(t.found)
    columns: dict[str, Any] = {
        "kind": pa.repeat(kind, n), "window_s": np.full(n, t.window_s), "account_a": first, "account_b": second,
        "n_pairs": t.found.n_pairs,
        "n_posts_a": np.where(swap, t.found.n_posts_b, t.found.n_posts_a),
        "n_posts_b": np.where(swap, t.found.n_posts_a, t.found.n_posts_b),
        "n_objects": t.found.n_objects, "n_shared": t.chance.shared,
        "expected_permute": t.chance.expected_a, "p_permute": t.chance.p_a, "q_permute": t.q_a,
        "expected_shift": t.chance.expected_b, "p_shift": t.chance.p_b, "q_shift": t.q_b,
        "survives_permute": t.q_a <= fdr, "survives_shift": t.q_b <= fdr, "survives": survives,
    }  # fmt: skip
    return pa.table(columns, schema=schema_of(tables.PAIRS)).sort_by(
        [("account_a", "ascending"), ("account_b", "ascending")]
    )


def _summary(kind: str, window: int, rows: Acts, done: tuple[Tested, Any, float] | None, family: tuple[int, bool],
             resolution: int, outcome: str) -> pa.Table:  # fmt: skip
    t = done[0] if done else None
    row = {
        "kind": kind, "window_s": window, "marks": len(rows), "accounts": len(rows.accounts), "objects": len(rows.values),
        "row_pairs": t.row_pairs if t else 0, "tested": family[0], "tested_exact": family[1],
        "pairs": len(t.found) if t else 0, "pairs_permute": t.by_permute if t else 0.0, "pairs_shift": t.by_shift if t else 0.0,
        "survive_permute": int((t.q_a <= done[2]).sum()) if t and done else 0,
        "survive_shift": int((t.q_b <= done[2]).sum()) if t and done else 0,
        "survive": int(done[1].sum()) if done else 0, "resolution_s": resolution, "outcome": outcome,
    }  # fmt: skip
    return pa.Table.from_pylist([row], schema_of(tables.SUMMARY))


def _grouped(
    kind: str,
    rows: Acts,
    tested: list[Tested],
    edges: npt.NDArray[np.int64],
    label: Mapping[int, int],
    listed: pa.Table,
    fdr: float,
) -> tuple[pa.Table, pa.Table, pa.Table]:
    ends = np.array([[label[int(a)], label[int(b)]] for a, b in edges])
    inside = ends[:, 0] == ends[:, 1]
    first, second, _ = _text_order(rows, listed.column("a"), listed.column("b"))
    of_edge = {(int(a), int(b)): int(g) for (a, b), g, same in zip(edges, ends[:, 0], inside, strict=True) if same}
    keys = zip(listed.column("a").to_pylist(), listed.column("b").to_pylist(), strict=True)
    group = np.fromiter((of_edge.get(k, -1) for k in keys), np.int64, listed.num_rows)
    named = {g: f"{kind}-{g + 1}" for g in set(label.values())}
    swap = pc.greater(
        rows.accounts.take(listed.column("a").combine_chunks()),
        rows.accounts.take(listed.column("b").combine_chunks()),
    )

    def side(one: str, other: str) -> pa.Array:
        return pc.if_else(swap, listed.column(other).combine_chunks(), listed.column(one).combine_chunks())

    at_a, at_b = side("at_a", "at_b"), side("at_b", "at_a")
    lag = pc.divide(pc.cast(pc.subtract(at_b.cast(pa.int64()), at_a.cast(pa.int64())), pa.float64()), 1e6)
    coactions = pa.table(
        {
            "kind": pa.repeat(kind, listed.num_rows), "group_id": pa.array([named.get(int(g), "") for g in group]),
            "account_a": first, "account_b": second, "value": listed.column("value"),
            "post_a": side("post_a", "post_b"), "post_b": side("post_b", "post_a"), "at_a": at_a, "at_b": at_b, "lag_s": lag,
        },
        schema=schema_of(tables.COACTIONS),
    ).filter(pa.array(group >= 0))  # fmt: skip
    members = pa.table(
        {
            "kind": pa.repeat(kind, len(label)), "group_id": [named[g] for g in label.values()],
            "account_id": rows.accounts.take(pa.array(list(label))),
        },
        schema=schema_of(tables.MEMBERS),
    )  # fmt: skip
    cards = [
        _card(kind, g, label, edges[inside & (ends[:, 0] == g)], tested, listed.filter(pa.array(group == g)), fdr)
        for g in sorted(set(label.values()))
    ]
    cards = [c for c in cards if c["size"] >= 3 and c["edges"] >= 3]
    kept = pa.array([c["group_id"] for c in cards], pa.string())
    groups = pa.Table.from_pylist(cards, schema_of(tables.GROUPS))
    return groups, _of(members, kept), _of(coactions, kept)


def _of(table: pa.Table, kept: pa.Array) -> pa.Table:
    return table.filter(pc.is_in(table.column("group_id"), kept))


def _card(kind: str, group: int, label: Mapping[int, int], edges: npt.NDArray[np.int64], tested: list[Tested],
          listed: pa.Table, fdr: float) -> dict[str, Any]:  # fmt: skip
    size = sum(g == group for g in label.values())
    wide = tested[-1]
    place = {(int(a), int(b)): n for n, (a, b) in enumerate(_ends(wide).tolist())}
    at = np.array([place[int(a), int(b)] for a, b in edges if (int(a), int(b)) in place], np.int64)
    mine = {(int(a), int(b)) for a, b in edges}
    here = [np.array([tuple(e) in mine for e in _ends(t).tolist()], np.bool_) for t in tested]
    q_b = dict.fromkeys(mine, 1.0)
    q_a = dict(q_b)
    for t, h in zip(tested, here, strict=True):
        for n in np.flatnonzero(h):
            e = (int(t.found.a[n]), int(t.found.b[n]))
            q_b[e], q_a[e] = min(q_b[e], float(t.q_b[n])), min(q_a[e], float(t.q_a[n]))
    tries = max(sum(int(h.sum()) for h in here), 1)
    best = [min((float(p[h].min()) for p, h in zip(ps, here, strict=True) if h.any()), default=1.0)
            for ps in ([t.chance.p_a for t in tested], [t.chance.p_b for t in tested])]  # fmt: skip
    beyond, observed = sum(q <= fdr for q in q_a.values()), int(wide.found.n_objects[at].sum())
    expected = float(wide.chance.expected_a[at].sum())
    ruling = "beyond_both" if beyond else "own_burst" if expected >= OWN_BURST * observed else "cannot_tell"
    times = pa.concat_arrays([listed.column(c).combine_chunks() for c in ("at_a", "at_b")]) if listed.num_rows else None
    lags = (
        np.abs(listed.column("at_a").cast(pa.int64()).to_numpy() - listed.column("at_b").cast(pa.int64()).to_numpy())
        / 1e6
    )
    return {
        "kind": kind, "group_id": f"{kind}-{group + 1}", "size": size, "edges": len(edges),
        "density": 2 * len(edges) / (size * (size - 1)) if size > 1 else 0.0,
        "objects": pc.count_distinct(listed.column("value")).as_py(), "observed": observed,
        "expected_permute": expected, "expected_shift": float(wide.chance.expected_b[at].sum()),
        "beyond_burst": beyond, "ruling": ruling, "best_p_permute": min(1.0, best[0] * tries),
        "best_p_shift": min(1.0, best[1] * tries), "worst_q_shift": max(q_b.values(), default=1.0),
        "best_q_permute": min(q_a.values(), default=1.0),
        "first_at": pc.min(times).as_py() if times is not None else None,
        "last_at": pc.max(times).as_py() if times is not None else None,
        "median_lag_s": float(np.median(lags)) if len(lags) else None,
    }  # fmt: skip
