"""Claims against events: the kernel by hand, one event for one cluster, verdicts that say why, nulls that know nothing."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.claims.match import matched
from blowback.analyses.claims.match_judge import RULES, judge
from blowback.analyses.claims.match_tables import OUTPUTS
from blowback.analyses.claims.match_verdicts import RULES as VERDICTS
from blowback.model.analysis import Judged
from blowback.model.ids import table_digest
from blowback.model.tables import EVENTS

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "evaluation"))
from claims_match_world import START, World, claims_of, events_of, foresight, independent, when, world

QUIET = lambda *_: None  # noqa: E731
KM = 1 / 111.19508  # degrees of latitude in a km on the mean sphere


def event(n: int = 0, **more: Any) -> dict[str, Any]:
    row = {
        "event_id": f"made:{n}", "event_source": "made", "scope": "any", "since": when(START + 100), "until": when(START + 101), "date_days": 0.0,
        "type": "attack", "lat": 1.0, "lon": 1.0, "radius_km": 3.0, "country": "Lindwell", "exhibit": "0" * 64, "record_no": n + 1,
    }  # fmt: skip
    return {**row, **more}


def edges(**more: Any) -> list[dict[str, Any]]:
    """Events far off that say from when to when the source covers the country."""
    far = {"lat": 1.0, "lon": 2.2, "type": "announce", **more}
    return [event(8000 + n, since=when(START + d), until=when(START + d + 1), **far) for n, d in enumerate((0, 400))]


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), EVENTS.arrow)


def claim(*at: float, lat: float = 1.0, lon: float = 1.0, **more: Any) -> pa.Table:
    n = len(at)
    return claims_of(
        np.arange(n), np.array(at) + START, World(np.full(n, lat), np.full(n, lon), None, None, None, None, 0), **more
    )


def run(claims: pa.Table, events: pa.Table, **params: Any) -> dict[str, list[dict[str, Any]]]:
    return {n: t.to_pylist() for n, t in matched(claims, events, {"shifts": 40, **params}, QUIET).items()}


def test_the_kernel_by_hand() -> None:
    out = run(
        claim(99.0, modality="intention", actor="North Guild"),
        table(event(lat=1.0 + 5 * KM, actor="North Guild"), *edges()),
    )
    (match,) = out["matches"]
    assert match["km"] == pytest.approx(5, abs=0.02)
    assert match["score"] == pytest.approx(math.exp(-(5**2) / (2 * (6**2 + 3**2))), abs=1e-3)
    assert (match["type_fit"], match["actor_fit"], match["polarity_fit"], match["days"]) == (1, 1, "same", 1)


@pytest.mark.parametrize(
    ("claimed", "did", "fit"),
    [("attack", None, 0.8), ("capture", None, 0.5), ("attack", "other", None), ("announce", "attack", None)],
)
def test_type_fit(claimed: str, did: str | None, fit: float | None) -> None:
    matches = run(
        claim(99.0, kind=claimed, actor="North Guild"), table(event(type=did, actor="North Guild"), *edges())
    )["matches"]
    assert [m["type_fit"] for m in matches] == ([] if fit is None else [fit])


def test_a_doubtful_date_widens_the_event() -> None:
    stated = {"modality": "report", "time_from": [START + 103.0], "time_to": [START + 104.0], "time_kind": "calendar"}
    assert run(claim(104.0, **stated), table(event(), *edges()))["matches"] == []
    assert len(run(claim(104.0, **stated), table(event(date_days=4.0), *edges()))["matches"]) == 1


def test_one_event_answers_one_cluster_and_the_best_sum_is_taken() -> None:
    near = claim(99.0, 99.1, lat=1.0)
    moved = near.set_column(near.schema.get_field_index("lat"), "lat", pa.array([1.0, 1.0 + 6 * KM]))
    out = run(moved, table(event(0), event(1, lat=1.0 + 7 * KM), *edges()))
    assert {m["cluster_id"]: m["event_id"] for m in out["matches"]} == {"c0": "made:0", "c1": "made:1"}
    out = run(moved, table(event(0), *edges()))
    assert [m["cluster_id"] for m in out["matches"]] == ["c0"]
    assert {v["cluster_id"]: v["rule"] for v in out["verdicts"]}["c1"] == "claims.verdict.used.1"


def test_reposts_of_a_claim_are_one_cluster_from_its_first_post() -> None:
    out = run(claim(98.0, 99.0, 99.5, cluster_id="same"), table(event(), *edges()))
    assert len(out["verdicts"]) == 1
    assert (out["verdicts"][0]["post_id"], out["matches"][0]["days"]) == ("p0", 2.0)


DENIED = {"modality": "denial", "polarity": "negated"}
CASES = {
    "supported": (claim(99.9, modality="intention"), [event()], "claims.verdict.supported.1"),
    "denied": (claim(101.0, **DENIED), [event()], "claims.verdict.contradicted.1"),
    "nothing": (claim(200.0), [event()], "claims.verdict.none_found.1"),
    "denied, nothing": (claim(200.0, **DENIED), [event()], "claims.verdict.none_found.1"),
    "bloodless": (claim(200.0, kind="capture"), [event()], "claims.verdict.not_contained.1"),
    "too wide": (claim(99.9, radius_km=120.0), [event()], "claims.verdict.too_vague.1"),
    "unsure": (claim(99.9, place_p=0.2), [event()], "claims.verdict.too_vague.1"),
    "after the data": (claim(399.0), [event()], "claims.verdict.pending.1"),
    "before the data": (claim(-200.0, modality="report"), [event()], "claims.verdict.not_covered.1"),
    "elsewhere": (claim(99.9, lat=30.0, lon=30.0), [event()], "claims.verdict.not_covered.1"),
    "other side": (claim(99.9, actor="South Guild"), [event(actor="North Guild")], "claims.verdict.other_side.1"),
    "taken by the other side": (
        claim(99.9, kind="capture", actor="South Guild"), [event(type="capture", actor="North Guild")], "claims.verdict.contradicted.1",
    ),
    "fought over daily": (
        claim(99.9), [event(n, since=when(START + n), until=when(START + n + 1)) for n in range(40, 200)], "claims.verdict.weak.1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_verdicts(name: str) -> None:
    claims, events, rule = CASES[name]
    scope = "lethal" if name == "bloodless" else "any"
    (row,) = run(claims, table(*[{**e, "scope": scope} for e in events], *edges(scope=scope)))["verdicts"]
    assert (row["rule"], row["verdict"]) == (rule, VERDICTS[rule][0]), row["reason"]
    assert row["reason"]
    assert row["grade_means"].startswith("source reliability cannot be judged")  # far fewer than 30 resolved claims
    assert not row["calibrated"]
    if row["verdict"] in ("not_observable", "too_vague", "pending"):
        assert (row["lr"], row["probability"], row["grade"]) == (1.0, None, "F6")


def test_absence_never_refutes() -> None:
    assert not any("false" in word or "refuted" in word for word, _ in VERDICTS.values())
    (row,) = run(claim(200.0), table(event(), *edges()))["verdicts"]
    assert 0 < row["probability_low"] < row["probability_high"] < 0.5
    assert row["grade"] == "F6"
    assert "not a refutation" in row["reason"]


def test_a_denial_that_an_event_meets_is_less_likely_true() -> None:
    (met,) = run(claim(101.0, **DENIED), table(event(), *edges()))["verdicts"]
    (unmet,) = run(claim(200.0, **DENIED), table(event(), *edges()))["verdicts"]
    assert met["probability_high"] < 0.4 < unmet["probability_low"]


@pytest.mark.parametrize("modality", ["conditional", "aspiration", "question", "none"])
def test_what_is_no_claim_is_never_scored(modality: str) -> None:
    assert all(not rows for rows in run(claim(99.9, modality=modality), table(event(), *edges())).values())


def test_nothing_to_hold_against_anything() -> None:
    for claims, events in ((claim(), table(event())), (claim(99.0), table())):
        out = matched(claims, events, {}, QUIET)
        assert {n: t.schema for n, t in out.items()} == {o.name: o.arrow for o in OUTPUTS}
        assert all(not t.num_rows for t in out.values())


def test_coarse_events_are_left_out() -> None:
    assert run(claim(99.9), table(event(radius_km=400.0), *edges()))["matches"] == []
    assert run(claim(99.9), table(event(until=when(START + 130)), *edges()))["matches"] == []


def test_order_of_rows_and_names_of_ids_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    w = world(rng)
    town, at, _ = foresight(rng, w, 80, 0.2)
    claims, events = claims_of(town, at, w), events_of(w)
    one = matched(claims, events, {"shifts": 30}, QUIET)
    two = matched(
        claims.take(rng.permutation(80)), events.take(rng.permutation(events.num_rows)), {"shifts": 30}, QUIET
    )
    assert {n: table_digest(t) for n, t in one.items()} == {n: table_digest(t) for n, t in two.items()}


def test_claims_that_know_nothing_find_nothing() -> None:
    low = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        w = world(rng)
        out = run(claims_of(*independent(rng, w, 120), w), events_of(w))
        ps = [
            r["p"]
            for r in (*out["windows"], *out["skill"])
            if r["class"] == "intention" and r["null_model"] in ("A", "B") and r["p"]
        ]
        low += sum(p <= 0.05 for p in ps) / len(ps)
    assert low / 12 <= 0.15


def test_foresight_is_found() -> None:
    rng = np.random.default_rng(5)
    w = world(rng)
    town, at, (since, until) = foresight(rng, w, 300, 0.3)
    out = run(claims_of(town, at, w, time_from=since, time_to=until, time_kind="calendar"), events_of(w))
    by = {r["null_model"]: r for r in out["skill"] if r["class"] == "intention"}
    assert by["A"]["p"] == pytest.approx(2 / 42)
    assert by["A"]["observed"] > by["A"]["expected_high"]
    assert by["W"]["p"] == pytest.approx(2 / 42)
    assert by["W"]["bits"] > by["W"]["bits_high"] > by["W"]["bits_expected"]
    assert by["C"]["p"] < 0.02
    assert by["base"]["p"] is None  # a base rate is no test
    findings = list(
        judge(
            Judged(
                {n: pa.Table.from_pylist(r, o.arrow) for (n, r), o in zip(out.items(), OUTPUTS, strict=True)},
                {"shifts": 40},
            )
        )
    )
    ahead = next(f for f in findings if f.rule == "claims.ahead.1")
    assert "expected when dates are shifted" in ahead.says
    assert "bits of evidence" in ahead.says
    assert "W: evidence, dates shifted (primary)" in [n.name for n in ahead.nulls]
    assert "median lead" in ahead.says
    assert ahead.ruling == "stands"


def test_only_so_much_of_a_campaign_as_the_source_covers_is_tested() -> None:
    w = world(np.random.default_rng(2), days=200)
    town, at = np.zeros(60, int), START + np.linspace(20, 800, 60)  # most of the campaign lies after the source ends
    out = run(claims_of(town, at, w), events_of(w))
    for row in out["windows"]:
        if row["class"] == "intention":
            assert row["n"] + row["not_covered"] == 60
            assert row["not_covered"] > 40


def test_every_finding_has_its_base_rate_and_says_what_it_cannot() -> None:
    rng = np.random.default_rng(4)
    w = world(rng)
    parts = [
        claims_of(*independent(rng, w, 27), w, modality=m)
        for m in ("report", "progress", "intention", "threat", "hedged")
    ]
    rows = [
        {**r, "claim_id": f"{i}#{r['claim_id']}", "cluster_id": f"{i}", "post_id": f"post{i}"}
        for i, r in enumerate(r for p in parts for r in p.to_pylist())
    ]
    claims = pa.Table.from_pylist(rows, parts[0].schema)
    tables = {
        **matched(claims, events_of(w, scope="lethal", source="ucdp_ged"), {"shifts": 30}, QUIET),
        "claims": claims,
    }
    findings = list(judge(Judged(tables, {"shifts": 30})))
    assert {f.rule for f in findings} == {"claims.windows.1", "claims.ahead.1", "claims.verdicts.1", "claims.skill.1"}
    assert {f.rule for f in findings} <= {r.id for r in RULES}
    assert len({f.id for f in findings}) == len(findings)
    assert set(findings[0].evidence) <= {r["post_id"] for r in rows}
    ahead = [f for f in findings if f.rule == "claims.ahead.1"]
    assert len(ahead) == 3
    assert all("too few to tell" in f.counter_evidence[0] for f in ahead)
    assert all("19 points" in f.counter_evidence[0] or "20 points" in f.counter_evidence[0] for f in ahead)
    assert all(f.ruling in ("cannot_tell", "explained", "stands") for f in ahead)
    verdicts = next(f for f in findings if f.rule == "claims.verdicts.1")
    assert "by chance" in verdicts.says
    assert "UCDP GED" in verdicts.says


def test_without_events_nothing_is_said_of_any_claim() -> None:
    claims = claim(1.0, 2.0)
    tables = {**matched(claims, table(), {}, QUIET), "claims": claims}
    (found,) = judge(Judged(tables, {}))
    assert found.rule == "claims.no_events.1"
    assert found.ruling == "context"
    assert found.evidence == ("p0", "p1")


def daily(*, until: int = 400) -> pa.Table:
    """An event a day at one place."""
    return table(*(event(n, since=when(START + n), until=when(START + n + 1)) for n in range(until)), *edges())


def test_event_data_alone_expect_no_more_matches_than_there_are_claims() -> None:
    rows = run(claim(*np.linspace(150, 330, 11), modality="intention"), daily())["skill"]
    row = next(r for r in rows if r["class"] == "intention" and r["null_model"] == "C")
    assert row["hits"] == row["n"] > 5
    assert 0 <= row["expected_low"] <= row["expected"] <= row["expected_high"] <= 1


def test_one_onset_has_a_median_and_no_interval() -> None:
    soon = event(since=when(START + 181), until=when(START + 182))
    out = run(claim(150.0, 180.0, 260.0, 300.0, modality="intention"), table(soon, *edges()))
    (row,) = out["leads"]
    assert (row["onsets"], row["median_low"], row["median_high"]) == (1, None, None)
    assert row["median"] is not None
    tables = {n: pa.Table.from_pylist(rows, next(o for o in OUTPUTS if o.name == n).arrow) for n, rows in out.items()}
    says = [f.says for f in judge(Judged(tables, {"shifts": 40})) if "lead to an onset" in f.says]
    assert [("too few for an interval" in s, "whose dates can be shifted are matched" in s) for s in says] == [
        (True, True)
    ]
