"""Account blocks on a real Spark: the counts of the local kernel, from the shuffles to the findings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from blowback.desk import Desk, new_case
from blowback.desk_runs import Settings
from blowback.engine import Engine
from blowback.engine.spark_blocks import Sizes
from blowback.model.analysis import Step
from blowback.model.tables import TABLES
from blowback.tools import coaction_blocks as blocks
from blowback.tools.coaction import acts, pairs

pytestmark = pytest.mark.spark

DAY = 86_400
ACTS = Step(
    "acts",
    "select account_id, value, posted_at, post_id, kind from marks where not carried",
    tuple(
        c
        for n in ("account_id", "value", "posted_at", "post_id", "kind")
        for c in TABLES["marks"].columns
        if c.name == n
    ),
)


def marks(n: int) -> pa.Table:
    """Accounts and values from the busiest to the rare, one value everywhere, one all in one minute, posts of several."""
    random = np.random.default_rng(11)
    names = [f"x:{c}{k}" for k in range(40) for c in ("Ann", "ann", "بستاني", "🌻", "\uffee")]
    rows = []
    for k in range(n):
        account = names[int(len(names) * random.random() ** 2)]
        at = int(random.integers(-2 * DAY, 3 * DAY)) * 1_000_000 + int(random.integers(0, 3)) * 333_333
        values = {
            f"v{int(300 * random.random() ** 3)}",
            *(["#everyone"] if k % 3 == 0 else []),
            *(["🌻"] if k % 7 == 0 else []),
        }
        if k % 4 == 0:
            at -= at % 3_600_000_000  # ties, and the edges of chunks
        if k % 10 == 0:
            values, at = {"#minute"}, 7_200_000_000 + k * 1000
        rows += [(f"x:p{k}", account, at, value, n) for n, value in enumerate(sorted(values))]
    rows += rows[:100]
    post, who, when, what, position = zip(*rows, strict=True)
    size = len(rows)
    return pa.table(
        {
            "post_id": post, "account_id": who, "posted_at": pa.array(when, pa.timestamp("us")), "kind": ["hashtag"] * size,
            "value": what, "position": position, "carried": [False] * size,
        },
        schema=TABLES["marks"].arrow,
    )  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marks") / "marks.parquet"
    pq.write_table(marks(3000), path)
    return path


@pytest.mark.parametrize(
    ("window_s", "least", "sizes"),
    [
        (0, 1, Sizes()), (1, 1, Sizes(blocks=3, parts=4, heavy=200)), (600, 2, Sizes(blocks=5, parts=3, heavy=50)),
        (DAY, 2, Sizes(blocks=4, parts=5, heavy=100)),
    ],
)  # fmt: skip
def test_counts_are_those_of_the_local_kernel(
    window_s: int, least: int, sizes: Sizes, spark: Engine, table: Path
) -> None:
    spark.mount({"marks": [table]})
    spark.step(ACTS, {})
    spark.sizes = sizes
    rows = acts(*(pq.read_table(table).column(c) for c in ("account_id", "value", "posted_at", "post_id")))
    wanted = pairs(rows, window_s * 1_000_000, least)
    got = blocks.as_pairs(spark.coactions("acts", "hashtag", window_s * 1_000_000, least), rows)
    assert len(wanted) > 10
    for name in ("a", "b", "n_pairs", "n_posts_a", "n_posts_b", "n_objects"):
        assert getattr(got, name).tolist() == getattr(wanted, name).tolist(), name


def test_a_kind_without_marks_has_no_pairs(spark: Engine, table: Path) -> None:
    spark.mount({"marks": [table]})
    spark.step(ACTS, {})
    none = spark.coactions("acts", "repost", 60_000_000, 1)
    assert none.num_rows == 0
    empty = acts(*(pa.array([], t) for t in (pa.string(), pa.string(), pa.timestamp("us"), pa.string())))
    assert len(blocks.as_pairs(none, empty)) == 0


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case: six gardeners pass on the same twelve posts within seconds; thirty others pass on what they like."""
    rows = [
        (f"g{obj}-{account}", f"gardener{account}", 1402300000 + obj * 7200 + account * 4, f"seed{obj}")
        for obj in range(12)
        for account in range(6)
    ]
    rows += [(f"c{n}", f"crowd{n % 30}", 1402290000 + n * 977, f"seed{(n * 7) % 40}") for n in range(400)]
    path = tmp_path_factory.mktemp("garden") / "garden.parquet"
    pq.write_table(pa.table({c: [r[i] for r in rows] for i, c in enumerate(("id", "who", "when", "original"))}), path)
    desk = new_case(path.parent / "case")
    desk.ingest(path, format="table", mapping={"id": "id", "account": "who", "time": "when", "repost": "original"})
    return desk.path


def test_findings_do_not_depend_on_the_engine(spark: Engine, garden: Path) -> None:
    given = {"kind": "repost", "window": "60s", "min_objects": 1, "shuffles": 1}
    local = Desk(garden).analyse("coordination", **given)
    before = sorted(p.name for p in garden.iterdir())
    far = Desk(garden, settings=Settings(engine="spark")).analyse("coordination", **given)
    assert far.engine.startswith("spark 4.")
    assert dict(far.digests) == dict(local.digests)
    assert [(f.id, f.digest) for f in far.findings] == [(f.id, f.digest) for f in local.findings]
    assert [f.rule for f in far.findings if f.subject.members] == ["coordination.group.2"]
    assert pq.read_table(far.tables["pairs"]).num_rows == 15
    assert sorted(p.name for p in garden.iterdir()) == before  # no warehouse, no spill, no log stays
    assert Desk(garden).reproduce(far.findings[0].id)["equal"] is True  # a laptop reads what a cluster wrote
    assert Desk(garden).verify() == []
