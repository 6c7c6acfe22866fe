"""CSV rows with their place, for layouts of network measurement: any delimiter, names of columns folded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from blowback.errors import UnknownFormat
from blowback.model.locator import Locator
from blowback.witnesses.measured import Member

_DELIMITERS: Final = ",;\t|"


def columns(head: bytes) -> tuple[str, tuple[str, ...]]:
    """(delimiter, names of the first line in lower case, blanks as _); ("", ()) where there are not two."""
    first = head.decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    best: tuple[str, tuple[str, ...]] = ("", ())
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(cells) > max(1, len(best[1])):
            best = delimiter, tuple(c.strip().lower().replace(" ", "_") for c in cells)
    return best


def table_rows(member: Member) -> Iterator[tuple[int, int, int, bytes, dict[str, str] | None]]:
    """(record, line, byte, raw, cells by name) after the header; None where a row has another number of cells.

    Raises:
        UnknownFormat: it has no row of column names.
    """
    content = member.whole()
    delimiter, names = columns(content[:65_536])
    if not delimiter:
        hint = "Save the table as CSV with its header"
        raise UnknownFormat(f"{member.name} has no row of column names", hint=hint, at=Locator(member.name))
    number = 0
    for line, at, raw in _spans(content):
        if not raw.strip():
            continue
        number += 1
        if number == 1:
            continue
        try:
            found = list(
                csv.reader(io.StringIO(raw.decode("utf-8", "replace"), newline=""), delimiter=delimiter, strict=True)
            )
        except csv.Error:
            found = []
        whole = len(found) == 1 and len(found[0]) == len(names)
        yield number - 1, line, at, raw, {n: c.strip() for n, c in zip(names, found[0], strict=True)} if whole else None


def _spans(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(line, offset, bytes) of each record: a quoted cell may hold line ends."""
    at, line, start, first, quotes = 0, 1, 0, 1, 0
    for part in content.split(b"\n"):
        quotes += part.count(b'"')
        at += len(part) + 1
        line += 1
        if quotes % 2 == 0:
            yield first, start, content[start : at - 1].rstrip(b"\r")
            start, first, quotes = at, line, 0
    if quotes:
        yield first, start, content[start:]
