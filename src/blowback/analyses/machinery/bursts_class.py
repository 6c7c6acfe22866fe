"""What a burst is taken for: machinery, an organic surge, a known event, or neither can be told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from scipy import stats

from blowback.analyses.machinery.bursts_case import Crowd
from blowback.analyses.machinery.bursts_signs import STRICT, Sign
from blowback.tools.baseline import DAY_US, HOUR_US, SECOND, Ints
from blowback.tools.calendar import Event

SIGNS: Final = ("concentration", "wording", "client", "clockwork", "entry", "replies", "newcomers", "slot")
_STRONG: Final = ("concentration", "wording", "client", "clockwork")
_CROWD: Final = 50  # accounts from which "many" is a fair word
_NEW: Final = 0.5  # share of the accounts that the case sees nowhere else
_EACH: Final = 4  # posts each, at most, on average
_QUARTER_S: Final = 900
_HALF_S: Final = 1800
_BEFORE_US: Final = 2 * DAY_US
_MINUTES: Final = 5 * 60
_LATE_US: Final = 2 * HOUR_US  # news is still news
_EARLY_US: Final = HOUR_US // 4
_TIME: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:h]([0-5]\d)(?!\d)\s*(am|pm)?", re.IGNORECASE)


def class_of(signs: Sequence[Sign], posts: int, accounts: int, event: str, *, cut: bool) -> str:
    """Two signs, one of them strong, are machinery, event or not; an event of the calendar explains what is not.

    A slot counts beside concentration alone: kick-offs and broadcasts are announced as well. An organic surge has no strong
    sign, with concentration and wording tested (two others, where reposts have none of their own), and many accounts with
    few posts each; and the case sees most of them nowhere else, or all strong signs could be tested and its posts answer
    others as usual. Where the whole case is an operation, elsewhere is the operation too, and nothing stands out against it.
    """
    held = {s.sign for s in signs if s.holds}
    if "concentration" not in held:
        held.discard("slot")
    strong = held & set(_STRONG)
    if len(held) >= 2 and strong:
        return "machinery"
    if event:
        return "known_event"
    tested = {s.sign for s in signs}
    many = accounts >= _CROWD and posts <= _EACH * accounts
    new = any(s.sign == "newcomers" and s.seen >= _NEW for s in signs)
    new |= tested >= {*_STRONG, "replies"} and any(s.sign == "replies" and s.seen >= s.expected / 2 for s in signs)
    looked = "concentration" in tested and ("wording" in tested or len(tested & set(_STRONG)) >= 3)
    if not strong and many and new and not cut and looked:
        return "organic_surge"
    return "cannot_tell"


def event_at(calendar: Sequence[Event], onset: tuple[int, int, int]) -> str:
    """Words of the event during which, or up to two hours after the start of which, the burst begins; empty where none."""
    for event in calendar:
        if event.start_us - _EARLY_US <= onset[2] and onset[1] <= max(event.end_us, event.start_us + _LATE_US):
            return event.words or "an event of the calendar"
    return ""


class Named:
    """Clock times that posts name: (post, minutes after midnight)."""

    def __init__(self, clocks: pa.Table) -> None:
        rows = sorted(zip(clocks.column("n").to_pylist(), clocks.column("text").to_pylist(), strict=True))
        found = [(n, _minutes(m)) for n, text in rows for m in _TIME.finditer(text)]
        self.post: Ints = np.array([f[0] for f in found], np.int64)
        self.minute: Ints = np.array([f[1] for f in found], np.int64)

    def before(self, crowd: Crowd, onset: int) -> Ints:
        """Clock times named in the two days before, once for each account."""
        if not len(self.post):
            return self.minute
        at = crowd.at[self.post]
        some = np.flatnonzero((at < onset) & (at >= onset - _BEFORE_US))
        pair: Ints = np.unique(np.stack([crowd.account[self.post[some]], self.minute[some]]), axis=1)
        named: Ints = pair[1]
        return named


def _minutes(found: re.Match[str]) -> int:
    hour, half = int(found.group(1)), (found.group(3) or "").lower()
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return hour * 60 + int(found.group(2))


def slot_of(crowd: Crowd, onset: tuple[int, int, int], named: Named) -> tuple[int | None, int | None, list[Sign]]:
    """(seconds from the nearest half hour, earlier posts that name this time, the sign) for an onset (time, low, high).

    Nothing can be said where clocks are coarser than a minute, or the onset is not known to within twenty minutes.
    """
    at, low, high = onset
    if crowd.unit_us > 60 * SECOND or high - low > 20 * 60 * SECOND:
        return None, None, []
    second = at // SECOND % 86_400
    off = int((second + _HALF_S // 2) % _HALF_S - _HALF_S // 2)
    quarter = int(round(second / _QUARTER_S) * 15 % 1440)
    times = named.before(crowd, at)
    near = abs((second + _QUARTER_S // 2) % _QUARTER_S - _QUARTER_S // 2) <= _MINUTES
    stated, elsewhere, zone = _matching(times, quarter)
    if not near or not len(times):
        return off, stated if near else 0, []
    chance = 1 / 96
    p = min(1.0, float(stats.binom.sf(stated - 1, len(times), chance)) * (1 if zone == 0 else 24))
    told = "" if zone == 0 else f" (read as local time, {zone:+d} h)"
    says = (
        f"it begins {abs(off)} s {'after' if off >= 0 else 'before'} a half hour, and {stated} accounts named that clock time{told} "
        f"in the two days before, of {len(times)} times named; {len(times) * chance:.1f} by chance"
    )
    return off, stated, [Sign("slot", stated, elsewhere, p, len(times), p <= STRICT and stated >= 3, says)]


def _matching(times: Ints, quarter: int) -> tuple[int, float, int]:
    """(times that name this quarter hour, the number chance gives, zone in hours): as UTC, or in the zone that fits best."""
    if not len(times):
        return 0, 0.0, 0
    utc = int((times == quarter).sum())
    best, zone = utc, 0
    for hours in range(-11, 13):
        found = int((times == (quarter + 60 * hours) % 1440).sum())
        if found > max(2 * utc, best):
            best, zone = found, hours
    return best, len(times) / 96, zone
