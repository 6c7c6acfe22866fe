"""Weeks, weekends, months and years counted from the post, their beginnings and ends, and counts such as "for the third day running"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, Anchor, Atom, Span

WEEK: Final = "a week from Saturday to Sunday"
_DAYS: Final = {"week": 7.0, "weekend": 3.0, "month": 30.5, "year": 365.25}
_UNITS: Final = {
    "الاسبوع": "week", "اسبوع": "week", "الشهر": "month", "شهر": "month", "العام": "year", "عام": "year", "السنه": "year", "سنه": "year",
    "السنين": "year", "شهور": "month", "end": "year",
}  # fmt: skip
_ARABIC_LAST: Final = "الماضي|الماضيه|الفائت|الفائته|المنصرم|المنصرمه|الفايت|الفايته|الفاتت|السابق|السابقه|الخالي|اللي فات|اللي فاتت|اللي راح|اللي راحت|اللي مضي|اللي قبل|الي فات|الي فاتت|الي راح|الي راحت|الاخير|الاول"
_ARABIC_NEXT: Final = (
    "القادم|القادمه|المقبل|المقبله|الجاي|الجايه|الاتي|الاتيه|التالي|التاليه|اللي جاي|اللي جايه|الي جاي|الي جايه|الجديد"
)
_ARABIC_THIS: Final = "الجاري|الجاريه|الحالي|الحاليه|هذا|هذه|ذاته|نفسه"
_LAST: Final = re.compile(rf"(?<!\w)(?:last|previous|past|preceding|{_ARABIC_LAST})(?!\w)")
_NEXT: Final = re.compile(rf"(?<!\w)(?:next|coming|following|upcoming|{_ARABIC_NEXT})(?!\w)")
_TWICE: Final = re.compile(r"before last|after next|قبل (?:الماضي|الفائت|الفايت|اللي فات)|بعد (?:القادم|المقبل|الجاي)")
_LATE: Final = re.compile(r"end of|'s end|[ -]end\b|close of|^late|later part|نهايه|اخر |اواخر|ختام|راس الشهر الجاي")
_EARLY: Final = re.compile(r"beginning of|start of|first of|^early|turn of|بدايه|اوائل|مطلع|راس |(?<!\w)[بل]?اول ")
_MIDDLE: Final = re.compile(r"middle of|^mid|منتصف|نص |وسط|اواسط")


@cache
def _pattern() -> re.Pattern[str]:
    unit = "week|month|year"
    which = r"last|previous|past|this past|preceding|this|the current|current|next|the coming|this coming|coming|upcoming|following|later this|earlier this|this very|that same"
    english = rf"(?P<b>{which}) (?P<u>week|weekend|month|year)(?![\s\-]+(?:long|old))"
    twice = rf"(?P<x>(?:{unit}|weekend)) (?:before last|after next)"
    of = r"of (?:(?:the|this|next|last)(?: current| coming| following)? )?"
    edge = (
        rf"(?P<e>(?:by |at )?(?:the )?(?:very )?(?:(?:end|close|beginning|start|middle|turn) {of}|first of the (?=month|year))(?P<f>{unit})|(?:early|mid|late)[ -](?:in )?(?:this|next|last|the) (?P<i>{unit})"
        rf"|(?:by |at |before )?(?:the )?(?P<j>{unit})(?:'s)?[ -]end)"
    )
    so_far = rf"(?P<s>(?:so far|already|to date),? (?:this|in the) (?P<t>{unit})|(?:the )?(?P<n>{unit}) to date)"
    word = "|".join(k for k in _UNITS if not k.isascii())
    beside = f"{_ARABIC_LAST}|{_ARABIC_NEXT}|{_ARABIC_THIS}"
    arabic = rf"(?P<v>{word}) (?P<a>قبل (?:الماضي|الماضيه|الفائت|الفايت|اللي فات)|بعد (?:القادم|المقبل|الجاي)|{beside})"
    this = r"(?:هذا|هذه|هال|ها ال|هاي|هل) ?(?P<w>الاسبوع|الشهر|العام|السنه|اسبوع|شهر|سنه)"
    arabic_edge = (
        rf"(?P<g>(?:نهايه|بدايه|منتصف|اخر|اول|راس|نص|وسط|ختام|اوائل|اواخر|مطلع|اواسط) (?:ايام |يوم (?:من |ب)?)?(?:هذا |هذه |هال)?(?P<h>الاسبوع|الشهر|العام|السنه|اسبوع|شهر|سنه)"
        rf"(?: (?:{beside}))?)"
    )
    return re.compile(
        rf"{w.B}[وف]?(?:في |خلال |مع |عند |ب|ل|علي )?(?:{so_far}|{edge}|(?:(?:in|during|over|within|for|throughout) )?(?:the )?(?:{twice}|{english})"
        rf"|(?P<k>(?:over|at|on|during|by) the weekend|weekend)|{arabic_edge}|{arabic}|{this}){w.E}"
    )


def period_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Named weeks, months and years of the text, and runs of days up to the post."""
    out = _runs(text, anchor) + _years_back(text, anchor)
    for m in _pattern().finditer(text):
        atom = _period_atom(m, anchor)
        out += [atom] if atom else []
    return out


def _step(m: re.Match[str], anchor: Anchor, said: str) -> int:
    if _TWICE.search(said):
        return -2 if re.search(r"last|قبل", said) else 2
    if m["k"]:
        return -1 if anchor.tense == "past" and anchor.now.weekday() < 4 else 0
    if m["v"] and m["a"] in ("الاول", "الجديد", "الاخير") and m["v"] not in ("عام", "سنه", "العام", "السنه"):
        return 0
    if _NEXT.search(said):
        return 1
    return -1 if _LAST.search(said) else 0


def _period_atom(m: re.Match[str], anchor: Anchor) -> Atom | None:
    said, which = m.group(), m["b"] or m["a"] or ""
    word = m["u"] or m["x"] or m["f"] or m["i"] or m["j"] or m["t"] or m["n"] or m["v"] or m["w"] or m["h"] or "weekend"
    unit = _UNITS.get(word, word)
    if said.split()[-1:] == ["weekend"] and m["k"] == "weekend":
        return None  # "weekend" alone
    if m["v"] and not m["v"].startswith("ال") and m["a"] in ("الاول", "الاخير", "الجديد", "السابق") and m["v"] != "عام":
        return None  # "شهر الاول"
    if m["v"] and m["a"] == "الاول" and m["v"] != "عام":
        return None  # "الاسبوع الاول": the first of some
    step = _step(m, anchor, said)
    span = _period(anchor, unit, step)
    start, bare = m.start(), re.sub(r"^[وف]?(?:في |خلال |مع |عند |by |at |the |[بل](?=ا|ن|م|و|خ))*", "", said)
    length = span[1] - span[0]
    if m["s"]:
        return Atom(start, m.end(), (span[0], anchor.now), "duration", month=True)
    if m["e"] or m["g"]:
        if _LATE.search(bare):
            span = (span[0] + length * 0.6, span[1] + (DAY if unit != "week" else 0 * DAY))
        elif _EARLY.search(bare):
            span = (span[0], span[0] + length * 0.45)
        elif _MIDDLE.search(bare):
            span = (span[0] + length * 0.25, span[0] + length * 0.75)
        if re.match(r"by |before |[وف]?(?:مع |[بل])", said) and span[1] > anchor.now:
            span = (min(anchor.now, span[0]), span[1])
        start += len(said) - len(bare) if re.match(r"(?:at |the )", said) else 0
        return Atom(start, m.end(), span, "deictic", month=True)
    rolling = re.match(r"(?:in|during|over|within|for|throughout) the (?:next|coming|past|last) ", said)
    if (which in ("past", "this past") or rolling) and unit != "weekend":  # the seven days up to now, or from now
        days = _DAYS[unit] * DAY
        span = (
            (min(anchor.now - days, span[0]), anchor.now) if step < 0 else (anchor.now, max(anchor.now + days, span[1]))
        )
    elif said.startswith("by "):
        span = (min(anchor.now, span[0]), span[1])
    elif which == "later this":
        span = (anchor.now, span[1])
    elif which == "earlier this":
        span = (span[0], anchor.now)
    return Atom(
        start,
        m.end(),
        span,
        "deictic",
        WEEK if unit == "week" and not rolling and length == 9 * DAY else "",
        month=True,
    )


def _period(anchor: Anchor, unit: str, step: int) -> Span:
    """A calendar week, weekend, month or year; a week is from the Saturday to the Sunday, so that both customs fit."""
    today, day = anchor.today, anchor.now.weekday()
    monday = today - day * DAY
    if unit == "week":
        start = monday + 7 * step * DAY - 2 * DAY
        return start, start + 9 * DAY
    if unit == "weekend":
        start = monday + 4 * DAY + 7 * step * DAY
        return start, start + 3 * DAY
    if unit == "month":
        count = today.year * 12 + today.month - 1 + step
        first = today.replace(year=count // 12, month=count % 12 + 1, day=1)
        nxt = first.replace(year=(count + 1) // 12, month=(count + 1) % 12 + 1)
        return first, nxt
    first = today.replace(year=today.year + step, month=1, day=1)
    return first, first.replace(year=first.year + 1)


_ORDINALS: Final = {
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "الثاني": 2, "الثانيه": 2, "الثالث": 3, "الثالثه": 3, "الرابع": 4, "الرابعه": 4, "الخامس": 5, "الخامسه": 5, "السادس": 6, "السابع": 7, "الثامن": 8, "التاسع": 9,
    "العاشر": 10, "ثاني": 2, "تاني": 2, "ثالث": 3, "تالت": 3, "رابع": 4, "خامس": 5, "سادس": 6, "سابع": 7,
}  # fmt: skip
_RUN_UNITS: Final = {
    "day": 1, "night": 1, "week": 7, "month": 31, "اليوم": 1, "يوم": 1, "الليله": 1, "ليله": 1, "الاسبوع": 7, "اسبوع": 7, "الشهر": 31, "شهر": 31, "لليوم": 1,
    "لليله": 1, "للاسبوع": 7, "للشهر": 31,
}  # fmt: skip


@cache
def _run_pattern() -> re.Pattern[str]:
    nth = "|".join(k for k in _ORDINALS if k.isascii()) + r"|\d{1,2}(?:nd|rd|th)"
    run = r"(?:straight|consecutive|successive)"
    arabic = "|".join(k for k in _ORDINALS if not k.isascii())
    return re.compile(
        rf"(?<!\w)(?:(?:for )?(?:a|the|its|their) (?P<o>{nth}) (?:{run} (?P<u>day|night|week|month)|(?P<v>day|night|week|month)(?: running| in a row| straight| of {run}))"
        rf"|for (?:a|the) (?P<q>{nth}) (?P<w>day|night|week|month)"
        rf"|(?P<a>لليوم|لليله|للاسبوع|للشهر) (?P<p>{arabic})(?: علي التوالي)?|(?:ل|ب)?(?P<r>{arabic}) (?P<b>يوم|ليله|اسبوع|شهر) علي التوالي)(?!\w)"
    )


def _runs(text: str, anchor: Anchor) -> list[Atom]:
    """As in "for the third day running": that many whole days up to the day of the post."""
    out = []
    for m in _run_pattern().finditer(text):
        word = m["o"] or m["q"] or m["p"] or m["r"]
        count = _ORDINALS.get(word) or int(re.sub(r"\D", "", word) or 1)
        days = count * _RUN_UNITS[m["u"] or m["v"] or m["w"] or m["a"] or m["b"]]
        out.append(Atom(m.start(), m.end(), anchor.day(-days, days + 1), "duration"))
    return out


_BACK: Final = re.compile(
    r"(?<!\w)(?:(?:at |around |about )?(?:this|the same) (?:time|period|month|week|season) (?:of )?last year|(?:the same|this) time (?:a year ago|last year)"
    r"|(?:في )?(?:مثل )?(?:هذا|هالوقت|نفس|هذه) ?(?:الوقت|الفتره|الايام)?(?: هذا)? من (?:العام|السنه) (?:الماضي|الماضيه|الفائت|المنصرم))(?!\w)"
)
_BACK_DAY: Final = re.compile(
    r"(?<!\w)(?:(?:on )?(?:this (?:very )?day|the same day|today) last year|(?:on )?this (?:very )?day a year ago|(?:في )?(?:مثل )?هذا اليوم (?:من|في) (?:العام|السنه) (?:الماضي|الماضيه|الفائت))(?!\w)"
)


def _years_back(text: str, anchor: Anchor) -> list[Atom]:
    """What "this time last year" means: a month either way; "this day last year": the day."""
    day = anchor.today.replace(
        year=anchor.today.year - 1, day=min(anchor.today.day, 28 if anchor.today.month == 2 else 31)
    )
    out = [Atom(m.start(), m.end(), (day - 31 * DAY, day + 32 * DAY), "deictic") for m in _BACK.finditer(text)]
    return out + [Atom(m.start(), m.end(), (day, day + DAY), "deictic", days=True) for m in _BACK_DAY.finditer(text)]
