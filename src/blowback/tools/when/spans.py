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
from blowback.tools.when.periods import period_atoms

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
_HALVES: Final = {"half an": 0.5, "half a": 0.5, "نصف": 0.5, "نص": 0.5, "ربع": 0.25}
_LONGEST_H: Final = 1800 * 8766  # more would leave the calendar
_SHORT: Final = ("day", "night")
# how far "three weeks ago" may be off, in hours
_SLACK: Final = {
    "minute": 0.5,
    "hour": 1.0,
    "day": 0.0,
    "night": 6.0,
    "week": 72.0,
    "fortnight": 72.0,
    "month": 372.0,
    "year": 4400.0,
}
_PAST: Final = r"(?:اللي (?:فاتت|فاتو|راحت|راحو|فات|راح|مضت|مضي)|الفايته|الفايتين|الفائتين|الخاليه|المنقضيه|الماضيه|الماضيين|الماضيتين|الماضي|الاخيره|الاخيرين|الاخيرتين|الاخير|الفائته|المنصرمه|المنصرمين|السابقه)"
_AHEAD: Final = r"(?:القادمه|القادمين|القادمتين|القادم|المقبله|المقبلين|المقبلتين|المقبل|الجايه|الجاي|الجايين|الاتيه|التاليه|اللي جايه|اللي جايين)"


@cache
def _length() -> str:
    """A number and its unit, in any order of the two languages; see `_size` for the groups."""
    n, units = w.number_pattern(), w.any_of("units")
    duals = w.choice([*w.names("duals"), *(f"ال{d}" for d in w.names("duals"))])
    definite = w.choice(f"ال{u}" for u in w.names("units") if not u.isascii())
    arabic = w.choice([*(f"ال{u}" for u in w.names("units")), *w.names("units")])
    half = r"(?P<h> and a half| and a quarter|(?: الا ربع| ونصف| ونص| وربع)(?!\w))?"
    return (
        rf"(?:(?P<w>an?|يوم|ساعه|اسبوع|شهر|سنه|عام) ?(?P<x>{units}|)(?: or two| or so| او يومين| يومين| او ساعتين| ساعتين| او اسبوعين| اسبوعين| او شهرين| شهرين| او سنتين| او عامين)(?!\w)"
        rf"|(?P<r>{duals})(?: او)? (?:ثلاثه|تلاته|ثلاث|تلات)(?!\w)"
        rf"|(?P<y>{definite}) (?:ال ?-?)?(?P<z>{n})"
        rf"|(?:(?P<k>{n}) ?(?:-|to|or|الي|او) ?)?(?:ال ?)?(?P<n>{n})(?P<g> and a half)?(?:[ \-]?(?:of |من )?(?:more |full |whole |long |straight |consecutive )?)(?P<u>{units}|{arabic})"
        rf"(?:'s?)?{half}|(?P<t>{duals}){half}|(?P<v>{arabic}){half})"
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    x, e = _length(), w.E + r"(?!-[a-z])"  # "3-year-old"
    told = {
        "ago": (
            rf"{w.B}(?:exactly |precisely |about |around |roughly |some |nearly |almost |over |just |only |just over |just under |more than |less than |at least )?{x} (?:or so )?(?:ago|back|earlier|prior)(?: today| now)?{e}"
            rf"|{w.B}{w.GLUE}(?:قبل|كبل) (?:حوالي |نحو |قرابه |اقل من |اكثر من |ما يقارب |تقريبا |ال ?)?{x}(?: تقريبا| بالضبط| تماما| من الان| من اليوم)?{e}"
        ),
        "within": (
            rf"{w.B}(?:within|inside|in under|in less than|in no more than|in at most|(?:in|over|during|for|throughout|within)? ?(?:the )?(?:next|coming|upcoming|following)) (?:the )?(?:next |coming )?{x}{e}"
            rf"|{w.B}(?:has|have|given|gets?) {x} (?:to|left)(?!\w)|{w.B}{x} left{e}"
            rf"|{w.B}{w.GLUE}(?:خلال|في غضون|بغضون|في ظرف|في مهله|في مده|بظرف|في خلال|في بحر|في مده لا تتجاوز|في موعد لا يتجاوز|اقصاها|اقصاه|لا تتجاوز|لا يتجاوز|في اقل من) (?:اقل من |مده |فتره |ال ?)?{x}{e}(?: (?P<a>{_PAST}|{_AHEAD}))?"
        ),
        "in": (
            rf"{w.B}(?:in|after) (?:about |around |exactly |some |roughly )?{x}(?:'?s?'? time)?{e}|{w.B}{x} from (?:now|today){e}|{w.B}{x} hence{e}"
            rf"|{w.B}{w.GLUE}(?:بعد|عقب|كمان) (?:حوالي |نحو |ال ?)?{x}(?: من الان| من اليوم)?{e}"
        ),
        "past": (
            rf"{w.B}(?:in|over|during|for|throughout|within|across)? ?(?:all )?(?:the |these )?(?:last|past|previous|preceding) {x}{e}|{w.B}{w.GLUE}(?:اخر|في اخر|خلال اخر|ب ?اخر|هال) ?(?:ال ?)?{x}{e}"
            rf"|{w.B}{w.GLUE}(?:في |خلال |طوال |طيله |علي مدي |علي مدار |علي امتداد )?(?:ال ?)?{x} {_PAST}{e}"
        ),
        "ahead": rf"{w.B}{w.GLUE}(?:في |خلال |طوال |طيله |علي مدي |علي مدار )?(?:ال ?)?{x} {_AHEAD}{e}",
        "for": (
            rf"{w.B}(?:for|since) (?:about |around |roughly |some |nearly |almost |over |exactly |at least |more than |the better part of |close to )?{x}(?: now| already)?{e}"
            rf"|{w.B}(?:it's|its|it has) been {x}{e}|{w.B}{x} (?:running|straight|on end|in a row|without a break){e}"
            rf"|{w.B}{w.GLUE}(?:لمده|لفتره|علي مدي|علي مدار|علي امتداد|طوال|طيله|منذ|من|صار له|صارله|صار لهم|صارلهم|صارلنا|صار لنا|الها|اله|النا) (?:اكثر من |قرابه |ما يقارب |حوالي |نحو |ال ?)?{x}{e}"
        ),
    }
    told = {k: v.replace("(?P<", "(?P<?") for k, v in told.items()}
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
    dual, single, definite = _got(m, "t"), _got(m, "v"), _got(m, "y")
    tail = _got(m, "h") or _got(m, "g") or ""
    more = 0.25 if "quarter" in tail or "وربع" in tail else -0.25 if "الا" in tail else 0.5 if tail else 0.0
    if _got(m, "w"):  # "a day or two", "يوم يومين"
        unit = _unit(_got(m, "x") or _got(m, "w") or "") if (_got(m, "x") or not str(_got(m, "w")).isascii()) else ""
        return (1, 2, unit) if unit else None
    pair = _got(m, "r")  # "يومين ثلاثة"
    if pair:
        return 2, 3, w.names("duals")[pair if pair in w.names("duals") else pair.removeprefix("ال")]
    if dual:
        return 2 + more, 2 + more, w.names("duals")[dual if dual in w.names("duals") else dual.removeprefix("ال")]
    if single:
        return 1 + more, 1 + more, _unit(single)
    unit = _unit(definite or _got(m, "u") or "")
    number = (_got(m, "z") or _got(m, "n") or "").replace("-", " ").removesuffix(" of").replace(" وال", " و")
    if number in _HALVES:
        return _HALVES[number], _HALVES[number], unit
    got = (1.0, 1.0, 1) if number in ("a", "an") else counted(number.split())
    if got is None:
        return None
    low, high, _ = got
    other = counted((_got(m, "k") or "").replace("-", " ").split())
    return (min(low, other[0]), max(high, other[1]), unit) if other else (low + more, high + more, unit)


def _unit(word: str) -> str:
    known = w.names("units")
    return known.get(word) or known[word.removeprefix("ال")]


@cache
def _unit_pattern() -> re.Pattern[str]:
    """Any unit of time, with a clitic or none: without one there is no length."""
    return re.compile(
        rf"(?<![^\W\d])(?:[وفبلك]|ال|وال|بال|لل|هال)?{w.choice([*w.names('units'), *w.names('duals')])}(?!\w)"
    )


def span_atoms(text: str, anchor: Anchor) -> list[Atom]:
    """Lengths of time, named weeks and months, set phrases."""
    out: list[Atom] = _phrases(text, anchor) + period_atoms(text, anchor)
    if not _unit_pattern().search(text):
        return out
    for name, pattern in _patterns().items():
        for m in pattern.finditer(text):
            size = _size(m)
            if size is None or size[1] * _HOURS[size[2]] > _LONGEST_H:
                continue
            single = _got(m, "v")
            if single and re.match(r" (?:19|20)\d\d(?!\d)", text[m.end() : m.end() + 6]):
                continue  # "منذ عام 2012"
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
    near, far = low * _HOURS[unit], high * _HOURS[unit]
    share = 0.0 if unit in _SHORT else 0.1 if unit == "hour" else 0.2
    slack = max(_SLACK[unit], share * far)
    if _EXACT.search(said):
        slack = {"hour": 0.5, "month": 24.0, "year": 24.0}.get(unit, 0.0)
    whole = _HOURS[unit] >= 24
    if name == "ago":
        return _about(anchor, -far, -near, slack, unit), "deictic", unit == "day"
    if name == "in":
        if said.startswith("after") and anchor.tense == "past":
            return None
        if unit == "hour" and low >= 12:  # "in 24 hours" is said for "within" too
            return (anchor.now, anchor.later(far + slack)), "deictic", False
        return _about(anchor, near, far, slack, unit), "deictic", unit == "day"
    gone = name == "past" or (name == "within" and _past_within(beside, anchor, said))
    if name == "for":
        arabic_since = re.match(r"[وف]?(?:منذ|من |صار|اله|النا)|since", said) is not None
        gone = arabic_since or (anchor.tense != "future" and " more " not in said)
        kind: TimeKind = "duration"
    else:
        kind = "duration" if name == "past" else "deictic"
    if gone:
        # "منذ ساعتين" and "من ساعتين" are said for "two hours ago" too
        since = anchor.later(-far - (slack if name == "for" and re.match(r"[وف]?(?:منذ|من) ", said) else 0.0))
        return (_midnight(since) if whole else since, anchor.now), kind, False
    until = anchor.later(far)
    return (anchor.now, _midnight(until) + DAY if whole else until), kind, False


_EXACT: Final = re.compile(r"exactly|precisely|بالضبط|تماما|(?:ago|back) today")


def _past_within(beside: str, anchor: Anchor, said: str) -> bool:
    """Whether "within three days" looks back: where its adjective says so, else in a text of the past."""
    if beside:
        return re.fullmatch(_PAST, beside) is not None
    return anchor.tense == "past" and re.search(r"next|coming|upcoming|following|left$| to$", said) is None


def _about(anchor: Anchor, low: float, high: float, slack: float, unit: str) -> Span:
    """From `low` to `high` hours of the post with slack; whole days, and the calendar month or year that far away too."""
    if _HOURS[unit] < 24:
        return anchor.later(low - slack), anchor.later(high + slack)
    since, until = _midnight(anchor.now + (low - slack) * HOUR), _midnight(anchor.now + (high + slack) * HOUR) + DAY
    if unit in ("month", "year") and slack > 24:
        first, last = (_calendar(anchor, unit, round(x / _HOURS[unit])) for x in (low, high))
        since, until = min(since, first[0]), max(until, last[1])
        since, until = (since, min(until, anchor.now)) if high < 0 else (max(since, anchor.now), until)
    return since, until


def _calendar(anchor: Anchor, unit: str, steps: int) -> Span:
    """The calendar month or year so many steps from the post's."""
    if unit == "year":
        year = min(max(anchor.now.year + steps, 1), 9998)
        return dt.datetime(year, 1, 1), dt.datetime(year + 1, 1, 1)  # noqa: DTZ001  # local clock
    count = min(max(anchor.now.year * 12 + anchor.now.month - 1 + steps, 12), 119_000)
    return (
        dt.datetime(count // 12, count % 12 + 1, 1),  # noqa: DTZ001
        dt.datetime((count + 1) // 12, (count + 1) % 12 + 1, 1),  # noqa: DTZ001
    )


def _midnight(at: dt.datetime) -> dt.datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@cache
def _phrase_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"{w.B}(?:(?:in|within|over|during|for) )?(?:the )?{w.GLUE}(?:في |خلال )?(?P<p>{w.choice(w.phrases())}){w.E}(?!-[a-z])"
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
def _distance() -> tuple[re.Pattern[str], re.Pattern[str]]:
    x = _length().replace("(?P<", "(?P<?")
    return re.compile(_numbered(rf"{w.B}{x} (?:just )?$")), re.compile(_numbered(rf" ب{x}{w.E}"))


def distant(told: str, atom: Atom, lead: int, *, before: bool) -> Atom | None:
    """Such as "two days before Eid", "قبل العيد بيومين": the time so far from the named one; None where no length is said.

    Args:
        told: the plain text.
        atom: the named time.
        lead: where "before" or "after" begins.
        before: which of the two.
    """
    head, tail = _distance()
    low = max(0, lead - 30)
    m = head.search(told[low:lead])
    start, end = (low + m.start(), atom.end) if m else (lead, atom.end)
    if m is None:
        m = tail.match(told, atom.end)
        end = m.end() if m else end
    size = _size(m) if m else None
    if size is None or not _HOURS["day"] <= _HOURS[size[2]] <= _HOURS["month"] or size[1] > 60:
        return None
    near, far = (k * _HOURS[size[2]] * HOUR for k in size[:2])
    slack = 0 * DAY if size[2] in _SHORT else 3 * DAY
    since, until = atom.span
    first = min(until - since, 3 * DAY)  # the named time begins in its first days: a Hijri day is three
    span = (
        (since - far - slack, since + first - near + slack)
        if before
        else (until - first + near - slack, until + far + slack)
    )
    return Atom(start, end, span, atom.kind, atom.note)
