"""Hijacked hashtags: invented ones in a real crowd, false alarms on real data. Writes docs/evaluation/hijacks.md."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

import hijacks_simulated as simulated
from blowback.tools.intervals import exact_share
from hijacks_made import CHOIR, READING, Design, Post, injected
from hijacks_run import SHARED, by_cosine, by_newcomers, canonical, joined, run, world_cup

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "hijacks.md"
SEEDS, SOCIETIES = (201, 202, 203, 204, 205), (CHOIR, READING)
WORLDS = (301, 302, 303)  # of the simulator; 1 to 3 and the scenario's own seed were looked at
TAGS = ("worldcup", "ger", "arg")
DESIGNS = {
    "new accounts": Design(120, 30),
    "accounts that blend in first": Design(120, 30, blend=2),
    "crowd's wordings, own link": Design(120, 30, link=1.0, tag=0.4, copy=True),
    "English, Arabic, Russian": Design(120, 30, tongues=("en", "ar", "ru")),
    "own tag, no link": Design(120, 30, tag=0.8, link=0.0),
    "25 posts by 8 accounts": Design(25, 8, counter=3, press=2),
    "words alone, no tag or link": Design(120, 30, tag=0.0, link=0.0),
}
Scores = dict[str, float]


def scored(
    tables: dict[str, pa.Table], made: list[Post], tag: str, size: int
) -> tuple[Scores, Counter[tuple[str, str]]]:
    """One run: what is listed under the tag against what was planted, and both baselines."""
    truth = {f"x:{p.post_id}": p.truth for p in made}
    out, _ = run(tables)
    rows = [r for r in out["posts"].to_pylist() if r["value"] == tag]
    listed = sorted((r for r in rows if r["class"] == "hijack"), key=lambda r: (-r["score"], r["post_id"]))
    hits = [truth.get(r["post_id"]) == "hijack" for r in listed]
    most = min(100, size)
    classes = {r["class"] for r in out["tags"].to_pylist() if r["value"] == tag and r["strand"]}
    scores = {
        "at": sum(hits[:most]) / most,
        "listed": sum(hits) / max(len(hits), 1),
        "any": float(bool(hits)),
        "recall": sum(hits) / size,
        "named": float("repurposed" in classes),
        "cosine": sum(truth.get(p) == "hijack" for p in by_cosine(tables, tag)[:most]) / most,
        "newcomers": sum(truth.get(p) == "hijack" for p in by_newcomers(tables, tag)[:most]) / most,
    }
    found = {r["post_id"]: r["class"] for r in rows}
    return scores, Counter((kind, found.get(post, "not listed")) for post, kind in truth.items() if kind != "blend")


def interval(values: list[float]) -> str:
    """Mean with its 95 % bootstrap interval over runs."""
    draws = np.random.default_rng(7).choice(values, (2000, len(values))).mean(axis=1)
    return f"{np.mean(values):.2f} [{np.percentile(draws, 2.5):.2f}, {np.percentile(draws, 97.5):.2f}]"


def row(label: str, runs: list[Scores]) -> str:
    mean = {k: [r[k] for r in runs] for k in runs[0]}
    precise = [r["listed"] for r in runs if r["any"]]
    return (
        f"| {label} | {len(runs)} | {sum(mean['named']):.0f} | {interval(mean['at'])} "
        f"| {f'{np.mean(precise):.2f}' if precise else 'none'} "
        f"| {np.mean(mean['recall']):.2f} | {np.mean(mean['cosine']):.2f} | {np.mean(mean['newcomers']):.2f} |"
    )


HEAD = (
    "| hijack | runs | tag named | precision@100 | precision listed | recall | by cosine, @100 | by newcomers, @100 |",
    "|---|---|---|---|---|---|---|---|",
)


def designs(crowd: list[Post], base: dict[str, pa.Table]) -> tuple[list[str], list[str], Counter[tuple[str, str]]]:
    out, by_tag, confusion = list(HEAD), {t: [] for t in TAGS}, Counter()
    for label, design in DESIGNS.items():
        runs = []
        for tag in TAGS:
            for seed in SEEDS:
                made = injected(crowd, tag, SOCIETIES[seed % 2], design, seed)
                scores, seen = scored(joined(base, made), made, tag, design.posts)
                runs.append(scores)
                if scores["any"]:
                    confusion += seen
                if label not in ("words alone, no tag or link", "25 posts by 8 accounts"):
                    by_tag[tag].append(scores)
        out.append(row(label, runs))
        print(out[-1], flush=True)
    tags = [*HEAD, *(row(f"#{t}, the five designs of 120 posts", found) for t, found in by_tag.items())]
    return out, tags, confusion


def volumes(crowd: list[Post]) -> list[str]:
    """The whole crowd as one tag: a hijack of 0.5 to 5 % of it."""
    whole = [p if "#worldcup" in p.text.lower().split() else replace(p, text=f"{p.text} #worldcup") for p in crowd]
    base, out = canonical(whole), list(HEAD)
    for share, accounts in ((0.005, 14), (0.01, 20), (0.05, 60)):
        size = int(share * len(whole))
        design = Design(size, accounts, counter=size // 10, press=size // 15, hours=40.0)
        runs = []
        for seed in SEEDS[:3]:
            made = injected(whole, "worldcup", SOCIETIES[seed % 2], design, seed)
            runs.append(scored(joined(base, made), made, "worldcup", size)[0])
        out.append(row(f"{100 * share:g} % of {len(whole):,} posts", runs))
        print(out[-1], flush=True)
    return out


def frame(name: str, columns: str) -> list[Post]:
    found = duckdb.sql(f"select {columns} from '{SHARED / name}' where text is not null").fetchall()
    return [Post(str(i), str(a), int(at), t, kind=k, repost_of=r) for i, a, at, t, k, r in found]


def untouched(crowd: list[Post]) -> list[str]:
    whole = [p if "#worldcup" in p.text.lower().split() else replace(p, text=f"{p.text} #worldcup") for p in crowd]
    sets = {
        "World Cup crowd": crowd,
        "World Cup crowd, all under one tag": whole,
        "rumour threads": frame(
            "rumours/rumoureval2017_train.parquet",
            "tweet_id, account, epoch_us(created_at), text, 'post', null",
        ),
        "pro-IS accounts 2015-16 (an allegation)": frame(
            "campaign/pro_is_2015_2016_dev.parquet", "row_id, account, epoch_us(created_at), text, 'post', null"
        ),
        "IRA 100k": frame(
            "coordination/ira_100k.parquet",
            "message_id, user_id, timestamp * 1000000, text, if(repost_id is null, 'post', 'repost'), repost_id",
        ),
    }
    out = [
        "| data | posts under tags | tags tested | markers | tags `repurposed` | posts as hijack | explained | cannot tell |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for label, posts in sets.items():
        tables, findings = run(canonical(posts))
        s = tables["summary"].to_pylist()[0]
        strands = [r for r in tables["tags"].to_pylist() if r["strand"]]
        named = {r["value"] for r in strands if r["class"] == "repurposed"}
        listed = sum(r["class"] == "hijack" and r["value"] in named for r in tables["posts"].to_pylist())
        low, high = exact_share(len(named), s["tested_tags"])
        plow, phigh = exact_share(listed, s["posts"])
        out.append(
            f"| {label} | {s['posts']:,} | {s['tested_tags']} of {s['tags']} | {s['tested']:,} "
            f"| {len(named)} [{low:.3f}, {high:.3f}] "
            f"| {listed} [{plow:.5f}, {phigh:.5f}] | {sum(f.ruling == 'explained' for f in findings)} "
            f"| {sum(f.ruling == 'cannot_tell' for f in findings)} |"
        )
        print(out[-1], flush=True)
    return out


def shuffled(base: dict[str, pa.Table], copies: int = 6) -> list[str]:
    """The bundles (all marks of a post) dealt anew among the posts of the crowd: whose words carry which tags is chance."""
    named = tested = passed = 0
    marks, posts = base["marks"], base["posts"].column("post_id").to_pylist()
    account = dict(zip(posts, base["posts"].column("account_id").to_pylist(), strict=True))
    at = dict(zip(posts, base["posts"].column("posted_at").to_pylist(), strict=True))
    for seed in range(copies):
        to = dict(zip(posts, np.random.default_rng([seed, 3]).permutation(posts).tolist(), strict=True))
        rows = [
            {**m, "post_id": (p := to[m["post_id"]]), "account_id": account[p], "posted_at": at[p]}
            for m in marks.to_pylist()
        ]
        tables, _ = run({**base, "marks": pa.Table.from_pylist(rows, marks.schema)})
        s = tables["summary"].to_pylist()[0]
        named, tested, passed = named + s["repurposed"], tested + s["tested"], passed + s["passed"]
    return [f"{copies} copies: {tested:,} markers tested, {passed} passed, {named} tags named re-purposed."]


def matrix(confusion: Counter[tuple[str, str]]) -> list[str]:
    kinds, found = ("hijack", "counter", "news"), ("hijack", "counter", "news", "not listed")
    names = {"hijack": "re-purposing", "counter": "answers", "news": "reports"}
    out = [f"| planted | {' | '.join(f'as {f}' if f != 'not listed' else f for f in found)} |", "|---|---|---|---|---|"]
    return out + [f"| {names[k]} | {' | '.join(f'{confusion[k, f]:,}' for f in found)} |" for k in kinds]


def campaign() -> tuple[list[str], list[str]]:
    """The simulator's whole campaign: hijacks found, nothing found where none is; and the ranges of exposure."""
    out, worlds = list(simulated.HEAD), []
    out.append(simulated.found("june as it is (looked at)", simulated.world(20240603)))
    for seed in WORLDS:
        worlds.append(simulated.world(seed))
        out.append(simulated.found(f"june, seed {seed}", worlds[-1]))
        out.append(simulated.found(f"the same without hijacks, seed {seed}", simulated.world(seed, hijacked=False)))
        print("\n".join(out[-2:]), flush=True)
    covered = [simulated.covered(title, feed, worlds) for title, feed in simulated.FEEDS.items()]
    return out, [*simulated.HEAD_EXPOSURE, *covered]


TEXT = """# Hijacked hashtags: evaluation

Written by `make evaluation`; all figures are of one run. The crowd is real: ordinary posts around the football World Cup,
12 to 19 July 2014, collected by key words. The hijacks are invented and benign: a choir's drive and a library's, with
made-up tags and hosts. They begin when a third to a half of the tag's posts are there and last 20 hours; answers (12, half
by people of the crowd) and reports (8) are planted beside each. One setting throughout, the defaults. Everything was tuned
on other societies (gardeners, kite flyers, bakers) with seeds 1 to 6; these are seeds {seeds}, used once.

Precision@100: of the 100 posts with the highest chance (of as many as were planted, where fewer), those that were
planted as re-purposing; a run in which nothing is listed counts 0. Intervals are bootstraps over runs. Baselines: TF-IDF
cosine to the tag's middle, the least alike first (as HashJacker, Jain et al. 2015), and newcomers alone (no earlier
post of the account, latest first).

## Designs

120 posts by 30 accounts under #worldcup (459 posts), #ger (335) and #arg (200), unless said otherwise.

{designs}

By tag:

{tags}

## Low volume

The whole crowd as one tag (#worldcup put to every post).

{volumes}

## A whole campaign in three languages

The simulator's scenario `june` with other seeds, written as exports and taken in as `make demo` does: a cup's crowd in
English, Arabic and Russian, and a guild's network in the same languages that hijacks two of the cup's tags (some of its
posts carry further tags of the cup, which may be named, too). The texts are the simulator's own bank of sentences; what was
changed after seeds 1 to 3 and the scenario's own seed had been looked at is the test, language by language, not its words.

{campaign}

## Exposure

The same worlds; people who follow and read are added by the evaluation, so that it is known whom the hijacking posts
reached outside the network: followers (popular people are followed by many, so that circles overlap; a share is the
network's own or nobody's) see a post with a chance of 5 to 10 %, silent readers of the tag see each post with 2 %. The
export holds views (counted from the same people, repeats and insiders too) or followers, or some. *Within*: the truth lies
between the ends; ranges without an upper end are left out there. *Low ends*: their sum, of the outside accounts that answered
or passed on one of the posts. People reached outside, and the high end by them, are medians.

{exposure}

## Classes

Over all runs above in the World Cup crowd in which a strand was found. Answers and reports that stand in no strand are not
listed as anything, which is no error.

{matrix}

## False alarms

Real data, untouched. Exact 95 % intervals (Clopper–Pearson) are shares of the tags tested and of the posts under tags.
How sub-topics are counted and weighed was chosen with all of these sets in view, so that their zeros are not independent of
the tuning; the campaigns without hijacks above and the shuffled copies below are.

{untouched}

In the IRA data every account is an operator; a tag named there is no false alarm by itself.

## Shuffled

All marks of a post dealt anew among the posts of the crowd. {shuffled}

{losses}
"""
LOSSES = """## Losses

- A hijack in three languages of a crowd in one is named in 12 of 15 runs, and half of its posts are listed: what nobody else
  under the tag writes in is not tested, and joins only by links, tags and authors. (Tested as one tag, as before, such a
  hijack was always found, and so was every language community of a crowd that has several.)
- Small hijacks (25 posts by 8 accounts) are found in about half of the runs; those with a tag of their own but no link in
  13 of 15. Words alone, without any tag, link, host or name in common, are not found at all; the cosine baseline finds some.
- Fewer tags are tested than before (5 of 13 in the crowd): sub-topics are counted once, and small tags have fewer than the
  twelve that are needed. The untouched sets' zeros say little about them.
- In the simulator one hijack's posts in a minor language were missed in two of three worlds (recall 0.76 and 0.80), and in
  one world 15 posts beside it were listed under a hijacked tag. The bank of sentences is small, which makes hijacks there
  easier than real ones; in the World Cup crowd no language is stated, so that languages were tried in the simulator alone.
- The range of exposure held the truth wherever views, or followers of most authors, are known, by being wide: the high end
  is four to ten times what was reached, and a hundred times where followers are mostly empty. People who only read the tag
  are in neither end where there are no views: with 150,000 of them it held the truth in 1 of 6. Six ranges of three worlds
  are few, and the feed is ours. Low ends count those who visibly reacted, not the same people exactly: accounts of the
  network that react once may be among them, and outside accounts that react twice are not.
- The answers and reports are templates of ours, written with the cue lists' kind of phrase in mind; real ones will be
  recognised less often. In the simulator they stand in no strand, and none is told apart.
- The crowd was collected by key words, and most of its accounts have one post: ties, and so the class `own_people`, are
  hardly tried here.
"""


def main() -> None:
    crowd = world_cup()
    base = canonical(crowd)
    alarms = untouched(crowd)
    by_campaign, by_feed = campaign()
    by_design, by_tag, confusion = designs(crowd, base)
    filled = {
        "seeds": f"{SEEDS[0]} to {SEEDS[-1]}",
        "designs": "\n".join(by_design),
        "tags": "\n".join(by_tag),
        "volumes": "\n".join(volumes(crowd)),
        "matrix": "\n".join(matrix(confusion)),
        "untouched": "\n".join(alarms),
        "campaign": "\n".join(by_campaign),
        "exposure": "\n".join(by_feed),
        "losses": LOSSES.strip(),
        "shuffled": "\n".join(shuffled(base)),
    }
    PAGE.write_text(TEXT.format(**filled), encoding="utf-8")


if __name__ == "__main__":
    if not SHARED.exists():
        sys.exit("The development data is not here: nothing is evaluated, docs/evaluation/hijacks.md stays as it is")
    main()
