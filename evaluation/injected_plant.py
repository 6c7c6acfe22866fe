"""Crowds and planted injections for the evaluation of `injected`. Everything is a table in memory; nothing posts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from blowback.analyses.machinery.injected import injected
from blowback.analyses.machinery.injected_tables import LINKED, POSTED
from blowback.model.analysis import Judged
from blowback.model.tables import schema_of
from blowback.tools.fold import fold
from blowback.tools.links import canonical_url, links_in

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SECOND = 1_000_000
APP = "Dawn Courier for Android"


def frame(post_id, account, at_us, text, client=None, role=None, clock="exact") -> pl.DataFrame:
    """A crowd as the step `posted` would give it; roles by kind where known, else by how the text begins."""
    table = pl.DataFrame({"post_id": post_id, "account_id": account, "at": at_us, "text": text}).with_columns(
        pl.lit(clock).alias("clock"),
        (pl.Series("client", client, pl.String) if client is not None else pl.lit(None, pl.String).alias("client")),
    )
    said = (
        pl.when(pl.col("text").str.starts_with("RT @")).then(pl.lit("repost"))
        .when(pl.col("text").str.starts_with("@")).then(pl.lit("reply")).otherwise(pl.lit("post"))
    )  # fmt: skip
    if role is not None:
        said = pl.when(pl.Series(role) != "post").then(pl.Series(role)).otherwise(said)
    return table.with_columns(said.alias("role"))


def frames(crowd: pl.DataFrame) -> dict[str, pa.Table]:
    """What the analysis is given: as if it came out of its two steps."""
    at = pa.array(crowd["at"].to_numpy()).cast(pa.timestamp("us"))
    text = crowd["text"].to_arrow().cast(pa.string())
    folded = fold(text)
    words = {n: crowd[n].to_arrow().cast(pa.string()) for n in ("post_id", "account_id", "clock", "role", "client")}
    columns = {
        **words, "posted_at": at, "id_at": pa.nulls(len(crowd), pa.timestamp("us")), "exhibit": pa.repeat("file", len(crowd)),
        "text": text, "text_folded": folded,
    }  # fmt: skip
    linked = crowd.filter((pl.col("role") != "repost") & pl.col("text").str.contains("://"))
    pairs = [
        (p, canonical_url(u[0])) for p, t in linked.select("post_id", "text").iter_rows() if t and (u := links_in(t))
    ]
    table = pa.table({"post_id": [p for p, _ in pairs], "value": [v for _, v in pairs]}, schema=schema_of(LINKED))
    return {"posted": pa.table([columns[c.name] for c in POSTED], schema=schema_of(POSTED)), "linked": table}


def run(crowd: pl.DataFrame, **given):
    params = {p.name: p.default for p in injected.params} | given
    made = frames(crowd)
    out = dict(injected.refine(made, params, lambda _what, _share: None))
    return out, list(injected.judge(Judged({**made, **out}, params)))


# --- crowds -------------------------------------------------------------------------------------------------------


def world_cup() -> pl.DataFrame:
    d = (
        pl.read_parquet(SHARED / "background" / "worldcup_2014_07.parquet")
        .drop_nulls(["created_at", "text"])
        .sort("created_at", "tweet_id", "account")
    )
    client = d["statusSource"].str.replace_all("<[^>]*>", "").str.strip_chars()
    ids = [f"wc{n}" for n in range(len(d))]
    role = d.select(pl.when(pl.col("is_retweet")).then(pl.lit("repost")).otherwise(pl.lit("post")))["literal"]
    return frame(ids, d["account"], d["created_at"].dt.timestamp("us"), d["text"], client, role)


def rumours() -> pl.DataFrame:
    d = (
        pl.read_parquet(SHARED / "rumours" / "rumoureval2017_train.parquet")
        .drop_nulls(["created_at"])
        .sort("created_at", "tweet_id")
    )
    role = d.select(pl.when(pl.col("in_reply_to").is_null()).then(pl.lit("post")).otherwise(pl.lit("reply")))["literal"]
    return frame(
        [f"r{n}" for n in range(len(d))], d["account"], d["created_at"].dt.timestamp("us"), d["text"], role=role
    )


def ira(name: str = "ira_100k") -> pl.DataFrame:
    d = pl.read_parquet(SHARED / "coordination" / f"{name}.parquet").filter(pl.col("text").is_not_null())
    d = d.sort("timestamp", "message_id")
    role = d.select(pl.when(pl.col("repost_id").is_null()).then(pl.lit("post")).otherwise(pl.lit("repost")))["literal"]
    return frame(d["message_id"], d["user_id"], d["timestamp"] * SECOND, d["text"], role=role, clock="minute")


def campaign() -> pl.DataFrame:
    d = (
        pl.read_parquet(SHARED / "campaign" / "pro_is_2015_2016_dev.parquet")
        .drop_nulls(["created_at"])
        .sort("created_at", "row_id")
    )
    return frame(
        [f"c{n}" for n in d["row_id"]], d["account"], d["created_at"].dt.timestamp("us"), d["text"], clock="minute"
    )


def simulated(posts: int, accounts: int, days: int, seed: int) -> pl.DataFrame:
    """The crowd of `blowback simulate` alone: its X posts, without planted groups or burst."""
    from blowback.simulate.campaign import simulate
    from blowback.simulate.compose import client, parts
    from blowback.simulate.posts import QUOTE, REPLY, REPOST
    from blowback.simulate.scenario import Scenario

    base = Scenario.find("demo")
    x = replace(base.x, posts=posts, accounts=accounts, archived=0.0, objects=max(posts // 20, 10))
    scenario = replace(base, seed=seed, days=days, x=x, telegram=None, groups=(), bursts=())
    made = simulate(scenario)
    p = made.posts
    role = {REPOST: "repost", REPLY: "reply", QUOTE: "post"}
    text = ["".join(q.shown for q in parts(made, i, short=False)) for i in range(len(made))]
    return frame([f"s{n}" for n in range(len(made))], [f"a{n}" for n in p.author], p.at_us, text,
                 [client(made, i) or None for i in range(len(made))],
                 [role.get(int(k), "post") for k in p.kind])  # fmt: skip


# --- injections ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """One way to inject: how many accounts and texts, the words, the clock, the client, and people who copy by hand."""

    name: str
    accounts: int = 60
    texts: int = 12
    templated: bool = False
    hours: float = 0.5  # a round lasts about so long
    clock: str = "even"  # even, uneven, slots, jitter
    clients: str = "app"  # app, or own: each account's usual one
    takes_part: float = 1.0
    minutes: bool = False  # the export knows whole minutes only, of everybody
    own_words: bool = False  # no two texts alike
    echoes: int = 0  # people who copy each text by hand afterwards


DESIGNS = (
    Design("identical text, even gaps"),
    Design("templated, on slots of 20 s", templated=True, clock="slots", hours=1.0),
    Design("spread over 6 h", hours=6.0, takes_part=0.8),
    Design("few accounts (10)", accounts=10, hours=0.2),
    Design("own clients", clients="own", clock="slots", hours=1.0),
    Design("uneven clock (gaps x 0.4 to 1.6)", clock="uneven", hours=1.0, takes_part=0.9),
    Design("human jitter", clock="jitter", hours=1.0, takes_part=0.8),
    Design("human jitter, half take part, own clients", clock="jitter", hours=3.0, takes_part=0.5, clients="own"),
    Design("people copy it by hand", hours=1.0, takes_part=0.9, echoes=12),
    Design("one text once, even gaps", texts=1, hours=1.0),
    Design("eight accounts, a text every hour or so", accounts=8, texts=40, hours=0.3, clock="uneven"),
    Design("whole minutes (even gaps)", minutes=True, hours=2.0),
    Design("two texts, human jitter", texts=2, clock="jitter", hours=1.0),
    Design("a quarter take part, over a day, own clients", clock="jitter", hours=24.0, takes_part=0.25, clients="own"),
    Design("one text once, human jitter", texts=1, clock="jitter", hours=1.0),
    Design("each account its own words, even gaps", own_words=True, hours=1.0),
)
_A = (
    "The evening lamps are lit along the river",
    "A new song for the harvest is out today",
    "Our friends in the valley send their greetings",
    "The bakers of the old town open their doors",
    "Tonight the lanterns rise above the harbour",
    "A letter from the mountain school has come",
    "The ferry brings apples and honey this week",
    "Every garden in the district is in bloom",
    "The choir meets again under the great oak",
)
_B = (
    "come and see what the whole town is talking of",
    "share it with everyone who loves the spring",
    "we will not forget this wonderful summer",
    "listen to the full recording before midnight",
    "read the whole story and pass it along",
    "the best is still ahead for all of us",
    "nobody can stop the joy of these days",
    "be there when the bells begin to ring",
)
_SLOT = (
    "amber",
    "birch",
    "coral",
    "dune",
    "ember",
    "fern",
    "grove",
    "heath",
    "iris",
    "jade",
    "kelp",
    "linden",
    "moss",
    "nettle",
)


def plant(
    crowd: pl.DataFrame, design: Design, seed: int, *, per_day: int | None = None
) -> tuple[pl.DataFrame, set[str]]:
    """The crowd with one injection into some of its accounts; the ids of the injected posts.

    Args:
        crowd: organic posts; the injected accounts are drawn from it evenly.
        design: how.
        seed: of everything drawn.
        per_day: so many injected posts on one day, by as many texts as that takes.
    """
    rng = np.random.default_rng([seed, 11])
    own = usual(crowd)
    known = crowd.filter(pl.col("role") != "x")["account_id"].unique().sort().to_numpy()
    who = rng.choice(known, min(design.accounts, len(known)), replace=False)
    begin, end = int(crowd["at"].min()), int(crowd["at"].max())
    texts = design.texts if per_day is None else max(1, round(per_day / (design.accounts * design.takes_part)))
    day = begin + int(rng.integers(0, max((end - begin) // (86_400 * SECOND), 1))) * 86_400 * SECOND
    span = (day, min(day + 86_400 * SECOND, end)) if per_day else (begin, end)
    room = max(span[1] - span[0] - int(design.hours * 3600 * SECOND), 1)
    starts = np.sort(span[0] + (rng.random(texts) * room).astype(np.int64))
    rows: list[tuple[str, int, str, str | None, bool]] = []
    for n, start in enumerate(starts):
        here = rng.permutation(who)
        here = here[: max(3, round(len(here) * design.takes_part))]
        times = _times(rng, len(here), int(start), design)
        base = f"{_A[(n + seed) % len(_A)]} {_SLOT[n % len(_SLOT)]}{n}, {_B[(n * 3 + seed) % len(_B)]}"
        template = f"{_A[seed % len(_A)]}, number {{n}}: {_B[seed % len(_B)]} {{s}}"
        for k, (account, at) in enumerate(zip(here, times, strict=True)):
            text = template.format(n=n * 1000 + k, s=rng.choice(_SLOT)) if design.templated else base
            if design.own_words:
                text = " ".join(rng.permutation(f"{rng.choice(_A)} {rng.choice(_SLOT)} {rng.choice(_B)}".split())[:9])
            if rng.random() < 0.5:
                text += f" https://t.example/{rng.integers(1 << 40):x}"
            client = APP if design.clients == "app" else own[str(account)]
            rows.append((str(account), int(at), text, client, True))
        for account in rng.choice(known, design.echoes, replace=False):
            at = int(start) + int(rng.lognormal(8, 1) * SECOND)
            rows.append((str(account), at, base, own[str(account)], False))
    unit = SECOND if not (crowd["at"].to_numpy() % SECOND).any() else 1
    made = frame([f"inj{n}" for n in range(len(rows))], [r[0] for r in rows], [r[1] // unit * unit for r in rows],
                 [r[2] for r in rows], [r[3] for r in rows])  # fmt: skip
    whole = pl.concat([crowd, made.select(crowd.columns)])
    if design.minutes:
        whole = whole.with_columns(pl.col("at") // (60 * SECOND) * (60 * SECOND), pl.lit("minute").alias("clock"))
    return whole, {f"inj{n}" for n, r in enumerate(rows) if r[4]}


def _times(rng: np.random.Generator, count: int, start: int, design: Design) -> np.ndarray:
    whole = design.hours * 3600
    if design.clock == "even":  # one after the other at a constant gap, a few per cent of wobble
        gap = whole / count
        seconds = np.arange(count) * gap + rng.normal(0, 0.05 * gap, count)
    elif design.clock == "uneven":
        seconds = np.cumsum(rng.uniform(0.4, 1.6, count)) * whole / count
    elif design.clock == "slots":  # several at each slot of the minute, a second or two late
        start = start // (20 * SECOND) * 20 * SECOND
        seconds = np.sort(rng.integers(0, int(whole / 20), count)) * 20 + rng.exponential(1.0, count)
    else:  # as people come: lognormal delays
        seconds = np.sort(rng.lognormal(np.log(whole / 4), 1.0, count))
    return start + (np.maximum(seconds, 0) * SECOND).astype(np.int64)


def usual(crowd: pl.DataFrame) -> dict[str, str | None]:
    """Each account's own client: that of its first post."""
    first = crowd.sort("at", "post_id").group_by("account_id", maintain_order=True).agg(pl.col("client").first())
    return dict(first.iter_rows())


def without_client(crowd: pl.DataFrame) -> pl.DataFrame:
    return crowd.with_columns(pl.lit(None, pl.String).alias("client"))


# --- look-alikes: nothing of this is injected ---------------------------------------------------------------------


@dataclass(frozen=True)
class Lookalike:
    """Innocent copies: so many headlines, shared by a share of a pool of readers, at people's times or by a newsroom's clock."""

    name: str
    headlines: int
    readers: int
    takes_part: float
    client: str | None  # None: each reader's usual kind
    clock: str = "people"  # people, minute (a scheduling tool at whole minutes), live (everybody at once)
    score: bool = False  # a game: the text carries a number


LOOKALIKES = (
    Lookalike("headlines by share button, other readers each time", 30, 3000, 0.02, "Twitter for Websites"),
    Lookalike("one paper's readers, a tenth share each headline", 20, 300, 0.10, "Twitter for Websites"),
    Lookalike("one paper's keen readers, a quarter share each", 20, 100, 0.25, None),
    Lookalike("a game that posts a score when its player is done", 6, 2000, 0.03, "Berry Bounce", score=True),
    Lookalike("everybody at once: a goal", 5, 3000, 0.05, None, clock="live"),
    Lookalike("a newsroom's branches, a scheduling tool at whole minutes", 20, 12, 1.0, "Desk Planner", clock="minute"),
)
_HEAD = (
    "Council votes on",
    "Five things to know about",
    "What the experts say of",
    "How a small town won",
    "In pictures:",
    "Why we still need",
    "The long road to",
    "Listen:",
    "Opinion:",
    "A guide to",
)
_TOPIC = (
    "the new harbour bridge",
    "school lunches this autumn",
    "the oldest bakery in the county",
    "night trains across the hills",
    "the return of the beavers",
    "a choir of three hundred voices",
    "the price of winter apples",
    "the lighthouse keeper's diary",
    "a library without walls",
    "the great bicycle count",
)
_PAPER = ("Harbour Post", "Valley Courier", "Mill Gazette", "Berry", "Otter", "County Wire")


def lookalikes(
    crowd: pl.DataFrame, kinds: tuple[Lookalike, ...], seed: int
) -> tuple[pl.DataFrame, dict[str, set[str]]]:
    """The crowd with innocent copies among its accounts; the ids of each kind's posts."""
    known = crowd["account_id"].unique().sort().to_numpy()
    begin, end = int(crowd["at"].min()), int(crowd["at"].max())
    unit = SECOND if not (crowd["at"].to_numpy() % SECOND).any() else 1
    own, parts, ids = usual(crowd), [crowd], {}
    for kind in kinds:
        rng = np.random.default_rng([seed, 17, LOOKALIKES.index(kind)])
        pool = rng.choice(known, min(kind.readers, len(known)), replace=False)
        rows = []
        for n in range(kind.headlines):
            start = begin + int(rng.random() * (end - begin) * 0.9)
            who = rng.permutation(pool)[: max(4, round(len(pool) * kind.takes_part))]
            mark = f"{_SLOT[n % 14]} {_SLOT[(n * 5 + n // 14) % 14]}{LOOKALIKES.index(kind)} {_PAPER[LOOKALIKES.index(kind)]}"
            text = f"{_HEAD[(n + seed) % 10]} {_TOPIC[(n * 3 + n // 10 + seed) % 10]} {mark}"
            if kind.clock == "live":
                text = f"GOAL for the {_SLOT[n].title()} Otters, what a strike"
            delay = {"people": rng.lognormal(7.5, 1.4, len(who)), "live": rng.lognormal(3.5, 0.8, len(who)),
                     "minute": rng.integers(0, 30, len(who)) * 60 + rng.exponential(1.0, len(who))}[kind.clock]  # fmt: skip
            if kind.clock == "minute":
                start = start // (60 * SECOND) * 60 * SECOND
            for account, wait in zip(who, delay, strict=True):
                words = (
                    f"I scored {rng.integers(10, 99)} points in Berry Bounce level {n}, can you beat me?"
                    if kind.score
                    else text
                )
                words += "" if kind.clock == "live" else f" https://t.example/{rng.integers(1 << 40):x}"
                rows.append(
                    (str(account), min(start + int(wait * SECOND), end), words, kind.client or own[str(account)])
                )
        name = f"like{LOOKALIKES.index(kind)}"
        made = frame([f"{name}-{k}" for k in range(len(rows))], [r[0] for r in rows], [r[1] // unit * unit for r in rows],
                     [r[2] for r in rows], [r[3] for r in rows])  # fmt: skip
        parts.append(made.select(crowd.columns))
        ids[kind.name] = set(made["post_id"])
    return pl.concat(parts), ids


# --- measures -----------------------------------------------------------------------------------------------------


def pr_auc(score: np.ndarray, truth: np.ndarray) -> float:
    """Average precision; ties count as one step."""
    order = np.argsort(-score, kind="stable")
    s, t = score[order], truth[order]
    last = np.flatnonzero(np.diff(s, append=-np.inf) != 0)
    hits = np.cumsum(t)[last]
    return float((np.diff(hits, prepend=0) * hits / (last + 1)).sum() / max(t.sum(), 1))


def scores_of(crowd: pl.DataFrame, out) -> np.ndarray:
    posts = pl.from_arrow(out["posts"]).select("post_id", "score")
    return (
        crowd.select("post_id").join(posts, "post_id", "left", maintain_order="left")["score"].fill_null(0.0).to_numpy()
    )


def baselines(crowd: pl.DataFrame) -> dict[str, np.ndarray]:
    """Accounts with exactly the same words (links, counters and handles apart); and how foreign a client is to its text."""
    bare = [re.sub(r"\d+", "", t or "") for t in fold(crowd["text"].to_arrow()).to_pylist()]
    d = crowd.with_columns(pl.Series("bare", bare))
    same = (pl.when((pl.col("role") == "post") & (pl.col("bare") != ""))
            .then(pl.col("account_id").n_unique().over("bare", "role")).otherwise(0))  # fmt: skip
    rare = 1 / pl.len().over("client")
    out = {"same words": d.select(same)[:, 0].to_numpy().astype(float)}
    if d["client"].null_count() < len(d):
        lift = pl.when((pl.col("role") == "post") & pl.col("client").is_not_null()).then(
            pl.len().over("bare", "client") / pl.len().over("bare") * pl.len().over("bare") * rare).otherwise(0.0)  # fmt: skip
        out["client share"] = d.select(lift)[:, 0].to_numpy()
    return out
