"""Days named from the day of the post, weekdays, parts of the day and clock times."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final

from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, HOUR, Anchor, Atom, Span

_NEXT: Final = r"(?:next|coming|this coming|القادم|القادمه|المقبل|المقبله|الجاي|الجايه|الاتي|الاتيه)"
_LAST: Final = r"(?:last|past|this past|الماضي|الماضيه|الفائت|الفائته|المنصرم|المنصرمه|اللي فات|الفايت|الفايته)"
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

_LED: Final = re.compile(r"(?:until|till|since|by|before|حتي|منذ|الي) (?:the )?$")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    days, weekday, part = w.any_of("days"), w.any_weekday(), w.any_of("parts")
    zones = r"(?P<z> ?(?:gmt|utc|z(?!\w)|local time|local|baghdad time|mecca time|damascus time|بتوقيت \w+(?: \w+)?))?"
    hours = "|".join([*(f"{f} عشره" for f in ("الحاديه", "الثانيه")), *_FEMALE])
    side = r"(?P<s> ?(?:صباحا|الصبح|فجرا|ظهرا|بعد الظهر|عصرا|مساءا|مساء|المسا|ليلا|[صم](?!\w)))?"
    told = {
        "day": rf"{w.B}{w.GLUE}(?:يوم )?(?P<d>{days}){w.E}",
        "weekday": (
            rf"{w.B}{w.GLUE}(?:(?P<b>{_NEXT}|{_LAST}|this|on|هذا|هذه) )?(?P<d>{weekday}){w.E}(?: (?P<a>{_NEXT}|{_LAST}|قبل الماضي|قبل الماضيه)(?!\w))?"
        ),
        "last_night": rf"{w.B}(?:last (?P<p>night|evening)|{w.GLUE}(?:ال)?(?P<q>ليله) (?:الماضيه|الفائته|البارحه|امس|مبارح|امبارح)|{w.GLUE}الليله (?:الماضيه|الفائته)){w.E}",
        "tonight": rf"{w.B}(?:tonight|tonite|2nite|{w.GLUE}هذه الليله|{w.GLUE}الليله|هالليله|الليلي){w.E}",
        "overnight": rf"{w.B}overnight{w.E}",
        "part": (
            rf"{w.B}(?P<l>this |at |in the |by |the |early |late |around |before |هذا |هذه |عند |مع |وقت |قبيل |بعد |في |منذ )?"
            rf"(?P<f>early |late |اول )?{w.GLUE}(?P<d>{part}){w.E}"
        ),
        "clock": rf"(?<![\w:.,/])(?:at |@ ?|around |about |by )?(?P<h>\d{{1,2}})(?:[:.](?P<n>\d\d))? ?(?P<s>am|pm|a\.m\.?|p\.m\.?)(?!\w){zones}",
        "clock24": rf"(?<!\w)(?:at|around|about|by|since|until|till|from|to|@) ?(?P<h>\d{{1,2}}):(?P<n>\d\d)(?:hrs| hrs| hours)?{zones}(?![\w:])",
        "stamp": r"(?<![\w:])(?P<h>\d{1,2}):(?P<n>\d\d)(?P<z> ?(?:hrs|gmt|utc|z(?!\w)|local time|baghdad time|damascus time))(?![\w:])",
        "at_hours": r"(?<!\w)at (?P<h>0\d)(?P<n>[0-5]\d)(?![\w:])",
        "hours": r"(?<![\w:.,/])(?P<h>[01]\d|2[0-3])(?P<n>[0-5]\d)(?P<z> ?(?:hrs|gmt|utc|z(?!\w)))(?!\w)",
        "o_clock": rf"(?<![\w:.,/])(?P<h>\d{{1,2}}) ?o'?clock{w.E}",
        "arabic_clock": (
            rf"{w.B}{w.GLUE}الساعه (?:(?P<h>\d{{1,2}})(?:[:.](?P<n>\d\d))?|(?P<o>{hours}))(?P<x> ?و ?(?:النصف|نصف|الربع|ربع|الثلث))?{side}{w.E}{zones}"
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
        out.append(Atom(m.start(), m.end(), (since, since + 14 * HOUR), "deictic"))
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
        for name in ("clock", "clock24", "stamp", "at_hours", "hours", "o_clock", "arabic_clock"):
            for m in p[name].finditer(text):
                atom = _clock(m, anchor)
                out += [atom] if atom else []
    return out


def _flat(name: str, table: str) -> str:
    flat = re.sub(r"[ \-]+", " ", name)
    return next(k for k in w.names(table) if re.sub(r"[ \-]+", " ", k) == flat)


def _weekday(m: re.Match[str], text: str, anchor: Anchor) -> Atom | None:
    name, before, after = m["d"], m["b"] or "", m["a"] or ""
    bare = name.split()[-1]
    sure = before or after or name.startswith(("يوم", "نهار")) or bare not in w.unsure("weekdays")
    led = re.search(
        r"(?:by|since|until|till|before|after|from|on|قبل|بعد|منذ|حتي|ليله|صباح|مساء|فجر|ظهر|عصر|ليل)\s+$",
        text[: m.start()],
    )
    led = led or re.match(r" (?:night|morning|evening|afternoon|\d)", text[m.end() :])
    if not (sure or led):
        return None
    wanted = w.weekday_of(name)
    gap = (wanted - anchor.now.weekday()) % 7
    behind, ahead = anchor.day(gap - 7), anchor.day(gap or 7)
    head = text[: m.start()]
    if not before and re.search(r"(?:since|منذ)\s+$", head):
        before = "last"
    note = ""
    if re.fullmatch(_LAST, before) or re.fullmatch(_LAST, after):
        span = behind
    elif after.startswith("قبل"):
        span = anchor.day(gap - 14)
    elif re.fullmatch(_NEXT, before) or re.fullmatch(_NEXT, after):
        span = ahead
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
    adverb = name.endswith("ا") and name in ("فجرا", "صباحا", "ظهرا", "عصرا", "مساءا", "ليلا")
    this = lead in ("this", "هذا", "هذه")
    alone = (
        this
        or adverb
        or (lead in ("at", "in the", "by", "around", "before") and name != "evenings")
        or (lead in ("عند", "مع", "وقت", "قبيل", "في", "منذ") and name != "ظهر")
    )
    alone = alone or bool(_LED.search(m.string[: m.start()]))
    today = anchor.today
    spans = [(today + k * DAY + low * HOUR, today + k * DAY + high * HOUR) for k in (-1, 0, 1)]
    span = spans[1] if this or not anchor.tense else anchor.pick(spans)
    start = m.start("d") if lead in ("before", "by", "بعد", "قبيل", "منذ", "the") else m.start()
    return Atom(start, m.end(), span, "deictic", hours=(low, high), alone=bool(alone))


def _clock(m: re.Match[str], anchor: Anchor) -> Atom | None:
    got = m.groupdict()
    side = re.sub(r"[ .]", "", got.get("s") or "")
    hour, minute = _clock_time(got)
    if hour > 24 or minute > 59:
        return None
    if side in ("pm", "مساء", "مساءا", "المسا", "ليلا", "م", "عصرا", "بعدالظهر") and hour < 12:
        hour += 12 if not (side == "ليلا" and hour <= 4) else 0
    elif side == "ظهرا" and hour < 4:
        hour += 12
    elif side in ("am", "صباحا", "الصبح", "فجرا", "ص") and hour == 12:
        hour = 0
    at = hour + minute / 60
    zone = (got.get("z") or "").strip()
    if zone in ("gmt", "utc", "z"):
        at += (anchor.now - anchor.utc(anchor.now)) / HOUR
    low, high = at - 0.5, at + 0.5
    open_hour = not side and hour <= 12 and not got.get("n") and not zone
    spans = [
        (anchor.today + k * DAY + (low + half) * HOUR, anchor.today + k * DAY + (high + half) * HOUR)
        for k in (-1, 0, 1)
        for half in ((0, 12) if open_hour else (0,))
    ]
    span = anchor.pick(spans)
    if open_hour and anchor.tense == "":
        span = (anchor.today, anchor.today + DAY)
    note = "clock time, half an hour either way"
    return Atom(m.start(), m.end(), span, "deictic", note, hours=(low, high))


def _clock_time(got: dict[str, str | None]) -> tuple[int, int]:
    if got.get("o"):
        names = [*_FEMALE, "الحاديه عشره", "الثانيه عشره"]
        hour = names.index(str(got["o"])) + 1
    else:
        hour = int(got["h"] or 99)
    minute = int(got.get("n") or 0)
    extra = got.get("x") or ""
    minute += 30 if "نصف" in extra else 15 if "ربع" in extra else 20 if "ثلث" in extra else 0
    return hour, minute


def on_day(day: Span, hours: tuple[float, float]) -> Span:
    """The hours of a day; of several days, from the first to the last."""
    start: dt.datetime = day[0] + hours[0] * HOUR
    return start, day[1] - DAY + hours[1] * HOUR
