"""Every marker under a tag is tried: do the posts that carry it speak of something that the tag's others never speak of?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from scipy import stats

from blowback.analyses.machinery.hijacks_grow import grown
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag
from blowback.model.analysis import Params
from blowback.tools import wordmodel_kernel as kernel
from blowback.tools.links import domain_of
from blowback.tools.wordmodel import Bools, Floats

LEAST_OTHERS: Final = 15  # accounts under the tag beside the strand's: fewer have no vocabulary to be measured against
LEAST_PLACEBOS: Final = 12
_OVERLAP: Final = 0.1  # a placebo of which so much is what is tested is no placebo for it
_FLOOR: Final = 0.05  # least spread of the placebos, in shares of words
_GROWN: Final = 60  # placebos that are grown, at most
_SCREEN: Final = 0.2  # seeds less strange than four in five placebos are not grown
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


class Placebos:
    """Sub-topics of the tag: the posts that hold one word, for many words, and what they grow into, as seeds do."""

    def __init__(self, tag: Tag, params: Params) -> None:
        self.tag = tag
        most = _fewer(int(params["placebos"]), 60, 500_000, tag)
        self.bounds, places = tag.voice.units_of_words()
        self.units = tag.voiced[places]
        users = tag.voice.users
        fit = (np.diff(self.bounds) >= int(params["strand_posts"])) & (users >= int(params["strand_accounts"]))
        fit &= (2 * users <= tag.voice.accounts) & (tag.voice.accounts - users >= LEAST_OTHERS) & ~tag.voice.skipped
        some = np.flatnonzero(fit)
        self.words = some[np.linspace(0, len(some) - 1, most).astype(np.int64)] if len(some) > most else some
        self.strange = np.array([self._measured(w, self._of(w)) for w in self.words])
        self._grown: tuple[list[Ints], Floats] | None = None

    def _of(self, word: int) -> Ints:
        return self.units[self.bounds[word] : self.bounds[word + 1]]

    def _measured(self, word: int, units: Ints) -> float:
        new = self.tag.voice.without(np.array([word]))
        out = strange_words(self.tag, units)[0]
        self.tag.voice.back(new)
        return out

    def grown_apart(self, inside: Bools) -> Floats:
        """Strangeness of what placebos grow into, those left out that grow into what is tested. Grown when first asked for."""
        if self._grown is None:
            some = self.words[
                np.linspace(0, len(self.words) - 1, min(len(self.words), _fewer(_GROWN, 30, 200_000, self.tag))).astype(
                    np.int64
                )
            ]
            sets = [np.flatnonzero(grown(self.tag, self._of(w), worded=True).inside) for w in some]
            self._grown = sets, np.array([self._measured(w, s) for w, s in zip(some, sets, strict=True)])
        sets, strange = self._grown
        size = int(inside.sum())
        met = np.array([inside[s].sum() / max(min(len(s), size), 1) for s in sets])
        return strange[_apart(met, size / max(len(inside), 1))]

    def apart(self, marked: Bools) -> Bools:
        """Which placebos have hardly any of their units among the marked."""
        shares = np.zeros(len(self.words))
        kernel.overlaps(marked, self.bounds, self.units, self.words, shares)
        return _apart(shares, float(marked.mean()))


def _fewer(most: int, least: int, work: int, tag: Tag) -> int:
    """How many placebos a tag of this size is given: each costs time in proportion to the tag."""
    return min(most, max(least, work // max(len(tag.first), 1)))


def _apart(shares: Floats, base: float) -> Bools:
    """Placebos that share less than a tenth; where too few do, because what is tested is all over the tag, twice its share."""
    near = shares < _OVERLAP
    return near if near.sum() >= LEAST_PLACEBOS else np.asarray(shares < max(_OVERLAP, 2 * base), np.bool_)


def strange_words(tag: Tag, units: Ints) -> tuple[float, int, int]:
    """(strangeness, accounts, other accounts) of some units; wordings taken from others are nobody's words here."""
    out = tag.voice.strangeness(np.searchsorted(tag.voiced, units[tag.lent[units] < 0]))
    return out[0], out[2], out[3]


def seeds_of(posts: Posts, tag: Tag, params: Params) -> list[Seed]:
    """Every seed of a tag that is large enough, in the order of the markers."""
    found = _candidates(posts, tag, (int(params["strand_posts"]), int(params["strand_accounts"])))
    drawn = Placebos(tag, params) if found else None
    tested = [_tested(posts, tag, seed, drawn) for seed in found if drawn]
    return [s for s in tested if s is not None]


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
    marker, units = seed
    hidden = tag.voice.without(tag.voice.local(posts.spelled[marker]))
    strange, accounts, others = strange_words(tag, units)
    marked = np.zeros(len(tag.first), np.bool_)
    marked[units] = True
    apart = drawn.apart(marked)
    if apart.sum() < LEAST_PLACEBOS:
        tag.voice.back(hidden)
        return None
    usual, z, p_words = against_placebos(strange, drawn.strange[apart], others)
    if p_words <= _SCREEN:
        strange, usual, z, p_words = _grown_test(tag, units, drawn)
    else:
        p_words = 1.0
    tag.voice.back(hidden)
    hits, rate, p_borrowed = _borrowed_test(posts, tag, seed)
    return Seed(marker, units, accounts, others, strange, usual, z, int(apart.sum()), hits, rate, p_words, p_borrowed)


def _grown_test(tag: Tag, units: Ints, drawn: Placebos) -> tuple[float, float, float, float]:
    """(strangeness, usual, z, p) of what a seed grows into, against what the placebos grow into."""
    inside = grown(tag, units, worded=True).inside
    strange, _, others = strange_words(tag, np.flatnonzero(inside))
    against = drawn.grown_apart(inside)
    if len(against) < LEAST_PLACEBOS:
        return strange, float("nan"), 0.0, 1.0
    return strange, *against_placebos(strange, against, others)


def against_placebos(value: float, placebos: Floats, others: int) -> tuple[float, float, float]:
    """(median of the placebos, standardised value, p): spread of the upper half, for they are skewed; Student's t."""
    middle = float(np.median(placebos))
    upper = placebos[placebos >= middle]
    z = (value - middle) / max(float(np.sqrt(np.mean((upper - middle) ** 2))), _FLOOR)
    return middle, z, float(stats.t.sf(z, max(min(len(placebos), others) - 1, 3)))


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
