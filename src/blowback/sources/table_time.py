"""Times in a table: epochs, ISO, and the date formats people export, with what is assumed said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import WrongMapping

_ISO: Final = re.compile(
    r"\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)?$", re.IGNORECASE
)
_ZONED: Final = re.compile(r"(Z|UTC|GMT|[+-]\d\d:?\d\d)$|[+-]\d{4} \d{4}$", re.IGNORECASE)
_NUMERIC: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(.*)$")
_TAILS: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S", ", %I:%M %p")
_WORDS: Final = (
    "%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %b %Y",
    "%b %d, %Y %H:%M:%S", "%b %d, %Y %H:%M", "%b %d, %Y", "%B %d, %Y %H:%M", "%B %d, %Y", "%d %B %Y %H:%M", "%d %B %Y",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y%m%d%H%M%S", "%Y%m%d", "%b %d, %Y %I:%M %p",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How a time column is read."""

    kind: Literal["native", "epoch", "iso", "formats"]
    clock: str
    zone: str | None  # applied to local times; None where the values carry their zone
    unit_us: float = 1e6  # epoch: microseconds of one unit
    formats: tuple[str, ...] = ()


def reading(column: pa.ChunkedArray, name: str, zone: str | None, dates: str | None) -> Reading:
    """Decide from a sample how to read a time column.

    Raises:
        WrongMapping: nothing in it looks like a time, or day and month cannot be told apart.
    """
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        local = getattr(column.type, "tz", None) is None
        day = pa.types.is_date(column.type)
        return Reading("native", _clock(column.cast(pa.timestamp("us")), zone if not local else None, local=False, day=day), zone if local else None)  # fmt: skip
    values = [str(v).strip() for v in column.to_pylist()[:5000] if v is not None and str(v).strip()]
    if not values:
        raise WrongMapping(f"the time column {name!r} is empty", hint="Name another with --map time=COLUMN")
    numbers = [v for v in values if re.fullmatch(r"\d{1,17}(\.\d+)?", v)]
    if all(re.fullmatch(r"(19|20)\d{6}", v) for v in numbers):
        numbers = []  # 20140609 is a day
    if len(numbers) > len(values) // 2:
        whole = float(sorted(numbers, key=float)[len(numbers) // 2])
        unit = 1.0 if whole > 1e14 else 1e3 if whole > 1e11 else 1e6
        minute = unit == 1e6 and all(float(v) % 60 == 0 for v in numbers)
        return Reading("epoch", "minute" if minute else "exact", None, unit)
    # a few cells that are no time must not decide how the others are read
    zoned = sum(bool(_ZONED.search(v)) for v in values) > len(values) / 2
    if sum(bool(_ISO.match(v)) for v in values) > len(values) // 2:
        return Reading("iso", _text_clock(values, zoned=zoned), None if zoned else zone or "UTC")
    formats = _formats(values, name, dates)
    return Reading("formats", _text_clock(values, zoned=zoned), None if zoned else zone or "UTC", formats=formats)


def _text_clock(values: list[str], *, zoned: bool) -> str:
    if all(not re.search(r"\d:\d\d", v) for v in values):
        return "day"
    if not zoned:
        return "assumed_zone"
    seconds = [m.group(1) for v in values if (m := re.search(r"\d:\d\d:(\d\d)", v))]
    return "exact" if any(s != "00" for s in seconds) else "minute"


def _clock(times: pa.ChunkedArray, zone: str | None, *, local: bool, day: bool) -> str:
    if day:
        return "day"
    if local and zone is None:
        return "assumed_zone"
    sample = times.slice(0, 5000).drop_null()
    return "minute" if len(sample) > 20 and pc.all(pc.equal(pc.second(sample), 0)).as_py() else "exact"


def _formats(values: list[str], name: str, dates: str | None) -> tuple[str, ...]:
    numeric = [m for v in values if (m := _NUMERIC.match(v))]
    if len(numeric) <= len(values) // 2:
        return _WORDS
    if dates is None:
        first, second = max(int(m.group(1)) for m in numeric), max(int(m.group(3)) for m in numeric)
        if first <= 12 and second <= 12:
            raise WrongMapping(
                f"in the time column {name!r} day and month cannot be told apart (such as {numeric[0].group(0)!r})",
                hint="Say --dates day-first or --dates month-first",
            )
        dates = "day-first" if first > 12 else "month-first"
    sign = numeric[0].group(2)
    order = ("%d", "%m") if dates == "day-first" else ("%m", "%d")
    return tuple(f"{sign.join(order)}{sign}{year}{tail}" for year in ("%Y", "%y") for tail in _TAILS)


def read(column: pa.ChunkedArray, how: Reading, connection: duckdb.DuckDBPyConnection) -> pa.Array:
    """UTC times without a zone; null where a value is no time."""
    if how.kind == "native":
        found = column.cast(pa.timestamp("us", getattr(column.type, "tz", None)))
        if getattr(column.type, "tz", None):
            return found.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        return _to_utc(found, how.zone)
    connection.register("times", pa.table({"v": column.cast(pa.string())}))
    if how.kind == "epoch":
        sql = "SELECT make_timestamp(CAST(round(try_cast(trim(v) AS DOUBLE) * $unit) AS BIGINT)) AS t FROM times"
        return connection.execute(sql, {"unit": how.unit_us}).to_arrow_table().column("t")
    if how.kind == "iso":
        clean = "regexp_replace(trim(v), '\\s*(UTC|GMT|Z)$', '+00', 'i')"
        cast = f"try_cast({clean} AS TIMESTAMP)" if how.zone else f"try_cast({clean} AS TIMESTAMPTZ)::TIMESTAMP"
        return _to_utc(connection.execute(f"SELECT {cast} AS t FROM times").to_arrow_table().column("t"), how.zone)
    listed = "[" + ", ".join("'" + f + "'" for f in how.formats) + "]"
    zoned = [f for f in how.formats if "%z" in f]
    sql = f"SELECT try_strptime(trim(v), {listed})::TIMESTAMP AS t FROM times"
    if zoned:  # formats with a zone and without have different types: try one kind, then the other
        with_zone = "[" + ", ".join(f"'{f}'" for f in zoned) + "]"
        without = "[" + ", ".join(f"'{f}'" for f in how.formats if "%z" not in f) + "]"
        sql = f"SELECT coalesce(try_strptime(trim(v), {with_zone})::TIMESTAMP, try_strptime(trim(v), {without})) AS t FROM times"
    return _to_utc(connection.execute(sql).to_arrow_table().column("t"), how.zone)


def _to_utc(local: pa.ChunkedArray, zone: str | None) -> pa.ChunkedArray:
    if zone in (None, "UTC"):
        return local
    aware = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="latest")
    return aware.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
