"""The layers of evidence of each bundle, each against its own null. Logarithms are natural; nan: missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import special, stats

from blowback.analyses.machinery.injected_rounds import ORIGINAL, REPOST, Crowd, Flags, Floats, Ints, Rounds, firsts
from blowback.tools import graph, recurrence
from blowback.tools.neardup_words import word_sets
from blowback.tools.recurrence import Overlaps, log_share_tail, log_tail

LINKED_P: Final = 0.01  # of any false link between rounds, over all pairs of rounds
LINKED_Q: Final = 0.01  # share of false links, for those in triangles
COVERS: Final = 0.25  # least share of the smaller round's accounts that two linked rounds have in common
OWN: Final = 5  # posts of its own from which an account says what is out of character
_MOST_OWN: Final = 60
_PRIOR: Final = 2.0  # posts that an account's habit of clients starts from


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Rounds joined into bundles by the accounts that come back. Per bundle: `log_p`, `shared`, `expected`, `covers`."""

    bundle_of: Ints  # per round
    count: int
    log_p: Floats
    shared: Floats
    expected: Floats
    covers: Floats  # mean share of the smaller round that linked rounds have in common; nan where none are linked


def weights(crowd: Crowd) -> Floats:
    """Share of the case's originals that is each account's."""
    many = np.bincount(crowd.account[crowd.role == ORIGINAL], minlength=len(crowd.accounts))
    return np.asarray(many / max(int(many.sum()), 1), np.float64)


def cohorts(round_of: Ints, account: Ints, weight: Floats, rounds: int, kind: Ints) -> Cohorts:
    """Join rounds that share more accounts than activity and interests make likely.

    Two rounds are linked where q holds over all pairs of rounds (Benjamini and Hochberg 1995) and they cover each other;
    and, unless p holds after Bonferroni, where they stand in a triangle of linked rounds.
    """
    met = recurrence.overlaps(round_of, account, weight, rounds, kind)
    size = np.bincount(round_of, minlength=rounds)
    covers = met.shared / np.minimum(size[met.a], size[met.b])
    tests = max(rounds * (rounds - 1) / 2, 1.0)
    linked = (_steps(met.log_p, tests) <= np.log(LINKED_Q)) & (covers >= COVERS) & (met.shared >= 3)
    sure = met.log_p + np.log(tests) <= np.log(LINKED_P)
    linked[np.flatnonzero(linked)[~(graph.supported(met.a[linked], met.b[linked], rounds) | sure[linked])]] = False
    label = graph.components(met.a[linked], met.b[linked], rounds)
    alone = label < 0
    label[alone] = label.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    label = np.unique(label, return_inverse=True)[1]
    return _told(met, linked, covers, label)


def _steps(log_p: Floats, tests: float) -> Floats:
    """Natural logarithm of the Benjamini-Hochberg q of each p, where `tests` were made and the others had p = 1."""
    order = np.argsort(log_p, kind="stable")
    q = np.empty(len(log_p))
    raised = log_p[order] + np.log(tests) - np.log(np.arange(1, len(order) + 1))
    q[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return q


def _told(met: Overlaps, linked: Flags, covers: Floats, label: Ints) -> Cohorts:
    """Per bundle, Simes' p over all pairs of one of its rounds and any other; bundles are corrected for later."""
    count = int(label.max(initial=-1)) + 1
    best = np.zeros(count)
    across = label[met.a] != label[met.b]
    bundle = np.concatenate([label[met.a], label[met.b][across]])
    log_p = np.concatenate([met.log_p, met.log_p[across]])
    order = np.lexsort((log_p, bundle))
    bundle, log_p = bundle[order], log_p[order]
    place = np.arange(len(order)) - np.searchsorted(bundle, bundle) + 1
    tests = np.bincount(label) * max(len(label) - 1, 1)
    np.minimum.at(best, bundle, log_p + np.log(tests[bundle]) - np.log(place))
    of = label[met.a[linked]]
    pairs = np.bincount(of, minlength=count)
    mean = np.bincount(of, covers[linked], count) / np.maximum(pairs, 1)
    return Cohorts(
        label, count, np.minimum(best, 0.0), np.bincount(of, met.shared[linked], count).astype(np.float64),
        np.bincount(of, met.expected[linked], count).astype(np.float64), np.where(pairs > 0, mean, np.nan),
    )  # fmt: skip


def sameness(crowd: Crowd, rounds: Rounds, bundle_of: Ints, count: int) -> tuple[Floats, Floats]:
    """(log p, accounts expected) of the wording that says most: would so many write these words by themselves?

    The words of the case are taken as independent, so that this only tells phrases from copies. nan where a link joins.
    """
    log_p, expected = np.full(count, np.nan), np.full(count, np.nan)
    texts = int((crowd.role != REPOST).sum())
    accounts = np.bincount(rounds.of_row[rounds.first], minlength=len(rounds))
    for number in np.flatnonzero(~rounds.by_link):
        mean = texts * float(np.exp(crowd.chance[rounds.carrier[number]]))
        told = float(log_tail(accounts[number], mean))
        bundle = bundle_of[number]
        if not told >= log_p[bundle]:
            log_p[bundle], expected[bundle] = told, mean
    return log_p, expected


def own(crowd: Crowd, rounds: Rounds, seed: int) -> Floats:
    """Rank each post of a round among the account's own posts by the share of its words that the others have.

    A post's own value leaves it out. Words weigh by their rarity. The rank is uniform where the post is like any other of
    the account (a conformal p-value; Vovk, Gammerman and Shafer 2005); nan where the account has too few posts of its own.
    """
    inside = np.zeros(len(crowd), np.bool_)
    inside[rounds.rows] = True
    accounts = len(crowd.accounts)
    rows = np.flatnonzero(~inside & (crowd.role != REPOST) & np.isin(crowd.account, crowd.account[rounds.rows]))
    rows = rows[_some(crowd.account[rows], seed)]
    rank = np.full(len(rounds.rows), np.nan)
    if not len(rows) or not len(rounds.rows):
        return rank
    every = np.concatenate([rows, rounds.rows])
    value = _familiar(crowd, every, len(rows))
    spoken = ~np.isnan(value[: len(rows)])
    who, mine = crowd.account[rows][spoken], value[: len(rows)][spoken]
    many = np.bincount(who, minlength=accounts)
    keys = np.sort(who * 4.0 + mine)
    asked = crowd.account[rounds.rows] * 4.0 + value[len(rows) :]
    base = np.searchsorted(keys, crowd.account[rounds.rows] * 4.0)
    less = np.searchsorted(keys, asked - 1e-9) - base
    same = np.searchsorted(keys, asked + 1e-9) - base - less
    n = many[crowd.account[rounds.rows]]
    fine = (n >= OWN) & ~np.isnan(asked)
    rank[fine] = ((less + 0.5 * same + 0.5) / (n + 1))[fine]
    return rank


def _some(account: Ints, seed: int) -> Ints:
    """Positions of at most so many posts of each account, by lot."""
    lot = np.random.default_rng(seed).permutation(len(account))
    order = np.lexsort((lot, account))
    starts = np.searchsorted(account[order], account[order])
    return np.sort(order[np.arange(len(order)) - starts < _MOST_OWN])


def _familiar(crowd: Crowd, rows: Ints, own_rows: int) -> Floats:
    """Per row: weighted share of its words that the account's other posts (the first `own_rows`) hold; nan: no words."""
    sets = word_sets(crowd.table.column("text_folded").combine_chunks().take(pa.array(rows)))
    size = np.where(sets.of_row >= 0, sets.sizes[sets.of_row], 0)
    at = np.repeat(np.arange(len(rows)), size)
    starts = np.where(sets.of_row >= 0, sets.bounds[sets.of_row], 0)
    tokens = sets.tokens[np.repeat(starts - (np.cumsum(size) - size), size) + np.arange(len(at))].astype(np.int64)
    words = len(sets.word_at)
    key = crowd.account[rows[at]] * words + tokens
    known, times = np.unique(key[at < own_rows], return_counts=True)
    place = np.minimum(np.searchsorted(known, key), max(len(known) - 1, 0))
    held = np.where(known[place] == key, times[place], 0) if len(known) else np.zeros(len(key))
    weight = np.log(1 + len(rows) / np.bincount(tokens, minlength=words))[tokens]
    seen = held >= np.where(at < own_rows, 2, 1)
    total = np.bincount(at, weight, len(rows))
    return np.where(total > 0, np.bincount(at, weight * seen, len(rows)) / np.maximum(total, 1e-12), np.nan)


def character(rank: Floats, of: Ints, count: int) -> tuple[Floats, Ints]:
    """(log p, accounts asked) per bundle: Stouffer's sum of the normal scores of the ranks, lower tail."""
    fine = ~np.isnan(rank)
    asked = np.bincount(of[fine], minlength=count)
    z = np.bincount(of[fine], special.ndtri(rank[fine]), count) / np.sqrt(np.maximum(asked, 1))
    return np.where(asked >= OWN, stats.norm.logcdf(z), np.nan), asked


@dataclass(frozen=True, slots=True)
class Clients:
    """Per bundle: the commonest client (-1: none stated), posts made with it, of how many, and what habit would give."""

    top: Ints
    used: Ints
    of: Ints
    expected: Floats
    log_p: Floats


def clients(crowd: Crowd, rows: Ints, of: Ints, count: int, inside: npt.NDArray[np.bool_]) -> Clients:
    """Is one client concentrated in the bundle beyond what its accounts use otherwise? Hoeffding's bound.

    An account's habit is its share of that client outside all rounds, drawn towards the share in the whole case.

    Args:
        crowd: the posts.
        rows: first posts of the accounts of each bundle.
        of: bundle of each.
        count: number of bundles.
        inside: per post, whether it is in a round.
    """
    named = max(len(crowd.clients), 1)
    stated = crowd.client[rows] >= 0
    key, used = np.unique(of[stated] * named + crowd.client[rows][stated], return_counts=True)
    order = np.lexsort((key, -used, key // named))
    first = order[np.unique((key // named)[order], return_index=True)[1]]
    top, hits = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    top[key[first] // named], hits[key[first] // named] = key[first] % named, used[first]
    total, asked = np.bincount(of, minlength=count), np.bincount(of[stated], minlength=count)
    outside = ~inside & (crowd.client >= 0)
    habit, many = np.unique(crowd.account[outside] * named + crowd.client[outside], return_counts=True)
    posts = np.bincount(crowd.account[outside], minlength=len(crowd.accounts))
    share = (np.bincount(crowd.client[outside], minlength=named) + 0.5) / (outside.sum() + named * 0.5)
    wanted = crowd.account[rows] * named + top[of]
    place = np.minimum(np.searchsorted(habit, wanted), max(len(habit) - 1, 0))
    mine = np.where(habit[place] == wanted, many[place], 0) if len(habit) else np.zeros(len(rows))
    chance = (mine + _PRIOR * share[top[of]]) / (posts[crowd.account[rows]] + _PRIOR)
    expected = np.bincount(of[stated], chance[stated], count).astype(np.float64)
    told = (asked * 2 > total) & (asked >= 3)
    log_p = np.where(told, log_share_tail(hits, asked, expected), np.nan)
    return Clients(np.where(told, top, -1), hits, asked, expected, log_p)


def one_each(rounds: Rounds, crowd: Crowd, bundle_of: Ints) -> Flags:
    """Rows of `Rounds` that are the first of their account in their bundle."""
    return firsts(bundle_of[rounds.of_row], crowd.account[rounds.rows])
