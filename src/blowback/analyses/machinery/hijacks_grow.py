"""From a handful of posts to all that are like them: words, markers and authors teach each other in turns.

Co-training with two views (Blum, Mitchell 1998; for hashtags VanDam, Tan 2016): here what a post says, and what it carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from blowback.analyses.machinery.hijacks_units import Ints, Tag
from blowback.tools import wordmodel_kernel as kernel
from blowback.tools.wordmodel import Bools, Floats

_TURNS: Final = 3
_TEXT: Final = 5.0  # most that words may add to the log-odds: they hang together, so that their sum overstates
_MARKS: Final = 4.0
_ACCOUNT: Final = 1.5
SURE: Final = 0.5
COMMON: Final = 0.05


@dataclass(frozen=True, slots=True)
class Grown:
    """Per unit of the tag, the chance to belong, and whether it does. `spilled`: half of the tag's accounts would."""

    score: Floats
    inside: Bools
    spilled: bool


def grown(tag: Tag, core: Ints, *, worded: bool) -> Grown:
    """All units like those of `core`. `worded`: by their words too; else by markers and authors (words are borrowed)."""
    start = np.zeros(len(tag.first), np.bool_)
    start[core] = True
    inside, score = start, start.astype(np.float64)
    spilled = False
    for _ in range(_TURNS):
        before = inside
        score = _scored(tag, inside, worded=worded)
        inside = score >= SURE
        spilled = 2 * int(np.count_nonzero(np.bincount(tag.account[inside], minlength=tag.accounts))) > tag.accounts
        if spilled or not inside.any() or (inside == before).all():
            break
    if spilled or not inside.any():
        inside, score = start, np.where(start, np.maximum(score, SURE), score)
    return Grown(score, inside, spilled)


def _scored(tag: Tag, inside: Bools, *, worded: bool) -> Floats:
    """Chance of each unit to belong, by what the units inside and all others' units are like; itself left out."""
    here = np.bincount(tag.account[inside], minlength=tag.accounts)[tag.account]
    outside = here == 0
    total = np.full(len(inside), float(np.clip(logit(min(inside.mean(), 0.5)), -4, -2)))
    total += np.where(here - inside > 0, _ACCOUNT, 0.0)
    if worded:
        total += np.clip(2 * tag.circle.log_ratios(inside, outside), -_TEXT, _TEXT)
        marks = np.zeros(len(inside))
        kernel.carried_ratios(tag.marker, tag.unit, inside, outside, np.zeros((2, len(tag.markers)), np.int64), marks)
        total += np.clip(marks, -_MARKS, _MARKS)
    else:  # the words are the others': only a marker of theirs tells, or a taken wording by one of their authors
        theirs = np.isin(tag.marker, _added(tag, inside))
        total += np.where(np.bincount(tag.unit[theirs], minlength=len(inside)) > 0, _MARKS, 0.0)
        total += np.where(tag.lent >= 0, _ACCOUNT, 0.0)
    return np.asarray(expit(total), np.float64)


def alone(tag: Tag, inside: Bools, share: float = COMMON) -> Ints:
    """Markers that at least two, and that share, of the units inside carry, ten times as often as others, commonest first."""
    size = len(tag.markers)
    a, b = (np.bincount(tag.marker[which[tag.unit]], minlength=size) for which in (inside, ~inside))
    n_in, n_out = max(int(inside.sum()), 1), max(int((~inside).sum()), 1)
    good = np.flatnonzero((a >= np.maximum(2, share * n_in)) & (a / n_in >= 10 * b / n_out))
    return good[np.lexsort((good, -a[good]))]


def _added(tag: Tag, inside: Bools) -> Ints:
    """Of the markers that are theirs alone, those that came with them: the posts whose wordings they took have them not."""
    taken = (tag.lent >= 0) & inside
    of = np.bincount(tag.marker[taken[tag.unit]], minlength=len(tag.markers))
    new = np.bincount(tag.marker[taken[tag.unit] & tag.added], minlength=len(tag.markers))
    some = alone(tag, inside)
    return some[(new[some] > 0) & (5 * new[some] >= 4 * of[some])]
