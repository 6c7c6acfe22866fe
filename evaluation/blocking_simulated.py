"""Simulated policies for the evaluation of blocking: do intervals cover, how often does each word come up, and by chance?"""

from __future__ import annotations

from collections import Counter

import numpy as np

from blowback.analyses.blocking import audit, units
from blowback.analyses.blocking.audit import Counted
from blowback.model.blocking import Rationale
from blowback.tools import odds
from blowback.tools.intervals import exact_share, wilson

RUNS = 2000
SEED = 20140616


def coverage_of_intervals() -> list[str]:
    """95 % intervals of coverage shares and odds ratios against known truth, exact and approximate."""
    rng = np.random.default_rng(SEED)
    out = ["| what | truth | exact interval covers | Wilson / mid-p covers | of |", "|---|---|---|---|---|"]
    for n, p in ((27, 0.05), (27, 0.3), (60, 0.1), (150, 0.5)):
        drawn = rng.binomial(n, p, RUNS)
        held = [sum((e := f(int(x), n))[0] <= p <= e[1] for x in drawn) / RUNS for f in (exact_share, wilson)]
        out.append(f"| share, n = {n} | {p} | {held[0]:.1%} | {held[1]:.1%} | {RUNS:,} |")
    for n, m, p, ratio in ((27, 1283, 0.014, 5.0), (60, 400, 0.1, 3.0), (60, 400, 0.3, 1.0)):
        q = ratio * p / (1 - p) / (1 + ratio * p / (1 - p))
        inside = [0, 0]
        for _ in range(RUNS // 4):
            a, c = int(rng.binomial(n, q)), int(rng.binomial(m, p))
            for i in (0, 1):
                found = odds.odds_ratio(((a, n - a), (c, m - c)), mid=bool(i))
                inside[i] += found is None or found[1] <= ratio <= found[2]
        shown = " | ".join(f"{i / (RUNS // 4):.1%}" for i in inside)
        out.append(f"| odds ratio, {n} and {m} units, base rate {p} | {ratio:g} | {shown} | {RUNS // 4} |")
    told = "Exact intervals never cover less than they say, and more with few units; the words of the test rest on them. Beside each "
    return [
        *out,
        "",
        told
        + "the audit gives Wilson's interval (shares) and the mid-p interval (odds ratios), which lie nearer to 95 %.",
    ]


def _draw(rng: np.random.Generator, n: int, m: int, inside: float, outside: float) -> Counted:
    a, c = int(rng.binomial(n, inside)), int(rng.binomial(m, outside))
    return Counted(a, n - a, c, m - c)


def chance_of_words() -> list[str]:
    """How often each word comes up under policies of known kind."""
    rng = np.random.default_rng(SEED + 1)
    words = ("consistent", "partly", "not shown", "contradicted", "cannot tell")
    out = [
        f"| policy (predicted units, other units; share of each blocked) | {' | '.join(words)} |",
        "|---|" + "---|" * len(words),
    ]
    policies = (
        ("as stated: 40, 1,000; 90 %, 0.5 %", 40, 1000, 0.9, 0.005), ("as stated, half of it: 40, 1,000; 60 %, 0.5 %", 40, 1000, 0.6, 0.005),
        ("something else: 40, 1,000; 0 %, 2 %", 40, 1000, 0.0, 0.02), ("blind to it: 40, 1,000; 2 %, 2 %", 40, 1000, 0.02, 0.02),
        ("more, and other things: 40, 1,000; 30 %, 2 %", 40, 1000, 0.3, 0.02), ("everything: 40, 1,000; 90 %, 90 %", 40, 1000, 0.9, 0.9),
        ("nothing: 40, 1,000; 0 %, 0 %", 40, 1000, 0.0, 0.0), ("as stated, four units: 4, 1,000; 90 %, 0.5 %", 4, 1000, 0.9, 0.005),
    )  # fmt: skip
    for told, n, m, inside, outside in policies:
        found = Counter(audit.wording(_draw(rng, n, m, inside, outside), 0.5)[0] for _ in range(RUNS // 4))
        out.append(f"| {told} | " + " | ".join(f"{found[w] / (RUNS // 4):.1%}" for w in words) + " |")
    return out


def relabelled(desk, found: dict) -> list[str]:
    """Placebo on the real verdicts: the same number of names labelled at random."""
    rng = np.random.default_rng(SEED + 2)
    cells = [c for c in desk.signal(found["run"], "cells").to_pylist() if c["network"] == "Earthlink"]
    every = units.units(cells, "name")
    names = [u.id for u in every]
    words: Counter[str] = Counter()
    for _ in range(400):
        chosen = tuple(rng.choice(names, 27, replace=False))
        reason = Rationale("", "", "", {"name": chosen})
        words[audit.wording(audit.count(every, reason, {}), 0.5)[0]] += 1
    told = ", ".join(f"{w} {n / 400:.1%}" for w, n in words.most_common())
    return [
        f"Placebo on Earthlink's own verdicts, 27 names labelled at random, 400 times: {told}. A reason that predicts random names is contradicted, as it should be; "
        "'partly' by chance is the rate of false enrichment.",
    ]
