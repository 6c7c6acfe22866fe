"""Reading a time column as it was decided: UTC times, and a clock for each."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from blowback.sources.table_time import ABBREVIATIONS, LOCAL, WITH_ZONE, ZONED, Reading, clock_of

_DAY_ZERO: Final = -2_209_161_600_000_000  # 30 December 1899 in microseconds: day 0 of a spreadsheet
# A value as people and programs write it -> one that can be cast: the zone as an offset, the date before the time.
_PLAIN: Final = (
    (r"(:\d\d(?:\.\d+)?)\s+([+-]\d\d:?\d\d)$", r"\1\2"),
    (r"(\d{4}),? (\d\d?:\d\d)", r"\1 \2"),
    (r"\s+", " "),
)  # fmt: skip
_WORDY: Final = (
    (r"\s*\([^)]*\)$", ""),  # (CEST)
    (r"\s*(?:UTC|GMT)\s*([+-]\d)", r" \1"),
    (r"([+-]\d\d:?\d\d)\s+[A-Z]{3,5}$", r"\1"),  # +0200 CEST
    (r"(?i)(\d|[AP]M)\s*(?:Z|UTC?|GMT)$", r"\1+00"),
    *((rf"(\d|[AaPp][Mm]) {name}$", rf"\1{offset}") for name, offset in ABBREVIATIONS.items()),
    (r"(?i)\s+at\s+", " "),
    (r"(?i)^(\d\d?:\d\d(?: ?[AP]M)?)\s+[-·]\s+(.*)$", r"\2 \1"),
)  # fmt: skip
_ISO: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+ ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"


def read(column: pa.ChunkedArray, how: Reading, connection: duckdb.DuckDBPyConnection) -> tuple[pa.Array, pa.Array]:
    """(times, clocks): UTC times without a zone, null where a value is no time; the clock of each time."""
    if how.kind == "native":
        return _native(column, how)
    connection.register("times", pa.table({"v": column.cast(pa.string())}))
    if how.kind in ("epoch", "serial"):
        number = "try_cast(replace(trim(v), ',', '.') AS DOUBLE)"
        unit, shift = (how.unit_us, 0) if how.kind == "epoch" else (86_400_000_000.0, _DAY_ZERO)
        # beyond the year 9999 nothing is a time
        sql = f"SELECT CASE WHEN abs({number} * $unit) < 2.5e17 THEN make_timestamp(CAST(round({number} * $unit) AS BIGINT) + $shift) END AS t FROM times"
        found = connection.execute(sql, {"unit": unit, "shift": shift}).to_arrow_table().column("t")
        found = found.combine_chunks()
        if how.kind == "serial":  # a day's fraction in a double is good to about 10 microseconds
            found = pc.round_temporal(found, unit="millisecond")
        return (_to_utc(found, how.zone) if how.kind == "serial" else found), _alike(found, how.clock)
    return _text(how, connection)


def _native(column: pa.ChunkedArray, how: Reading) -> tuple[pa.Array, pa.Array]:
    if getattr(column.type, "tz", None):
        times = column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us")).combine_chunks()
    else:
        times = _to_utc(column.cast(pa.timestamp("us"), safe=False).combine_chunks(), how.zone)
    return times, _alike(times, how.clock)


def _alike(times: pa.Array, clock: str) -> pa.Array:
    return pc.if_else(pc.is_valid(times), pa.scalar(clock), pa.scalar(None, pa.string()))


def _cleaned(value: str, steps: tuple[tuple[str, str], ...]) -> str:
    for pattern, instead in steps:
        value = f"regexp_replace({value}, {_quoted(pattern)}, {_quoted(instead)}, 'g')"
    return value


_CLEAN: Final = f"""
    WITH o AS (SELECT trim(v) AS o FROM times),
    s AS (SELECT CASE WHEN regexp_full_match(o, '{_ISO}') THEN regexp_replace(regexp_replace(o, ' ?(Z|UTC)$', '+00'), ' ([+-])', '\\1')
        WHEN regexp_matches(o, '(?i)[a-z)]$| at | [-·] |UTC|GMT') AND NOT regexp_full_match(o, '(?i)[0-9/., :-]+ ?[ap]m')
            THEN WORDY ELSE PLAIN END AS c FROM o)"""


def _hot(formats: tuple[str, ...], values: list[str]) -> tuple[str, ...]:
    """The formats that some of the values have, so that not every value is tried with every format."""
    found: list[str] = []
    for value in values:
        padded = re.sub(r"([+-]\d\d)$", r"\g<1>00", value)
        if (fitting := next((f for f in (*found, *formats) if _has(padded, f)), None)) and fitting not in found:
            found.append(fitting)
    return tuple(found)


def _has(value: str, form: str) -> bool:
    try:
        dt.datetime.strptime(value, form)  # noqa: DTZ007  # only whether it can be read
    except ValueError:
        return False
    return True


def _text(how: Reading, connection: duckdb.DuckDBPyConnection) -> tuple[pa.Array, pa.Array]:
    clean = _CLEAN.replace("WORDY", _cleaned(_cleaned("o", _WORDY), _PLAIN)).replace("PLAIN", _cleaned("o", _PLAIN))
    odd = f"{clean} SELECT c FROM s WHERE c <> '' AND try_cast(c AS TIMESTAMP) IS NULL LIMIT 200"
    shown = [row[0] for row in connection.execute(odd).fetchall()]
    some_local, all_local = _hot((*how.numeric, *LOCAL), shown), (*how.numeric, *LOCAL)
    some_zoned, all_zoned = _hot(WITH_ZONE, shown), (*WITH_ZONE, *(f + "%z" for f in how.numeric))
    cast = "CASE WHEN c[1] BETWEEN '0' AND '9' THEN try_cast(c AS {}) END"
    local = ", ".join(
        [cast.format("TIMESTAMP"), *(f"try_strptime(c, {_listed(f)})" for f in (some_local, all_local) if f)]
    )
    zoned = ", ".join(
        [
            cast.format("TIMESTAMPTZ") + "::TIMESTAMP",
            *(f"try_strptime(c, {_listed(f)})::TIMESTAMP" for f in (some_zoned, all_zoned) if f),
        ]
    )
    unit = "CASE WHEN length(split_part(c, '.', 1)) = 13 THEN 1e3 ELSE 1e6 END"
    sql = f"""{clean},
    k AS (SELECT c, CASE WHEN regexp_full_match(c, '[0-9]{{10}}([0-9]{{3}})?(\\.[0-9]+)?') THEN 'epoch'
            WHEN regexp_matches(c, {_quoted(ZONED)}) THEN 'zoned' WHEN NOT contains(c, ':') AND NOT regexp_matches(c, '[0-9]{{12}}|T[0-9]{{6}}')
            THEN 'day' ELSE 'local' END AS kind FROM s)
    SELECT CASE kind WHEN 'epoch' THEN make_timestamp(CAST(round(try_cast(c AS DOUBLE) * {unit}) AS BIGINT))
        WHEN 'zoned' THEN coalesce({zoned}) END AS exact, CASE WHEN kind IN ('day', 'local') THEN coalesce({local}) END AS local, kind
    FROM k"""
    found = connection.execute(sql).to_arrow_table()
    exact, local_times, kind = (found.column(n).combine_chunks() for n in ("exact", "local", "kind"))
    return _clocked(exact, local_times, kind, how)


def _clocked(exact: pa.Array, local: pa.Array, kind: pa.Array, how: Reading) -> tuple[pa.Array, pa.Array]:
    """Times in UTC, and what each of them is worth."""
    times = pc.coalesce(exact, _to_utc(local, how.zone))
    grain = "minute" if how.grain == "minute" else "second"
    clocks = pc.case_when(
        pc.make_struct(pc.is_null(times), pc.equal(kind, "day"), pc.equal(kind, "local")),
        pa.scalar(None, pa.string()), pa.scalar("day"), pa.scalar(clock_of(grain, local=not how.stated)),
        pa.scalar(clock_of(grain, local=False)),
    )  # fmt: skip
    return times, clocks


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(formats: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(f) for f in formats) + "]"


def _to_utc(local: pa.Array, zone: str) -> pa.Array:
    if zone == "UTC":
        return local
    aware = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest")
    return aware.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
