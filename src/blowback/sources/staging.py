"""From framed records to staged rows: one DuckDB SELECT over `TRY(json_transform(raw, structure))`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from blowback.model.staged import STAGED
from blowback.sources.direct import Direct
from blowback.sources.source import Batch, Cursor, Head, Opened, Options
from blowback.tools.documents import after, document, is_document, values
from blowback.tools.frames import Bytes, Frame, lines
from blowback.tools.streams import Stream, look

COUNTED: Final = ("post", "removal", "aside")
LOCATOR: Final = "record_no, line, byte_start, byte_len, record_hash"
# The time inside an X id (Snowflake, from 4 November 2010 on): milliseconds since 1288834974657.
SNOWFLAKE: Final = """
CREATE MACRO snowflake(id) AS CASE WHEN try_cast(id AS BIGINT) > 29700859247
    THEN make_timestamp(((try_cast(id AS BIGINT) >> 22) + 1288834974657) * 1000) END;
CREATE MACRO iso(t) AS CASE WHEN t LIKE '%Z' OR t LIKE '%+00:00' THEN try_cast(t AS TIMESTAMP)
    WHEN t[1] BETWEEN '0' AND '9' THEN try_cast(t AS TIMESTAMPTZ)::TIMESTAMP END;
CREATE MACRO links_of(l) AS list_transform(list_filter(l, lambda x: x.media_key IS NULL),
    lambda x: coalesce(x.unwound_url, x.expanded_url, x.url));
CREATE MACRO ref(types, ids, k) AS ids[list_position(types, k)];
CREATE MACRO epoch(t) AS CASE WHEN try_cast(t AS DOUBLE) BETWEEN -62000000000 AND 253000000000 -- the years 5 to 9987
    THEN make_timestamp(CAST(round(try_cast(t AS DOUBLE) * 1000000) AS BIGINT)) END;
CREATE MACRO rounded(id) AS coalesce(try_cast(id AS HUGEINT) > 9007199254740992 AND try_cast(id AS HUGEINT) % 100 = 0, false);
"""
_PIECE: Final = 8192  # rows of a record batch: small enough that every thread has work


def connect() -> duckdb.DuckDBPyConnection:
    """A private in-memory connection without network, extensions or order to keep."""
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    # Without these the allocator keeps what each batch used: memory grows with the file.
    connection.execute("SET allocator_flush_threshold = '8MB'; SET allocator_bulk_deallocation_flush_threshold = '8MB'")
    connection.execute(SNOWFLAKE)
    return connection


def conform(rows: pa.Table) -> pa.Table:
    """The rows with every staged column, in order and type; columns the source does not fill are null."""
    columns = [
        rows.column(f.name).cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type)
        for f in STAGED
    ]
    return pa.table(columns, schema=STAGED)


class Stager:
    """Runs one SELECT over batches of framed records. In it, `r` is the parsed record and `raw` its text.

    `more` names further columns of the batches that the SELECT reads.
    """

    def __init__(self, structure: Mapping[str, Any], select: str, more: str = "") -> None:
        self.connection = connect()
        self.parsed = (
            f"WITH parsed AS (SELECT {LOCATOR}, {more} raw, TRY(json_transform(raw, $structure)) AS r FROM frame) "
        )
        self.structure = json.dumps(structure)
        self.select = select
        self._beside: Stager | None = None

    def beside(self, structure: Mapping[str, Any], select: str) -> Stager:
        """A second reading for records that the first does not fit, made once."""
        if self._beside is None:
            self._beside = Stager(structure, select)
        return self._beside

    def __call__(self, table: pa.Table, **values: object) -> pa.Table:
        """Staged rows of some framed records."""
        self.connection.register("frame", pa.Table.from_batches(table.to_batches(max_chunksize=_PIECE), table.schema))
        sql = (self.parsed + self.select).replace("$structure", "'" + self.structure.replace("'", "''") + "'")
        return conform(self.connection.execute(sql, values or None).to_arrow_table())


def counted(staged: pa.Table) -> int:
    """Rows that the receipt accounts for."""
    entries = staged.column("entry").to_pylist() if staged.num_rows < 64 else None
    if entries is not None:
        return sum(e in COUNTED for e in entries)
    return int(pc.sum(pc.is_in(staged.column("entry"), pa.array(COUNTED))).as_py() or 0)


Refine = Callable[[pa.Table, pa.Table, Stager], pa.Table]


def from_lines(
    structure: Mapping[str, Any],
    select: str,
    refine: Refine | None = None,
    *,
    source: str,
    inside: str | None = None,
    direct: str | None = None,
    taken: Callable[[Bytes], bool] = lambda _: True,
) -> Callable[..., Opened]:
    """The `open` of a source of one JSON record a line.

    A JSON array of such records, or records that run over several lines, are read as well; so are the arrays under the
    key `inside`, where a file begins with an object that has it.
    `direct` is the SELECT for blocks in which nothing is wrong (see `direct.Direct`); `taken` says whether a block is
    worth trying it. Rows of it whose entry is not 'post' are read again the careful way.
    """

    def opened(path: Path, head: Head, options: Options) -> Opened:
        kind, _ = look(path)
        paged = inside is not None and f'"{inside}"'.encode() in head.first[:2000] and head.first.lstrip()[:1] == b"{"
        whole = paged or is_document(head.first)

        def batches(cursor: Cursor) -> Iterator[Batch]:
            stager = Stager(structure, select)
            fast = Direct(stager.connection, structure, direct) if direct and not whole else None

            def careful(table: pa.Table) -> pa.Table:
                staged = stager(table)
                if (again := mended(staged, table)) is not None:
                    staged, table = stager(again), again
                return refine(staged, table, stager) if refine else staged

            stream = Stream(path, kind, 0 if whole else cursor.byte)
            if whole:
                items = document(lambda: Stream(path, kind), inside or "").items(stream) if paged else values(stream)
                found = after(items, cursor.record_no)
            else:
                found = lines(stream, record_no=cursor.record_no, line=cursor.line)
            for frame in found:
                rows = fast(frame.body, len(frame)) if fast and taken(frame.body) else None
                staged = careful(frame.table) if rows is None else _patched(rows, frame, careful)
                yield batch(staged, frame, cursor.record_no, stream)
                cursor = Cursor(cursor.record_no + len(frame), frame.end_line, frame.end_byte)

        return Opened(source, options.zone or "UTC", False, {}, (), batches)

    return opened


def mended(staged: pa.Table, table: pa.Table) -> pa.Table | None:
    """The records again, halves of surrogate pairs replaced by U+FFFD; None where that helps no record that failed.

    An emoji cut in two leaves such a half behind. Python and JavaScript write and read it, strict parsers do not.
    """
    failed = pc.or_(pc.equal(staged.column("entry"), "broken"), pc.equal(staged.column("reason"), "not_json"))
    numbers = staged.column("record_no").filter(pc.fill_null(failed, False)).combine_chunks()
    hurt = pc.is_in(table.column("record_no"), numbers) if len(numbers) else None
    if hurt is None or not any(t and _LONE.search(t) for t in table.column("raw").filter(hurt).to_pylist()):
        return None
    raw = [t and _LONE.sub(_kept_or_replaced, t) for t in table.column("raw").to_pylist()]
    return table.set_column(table.schema.get_field_index("raw"), "raw", pa.array(raw, pa.string()))


# an escaped backslash, a whole surrogate pair, or half of one
_LONE: Final = re.compile(
    r"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


def _kept_or_replaced(found: re.Match[str]) -> str:
    return found.group(1) or "\\ufffd"


def _patched(found: pa.Table, frame: Frame, careful: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """Rows of the fast way with their locators; what is no plain post comes from the careful way."""
    for name in frame.locators.column_names:
        found = found.append_column(name, frame.locators.column(name))
    staged = conform(found)
    plain = pc.equal(staged.column("entry"), "post")
    if pc.all(plain).as_py():
        return staged
    rest = careful(frame.table.filter(pc.invert(plain)))
    return pa.concat_tables([staged.filter(plain), rest]).sort_by("record_no")


def batch(staged: pa.Table, frame: Frame, before: int, stream: Stream) -> Batch:
    """A batch with its cursor and the bytes of the given file consumed."""
    cursor = Cursor(before + len(frame), frame.end_line, frame.end_byte)
    return Batch(staged, counted(staged), cursor, stream.progress.given)


ASIDE_NOT_JSON: Final = f"""
SELECT {LOCATOR}, 'aside' AS entry, CASE WHEN raw IS NULL THEN 'not_utf8' ELSE 'not_json' END AS reason,
    CASE WHEN raw IS NULL THEN 'bytes that are not UTF-8' ELSE 'starts with ' || left(regexp_replace(raw, '[^{{}}\\[\\]":,]', '.', 'g'), 12) END AS detail
FROM parsed WHERE r IS NULL
"""  # the shape of the start, never its text: people may be in it
