"""Rows of the outputs about one strand. The tag's own crowd appears in counts only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from blowback.analyses.machinery.hijacks_strands import Strand
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag
from blowback.tools.wordmodel import Bools

HOUR_US: Final = 3_600_000_000
_LISTED: Final = 12  # markers of each side
_LEAST: Final = 3  # accounts that an own marker needs to be listed: below, it could point at a person


def post_rows(
    posts: Posts, tag: Tag, strand: Strand, told: tuple[int, dict[int, str], dict[int, str]]
) -> list[dict[str, Any]]:
    """Posts of the strand by their authors. A crowd account that only passed one on is counted, not listed."""
    place, kind, why = told
    members = tag.by_account[np.unique(tag.account[strand.inside])]
    chosen = strand.inside[tag.unit_of] & np.isin(posts.account[tag.rows], members)
    rows, units = tag.rows[chosen], tag.unit_of[chosen]
    ids = posts.table.column("post_id")
    return [
        {
            "post_id": ids[int(r)].as_py(), "value": tag.value, "strand": place, "posted_at": int(posts.at[r]), "class": kind[int(u)],
            "score": float(strand.score[u]), "why": why[int(u)],
        }
        for r, u in zip(rows, units, strict=True)
    ]  # fmt: skip


def marker_rows(posts: Posts, tag: Tag, strand: Strand, place: int) -> list[dict[str, Any]]:
    """The strand's own markers and the tag's, commonest first."""
    sizes = posts.mark_at[tag.rows + 1] - posts.mark_at[tag.rows]
    marks = np.concatenate([posts.marks[posts.mark_at[r] : posts.mark_at[r + 1]] for r in tag.rows])
    row = np.repeat(np.arange(len(tag.rows)), sizes)
    inside = strand.inside[tag.unit_of]
    everywhere = np.bincount(posts.marks, minlength=len(posts.markers))
    out = []
    for side, which, some in (("strand", inside, strand.markers), ("own", ~inside, None)):
        found = marks[which[row]]
        count = np.bincount(found, minlength=len(posts.markers))
        count[tag.code] = 0
        listed = np.lexsort((np.arange(len(count)), -count)) if some is None else some
        shown = 0
        for m in listed:
            kind, value = posts.markers[m]
            accounts = len(np.unique(posts.account[tag.rows[row[which[row] & (marks == m)]]])) if count[m] else 0
            if shown >= _LISTED or not count[m]:
                break
            if side == "own" and (kind == "mention" or accounts < _LEAST):
                continue
            shown += 1
            together = int((marks == m).sum())
            pmi = float(np.log2(together * len(posts) / (len(tag.rows) * max(int(everywhere[m]), 1))))
            out.append({"value": tag.value, "strand": place, "side": side, "kind": kind, "marker": value,
                        "posts": int(count[m]), "accounts": accounts, "pmi": pmi})  # fmt: skip
    return out


def hour_rows(posts: Posts, tag: Tag, place: int, strand_rows: Ints) -> list[dict[str, Any]]:
    """Posts per hour, and those of the strand; hours without posts are left out."""
    hour = posts.at[tag.rows] // HOUR_US
    hours, code = np.unique(hour, return_inverse=True)
    theirs: Bools = np.isin(tag.rows, strand_rows)
    seen, part = np.bincount(code), np.bincount(code, weights=theirs)
    return [
        {"value": tag.value, "strand": place, "hour": int(h) * HOUR_US, "posts": int(s), "strand_posts": int(p)}
        for h, s, p in zip(hours, seen, part, strict=True)
    ]
