"""From seeds that stand out to strands: the posts under a tag that belong together by words, markers and authors.

Text and markers teach each other in turns, as in co-training (Blum, Mitchell 1998; VanDam, Tan 2016 for hashtags).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logit

from blowback.analyses.machinery.hijacks_seeds import Seed, borrowed
from blowback.analyses.machinery.hijacks_units import Ints, Posts, Tag, markers_of_units
from blowback.tools.graph import components
from blowback.tools.wordmodel import Bools, Floats

_JOIN: Final = 1 / 3  # share of the smaller seed's units that the larger one holds
_TURNS: Final = 3
_TEXT: Final = 5.0  # most that words may add to the log-odds: they hang together, so that their sum overstates
_MARKS: Final = 4.0
_ACCOUNT: Final = 1.5
_SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Strand:
    """Posts of one tag that belong together and stand apart: their seeds, and per unit of the tag the chance to belong.

    `core` are the units of the seeds; `inside` those that belong (chance at least one half). `markers` are the markers
    that are theirs, the commonest first. `spilled`: it grew beyond half of the tag, so that which side is the tag's own
    cannot be said.
    """

    seeds: tuple[Seed, ...]
    core: Ints
    score: Floats
    inside: Bools
    markers: Ints
    spilled: bool


def strands_of(posts: Posts, tag: Tag, passed: list[Seed]) -> list[Strand]:
    """The strands of a tag, the largest first (ties: by the first unit)."""
    groups = _joined(passed)
    out = [_grown(posts, tag, tuple(group)) for group in groups]
    out.sort(key=lambda s: (-int(s.inside.sum()), int(np.flatnonzero(s.inside)[0]) if s.inside.any() else 0))
    kept: list[Strand] = []
    for one in out:  # a strand that another one holds already is the same strand
        mine = int(one.inside.sum())
        if mine and all(2 * int((one.inside & k.inside).sum()) <= mine for k in kept):
            kept.append(one)
    return kept


def _joined(passed: list[Seed]) -> list[list[Seed]]:
    a, b = [], []
    for i, one in enumerate(passed):
        for j in range(i):
            met = len(np.intersect1d(one.units, passed[j].units))
            if met >= _JOIN * min(len(one.units), len(passed[j].units)):
                a.append(i)
                b.append(j)
    label = components(np.array(a, np.int64), np.array(b, np.int64), len(passed))
    groups: dict[int, list[Seed]] = {}
    for i, seed in enumerate(passed):
        groups.setdefault(int(label[i]) if label[i] >= 0 else len(passed) + i, []).append(seed)
    return list(groups.values())


def _grown(posts: Posts, tag: Tag, seeds: tuple[Seed, ...]) -> Strand:
    core = np.unique(np.concatenate([s.units for s in seeds]))
    inside = np.zeros(len(tag.first), np.bool_)
    inside[core] = True
    score = inside.astype(np.float64)
    worded = any(s.p_words <= s.p_borrowed for s in seeds)
    marker, unit = markers_of_units(posts, tag)
    for _ in range(_TURNS):
        before = inside
        score = _scored(posts, tag, inside, (marker, unit), worded=worded)
        inside = score >= _SURE
        if not inside.any() or len(np.unique(tag.account[inside])) * 2 > tag.accounts or (inside == before).all():
            break
    spilled = len(np.unique(tag.account[inside])) * 2 > tag.accounts
    if spilled or not inside.any():
        inside = np.zeros(len(tag.first), np.bool_)
        inside[core] = True
    return Strand(seeds, core, np.where(inside, np.maximum(score, _SURE), score), inside,
                  _theirs(marker, unit, inside, len(posts.markers)), spilled)  # fmt: skip


def _scored(posts: Posts, tag: Tag, inside: Bools, marks: tuple[Ints, Ints], *, worded: bool) -> Floats:
    """Chance of each unit to belong, by what the units inside and all others' units are like; itself left out."""
    theirs = np.isin(tag.account, tag.account[inside])
    outside = ~theirs
    total = np.full(len(inside), float(np.clip(logit(inside.mean()), -4, 0)))
    words = posts.model.log_ratios(tag.first, tag.account, inside, outside)
    total += np.clip(2 * words, -_TEXT, _TEXT if worded else 0.0)
    total += np.clip(_marker_ratios(tag, inside, outside, marks, len(posts.markers)), -_MARKS, _MARKS)
    fellows = np.bincount(tag.account[inside], minlength=tag.accounts)[tag.account] - inside
    total += np.where(fellows > 0, _ACCOUNT, 0.0)
    if not worded:  # what is copied from others differs from them by its markers alone
        total += np.where(borrowed(posts, tag) >= 0, _ACCOUNT, 0.0)
    return np.asarray(expit(total), np.float64)


def _marker_ratios(tag: Tag, inside: Bools, outside: Bools, marks: tuple[Ints, Ints], size: int) -> Floats:
    """Per unit, the sum over its markers of ln(share inside / share outside), smoothed, the unit itself left out."""
    marker, unit = marks
    a = np.bincount(marker[inside[unit]], minlength=size)[marker] - inside[unit]
    b = np.bincount(marker[outside[unit]], minlength=size)[marker] - outside[unit]
    n_in, n_out = int(inside.sum()) - inside[unit], int(outside.sum()) - outside[unit]
    both = (a + b) / np.maximum(n_in + n_out, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((a + 2 * both) / (n_in + 2) * (n_out + 2) / (b + 2 * both))
    ratio = np.where(a + b > 0, ratio, 0.0)
    return np.bincount(unit, weights=ratio, minlength=len(tag.first))


def _theirs(marker: Ints, unit: Ints, inside: Bools, size: int) -> Ints:
    """Markers that the units inside carry (two at least) and hardly anybody else does, the commonest first."""
    a, b = (np.bincount(marker[which[unit]], minlength=size) for which in (inside, ~inside))
    n_in, n_out = max(int(inside.sum()), 1), max(int((~inside).sum()), 1)
    good = np.flatnonzero((a >= 2) & (a / n_in >= 10 * b / n_out))
    return good[np.lexsort((good, -a[good]))]
