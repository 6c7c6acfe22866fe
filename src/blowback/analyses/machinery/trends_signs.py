"""Four signs of a trend made for the trend list, each against its own null."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from blowback.analyses.machinery.bursts_case import Crowd
from blowback.analyses.machinery.bursts_signs import Elsewhere, concentrated, filled
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Bools, Floats, Ints
from blowback.tools.intervals import wilson

SIGNS: Final = ("concentration", "entry", "deleted", "wording")
CLOSE_US: Final = 300 * SECOND
_JITTER_US: Final = HOUR_US // 2
_DRAWS: Final = 99
_RUNS: Final = 20
_MOST_DRAWN: Final = 2_000_000
# How much more than its null gives a sign must be, in its own unit: what a reader would call more.
_MORE: Final = {"concentration": 0.01, "entry": 0.1, "deleted": 0.1, "wording": 0.1}
# A few words in a row, without capital, digit or punctuation: random words of a lexicon look like that (Elmas et al. 2021).
_CARRIED: Final = r"[#@]\S+|https?://\S+|\p{So}|\p{Sk}|\x{FE0F}|\x{200D}"
_LEXICON: Final = r"^[\p{Ll}\p{Lo}][\p{L}\p{M}]*(\s+[\p{L}\p{M}]+){1,9}$"


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: its measure with a 95 % interval, what the null gives, and the chance of so much or more."""

    seen: float
    low: float
    high: float
    expected: float
    p: float


def lexicon_like(texts: pa.ChunkedArray) -> Bools:
    """Whether each text is 2 to 10 words and nothing else, beside hashtags, mentions, links and emoji."""
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, _CARRIED, ""))
    return np.asarray(pc.fill_null(pc.match_substring_regex(bare, _LEXICON), False).to_numpy(zero_copy_only=False))


def concentration(elsewhere: Elsewhere, posts: Ints, around: tuple[int, int], draw: np.random.Generator) -> Sign | None:
    """Two posts by one account, against posts per account as in other 24 hours of the case."""
    usual = elsewhere.per_account(DAY_US, *around)
    if len(usual) < 100:
        return None
    n = len(posts)
    counts = np.bincount(np.unique(elsewhere.crowd.account[posts], return_inverse=True)[1])
    people = int(n / usual.mean() * 1.3) + 20
    rows = max(1, _MOST_DRAWN // people)
    null = np.concatenate(
        [
            concentrated(filled(draw.choice(usual, (min(rows, _DRAWS - a), people)), n), few=True)
            for a in range(0, _DRAWS, rows)
        ]
    )
    seen = float(concentrated(counts[None, :], few=True)[0])
    again = np.stack([draw.multinomial(n, counts / n) for _ in range(_DRAWS)])
    low, high = np.quantile(concentrated(again, few=True), [0.025, 0.975])
    return Sign(
        seen, max(0.0, 2 * seen - float(high)), min(1.0, 2 * seen - float(low)), float(null.mean()), _gumbel(null, seen)
    )


def entry(crowd: Crowd, posts: Ints, draw: np.random.Generator) -> Sign | None:
    """Accounts that first post within the same five minutes, against entries jittered by up to half an hour."""
    if crowd.unit_us > CLOSE_US // 5:
        return None
    account = crowd.account[posts]
    _, first = np.unique(account, return_index=True)
    at = np.sort(crowd.at[posts[first]])
    if len(at) < 20:
        return None
    seen = _closest(at)
    null = np.array([_closest(np.sort(at + draw.integers(-_JITTER_US, _JITTER_US, len(at)))) for _ in range(_DRAWS)])
    low, high = wilson(seen, len(at))
    return Sign(seen / len(at), low, high, float(null.mean()) / len(at), _gumbel(null, seen))


def _closest(at: Ints) -> int:
    return int((np.searchsorted(at, at + CLOSE_US) - np.arange(len(at))).max())


def _gumbel(null: Floats, seen: float) -> float:
    """Tail of the largest of many: Gumbel's law fitted to the draws (Abrams, Kulldorff, Kleinman 2010)."""
    spread = float(null.std(ddof=1)) * np.sqrt(6) / np.pi
    if spread <= 0:
        return 1.0 if seen <= float(null.max()) else 1 / (1 + len(null))
    return float(stats.gumbel_r.sf(seen, float(null.mean()) - np.euler_gamma * spread, spread))


def share(flags: Bools, counted: Bools, posts: Ints, away: Bools, *, calm: bool) -> Sign | None:
    """A share of posts, against runs of as many consecutive posts elsewhere.

    Runs vary more than single posts would: the tail is that of a beta-binomial with the runs' mean and variance.

    Args:
        flags: n posts of the case: has it.
        counted: n posts: can have it.
        posts: positions of the trend.
        away: n posts: not in the trend's hours.
        calm: leave out the fifth of the runs that have most, so that what is sought does not hide itself (a first look).
    """
    mine = posts[counted[posts]]
    other = np.flatnonzero(away & counted)
    size = min(len(mine), len(other) // _RUNS)
    if len(mine) < 20 or size < 10:
        return None
    runs = flags[other[: len(other) // size * size]].reshape(-1, size).mean(axis=1)
    if calm:
        runs = np.sort(runs)[: len(runs) - len(runs) // 5]
    base = (float(runs.mean()) * len(runs) * size + 0.5) / (len(runs) * size + 1)
    seen, n = int(flags[mine].sum()), len(mine)
    # variance between runs beyond the binomial's, as a share of base (1 - base): the beta-binomial's 1 / (a + b + 1)
    alike = (float(runs.var(ddof=1)) / (base * (1 - base)) - 1 / size) / (1 - 1 / size)
    alike = float(np.clip(alike, 1e-4, 0.99))
    total = 1 / alike - 1
    p = float(stats.betabinom.sf(seen - 1, n, base * total, (1 - base) * total))
    low, high = wilson(seen, n)
    return Sign(seen / n, low, high, base, min(1.0, p))


def holds(name: str, sign: Sign, q: float, fdr: float) -> bool:
    """Rare under its null, and by as much as a reader would call more."""
    return q <= fdr and sign.seen - sign.expected >= _MORE[name] and sign.seen >= 2 * sign.expected
