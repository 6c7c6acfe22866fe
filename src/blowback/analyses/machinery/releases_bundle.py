"""From stretches that stand out to bundles: laid over each other where they share items, around the item that came first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.analyses.machinery.releases_close import MOST_PLACES, Chance, Stretch, Tested, tested
from blowback.analyses.machinery.releases_items import Items
from blowback.analyses.machinery.releases_ties import Ties
from blowback.tools import calendars
from blowback.tools.calendars import Calendars

Ints = npt.NDArray[np.int64]
_EVERYBODY: Final = 40  # dates of the whole case, evenly spread, that each calendar is given


@dataclass(frozen=True, slots=True)
class Bundle:
    """Items, the first one first; what joins them (bits of tie kinds); how rare such closeness is."""

    items: tuple[int, ...]
    kinds: int
    p: float
    q: float
    span_us: int  # from the first host (in a language) to the last
    hosts: tuple[int, ...]  # of that span, at most twelve


@dataclass(frozen=True, slots=True)
class Joined:
    """All bundles, the counts of the test, and how many bundles a copy with dealt dates gives, on average."""

    bundles: tuple[Bundle, ...]
    held: Calendars
    test: Tested
    by_chance: float


def joined(items: Items, ties: Ties, window_us: int, fdr: float, copies: int, seed: int, unit_us: int) -> Joined:
    """Bundles in the data, and how many the same rule makes of copies whose dates were dealt anew within each host."""
    held = calendars.calendars(items.host, items.first)
    chance = Chance(_leaning(held), {})
    test = tested(items, ties, chance, items.first, window_us, fdr, unit_us)
    sets = _around_the_first(items.first, test.passed, window_us)
    bundles = tuple(_bundle(items, chance, [test.passed[n] for n in own], members, unit_us) for members, own in sets)
    by_chance = []
    for copy in range(copies):
        dealt = calendars.dealt(held, seed + copy)
        again = tested(items, ties, chance, dealt, window_us, fdr, unit_us)
        by_chance.append(len(_around_the_first(dealt, again.passed, window_us)))
    return Joined(bundles, held, test, float(np.mean(by_chance)) if by_chance else 0.0)


def _leaning(held: Calendars) -> Calendars:
    """Each calendar with some dates of the whole case beside its own.

    A host's few dates say little about when its things appear, and a release's own dates are a good part of them, so that
    draws would put it together again. Calendars lean on everybody's, the more the fewer dates they have (shrinkage).
    """
    if not len(held.first):
        return held
    every = np.sort(held.first)
    some = every[np.linspace(0, len(every) - 1, min(_EVERYBODY, len(every))).astype(np.int64)]
    return replace(held, of_host=tuple(np.sort(np.concatenate([own, some])) for own in held.of_host))


def _around_the_first(
    first: Ints, passed: tuple[Stretch, ...], window_us: int
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """(items, stretches) of each bundle: stretches that share two items, none later than a window after its first.

    One shared item is not enough: a front page that stands beside every piece would join all of them.
    """
    order = sorted(range(len(passed)), key=lambda n: (int(first[passed[n].items[0]]), passed[n].items, passed[n].kind))
    by_pair: dict[tuple[int, int], list[int]] = {}
    for n in order:
        for pair in combinations(sorted(passed[n].items), 2):
            by_pair.setdefault(pair, []).append(n)
    out, taken = [], set[int]()
    for start in order:
        if start in taken:
            continue
        limit, todo, mine = int(first[passed[start].items[0]]) + window_us, [start], [start]
        taken.add(start)
        while todo:
            for pair in combinations(sorted(passed[todo.pop()].items), 2):
                for other in by_pair[pair]:
                    if other not in taken and max(int(first[i]) for i in passed[other].items) <= limit:
                        taken.add(other)
                        todo.append(other)
                        mine.append(other)
        items = {i for n in mine for i in passed[n].items}
        out.append((tuple(sorted(items, key=lambda i: (int(first[i]), i))), tuple(sorted(mine))))
    return out


def _bundle(items: Items, chance: Chance, inside: list[Stretch], members: tuple[int, ...], unit_us: int) -> Bundle:
    best: dict[int, float] = {}
    for stretch in inside:
        for i in stretch.items:
            best[i] = min(best.get(i, 1.0), stretch.q)
    lead = _leaders(items, members)
    span = int(items.first[lead[-1]] - items.first[lead[0]])
    hosts = [int(items.host[i]) for i in lead[:MOST_PLACES]]
    p = chance.tail(tuple(hosts), -(-span // unit_us) * unit_us)
    kinds = 0
    for stretch in inside:
        kinds |= 1 << stretch.kind
    return Bundle(members, kinds, p, max((best.get(i, 1.0) for i in members), default=1.0), span, tuple(hosts))


def _leaders(items: Items, members: tuple[int, ...]) -> list[int]:
    """The first item on each host (and in each language of a host), in order."""
    seen, out = set[tuple[int, int]](), []
    for i in members:
        key = (int(items.host[i]), int(items.tongue[i]))
        if key not in seen:
            seen.add(key)
            out.append(i)
    return out
