"""Feasts and seasons, and days of the Hijri calendar, as Gregorian days.

Umm al-Qura calendar (hijridate); a sighted moon may differ by a day, so a day is widened by one either way.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from hijridate import Gregorian, Hijri

from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, Anchor, Atom, Span
from blowback.tools.when.toward import led, past_shown

_FIRST, _LAST = 1343, 1500  # years that the table of Umm al-Qura covers
NOTE: Final = "Hijri: a day either way"


@dataclass(frozen=True, slots=True)
class Feast:
    """A feast: names, when it begins (one of four reckonings), how many days it lasts."""

    names: tuple[str, ...]
    hijri: tuple[tuple[int, int], ...]
    gregorian: tuple[int, int] | None
    easter: int | None  # days from Easter Sunday
    weekday: tuple[int, int, int] | None  # the first such weekday (0 Monday) from this month and day on
    days: int


@cache
def feasts() -> tuple[Feast, ...]:
    """The table of feasts."""
    told = tomllib.loads((files(__package__) / "feasts.toml").read_text(encoding="utf-8"))
    return tuple(
        Feast(
            tuple(w.spelt(n) for n in f["names"]),
            tuple((m, d) for m, d in f.get("hijri", ())),
            tuple(f["gregorian"]) if "gregorian" in f else None,
            f.get("easter"),
            tuple(f["weekday"]) if "weekday" in f else None,
            int(f["days"]),
        )
        for f in told["feast"]
    )


@lru_cache(maxsize=4096)
def hijri_day(year: int, month: int, day: int) -> dt.datetime | None:
    """Midnight at which a Hijri day begins in the civil calendar; None outside the table."""
    if not _FIRST <= year <= _LAST or not 1 <= month <= 12 or not 1 <= day <= 30:
        return None
    try:
        g = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return hijri_day(year, month, day - 1) if day == 30 else None  # a month of 29 days
    return dt.datetime(g.year, g.month, g.day)  # noqa: DTZ001  # local clock


@lru_cache(maxsize=4096)
def _year_of(day: dt.date) -> int:
    if not dt.date(1925, 1, 1) <= day <= dt.date(2076, 1, 1):
        return 0
    return int(Gregorian(day.year, day.month, day.day).to_hijri().year)


def hijri_year(anchor: Anchor) -> int:
    """The Hijri year of the post; 0 outside the table."""
    return _year_of(anchor.now.date())


def hijri_month(year: int, month: int, first: int = 1, last: int = 30) -> Span | None:
    """Days first..last of a Hijri month, a day wider at both ends."""
    since, until = hijri_day(year, month, max(first, 1)), hijri_day(year, month, last)
    if since is not None and first < 1:  # the eve
        since += (first - 1) * DAY
    return None if since is None or until is None else (since - DAY, until + 2 * DAY)


def chosen(anchor: Anchor, month: int, first: int, last: int, year: int | None) -> Span | None:
    """Days of a Hijri month in the year said, or in the year that the tense asks for."""
    if year is not None:
        return hijri_month(year, month, first, last)
    around = hijri_year(anchor)
    spans = [s for k in (-1, 0, 1, 2) if (s := hijri_month(around + k, month, first, last))]
    return anchor.pick(spans) if spans else None


def _day_near(anchor: Anchor, text: str, m: re.Match[str], month: int, day: int, year: int | None) -> Span | None:
    """A day without a year: where the sentence has no sure past, one a few weeks ahead goes before one a year back."""
    span = chosen(anchor, month, day, day, year)
    if (
        span
        and year is None
        and anchor.tense == "past"
        and anchor.now - span[1] > 270 * DAY
        and not past_shown(text, m.start())
    ):
        near = chosen(replace(anchor, tense=""), month, day, day, None)
        return near if near and near[0] - anchor.now < 35 * DAY else span
    return span


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month, era = w.any_of("hijri"), r"(?: ?(?:ah|a\.h\.|h|هجريه|هجري|ه)(?!\w))?"
    year = rf"(?:,? (?:عام |سنه |لعام )?(?P<y>1[34]\d\d)(?!\d){era})?"
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
    ordinal = f"(?P<o>{w.choice(w.ordinals())})"
    part = (
        r"(?P<p>early|mid|late|(?:the )?beginning of|(?:the )?start of|(?:the )?end of|(?:the )?middle of|(?:the )?last ten (?:days|nights) of|(?:the )?last days of|(?:the )?first days of|(?:the )?first ten days of|"
        r"بدايه|اوائل|مطلع|منتصف|نص|اواسط|اواخر|نهايه|اخر|العشر الاواخر من|العشر الاخير من|العشر الاوائل من|العشر الاول من|the eve of|eve of|first week of|last week of|الاسبوع الاول من|الاسبوع الاخير من)"
    )
    of = r"(?: of)?(?: the month of)?(?: من)?(?: شهر)? "
    return tuple(
        re.compile(p)
        for p in (
            rf"{w.B}(?:the )?(?:{day}|{ordinal}(?: day| ايام| يوم)?){of}(?P<m>{month}){w.E}{year}",
            rf"{w.B}(?P<m>{month}) {day}(?![\d:/]){year}",
            rf"{w.B}{w.GLUE}{part}[ -](?:شهر )?(?P<m>{month}){w.E}{year}",
            rf"{w.B}(?P<c>in |during |this |month of |شهر |في |خلال )?{w.GLUE}(?:شهر )?(?P<m>{month}){w.E}{year}",
        )
    )


_PARTS: Final = {
    "ear": (1, 10), "beg": (1, 10), "sta": (1, 10), "mid": (10, 20), "las": (20, 30), "lat": (20, 30), "end": (24, 30),
    "بدا": (1, 10), "اوا": (1, 10), "مطل": (1, 10), "منت": (10, 20), "نها": (20, 30), "الع": (20, 30), "اخر": (20, 30), "نص": (10, 20), "the": (-1, 1), "eve": (-1, 1), "fir": (1, 8), "الا": (1, 8),
}  # fmt: skip


def _part_of(key: str) -> tuple[int, int]:
    """First and last day of a named part of a Hijri month."""
    for name, days in (("اواخر", (20, 30)), ("اواسط", (10, 20)), ("العشر الاو", (1, 10)), ("first ten", (1, 10))):
        if key.startswith(name) and not key.startswith("العشر الاواخر"):
            return days
    return _PARTS[key[:3]]


def hijri_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Days and months of the Hijri calendar."""
    out = []
    for number, pattern in enumerate(_patterns()):
        for m in pattern.finditer(text):
            atom = _hijri(m, text, anchor, number)
            if atom:
                out.append(atom)
    return out


def _hijri(m: re.Match[str], text: str, anchor: Anchor, number: int) -> Atom | None:
    got = m.groupdict()
    name = re.sub(r"[ \-]+", " ", got["m"])
    month = next((int(v) for k, v in w.names("hijri").items() if re.sub(r"[ \-]+", " ", k) == name), 0)
    year = int(got["y"]) if got.get("y") else None
    if not month or re.search(r"(?:abu|ابو|ابا|ابي|bin|ibn|بن)[ \-]$", text[: m.start("m")][-6:]):
        return None
    first, last = 1, 30
    if got.get("d") or got.get("o"):
        first = last = int(got["d"]) if got.get("d") else w.ordinals()[re.sub(r"[ \-]+", " ", got["o"])]
        if not 1 <= first <= 30:
            return None
    elif got.get("p"):
        key = got["p"].removeprefix("the ").replace("eve of", "the eve of")
        first, last = _part_of(key)
    elif got["m"] in w.unsure("hijri") and not (got.get("c") or year):
        return None
    anchor = led(anchor, text, m.start(), m.end())
    span = chosen(anchor, month, first, last, year) if first != last else _day_near(anchor, text, m, month, first, year)
    if span is None:
        return None
    whole = number == 3
    return Atom(m.start(), m.end(), span, "hijri", NOTE, days=not whole, month=whole)


@cache
def _feast_pattern() -> re.Pattern[str]:
    every = [n for f in feasts() for n in f.names]
    return re.compile(
        rf"{w.B}(?:the )?{w.GLUE}(?P<n>{w.choice(every)}){w.E}(?! ?(?:mubarak|مبارك|saeed|سعيد|islands?|islanders?|eggs?|bunny|trees?|cards?|gifts?|presents?|songs?|movies?|sales?|greetings)(?!\w))"
    )


def feast_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Feasts named in the text."""
    out = []
    for m in _feast_pattern().finditer(text):
        flat = re.sub(r"[ \-]+", " ", m.group("n")).replace("'", "")
        feast = next(f for f in feasts() if any(re.sub(r"[ \-]+", " ", n).replace("'", "") == flat for n in f.names))
        near = led(anchor, text, m.start(), m.end())
        span = _feast_span(feast, near)
        if span and near.tense == "past" and near.now - span[1] > 270 * DAY and not past_shown(text, m.start()):
            other = _feast_span(feast, replace(near, tense=""))
            span = other if other and other[0] - near.now < 35 * DAY else span
        if span:
            note = NOTE if feast.hijri else ""
            out.append(Atom(m.start(), m.end(), span, "feast", note, month=True))
    return out


def _feast_span(feast: Feast, anchor: Anchor) -> Span | None:
    """The feast of the year that the tense asks for."""
    years = [anchor.today.year + k for k in (-1, 0, 1)]
    if feast.hijri:
        around = hijri_year(anchor)
        days = [hijri_day(around + k, m, d) for k in (-1, 0, 1) for m, d in feast.hijri]
        spans = [(s - DAY, s + (feast.days + 1) * DAY) for s in days if s]
        return anchor.pick(spans) if spans else None
    if feast.easter is not None:  # from the Western to the Eastern date, as the text does not say whose
        ends = [sorted((easter(y), easter(y, julian=True))) for y in years]
        spans = [(a + feast.easter * DAY, b + (feast.easter + feast.days) * DAY) for a, b in ends]
        return anchor.pick(spans)
    month, day = (feast.weekday or feast.gregorian or (1, 1))[:2]
    starts = [anchor.today.replace(year=y, month=month, day=day) for y in years]
    if feast.weekday:
        starts = [s + (feast.weekday[2] - s.weekday()) % 7 * DAY for s in starts]
    return anchor.pick([(s, s + feast.days * DAY) for s in starts])


def easter(year: int, *, julian: bool = False) -> dt.datetime:
    """Easter Sunday, of the Eastern churches where `julian` (Meeus, Astronomical Algorithms, chapter 8; 1900-2099)."""
    if julian:
        d = (19 * (year % 19) + 15) % 30
        month, day = divmod(d + (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7 + 114, 31)
        return dt.datetime(year, month, day + 1) + 13 * DAY  # noqa: DTZ001  # local clock
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    last = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + last - 7 * ((a + 11 * h + 22 * last) // 451) + 114, 31)
    return dt.datetime(year, month, day + 1)  # noqa: DTZ001
