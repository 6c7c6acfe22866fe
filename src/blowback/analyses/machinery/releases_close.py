"""Is a tie's closest stretch closer than dealt dates make it? One test a tie, over the items it joins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from blowback.analyses.machinery.releases_items import Items
from blowback.analyses.machinery.releases_ties import WORDS, Ties
from blowback.tools import calendars
from blowback.tools.calendars import Calendars
from blowback.tools.nulls import benjamini_hochberg

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_PLACES: Final = 12  # hosts whose range is weighed: more make the chance smaller than anyone needs


@dataclass(frozen=True, slots=True)
class Stretch:
    """The items of a tie that appeared closest together for their hosts, the first one first, and its kind, p and q."""

    items: tuple[int, ...]
    kind: int
    p: float
    q: float


@dataclass(frozen=True, slots=True)
class Tested:
    """Stretches that pass, how many ties had items in two places (the family), and how many of those inside a window."""

    passed: tuple[Stretch, ...]
    family: int
    close: int


@dataclass(slots=True)
class Chance:
    """`range_tail` of calendars, looked up where it was asked before: spans are rounded up to steps of a tenth."""

    held: Calendars
    known: dict[tuple[tuple[int, ...], int], float]

    def tail(self, hosts: tuple[int, ...], span: int) -> float:
        """The chance of so short a range on these hosts."""
        step = calendars.rounded_up(span)
        key = (tuple(sorted(hosts)), step)
        if key not in self.known:
            self.known[key] = calendars.range_tail([self.held.of_host[h] for h in key[0]], step)
        return self.known[key]


def tested(items: Items, ties: Ties, chance: Chance, first: Ints, window_us: int, fdr: float, unit_us: int) -> Tested:
    """Every tie's closest stretch, and those that survive false-discovery control over all ties (Benjamini-Hochberg).

    `first`: first appearances, those of the data or dealt ones. `unit_us`: resolution of the data's times.
    """
    order = np.lexsort((ties.item, first[ties.item], ties.tie)) if len(ties.tie) else np.empty(0, np.int64)
    tie, item, kind = ties.tie[order], ties.item[order], ties.kind[order]
    bounds = (
        np.flatnonzero(np.concatenate([[True], tie[1:] != tie[:-1], [True]])) if len(tie) else np.zeros(1, np.int64)
    )
    found, family = list[Stretch](), 0
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        mine = item[low:high].tolist()
        places = [_place(items, i, int(kind[low])) for i in mine]
        if len(set(places)) < 2:
            continue
        family += 1
        best = _closest(mine, places, first, chance, window_us, unit_us)
        if best:
            found.append(Stretch(best[1], int(kind[low]), best[0], 1.0))
    q = benjamini_hochberg(np.array([s.p for s in found]), family)
    passed = tuple(Stretch(s.items, s.kind, s.p, float(x)) for s, x in zip(found, q, strict=True) if x <= fdr)
    return Tested(passed, family, len(found))


def _place(items: Items, item: int, kind: int) -> tuple[int, int]:
    """A host; in ties that hold across languages a host in a language."""
    return int(items.host[item]), (int(items.tongue[item]) if kind != WORDS else -1)


def _closest(
    mine: list[int], places: list[tuple[int, int]], first: Ints, chance: Chance, window_us: int, unit_us: int
) -> tuple[float, tuple[int, ...]] | None:
    """(p, items) of the stretch that is rarest: from each date on, place after place as far as a window reaches.

    The chance of one choice of items on these places is a range's; it is multiplied by the choices there were: which
    places, which item on each, how many places (Bonferroni). None where no two places lie inside a window.
    """
    many: dict[tuple[int, int], int] = {}
    for place in places:
        many[place] = many.get(place, 0) + 1
    best: tuple[float, int, tuple[int, ...]] | None = None
    any_close = False
    dates = first[mine].tolist()
    for at, start in enumerate(dates):
        if at and dates[at - 1] == start:
            continue
        lead, seen = [mine[at]], {places[at]}
        for k in range(at + 1, len(mine)):
            span = dates[k] - start
            if span > window_us or len(lead) == MOST_PLACES:
                break
            if places[k] in seen:
                continue
            seen.add(places[k])
            lead.append(mine[k])
            any_close = True
            if k + 1 < len(mine) and dates[k + 1] == dates[k] and len(lead) < MOST_PLACES:
                continue  # what appears at one time is weighed as one
            ways = math.comb(len(many), len(lead)) * (len(many) - 1) * math.prod(many[x] for x in seen)
            if ways * chance.held.floor([x for x, _ in seen]) >= 1:
                continue  # even the smallest chance would not tell
            p = min(1.0, ways * chance.tail(tuple(x for x, _ in seen), -(-span // unit_us) * unit_us))
            if best is None or (p, -len(lead)) < (best[0], best[1]):
                best = (p, -len(lead), tuple(lead))
    if best is None:
        return (1.0, ()) if any_close else None
    return best[0], best[2]
