"""Every step of every analysis, every word and every plain function: equal digests on DuckDB and on Spark."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from blowback.analyses import ANALYSES
from blowback.engine import Engine, open_engine
from blowback.engine.grammar_rules import ALLOWED, WORDS
from blowback.errors import EngineError, GateRefusal
from blowback.model.analysis import Analysis, Step
from blowback.model.ids import table_digest
from blowback.model.tables import TABLES, Column

pytestmark = pytest.mark.spark

Parts = dict[str, list[Path]]

# One expression over a post for every word and plain function: (SQL, type).
WORD = {
    "ratio": [("ratio(line, record_no)", "float"), ("ratio(lat, lon)", "float"), ("coalesce(ratio(line, 0), -9)", "float")],
    "epoch_us": [("epoch_us(posted_at)", "int"), ("epoch_us(id_time)", "int")],
    "epoch_s": [("epoch_s(posted_at)", "int"), ("epoch_s(id_time)", "int")],
    "seconds": [("posted_at + seconds(90)", "time"), ("posted_at - seconds(0.25)", "time"), ("posted_at + seconds(line)", "time"),
                ("id_time + seconds(0.0000015)", "time"), ("posted_at + seconds(lat)", "time")],
    "gap_s": [("gap_s(posted_at, id_time)", "float"), ("gap_s(id_time, posted_at)", "float")],
    "bucket_s": [("bucket_s(posted_at, 60)", "int"), ("bucket_s(posted_at, 0.57)", "int"), ("bucket_s(id_time, 86400)", "int"),
                 ("bucket_s(posted_at, line)", "int")],
    "hour_of": [("hour_of(posted_at)", "int")],
    "weekday_of": [("weekday_of(posted_at)", "int")],
    "day_of": [("day_of(posted_at)", "time"), ("day_of(id_time)", "time")],
    "text_length": [("text_length(text)", "int")],
    "starts_with_text": [("starts_with_text(text, 'T')", "bool"), ("starts_with_text(text, lang)", "bool"),
                         ("starts_with_text(text, '')", "bool")],
    "is_blank": [("is_blank(text)", "bool")],
    "clamp": [("clamp(line, -1, 1)", "float"), ("clamp(lat, 0, line)", "float")],
}  # fmt: skip
PLAIN = {
    "md5": [("md5(text)", "text")],
    "coalesce": [("coalesce(text, lang, 'none')", "text")],
    "nullif": [("nullif(lang, 'ar')", "text")],
    "abs": [("abs(line)", "int"), ("abs(lat)", "float")],
    "floor": [("cast(floor(lat) as bigint)", "int")],
    "ceil": [("cast(ceil(lat) as bigint)", "int")],
    "round": [("round(lat)", "float"), ("round(lon * 10)", "float")],
    "greatest": [("greatest(lat, lon)", "float"), ("greatest(text, lang)", "text")],
    "least": [("least(line, record_no)", "int")],
    "extract": [(f"extract({part} from posted_at)", "int")
                for part in ("year", "quarter", "month", "week", "day", "hour", "minute", "doy")],
    "date_trunc": [(f"date_trunc('{part}', posted_at)", "time")
                   for part in ("year", "quarter", "month", "week", "day", "hour", "minute")],
    "substring": [("substring(text, 2, 3)", "text"), ("substring(text, 1, 1)", "text")],
    "trim": [("trim(text)", "text")],
    "length": [("length(text)", "int")],
    "cast": [("cast(line as string)", "text"), ("cast(cast(line as string) as bigint)", "int"), ("cast(line as double)", "float"),
             ("cast(posted_at as timestamp)", "time"), ("cast('2014-06-09 01:02:03.5' as timestamp)", "time")],
    "case": [("case when line > 0 then 'up' when line is null then lang else text end", "text")],
    "if": [("if(line > 0, lang, text)", "text")],
    "sqrt": [("sqrt(abs(lat))", "float")],
    "ln": [("ln(abs(lat) + 1)", "float")],
    "exp": [("exp(line * 0.5)", "float")],
    "power": [("power(line, 2)", "float"), ("power(abs(lat), 0.5)", "float")],
}  # fmt: skip
OVER = "over (partition by account_id order by posted_at nulls last, post_id nulls last)"
WINDOW = {
    "row_number": [(f"row_number() {OVER}", "int")],
    "rank": [("rank() over (partition by account_id order by posted_at nulls last)", "int")],
    "dense_rank": [("dense_rank() over (order by text nulls first)", "int")],
    "lag": [(f"lag(text) {OVER}", "text")],
    "lead": [(f"lead(posted_at, 2) {OVER}", "time")],
    "first_value": [(f"first_value(text) {OVER}", "text")],
    "last_value": [(f"last_value(lang) {OVER}", "text")],
}
GROUPED = {
    "count": [("count(*)", "int"), ("count(text)", "int"), ("count(distinct lang)", "int"),
              ("count(*) filter (where line > 0)", "int")],
    "sum": [("sum(line)", "int"), ("sum(lat)", "float"), ("sum(record_no * 1000000007)", "int")],
    "min": [("min(text)", "text"), ("min(posted_at)", "time")],
    "max": [("max(text)", "text"), ("max(line)", "int")],
    "avg": [("avg(line)", "float"), ("avg(lat)", "float")],
    "min_by": [("min_by(post_id, record_no)", "text")],
    "max_by": [("max_by(post_id, record_no)", "text")],
    "percentile_cont": [("percentile_cont(0.5) within group (order by lat)", "float"),
                        ("percentile_cont(0.9) within group (order by cast(record_no as double))", "float")],
    "stddev_samp": [("stddev_samp(line)", "float")],
    "var_samp": [("var_samp(lat)", "float")],
}  # fmt: skip
ROWS = {**WORD, **PLAIN, **WINDOW}


def wide(
    name: str, found: dict[str, list[tuple[str, str]]], *, grouped: bool
) -> tuple[Step, dict[str, dict[str, str]]]:
    """One step that asks every expression (Spark takes half a second for any step), and which columns are whose."""
    key = "account_id" if grouped else "post_id"
    listed = [(word, sql, kind) for word, given in found.items() for sql, kind in given]
    sql = f"select {key}, " + ", ".join(f"{sql} as c{n}" for n, (_, sql, _) in enumerate(listed)) + "\nfrom posts"
    columns = tuple(Column(f"c{n}", kind, "") for n, (_, _, kind) in enumerate(listed))
    one = Step(name, sql + (" group by account_id" if grouped else ""), (Column(key, "text", ""), *columns))
    whose: dict[str, dict[str, str]] = {}
    for n, (word, expression, _) in enumerate(listed):
        whose.setdefault(word, {})[f"c{n}"] = expression
    return one, whose


def test_every_word_and_every_plain_function_is_compared() -> None:
    assert set(WORD) == WORDS
    assert {*PLAIN, *WINDOW, *GROUPED} == ALLOWED


@pytest.fixture(scope="module")
def mounted(spark: Engine, parts: Parts) -> Engine:
    spark.mount(parts)
    return spark


@pytest.fixture(scope="module")
def asked(mounted: Engine, parts: Parts) -> dict[str, dict[str, tuple[pa.Table, pa.Table]]]:
    """word -> expression -> the key and that column, on DuckDB and on Spark."""
    duck, out = open_engine(), {}
    duck.mount(parts)
    for name, found in (("by_row", ROWS), ("by_group", GROUPED)):
        one, whose = wide(name, found, grouped=name == "by_group")
        tables = []
        for engine in (duck, mounted):
            engine.step(one, {})
            tables.append(engine.fetch(name))
        key = one.columns[0].name
        for word, columns in whose.items():
            out[word] = {sql: tuple(t.select([key, c]) for t in tables) for c, sql in columns.items()}
    duck.close()
    return out


@pytest.mark.parametrize("word", sorted([*ROWS, *GROUPED]))
def test_a_word_or_function_means_the_same(word: str, asked: dict[str, dict[str, tuple[pa.Table, pa.Table]]]) -> None:
    for sql, (left, right) in asked[word].items():
        same(sql, left, right)
        assert left.column(1).null_count < left.num_rows, f"{sql} is null everywhere: nothing was compared"


def same(what: str, left: pa.Table, right: pa.Table) -> None:
    if table_digest(left) != table_digest(right):
        key = left.column_names[0]
        rows = zip(left.sort_by(key).to_pylist(), right.sort_by(key).to_pylist(), strict=False)
        pytest.fail(f"{what} differs, DuckDB | Spark: {[(a, b) for a, b in rows if a != b][:5]}")


def compared(duck: Engine, spark: Engine, one: Step, params: dict[str, object]) -> None:
    tables = []
    for engine in (duck, spark):
        engine.step(one, params)
        tables.append(engine.fetch(one.name))
    same(one.sql, *tables)


@pytest.mark.parametrize("analysis", ANALYSES.values(), ids=lambda a: a.id)
def test_every_step_of_every_analysis_gives_the_same_digest(
    analysis: Analysis, duck: Engine, mounted: Engine, parts: Parts
) -> None:
    duck.mount(parts)
    for given in [{}, *({p.name: c} for p in analysis.params if p.kind == "choice" for c in p.choices[1:3])]:
        params = {p.name: p.default for p in analysis.params} | given
        for one in analysis.steps:
            compared(duck, mounted, one, params)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_mounted_tables_are_read_alike(name: str, duck: Engine, mounted: Engine, parts: Parts) -> None:
    duck.mount(parts)
    left, right = duck.fetch(name), mounted.fetch(name)
    assert left.schema.equals(right.schema)
    assert table_digest(left) == table_digest(right)
    assert (left.num_rows > 0) == (name in parts)


JOINED = Step(
    "joined",
    r"""
with met as (
    select a.post_id, b.post_id as other, gap_s(a.posted_at, b.posted_at) as lag
    from marks a join marks b on a.value = b.value and a.kind = b.kind and a.account_id < b.account_id
    where b.posted_at >= a.posted_at - seconds(:window) and b.posted_at <= a.posted_at + seconds(:window)
)
select post_id, max(other) as other, count(*) as n, min(lag) as lag, count(distinct other) as others
from met where :word <> 'it''s :kind, \w' group by post_id
""",
    (Column("post_id", "text", ""), Column("other", "text", ""), Column("n", "int", ""), Column("lag", "float", ""),
     Column("others", "int", "")),
)  # fmt: skip
TAKEN = Step(
    "taken",
    "select post_id, text from posts where text = :word or lat > :least or (lang is null and :also)"
    " order by text desc nulls first, post_id nulls last limit 20",
    (Column("post_id", "text", ""), Column("text", "text", "")),
)
LATER = Step(
    "later",
    "select j.post_id, t.text, j.n from joined j left join taken t on t.post_id = j.post_id where j.n > 1",
    (Column("post_id", "text", ""), Column("text", "text", ""), Column("n", "int", "")),
)


def test_joins_ctes_parameters_order_and_later_steps_agree(duck: Engine, mounted: Engine, parts: Parts) -> None:
    duck.mount(parts)
    given = {"window": 60.5, "word": "it's :kind, \\w+ and $x", "least": 2.25, "also": True}
    for one in (JOINED, TAKEN, LATER):
        compared(duck, mounted, one, given)
    assert mounted.fetch("joined").num_rows > 0
    assert mounted.fetch("later").num_rows > 0


def test_what_spark_writes_duckdb_reads(duck: Engine, mounted: Engine, parts: Parts, tmp_path: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq

    mounted.step(TAKEN, {"word": "", "least": 0.0, "also": True})
    path = tmp_path / "made on [a] cluster.parquet"
    mounted.write("taken", path)
    rows = mounted.fetch("taken")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert table_digest(pq.read_table(path)) == table_digest(rows)
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    again = duckdb.execute("select post_id, text from read_parquet($p)", {"p": str(path)}).to_arrow_table()
    assert table_digest(again) == table_digest(rows)


def test_what_is_refused_or_missing_is_said_the_same_way(mounted: Engine) -> None:
    with pytest.raises(GateRefusal, match="lower"):
        mounted.step(Step("s", "select lower(text) as post_id from posts", (Column("post_id", "text", ""),)), {})
    with pytest.raises(EngineError, match="nothing is called"):
        mounted.fetch("nobody")
    wrong = Step("wrong", "select text as n from posts where text = 'Tomatoes are early'", (Column("n", "int", ""),))
    mounted.step(wrong, {})
    with pytest.raises(EngineError, match="declared types"):
        mounted.fetch("wrong")
    cut = Step("cut", "select max(cast(text as bigint)) as n from posts", (Column("n", "int", ""),))
    with pytest.raises(EngineError, match=r"cut.*") as caught:
        mounted.step(cut, {})
    assert "\n" not in caught.value.message


def test_nothing_is_left_but_what_was_asked_for(mounted: Engine) -> None:
    assert mounted.name.startswith("spark 4.")
    assert mounted.fetch("exhibits").equals(TABLES["exhibits"].arrow.empty_table())
    assert isinstance(mounted.fetch("posts"), pa.Table)
