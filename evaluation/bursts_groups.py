"""Series of groups, evaluated: a group planted in the real crowd, and sets of its accounts that are none.

A section of docs/evaluation/bursts.md. `bursts.py` writes it with the others; run by itself, this writes it alone.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from blowback.analyses.machinery.bursts_groups import MEMBERS
from blowback.analyses.machinery.coordination_tables import MEMBERS as MEMBERS_OUTPUT
from blowback.tools.baseline import DAY_US, HOUR_US
from blowback.tools.intervals import exact_share
from streams import SHARED, Posts, run, world_cup

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "bursts.md"
HEADING = "## Groups"
BEFORE = "## Losses"
FIRST = 7_000
ACCOUNTS = 12
USUAL = 6  # posts of each on other days
SETS = 60
MANY = 100  # random accounts of the crowd that have a post or so each


def share(hits: int, of: int) -> str:
    low, high = exact_share(hits, of)
    return f"{hits / of:.1%} [{low:.1%}, {high:.1%}]"


def beside(names: list[str]) -> dict[str, pa.Table]:
    rows = [{"kind": "repost", "group_id": "repost-1", "account_id": a, "basis": "tested"} for a in names]
    return {MEMBERS: pa.Table.from_pylist(rows, MEMBERS_OUTPUT.arrow)}


def joined(crowd: Posts, draw, posts: int, *, app: bool) -> tuple[Posts, int]:
    """The crowd with a group whose posts are like the crowd's, but for one afternoon (14 to 17 h UTC); its start."""
    out = Posts(*([*getattr(crowd, n)] for n in ("at", "who", "words", "client", "kind", "tag")))
    days = np.arange(crowd.at[0].min() // DAY_US + 1, crowd.at[0].max() // DAY_US)
    start = int(draw.choice(days)) * DAY_US + 14 * HOUR_US
    like = draw.integers(0, len(crowd.at[0]), ACCOUNTS * USUAL + posts)
    at = crowd.at[0][like].copy()
    at[-posts:] = start + np.sort(draw.random(posts) * 3 * HOUR_US).astype(np.int64)
    who = [f"member{k % ACCOUNTS}" for k in range(len(like))]
    client, kind = crowd.client[0][like].copy(), crowd.kind[0][like].copy()
    if app:
        client[-posts:], kind[-posts:] = "the app", np.where(kind[-posts:] == "reply", "post", kind[-posts:])
    out.add(at, who, crowd.tag[0][like], client=client, kind=kind)
    return out, start


TEXT = """Groups are given to the analysis as a coordination run would leave them; whether they are found is not asked here.
Planted members have six posts each like the crowd's, tags, times and applications included; on one afternoon (14 to
17 h UTC, a random day) they post so many more. "Told by itself": no other series' burst stands for it.

{planted}

Placebo: sets of accounts of the untouched crowd, each tested alone beside the crowd's own 32 series.

{placebo}

Wins: an afternoon of 200 posts that no tag and no application gives away is found, with its onset, and of no random set
is a burst told. Losses:

- **A set chosen because its posts coincide bursts by that choice** (last line): about every second one does, though
  nothing but the choice makes it a group. Real groups are chosen so, too: a group's burst says when it was busy and
  confirms nothing, and each finding says so.
- Half a dozen posts for each member are too few: 60 posts in an afternoon are mostly missed, 100 in three of eight. (A burst
  needs 50 posts, as everywhere.)
- A group that acts like the crowd is left at cannot tell: concentration, wording, entry, newcomers and slots are not looked at.
- Where one application is the group's own, that application's series stands for the group's burst.
- Onsets can be hours off: a window of a day may take in what the group wrote the night before (one of eight at 400 posts).
- Twelve random accounts of this crowd hardly ever have 50 posts, so that line tests little; the next draws from 176 accounts,
  whose sets overlap, so its interval is too narrow.
"""


def section(*, alone: bool) -> str:
    """The section as text, its heading included."""
    if not SHARED.is_dir():
        return f"{HEADING}\n\nThe development data are not beside this checkout: not evaluated.\n"
    crowd = world_cup()
    told = "This section was run alone, after the others (`evaluation/bursts_groups.py`).\n\n" if alone else ""
    parts = {"planted": planted(crowd), "placebo": placebo(crowd)}
    return f"{HEADING}\n\n{told}" + TEXT.format(**{k: "\n".join(v) for k, v in parts.items()})


def planted(crowd: Posts, copies: int = 8) -> list[str]:
    cells = (
        f"planted: {ACCOUNTS} accounts, one afternoon", "group's burst found", "told by itself", "onset within 15 min",
        "machinery", "organic surge", "cannot tell", "another series has a burst then, without the group",
    )  # fmt: skip
    out = [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"]
    for number, (posts, app) in enumerate(((60, False), (100, False), (200, False), (400, False), (200, True))):
        got, near, other = [], 0, 0
        for k in range(copies):
            draw = np.random.default_rng([FIRST + k, 120 + number])
            case, start = joined(crowd, draw, posts, app=app)
            frames = case.frames()
            tables, _ = run(frames | beside([f"member{n}" for n in range(ACCOUNTS)]))
            mine = [b for b in tables["bursts"].to_pylist() if b["kind"] == "group" and _then(b, start)]
            got.append(max(mine, key=lambda b: b["posts"]) if mine else None)
            near += bool(mine) and abs(_us(got[-1]["onset"]) - start) <= HOUR_US // 4
            other += any(_then(b, start) for b in run(frames)[0]["bursts"].to_pylist())
        found = [g for g in got if g]
        own = [g for g in found if not g["same_as"]]
        of = [sum(g["class"] == c for g in found) for c in ("machinery", "organic_surge", "cannot_tell")]
        label = f"{posts} posts, " + ("one application, no replies" if app else "like the crowd's")
        out.append(
            f"| {label} | {share(len(found), copies)} | {len(own)} | {near} | {of[0]} | {of[1]} | {of[2]} | {other} |"
        )
    return out


def _us(at) -> int:
    return int(np.datetime64(at, "us").astype(np.int64))


def _then(burst: dict, start: int) -> bool:
    """Whether it was on that afternoon, whenever it is said to begin."""
    return _us(burst["onset"]) <= start + 3 * HOUR_US and _us(burst["end_at"]) >= start


def placebo(crowd: Posts) -> list[str]:
    cells = (
        f"{SETS} sets from the untouched crowd", "with a series", "left out: mostly one account's",
        "with a burst told by itself, of those with a series", "part of another series' burst", "machinery",
    )  # fmt: skip
    out = [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|"]
    names, posts = np.unique(crowd.who[0].astype(str), return_counts=True)
    frequent = names[posts >= 3]
    hours = _met(crowd)
    pools = (
        (f"{ACCOUNTS} random accounts of all {len(names):,}", lambda _: names, ACCOUNTS),
        (f"{ACCOUNTS} random accounts of the {len(frequent)} with three posts or more", lambda _: frequent, ACCOUNTS),
        (f"{MANY} random accounts of all {len(names):,}", lambda _: names, MANY),
        (
            f"{MANY} random accounts of those that posted in one random hour",
            lambda d: hours[d.integers(len(hours))],
            MANY,
        ),
    )
    frames = crowd.frames()
    for number, (label, pool, size) in enumerate(pools):
        formed = lone = part = machinery = own = 0
        for k in range(SETS):
            draw = np.random.default_rng([FIRST + k, 140 + number])
            chosen = [str(a) for a in draw.choice(pool(draw), size, replace=False)]
            tables, _ = run(frames | beside(chosen))
            (row,) = [s for s in tables["summary"].to_pylist() if s["kind"] == "group"]
            mine = [b for b in tables["bursts"].to_pylist() if b["kind"] == "group"]
            alone = [b for b in mine if not b["same_as"]]
            formed, lone = formed + row["series"], lone + (row["lone"] > 0)
            own, part = own + bool(alone), part + any(b["same_as"] for b in mine)
            machinery += any(b["class"] == "machinery" for b in alone)
        out.append(f"| {label} | {formed} | {lone} | {share(own, formed) if formed else '–'} | {part} | {machinery} |")
    return out


def _met(crowd: Posts) -> list[np.ndarray]:
    """Accounts of each hour in which enough of them post: chosen as a group is, because their posts coincide."""
    hour, who = crowd.at[0] // HOUR_US, crowd.who[0].astype(str)
    each = [np.unique(who[hour == h]) for h in np.unique(hour)]
    return [a for a in each if len(a) >= MANY]


def main() -> int:
    """Put the section into the page, in place of an earlier one."""
    page = PAGE.read_text(encoding="utf-8")
    head, _, losses = page.partition(BEFORE)
    PAGE.write_text(head.partition(HEADING)[0] + section(alone=True) + f"\n{BEFORE}" + losses, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
