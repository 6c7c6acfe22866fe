"""What a source is: a mapping of an export format onto the staged columns, with its expectations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from blowback.model.given import Cursor, Guess, Head, Options

Framing = Literal["lines", "items", "rows", "columns"]


def json_lines(head: Head) -> list[bytes]:
    """The first lines that look like JSON objects: log lines may stand among them, and before."""
    return [line for line in head.first.split(b"\n", 60)[:60] if line.lstrip(b"[, \t").startswith(b"{")][:20]


def is_json(head: Head) -> bool:
    """Whether a file looks like JSON: a CSV with quoted column names has the same words in quotes."""
    return head.first.lstrip()[:1] in (b"{", b"[") or bool(json_lines(head))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records, staged. `staged` has the schema `model.staged.STAGED`; set-aside records are rows of it.

    `read` counts the items of this batch that the receipt must account for: post, removal and aside entries.
    Entries 'account' and 'envelope' are not counted.
    """

    staged: pa.Table
    read: int
    cursor: Cursor  # after this batch
    done_bytes: int  # bytes of the given (compressed) file consumed so far, for the progress bar


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of a file, or the intake stops: checked over the whole file at its end."""

    posts: int = 1
    filled: Mapping[str, float] = field(default_factory=dict)  # staged column -> least share of posts that has it


@dataclass(frozen=True, slots=True)
class Opened:
    """A file about to be read: what will be assumed, five sample rows, and the batches."""

    source: str
    zone: str
    zone_assumed: bool
    mapping: Mapping[str, str]
    notes: tuple[str, ...]  # warnings for the receipt, one sentence each
    batches: Callable[[Cursor], Iterator[Batch]]  # may be called again with a later cursor, to resume


@dataclass(frozen=True, slots=True)
class Source:
    """One export format."""

    id: str
    title: str
    reads: str  # which file, in one sentence, for the docs and for error hints
    framing: Framing
    sniff: Callable[[Head], Guess]
    open: Callable[[Path, Head, Options], Opened]
    expects: Expect = field(default_factory=Expect)


__all__ = [
    "Batch",
    "Cursor",
    "Expect",
    "Framing",
    "Guess",
    "Head",
    "Opened",
    "Options",
    "Source",
    "is_json",
    "json_lines",
]
