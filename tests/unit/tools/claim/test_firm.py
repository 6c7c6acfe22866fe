"""What is no announcement, no state under way, no denial of an event, though its words look like one. Sentences of our own."""

from __future__ import annotations

import datetime as dt

import pytest

from blowback.tools.claim import claims_in

AT = dt.datetime(2014, 6, 11, 18, 30)


def classes(text: str) -> set[str]:
    return {c.modality for c in claims_in(text, at=AT, weighed=False)}


@pytest.mark.parametrize(
    "text",
    [
        "Norland sent 40 soldiers to fight the army", "The planes help the army to take the bridge",
        "The guards urge every soldier to defect and join them", "They keep two tanks to open the road to the city",
        "Use the old fighters to beat the army", "The colonel thinks the army will attack the bridge",
        "We stay because they will kill every soldier", "He is the kind of man who will attack the army",
        "They would attack the army", "Any rifles for the rebels will be considered a declaration of war",
        "The minister said he will supply rebels with missiles", "The army was ready to attack the bridge",
        "The prophet said an army will attack the city", "I said you will flee from the army",
        "The soldiers of the army will be in trouble soon", "Rebels show plans and drawings of the bridge",
        "55 families are on their way to the border", "New vid of burning the tank soon",
        "The army carried out several raids tonight", "The battle for the bridge begins this morning",
    ],
)  # fmt: skip
def test_no_announcement(text: str) -> None:
    assert "intention" not in classes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Army to leave the bridge on Friday", "Rebels ready to attack the bridge", "The army vows to retake the city",
        "We will storm the barracks", "The army is about to storm the barracks", "The army plans to step up its raids",
        "The group will launch an attack on the bridge", "Norland army: we will fight the rebels",
    ],
)  # fmt: skip
def test_announcements_stay(text: str) -> None:
    assert "intention" in classes(text)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Shelling the army barracks with mortars", "report"), ("Capturing two vehicles of the army", "report"),
        ("Fleeing the city without a fight", "report"), ("120 soldiers arrive at the base", "report"),
        ("The army still killed the prisoners", "report"), ("The pilot was shot down 30 km from the base", "report"),
        ("The army managed to take the bridge", "report"), ("The army was able to enter the city", "report"),
        ("The army is bombing the city", "progress"), ("Army units advancing towards the city", "progress"),
        ("The army continues to shell the city", "progress"), ("Clashes ongoing in the city", "progress"),
        ("Yield the hill, or the whole town will be destroyed", "threat"),
    ],
)  # fmt: skip
def test_deeds_and_states(text: str, modality: str) -> None:
    assert classes(text) == {modality}


@pytest.mark.parametrize(
    "text",
    [
        "I'm not attacking the army, I only say what I see", "The army doesn't know what to eat",
        "There is no man in the army without a hat", "This is not the army but its band", "They can't defeat the army",
        "A free city instead of the plan of the army", "When the army is not bombing cities it builds them",
        "The elders warned us about the army",
    ],
)  # fmt: skip
def test_no_event_is_denied_or_threatened(text: str) -> None:
    assert not classes(text) & {"denial", "threat"}


@pytest.mark.parametrize(
    "text",
    ["فوج کے جوانوں نے شہر پر حملہ کیا ہے", "نیروهای ارتش به شهر حمله کرده است و قتل", "داعش هجوم وکړ په ښار کې قتل"],
)
def test_other_languages_in_arabic_letters_are_not_read(text: str) -> None:
    assert claims_in(text, at=AT, weighed=False, lang="ar") == ()


def test_a_year_counts_nothing() -> None:
    (claim,) = claims_in("The army will attack the bridge in 2016 we hear", at=AT, weighed=False)
    assert all(q.low != 2016 for q in claim.quantities)


def test_an_account_and_a_lead_in_are_no_part_of_the_subject() -> None:
    (claim,) = claims_in("@toran_news Video showing guards attacking the army now", at=AT, weighed=False)
    assert claim.actor == "guards"


def test_a_bar_inside_a_word_is_no_stop() -> None:
    (claim,) = claims_in("#Iraq|i army captured the bridge", at=AT, weighed=False)
    assert (claim.actor, claim.type) == ("Iraq|i army", "capture")
