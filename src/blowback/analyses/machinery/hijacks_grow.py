"""From a handful of posts to all that are like them: words, markers and authors teach each other in turns.

Co-training with two views (Blum, Mitchell 1998; for hashtags VanDam, Tan 2016): here what a post says, and what it carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from blowback.analyses.machinery.hijacks_units import Ints, Tag
from blowback.tools.wordmodel import Bools, Floats

_TURNS: Final = 3
_TEXT: Final = 5.0  # most that words may add to the log-odds: they hang together, so that their sum overstates
_MARKS: Final = 4.0
_ACCOUNT: Final = 1.5
SURE: Final = 0.5


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
        spilled = 2 * len(np.unique(tag.account[inside])) > tag.accounts
        if spilled or not inside.any() or (inside == before).all():
            break
    if spilled or not inside.any():
        inside, score = start, np.where(start, np.maximum(score, SURE), score)
    return Grown(score, inside, spilled)


def _scored(tag: Tag, inside: Bools, *, worded: bool) -> Floats:
    """Chance of each unit to belong, by what the units inside and all others' units are like; itself left out."""
    here = np.bincount(tag.account[inside], minlength=tag.accounts)[tag.account]
    outside = here == 0
    total = np.full(len(inside), float(np.clip(logit(min(inside.mean(), 0.5)), -4, 0)))
    total += np.clip(2 * tag.circle.log_ratios(inside, outside), -_TEXT, _TEXT if worded else 0.0)
    marks = _marker_ratios(tag, inside, outside)
    total += np.clip(marks, -_MARKS, _MARKS)
    total += np.where(here - inside > 0, _ACCOUNT, 0.0)
    if not worded:  # a wording taken over counts beside a marker of theirs; alone it is what crowds do
        total += np.where((tag.lent >= 0) & (marks > 1), _ACCOUNT, 0.0)
    return np.asarray(expit(total), np.float64)


def _marker_ratios(tag: Tag, inside: Bools, outside: Bools) -> Floats:
    """Per unit, the sum over its markers of ln(share inside / share outside), smoothed, the unit itself left out."""
    marker, unit, size = tag.marker, tag.unit, len(tag.markers)
    a = np.bincount(marker[inside[unit]], minlength=size)[marker] - inside[unit]
    b = np.bincount(marker[outside[unit]], minlength=size)[marker] - outside[unit]
    n_in, n_out = int(inside.sum()) - inside[unit], int(outside.sum()) - outside[unit]
    both = (a + b) / np.maximum(n_in + n_out, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((a + 2 * both) / (n_in + 2) * (n_out + 2) / (b + 2 * both))
    return np.asarray(np.bincount(unit, weights=np.where(a + b > 0, ratio, 0.0), minlength=len(tag.first)), np.float64)
