"""Trends: what was posted and deleted around its peak is found; live events, tidy platforms and word games are not taken for it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from blowback.analyses.machinery.trends import trends
from blowback.analyses.machinery.trends_signs import lexicon_like
from blowback.desk_params import read
from blowback.errors import UsageError
from blowback.model.tables import TABLES
from blowback.testing import check_analysis, played

ZERO = dt.datetime(1970, 1, 1)  # zone-less UTC is the house form
START = int(dt.datetime(2021, 3, 1, tzinfo=dt.UTC).timestamp())
DAY = 86_400
WORDS = [
    "table",
    "river",
    "candle",
    "orange",
    "window",
    "paper",
    "winter",
    "garden",
    "button",
    "yellow",
    "silver",
    "morning",
]


class World:
    """Eight days of a small public; one post in thirty is deleted in its own time."""

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng([seed, 31])
        self.rows: list[tuple[float, str, str, str, float | None]] = []
        for _ in range(4000):
            at = START + self.draw.random() * 8 * DAY
            gone = at + self.draw.exponential(2 * DAY) if self.draw.random() < 1 / 30 else None
            tag = self.draw.choice(["garden", "bread", "weather", "music"])
            self.add(at, f"u{int(700 * self.draw.random() ** 2)}", tag, f"I wrote this, number {len(self.rows)}.", gone)

    def add(self, at: float, who: str, tag: str, text: str, gone: float | None = None) -> None:
        self.rows.append((at, who, tag, text, gone))

    def attack(self, tag: str, *, at: float, deleted: float = 0.9, posts: int = 150) -> World:
        """Random words by throw-away accounts within three minutes, deleted within ten; then a public that answers."""
        for n in range(posts):
            when = at + 180 * self.draw.random()
            gone = when + 120 + 480 * self.draw.random() if self.draw.random() < deleted else None
            self.add(when, f"{tag}{n}", tag, f"{' '.join(self.draw.choice(WORDS, 5))} #{tag}", gone)
        for n in range(60):
            self.add(at + 900 + self.draw.exponential(9000), f"late{tag}{n}", tag, f"Why is this here? {n}")
        return self

    def goal(self, tag: str, *, at: float) -> World:
        for n in range(300):
            self.add(at + self.draw.exponential(120), f"fan{tag}{n}", tag, f"What a goal, {n}!")
        return self

    def tables(self) -> dict[str, pa.Table]:
        posts, marks, removals = [], [], []
        for n, (at, who, tag, text, gone) in enumerate(self.rows):
            same = {"post_id": f"x:{n}", "account_id": f"x:{who}"}
            when = ZERO + dt.timedelta(seconds=round(at, 3))
            origin = {"exhibit": "0" * 64, "record_no": n + 1}
            posts.append(
                {**same, "platform": "x", "posted_at": when, "clock": "exact", "kind": "post", "text": text, **origin}
            )
            marks.append({**same, "posted_at": when, "kind": "hashtag", "value": tag, "position": 0, "carried": False})
            if gone is not None:
                removals.append({
                    "subject": f"x:{n}", "subject_kind": "post", "platform": "x", "state": "deleted", "actor": "author", "scope": "world",
                    "removed_at": ZERO + dt.timedelta(seconds=round(gone, 3)), "certainty": "observed", **origin,
                })  # fmt: skip
        made = {"posts": posts, "marks": marks, "removals": removals}
        return {n: pa.Table.from_pylist(r, TABLES[n].arrow) for n, r in made.items() if r}


def run(tables: dict[str, pa.Table], **given):
    return played(trends, tables, **given)


@pytest.fixture(scope="module")
def attacked():
    """An attack and a live event in one case."""
    return run(
        World(1).attack("newphone", at=START + 5 * DAY + 40_000).goal("final", at=START + 3 * DAY + 60_000).tables()
    )


def test_posted_and_deleted_around_its_peak_stands_and_a_goal_does_not(attacked) -> None:
    _, findings = attacked
    assert [(f.subject.id, f.rule, f.ruling) for f in findings] == [("newphone", "trends.ephemeral.1", "stands")]
    (found,) = findings
    assert found.certainty == "inferred"
    assert found.effect.low < found.effect.value < found.effect.high
    assert {n.name for n in found.nulls} == {"concentration", "entry", "deleted", "wording"}
    assert found.subject.members == ()
    assert found.evidence_total == len(found.evidence) + 10 == 210


def test_every_sign_is_in_the_table_beside_its_null(attacked) -> None:
    rows = {r["value"]: r for r in attacked[0]["trends"].to_pylist()}
    attack, goal = rows["newphone"], rows["final"]
    assert attack["deleted_holds"]
    assert attack["wording_holds"]
    assert 0.5 < attack["deleted"] < 0.8
    assert attack["deleted_expected"] < 0.05
    assert attack["median_life_s"] < 700
    assert goal["class"] == "plain"
    assert goal["entry_holds"]
    assert not goal["deleted_holds"]
    assert not any(rows[t]["concentration_holds"] for t in rows)


def test_posted_and_gone_are_drawn_with_their_own_nulls(attacked) -> None:
    out, (found,) = attacked
    chart, bars = trends.panels({n: out[n] for n in trends.pictures}, found)
    assert sum(v for _, v in chart.seen) == 210
    assert sum(v for _, v in chart.part) == pytest.approx(135, abs=15)
    assert [b.label for b in bars.rows] == ["concentration", "entry", "deleted", "wording"]


def test_without_known_deletions_it_is_not_called_ephemeral_and_says_why() -> None:
    world = World(2).attack("newphone", at=START + 5 * DAY + 40_000)
    tables = world.tables()
    del tables["removals"]
    out, findings = run(tables)
    assert {f.rule for f in findings} <= {"trends.cannot_tell.1"}
    assert out["summary"].to_pylist()[0]["gone"] == 0
    assert any("could not be tested" in line for f in findings for line in f.counter_evidence)


def test_a_platform_that_deletes_everywhere_alike_makes_no_trend_ephemeral() -> None:
    world = World(3).goal("final", at=START + 3 * DAY + 60_000)
    world.rows = [
        (at, who, tag, text, at + 3600 if n % 3 else None) for n, (at, who, tag, text, _) in enumerate(world.rows)
    ]
    _, findings = run(world.tables())
    assert [f.rule for f in findings] == ["trends.none.1"]


def test_few_hands_and_words_in_a_row_are_pushed_deletions_or_not() -> None:
    world = World(4)
    for n in range(200):
        world.add(START + 4 * DAY + 70 * n, f"hand{n % 4}", "game", " ".join(world.draw.choice(WORDS, 4)))
    _, findings = run(world.tables())
    assert [(f.subject.id, f.rule) for f in findings] == [("game", "trends.pushed.1")]
    assert "word game" in " ".join(findings[0].counter_evidence)


def test_a_quiet_public_gives_one_sentence_and_an_empty_one_another() -> None:
    assert [f.rule for f in run(World(5).tables())[1]] == ["trends.none.1"]
    assert [f.rule for f in run(World(5).tables(), min_posts=100_000)[1]] == ["trends.untestable.1"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("table river candle #tag", True),
        ("مرحبا بكم جميعا #وسم", True),
        ("#tag river candle 🌞", True),
        ("Table river candle", False),
        ("table, river, candle", False),
        ("table river 7 candle", False),
        ("table", False),
        ("#tag https://example.org/x", False),
        (" ".join(["word"] * 11), False),
        (None, False),
    ],
)
def test_a_few_words_in_a_row_and_nothing_else(text: str | None, holds: bool) -> None:
    assert lexicon_like(pa.chunked_array([pa.array([text], pa.string())])).tolist() == [holds]


@pytest.mark.parametrize("given", [{"min_posts": 2}, {"fdr": 0}, {"fdr": "seldom"}])
def test_parameters_out_of_bounds_are_refused(given) -> None:
    with pytest.raises(UsageError):
        read(trends, given)


def test_it_conforms() -> None:
    check_analysis(trends)
