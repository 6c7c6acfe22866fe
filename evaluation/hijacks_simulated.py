"""Hijacks in the simulator's whole campaign, in three languages; and whether the range of exposure holds a known truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from blowback.analyses.machinery.hijacks import hijacks
from blowback.desk import new_case
from blowback.desk_params import read
from blowback.engine import open_engine
from blowback.simulate.campaign import simulate
from blowback.simulate.scenario import Scenario
from blowback.simulate.score_machinery import hijacks as scored
from blowback.simulate.write import write
from blowback.tools.intervals import exact_share

INSIDE = ("official", "active", "repeater")
PEOPLE = 300_000  # beside the accounts that post: they follow, read the tag, and are never seen
Frames = dict[str, pa.Table]


@dataclass(frozen=True)
class World:
    """One campaign: what the steps give, and the truth."""

    frames: Frames
    told: dict[str, Any]
    role: dict[str, str]


def world(seed: int, *, hijacked: bool = True) -> World:
    """The scenario june with another seed, written as exports and taken in, as the demo does."""
    scenario = replace(Scenario.find("june"), seed=seed)
    with TemporaryDirectory() as folder:
        out = Path(folder)
        write(simulate(scenario if hijacked else replace(scenario, hijacks=())), out / "exports")
        case = new_case(out / "case", pseudonyms=False)
        files = sorted(p for p in (out / "exports").iterdir() if p.is_file() and not p.name.startswith("truth"))
        case.ingest(*files)
        with (out / "exports" / "truth_accounts.csv").open(encoding="utf-8") as lines:
            role = {f"{r['platform']}:{r['native_id']}": r["actor"] for r in csv.DictReader(lines)}
        told = json.loads((out / "exports" / "truth.json").read_bytes())
        return World(_frames(out / "case" / "tables"), told, role)


def _frames(tables: Path) -> Frames:
    params = read(hijacks, {})
    engine = open_engine()
    try:
        engine.mount({t.name: sorted(t.glob("*.parquet")) for t in tables.iterdir()})
        for step in hijacks.steps:
            engine.step(step, params)
        return {s.name: engine.fetch(s.name) for s in hijacks.steps}
    finally:
        engine.close()


def run(frames: Frames) -> Frames:
    return dict(hijacks.refine(frames, read(hijacks, {}), lambda _what, _share: None))  # type: ignore[misc]


def found(title: str, one: World) -> str:
    """One line: planted hijacks by tag, what was listed, and false tags."""
    out = run(one.frames)
    score = scored(one.told, out, lambda platform, native: f"{platform}:{native}")
    s = out["summary"].to_pylist()[0]
    cells = [f"{r.status}: {r.says.split(';')[0]}" for r in score.rows]
    unclear = sum(r["class"] == "cannot_tell" for r in out["tags"].to_pylist())
    lawful = score.shares["lawful posts flagged"]
    return (
        f"| {title} | {'; '.join(cells) or 'none planted'} | {s['tested']} under {s['tested_tags']} | {score.false} | {unclear} "
        f"| {lawful.hits} of {lawful.of} |"
    )


HEAD = (
    "| world | planted | markers tested | false tags | cannot tell | answers and reports flagged |",
    "|---|---|---|---|---|---|",
)


@dataclass(frozen=True)
class Feed:
    """How posts reach people: the share of a network account's followers that are the network's own accounts or nobody's,
    the chance that a follower sees a post, people who read the tag and post nothing, and what the export holds."""

    inside: float
    seen: float
    silent: int
    views: bool
    known: float = 1.0  # share of authors whose followers the export holds


FEEDS = {
    "views of every post": Feed(0.3, 0.1, 0, views=True),
    "views; 20,000 silent readers of the tag": Feed(0.3, 0.1, 20_000, views=True),
    "followers alone": Feed(0.3, 0.1, 0, views=False),
    "followers of seven in ten authors": Feed(0.3, 0.1, 0, views=False, known=0.7),
    "followers; nine in ten of them empty": Feed(0.9, 0.05, 0, views=False),
    "followers; 150,000 silent readers of the tag": Feed(0.3, 0.1, 150_000, views=False),
    "followers of three in ten authors": Feed(0.3, 0.1, 0, views=False, known=0.3),
}


def _impressions(one: World, feed: Feed, random: np.random.Generator) -> tuple[dict[str, set[int]], dict[str, int]]:
    """(outside people who saw a hijacking post, by tag; views of each of these posts by anybody).

    People 0 to PEOPLE - 1 are silent; accounts of the export outside the network have numbers above.
    """
    tagged = one.frames["tagged"]
    author = dict(zip(tagged.column("post_id").to_pylist(), tagged.column("account_id").to_pylist(), strict=True))
    followers = {r["account_id"]: r["followers"] or 0 for r in one.frames["people"].to_pylist()}
    outside = sorted(a for a in set(author.values()) if one.role.get(a, "crowd") not in INSIDE)
    number = {a: PEOPLE + i for i, a in enumerate(outside)}
    readers = random.choice(PEOPLE, feed.silent, replace=False)
    circle: dict[str, np.ndarray[Any, Any]] = {}
    reached: dict[str, set[int]] = {}
    views: dict[str, int] = {}
    moves = one.frames["answers"].to_pylist()
    for told in one.told["hijacks"]:
        here = reached.setdefault(told["hashtag"].lower(), set())
        posts = {f"x:{i}" for i in told["hijack"]} & set(author)
        for post in sorted(posts):
            who = author[post]
            if who not in circle:  # popular people are followed by many: circles overlap
                size = int(followers.get(who, 0) * (1 - feed.inside))
                circle[who] = np.unique((PEOPLE * random.random(size) ** 3).astype(np.int64))
            saw = [
                circle[who][random.random(len(circle[who])) < feed.seen],
                readers[random.random(len(readers)) < 0.02],
            ]
            here.update(np.concatenate(saw).tolist())
            own = int(random.binomial(int(followers.get(who, 0) * feed.inside), feed.seen))
            views[post] = sum(map(len, saw)) + own + 1
        here.update(number[m["account_id"]] for m in moves if m["target_id"] in posts and m["account_id"] in number)
    return reached, views


def _observed(one: World, feed: Feed, views: dict[str, int], random: np.random.Generator) -> Frames:
    people = one.frames["people"]
    held = random.random(people.num_rows) < feed.known
    followers = [f if k else None for f, k in zip(people.column("followers").to_pylist(), held, strict=True)]
    seen = one.frames["seen"].schema
    at = people.column_names.index("followers")
    return {
        **one.frames,
        "people": people.set_column(at, people.schema.field("followers"), pa.array(followers, pa.int64())),
        "seen": pa.table(
            {"post_id": list(views), "views": list(views.values())} if feed.views else {"post_id": [], "views": []},
            seen,
        ),
    }


def ranges(one: World, feed: Feed, seed: int) -> Iterator[tuple[int, int, int | None, int]]:
    """(truth, low, high, outside accounts that visibly reacted) of every planted tag that was found."""
    random = np.random.default_rng([seed, 77])
    reached, views = _impressions(one, feed, random)
    out = run(_observed(one, feed, views, random))
    for r in out["tags"].to_pylist():
        if r["class"] == "repurposed" and r["value"] in reached:
            here = reached[r["value"]]
            yield len(here), r["exposure_low"], r["exposure_high"], sum(n >= PEOPLE for n in here)


def covered(title: str, feed: Feed, worlds: list[World]) -> str:
    every = [x for n, one in enumerate(worlds) for x in ranges(one, feed, n)]
    bounded = [(t, low, high) for t, low, high, _ in every if high is not None]
    inside = sum(low <= t <= high for t, low, high in bounded)
    low, high = exact_share(inside, len(bounded)) if bounded else (0.0, 1.0)
    told = f"{inside} of {len(bounded)} [{low:.2f}, {high:.2f}]" if bounded else "no upper end given"
    wide = [h / max(t, 1) for t, _, h in bounded]
    return (
        f"| {title} | {len(every)} | {int(np.median([t for t, *_ in every])):,} | {told} "
        f"| {sum(x[1] for x in every)} of {sum(x[3] for x in every)} | {f'{np.median(wide):.1f}' if wide else 'none'} |"
    )


HEAD_EXPOSURE = (
    "| what the export holds | ranges | reached outside | within the range | low ends, of those who reacted | high end / truth |",
    "|---|---|---|---|---|---|",
)
