"""Rows of the tables of the claims analysis as panels say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from blowback.model.analysis import Frames

AHEAD: Final = frozenset({"intention", "threat", "conditional", "progress"})
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "ur", "he", "ps", "ckb", "ug", "sd"})
Row = dict[str, Any]


def every(tables: Frames, name: str) -> list[Row]:
    """All rows of a table; none where the run has no such table."""
    rows: list[Row] = tables[name].to_pylist() if name in tables else []
    return rows


def of_cluster(rows: Sequence[Row], cluster: str) -> Row | None:
    """The row of one cluster."""
    return next((r for r in rows if r["cluster_id"] == cluster), None)


def direction(lang: str) -> str:
    """Which way a language is written: rtl or ltr; empty where the language is not known and the text decides."""
    return "" if not lang else "rtl" if lang in _RIGHT_TO_LEFT else "ltr"


def period(since: dt.datetime | None, until: dt.datetime | None, kind: str) -> str:
    """A time as read: days, or hours where it is shorter than a day, with how it was said."""
    if since is None or until is None:
        return ""
    if until - since >= dt.timedelta(hours=23):
        first, last = f"{since:%Y-%m-%d}", f"{until - dt.timedelta(microseconds=1):%Y-%m-%d}"
    else:
        first, last = f"{since:%Y-%m-%d %H:%M}", f"{until:%Y-%m-%d %H:%M}"
    how = {"default": "none named: default", "none": "none named"}.get(kind, kind)
    return (first if first == last else f"{first} to {last}") + f" UTC ({how})"


def percent(share: float | None) -> str:
    """A share of one in whole percent; a dash where it is not known."""
    return "–" if share is None else f"{share:.0%}"
