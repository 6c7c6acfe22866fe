"""From marks to pairs, nulls, groups and their evidence: Arrow in, Arrow out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import coordination_tables as tables
from blowback.analyses.machinery.coordination_groups import Tested, grouped, schema_of, text_order
from blowback.errors import AnalysisFailed
from blowback.model.analysis import Coactions, Frames, Params, Progress
from blowback.tools import graph, nulls
from blowback.tools.coaction import Acts, Pairs, acts, pairs, plan
from blowback.tools.coaction_blocks import as_pairs

KINDS: Final = ("repost", "url", "hashtag", "mention", "reply_to", "text", "folded_text", "media")
Count = Callable[[Acts, int, int], Pairs]


def windows_of(text: str) -> tuple[int, ...]:
    """Seconds from '10,60,600' (the command line has turned '10m' into seconds)."""
    return tuple(sorted({int(float(part)) for part in str(text).split(",") if part.strip()}))


def refine(frames: Frames, params: Params, progress: Progress, coactions: Coactions | None = None) -> Frames:
    """Run every kind that was asked for; `coactions` counts the pairs of step `acts` elsewhere than in this process.

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
        count = _elsewhere(coactions, kind) if coactions else pairs
        for name, table in _kind(kind, mine, params, count, must=asked != "all").items():
            parts[name].append(table)
    progress("coordination", 1.0)
    return {
        o.name: pa.concat_tables(parts[o.name]) if parts[o.name] else schema_of(o).empty_table() for o in tables.OUTPUTS
    }


def _elsewhere(coactions: Coactions, kind: str) -> Count:
    return lambda rows, window, least: as_pairs(coactions("acts", kind, window, least), rows)


def _kind(kind: str, marks: pa.Table, params: Params, count: Count, *, must: bool) -> dict[str, pa.Table]:
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
    tested = [
        _test(rows, w, p.pairs, family[0] * len(windows), params, count) for w, p in zip(windows, plans, strict=True)
    ]
    return _tables(kind, rows, tested, family, params, resolution)


def _test(rows: Acts, window_s: int, row_pairs: int, family: int, params: Params, count: Count) -> Tested:
    """Pairs of one window under both nulls: Benjamini-Hochberg over the family, and calibration on shuffles."""
    window, least, seed = window_s * 1_000_000, int(params["min_objects"]), int(params["seed"])
    found = count(rows, window, least)  # the shuffles are counted here, whatever counts the pairs
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
    width = len(rows.accounts)
    codes = np.unique(np.concatenate([t.codes(width)[t.q_b <= fdr] for t in tested]))
    edges = np.stack([codes // max(width, 1), codes % max(width, 1)], axis=1)
    edges = edges[graph.supported(edges[:, 0], edges[:, 1], width)] if len(edges) else edges
    kept = edges[:, 0] * width + edges[:, 1]
    survives = [np.isin(t.codes(width), kept) & (t.q_b <= fdr) for t in tested]
    each = list(zip(tested, survives, strict=True))
    out = {
        "pairs": pa.concat_tables([_pairs(kind, rows, t, s, fdr) for t, s in each]),
        "summary": pa.concat_tables(
            [_summary(kind, t.window_s, rows, (t, s, fdr), family, resolution, "done") for t, s in each]
        ),
    }
    if len(edges):
        out |= grouped(kind, rows, tested, edges, params)
    return out


def _pairs(kind: str, rows: Acts, t: Tested, survives: npt.NDArray[np.bool_], fdr: float) -> pa.Table:
    first, second, swap = text_order(rows, t.found.a, t.found.b)
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
