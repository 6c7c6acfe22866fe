"""The gate: what is portable passes, what is not is refused by name with what to write instead."""

from __future__ import annotations

import pytest

from blowback.analyses import ANALYSES
from blowback.engine import open_engine
from blowback.engine.grammar import check, narrow, parameters, with_dollars
from blowback.errors import EngineError, GateRefusal, UnknownName, UsageError
from blowback.model.analysis import Step
from blowback.model.tables import Column


def step(sql: str, *columns: str, name: str = "s") -> Step:
    return Step(name, sql, tuple(Column(c, "text", "") for c in columns or ("post_id",)))


@pytest.mark.parametrize(
    "sql",
    [
        "select post_id from posts where kind = :kind",
        "select count(*) as post_id from posts",
        "select ratio(count(*), 2) as post_id from posts",
        "with a as (select post_id, account_id from marks) select a.post_id from a join posts p on a.post_id = p.post_id",
        "select min_by(post_id, posted_at) as post_id from posts",
        "select post_id from posts order by post_id nulls last limit 3",
        "select md5(post_id) as post_id from posts",
        "select cast(floor(lat) as bigint) as post_id from posts where not exists (select 1 as x from marks)",
        "select cast(line as string) || lang as post_id from posts where lang like 'a%' and (lat > 1 or lat is null)",
    ],
)
def test_portable_steps_pass(sql: str) -> None:
    check(step(sql), {})


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select post_id from nowhere", "nowhere"),
        ("select no_such_column as post_id from posts", "does not resolve"),
        ("select post_id, text from posts", "declared"),
        ("select * from posts", r"\*"),
        ("select lower(text) as post_id from posts", "lower"),
        ("select post_id::varchar as post_id from posts", "::"),
        ("select list(post_id) as post_id from posts", "array_agg|list"),
        ("select unnest([1]) as post_id from posts", "unnest|array"),
        ("select count(*) / 2 as post_id from posts", "division"),
        ("select 7 // 2 as post_id from posts", "division"),
        ("select post_id from posts limit 3", "LIMIT without"),
        ("select post_id from posts order by posted_at limit 3", "NULLS"),
        ("select row_number() over (partition by kind) as post_id from posts", "without ORDER BY"),
        ("select approx_count_distinct(post_id) as post_id from posts", "approx"),
        ("select hash(post_id) as post_id from posts", "hash"),
        ("select levenshtein(text, lang) as post_id from posts", "levenshtein"),
        (
            "with recursive t as (select post_id from posts union all select post_id from t) select post_id from t",
            "recursive",
        ),
        ("select a.post_id from posts a asof join marks m on a.posted_at >= m.posted_at", "ASOF"),
        ("select post_id from posts qualify row_number() over (order by post_id nulls last) = 1", "QUALIFY"),
        ("select post_id from read_parquet('x')", "read_parquet|does not exist"),
        ("select now() as post_id", "time|now"),
        ("select frobnicate(post_id) as post_id from posts", "frobnicate"),
        ("select reverse(text) as post_id from posts", "reverse.* not on the list"),
        ("select concat(text, lang) as post_id from posts", "concat"),
        ("select round(lat, 2) as post_id from posts", "decimals"),
        ("select extract(second from posted_at) as post_id from posts", "extract"),
        ("select extract(dow from posted_at) as post_id from posts", "extract"),
        ("select cast(lat as bigint) as post_id from posts", "fraction"),
        ("select cast(ratio(line, 2) as bigint) as post_id from posts", "fraction"),
        ("select cast(avg(line) as string) as post_id from posts", "fraction"),
        ("select cast(line as varchar) as post_id from posts", "varchar"),
        ("drop table posts", "one query"),
        ("select post_id from posts; select post_id from posts", "one query"),
        ("select from where", "cannot be read|does not"),
        ("\n".join(["select post_id"] + ["-- line", "from posts"] + ["where true"] + ["and true"] * 30), "lines"),
    ],
)
def test_the_rest_is_refused_by_name(sql: str, says: str) -> None:
    with pytest.raises(GateRefusal, match=says) as caught:
        check(step(sql), {})
    assert caught.value.hint.startswith("Write ")


def test_every_step_of_every_analysis_passes() -> None:
    for analysis in ANALYSES.values():
        earlier: dict[str, Step] = {}
        for one in analysis.steps:
            check(one, earlier)
            earlier[one.name] = one


def test_parameters_are_spelled_for_the_engine_and_nothing_else_changes() -> None:
    sql = "select post_id from posts where kind = :kind and text <> 'a:b' and lang = :kind and lat > :low"
    assert parameters(sql) == ["kind", "low"]
    assert with_dollars(sql) == sql.replace(":kind", "$kind").replace(":low", "$low")


def test_steps_that_only_pick_rows_and_columns_are_known() -> None:
    assert narrow(step("select post_id from posts where kind = :kind and not (lat > 1)"))
    for wide in (
        "select count(*) as post_id from posts", "select post_id from posts order by post_id nulls last",
        "select distinct post_id from posts", "with a as (select post_id from posts) select post_id from a",
        "select p.post_id from posts p join marks m on m.post_id = p.post_id",
        "select post_id from posts union all select post_id from marks",
        "select row_number() over (order by post_id nulls last) as post_id from posts",
    ):  # fmt: skip
        assert not narrow(step(wide)), wide


def test_steps_see_earlier_steps_and_empty_tables_are_there() -> None:
    engine = open_engine(memory="1GB", threads=1)
    engine.mount({})
    engine.step(step("select post_id from posts", name="one"), {})
    engine.step(step("select post_id from one where post_id <> :x", name="two"), {"x": "a"})
    assert engine.fetch("two").num_rows == 0
    assert engine.name.startswith("duckdb 1.")
    with pytest.raises(EngineError):
        engine.fetch("three")


def test_engines_that_are_not_there_say_so() -> None:
    with pytest.raises(UsageError, match="no master"):
        open_engine(master="local[2]")
    with pytest.raises(UnknownName, match="abacus"):
        open_engine("abacus")
    with pytest.raises(EngineError, match="setting"):
        open_engine(memory="a lot")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("ratio(1, 0)", None), ("ratio(1, 4)", 0.25), ("ratio(null, 4)", None),
        ("epoch_s(timestamp '1970-01-01 00:00:01.9')", 1), ("epoch_s(timestamp '1969-12-31 23:59:59.5')", -1),
        ("gap_s(timestamp '2014-06-09', timestamp '2014-06-09 00:00:01.5')", 1.5),
        ("bucket_s(timestamp '1970-01-01 00:02:00', 60)", 2), ("hour_of(timestamp '2014-06-09 05:59:59')", 5),
        ("weekday_of(timestamp '2014-06-09')", 1), ("text_length('مرحبا')", 5), ("is_blank('  ')", True),
        ("is_blank('x')", False), ("clamp(7, 0, 5)", 5), ("starts_with_text('garden', 'gar')", True),
    ],
)  # fmt: skip
def test_the_vocabulary_means_what_the_page_says(word: str, value) -> None:
    engine = open_engine()
    engine.mount({})
    assert engine._connection.execute(f"select {word}").fetchone() == (value,)
