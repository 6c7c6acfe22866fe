"""What a reader sees beside a cluster: what it does against the other clusters, and the objects it was first on."""

from __future__ import annotations

from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Bar, Bars, Grid, Panel

_SHOWN = 12


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Firsts against chance, the clusters side by side, and objects; nothing for the whole case."""
    if finding.subject.kind != "cluster":
        return ()
    rows = sorted(tables["clusters"].to_pylist(), key=lambda r: (-r["accounts"], r["cluster"]))
    shown = rows[:_SHOWN]
    bars = Bars(
        "First on what is shared",
        "Objects on which each cluster was first, beside what chance makes of its accounts.",
        "objects",
        tuple(Bar(r["cluster"], float(r["firsts"]), expected=r["firsts_by_chance"]) for r in shown),
    )
    head = (
        "cluster",
        "tier",
        "accounts",
        "posts",
        "reposts",
        "passed on by others",
        "passes others on",
        "shared",
        "first",
    )
    grid = Grid(
        "Clusters",
        f"What the {len(shown)} largest of {len(rows)} clusters do; no account stands here.",
        head,
        tuple(
            (r["cluster"], r["tier"].replace("_", " "), f"{r['accounts']:,}", f"{r['posts']:,}", f"{r['reposts'] / max(r['posts'], 1):.0%}",
             f"{r['received']:,}", f"{r['given']:,}", f"{r['objects']:,}", f"{r['firsts']:,}")
            for r in shown
        ),
        (2, 3, 4, 5, 6, 7, 8),
    )  # fmt: skip
    return bars, grid, _objects(tables, finding.subject.id)


def _objects(tables: Frames, cluster: str) -> Grid:
    mine = [
        f
        for f in tables["firsts"].to_pylist()
        if f["first_cluster"] == cluster and f["clear"] and f["kind"] == "hashtag"
    ]
    mine.sort(key=lambda f: (-f["accounts"], f["value"]))
    rows = tuple(
        (
            f"#{f['value']}",
            f"{f['at']:%Y-%m-%d %H:%M}",
            f["next_cluster"] or "",
            f"{f['lead_s'] / 3600:,.1f}",
            f"{f['accounts']:,}",
        )
        for f in mine[:_SHOWN]
    )
    says = f"Hashtags on which {cluster} was clearly first (its two first accounts), those most used; the lead is until another cluster."
    return Grid(
        "First on hashtags", says, ("hashtag", "first use, UTC", "next cluster", "lead, h", "accounts"), rows, (3, 4)
    )
