"""What the portable grammar refuses, by name, and what to write instead."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

# expression class -> (what it is, what to write instead)
REFUSED: Final[dict[type[exp.Expression], tuple[str, str]]] = {
    exp.Array: ("an array", "a long table: arrays are unrolled once, at intake"),
    exp.Struct: ("a struct", "columns"),
    exp.Unnest: ("unnest", "a long table such as marks"),
    exp.Explode: ("unnest or explode", "a long table such as marks"),
    exp.Lambda: ("a lambda", "a join or a window"),
    exp.IntDiv: ("integer division", "floor(ratio(a, b)) or arithmetic on microseconds"),
    exp.Div: ("division", "ratio(a, b): engines disagree on zero and on integers"),
    exp.Qualify: ("QUALIFY", "a window in a CTE and a WHERE around it"),
    exp.ArrayAgg: ("array_agg", "rows in a long table"),
    exp.GroupConcat: ("string_agg", "rows in a long table"),
    exp.Lower: ("lower", "text_folded: engines disagree on İ and ß"),
    exp.Upper: ("upper", "text_folded: engines disagree on ß"),
    exp.Levenshtein: ("levenshtein", "near-duplicate marks: engines count bytes or code points"),
    exp.ApproxDistinct: ("an approximate count", "count(distinct x)"),
    exp.ApproxQuantile: ("an approximate quantile", "percentile_cont(x) within group (order by y)"),
    exp.Star: ("*", "the columns by name"),
    exp.Rand: ("random", "hash a key with md5"),
    exp.CurrentTimestamp: ("the current time", "a parameter"),
    exp.CurrentDate: ("the current date", "a parameter"),
    exp.Median: ("median", "percentile_cont(0.5) within group (order by x)"),
}
REFUSED_NAMES: Final[dict[str, str]] = {
    "concat": "a || b: one engine's concat skips nulls, the other's does not",
    "hash": "md5(x): engines' own hashes differ",
    "list": "rows in a long table",
    "list_value": "rows in a long table",
    "collect_list": "rows in a long table",
    "random": "hash a key with md5",
    "now": "a parameter",
    "approx_count_distinct": "count(distinct x)",
    "approx_quantile": "percentile_cont",
    "epoch": "epoch_s(t) of the vocabulary",
    "unix_timestamp": "epoch_s(t) of the vocabulary",
    "time_bucket": "bucket_s(t, n) of the vocabulary",
    "read_parquet": "a mounted table",
    "read_csv": "a mounted table",
}
# words that both engines define natively in vocabulary/*.sql
WORDS: Final = frozenset(
    [
        "ratio",
        "epoch_s",
        "epoch_us",
        "seconds",
        "bucket_s",
        "hour_of",
        "weekday_of",
        "day_of",
        "text_length",
        "starts_with_text",
        "is_blank",
        "gap_s",
        "clamp",
    ]
)
# plain functions that agree on both engines, by parity tests on samples
ALLOWED: Final = frozenset(
    [
        "count",
        "sum",
        "min",
        "max",
        "avg",
        "min_by",
        "max_by",
        "md5",
        "coalesce",
        "nullif",
        "abs",
        "floor",
        "ceil",
        "round",
        "greatest",
        "least",
        "row_number",
        "rank",
        "dense_rank",
        "lag",
        "lead",
        "first_value",
        "last_value",
        "percentile_cont",
        "extract",
        "date_trunc",
        "substring",
        "trim",
        "length",
        "cast",
        "case",
        "if",
        "sqrt",
        "ln",
        "exp",
        "power",
        "stddev_samp",
        "var_samp",
    ]
)
# the same functions under the names that the parser gives them
PARSED: Final = frozenset(["timestamp_trunc", "variance", "arg_min", "arg_max", "exists"])
# parts of a time that both engines count alike (a second has a fraction on one, Sunday is 0 or 1)
EXTRACTED: Final = frozenset(["year", "quarter", "month", "week", "day", "doy", "hour", "minute"])
# words that yield a double
DOUBLES: Final = frozenset(["ratio", "gap_s", "clamp"])
MOST_LINES: Final = 25
