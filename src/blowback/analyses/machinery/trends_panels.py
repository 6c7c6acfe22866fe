"""What a reader is shown beside a trend: posts that appeared and were gone, and its signs beside their nulls."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.trends_signs import SIGNS
from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.ids import short_id
from blowback.model.panel import Bar, Bars, Chart, Panel

PICTURES: Final = ("trends", "lives")


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """The panels of a finding about one trend; none for a statement about the case."""
    found = [
        r for r in frames["trends"].to_pylist() if short_id("F", "trends", finding.rule, r["trend_id"]) == finding.id
    ]
    if not found:
        return ()
    row = found[0]
    lives = frames["lives"]
    lives = lives.filter(pc.equal(lives.column("trend_id"), row["trend_id"])).sort_by([("at", "ascending")])
    at = lives.column("at").cast(pa.int64()).to_pylist()
    posted, gone = (list(map(float, lives.column(n).to_pylist())) for n in ("posted", "gone"))
    bars = tuple(
        Bar(n, row[n], row[f"{n}_low"], row[f"{n}_high"], row[f"{n}_expected"]) for n in SIGNS if row[n] is not None
    )
    says = f"Posts with #{row['value']} by quarter hours; drawn stronger, posts of it that were gone in that quarter hour: {int(sum(gone)):,}."
    chart = Chart(
        title="Posted and gone", says=says, unit="posts", step_s=900, seen=tuple(zip(at, posted, strict=True)),
        part=tuple((t, g) for t, g in zip(at, gone, strict=True) if g),
        moments=((int(pa.scalar(row["peak_at"], pa.timestamp("us")).value), "peak hour"),),
    )  # fmt: skip
    return (
        chart,
        Bars(
            "Signs beside their nulls", "Each sign's share with its interval, and what its null gives.", "share", bars
        ),
    )
