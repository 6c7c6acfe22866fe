"""Signs of machinery in a burst, each held against what the same case does elsewhere.

For wording, replies, clients and spacing the null is runs of as many consecutive posts elsewhere in the case: they keep
habits, topics and the hour's closeness. For concentration it is posts per account as in stretches of the same length
elsewhere; for entry, the burst's own posts with their authors dealt anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from blowback.analyses.machinery.bursts_case import Crowd
from blowback.analyses.machinery.bursts_measure import TOP
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Floats, Ints

ALPHA: Final = 0.05
STRICT: Final = 0.01
_RUNS: Final = 200
_LEAST_RUNS: Final = 20
_LEAST_OWN: Final = 16  # own posts without which a run cannot show wording or replies
_RUN: Final = (32, 2048)  # posts of a run, powers of two between
_DRAWS: Final = 199
_LEAST_DRAWS: Final = 119  # below, p could not come down to STRICT
_MOST_DRAWN: Final = 2_000_000
_TEXTS: Final = ("folded_text", "text", "near_text")


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: its measure in the burst, what the null gives, and whether it holds as a sign of machinery."""

    sign: str
    seen: float
    expected: float
    p: float
    runs: int
    holds: bool
    says: str
    low: float | None = None
    high: float | None = None


@dataclass(slots=True)
class Elsewhere:
    """The case around a burst, with what was worked out once kept for the next burst."""

    crowd: Crowd
    _runs: dict[int, Ints] = field(default_factory=dict)
    _measured: dict[tuple[str, int], Floats] = field(default_factory=dict)
    _stretches: dict[int, tuple[Ints, Ints]] = field(default_factory=dict)
    _totals: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def totals(self) -> Ints:
        """Posts of each account in the whole case."""
        if not len(self._totals):
            self._totals = np.bincount(self.crowd.account, minlength=self.crowd.accounts).astype(np.int64)
        return self._totals

    def runs(self, size: int) -> Ints:
        """Starts of runs of consecutive posts, evenly spread, none overlapping."""
        if size not in self._runs:
            every = np.arange(0, max(len(self.crowd) - size + 1, 0), size, dtype=np.int64)
            some = (
                np.unique(np.linspace(0, len(every) - 1, min(_RUNS, len(every))).astype(np.int64))
                if len(every)
                else every
            )
            self._runs[size] = every[some]
        return self._runs[size]

    def measured(self, what: str, size: int, start: int, end: int) -> Floats:
        """The measure of every run that lies outside [start - 1 h, end + 1 h]."""
        runs = self.runs(size)
        if (what, size) not in self._measured:
            self._measured[what, size] = np.array([measure(what, self.crowd, np.arange(a, a + size)) for a in runs])
        at = self.crowd.at
        far = (at[np.minimum(runs + size, len(at)) - 1] < start - HOUR_US) | (at[runs] > end + HOUR_US)
        outside = far & np.isfinite(self._measured[what, size])
        found: Floats = self._measured[what, size][outside]
        return found

    def per_account(self, length_us: int, start: int, end: int) -> Ints:
        """Posts of each account in each stretch of that length elsewhere (those without a post left out)."""
        if length_us not in self._stretches:
            block = (self.crowd.at - self.crowd.at[0]) // length_us
            key, count = np.unique(block * max(self.crowd.accounts, 1) + self.crowd.account, return_counts=True)
            self._stretches[length_us] = key // max(self.crowd.accounts, 1), count
        block, count = self._stretches[length_us]
        first = self.crowd.at[0] + block * length_us
        found: Ints = count[(first + length_us <= start - HOUR_US) | (first > end + HOUR_US)]
        return found


def measure(what: str, crowd: Crowd, posts: Ints) -> float:
    """One measure of some posts; not a number where they cannot show it."""
    if what == "replies":
        mine = posts[crowd.own[posts]]
        return float(crowd.reply[mine].mean()) if len(mine) >= _LEAST_OWN else np.nan
    if what.startswith("client:"):
        client = crowd.client[posts]
        return float((client == int(what[7:])).sum() / max((client >= 0).sum(), 1)) if (client >= 0).any() else np.nan
    if what == "wording":
        mine = posts[crowd.own[posts] & (crowd.wording[posts] >= 0)]
        if len(mine) < _LEAST_OWN:
            return np.nan
        pair = np.unique(np.stack([crowd.wording[mine], crowd.account[mine]]), axis=1)[0]
        words, people = np.unique(pair, return_counts=True)
        return float(np.isin(crowd.wording[mine], words[people > 1]).mean())
    if what == "whole":
        return float((crowd.at[posts] // SECOND % 60 == 0).mean())
    return spacing(crowd.at[posts], crowd.unit_us)


def spacing(at: Ints, unit_us: int) -> float:
    """Mean of 2 |a - b| / (a + b) over neighbouring gaps (Holt et al. 1996).

    1 for people, however the rate drifts, 0 for a clock. Not a number where gaps are below five units of the clock.
    """
    gap = np.diff(at).astype(np.float64)
    if len(gap) < 16 or np.median(gap) < 5 * unit_us:
        return np.nan
    a, b = gap[:-1], gap[1:]
    held = a + b > 0
    return float((2 * np.abs(a - b)[held] / (a + b)[held]).mean())


def signs_of(elsewhere: Elsewhere, kind: str, posts: Ints, draw: np.random.Generator) -> Iterator[Sign]:
    """Every sign the data can show for a burst of these posts (positions in the crowd, rising)."""
    crowd = elsewhere.crowd
    start, end = int(crowd.at[posts[0]]), int(crowd.at[posts[-1]])
    around = (start, end)
    yield from _concentration(elsewhere, posts, around, draw)
    if kind not in _TEXTS:
        yield from _more(elsewhere, "wording", posts, around, 0.2)
    yield from _replies(elsewhere, posts, around)
    if kind != "client":
        yield from _client(elsewhere, posts, around)
    yield from _clockwork(elsewhere, posts, around)
    yield from _entry(crowd, posts, draw)
    yield _newcomers(elsewhere, posts, around)


def _size(elsewhere: Elsewhere, posts: int) -> int:
    """Posts of a run: the largest power of two of which the burst has one and the rest of the case forty; 0: none."""
    most = min(posts, (len(elsewhere.crowd) - posts) // (2 * _LEAST_RUNS), _RUN[1])
    return 1 << (most.bit_length() - 1) if most >= _RUN[0] else 0


def _inside(what: str, crowd: Crowd, posts: Ints, size: int) -> float:
    """Mean of the measure over at most twenty runs of the burst's posts."""
    starts = np.unique(np.linspace(0, len(posts) - size, min(20, len(posts) // size)).astype(np.int64))
    found = np.array([measure(what, crowd, posts[a : a + size]) for a in starts])
    return float(np.nanmean(found)) if np.isfinite(found).any() else np.nan


def _held(elsewhere: Elsewhere, what: str, posts: Ints, around: tuple[int, int]) -> tuple[float, Floats]:
    size = _size(elsewhere, len(posts))
    null = elsewhere.measured(what, size, *around) if size else np.zeros(0)
    seen = _inside(what, elsewhere.crowd, posts, size) if len(null) >= _LEAST_RUNS else np.nan
    return seen, null


def _p(null: Floats, seen: float, *, low: bool = False) -> float:
    worse = (null <= seen).sum() if low else (null >= seen).sum()
    return float((1 + worse) / (1 + len(null)))


def _more(elsewhere: Elsewhere, what: str, posts: Ints, around: tuple[int, int], least: float) -> Iterator[Sign]:
    seen, null = _held(elsewhere, what, posts, around)
    if not np.isfinite(seen):
        return
    p, usual = _p(null, seen), float(np.median(null))
    says = f"{seen:.0%} of its own posts share their wording with another account's; {usual:.0%} in as many posts elsewhere"
    yield Sign(what, seen, usual, p, len(null), p <= ALPHA and seen - usual >= least, says)


def _replies(elsewhere: Elsewhere, posts: Ints, around: tuple[int, int]) -> Iterator[Sign]:
    seen, null = _held(elsewhere, "replies", posts, around)
    if not np.isfinite(seen) or np.median(null) < 0.02:
        return
    p, usual = _p(null, seen, low=True), float(np.median(null))
    says = f"{seen:.0%} of its own posts answer or quote; {usual:.0%} in as many posts elsewhere"
    yield Sign("replies", seen, usual, p, len(null), p <= ALPHA and seen < usual / 4, says)


def _client(elsewhere: Elsewhere, posts: Ints, around: tuple[int, int]) -> Iterator[Sign]:
    crowd = elsewhere.crowd
    mine = crowd.client[posts]
    if (mine >= 0).mean() < 0.5 or not crowd.clients:
        return
    inside = np.bincount(mine[mine >= 0], minlength=len(crowd.clients))
    whole = np.bincount(crowd.client[crowd.client >= 0], minlength=len(crowd.clients)) - inside
    lift = inside / max(inside.sum(), 1) - whole / max(whole.sum(), 1)
    top = int(np.argmax(lift))
    seen, null = _held(elsewhere, f"client:{top}", posts, around)
    if not np.isfinite(seen):
        return
    p, usual = _p(null, seen), float(np.median(null))
    holds = p <= ALPHA and seen - usual >= 0.2 and seen >= 2 * usual
    says = f"{seen:.0%} of its posts come from {crowd.clients[top]!r}; {usual:.0%} in as many posts elsewhere"
    yield Sign("client", seen, usual, p, len(null), holds, says)


def _clockwork(elsewhere: Elsewhere, posts: Ints, around: tuple[int, int]) -> Iterator[Sign]:
    """Even spacing, or posts on the whole minute; what is rarer elsewhere is shown."""
    found = []
    seen, null = _held(elsewhere, "spacing", posts, around)
    if np.isfinite(seen) and len(null) >= _LEAST_RUNS:
        p = _p(null, seen, low=True)
        says = f"gaps between its posts vary by {seen:.2f} (people 1, a clock 0); {np.median(null):.2f} in as many posts elsewhere"
        found.append(Sign("clockwork", seen, float(np.median(null)), p, len(null), p <= ALPHA and seen <= 0.8, says))
    if elsewhere.crowd.unit_us < 60 * SECOND:
        seen, null = _held(elsewhere, "whole", posts, around)
        if np.isfinite(seen) and len(null) >= _LEAST_RUNS:
            p, usual = _p(null, seen), float(np.median(null))
            says = (
                f"{seen:.0%} of its posts fall on a whole minute (people 2 %); {usual:.0%} in as many posts elsewhere"
            )
            found.append(Sign("clockwork", seen, usual, p, len(null), p <= ALPHA and seen - usual >= 0.1, says))
    if found:
        yield min(found, key=lambda s: (not s.holds, s.p))


def _concentration(
    elsewhere: Elsewhere, posts: Ints, around: tuple[int, int], draw: np.random.Generator
) -> Iterator[Sign]:
    """Posts per account against posts per account in stretches of about the same length elsewhere."""
    long = around[1] - around[0]
    length = next((h * HOUR_US for h in (1, 3, 6, 12) if long <= h * HOUR_US), DAY_US)
    usual = elsewhere.per_account(length, *around)
    if len(usual) < 100 or usual.sum() < 2 * _LEAST_RUNS:
        return
    n, counts = len(posts), np.bincount(np.unique(elsewhere.crowd.account[posts], return_inverse=True)[1])
    few = len(counts) <= 2 * TOP
    people = int(n / usual.mean() * 1.3) + 20
    draws = int(np.clip(_MOST_DRAWN // people, _LEAST_DRAWS, _DRAWS))
    rows = max(1, _MOST_DRAWN // people)  # at a time
    null = np.concatenate(
        [
            concentrated(filled(draw.choice(usual, (min(rows, draws - a), people)), n), few=few)
            for a in range(0, draws, rows)
        ]
    )
    seen, middle = float(concentrated(counts[None, :], few=few)[0]), float(null.mean())
    p = _p(null, seen)
    holds = p <= STRICT and seen >= 2.0 * middle and (few or seen - middle >= 0.03)
    if few:
        says = f"two of its posts picked at random are by one account with chance {seen:.1%}; {middle:.1%} with posts per account as elsewhere"
    else:
        says = f"its 50 busiest accounts wrote {seen:.1%}; {middle:.1%} with posts per account as elsewhere"
    low, high = np.quantile(null, [0.025, 0.975])
    yield Sign("concentration", seen, middle, p, draws, bool(holds), says, float(low), float(high))


def filled(counts: Ints, n: int) -> Ints:
    """Rows of accounts, each cut where they have n posts together."""
    upto = np.cumsum(counts, axis=1)
    return np.clip(counts - np.maximum(upto - n, 0), 0, None)


def concentrated(counts: Ints, *, few: bool) -> Floats:
    """Of each row: the chance that two posts are one account's, or the share of the top 50."""
    n = np.maximum(counts.sum(axis=1), 1)
    if few or counts.shape[1] <= TOP:
        together: Floats = (counts * (counts - 1)).sum(axis=1) / np.maximum(n * (n - 1), 1)
        return together
    top: Floats = np.partition(counts, counts.shape[1] - TOP, axis=1)[:, -TOP:].sum(axis=1) / n
    return top


def _newcomers(elsewhere: Elsewhere, posts: Ints, around: tuple[int, int]) -> Sign:
    """How many of its accounts the case sees nowhere else: a surge of people brings them, a roster comes back."""
    crowd = elsewhere.crowd
    a, b = np.searchsorted(crowd.at, [around[0] - HOUR_US, around[1] + HOUR_US + 1])
    people = np.unique(crowd.account[posts])
    here = np.bincount(crowd.account[a:b], minlength=crowd.accounts)[people]
    only = int((here == elsewhere.totals()[people]).sum())
    says = f"{only:,} of its {len(people):,} accounts post nowhere else in the case"
    return Sign("newcomers", only / len(people), float("nan"), float("nan"), 1, False, says)


def _entry(crowd: Crowd, posts: Ints, draw: np.random.Generator) -> Iterator[Sign]:
    """When accounts first appear in the burst: early and together (a roster), or more and more (word gets round)."""
    of = np.unique(crowd.account[posts], return_inverse=True)[1]
    n, people = len(of), int(of.max()) + 1
    if n < 30 or people < 10 or n - people < 10:
        return
    draws = int(np.clip(_MOST_DRAWN // n, _LEAST_DRAWS, _DRAWS))
    seen = _entered(of, people)
    null = np.array([_entered(draw.permutation(of), people) for _ in range(draws)])
    p = _p(null, seen, low=True)
    middle = float(null.mean())
    holds = p <= STRICT and seen <= middle - 0.05
    late = (
        "later: new people keep coming"
        if seen > np.quantile(null, 0.975)
        else "earlier"
        if p <= STRICT
        else "no earlier"
    )
    says = (
        f"accounts enter after {seen:.0%} of its posts on average, {late} than with authors dealt anew ({middle:.0%})"
    )
    low, high = np.quantile(null, [0.025, 0.975])
    yield Sign("entry", seen, middle, p, draws, bool(holds), says, float(low), float(high))


def _entered(of: Ints, people: int) -> float:
    """Mean place of the accounts' first posts, as a share of the posts."""
    first = np.full(people, len(of), np.int64)
    first[of[::-1]] = np.arange(len(of) - 1, -1, -1)
    return float(first.mean() / len(of))
