"""What a witness is: a layout of independent outside data, mapped onto canonical tables, with what it cannot contain.

A source reads exports of posts; a witness reads what others recorded: events, DNS lookups, measurements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from blowback.model.given import Cursor, Guess, Head, Options
from blowback.model.tables import TABLES
from blowback.tools.frames import LOCATORS

ASIDE = pa.schema([TABLES["set_aside"].arrow.field(n) for n in ("reason", "detail", *LOCATORS)])


class SetAside(Exception):
    """This record cannot become a row: a short code, and what was found (without text of people)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Rows:
    """Some raw records as rows of canonical tables.

    Every row carries the locator of its record (`record_no` at least; `line, byte_start, byte_len, record_hash` where
    the layout has them); `exhibit` is filled in by custody and may be left out. A record may give several rows. It is
    counted once: kept where a row of it stays, duplicate where the case has all of its keys, else set aside. So each
    record that is counted in `read` has a row in `tables` or in `aside`.
    """

    tables: Mapping[str, pa.Table]  # canonical name -> rows; a column that is left out is empty
    aside: pa.Table  # schema ASIDE
    read: int
    cursor: Cursor  # after these records
    done_bytes: int  # bytes of the given (compressed) file consumed so far, for the progress bar


@dataclass(frozen=True, slots=True)
class Opened:
    """A file about to be read: what will be assumed, and its rows."""

    witness: str
    zone: str
    zone_assumed: bool
    mapping: Mapping[str, str]
    notes: tuple[str, ...]  # for the receipt, one sentence each
    rows: Callable[[Cursor], Iterator[Rows]]  # may be called again with a later cursor, to resume


@dataclass(frozen=True, slots=True)
class Witness:
    """One outside layout.

    `keys` names, for a canonical table, the column by which a row is known again in another file: a row whose key the
    case has already is not kept twice. `scope` and `cannot` declare what the layout is unable to hold, so that silence
    in it is not taken for an answer.
    """

    id: str
    title: str
    reads: str  # which file, in one sentence, for the docs and for error hints
    tables: tuple[str, ...]  # canonical tables it gives rows of
    keys: Mapping[str, str]
    scope: str  # for events: a key of model.event.SCOPES; else ""
    cannot: tuple[str, ...]  # sentences: what it cannot contain
    sniff: Callable[[Head], Guess]
    open: Callable[[Path, Head, Options], Opened]
