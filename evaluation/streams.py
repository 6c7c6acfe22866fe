"""Streams and small cases for the evaluation of bursts: noise of known kind, a replica of a published storm, real crowds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.analyses.machinery.bursts import bursts
from blowback.analyses.machinery.bursts_tables import CLOCKS, NUMBERED, OBJECTS, USES
from blowback.model.analysis import Judged
from blowback.model.tables import schema_of
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND
from blowback.tools.fold import fold

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
START = 18_000 * DAY_US
SWING = 0.8


def pace(
    draw, days: int, rate: float, *, noise: str = "none", spread: float = 0.5, hours: float = 3, swing=SWING, weekly=0.0
):
    """Posts per five minutes of a stream that has days and nights, weeks, and driving noise of a known kind."""
    bins = days * 288
    hour = np.arange(bins) / 12
    out = rate / 12 * (1 + swing * np.sin(2 * np.pi * hour / 24)) * (1 - weekly * (hour // 24 % 7 >= 5))
    if noise == "gamma":
        out *= np.repeat(draw.gamma(1 / spread, spread, int(bins / 12 / hours) + 1), int(12 * hours))[:bins]
    if noise == "lognormal":
        variance, keep = np.log1p(spread), np.exp(-1 / (12 * hours))
        steps = draw.normal(size=bins) * np.sqrt(1 - keep**2)
        steps[0] = draw.normal()
        level = np.empty(bins)
        last = 0.0
        for i, step in enumerate(steps):
            last = keep * last + step
            level[i] = last
        out *= np.exp(np.sqrt(variance) * level - variance / 2)
    return out


def times_of(draw, paces) -> np.ndarray:
    """Posts, microseconds, in order."""
    count = draw.poisson(paces)
    at = np.repeat(np.arange(len(paces)), count) + draw.random(count.sum())
    return np.sort(START + (at * 300 * SECOND).astype(np.int64))


@dataclass
class Posts:
    """Posts as lists of arrays; `tags` are (post, tag)."""

    at: list = field(default_factory=list)
    who: list = field(default_factory=list)
    words: list = field(default_factory=list)
    client: list = field(default_factory=list)
    kind: list = field(default_factory=list)
    tag: list = field(default_factory=list)
    clocks: list = field(default_factory=list)  # (time, account, text)

    def add(self, at, who, tag, *, words=None, client=None, kind="post") -> None:
        n = len(at)
        first = sum(len(a) for a in self.at)
        self.at.append(np.asarray(at))
        self.who.append(np.asarray(who, dtype=object))
        self.words.append(
            np.asarray(words if words is not None else [f"own {first + k}" for k in range(n)], dtype=object)
        )
        self.client.append(np.asarray(client if client is not None else ["phone"] * n, dtype=object))
        self.kind.append(np.asarray([kind] * n if isinstance(kind, str) else kind, dtype=object))
        self.tag.append(np.asarray([tag] * n if isinstance(tag, str) else tag, dtype=object))

    def frames(self, least: int = 50) -> dict[str, pa.Table]:
        """As the analysis' steps give them."""
        at, who, words, client, kind, tag = (
            np.concatenate(x) for x in (self.at, self.who, self.words, self.client, self.kind, self.tag)
        )
        order = np.argsort(at, kind="stable")
        n = len(at)
        numbered = pa.Table.from_arrays(
            [
                pa.array(np.arange(n)), pa.array([f"x:{k}" for k in range(n)]), pa.array(who[order], pa.string()),
                pa.array(at[order]).cast(pa.timestamp("us")), pa.array(["exact"] * n), pa.array(kind[order], pa.string()),
                pa.array(client[order], pa.string()), pa.nulls(n, pa.string()), pa.array(words[order], pa.string()),
            ],
            schema=schema_of(NUMBERED),
        )  # fmt: skip
        marks = {"hashtag": tag[order], "client": client[order]}
        of, value, post = [], [], []
        for name, values in marks.items():
            held = np.array([k for k, v in enumerate(values) if v], np.int64)
            of += [name] * len(held)
            value += [values[k] for k in held]
            post += held.tolist()
        table = pa.table({"kind": of, "value": value, "n": post})
        counted = table.group_by(["kind", "value"]).aggregate([("n", "count")])
        counted = counted.filter(pc.greater_equal(counted.column("n_count"), least)).sort_by(
            [("kind", "ascending"), ("value", "ascending")]
        )
        objects = pa.Table.from_arrays(
            [
                pa.array(np.arange(counted.num_rows)),
                counted.column("kind"),
                counted.column("value"),
                counted.column("n_count"),
            ],
            schema=schema_of(OBJECTS),
        )
        uses = table.join(objects.select(["object", "kind", "value"]), ["kind", "value"], join_type="inner").select(
            ["object", "n"]
        )
        named = [(int(np.searchsorted(at[order], a)), t) for a, _, t in self.clocks]
        clocks = pa.Table.from_arrays(
            [pa.array([c[0] for c in named], pa.int64()), pa.array([c[1] for c in named], pa.string())],
            schema=schema_of(CLOCKS),
        )
        return {"numbered": numbered, "objects": objects, "uses": uses.cast(schema_of(USES)), "clocks": clocks}


def run(frames, **given):
    """(tables, findings) of the analysis on frames."""
    params = {p.name: p.default for p in bursts.params} | given
    out = dict(bursts.refine(frames, params, lambda _what, _share: None))
    return out, list(bursts.judge(Judged({**frames, **out}, params)))


# What was published of one hashtag's day in June 2014: about 31,500 posts in 24 hours from an announced 10:30, 4,300 of them
# from 12:00 to 13:00, about 20,000 in the first seven hours, 6,300 by the 50 busiest accounts.
PUBLISHED = {"posts": 31_500, "peak_posts": 4_300, "peak_share": 0.137, "first7h_share": 0.63, "top50_share": 0.20}
GENERATED = {"peak_share": 4_300 / 31_500, "first7h_share": 20_000 / 31_500, "top50_share": 0.20}
_HALVES = [900, 1650, 1650, 2150, 2150, 1800, 1800, 1500, 1500, 1200, 1200, 900, 900, 700]  # 10:30 to 17:30
STORM_AT = START + 9 * DAY_US + 10 * HOUR_US + HOUR_US // 2


def storm(seed: int, *, machine: bool) -> tuple[Posts, np.ndarray]:
    """The replica among a fortnight of a public; (posts, times of the storm). What was not published is made up.

    With `machine`, half of the wordings are templates and 40 % come from one application; without, words and
    applications are those of people, so that concentration and the announced slot are all there is.
    """
    draw = np.random.default_rng([seed, 1])
    out = public(draw, 14, 200)
    rest = 11_500 * (1.6 - 1.2 * (np.arange(34) + 0.5) / 34) / (1.6 - 0.6) / 34
    halves = draw.poisson(np.concatenate([_HALVES, rest]))
    at = np.sort(
        STORM_AT + ((np.repeat(np.arange(48), halves) + draw.random(halves.sum())) * 1800 * SECOND).astype(np.int64)
    )
    n = len(at)
    busy = draw.random(n) < 0.20
    shares = draw.pareto(1.6, 6000) + 0.3
    shares = np.minimum(shares / shares.sum(), 0.5 / 500)
    who = np.where(busy, draw.integers(0, 50, n), 50 + draw.choice(6000, n, p=shares / shares.sum()))
    words = [f"own s{k}" for k in range(n)]
    client = draw.choice(["phone", "web", "tablet"], n)
    if machine:
        words = np.where(draw.random(n) < 0.5, [f"template {k}" for k in draw.integers(0, 400, n)], words)
        client = np.where(draw.random(n) < 0.4, "the app", client)
    out.add(at, [f"s{w}" for w in who], "storm", words=words, client=client)
    for k in range(12):
        when = STORM_AT - 6 * HOUR_US - k * 1_800 * SECOND
        out.add([when], [f"s{k}"], "storm", words=[f"call {k}"])
        out.clocks.append((when, f"s{k}", "all together today at 10:30"))
    return out, at


def public(draw, days: int, rate: float, accounts: int = 9000) -> Posts:
    """A public with days, nights and gamma noise, twelve tags, three applications, a quarter of it replies."""
    out = Posts()
    at = times_of(draw, pace(draw, days, rate, noise="gamma", spread=0.3))
    n = len(at)
    tag = draw.choice([f"tag{k}" for k in range(12)] + [""], n, p=[*[0.04] * 12, 0.52])
    client = draw.choice(["phone", "web", "tablet"], n)
    kind = np.where(draw.random(n) < 0.25, "reply", "post")
    out.add(at, [f"u{int(w)}" for w in accounts * draw.random(n) ** 2], tag, client=client, kind=kind)
    return out


def world_cup() -> Posts:
    """The real crowd, posts that begin with RT as reposts."""
    query = f"""select epoch_us(created_at), account, text, regexp_extract(statusSource, '>([^<]*)<', 1),
        is_retweet or text like 'RT @%'
        from '{SHARED}/background/worldcup_2014_07.parquet' where created_at is not null order by created_at, tweet_id"""
    return _real(query)


def ira() -> Posts:
    """100,000 posts of accounts of one operation; times are whole minutes."""
    query = f"""select timestamp * 1000000, user_id, text, '', repost_id is not null
        from '{SHARED}/coordination/ira_100k.parquet' order by timestamp, message_id"""
    return _real(query)


def rumours() -> Posts:
    """Threads around nine news events."""
    query = f"""select epoch_us(created_at), account, text, '', false
        from '{SHARED}/rumours/rumoureval2017_train.parquet' order by created_at, tweet_id"""
    return _real(query)


def _real(query: str) -> Posts:
    import re

    rows = duckdb.sql(query).fetchall()
    texts = [r[2] or "" for r in rows]
    folded = fold(pa.array(texts)).to_pylist()
    tags = [re.findall(r"#(\w+)", t.lower()) for t in texts]
    kinds = ["repost" if r[4] else "reply" if t.startswith("@") else "post" for r, t in zip(rows, texts, strict=True)]
    out = Posts()
    words = np.array([None if r[4] or not f else f for r, f in zip(rows, folded, strict=True)], dtype=object)
    out.add(
        np.array([r[0] for r in rows], np.int64), [r[1] for r in rows], np.array([t[0] if t else "" for t in tags], dtype=object),
        words=words, client=np.array([r[3] or "" for r in rows], dtype=object),
        kind=np.array(kinds, dtype=object),
    )  # fmt: skip
    return out
