"""The gate: every step is parsed, checked against the portable grammar and the canonical tables, never rewritten."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.tokenizer_core import Token, TokenType

from blowback.engine.grammar_rules import (
    ALLOWED,
    DOUBLES,
    EXTRACTED,
    MOST_LINES,
    PARSED,
    REFUSED,
    REFUSED_NAMES,
    WORDS,
)
from blowback.errors import GateRefusal
from blowback.model.analysis import Step
from blowback.model.tables import TABLES

_DIALECT = "duckdb"


def schema_of(earlier: Mapping[str, Step]) -> dict[str, object]:
    """Tables a step may read: the canonical ones and the steps before it."""
    known: dict[str, object] = {t.name: {c.name: c.sql for c in t.columns} for t in TABLES.values()}
    return known | {s.name: {c.name: c.sql for c in s.columns} for s in earlier.values()}


def check(step: Step, earlier: Mapping[str, Step]) -> None:
    """Refuse a step that is not portable or does not yield what it declares.

    Raises:
        GateRefusal: says what, on which line, and what to write instead.
    """
    lines = [line for line in step.sql.strip().splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise _refusal(
            step, f"{len(lines)} lines", f"steps of at most {MOST_LINES} lines, so that they can be read aloud"
        )
    tree = _parsed(step)
    for what, instead, line in _offences(tree, step.sql):
        raise _refusal(step, f"{what}{f' (line {line})' if line else ''}", instead)
    _windows(step, tree)
    _columns(step, tree, earlier)


def _refusal(step: Step, what: str, instead: str) -> GateRefusal:
    return GateRefusal(f"step {step.name!r} uses {what}", hint=f"Write {instead}")


def _parsed(step: Step) -> exp.Query:
    try:
        trees = sqlglot.parse(step.sql, dialect=_DIALECT)
    except SqlglotError as error:
        raise _refusal(step, f"SQL that cannot be read: {str(error).splitlines()[0]}", "one SELECT or WITH") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise _refusal(step, "something other than one query", "one SELECT or WITH")
    return trees[0]


def _offences(tree: exp.Query, sql: str) -> Iterator[tuple[str, str, int | None]]:
    for token in sqlglot.tokenize(sql, dialect=_DIALECT):
        if token.token_type == TokenType.DCOLON:
            yield "::", "cast(x as type)", token.line
        if token.token_type == TokenType.ASOF:
            yield "an ASOF join", "a window or a join on a bounded interval", token.line
        if token.text.lower() == "varchar":
            yield "varchar", "string: the name of the type on both engines", token.line
    for node in tree.walk():
        if isinstance(node, exp.With) and node.recursive:
            yield "a recursive CTE", "a graph in refine", None
        kind = next((k for k in REFUSED if type(node) is k), None)
        if kind is exp.Star and isinstance(node.parent, exp.Count):
            continue
        if kind is not None:
            yield *REFUSED[kind], None
        if isinstance(node, exp.Func):
            yield from _function(node)


def _function(node: exp.Func) -> Iterator[tuple[str, str, int | None]]:
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
    if name in REFUSED_NAMES:
        yield f"{name}()", REFUSED_NAMES[name], None
    elif name not in WORDS | ALLOWED | PARSED and not isinstance(node, exp.Connector):
        yield f"{name}(), which is not on the list", f"one of {', '.join(sorted(WORDS))}, or a plain function", None
    elif isinstance(node, exp.Extract) and node.name.lower() not in EXTRACTED:
        yield f"extract({node.name.lower()})", f"one of {', '.join(sorted(EXTRACTED))}, or weekday_of(t)", None
    elif isinstance(node, exp.Round) and node.args.get("decimals"):
        yield "round to decimals", "round(x): engines disagree on 1.005", None


def _windows(step: Step, tree: exp.Query) -> None:
    """Ties and nulls are where engines differ: every order must be total in the author's words and say where nulls go."""
    for node in tree.find_all(exp.Window):
        order = node.args.get("order")
        if isinstance(node.this, exp.RowNumber | exp.Lag | exp.Lead | exp.FirstValue | exp.LastValue) and order is None:
            raise _refusal(step, "a window without ORDER BY", "order by ..., post_id nulls last")
        if order is not None:
            _explicit(step, order)
    for limit in tree.find_all(exp.Limit):
        order = limit.parent.args.get("order") if limit.parent else None
        if order is None:
            raise _refusal(step, "LIMIT without ORDER BY", "order by a total key with nulls first or last")
        _explicit(step, order)


def _explicit(step: Step, order: exp.Expression) -> None:
    for key in order.expressions:
        if (
            isinstance(key, exp.Ordered)
            and "NULLS" not in key.sql(dialect="postgres").upper()
            and _nulls_unsaid(step.sql)
        ):
            raise _refusal(
                step, f"ORDER BY {key.this.sql()} without NULLS FIRST or LAST", "where nulls go: engines differ"
            )


def _nulls_unsaid(sql: str) -> bool:
    folded = " ".join(sql.upper().split())
    return folded.count("ORDER BY") > folded.count("NULLS LAST") + folded.count("NULLS FIRST")


def _columns(step: Step, tree: exp.Query, earlier: Mapping[str, Step]) -> None:
    """Every column resolves, and the step yields the declared columns in the declared order."""
    known = schema_of(earlier)
    for table in tree.find_all(exp.Table):
        if table.name not in known and table.name not in {c.alias for c in tree.find_all(exp.CTE)}:
            raise _refusal(step, f"a table {table.name!r} that does not exist", f"one of {', '.join(sorted(known))}")
    plain = tree.copy()
    for node in list(plain.find_all(exp.Placeholder)):
        node.replace(exp.Literal.string("p"))
    try:
        resolved = qualify(plain, schema=known, dialect=_DIALECT, validate_qualify_columns=True)
    except SqlglotError as error:
        raise _refusal(step, f"a column that does not resolve: {error}", "columns of the canonical tables") from error
    for cast in annotate_types(resolved.copy(), schema=known, dialect=_DIALECT).find_all(exp.Cast):
        _cast(step, cast)
    found = [c.lower() for c in resolved.named_selects]
    wanted = [c.name for c in step.columns]
    if found != wanted:
        raise _refusal(step, f"columns {', '.join(found)}", f"the declared ones: {', '.join(wanted)}")


def _cast(step: Step, cast: exp.Cast) -> None:
    """A fraction as an integer is rounded by one engine and cut by the other; as text, each writes it in its own way."""
    inner, to = cast.this, cast.to.this
    fraction = inner.type is not None and inner.type.this in (*exp.DataType.FLOAT_TYPES, *exp.DataType.REAL_TYPES)
    fraction |= isinstance(inner, exp.Anonymous) and inner.name.lower() in DOUBLES
    if not fraction:
        return
    if to in exp.DataType.INTEGER_TYPES and not isinstance(inner, exp.Floor | exp.Ceil | exp.Round):
        raise _refusal(step, "a fraction cast to an integer", "cast(floor(x) as bigint), or ceil, or round")
    if to in exp.DataType.TEXT_TYPES:
        raise _refusal(step, "a fraction cast to text", "the number: the page formats it")


def narrow(step: Step) -> bool:
    """Whether the step only picks rows and columns of one table: no join, group, window, order or second query."""
    tree = _parsed(step)
    wide = (
        exp.Join,
        exp.Group,
        exp.Window,
        exp.Order,
        exp.AggFunc,
        exp.Distinct,
        exp.SetOperation,
        exp.Subquery,
        exp.CTE,
    )
    return isinstance(tree, exp.Select) and not any(isinstance(n, wide) for n in tree.walk())


def parameters(sql: str) -> list[str]:
    """Names of the `:params` of a step, in order of first use."""
    names: dict[str, None] = {}
    for _, name in _marks(sql):
        names.setdefault(name.text)
    return list(names)


def with_dollars(sql: str) -> str:
    """`:p` as `$p`, the way DuckDB spells parameters; nothing else is touched."""
    for colon, _ in reversed(list(_marks(sql))):
        sql = sql[: colon.start] + "$" + sql[colon.end + 1 :]
    return sql


def _marks(sql: str) -> Iterator[tuple[Token, Token]]:
    tokens = sqlglot.tokenize(sql, dialect=_DIALECT)
    for colon, name in itertools.pairwise(tokens):
        if colon.token_type == TokenType.COLON and name.start == colon.end + 1 and name.text.isidentifier():
            yield colon, name
