"""What a reader sees beside an object's course: the course with its phases, and what is posted in each."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Chart, Grid, Panel

_SAID = {
    "seed": "seed", "amplify": "rise", "release": "links and files", "repost": "reposts", "carry_on": "carrying on", "quiet": "quiet",
}  # fmt: skip


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """The course and its phases; for a lead, the lag with its interval."""
    if finding.rule == "phases.precedes.1":
        effect = finding.effect
        bar = Bar("lag", effect.value, effect.low, effect.high, 0.0)
        return (Bars("Lag", f"{finding.says} 0 would be no order.", "hours", (bar,)),)
    phases = _of(tables["phases"], finding.subject.id, "number")
    course = _of(tables["course"], finding.subject.id, "at")
    objects = _of(tables["objects"], finding.subject.id, "first_at")
    if not phases or not course or not objects:
        return ()
    chart = Chart(
        "Course and phases",
        f"Posts over time in {len(phases)} phases: {', '.join(_SAID[p['phase']] for p in phases)}. Own posts are drawn stronger.",
        "posts",
        int(objects[0]["bin_s"]),
        tuple((_us(b["at"]), float(b["posts"])) for b in course),
        expected=tuple((_us(b["at"]), float(b["expected"])) for b in course),
        part=tuple((_us(b["at"]), float(b["own"])) for b in course),
        spans=tuple((_us(p["from_at"]), _us(p["to_at"]), _SAID[p["phase"]]) for p in phases),
    )
    return chart, _grid(phases)


def _grid(phases: list[dict[str, Any]]) -> Grid:
    rows = tuple(
        (_SAID[p["phase"]], f"{p['from_at']:%Y-%m-%d %H:%M}", f"{p['posts']:,}", f"{p['calls']:,}", f"{p['links']:,}",
         f"{p['reposts']:,}", f"{p['new_accounts']:,}", f"{p['per_hour']:.2g}")
        for p in phases
    )  # fmt: skip
    says = "What was posted in each phase; posts for each hour are over the hour of day and week."
    head = ("phase", "from, UTC", "posts", "without link", "with link", "reposts", "new accounts", "per hour")
    return Grid("Phases", says, head, rows, (2, 3, 4, 5, 6, 7))


def _of(table: pa.Table, name: str, key: str) -> list[dict[str, Any]]:
    mine = table.filter(pc.equal(table.column("object"), name)).sort_by([(key, "ascending")])
    rows: list[dict[str, Any]] = mine.to_pylist()
    return rows


def _us(time: Any) -> int:  # noqa: ANN401  # a zone-less datetime
    return int(pa.scalar(time, pa.timestamp("us")).cast(pa.int64()).as_py())
