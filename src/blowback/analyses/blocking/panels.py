"""What a reader sees beside a finding of blocking: names by day, when it began and ended, resolvers by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any, Final

from blowback.model.analysis import Frames
from blowback.model.blocking import BLOCKED, STATES
from blowback.model.finding import Finding
from blowback.model.ids import short_id
from blowback.model.panel import Grid, Heat, HeatRow, Panel, Sign

PICTURES: Final = ("cells", "brackets", "resolver_days", "review", "outages")
_SIGNS: Final = {
    "blocked": Sign("blocked", "B", "strong", STATES["blocked"]),
    "likely_blocked": Sign("likely blocked", "L", "likely", STATES["likely_blocked"]),
    "ok": Sign("open", "O", "open", STATES["ok"]),
    "down": Sign("down", "D", "down", STATES["down"]),
    "impaired": Sign("impaired", "I", "unclear", STATES["impaired"]),
    "insufficient": Sign("tells nothing", "?", "unclear", STATES["insufficient"]),
}
_DAYS: Final = 10  # columns; the rest is in the tables
_NAMES: Final = 40


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """For a network: names by day, brackets, resolvers; for a page: what it says and where it came."""
    if finding.subject.kind == "page":
        return _page(tables["review"].to_pylist(), finding)
    network = finding.subject.id
    cells = [c for c in tables["cells"].to_pylist() if c["network"] == network]
    found = (
        _by_day(cells),
        _brackets([b for b in tables["brackets"].to_pylist() if b["network"] == network]),
        _outages([o for o in tables["outages"].to_pylist() if (o["network"] or f"country {o['country']}") == network]),
        _resolvers([d for d in tables["resolver_days"].to_pylist() if d["network"] == network]),
    )
    return tuple(p for p in found if p is not None)


def _by_day(cells: list[dict[str, Any]]) -> Heat | None:
    """Names that were ever blocked, those blocked on most days first; the rest is counted."""
    hits = Counter(c["name"] for c in cells if c["state"] in BLOCKED)
    names = sorted(hits, key=lambda n: (-hits[n], n))
    days = sorted({c["day"] for c in cells})
    if not names or not days:
        return None
    shown = days if len(days) <= _DAYS else [*days[: _DAYS // 2], *days[-(_DAYS // 2) :]]
    held: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for cell in cells:
        held[cell["name"]][cell["day"]] = cell
    rows = tuple(_heat_row(name, [held[name].get(d) for d in shown]) for name in names[:_NAMES])
    used = {word for row in rows for word in row.cells}
    never = len({c["name"] for c in cells}) - len(names)
    legend = tuple(s for s in _SIGNS.values() if s.word in used)
    says = _left_out(len(names), len(days) - len(shown), never)
    return Heat("Names by day", says, tuple(shown), rows, legend)


def _heat_row(name: str, cells: list[dict[str, Any] | None]) -> HeatRow:
    words = tuple(_SIGNS[c["state"]].word if c else "" for c in cells)
    return HeatRow(name, words, tuple(c["evidence"] if c and c["state"] in BLOCKED else "" for c in cells))


def _left_out(names: int, days: int, never: int) -> str:
    told = ["Each name that was seen blocked, on each day; an empty cell was not asked."]
    if names > _NAMES:
        told.append(f"{names - _NAMES:,} more names were blocked on fewer days and are in the table cells.")
    if days:
        told.append(f"{days:,} days in the middle are in the table cells.")
    if never:
        told.append(f"{never:,} names that were never seen blocked are not drawn.")
    return " ".join(told)


def _brackets(rows: list[dict[str, Any]]) -> Grid | None:
    known = [r for r in rows if r["onset_after"] or r["end_by"] or r["switches"]]
    if not known:
        return None
    body = tuple(
        (r["name"], r["onset_after"] or "before the first look", r["onset_by"], r["end_after"], r["end_by"] or "after the last look", str(r["switches"]))
        for r in known[:_NAMES]
    )  # fmt: skip
    says = "Names whose blocking began or ended while they were looked at, between which days."
    return Grid(
        "Began and ended",
        says,
        ("name", "last open", "first blocked", "last blocked", "first open", "changes"),
        body,
        (5,),
    )


def _outages(rows: list[dict[str, Any]]) -> Grid | None:
    """Stretches in which the whole network lay far below its usual level."""
    if not rows:
        return None

    def when(at: datetime | None, otherwise: str) -> str:
        return f"{at:%Y-%m-%d %H:%M}" if at else otherwise

    body = tuple(
        (
            r["series"], when(r["last_usual"], "before the series"), when(r["first_low"], ""), when(r["last_low"], ""),
            when(r["first_usual"], "after the series"), f"{r['hours']:,.1f}", f"{r['ratio']:.0%}", f"{r['spread']:.0%}", "< 0.0001" if r["p"] < 1e-4 else f"{r['p']:.1g}", r["word"],
        )
        for r in sorted(rows, key=lambda r: (r["first_low"], r["series"]))[:_NAMES]
    )  # fmt: skip
    says = "Stretches far below the usual level of their time of day, beside the spread of single bins and the chance of as low a stretch anywhere in the series. Times are UTC."
    head = (
        "series",
        "last usual",
        "first low",
        "last low",
        "usual again",
        "hours",
        "of usual",
        "spread",
        "chance",
        "word",
    )
    return Grid("The whole network", says, head, body, (5, 6, 7, 8))


def _resolvers(rows: list[dict[str, Any]]) -> Grid | None:
    if not rows:
        return None
    counted: dict[str, Counter[str]] = {}
    for row in rows:
        one = counted.setdefault(row["resolver"], Counter())
        one.update(
            {
                f"day {row['word']}": 1,
                "lookups": row["lookups"],
                "refused": row["refused"],
                "silent": row["silent"],
                "aa": row["authoritative"],
            }
        )
    body = tuple(
        (name, ", ".join(f"{k[4:]} {v}" for k, v in sorted(c.items()) if k.startswith("day ")), *(f"{c[n]:,}" for n in ("lookups", "refused", "silent", "aa")))
        for name, c in sorted(counted.items())[:_NAMES]
    )  # fmt: skip
    says = "What each server was: one that refuses or is dead says nothing of most names."
    return Grid(
        "Resolvers", says, ("resolver", "days", "lookups", "refused", "no reply", "with authority"), body, (2, 3, 4, 5)
    )


def _page(rows: list[dict[str, Any]], finding: Finding) -> tuple[Panel, ...]:
    mine = [r for r in rows if r["proposed"] and short_id("P", r["cluster"]) == finding.subject.id]
    body = tuple(
        (r["title"] or "(no title)", f"{r['pages']:,}", f"{r['owners']:,}", f"{r['control_pages']:,}", r["text"])
        for r in mine
    )
    if not body:
        return ()
    says = "The page as text: a person decides whether it says that something is blocked."
    return (Grid("The page", says, ("title", "pages", "sites", "at the control", "first words"), body, (1, 2, 3)),)
