"""Decisions laid on claims, and what they say of how well claims are read."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from review_made import TEXTS, claims_of, claims_run, made_case

from blowback.analyses.claims.judged import OUTPUT_REVIEWED, apply, judgements_in, truth
from blowback.case.case import Case
from blowback.desk_review import decide, judgements, merge, pending
from blowback.desk_review_exchange import export
from blowback.desk_runs import frames_beside, runs_beside
from blowback.model.analysis import Analysis
from blowback.model.judgement import OUTPUT_JUDGEMENTS, Judgement, claim_digest, micros
from blowback.testing import played

Garden = tuple[Case, dict[str, str]]


def laid(garden: Garden, rows=None):
    case, ids = garden
    rows = claims_of(ids) if rows is None else rows
    for row in rows:  # as rows in the making are
        row |= {n: micros(row[n]) for n in ("posted_at", "time_from", "time_to")}
    back = {i: p for p, i in ids.items()}
    done = apply(rows, judgements(case), {i: TEXTS[p] for p, i in ids.items()})
    return {back[r["post_id"]]: r for r in done.rows}, {k: v for k, v in done.counts.items() if v}


def test_nothing_decided_nothing_changed(garden: Garden) -> None:
    rows = claims_of(garden[1])
    done = apply(rows, OUTPUT_JUDGEMENTS.arrow.empty_table(), {})
    assert done.rows == rows


def test_rejected_corrected_and_accepted(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p2']}#1", "reject", why="a slogan")
    decide(case, f"{ids['p3']}#1", "accept")
    decide(case, f"{ids['p4']}#1", "correct", given={"place": "none", "time": "2024-05-04", "modality": "threat"})
    decide(case, f"{ids['p7']}#1", "skip")
    found, counts = laid(garden)
    assert (found["p2"]["modality"], found["p2"]["type"]) == ("none", "")
    assert found["p3"]["modality"] == "denial"
    four = found["p4"]
    assert (four["modality"], four["lat"], four["place_name"], four["place_p"]) == ("threat", None, None, None)
    assert four["time_from"] == micros("2024-05-04T00:00:00.000000Z")
    assert (four["time_to"], four["time_kind"]) == (micros("2024-05-05T00:00:00.000000Z"), "calendar")
    assert counts == {"rejected": 1, "accepted": 1, "corrected": 1, "notes": 1}


def test_the_same_words_elsewhere_go_along_but_for_their_time(garden: Garden) -> None:
    case, ids = garden
    made = decide(case, f"{ids['p1']}#1", "correct", given={"type": "attack", "place": "2", "time": "2024-05-01"})
    found, counts = laid(garden)
    assert counts == {"corrected": 1, "copies": 1}
    assert [found[p]["type"] for p in ("p1", "p5")] == ["attack", "attack"]
    assert [found[p]["place_p"] for p in ("p1", "p5")] == [1.0, 1.0]
    assert found["p1"]["time_from"] == micros("2024-05-01T00:00:00.000000Z")
    assert found["p5"]["time_from"] == micros("2024-05-03T00:00:00.000000Z")
    assert claim_digest(found["p1"]) == made.after_digest


def test_other_words_or_another_span_are_not_touched(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "reject")
    rows = claims_of(ids)
    rows[2]["span_end"] -= 1
    found, counts = laid(garden, rows)
    assert found["p3"]["modality"] == "denial"
    assert counts == {"changed": 1}
    for row in rows:
        row |= {n: micros(row[n]) for n in ("posted_at", "time_from", "time_to")}
    done = apply(claims_of(ids), judgements(case), {i: TEXTS[p] + "!" for p, i in ids.items()})
    assert dict(done.counts)["changed"] == 1
    assert [r["modality"] for r in done.rows] == [r["modality"] for r in claims_of(ids)]


def test_another_number_is_the_same_claim_where_the_span_is_its_own(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "reject")
    rows = claims_of(ids)
    rows[2]["claim_id"] = f"{ids['p3']}#2"
    found, counts = laid(garden, rows)
    assert found["p3"]["modality"] == "none"
    assert counts == {"rejected": 1}
    twin = {**claims_of(ids)[2], "claim_id": f"{ids['p3']}#3", "type": "attack"}
    rows = [*claims_of(ids), twin]  # two claims in one span: the number decides
    done = apply(rows, judgements(case), {i: TEXTS[p] for p, i in ids.items()})
    assert [r["modality"] for r in done.rows if r["post_id"] == ids["p3"]] == ["none", "denial"]


def after(case: Case, ids: dict[str, str]) -> dict[str, dict]:
    """Another run of the analysis: the rules read the same, the decisions are laid on it; rows by short name."""
    rows = claims_of(ids)
    done = apply(rows, judgements(case), {i: TEXTS[p] for p, i in ids.items()})
    claims_run(case, done.rows)
    back = {i: p for p, i in ids.items()}
    return {back[r["post_id"]]: r for r in done.rows}


def test_accepting_a_corrected_reading_keeps_the_correction(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p4']}#1"
    decide(case, one, "correct", given={"type": "attack"})
    assert after(case, ids)["p4"]["type"] == "attack"
    decide(case, one, "accept")
    assert after(case, ids)["p4"]["type"] == "attack"
    decide(case, one, "accept")
    decide(case, one, "correct", given={"modality": "threat"})
    four = after(case, ids)["p4"]
    assert (four["type"], four["modality"]) == ("attack", "threat")
    assert one not in [w.claim["claim_id"] for w in pending(case)]


def test_a_rejection_can_be_taken_back(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p4']}#1"
    decide(case, one, "reject")
    assert after(case, ids)["p4"]["modality"] == "none"
    decide(case, one, "accept")
    assert after(case, ids)["p4"]["modality"] == "none"
    decide(case, one, "correct", given={"modality": "threat", "type": "capture"})
    four = after(case, ids)["p4"]
    assert (four["type"], four["modality"], four["place_name"]) == ("capture", "threat", "Dosha")
    assert one not in [w.claim["claim_id"] for w in pending(case)]


def test_deciding_anew_on_what_the_rules_read_starts_anew(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p4']}#1"
    decide(case, one, "correct", given={"type": "attack"})
    decide(case, one, "accept")  # before another run: of the reading as it stands, not of the correction
    assert after(case, ids)["p4"]["type"] == "capture"


def test_where_reviewers_disagree_nothing_is_touched(garden: Garden, tmp_path) -> None:
    case, ids = garden
    one = f"{ids['p4']}#1"
    mine = decide(case, one, "reject", name="elm")
    other = replace(mine, who="oak", decision="accept", over=(), after_digest=mine.claim_digest, id="")
    export(case, tmp_path / "mine.jsonl")
    lines = (tmp_path / "mine.jsonl").read_bytes().splitlines()
    import orjson

    (tmp_path / "theirs.jsonl").write_bytes(b"\n".join([lines[0], orjson.dumps(other.as_dict())]) + b"\n")
    assert merge(case, tmp_path / "theirs.jsonl").conflicts[0]["claim_id"] == one
    found, counts = laid(garden)
    assert (found["p4"]["modality"], counts) == ("intention", {"disputed": 1})
    assert [r.kind for r in pending(case)[0].reasons] == ["disputed", "verdict"]
    settled = decide(case, one, "accept", name="ash")
    assert set(settled.over) == {mine.id, other.id}
    assert laid(garden)[1] == {"accepted": 1}
    assert [w.claim["claim_id"] for w in pending(case) if w.claim["claim_id"] == one] == []


def test_a_run_sees_the_judgements_of_its_time(garden: Garden) -> None:
    case, ids = garden
    wanted = Analysis(
        id="t", version=1, asks="?", cannot_show="-", reads={}, params=(), steps=(), outputs=(), rules=(),
        judge=lambda _: (), beside=(("case", "judgements"),),
    )  # fmt: skip
    decide(case, f"{ids['p3']}#1", "accept")
    then = runs_beside(case, wanted)
    assert then == {"case": "1"}
    decide(case, f"{ids['p4']}#1", "accept")
    assert frames_beside(case, wanted, then)["case.judgements"].num_rows == 1
    assert frames_beside(case, wanted, {})["case.judgements"].num_rows == 0
    assert frames_beside(case, wanted, runs_beside(case, wanted))["case.judgements"].num_rows == 2


def test_an_analysis_is_played_with_judgements(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "accept")
    seen: list[pa.Table] = []
    wanted = Analysis(
        id="t", version=1, asks="?", cannot_show="-", reads={}, params=(), steps=(), outputs=(), rules=(), judge=lambda _: (),
        refine=lambda frames, _params, _progress: seen.append(frames["case.judgements"]) or {}, beside=(("case", "judgements"),),
    )  # fmt: skip
    played(wanted, {}, beside={"case.judgements": judgements(case)})
    played(wanted, {})
    assert [t.num_rows for t in seen] == [1, 0]
    assert seen[1].schema.equals(OUTPUT_JUDGEMENTS.arrow)


def many(tmp_path, picked: str = "sample"):
    """40 claims with a place: those of p .9 are right nine times of ten, those of p .5 every other time."""
    import review_made as made

    texts = {f"q{n}": f"The guild entered Dosha gate {n}" for n in range(40)}
    case, ids = made.taken_in(tmp_path, texts)
    rows = [
        made.claim(ids[p], t, candidates=[{**made.DOSHA, "p": 0.9 if n < 20 else 0.5}, {**made.ARMIL, "p": 0.1}])
        for n, (p, t) in enumerate(texts.items())
    ]
    claims_run(case, rows)
    for n, post in enumerate(texts):
        wrong = n in (3, 7) or (n >= 20 and n % 2)
        given = {"place": "2"} if wrong else None
        if n == 10:
            given = {"modality": "hedged"}
        decide(case, f"{ids[post]}#1", "correct" if given else "accept", given=given, picked=picked)
    return case


def test_reliability_of_places_and_modality(tmp_path) -> None:
    case = many(tmp_path)
    table = truth(judgements(case))
    assert table.schema.equals(OUTPUT_REVIEWED.arrow)
    rows = {(r["of"], r["picked"], r["bin"]): r for r in table.to_pylist()}
    high = rows["place_p", "sample", "0.8 to 1"]
    assert (high["n"], high["hits"], high["said"]) == (20, 18, pytest.approx(0.9))
    assert (rows["place_p", "any", "0.4 to 0.6"]["n"], rows["place_p", "any", "0.4 to 0.6"]["hits"]) == (20, 10)
    whole = rows["place_p", "sample", "all"]
    assert whole["brier"] == pytest.approx((18 * 0.01 + 2 * 0.81 + 20 * 0.25) / 40)
    assert whole["brier_low"] < whole["brier"] < whole["brier_high"]
    assert whole["ece"] == pytest.approx(0.0)
    assert whole["says"] == "measured on 40 decisions"
    assert (rows["modality", "any", "report"]["n"], rows["modality", "any", "report"]["hits"]) == (40, 39)
    assert "uncertain" in rows["modality", "any", "all"]["says"]


def test_below_thirty_nothing_is_calibrated(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p1']}#1", "reject")
    decide(case, f"{ids['p3']}#1", "accept")
    rows = {(r["of"], r["picked"], r["bin"]): r for r in truth(judgements(case)).to_pylist()}
    whole = rows["place_p", "any", "all"]
    assert (whole["n"], whole["brier"]) == (1, None)  # a rejected claim says nothing of its place
    assert whole["says"].startswith("not calibrated: 1 decisions, 30 are needed")
    assert rows["modality", "any", "all"]["hits"] == 1
    assert rows["place_p", "sample", "all"]["share"] is None


def test_a_persons_own_reading_is_not_taken_for_the_programs(garden: Garden) -> None:
    case, ids = garden
    one = f"{ids['p1']}#1"
    decide(case, one, "correct", given={"place": "2"})
    rows = claims_of(ids)
    rows[0] |= {"place_name": "Armil al-Hadiqa", "lat": 11.5, "lon": 21.0, "radius_km": 3.0, "place_p": 1.0}
    claims_run(case, rows)  # the analysis laid the correction on it
    decide(case, one, "accept")
    whole = next(
        r for r in truth(judgements(case)).to_pylist() if (r["of"], r["picked"], r["bin"]) == ("place_p", "any", "all")
    )
    assert (whole["n"], whole["hits"], whole["said"]) == (1, 0, pytest.approx(0.5))


def test_a_table_of_judgements_gives_them_back(tmp_path) -> None:
    case, ids = made_case(tmp_path)
    made = decide(case, f"{ids['p1']}#1", "correct", given={"place": "none", "quantity": "3+ rose"})
    assert judgements_in(judgements(case)) == [made]
    assert isinstance(made, Judgement)
    assert made.set["quantity_max"] is None
