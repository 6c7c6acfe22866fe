"""From stretches that stand out to bundles: laid over each other where they share items, around the item that came first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from blowback.analyses.machinery.releases_close import MOST_PLACES, Chance, Stretch, Tested, tested
from blowback.analyses.machinery.releases_items import Items
from blowback.analyses.machinery.releases_ties import Ties
from blowback.tools import calendars

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Items, the first one first; what joins them (bits of tie kinds); how rare such closeness is."""

    items: tuple[int, ...]
    kinds: int
    p: float
    q: float
    span_us: int
    usual_us: float  # median span when dates are dealt anew


@dataclass(frozen=True, slots=True)
class Joined:
    """All bundles, the counts of the test, and how many bundles a copy with dealt dates gives, on average."""

    bundles: tuple[Bundle, ...]
    test: Tested
    by_chance: float


def joined(items: Items, ties: Ties, window_us: int, fdr: float, copies: int, seed: int, unit_us: int) -> Joined:
    """Bundles in the data, and how many the same rule makes of copies whose dates were dealt anew within each host."""
    held = calendars.calendars(items.host, items.first)
    chance = Chance(held, {})
    test = tested(items, ties, chance, items.first, window_us, fdr, unit_us)
    sets = _around_the_first(items.first, test.passed, window_us)
    bundles = tuple(_bundle(items, chance, test.passed, s, seed, unit_us) for s in sets)
    by_chance = []
    for copy in range(copies):
        dealt = calendars.dealt(held, seed + copy)
        again = tested(items, ties, chance, dealt, window_us, fdr, unit_us)
        by_chance.append(len(_around_the_first(dealt, again.passed, window_us)))
    return Joined(bundles, test, float(np.mean(by_chance)) if by_chance else 0.0)


def _around_the_first(first: Ints, passed: tuple[Stretch, ...], window_us: int) -> list[tuple[int, ...]]:
    """Sets of items that stretches join, none later than a window after its first: no chains through time."""
    near: dict[int, set[int]] = {}
    for stretch in passed:
        for other in stretch.items[1:]:
            near.setdefault(stretch.items[0], set()).add(other)
            near.setdefault(other, set()).add(stretch.items[0])
    out, taken = [], set[int]()
    for start in sorted(near, key=lambda i: (int(first[i]), i)):
        if start in taken:
            continue
        limit, found, todo = int(first[start]) + window_us, {start}, [start]
        while todo:
            for other in sorted(near[todo.pop()]):
                if other not in found and other not in taken and int(first[other]) <= limit:
                    found.add(other)
                    todo.append(other)
        if len(found) > 1:
            taken |= found
            out.append(tuple(sorted(found, key=lambda i: (int(first[i]), i))))
    return out


def _bundle(
    items: Items, chance: Chance, passed: tuple[Stretch, ...], members: tuple[int, ...], seed: int, unit_us: int
) -> Bundle:
    inside = [s for s in passed if len(set(s.items) & set(members)) > 1]
    best: dict[int, float] = {}
    for stretch in inside:
        for i in stretch.items:
            best[i] = min(best.get(i, 1.0), stretch.q)
    lead = _leaders(items, members)
    span = int(items.first[lead[-1]] - items.first[lead[0]])
    hosts = [int(items.host[i]) for i in lead[:MOST_PLACES]]
    p = chance.tail(tuple(hosts), -(-span // unit_us) * unit_us)
    usual = calendars.typical_range([chance.held.of_host[h] for h in hosts], seed) if len(hosts) > 1 else 0.0
    kinds = 0
    for stretch in inside:
        kinds |= 1 << stretch.kind
    return Bundle(members, kinds, p, max((best.get(i, 1.0) for i in members), default=1.0), span, usual)


def _leaders(items: Items, members: tuple[int, ...]) -> list[int]:
    """The first item on each host (and in each language of a host), in order."""
    seen, out = set[tuple[int, int]](), []
    for i in members:
        key = (int(items.host[i]), int(items.tongue[i]))
        if key not in seen:
            seen.add(key)
            out.append(i)
    return out
