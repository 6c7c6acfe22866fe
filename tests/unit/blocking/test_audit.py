"""A stated reason against verdicts, a sentence's numbers, published lists: over a case, by the command line and from Python."""

# ruff: noqa: E501  # records of a file on one line

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from blowback.analyses.blocking import audit, claims, raters, rationale, units
from blowback.analyses.blocking.audit import Counted, doubt
from blowback.analyses.blocking.blocking import blocking
from blowback.analyses.blocking.units import Unit
from blowback.cli import blocking_told as told
from blowback.cli.main import app
from blowback.desk import Desk, new_case
from blowback.errors import CustodyError, UsageError
from blowback.model.blocking import Rationale

from .conftest import target

REASON = 'actor = "Harbour office"\nquote = "Seed exchanges are closed"\ndate = "2031-06-15"\nminimum_coverage = 0.5\n[blocked]\ncategory = ["{}"]\n'


@pytest.fixture
def desk(dumps: Path, tmp_path: Path) -> Desk:
    made = new_case(tmp_path / "case")
    made.blocking_import(dumps)
    return made


@pytest.fixture
def reason(tmp_path: Path) -> Path:
    path = tmp_path / "reason.toml"
    path.write_text(REASON.format("SEED"))
    return path


def test_a_case_without_the_names_says_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(REASON.format("HATE"))
    found = desk.blocking_audit(path)
    assert set(found["wording"].values()) == {"cannot tell"}
    assert "import a list that names such sites" in found["limits"][0]


def test_the_words_by_network(desk: Desk, reason: Path, tmp_path: Path) -> None:
    found = desk.blocking_audit(reason)
    assert found["wording"] == {"Northnet": "contradicted", "Carrier": "cannot tell", "Silentnet": "cannot tell"}
    north = found["networks"]["Northnet"]
    assert (north["table"], north["units_informative"], north["units_blocked"]) == ([[0, 10], [10, 40]], 60, 10)
    assert north["coverage"]["ci95"] == [0.0, pytest.approx(0.3085, abs=0.0005)]
    assert north["categories"][0]["category"] == "TOOL"
    assert north["plan"] == {
        "minimum_coverage": 0.5, "units_needed": 5, "units_predicted_informative": 10, "met": True, "none_would_still_allow": pytest.approx(0.3085, abs=0.0005),
    }  # fmt: skip
    silent = found["networks"]["Silentnet"]
    assert (silent["units_asked"], silent["units_informative"], silent["wording"]) == (20, 0, "cannot tell")
    assert found["networks"]["Carrier"]["units_blocked"] == 3
    assert found["overall"]["table"] == [[0, 10], [13, 40]]
    (tmp_path / "other.toml").write_text(REASON.format("TOOL"))
    assert desk.blocking_audit(tmp_path / "other.toml")["wording"]["Northnet"] == "consistent"


def test_the_rationale_is_in_the_ledger_before_and_the_audit_after(desk: Desk, reason: Path) -> None:
    held = desk.blocking_rationale(reason)
    assert (held["new"], held["judged_before"], held["version"]) == (True, False, 1)
    desk.blocking_judge()
    found = desk.blocking_audit(reason)
    assert found["rationale"]["judged_before"] is False
    reason.write_text(reason.read_text().replace("0.5", "0.9"))
    again = desk.blocking_audit(reason)
    assert (again["rationale"]["judged_before"], again["rationale"]["version"]) == (True, 2)
    assert again["rationale"]["amends"] == found["rationale"]["sha256"]
    verbs = [e["verb"] for e in desk.case.ledger.entries()]
    assert verbs.count("rationale") == 2
    assert verbs.count("audit") == 2
    assert json.loads((desk.path / found["file"]).read_text())["wording"] == found["wording"]
    assert desk.verify() == []


def test_it_judges_anew_when_the_case_has_grown(desk: Desk, reason: Path, tmp_path: Path) -> None:
    first = desk.blocking_audit(reason)["run"]
    assert desk.blocking_audit(reason)["run"] == first
    (tmp_path / "x.csv").write_text(
        "resolver,day,domain,rcode,answers\n198.51.100.1,2031-06-18,www.seed0.example,NOERROR,151.101.1.1\n"
    )
    desk.blocking_import(tmp_path / "x.csv")
    assert desk.blocking_audit(reason)["run"] != first


def test_units_of_domains_and_services_and_networks(desk: Desk, reason: Path) -> None:
    found = desk.blocking_audit(reason, unit="domain", networks=("Northnet", "Farnet"))
    assert set(found["networks"]) == {"Northnet"}
    assert (found["networks_without_data"], found["wording"]["Farnet"]) == (["Farnet"], "cannot tell")
    assert found["networks"]["Northnet"]["by_unit"]["service"]["table"] == [[0, 10], [10, 40]]
    with pytest.raises(UsageError, match="unit"):
        desk.blocking_audit(reason, unit="planet")
    with pytest.raises(UsageError, match="nothing to audit"):
        desk.blocking_audit()


def test_the_numbers_of_a_sentence(desk: Desk) -> None:
    claim = desk.blocking_audit(claim=(0, 7), names=("www.seed0.example", "www.tool0.example", "never.example"))[
        "claim"
    ]
    assert claim["true_share_up_to"] == pytest.approx(0.4096, abs=0.0005)
    assert claim["would_overturn"].startswith("1 more")
    case = claim["in_case"]
    assert (case["names_asked"], case["names_informative"], case["blocked"], case["word"]) == (2, 2, 1, "not supported")
    assert [n["why_not"] for n in case["names"]] == ["", "", "never asked"]
    path = desk.blocking_audit(claim=(0, 1), names=("www.slow.example",))["claim"]["in_case"]
    assert (path["word"], path["names_informative"]) == ("cannot tell", 0)


def test_a_published_list_is_held_against_the_measurements(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "blocked-northnet-dns.txt").write_text(
        "www.tool0.example\nwww.tool1.example\nwww.seed1.example\nnever.example\n"
    )
    (tmp_path / "blocked-elsewhere-dns.txt").write_text("tool0.example\nwww.tool1.example\nwww.tool2.example\n")
    desk.blocking_import(tmp_path / "blocked-northnet-dns.txt", tmp_path / "blocked-elsewhere-dns.txt")
    other, mine = desk.blocking_audit(claim=(0, 1))["published"]
    assert (mine["network"], mine["network_named"], mine["borne_out"]) == ("Northnet", True, 2)
    assert {d["entry"]: d["defect"] for d in mine["defects"]} == {
        "www.seed1.example": "open",
        "never.example": "never_asked",
    }
    assert "www.tool5.example" in mine["blocked_but_missing"]
    assert (other["network"], other["network_named"]) == ("Carrier", False)
    assert [d["defect"] for d in other["defects"]] == ["zone"]


@pytest.mark.parametrize(
    ("counted", "word"),
    [
        (Counted(0, 4, 5, 90), "cannot tell"), (Counted(0, 27, 18, 1265), "contradicted"), (Counted(19, 1, 1, 99), "consistent"),
        (Counted(6, 40, 12, 1252), "partly"), (Counted(0, 27, 0, 90), "not shown"), (Counted(3, 3, 3, 3), "not shown"),
    ],
)  # fmt: skip
def test_the_wording(counted: Counted, word: str) -> None:
    assert audit.wording(counted, 0.5) == (word, audit.WORDING[word])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "neither JSON nor TOML"), ("actor = 'x'\n", "quote, date, blocked"), (REASON.format("X").replace("0.5", "1.5"), "minimum_coverage"),
        (REASON.format("X").replace("category", "colour"), "colour"), (REASON.format("X").replace('category = ["X"]', 'stance = ["likes"]'), "likes"),
    ],
)  # fmt: skip
def test_a_rationale_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(rationale.WrongRationale, match=says) as caught:
        rationale.read(text.encode(), "reason.toml")
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('date = "2031-06-15"', 'date = "last June"', "date is 'last June'"), ('date = "2031-06-15"', 'date = "2031-02-30"', "date is '2031-02-30'"),
        ('date = "2031-06-15"', 'date = "2031-06-15"\nsince = "16.6.2031"', "since is"), ('date = "2031-06-15"', 'date = "2031-06-15"\nuntil = "2031"', "until is"),
        ("minimum_coverage", "minimum_covrage", "'minimum_covrage'"), ('["X"]', "[]", "empty"), ('["X"]', "[5]", "category is"), ('["X"]', "true", "category is"),
        ('"Harbour office"', "7", "actor is 7"),
    ],
)  # fmt: skip
def test_a_rationale_with_what_means_nothing_names_it(old: str, new: str, says: str) -> None:
    text = REASON.format("X")
    assert old in text
    with pytest.raises(rationale.WrongRationale, match=says):
        rationale.read(text.replace(old, new).encode(), "reason.toml")


def test_days_of_a_rationale_and_its_encoding() -> None:
    text = REASON.format("X").replace('date = "2031-06-15"', "date = 2031-06-15\nsince = 2031-06-16T12:00:00")
    for coding in ("utf-8-sig", "utf-16"):
        found = rationale.read(text.encode(coding), "reason.toml")
        assert (found.date, found.since, found.until) == ("2031-06-15", "2031-06-16", "")
    assert rationale.read(REASON.format("X").replace("2031-06-15", "2031-06").encode(), "r.toml").date == "2031-06"


def test_a_rationale_in_json_with_other_words() -> None:
    found = rationale.read(
        b'{"who": "x", "text": "y", "when": "2031", "predicts_blocked": ["MILX"], "min_coverage": 0.3, "scope": {"networks": ["A"]}}',
        "r.json",
    )
    assert (found.actor, found.blocked, found.minimum_coverage, found.networks) == (
        "x",
        {"category": ("MILX",)},
        0.3,
        ("A",),
    )


def test_codes_in_a_phrase() -> None:
    found = rationale.read(b'{"who": "x", "text": "y", "when": "2031", "blocked": "sites in MILX, HATE"}', "r.json")
    assert found.blocked == {"category": ("MILX", "HATE")}


def test_old_and_new_codes_match_and_the_other_spelling_of_a_host() -> None:
    known = units.labels(
        [target("shop.example", "NEWS", category_given="FEXP"), target("club.example", "MILX", stance="studies")]
    )
    label = units.label_of("www.shop.example", known)
    assert units.matches({"category": ("FEXP",)}, "www.shop.example", label)
    assert units.matches({"category": ("NEWS",)}, "www.shop.example", label)
    assert units.matches({"stance": ("studies",)}, "club.example", known["club.example"])
    assert not units.matches({"category": ("MILX",)}, "www.shop.example", label)
    assert units.matches({"domain": ("shop.example",)}, "a.b.shop.example", None)


def test_where_raters_of_one_host_differ_the_range_is_given() -> None:
    """Two people label site 0 to 9; one of them takes half of these for something else."""
    rows = [listed(f"s{n}.example", "SEED", author="Ann") for n in range(10)]
    rows += [listed(f"s{n}.example", "SEED" if n < 5 else "OTHER", author="Bo") for n in range(10)]
    rows += [listed(f"t{n}.example", "TOOL", author="Ann") for n in range(5)]
    reason = Rationale("A", "q", "2031-01-01", {"category": ("SEED",)})
    told = raters.agreement(rows, ["global.csv"], reason)
    assert told is not None
    assert (told["hosts"], told["differ"]["hits"], told["which"]) == (10, 5, [f"s{n}.example" for n in range(5, 10)])
    sets = raters.sets(rows, ["global.csv"])
    assert sorted(sets) == ["rater Ann", "rater Bo", "raters of a host agree"]
    units = [
        Unit(f"{k}{n}.example", "NetA", k == "s", False, (f"{k}{n}.example",), 1)
        for k, most in (("s", 10), ("t", 5))
        for n in range(most)
    ]
    of = {r["labels"]: (r["coverage"]["of"], r["purity"]["hits"]) for r in doubt(units, reason, sets)["sets"]}
    assert of == {"rater Ann": (10, 10), "rater Bo": (5, 5), "raters of a host agree": (5, 5)}
    assert raters.sets(rows[:10], ["global.csv"]) == {}
    assert raters.agreement(rows[:10], ["global.csv"], reason) is None


def listed(host: str, category: str, **more: str) -> dict[str, str | None]:
    """A row of the table `listed`."""
    plain = {"kind": "test", "list": "global.csv", "category_given": category, "stance": None, "party": None}
    return {"host": host, "category": category, **plain, **more}


def test_labels_are_those_of_the_country_and_of_the_day() -> None:
    listed = [
        target("a.example", "NEWS", list=name)
        for name in ("t/2014-04-15/global.csv", "t/2020-01-01/global.csv", "t/zz.csv", "t/qq.csv")
    ]
    assert units.lists_in_force(listed, "2014-06-20", "ZZ") == ["t/2014-04-15/global.csv", "t/zz.csv"]
    assert units.lists_in_force(listed, "2021-06-20", "") == ["t/2020-01-01/global.csv", "t/qq.csv", "t/zz.csv"]


def _run(*words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(app, ["blocking", *words])
    return done.exit_code, done


def test_the_commands(dumps: Path, tmp_path: Path, reason: Path) -> None:
    case = str(tmp_path / "made")
    code, done = _run("import", case, str(dumps), "--json")
    assert code == 0, done.output
    assert json.loads(done.stdout)["rows"]["lookups"] > 200
    code, done = _run("judge", case, "--json")
    told = json.loads(done.stdout)
    assert (code, told["cells"]["Silentnet"]) == (0, {"insufficient": 40})
    assert set(told["tables"]) >= {"verdicts", "cells", "brackets"}
    code, done = _run("audit", case, "--rationale", str(reason), "--claim-blocked", "0", "--claim-of", "7", "--json")
    assert (code, json.loads(done.stdout)["wording"]["Northnet"]) == (0, "contradicted")
    code, done = _run("audit", case, "--rationale", str(reason))
    assert code == 0
    assert "CONTRADICTED" in done.stdout
    assert _run("rationale", case, str(reason))[0] == 0
    assert _run("judge", case)[0] == 0


def test_commands_that_cannot_be_done(desk: Desk, tmp_path: Path) -> None:
    from blowback.errors import BlowbackError

    def fails(*words: str) -> BlowbackError:
        code, done = _run(*words)
        assert code != 0
        assert isinstance(done.exception, BlowbackError)
        return done.exception

    (tmp_path / "x.csv").write_text("colour,weight\nred,1\n")
    assert fails("import", str(desk.path), str(tmp_path / "x.csv")).exit_code == 3
    assert fails("import", str(desk.path), str(tmp_path / "absent")).exit_code == 3
    assert fails("audit", str(desk.path), "--claim-of", "7").exit_code == 2
    assert fails("audit", str(desk.path), "--claim-blocked", "9", "--claim-of", "7").exit_code == 2
    assert fails("audit", str(desk.path), "--rationale", str(tmp_path / "absent.toml")).exit_code == 3


def test_an_empty_case_is_judged_without_a_finding(tmp_path: Path) -> None:
    desk = new_case(tmp_path / "case")
    result = desk.blocking_judge()
    assert (result.findings, result.table("cells").num_rows) == ((), 0)


def test_behind_a_finding_stand_lookups_with_their_bytes(desk: Desk) -> None:
    result = desk.blocking_judge()
    finding = next(f for f in result.findings if f.subject.id == "Northnet")
    assert (finding.rule, finding.ruling, finding.subject.members) == ("blocking.network.1", "stands", ())
    rows = desk.evidence(finding.id).to_pylist()
    assert len(rows) == finding.evidence_total == 20
    first = rows[0]
    assert first["text"] == "www.tool0.example: NOERROR 192.168.222.66"
    archive = next(e.exhibit for e in desk.case.manifest.entries() if e.exhibit.sha256 == first["exhibit"])
    with tarfile.open(archive.where(desk.path)) as held:
        member = first["file"].partition(" / ")[2]
        raw = held.extractfile(member).read()[first["byte_start"] :][: first["byte_len"]]
    assert b"www.tool0.example" in raw
    assert raw.startswith(b"; <<>> DiG")
    assert desk.reproduce(finding.id)["equal"] is True


def test_a_reader_sees_names_by_day_and_what_each_server_was(desk: Desk) -> None:
    result = desk.blocking_judge()
    by = {f.subject.id: f for f in result.findings}
    tables = {name: result.table(name) for name in blocking.pictures}
    days, servers = blocking.panels(tables, by["Northnet"])
    assert (days.columns, days.rows[0].label, days.rows[0].cells) == (
        ("2031-06-16", "2031-06-17"),
        "www.tool0.example",
        ("blocked", "blocked"),
    )
    assert servers.rows == (("198.51.100.1", "recursing 2", "124", "0", "2", "0"),)
    (silent,) = blocking.panels(tables, by["Silentnet"])
    assert silent.rows[0][1] == "refusing 2"
    page = desk.dossier()
    assert "Names by day" in page.read_text()


def test_the_raw_records_of_a_finding_are_those_that_were_read(desk: Desk, dumps: Path) -> None:
    desk.blocking_judge()
    found = next(f for f in desk.findings() if f.rule == "blocking.network.1")
    everything = list(desk.raw(found.id))
    files = b"".join(p.read_bytes() for p in dumps.iterdir())
    assert [r.key for r in everything] == [r["post_id"] for r in desk.evidence(found.id).to_pylist()]
    assert len(everything) == len(found.evidence) > 2
    assert all(r.content in files for r in everything)
    assert list(desk.raw(found.id, 2)) == [everything[1]]
    (one,) = desk.raw(everything[1].key)
    assert one.content == everything[1].content
    with pytest.raises(UsageError, match="no record 999"):
        desk.raw(found.id, 999)


def test_raw_records_that_were_changed_are_refused(desk: Desk) -> None:
    desk.blocking_judge()
    found = next(f for f in desk.findings() if f.rule == "blocking.network.1")
    for path in (desk.path / "exhibits").iterdir():
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b"NOERROR", b"noerror"))
    with pytest.raises(CustodyError, match="is not what was read"):
        list(desk.raw(found.id))


def test_the_commands_call_evidence_by_its_noun(desk: Desk) -> None:
    desk.blocking_judge()
    found = next(f for f in desk.findings() if f.rule == "blocking.network.1")
    run = CliRunner()
    told = run.invoke(app, ["findings", str(desk.path), found.id])
    assert f"evidence: {found.evidence_total} measurements" in told.output
    raw = run.invoke(app, ["blocking", "raw", str(desk.path), found.id, "--nth", "1"])
    assert raw.exit_code == 0
    assert "->>HEADER<<-" in raw.output
    as_json = run.invoke(app, ["blocking", "raw", str(desk.path), found.id, "--json"])
    assert len([json.loads(line) for line in as_json.output.splitlines() if line.startswith("{")]) == len(
        found.evidence
    )
    moved = run.invoke(app, ["blocking", "moves", str(desk.path)])
    assert "No links of posts lead to a service" in moved.output
    wrong = run.invoke(app, ["blocking", "raw", str(desk.path), found.id, "--nth", "999"])
    assert isinstance(wrong.exception, UsageError)


def _verdicts(blocked: int, opened: int, network: str = "Northnet") -> list[dict[str, Any]]:
    plain = {"network": network, "resolver": "r", "lookups": 1, "lookups_of": 1, "cause": ""}
    states = ["blocked"] * blocked + ["ok"] * opened
    return [{**plain, "name": f"n{n}.example", "state": state} for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("said", "blocked", "opened", "word"),
    [
        ((7, 7), 0, 5, "not supported"), ((7, 7), 7, 0, "supported"), ((7, 7), 5, 0, "partly supported"), ((3, 7), 1, 5, "not supported"),
        ((3, 7), 1, 4, "partly supported"), ((0, 7), 0, 5, "partly supported"), ((0, 7), 0, 9, "supported"), ((0, 7), 1, 6, "not supported"),
        (None, 2, 3, "counts only"), ((0, 7), 0, 0, "cannot tell"),
    ],
)  # fmt: skip
def test_open_names_refute_a_claim_of_many_blocked(
    said: tuple[int, int] | None, blocked: int, opened: int, word: str
) -> None:
    rows = _verdicts(blocked, opened)
    found = claims.in_case([r["name"] for r in rows] or ["n0.example"], rows, said=said)
    assert (found["word"], found["blocked"], found["names_informative"]) == (word, blocked, blocked + opened)


@pytest.mark.parametrize(
    ("blocked", "says"),
    [(7, "1 of the 7 seen open instead"), (4, "nothing is needed"), (0, "1 more of the 7 seen blocked")],
)
def test_what_would_overturn_a_claim_at_either_end(blocked: int, says: str) -> None:
    assert claims.numbers(blocked, 7, 0.5)["would_overturn"].startswith(says)
    assert claims.numbers(20, 20, 0.5)["would_overturn"].startswith("6 of the 20 seen open instead")


def test_networks_of_a_claim_are_found_in_any_spelling_and_missing_ones_named() -> None:
    found = claims.in_case(["n0.example"], _verdicts(1, 0), networks=("NORTHNET", "Farnet"), said=(1, 1))
    assert (found["word"], found["networks_without_data"]) == ("supported", ["Farnet"])


def test_an_audit_in_words_names_what_it_was_asked(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reason.toml"
    path.write_text(REASON.format("SEED").replace('["SEED"]', '["SEED", "ZZZQ"]') + '[open]\ncategory = ["TOOL"]\n')
    told.audit(desk.blocking_audit(path, claim=(0, 1), names=("www.tool0.example",), networks=("Northnet", "Farnet")))
    said = capsys.readouterr().out
    words = " ".join(said.split())
    assert "No Citizen Lab list has the category SEED, TOOL, ZZZQ" in words
    assert "said to stay open, but blocked: www.tool0.example" in words
    assert "SEED: 0/10" in words
    assert "1 of 1 name was asked, 1 tells something" in words
    assert "not in this case: Farnet" in words


def test_odds_that_are_undefined_are_not_infinite() -> None:
    assert [told._ratio({"odds_ratio": None, "ci95": ends}) for ends in (None, [1.0, None])] == ["not told", "inf"]


def test_moves_judge_first_and_a_rationale_makes_the_case(tmp_path: Path, dumps: Path, reason: Path) -> None:
    case = tmp_path / "fresh"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("actor = 'x'\n")
    assert _run("rationale", str(case), str(wrong))[0] != 0
    assert not case.exists()
    assert _run("rationale", str(case), str(reason))[0] == 0
    assert _run("import", str(case), str(dumps))[0] == 0
    assert _run("moves", str(case))[0] == 0
    runs = [e["analysis"] for e in Desk(case).case.ledger.entries() if e.get("verb") == "analyse"]
    assert runs == ["blocking", "moves"]


def test_a_judge_without_anything_to_tell_says_why(tmp_path: Path) -> None:
    case = str(tmp_path / "pages")
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(f"<html><title>{name}</title><body>{name * 90}</body></html>")
    assert _run("import", case, str(tmp_path / "a.html"), str(tmp_path / "b.html"))[0] == 0
    code, done = _run("judge", case, "--drop", "0.3")
    assert code == 0
    assert "Nothing can be told: 2 pages have no vantage or site." in " ".join(done.stdout.split())


def test_an_import_counts_why_records_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "resolver,day,domain,rcode\n192.0.2.1,yesterday,a.example,NOERROR\n192.0.2.1,2031-06-16,a.example,NXDOMAIN\n"
    )
    code, done = _run("import", str(tmp_path / "case"), str(tmp_path / "x.csv"))
    assert code == 0
    assert "1 of 2 records set aside: 1 bad_date" in done.stdout
    assert "1 lookup\n" in done.stdout
