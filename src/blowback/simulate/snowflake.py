"""Ids with a time inside: X's Snowflakes (41 bits of ms since 4 November 2010) and Bluesky's TIDs."""

from __future__ import annotations

from typing import Final

import numpy as np

from blowback.simulate.people import Ints

EPOCH_MS = 1_288_834_974_657
_BASE32: Final = "234567abcdefghijklmnopqrstuvwxyz"


def _turn(key: Ints) -> Ints:
    """How many earlier entries have the same key."""
    order = np.argsort(key, kind="stable")
    new = np.ones(len(key), bool)
    new[1:] = np.diff(key[order]) > 0
    begin = np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))
    out = np.empty(len(key), np.int64)
    out[order] = np.arange(len(key)) - begin
    return out


def snowflakes(machine: np.random.Generator | Ints, at_us: Ints) -> Ints:
    """Unique ids whose embedded time is exactly the post's, to the millisecond.

    Args:
        machine: a stream, or a number for each post of which 10 bits are used.
        at_us: UTC microseconds.
    """
    ms = at_us // 1000
    bits = machine.integers(0, 1024, len(ms)) if isinstance(machine, np.random.Generator) else machine & 1023
    out: Ints = ((ms - EPOCH_MS) << 22) | (bits << 12) | (_turn(ms) & 0xFFF)
    return out


def tids(clock: Ints, at_us: Ints) -> Ints:
    """Numbers of AT-protocol record keys: 53 bits of microseconds, 10 bits of clock id; unique within the call."""
    out: Ints = ((at_us + _turn(at_us)) << 10) | (clock & 1023)
    return out


def tid(number: int) -> str:
    """A record key as it is written: 13 characters of sortable base 32."""
    return "".join(_BASE32[(number >> (5 * k)) & 31] for k in range(12, -1, -1))


def base36(number: int) -> str:
    """As Reddit writes its ids."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
