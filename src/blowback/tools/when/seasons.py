"""Seasons of the year, in three months each and a fortnight wider at both ends."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from blowback.tools.when.anchor import DAY, Anchor, Atom, Span

_FIRST: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12, "ربيع": 3, "صيف": 6, "خريف": 9, "شتاء": 12}
_ENGLISH: Final = (
    r"(?P<b>this|next|last|in the|by the|by|the coming|late|early|until the|since the|before the|after the) "
    r"(?P<s>spring|summer|autumn|winter)(?: of)?(?: (?P<y>(?:19|20)\d\d))?"
)
_ARABIC: Final = (
    r"[وفب]?(?:في )?(?:فصل )?(?:ال)?(?P<t>ربيع|صيف|خريف|شتاء)"
    r"(?: (?:عام |سنه )?(?P<z>(?:19|20)\d\d)| (?P<a>الماضي|القادم|المقبل|الجاري|الجاي|هذا))?(?! ?العربي)"
)
_PATTERN: Final = re.compile(rf"(?<!\w)(?:{_ENGLISH}|{_ARABIC})(?!\w)")


def season_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Seasons that a text names; an Arabic one needs its article or a year."""
    out = []
    for m in _PATTERN.finditer(text):
        name, year, which = m["s"] or m["t"], m["y"] or m["z"], m["b"] or m["a"] or ""
        if m["t"] and not (year or m["a"] or "ال" + name in m.group()):
            continue
        span = _span(int(year), name) if year else _chosen(name, which, anchor)
        start = m.start("s") if which.startswith(("by", "until", "since", "before", "after")) else m.start()
        out.append(Atom(start, m.end(), span, "calendar", "a season: a fortnight wider", month=True))
    return out


def _span(year: int, name: str) -> Span:
    month = _FIRST[name]
    since = dt.datetime(year, month, 1)  # noqa: DTZ001  # local clock
    until = dt.datetime(year + (month == 12), (month + 2) % 12 + 1, 1)  # noqa: DTZ001
    return since - 14 * DAY, until + 14 * DAY


def _chosen(name: str, which: str, anchor: Anchor) -> Span:
    spans = [_span(anchor.now.year + k, name) for k in (-1, 0, 1)]
    if which in ("last", "الماضي"):
        return max((s for s in spans if s[1] <= anchor.now), default=spans[0])
    if which in ("next", "the coming", "القادم", "المقبل", "الجاي"):
        return min((s for s in spans if s[0] > anchor.now), default=spans[-1])
    return anchor.pick(spans)
