"""The second reader: what it gives, what it may change, what it never does."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from blowback.model.claim import MODALITIES, ClaimRead
from blowback.tools.claim import claims_in, read
from blowback.tools.claim.reading import Asked, readings
from blowback.tools.claim.records import begin
from blowback.tools.claim.second import CLASSES, Weighed, weigh
from blowback.tools.claim.settled import MARGIN, WISH, decided
from blowback.tools.meaning import vectors
from blowback.tools.plain import plain

AT = dt.datetime(2014, 6, 11, 18, 30)


def both(text: str) -> tuple[tuple[ClaimRead, ...], tuple[ClaimRead, ...]]:
    """A text by the rules alone and weighed."""
    return claims_in(text, at=AT, weighed=False), claims_in(text, at=AT)


def odds(**given: float) -> Weighed:
    rest = (1 - sum(given.values())) / (len(CLASSES) - len(given))
    return Weighed({c: given.get(c, rest) for c in CLASSES}, 0.1)


@pytest.mark.parametrize(
    ("text", "modality", "polarity"),
    [
        ("The army captured the bridge", "report", "affirmed"),
        ("ISIS did not capture Palmyra", "denial", "negated"),
        ("We will take Tikrit within two days", "intention", "affirmed"),
        ("They did not sleep, they captured the bridge", "report", "affirmed"),
        ("The army is still shelling the eastern districts of Ramadi", "progress", "affirmed"),
        ("Reports that the militants entered the refinery, not confirmed", "hedged", "affirmed"),
        ("Did the army really enter Tikrit today?", "question", "affirmed"),
        ("If the convoy arrives, the brigade will attack the checkpoint", "conditional", "affirmed"),
        ("سيطر المقاتلون على المدينة", "report", "affirmed"),
        ("لم يدخل الجيش الى تكريت", "denial", "negated"),
        ("سندخل بغداد قريبا", "intention", "affirmed"),
        ("نسأل الله أن ينصر الجيش ويدخل المدينة", "aspiration", "affirmed"),
    ],
)
def test_plain_sentences_are_read_as_they_are_meant(text: str, modality: str, polarity: str) -> None:
    claim = claims_in(text, at=AT)[0]
    assert (claim.modality, claim.polarity) == (modality, polarity)
    assert claim.modality_p > 1 / len(CLASSES)


def test_without_the_second_reader_the_rules_stand_alone() -> None:
    text = "Next stop Samarra, the battalion commander told his men"
    ruled, _ = both(text)
    assert all(c.modality_p == 1.0 for c in ruled)


def test_what_no_rule_reads_says_that_it_was_weighed() -> None:
    ruled, weighed = both("Next stop Samarra, the battalion commander told his men")
    assert not ruled
    (claim,) = weighed
    assert claim.modality == "intention"
    assert any(cue.says.startswith("modality intention: weighed 0.9") for cue in claim.cues)


def test_what_it_takes_for_no_claim_is_told_with_its_reason() -> None:
    text = "They destroyed their own credibility again"
    assert claims_in(text, at=AT, weighed=False)
    got = read(text, at=AT)
    assert not got.claims
    assert any(c.says.startswith("modality none: weighed 0.") and "by the rules" in c.says for c in got.rejected)


def test_probabilities_sum_to_one_and_depend_on_nothing_but_the_text() -> None:
    text = "The regiment says it will take the dam before Ramadan"
    begun = begin(text, plain(text), at=AT, zone="Asia/Baghdad")
    assert begun is not None
    meaning = vectors(pa.array([text]))[0]
    sentence, said, taken = begun.sentences[0]
    one, two = (weigh(begun.words, sentence, said, taken, meaning) for _ in range(2))
    assert one == two
    assert set(one.p) == set(MODALITIES)
    assert abs(sum(one.p.values()) - 1) < 0.001
    assert 0 <= one.negated <= 1


def test_a_wish_is_taken_before_it_is_likeliest_and_rules_stand_where_it_is_close() -> None:
    assert decided(odds(report=0.6, aspiration=WISH)) == "aspiration"
    assert decided(odds(none=0.6, aspiration=WISH)) == "none"
    assert decided(odds(report=0.5, progress=0.5 - MARGIN + 0.01), "progress") == "progress"
    assert decided(odds(report=0.6, progress=0.6 - MARGIN - 0.01), "progress") == "report"


def test_many_texts_read_together_are_read_as_each_alone() -> None:
    texts = [
        "The army captured the bridge",
        "لم يدخل الجيش الى تكريت",
        "Good morning all",
        "",
        "We will enter Samarra soon",
    ]
    asked = [Asked(t, "", (), AT, "all") for t in texts]
    together = [[(c.modality, c.polarity, c.start, c.end) for c in r.claims] for r in readings(asked)]
    alone = [[(c.modality, c.polarity, c.start, c.end) for c in next(readings([a])).claims] for a in asked]
    assert together == alone
    assert together[2] == together[3] == []


def test_it_adds_no_actor_no_place_and_no_type() -> None:
    text = "Rotten people in Kafranbel lifted the radio host again, third time this month"
    for claim in claims_in(text, at=AT):
        if claim.modality_p < 1 and not claims_in(text, at=AT, weighed=False):
            assert (claim.actor, claim.target, claim.type) == ("", "", "")
