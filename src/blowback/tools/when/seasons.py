"""Seasons of the year, in three months each and a fortnight wider at both ends."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from blowback.tools.when.anchor import DAY, Anchor, Atom, Span

_FIRST: Final = {
    "spring": 3,
    "summer": 6,
    "autumn": 9,
    "fall": 9,
    "winter": 12,
    "ربيع": 3,
    "صيف": 6,
    "خريف": 9,
    "شتاء": 12,
}
# a season alone may be a name or a verb ("spring", "fall"): it needs a year or a word before it
_ENGLISH: Final = (
    r"(?:(?P<b>this past|this coming|this|next|last|in the|over the|during the|through the|throughout the|by the|by|the coming|all|until the|since the|before the|after the|since|until|before|after|in|"
    r"(?:in |since |by |from |until )?(?:the )?(?:late|early|mid|height of|end of|start of|beginning of|middle of)(?: in)?(?: the| last| next| this)?)[ -])?"
    r"(?P<s>spring|summer|autumn|fall(?! of [a-z])|winter)(?:time)?(?:(?: of)?,? '?(?P<y>(?:19|20)\d\d)(?:[-/](?:20)?\d\d)?|(?: of)? (?P<w>last|this) year)?"
)
_ARABIC: Final = (
    r"[وفب]?(?:(?:في|خلال|منذ|طوال|مطلع|اوائل|منتصف|اواخر|نهايه|بدايه|اول|اخر) )?(?:فصل )?(?:ال|هال)?(?P<t>ربيع|صيف|خريف|شتاء|شتا)"
    r"(?: (?:عام |سنه |العام )?(?P<z>(?:19|20)\d\d)(?:[-/](?:20)?\d\d)?| (?P<a>الماضي|الفائت|المنصرم|اللي فات|الفايت|القادم|المقبل|الجاري|الحالي|الجاي|هذا|العام الماضي|هذا العام))?(?! ?العربي)"
)
_PATTERN: Final = re.compile(
    rf"(?<!\w)(?:{_ENGLISH}|{_ARABIC})(?!\w)(?! (?:olympics?|games|camps?|school|palace|coats?|clothes)(?!\w))"
)


_EDGED: Final = ("by", "until", "since", "before", "after", "منذ")


def season_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Seasons that a text names; an Arabic one needs its article or a year."""
    out = []
    for m in _PATTERN.finditer(text):
        name, year, which = m["s"] or m["t"], m["y"] or m["z"], m["b"] or m["a"] or ""
        if m["w"] or "العام" in which:  # "summer of last year"
            year = str(anchor.now.year - (m["w"] == "last" or "الماضي" in which))
        if m["t"] and not (year or m["a"] or "ال" + name in m.group()):
            continue
        if (m["s"] and not (year or which)) or (
            name in ("fall", "spring")
            and which in ("in", "by", "after", "before", "since", "until", "all")
            and not year
        ):
            continue
        name = "شتاء" if name == "شتا" else name
        led = replace(anchor, tense="past") if which.startswith("since") or "منذ" in m.group() else anchor
        span = (
            _of_year(int(year), name, anchor, double=re.search(r"\d[-/]\d", m.group()) is not None)
            if year
            else _chosen(name, which, led)
        )
        start = (
            m.start("s")
            if which.startswith(_EDGED[:5])
            else m.start() + (m.group().find("منذ") + 4 if "منذ " in m.group() else 0)
        )
        out.append(Atom(start, m.end(), span, "calendar", "a season: a fortnight wider", month=True))
    return out


def _span(year: int, name: str) -> Span:
    month = _FIRST[name]
    since = dt.datetime(year, month, 1)  # noqa: DTZ001  # local clock
    until = dt.datetime(year + (month == 12), (month + 2) % 12 + 1, 1)  # noqa: DTZ001
    return since - 14 * DAY, until + 14 * DAY


def _of_year(year: int, name: str, anchor: Anchor, *, double: bool) -> Span:
    """A season of a year; the winter of one year may be the one that it begins with or the one that it ends with."""
    span = _span(year, name)
    if double or _FIRST[name] != 12:
        return span
    before = _span(year - 1, name)
    return before if anchor.tense == "past" and span[0] > anchor.now else (before[0], span[1])


_LAST: Final = re.compile(r"last|this past|الماضي|الفائت|المنصرم|اللي فات|الفايت")
_NEXT: Final = re.compile(r"next|coming|القادم|المقبل|الجاي")


def _chosen(name: str, which: str, anchor: Anchor) -> Span:
    spans = [_span(anchor.now.year + k, name) for k in (-2, -1, 0, 1)]
    if _LAST.search(which):
        return max((s for s in spans if s[1] - 14 * DAY <= anchor.now), default=spans[0])
    if _NEXT.search(which):
        return min((s for s in spans if s[0] + 14 * DAY > anchor.now), default=spans[-1])
    return anchor.pick(spans)
