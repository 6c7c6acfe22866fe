"""What a reader is shown beside an injection: the posts over time, the layers, the rounds. No accounts."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Chart, Grid, Panel

_STEPS_S: Final = (60, 300, 900, 3600, 21_600, 86_400)
_BINS: Final = 600
_ROWS: Final = 12
_LAYERS: Final = ("schedule", "recurrence", "client", "pace", "character", "sameness")
_CHANCE: Final = 1.3  # -log10 of 0.05


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Posts per minute (or wider, where the span is long), the layers' -log10 p, the rounds, the words."""
    bundles = frames["bundles"]
    found = bundles.filter(pc.equal(bundles.column("bundle_id"), finding.subject.id)).to_pylist()
    if not found:
        return ()
    row = found[0]
    out: list[Panel] = [_over_time(frames["posts"], row), _layers(row)]
    rounds = frames["rounds"].filter(pc.equal(frames["rounds"].column("bundle_id"), row["bundle_id"])).to_pylist()
    if len(rounds) > 1:
        out.append(_rounds(rounds))
    out.append(_words(row))
    return tuple(out)


def _over_time(posts: pa.Table, row: dict[str, Any]) -> Chart:
    mine = posts.filter(pc.equal(posts.column("bundle_id"), row["bundle_id"]))
    at = mine.column("posted_at").cast(pa.int64()).to_numpy()
    span = int(at.max() - at.min()) // 1_000_000
    step = next((s for s in _STEPS_S if span / s <= _BINS), _STEPS_S[-1])
    bins, counts = np.unique(at // (step * 1_000_000) * (step * 1_000_000), return_counts=True)
    unit = {60: "posts a minute", 3600: "posts an hour", 86_400: "posts a day"}.get(step, f"posts in {step // 60} min")
    says = f"{row['posts']:,} posts of the bundle; the fullest bin holds {int(counts.max()):,}."
    return Chart(
        "Posts over time",
        says,
        unit,
        step,
        tuple(zip(bins.tolist(), counts.astype(float).tolist(), strict=True)),
    )


def _layers(row: dict[str, Any]) -> Bars:
    bars = tuple(
        Bar(name, min(-math.log10(max(p, 1e-300)), 300.0), expected=_CHANCE)
        for name in _LAYERS
        if (p := row[f"p_{name}"]) is not None
    )
    missing = [name for name in _LAYERS if row[f"p_{name}"] is None]
    says = "How rare each layer is under its null, in powers of ten; one case in twenty is at the mark."
    return Bars("Layers", says + (f" Missing: {', '.join(missing)}." if missing else ""), "powers of ten", bars)


def _rounds(rounds: list[dict[str, Any]]) -> Grid:
    rows = tuple(
        (str(r["round"]), f"{r['first_at']:%Y-%m-%d %H:%M:%S}", f"{(r['last_at'] - r['first_at']).total_seconds():,.0f}",
         f"{r['posts']:,}", f"{r['accounts']:,}", f"{r['again']:,}")
        for r in rounds[:_ROWS]
    )  # fmt: skip
    again, later = sum(r["again"] for r in rounds[1:]), sum(r["accounts"] for r in rounds[1:])
    says = f"{again:,} of {later:,} places in later rounds are taken by accounts that were there before."
    if len(rounds) > _ROWS:
        says += f" The first {_ROWS} of {len(rounds):,} rounds."
    return Grid(
        "Rounds",
        says,
        ("round", "first post (UTC)", "lasts (s)", "posts", "accounts", "there before"),
        rows,
        (0, 2, 3, 4, 5),
    )


def _words(row: dict[str, Any]) -> Grid:
    told = [("example", row["wording"]), ("what stays", row["template"]), ("commonest client", row["client"])]
    says = "An example, and the folded words that stand in four fifths of its round."
    return Grid("Wording", says, ("", "text"), tuple((k, v) for k, v in told if v))
