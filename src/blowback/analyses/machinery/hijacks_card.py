"""What a reader is shown beside a hijack: its hours, its measures beside chance, its classes, its markers beside the tag's own."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Chart, Grid, Panel

PICTURES: Final = ("tags", "posts", "markers", "hours")
_HOUR_S: Final = 3600
_MOST_BINS: Final = 240  # above, bins become days
_ROWS: Final = 8


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Chart of the tag's posts, bars of the measures and of the classes, grid of both sides' markers; () for a whole case."""
    row = _row(frames, finding)
    if row is None:
        return ()
    if finding.rule == "hijacks.exposure.1":
        return (_reach(row),)
    return (_chart(frames["hours"], row), _measures(row), _classes(row), _markers(frames["markers"], row))


def _row(frames: Frames, finding: Finding) -> dict[str, Any] | None:
    """The strand of the finding: the one that holds its first post."""
    if finding.subject.kind != "hashtag":
        return None
    posts = frames["posts"].filter(
        pc.and_(pc.equal(frames["posts"].column("value"), finding.subject.id),
                pc.equal(frames["posts"].column("post_id"), finding.evidence[0]))
    )  # fmt: skip
    for strand in posts.column("strand").to_pylist():
        for row in _of(frames["tags"], finding.subject.id, strand).to_pylist():
            if row["share"] == finding.effect.value or finding.rule == "hijacks.exposure.1":
                return dict(row)
    return None


def _of(table: pa.Table, value: str, strand: int) -> pa.Table:
    return table.filter(pc.and_(pc.equal(table.column("value"), value), pc.equal(table.column("strand"), strand)))


def _us(time: Any) -> int:  # noqa: ANN401  # a datetime without a zone
    return int(pa.scalar(time, pa.timestamp("us")).cast(pa.int64()).as_py())


def _chart(hours: pa.Table, row: dict[str, Any]) -> Chart:
    mine = _of(hours, row["value"], row["strand"]).sort_by("hour")
    at = mine.column("hour").cast(pa.int64()).to_pylist()
    wide = bool(at) and (at[-1] - at[0]) / (_HOUR_S * 1_000_000) > _MOST_BINS
    step = 24 * _HOUR_S if wide else _HOUR_S
    seen: dict[int, int] = {}
    part: dict[int, int] = {}
    for when, n, m in zip(at, mine.column("posts").to_pylist(), mine.column("strand_posts").to_pylist(), strict=True):
        start = when // (step * 1_000_000) * step * 1_000_000
        seen[start] = seen.get(start, 0) + n
        part[start] = part.get(start, 0) + m
    unit = "day" if wide else "hour"
    onset, until = _us(row["onset_at"]), _us(row["until_at"])
    return Chart(
        title=f"Posts per {unit} with the tag",
        says=f"{row['posts']:,} posts with the tag; {row['strand_posts']:,} of them, from {row['onset_at']:%d %B, %H:%M} on, are the strand's.",
        unit=f"posts per {unit}", step_s=step,
        seen=tuple((t, float(n)) for t, n in seen.items()), part=tuple((t, float(n)) for t, n in part.items()),
        moments=((onset, "onset"),), spans=((onset, until, "the strand"),),
    )  # fmt: skip


def _measures(row: dict[str, Any]) -> Bars:
    bars = (
        Bar("words strange to the tag's others", 100 * row["drift"], expected=100 * row["drift_usual"]),
        Bar("posts with markers of their own", 100 * row["bundling"], expected=100 * row["bundling_usual"]),
        Bar("posts with links of their own", 100 * row["links"], expected=100 * row["links_usual"]),
        Bar("authors without a tie", 100 * row["novelty"], expected=100 * row["novelty_usual"]),
        Bar("posts in a wording of two or more authors", 100 * row["copied"]),
    )
    return Bars(
        "Measures beside chance",
        "The strand's measures, and what the tag's sub-topics or random draws give.",
        "%",
        bars,
    )


def _classes(row: dict[str, Any]) -> Bars:
    names = (("re-purposing", "hijack"), ("answers", "counter"), ("reports", "news"), ("the tag's own", "own"))
    bars = tuple(Bar(label, float(row[key])) for label, key in names)
    return Bars(
        "What the posts are", "Posts with the tag by class; the tag's own are counted, never listed.", "posts", bars
    )


def _reach(row: dict[str, Any]) -> Grid:
    high = f"{row['exposure_high']:,}" if row["exposure_high"] is not None else "not known"
    rows = (
        ("accounts outside that visibly reacted (low end)", f"{row['exposure_low']:,}"),
        ("views, followers and other users of the tag (high end)", high),
        ("of these, accounts outside that used the tag meanwhile", f"{row['exposure_beside']:,}"),
        ("authors of whom neither views nor followers are known", f"{row['exposure_unknown']:,}"),
    )
    return Grid(
        "Possible exposures",
        "A range and what is unknown; no single number can be given.",
        ("what", "how many"),
        rows,
        (1,),
    )


def _markers(markers: pa.Table, row: dict[str, Any]) -> Grid:
    mine = _of(markers, row["value"], row["strand"]).to_pylist()
    rows = tuple(
        (
            "the strand" if m["side"] == "strand" else "the tag's own",
            m["kind"],
            _spelled(m),
            f"{m['posts']:,}",
            f"{m['accounts']:,}",
        )
        for side in ("strand", "own")
        for m in [m for m in mine if m["side"] == side and m["kind"] != "mention"][:_ROWS]
    )
    says = "Tags and hosts that the strand carries, beside those that the tag's others carry most."
    return Grid("Company on both sides", says, ("side", "kind", "carried", "posts", "accounts"), rows, (3, 4))


def _spelled(marker: dict[str, Any]) -> str:
    return f"#{marker['marker']}" if marker["kind"] == "hashtag" else str(marker["marker"])
