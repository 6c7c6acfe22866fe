"""Days named from the day of the post, weekdays, parts of the day and clock times."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, HOUR, Anchor, Atom, Span

_NEXT: Final = r"(?:next|coming|this coming|القادم|القادمه|المقبل|المقبله|الجاي|الجايه|الاتي|الاتيه|اللي جاي|اللي جايه|الي جاي|الي جايه)"
_LAST: Final = r"(?:last|past|this past|الماضي|الماضيه|الفائت|الفائته|المنصرم|المنصرمه|اللي (?:فات|فاتت|راح|راحت|مضي|مضت)|الي (?:فات|فاتت|راح|راحت)|الفايت|الفايته|السابق|السابقه|gone)"
_FEMALE: Final = [
    "الواحده",
    "الثانيه",
    "الثالثه",
    "الرابعه",
    "الخامسه",
    "السادسه",
    "السابعه",
    "الثامنه",
    "التاسعه",
    "العاشره",
]

_SPOKEN: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPOKEN_ARABIC: Final = {
    "احدعش": 11, "اطنعش": 12, "اثنعش": 12, "طنعش": 12, "وحده": 1, "ثنتين": 2, "تنتين": 2, "ثلاثه": 3, "تلاته": 3, "اربعه": 4, "خمسه": 5, "سته": 6, "سبعه": 7,
    "ثمانيه": 8, "تمانيه": 8, "تسعه": 9, "عشره": 10,
}  # fmt: skip
_SPOKEN_SIGN: Final = re.compile(r"o'?clock|[ap]\.?m\b|past|quarter|in the|at night| to ")
_LED: Final = re.compile(r"(?:until|till|since|by|before|حتي|منذ|الي) (?:the )?$")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    days, weekday, parts = w.any_of("days"), w.any_weekday(), w.any_of("parts")
    zones = r"(?P<z> ?(?:gmt|utc|z(?!\w)|local time|local|baghdad time|mecca time|damascus time|بتوقيت \w+(?: \w+)?))?"
    hours = "|".join([*(f"{f} عشره" for f in ("الحاديه", "الثانيه")), *_FEMALE, *_SPOKEN_ARABIC])
    side = (
        r"(?P<s> ?(?:من |ب)?(?:صباحا|الصبح|صباح|بعد منتصف الليل|بعد منتصف ليل|فجرا|الفجر|فجر|ظهرا|بعد الظهر|بعد ظهر|قبل الظهر|الظهر|ظهر|عصرا|العصر|عصر|مساءا|المساء|مساء|المسا|"
        r"المغرب|العشا|ليلا|الليل|ليل|ليله|[صم](?!\w)))?"
    )
    spoken = "|".join(_SPOKEN)
    part = r"(?: in the (?:early )?(?P<a>morning|afternoon|evening)| at (?P<b>night))"
    told = {
        "day": rf"{w.B}{w.GLUE}(?:يوم )?(?P<d>{days}){w.E}",
        "weekday": (
            rf"{w.B}{w.GLUE}(?:(?P<b>{_NEXT}|{_LAST}|this|on|هذا|هذه) )?(?P<d>{weekday}){w.E}(?: (?P<a>before last|after next|{_NEXT}|{_LAST}|قبل (?:الماضيه?|الفائته?|الفايته?|اللي فاتت?))(?!\w| (?:week|month|year)))?"
        ),
        "last_night": rf"{w.B}(?:last (?P<p>nite|night|evening)|{w.GLUE}(?:ال)?(?P<q>ليله) (?:الماضيه|الفائته|الفايته|المنصرمه|البارحه|البارح|امس|مبارح|امبارح|اللي (?:فاتت|راحت|مضت))|{w.GLUE}الليله (?:الماضيه|الفائته|الفايته|المنصرمه|اللي (?:فاتت|راحت|مضت))){w.E}",
        "tonight": rf"{w.B}(?:tonight|tonite|2nite|{w.GLUE}هذه الليله|{w.GLUE}الليله|هالليله|هذي الليله|ليله اليوم|الليلادي|الليلي){w.E}",
        "overnight": rf"{w.B}(?:overnight|all night(?: long)?|through the night|all through the night|طول الليل|طوال الليل|طيله الليل){w.E}",
        "part": (
            rf"{w.B}(?P<l>this |at |in the |by the |the |early |late |around |about |shortly |just |before |هذا |هذه |هال|عند |مع حلول |حلول |مع |وقت |قبيل |بعيد |في |منذ |بساعات |ساعات |الساعات الاولي من |الساعات الاولي ل|ساعات متاخره من |ساعه متاخره من |"
            rf"وقت متاخر من |وقت مبكر من |متاخر )?(?P<f>early |late |mid[ -]|اول |اخر )?{w.GLUE}(?P<d>{parts})(?: الاولي| الباكر| بكير| المتاخره?)?{w.E}"
        ),
        "clock_range": (
            r"(?<![\w:.,/])(?:(?:between|from|بين(?: الساعه)?|من(?: الساعه)?) )?(?P<h>\d{1,2})(?:[:.](?P<n>\d\d))? ?(?P<q>am|pm)? ?(?:-|to|and|until|till|و|الي|حتي) ?(?:الساعه )?(?P<g>\d{1,2})(?:[:.](?P<i>\d\d))? ?"
            r"(?P<s>am|pm|صباحا|الصبح|فجرا|ظهرا|عصرا|مساء|مساءا|ليلا)(?!\w)"
        ),
        "spoken": (
            rf"{w.B}(?:at |around |about |by )?(?:(?P<x>half past|half|quarter past|a quarter past|quarter to|a quarter to|ten past|ten to|twenty past|twenty to|five past|five to) )?(?P<o>{spoken})"
            rf"(?: o'?clock)?(?: (?P<s>am|pm|a\.m\.?|p\.m\.?)|{part})(?!\w)"
        ),
        "spoken_clock": rf"{w.B}(?:at |around |about |by )?(?:(?P<x>half past|quarter past|a quarter past|quarter to|a quarter to|ten past|ten to|twenty past|twenty to) (?P<o>{spoken}|\d{{1,2}})|(?P<p>{spoken}) o'?clock)(?!\w)",
        "numeral_part": rf"(?<![\w:.,/])(?:at |around |about |by )?(?P<h>\d{{1,2}})(?:[:.](?P<n>\d\d))?(?: o'?clock)?{part}(?!\w)",
        "clock": rf"(?<![\w:.,/])(?:at |@ ?|around |about |by )?(?P<h>\d{{1,2}})(?:[:.](?P<n>\d\d))? ?(?P<s>am|pm|a\.m\.?|p\.m\.?)(?!\w){zones}",
        "clock24": rf"(?<!\w)(?:at|around|about|by|since|until|till|from|to|@) ?(?P<h>\d{{1,2}}):(?P<n>\d\d)(?:hrs| hrs| hours)?{zones}(?![\w:])",
        "stamp": r"(?<![\w:])(?P<h>\d{1,2}):(?P<n>\d\d)(?P<z> ?(?:hrs|gmt|utc|z(?!\w)|local time|baghdad time|damascus time))(?![\w:])",
        "at_hours": r"(?<!\w)at (?P<h>0\d)(?P<n>[0-5]\d)(?![\w:])",
        "hours": r"(?<![\w:.,/])(?P<h>[01]\d|2[0-3])(?P<n>[0-5]\d)(?P<z> ?(?:hrs|gmt|utc|z(?!\w)))(?!\w)",
        "o_clock": rf"(?<![\w:.,/])(?P<h>\d{{1,2}}) ?o'?clock{w.E}",
        "arabic_clock": (
            rf"{w.B}{w.GLUE}(?:ال|عال|ع ال)ساعه (?:(?P<h>\d{{1,2}})(?:[:.](?P<n>\d\d))?|(?P<o>{hours}))(?P<x> ?و ?(?:النصف|نصف|نص|الربع|ربع|الثلث|ثلث|تلت)| الا (?:ربعا|ربع|ثلثا|ثلث|تلت|خمس|عشر)\w*)?(?: تماما| تقريبا| بالضبط)?{side}{w.E}{zones}"
        ),
    }
    return {k: re.compile(v) for k, v in told.items()}


def deictic_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Named days, weekdays, parts of the day, clock times; parts and clocks wait for a day beside them."""
    out: list[Atom] = []
    p = _patterns()
    for m in p["last_night"].finditer(text):
        start = 17 if m["p"] == "evening" else 18
        since = anchor.today - DAY + start * HOUR
        out.append(Atom(m.start(), m.end(), (since, anchor.today + 6 * HOUR), "deictic"))
    for m in p["overnight"].finditer(text):
        since = anchor.today + (18 if anchor.tense == "future" else -6) * HOUR
        out.append(Atom(m.start(), m.end(), (since, since + 14 * HOUR), "deictic", hours=(18, 30)))
    for m in p["tonight"].finditer(text):
        since = anchor.today + 17 * HOUR
        out.append(Atom(m.start(), m.end(), (since, anchor.today + 30 * HOUR), "deictic"))
    for m in p["day"].finditer(text):
        offset = int(w.names("days")[_flat(m["d"], "days")])
        out.append(Atom(m.start(), m.end(), anchor.day(offset), "deictic", days=True))
    for m in p["weekday"].finditer(text):
        atom = _weekday(m, text, anchor)
        out += [atom] if atom else []
    for m in p["part"].finditer(text):
        atom = _part(m, anchor)
        out += [atom] if atom else []
    if any(c.isdigit() for c in text) or "الساعه" in text:
        for name in ("clock", "clock24", "stamp", "at_hours", "hours", "o_clock", "arabic_clock", "numeral_part"):
            for m in p[name].finditer(text):
                atom = _clock(m, anchor)
                out += [atom] if atom else []
        for m in p["clock_range"].finditer(text):
            atom = _clock_range(m, anchor)
            out += [atom] if atom else []
    if _SPOKEN_SIGN.search(text):
        for name in ("spoken", "spoken_clock"):
            for m in p[name].finditer(text):
                atom = _clock(m, anchor)
                out += [atom] if atom else []
    return out


def _flat(name: str, table: str) -> str:
    flat = re.sub(r"[ \-]+", " ", name)
    return next(k for k in w.names(table) if re.sub(r"[ \-]+", " ", k) == flat)


SAME_DAY: Final = "the weekday of the post: that day, or a week from it"
_TO: Final = re.compile(r"\s*(?:الي|حتي|لغايه|ل[ا-ي]|-)")


def _weekday(m: re.Match[str], text: str, anchor: Anchor) -> Atom | None:
    name, before, after = m["d"], m["b"] or "", m["a"] or ""
    bare = name.split()[-1]
    sure = before or after or name.startswith(("يوم", "نهار")) or bare not in w.unsure("weekdays")
    led = re.search(
        r"(?:by|since|until|till|before|after|from|on|قبل|بعد|منذ|حتي|ليله|صباح|مساء|فجر|ظهر|عصر|ليل)\s+$",
        text[: m.start()],
    )
    led = led or re.match(r"(?:\.,?)? (?:night|morning|evening|afternoon|\d)", text[m.end() :])
    if bare in ("sat", "sun"):
        led, sure = re.match(r"\.?,? (?:night|morning|evening|afternoon)", text[m.end() :]), before in ("last", "next")
    if not (sure or led):
        return None
    wanted = w.weekday_of(name)
    gap = (wanted - anchor.now.weekday()) % 7
    behind, ahead = anchor.day(gap - 7), anchor.day(gap or 7)
    head = text[: m.start()]
    if not before and (
        re.search(r"(?:since|منذ)\s+$", head)
        or (re.search(r"(?<!\w)[وف]?من\s+$", head) and not _TO.match(text, m.end()))
    ):
        before = "last"
    note = ""
    if re.fullmatch(_LAST, before) or re.fullmatch(_LAST, after):
        span = behind
    elif after.startswith(("قبل", "before")):
        span = anchor.day(gap - 14)
    elif after.startswith("after"):
        span = anchor.day((gap or 7) + 7)
    elif re.fullmatch(_NEXT, before) or re.fullmatch(_NEXT, after):
        span = ahead
    elif gap == 0 and anchor.tense and before not in ("this", "هذا", "هذه"):
        # the papers' "on Friday" of a Friday is that day; others mean the one before, or the next
        span = (anchor.day(-7)[0], anchor.day(0)[1]) if anchor.tense == "past" else (anchor.day(0)[0], anchor.day(7)[1])
        note = SAME_DAY
    elif gap == 0:
        span = anchor.day(0)
    elif anchor.tense == "past":
        span, note = behind, "weekday before the post, as the verb is past"
    else:
        span, note = ahead, "weekday after the post"
    return Atom(m.start(), m.end(), span, "deictic", note, days=True, named=True)


def _hours(key: str, early: str) -> tuple[float, float]:
    low, high = (float(x) for x in key.split())
    if early.strip() == "early":
        high = (low + high) / 2 + 1
    return low, high


def _part(m: re.Match[str], anchor: Anchor) -> Atom | None:
    lead, name = (m["l"] or "").strip(), _flat(m["d"], "parts")
    low, high = _hours(w.names("parts")[name], m["f"] or (lead if lead in ("early", "late") else ""))
    if name in ("day", "نهار", "النهار"):
        return None
    adverb = name in (
        "الصبحيه",
        "الفجريه",
        "العصريه",
        "الظهريه",
        "المسويه",
        "المساويه",
        "وش الصبح",
        "وجه الصبح",
        "الصبح",
        "المسا",
        "بالليل",
        "عشيه",
    ) or (name.endswith("ا") and name in ("فجرا", "صباحا", "ظهرا", "عصرا", "مساءا", "ليلا"))
    this = lead in ("this", "هذا", "هذه", "هال")
    alone = (
        this
        or adverb
        or (lead in ("at", "in the", "by", "around", "about", "before", "shortly", "just") and name != "evenings")
        or lead.endswith(("ساعات", "ساعات متاخره من", "ساعه متاخره من", "وقت متاخر من", "وقت مبكر من", "الاولي من"))
        or name in ("after midnight", "past midnight", "بعد منتصف الليل", "بعد منتصف ليل", "بعد نص الليل", "بعد نص ليل")
        or (lead in ("عند", "مع حلول", "حلول", "بعيد", "مع", "وقت", "قبيل", "في", "منذ") and name != "ظهر")
    )
    alone = (
        alone
        or name.startswith(("mid morning", "midmorning", "mid afternoon", "midafternoon"))
        or (m["f"] or "").startswith("mid")
        or bool(_LED.search(m.string[: m.start()]))
    )
    today = anchor.today
    spans = [(today + k * DAY + low * HOUR, today + k * DAY + high * HOUR) for k in (-1, 0, 1)]
    span = spans[1] if this or not anchor.tense else anchor.pick(spans)
    start = m.start("d") if lead in ("before", "by", "بعد", "قبيل", "منذ", "the") else m.start()
    return Atom(start, m.end(), span, "deictic", hours=(low, high), alone=bool(alone))


_PM: Final = (
    "pm",
    "مساء",
    "مساءا",
    "المساء",
    "المسا",
    "المغرب",
    "العشا",
    "ليلا",
    "ليل",
    "الليل",
    "ليله",
    "م",
    "عصرا",
    "عصر",
    "العصر",
    "بعدالظهر",
    "بعدظهر",
    "afternoon",
    "evening",
    "night",
)
_AM: Final = (
    "am",
    "صباحا",
    "صباح",
    "الصبح",
    "فجرا",
    "فجر",
    "الفجر",
    "ص",
    "بعدمنتصفالليل",
    "بعدمنتصفليل",
    "قبلالظهر",
    "morning",
)
_NIGHT: Final = ("ليلا", "ليل", "الليل", "ليله", "night")


def _sided(hour: float, side: str) -> float:
    """The hour on a clock of 24 by its "am", "pm", "فجرا", "مساء"."""
    if side in _PM and hour < 12:
        return hour + (12 if not (side in _NIGHT and hour <= 4) else 0)
    if side in ("ظهرا", "ظهر", "الظهر") and hour < 5:
        return hour + 12
    return hour - 12 if (side in _AM or side in _NIGHT) and 12 <= hour < 13 else hour


def _side(got: dict[str, str | None]) -> str:
    side = re.sub(r"[ .]", "", got.get("s") or "").removeprefix("من")
    side = side[1:] if side.startswith("ب") and side[1:] in (*_PM, *_AM) else side
    return side or got.get("a") or got.get("b") or ""


def _clock(m: re.Match[str], anchor: Anchor) -> Atom | None:
    got = m.groupdict()
    side = _side(got)
    hour, minute = _clock_time(got)
    if hour > 24 or minute > 59:
        return None
    if minute < 0:
        hour, minute = (hour - 1) or 12, minute + 60
    at = _sided(hour + minute / 60, side)
    zone = (got.get("z") or "").strip()
    if zone in ("gmt", "utc", "z"):
        at += (anchor.now - anchor.utc(anchor.now)) / HOUR
    # "at 4 pm" may be the hour that begins then: half an hour before to a full hour after; with minutes, about them
    low, high = min(at - 0.5, at // 1), max(at + 0.5, at // 1 + 1)
    open_hour = not side and hour <= 12 and not zone and not (got.get("n") and not got.get("x"))
    open_hour = open_hour or (not side and hour <= 12 and bool(got.get("x")))
    spans = [
        (anchor.today + k * DAY + (low + half) * HOUR, anchor.today + k * DAY + (high + half) * HOUR)
        for k in (-1, 0, 1)
        for half in ((0, 12) if open_hour else (0,))
    ]
    span = anchor.pick(spans)
    if open_hour and anchor.tense == "":
        span = (anchor.today, anchor.today + DAY)
    note = OPEN_HOUR if open_hour else "clock time, half an hour before to the end of the hour"
    return Atom(m.start(), m.end(), span, "deictic", note, hours=(low, high))


OPEN_HOUR: Final = "clock time without a half of the day"


def _clock_range(m: re.Match[str], anchor: Anchor) -> Atom | None:
    """What "between 3 and 5 pm" means: from the first hour to the end of the last."""
    got = m.groupdict()
    side = _side(got)
    first, last = (int(got[h] or 0) + int(got[n] or 0) / 60 for h, n in (("h", "n"), ("g", "i")))
    if max(first, last) > 24 or (side in ("am", "pm") and max(first, last) > 13):
        return None
    high = _sided(last, side)
    low = _sided(first, got["q"] or side)
    if low > high:
        low = low - 12 if not got["q"] and low - 12 < high and low >= 12 else low
        high = high + 24 if low > high else high
    spans = [
        (anchor.today + k * DAY + (low - 0.5) * HOUR, anchor.today + k * DAY + (high + 1) * HOUR) for k in (-1, 0, 1)
    ]
    return Atom(m.start(), m.end(), anchor.pick(spans), "deictic", "clock times", hours=(low - 0.5, high + 1))


def _clock_time(got: dict[str, str | None]) -> tuple[int, int]:
    word = got.get("o") or got.get("p")
    if word:
        names = [*_FEMALE, "الحاديه عشره", "الثانيه عشره"]
        known = (
            _SPOKEN_ARABIC.get(word) or (_SPOKEN if word in _SPOKEN else names).index(word) + 1
            if not word.isdigit()
            else int(word)
        )
        hour = known
    else:
        hour = int(got["h"] or 99)
    minute = int(got.get("n") or 0)
    return hour, minute + _extra(got.get("x") or "")


def _extra(said: str) -> int:
    """Minutes of "half past", "ونصف", "إلا ربع"."""
    size = next((v for k, v in _MINUTES.items() if k in said), 0)
    return -size if said.endswith(" to") or "الا" in said else size


_MINUTES: Final = {
    "نص": 30, "half": 30, "ربع": 15, "quarter": 15, "ثلث": 20, "تلت": 20, "twenty": 20, "خمس": 5, "five": 5, "عشر": 10, "ten": 10,
}  # fmt: skip


def on_day(day: Span, hours: tuple[float, float]) -> Span:
    """The hours of a day; of several days, from the first to the last."""
    start: dt.datetime = day[0] + hours[0] * HOUR
    return start, day[1] - DAY + hours[1] * HOUR
