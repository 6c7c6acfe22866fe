"""The receipt of an intake: read = kept + duplicate + set aside, with every reason counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from blowback.case.manifest import Exhibit
from blowback.errors import BlowbackError, CustodyError
from blowback.model.tables import TABLES

_BINS_PER_E = 50  # offsets are binned on a log scale, so that a median needs no list: within 2 %
_TOLD = 60_000  # ms; a median offset from here on is told in a note


@dataclass(slots=True)
class Tally:
    """Running counts of one exhibit; plain enough to be written to a checkpoint and taken up again."""

    read: int = 0
    kept: int = 0
    duplicate: int = 0
    set_aside: int = 0
    rows: dict[str, int] = field(default_factory=dict)  # table -> rows
    reasons: dict[str, int] = field(default_factory=dict)
    clocks: dict[str, int] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)  # log bin of |posted_at - id_time| -> posts
    offset_max_ms: int = 0
    beyond_1s: int = 0
    posts: int = 0  # entries of kind post, duplicates included
    filled: dict[str, int] = field(default_factory=dict)  # staged column -> posts that have it

    def add(self, read: int, counts: tuple[int, int, int], tables: Mapping[str, pa.Table]) -> None:
        """Count one batch: records read, (kept, duplicate, set aside), and what came of it.

        Raises:
            CustodyError: the three do not add up to what was read.
        """
        kept, duplicate, set_aside = counts
        if read != kept + duplicate + set_aside:
            raise CustodyError(
                f"{read} records were read, but {kept} kept + {duplicate} duplicate + {set_aside} set aside",
                hint="This is a fault of Blowback, not of the file: please report it with the format of the file",
            )
        self.read += read
        self.kept += kept
        self.duplicate += duplicate
        self.set_aside += set_aside
        for name, table in tables.items():
            self.rows[name] = self.rows.get(name, 0) + table.num_rows
        _count(self.reasons, tables.get("set_aside"), "reason")
        _count(self.clocks, tables.get("posts"), "clock")
        if (posts := tables.get("posts")) is not None:
            self._compare_clocks(posts)

    def id_time(self) -> dict[str, Any] | None:
        """How far stated times lie from the times inside platform ids; None where nothing could be compared."""
        compared = sum(self.offsets.values())
        if not compared:
            return None
        seen, median = 0, 0
        for number, count in sorted((int(b), c) for b, c in self.offsets.items()):
            seen += count
            if seen * 2 >= compared:
                median = round(math.expm1(number / _BINS_PER_E))
                break
        return {
            "compared": compared,
            "median_ms": min(median, self.offset_max_ms),
            "max_ms": self.offset_max_ms,
            "share_beyond_1s": round(self.beyond_1s / compared, 6),
        }

    def warnings(self) -> list[str]:
        """What the counts themselves give reason to say."""
        found = self.id_time()
        if found is None or found["median_ms"] < _TOLD:
            return []
        hours = found["median_ms"] / 3_600_000
        told = f"Stated times lie a median of {hours:.2f} h from the times inside the platform's ids"
        return [f"{told} ({found['compared']:,} posts compared): check --time-zone."]

    def remarks(self, zone: str, *, said: bool) -> list[str]:
        """What the counts show of the clocks: how ids and stated times agree, and local times among others.

        Args:
            zone: the zone that local times were read in.
            said: the user said it.
        """
        out = []
        found = self.id_time()
        if found is not None and found["median_ms"] < _TOLD:
            out.append(
                f"The times inside the platform's ids agree with the stated ones: {found['compared']:,} posts compared, "
                f"median offset {found['median_ms'] / 1000:.3f} s, largest {found['max_ms'] / 1000:.3f} s."
            )
        local = self.clocks.get("assumed_zone", 0)
        if local:
            how = "as --time-zone says" if said else "assumed: say --time-zone where it is another"
            out.append(f"{local:,} posts have local times without a zone; they were read as {zone} ({how}).")
        return out

    def as_dict(self) -> dict[str, Any]:
        """JSON-like, for a checkpoint."""
        return asdict(self)

    def _compare_clocks(self, posts: pa.Table) -> None:
        # a rounded or derived clock says nothing about the zone
        precise = pc.is_in(posts["clock"], value_set=pa.array(["exact", "assumed_zone"]))
        wanted = posts.select(["posted_at", "id_time"]).filter(precise).drop_null()
        if not wanted.num_rows:
            return
        stated, inside = (wanted[n].cast(pa.int64()).to_numpy() for n in ("posted_at", "id_time"))
        offset = np.abs(stated - inside) // 1000
        self.offset_max_ms = max(self.offset_max_ms, int(offset.max()))
        self.beyond_1s += int((offset > 1000).sum())
        numbers, counts = np.unique(np.rint(np.log1p(offset) * _BINS_PER_E).astype(int), return_counts=True)
        for number, count in zip(numbers, counts, strict=True):
            self.offsets[str(number)] = self.offsets.get(str(number), 0) + int(count)


def _count(into: dict[str, int], table: pa.Table | None, column: str) -> None:
    if table is None or not table.num_rows:
        return
    for item in pc.value_counts(table[column].combine_chunks()).to_pylist():
        into[item["values"]] = into.get(item["values"], 0) + item["counts"]


def receipt_of(
    exhibit: Exhibit,
    tally: Tally,
    *,
    source: str,
    zone: tuple[str, bool],
    mapping: Mapping[str, str],
    notes: Sequence[str],
) -> dict[str, Any]:
    """The receipt of one exhibit that was read whole.

    Args:
        exhibit: the file.
        tally: what its records became.
        source: the layout it was read as.
        zone: the zone of local times, and whether it was assumed.
        mapping: column of each field, for tables.
        notes: sentences for the reader.
    """
    rows = {n: tally.rows.get(n, 0) for n in TABLES if n not in {"exhibits", "set_aside"}}
    return {
        "sha256": exhibit.sha256,
        "name": exhibit.name,
        "bytes": exhibit.bytes,
        "stored": exhibit.stored,
        "source": source,
        "read": tally.read,
        "kept": tally.kept,
        "duplicate": tally.duplicate,
        "set_aside": tally.set_aside,
        **rows,
        "reasons": dict(sorted(tally.reasons.items())),
        "zone": zone[0],
        "zone_assumed": zone[1],
        "mapping": dict(mapping),
        "clocks": dict(sorted(tally.clocks.items())),
        "id_time": tally.id_time(),
        "notes": list(notes),
        "recognised": False,
    }


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be taken in, and why."""

    path: str
    error: BlowbackError

    def as_dict(self) -> dict[str, Any]:
        """JSON-like."""
        return {
            "file": self.path,
            "error": type(self.error).__name__,
            "message": self.error.message,
            "hint": self.error.hint,
            "where": str(self.error.at) if self.error.at else None,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one call of `ingest` did: one entry for each exhibit, and the files that failed."""

    exhibits: tuple[Mapping[str, Any], ...] = ()
    failures: tuple[Failure, ...] = ()

    def total(self, name: str) -> int:
        """The sum of one count over the exhibits of this call."""
        return sum(int(e[name]) for e in self.exhibits)

    def __repr__(self) -> str:
        counts = " + ".join(f"{self.total(n):,} {n.replace('_', ' ')}" for n in ("kept", "duplicate", "set_aside"))
        failed = f"; {len(self.failures)} not taken in" if self.failures else ""
        return f"<receipt of {len(self.exhibits)} exhibits: {self.total('read'):,} read = {counts}{failed}>"

    def _repr_html_(self) -> str:
        """As a table in a notebook."""
        names = ("name", "source", "read", "kept", "duplicate", "set_aside", "removals", "zone")
        head = "".join(f"<th>{n.replace('_', ' ')}</th>" for n in names)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(str(e[n]))}</td>" for n in names) + "</tr>" for e in self.exhibits
        )
        notes = "".join(
            f"<li>{escape(str(e['name']))}: {escape(str(n))}</li>" for e in self.exhibits for n in e["notes"]
        )
        failed = "".join(f"<li>{escape(f.path)}: {escape(str(f.error))}</li>" for f in self.failures)
        return f"<table><tr>{head}</tr>{rows}</table><ul>{notes}{failed}</ul>"

    def as_dict(self) -> dict[str, Any]:
        """As `blowback ingest --json` prints it."""
        totals = {n: self.total(n) for n in ("read", "kept", "duplicate", "set_aside")}
        whole: dict[str, Any] = {"exhibits": [dict(e) for e in self.exhibits], **totals}
        if self.failures:
            whole["failures"] = [f.as_dict() for f in self.failures]
        return whole
