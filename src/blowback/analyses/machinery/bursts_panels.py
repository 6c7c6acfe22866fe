"""What a reader is shown beside a burst: its curve with the baseline, its concentration, its signs."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.bursts_words import what
from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.ids import short_id
from blowback.model.panel import Bar, Bars, Chart, Grid, Panel

PICTURES: Final = ("bursts", "signs", "series")
_HALF_US: Final = 1_800_000_000


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """The panels of a finding about one burst; none for a statement about the case."""
    found = [
        b for b in frames["bursts"].to_pylist() if short_id("F", "bursts", finding.rule, b["burst_id"]) == finding.id
    ]
    if not found:
        return ()
    burst = found[0]
    signs = _of(frames["signs"], burst["burst_id"]).to_pylist()
    curve = _of(frames["series"], burst["burst_id"])
    out: list[Panel] = (
        [_chart(burst, curve.take(pc.sort_indices(curve, sort_keys=[("at", "ascending")])), signs)]
        if curve.num_rows
        else []
    )
    if burst["top50_expected"] is not None:
        out.append(_bars(burst))
    if signs:
        out.append(_grid(signs))
    return tuple(out)


def _of(table: pa.Table, name: str) -> pa.Table:
    return table.filter(pc.equal(table.column("burst_id"), name))


def _us(at: Any) -> int:  # noqa: ANN401  # a zone-less datetime
    return int(pa.scalar(at, pa.timestamp("us")).value)


def _chart(burst: dict[str, Any], curve: pa.Table, signs: list[dict[str, Any]]) -> Chart:
    at = curve.column("at").cast(pa.int64()).to_pylist()
    columns = {n: curve.column(n).to_pylist() for n in ("seen", "expected", "low", "high")}
    onset, end = _us(burst["onset"]), _us(burst["end_at"])
    moments = [(onset, "onset")]
    if any(s["sign"] == "slot" and s["holds"] for s in signs):
        moments.append(((onset + _HALF_US // 2) // _HALF_US * _HALF_US, "announced time"))
    if burst["event"]:
        moments.append((onset, burst["event"]))
    name = what(burst["kind"], burst["value"])
    return Chart(
        title="Posts over time",
        says=f"Posts of {name} beside its baseline: {burst['posts']:,} from onset to end where {burst['expected']:,.1f} are expected.",
        unit="posts",
        step_s=int(curve.column("step_s")[0].as_py()),
        seen=tuple(zip(at, map(float, columns["seen"]), strict=True)),
        expected=tuple(zip(at, columns["expected"], strict=True)),
        band=tuple(zip(at, columns["low"], columns["high"], strict=True)),
        moments=tuple(sorted(moments)),
        spans=((onset, end, "burst"),),
    )


def _bars(burst: dict[str, Any]) -> Bars:
    shares = (
        ("the 50 busiest accounts", "top50_share", burst["top50_expected"]), ("the peak hour", "peak_share", None),
        ("the first seven hours", "first7h_share", None),
    )  # fmt: skip
    rows = tuple(
        Bar(label, burst[n], burst[f"{n}_low"], burst[f"{n}_high"], e) for label, n, e in shares if burst[n] is not None
    )
    says = f"The 50 busiest accounts wrote {burst['top50_share']:.1%} of it; with posts per account as elsewhere it would be {burst['top50_expected']:.1%}."
    return Bars("Concentration", says, "share of the posts", rows)


def _grid(signs: list[dict[str, Any]]) -> Grid:
    rows = tuple(
        (s["sign"], "yes" if s["holds"] else "no", s["says"], "" if s["p"] is None else f"{s['p']:.3g}") for s in signs
    )
    held = sum(s["holds"] for s in signs)
    return Grid("Signs tested", f"{held} of {len(signs)} signs hold.", ("sign", "holds", "measured", "p"), rows, (3,))
