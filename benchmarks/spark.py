"""Co-actions within 60 s on Spark: SQL bucket join against account blocks, beside DuckDB with the kernel in one process.

    python benchmarks/spark.py --runs 3

Stages, each a process of its own over the same Parquet file, support of 2 distinct objects, master local[2]:
  duckdb   the default engine: mount, step, fetch, code the texts, count with the kernel
  blocks   the Spark engine: mount, step, account blocks; Java, session and Python workers included
  sql      the same session settings, a time-bucket join in Spark SQL, on integers (its best case: no texts to code);
           hashtags only up to `--sql-up-to`
All must print the same triple: pairs of accounts, row pairs, objects. Values with more uses than `--heavy` are cut by time.
Then, without Spark: what `send` hands to blocks for several sizes and numbers of blocks, and what memory a block takes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from coaction import WINDOW_US, marks
from measure import interleaved, machine, python

MEMORY = "4GB"
GOAL = 0.5


def written(scratch: Path, size: int, kind: str) -> Path:
    """Canonical marks (texts as the pseudonyms of a case are: 20 characters) beside the integers they stand for."""
    import duckdb

    path, plain = scratch / f"marks_{kind}_{size}.parquet", scratch / f"{kind}_{size}.parquet"
    if path.exists():
        return path
    if not plain.exists():
        marks(plain, size, kind)
    duckdb.execute(
        f"""COPY (SELECT 'x:p' || substr(md5('p' || post), 1, 17) AS post_id,
            'x:a' || substr(md5('a' || account), 1, 17) AS account_id, make_timestamp("at") AS posted_at, '{kind}' AS kind,
            'x:v' || substr(md5('v' || value), 1, 17) AS value, CAST(0 AS BIGINT) AS position, false AS carried,
            account, value AS object FROM read_parquet('{plain}'))
        TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 250000)"""
    )
    return path


def step():
    from blowback.model.analysis import Step
    from blowback.model.tables import TABLES

    columns = {c.name: c for c in TABLES["marks"].columns}
    names = ("account_id", "value", "posted_at", "post_id", "kind")
    sql = f"select {', '.join(names)} from marks where kind = :kind and not carried"
    return Step("acts", sql, tuple(columns[n] for n in names))


def duckdb_(path: Path, kind: str, _given: argparse.Namespace) -> None:
    from blowback.engine import open_engine
    from blowback.tools.coaction import acts, pairs

    engine = open_engine(threads=2)
    engine.mount({"marks": [path]})
    engine.step(step(), {"kind": kind})
    table = engine.fetch("acts")
    rows = acts(*(table.column(c) for c in ("account_id", "value", "posted_at", "post_id")))
    found = pairs(rows, WINDOW_US, 2)
    print(len(found), int(found.n_pairs.sum()), int(found.n_objects.sum()))


def engine_of(given: argparse.Namespace):
    from blowback.engine import open_engine

    return open_engine("spark", master=given.master, memory=MEMORY, spill=given.scratch / f"spill-{os.getpid()}")


def blocks(path: Path, kind: str, given: argparse.Namespace) -> None:
    import pyarrow.compute as pc

    from blowback.engine.spark_blocks import Sizes

    started = time.perf_counter()
    engine = engine_of(given)
    up = time.perf_counter() - started
    engine.sizes = Sizes(given.blocks, None, given.heavy)
    engine.mount({"marks": [path]})
    engine.step(step(), {"kind": kind})
    stepped = time.perf_counter() - started - up
    found = engine.coactions("acts", kind, WINDOW_US, 2)
    counted = time.perf_counter() - started - up - stepped
    print(found.num_rows, pc.sum(found.column("n_pairs")).as_py() or 0, pc.sum(found.column("n_objects")).as_py() or 0,
          f"start {up:.1f} step {stepped:.1f} blocks {counted:.1f}")  # fmt: skip
    engine.close()


def sql(path: Path, _kind: str, given: argparse.Namespace) -> None:
    w = WINDOW_US
    engine = engine_of(given)
    spark = engine._spark  # noqa: SLF001
    spark.read.parquet(f"file://{path}").createOrReplaceTempView("given")
    row = spark.sql(
        f"""WITH m AS (SELECT CAST(account AS INT) AS account, CAST(object AS INT) AS value, unix_micros(CAST(posted_at AS
                TIMESTAMP_LTZ)) AS t, unix_micros(CAST(posted_at AS TIMESTAMP_LTZ)) div {w} AS bucket FROM given),
            two AS (SELECT * FROM m UNION ALL SELECT account, value, t, bucket + 1 FROM m),
            p AS (SELECT least(a.account, b.account) AS x, greatest(a.account, b.account) AS y, a.value,
                count(*) AS n FROM m a JOIN two b ON a.value = b.value AND a.bucket = b.bucket
                AND (a.t > b.t OR (a.t = b.t AND a.account > b.account)) AND a.t - b.t <= {w}
                AND a.account <> b.account GROUP BY ALL)
            SELECT count(*), sum(pairs), sum(objects) FROM (SELECT x, y, sum(n) AS pairs, count(*) AS objects
                FROM p GROUP BY x, y HAVING count(*) >= 2)"""
    ).collect()[0]
    print(*(int(c or 0) for c in row))
    engine.close()


STAGES = {"duckdb": duckdb_, "blocks": blocks, "sql": sql}


def event_log(folder: Path) -> None:
    """Spark's own configuration, as a user would give it: an event log, to read the bytes of shuffles from."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "log").mkdir(parents=True)
    (folder / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir file://{folder / 'log'}\n"
        "spark.eventLog.rolling.enabled false\nspark.eventLog.compress false\n"
    )


def shuffled(folder: Path) -> tuple[int, int, int, int]:
    """Bytes and records written to shuffles, bytes spilled to disk, executor CPU milliseconds of JVM threads."""
    total = [0, 0, 0, 0]
    for log in (folder / "log").iterdir():
        for line in log.open(encoding="utf-8"):
            if '"SparkListenerTaskEnd"' not in line:
                continue
            metrics = json.loads(line).get("Task Metrics") or {}
            wrote = metrics.get("Shuffle Write Metrics", {})
            total[0] += wrote.get("Shuffle Bytes Written", 0)
            total[1] += wrote.get("Shuffle Records Written", 0)
            total[2] += metrics.get("Disk Bytes Spilled", 0)
            total[3] += metrics.get("Executor CPU Time", 0) // 10**6
    return total[0], total[1], total[2], total[3]


def run(size: int, kind: str, given: argparse.Namespace) -> str:
    path = written(given.scratch, size, kind)
    me = Path(__file__)
    commands = {}
    stages = [s for s in given.stages if s != "sql" or kind == "repost" or size <= given.sql_up_to]
    for stage in stages:
        heavy = ["--heavy", given.heavy, *(["--blocks", given.blocks] if given.blocks else [])]
        one = python(me, "--one", stage, "--source", path, "--kind", kind, "--scratch", given.scratch, *heavy)
        logged = given.scratch / f"conf-{stage}"
        commands[stage] = ["env", f"SPARK_CONF_DIR={logged}", *one]
        event_log(logged)
    before = os.getloadavg()
    costs = interleaved(commands, runs=given.runs, timeout=given.timeout)
    base = costs["sql"].wall if "sql" in costs else None
    out = [
        f"### {size:,} {kind} marks, 60 s, support 2, {given.master}, medians of {given.runs} interleaved runs",
        "",
        f"({machine()}; load average {before[0]:.1f} before, {os.getloadavg()[0]:.1f} after)",
        "",
    ]
    out += [
        "| stage | wall s | x Spark SQL | goal | CPU s | largest process MB | shuffled MB | shuffle records | printed |"
    ]
    out += ["|---|---|---|---|---|---|---|---|---|"]
    for name, cost in costs.items():
        moved = shuffled(given.scratch / f"conf-{name}") if name != "duckdb" else (0, 0, 0, 0)
        goal = f"<= {GOAL}x" if name == "blocks" and kind == "repost" and size >= 10_000_000 else ""
        ratio = f"{cost.wall / base:.2f}" if base else "-"
        out.append(
            f"| {name} | {cost.wall:.1f} | {ratio} | {goal} | {cost.cpu:.1f} | {cost.peak_mb:.0f} |"
            f" {moved[0] / given.runs / 1e6:,.0f} | {moved[1] / given.runs:,.0f} | {' '.join(cost.printed.split())} |"
        )
    return "\n".join(out) + "\n"


def records(sizes: list[int], scratch: Path) -> str:
    """What is handed to blocks, counted without Spark, and the memory of one block."""
    out = [
        "| marks | kind | pairs in the window | in a pair | B=4 | 8 | 16 | 32 | 64 | 256 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        for kind in ("repost", "hashtag"):
            plain = scratch / f"{kind}_{size}.parquet"
            if not plain.exists():
                marks(plain, size, kind)
            out.append(_records(plain, size, kind))
    return "\n".join(out) + "\n"


def _records(plain: Path, size: int, kind: str) -> str:
    import numpy as np

    from blowback.tools import coaction_kernel
    from blowback.tools.coaction_blocks_kernel import targets
    from coaction import loaded

    rows = loaded(plain)
    low, high = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    coaction_kernel.bounds(rows.value, rows.time, WINDOW_US, low, high)
    active = np.zeros(len(rows), np.bool_)
    coaction_kernel.has_partner(rows.account, low, high, active)
    pairs = int((np.arange(len(rows)) - low).sum())
    row, block, counts = np.empty(1 << 20, np.int64), np.empty(1 << 20, np.int32), []
    for count in (4, 8, 16, 32, 64, 256):
        done = total = 0
        while done < len(rows):
            done, n = targets(rows.account, rows.account % count, low, high, count, done, row, block)
            total += n
        counts.append(total)
    return (
        f"| {size:,} | {kind} | {pairs:,} | {active.mean():.0%} | "
        + " | ".join(f"{c / 1e6:,.1f} M" for c in counts)
        + " |"
    )


def block_memory(scratch: Path) -> str:
    """Peak memory that closing one block adds, for each record: measured in a fresh process."""
    import numpy as np
    import pyarrow as pa

    from blowback.tools import coaction_blocks as b
    from coaction import loaded

    rows = loaded(scratch / "repost_10000000.parquet")
    columns = {
        "account": pa.array(rows.account, pa.int32()), "value": pa.array(rows.value).cast(pa.string()),
        "heavy": pa.nulls(len(rows), pa.int32()), "chunk": pa.array(np.zeros(len(rows), np.int64)), "at": pa.array(rows.time),
        "post": pa.array(rows.post.astype(np.int64)), "halo": pa.array(np.zeros(len(rows), np.bool_)),
    }  # fmt: skip
    b.warm()
    part = pa.table(columns, schema=b.PART)
    keys = list(range(8))
    mine = []
    for batch in b.send(part.to_batches(), part=0, window_us=WINDOW_US, keys=keys):
        mine += pa.Table.from_batches([batch]).filter(pa.compute.equal(batch.column("key"), 3)).to_batches()
    kept = pa.Table.from_batches(mine).combine_chunks()
    del rows, part, columns, mine
    with Path("/proc/self/clear_refs").open("w") as reset:
        reset.write("5")  # the peak counts from here
    now = _status("VmRSS")
    started = time.process_time()
    edges = sum(e.num_rows for e in b.close(kept.to_batches(), window_us=WINDOW_US, least=2, keys=keys))
    used = time.process_time() - started
    per = (_status("VmHWM") - now) * 1024 / kept.num_rows
    return (
        f"One block of 8 of 10,000,000 reposts: {kept.num_rows:,} records, {edges:,} edges, {used:.1f} CPU s, "
        f"{per:.0f} bytes of memory a record beside the {kept.nbytes / kept.num_rows:.0f} it arrives in.\n"
    )


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--kinds", nargs="+", default=["repost", "hashtag"])
    parser.add_argument("--stages", nargs="+", default=list(STAGES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--heavy", type=int, default=100_000)
    parser.add_argument("--sql-up-to", type=int, default=1_000_000)
    parser.add_argument("--blocks", type=int)
    parser.add_argument("--timeout", type=float, default=600)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/blowback-bench"))
    parser.add_argument("--only", choices=["records", "memory"])
    parser.add_argument("--one", choices=list(STAGES))
    parser.add_argument("--kind")
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    given.scratch.mkdir(parents=True, exist_ok=True)
    if given.one:
        STAGES[given.one](given.source, given.kind, given)
    elif given.only == "memory":
        print(block_memory(given.scratch))
    elif given.only == "records":
        print(records(given.sizes, given.scratch))
    else:
        for size in given.sizes:
            for kind in given.kinds:
                print(run(size, kind, given), flush=True)
        print(records(given.sizes, given.scratch), flush=True)
        print(subprocess.run(python(__file__, "--only", "memory", "--scratch", given.scratch), check=True,
                             stdout=subprocess.PIPE, text=True).stdout)  # fmt: skip


if __name__ == "__main__":
    main()
