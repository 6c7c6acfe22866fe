"""What is measured of a strand beside its words: bundles, links, ties, before and after, its share, its reach."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from scipy.special import gammaln

from blowback.analyses.machinery.hijacks_classes import Cues, Graph
from blowback.analyses.machinery.hijacks_grow import alone
from blowback.analyses.machinery.hijacks_strands import Strand
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag
from blowback.tools.exposure import Exposure, exposure
from blowback.tools.wordmodel import Bools, Floats

DRAWS: Final = 200
_LEVELS: Final = (2.5, 97.5)
_SURE, _MAYBE = 0.9, 0.1
_RARE: Final = 0.1  # a tongue of at most so many of the others' posts is another tongue than theirs
_MOST: Final = 0.7


def generator(seed: int, tag: Tag) -> np.random.Generator:
    """Draws that depend on the tag's name and size alone, not on what else is in the case."""
    return np.random.default_rng([seed, len(tag.first), *tag.value.encode()[:64]])


def measured(posts: Posts, tag: Tag, strand: Strand, cues: Cues, random: np.random.Generator) -> dict[str, Any]:
    """Bundling, links, novelty, before and after, copies, tongue: each with what chance gives."""
    inside = strand.inside
    size, n = len(inside), int(inside.sum())
    marker, unit = tag.markers[tag.marker], tag.unit
    kinds = np.array([posts.markers[m][0] in ("url", "domain") for m in tag.markers], np.bool_)[tag.marker]
    theirs = np.isin(marker, strand.markers)
    out = {
        "bundling": _share(unit[theirs], inside), "links": _share(unit[theirs & kinds], inside),
        "wordings": len(np.unique(posts.wording[tag.first[inside]])), "copied": _copied(posts, tag, inside),
        "tongue": _tongue(posts, tag, inside),
    }  # fmt: skip
    random_bundles, random_links = [], []
    for _ in range(min(DRAWS, 40)):
        drawn = np.zeros(size, np.bool_)
        drawn[random.choice(size, n, replace=False)] = True
        only = np.isin(tag.marker, alone(tag, drawn))
        random_bundles.append(_share(unit[only], drawn))
        random_links.append(_share(unit[only & kinds], drawn))
    out |= {"bundling_usual": float(np.mean(random_bundles)), "links_usual": float(np.mean(random_links))}
    return out | _novelty(posts, tag, strand, cues, random) | _before(posts, tag, strand)


def _share(units: Ints, inside: Bools) -> float:
    return len(np.intersect1d(units, np.flatnonzero(inside))) / max(int(inside.sum()), 1)


def _copied(posts: Posts, tag: Tag, inside: Bools) -> float:
    """Share of the strand's units whose wording two or more of its authors posted on their own."""
    wording = posts.wording[tag.first[inside]]
    _, code, times = np.unique(wording, return_inverse=True, return_counts=True)
    return float((times[code] > 1).mean()) if len(wording) else 0.0


def _tongue(posts: Posts, tag: Tag, inside: Bools) -> str:
    tongue = posts.tongue[tag.first]
    mine, others = (np.bincount(tongue[w], minlength=len(posts.tongues)) for w in (inside, ~inside))
    best = int(mine.argmax())
    foreign = mine[best] >= _MOST * mine.sum() and others[best] <= _RARE * max(others.sum(), 1)
    return posts.tongues[best] if foreign else ""


def _novelty(posts: Posts, tag: Tag, strand: Strand, cues: Cues, random: np.random.Generator) -> dict[str, Any]:
    """Authors without a tie, and how many there would be if the strand's units were anybody's."""
    inside, account = strand.inside, tag.account
    authors = np.unique(account[inside])
    tied = np.unique(account[inside & cues.tied])
    untied = 1 - len(tied) / max(len(authors), 1)
    spoken = (tag.lent < 0) & ~posts.passed_on[tag.first]
    drawn = []
    for _ in range(DRAWS):
        pick = np.zeros(len(inside), np.bool_)
        pick[random.choice(len(inside), int(inside.sum()), replace=False)] = True
        who = np.bincount(account[pick], minlength=tag.accounts) > 0
        has = np.bincount(account[~pick & spoken], minlength=tag.accounts) > 0
        drawn.append(1 - float((who & has).sum()) / max(int(who.sum()), 1))
    single = np.bincount(account, minlength=tag.accounts)[authors] == 1
    higher = int((np.array(drawn) >= untied - 1e-12).sum())
    return {
        "novelty": untied, "novelty_usual": float(np.mean(drawn)), "p_novelty": (1 + higher) / (1 + DRAWS),
        "singles": int((single & ~np.isin(authors, tied)).sum()),
    }  # fmt: skip


def _before(posts: Posts, tag: Tag, strand: Strand) -> dict[str, Any]:
    """Accounts that were there first; the chance that the strand's authors all came after so many others."""
    at = posts.at[tag.first]
    begun = int(at[strand.inside].min())
    authors = np.unique(tag.account[strand.inside])
    earlier = np.setdiff1d(np.unique(tag.account[at < begun]), authors)
    whole, mine, x = tag.accounts, len(authors), len(earlier)
    log_p = gammaln(whole - x + 1) + gammaln(whole - mine + 1) - gammaln(whole - x - mine + 1) - gammaln(whole + 1)
    return {"before": x, "p_before": float(min(1.0, np.exp(log_p)))}


def onset_us(posts: Posts, rows: Ints) -> int:
    """When one in twenty of the strand's posts was there."""
    at = np.sort(posts.at[rows])
    return int(at[len(at) // 20])


def share_of(
    posts: Posts, tag: Tag, strand: Strand, hijack: Bools, random: np.random.Generator
) -> tuple[float, float, float]:
    """Re-purposed share of the tag's posts from onset on; low and high take in what is unsure and who was drawn.

    `hijack`: per unit, whether it is re-purposing rather than an answer or a report.
    """
    onset = onset_us(posts, tag.rows[strand.inside[tag.unit_of]])
    late = posts.at[tag.rows] >= onset
    unit, who = tag.unit_of[late], posts.account[tag.rows[late]]
    code, account = np.unique(who, return_inverse=True)
    whole = np.bincount(account, minlength=len(code)).astype(np.float64)
    answered = strand.inside & ~hijack
    marks = (
        hijack & strand.inside,
        hijack & (strand.score >= _SURE),
        ~answered & (strand.score >= _MAYBE) | (hijack & strand.inside),
    )
    sums = [np.bincount(account, weights=m[unit].astype(np.float64), minlength=len(code)) for m in marks]
    weights = (
        random.multinomial(len(code), np.full(len(code), 1 / len(code)), size=DRAWS) if len(code) else np.zeros((1, 0))
    )
    total = np.maximum(weights @ whole, 1)
    low = float(np.percentile((weights @ sums[1]) / total, _LEVELS[0]))
    high = float(np.percentile((weights @ sums[2]) / total, _LEVELS[1]))
    value = float(sums[0].sum() / max(whole.sum(), 1))
    return value, min(low, value), max(high, value)


def exposed(
    posts: Posts, tag: Tag, strand: Strand, hijack: Bools, people: tuple[Floats, Floats], graph: Graph
) -> tuple[Exposure, int]:
    """The range of people outside whom the re-purposing posts may have reached. `people`: followers by account, views by row."""
    followers, views = people
    pushing = strand.inside & hijack
    members = np.unique(tag.by_account[tag.account[pushing]])
    chosen = pushing[tag.unit_of]
    rows = tag.rows[chosen]
    outside = ~np.isin(posts.account[rows], members)  # they passed it on or repeated it
    mine = rows[~outside]
    if not len(mine):
        return exposure(mine, np.zeros(0), np.zeros(0), reacted=0, beside=0), 0
    acted = graph.actor[np.isin(graph.row, mine)]
    answered = posts.account[tag.rows[(strand.inside & ~hijack)[tag.unit_of]]]
    reacted = np.setdiff1d(np.concatenate([acted, posts.account[rows[outside]], answered]), members)
    reacted = np.setdiff1d(reacted, _kin(posts, tag, strand, graph, members))
    span = (posts.at[tag.rows] >= onset_us(posts, mine)) & (posts.at[tag.rows] <= posts.at[mine].max())
    beside = np.setdiff1d(np.union1d(posts.account[tag.rows[span]], reacted), members)
    who = posts.account[mine]
    found = exposure(who, views[mine], followers[who], reacted=len(reacted), beside=len(beside))
    return found, len(beside)


def _kin(posts: Posts, tag: Tag, strand: Strand, graph: Graph, members: Ints) -> Ints:
    """Accounts that may be of the strand's circle though they wrote none of it, so that they do not count as outside.

    They react to posts of two or more of its authors, or carry one of its own tags or links in another post, whatever the
    tag; answers and reports within the strand aside.
    """
    pairs = np.unique(
        np.stack([graph.actor, posts.account[graph.row]], axis=1)[np.isin(posts.account[graph.row], members)], axis=0
    )
    who, many = np.unique(pairs[:, 0], return_counts=True)
    telling = [m for m in strand.markers if posts.markers[m][0] != "mention"]
    carrying = np.repeat(np.arange(len(posts)), np.diff(posts.mark_at))[np.isin(posts.marks, telling)]
    elsewhere = np.setdiff1d(carrying, tag.rows[strand.inside[tag.unit_of]])
    return np.union1d(who[many > 1], posts.account[elsewhere])
