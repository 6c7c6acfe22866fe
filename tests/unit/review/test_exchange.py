"""Judgements under custody, and from one reviewer to another."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from review_made import made_case

from blowback.case import bundle
from blowback.case.atomic import append_line
from blowback.case.case import Case
from blowback.case.judgements import judgements_of, settle
from blowback.case.seal import verify
from blowback.desk_review import decide, export, merge, pending
from blowback.errors import CustodyError, InputError, NotReadable, UnknownFormat, UsageError
from blowback.model.judgement import in_force, judgement_from

Garden = tuple[Case, dict[str, str]]


def twin(case: Case, folder: Path) -> Case:
    """The same case on another reviewer's machine."""
    bundle.dump(case, folder / "case.blowback", keys=True)
    return bundle.load(folder / "case.blowback", folder / "theirs")


def test_two_reviewers_work_apart_and_merge(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "accept", name="elm")
    theirs = twin(case, tmp_path)
    decide(case, f"{ids['p1']}#1", "accept", name="elm")
    same = decide(theirs, f"{ids['p3']}#1", "reject", name="oak", why="no claim")
    decide(theirs, f"{ids['p1']}#1", "reject", name="oak")
    decide(theirs, f"{ids['p2']}#1", "note", name="oak", why="look again")
    assert export(theirs, tmp_path / "oak.jsonl") == 4
    told = merge(case, tmp_path / "oak.jsonl")
    assert (told.added, told.known, told.set_aside) == (3, 1, ())
    assert [c["claim_id"] for c in told.conflicts] == [f"{ids['p1']}#1"]
    assert {j["who"] for j in told.conflicts[0]["judgements"]} == {"elm", "oak"}
    assert told.overruled == same.over  # oak had seen elm's decision on p3
    again = merge(case, tmp_path / "oak.jsonl")
    assert (again.added, again.known) == (0, 4)
    assert [j.who for j in judgements_of(case)] == ["elm", "elm", "oak", "oak", "oak"]
    assert verify(case) == []
    line = next(e for e in case.ledger.entries() if e["verb"] == "merge")
    assert (line["file"], len(line["judgements"]), line["conflicts"]) == ("oak.jsonl", 3, 1)
    assert verify(theirs) == []


def test_what_is_no_judgement_is_set_aside_with_its_line(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "accept", name="elm")
    export(case, tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_bytes().splitlines()
    good = orjson.loads(lines[1])
    bad = [b"not json", b"[1]", orjson.dumps({**good, "who": "someone else"}), orjson.dumps({**good, "extra": 1})]
    bad.append(orjson.dumps({**good, "set": {"account_id": "x:other"}}))
    bad.append(orjson.dumps({**good, "decision": "shame"}))
    for given in ({"post_id": "x:elsewhere"}, {"text_hash": "0" * 64}):
        plain = {k: v for k, v in {**good, **given}.items() if k != "id"}
        from blowback.model.judgement import Judgement

        bad.append(orjson.dumps(Judgement(**{**plain, "over": ()}).as_dict()))
    (tmp_path / "b.jsonl").write_bytes(b"\n".join([lines[0], *bad]) + b"\n")
    told = merge(case, tmp_path / "b.jsonl")
    assert told.added == 0
    assert [a["line"] for a in told.set_aside] == list(range(2, 2 + len(bad)))
    assert "id" in told.set_aside[2]["reason"]
    assert "account_id" in told.set_aside[4]["reason"] or "cannot be set" in told.set_aside[4]["reason"]
    assert told.set_aside[6]["reason"] == "its post is not in this case"
    assert told.set_aside[7]["reason"] == "its post has another text in this case"
    assert verify(case) == []


def test_a_file_cannot_overrule_decisions_about_other_posts(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    mine = decide(case, f"{ids['p3']}#1", "accept", name="elm")
    theirs = twin(case, tmp_path)
    other = decide(theirs, f"{ids['p4']}#1", "reject", name="oak")
    crafted = replace(other, over=(mine.id,), id="")
    label = orjson.dumps({"blowback_judgements": 1})
    (tmp_path / "oak.jsonl").write_bytes(label + b"\n" + orjson.dumps(crafted.as_dict()) + b"\n")
    told = merge(case, tmp_path / "oak.jsonl")
    assert (told.added, told.overruled) == (1, ())
    assert in_force(judgements_of(case))[mine.claim_id] == [mine]


def test_files_that_are_something_else(garden: Garden, tmp_path: Path) -> None:
    case, _ = garden
    with pytest.raises(NotReadable):
        merge(case, tmp_path / "none.jsonl")
    (tmp_path / "posts.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(UnknownFormat):
        merge(case, tmp_path / "posts.jsonl")
    with pytest.raises(UsageError):
        export(case, tmp_path / "posts.jsonl")
    (tmp_path / "long.jsonl").write_bytes(b'{"blowback_judgements":1}\n' + b"x" * 100_000)
    with pytest.raises(InputError):
        merge(case, tmp_path / "long.jsonl")


def test_verify_names_the_line_of_a_changed_judgement(garden: Garden) -> None:
    case, ids = garden
    for post in ("p1", "p3", "p4"):
        decide(case, f"{ids[post]}#1", "accept", name="elm")
    path = case.path / "judgements.jsonl"
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)

    path.write_bytes(whole.replace(b'"who":"elm"', b'"who":"oak"', 1))
    assert "judgements.jsonl, line 1" in [p.where for p in verify(case)]
    with pytest.raises(CustodyError):
        judgements_of(case)
    path.write_bytes(lines[0] + lines[2])
    assert any("is gone" in p.what for p in verify(case))
    path.write_bytes(whole + lines[0])
    assert any("already" in p.what for p in verify(case))
    path.write_bytes(whole + b"{oops\n")
    assert any(p.where.startswith("judgements.jsonl") for p in verify(case))
    path.unlink()
    assert verify(case)
    path.write_bytes(whole)
    assert verify(case) == []


def test_a_kill_between_the_line_and_the_ledger_is_told_and_mended(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    shutil.copytree(case.path, tmp_path / "copy")
    other = Case.open(tmp_path / "copy")
    made = decide(other, f"{ids['p3']}#1", "accept", name="elm")
    append_line(case.path / "judgements.jsonl", orjson.dumps(made.as_dict(), option=orjson.OPT_SORT_KEYS))
    assert [p.next_step for p in verify(case)]
    with case.lock():
        settle(case)
    assert verify(case) == []
    decide(case, f"{ids['p4']}#1", "accept", name="elm")
    assert [j.decision for j in judgements_of(case)] == ["accept", "accept"]
    assert verify(case) == []


def test_what_a_kill_left_of_a_line_does_not_count(garden: Garden) -> None:
    case, ids = garden
    decide(case, f"{ids['p3']}#1", "accept", name="elm")
    with (case.path / "judgements.jsonl").open("ab") as out:
        out.write(b'{"id":"J-0123')
    assert len(judgements_of(case)) == 1
    decide(case, f"{ids['p4']}#1", "accept", name="elm")
    assert len(judgements_of(case)) == 2
    assert verify(case) == []


def test_judgements_travel_with_the_case(garden: Garden, tmp_path: Path) -> None:
    case, ids = garden
    decide(case, f"{ids['p4']}#1", "accept", name="elm")
    theirs = twin(case, tmp_path)
    assert judgements_of(theirs) == judgements_of(case)
    assert [w.claim["claim_id"] for w in pending(theirs)] == [w.claim["claim_id"] for w in pending(case)]


def test_a_judgement_reads_back_as_it_was(tmp_path: Path) -> None:
    case, ids = made_case(tmp_path)
    made = decide(case, f"{ids['p1']}#1", "correct", given={"place": "2", "time": "none"}, name="elm", why="\u202e so")
    assert judgement_from(orjson.loads(orjson.dumps(made.as_dict()))) == made
