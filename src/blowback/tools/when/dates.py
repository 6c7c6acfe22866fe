"""Dates of the Gregorian calendar as people write them; numerals alone are never dates."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, Anchor, Atom, Span
from blowback.tools.when.feasts import NOTE, hijri_day
from blowback.tools.when.toward import led, past_shown

_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_PARTS: Final = {
    "early": (1, 11), "beginning of": (1, 11), "start of": (1, 11), "اوائل": (1, 11), "بدايه": (1, 11), "مطلع": (1, 11),
    "mid": (9, 22), "نص": (9, 22), "وسط": (9, 22), "the middle of": (9, 22), "middle of": (9, 22), "منتصف": (9, 22), "اواسط": (9, 22),
    "the beginning of": (1, 11), "the start of": (1, 11), "the end of": (19, 32), "the last days of": (22, 32), "the first days of": (1, 8), "closing days of": (22, 32),
    "opening days of": (1, 8), "the first half of": (1, 16), "the second half of": (15, 32), "the first week of": (1, 8), "the second week of": (7, 15),
    "the third week of": (14, 22), "the last week of": (22, 32), "the final week of": (22, 32), "final week of": (22, 32), "fourth week of": (21, 29), "the fourth week of": (21, 29),
    "اول": (1, 11), "اخر": (19, 32), "الاسبوع الرابع من": (21, 29), "النصف الاول ل": (1, 16), "النصف الثاني ل": (15, 32), "الثلث الاول من": (1, 11), "الثلث الثاني من": (10, 21),
    "الثلث الاخير من": (20, 32), "الايام الاخيره من": (22, 32), "العشر الاوائل من": (1, 11), "العشر الاواخر من": (20, 32), "خواتيم": (19, 32),
    "late": (19, 32), "end of": (19, 32), "اواخر": (19, 32), "نهايه": (19, 32), "ختام": (19, 32),
    "first half of": (1, 16), "second half of": (15, 32), "first days of": (1, 8), "last days of": (22, 32), "النصف الاول من": (1, 16),
    "النصف الثاني من": (15, 32), "الايام الاولي من": (1, 8), "first week of": (1, 8), "second week of": (7, 15), "1st week of": (1, 8), "2nd week of": (7, 15), "3rd week of": (14, 22), "4th week of": (21, 29), "third week of": (14, 22), "last week of": (22, 32),
    "الاسبوع الاول من": (1, 8), "الاسبوع الثاني من": (7, 15), "الاسبوع الثالث من": (14, 22), "الاسبوع الاخير من": (22, 32),
}  # fmt: skip
# words that make a month of a name that is an ordinary word too
_LED: Final = r"(?:in|since|during|until|till|by|before|after|last|next|this|from|of|for|between|throughout|through|شهر|في شهر|في|منذ|من|خلال|حتي|شهد|يشهد|طوال|طيله|قبل|بعد|بحلول|الي) "


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    name = w.any_of("months")
    month = rf"(?P<m>{name})(?:\.|-(?=\d)|{w.E})(?: ?[/(\-] ?{name}\)?{w.E})?"
    year = r"(?:,? ?(?:of |من )?(?:عام |سنه |لعام |العام )?(?P<y>(?:19|20)\d\d)(?!\d| ?[a-z]+s\b)(?: ?م(?!\w))?)?"
    day, second = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?", r"(?P<e>\d{1,2})(?:st|nd|rd|th)?"
    ordinal = f"(?P<o>{w.choice(w.ordinals())})"
    to = r" ?(?:-|to|and|until|till|through|&|الي|و|حتي) ?"
    of = r",?-?(?: of)?(?: من)?(?: شهر)? ?"
    told = {
        "range": rf"(?<![\d/.:,]){day}{to}{second}{of}{month}{year}",
        "range_en": rf"{w.B}(?P<m>{name}) {day}{to}{second}(?![\d:/]){year}",
        "day": rf"(?<![\d/.:,])(?:the )?{day}{of}{month}{year}",
        "ordinal": rf"{w.B}{w.GLUE}(?:the )?{ordinal}(?: of)?(?: من)?(?: شهر)? {month}{year}",
        "month_day": rf"{w.B}(?P<m>{name})\.? (?:the )?{day}(?![\d/%]|:\d|[.,]\d){year}",
        "part": rf"{w.B}{w.GLUE}(?P<p>{w.choice(_PARTS)})[ -](?:شهر )?{month}{year}",
        "relative_month": rf"{w.B}(?P<r>last|this|next) {month}(?! \d)",
        "month_beside": rf"{w.B}{w.GLUE}(?:شهر )?{month} (?P<r>الماضي|الفائت|المنصرم|القادم|المقبل)(?!\w)",
        "of_this": r"(?<!\w)(?:on )?the (?P<d>\d{1,2})(?:st|nd|rd|th)(?: of (?P<r>this|next|last|the) month|(?=\s*(?:$|[.,;:!?)\n]|(?:at|in|and|we|they|when)\b)))",
        "month_number": (
            rf"{w.B}(?:(?:يوم |بتاريخ |تاريخ |ب)?(?P<d>\d{{1,2}}|{w.choice(k for k in w.ordinals() if k != 'اول')}) ?(?:من |ب)?شهر|[وف]?(?:في |ب|اول |اخر |نهايه |بدايه |منتصف )شهر) "
            rf"(?P<n>1[0-2]|[1-9]|{w.choice(k for k, v in w.ordinals().items() if v <= 12 and not k.isascii() and not k.startswith('ال'))})(?![\d/.:]){w.E}{year}"
        ),
        "of_this_ar": (
            rf"{w.B}(?:(?:يوم|في|بتاريخ|تاريخ|ب) ?)?(?P<d>\d{{1,2}}|{w.choice(k for k in w.ordinals() if k != 'اول')}) (?:من )?(?:هذا الشهر|الشهر|هالشهر)(?: (?P<r>الجاري|الحالي|هذا|الماضي|الفائت|المنصرم|القادم|المقبل|الجاي))?{w.E}"
        ),
        "month": rf"{w.B}(?P<c>{_LED})?{w.GLUE}(?:شهر )?{month}{year}",
        "iso": r"(?<![\d/.\-])(?P<y>(?:19|20)\d\d)([-/.])(?P<n>\d{1,2})\2(?P<d>\d{1,2})(?![\d/\-]|\.\d)",
        "numeric": r"(?<![\d/.\-])(?P<d>\d{1,2}) ?([-/.]) ?(?P<n>\d{1,2}) ?\2 ?(?P<y>\d{4}|\d\d)(?![\d/\-]|\.\d)",
        "no_year": rf"(?:\b(?:on|dated|date)|(?:يوم|بتاريخ|تاريخ|{w.any_weekday()}),?) (?P<d>\d{{1,2}})/(?P<n>\d{{1,2}})(?![\d/])",
        "quarter": (
            rf"{w.B}{w.GLUE}(?:(?:the )?(?P<q>first|second|third|fourth|last|final|1st|2nd|3rd|4th) quarter(?: of)?(?: the year)?|q(?P<k>[1-4])(?: of)?"
            rf"|الربع (?P<r>الاول|الثاني|الثالث|الرابع|الاخير)(?: من| ل)?)(?: ?(?:عام |سنه |العام )?'?(?P<y>(?:19|20)\d\d)(?!\w)|(?: العام| السنه| هذا العام)(?: الجاري| الحالي| الماضي)?(?!\w))?"
        ),
        "years": r"(?<!\w)(?P<c>between|from|in|during|بين|من|في|عامي)(?: the years?| عامي?| سنه| سنتي)? (?P<y>(?:19|20)\d\d)(?: ?(?:and|to|until|till|through|و|الي|حتي|-) ?)(?:عام |سنه )?(?P<z>(?:19|20)\d\d)(?!\w|[-/:]\d)",
        "part_year": rf"{w.B}{w.GLUE}(?P<p>{w.choice(_PARTS)})[ -](?:the year )?(?:عام |سنه |العام )?(?P<y>(?:19|20)\d\d)(?!\w|[-/]\d)",
        "year": r"(?<!\w)[وف]?(?P<c>(?:back )?in|since|during|throughout|until|till|before|after|by|(?:the )?year|of|(?:في |منذ |خلال |طوال |قبل |بعد |نهايه )?(?:عام|سنه|العام|السنه)|منذ|في|حتي|قبل) (?P<y>(?:19|20)[0-4]\d|199\d)(?!\w|[-/:]\d|[.,]\d)",
        "hijri_year": r"(?<!\w)(?:(?:عام|سنه|year) (?P<a>1[34]\d\d)(?: ?(?:ah|h|ه|هجريه|هجري))?|(?P<b>1[34]\d\d) ?(?:ah|h|ه|هجريه|هجري))(?!\w)",
    }
    return {k: re.compile(v) for k, v in told.items()}


def month_of(name: str) -> int:
    """1..12 of a matched month name."""
    flat = re.sub(r"[ \-]+", " ", name)
    return next(int(v) for k, v in w.names("months").items() if re.sub(r"[ \-]+", " ", k) == flat)


def at_day(year: int, month: int, day: int) -> dt.datetime | None:
    """Midnight of a civil day, None where there is no such day."""
    try:
        return dt.datetime(year, month, day)  # noqa: DTZ001  # local clock
    except ValueError:
        return None


def _resolved(anchor: Anchor, month: int, first: int, last: int, year: int | None) -> Span | None:
    def span(y: int) -> Span | None:
        end = min(last, calendar.monthrange(y, month)[1])
        since, until = at_day(y, month, first), at_day(y, month, end)
        return (since, until + DAY) if since and until and until >= since else None

    if year is not None:
        return span(year)
    spans = [s for k in (-1, 0, 1) if (s := span(anchor.now.year + k))]
    return anchor.pick(spans) if spans else None


def date_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Every date, month and year that the text names."""
    out: list[Atom] = []
    digits = any(c.isdigit() for c in text)
    for kind, pattern in _patterns().items():
        if not digits and kind not in (
            "ordinal",
            "part",
            "relative_month",
            "month_beside",
            "month_number",
            "month",
            "quarter",
            "of_this_ar",
        ):
            continue
        for m in pattern.finditer(text):
            atom = (
                _numeric(m, kind)
                if kind in ("iso", "numeric", "no_year", "of_this", "of_this_ar")
                else _named(m, kind, text, anchor)
            )
            if kind in ("no_year", "of_this", "of_this_ar"):
                atom = _without_year(m, anchor) if kind == "no_year" else _of_month(m, anchor)
            if atom:
                out.append(atom)
    gone = [a for a in out if a.kind == "calendar" and _other_year(text, a.end)] if digits else []
    return [a for a in out if all(a.end <= g.start or a.start >= g.end for g in gone)]


_OTHER_YEAR: Final = re.compile(
    r",? ?(?P<of>of |من )?(?P<led>(?:the )?year |عام |سنه |لعام |العام )?(?P<y>\d{4})(?![\w%/:-]|[.,]\d)(?P<behind>.{0,12})",
    re.DOTALL,
)
_BEHIND: Final = re.compile(
    r"\s*(?:$|[.,;:!?)\"\n]|(?:we|they|he|it|the|and|at|in|on|after|when|by|was|were|is|will|has|have)\b)"
)


def _other_year(text: str, end: int) -> bool:
    """Whether a year that no post here can mean (0001, 1875, 9999) stands behind a date: then it is not the day of another year.

    Four digits that may be an hour (1830) or count what follows them (3000 men) are no year.
    """
    m = _OTHER_YEAR.match(text, end)
    if m is None or _FIRST_YEAR <= int(m["y"]) <= _LAST_YEAR or 1300 < int(m["y"]) < 1500:
        return False
    hour, minute = int(m["y"][:2]), int(m["y"][2:])
    clock = hour < 24 and minute < 60 and not m["y"].startswith("000")
    return bool(m["led"]) or (bool(m["of"] or not clock) and _BEHIND.match(m["behind"]) is not None)


def _numeric(m: re.Match[str], kind: str) -> Atom | None:
    if kind in ("no_year", "of_this", "of_this_ar"):
        return None
    day, month, year = int(m["d"]), int(m["n"]), int(m["y"])
    short = len(m["y"]) == 2
    if short and ("/" not in m.group() or m["d"] == "0"):
        return None
    year += 2000 if short else 0
    if month > 12 >= day:
        day, month = month, day  # month first
    if 1300 < year < 1500:
        at = hijri_day(year, month, day)
        return Atom(m.start(), m.end(), (at - DAY, at + 2 * DAY), "hijri", NOTE, days=True) if at else None
    since = at_day(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    return Atom(m.start(), m.end(), (since, since + DAY), "calendar", "", days=True) if since else None


def _without_year(m: re.Match[str], anchor: Anchor) -> Atom | None:
    day, month = int(m["d"]), int(m["n"])
    if month > 12 >= day:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    span = _resolved(anchor, month, day, day, None)
    return Atom(m.start("d"), m.end(), span, "calendar", "no year stated", days=True) if span else None


_NEXT: Final = re.compile("next|القادم|المقبل|الجاي")
_LAST: Final = re.compile("last|الماضي|الفائت|المنصرم")


def _month_number(m: re.Match[str], text: str, anchor: Anchor) -> Atom | None:
    """Reads "يوم ١٢ شهر ٥", "بشهر ستة": months by their number, as people of Syria and Iraq say them."""
    day, month = ((int(x) if x.isdigit() else w.ordinals().get(x, 0)) if x else 0 for x in (m["d"], m["n"]))
    if not 1 <= month <= 12 or (m["d"] and not 1 <= day <= 31):
        return None
    year = int(m["y"]) if m["y"] else None
    near = led(anchor, text, m.start(), m.end())
    span = _resolved(near, month, day, day, year) if m["d"] else _resolved(near, month, 1, 31, year)
    note = "" if year else "no year stated"
    return Atom(m.start(), m.end(), span, "calendar", note, days=bool(m["d"]), month=not m["d"]) if span else None


def _of_month(m: re.Match[str], anchor: Anchor) -> Atom | None:
    """A day with an ordinal alone, "on the 15th": of this month or the one beside it, as the tense asks."""
    said, beside = re.sub(r"[ \-]+", " ", m["d"]), m["r"] or ""
    day, count = int(said) if said.isdigit() else w.ordinals()[said], anchor.now.year * 12 + anchor.now.month - 1
    if not said.isascii() and "الشهر" not in m.group():
        return None  # "اول شهر"
    steps = (1,) if _NEXT.match(beside) else (-1,) if _LAST.match(beside) else (0,) if beside else (-1, 0, 1)
    days = [at for k in steps if (at := at_day((count + k) // 12, (count + k) % 12 + 1, day))]
    if not days:
        return None
    return Atom(m.start(), m.end(), anchor.pick([(d, d + DAY) for d in days]), "calendar", "no month stated", days=True)


def _named(m: re.Match[str], kind: str, text: str, anchor: Anchor) -> Atom | None:
    got = m.groupdict()
    if kind == "hijri_year":
        return _hijri_year(m)
    year = int(got["y"]) if got.get("y") else None
    if kind == "part_year":
        first, last = _days(got, kind)
        since, until = at_day(year or 0, 1, 1), at_day((year or 0) + 1, 1, 1)
        if since is None or until is None:
            return None
        length = until - since
        low, high = (first - 1) / 31, min((last + 2) / 31, 1.0)
        return Atom(m.start(), m.end(), (since + length * low, since + length * high), "calendar", "", month=True)
    if kind == "month_number":
        return _month_number(m, text, anchor)
    if kind == "quarter":
        return _quarter(m, anchor)
    if kind == "years":
        if _PLURAL.match(text[m.end() :].lstrip()):
            return None
        since, until = at_day(int(got["y"] or 0), 1, 1), at_day(int(got["z"] or 0) + 1, 1, 1)
        return (
            Atom(m.start("y"), m.end(), (since, until), "calendar", "", month=True)
            if since and until and since < until
            else None
        )
    if kind == "year":
        return _year(m, text, year or 0)
    if kind == "month" and got["m"] in w.unsure("months") and not (got.get("c") or year or "شهر" in m.group()):
        return None
    if kind == "month" and got["m"] == "اب" and not year and _no_august(text, m):
        return None
    verbs = ("may", "march") if kind == "day" else w.unsure("months")
    if kind in ("month_day", "day") and got["m"] in verbs and not (year or _ends(text, m)):
        return None
    month = month_of(got["m"])
    first, last = _days(got, kind)
    if not 1 <= first <= 31 or last < first:
        return None
    if kind in ("relative_month", "month_beside"):
        span = _month_beside(anchor, month, got["r"])
    else:
        near = anchor if year else led(anchor, text, m.start("m") if kind == "month" else m.start(), m.end())
        span = _resolved(near, month, first, last, year)
        if (
            span
            and not year
            and kind != "month"
            and near.tense == "past"
            and _far(near, span)
            and not past_shown(text, m.start())
        ):
            other = _resolved(replace(near, tense=""), month, first, last, None)
            span = other if other and other[0] - near.now < 35 * DAY else span
    whole = kind in ("month", "relative_month", "month_beside")
    start = m.end("c") if kind == "month" and got.get("c") and (got["c"] or "").strip() != "شهر" else m.start()
    return (
        Atom(start, m.end(), span, "calendar", "" if year else "no year stated", days=not whole, month=whole)
        if span
        else None
    )


def _far(anchor: Anchor, span: Span) -> bool:
    """Whether a time without a year lies so far back that its next turn is near."""
    return anchor.now - span[1] > 300 * DAY


_QUARTERS: Final = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": 3, "final": 3,
    "الاول": 0, "الثاني": 1, "الثالث": 2, "الرابع": 3, "الاخير": 3,
}  # fmt: skip


def _quarter(m: re.Match[str], anchor: Anchor) -> Atom | None:
    """Three months of a year said, or of the year that the tense asks for; a quarter alone needs a year or its words."""
    got = m.groupdict()
    which = int(got["k"]) - 1 if got["k"] else _QUARTERS[got["q"] or got["r"]]
    if not got["y"] and not re.search(r"year|العام|السنه", m.group()):
        return None
    step = -1 if "الماضي" in m.group() else 0
    year = int(got["y"]) if got["y"] else anchor.now.year + step
    since, until = at_day(year, 3 * which + 1, 1), at_day(year + (which == 3), (3 * which + 3) % 12 + 1, 1)
    return Atom(m.start(), m.end(), (since, until), "calendar", "", month=True) if since and until else None


def _no_august(text: str, m: re.Match[str]) -> bool:
    """Whether "اب" is in "باب", a door, or in "من اب", of a father."""
    glued = text[m.start("m") - 1 : m.start("m")].strip()
    return bool(glued or re.match(r"من|بعد|قبل|الي", (m["c"] or "").strip()))


def _days(got: dict[str, str | None], kind: str) -> tuple[int, int]:
    if kind in ("month", "relative_month", "month_beside"):
        return 1, 31
    if got.get("p"):
        first, last = _PARTS[re.sub(r"[ \-]+", " ", got["p"] or "")]
        return first, min(last, 31)
    if got.get("o"):
        day = w.ordinals()[re.sub(r"[ \-]+", " ", got["o"] or "")]
        return day, day
    first = int(got["d"] or 0)
    return first, int(got.get("e") or first)


def _ends(text: str, m: re.Match[str]) -> bool:
    """Whether a day after a word such as "may" is no count: an ordinal, a lead before, or nothing counted behind."""
    behind = text[m.end() :].lstrip()
    led = re.search(r"\b(?:on|since|by|until|till|from|before|after|of|around|for|and)\s+$", text[: m.start()])
    ordinal = re.search(r"\d(?:st|nd|rd|th)$", m.group())
    return bool(led or ordinal or not behind or re.match(r"[.,;:!?)\"-]|(?:and|at|in|the|after|when|by)\b", behind))


def _month_beside(anchor: Anchor, month: int, which: str) -> Span | None:
    spans = [s for k in (-1, 0, 1) if (s := _resolved(anchor, month, 1, 31, anchor.now.year + k))]
    if which in ("last", "الماضي", "الفائت", "المنصرم"):
        spans = [s for s in spans if s[1] <= anchor.now]
        return max(spans) if spans else None
    ahead = (
        [s for s in spans if s[0] > anchor.now]
        if which in ("next", "القادم", "المقبل")
        else [s for s in spans if s[1] > anchor.now]
    )
    return min(ahead) if ahead else None


_PLURAL: Final = re.compile(
    r"(?:people|men|women|children|police|km|percent|dinars?|[a-z]{2,}(?<!s)s|\d)(?<!\bthis)(?<!\bisis)(?<!\bhas)(?<!\bwas)(?<!\bdaesh)(?!\w)"
)
_SHORT_LEADS: Final = ("في", "منذ", "حتي", "قبل")


def _year(m: re.Match[str], text: str, year: int) -> Atom | None:
    """A year after its word. "in 2014 villages" counts; "in 2014," or "in 2014 the", or at the head of a sentence, is a year."""
    behind, before, lead = text[m.end() :].lstrip(), text[: m.start()].rstrip(), m["c"]
    end = re.search(r"(?:end|start|beginning|middle|summer|spring|autumn|fall|winter)$", before)
    if lead in ("of", "by") and not end and not (lead == "by" and not behind.strip(" .!?")):
        return None
    if (
        lead in ("in", "back in", "during", "before", "after")
        and (counts := _PLURAL.match(behind))
        and ((before and before[-1] not in ".!?:;,") or not behind[counts.end() :].strip())
    ):
        return None
    if (
        lead in _SHORT_LEADS
        and lead != "منذ"
        and not re.match(
            r"$|[^\w ]|(?:و|ف|ال|في|من|علي|عن|عند|بعد|قبل|حين|حيث|كان|لما|تم|الي|حتي|[\u0621-\u064a]{3,}(?<!ا)ت\b)",
            behind,
        )
    ):
        return None
    since, until = at_day(year, 1, 1), at_day(year + 1, 1, 1)
    word = re.search(r"(?:عام|سنه|العام|السنه|year)$", lead)
    start = m.start("c") + word.start() if word else m.start("y")
    return Atom(start, m.end(), (since, until), "calendar", "", month=True) if since and until else None


def _hijri_year(m: re.Match[str]) -> Atom | None:
    year = int(m["a"] or m["b"])
    since, until = hijri_day(year, 1, 1), hijri_day(year + 1, 1, 1)
    if since is None or until is None:
        return None
    return Atom(m.start(), m.end(), (since - DAY, until + DAY), "hijri", NOTE, month=True)
