"""From hashtags to trends: Arrow in, Arrow out."""

from __future__ import annotations

import itertools
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery import trends_tables as tables
from blowback.analyses.machinery.bursts_case import Crowd, crowd_of
from blowback.analyses.machinery.bursts_signs import Elsewhere
from blowback.analyses.machinery.trends_signs import SIGNS, Sign, concentration, entry, holds, lexicon_like, share
from blowback.model.analysis import Frames, Params, Progress
from blowback.model.ids import short_id
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Bools, Ints
from blowback.tools.scan import discoveries

_NEVER: Final = np.iinfo(np.int64).max
_STEP_US: Final = 900 * SECOND


class _Case:
    """The crowd, and what is known of each post: few words in a row, gone when."""

    def __init__(self, frames: Frames) -> None:
        self.crowd: Crowd = crowd_of(frames["numbered"])
        count = len(self.crowd)
        self.lexicon: Bools = np.zeros(count, np.bool_)
        self.worded: Bools = np.zeros(count, np.bool_)
        texts = frames["texts"]
        n = texts.column("n").to_numpy()
        self.worded[n] = True
        self.lexicon[n[lexicon_like(texts.column("text"))]] = True
        gone = frames["gone"]
        self.gone: Bools = np.zeros(count, np.bool_)
        self.gone[gone.column("n").to_numpy()] = True
        self.gone_at: Ints = np.full(count, _NEVER, np.int64)
        timed = gone.filter(pc.is_valid(gone.column("gone_at")))
        self.gone_at[timed.column("n").to_numpy()] = timed.column("gone_at").cast(pa.int64()).to_numpy()
        self.elsewhere = Elsewhere(self.crowd)


def refine(frames: Frames, params: Params, progress: Progress) -> Frames:
    """Measure every hashtag's fullest day, test four signs, control over all of them."""
    case = _Case(frames)
    rows: dict[str, list[dict[str, Any]]] = {o.name: [] for o in tables.OUTPUTS}
    days = list(_days(frames["tagged"], case.crowd, int(params["min_posts"])))
    fdr, made = float(params["fdr"]), []
    for number, (value, posts) in enumerate(days):
        progress("trends", number / (len(days) + 1))
        made.append(_measured(case, value, posts))
    _controlled(made, fdr)
    _again_without(case, made, fdr)
    for row, posts, _ in made:
        row["class"] = _class(row)
        rows["trends"].append(row)
        if row["class"] != "plain":
            rows["lives"] += _lives(case, row, posts)
    rows["trends"].sort(key=lambda r: r["value"])
    if len(case.crowd):
        rows["summary"].append(_summary(case, rows["trends"]))
    progress("trends", 1.0)
    return {o.name: pa.Table.from_pylist(rows[o.name], o.arrow) for o in tables.OUTPUTS}


def _days(tagged: pa.Table, crowd: Crowd, least: int) -> Any:  # noqa: ANN401  # (hashtag, its posts within its fullest 24 hours)
    rows = tagged.sort_by([("value", "ascending"), ("n", "ascending")])
    coded = rows.column("value").combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    of, n = coded.indices.to_numpy(), rows.column("n").to_numpy()
    edges = np.concatenate([[0], np.flatnonzero(np.diff(of)) + 1, [len(of)]]) if len(of) else np.zeros(1, np.int64)
    for a, b in itertools.pairwise(edges.tolist()):
        posts = n[a:b]
        at = crowd.at[posts]
        held = np.searchsorted(at, at + DAY_US) - np.arange(len(at))
        best = int(np.argmax(held))
        if held[best] >= least:
            yield coded.dictionary[int(of[a])].as_py(), posts[best : best + held[best]]


def _measured(case: _Case, value: str, posts: Ints) -> tuple[dict[str, Any], Ints, dict[str, Sign]]:
    crowd = case.crowd
    at = crowd.at[posts]
    start, end = int(at[0]), int(at[-1])
    hours, count = np.unique(at // HOUR_US, return_counts=True)
    peak = int(hours[np.argmax(count)]) * HOUR_US
    name = short_id("T", "trends", value, str(start))
    draw = np.random.default_rng(int(name.removeprefix("T-")[:12], 16))
    found: dict[str, Sign | None] = {
        "concentration": concentration(case.elsewhere, posts, (start, end), draw), "entry": entry(crowd, posts, draw),
        **_shares(case, posts, peak, np.zeros(len(crowd), np.bool_), calm=True),
    }  # fmt: skip
    life = (case.gone_at[posts] - at)[case.gone_at[posts] < _NEVER] / SECOND
    row: dict[str, Any] = {
        "trend_id": name, "value": value, "from_at": start, "to_at": end, "peak_at": peak, "posts": len(posts),
        "accounts": len(np.unique(crowd.account[posts])), "gone": int(case.gone[posts].sum()),
        "median_life_s": float(np.median(life)) if len(life) else None,
    }  # fmt: skip
    signs = {n: s for n, s in found.items() if s is not None}
    row |= _columns(signs)
    return row, posts, signs


def _shares(case: _Case, posts: Ints, peak: int, apart: Bools, *, calm: bool) -> dict[str, Sign | None]:
    """Wording and deletion of a trend against the rest of the case, without the posts set apart."""
    crowd = case.crowd
    start, end = int(crowd.at[posts[0]]), int(crowd.at[posts[-1]])
    away: Bools = ((crowd.at < start - HOUR_US) | (crowd.at > end + HOUR_US)) & ~apart
    out: dict[str, Sign | None] = {"wording": share(case.lexicon, case.worded, posts, away, calm=calm), "deleted": None}
    if (case.gone_at < _NEVER).any():
        # elsewhere a post counts as deleted when it was gone within a day and a half of being posted: never stricter
        soon = case.gone_at - crowd.at <= DAY_US + DAY_US // 2
        soon[posts] = case.gone_at[posts] <= peak + DAY_US + HOUR_US
        out["deleted"] = share(soon, np.ones(len(crowd), np.bool_), posts, away, calm=calm)
    return out


def _again_without(case: _Case, made: list[tuple[dict[str, Any], Ints, dict[str, Sign]]], fdr: float) -> None:
    """Test shares once more, the days of the trends that stood out left out of each other's elsewhere."""
    apart: Bools = np.zeros(len(case.crowd), np.bool_)
    for row, posts, _ in made:
        if row["deleted_holds"] or row["wording_holds"]:
            apart[posts] = True
    for row, posts, signs in made:
        for name, sign in _shares(case, posts, row["peak_at"], apart, calm=False).items():
            signs.pop(name, None)
            if sign is not None:
                signs[name] = sign
        row.update(_columns(signs))
    _controlled(made, fdr)


def _columns(signs: dict[str, Sign]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for n in SIGNS:
        s = signs.get(n)
        row |= dict.fromkeys((f"{n}_q", f"{n}_holds"))
        row |= {
            n: s and s.seen,
            f"{n}_low": s and s.low,
            f"{n}_high": s and s.high,
            f"{n}_expected": s and s.expected,
            f"{n}_p": s and s.p,
        }
    return row


def _controlled(made: list[tuple[dict[str, Any], Ints, dict[str, Sign]]], fdr: float) -> None:
    """Benjamini-Hochberg over all signs of all trends together."""
    tested = [(row, name, sign) for row, _, signs in made for name, sign in signs.items()]
    q = discoveries(np.array([sign.p for _, _, sign in tested]))
    for (row, name, sign), value in zip(tested, q.tolist(), strict=True):
        row |= {f"{name}_q": value, f"{name}_holds": holds(name, sign, value, fdr)}


def _class(row: dict[str, Any]) -> str:
    held = {n for n in SIGNS if row[f"{n}_holds"]}
    if "deleted" in held and len(held) >= 2:
        return "ephemeral"
    if {"concentration", "wording"} <= held:
        return "pushed"
    return "cannot_tell" if held - {"entry"} else "plain"


def _lives(case: _Case, row: dict[str, Any], posts: Ints) -> list[dict[str, Any]]:
    """Quarter hours of the day and the day after: posted, and gone."""
    first = row["from_at"] // _STEP_US * _STEP_US
    bins = 2 * DAY_US // _STEP_US
    posted = np.bincount((case.crowd.at[posts] - first) // _STEP_US, minlength=bins)[:bins]
    gone = case.gone_at[posts]
    gone = gone[gone < first + 2 * DAY_US]
    left = np.bincount(np.maximum(gone - first, 0) // _STEP_US, minlength=bins)[:bins]
    return [
        {
            "trend_id": row["trend_id"],
            "at": first + k * _STEP_US,
            "step_s": _STEP_US // SECOND,
            "posted": int(p),
            "gone": int(g),
        }
        for k, (p, g) in enumerate(zip(posted, left, strict=True))
    ]


def _summary(case: _Case, rows: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {c: sum(r["class"] == c for r in rows) for c in ("ephemeral", "pushed", "cannot_tell", "plain")}
    return {
        "posts": len(case.crowd), "tags": len(rows), "gone": int(case.gone.sum()), "gone_timed": int((case.gone_at < _NEVER).sum()),
        "resolution_s": case.crowd.unit_us // SECOND, **counts,
    }  # fmt: skip
