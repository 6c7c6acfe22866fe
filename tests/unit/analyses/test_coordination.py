"""The analysis as a whole: planted groups found, shuffled input alike, nothing found where there is nothing."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from blowback.analyses import ANALYSES
from blowback.analyses.machinery.coordination import coordination
from blowback.analyses.machinery.coordination_tables import TEXTS, TIMES
from blowback.desk_params import read
from blowback.errors import AnalysisFailed, UnknownName, UsageError
from blowback.model.analysis import Judged
from blowback.model.tables import schema_of
from blowback.testing import check_analysis


def acts(seed: int = 3, *, planted: bool = True) -> pa.Table:
    random = np.random.default_rng(seed)
    rows = [
        (f"x:u{random.integers(200)}", f"o{int(400 * random.random() ** 2)}", int(random.integers(0, 10 * 86400)))
        for _ in range(4000)
    ]
    if planted:
        for obj in range(12):
            start = int(random.integers(0, 10 * 86400))
            rows += [(f"x:g{a}", f"o{obj * 3}", start + int(random.exponential(20))) for a in range(6)]
    who, what, when = zip(*rows, strict=True)
    return pa.table(
        {
            "account_id": who, "value": what, "posted_at": pa.array([t * 1_000_000 + 123 for t in when], pa.timestamp("us")),
            "post_id": [f"x:p{n}" for n in range(len(rows))], "kind": pa.repeat("repost", len(rows)),
        }
    )  # fmt: skip


def run(table: pa.Table, texts: pa.Table | None = None, **given):

    params = read(coordination, {"kind": "repost", **given})
    frames = {
        "acts": table,
        "texts": schema_of(TEXTS).empty_table() if texts is None else texts,
        "times": schema_of(TIMES).empty_table(),
    }
    out = dict(coordination.refine(frames, params, lambda _what, _share: None))
    return out, list(coordination.judge(Judged({**out, "acts": table}, params)))


def test_a_planted_group_is_found_with_all_a_finding_needs() -> None:
    out, findings = run(acts())
    groups = [f for f in findings if f.rule == "coordination.group.2"]
    assert [set(f.subject.members) for f in groups] == [{f"x:g{n}" for n in range(6)}]
    (finding,) = groups
    assert {n.name for n in finding.nulls} == {"shift", "permute"}
    assert finding.effect.low < finding.effect.value < finding.effect.high
    assert finding.effect.value > 5
    assert finding.evidence_total >= 72
    assert all(p.startswith("x:p") for p in finding.evidence)
    (group,) = [g for g in out["groups"].to_pylist() if g["group_id"] == finding.subject.id]
    assert (group["size"], group["core"], group["edges"], group["lead"]) == (6, 6, 15, "repost")
    assert group["window_s"] <= 600
    assert group["ruling"] == "beyond_both"
    assert group["beyond_burst"] >= 8
    assert out["coactions"].num_rows >= 15 * 12
    for output in coordination.outputs:
        assert out[output.name].column_names == [c.name for c in output.columns]


def test_nothing_is_found_in_a_crowd_alone_and_that_is_said() -> None:
    _, findings = run(acts(planted=False))
    assert [f.rule for f in findings] == ["coordination.none.2"]
    assert findings[0].subject.members == ()


def test_a_kind_that_explodes_is_refused_with_its_numbers() -> None:
    with pytest.raises(AnalysisFailed, match="pairs of repost marks") as caught:
        run(acts(), max_pairs=10)
    assert "--max-pairs" in caught.value.hint
    out, _ = run(acts(), kind="all", max_pairs=10)
    assert set(out["summary"].column("outcome").to_pylist()) == {"too_many_pairs", "no_marks"}


def test_windows_that_hold_too_many_pairs_are_left_out_and_named() -> None:
    out, findings = run(acts(), max_pairs=3000)
    outcome = dict(
        zip(out["summary"].column("window_s").to_pylist(), out["summary"].column("outcome").to_pylist(), strict=True)
    )
    assert outcome[60] == "done"
    assert outcome[86400] == "too_many_pairs"
    assert [f.rule for f in findings if f.subject.members] == ["coordination.group.2"]


def test_the_curve_shows_what_both_nulls_give_at_every_window() -> None:
    out, _ = run(acts())
    curve = out["summary"].sort_by("window_s").to_pylist()
    assert [c["window_s"] for c in curve] == [1, 10, 60, 600, 1800, 7200, 21600, 86400]
    assert [c["pairs"] for c in curve] == sorted(c["pairs"] for c in curve)
    at = {c["window_s"]: c for c in curve}
    assert at[60]["pairs"] > 3 * max(at[60]["pairs_permute"], at[60]["pairs_shift"], 1)
    assert at[86400]["pairs"] < 1.2 * at[86400]["pairs_shift"]
    assert {c["survive"] for c in curve} == {15}


def test_a_named_window_is_the_only_one() -> None:
    out, findings = run(acts(), window="60", min_objects=1)
    assert (
        set(out["pairs"].column("window_s").to_pylist()) == set(out["summary"].column("window_s").to_pylist()) == {60}
    )
    assert [f.rule for f in findings if f.subject.members] == ["coordination.group.2"]
    assert max(abs(x) for x in out["coactions"].column("lag_s").to_pylist()) <= 60


@pytest.mark.parametrize("tau", [5, 60, 300])
def test_groups_are_found_at_any_delay_with_one_setting(tau: int) -> None:
    random = np.random.default_rng(tau)
    rows = acts(planted=False).to_pylist()
    for obj in range(10):
        start = int(random.integers(0, 10 * 86400))
        for a in range(6):
            at = (start + int(random.exponential(tau))) * 1_000_000
            rows.append(
                {
                    "account_id": f"x:g{a}",
                    "value": f"o{obj * 3}",
                    "posted_at": at,
                    "post_id": f"x:t{obj}-{a}",
                    "kind": "repost",
                }
            )
    _, findings = run(pa.Table.from_pylist(rows, acts().schema))
    assert [set(f.subject.members) for f in findings if f.subject.members] == [{f"x:g{n}" for n in range(6)}]


def test_layers_are_kept_where_several_kinds_join_a_group() -> None:
    both = acts()
    tags = acts(seed=4, planted=True)
    tags = tags.set_column(4, "kind", pa.repeat("hashtag", tags.num_rows)).set_column(
        3, "post_id", pa.array([f"x:q{n}" for n in range(tags.num_rows)])
    )
    out, findings = run(pa.concat_tables([both, tags]), kind="all")
    (group,) = out["groups"].to_pylist()
    assert set(group["kinds"].split(",")) == {"repost", "hashtag"} == set(out["layers"].column("kind").to_pylist())
    assert (group["group_id"], group["size"]) == ("fused-1", 6)
    (finding,) = [f for f in findings if f.subject.members]
    assert "hashtags, too" in finding.says or "reposts, too" in finding.says


def test_a_cap_and_a_sample_say_what_they_lose() -> None:
    out, findings = run(acts(), cap=20)
    lost = set(out["summary"].column("lost").to_pylist())
    assert len(lost) == 1
    assert "more uses than the cap" in next(iter(lost))
    assert all(lost <= set(f.counter_evidence) for f in findings if f.rule != "coordination.size.1")
    whole, _ = run(acts(), window="60", min_objects=1)
    sampled, _ = run(acts(), window="60", min_objects=1, sample_accounts=0.5)
    every = {(r["account_a"], r["account_b"]): r["n_pairs"] for r in whole["pairs"].to_pylist()}
    some = {(r["account_a"], r["account_b"]): r["n_pairs"] for r in sampled["pairs"].to_pylist()}
    assert 0 < len(some) < len(every)
    assert some.items() <= every.items()  # the weights of the pairs that stay are exact
    assert "sample of 50% of the accounts" in sampled["summary"].column("lost")[0].as_py()
    assert set(whole["summary"].column("lost").to_pylist()) == {""}


def test_volume_is_worth_fewer_sources_when_groups_count_as_one() -> None:
    rows = acts(planted=False).slice(0, 1500).to_pylist()
    random = np.random.default_rng(21)
    for obj in range(60):
        start = int(random.integers(0, 10 * 86400))
        for a in range(12):
            at = (start + int(random.exponential(20))) * 1_000_000
            rows.append(
                {
                    "account_id": f"x:g{a}",
                    "value": f"pushed{obj}",
                    "posted_at": at,
                    "post_id": f"x:t{obj}-{a}",
                    "kind": "repost",
                }
            )
    out, findings = run(pa.Table.from_pylist(rows, acts().schema))
    (size,) = out["sizes"].to_pylist()
    assert size["marks_of_groups"] >= 720
    assert size["effective_low"] <= size["effective_sources"] <= size["effective_high"] < size["effective_accounts"]
    # 12 accounts with 60 marks each and about 200 with 7.5: (sum)^2 / sum of squares, the twelve as one
    assert size["effective_sources"] == pytest.approx(2220**2 / (720**2 + 200 * 7.5**2), rel=0.1)
    (finding,) = [f for f in findings if f.rule == "coordination.size.1"]
    assert finding.effect.low <= finding.effect.value <= finding.effect.high
    assert size["top_share"] > size["top_share_high"]


def test_accounts_that_reword_one_text_are_joined_by_near_text() -> None:
    random = np.random.default_rng(11)
    words = [f"w{n}" for n in range(3000)]
    rows = []
    for n in range(1500):
        at = int(random.integers(0, 10 * 86400))
        rows.append((f"x:u{random.integers(120)}", " ".join(random.choice(words, 9)), at, f"x:p{n}"))
    for text in range(10):
        base, start = random.choice(words, 12).tolist(), int(random.integers(0, 10 * 86400))
        for a in range(5):
            changed = [*base[:-1], f"other{a}"]  # one word of twelve: Jaccard 11/13
            rows.append((f"x:g{a}", " ".join(changed), start + a * 7, f"x:g{text}-{a}"))
    who, what, when, post = zip(*rows, strict=True)
    seconds = pa.array([t * 1_000_000 for t in when], pa.timestamp("us"))
    texts = pa.table([who, what, seconds, post], schema=schema_of(TEXTS))
    _, findings = run(acts().slice(0, 0), texts, kind="near_text")
    assert [set(f.subject.members) for f in findings if f.subject.members] == [{f"x:g{n}" for n in range(5)}]
    assert "nearly the same" in findings[0].says
    _, strict = run(acts().slice(0, 0), texts, kind="near_text", alike=0.95)
    assert not any(f.subject.members for f in strict)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"kind": "colour"}, UsageError), ({"window": "soon"}, UsageError), ({"window": "900d"}, UsageError),
        ({"min_objects": 0}, UsageError), ({"fdr": "many"}, UsageError), ({"colour": 1}, UnknownName),
    ],
)  # fmt: skip
def test_options_are_checked_and_explained(given, error) -> None:
    with pytest.raises(error) as caught:
        read(coordination, given)
    assert caught.value.hint


def test_durations_are_read_as_people_write_them() -> None:
    assert read(coordination, {"window": "60s"})["window"] == "60"
    assert read(coordination, {"window": "10s,1m,1h"})["window"] == "10,60,3600"
    assert read(coordination, {"min-objects": "3"})["min_objects"] == 3


@pytest.mark.parametrize("name", sorted(ANALYSES))
def test_built_in_analyses_pass_the_public_conformance_suite(name: str) -> None:
    check_analysis(ANALYSES[name])


def test_no_figure_hangs_on_how_accounts_posts_and_values_are_named() -> None:
    """Another key gives other pseudonyms, in another order; p, q, groups and intervals stay as they are."""
    plain = acts(seed=5)
    renamed = plain
    for column in ("account_id", "value", "post_id"):
        names = pc.unique(plain.column(column))
        other = pa.array([hashlib.sha256(f"key {n}".encode()).hexdigest() for n in names.to_pylist()])
        new = other.take(pc.index_in(plain.column(column), names).combine_chunks())
        renamed = renamed.set_column(renamed.schema.get_field_index(column), column, new)
    (first, told), (second, again) = run(plain), run(renamed)
    assert first["groups"].num_rows > 0
    for table in ("groups", "layers", "sizes", "summary"):
        for one, other in zip(first[table].to_pylist(), second[table].to_pylist(), strict=True):
            assert {k: v for k, v in other.items() if not isinstance(v, float)} == {
                k: v for k, v in one.items() if not isinstance(v, float)
            }
            floats = {k: v for k, v in one.items() if isinstance(v, float)}  # the order of a sum moves its last bit
            assert {k: other[k] for k in floats} == pytest.approx(floats, rel=1e-9)
    for column in ("p_shift", "p_permute", "q_shift", "q_permute"):
        values = sorted(first["ties"].column(column).to_pylist())
        assert sorted(second["ties"].column(column).to_pylist()) == pytest.approx(values, rel=1e-9)
    assert [f.says for f in told] == [f.says for f in again]


def _moments(*, joint: bool, seed: int = 2) -> pa.Table:
    """Forty accounts with evenings of their own; six of them may post in the same seconds, on nothing in common."""
    random = np.random.default_rng(seed)
    rows = []
    for n in range(40):
        evening = random.normal(19, 2)
        rows += [
            (f"x:u{n}", day * 86400 + int(random.normal(evening, 2) * 3600)) for day in range(20) for _ in range(6)
        ]
    for _ in range(40 if joint else 0):
        at = int(random.integers(0, 20)) * 86400 + int(random.normal(19, 2) * 3600)
        rows += [(f"x:u{n}", at + int(random.integers(0, 8))) for n in range(6)]
    who, when = zip(*rows, strict=True)
    return pa.table(
        {
            "account_id": who, "posted_at": pa.array([t * 1_000_000 + 7 for t in when], pa.timestamp("us")),
            "post_id": [f"x:p{n}" for n in range(len(rows))],
        }
    )  # fmt: skip


def _by_rhythm(times: pa.Table) -> list:
    params = read(coordination, {"kind": "rhythm"})
    frames = {"acts": acts().slice(0, 0), "texts": schema_of(TEXTS).empty_table(), "times": times}
    out = dict(coordination.refine(frames, params, lambda _what, _share: None))
    return list(coordination.judge(Judged({**frames, **out}, params))), out


def test_accounts_that_post_in_the_same_moments_are_found_whatever_they_post() -> None:
    findings, out = _by_rhythm(_moments(joint=True))
    (finding,) = findings
    assert set(finding.subject.members) == {f"x:u{n}" for n in range(6)}
    assert "posted in the same moments within 60 s" in finding.says
    assert {n.name for n in finding.nulls} == {"shift", "permute"}
    assert all(n.q < 0.05 for n in finding.nulls)
    assert out["groups"].to_pylist()[0]["ruling"] == "beyond_both"


@pytest.mark.parametrize("seed", range(4))
def test_the_same_evenings_alone_are_no_joint_rhythm(seed: int) -> None:
    findings, out = _by_rhythm(_moments(joint=False, seed=seed))
    assert [f.rule for f in findings] == ["coordination.none.2"]
    assert max(r["tested"] for r in out["summary"].to_pylist()) > 500


def test_times_in_whole_hours_hold_no_moments() -> None:
    coarse = _moments(joint=True)
    hours = pc.floor_temporal(coarse.column("posted_at"), unit="hour")
    findings, out = _by_rhythm(coarse.set_column(1, "posted_at", hours))
    assert findings == []
    assert {r["outcome"] for r in out["summary"].to_pylist()} == {"no_marks"}


def test_accounts_that_translate_each_other_within_minutes_are_found() -> None:
    triples = runpy.run_path(str(Path(__file__).parents[3] / "evaluation" / "meaning_pairs.py"))["TRIPLES"]
    random = np.random.default_rng(5)
    langs = ("en", "ar", "ru")
    rows = []
    for n, triple in enumerate(triples[:24]):
        start = n * 30_000 + int(random.integers(0, 9000))
        rows += [(f"x:t{k}", langs[k], triple[k], start + int(random.integers(0, 120))) for k in range(3)]
    for n, triple in enumerate(triples[24:54]):
        rows += [(f"x:u{(3 * n + k) % 30}", langs[k], triple[k], int(random.integers(0, 720_000))) for k in range(3)]
    who, lang, text, when = zip(*rows, strict=True)
    written = pa.table({
        "account_id": who, "text": text, "text_folded": [t.lower() for t in text], "lang": lang,
        "posted_at": pa.array([t * 1_000_000 + 3 for t in when], pa.timestamp("us")),
        "post_id": [f"x:p{n}" for n in range(len(who))],
    })  # fmt: skip
    params = read(coordination, {"kind": "meaning"})
    blank = {n: schema_of(c).empty_table() for n, c in (("texts", TEXTS), ("times", TIMES))}
    frames = {"acts": acts().slice(0, 0), **blank, "written": written}
    out = dict(coordination.refine(frames, params, lambda _what, _share: None))
    found = [f for f in coordination.judge(Judged({**frames, **out}, params)) if f.subject.members]
    assert [set(f.subject.members) for f in found] == [{"x:t0", "x:t1", "x:t2"}]
    assert "say the same in different languages" in found[0].says
