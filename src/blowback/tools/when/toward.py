"""Which way the words around a time look, where the tense of the whole text does not settle it.

A text without a claim, or with a claim of what is, may still speak of what is to come: "must leave by 5 May", "the market is
to be reopened", "تعهدوا بفتح المعبر". And a lead such as "by" or "since" says by itself on which side a date without a year lies.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from blowback.tools.when.anchor import Anchor

_AHEAD: Final = re.compile(
    r"(?<!\w)(?:will|shall|won't|[a-z]+'ll|must|ought to|going to|gonna|(?:have|has|need|needs) to|(?:is|are|'s) to(?: be [a-z]+)?|to be [a-z]+|due (?:to|on|in|by)|set to|"
    r"about to|plan(?:s|ned|ning)?|intends?|means? to|aims? to|hopes? to|expect(?:s|ed)?|scheduled|slated|poised|pledge[sd]?|promise[sd]?|vow(?:s|ed)?|agreed to|"
    r"deadline|expires?|ultimatum|upcoming|"
    r"[وف]?(?:يجب|ينبغي|يتعين|لازم|سوف|رح|راح|حيتم|مقرر\w*|المقرر\w*|المزمع|المتوقع|يتوقع|تتوقع|يعتزم\w*|تعتزم|ينوي|ينوون|تنوي|ناوين|مهله|المهله|موعد\w*|وعد\w*|تعهد\w*|يتعهد\w*|"
    r"ينتهي|تنتهي|يبدا|تبدا|يستعد\w*|تستعد|س(?!نجار|نوات|نين|نه|ني|يار|يطر|ياس|ينا|ينم|ناء|تين|تون|تار|تر|يد|ير|يف|يل|يناء|يول|نيه|نديان|نام)[ينت][\u0621-\u064a]{3,}))(?!\w)"
)
_GONE: Final = re.compile(
    r"(?<!\w)(?:was|were|had|did|went|came|took|fell|left|lost|held|hit|shot|blew|fled|[a-z]{3,}ed|"
    r"كان\w*|تم\w?|لم|لقد|قد|[\u0621-\u064a]{2,}وا|اخذت|سقط|دخل|وقع|خرج|قتل|اصيب|انسحب|استعاد|سيطر|اطلق|انفجر|استهدف|قصف|هاجم|غادر|وصل|اعتقل|خطف|اسر|اعدم|فجر|هرب|فر|نزح|ترك)(?!\w)"
)
_END: Final = re.compile(r"[.!?;\n](?!\d)")
_BY: Final = re.compile(
    r"(?<!\w)(?:by|before|until|till|no later than|قبل|قبيل|بحلول|حتي|لغايه|لحد|الي)(?: the| end of| يوم| حلول| نهايه)*\s+$"
)
_SINCE: Final = re.compile(r"(?<!\w)[وف]?(?:since|ever since|منذ|من)(?: the| early| late| mid| يوم| شهر)*[\s\-]+$")
_OPEN: Final = re.compile(r"\s*(?:\d{4})?\s*(?:الي|حتي|لغايه|ل[ا-ي]|to|until|till|-)")


@lru_cache(maxsize=512)
def looks_ahead(told: str) -> bool:
    """Whether a plain text has a word of what is to come."""
    return _AHEAD.search(told) is not None


def ahead_at(told: str, start: int, end: int) -> bool:
    """Whether the nearest word of tense, in the sentence around [start, end), is one of what is to come."""
    low = max((m.end() for m in _END.finditer(told, 0, start)), default=0)
    stop = _END.search(told, end)
    high = stop.start() if stop else len(told)
    ahead = [(m.start(), m.end()) for m in _AHEAD.finditer(told, low, high) if m.end() <= start or m.start() >= end]
    if not ahead:
        return False
    gone = [
        (m.start(), m.end())
        for m in _GONE.finditer(told, low, high)
        if (m.end() <= start or m.start() >= end) and all(m.end() <= a or m.start() >= b for a, b in ahead)
    ]

    def gap(part: tuple[int, int]) -> int:
        return start - part[1] if part[1] <= start else part[0] - end

    return not gone or min(map(gap, ahead)) <= min(map(gap, gone))


_BESIDE: Final = re.compile(
    r" (?:(?P<l>الماضي|الفائت|المنصرم|اللي فات|الفايت|(?:of )?last year)|القادم|المقبل|الجاي|اللي جاي|(?:of )?next year)(?!\w)"
)
_THE_LAST: Final = re.compile(r"(?<!\w)(?:last|this past) $")
_THE_NEXT: Final = re.compile(r"(?<!\w)(?:next|this coming|the coming) $")


def led(anchor: Anchor, told: str, start: int, end: int) -> Anchor:
    """The anchor for a date without a year at [start, end): "by" and "before" take the nearest, "since" the last."""
    head = told[max(0, start - 28) : start]
    beside = _BESIDE.match(told, end)
    if beside or _THE_LAST.search(head) or _THE_NEXT.search(head):
        gone = beside["l"] if beside else _THE_LAST.search(head)
        return replace(anchor, tense="past" if gone else "future")
    if _BY.search(head):
        return replace(anchor, tense="")
    if _SINCE.search(head) and not _OPEN.match(told, end):
        return replace(anchor, tense="past")
    return anchor


def past_shown(told: str, start: int) -> bool:
    """Whether the sentence up to `start` has a sure word of the past."""
    low = max((m.end() for m in _END.finditer(told, 0, start)), default=0)
    return _GONE.search(told, low) is not None
