"""From named times to intervals: neighbours joined, "since", "before", "from .. to" applied, UTC at the end."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final, Literal

from blowback.model.claim import Modality, When
from blowback.tools.plain import Plain, plain
from blowback.tools.when.anchor import DAY, HOUR, Anchor, Atom, Span, anchored
from blowback.tools.when.dates import date_atoms
from blowback.tools.when.deictic import OPEN_HOUR, SAME_DAY, deictic_atoms, on_day
from blowback.tools.when.feasts import feast_atoms, hijri_atoms
from blowback.tools.when.hints import may_name
from blowback.tools.when.periods import WEEK
from blowback.tools.when.proper import is_called, is_name
from blowback.tools.when.seasons import season_atoms
from blowback.tools.when.spans import distant, span_atoms
from blowback.tools.when.toward import ahead_at, looks_ahead

Tense = Literal["past", "future", ""]
SOON: Final = (1.0, 14.0)
REPORT_H: Final = 36  # a report without a time is of the 36 hours before the post
HORIZON_DAYS: Final = 14
_GAP: Final = re.compile(r"[\s,()\-/]*(?:(?:at|on|in|of|the|from|في|من|يوم|عند|about|around|الموافق|ل)[\s,]*){0,2}")
_NIGHT: Final = re.compile(r"[وفب]?(?:في )?(?:ليل|ليله|مساء) ")
_EVE: Final = re.compile(r"[وفب]?(?:في )?ليله|overnight")
_JOIN: Final = re.compile(r"\s*(?:to|until|till|through|thru|-|and|into|الي|حتي|و|ل|لغايه|على|علي)(?: the| يوم)?\s*")
_LEADS: Final = {
    "since": r"(?:ever )?(?:since|starting from|from|منذ|من|ابتداء من|اعتبارا من|بدءا من)(?: the)?(?: يوم)?",
    "until": r"(?:until|till|til|untill|up to|through|up until|حتي|الي|لغايه|لحد|لحتي)(?: the)?(?: يوم)?",
    "by": r"(?:by|no later than|not later than|on or before|at the latest by|بحلول|لغايه|مع حلول|بموعد اقصاه|في موعد اقصاه|اقصاها?|في مده اقصاها)(?: the)?(?: end of)?(?: يوم| نهايه)?",
    "before": r"(?:before|prior to|ahead of|in advance of|قبل|قبيل|كبل)(?: the)?(?: يوم| حلول)?",
    "after": r"(?:after|following|بعد|عقب|عكب|غداه)(?: the)?(?: يوم| انتهاء)?",
}
_PART_OF: Final = re.compile(
    r"(?:جمعه|اسبوع|ايام|يوم|ليال\w*|نصف|ثلث|عشر|الاول|الثاني|الثالث|الاخير|الاولي|الاخيره) ?$"
)
_RANGE: Final = re.compile(r"\d ?(?:الي|حتي|to|until|till|through|-) ?\d")
_ENDS: Final = re.compile(r"(?:the )?end of|نهايه|اخر|اواخر")
_LEAD: Final = {k: re.compile(rf"(?<!\w)[وف]?{v}\s+$") for k, v in _LEADS.items()}


def times_in(
    text: str, at: dt.datetime, zone: str, *, tense: Tense = "", soon_days: tuple[float, float] = SOON
) -> tuple[When, ...]:
    """Every time the text names, in reading order, without overlaps.

    Args:
        text: as published, any language; English and Arabic are read.
        at: time of the post, zone-less UTC.
        zone: IANA zone of the theatre: its clock and calendar days are those of the words.
        tense: of the statement; decides where a weekday or a date without a year points. "" is open: weekdays point
            ahead, dates to the nearest.
        soon_days: what "soon" means, least and greatest number of days from the post; the interval runs from the post
            to the greatest.

    Raises:
        UsageError: no such zone.
    """
    return times_of(plain(text), text, anchored(at, zone, tense, soon_days))


def times_of(form: Plain, text: str, anchor: Anchor) -> tuple[When, ...]:
    """`times_in` of a text whose plain form is at hand."""
    if not may_name(form.text):
        return ()
    joined = _atoms(form.text, anchor)
    if joined and anchor.tense != "future" and looks_ahead(form.text):
        # a text of the past or of none may look ahead in one of its sentences
        there = [a for a in _atoms(form.text, replace(anchor, tense="future")) if ahead_at(form.text, a.start, a.end)]
        here = [a for a in joined if not ahead_at(form.text, a.start, a.end)]
        joined = sorted(
            [*here, *(a for a in there if all(a.end <= h.start or a.start >= h.end for h in here))],
            key=lambda a: a.start,
        )
    out = []
    for atom in joined:
        if is_called(text, *form.span(atom.start, atom.end), atom):
            continue
        start, end = form.span(atom.start, atom.end)
        since, until = anchor.utc(atom.span[0]), anchor.utc(atom.span[1])
        if until <= since:
            continue
        note = "; ".join(
            filter(
                None,
                (atom.note, "anchored at the post's time" if atom.kind in ("deictic", "vague", "duration") else ""),
            )
        )
        out.append(When(start, end, text[start:end], since, until, atom.kind, note))
    return tuple(out)


def _atoms(told: str, anchor: Anchor) -> list[Atom]:
    return _ranged(told, _joined(told, _placed(told, anchor)), anchor)


def _placed(told: str, anchor: Anchor) -> list[Atom]:
    """Atoms that do not overlap: the longest first, at equal length the one of the more specific kind."""
    found: list[Atom] = []
    for read in (date_atoms, hijri_atoms, feast_atoms, season_atoms, span_atoms, deictic_atoms):
        found += read(told, anchor)
    names = [a for a in found if _nameable(told, a) and _called(told, a)]
    if names:
        found = [a for a in found if all(a.end <= n.start or a.start >= n.end for n in names)]
    found.sort(key=lambda a: (a.start - a.end, a.hours is not None))
    taken: list[Atom] = []
    for atom in found:
        if all(atom.end <= t.start or atom.start >= t.end for t in taken):
            taken.append(atom)
    return sorted(taken, key=lambda a: a.start)


def _nameable(told: str, atom: Atom) -> bool:
    """Whether a street or a person may be named so: days and months without a year or "next", "last" beside them."""
    if not (atom.named or atom.kind in ("calendar", "hijri", "feast")):
        return False
    return _SAID.search(told, atom.start, atom.end) is None


def _called(told: str, atom: Atom) -> bool:
    numbered = atom.days and atom.kind == "calendar" and not atom.named
    return is_name(told, atom.start, atom.end, numbered=numbered, weekday=atom.named)


_SAID: Final = re.compile(r"(?:19|20)\d\d|1[34]\d\d|next|last|this|الماضي|القادم|المقبل|يوم|شهر")


def _joined(told: str, atoms: list[Atom]) -> list[Atom]:
    out: list[Atom] = []
    for atom in atoms:
        if out and _GAP.fullmatch(told[out[-1].end : atom.start]):
            both = _both(told, out[-1], atom)
            if both:
                out[-1] = both
                continue
        out.append(atom)
    return [a for a in out if a.alone]


def _both(told: str, a: Atom, b: Atom) -> Atom | None:
    """Two neighbours as one: a part or clock time on a day, a weekday beside its date, a clock within a part."""
    start, end = a.start, b.end
    if a.hours and b.hours:
        return _narrowed(a, b, a.hours, b.hours)
    if a.days and b.note == OPEN_HOUR and b.hours:  # "yesterday at 5": of the morning or the afternoon
        b = replace(b, hours=(b.hours[0], b.hours[1] + 12))
    if a.days and b.hours:
        return replace(a, start=start, end=end, span=on_day(a.span, b.hours), days=False, alone=True)
    if b.days and a.hours:
        span = on_day(b.span, a.hours)
        if _EVE.match(told, a.start):  # "ليلة الجمعة" is the night that leads to the Friday, or the one after it
            span = (span[0] - DAY, span[1])
        return replace(b, start=start, end=end, span=span, days=False, alone=True)
    week = next((x for x, y in ((a, b), (b, a)) if y.named and x.note == WEEK), None)
    if week is not None:  # "Monday of last week": a week's note says that its first two days are slack
        day = a if week is b else b
        monday = week.span[0] + 2 * DAY
        since = monday + day.span[0].weekday() * DAY
        return replace(day, start=start, end=end, span=(since, since + DAY), named=False, note="")
    if (
        b.named
        and not a.days
        and not a.hours
        and b.span[0] - DAY <= a.span[0] < b.span[0]
        and _NIGHT.match(told, a.start)
    ):
        return replace(a, end=end)  # "ليل الخميس الجمعة"
    if a.named and b.named:
        return None
    if a.days and b.days:
        low2, high2 = max(a.span[0], b.span[0]), min(a.span[1], b.span[1])
        if low2 < high2:
            return replace(a, start=start, end=end, span=(low2, high2), kind=b.kind if a.named else a.kind)
        if a.named != b.named:
            kept = b if a.named else a
            return replace(kept, start=start, end=end, note="the weekday beside it does not agree")
    return None


def _narrowed(a: Atom, b: Atom, first: tuple[float, float], second: tuple[float, float]) -> Atom | None:
    """A clock time within a part of the day; None where they do not meet."""

    def apart() -> bool:
        return max(first[0], second[0]) >= min(first[1], second[1])

    if apart() and OPEN_HOUR in (a.note, b.note):  # "الساعة الثالثة عصر الأحد": the hour of the afternoon
        first, second = (_moved(h, 12) if x.note == OPEN_HOUR else h for x, h in ((a, first), (b, second)))
    if apart() and max(first[1], second[1]) > 24:  # 3 am of a night
        first, second = (_moved(h, 24) if h[1] < 12 else h for h in (first, second))
    if apart():
        return None
    narrow, hours = (a, first) if first[1] - first[0] <= second[1] - second[0] else (b, second)
    span = narrow.span
    if hours != narrow.hours:
        wide = b if narrow is a else a
        day = wide.span[0].replace(hour=0, minute=0, second=0)
        span = day + hours[0] * HOUR, day + hours[1] * HOUR
    return replace(narrow, start=a.start, end=b.end, span=span, alone=True, hours=hours)


def _moved(hours: tuple[float, float], by: float) -> tuple[float, float]:
    return hours[0] + by, hours[1] + by


def _ranged(told: str, atoms: list[Atom], anchor: Anchor) -> list[Atom]:
    out: list[Atom] = []
    k = 0
    while k < len(atoms):
        atom = atoms[k]
        lead = _led(told, atom, out[-1].end if out else 0)
        if k + 1 < len(atoms) and _JOIN.fullmatch(told[atom.end : _bare(told, atoms[k + 1])]):
            nxt = replace(atoms[k + 1], start=_bare(told, atoms[k + 1]))
            if nxt.note == SAME_DAY:
                nxt = replace(nxt, span=(nxt.span[1] - DAY, nxt.span[1]))
            if atom.note == SAME_DAY:
                atom = replace(atom, span=(atom.span[0], atom.span[0] + DAY))
            if nxt.named and atom.named and nxt.span[0] <= atom.span[0]:
                nxt = replace(nxt, span=(nxt.span[0] + 7 * DAY, nxt.span[1] + 7 * DAY))
            led = lead and re.match(r"[وف]?(?:from|between|من|بين|منذ|since)", told[lead[1] : atom.start])
            joint = re.search(r"to|until|till|through|thru|-|الي|حتي|ل", told[atom.end : nxt.start])
            between = re.search(r"(?:between|بين)(?: يوم| يومي| شهري| the)?\s+$", told[: atom.start])
            if atom.kind == nxt.kind == "calendar" and atom.note and not nxt.note:
                atom = replace(atom, span=_same_year(atom.span, nxt.span))  # "from May to June 2014"
            if (led or joint or between) and nxt.span[1] > atom.span[0]:
                start = lead[1] if lead else atom.start
                out.append(
                    replace(
                        atom, start=start, end=nxt.end, span=(atom.span[0], nxt.span[1]), note=atom.note or nxt.note
                    )
                )
                k += 2
                continue
        out.append(_applied(told, atom, lead, anchor) if lead else atom)
        k += 1
    return out


def _bare(told: str, atom: Atom) -> int:
    """Where the words of a time begin after a glued "و" or "ل"."""
    return atom.start + (
        told.startswith(("وال", "لل"), atom.start)
        or (told[atom.start : atom.start + 1] == "و" and atom.end - atom.start > 2)
    )


def _led(told: str, atom: Atom, floor: int) -> tuple[str, int] | None:
    """The relation word right before an atom and where it begins."""
    head = told[max(floor, atom.start - 30) : atom.start]
    for name, pattern in _LEAD.items():
        m = pattern.search(head)
        if m and not (
            name == "since"
            and re.match(r"[وف]?(?:من|from)\b", m.group())
            and (
                not (atom.days or atom.hours or atom.month)
                or _RANGE.search(told, atom.start, atom.end)
                or _PART_OF.search(head[: m.start()])
            )
        ):
            return name, atom.start - len(head) + m.start()
    return None


def _applied(told: str, atom: Atom, lead: tuple[str, int], anchor: Anchor) -> Atom:
    """The interval that "since", "until", "by", "before" or "after" makes of a time."""
    name, start = lead
    if name in ("before", "after"):
        far = distant(told, atom, start, before=name == "before")
        if far:
            return far
    since, until = atom.span
    now, kind = anchor.now, atom.kind
    if name in ("until", "by", "before") and atom.hours and until <= now and anchor.tense != "past":
        since, until = since + DAY, until + DAY  # "until dawn": the next one
    if atom.kind == "hijri" and atom.month:
        kind = "feast"
    slack = 3 * DAY if atom.note.startswith("Hijri") else 0 * DAY
    if name == "since":
        if since >= now and atom.named:  # "since Monday" is the Monday behind
            since, until = since - 7 * DAY, until - 7 * DAY
        kind = "duration" if since < now else kind
        span = (since, max(until, now) if since >= now else now)
    elif name in ("until", "by"):
        gone = until <= now
        span = (since - 7 * DAY, until) if gone else (min(now, since), until)
    elif name == "before":
        if until - since < DAY:
            return replace(atom, start=start, span=(since - 6 * HOUR, until), kind=kind)
        if until > now and _ENDS.match(told, atom.start):
            since = until  # "before the end of the month"
        gone = since <= now
        edge = since + (2 * DAY if slack else 0 * DAY)
        span = (since - 30 * DAY, max(edge, since + DAY)) if gone else (now, edge)
    else:
        # after a feast may be its second day; after a month or a day, when it is over
        if told.startswith("'s", atom.end) or told[atom.start : atom.end].endswith(("todays", "yesterdays")):
            return atom  # "after yesterday's raid": the raid was yesterday
        if until - since < DAY:
            return replace(atom, start=start, span=(since, until + 6 * HOUR), kind=kind)
        head = since if atom.kind == "feast" else until - slack
        gone = until < now and anchor.tense != "future"
        span = (head, min(now, until + 30 * DAY) if gone else until + 14 * DAY)
    return replace(atom, start=start, span=span, kind=kind)


def default_for(
    modality: Modality, at: dt.datetime, *, future: bool = False, horizon_days: float = HORIZON_DAYS
) -> When:
    """The time of a claim that names none: a report of the last 36 hours, an intention of the days to the horizon.

    A wish, and what is no claim, has none. `future` is for denials and hedged statements of what is to come.
    """
    if modality in ("aspiration", "none"):
        return When(0, 0, "", None, None, "none")
    if modality in ("intention", "threat", "conditional") or future:
        return When(0, 0, "", at, at + dt.timedelta(days=horizon_days), "default", "no time stated: the horizon")
    return When(0, 0, "", at - dt.timedelta(hours=REPORT_H), at, "default", "no time stated: the 36 hours before")


def _same_year(first: Span, second: Span) -> Span:
    """The first time of a range put into the year of the second, or into the year before where it would lie after it."""
    year = second[0].year
    for wanted in (year, year - 1):
        since = first[0].replace(year=wanted, day=min(first[0].day, 28 if first[0].month == 2 else 31))
        if since < second[1]:
            return since, since + (first[1] - first[0])
    return first
