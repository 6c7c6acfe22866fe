"""The score: what is counted, and its intervals."""

from __future__ import annotations

from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blowback.case.case import Case
from blowback.case.pseudonyms import keys_of
from blowback.errors import NotReadable, Unexpected
from blowback.simulate.score import members_of, score, share
from blowback.simulate.score_case import score_case


def members(groups: dict[str, list[str]]) -> pa.Table:
    rows = [(g, a) for g, accounts in groups.items() for a in accounts]
    return pa.table(
        {
            "group_id": pa.array([r[0] for r in rows], pa.string()),
            "account_id": pa.array([r[1] for r in rows], pa.string()),
        }
    )


@pytest.fixture
def told(tmp_path: Path) -> Path:
    groups = [
        {
            "group_id": name, "platform": "x", "export": "x_v2.jsonl", "kind": "repost", "tau_s": 15.0,
            "accounts": [f"{name}{i}" for i in range(size)], "objects": 6, "posts": 30,
        }
        for name, size in (("a", 4), ("b", 6), ("c", 5))
    ]  # fmt: skip
    bursts = [
        {"id": "b", "kind": "planted", "accounts": ["loud1", "loud2"]},
        {"id": "n", "kind": "organic_surge", "accounts": ["q"]},
    ]
    path = tmp_path / "truth.json"
    path.write_bytes(
        orjson.dumps(
            {
                "scenario": "s",
                "groups": groups,
                "bursts": bursts,
                "removals": {"deleted_posts": [], "withheld_posts": []},
            }
        )
    )
    return path


def plain(platform: str, native: str) -> str:
    return f"{platform}:{native}"


def test_found_partly_missed_and_what_is_beside(told: Path) -> None:
    got = score(
        told,
        members(
            {
                "1": ["x:a0", "x:a1", "x:a2", "x:a3", "x:stray"],
                "2": ["x:b0", "x:b1"],
                "3": ["x:p", "x:q", "x:loud1"],
            }
        ),
        plain,
    )
    a, b, c = got.groups
    assert (a.status, a.found, a.precision.hits, a.precision.of, a.recall.value) == ("found", "1", 4, 5, 1.0)
    assert a.f1 == pytest.approx(8 / 9)
    assert (b.status, b.recall.hits, b.found_size) == ("partly", 2, 2)
    assert (c.status, c.found, c.recall.value, c.precision.value, c.f1) == ("missed", None, 0.0, None, 0.0)
    assert (got.false_accounts, got.other_accounts, got.false_groups) == (3, 1, 1)
    assert (got.precision.hits, got.precision.of, got.recall.hits, got.recall.of) == (6, 9, 6, 15)
    assert got.f1 == pytest.approx(12 / 24)
    assert "1 of 3 planted groups found" in got.lines()[-1]
    assert got.as_dict()["groups"][0]["status"] == "found"


def test_nothing_found_is_all_missed(told: Path) -> None:
    got = score(told, members({}), plain)
    assert {g.status for g in got.groups} == {"missed"}
    assert (got.precision.value, got.recall.value, got.f1, got.false_accounts) == (None, 0.0, 0.0, 0)


def test_one_found_group_that_swallows_two_planted_ones_is_no_full_find(told: Path) -> None:
    everyone = [f"x:{g}{i}" for g, n in (("a", 4), ("b", 6), ("c", 5)) for i in range(n)]
    got = score(told, members({"1": everyone}), plain)
    assert [g.status for g in got.groups] == ["partly", "partly", "partly"]
    assert got.precision.value == got.recall.value == 1.0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
)
def test_wilson_agrees_with_published_values(hits: int, of: int, low: float, high: float) -> None:
    got = share(hits, of)
    assert (got.low, got.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_value(counts: tuple[int, int]) -> None:
    got = share(*counts)
    assert got.value is not None
    assert 0 <= got.low <= got.value + 1e-12
    assert got.value - 1e-12 <= got.high <= 1


def test_a_truth_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        score(tmp_path / "absent.json", members({}), plain)
    for text in (b"{", b"[]", b'{"groups": []}'):
        (tmp_path / "t.json").write_bytes(text)
        with pytest.raises(Unexpected):
            score(tmp_path / "t.json", members({}), plain)


@pytest.mark.parametrize("pseudonyms", [True, False])
def test_a_case_is_scored_through_its_own_keys_and_latest_findings(
    told: Path, tmp_path: Path, pseudonyms: bool
) -> None:
    case = Case.new(tmp_path / "case", pseudonyms=pseudonyms)
    keys = keys_of(case)

    def named(native: str) -> str:
        return "x:" + (keys.token(native, "account") if keys else native)

    def line(run: str, kind: str, group: str, accounts: list[str]) -> bytes:
        subject = {"kind": "group", "id": group, "members": [named(a) for a in accounts]}
        return orjson.dumps({"analysis": "coordination", "parameters": {"kind": kind}, "run": run, "subject": subject})

    lines = [
        line("r1", "repost", "g1", ["a0", "a1", "wrong"]),
        line("r2", "repost", "g1", ["a0", "a1", "a2", "a3"]),
        line("r3", "url", "g1", ["b0", "b1", "b2", "b3", "b4", "b5"]),
    ]
    (case.path / "findings.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    assert members_of(case.path).num_rows == 10
    assert score_case(case.path, told).groups is None
    runs = [
        orjson.dumps({"run": r, "analysis": "coordination", "params": {}, "outcome": "ok"}) for r in ("r1", "r2", "r3")
    ]
    (case.path / "runs.jsonl").write_bytes(b"\n".join(runs) + b"\n")
    got = score_case(case.path, told)
    assert got.groups
    assert [g.status for g in got.groups.groups] == ["found", "found", "missed"]
    assert got.groups.false_accounts == 0
    assert {m.name for m in got.machinery if not m.ran} >= {"bursts", "injections", "hijacks", "releases", "claims"}
    assert "bursts: not run (1 planted)" in got.lines()
