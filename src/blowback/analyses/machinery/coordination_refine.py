"""From marks to pairs, nulls, groups and their evidence: Arrow in, Arrow out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import coordination_tables as tables
from blowback.analyses.machinery.coordination_alike import looked_at
from blowback.analyses.machinery.coordination_groups import grouped
from blowback.analyses.machinery.coordination_layer import BURST_FDR, Count, Layer, expected, layer_of
from blowback.analyses.machinery.coordination_rhythm import KIND as RHYTHM
from blowback.analyses.machinery.coordination_rhythm import LEAST_HOURS, rhythm_layer, rhythm_marks
from blowback.analyses.machinery.coordination_rhythm import WINDOWS as RHYTHM_WINDOWS
from blowback.analyses.machinery.coordination_size import sizes
from blowback.analyses.machinery.coordination_thin import thinned, told
from blowback.analyses.machinery.coordination_windows import SECOND, Windows, affordable, windows_of
from blowback.errors import AnalysisFailed, UsageError
from blowback.model.analysis import Coactions, Frames, Params, Progress
from blowback.model.ids import short_id
from blowback.tools import nulls
from blowback.tools.coaction import Acts, acts, in_text_order, pairs, plan
from blowback.tools.coaction_blocks import as_pairs
from blowback.tools.matters import matters
from blowback.tools.neardup import near_duplicates
from blowback.tools.sharing import sharing

KINDS: Final = (
    "repost", "fast_repost", "url", "hashtag", "hashtag_sequence", "mention", "reply_to", "text", "near_text", "media", "rhythm",
)  # fmt: skip

MEANING: Final = "meaning"
MEANING_WINDOW_US: Final = 3 * 86_400_000_000  # a matter that is further apart is another
MADE_HERE: Final = ("near_text", RHYTHM, MEANING)  # marks of the case as a whole, which no engine has


def refine(frames: Frames, params: Params, progress: Progress, coactions: Coactions | None = None) -> Frames:
    """Run every kind that was asked for, then group over all of them.

    `coactions` counts the pairs of step `acts` elsewhere than in this process; shuffled copies are counted here.

    Raises:
        AnalysisFailed: one kind or window was asked for by name and holds more pairs than `max_pairs`.
    """
    asked = str(params["kind"])
    kinds = KINDS if asked == "all" else (asked,)
    parts: dict[str, list[pa.Table]] = {o.name: [] for o in tables.OUTPUTS}
    layers = []
    for number, kind in enumerate(kinds):
        progress(f"coordination: {kind}", number / (len(kinds) + 1))
        mine, refused = _marks(frames, kind, params, must=asked != "all")
        mine, lost = thinned(mine, params)
        rows = _acts(mine)
        windows = RHYTHM_WINDOWS if kind == RHYTHM else windows_of(str(params["window"]))
        fits = _affordable(kind, rows, windows, params, must=asked != "all")
        if len(rows) and fits:
            there = coactions if kind not in MADE_HERE and not lost else None
            count = _elsewhere(there, kind) if there else pairs
            layer = rhythm_layer(rows, params) if kind == RHYTHM else layer_of(kind, rows, fits, params, count)
            layers.append(layer)
            least = max(int(params["min_objects"]), LEAST_HOURS if kind == RHYTHM else 1)
            fits = layer.windows
            parts["pairs"] += [_pairs(layer, w, least, count) for w in fits.listed_us]
            parts["ties"].append(_ties(layer))
        ran = layers[-1] if len(rows) and fits else None
        parts["summary"].append(_summary(kind, rows, windows, ran, params, refused or told(lost)))
    progress("coordination: groups", len(kinds) / (len(kinds) + 1))
    name = asked if asked != "all" else "fused"
    done = grouped(name, layers, params)
    if "groups" in done:
        done |= looked_at(done["groups"].to_pylist(), done["members"], frames, int(params["seed"]))
    for output, table in done.items():
        parts[output].append(table)
    parts["sizes"].append(sizes(layers, done.get("members"), int(params["seed"])))
    progress("coordination", 1.0)
    return {o.name: pa.concat_tables(parts[o.name]) if parts[o.name] else o.arrow.empty_table() for o in tables.OUTPUTS}


def _marks(frames: Frames, kind: str, params: Params, *, must: bool) -> tuple[pa.Table, str]:
    """The marks of a kind, and why there are none where texts are too many to compare."""
    if kind == RHYTHM:
        return rhythm_marks(frames["times"]), ""
    if kind == MEANING:
        return _translated(frames["written"]), ""
    if kind != "near_text":
        marks = frames["acts"]
        return marks.filter(pc.equal(marks.column("kind"), kind)), ""
    try:
        return _alike(frames["texts"], float(params["alike"])), ""
    except UsageError as error:
        if must:
            raise
        return _alike(frames["texts"].slice(0, 0), float(params["alike"])), f"Texts were not compared: {error}."


def _elsewhere(coactions: Coactions, kind: str) -> Count:
    return lambda rows, window, least: as_pairs(coactions("acts", kind, window, least), rows)


def _acts(marks: pa.Table) -> Acts:
    return acts(marks.column("account_id"), marks.column("value"), marks.column("posted_at"), marks.column("post_id"))


def _alike(texts: pa.Table, alike: float) -> pa.Table:
    """Near-duplicate clusters as marks. They are found on one machine whatever the engine: the join is not windowed."""
    found = near_duplicates(texts.column("text_folded"), threshold=alike, folded=True).table()
    mine = texts.take(found.column("row"))
    return mine.drop_columns(["text_folded"]).append_column("value", found.column("value"))


def _translated(written: pa.Table) -> pa.Table:
    """Texts that say the same in several languages as marks: their value is the first text's fingerprint."""
    ordered = written.sort_by([("posted_at", "ascending"), ("post_id", "ascending")])
    text, folded, lang = (ordered.column(c) for c in ("text", "text_folded", "lang"))
    cluster = matters(text, folded, lang, ordered.column("posted_at").cast(pa.int64()).to_numpy(), MEANING_WINDOW_US)
    row = np.flatnonzero(cluster >= 0)
    _, first, of = np.unique(cluster[row], return_index=True, return_inverse=True)
    names = [short_id("M", str(folded[int(row[n])].as_py())) for n in first]
    mine = ordered.take(pa.array(row)).select(["account_id", "posted_at", "post_id"])
    value = pa.array([names[n] for n in of], pa.string())
    return mine.append_column("value", value).append_column("kind", pa.repeat(MEANING, len(row)))


def _affordable(kind: str, rows: Acts, windows: Windows, params: Params, *, must: bool) -> Windows | None:
    most = int(params["max_pairs"])
    fits = affordable(windows, rows, most)
    if fits == windows or not (must or windows.asked) or not len(rows):
        return fits
    if fits and not windows.asked:
        return fits
    heavy = plan(rows, windows.curve_us[-1])
    if not must:
        return None
    raise AnalysisFailed(
        f"{heavy.pairs:,} pairs of {kind} marks fall into {windows.curve_us[-1] / SECOND:g} s; "
        f"{heavy.heaviest_share:.0%} on one object",
        hint="Narrow --window, or raise --max-pairs: about a minute for each 5,000,000,000 pairs",
    )


def _pairs(layer: Layer, window: int, least: int, count: Count) -> pa.Table:
    """Pairs with the support inside one window, with the counts of both public peers, and the test of the pair."""
    rows, found = layer.rows, count(layer.rows, window, least)
    width, n = max(len(rows.accounts), 1), len(found)
    at = np.searchsorted(layer.found.a * width + layer.found.b, found.a * width + found.b)
    permuted, shifted = expected(layer, at, window)
    first, second, swap = in_text_order(rows, found.a, found.b)
    columns: dict[str, Any] = {
        "kind": pa.repeat(layer.kind, n), "window_s": np.full(n, window // SECOND), "account_a": first, "account_b": second,
        "n_pairs": found.n_pairs,
        "n_posts_a": np.where(swap, found.n_posts_b, found.n_posts_a),
        "n_posts_b": np.where(swap, found.n_posts_a, found.n_posts_b),
        "n_objects": found.n_objects, "n_shared": layer.found.shared[at],
        "expected_permute": permuted, "expected_shift": shifted,
        **_verdicts(layer, at),
    }  # fmt: skip
    return _ordered(columns, tables.PAIRS.arrow)


def _verdicts(layer: Layer, at: Any) -> dict[str, Any]:  # noqa: ANN401  # row numbers of `layer.found`
    return {
        "p_permute": layer.found.p_permute[at], "q_permute": layer.q_permute[at],
        "p_shift": layer.found.p_shift[at], "q_shift": layer.q_shift[at],
        "survives_permute": layer.q_permute[at] <= BURST_FDR, "survives": layer.core[at], "hangs": layer.hanging[at],
    }  # fmt: skip


def _ties(layer: Layer) -> pa.Table:
    """Pairs that the test could tell from chance at all (p <= 0.01), one row each, whatever the window."""
    found, at = layer.found, np.flatnonzero(layer.found.p_shift < 1.0)
    first, second, _ = in_text_order(layer.rows, found.a[at], found.b[at])
    static = sharing(layer.rows, (found.a[at], found.b[at]))
    columns = {
        "kind": pa.repeat(layer.kind, len(at)), "account_a": first, "account_b": second,
        "expected_static": static.expected, "p_static": static.p, "cosine": static.cosine, "n_shared": found.shared[at], "n_met": found.met[at],
        "reach_s": np.full(len(at), layer.windows.reaches_us[-1] // SECOND), "tightest_s": found.tightest_us[at] / SECOND,
        "expected_permute": found.expected_permute[at], "expected_shift": found.expected_shift[at], **_verdicts(layer, at),
    }  # fmt: skip
    return _ordered(columns, tables.TIES.arrow)


def _ordered(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    cast = {f.name: pa.array(columns[f.name]).cast(f.type) for f in schema}
    return pa.table(cast, schema=schema).sort_by([("account_a", "ascending"), ("account_b", "ascending")])


def _summary(kind: str, rows: Acts, windows: Windows, layer: Layer | None, params: Params, lost: str) -> pa.Table:
    """One row for each window of the curve."""
    ran = layer.windows.curve_us if layer else ()
    every = sorted({*windows.curve_us, *windows.listed_us})
    return pa.Table.from_pylist(
        [_row(kind, rows, w, layer if w in ran else None, params) | {"lost": lost} for w in every], tables.SUMMARY.arrow
    )


def _row(kind: str, rows: Acts, window: int, layer: Layer | None, params: Params) -> dict[str, Any]:
    blank = {
        "kind": kind, "window_s": window // SECOND, "marks": len(rows), "accounts": len(rows.accounts),
        "objects": len(rows.values), "resolution_s": max(nulls.resolution_us(rows.time) // SECOND, 1),
        "row_pairs": 0, "tested": 0, "tested_exact": True, "pairs": 0, "pairs_accounts": 0, "pairs_permute": 0.0,
        "pairs_shift": 0.0, "survive_permute": 0, "survive_shift": 0, "survive": 0, "limit_p": 0.0, "hang": 0, "hanging_p": 0.0,
        "outcome": "too_many_pairs" if len(rows) else "no_marks",
    }  # fmt: skip
    if layer is None:
        return blank
    at = layer.windows.curve_us.index(window)
    near = layer.found.within[:, at] >= int(params["min_objects"])
    passes = layer.found.p_shift <= layer.limit
    some = bool(len(layer.by_shift))
    return blank | {
        "row_pairs": layer.plans[at].pairs, "tested": layer.family[0], "tested_exact": layer.family[1],
        "pairs": int(near.sum()),
        "pairs_accounts": len(np.unique(np.concatenate([layer.found.a[near], layer.found.b[near]]))),
        "pairs_permute": float(layer.by_permute[at]) if some else 0.0, "pairs_shift": float(layer.by_shift[at]) if some else 0.0,
        "survive_permute": int((passes & (layer.q_permute <= BURST_FDR)).sum()), "survive_shift": int(passes.sum()),
        "survive": int(layer.core.sum()), "limit_p": layer.limit, "hang": int(layer.hanging.sum()), "hanging_p": layer.hanging_p, "outcome": "done",
    }  # fmt: skip
