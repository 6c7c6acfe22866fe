"""Times as the exports write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_ZERO: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # times are UTC without a zone


def at(us: int) -> datetime:
    """Microseconds since 1970, UTC, as a zone-less datetime."""
    return _ZERO + timedelta(microseconds=int(us))


def iso_ms(us: int) -> str:
    """As X v2 writes it: 2019-06-03T10:00:00.123Z."""
    return at(us).isoformat(timespec="milliseconds") + "Z"


def minute(us: int) -> str:
    """As the X archive writes it: 2019-06-03 10:00."""
    return at(us).strftime("%Y-%m-%d %H:%M")


def seconds(us: int, zone_h: int = 0) -> str:
    """As Telegram Desktop writes it, in the exporting machine's zone: 2019-06-03T13:00:00."""
    return at(us // 1_000_000 * 1_000_000 + zone_h * 3_600_000_000).isoformat()
