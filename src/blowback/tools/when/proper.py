"""Days and months inside proper names: a street, school, dam or battalion named after a date, a person named after a day."""

from __future__ import annotations

import re
from typing import Final

# before the words: what is named, or whose name it is
_BEFORE: Final = re.compile(
    r"(?:^|(?<=\s)|(?<=[وفبلك]))(?:"
    r"سوق|مدرسه|حي|جسر|ساحه|شارع|سد|مستشفي|مشفي|ملعب|كتيبه|لواء|حركه|ثوره|قاعه|مصنع|معمل|جامعه|جامع|مسجد|مدينه|حزب|منظمه|قاعده|معسكر|فندق|صحيفه|"
    r"جريده|قريه|بلده|ناحيه|محله|منطقه|حديقه|دوار|مخيم|مطار|سجن|تل|قناه|اذاعه|مجله|عمليه|غزوه|معركه|شهداء|مجموعه|سريه|فيلق|فرقه|انتفاضه|تجمع|نادي|طريق|"
    r"ابو|ابا|ابي|بن|ابن|ام|النقيب|العقيد|الرائد|القائد|الشيخ|الملازم|اللواء|العميد|السيد|الدكتور|الحاج|المدعو|المقدم|الاستاذ|الامير|القاضي|النائب|الشهيد|الاخ|الصحفي|المهندس|عائله|ال|عشيره"
    r") $"
)
_BEFORE_EN: Final = re.compile(
    r"(?:^|\s)(?:abu|umm|ibn|bin|captain|capt|colonel|col|general|gen|major|lieutenant|lt|commander|sheikh|sheik|mr|mrs|ms|dr|judge|emir|sergeant|sgt|brother|named|called|"
    r"operation|camp|al|mohammed|muhammad|ahmed|ali|tariq|corporal|private|governor|mayor|imam|haji|hajji|martyr) $"
)
_AFTER_EN: Final = re.compile(
    r"^(?:'s)?[ -](?:market|bridge|dam|street|square|school|hospital|district|brigade|battalion|mosque|neighbou?rhood|hotel|stadium|camp|revolution|movement|highway|road|university|"
    r"newspaper|mall|quarter|garden|park|factory|hall|martyrs|company|club|barracks|al-\w+|hill|village|tunnel|roundabout|uprising|coalition|forces|alliance|souk|suq|prison|airbase|airport|fc|regiment|plant|college|institute)\b"
)
_AFTER: Final = re.compile(r"^ (?:العربي|العراقي|السوري|الاسلامي|الجبوري|الدليمي)\b")


def is_name(told: str, start: int, end: int) -> bool:
    """Whether the day or month at [start, end) of a plain text is part of a proper name."""
    head, tail = told[max(0, start - 24) : start], told[end : end + 24]
    return bool(_BEFORE.search(head) or _BEFORE_EN.search(head) or _AFTER_EN.match(tail) or _AFTER.match(tail))
