"""Cells of event files: days, numbers, coordinates, codes. What cannot be read sets the record aside, with its column."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final, Literal
from zoneinfo import ZoneInfo

from blowback.witnesses.witness import SetAside

Order = Literal["day-first", "month-first"] | None
DAY: Final = dt.timedelta(days=1)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)$")
_NUMERIC: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_NAMED: Final = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})(?!\d)")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+")  # thousands: a whole number has no decimal comma
_MOST: Final = 2**31 - 1  # far above any count of an event, and safe in every integer column
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def day(text: str, column: str, order: Order = None) -> dt.datetime:
    """Midnight of the day that a cell names.

    Args:
        text: ISO, 20140609, 09 June 2014, 9-Jun-14 written out, or numbers with slashes or dots.
        column: for the reason.
        order: of day and month in numbers; None: only what can be read one way.

    Raises:
        SetAside: it is no day, or day and month cannot be told apart.
    """
    if not text:
        raise SetAside("no_date", f"{column} is empty")
    if m := _ISO.match(text) or _COMPACT.match(text):
        return _made(int(m[1]), int(m[2]), int(m[3]), column)
    if m := _NAMED.match(text):
        if (name := m[2][:3].lower()) in _MONTHS:
            return _made(int(m[3]), _MONTHS.index(name) + 1, int(m[1]), column)
        raise SetAside("bad_date", f"{column} is no date")
    if m := _NUMERIC.match(text):
        first, second = int(m[1]), int(m[2])
        if order is None and first <= 12 and second <= 12 and first != second:
            raise SetAside("ambiguous_date", f"day and month of {column} cannot be told apart; say --dates")
        day_first = order == "day-first" if order else first > 12
        d, month = (first, second) if day_first else (second, first)
        return _made(int(m[3]), month, d, column)
    raise SetAside("bad_date", f"{column} is no date")


def _made(year: int, month: int, d: int, column: str) -> dt.datetime:
    try:
        made = dt.datetime(year, month, d)  # noqa: DTZ001  # zone-less, as the tables are
    except ValueError as error:
        raise SetAside("bad_date", f"{column} is a day that no calendar has") from error
    if not 1900 <= year <= 2100:
        raise SetAside("bad_date", f"{column} lies in the year {year}")
    return made


def span(first: dt.datetime, last: dt.datetime, zone: str | None) -> tuple[dt.datetime, dt.datetime]:
    """[start of the first day, end of the last day) in UTC, the days being those of a zone (None: of UTC).

    Raises:
        SetAside: the last day is before the first.
    """
    if last < first:
        raise SetAside("bad_date", "it ends before it starts")
    return to_utc(first, zone), to_utc(last + DAY, zone)


def to_utc(at: dt.datetime, zone: str | None) -> dt.datetime:
    """A local time as zone-less UTC."""
    if zone in (None, "UTC"):
        return at
    return at.replace(tzinfo=ZoneInfo(str(zone))).astimezone(dt.UTC).replace(tzinfo=None)


def number(text: str, column: str) -> float | None:
    """A finite number, a comma being the decimal one; None where the cell is empty.

    Raises:
        SetAside: it is something else.
    """
    if not text:
        return None
    try:
        found = float(text.replace(",", ".") if "." not in text else text)
    except ValueError as error:
        raise SetAside("bad_number", f"{column} is no number") from error
    if not math.isfinite(found):
        raise SetAside("bad_number", f"{column} is no finite number")
    return found


def whole(text: str, column: str) -> int | None:
    """A whole number (1.0 and 1,200 are); None where the cell is empty or negative, as codes for unknown are.

    Raises:
        SetAside: it is no number, has a fraction, or is too large for any count.
    """
    found = number(text.replace(",", "") if _GROUPED.fullmatch(text) else text, column)
    if found is None or found < 0:
        return None
    if not found.is_integer():
        raise SetAside("bad_number", f"{column} is no whole number")
    if found > _MOST:
        raise SetAside("bad_number", f"{column} is too large to be a count")
    return int(found)


def place(lat: str, lon: str) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees; both None where one is empty.

    Raises:
        SetAside: out of range, or no numbers.
    """
    y, x = number(lat, "latitude"), number(lon, "longitude")
    if y is None or x is None:
        return None, None
    if not (-90 <= y <= 90):
        raise SetAside("bad_place", f"latitude {y:g} is not between -90 and 90")
    if not (-180 <= x <= 180):
        raise SetAside("bad_place", f"longitude {x:g} is not between -180 and 180")
    return y, x


def ident(text: str, column: str) -> str:
    """A native id as text; what a spreadsheet made of it (214797.0) is undone.

    Raises:
        SetAside: it is empty.
    """
    if not text:
        raise SetAside("no_id", f"{column} is empty")
    return text.removesuffix(".0") if re.fullmatch(r"\d+\.0", text) else text


def code(text: str, table: dict[int, float], column: str, unknown: float) -> float:
    """What a precision code stands for; `unknown` where the cell is empty.

    Raises:
        SetAside: the code is not in the table: better to stop at one row than to guess its radius.
    """
    found = number(text, column)
    if found is None:
        return unknown
    if found not in table:
        raise SetAside("unknown_code", f"{column} is {text}, known are {', '.join(map(str, table))}")
    return table[int(found)]


def joined(*names: str) -> str | None:
    """Names of the sides, those that are empty left out; None where all are."""
    return " - ".join(n for n in names if n) or None
