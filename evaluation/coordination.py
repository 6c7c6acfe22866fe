"""Coordination on labelled data: peers' edges, planted groups, shuffles. Writes docs/evaluation/coordination.md."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from blowback.analyses.machinery.coordination import coordination
from blowback.analyses.machinery.coordination_tables import TEXTS, TIMES
from blowback.model.analysis import Judged
from blowback.model.tables import schema_of
from blowback.tools import nulls
from blowback.tools.coaction import Acts, acts, pairs
from blowback.tools.fold import fold
from blowback.tools.intervals import wilson

SURE, UNCLEAR = "coordination.group.2", "coordination.cannot_tell.2"
ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "coordination"
PAGE = ROOT / "docs" / "evaluation" / "coordination.md"
SETS = {
    "russian_coord_tweets.co_retweet": (
        "russian_coord_tweets_unique",
        "account_id, object_id, timestamp_share, content_id",
        "",
    ),
    "ira_100k.co_retweet": ("ira_100k", "user_id, repost_id, timestamp, message_id", "where repost_id is not null"),
    "ira_100k.co_hashtag": ("ira_100k", "user_id, unnest(hashtags), timestamp, message_id", "where repost_id is null"),
    "ira_100k.co_link": ("ira_100k", "user_id, unnest(urls), timestamp, message_id", "where repost_id is null"),
}


def rows(name: str, columns: str, where: str = "") -> pa.Table:
    found = duckdb.sql(f"select {columns} from '{SHARED / name}.parquet' {where}").to_arrow_table()
    at = pa.array(found.column(2).to_numpy() * 1_000_000, pa.timestamp("us"))
    return pa.table(
        {
            "account_id": found.column(0), "value": found.column(1), "posted_at": at, "post_id": found.column(3),
            "kind": pa.repeat("repost", found.num_rows),
        }
    )  # fmt: skip


def coded(table: pa.Table) -> Acts:
    return acts(*(table.column(c) for c in ("account_id", "value", "posted_at", "post_id")))


def edges(table: pa.Table) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(account, account) in text order -> (n_pairs, n_posts_a, n_posts_b, n_objects)."""
    coded_rows = coded(table)
    found, names, out = pairs(coded_rows, 60_000_000), coded_rows.accounts.to_pylist(), {}
    columns = (found.a, found.b, found.n_pairs, found.n_posts_a, found.n_posts_b, found.n_objects)
    for a, b, n, x, y, o in zip(*(c.tolist() for c in columns), strict=True):
        out[(names[a], names[b]) if names[a] < names[b] else (names[b], names[a])] = (
            (n, x, y, o) if names[a] < names[b] else (n, y, x, o)
        )
    return out


def peer(path: Path) -> dict[tuple[str, str], tuple[int, ...]]:
    out = {}
    for row in pq.read_table(path).to_pylist():
        a, b, *rest = row.values()
        if a != b:
            out[a, b] = tuple(rest)
    return out


def agreement() -> list[str]:
    out = ["| data | compared with | edges | mismatches |", "|---|---|---|---|"]
    for name, source in SETS.items():
        ours = edges(rows(*source))
        oracle = {
            (a, b) if a < b else (b, a): v if a < b else (v[0], v[2], v[1], v[3])
            for (a, b), v in peer(SHARED / "peer-results" / f"oracle.{name}.w60.edges.parquet").items()
        }
        wrong = sum(ours.get(k) != v for k, v in oracle.items()) + len(ours.keys() - oracle.keys())
        out.append(f"| {name} | brute force, all four counts | {len(oracle):,} | {wrong} |")
        directed = peer(SHARED / "peer-results" / f"cnt.{name}.w60.parquet")
        mine = {k: v[1] for k, v in ours.items()} | {(b, a): v[2] for (a, b), v in ours.items()}
        wrong = sum(mine.get(k) != v[0] for k, v in directed.items()) + len(mine.keys() - directed.keys())
        out.append(f"| {name} | coordination-network-toolkit 1.5.2, directed weights | {len(directed):,} | {wrong} |")
        theirs = SHARED / "peer-results" / f"coortweet.{name}.w60.mp1.edges.parquet"
        if theirs.exists():
            weight = {tuple(sorted(k)): v[0] for k, v in peer(theirs).items()}
            wrong = sum(ours.get(k, (None,))[0] != v for k, v in weight.items()) + len(ours.keys() - weight.keys())
            out.append(f"| {name} | CooRTweet 2.1.3, weight | {len(weight):,} | {wrong} |")
    return out


def run(table: pa.Table, texts: pa.Table | None = None, times: pa.Table | None = None, **given):
    params = {p.name: p.default for p in coordination.params} | {"kind": "repost"} | given
    frames = {
        "acts": table,
        "texts": schema_of(TEXTS).empty_table() if texts is None else texts,
        "times": schema_of(TIMES).empty_table() if times is None else times,
    }
    tables = dict(coordination.refine(frames, params, lambda _what, _share: None))
    return tables, list(coordination.judge(Judged({**tables, "acts": table}, params)))


def named(findings, rules: tuple[str, ...]) -> set[str]:
    return {m for f in findings if f.rule in rules for m in f.subject.members}


def planted() -> list[str]:
    out = ["| set | counted | accounts named | precision | recall | F1 |", "|---|---|---|---|---|---|"]
    for tau in (15, 300):
        truth = set(pq.read_table(SHARED / f"planted_tau{tau}_seed0.truth.parquet").column("account_id").to_pylist())
        table = rows(f"planted_tau{tau}_seed0", "account_id, object_id, timestamp_share, content_id")
        _, findings = run(table)
        for label, rules in (("groups", (SURE,)), ("groups and cannot tell", (SURE, UNCLEAR))):
            found = named(findings, rules)
            hits = len(found & truth)
            low, high = wilson(hits, len(found))
            rlow, rhigh = wilson(hits, len(truth))
            f1 = 2 * hits / (len(found) + len(truth))
            out.append(
                f"| tau {tau} s | {label} | {len(found)} | {hits / max(len(found), 1):.3f} [{low:.2f}, {high:.2f}] "
                f"| {hits / len(truth):.3f} [{rlow:.2f}, {rhigh:.2f}] | {f1:.3f} |"
            )
    return out


def fresh(seeds=range(400, 408)) -> list[str]:
    """Own plants by the published recipe, on seeds that no setting was chosen on: mean and worst over the seeds."""
    background = rows(*SETS["russian_coord_tweets.co_retweet"])
    out = ["| delay (mean) | precision | recall | F1 | worst F1 | F1, groups alone |", "|---|---|---|---|---|---|"]
    for tau in (5, 15, 60, 300, 900):
        scores, sure = [], []
        for seed in seeds:
            table, truth = with_groups(background, tau, seed)
            _, findings = run(table)
            for rules, into in (((SURE, UNCLEAR), scores), ((SURE,), sure)):
                found = named(findings, rules)
                hits = len(found & truth)
                into.append((hits / max(len(found), 1), hits / len(truth), 2 * hits / (len(found) + len(truth))))
        mean = [statistics.mean(s[k] for s in scores) for k in range(3)]
        worst, alone = min(s[2] for s in scores), statistics.mean(s[2] for s in sure)
        out.append(f"| {tau} s | {mean[0]:.3f} | {mean[1]:.3f} | {mean[2]:.3f} | {worst:.3f} | {alone:.3f} |")
    return out


def with_groups(background: pa.Table, tau: float, seed: int) -> tuple[pa.Table, set[str]]:
    """Ten groups of 4 to 12 accounts, each with 6 to 15 joint retweets of real originals within an hour of a real one.

    A member takes part with chance 0.7, after a delay ~ Exp(tau); besides, it passes on 6 to 15 others on its own.
    """
    random = np.random.default_rng([seed, 7])
    value, at = background.column("value").to_pylist(), background.column("posted_at").cast(pa.int64()).to_numpy()
    made: list[tuple[str, str, int]] = []
    truth = set()
    for group in range(10):
        members = [f"plant_{group}_{n}" for n in range(random.integers(4, 13))]
        truth |= set(members)
        for _ in range(random.integers(6, 16)):
            k = int(random.integers(len(value)))
            start = int(at[k]) // 1_000_000 + int(random.integers(0, 3600))
            made += [(m, value[k], start + int(random.exponential(tau))) for m in members if random.random() < 0.7]
        for m in members:
            for _ in range(random.integers(6, 16)):
                k = int(random.integers(len(value)))
                made.append((m, value[k], int(at[k]) // 1_000_000 + int(random.integers(-600, 3600))))
    columns = {
        "account_id": [r[0] for r in made], "value": [r[1] for r in made],
        "posted_at": pa.array([r[2] * 1_000_000 for r in made], pa.timestamp("us")),
        "post_id": [f"planted{n}" for n in range(len(made))], "kind": ["repost"] * len(made),
    }  # fmt: skip
    return pa.concat_tables([background, pa.table(columns, schema=background.schema)]), truth


def categories() -> list[str]:
    """Groups of the IRA accounts over all kinds, against the Linvill-Warren category (no timing was used to make it)."""
    from partitions import adjusted_mutual_information, homogeneity

    out = ["| data | groups | accounts in groups | AMI | homogeneity |", "|---|---|---|---|---|"]
    for name in ("ira_100k", "ira_1m"):
        if not (SHARED / f"{name}.parquet").exists():
            continue
        table = pa.concat_tables([
            rows(name, "user_id, repost_id, timestamp, message_id", "where repost_id is not null"),
            *(_as(rows(name, f"user_id, unnest({c}), timestamp, message_id", "where repost_id is null"), kind)
              for c, kind in (("hashtags", "hashtag"), ("urls", "url"))),
            _as(rows(name, TEXT_OF, "where repost_id is null and text is not null"), "text"),
        ])  # fmt: skip
        texts = rows(name, "user_id, text, timestamp, message_id", "where repost_id is null and text is not null")
        folded = pa.table(
            [
                texts.column("account_id"),
                fold(texts.column("value")),
                texts.column("posted_at"),
                texts.column("post_id"),
            ],
            schema=schema_of(TEXTS),
        )
        moments = rows(name, "user_id, message_id, timestamp, message_id").select(
            ["account_id", "posted_at", "post_id"]
        )
        tables, _ = run(table, folded, moments, kind="all")
        label = dict(
            duckdb.sql(
                f"select user_id, any_value(account_category) from '{SHARED / name}.parquet' group by 1"
            ).fetchall()
        )
        members = tables["members"].to_pylist()
        found = [m["group_id"] for m in members]
        known = [label[m["account_id"]] for m in members]
        out.append(
            f"| {name} | {tables['groups'].num_rows} | {len(members):,} of {len(label):,} "
            f"| {adjusted_mutual_information(known, found):.3f} | {homogeneity(known, found):.3f} |"
        )
    return out


# the peers' rule: lower case, handles cut, white space collapsed
_PLAIN = r"trim(regexp_replace(regexp_replace(lower(text), '@\S*', '', 'g'), '\s+', ' ', 'g'))"
TEXT_OF = f"user_id, md5({_PLAIN}), timestamp, message_id"


def _as(table: pa.Table, kind: str) -> pa.Table:
    return table.set_column(4, "kind", pa.repeat(kind, table.num_rows))


def survivors(sets) -> list[str]:
    out = [
        "| data | tested pairs | limit on p | survive shift | of these beyond bursts | with triangles | tied |",
        "|---|---|---|---|---|---|---|",
    ]
    curve = ["", "| data | window | pairs with 2 objects | permuted | shifted |", "|---|---|---|---|---|"]
    for label, source in sets.items():
        tables, _ = run(rows(*source))
        every = tables["summary"].sort_by("window_s").to_pylist()
        s = every[0]
        tested = f"{s['tested']:,}{'' if s['tested_exact'] else ' (bound)'}"
        out.append(
            f"| {label} | {tested} | {s['limit_p']:.1e} | {s['survive_shift']:,} | {s['survive_permute']:,} "
            f"| {s['survive']:,} | {s['hang']:,} |"
        )
        curve += [
            f"| {label} | {s['window_s']:,} s | {s['pairs']:,} | {s['pairs_permute']:,.1f} | {s['pairs_shift']:,.1f} |"
            for s in every
        ]
    return out + curve


def shuffled(copies: int = 6) -> list[str]:
    out = [
        "| data | shuffle | copies | group findings (mean) | accounts in them (mean) | cannot tell (mean) | with a group |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for label in ("russian_coord_tweets.co_retweet", "ira_100k.co_retweet", "ira_100k.co_hashtag"):
        original = coded(rows(*SETS[label]))
        for name, shuffle in (("permute", nulls.permuted), ("shift", nulls.shifted)):
            groups, accounts, unclear = [], [], []
            for seed in range(100, 100 + copies):
                copy = shuffle(original, seed)
                table = pa.table(
                    {
                        "account_id": copy.accounts.take(pa.array(copy.account)), "value": copy.values.take(pa.array(copy.value)),
                        "posted_at": pa.array(copy.time).cast(pa.timestamp("us")),
                        "post_id": copy.posts.take(pa.array(copy.post)), "kind": pa.repeat("repost", len(copy)),
                    }
                )  # fmt: skip
                _, findings = run(table)
                groups.append(sum(f.rule == SURE for f in findings))
                accounts.append(len(named(findings, (SURE,))))
                unclear.append(sum(f.rule == UNCLEAR for f in findings))
            out.append(
                f"| {label} | {name} | {copies} | {statistics.mean(groups):.1f} | {statistics.mean(accounts):.1f} "
                f"| {statistics.mean(unclear):.1f} | {sum(g > 0 for g in groups)} |"
            )
    return out


TEXT = """# Coordination: evaluation

Written by `make evaluation` from the development data beside the checkout (see its README for origins and licences).
One setting throughout, the default: any gap up to a day, support 2, FDR 0.01, three shuffles, seed 1.

## Agreement with the peers, edge by edge

{agreement}

## Planted groups

Ten groups of 4 to 12 accounts with 6 to 15 joint retweets, delays exponential with mean tau, on real retweets. Accounts
of the background count as false even where they are coordinated themselves. 95 % Wilson intervals. Published marks to beat
(mean of ten other seeds): the peers' defaults fall to .17 and .50 at the worst delay, the best fixed rule holds .83.

{planted}

Own plants by the same recipe on eight other seeds, none of which a setting was chosen on:

{fresh}

## Account categories

Groups over reposts, hashtags, links, texts and joint rhythm together (fused), against the category that Linvill and Warren
gave each account by reading it. To beat, from networks at 60 s without a test: fused AMI .624, homogeneity .857
on 2,052 of 2,839.

{categories}

## What survives each null

Mean numbers of pairs on permuted and shifted copies stand beside what was seen.

{survivors}

## Shuffled data: there is nothing to find

On copies shuffled with seeds the calibration never uses. In the IRA data every account is an operator and the objects'
bursts are the operation itself: permuting times keeps that burst, so groups "found" there are the burst, not chance.

{shuffled}

## Losses

- About eight background accounts in two groups are named with nothing planted: four pass on 11 posts within minutes of
  each other 31 times over where 0.5 would be expected. They may be real; they count as false above.
- Delays of 15 minutes and more: the group drowns in its originals' own bursts, and recall falls.
- On IRA data permuted copies keep the operation's own burst, so that groups found there are the burst, not chance.
- Shifted copies of IRA hashtags hold a group of three or four in most runs: operators whose shifts happen to agree to
  minutes, so that they come together again. One of sixteen shifted copies of the retweets held a group (seed 103).
- One background and our own recipe; other data judge elsewhere.
"""


def main() -> int:
    if not SHARED.is_dir():
        print("the development data are not beside this checkout: nothing was evaluated")
        return 0
    parts = {
        "agreement": agreement(),
        "planted": planted(),
        "fresh": fresh(),
        "categories": categories(),
        "survivors": survivors(SETS),
        "shuffled": shuffled(),
    }
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(TEXT.format(**{k: "\n".join(v) for k, v in parts.items()}), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
