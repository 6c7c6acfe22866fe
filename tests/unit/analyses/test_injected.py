"""The analysis as a whole: planted injections are found as posts, innocent look-alikes are not, and what lacks is said."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses import ANALYSES
from blowback.analyses.machinery.injected import injected
from blowback.analyses.machinery.injected_evidence import false_shares, limit_of, mechanism
from blowback.analyses.machinery.injected_tables import LINKED, POSTED
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.analysis import Judged
from blowback.model.ids import table_digest
from blowback.model.panel import Bars, Chart, Grid
from blowback.model.tables import schema_of
from blowback.testing import check_analysis
from blowback.tools.fold import fold

SECOND = 1_000_000
WORDS = [
    f"{a}{b}"
    for a in ("ba", "do", "ki", "lu", "me", "no", "ri", "so", "ta", "wu")
    for b in ("len", "mar", "nik", "pol", "rus", "tav")
]
APP = "Lantern Courier"
Row = tuple[str, int, str, str | None, str]  # account, seconds, text, client, role


def crowd(seed: int, accounts: int = 200, posts: int = 3000) -> list[Row]:
    """People who each write their own nine words, at any time of three days, with one of two clients."""
    dice = np.random.default_rng(seed)
    return [
        (f"x:u{dice.integers(accounts)}", int(dice.integers(0, 3 * 86_400)), " ".join(dice.choice(WORDS, 9)),
         ("Phone", "Desk")[int(dice.integers(2))], "reply" if dice.random() < 0.2 else "post")
        for _ in range(posts)
    ]  # fmt: skip


def rounds(
    seed: int, *, texts: int = 8, accounts: int = 15, gap: float = 20.0, clock: str = "even", client: str | None = APP
) -> list[Row]:
    """An app that posts each of its texts through the same accounts, one after the other."""
    dice = np.random.default_rng(seed)
    who = [f"x:u{n}" for n in dice.choice(200, accounts, replace=False)]
    out: list[Row] = []
    for n in range(texts):
        start = 20_000 + n * 20_000
        waits = np.full(accounts, gap) if clock == "even" else dice.exponential(gap * 10, accounts)
        for account, at in zip(dice.permutation(who), start + np.cumsum(waits), strict=True):
            out.append((str(account), int(at), f"lanterns over the harbour tonight number {n * 100 + len(out)} {WORDS[n]} bring friends", client, "post"))  # fmt: skip
    return out


def frames(rows: list[Row], clock: str = "exact") -> dict[str, pa.Table]:
    text = pa.array([r[2] for r in rows], pa.string())
    columns = [
        [f"x:p{n}" for n in range(len(rows))], [r[0] for r in rows], pa.array([r[1] * SECOND for r in rows], pa.timestamp("us")), pa.nulls(len(rows), pa.timestamp("us")),
        [clock] * len(rows), ["file"] * len(rows), [r[4] for r in rows], text, fold(text), pa.array([r[3] for r in rows], pa.string()),
    ]  # fmt: skip
    return {"posted": pa.table(columns, schema=schema_of(POSTED)), "linked": schema_of(LINKED).empty_table()}


def run(made: dict[str, pa.Table], **given):
    params = read(injected, given)
    out = dict(injected.refine(made, params, lambda _what, _share: None))
    return out, list(injected.judge(Judged({**made, **out}, params)))


def scores(out: dict[str, pa.Table]) -> dict[str, float]:
    return dict(zip(out["posts"]["post_id"].to_pylist(), out["posts"]["score"].to_pylist(), strict=True))


@pytest.mark.parametrize("client", [APP, None])
def test_posts_on_a_clock_through_other_peoples_accounts_are_found(client: str | None) -> None:
    base = crowd(1) if client else [(*r[:3], None, r[4]) for r in crowd(1)]
    out, findings = run(frames(base + rounds(2, client=client)))
    (finding,) = [f for f in findings if f.ruling == "stands"]
    assert finding.rule == "injected.bundle.1"
    assert finding.evidence_total == 120
    assert set(finding.evidence) == {f"x:p{n}" for n in range(3000, 3120)}
    assert finding.subject.kind == "posts"
    assert finding.subject.members == ()
    assert "x:u" not in finding.says
    assert {"schedule", "recurrence"} <= {n.name for n in finding.nulls}
    assert ("client" in {n.name for n in finding.nulls}) is (client is not None)
    assert any("Missing: client" in c for c in finding.counter_evidence) is (client is None)
    got = scores(out)
    assert min(got[f"x:p{n}"] for n in range(3000, 3120)) > 0.95
    assert all(v < 0.5 for k, v in got.items() if int(k[3:]) < 3000)
    (bundle,) = [b for b in out["bundles"].to_pylist() if b["ruling"] == "stands"]
    assert bundle["rounds"] == 8
    assert bundle["accounts"] == 15
    assert bundle["median_gap_s"] == pytest.approx(20, abs=1)
    assert re.fullmatch(r"lanterns over the harbour tonight number … .*bring friends", bundle["template"])
    assert finding.effect.low < finding.effect.value < finding.effect.high


def test_evidence_beyond_what_a_double_holds_still_stands() -> None:
    """At 40,000 posts a day ln p is minus infinity: a limit of nought is a limit."""
    log_p = {"schedule": np.array([-np.inf, -1.0]), "recurrence": np.array([-400.0, -0.5])}
    found = mechanism(log_p)
    assert np.isfinite(found).all()
    q = false_shares(found)
    assert limit_of(found, q, [np.array([-5.0, -30.0])], 0.01) == found[0]


def test_a_crowd_alone_and_a_shared_headline_give_no_injection() -> None:
    dice = np.random.default_rng(5)
    headline = [
        (f"x:u{u}", int(5000 + dice.lognormal(7, 1.3)), "council votes on the new harbour bridge after a long night", "Share", "post")
        for u in dice.choice(200, 60, replace=False)
    ]  # fmt: skip
    out, findings = run(frames(crowd(3) + headline))
    assert {f.ruling for f in findings} == {"explained", "context"}
    assert [f.rule for f in findings] == ["injected.shared.1", "injected.none.1"]
    assert max(scores(out).values()) < 0.5
    assert "1 are explained" in findings[1].says or "explained as shared" in findings[1].says


def test_the_same_people_at_human_times_cannot_be_told_without_a_client_and_can_with_one() -> None:
    base = [(*r[:3], None, r[4]) for r in crowd(6)]
    _, findings = run(frames(base + rounds(7, clock="jitter", client=None)))
    assert (findings[0].ruling, findings[0].rule) == ("cannot_tell", "injected.cannot_tell.1")
    _, findings = run(frames(crowd(6) + rounds(7, clock="jitter")))
    assert findings[0].ruling == "stands"
    assert "one application" in findings[0].says


def test_feeds_that_post_nothing_else_are_not_called_injected() -> None:
    feeds = [(f"x:feed{r[0][3:]}", *r[1:]) for r in rounds(8)]
    out, findings = run(frames(crowd(9) + feeds))
    assert findings[0].ruling == "cannot_tell"
    assert "nothing else" in findings[0].says or "hardly anything else" in findings[0].says
    assert max(scores(out).values()) <= 0.4


def test_whole_minutes_leave_the_schedule_out_and_say_so() -> None:
    made = frames([(r[0], r[1] // 60 * 60, *r[2:]) for r in crowd(1) + rounds(2)], clock="minute")
    out, findings = run(made)
    (summary,) = out["summary"].to_pylist()
    assert summary["missing"].startswith("schedule and pace: 100% of the times are whole minutes")
    assert set(out["bundles"]["p_schedule"].to_pylist()) == {None}
    assert findings[0].rule == "injected.bundle.1"  # by client and cohort
    assert all(n.name != "schedule" for n in findings[0].nulls)


def test_people_who_copy_the_words_by_hand_score_less() -> None:
    injection = rounds(2)
    echoes = [(f"x:u{150 + n}", 20_000 + 900 + 700 * n, injection[0][2], "Phone", "post") for n in range(3)]
    out, _ = run(frames(crowd(1) + injection + echoes))
    got = scores(out)
    assert max(got.get(f"x:p{n}", 0.0) for n in range(3120, 3123)) < min(got[f"x:p{n}"] for n in range(3000, 3120))


def test_a_phrase_that_people_write_by_themselves_is_explained() -> None:
    dice = np.random.default_rng(4)
    greeting = [
        (f"x:u{dice.integers(200)}", int(dice.integers(0, 3 * 86_400)), "good morning", "Phone", "post")
        for _ in range(900)
    ]
    mixed = [(f"x:u{dice.integers(200)}", int(dice.integers(0, 3 * 86_400)), f"good {WORDS[n % 60]} morning {WORDS[n % 7]} {WORDS[n % 11]}",
              "Phone", "post") for n in range(900)]  # fmt: skip
    out, _ = run(frames(greeting + mixed))
    assert "phrase" in out["bundles"]["reason"].to_pylist()
    assert "stands" not in out["bundles"]["ruling"].to_pylist()


def test_one_link_in_many_words_is_a_bundle_too() -> None:
    injection = [
        (r[0], r[1], " ".join(np.random.default_rng(n).choice(WORDS, 9)), r[3], r[4]) for n, r in enumerate(rounds(2))
    ]
    made = frames(crowd(1) + injection)
    linked = pa.table({"post_id": [f"x:p{3000 + n}" for n in range(120)], "value": [f"url https://a.example/{n // 15}" for n in range(120)]},
                      schema=schema_of(LINKED))  # fmt: skip
    out, findings = run({**made, "linked": linked})
    assert findings[0].ruling == "stands"
    assert "8 links" in findings[0].says
    assert {b["joined_by"] for b in out["bundles"].to_pylist()} == {"mark"}


def test_panels_show_posts_over_time_layers_and_rounds_but_no_account() -> None:
    out, findings = run(frames(crowd(1) + rounds(2)))
    shown = injected.panels({n: out[n] for n in injected.pictures}, findings[0])
    assert [type(p) for p in shown] == [Chart, Bars, Grid, Grid]
    assert sum(v for _, v in shown[0].seen) == 120
    assert [b.label for b in shown[1].rows][:2] == ["schedule", "recurrence"]
    assert "x:u" not in repr(shown)
    nothing = run(frames(crowd(1)))[1][-1]
    assert injected.panels({n: out[n] for n in injected.pictures}, nothing) == ()


def test_the_order_of_the_rows_leaves_no_trace() -> None:
    made = frames(crowd(1) + rounds(2))
    order = np.random.default_rng(1).permutation(made["posted"].num_rows)
    first, told = run(made)
    second, again = run({**made, "posted": made["posted"].take(pa.array(order))})
    assert {n: table_digest(t) for n, t in first.items()} == {n: table_digest(t) for n, t in second.items()}
    assert told == again


def test_nothing_to_test_is_another_sentence_than_nothing_found() -> None:
    out, findings = run(frames(crowd(1)[:50]))
    assert [f.rule for f in findings] == ["injected.untested.1"]
    assert findings[0].says.startswith("Nothing could be tested")
    assert out["summary"].num_rows == 1
    assert run(frames([]))[1] == []


def test_conformance_and_parameters_out_of_bounds() -> None:
    check_analysis(ANALYSES["injected"])
    for bad in ({"min_accounts": 2}, {"fdr": 0}, {"alike": 0.1}, {"shuffles": -1}):
        with pytest.raises(UsageError, match="out of bounds"):
            read(injected, bad)


def test_a_minute_file_beside_an_exact_one_does_not_hide_the_clock_and_ids_give_times_back() -> None:
    base, injection = crowd(1), rounds(2)
    coarse = [(r[0], r[1] // 60 * 60, *r[2:]) for r in base[:1500]]
    made = frames(coarse + base[1500:] + injection)
    posted = made["posted"]
    files = pa.array(["minutes"] * 1500 + ["exact"] * (posted.num_rows - 1500))
    posted = posted.set_column(posted.schema.get_field_index("exhibit"), posted.schema.field("exhibit"), files)
    _, findings = run({**made, "posted": posted})
    assert "schedule" in {n.name for n in findings[0].nulls}
    exact = posted.column("posted_at")
    rounded = frames([(r[0], r[1] // 60 * 60, *r[2:]) for r in base + injection], clock="minute")["posted"]
    _, without = run({**made, "posted": rounded})
    _, restored = run(
        {
            **made,
            "posted": rounded.set_column(rounded.schema.get_field_index("id_at"), rounded.schema.field("id_at"), exact),
        }
    )
    assert "schedule" not in {n.name for n in without[0].nulls}
    assert "schedule" in {n.name for n in restored[0].nulls}
