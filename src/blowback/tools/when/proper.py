"""Days and months inside proper names: a street, school, dam or battalion named after a date, a person named after a day."""

from __future__ import annotations

import re
from typing import Final

from blowback.tools.when.anchor import Atom

# before the words: what is named, or whose name it is
_BEFORE: Final = re.compile(
    r"(?:^|(?<=\s)|(?<=[وفبلك]))(?:"
    r"سوق|مدرسه|حي|جسر|ساحه|شارع|سد|مستشفي|مشفي|ملعب|كتيبه|لواء|حركه|ثوره|قاعه|مصنع|معمل|جامعه|جامع|مسجد|مدينه|حزب|منظمه|قاعده|معسكر|فندق|صحيفه|"
    r"جريده|قريه|بلده|ناحيه|محله|منطقه|حديقه|دوار|مخيم|مطار|سجن|تل|قناه|اذاعه|مجله|عمليه|غزوه|معركه|شهداء|مجموعه|سريه|فيلق|فرقه|انتفاضه|تجمع|نادي|طريق|"
    r"روايه|فيلم|مسلسل|اغنيه|قصيده|كتاب|مسرحيه|ديوان|برنامج|مقهي|مطعم|صيدليه|مكتبه|شركه|مخبز|فرن|نفق|معبر|تمثال|نصب|كليه|معهد|ثانويه|اعداديه|ابتدائيه|متوسطه|روضه|مستوصف|دار|"
    r"قصر|برج|بنايه|عماره|سينما|مسرح|صالون|فريق|منتخب|جمعيه|وكاله|شبكه|فضائيه|ميدان|كراج|كورنيش|حقل|بئر|مشروع|محطه|مقبره|كنيسه|قلعه|وادي|خان|ضاحيه|زقاق|مفرق|تقاطع|نزله|"
    r"صاحبه|صاحبته|صاحبها|لصاحبتها|لصاحبها|كاتبته|كاتبتها|بنتي|اختي|اخي|ابني|زوجته|السيده|الانسه|الست|الحجي|حجي|العم|الخاله|المعلم|المعلمه|اللاعب|اللاعبه|المطرب|المطربه|الفنان|الفنانه|الكاتب|الكاتبه|"
    r"الشاعر|الشاعره|المدرب|الحكم|المدير|المديره|الزميل|الزميله|الطالب|الطالبه|الطفل|الطفله|الرئيس|الدكتوره|المدرس|المدرسه|"
    r"ابو|ابا|ابي|بن|ابن|ام|النقيب|العقيد|الرائد|القائد|الشيخ|الملازم|اللواء|العميد|السيد|الدكتور|الحاج|المدعو|المقدم|الاستاذ|الامير|القاضي|النائب|الشهيد|الاخ|الصحفي|المهندس|عائله|ال|عشيره"
    r") $"
)
_BEFORE_EN: Final = re.compile(
    r"(?:^|\s)(?:abu|umm|ibn|bin|captain|capt|colonel|col|general|gen|major|lieutenant|lt|commander|sheikh|sheik|mr|mrs|ms|dr|judge|emir|sergeant|sgt|brother|named|called|"
    r"operation|camp|al|mohammed|muhammad|ahmed|ali|tariq|corporal|private|governor|mayor|imam|haji|hajji|martyr|sister|miss|aunt|uncle|cousin|president|minister|coach|nurse|teacher|chief|sir|lady|professor|prof|sayyid|"
    r"café|cafe|restaurant|hotel|street|square|bridge|school|brigade|battalion|movement|club|mosque|novel|film|album|band|song|book|black|model|title|sura|surah) $"
)
_AFTER_EN: Final = re.compile(
    r"^(?:'s)?[ -](?:market|bridge|dam|street|square|school|hospital|district|brigade|battalion|mosque|neighbou?rhood|hotel|stadium|camp|revolution|movement|highway|road|university|"
    r"newspaper|mall|quarter|garden|park|factory|hall|martyrs|company|club|barracks|al-\w+|hill|village|tunnel|roundabout|uprising|coalition|forces|alliance|souk|suq|prison|airbase|airport|fc|regiment|plant|college|institute|café|cafe|bakery|restaurant|hotels|shop|pharmacy|clinic|cinema|theatre|theater|library|tower|towers|agreement|accords?|"
    r"protocol|foundation|society|association|sons|brothers|ltd|inc|crossing|junction|intersection|avenue|boulevard|lane|canal|gate|cemetery|church|monument|"
    r"statue|memorial|museum|cup|league|tournament|festival|edition|magazine|herald|express|telegraph|mirror|times)\b"
)
_AFTER: Final = re.compile(
    r"^ (?:عبد|عبدالله|محمد|احمد|حسن|حسين|محمود|ابراهيم|جاسم|خليل|صالح|يوسف|مصطفي|قديروف|شلح|ابو|بن|العربي|العراقي|السوري|الاسلامي|الجبوري|الدليمي)\b"
)


# a word may stand between a day of a month and what is named after it: "July 14 suspension bridge"
_NEAR_EN: Final = re.compile(
    r"^ (?!the |a |an |at |in |on |near |of |our |his |their |to |and |by |from |with |for |when |after |before )[a-z]+ "
    r"(?:bridge|dam|street|square|school|hospital|district|brigade|battalion|mosque|neighbou?rhood|hotel|stadium|camp|highway|road|university|barracks|airbase|alliance|movement|revolution)\b"
)
_SURE: Final = ("on ", "last ", "next ", "this ")
_SURE_EN: Final = re.compile(r"(?:^|\s)(?:on|last|next|this|since|until|by) $")  # "on Friday market stalls burned"
_LED_EN: Final = re.compile(r"(?:on|since|by|until|till|before|after|from|around|to|of|the|,) $")


def is_name(told: str, start: int, end: int, *, numbered: bool = False, weekday: bool = False) -> bool:
    """Whether the day or month at [start, end) of a plain text is part of a proper name.

    Args:
        told: the plain text.
        start: where the words begin.
        end: where they end.
        numbered: a day of a month: a bridge may be named so with a word between, unless "on" or "since" comes before.
        weekday: an Arabic weekday with its article: "قال الرئيس الأحد" names a day, no person.
    """
    head, tail = told[max(0, start - 24) : start], told[end : end + 40]
    before = _BEFORE.search(head)
    if (
        before
        and weekday
        and told[start:end].lstrip("وفب").startswith("ال")
        and before.group().lstrip("وفبلك").startswith("ال")
    ):
        before = None
    if weekday and (_SURE_EN.search(head) or told.startswith(_SURE, start)):
        return bool(before)
    near = numbered and _NEAR_EN.match(tail) and not _LED_EN.search(head)
    return bool(before or near or _BEFORE_EN.search(head) or _AFTER_EN.match(tail) or _AFTER.match(tail))


_PREPOSED: Final = re.compile(
    r"(?i)(?:^|[\s(])(?:in|on|since|until|till|by|before|after|from|of|for|come|last|next|this|early|late|mid|during|every|and|to|between|through|throughout|around|the)[\s-]+$"
)
_OWN: Final = re.compile(r"[\s]+[A-Z][\w'’]*[a-zà-ÿ]")
_PERSON: Final = re.compile(
    r"\s+[A-Z][a-z]+\s+(?:moved|teach(?:es)?|taught|chairs|chaired|coach(?:es)?|plays|lives|works|runs|sings|writes|studies|scored|married|signed for|joined the club|won the|is the|is a|is our|was born)\b"
)


def is_called(text: str, start: int, end: int, atom: Atom) -> bool:
    """Whether the capitals of the text as published make a name of a bare month or weekday: "August Café", "Sunday Okoro moved"."""
    if atom.hours or not text[start:end].isascii() or not text[start : start + 1].isupper() or text.isupper():
        return False
    if any(c.isdigit() for c in text[start:end]) or _PREPOSED.search(text[:start][-14:]):
        return False
    if atom.named:
        return _PERSON.match(text, end) is not None
    if atom.kind in ("calendar", "hijri") and atom.month and " " not in text[start:end].strip():
        return _OWN.match(text, end) is not None
    return False
