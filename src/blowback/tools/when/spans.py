"""Lengths of time from the post: ago, in, within, for, the last and next of them; weeks and months; set phrases."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final

from blowback.model.claim import TimeKind
from blowback.tools.counted import counted
from blowback.tools.when import words as w
from blowback.tools.when.anchor import DAY, HOUR, Anchor, Atom, Span

_HOURS: Final = {
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "night": 24.0,
    "week": 168.0,
    "fortnight": 336.0,
    "month": 730.5,
    "year": 8766.0,
}
_HALVES: Final = {"half an": 0.5, "half a": 0.5, "نصف": 0.5, "ربع": 0.25}
_SHORT: Final = ("day", "night")
# how far "three weeks ago" may be off, in hours
_SLACK: Final = {
    "minute": 0.5,
    "hour": 1.0,
    "day": 0.0,
    "night": 6.0,
    "week": 48.0,
    "fortnight": 72.0,
    "month": 168.0,
    "year": 2200.0,
}
_PAST: Final = (
    r"(?:الماضيه|الماضيين|الماضيتين|الماضي|الاخيره|الاخيرين|الاخيرتين|الاخير|الفائته|المنصرمه|المنصرمين|السابقه)"
)
_AHEAD: Final = r"(?:القادمه|القادمين|القادمتين|القادم|المقبله|المقبلين|المقبلتين|المقبل|الجايه|الاتيه)"


@cache
def _length() -> str:
    n, units = w.number_pattern(), w.any_of("units")
    duals = w.choice([*w.names("duals"), *(f"ال{d}" for d in w.names("duals"))])
    arabic = w.choice([*(f"ال{u}" for u in w.names("units")), *w.names("units")])
    return (
        rf"(?:(?:(?P<k>{n}) ?(?:-|to|or|الي|او|و) ?)?(?:ال ?)?(?P<n>{n})(?:[ \-]?(?:of |من )?(?:more |full |whole )?)(?P<u>{units}|{arabic})"
        rf"(?:'s?)?|(?P<t>{duals})|(?P<v>{arabic}))"
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    x, e = _length(), w.E
    told = {
        "ago": rf"{w.B}(?:about |around |nearly |almost |more than |over )?{x} (?:ago|back|earlier){e}|{w.B}{w.GLUE}(?:قبل|كبل) (?:حوالي |نحو )?{x}{e}".replace(
            "(?P<", "(?P<?"
        ),
        "within": (
            rf"{w.B}(?:within|in under|in less than|in no more than|(?:in|over|during|for|throughout)? ?(?:the )?(?:next|coming|upcoming)) (?:the )?(?:next |coming )?{x}{e}"
            rf"|{w.B}{w.GLUE}(?:خلال|في غضون|بغضون|في ظرف|في اقل من) (?:اقل من |ال ?)?{x}{e}(?: (?P<a>{_PAST}|{_AHEAD}))?"
        ).replace("(?P<", "(?P<?"),
        "in": rf"{w.B}(?:in|after) (?:about |around )?{x}(?:'? time)?{e}|{w.B}{x} from (?:now|today){e}|{w.B}{w.GLUE}بعد (?:حوالي |نحو )?{x}{e}".replace(
            "(?P<", "(?P<?"
        ),
        "past": (
            rf"{w.B}(?:in|over|during|for|throughout)? ?(?:the )?(?:last|past|previous) {x}{e}|{w.B}{w.GLUE}(?:اخر|في اخر|خلال اخر) (?:ال ?)?{x}{e}"
            rf"|{w.B}{w.GLUE}(?:في |خلال )?(?:ال ?)?{x} {_PAST}{e}"
        ).replace("(?P<", "(?P<?"),
        "ahead": rf"{w.B}{w.GLUE}(?:في |خلال )?(?:ال ?)?{x} {_AHEAD}{e}".replace("(?P<", "(?P<?"),
        "for": rf"{w.B}for (?:about |around |nearly |almost |over |more than )?{x}{e}|{w.B}{w.GLUE}(?:لمده|علي مدي|علي مدار|طوال|طيله|منذ|من) (?:اكثر من |حوالي |نحو |ال ?)?{x}{e}".replace(
            "(?P<", "(?P<?"
        ),
    }
    return {k: re.compile(_numbered(v)) for k, v in told.items()}


def _numbered(pattern: str) -> str:
    """Groups that stand in several branches get a number, as a name may stand once."""
    seen: dict[str, int] = {}

    def renamed(m: re.Match[str]) -> str:
        seen[m[1]] = seen.get(m[1], 0) + 1
        return f"(?P<{m[1]}{seen[m[1]]}>"

    return re.sub(r"\(\?P<\?(\w)>", renamed, pattern)


def _got(m: re.Match[str], name: str) -> str | None:
    return next((v for k, v in m.groupdict().items() if k.startswith(name) and v), None)


def _size(m: re.Match[str]) -> tuple[float, float, str] | None:
    """(least, greatest, unit) of a matched length."""
    dual, single = _got(m, "t"), _got(m, "v")
    if dual:
        return 2, 2, w.names("duals")[dual if dual in w.names("duals") else dual.removeprefix("ال")]
    if single:
        return 1, 1, _unit(single)
    unit = _unit(_got(m, "u") or "")
    number = (_got(m, "n") or "").replace("-", " ")
    if number in _HALVES:
        return _HALVES[number], _HALVES[number], unit
    got = (1.0, 1.0, 1) if number in ("a", "an") else counted(number.split())
    if got is None:
        return None
    low, high, _ = got
    other = counted((_got(m, "k") or "").replace("-", " ").split())
    return (min(low, other[0]), max(high, other[1]), unit) if other else (low, high, unit)


def _unit(word: str) -> str:
    known = w.names("units")
    return known.get(word) or known[word.removeprefix("ال")]


def span_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Lengths of time, named weeks and months, set phrases."""
    out: list[Atom] = _phrases(text, anchor) + _periods(text, anchor)
    for name, pattern in _patterns().items():
        for m in pattern.finditer(text):
            size = _size(m)
            if size is None or size[1] > 5000:
                continue
            single = _got(m, "v")
            hourly = single in ("hour", "ساعه") and name in ("past", "within")
            if single and not hourly and (name in ("past", "ahead") or single.isascii() or _unit(single) in _SHORT):
                continue  # "من يوم", "last night": no length of time
            made = _reckoned(name, size, _got(m, "a") or "", anchor, m.group())
            if made:
                span, kind, days = made
                out.append(Atom(m.start(), m.end(), span, kind, "", days=days))
    return out


def _reckoned(
    name: str, size: tuple[float, float, str], beside: str, anchor: Anchor, said: str
) -> tuple[Span, TimeKind, bool] | None:
    low, high, unit = size
    near, far = (dt.timedelta(hours=k * _HOURS[unit]) for k in (low, high))
    now = anchor.now
    share = {"day": 0.0, "night": 0.0}.get(unit, 0.2)
    slack = dt.timedelta(hours=max(_SLACK[unit], share * high * _HOURS[unit]))
    whole = _HOURS[unit] >= 24
    if name == "ago":
        span = (
            (_midnight(now - far - slack), _midnight(now - near + slack) + DAY)
            if whole
            else (now - far - slack, now - near + slack)
        )
        return span, "deictic", unit == "day"
    if name == "in":
        if said.startswith("after") and anchor.tense == "past":
            return None
        if unit == "hour" and low >= 12:  # "in 24 hours" is said for "within" too
            return (now, now + far + slack), "deictic", False
        span = (
            (_midnight(now + near - slack), _midnight(now + far + slack) + DAY)
            if whole
            else (now + near - slack, now + far + slack)
        )
        return span, "deictic", unit == "day"
    gone = name == "past" or (
        name == "within"
        and (re.fullmatch(_PAST, beside) or (anchor.tense == "past" and not re.fullmatch(_AHEAD, beside)))
    )
    if name == "for":
        arabic_since = said.lstrip("وف").startswith(("منذ", "من "))
        gone = arabic_since or anchor.tense != "future"
        kind: TimeKind = "duration"
    else:
        kind = "duration" if name == "past" else "deictic"
    if gone:
        return (_midnight(now - far) if whole else now - far, now), kind, False
    return (now, _midnight(now + far) + DAY if whole else now + far), kind, False


def _midnight(at: dt.datetime) -> dt.datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@cache
def _phrase_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{w.B}(?:(?:in|within|over|during|for) )?(?:the )?{w.GLUE}(?:في |خلال )?(?P<p>{w.choice(w.phrases())}){w.E}"
    )


_RELEASE: Final = re.compile(r"(?:video|film|issue|release|nasheed|اصدار|فيديو|نشيد)")


def _phrases(text: str, anchor: Anchor) -> list[Atom]:
    out = []
    for m in _phrase_pattern().finditer(text):
        phrase = re.sub(r"[ \-]+", " ", m["p"])
        kind, since, until = w.phrases()[phrase]
        if (
            phrase in ("now", "shortly")
            and re.search(r"\b(?:by|until|right|till)\s+$", text[: m.start()])
            and phrase != "now"
        ):
            continue
        if kind == "soon":
            since, until, kind = 0.0, anchor.soon[1] * 24, "vague"
        span = (anchor.now + since * HOUR, anchor.now + until * HOUR)
        note = "vague: widened" if kind == "vague" else ""
        out.append(Atom(m.start(), m.end(), span, "vague" if kind == "vague" else "deictic", note))
    return out


@cache
def _period_pattern() -> re.Pattern[str]:
    english = r"(?P<b>last|previous|past|this|the current|next|the coming|this coming|coming|following|later this|earlier this) (?P<u>week|weekend|month|year)"
    arabic = (
        r"(?P<v>الاسبوع|الشهر|العام|السنه|اسبوع|شهر|عام|سنه) "
        r"(?P<a>الماضي|الماضيه|الفائت|الفائته|المنصرم|المنصرمه|القادم|القادمه|المقبل|المقبله|الجاري|الجاريه|الحالي|الحاليه|الجاي|الجايه|اللي فات)"
    )
    this = r"(?:هذا|هذه|هال) ?(?P<w>الاسبوع|الشهر|العام|السنه)"
    edge = r"(?P<e>(?:by |at )?(?:the )?(?:end|beginning|start|middle) of (?:the|this|next|last) (?P<f>week|month|year)|(?:early|mid|late)[ -](?:in )?(?:this|next|last|the) (?P<i>week|month|year))|(?P<g>(?:نهايه|بدايه|منتصف|اخر|اوائل|اواخر|مطلع|اواسط) (?:هذا )?(?P<h>الاسبوع|الشهر|العام|السنه)(?: (?:القادم|المقبل|الجاري|الحالي|الماضي|الفائت|المنصرم|القادمه|المقبله|الماضيه))?)"
    return re.compile(
        rf"{w.B}{w.GLUE}(?:في |خلال )?(?:{edge}|(?:(?:in|during|over|within|for) )?(?:the )?{english}|(?P<k>(?:over|at|on|during) the weekend)|{arabic}|{this}){w.E}"
    )


_ARABIC_UNIT: Final = {
    "الاسبوع": "week",
    "اسبوع": "week",
    "الشهر": "month",
    "شهر": "month",
    "العام": "year",
    "عام": "year",
    "السنه": "year",
    "سنه": "year",
}


def _periods(text: str, anchor: Anchor) -> list[Atom]:
    out = []
    for m in _period_pattern().finditer(text):
        unit = "weekend" if m["k"] else m["u"] or m["f"] or m["i"] or _ARABIC_UNIT[m["v"] or m["w"] or m["h"]]
        which = m["b"] or m["a"] or ""
        said = m.group()
        step = -1 if m["k"] and anchor.tense == "past" and anchor.now.weekday() < 4 else 0
        rolling = re.match(r"(?:in|during|over|within|for) the (?:next|coming|past|last) ", said)
        if re.match(r"last|previous|past|الماضي|الفائت|المنصرم|اللي فات", which) or re.search(
            r"(?:of|in|early|mid|late)[ -]last|الماضي|الفائت|المنصرم", said
        ):
            step = -1
        elif re.match(r"next|the coming|this coming|coming|following|القادم|المقبل|الجاي", which) or re.search(
            r"(?:of|in|early|mid|late)[ -]next|القادم|المقبل", said
        ):
            step = 1
        span = _period(anchor, unit, step)
        if re.search(r"end of|^late|نهايه|اخر |اواخر", said):
            span = (max(span[0] + (span[1] - span[0]) * 0.6, span[0]), span[1] + (DAY if unit != "week" else 0 * DAY))
        elif re.search(r"beginning of|start of|^early|بدايه|اوائل|مطلع", said):
            span = (span[0], span[0] + (span[1] - span[0]) * 0.45)
        if (which == "past" or rolling) and unit != "weekend":  # the seven days up to now, or from now
            length = dt.timedelta(hours=_HOURS[unit])
            span = (
                (min(anchor.now - length, span[0]), anchor.now)
                if step < 0
                else (anchor.now, max(anchor.now + length, span[1]))
            )
        if said.startswith("by "):
            span = (min(anchor.now, span[0]), span[1])
        elif which == "later this":
            span = (anchor.now, span[1])
        elif which == "earlier this":
            span = (span[0], anchor.now)
        out.append(
            Atom(
                m.start(),
                m.end(),
                span,
                "deictic",
                "a week from Saturday to Sunday" if unit == "week" else "",
                month=True,
            )
        )
    return out


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
