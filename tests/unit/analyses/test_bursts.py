"""Bursts as a whole: a planted push is found and told from a surge of people, habits alone give none."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.machinery.bursts import bursts
from blowback.analyses.machinery.coordination_tables import MEMBERS
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.ids import json_digest, table_digest
from blowback.model.tables import TABLES
from blowback.testing import check_analysis, played

ZERO = dt.datetime(1970, 1, 1)  # zone-less UTC is the house form
START = int(dt.datetime(2021, 3, 1, tzinfo=dt.UTC).timestamp())
DAY = 86_400


class World:
    """Twelve days of a small public, with days and nights; invented names, benign words."""

    def __init__(self, seed: int, *, days: int = 12, posts: int = 500, accounts: int = 900) -> None:
        self.draw = np.random.default_rng([seed, 77])
        self.rows: list[dict] = []
        self.accounts = accounts
        for day in range(days):
            hours = self.draw.choice(24, posts, p=(1 + 0.8 * np.sin(np.arange(24) / 24 * 2 * np.pi)) / 24)
            for hour in hours:
                tag = self.draw.choice(["garden", "bread", "weather", "music", "trains"])
                self.post(
                    START + day * DAY + hour * 3600 + self.draw.random() * 3600,
                    f"u{int(accounts * self.draw.random() ** 2)}",
                    tag,
                )

    def post(
        self, at: float, who: str, tag: str, text: str | None = None, client: str | None = None, kind: str = "post"
    ) -> None:
        self.rows.append(
            {
                "at": at,
                "who": who,
                "tag": tag,
                "text": text or f"words {self.draw.integers(10**9)}",
                "client": client or self.draw.choice(["phone", "web"]),
                "kind": kind,
            }
        )

    def push(self, at: float, tag: str, *, posts: int = 400, accounts: int = 25) -> World:
        for n in range(posts):
            self.post(
                at + 5400 * n / posts + self.draw.random(),
                f"p{n % accounts}",
                tag,
                f"say it with us {n % 6}",
                "scheduler",
            )
        return self

    def surge(self, at: float, tag: str, *, posts: int = 400) -> World:
        for n in range(posts):
            self.post(at + self.draw.exponential(4000), f"new{tag}{n}", tag)
        return self

    def busy(self, at: float, *, accounts: int = 12, posts: int = 240, usual: int = 10, lead: float = 0.0) -> World:
        """A group with habits like everybody's that is busy for an hour and a half, under no tag of its own."""
        for n in range(accounts * usual):
            tag = self.draw.choice(["garden", "bread"])
            self.post(START + (n % 12 + self.draw.random()) * DAY, f"g{n % accounts}", tag)
        for n in range(posts):
            who = 0 if self.draw.random() < lead else n % accounts
            self.post(at + 5400 * self.draw.random(), f"g{who}", self.draw.choice(["music", "trains", "bread"]))
        return self

    def tables(self) -> dict[str, pa.Table]:
        posts, marks = [], []
        for n, r in enumerate(self.rows):
            at = ZERO + dt.timedelta(seconds=round(r["at"], 3))
            same = {"post_id": f"x:{n}", "account_id": f"x:{r['who']}"}
            posts.append({
                **same, "platform": "x", "posted_at": at, "clock": "exact", "kind": r["kind"], "text": r["text"],
                "client": r["client"], "lang": "en", "exhibit": "0" * 64, "record_no": n + 1,
            })  # fmt: skip
            for kind, value in (("hashtag", r["tag"]), ("client", r["client"]), ("folded_text", r["text"])):
                marks.append({**same, "posted_at": at, "kind": kind, "value": value, "position": 0, "carried": False})
        return {
            "posts": pa.Table.from_pylist(posts, TABLES["posts"].arrow),
            "marks": pa.Table.from_pylist(marks, TABLES["marks"].arrow),
        }


def run(tables: dict[str, pa.Table], **given):
    return played(bursts, tables, **given)


def own(out, tag: str) -> dict:
    (found,) = [b for b in out["bursts"].to_pylist() if (b["kind"], b["value"]) == ("hashtag", tag)]
    return found


def members(accounts: int = 12, group: str = "repost-1", who: str = "g") -> dict[str, pa.Table]:
    """What a coordination run would leave beside the case."""
    rows = [
        {"kind": "repost", "group_id": group, "account_id": f"x:{who}{n}", "basis": "tested"} for n in range(accounts)
    ]
    return {"coordination.members": pa.Table.from_pylist(rows, MEMBERS.arrow)}


PUSHED = START + 7 * DAY + 10.5 * 3600


@pytest.fixture(scope="module")
def both():
    """A push and a surge in one case."""
    return run(World(1).push(PUSHED, "sayit").surge(START + 4 * DAY + 18 * 3600 + 700, "storm").tables())


def test_a_push_is_machinery_and_a_surge_of_people_is_explained(both) -> None:
    out, findings = both
    rulings = {f.subject.id: (f.rule, f.ruling) for f in findings if f.subject.kind == "hashtag"}
    assert rulings == {"sayit": ("bursts.machinery.1", "stands"), "storm": ("bursts.organic_surge.1", "explained")}
    push = own(out, "sayit")
    assert {"wording", "client"} <= set(push["signs"].split(","))
    assert 395 <= push["posts"] <= 400
    assert push["accounts"] == 25


def test_onset_peak_and_excess_are_recovered_with_their_intervals(both) -> None:
    push, surge = (own(both[0], t) for t in ("sayit", "storm"))
    truth = ZERO + dt.timedelta(seconds=PUSHED)
    assert abs((push["onset"] - truth).total_seconds()) < 60
    assert push["onset_low"] <= push["onset"] <= push["onset_high"]
    assert push["excess_low"] <= push["posts"] - push["expected"] <= push["excess_high"]
    assert push["peak_at"] == truth.replace(hour=11, minute=0)
    for name in ("peak_share", "first7h_share", "top50_share"):
        assert surge[f"{name}_low"] <= surge[name] <= surge[f"{name}_high"]


def test_series_of_the_same_posts_are_one_burst(both) -> None:
    found = both[0]["bursts"].to_pylist()
    lead = own(both[0], "sayit")["burst_id"]
    assert sorted(b["kind"] for b in found if b["same_as"] == lead) == ["case", "client", *["folded_text"] * 6, "lang"]
    assert {b["kind"] for b in found if not b["same_as"]} == {"hashtag"}


def test_every_finding_has_its_nulls_its_posts_and_what_speaks_against_it(both) -> None:
    out, findings = both
    (push,) = [f for f in findings if f.subject.id == "sayit"]
    assert push.nulls[0].name == "baseline"
    assert push.nulls[0].q <= 0.01
    assert push.nulls[0].tested == sum(s["series"] for s in out["summary"].to_pylist())
    assert push.subject.members == ()
    assert push.evidence_total >= 395
    assert len(push.evidence) == 200
    assert any("the rest of this case" in line for line in push.counter_evidence)
    assert "scheduler" in push.says
    chart, *others = bursts.panels({n: out[n] for n in bursts.pictures}, push)
    assert sum(v for _, v in chart.seen) >= 395
    assert all(low <= high for _, low, high in chart.band)
    assert {type(p).__name__ for p in others} == {"Grid"}


def test_days_and_nights_alone_give_no_burst_and_that_is_said() -> None:
    out, findings = run(World(2).tables())
    assert out["bursts"].num_rows == 0
    assert [f.rule for f in findings] == ["bursts.none.1"]


def test_a_day_of_posts_is_too_little_and_that_is_another_sentence() -> None:
    _, findings = run(World(3, days=1).tables())
    assert [f.rule for f in findings] == ["bursts.untestable.1"]


def test_a_known_event_explains_a_surge_but_not_a_push() -> None:
    world = World(1).push(PUSHED, "sayit").surge(START + 4 * DAY + 18 * 3600 + 700, "storm")
    calendar = "start,end,words\n2021-03-05T18:00,2021-03-05T20:00,a storm\n2021-03-08T10:00Z,,a fair"
    out, findings = run(world.tables(), calendar=calendar)
    assert own(out, "storm")["class"] == "known_event"
    assert own(out, "sayit")["class"] == "machinery"
    (push,) = [f for f in findings if f.subject.id == "sayit"]
    assert any("a fair" in line for line in push.counter_evidence)


@pytest.mark.parametrize(
    "calendar", ["soon,later,match", "2021-03-05T18:00,2021-03-04T18:00,backwards", "[[event]]\nstart = nonsense"]
)
def test_a_calendar_that_cannot_be_read_is_refused(calendar: str) -> None:
    with pytest.raises(UsageError, match="calendar"):
        run(World(4, days=3, posts=40).tables(), calendar=calendar)


def test_a_calendar_may_be_a_file_whose_text_becomes_the_parameter(tmp_path) -> None:
    (tmp_path / "news.csv").write_text("2021-03-05T18:00,,a storm", encoding="utf-8")
    assert read(bursts, {"calendar": f"@{tmp_path / 'news.csv'}"})["calendar"] == "2021-03-05T18:00,,a storm"
    assert read(bursts, {"calendar": "@@home"})["calendar"] == "@home"
    with pytest.raises(UsageError, match="cannot be read"):
        read(bursts, {"calendar": f"@{tmp_path / 'none.csv'}"})


@pytest.mark.parametrize("given", [{"min_posts": 1}, {"fdr": 2}, {"fdr": "often"}])
def test_parameters_out_of_bounds_are_refused(given) -> None:
    with pytest.raises(UsageError):
        read(bursts, given)


def test_an_announced_time_is_found_in_earlier_posts_and_counts_beside_concentration_alone() -> None:
    world = World(5).push(PUSHED, "sayit")
    for n in range(6):
        world.post(PUSHED - 20_000 - n * 100, f"p{n}", "sayit", f"all together at 10:30 {n}")
    out, _ = run(world.tables())
    push = own(out, "sayit")
    assert push["slot_named"] == 6
    assert abs(push["slot_s"]) < 60
    assert "slot" in push["signs"]


def test_whole_days_show_no_slot_and_no_peak_hour() -> None:
    tables = World(6, days=40, posts=60).push(START + 20 * DAY, "sayit").tables()
    day = pa.compute.floor_temporal(tables["posts"].column("posted_at"), unit="day")
    tables["posts"] = tables["posts"].set_column(tables["posts"].column_names.index("posted_at"), "posted_at", day)
    out, _ = run(tables)
    push = own(out, "sayit")
    assert (push["slot_s"], push["slot_named"], push["peak_share"]) == (None, None, None)
    assert {"clockwork", "slot"} <= set(push["untested"].split(","))


@pytest.fixture(scope="module")
def group():
    """Tables of a case with a group that is busy on one morning, and the run beside its members."""
    tables = World(8).busy(PUSHED).tables()
    return tables, run(tables, beside=members())


def of_kind(table: pa.Table, kind: str) -> list[dict]:
    return [r for r in table.to_pylist() if r["kind"] == kind]


def test_a_group_that_is_busy_together_is_a_series_of_its_own(group) -> None:
    tables, (out, findings) = group
    (found,) = of_kind(out["bursts"], "group")
    assert (found["scope"], found["value"], found["accounts"], found["same_as"]) == ("group", "repost-1", 12, "")
    assert 200 <= found["posts"] <= 245
    assert abs((found["onset"] - (ZERO + dt.timedelta(seconds=PUSHED))).total_seconds()) < 300
    (told,) = [f for f in findings if f.subject.kind == "group"]
    assert (told.subject.id, told.subject.members) == ("repost-1", ())
    assert told.evidence_total == found["posts"]
    who = dict(zip(tables["posts"]["post_id"].to_pylist(), tables["posts"]["account_id"].to_pylist(), strict=True))
    assert {who[p] for p in told.evidence} == {f"x:g{n}" for n in range(12)}
    assert told.says.startswith("The group repost-1: ")
    assert bursts.panels({n: out[n] for n in bursts.pictures}, told)


def test_a_burst_of_a_group_is_no_evidence_that_it_is_one_and_says_so(group) -> None:
    _, (out, findings) = group
    (told,) = [f for f in findings if f.subject.kind == "group"]
    assert any("no independent confirmation" in line for line in told.counter_evidence)
    assert any("no evidence that it is a group" in line for line in told.counter_evidence)
    assert any("concentration" in line and "chosen" in line for line in told.counter_evidence)
    name = of_kind(out["bursts"], "group")[0]["burst_id"]
    tested = {s["sign"] for s in out["signs"].to_pylist() if s["burst_id"] == name}
    assert tested <= {"client", "clockwork", "replies"}
    assert {n.name for n in told.nulls} <= {"baseline", *tested}


def test_without_a_coordination_run_no_group_is_a_series(group) -> None:
    out, findings = run(group[0])
    assert of_kind(out["bursts"], "group") == of_kind(out["summary"], "group") == []
    assert not [f for f in findings if f.subject.kind == "group"]


def test_the_order_of_posts_and_members_leaves_no_trace(group) -> None:
    tables, (out, findings) = group
    draw = np.random.default_rng(3)
    shuffled = {n: t.take(draw.permutation(t.num_rows)) for n, t in (tables | members()).items()}
    beside = {"coordination.members": shuffled.pop("coordination.members")}
    again, told = run(shuffled, beside=beside)
    assert {n: table_digest(t) for n, t in again.items()} == {n: table_digest(t) for n, t in out.items()}
    assert [json_digest(f.core()) for f in told] == [json_digest(f.core()) for f in findings]


def test_groups_with_few_posts_or_accounts_are_counted_and_not_tested() -> None:
    tables = World(2).busy(PUSHED, accounts=3, posts=0).tables()  # thirty posts
    two = pa.concat_tables([members(3)["coordination.members"], members(2, "repost-2", "u")["coordination.members"]])
    out, findings = run(tables, beside={"coordination.members": two})
    (row,) = of_kind(out["summary"], "group")
    assert (row["series"], row["small"], row["outcome"]) == (0, 2, "no_series")
    assert [f.rule for f in findings] == ["bursts.none.1"]
    assert "2 groups have too few posts or accounts" in findings[0].says


def test_a_burst_mostly_of_one_account_is_not_told_as_its_groups() -> None:
    out, findings = run(World(8).busy(PUSHED, lead=0.8).tables(), beside=members())
    assert of_kind(out["bursts"], "group") == []
    assert of_kind(out["summary"], "group")[0]["lone"] == 1
    assert not [f for f in findings if f.subject.kind == "group"]


def test_a_push_of_a_group_is_told_once_by_its_hashtag() -> None:
    out, findings = run(World(1).push(PUSHED, "sayit").tables(), beside=members(25, who="p"))
    (found,) = of_kind(out["bursts"], "group")
    assert found["same_as"] == own(out, "sayit")["burst_id"]
    assert not [f for f in findings if f.subject.kind == "group"]


def test_it_conforms() -> None:
    check_analysis(bursts)
