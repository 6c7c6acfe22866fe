"""Staged releases: hand-built ones found, look-alikes ruled as what they are, nothing where dates are dealt anew."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.machinery.releases import releases
from blowback.analyses.machinery.releases_items import items_of
from blowback.analyses.machinery.releases_refine import ruling
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.analysis import Judged
from blowback.model.panel import Chart, Grid, Lanes
from blowback.testing import check_analysis
from blowback.tools import calendars

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "evaluation"))
import planted_releases as planted

FILES = planted.FILES


def run(frames, **given):
    params = read(releases, given)
    out = dict(releases.refine(frames, params, lambda _what, _share: None))
    return out, list(releases.judge(Judged({**frames, **out}, params)))


def crowd(seed: int = 1) -> planted.World:
    """A quiet crowd on the hosts that releases use."""
    made = planted.World(seed)
    for n in range(400):
        host = FILES[n % 10]
        made.post(f"u{n % 50}", float(made.dice.uniform(0, 40)) * planted.DAY, [made.link(host)], made.words("en"))
    return made


def test_the_analysis_keeps_the_contract() -> None:
    check_analysis(releases)


def test_a_list_repeated_on_many_hosts_stands_with_all_a_finding_needs() -> None:
    made = crowd()
    at = 20.0 * planted.DAY
    links = [made.link(h) for h in FILES[:5]]
    made.post("outlet", at, links[:4], "the new hour is out now on these hosts")
    made.post("outlet", at + 900, links, "the new hour is out now on these hosts")
    for n in range(3):
        made.post(f"s{n}", at + 3600 * n, links[:3], "the new hour is out now on these hosts")
    frames = made.frames()
    out, findings = run(frames)
    (found,) = [f for f in findings if f.ruling == "stands"]
    (row,) = out["releases"].to_pylist()
    assert (row["n_hosts"], row["items"], row["first_host"], row["why"]) == (5, 5, FILES[0], "joint")
    assert (row["span_s"], row["lists"], row["listers"], row["accounts"]) == (900.0, 5, 4, 4)
    assert row["usual_s"] > 5 * 86_400
    assert found.subject.kind == "release"
    assert found.subject.members == ()
    assert found.effect.low < 1 == found.effect.value
    assert [n.name for n in found.nulls] == ["dates", "copies"]
    assert found.nulls[0].q < 0.05
    assert found.nulls[1].expected == 0
    assert len(found.evidence) == found.evidence_total == 5
    assert FILES[0].replace(".", "[.]") in found.says
    assert "https" not in found.says


def test_no_link_leaves_the_analysis() -> None:
    made = crowd()
    planted._listed(made, 10.0 * planted.DAY, 1.0)
    out, findings = run(made.frames())
    told = str([t.to_pylist() for t in out.values()]) + str([f.as_dict() for f in findings])
    assert "://" not in told
    assert any(f.ruling == "stands" for f in findings)


def test_panels_show_hosts_order_and_volume() -> None:
    made = crowd()
    planted._tongues(made, 10.0 * planted.DAY, 1.0)
    out, findings = run(made.frames())
    (found,) = [f for f in findings if f.ruling == "stands"]
    assert releases.panels is not None
    lanes, order, chart = releases.panels({n: out[n] for n in releases.pictures}, found)
    assert isinstance(lanes, Lanes)
    assert isinstance(order, Grid)
    assert isinstance(chart, Chart)
    assert {lang for row in lanes.rows for _, lang in row.dots} == {"ar", "en", "ru"}
    assert [int(r[0]) for r in order.rows] == list(range(1, len(order.rows) + 1))
    assert sum(n for _, n in chart.seen) == out["releases"].to_pylist()[0]["posts"]
    assert all(a < b for (a, _), (b, _) in pairwise(chart.seen))
    none = next(f for f in run(crowd().frames())[1])
    assert releases.panels(out, none) == ()


@pytest.mark.parametrize(
    ("kind", "word", "why"),
    [("once", "cannot_tell", "one_list"), ("strangers", "cannot_tell", "no_joint_source")],
)
def test_what_could_be_innocent_is_not_called_a_release(kind: str, word: str, why: str) -> None:
    made = crowd()
    for n in range(4):
        {"once": planted._once, "strangers": planted._strangers}[kind](made, (5.0 + 6 * n) * planted.DAY, 0.3)
    out, findings = run(made.frames())
    rows = out["releases"].to_pylist()
    assert [(r["ruling"], r["why"]) for r in rows] == [(word, why)] * len(rows)
    assert len(rows) >= 3
    assert {f.ruling for f in findings} == {word, "context"}
    assert any("cannot tell" in f.says for f in findings)


def test_wire_copy_is_explained_by_the_hosts_own_feeds() -> None:
    made = crowd()
    planted._wire(made, 40)
    out, _ = run(made.frames())
    rulings = [r["ruling"] for r in out["releases"].to_pylist()]
    assert rulings.count("explained") >= 10
    assert "stands" not in rulings


def test_links_of_the_day_are_no_release() -> None:
    made = planted.World(2)
    pool = planted._crowd(made, 2000, 40)
    planted._roundups(made, pool, 40)
    planted._shows(made, 40)
    planted._generic(made, 40)
    out, _ = run(made.frames())
    assert [r for r in out["releases"].to_pylist() if r["ruling"] == "stands"] == []


def test_planted_releases_are_recovered_and_vanish_when_dates_are_dealt_anew() -> None:
    made = planted.world(7, background=1500)
    frames = made.frames()
    out, _ = run(frames)
    found = items_of(frames["carried"])
    link = {found.name(i): found.values[i].as_py() for i in range(len(found))}
    stands = {r["release_id"] for r in out["releases"].to_pylist() if r["ruling"] == "stands"}
    sets: dict[str, set[str]] = {}
    for row in out["items"].to_pylist():
        if row["release_id"] in stands:
            sets.setdefault(row["release_id"], set()).add(link[row["item"]])
    assert sum(set(t) in sets.values() for t in made.truth) >= 11
    again, findings = run(planted.dealt(frames, 3))
    assert [r for r in again["releases"].to_pylist() if r["ruling"] == "stands"] == []
    assert [f.rule for f in findings if f.ruling == "context"] == ["releases.none.1"]


def test_a_mirror_long_after_stays_outside() -> None:
    made = crowd()
    planted._listed(made, 10.0 * planted.DAY, 1.0)
    out, _ = run(made.frames())
    (row,) = out["releases"].to_pylist()
    assert (row["last_at"] - row["first_at"]).total_seconds() <= 6 * 3600
    assert row["items"] == len(made.truth[0])


def test_shortened_links_are_said_to_be_untestable() -> None:
    made = planted.World(1)
    for n in range(30):
        made.post("a", n * 3600.0, [f"https://t.co/x{n}", f"https://t.co/y{n}"], "see both of them here today")
    out, findings = run(made.frames())
    assert [f.rule for f in findings] == ["releases.untestable.1"]
    assert "60 of 60 links are behind shorteners" in findings[0].says
    assert out["summary"].to_pylist()[0]["items"] == 0


def test_a_file_on_two_platforms_is_one_item_on_each() -> None:
    made = crowd()
    for n in range(3):
        made.post("outlet", 10.0 * planted.DAY + n, [made.link(h) for h in FILES[:3]], "the recording is out now here")
    frames = made.frames()
    rows = frames["carried"].to_pylist()
    rows += [{**rows[0], "post_id": f"{p}:m", "kind": "media", "value": "sha-1", "platform": p, "posted_at": rows[-1]["posted_at"]}
             for p in ("x", "telegram")]  # fmt: skip
    found = items_of(pa.Table.from_pylist(rows, frames["carried"].schema))
    assert {"x upload", "telegram upload"} < set(found.hosts)


def test_an_item_that_is_only_passed_on_is_left_out() -> None:
    made = planted.World(1)
    made.post("a", 0, ["https://one.example/a"], "words of no account", passed_on=True)
    made.post("b", 5, ["https://two.example/b"], "words of another account")
    found = items_of(made.frames()["carried"])
    assert found.hosts == ["two.example"]


def test_bad_parameters_are_refused() -> None:
    for bad in ({"window": 1}, {"least_hosts": 1}, {"fdr": 0}, {"alike": 2}):
        with pytest.raises(UsageError):
            read(releases, bad)


def test_language_versions_are_joined_by_meaning_where_asked() -> None:
    made = crowd()
    planted._spoken(made, 10.0 * planted.DAY, 0.5)
    assert run(made.frames())[0]["releases"].num_rows == 0
    (row,) = run(made.frames(), translate=True)[0]["releases"].to_pylist()
    assert (row["n_languages"], row["items"], row["ruling"]) == (3, 6, "stands")
    assert "meaning" in row["basis"]


def test_the_range_of_dealt_dates_is_that_of_draws() -> None:
    dice = np.random.default_rng(5)
    dates = [np.sort(dice.integers(0, 10_000, n)) for n in (40, 25, 60)]
    drawn = np.stack([d[dice.integers(0, len(d), 200_000)] for d in dates])
    for span in (100, 1000, 4000):
        share = float((drawn.max(0) - drawn.min(0) <= span).mean())
        assert abs(calendars.range_tail(dates, span) - share) < 0.01
    same = [np.array([5, 5, 5, 5, 5])] * 3
    assert calendars.range_tail(same, 0) == pytest.approx(1.0)


def test_dealing_keeps_each_hosts_calendar() -> None:
    dice = np.random.default_rng(6)
    host, first = dice.integers(0, 12, 300), dice.integers(0, 10**9, 300)
    held = calendars.calendars(host, first)
    moved = calendars.dealt(held, 1)
    for h in range(12):
        if (host == h).sum() >= calendars.LEAST:
            assert sorted(moved[host == h].tolist()) == sorted(first[host == h].tolist())
    assert (moved != first).mean() > 0.8


def test_rulings_from_counts() -> None:
    row = {"n_hosts": 3, "n_languages": 1, "joint_hosts": 3, "joining": 4, "seeding": 5, "house": False}
    assert ruling(row, 3) == ("stands", "joint")
    assert ruling({**row, "n_hosts": 2}, 3) == ("small", "small")
    assert ruling({**row, "n_hosts": 2, "joint_hosts": 2, "n_languages": 2}, 3) == ("stands", "joint")
    assert ruling({**row, "joint_hosts": 1}, 3) == ("cannot_tell", "no_joint_source")
    assert ruling({**row, "joint_hosts": 1, "house": True}, 3) == ("explained", "own_feeds")
    assert ruling({**row, "joining": 2}, 3) == ("explained", "apart")
    assert ruling({**row, "joining": 1, "seeding": 2}, 3) == ("cannot_tell", "one_list")


def test_two_releases_on_two_small_hosts_have_a_fair_chance_and_dealt_dates_have_none() -> None:
    made = crowd(3)
    for day in (8.0, 24.0):
        planted._paired(made, day * planted.DAY, 0.2)
    frames = made.frames()
    out, _ = run(frames)
    rows = out["releases"].to_pylist()
    assert [(r["n_hosts"], r["n_languages"], r["ruling"]) for r in rows] == [(2, 2, "stands")] * 2
    for seed in range(4):
        assert not run(planted.dealt(frames, seed), shuffles=0)[0]["releases"].num_rows
