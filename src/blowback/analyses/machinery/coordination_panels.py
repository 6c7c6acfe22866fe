"""What is shown beside a group: innocent readings, hours of activity, languages."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Grid, Panel

_NAMES: Final = {
    "one_source": "Fans of one source", "one_call": "An announced action", "one_app": "One application",
    "around_the_clock": "Feeds that never sleep", "breaking_news": "Breaking news",
}  # fmt: skip
_WORDS: Final = {
    "fits": "fits",
    "ruled_out": "ruled out",
    "cannot_tell": "cannot tell",
    "not_known": "not in the export",
}
_LANGUAGES: Final = 8


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Nothing for findings that are not about a group."""
    if finding.subject.kind != "group":
        return ()
    group = finding.subject.id
    mine = {n: _rows(frames[n], group) for n in ("groups", "lookalikes", "habits")}
    made: list[Panel] = []
    if mine["lookalikes"]:
        made.append(_lookalikes(mine["lookalikes"], mine["groups"]))
    if hours := {r["value"]: r["posts"] for r in mine["habits"] if r["what"] == "hour"}:
        rows = tuple(Bar(f"{h:02d}", hours.get(f"{h:02d}", 0)) for h in range(24))
        made.append(Bars("Hours of activity", "All posts of its accounts by hour of the day, UTC.", "posts", rows))
    if languages := [r for r in mine["habits"] if r["what"] == "language" and r["value"] != "unknown"]:
        top = sorted(languages, key=lambda r: (-r["posts"], r["value"]))[:_LANGUAGES]
        rows = tuple(Bar(r["value"], r["posts"]) for r in top)
        made.append(Bars("Languages", "Posts of its accounts by the language that the export states.", "posts", rows))
    return tuple(made)


def _rows(table: pa.Table, group: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(pc.equal(table.column("group_id"), group)).to_pylist()
    return found


def _lookalikes(readings: list[dict[str, Any]], groups: list[dict[str, Any]]) -> Grid:
    rows = tuple(
        (
            _NAMES[r["reading"]],
            _WORDS[r["verdict"]],
            _share(r["measured"]),
            _range(r),
            f"{r['bar']:.2f}",
            r["says"].split(": ", 1)[1],
        )
        for r in readings
    )
    says = (
        "Measured on the group beside 400 random sets of as many accounts outside all groups, the busier the likelier; "
        "a reading fits from its bar on, where others give less."
    )
    if groups:
        one = groups[0]
        says += (
            f" Over 15 other groupings (three resolutions, five seeds) the group keeps {one['stability']:.2f} of itself on average "
            f"(Jaccard), {one['stability_low']:.2f} at worst; below .75 its border is a matter of the resolution (Hennig 2007)."
        )
    return Grid(
        "Innocent look-alikes",
        says,
        ("Reading", "Verdict", "Group", "Others (95 %)", "Bar", "Share of"),
        rows,
        (2, 3, 4),
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _range(row: dict[str, Any]) -> str:
    return "–" if row["low"] is None else f"{row['low']:.2f} to {row['high']:.2f}"
