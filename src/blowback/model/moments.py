"""Times as the tables hold them: zone-less UTC, and as microseconds since 1970 where they are compared."""

from __future__ import annotations

import datetime as dt
from typing import Final, overload

_EPOCH: Final = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # zone-less UTC is the house form


@overload
def micros(at: dt.datetime | int) -> int: ...
@overload
def micros(at: None) -> None: ...
@overload
def micros(at: dt.datetime | int | None) -> int | None: ...
def micros(at: dt.datetime | int | None) -> int | None:
    """Microseconds since 1970 of a zone-less UTC time; what is microseconds already, or nothing, stays."""
    if at is None or isinstance(at, int):
        return at
    return (at - _EPOCH) // dt.timedelta(microseconds=1)


def moment(us: int) -> dt.datetime:
    """The other way round."""
    return _EPOCH + dt.timedelta(microseconds=us)
