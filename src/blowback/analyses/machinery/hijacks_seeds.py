"""Every marker under a tag is tried: do the posts that carry it speak of something that the tag's others never speak of?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag, markers_of_units
from blowback.model.analysis import Params
from blowback.tools import wordmodel_kernel as kernel
from blowback.tools.wordmodel import Bools, Circle, Floats

LEAST_OTHERS: Final = 15  # accounts under the tag beside the strand's: fewer have no vocabulary to be measured against
LEAST_PLACEBOS: Final = 12
_OVERLAP: Final = 1 / 3  # a placebo that holds so much of what is tested is no placebo for it
_FLOOR: Final = 0.04  # least spread of the placebos, in shares of words
WORDING: Final = -1  # marker code of a seed that is a wording posted by several accounts on their own


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


@dataclass(frozen=True, slots=True)
class Placebos:
    """Sub-topics of the tag: the posts that hold one word, for many words; their strangeness by the same measure."""

    words: Ints
    bounds: Ints
    units: Ints
    strange: Floats


def seeds_of(posts: Posts, tag: Tag, circle: Circle, params: Params) -> list[Seed]:
    """Every seed of a tag that is large enough, in the order of the markers."""
    least_posts, least_accounts = int(params["strand_posts"]), int(params["strand_accounts"])
    posts.model.skipped[_own_words(posts, tag.value)] = True
    drawn = _placebos(posts, tag, circle, params)
    lent = borrowed(posts, tag)
    out = []
    for marker, units in _candidates(posts, tag):
        accounts = len(np.unique(tag.account[units]))
        others = tag.accounts - accounts
        if len(units) < least_posts or accounts < least_accounts or others < max(LEAST_OTHERS, accounts):
            continue
        seed = _tested(posts, tag, circle, (marker, units), drawn, lent)
        if seed is not None:
            out.append(seed)
    posts.model.skipped[_own_words(posts, tag.value)] = False
    return out


def _own_words(posts: Posts, value: str) -> Ints:
    return posts.words.codes_of([value, f"{value[:5]}~"])


def _candidates(posts: Posts, tag: Tag) -> list[tuple[int, Ints]]:
    marker, unit = markers_of_units(posts, tag)
    starts = np.flatnonzero(np.concatenate([[True], marker[1:] != marker[:-1]])) if len(marker) else np.zeros(0, np.int64)
    out = [(int(marker[a]), unit[a:b]) for a, b in zip(starts, [*starts[1:], len(marker)], strict=True)]
    wording = posts.wording[tag.first]
    order = np.argsort(wording, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(wording[order]) != 0])) if len(order) else starts[:0]
    for a, b in zip(starts, [*starts[1:], len(order)], strict=True):
        if b - a > 1:
            out.append((WORDING, np.sort(order[a:b])))
    return out


def _placebos(posts: Posts, tag: Tag, circle: Circle, params: Params) -> Placebos:
    """Words that enough, and at most half, of the accounts use; where there are many, spread evenly over their rarity."""
    words, bounds, units = circle.units_of_words()
    users = circle.users[words]
    fit = (np.diff(bounds) >= int(params["strand_posts"])) & (users >= int(params["strand_accounts"]))
    fit &= (2 * users <= tag.accounts) & (tag.accounts - users >= LEAST_OTHERS) & ~posts.model.skipped[words]
    some = np.flatnonzero(fit)
    most = int(params["placebos"])
    if len(some) > most:
        some = some[np.linspace(0, len(some) - 1, most).astype(np.int64)]
    strange = np.zeros(len(some))
    for i, at in enumerate(some):
        word = int(words[at])
        posts.model.skipped[word] = True
        strange[i] = posts.model.strangeness(circle, np.unique(units[bounds[at] : bounds[at + 1]]))[0]
        posts.model.skipped[word] = False
    return Placebos(some, bounds, units, strange)


def borrowed(posts: Posts, tag: Tag) -> Ints:
    """Per unit, the row of the post whose wording it repeats without saying so; -1 where it repeats none."""
    order = np.arange(len(posts))[::-1]
    earliest = np.full(int(posts.wording.max(initial=-1)) + 2, -1, np.int64)
    earliest[posts.wording[order]] = order  # the last write is the earliest row
    source = earliest[posts.wording[tag.first]]
    alone = posts.passed_on[tag.first] | posts.names_another[tag.first]
    other = (source >= 0) & (posts.account[source] != posts.account[tag.first]) & ~alone
    return np.where(other, source, -1)


def _tested(
    posts: Posts, tag: Tag, circle: Circle, seed: tuple[int, Ints], drawn: Placebos, lent: Ints
) -> Seed | None:
    marker, units = seed
    own = _own_words(posts, posts.markers[marker][1]) if marker >= 0 and posts.markers[marker][0] == "hashtag" else units[:0]
    own = own[~posts.model.skipped[own]]
    posts.model.skipped[own] = True
    strange, _, accounts, others = posts.model.strangeness(circle, units)
    posts.model.skipped[own] = False
    marked = np.isin(tag.account, tag.account[units])
    shares = np.zeros(len(drawn.words))
    kernel.overlaps(marked, drawn.bounds, drawn.units, drawn.words, shares)
    against = drawn.strange[shares < _OVERLAP]
    if len(against) < LEAST_PLACEBOS:
        return None
    usual, z, p_words = against_placebos(strange, against, others)
    hits, rate, p_borrowed = _borrowed_test(posts, tag, seed, lent, marked)
    return Seed(marker, units, accounts, others, strange, usual, z, len(against), hits, rate, p_words, p_borrowed)


def against_placebos(value: float, placebos: Floats, others: int) -> tuple[float, float, float]:
    """(median of the placebos, standardised value, p): robust spread, Student's t, because placebos share accounts."""
    middle = float(np.median(placebos))
    spread = max(1.4826 * float(np.median(np.abs(placebos - middle))), float(np.std(placebos)), _FLOOR)
    z = (value - middle) / spread
    return middle, z, float(stats.t.sf(z, max(min(len(placebos), others) - 1, 3)))


def _borrowed_test(
    posts: Posts, tag: Tag, seed: tuple[int, Ints], lent: Ints, marked: Bools
) -> tuple[int, float, float]:
    """Wordings taken from others and given this marker, against how often the tag's other units take wordings."""
    marker, units = seed
    if marker < 0:
        return 0, 0.0, 1.0
    sources = lent[units]
    taken = sources[sources >= 0]
    without = np.array([marker not in posts.marks[posts.mark_at[r] : posts.mark_at[r + 1]] for r in taken], np.bool_)
    hits = int(without.sum())
    distinct = len(np.unique(posts.wording[taken[without]])) if hits else 0
    out = ~marked
    rate = (float((lent[out] >= 0).sum()) + 1) / (float(out.sum()) + 2)
    if distinct < 3:
        return hits, rate, 1.0
    return hits, rate, float(stats.binom.sf(hits - 1, len(units), rate))
