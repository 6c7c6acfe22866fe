"""From posts to bundles with their layers, rulings and scores."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import injected_evidence as weighing
from blowback.analyses.machinery import injected_layers as layers
from blowback.analyses.machinery.injected_evidence import Evidence, Scene
from blowback.analyses.machinery.injected_rounds import (
    COARSE_US,
    ORIGINAL,
    REPLY,
    Flags,
    Floats,
    Ints,
    crowd_of,
    rounds_of,
)
from blowback.analyses.machinery.injected_ruling import Ruled, rule
from blowback.analyses.machinery.injected_tables import BUNDLES, POSTS, ROUNDS, SUMMARY
from blowback.model.analysis import Frames, Params, Progress
from blowback.tools.templates import template

_ECHO: Final = 0.5  # of the score: a post by an account that comes once where the others come back
_OTHER_CLIENT: Final = 0.3  # of the score: a post with another client where nearly all have one
_ONE_CLIENT: Final = 0.8
_LAYERS: Final = ("schedule", "recurrence", "client", "pace", "character")
_EXAMPLES: Final = 40


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Posts and links in; posts of bundles, bundles, rounds and the summary out."""
    seed = int(params["seed"])
    progress("injected: wordings", 0.1)
    crowd = crowd_of(frames, float(params["alike"]))
    rounds = rounds_of(crowd, frames["linked"], int(params["min_accounts"]))
    progress("injected: layers", 0.5)
    scene = weighing.scene_of(crowd, rounds, seed)
    found = weighing.evidence_of(scene, seed)
    copies = []
    for number in range(int(params["shuffles"])):
        progress("injected: shuffled copies", 0.6 + 0.3 * number / int(params["shuffles"]))
        copies.append(weighing.shuffled(scene, seed + 1 + number))
    ruled = rule(scene, found, copies, float(params["fdr"]))
    progress("injected: tables", 0.95)
    return tables(scene, found, ruled, copies)


def tables(scene: Scene, found: Evidence, ruled: Ruled, copies: list[Floats]) -> Frames:
    """The outputs; bundles are numbered in the order of their first posts."""
    crowd, rounds = scene.crowd, scene.rounds
    of_row = found.cohorts.bundle_of[rounds.of_row]
    start = np.full(found.cohorts.count, len(crowd), np.int64)
    np.minimum.at(start, of_row, rounds.rows)
    order = np.argsort(start, kind="stable")
    names = np.empty(len(order), dtype=object)
    names[order] = [f"bundle-{n + 1}" for n in range(len(order))]
    return {
        "posts": _posts(scene, found, ruled, of_row, names),
        "bundles": _bundles(scene, found, ruled, of_row, names).take(pa.array(order)),
        "rounds": _rounds(scene, found, ruled, names),
        "summary": _summary(scene, found, ruled, copies),
    }


def _posts(scene: Scene, found: Evidence, ruled: Ruled, of_row: Ints, names: Any) -> pa.Table:  # noqa: ANN401  # objects
    table, rounds = scene.crowd.table, scene.rounds
    rows = np.concatenate([rounds.rows, rounds.loose])
    of = np.concatenate([of_row, found.cohorts.bundle_of[rounds.loose_round]])
    why = np.array([_why(found, b) for b in range(found.cohorts.count)] or [""], dtype=object)
    fit = fits(scene, found, rows, of, np.concatenate([rounds.first, np.zeros(len(rounds.loose), np.bool_)]))
    made = pa.table(
        [table.column("post_id").take(pa.array(rows)), pa.array(names[of], pa.string()), pa.array(ruled.score[of] * fit),
         table.column("posted_at").take(pa.array(rows)), pa.array(why[of], pa.string())],
        schema=POSTS.arrow,
    )  # fmt: skip
    return made.take(pa.array(np.argsort(rows, kind="stable")))


def fits(scene: Scene, found: Evidence, rows: Ints, of: Ints, first: Flags) -> Floats:
    """Per post, how far it is like its bundle: people who copy the words by hand stand in it too.

    Args:
        scene: the case.
        found: its evidence.
        rows: rows of the crowd.
        of: the bundle of each.
        first: whether it is the first of its account in a round of the bundle.
    """
    crowd = scene.crowd
    out = np.ones(len(rows))
    used = found.clients.used / np.maximum(found.clients.of, 1)
    other = crowd.client[rows] != found.clients.top[of]
    out[other & (found.clients.top >= 0)[of] & (used >= _ONE_CLIENT)[of]] *= _OTHER_CLIENT
    _, place = np.unique(of * max(len(crowd.accounts), 1) + crowd.account[rows], return_inverse=True)
    times = np.bincount(place[first], minlength=int(place.max(initial=0)) + 1)[
        place
    ]  # rounds of the bundle with the account
    many = np.bincount(found.cohorts.bundle_of, minlength=found.cohorts.count)
    out[(times == 0) | ((times == 1) & (many >= 3)[of])] *= _ECHO
    return out


def _why(found: Evidence, bundle: int) -> str:
    told = [(-found.log_p[k][bundle] / np.log(10), k) for k in _LAYERS if not np.isnan(found.log_p[k][bundle])]
    said = [f"{k} p={_power(v)}" for v, k in sorted(told, reverse=True) if v >= 1.3]
    missing = [k for k in _LAYERS if np.isnan(found.log_p[k][bundle])]
    return "; ".join([*(said or ["no layer"]), *([f"missing: {', '.join(missing)}"] if missing else [])])


def _power(minus: float) -> str:
    return f"1e-{minus:.0f}" if minus >= 3 else f"{10**-minus:.3f}"


def _bundles(scene: Scene, found: Evidence, ruled: Ruled, of_row: Ints, names: Any) -> pa.Table:  # noqa: ANN401  # objects
    crowd, rounds, count = scene.crowd, scene.rounds, found.cohorts.count
    by_row = np.argsort(of_row, kind="stable")
    bounds = np.searchsorted(of_row[by_row], np.arange(count + 1))
    p = {k: pa.array(np.exp(v), mask=np.isnan(v)) for k, v in found.log_p.items()}
    replies = np.bincount(crowd.wording[(crowd.role == REPLY) & (crowd.wording >= 0)], minlength=len(crowd.chance) + 1)
    of_round = rounds.of_row
    loose = np.bincount(found.cohorts.bundle_of[rounds.loose_round], minlength=count)
    rows = [
        _bundle(scene, rounds.rows[places], of_round[places], replies)
        for places in (by_row[bounds[b] : bounds[b + 1]] for b in range(count))
    ]
    clients, spaced = found.clients, found.spacings
    stated = np.maximum(clients.of, 1)
    none = clients.top < 0
    columns: dict[str, Any] = {n: [r[n] for r in rows] for n in (rows[0] if rows else {})}
    columns["posts"] = (np.bincount(of_row, minlength=count) + loose).tolist()
    columns |= {
        "bundle_id": pa.array(names, pa.string()), "ruling": ruled.ruling, "reason": ruled.reason,
        "client": pc.if_else(pa.array(none), pa.scalar(None, pa.string()),
                             crowd.clients.take(pa.array(np.maximum(clients.top, 0)))) if len(crowd.clients) else pa.nulls(count, pa.string()),
        "client_share": pa.array(clients.used / stated, mask=none),
        "client_expected": pa.array(clients.expected / stated, mask=none),
        "median_gap_s": spaced.median_s, "contrast": spaced.regular, "period_s": spaced.period_s.astype(np.int64),
        "on_period": spaced.on_period, "fastest": spaced.fastest, "clock": ["even" if e else "lattice" for e in spaced.even.tolist()],
        "shared": found.cohorts.shared.astype(np.int64),
        "shared_expected": found.cohorts.expected,
        "covers": pa.array(found.cohorts.covers, mask=np.isnan(found.cohorts.covers)),
        "otherwise": ruled.otherwise, "same_expected": pa.array(found.expected_same, mask=np.isnan(found.expected_same)),
        **{f"p_{k}": v for k, v in p.items()},
        "evidence": found.total, "q": ruled.q, "score": ruled.score,
    }  # fmt: skip
    schema = BUNDLES.arrow
    if not rows:
        return schema.empty_table()
    return pa.table([pa.array(columns[f.name], f.type) for f in schema], schema=schema)


def _bundle(scene: Scene, rows: Ints, of_round: Ints, replies: Ints) -> dict[str, Any]:
    """The words and counts of one bundle; the example is the first post of its widest round."""
    crowd, rounds = scene.crowd, scene.rounds
    numbers, sizes = np.unique(of_round, return_counts=True)
    widest = int(numbers[np.argmax(sizes)])
    here = rounds.rows[rounds.bounds[widest] : rounds.bounds[widest + 1]]
    folded = crowd.table.column("text_folded")
    texts = [t for t in folded.take(pa.array(here[:_EXAMPLES])).to_pylist() if t]
    carriers = np.unique(rounds.carrier[numbers])
    at = crowd.table.column("posted_at")
    return {
        "wording": crowd.table.column("text")[int(here[0])].as_py(),
        "template": template(texts, texts[0]) if texts and not rounds.by_link[widest] else None,
        "joined_by": "mark" if rounds.by_link[numbers].all() else "wording",
        "wordings": len(carriers), "rounds": len(numbers), "posts": 0,
        "accounts": len(np.unique(crowd.account[rows])), "clients": len(np.unique(crowd.client[rows][crowd.client[rows] >= 0])),
        "first_at": at[int(rows.min())].as_py(), "last_at": at[int(rows.max())].as_py(),
        "replies": int(replies[carriers[carriers < len(crowd.chance)]].sum()),
    }  # fmt: skip


def _rounds(scene: Scene, found: Evidence, ruled: Ruled, names: Any) -> pa.Table:  # noqa: ANN401  # objects
    """Rounds of the bundles that are more than explained, in the order of time within each."""
    crowd, rounds = scene.crowd, scene.rounds
    shown = np.flatnonzero(np.array([r != "explained" for r in ruled.ruling], np.bool_)[found.cohorts.bundle_of])
    firsts = rounds.rows[rounds.bounds[shown]]
    shown = shown[np.lexsort((firsts, found.cohorts.bundle_of[shown]))]
    out: list[dict[str, Any]] = []
    seen: set[int] = set()
    at = crowd.table.column("posted_at")
    before, number = -1, 0
    for r in shown.tolist():
        bundle = int(found.cohorts.bundle_of[r])
        if bundle != before:
            seen, before, number = set(), bundle, 0
        rows = rounds.rows[rounds.bounds[r] : rounds.bounds[r + 1]]
        accounts = set(crowd.account[rows].tolist())
        number += 1
        out.append({
            "bundle_id": names[bundle], "round": number, "first_at": at[int(rows[0])].as_py(), "last_at": at[int(rows[-1])].as_py(),
            "posts": len(rows), "accounts": len(accounts), "again": len(accounts & seen),
        })  # fmt: skip
        seen |= accounts
    return pa.Table.from_pylist(out, ROUNDS.arrow)


def _summary(scene: Scene, found: Evidence, ruled: Ruled, copies: list[Floats]) -> pa.Table:
    crowd, of_row = scene.crowd, found.cohorts.bundle_of[scene.rounds.of_row]
    originals = crowd.role == ORIGINAL
    stands = np.array([r == "stands" for r in ruled.ruling], np.bool_)
    stated = float((crowd.client[originals] >= 0).mean()) if originals.any() else 0.0
    unit = crowd.unit[originals]
    timed = float((unit < COARSE_US).mean()) if len(unit) else 1.0
    limit = ruled.limit
    row = {
        "posts": len(crowd), "originals": int(originals.sum()), "accounts": len(crowd.accounts), "rounds": len(scene.rounds),
        "bundles": found.cohorts.count, **{w: ruled.ruling.count(w) for w in ("stands", "explained", "cannot_tell")},
        "posts_standing": int(stands[of_row].sum()),
        "shuffled_bundles": float(np.mean([(c <= limit).sum() for c in copies])) if copies else 0.0,
        "limit": max(-limit / np.log(10), 0.0) if np.isfinite(limit) else 0.0,
        "timed": timed, "subsecond": float((unit < 1_000_000).mean()) if len(unit) else 0.0, "client_stated": stated, "missing": missing_of(scene, stated, timed),
    }  # fmt: skip
    return pa.Table.from_pylist([row], SUMMARY.arrow)


def missing_of(scene: Scene, stated: float, timed: float) -> str:
    """Layers that the case cannot tell, with the reason."""
    out = []
    if timed < 0.5:
        out.append(f"schedule and pace: {1 - timed:.0%} of the times are whole minutes or coarser")
    if stated < 0.5:
        out.append(f"client: {stated:.0%} of the originals state one")
    if len(scene.rounds) and not (~np.isnan(scene.own)).any():
        out.append(f"character: no account of a round has {layers.OWN} posts of its own")
    return "; ".join(out)
