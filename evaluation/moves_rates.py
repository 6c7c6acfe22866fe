"""How often moves are found where there are none, and where they were planted: rows for docs/evaluation/blocking.md."""

# ruff: noqa: E501  # rows of tables on one line

from __future__ import annotations

from collections import Counter

from blowback.analyses.blocking.moves import moves
from blowback.testing import played
from moves_simulated import HOSTS, World, tables

RUNS = 100
NULLS = {
    "calm, 120 days": World(wander=0, bursts=0, weekly=0),
    "shares wander, bursts, weekly rhythm, 120 days": World(),
    "the same, 180 days": World(days=180),
    "the same and a trend, 180 days": World(days=180, drift=0.5),
    "wild: twice the wandering, twice the bursts": World(wander=0.5, bursts=12),
}
MOVED = {
    "70 % move to a host with 15 % of links, 120 days": World(moves=0.7),
    "90 % move to a host with 6 %, twice the posts, 120 days": World(moves=0.9, rate=1.2, to=5, again=0.5),
    "the same, 180 days": World(days=180, moves=0.9, rate=1.2, to=5, again=0.5),
    "50 % move to a host with 15 %, twice the posts, 180 days": World(days=180, moves=0.5, rate=1.2, again=0.5),
}


def section() -> list[str]:
    """The section, as lines of Markdown."""
    out = [
        "## Moves of links around a block",
        "",
        f"Simulated posts of 60 accounts with links to eight hosts ({RUNS} draws a row; `evaluation/moves_simulated.py`). Truth is known: either nothing",
        "happens at the bracket, or a share of the links to the blocked host goes to one other host from the day after.",
        "",
        "| nothing moves | findings that stand | of these with another host | rows of hosts told as changed | 95 % interval of the service holds 1 |",
        "|---|---|---|---|---|",
    ]
    for name, world in NULLS.items():
        seen = _many(world, 0)
        out.append(
            f"| {name} | {seen['stands']} | {seen['along']} | {seen['told'] / seen['hosts']:.1%} of {seen['hosts']} | {seen['covers'] / RUNS:.0%} |"
        )
    out += [
        "",
        "| moved | fall of the blocked host found | rise of the right host found | another host told | contents again beyond earlier dates |",
        "|---|---|---|---|---|",
    ]
    for name, world in MOVED.items():
        seen = _many(world, 1000)
        out.append(
            f"| {name} | {seen['fell'] / RUNS:.0%} | {seen['right'] / RUNS:.0%} | {seen['wrong'] / RUNS:.0%} | {_again(seen, world)} |"
        )
    return [
        *out,
        "",
        "A host that gains takes from the share of all others, which may then be told as falling; it is not counted as a move.",
    ]


def _again(seen: Counter, world: World) -> str:
    return f"{seen['again'] / RUNS:.0%}" if world.again else "none planted"


def _many(world: World, first: int) -> Counter:
    seen: Counter = Counter()
    for number in range(RUNS):
        made, beside = tables(world, first + number)
        out, findings = played(moves, made, beside=beside)
        rows = out["moves"].to_pylist()
        own = next(r for r in rows if r["kind"] == "blocked")
        hosts = [r for r in rows if r["kind"] == "host"]
        seen["stands"] += any(f.ruling == "stands" for f in findings)
        seen["along"] += any(f.rule == "moves.along.1" for f in findings)
        seen["hosts"] += len(hosts)
        seen["told"] += sum(r["word"] in ("rose", "fell") for r in hosts)
        seen["covers"] += own["p"] is not None and own["low"] <= 1 <= own["high"]
        seen["fell"] += own["word"] == "fell"
        seen["right"] += any(r["place"] == HOSTS[world.to] and r["word"] == "rose" for r in hosts)
        seen["wrong"] += any(r["place"] != HOSTS[world.to] and r["word"] == "rose" for r in hosts)
        seen["again"] += any(
            r["place"] == HOSTS[world.to]
            and r["contents"]
            and r["contents_elsewhere"] is not None
            and r["contents_elsewhere"] <= 0.05
            for r in hosts
        )
    return seen


if __name__ == "__main__":
    print("\n".join(section()))
