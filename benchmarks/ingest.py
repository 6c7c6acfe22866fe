"""Ingest of an X v2 JSONL: ratios to plain DuckDB `read_ndjson` -> Parquet and to `wc -l`.

    python benchmarks/ingest.py --posts 1000000 --runs 3 --scratch /tmp/blowback-bench

Stages, each a process of its own, run in turn:
  wc        `wc -l`: the far limit
  duckdb    DuckDB `read_ndjson` with explicit columns -> Parquet: the yardstick
  duckdb-all  the same over every field that the source takes in (author, original, note): what reading alone must cost
  stage     framing, validation, set-aside rows and mapping -> Parquet (goal 1.3x)
  derive    the same, and pseudonyms, folded text and marks -> Parquet (goal 2.0x)
  case      `blowback ingest` whole: also hashing and copying the exhibit, vault, ledger, commit (no goal set)
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from measure import interleaved, machine, python

GOALS = {"stage": 1.3, "derive": 2.0}


def duckdb_plain(source: Path, out: Path) -> None:
    import duckdb

    columns = {
        "id": "VARCHAR", "text": "VARCHAR", "author_id": "VARCHAR", "created_at": "VARCHAR", "lang": "VARCHAR",
        "source": "VARCHAR", "conversation_id": "VARCHAR",
        "entities": "STRUCT(urls STRUCT(url VARCHAR, expanded_url VARCHAR)[], hashtags STRUCT(tag VARCHAR)[], "
        "mentions STRUCT(username VARCHAR, id VARCHAR)[])",
        "public_metrics": "STRUCT(retweet_count BIGINT, reply_count BIGINT, like_count BIGINT, quote_count BIGINT)",
        "attachments": "STRUCT(media_keys VARCHAR[])",
        "referenced_tweets": 'STRUCT("type" VARCHAR, id VARCHAR)[]',
    }  # fmt: skip
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(
        "COPY (SELECT id, text, author_id, try_strptime(created_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS posted_at,"
        " lang, source, conversation_id, list_transform(entities.hashtags, lambda x: x.tag) AS tags,"
        " list_transform(entities.urls, lambda x: x.expanded_url) AS urls,"
        " list_transform(entities.mentions, lambda x: x.id) AS mentions, public_metrics.*,"
        " attachments.media_keys, list_transform(referenced_tweets, lambda x: x.id) AS refs,"
        " list_transform(referenced_tweets, lambda x: x.type) AS ref_types"
        f" FROM read_ndjson(?, columns = {columns!r}))"
        f" TO '{out / 'plain.parquet'}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
        [str(source)],
    )


def duckdb_all(source: Path, out: Path) -> None:
    import duckdb

    from blowback.sources.direct import type_of
    from blowback.sources.x_v2_shape import FLAT

    columns = {key: type_of(kind) for key, kind in FLAT.items()}
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(
        f"COPY (SELECT * FROM read_ndjson(?, columns = {columns!r}))"
        f" TO '{out / 'all.parquet'}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
        [str(source)],
    )


def staged(source: Path, out: Path) -> None:
    import pyarrow.parquet as pq

    from blowback.model.staged import STAGED
    from blowback.sources import open_file
    from blowback.sources.source import Cursor, Options

    with pq.ParquetWriter(out / "staged.parquet", STAGED, compression="zstd", compression_level=1) as writer:
        for batch in open_file(source, Options()).batches(Cursor()):
            writer.write_table(batch.staged)


def case(source: Path, out: Path, *, own_custody: bool) -> None:
    from blowback.case.case import Case
    from blowback.case.intake import ingest
    from blowback.sources.source import Options

    folder = Case.new(out / "case", pseudonyms=True)
    receipt = ingest(folder, [source], Options(), reference=not own_custody)
    print(receipt)


def derived(source: Path, out: Path) -> None:
    import pyarrow.parquet as pq

    from blowback.case.derive import Deriver
    from blowback.case.seen import SeenPosts
    from blowback.model.tables import TABLES
    from blowback.sources import open_file
    from blowback.sources.source import Cursor, Options
    from blowback.tools.keyed import Keys

    deriver, seen = Deriver("0" * 64, Keys(b"k" * 32)), SeenPosts()
    writers = {
        name: pq.ParquetWriter(out / f"{name}.parquet", table.arrow, compression="zstd", compression_level=1)
        for name, table in TABLES.items()
    }
    for batch in open_file(source, Options()).batches(Cursor()):
        for name, table in deriver.derive(batch.staged, seen).tables.items():
            writers[name].write_table(table.cast(TABLES[name].arrow))
    for writer in writers.values():
        writer.close()


def run(posts: int, runs: int, scratch: Path) -> str:
    source = scratch / f"x_v2_{posts}.jsonl"
    scratch.mkdir(parents=True, exist_ok=True)
    if not source.exists():
        from measure import once

        once(python(Path(__file__).parent / "make_x_v2.py", posts, source))
    me = Path(__file__)
    commands = {"wc": ["wc", "-l", str(source)]}
    for stage in ("duckdb", "duckdb-all", "stage", "derive", "case"):
        commands[stage] = python(me, "--one", stage, "--source", source, "--scratch", scratch)
    costs = interleaved(commands, runs=runs)
    base = costs["duckdb"].cpu
    size = source.stat().st_size / 1e6
    lines = [f"### {posts:,} posts, {size:,.0f} MB, medians of {runs} interleaved runs ({machine()})", ""]
    lines += ["| stage | CPU s | x DuckDB | goal | wall s | peak MB |", "|---|---|---|---|---|---|"]
    for name, cost in costs.items():
        goal = f"<= {GOALS[name]}x" if name in GOALS else ""
        lines.append(
            f"| {name} | {cost.cpu:.2f} | {cost.cpu / base:.2f} | {goal} | {cost.wall:.2f} | {cost.peak_mb:.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/blowback-bench"))
    parser.add_argument("--one", choices=["duckdb", "duckdb-all", "stage", "derive", "case"])
    parser.add_argument("--source", type=Path)
    given = parser.parse_args()
    if not given.one:
        for posts in given.posts:
            print(run(posts, given.runs, given.scratch))
        return
    out = given.scratch / given.one
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if given.one == "duckdb":
        duckdb_plain(given.source, out)
    elif given.one == "duckdb-all":
        duckdb_all(given.source, out)
    elif given.one == "stage":
        staged(given.source, out)
    elif given.one == "derive":
        derived(given.source, out)
    else:
        case(given.source, out, own_custody=True)


if __name__ == "__main__":
    main()
