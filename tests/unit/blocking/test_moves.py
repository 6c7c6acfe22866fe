"""Links of posts around a block: planted moves are found, nothing is made of worlds in which nothing moves."""

# ruff: noqa: E501  # rows on one line

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from blowback.analyses.blocking.moves import moves
from blowback.desk import new_case
from blowback.dossier.build import build
from blowback.dossier.html import render
from blowback.errors import UsageError
from blowback.model.panel import Chart, Grid
from blowback.testing import check_analysis, played
from blowback.tools.interrupted import change, dates

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "evaluation"))
from moves_simulated import BLOCKED, HOSTS, ZERO, World, blocking, day, tables

MOVED = World(days=180, moves=0.9, rate=1.2, again=0.5, to=5)
SMALL = HOSTS[MOVED.to]


@pytest.fixture(scope="module")
def moved():
    made, beside = tables(MOVED, 1)
    return made, beside, *played(moves, made, beside=beside)


def row_of(out, place):
    (found,) = [r for r in out["moves"].to_pylist() if r["place"] == place]
    return found


def test_it_conforms():
    check_analysis(moves)


def test_a_planted_move_is_found_and_worded_as_an_observation(moved):
    _, _, out, (finding,) = moved
    assert (finding.rule, finding.ruling, finding.certainty) == ("moves.along.1", "stands", "inferred")
    assert "at the same time" in finding.says
    assert SMALL in finding.says
    assert not [w for w in ("because", "caused", "due to", "led to") if w in finding.says]
    assert row_of(out, BLOCKED)["word"] == "fell"
    assert row_of(out, SMALL)["word"] == "rose"
    assert finding.effect.high < 1
    assert {n.q <= 0.05 for n in finding.nulls} == {True}


def test_a_move_names_no_person_and_only_hosts_with_enough_accounts(moved):
    made, beside, out, (finding,) = moved
    assert finding.subject.members == ()
    assert not [c for t in out.values() for c in t.column_names if c == "account_id"]
    assert all(r["accounts"] >= 10 for r in out["moves"].to_pylist())
    fewer, (hidden,) = played(moves, made, beside=beside, least_accounts=70)
    assert hidden.rule == "moves.cannot_tell.1"
    (only,) = fewer["moves"].to_pylist()
    assert (only["why"], only["accounts"], only["before"], only["after_uses"]) == ("few_accounts", None, None, None)
    assert fewer["move_days"].num_rows == 0
    with pytest.raises(UsageError):
        played(moves, made, beside=beside, least_accounts=4)


def test_contents_that_came_again_are_counted_against_earlier_dates(moved):
    *_, out, (finding,) = moved
    found = row_of(out, SMALL)
    assert found["contents"] > 20
    assert found["contents_usual"] < 3
    assert found["contents_elsewhere"] == 0
    assert "contents linked there before came again" in finding.says


def test_the_evidence_is_posts_and_the_replies_that_date_it_are_named(moved):
    made, _, out, (finding,) = moved
    links = {(r["post_id"]): r["value"] for r in made["marks"].to_pylist() if r["kind"] == "url"}
    assert {links[p].split("/")[2] for p in finding.evidence} <= {BLOCKED, SMALL}
    found = row_of(out, BLOCKED)
    assert (found["seen_before"], found["seen_after"]) == (f"{'1' * 12}:1", f"{'1' * 12}:2")
    panels = moves.panels(out, finding)
    assert [type(p) for p in panels] == [Chart, Chart, Grid, Grid]
    assert f"{'1' * 12}:2" in panels[3].rows[1]


def test_what_accounts_post_more_than_once_a_day_counts_once(moved):
    made, beside, out, _ = moved
    doubled = {**made, "marks": pa.concat_tables([made["marks"]] * 3)}
    again, _ = played(moves, doubled, beside=beside)
    assert row_of(again, BLOCKED) == row_of(out, BLOCKED)


def test_reposts_shorteners_and_links_to_the_platform_itself_count_nowhere(moved):
    made, beside, out, _ = moved
    marks = made["marks"].to_pylist()
    extra = [{**m, "account_id": f"x:z{n}", "value": v, "carried": c}
             for n, m in enumerate(marks) if m["kind"] == "url"
             for v, c in (("https://bit.ly/abc", False), ("https://twitter.com/a/status/1", False), (f"https://{BLOCKED}/1", True))]  # fmt: skip
    noisy = {**made, "marks": pa.Table.from_pylist([*marks, *extra], made["marks"].schema)}
    again, _ = played(moves, noisy, beside=beside)
    assert again["moves"].equals(out["moves"])


def found_in(world, seed, **given):
    made, beside = tables(world, seed)
    return played(moves, made, beside=beside, **given)


def test_worlds_in_which_nothing_moves_give_no_finding_that_stands():
    worlds = [World(), World(days=180), World(drift=0.5)]
    found = [f for n in range(3) for w in worlds for f in found_in(w, 50 + n)[1]]
    assert len(found) == 9
    assert [f.rule for f in found if f.ruling == "stands"] == []


@pytest.mark.parametrize(
    ("world", "given", "why"),
    [
        (World(wide=20), {}, "bracket_wide"),
        (World(days=10), {}, "not_covered"),
        (World(days=40), {}, "few_dates"),
        (World(rate=0.02), {}, "few_uses"),
        (World(), {"least_accounts": 60}, "few_accounts"),
    ],
    ids=["bracket_wide", "not_covered", "few_dates", "few_uses", "few_accounts"],
)
def test_what_cannot_be_told_is_said_to_be_so(world, given, why):
    out, (finding,) = found_in(world, 3, **given)
    assert [r["why"] for r in out["moves"].to_pylist()] == [why]
    assert (finding.rule, finding.ruling) == ("moves.cannot_tell.1", "cannot_tell")
    assert "cannot be told" in finding.says
    assert finding.evidence


def test_a_service_that_no_link_leads_to_is_no_finding():
    made, _ = tables(World(), 3)
    out, findings = played(moves, made, beside=blocking(World(), ("never.example",)))
    assert ([r["why"] for r in out["moves"].to_pylist()], findings) == (["no_links"], [])


def test_a_case_without_measurements_or_brackets_yields_nothing():
    made, beside = tables(World(days=60), 3)
    assert [
        t.num_rows for t in played(moves, {**made, "lookups": made["lookups"].slice(0, 0)}, beside=beside)[0].values()
    ] == [0, 0]
    assert played(moves, made)[1] == []


def test_one_host_of_a_service_is_counted_apart_from_the_rest_of_it():
    """groups.video.example is blocked, video.example is not: links to the apex are another place."""
    made, beside = tables(World(), 3)
    url = made["marks"].column("value")
    half = pc.and_(pc.match_substring(url, f"https://{BLOCKED}/"), pc.ends_with(url, "0"))
    renamed = pc.if_else(half, pc.replace_substring(url, BLOCKED, f"groups.{BLOCKED}"), url)
    made["marks"] = made["marks"].set_column(made["marks"].column_names.index("value"), "value", renamed)
    beside = blocking(World(), (f"groups.{BLOCKED}",))
    out, _ = played(moves, made, beside=beside, least_uses=5, least_accounts=5)
    rows = {r["place"]: r for r in out["moves"].to_pylist()}
    assert rows[f"groups.{BLOCKED}"]["kind"] == "blocked"
    assert rows[BLOCKED]["kind"] == "host"


def test_opening_again_is_read_the_other_way_round():
    """Who leaves at the first date and returns at the end: seen from the end, links to the service rose."""
    made, beside = tables(MOVED, 4)
    back = pc.subtract(pa.scalar(ZERO + dt.timedelta(days=179), pa.timestamp("us")), made["marks"].column("posted_at"))
    at = pc.add(pa.scalar(ZERO, pa.timestamp("us")), back)
    made["marks"] = made["marks"].set_column(made["marks"].column_names.index("posted_at"), "posted_at", at)
    bracket = {
        **beside["blocking.brackets"].to_pylist()[0],
        "onset_after": None,
        "end_after": day(88),
        "end_by": day(89),
    }
    beside["blocking.brackets"] = pa.Table.from_pylist([bracket], beside["blocking.brackets"].schema)
    _, (finding,) = played(moves, made, beside=beside)
    assert finding.rule == "moves.along.1"
    assert "open again" in finding.says
    assert finding.effect.low > 1


def test_a_trend_is_no_step():
    """A share that rises all the time is as different at every other date."""
    draw = np.random.default_rng(1)
    of = np.full(200, 100.0)
    hits = draw.binomial(100, np.linspace(0.1, 0.5, 200)).astype(float)
    at = dates(200, 99, 100, 14)
    found = change(hits, of, at)
    assert found.usual > 0.1
    assert found.low < 0 < found.high
    hits[100:] = draw.binomial(100, 0.9, 100)
    assert change(hits, of, at).low > 0


def test_other_dates_do_not_straddle_a_known_change():
    at = dates(100, 50, 52, 10, taken=((20, 21),))
    for before, after in zip(at.before[1:].tolist(), at.after[1:].tolist(), strict=True):
        days = range(before[0], after[-1] + 1)
        assert not [b for b in ((50, 52), (20, 21)) if days[0] <= b[0] and days[-1] >= b[1]]
    assert at.before[0].tolist() == list(range(40, 50))
    assert at.after[0].tolist() == list(range(53, 63))


def written(folder, world, seed):
    """A world as files: posts as a table, lookups of each day, both as people keep them."""
    made, _ = tables(world, seed)
    links = {m["post_id"]: m["value"] for m in made["marks"].to_pylist() if m["kind"] == "url"}
    with (folder / "posts.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "account", "time", "text"])
        for p in made["posts"].to_pylist():
            words = f"{p['text']} {links[p['post_id']]}"
            out.writerow([p["post_id"][2:], p["account_id"][2:], f"{p['posted_at']:%Y-%m-%dT%H:%M:%SZ}", words])
    middle = world.days // 2
    with (folder / "lookups.csv").open("w") as file:
        file.write("resolver,network,day,qname,rcode,answers,flags\n")
        for n in (middle - 1, middle, middle + 1, middle + 2):
            for host in (*HOSTS, "other.example", "third.example", "fourth.example"):
                lied = host in (BLOCKED, "third.example", "fourth.example") and n > middle
                address = "10.9.9.9" if lied else f"9.{len(host)}.{ord(host[0])}.7"
                file.write(f"198.51.100.1,NetA,{day(n)},{host},NOERROR,{address},qr rd ra\n")
    return folder / "posts.csv", folder / "lookups.csv"


def test_from_files_to_the_dossier(tmp_path):
    posts, lookups = written(tmp_path, MOVED, 1)
    desk = new_case(tmp_path / "case")
    desk.ingest(posts, mapping={"id": "id", "account": "account", "time": "time", "text": "text"})
    desk.blocking_import(lookups)
    desk.blocking_judge()
    result = desk.blocking_moves()
    (finding,) = result.findings
    assert finding.rule == "moves.along.1"
    replies = row_of({"moves": result.table("moves")}, BLOCKED)["seen_after"]
    (raw,) = desk.raw(replies.split(" ")[0])
    assert raw.content.decode().split(",")[3:6] == [BLOCKED, "NOERROR", "10.9.9.9"]
    with pytest.raises(UsageError, match="rests on posts"):
        desk.raw(finding.id)
    assert desk.reproduce(finding.id)["equal"]
    document = build(desk.case)
    assert [b.says.partition(":")[0] for b in document.timeline.brackets] == ["NetA"]
    page = render(document)
    assert "Links to it by day" in page
    assert "What dates it" in page
