"""Co-actions on Spark by account blocks: two shuffles of marks, none of pairs; the counting is `tools.coaction_blocks`.

1. Accounts get codes, busiest first; values with more than `HEAVY` uses get a number.
2. Marks are shuffled by value, a heavy one by chunk of time with a halo; `send` hands each mark to every account block
   that needs it.
3. Records are shuffled by block; `close` counts the block's pairs and drops those below the support.

Only the final edges reach the driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pyarrow as pa

from blowback.errors import EngineError
from blowback.tools import coaction_blocks as blocks

HEAVY: Final = 500_000  # uses beyond which a value is cut by time
_PART: Final = 1_000_000  # marks of one part of the first shuffle
_BLOCK: Final = 2_000_000  # marks for each account block; a block receives several records for each
_SMALL: Final = 2_000_000  # accounts that are sent whole to every executor
_PART_DDL: Final = "account INT, value STRING, heavy INT, chunk BIGINT, at BIGINT, post BIGINT, halo BOOLEAN"
_RECORD_DDL: Final = "key INT, value BIGINT, account INT, at BIGINT, post BIGINT, halo BOOLEAN"
_EDGE_DDL: Final = "a INT, b INT, n_pairs BIGINT, n_posts_a BIGINT, n_posts_b BIGINT, n_objects BIGINT"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How marks are dealt; results do not depend on it. None: from the number of marks and cores."""

    blocks: int | None = None
    parts: int | None = None
    heavy: int = HEAVY

    @classmethod
    def configured(cls, spark: Any) -> Sizes:  # noqa: ANN401  # pyspark has its own types
        """What the user's Spark configuration says: `spark.blowback.blocks`, `.parts` and `.heavy`.

        Raises:
            EngineError: not a number above 0.
        """
        found: dict[str, int] = {}
        for name in ("blocks", "parts", "heavy"):
            text = spark.conf.get(f"spark.blowback.{name}", None)
            if text is not None:
                if not text.isdigit() or int(text) < 1:
                    raise EngineError(
                        f"spark.blowback.{name} is {text!r}", hint="Write a number above 0, or leave it out"
                    )
                found[name] = int(text)
        return cls(**found)


@dataclass(slots=True)
class Marks:
    """The marks of one kind with what is known of them before any window: codes of accounts, heavy values."""

    marks: Any  # account_id, value, at, post
    codes: Any  # account_id, n, code
    accounts: pa.Array  # in the order of their codes
    total: int
    heavy: Any | None  # value, heavy

    def forget(self) -> None:
        """Free the cached codes."""
        self.codes.unpersist()


def marks_of(spark: Any, step: str, kind: str, sizes: Sizes) -> Marks:  # noqa: ANN401  # pyspark has its own types
    """Codes and heavy values of the rows of `step` of that kind: two small aggregates."""
    marks = spark.sql(
        f"SELECT account_id, value, epoch_us(posted_at) AS at, xxhash64(post_id) AS post FROM {step} WHERE kind = :kind",
        args={"kind": kind},
    )
    # One task orders all accounts; the order is total, so that codes are those of the local kernel.
    codes = spark.sql(
        "SELECT account_id, n, CAST(row_number() OVER (ORDER BY n DESC, account_id) - 1 AS INT) AS code"
        " FROM (SELECT account_id, count(*) AS n FROM {marks} GROUP BY account_id)",
        marks=marks,
    ).persist()
    known = codes.toArrow().sort_by("code")
    total = sum(known.column("n").to_pylist())
    heavy = None
    if total > sizes.heavy:
        # Which values are cut decides on speed alone, so a sample of the posts will do; it holds 10,000 uses of each.
        share = max(1, sizes.heavy // 10_000)
        found = spark.sql(
            "SELECT value FROM {marks} WHERE pmod(post, :share) = 0 GROUP BY value HAVING count(*) * :share > :heavy",
            marks=marks,
            args={"heavy": sizes.heavy, "share": share},
        ).toArrow()
        if found.num_rows:
            numbers = pa.array(range(found.num_rows), pa.int32())
            heavy = spark.createDataFrame(found.append_column("heavy", numbers))
    return Marks(marks, codes, known.column("account_id").combine_chunks(), total, heavy)


def coactions(spark: Any, known: Marks, window_us: int, least: int, sizes: Sizes) -> pa.Table:  # noqa: ANN401
    """Pairs as `coaction_blocks.as_table` gives them."""
    if known.total < 2:
        return blocks.as_table(blocks.EDGE.empty_table(), known.accounts)
    cores = spark.sparkContext.defaultParallelism
    count = sizes.blocks or max(cores, -(-known.total // _BLOCK))
    parts = sizes.parts or max(2 * cores, -(-known.total // _PART))
    keys = _keys(spark, count)
    dealt = _parts(spark, known, window_us).repartition(parts, "value", "heavy", "chunk")
    sent = mapped(dealt, partial(_send, window_us=window_us, keys=keys), _RECORD_DDL)
    closed = mapped(
        sent.repartition(count, "key"), partial(_close, window_us=window_us, least=least, keys=keys), _EDGE_DDL
    )
    return blocks.as_table(closed.toArrow().cast(blocks.EDGE), known.accounts)


def _parts(spark: Any, known: Marks, window_us: int) -> Any:  # noqa: ANN401
    """`coaction_blocks.PART` before the first shuffle."""
    small = len(known.accounts) <= _SMALL
    codes = known.codes.hint("broadcast") if small else known.codes
    coded = known.marks.join(codes, "account_id")
    if known.heavy is None:
        return coded.selectExpr(
            "code AS account",
            "value",
            "CAST(NULL AS INT) AS heavy",
            "CAST(0 AS BIGINT) AS chunk",
            "at",
            "post",
            "false AS halo",
        )
    length = blocks.chunk_us(window_us)
    cut = coded.join(known.heavy.hint("broadcast"), "value", "left").selectExpr(
        "code AS account", "CASE WHEN heavy IS NULL THEN value END AS value", "heavy", "at", "post",
        f"CASE WHEN heavy IS NULL THEN 0L ELSE (at - pmod(at, {length}L)) div {length}L END AS chunk",
    )  # fmt: skip
    return spark.sql(
        "SELECT account, value, heavy, chunk + halo AS chunk, at, post, halo = 1 AS halo FROM {cut} LATERAL VIEW explode("
        f"CASE WHEN heavy IS NOT NULL AND (chunk + 1) * {length}L - at <= {window_us}L THEN array(0, 1) ELSE array(0) END"
        ") AS halo",
        cut=cut,
    )


def _keys(spark: Any, count: int) -> list[int]:  # noqa: ANN401
    """For each block a key that Spark's hash sends to a task of its own."""
    rows = spark.sql(
        "SELECT min(key) AS key FROM (SELECT CAST(id AS INT) AS key FROM range(:tried)) GROUP BY pmod(hash(key), :count)",
        args={"tried": 40 * count + 100, "count": count},
    ).toArrow()
    keys: list[int] = sorted(rows.column("key").to_pylist())
    spare = (k for k in range(40 * count + 100) if k not in set(keys))
    return keys + [next(spare) for _ in range(count - len(keys))]


def _send(batches: Iterable[pa.RecordBatch], *, window_us: int, keys: list[int]) -> Iterator[pa.RecordBatch]:
    from pyspark import TaskContext  # noqa: PLC0415  # in the executor

    here = TaskContext.get()
    part = here.partitionId() if here else 0
    yield from blocks.send(_named(batches, blocks.PART), part=part, window_us=window_us, keys=keys)


def _close(
    batches: Iterable[pa.RecordBatch], *, window_us: int, least: int, keys: list[int]
) -> Iterator[pa.RecordBatch]:
    yield from blocks.close(_named(batches, blocks.RECORD), window_us=window_us, least=least, keys=keys)


def _named(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Spark marks columns without nulls as such; the schema is one and the same here."""
    for batch in batches:
        yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


def mapped(frame: Any, function: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]], ddl: str) -> Any:  # noqa: ANN401
    """`DataFrame.mapInArrow`, but for its demand that pandas be installed, which it makes no use of."""
    from pyspark.sql.classic.dataframe import DataFrame  # noqa: PLC0415
    from pyspark.sql.udf import UserDefinedFunction  # noqa: PLC0415
    from pyspark.util import PythonEvalType  # noqa: PLC0415

    called = UserDefinedFunction(function, ddl, evalType=PythonEvalType.SQL_MAP_ARROW_ITER_UDF)
    column = called(*[frame[c] for c in frame.columns])
    return DataFrame(frame._jdf.mapInArrow(column._jc, False, None), frame.sparkSession)  # noqa: SLF001
