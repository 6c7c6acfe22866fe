"""Claims of a text: modality, polarity, type, who, whom, how many, by whom. Sentences of our own."""

from __future__ import annotations

import datetime as dt

import pytest

from blowback.model.claim import MODALITIES, SLOTS, TYPES, Candidate, ClaimRead, Located
from blowback.tools.claim import claims_in

AT = dt.datetime(2014, 6, 11, 18, 30)


def one(text: str, places: tuple[Located, ...] = ()) -> ClaimRead:
    (claim,) = claims_in(text, at=AT, weighed=False, places=places)
    return claim


@pytest.mark.parametrize(
    ("text", "modality", "kind"),
    [
        ("The guards captured the bridge of Toran", "report", "capture"),
        ("Guard units are advancing towards Toran", "progress", "advance"),
        ("We are 12 km from the airport", "progress", "advance"),
        ("We will capture the bridge of Toran", "intention", "capture"),
        ("O soldiers of Toran, we will slaughter you", "threat", "execute"),
        ("If the army attacks the bridge, we will burn the market", "conditional", "destroy"),
        ("May Allah open the city of Toran for us", "aspiration", "capture"),
        ("Reports that the army withdrew from Toran", "hedged", "withdraw"),
        ("The army might attack the bridge", "hedged", "attack"),
        ("Is it true that the army withdrew from Toran?", "question", "withdraw"),
        ("New video coming soon: the attack on the bridge", "none", "attack"),
        ("سيطر الجنود على مدينة طوران", "report", "capture"),
        ("الجنود يتقدمون نحو مدينة طوران", "progress", "advance"),
        ("سنقتحم مدينة طوران إن شاء الله", "intention", "attack"),
        ("يا أهل طوران سنذبحكم", "threat", "execute"),
        ("إذا دخل الجيش المدينة سنحرق الجسر", "conditional", "destroy"),
        ("نسأل الله أن يفتح لنا مدينة طوران", "aspiration", "capture"),
        ("أنباء عن انسحاب الجيش من طوران", "hedged", "withdraw"),
        ("قد ينسحب الجيش من طوران", "hedged", "withdraw"),
        ("هل انسحب الجيش من طوران؟", "question", "withdraw"),
        ("راح نهاجم المطار باجر", "intention", "attack"),
    ],
)
def test_classes(text: str, modality: str, kind: str) -> None:
    claim = one(text)
    assert (claim.modality, claim.type, claim.polarity) == (modality, kind, "affirmed")


@pytest.mark.parametrize(
    "text",
    [
        "The army did not capture the bridge", "The army has not yet been able to take the bridge", "Nobody captured the bridge",
        "We will not withdraw from the bridge", "The army failed to capture the bridge", "There were no clashes in the city",
        "The ministry denies that the army lost the bridge", "The claim that the bridge was captured is false",
        "لم يسيطر الجيش على الجسر", "لن ننسحب من الجسر", "ما انسحب الجيش من الجسر", "ماكو هجوم على الجسر",
        "فشل الجيش في اقتحام الجسر", "ينفي الجيش سقوط المدينة", "لا صحة لسقوط المدينة",
    ],
)  # fmt: skip
def test_a_negated_act_is_a_denial(text: str) -> None:
    claim = one(text)
    assert (claim.modality, claim.polarity) == ("denial", "negated")


@pytest.mark.parametrize(
    "text",
    [
        "The soldiers who did not surrender were killed near the bridge",
        "Insha'Allah nothing stops us: the brothers captured the bridge",
        "They did not sleep, they captured the bridge",
    ],
)
def test_a_negation_elsewhere_does_not_reach_the_head(text: str) -> None:
    heads = [c for c in claims_in(text, at=AT, weighed=False) if c.type in ("capture", "attack")]
    assert [c.polarity for c in heads] == ["affirmed"]


def test_insha_allah_is_neither_doubt_nor_wish() -> None:
    plain, pious = one("We will capture the bridge"), one("Insha'Allah we will capture the bridge")
    assert plain.modality == pious.modality == "intention"


@pytest.mark.parametrize(
    "text", ["", " \n", "good morning, brothers", "happy birthday to my sister", "🔥🔥", "\0", "#طوران"]
)
def test_small_talk_makes_no_claim(text: str) -> None:
    assert claims_in(text, at=AT, weighed=False) == ()


def test_several_claims_of_one_text_keep_their_own_words() -> None:
    text = "The brothers captured the bridge and killed 7 guards. Reports that the army fled."
    claims = claims_in(text, at=AT, weighed=False)
    assert [(c.modality, c.type) for c in claims] == [
        ("report", "capture"),
        ("report", "attack"),
        ("hedged", "withdraw"),
    ]
    assert [text[c.start : c.end][:12] for c in claims] == ["The brothers", "and killed 7", "Reports that"]


@pytest.mark.parametrize(
    ("text", "actor", "target"),
    [
        ("Army units destroyed the bridge", "Army units", "bridge"),
        ("The bridge was destroyed by army units", "army units", "bridge"),
        ("دمر الجيش الجسر", "الجيش", "الجسر"),
        ("القوات الأمنية دمرت الجسر", "القوات الأمنية", "الجسر"),
        ("Toran fell to the rebels", "rebels", "Toran"),
    ],
)
def test_who_and_whom(text: str, actor: str, target: str) -> None:
    claim = one(text)
    assert (claim.actor, claim.target) == (actor, target)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit", "role"),
    [
        ("The brothers killed 12 soldiers of the enemy", 12, 12, "killed", "enemy_loss"),
        ("We lost 3 brothers in the battle", 3, 3, "brothers", "own_loss"),
        ("At least 15 civilians were killed in the airstrike", 15, None, "killed", "loss"),
        ("Rebels seized dozens of rifles", 20, 99, "gun", "seized"),
        ("between 20-30 tanks destroyed near the bridge", 20, 30, "tank", "loss"),
        ("Army units are 30 km from the city, advancing", 30, 30, "km", "distance"),
        ("غنم المجاهدون مروحيتين", 2, 2, "helicopter", "seized"),
        ("قتل خمسة وعشرين جنديا في كمين", 25, 25, "killed", "loss"),
        ("مقتل ١٢ جنديا في كمين", 12, 12, "killed", "loss"),
        ("We seized 2,5 million dinars", 2_500_000, 2_500_000, "dinar", "seized"),
        ("Rebels seized 2.000 rifles", 2000, 2000, "gun", "seized"),
        ("Rebels seized 2.000-3.000 rifles", 2000, 3000, "gun", "seized"),
        ("Army units are 2.500 km from the city, advancing", 2.5, 2.5, "km", "distance"),
    ],
)
def test_quantities_have_a_unit_and_a_role(text: str, low: float, high: float | None, unit: str, role: str) -> None:
    count = one(text).quantities[0]
    assert (count.low, count.high, count.unit, count.role) == (low, high, unit, role)
    assert count.text == text[count.start : count.end]


def test_numbers_of_names_and_times_count_nothing() -> None:
    claim = one("The 93rd brigade attacked the bridge on Highway 5 three days ago")
    assert claim.quantities == ()


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("According to Amaq, the bridge was destroyed", "Amaq"),
        ("Reuters says rebels captured the bridge", "Reuters"),
        ("Rebels captured the bridge via @some_one", "@some_one"),
        ("بحسب أعماق تم تدمير الجسر", "أعماق"),
        ("نقلا عن رويترز: سيطر الثوار على الجسر", "رويترز"),
    ],
)
def test_a_cited_source_is_kept(text: str, source: str) -> None:
    assert one(text).source_cited == source


def test_the_time_of_a_claim_follows_its_tense() -> None:
    past, ahead = one("Rebels captured the bridge on Friday"), one("We will capture the bridge on Friday")
    assert (past.when.since, ahead.when.since) == (dt.datetime(2014, 6, 5, 21), dt.datetime(2014, 6, 12, 21))


def test_shortages_are_a_slot() -> None:
    assert "shortage" in one("We are running out of ammunition").slots
    assert "shortage" in one("نحتاج ذخيرة ودواء").slots


def test_the_place_of_the_clause_is_the_event_place() -> None:
    text = "Rebels captured Toran. The army attacked Belun."
    places = tuple(
        Located(
            text.index(n), text.index(n) + 5, n, (Candidate(f"x:{n}", n, 1.0, 2.0, 8.0, "XX", "locality", 0.9),), 0.1
        )
        for n in ("Toran", "Belun")
    )
    assert [c.place for c in claims_in(text, at=AT, weighed=False, places=places)] == [0, 1]


def test_spans_and_values_are_in_bounds() -> None:
    text = "🔥 RT @x_y: #عاجل سيطـــر الجيش على الجسر — 12 soldiers killed https://x.example/a\u202e"
    for claim in claims_in(text, at=AT, weighed=False):
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.modality in MODALITIES
        assert claim.type in (*TYPES, "")
        assert set(claim.slots) <= set(SLOTS)
        assert all(0 <= c.start <= c.end <= len(text) for c in claim.cues)
        assert claim.actor in text
        assert claim.target in text


@pytest.mark.parametrize(
    "text",
    ["killed " * 20_000, "\u202eلم " * 5000, "if not " * 3000, "a_b@c_d " * 500, "9" * 5000 + " soldiers killed"],
)
def test_huge_and_odd_texts_are_read(text: str) -> None:
    assert len(claims_in(text, at=AT, weighed=False)) <= 200


def test_other_languages_give_nothing() -> None:
    assert claims_in("El ejército capturó el puente", at=AT, weighed=False, lang="es") == ()
