"""Co-actions within 60 s on synthetic Zipf marks, against the emission limit, SQL and a public tool.

    python benchmarks/coaction.py --sizes 1000000 10000000 --cnt /path/to/venv/bin/compute_networks

Stages, each a process of its own over the same Parquet file of integers, support of 2 distinct objects:
  limit    group, sort, enumerate every pair in the window to a checksum: what any exact method must do at least
  kernel   Blowback's kernel, whole process
  sql      DuckDB time-bucket join
  cnt      coordination-network-toolkit 1.5.2, whole process (1 M reposts only)
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measure import interleaved, machine, once, python

WINDOW_US = 60_000_000
MONTH_US = 30 * 86_400 * 1_000_000


def marks(path: Path, size: int, kind: str) -> None:
    """A month of marks: heavy-tailed accounts, Zipf objects, reposts after their original, hashtags in bursts.

    The constants are set so that row pairs within 60 s are about 1.3 M and 50 M (1 M and 10 M reposts) and about 320 M
    (10 M hashtags, half of them on one tag): what a real month of that size holds.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(20140609 + size)
    uniform, month = random.random(size), MONTH_US // 1_000_000
    objects = size // 5 if kind == "repost" else size // 50
    if kind == "repost":
        rank = np.floor(((objects**0.2 - 1) * uniform + 1) ** 5).astype(np.int64) - 1
        born = random.integers(0, month, objects)
        at = (born[rank.clip(max=objects - 1)] + 9_000 * np.exp(1.5 * random.standard_normal(size))) % month
    else:
        rank = np.floor(np.exp(uniform * np.log(objects))).astype(np.int64) - 1
        peaks = random.integers(0, month, (objects, 4))
        which = (random.random(size) ** 2 * 4).astype(np.int64)
        burst = (peaks[rank.clip(max=objects - 1), which] + random.exponential(1_950, size)) % month
        at = np.where(random.random(size) < 0.3, burst, random.random(size) * month)
    columns = {
        "account": np.floor((size // 20) * random.random(size) ** 2.2).astype(np.int64),
        "value": rank.clip(max=objects - 1), "at": at.astype(np.int64) * 1_000_000, "post": np.arange(size),
    }  # fmt: skip
    pq.write_table(pa.table(columns), path, compression="zstd")


def loaded(path: Path):
    import pyarrow.parquet as pq

    from blowback.tools.coaction import from_codes

    table = pq.read_table(path)
    return from_codes(*(table.column(c).to_numpy() for c in ("account", "value", "at", "post")))


def kernel(path: Path) -> None:
    from blowback.tools.coaction import pairs

    rows = loaded(path)
    started = time.process_time()
    found = pairs(rows, WINDOW_US, 2)
    print(
        f"{len(found)} {int(found.n_pairs.sum())} {int(found.n_objects.sum())} kernel {time.process_time() - started:.2f}"
    )


def limit(path: Path) -> None:
    import numba as nb
    import numpy as np

    from blowback.tools import coaction_kernel

    @nb.njit(cache=True)
    def enumerate_pairs(account, low):
        checksum = np.uint64(0)
        for i in range(len(account)):
            for j in range(low[i], i):
                checksum = checksum * np.uint64(31) + np.uint64(account[i] ^ account[j])
        return checksum

    rows = loaded(path)
    low, high = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    coaction_kernel.bounds(rows.value, rows.time, WINDOW_US, low, high)
    print(enumerate_pairs(rows.account, low), int((np.arange(len(rows)) - low).sum()))


def sql(path: Path) -> None:
    import duckdb

    w = WINDOW_US
    print(
        duckdb.execute(
            f"""WITH m AS (SELECT account, value, "at" AS t, "at" // {w} AS bucket FROM read_parquet('{path}')),
            two AS (SELECT * FROM m UNION ALL SELECT account, value, t, bucket + 1 FROM m),
            p AS (SELECT least(a.account, b.account) AS x, greatest(a.account, b.account) AS y, a.value,
                count(*) AS n FROM m a JOIN two b ON a.value = b.value AND a.bucket = b.bucket
                AND (a.t > b.t OR (a.t = b.t AND a.account > b.account)) AND a.t - b.t <= {w}
                AND a.account <> b.account GROUP BY ALL)
            SELECT count(*), sum(pairs), sum(objects) FROM (SELECT x, y, sum(n) AS pairs, count(*) AS objects
                FROM p GROUP BY x, y HAVING count(*) >= 2)"""
        ).fetchone()
    )


def cnt(path: Path, tool: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    out, base = path.with_suffix(".csv"), path.with_suffix(".db")
    base.unlink(missing_ok=True)
    with out.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls"])
        for a, v, t, p in zip(*(table.column(c).to_pylist() for c in ("account", "value", "at", "post")), strict=True):
            write.writerow([p, a, a, f"o{v}", "", "", t / 1e6, ""])
    subprocess.run([tool, base, "preprocess", out], check=True, stdout=subprocess.DEVNULL)
    command = [tool, base, "compute", "co_retweet", "--time_window", "60", "--min_edge_weight", "2", "--n_cpus", "2"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


GOALS = {"repost": "<= 3x", "hashtag": "<= 4x"}


def run(size: int, kind: str, given: argparse.Namespace) -> str:
    path = given.scratch / f"{kind}_{size}.parquet"
    if not path.exists():
        # in a child: a child's peak memory never reads below what its parent held when it was started
        once(python(Path(__file__), "--one", "marks", "--sizes", size, "--kind", kind, "--source", path))
    me = Path(__file__)
    stages = ["limit", "kernel", "sql"] if size <= given.sql_up_to or kind == "repost" else ["limit", "kernel"]
    commands = {s: python(me, "--one", s, "--source", path) for s in stages}
    if given.cnt and size <= 1_000_000 and kind == "repost":
        commands["cnt"] = python(me, "--one", "cnt", "--source", path, "--cnt", given.cnt)
    costs = interleaved(commands, runs=given.runs, timeout=200)
    base = costs["limit"].cpu
    out = [f"### {size:,} {kind} marks, 60 s, support 2, medians of {given.runs} interleaved runs ({machine()})", ""]
    out += ["| stage | CPU s | x limit | goal | wall s | peak MB | printed |", "|---|---|---|---|---|---|---|"]
    for name, cost in costs.items():
        goal = GOALS[kind] if name == "kernel" else ""
        printed = " ".join(cost.printed.split())[:90]
        out.append(
            f"| {name} | {cost.cpu:.2f} | {cost.cpu / base:.2f} | {goal} | {cost.wall:.2f} | {cost.peak_mb:.0f} | {printed} |"
        )
    return "\n".join(out) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/blowback-bench"))
    parser.add_argument("--sql-up-to", type=int, default=10_000_000)
    parser.add_argument("--cnt", type=Path)
    parser.add_argument("--one", choices=["marks", "limit", "kernel", "sql", "cnt"])
    parser.add_argument("--kind", choices=list(GOALS))
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    if given.one == "marks":
        marks(given.source, given.sizes[0], given.kind)
    elif given.one == "cnt":
        cnt(given.source, given.cnt)
    elif given.one:
        {"limit": limit, "kernel": kernel, "sql": sql}[given.one](given.source)
    else:
        given.scratch.mkdir(parents=True, exist_ok=True)
        for size in given.sizes:
            for kind in GOALS:
                print(run(size, kind, given), flush=True)


if __name__ == "__main__":
    main()
