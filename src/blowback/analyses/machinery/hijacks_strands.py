"""Strands: what seeds that stand out grow into, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from blowback.analyses.machinery.hijacks_grow import COMMON, alone, grown
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


def strands_of(tag: Tag, seeds: list[Seed], passed: Bools, beside: Bools) -> list[Strand]:
    """The strands of a tag, the largest first (ties: by the first unit).

    Args:
        tag: the tag.
        seeds: its seeds.
        passed: per seed, whether it passes.
        beside: per seed, whether it passes among the tag's own markers alone. Such seeds join a strand in another
            language with which what they grow into has markers in common, and are no strand of their own.
    """
    found = [_strand(tag, tuple(group)) for group in _joined([s for s, p in zip(seeds, passed, strict=True) if p])]
    if not found:
        return []
    more = [s for s, p, b in zip(seeds, passed, beside, strict=True) if b and not p]
    found = _united(tag, found, [_strand(tag, tuple(group)) for group in _joined(more)])
    found.sort(key=lambda s: (-int(s.inside.sum()), int(np.flatnonzero(s.inside)[0]) if s.inside.any() else 0))
    kept: list[Strand] = []
    for one in found:  # a strand that another one holds already is the same strand
        mine = int(one.inside.sum())
        if mine and all(2 * int((one.inside & k.inside).sum()) <= mine for k in kept):
            kept.append(one)
    return kept


def _united(tag: Tag, found: list[Strand], more: list[Strand]) -> list[Strand]:
    """Strands with own markers in common are one strand, in whatever languages; what only stands beside needs one to join."""
    every = [*found, *more]
    a, b = [], []
    for i, one in enumerate(every):
        for j in range(i):
            if not one.spilled and not every[j].spilled and _common(tag, one.inside, every[j].inside):
                a.append(i)
                b.append(j)
    label = components(np.array(a, np.int64), np.array(b, np.int64), len(every))
    groups: dict[int, list[int]] = {}
    for i in range(len(every)):
        groups.setdefault(int(label[i]) if label[i] >= 0 else len(every) + i, []).append(i)
    return [_union(tag, [every[i] for i in some]) for some in groups.values() if some[0] < len(found)]


def _common(tag: Tag, a: Bools, b: Bools) -> bool:
    """Whether both carry a marker (two units and one in twenty of each) that the rest hardly carries."""
    theirs = np.isin(tag.marker, alone(tag, a | b))
    size = len(tag.markers)
    counts = (np.bincount(tag.marker[theirs & side[tag.unit]], minlength=size) for side in (a, b))
    enough = [c >= max(2, COMMON * int(side.sum())) for c, side in zip(counts, (a, b), strict=True)]
    return bool((enough[0] & enough[1]).any())


def _union(tag: Tag, some: list[Strand]) -> Strand:
    if len(some) == 1:
        return some[0]
    inside = np.any([s.inside for s in some], axis=0)
    score = np.max([s.score for s in some], axis=0)
    return Strand(
        tuple(x for s in some for x in s.seeds), score, inside, tag.markers[alone(tag, inside)], spilled=False
    )


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
