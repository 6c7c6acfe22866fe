"""Names for stretches of an object's course, by what is posted in them against the rest of the course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scipy import stats

SEED, AMPLIFY, RELEASE, REPOST, CARRY_ON, QUIET = "seed", "amplify", "release", "repost", "carry_on", "quiet"
SURE: Final = 0.01
_QUIET: Final = 0.05  # of the loudest rate
_SEED: Final = 1 / 3  # of the loudest rate
_RISE: Final = 2.0  # times the rate before
LARGEST_SEED: Final = 0.1  # of the posts: what is more was there all along
_MORE: Final = 1.5  # times the share elsewhere


@dataclass(frozen=True, slots=True)
class Stretch:
    """Counts of one segment, and how long it is (hours, over the hour of day and week)."""

    calls: int
    links: int
    reposts: int
    newcomers: int
    hours: float

    @property
    def posts(self) -> int:
        """All posts."""
        return self.calls + self.links + self.reposts

    @property
    def rate(self) -> float:
        """Posts for each hour."""
        return self.posts / self.hours

    @property
    def own_rate(self) -> float:
        """Own posts for each hour."""
        return (self.calls + self.links) / self.hours


def names_of(stretches: list[Stretch]) -> list[str]:
    """A name for each stretch.

    quiet: below a twentieth of the loudest rate, after something louder. seed: before the first rise, at most a third of
    the loudest rate. release: own posts carry links or files more often than elsewhere. repost: mostly reposts, and more
    than elsewhere. amplify: own posts at twice the rate before, or most of those before were the seed. carry_on: the rest.
    "More often" is one-sided, Fisher's exact test at 0.01, and at least one and a half times the share elsewhere.
    """
    loudest = max((s.rate for s in stretches), default=0.0)
    out: list[str] = []
    risen = False
    for n, one in enumerate(stretches):
        rest = [s for k, s in enumerate(stretches) if k != n]
        before = stretches[n - 1].own_rate if n else 0.0
        rises = n > 0 and one.own_rate >= _RISE * before and one.rate > _SEED * loudest
        if not risen and not rises and one.rate <= _SEED * loudest:
            out.append(SEED if one.posts else QUIET)
            continue
        risen = True
        if one.rate <= _QUIET * loudest:
            out.append(QUIET)
        elif _more(one.links, one.calls, sum(s.links for s in rest), sum(s.calls for s in rest)):
            out.append(RELEASE)
        elif one.reposts > one.calls + one.links and _more(
            one.reposts, one.calls + one.links, sum(s.reposts for s in rest), sum(s.calls + s.links for s in rest)
        ):
            out.append(REPOST)
        else:
            out.append(AMPLIFY if rises or not any(x != SEED for x in out) else CARRY_ON)
    return out


def _more(hits: int, misses: int, hits_elsewhere: int, misses_elsewhere: int) -> bool:
    here, there = hits + misses, hits_elsewhere + misses_elsewhere
    if not hits or not here or not there:
        return False
    if hits / here < _MORE * hits_elsewhere / there:
        return False
    return bool(
        stats.fisher_exact([[hits, misses], [hits_elsewhere, misses_elsewhere]], alternative="greater").pvalue <= SURE
    )


def ruling_of(names: list[str], posts: list[int], *, cut: bool) -> str:
    """stands: a small seed, then a rise (amplify or release), then release or repost. explained: it starts loud, as news does. Else cannot_tell.

    `posts` are those of each stretch; `cut`: the first stretch starts with the data, so what was before cannot be seen.
    """
    told = [(n, p) for n, p in zip(names, posts, strict=True) if n not in (QUIET, CARRY_ON)]
    kinds = [n for n, _ in told]
    rises = [k for k, kind in enumerate(kinds) if kind in (AMPLIFY, RELEASE)]
    if SEED in kinds and rises:
        first = rises[0]
        seed = sum(p for n, p in told[:first] if n == SEED)
        if 0 < seed <= LARGEST_SEED * sum(posts) and {RELEASE, REPOST} & set(kinds[first + 1 :]):
            return "stands"
    if kinds and SEED not in kinds and not cut:
        return "explained"
    return "cannot_tell"
