"""What a reader sees beside a move: uses by day around the bracket, shares with intervals, the replies that date the block."""

from __future__ import annotations

from typing import Any, Final

from blowback.analyses.blocking.moves_events import day_number
from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.ids import short_id
from blowback.model.panel import Chart, Grid, Panel

PICTURES: Final = ("moves", "move_days")
_DAY_US: Final = 86_400_000_000
_ROWS: Final = 12


def panels(frames: Frames, finding: Finding) -> tuple[Panel, ...]:
    """The panels of a finding about one change."""
    rows = [r for r in frames["moves"].to_pylist() if short_id("F", "moves", finding.rule, r["event"]) == finding.id]
    if not rows:
        return ()
    days = [d for d in frames["move_days"].to_pylist() if d["event"] == rows[0]["event"]]
    found = (*_charts(rows[0], days), _shares(rows), _dated(rows[0]))
    return tuple(p for p in found if p is not None)


def _charts(first: dict[str, Any], days: list[dict[str, Any]]) -> list[Chart]:
    """Uses of the service by day, and of the hosts that changed, on the same days."""
    if not days:
        return []
    at = [(day_number(d["day"]) or 0) * _DAY_US for d in days]
    low, high = ((day_number(first[n]) or 0) * _DAY_US for n in ("after", "by"))
    word = "blocked" if first["direction"] == "blocked" else "open again"
    spans = ((low, high + _DAY_US, f"first seen {word}"),)
    marked = f"The marked days are those between which {first['service']} was first seen {word}."
    out = [
        Chart(
            "Links to it by day", f"Accounts with a link to {first['service']} by day. {marked}", "accounts", 86_400,
            tuple((t, float(d["to_service"])) for t, d in zip(at, days, strict=True)), spans=spans,
        )
    ]  # fmt: skip
    if any(d["to_changed"] for d in days):
        says = f"Accounts and other hosts whose share changed the other way, by day. {marked}"
        seen = tuple((t, float(d["to_changed"])) for t, d in zip(at, days, strict=True))
        out.append(Chart("Links to hosts that changed", says, "accounts", 86_400, seen, spans=spans))
    return out


def _shares(rows: list[dict[str, Any]]) -> Grid | None:
    told = [r for r in rows if r["p"] is not None]
    if not told:
        return None
    order = {"blocked": 0, "host": 1, "category": 2, "rest": 3}
    told.sort(key=lambda r: (order[r["kind"]], r["q"], r["place"]))
    body = tuple(
        (
            r["place"], "all" if r["kind"] == "blocked" else "others",
            _percent(r["before"], r["before_of"]), _percent(r["after_uses"], r["after_of"]), f"{r['odds_ratio']:.2f} ({r['low']:.2f} to {r['high']:.2f})",
            f"{r['q']:.2g}", f"{r['elsewhere']:.0%}", r["word"], "" if r["contents"] is None else f"{r['contents']:,} ({r['contents_usual'] or 0:.1f})",
        )
        for r in told[:_ROWS]
    )  # fmt: skip
    says = (
        "Where links led before and after, of all links or of those that do not lead to it: odds beyond what is usual, with intervals; "
        "at how many other dates the share changes as much; contents linked there before that came again (usual in brackets)."
    )
    more = f" {len(told) - _ROWS:,} more places are in the table moves." if len(told) > _ROWS else ""
    head = ("place", "of links", "before", "after", "odds", "q", "as much at", "word", "again")
    return Grid("Before and after", says + more, head, body, (2, 3, 4, 5, 6, 8))


def _dated(first: dict[str, Any]) -> Grid:
    rows = tuple(
        (day, word, replies or "not kept")
        for day, word, replies in (
            (first["after"], "open" if first["direction"] == "blocked" else "blocked", first["seen_before"]),
            (first["by"], "blocked" if first["direction"] == "blocked" else "open", first["seen_after"]),
        )
    )
    says = f"The replies that date it, for {first['names']} in {first['networks']}: exhibit and record, as in the findings of blocking."
    return Grid("What dates it", says, ("day", "seen", "replies"), rows)


def _percent(hits: int, of: int) -> str:
    return f"{hits / of:.1%}" if of else "none"
