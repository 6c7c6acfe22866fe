"""What a reader sees beside a release: where it appeared when, in which order it spread, how it was carried on."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.releases_judge import span
from blowback.model.analysis import Frames
from blowback.model.finding import Finding
from blowback.model.panel import Chart, Grid, Lanes, Panel, Row
from blowback.tools.words import plural

_LANES: Final = 12
_DOTS: Final = 300
_STEPS: Final = (60, 300, 900, 3600, 6 * 3600, 86400, 7 * 86400)
_BINS: Final = 120


def panels(tables: Frames, finding: Finding) -> tuple[Panel, ...]:
    """Lanes of hosts, the spread order, the posts over time; nothing for a statement about the whole case."""
    if finding.subject.kind != "release":
        return ()
    name = finding.subject.id
    items = _of(tables["items"], name, "order")
    carriers = _of(tables["carriers"], name, "posted_at", "post_id", "host")
    if not items or not carriers:
        return ()
    return (_lanes(items, carriers), _order(items), _chart(items, carriers))


def _of(table: pa.Table, name: str, *keys: str) -> list[dict[str, Any]]:
    mine = table.filter(pc.equal(table.column("release_id"), name))
    rows: list[dict[str, Any]] = mine.sort_by([(k, "ascending") for k in keys]).to_pylist()
    return rows


def _us(time: Any) -> int:  # noqa: ANN401  # a zone-less datetime
    return int(pa.scalar(time, pa.timestamp("us")).cast(pa.int64()).as_py())


def _lanes(items: list[dict[str, Any]], carriers: list[dict[str, Any]]) -> Lanes:
    hosts = list(dict.fromkeys(i["host"] for i in items))
    own = [c for c in carriers if c["own"]][:_DOTS]
    rows = tuple(
        Row(host, tuple((_us(c["posted_at"]), c["lang"] or "") for c in own if c["host"] == host))
        for host in hosts[:_LANES]
    )
    more = f" {len(hosts) - _LANES} hosts are left out." if len(hosts) > _LANES else ""
    says = f"Own posts that carried an item, by host, in the order in which the hosts came: {', '.join(hosts[:_LANES])}.{more}"
    return Lanes("Hosts over time", says, rows)


def _order(items: list[dict[str, Any]]) -> Grid:
    start = items[0]["at"]
    rows = tuple(
        (str(i["order"]), i["host"], i["lang"] or "", f"{i['at']:%Y-%m-%d %H:%M}",
         "first" if i["order"] == 1 else f"+ {span((i['at'] - start).total_seconds())}".replace("+ the same second", "same second"),
         f"{i['posts']:,}", i["item"][:8])
        for i in items[:40]
    )  # fmt: skip
    says = f"{plural(len(items), 'item')} in the order of their first appearance; items are named by a hash, not by their address."
    return Grid(
        "Spread order", says, ("", "host", "language", "first seen, UTC", "after", "posts", "item"), rows, (0, 5)
    )


def _chart(items: list[dict[str, Any]], carriers: list[dict[str, Any]]) -> Chart:
    posts = {c["post_id"]: c for c in carriers}  # a post on several hosts counts once
    times = {p: _us(c["posted_at"]) for p, c in posts.items()}
    low, high = min(times.values()), max(times.values())
    step = next((s for s in _STEPS if (high - low) // (s * 1_000_000) < _BINS), _STEPS[-1])
    every, own = dict[int, float](), dict[int, float]()
    for post, at in times.items():
        start = at // (step * 1_000_000) * step * 1_000_000
        every[start] = every.get(start, 0) + 1
        if posts[post]["own"]:
            own[start] = own.get(start, 0) + 1
    says = f"{plural(len(posts), 'post')} carried an item, {sum(own.values()):.0f} of them own posts (drawn stronger), the others reposts."
    return Chart("Posts that carried it", says, "posts", step, tuple(sorted(every.items())), part=tuple(sorted(own.items())),
                 moments=((_us(items[0]["at"]), "first item"), (_us(items[-1]["at"]), "last item")))  # fmt: skip
