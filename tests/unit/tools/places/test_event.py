"""The place of the event among the places of a text: forty sentences of our own, and the rules one by one."""

from __future__ import annotations

import pytest

from blowback.tools.places import Theatre, event_place, places_in
from blowback.tools.places.gazetteer import Gazetteer

# (sentence, the event's place as written in it); towns are real, events are made up
SENTENCES = [
    ("Residents who fled from Mosul say the market in Tikrit was bombed", "Tikrit"),
    ("The governor of Nineveh said that a bridge was blown up near Sinjar", "Sinjar"),
    ("Fighters from Raqqa attacked a checkpoint outside Hasakah", "Hasakah"),
    ("Army convoy leaves Baghdad, reaches Samarra and comes under fire in Balad", "Balad"),
    ("Three wounded in Fallujah, Anbar province, Iraq", "Fallujah"),
    ("Anbar police: car bomb kills two in Ramadi", "Ramadi"),
    ("BREAKING: clashes at Baiji refinery, reinforcements sent from Tikrit", "Baiji refinery"),
    ("Iraqi jets struck positions in Qaim; officials in Baghdad gave no details", "Qaim"),
    ("In Deir ez-Zor, a doctor from Aleppo was shot", "Deir ez-Zor"),
    ("The Kirkuk council condemned the shelling of Hawija", "Hawija"),
    ("Rebels captured Idlib after weeks, said activists in Turkey", "Idlib"),
    ("A roadside bomb went off north of Baqubah in Diyala province", "Baqubah"),
    ("Militants seized Haditha Dam, local officials told a paper in Erbil", "Haditha Dam"),
    ("Heavy fighting in Kobani as smoke is seen from Turkey", "Kobani"),
    ("From Damascus the minister announced that Palmyra had been retaken", "Palmyra"),
    ("Tal Afar: mortar fire on the town, families move to Erbil", "Tal Afar"),
    ("Mosul University students were stopped at a checkpoint in Dohuk", "Dohuk"),
    ("Six soldiers of the Baghdad brigade died in Hit", "Hit"),
    ("#Iraq #Fallujah shelling continues", "Fallujah"),
    ("Sources in Beirut say that Homs was hit by rockets", "Homs"),
    ("قتل ثلاثة من أهالي الموصل بانفجار في تكريت", "تكريت"),
    ("أعلن محافظ نينوى عن اشتباكات في سنجار", "سنجار"),
    ("هاجم مسلحون قادمون من الرقة حاجزا قرب الحسكة", "الحسكة"),
    ("شرطة الأنبار: انفجار سيارة في الرمادي", "الرمادي"),
    ("انفجار عبوة ناسفة بمدينة بعقوبة في محافظة ديالى", "بعقوبة"),
    ("قصف على حي في حلب بحسب ناشطين في تركيا", "حلب"),
    ("سيطر المسلحون على سد حديثة غرب العراق", "سد حديثة"),
    ("اشتباكات عنيفة في مصفى بيجي شمال صلاح الدين", "مصفى بيجي"),
    ("وصلت تعزيزات من بغداد الى سامراء حيث تدور معارك في بلد", "بلد"),
    ("مجلس محافظة كركوك يدين قصف الحويجة", "الحويجة"),
    ("العراق: مقتل خمسة في الفلوجة", "الفلوجة"),
    ("سقوط قذائف على تدمر وفق مصادر في دمشق", "تدمر"),
    ("نزوح عائلات من تلعفر الى أربيل بعد قصف في تلعفر", "تلعفر"),
    ("اندلعت معارك في كوباني قرب الحدود مع تركيا", "كوباني"),
    ("إصابة طبيب من حلب بإطلاق نار في دير الزور", "دير الزور"),
    ("تحرير القائم بالكامل يقول مسؤول في بغداد", "القائم"),
    ("هجوم على قاعدة سبايكر قرب تكريت", "قاعدة سبايكر"),
    ("غارات على ادلب وريفها ونقل الجرحى الى تركيا", "ادلب"),
    ("قوات من البصرة تنتشر في سامراء", "سامراء"),
    ("عبوة ناسفة تستهدف رتلا على طريق بغداد - الفلوجة", "بغداد"),
]


def test_forty_sentences(whole: Gazetteer) -> None:
    wrong = []
    for text, wanted in SENTENCES:
        located = places_in(text, gazetteer=whole, theatre=Theatre(("IQ", "SY"), 2.0))
        got = event_place(text, located)
        said = located[got.index].text if got.index is not None else None
        if said is None or not (wanted in said or said in wanted):
            wrong.append((text, wanted, said))
    assert len(wrong) <= 4, wrong


def test_the_span_of_the_claim_decides_between_two_events(whole: Gazetteer) -> None:
    text = "A bomb exploded in Ramadi. Later a bridge was destroyed in Samarra"
    located = places_in(text, gazetteer=whole)
    at = text.index("destroyed")
    first = event_place(text, located, (text.index("exploded"), text.index("exploded") + 8))
    second = event_place(text, located, (at, at + 9))
    assert located[first.index or 0].text == "Ramadi"
    assert second.index is not None
    assert located[second.index].text == "Samarra"


def test_the_score_is_a_share_and_ranks_all(whole: Gazetteer) -> None:
    text = "Shelling in Fallujah, Ramadi and Kirkuk"
    located = places_in(text, gazetteer=whole)
    got = event_place(text, located)
    assert 0 < got.score < 1
    assert sum(share for _, share in got.ranked) == pytest.approx(1.0)
    assert {n for n, _ in got.ranked} == set(range(len(located)))


def test_no_place_is_an_answer(whole: Gazetteer) -> None:
    assert event_place("Nothing here", places_in("Nothing here", gazetteer=whole)).index is None
    text = "Statement by the Samarra Operations Command"
    assert event_place(text, places_in(text, gazetteer=whole)).index is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("US-led jets struck a bridge", ""), ("Saudi Arabia says it is ready to fight", ""),
        ("Russia's air force bombed a market in Aleppo", "Aleppo"), ("Turkish troops entered Syria", "Syria"),
        ("Jordan army ready to send troops to Iraq", "Iraq"), ("Iran will send tanks", ""), ("U.S. plans to bomb a town", ""),
        ("Heavy shelling #Iraq", "Iraq"), ("Clashes in Turkey", "Turkey"),
    ],
)  # fmt: skip
def test_countries_that_act_are_no_place(text: str, place: str, whole: Gazetteer) -> None:
    located = places_in(text, gazetteer=whole, theatre=Theatre(("IQ", "SY")))
    got = event_place(text, located)
    assert (located[got.index].text if got.index is not None else "") == place
