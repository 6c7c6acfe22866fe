"""From posts under tags to seeds, tests, strands, classes and ranges: Arrow in, Arrow out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import hijacks_tables as tables
from blowback.analyses.machinery.hijacks_classes import HIJACK, Graph, accounts_of, classes_of, cues_of, graph_of
from blowback.analyses.machinery.hijacks_control import controlled
from blowback.analyses.machinery.hijacks_measure import exposed, generator, measured, onset_us, share_of
from blowback.analyses.machinery.hijacks_rows import hour_rows, marker_rows, post_rows
from blowback.analyses.machinery.hijacks_ruling import class_of
from blowback.analyses.machinery.hijacks_seeds import Seed, seeds_of
from blowback.analyses.machinery.hijacks_strands import Strand, strands_of
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag, posts_of, tag_of, tags_of
from blowback.model.analysis import Frames, Params, Progress
from blowback.tools.strings import flat
from blowback.tools.wordmodel import Floats

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the posts: who reacts to whom, whom a mention names, followers and views (NaN unknown)."""

    graph: Graph
    named: Ints
    followers: Floats
    views: Floats


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Test every marker of every tag, then look closely at what passes."""
    progress("hijacks: words", 0.0)
    posts = posts_of(frames)
    found, tags, looked = _tested(posts, params, progress)
    every = [s for _, s in found]
    q, within = controlled([s.p for s in every], [n for _, n in tags], float(params["fdr"]))
    rows: Rows = {o.name: [] for o in tables.OUTPUTS}
    around = _around(posts, frames)
    start = 0
    for number, (name, size) in enumerate(tags):
        mine, mine_q = every[start : start + size], q[start : start + size]
        beside = within[start : start + size] <= float(params["fdr"])
        start += size
        progress("hijacks: strands", 0.7 + 0.3 * number / max(len(tags), 1))
        tag = _tag_again(posts, *name)
        strands = strands_of(tag, mine, mine_q <= float(params["fdr"]), beside)
        if not strands:
            rows["tags"].append(_bare(posts, tag, mine, mine_q))
        for place, strand in enumerate(strands, 1):
            _looked_at(posts, tag, (place, strand), (mine, mine_q), around, params, rows)
    rows["summary"].append(_summary(posts, looked, tags, q, rows, params))
    progress("hijacks", 1.0)
    return {o.name: _table(o, rows[o.name]) for o in tables.OUTPUTS}


_ORDER: Final = {
    "tags": ("value", "strand"), "posts": ("value", "strand", "posted_at", "post_id"), "hours": ("value", "strand", "hour"),
}  # fmt: skip


def _table(output: Any, rows: list[dict[str, Any]]) -> pa.Table:  # noqa: ANN401  # an Output
    table = pa.Table.from_pylist(rows, output.arrow) if rows else output.arrow.empty_table()
    keys = _ORDER.get(output.name)
    return table.sort_by([(k, "ascending") for k in keys]) if keys else table


def _tested(
    posts: Posts, params: Params, progress: Progress
) -> tuple[list[tuple[str, Seed]], list[tuple[tuple[str, int, Ints], int]], int]:
    """Seeds in the order of their tags; the tags that have some, with how many; how many tags were large enough."""
    found: list[tuple[str, Seed]] = []
    tags: list[tuple[tuple[str, int, Ints], int]] = []
    large = [(v, c, r) for v, c, r in tags_of(posts) if len(r) >= int(params["min_posts"])]
    looked = 0
    for number, (value, code, rows) in enumerate(large):
        progress("hijacks: markers", 0.1 + 0.6 * number / len(large))
        tag = tag_of(posts, value, code, rows)
        if tag.accounts < int(params["min_accounts"]):
            continue
        looked += 1
        seeds = seeds_of(posts, tag, params)
        if seeds:
            tags.append(((value, code, rows), len(seeds)))
            found += [(value, s) for s in seeds]
    return found, tags, looked


def _tag_again(posts: Posts, value: str, code: int, rows: Ints) -> Tag:
    return tag_of(posts, value, code, rows)


def _around(posts: Posts, frames: Frames) -> Around:
    accounts = accounts_of(posts)
    people, seen = frames["people"], frames["seen"]
    at = pc.index_in(accounts, flat(people.column("account_id")))
    followers = (
        people.column("followers").combine_chunks().take(at) if people.num_rows else pa.nulls(len(accounts), pa.int64())
    )
    handles = (
        people.column("handle").combine_chunks().take(at) if people.num_rows else pa.nulls(len(accounts), pa.string())
    )
    row = pc.index_in(flat(posts.table.column("post_id")), flat(seen.column("post_id")))
    views = seen.column("views").combine_chunks().take(row) if seen.num_rows else pa.nulls(len(posts), pa.int64())
    code = {h: i for i, h in enumerate(handles.to_pylist()) if h}
    named = np.array([_called(code, k, v) for k, v in posts.markers], np.int64)
    return Around(graph_of(posts, frames), named, _floats(followers), _floats(views))


def _called(code: dict[str, int], kind: str, value: str) -> int:
    return code.get(value, -1) if kind == "mention" else -1


def _floats(values: pa.Array) -> Floats:
    return np.asarray(pc.fill_null(values.cast(pa.float64()), float("nan")).to_numpy(zero_copy_only=False), np.float64)


def _frame(posts: Posts, tag: Tag, seeds: list[Seed], q: Floats) -> dict[str, Any]:
    best = int(np.argmin([s.p for s in seeds]))
    return {
        "value": tag.value, "strand": 0, "posts": len(tag.rows), "accounts": tag.accounts,
        "first_at": int(posts.at[tag.rows[0]]), "last_at": int(posts.at[tag.rows[-1]]),
        "strand_posts": 0, "strand_accounts": 0, "hijack": 0, "counter": 0, "news": 0, "own": len(tag.rows),
        "tested": len(seeds), "p": seeds[best].p, "q": float(q[best]), "class": "none", "reason": "nothing stands apart",
        "drift": seeds[best].strange, "drift_usual": seeds[best].usual, "drift_z": seeds[best].z,
        "placebos": seeds[best].placebos, "borrowed": seeds[best].borrowed, "borrowed_usual": seeds[best].borrowed_usual,
    }  # fmt: skip


def _bare(posts: Posts, tag: Tag, seeds: list[Seed], q: Floats) -> dict[str, Any]:
    return _frame(posts, tag, seeds, q)


def _looked_at(
    posts: Posts,
    tag: Tag,
    numbered: tuple[int, Strand],
    tests: tuple[list[Seed], Floats],
    around: Around,
    params: Params,
    rows: Rows,
) -> None:
    """Classes, measures, share and range of one strand; its rows in every output."""
    place, strand = numbered
    random = generator(int(params["seed"]), tag)
    cues = cues_of(posts, tag, strand, around.graph, around.named)
    kinds, why = classes_of(posts, tag, strand, cues)
    units = np.flatnonzero(strand.inside)
    hijack = np.zeros(len(tag.first), np.bool_)
    hijack[units[[k == HIJACK for k in kinds]]] = True
    mine = list(strand.seeds)
    of = {id(s): float(v) for s, v in zip(*tests, strict=True)}
    row = _frame(posts, tag, mine, np.array([of[id(s)] for s in mine])) | {"tested": len(tests[0]), "strand": place}
    strand_rows = tag.rows[strand.inside[tag.unit_of]]
    kind_of = dict(zip(units.tolist(), kinds, strict=True))
    told = [kind_of[u] for u in tag.unit_of[strand.inside[tag.unit_of]].tolist()]
    pushed = tag.rows[(hijack)[tag.unit_of]]
    onset = onset_us(posts, pushed if len(pushed) else strand_rows)
    row |= {k: told.count(k) for k in ("hijack", "counter", "news")}
    row |= {
        "strand_posts": len(strand_rows), "strand_accounts": len(np.unique(tag.account[strand.inside])),
        "own": len(tag.rows) - len(strand_rows), "onset_at": onset, "until_at": int(posts.at[strand_rows].max()),
    }  # fmt: skip
    row |= measured(posts, tag, strand, cues, random)
    share = share_of(posts, tag, strand, hijack, random)
    reach, beside = exposed(posts, tag, strand, hijack, (around.followers, around.views), around.graph)
    row |= dict(zip(("share", "share_low", "share_high"), share, strict=True)) | {
        "exposure_low": reach.low, "exposure_high": reach.high, "exposure_beside": beside, "exposure_unknown": reach.unknown,
    }  # fmt: skip
    row["class"], row["reason"] = class_of(row, strand)
    rows["tags"].append(row)
    rows["posts"] += post_rows(posts, tag, strand, (place, kind_of, dict(zip(units.tolist(), why, strict=True))))
    rows["markers"] += marker_rows(posts, tag, strand, place)
    rows["hours"] += hour_rows(posts, tag, place, strand_rows)


def _summary(posts: Posts, looked: int, tags: list[Any], q: Floats, rows: Rows, params: Params) -> dict[str, Any]:
    strands = [r for r in rows["tags"] if r["strand"]]
    return {
        "posts": len(posts), "tags": looked, "tested_tags": len(tags), "tested": len(q),
        "expected": float(params["fdr"]) * int((q <= float(params["fdr"])).sum()), "passed": int((q <= float(params["fdr"])).sum()),
        "strands": len(strands), "repurposed": sum(r["class"] == "repurposed" for r in strands),
        "first_id": posts.table.column("post_id")[0].as_py() if len(posts) else None,
        "outcome": "no_tags" if not looked else "done" if len(q) else "untestable",
    }  # fmt: skip
