"""Strands: what seeds that stand out grow into, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.machinery.hijacks_grow import alone, grown
from blowback.analyses.machinery.hijacks_seeds import Seed
from blowback.analyses.machinery.hijacks_units import Ints, Tag
from blowback.tools.graph import components
from blowback.tools.wordmodel import Bools, Floats

_JOIN: Final = 1 / 3  # share of the smaller seed's units that the larger one holds


@dataclass(frozen=True, slots=True)
class Strand:
    """Posts of one tag that belong together and stand apart: their seeds, and per unit of the tag the chance to belong.

    `inside` are the units that do (chance at least one half). `markers` (codes) are theirs alone, the commonest first.
    `spilled`: followed by words and markers it takes in half of the tag's accounts, so that no side is the tag's own.
    """

    seeds: tuple[Seed, ...]
    score: Floats
    inside: Bools
    markers: Ints
    spilled: bool


def strands_of(tag: Tag, passed: list[Seed]) -> list[Strand]:
    """The strands of a tag, the largest first (ties: by the first unit). One wording of few accounts is none."""
    out = [_strand(tag, tuple(group)) for group in _joined(passed)]
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
            met = len(np.intersect1d(one.units, passed[j].units, assume_unique=True))
            if one.marker == passed[j].marker or met >= _JOIN * min(len(one.units), len(passed[j].units)):
                a.append(i)
                b.append(j)
    label = components(np.array(a, np.int64), np.array(b, np.int64), len(passed))
    groups: dict[int, list[Seed]] = {}
    for i, seed in enumerate(passed):
        groups.setdefault(int(label[i]) if label[i] >= 0 else len(passed) + i, []).append(seed)
    return list(groups.values())


def _strand(tag: Tag, seeds: tuple[Seed, ...]) -> Strand:
    core = np.unique(np.concatenate([s.units for s in seeds]))
    found = grown(tag, core, worded=any(s.p_words <= s.p_borrowed for s in seeds))
    return Strand(seeds, found.score, found.inside, tag.markers[alone(tag, found.inside)], found.spilled)
