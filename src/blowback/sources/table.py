"""Any table: CSV, TSV, spreadsheets, Parquet or JSON, with columns found by name or by an explicit mapping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import NotPosts, WrongMapping
from blowback.model.locator import Locator
from blowback.sources import table_map, table_sniff
from blowback.sources.source import Batch, Cursor, Expect, Guess, Head, Opened, Options, Source
from blowback.sources.staging import connect
from blowback.sources.table_cells import as_id, column_of, parts, rounded, row_numbers, shown, zeros_tell
from blowback.sources.table_files import cells_of, first_rows, is_workbook
from blowback.sources.table_names import NAMES, plain
from blowback.sources.table_time import Reading, reading
from blowback.sources.table_time_read import read

_NEAR: Final = dt.timedelta(hours=26)  # a local time of any zone, read as UTC, lies nearer to the true one
_HANDLES: Final = frozenset(plain(n) for n in NAMES["handle"]) | {"fromuser", "author", "nickname"}


def plan_of(sample: pa.Table, name: str, options: Options) -> table_map.Plan:
    """How to read a table, from a sample of its rows and what the user said.

    Raises:
        WrongMapping: a column is not there, or the author or the time cannot be found.
    """
    columns = shown(sample)
    said = table_sniff.checked(options.mapping, columns, name)
    free = [c for c in columns if c not in said.values()]
    found = said if said and {"time"} <= set(said) else {**table_sniff.sniff(free, sample), **said}
    by_handle = "account" not in found and "handle" in found
    if by_handle:
        found["account"] = found["handle"]
    missing = [f for f in ("account", "time") if f not in found]
    if missing:
        raise WrongMapping(
            f"{name}: no column for {' and '.join(missing)} could be found",
            hint=f"Say --map account=COLUMN,time=COLUMN,...; its columns are: {', '.join(columns)}",
            at=Locator(name),
        )
    time = reading(column_of(sample, found["time"]), found["time"], options.zone, options.dates)
    created: Reading | None = None
    if "account_created" in found:
        column = found["account_created"]
        try:
            created = reading(column_of(sample, column), column, options.zone, options.dates)
        except WrongMapping:
            del found["account_created"]
    by_handle = by_handle or ("handle" not in found and _holds_handles(sample, found["account"]))
    ids = as_id(column_of(sample, found["id"]).slice(0, 2000)).drop_null().to_pylist() if "id" in found else []
    of_x = options.platform == "x" or (
        options.platform is None and any("tweet" in p or "twitter" in p for p in map(plain, columns))
    )
    flakes = _snowflakes(sample, found, time, of_x=of_x) if options.platform in (None, "x") else False
    platform = options.platform or ("x" if flakes or of_x else "table")
    aimed_at = {"repost", "quote", "reply_to"} & set(found)
    counted = platform == "table" and not aimed_at and row_numbers(ids)
    return table_map.Plan(found, time, platform, created, flakes, by_handle, zeros_tell(ids), counted)


def _holds_handles(sample: pa.Table, column: str) -> bool:
    """Whether an account column is named after handles and holds words rather than numbers."""
    values = [str(v) for v in column_of(sample, column).slice(0, 500).to_pylist() if v is not None]
    marked = bool(values) and sum(v.startswith("@") for v in values) > len(values) / 2
    return marked or (plain(column) in _HANDLES and not all(v.isdigit() for v in values))


def _snowflakes(sample: pa.Table, found: Mapping[str, str], time: Reading, *, of_x: bool) -> bool:
    """Whether the ids are X's, with the time in them: they look so, and the table says so or the stated times agree."""
    if "id" not in found:
        return False
    some = sample.slice(0, 500)
    ids = as_id(column_of(some, found["id"]))
    long = pc.fill_null(pc.match_substring_regex(ids, r"^\d{17,19}$"), False)
    if (pc.sum(long).as_py() or 0) <= pc.count(ids).as_py() * 0.5:
        return False
    if of_x:
        return True
    connection = connect()
    stated, _ = read(column_of(some, found["time"]), time, connection)
    connection.register("sample", pa.table({"id": ids, "stated": stated}).filter(long))
    near = "count(*) FILTER (WHERE abs(epoch_us(snowflake(id)) - epoch_us(stated)) < $near)"
    asked = connection.execute(
        f"SELECT {near}, count(*) FROM sample", {"near": int(_NEAR.total_seconds() * 1e6)}
    ).fetchone()
    return asked is not None and asked[0] > asked[1] / 2


def notes_of(plan: table_map.Plan, options: Options, sample: pa.Table) -> tuple[str, ...]:
    """What was taken for what, in sentences for the receipt."""
    said = ", ".join(f"{field}={column}" for field, column in plan.mapping.items())
    columns = shown(sample)
    used = {c for v in plan.mapping.values() for c in parts(v, columns)}
    left = [c for c in columns if c not in used]
    out = [f"columns were read as {said}" + (f"; not read: {', '.join(left)}" if left else "")]
    time = plan.time
    if time.stated:
        out.append(
            f"times without a zone in {plan.mapping['time']!r} are UTC, as its name or the format's documentation says"
        )
    if time.kind == "serial":
        out.append("times are a spreadsheet's serial days (1 = 1 January 1900)")
    if time.numeric:
        order = "day before month" if time.numeric[0].startswith("%d") else "month before day"
        out.append(
            f"dates in numbers were read {order}" + (" (as --dates says)" if options.dates else " (the values show it)")
        )
    if time.grain == "minute":
        out.append("times are whole minutes: a window of 60 s means 0 to 119 s")
    if plan.row_numbers:
        out.append(
            f"{plan.mapping['id']!r} looks like row numbers, which other tables have too: ids are completed by account and time"
        )
    if "id" not in plan.mapping:
        out.append(
            "no column holds post ids: ids are content hashes, so that posts alike in account, time and text are one"
        )
    return tuple(out) + _losses(plan, sample)


def _losses(plan: table_map.Plan, sample: pa.Table) -> tuple[str, ...]:
    """What a spreadsheet or a wrong encoding has done to the values, as far as the sample shows."""
    out = []
    if plan.zeros:
        out.append("long ids end in 00 far too often: a program rounded them, and they are set aside as rounded_id")
    for field in ("repost", "quote", "reply_to"):
        if field in plan.mapping:
            lost = pc.sum(rounded(as_id(column_of(sample, plan.mapping[field])))).as_py() or 0
            if lost:
                out.append(
                    f"ids in {plan.mapping[field]!r} were rounded ({lost:,} in the first rows): those targets are left out"
                )
    if "text" in plan.mapping:
        texts = [
            str(t)
            for t in column_of(sample, plan.mapping["text"]).slice(0, 2000).to_pylist()
            if t and not str(t).isascii()
        ]
        broken = sum(map(_mojibake, texts))
        if texts and broken > len(texts) / 2:
            out.append(
                f"{broken:,} of {len(texts):,} texts in the first rows are UTF-8 read as Latin-1 (mojibake); they are kept as they are"
            )
    return tuple(out)


def _mojibake(text: str) -> bool:
    for encoding in ("latin-1", "cp1252"):
        try:
            return len(text.encode(encoding).decode("utf-8")) < len(text)
        except UnicodeError:
            continue
    return False


def opened(path: Path, head: Head, options: Options, source: str, plan: Callable[[pa.Table], table_map.Plan],
           finishing: Callable[[], Callable[[pa.Table], pa.Table]] = lambda: lambda staged: staged) -> Opened:  # fmt: skip
    """An `Opened` for any tabular file: cells by the file's kind, staged by the plan; `finishing` is called once a reading."""
    cells, told = cells_of(path, head)
    sample = next((c for c, _, _ in cells(Cursor()) if c.num_rows), None)
    if sample is None:
        raise NotPosts(
            f"{path.name} has a header but no rows", hint="Export it again, or leave it out", at=Locator(path.name)
        )
    how = plan(sample)

    def batches(cursor: Cursor) -> Iterator[Batch]:
        connection, finish = connect(), finishing()
        for table, ragged, done in cells(cursor):
            staged = finish(table_map.stage(table, how, connection))
            if ragged is not None and ragged.num_rows:
                staged = pa.concat_tables([staged, table_map.aside(ragged)])
            yield done(staged)

    assumed = how.time.clock == "assumed_zone" and not options.zone
    notes = (*told, *notes_of(how, options, sample))
    return Opened(source, options.zone or "UTC", assumed, dict(how.mapping), notes, batches)


def _sniff(head: Head) -> Guess:
    if head.first[:4] == b"PAR1" or is_workbook(head.first):
        return Guess(0.3, "Parquet" if head.first[:4] == b"PAR1" else "a workbook")
    if head.encoding == "binary" or (sample := first_rows(head)) is None:
        return Guess(0.0, "no rows with column names")
    names = shown(sample)
    columns = table_sniff.sniff(names, sample if sample.num_rows else None)
    if "time" not in columns or not {"account", "handle"} & set(columns):
        lacking = " and no ".join(w for w, f in (("author", "account"), ("time", "time")) if f not in columns)
        return Guess(0.1, f"a table, but no {lacking} among its columns {', '.join(names[:20])}")
    return Guess(0.4, f"rows with {', '.join(f'{f}={c}' for f, c in columns.items())}")


def _open(path: Path, head: Head, options: Options) -> Opened:
    return opened(path, head, options, "table", lambda sample: plan_of(sample, path.name, options))


table = Source(
    id="table",
    title="Any table",
    reads="CSV, TSV, XLSX, Parquet or NDJSON with an author and a time in each row",
    framing="rows",
    sniff=_sniff,
    open=_open,
    expects=Expect(posts=1),
)
