"""Every marker under a tag is tried: do the posts that carry it speak of something that the tag's others never speak of?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from scipy import stats

from blowback.analyses.machinery.hijacks_grow import grown
from blowback.analyses.machinery.hijacks_placebos import (
    LEAST_OTHERS,
    LEAST_PLACEBOS,
    Placebos,
    against_placebos,
    strange_words,
)
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag, tag_of
from blowback.model.analysis import Params
from blowback.tools.links import domain_of

_PAGE: Final = 10  # a page that is no smaller part of its host's posts under the tag is left to the host
LEAST_WORDINGS: Final = 3
BEFORE: Final = 0.1  # share of the other accounts that must be there before a seed: else nobody's tag is taken


@dataclass(frozen=True, slots=True)
class Seed:
    """One marker under one tag, with both tests. `units` ascend. Strangeness is a share of words; p are one-sided."""

    marker: int
    units: Ints
    accounts: int
    others: int
    strange: float
    usual: float  # of the placebos, their median
    z: float
    placebos: int
    borrowed: int
    borrowed_usual: float
    p_words: float
    p_borrowed: float

    @property
    def p(self) -> float:
        """Of the two tests the smaller p, doubled."""
        return min(1.0, 2 * min(self.p_words, self.p_borrowed))


def seeds_of(posts: Posts, tag: Tag, params: Params) -> list[Seed]:
    """Every seed of a tag that is large enough, language by language, in the order of the markers.

    Like is compared with like: in a crowd of several languages the sub-topics that stand apart most are the languages. A
    marker whose language hardly anybody else uses under the tag is not tested: other people and other words say nothing.
    """
    least = (int(params["strand_posts"]), int(params["strand_accounts"]))
    out: list[Seed] = []
    for part in parts_of(posts, tag):
        found = _candidates(posts, part, least)
        drawn = Placebos(part, params) if found else None
        tested = [_tested(posts, part, seed, drawn) for seed in found if drawn]
        out += [_within(tag, part, s) for s in tested if s is not None]
    return sorted(out, key=lambda s: s.marker)


def parts_of(posts: Posts, tag: Tag) -> list[Tag]:
    """The tag in each language of which it has enough accounts."""
    spoken = posts.tongue[tag.rows]
    parts = [tag.rows[spoken == one] for one in np.unique(spoken)]
    large = [rows for rows in parts if len(np.unique(posts.account[rows])) > LEAST_OTHERS]
    return [tag] if len(large) == len(parts) == 1 else [tag_of(posts, tag.value, tag.code, rows) for rows in large]


def _within(tag: Tag, part: Tag, seed: Seed) -> Seed:
    """The seed with its units as the whole tag numbers them."""
    at = tag.unit_of[np.searchsorted(tag.rows, part.first[seed.units])]
    return replace(seed, units=np.unique(at))


def _candidates(posts: Posts, tag: Tag, least: tuple[int, int]) -> list[tuple[int, Ints]]:
    """(marker code, units) of every marker with enough units, accounts and wordings that came when others were there."""
    bounds = np.searchsorted(tag.marker, np.arange(len(tag.markers) + 1))
    sizes = np.diff(bounds)
    at = posts.at[tag.first]
    arrived = np.full(tag.accounts, np.iinfo(np.int64).max)
    np.minimum.at(arrived, tag.account, at)
    arrived.sort()
    hosts = {
        v: int(n) for (k, v), n in zip((posts.markers[c] for c in tag.markers), sizes, strict=True) if k == "domain"
    }
    out = []
    for m in np.flatnonzero(sizes >= least[0]):
        kind, value = posts.markers[tag.markers[m]]
        if kind == "url" and hosts.get(_domain(value), 0) < _PAGE * sizes[m] and _domain(value) in hosts:
            continue
        units = tag.unit[bounds[m] : bounds[m + 1]]
        wordings = len(np.unique(posts.wording[tag.first[units]]))
        accounts = len(np.unique(tag.account[units]))
        others = tag.accounts - accounts
        late = np.searchsorted(arrived, at[units].min()) >= max(2, BEFORE * others)
        if wordings >= LEAST_WORDINGS and accounts >= least[1] and others >= max(LEAST_OTHERS, accounts) and late:
            out.append((int(tag.markers[m]), units))
    return out


def _domain(url: str) -> str:
    """Registrable domain of a link; the link itself where it has none."""
    host = urlsplit(url).hostname if "://" in url else None
    return (domain_of(host) if host else None) or url


def _tested(posts: Posts, tag: Tag, seed: tuple[int, Ints], drawn: Placebos) -> Seed | None:
    """Both tests of a seed; None where the tag has too few sub-topics, p_words = 1 where too few are something else."""
    marker, units = seed
    if len(drawn.sets) < LEAST_PLACEBOS:
        return None
    inside = grown(tag, units, worded=True).inside
    hidden = tag.voice.without(tag.voice.local(posts.spelled[marker]))
    strange, accounts, others = strange_words(tag, np.flatnonzero(inside))
    tag.voice.back(hidden)
    beside = drawn.beside(inside)
    count = len(beside[0])
    told = against_placebos(strange, accounts, beside, others) if count >= LEAST_PLACEBOS else (0.0, 0.0, 1.0)
    usual, z, p_words = told
    hits, rate, p_borrowed = _borrowed_test(posts, tag, seed)
    carrying = len(np.unique(tag.account[units]))
    return Seed(
        marker, units, carrying, tag.accounts - carrying, strange, usual, z, count, hits, rate, p_words, p_borrowed
    )


def _borrowed_test(posts: Posts, tag: Tag, seed: tuple[int, Ints]) -> tuple[int, float, float]:
    """Wordings taken from others and given this marker, against how often the tag's other units take wordings."""
    marker, units = seed
    taken = tag.lent[units]
    taken = taken[taken >= 0]
    company = np.append(_company(tag, units), marker)  # what fellows carry: a wording passed among them is not borrowed
    without = np.array(
        [not np.isin(posts.marks[posts.mark_at[r] : posts.mark_at[r + 1]], company).any() for r in taken], np.bool_
    )
    hits = int(without.sum())
    others = ~np.isin(tag.account, tag.account[units])
    rate = (float((tag.lent[others] >= 0).sum()) + 1) / (float(others.sum()) + 2)
    if not hits or len(np.unique(posts.wording[taken[without]])) < LEAST_WORDINGS:
        return hits, rate, 1.0
    return hits, rate, float(stats.binom.sf(hits - 1, len(units), rate))


def _company(tag: Tag, units: Ints) -> Ints:
    """Markers (codes) that a quarter of the units carry, three times as often as all others."""
    inside = np.zeros(len(tag.first), np.bool_)
    inside[units] = True
    a, b = (np.bincount(tag.marker[which[tag.unit]], minlength=len(tag.markers)) for which in (inside, ~inside))
    n_in, n_out = len(units), max(len(inside) - len(units), 1)
    return tag.markers[(4 * a >= n_in) & (a / n_in >= 3 * b / n_out)]
