"""Which claims come up, in which order, and when they are done."""

from __future__ import annotations

import pyarrow as pa
import pytest
from review_made import claims_of, claims_run, taken_in

from blowback.case.case import Case
from blowback.case.seal import verify
from blowback.desk_review import decide, judgements, pending
from blowback.desk_review_set import typed
from blowback.errors import UnknownName, UsageError
from blowback.model.judgement import OUTPUT_JUDGEMENTS

Garden = tuple[Case, dict[str, str]]


def names(garden: Garden, **given) -> list[str]:
    back = {i: p for p, i in garden[1].items()}
    return [back[w.claim["post_id"]] for w in pending(garden[0], **given)]


def test_uncertain_claims_come_up_most_worth_it_first(garden: Garden) -> None:
    found = pending(garden[0])
    assert names(garden) == ["p4", "p1", "p2", "p7"]
    assert [w.copies for w in found] == [0, 1, 0, 0]  # p5 has the words of p1
    assert [[r.kind for r in w.reasons] for w in found] == [["verdict"], ["place"], ["hedged"], ["place"]]
    assert names(garden, limit=2) == ["p4", "p1"]
    assert names(garden) == names(garden)


def test_a_decided_claim_is_done_and_so_are_its_copies(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p1']}#1", "accept", name="elm")
    assert names(garden) == ["p4", "p2", "p7"]
    decide(case, f"{ids['p4']}#1", "skip", name="elm")
    assert names(garden) == ["p2", "p7"]
    assert names(garden, again=True) == ["p4", "p2", "p7"]
    decide(case, f"{ids['p2']}#1", "note", name="elm", why="ask someone who reads Arabic")
    assert names(garden) == ["p2", "p7"]
    assert pending(case)[0].judged[0].why == "ask someone who reads Arabic"
    assert verify(case) == []


def test_a_claim_that_is_read_otherwise_since_comes_up_again(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "accept", name="elm")
    decide(case, f"{ids['p1']}#1", "correct", given={"type": "attack"}, name="elm")
    rows = claims_of(ids)
    rows[0]["type"] = rows[4]["type"] = "attack"  # the analysis laid the correction on it
    claims_run(case, rows)
    assert names(garden) == ["p4", "p2", "p7"]
    rows[2]["polarity"] = "affirmed"
    claims_run(case, rows)
    assert names(garden) == ["p4", "p3", "p2", "p7"]
    assert [r.kind for r in pending(case)[1].reasons] == ["changed"]


def test_a_claim_whose_class_is_not_sure_comes_up(garden: Garden) -> None:
    case, ids = garden
    rows = claims_of(ids)
    assert "p3" not in names(garden)
    rows[2]["modality_p"] = 0.3
    claims_run(case, rows)
    (found,) = [w for w in pending(case) if w.claim["post_id"] == ids["p3"]]
    assert [(r.kind, r.says) for r in found.reasons] == [("meant", "that it is meant as denial: probability 0.30")]


def test_a_sample_is_drawn_by_lot_and_stays_the_same(garden: Garden) -> None:
    case, ids = garden
    some = names(garden, sample=3, seed=1)
    assert len(some) == 3
    assert "p6" not in names(garden, sample=99)  # no type: nothing to judge
    assert names(garden, sample=3, seed=1) == some
    decide(case, f"{ids[some[0]]}#1", "accept", picked="sample")
    left = names(garden, sample=3, seed=1)  # a claim in the same words goes with the one that was decided
    assert left == [n for n in some[1:] if n in left]
    assert some[0] not in left
    assert judgements(case).column("picked").to_pylist() == ["sample"]


def test_a_case_without_claims_says_what_to_do(tmp_path) -> None:
    case, _ = taken_in(tmp_path)
    with pytest.raises(UnknownName, match="blowback analyse case claims"):
        pending(case)
    assert judgements(case).equals(OUTPUT_JUDGEMENTS.arrow.empty_table())


def test_what_is_decided_is_one_line_and_one_line_of_the_ledger(garden: Garden) -> None:
    case, ids = garden
    made = decide(
        case, f"{ids['p1']}#1", "correct", name="elm", why="a clash only",
        given={"type": "attack", "place": "2", "time": "2024-05-02..2024-05-03", "quantity": "30-40 gnome other"},
    )  # fmt: skip
    assert made.set == {
        "type": "attack", "place_name": "Armil al-Hadiqa", "lat": 11.5, "lon": 21.0, "radius_km": 3.0,
        "time_from": "2024-05-02T00:00:00.000000Z", "time_to": "2024-05-04T00:00:00.000000Z", "time_kind": "calendar",
        "quantity_min": 30.0, "quantity_max": 40.0, "quantity_unit": "gnome", "quantity_role": "other",
    }  # fmt: skip
    assert (case.path / "judgements.jsonl").read_bytes().count(b"\n") == 1
    line = list(case.ledger.entries())[-1]
    assert (line["verb"], line["who"], line["why"], line["decision"]) == ("judge", "elm", "a clash only", "correct")
    assert line["row"] == made.claim_digest
    assert line["judgements"] == [made.id]
    (row,) = judgements(case).to_pylist()
    assert pa.Table.from_pylist([row], OUTPUT_JUDGEMENTS.arrow).num_rows == 1
    assert verify(case) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("type", "conquer"), ("modality", "rumour"), ("polarity", "no"), ("place", "3"), ("place", "0"),
        ("place", "site:nowhere"), ("place", "Armil@99,20"), ("time", "yesterday"), ("time", "2024-05-03T10:00"),
        ("time", "2024-05-03..2024-05-01"), ("time", "2024-02-31"), ("quantity", "many"), ("quantity", "40-30 gnome"),
        ("colour", "green"), ("actor", "x" * 400),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_what_does(garden: Garden, field: str, value: str) -> None:
    case, ids = garden
    with pytest.raises(UsageError) as raised:
        decide(case, f"{ids['p1']}#1", "correct", given={field: value})
    assert raised.value.hint
    assert not (case.path / "judgements.jsonl").exists()


def test_decisions_that_say_nothing_are_refused(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p1']}#1"
    for decision, given in (("correct", None), ("note", None), ("praise", None), ("accept", {"type": "attack"})):
        with pytest.raises(UsageError):
            decide(case, one, decision, given=given)
    with pytest.raises(UnknownName):
        decide(case, "x:none#1", "accept")
    with pytest.raises(UsageError, match="read anew"):
        decide(case, one, "accept", seen="0" * 64)


def test_a_place_can_be_none_typed_in_or_that_of_another_claim(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p7']}#1"
    assert decide(case, one, "correct", given={"place": "none"}).set["lat"] is None
    assert decide(case, one, "correct", given={"place": "Qarnab@12.5,-22.25"}).set["radius_km"] == 8.0
    made = decide(case, one, "correct", given={"place": "site:armil-2"})
    assert made.set["place_name"] == "Armil al-Hadiqa"
    assert len(made.over) == 1  # the one before, which stands over the first


@pytest.mark.parametrize(
    ("line", "given", "why"),
    [
        ("type=attack place=2 it's a clash", {"type": "attack", "place": "2"}, "it's a clash"),
        ("""actor="The Guild's" quantity='3-4 gnome seized'""", {"actor": "The Guild's", "quantity": "3-4 gnome seized"}, ""),
        ("  place=Qarnab@12.5,-22.25,8   as a=b says", {"place": "Qarnab@12.5,-22.25,8"}, "as a=b says"),
        ("actor= no actor", {"actor": ""}, "no actor"),
        ("just a reason", {}, "just a reason"),
        ("", {}, ""),
    ],
)  # fmt: skip
def test_a_line_as_typed(line: str, given: dict[str, str], why: str) -> None:
    assert typed(line) == (given, why)


def test_a_field_that_is_none_is_said() -> None:
    with pytest.raises(UsageError, match="colour"):
        typed("type=attack colour=green")
