"""What a sub-topic of a tag looks like: the posts that hold one word, for many words, and what they grow into."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from blowback.analyses.machinery.hijacks_grow import grown
from blowback.analyses.machinery.hijacks_units import Ints, Tag
from blowback.model.analysis import Params
from blowback.tools.wordmodel import Bools, Floats

LEAST_OTHERS: Final = 15  # accounts under the tag beside the strand's: fewer have no vocabulary to be measured against
LEAST_PLACEBOS: Final = 12
_STEADY: Final = (
    8  # accounts added before the root is taken: the mean of few accounts' posts varies, but sub-topics differ, too
)
_OVERLAP: Final = 0.1  # a placebo of which so much is what is tested is no placebo for it
_SAME: Final = 0.5  # sets that share so much of their union are one sub-topic
_FLOOR: Final = 0.05  # least spread of the placebos, in shares of words
_WORK: Final = (
    600_000  # units times placebos: each costs time in proportion to the tag, so that large tags are given fewer
)
_LEAST_GROWN: Final = 60


class Placebos:
    """Sub-topics of the tag: the posts that hold one word, for many words, each grown as seeds are; every one once.

    `sets` are units, ascending; `strange` their strangeness without the word they were found by; `accounts` how many.
    """

    def __init__(self, tag: Tag, params: Params) -> None:
        self.tag = tag
        bounds, places = tag.voice.units_of_words()
        units, users = tag.voiced[places], tag.voice.users
        fit = (np.diff(bounds) >= int(params["strand_posts"])) & (users >= int(params["strand_accounts"]))
        fit &= (2 * users <= tag.voice.accounts) & (tag.voice.accounts - users >= LEAST_OTHERS) & ~tag.voice.skipped
        most = min(int(params["placebos"]), max(_LEAST_GROWN, _WORK // max(len(tag.first), 1)))
        some = np.flatnonzero(fit)
        words = some[np.linspace(0, len(some) - 1, most).astype(np.int64)] if len(some) > most else some
        found = [self._grown(w, units[bounds[w] : bounds[w + 1]]) for w in words]
        found = _distinct([f for f in found if f[2] > 1], len(tag.first))
        self.sets = [f[0] for f in found]
        self.strange = np.array([f[1] for f in found], np.float64)
        self.accounts = np.array([f[2] for f in found], np.int64)

    def _grown(self, word: int, units: Ints) -> tuple[Ints, float, int]:
        inside = np.flatnonzero(grown(self.tag, units, worded=True).inside)
        new = self.tag.voice.without(np.array([word]))
        strange, accounts, _ = strange_words(self.tag, inside)
        self.tag.voice.back(new)
        return inside, strange, accounts

    def beside(self, inside: Bools) -> tuple[Floats, Ints]:
        """(strangeness, accounts) of the sub-topics that are something else."""
        size = int(inside.sum())
        met = np.array([inside[s].sum() / max(min(len(s), size), 1) for s in self.sets], np.float64)
        fit = _apart(met, size / max(len(inside), 1))
        return self.strange[fit], self.accounts[fit]


def _distinct(found: list[tuple[Ints, float, int]], size: int) -> list[tuple[Ints, float, int]]:
    """Many words lead to the same sub-topic: each once, the largest first."""
    kept: list[tuple[Ints, float, int]] = []
    marks: list[Bools] = []
    for one in sorted(found, key=lambda f: (-len(f[0]), -f[1], f[0].tolist()[:1])):
        met = np.array([m[one[0]].sum() for m in marks], np.float64)
        every = np.array([len(k[0]) for k in kept], np.float64) + len(one[0]) - met
        if kept and (met >= _SAME * every).any():
            continue
        kept.append(one)
        marks.append(np.zeros(size, np.bool_))
        marks[-1][one[0]] = True
    return kept


def _apart(shares: Floats, base: float) -> Bools:
    """Placebos that share less than a tenth; where too few do, because what is tested is all over the tag, twice its share."""
    near = shares < _OVERLAP
    return near if near.sum() >= LEAST_PLACEBOS else np.asarray(shares < max(_OVERLAP, 2 * base), np.bool_)


def strange_words(tag: Tag, units: Ints) -> tuple[float, int, int]:
    """(strangeness, accounts, other accounts) of some units; wordings taken from others are nobody's words here."""
    out = tag.voice.strangeness(np.searchsorted(tag.voiced, units[tag.lent[units] < 0]))
    return out[0], out[2], out[3]


def against_placebos(
    value: float, accounts: int, placebos: tuple[Floats, Ints], others: int
) -> tuple[float, float, float]:
    """(median of the placebos, standardised value, p): spread of the upper half, for they are skewed; Student's t.

    What few accounts wrote varies more, among placebos as among seeds: distances from the median are taken times the root
    of the accounts (and a constant, for sub-topics differ however large they are).
    """
    strange, sizes = placebos
    middle = float(np.median(strange))
    upper = strange >= middle
    spread = float(np.sqrt(np.mean((strange[upper] - middle) ** 2 * (sizes[upper] + _STEADY))))
    z = (value - middle) / max(spread / float(np.sqrt(accounts + _STEADY)), _FLOOR)
    return middle, z, float(stats.t.sf(z, max(min(len(strange), others) - 1, 3)))
