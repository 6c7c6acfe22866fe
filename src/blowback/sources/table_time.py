"""Times in a table: epochs, spreadsheet serials, ISO, and what people export, with what is assumed said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from blowback.errors import WrongMapping

Grain = Literal["second", "minute", "day"]
_ENOUGH: Final = 20  # values that must agree before ':00' means that seconds were left out
_SAMPLE: Final = 5000
# Zones that RFC 2822 defines, and the European ones that no other zone shares a name with.
ABBREVIATIONS: Final = {
    "EST": "-05", "EDT": "-04", "CST": "-06", "CDT": "-05", "MST": "-07", "MDT": "-06", "PST": "-08", "PDT": "-07",
    "CET": "+01", "CEST": "+02", "EET": "+02", "EEST": "+03", "WEST": "+01", "MSK": "+03",
}  # fmt: skip
ZONED: Final = r":\d\d.*[+-]\d\d(?::?\d\d)?$|[+-]\d{4} \d{4}$|T\d{6}[+-]\d\d(?::?\d\d)?$"  # of a cleaned value
_NAMED_ZONE: Final = re.compile(
    r"(?i)\d\s*(?:Z|UTC?|GMT|" + "|".join(ABBREVIATIONS) + r")\b|[+-]\d{4} \d{4}$|:\d\d.*[+-]\d\d:?\d\d\b"
)
_NUMERIC: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)$")
_TIMES: Final = (
    " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p", " %I:%M:%S%p", "T%H:%M", "T%H:%M:%S",
)  # fmt: skip
_DATES: Final = (
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%Y/%m/%d",
    "%Y.%m.%d", "%Y-%m-%d", "%a, %d %b %Y", "%a %d %b %Y", "%a, %b %d, %Y", "%A, %B %d, %Y", "%A, %d %B %Y", "%a %b %d %Y",
)  # fmt: skip
_COMPACT: Final = (
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%Y%m%dT%H%M%S",
    "%a %b %d %H:%M:%S %Y",
    "%Y-%m-%d %H:%M:%S,%f",
    "%d/%b/%Y:%H:%M:%S",
)


def _formats_of(dates: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(d + t for d in dates for t in ("", *_TIMES))


LOCAL: Final = (*_formats_of(_DATES), "%Y%m%d", *_COMPACT)
WITH_ZONE: Final = (
    "%a %b %d %H:%M:%S %z %Y",
    *(d + t + "%z" for d in _DATES for t in _TIMES),
    *(f + "%z" for f in _COMPACT),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a time column is read."""

    kind: Literal["native", "epoch", "serial", "text"]
    grain: Grain = "second"
    local: bool = False  # most values carry no zone, and neither does the column's name
    stated: bool = False  # the column's name says UTC
    zone: str = "UTC"  # of local values
    unit_us: float = 1e6  # epoch: microseconds of one unit
    numeric: tuple[str, ...] = ()  # formats of days and months in numbers

    @property
    def clock(self) -> str:
        """The clock of most values."""
        return clock_of(self.grain, local=self.local)


def clock_of(grain: str, *, local: bool) -> str:
    """A day is a day in any zone; else a zone that was assumed says more than whole minutes."""
    return "day" if grain == "day" else "assumed_zone" if local else "minute" if grain == "minute" else "exact"


def reading(column: pa.ChunkedArray, name: str, zone: str | None, dates: str | None) -> Reading:
    """Decide from a sample how to read a time column.

    Args:
        column: the cells.
        name: what the column is called; 'utc' or 'gmt' in it states the zone.
        zone: what the user said of local times, an IANA name.
        dates: day-first or month-first, as the user said.

    Raises:
        WrongMapping: nothing in it looks like a time, or day and month cannot be told apart.
    """
    stated = zone is None and bool(
        re.search(r"(?i)(^|[^a-z])(utc|gmt)($|[^a-z+-])", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    )
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        local = getattr(column.type, "tz", None) is None and not stated
        return Reading("native", _native_grain(column), local, stated, zone or "UTC")
    values = [str(v).strip() for v in column.slice(0, _SAMPLE * 4).to_pylist() if v is not None and str(v).strip()][
        :_SAMPLE
    ]
    if not values:
        raise WrongMapping(f"the time column {name!r} is empty", hint="Name another with --map time=COLUMN")
    if (number := _numbers(values)) is not None:
        return replace(number, local=number.kind == "serial" and not stated, stated=stated, zone=zone or "UTC")
    zoned = sum(bool(_NAMED_ZONE.search(v)) for v in values) > len(values) / 2
    formats = _formats(values, name, dates)
    return Reading("text", _text_grain(values), not zoned and not stated, stated, zone or "UTC", numeric=formats)


def looks_like_times(values: Sequence[str]) -> bool:
    """Whether most values are dates or times; bare numbers only where they can be epochs of the years 2000 to 2050."""
    values = [v.strip() for v in values if v.strip()]
    shape = re.compile(
        r"(?i)^(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}|(?:19|20)\d{6}$|(?:9[5-9]|1\d\d|2[0-4]\d)\d{7}(?:\d{3}|\d{6})?(?:\.\d+)?$"
        r"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(?:\d\d? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d)"
    )
    return bool(values) and sum(bool(shape.match(v)) for v in values) > len(values) * 0.8


def _numbers(values: list[str]) -> Reading | None:
    """Epochs and spreadsheet serials; None where most values are no bare numbers, or are days such as 20140609."""
    numbers = [v for v in values if re.fullmatch(r"\d{1,19}([.,]\d+)?", v)]
    if len(numbers) <= len(values) // 2 or all(re.fullmatch(r"(19|20)\d{6}|(19|20)\d{12}", v) for v in numbers):
        return None
    found = sorted(float(v.replace(",", ".")) for v in numbers)
    whole = found[len(found) // 2]
    if found[0] >= 20_000 and found[-1] < 80_000:  # 1954 to 2119 as a spreadsheet counts days
        fractions = [f for f in found if f != int(f)]
        minutes = all(abs(f * 1440 - round(f * 1440)) < 1e-4 for f in fractions)
        grain: Grain = "day" if not fractions else "minute" if minutes else "second"
        return Reading("serial", grain)
    unit = 1e-3 if whole > 1e17 else 1.0 if whole > 1e14 else 1e3 if whole > 1e11 else 1e6
    minute = len(found) > 1 and unit == 1e6 and all(f % 60 == 0 for f in found)
    return Reading("epoch", "minute" if minute else "second", unit_us=unit)


def _native_grain(column: pa.ChunkedArray) -> Grain:
    if pa.types.is_date(column.type):
        return "day"
    sample = column.slice(0, _SAMPLE).drop_null().cast(pa.timestamp("us"))
    if len(sample) <= _ENOUGH:
        return "second"
    whole = pc.cast(sample, pa.int64())
    for grain, unit in (("day", 86_400_000_000), ("minute", 60_000_000)):
        if pc.all(pc.equal(pc.multiply(pc.divide(whole, unit), unit), whole)).as_py():
            return grain  # type: ignore[return-value]  # one of the two words above
    return "second"


def _text_grain(values: list[str]) -> Grain:
    timed = [v for v in values if re.search(r"\d:\d\d|\d{12}|T\d{6}|\d ?[AaPp][Mm]", v)]
    if len(timed) <= len(values) // 2:
        return "day"
    seconds = [m.group(1) for v in timed if (m := re.search(r"\d:\d\d:(\d\d)|\d{12}(\d\d)|T\d{4}(\d\d)", v))]
    if not seconds or (len(seconds) > _ENOUGH and not any(s and s != "00" for s in seconds)):
        return "minute"
    return "second"


def _formats(values: list[str], name: str, dates: str | None) -> tuple[str, ...]:
    numeric = [m for v in values if (m := _NUMERIC.match(v))]
    if not numeric:
        return ()
    if dates is None:
        first, second = max(int(m.group(1)) for m in numeric), max(int(m.group(3)) for m in numeric)
        if first <= 12 and second <= 12:
            if len(numeric) <= len(values) // 2:
                return ()
            raise WrongMapping(
                f"in the time column {name!r} day and month cannot be told apart (such as {numeric[0].group(0)!r})",
                hint="Say --dates day-first or --dates month-first",
            )
        dates = "day-first" if first > 12 else "month-first"
    order = ("%d", "%m") if dates == "day-first" else ("%m", "%d")
    signs = sorted({m.group(2) for m in numeric})
    return _formats_of(tuple(f"{s.join(order)}{s}{year}" for s in signs for year in ("%Y", "%y")))
