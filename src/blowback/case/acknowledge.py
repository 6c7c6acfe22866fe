"""The last moves of an intake: parts to their place, one line of the manifest, one of the ledger.

And the first moves of the next one: what a kill left between those two lines is put right, and said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from blowback.case.atomic import disk, make_folder, sync_folder, uninterrupted
from blowback.case.case import Case
from blowback.case.checkpoint import Staging
from blowback.case.ledger import now
from blowback.case.manifest import Entry, Part
from blowback.case.parts import write_part
from blowback.errors import BlowbackError, CustodyError
from blowback.model.tables import EXHIBITS


def acknowledge(case: Case, staging: Staging, entry: Entry) -> dict[str, Any]:
    """Move the parts to their place and acknowledge the exhibit; returns its receipt.

    The order makes every kill harmless: parts that the manifest does not name are seen by nobody, and a ledger line
    that is missing is written by `recover`.

    Raises:
        CustodyError: a part is missing.
        NoSpace: the disk is full; nothing is acknowledged.
    """
    with uninterrupted():
        return _acknowledge(case, staging, entry)


def _acknowledge(case: Case, staging: Staging, entry: Entry) -> dict[str, Any]:
    name = f"exhibits-{entry.exhibit.short}-0.parquet"
    own = write_part(staging.folder, name, _exhibit_row(entry), table="exhibits")
    placed = tuple(_place(case, staging, part) for part in (*entry.parts, own))
    for folder in {(case.path / p.path).parent for p in placed}:
        with disk(folder):
            sync_folder(folder)
    entry = replace(entry, parts=placed)
    case.manifest.append(entry)
    _log(case, entry, "ingest")
    staging.clear()
    return dict(entry.receipt)


def refuse(case: Case, path: Path, error: BlowbackError) -> None:
    """Write into the ledger that a file was not taken in, and why; its copy is not kept."""
    acknowledged = {e.exhibit.path for e in case.manifest.entries()}
    with disk(case.path):
        for kept in (case.path / "exhibits").iterdir():
            inside = str(kept.relative_to(case.path))
            waiting = (case.path / "staging" / kept.name[:12]).is_dir()
            if inside not in acknowledged and not waiting:
                kept.unlink()
    case.ledger.append("refuse", name=path.name, error=type(error).__name__, message=error.message)


def recover(case: Case) -> None:
    """Put right what a kill left between two lines: write a missing ledger line, clear what is acknowledged."""
    told = {e.get("exhibit") for e in case.ledger.entries() if e.get("verb") in {"ingest", "recovered"}}
    for entry in case.manifest.entries():
        if entry.exhibit.sha256 not in told:
            _log(case, entry, "recovered")
        staging = Staging.of(case, entry.exhibit)
        if staging.folder.exists():
            staging.clear()
    staging_folder = case.path / "staging"
    if staging_folder.is_dir() and not any(staging_folder.iterdir()):
        with disk(staging_folder):
            staging_folder.rmdir()
    for left in (*case.path.glob(".*.new"), *(case.path / "exhibits").glob(".*.new")):
        with disk(left):
            left.unlink()


def _place(case: Case, staging: Staging, part: Part) -> Part:
    source, target = staging.where(part), staging.final(part)
    if source is None:
        raise CustodyError(
            f"the part {part.path} is gone from {staging.folder.name}",
            hint="Ingest the same file again; if it happens twice, check the disk",
        )
    make_folder(target.parent)
    with disk(target):
        source.replace(target)
        target.chmod(0o444)
    return replace(part, path=str(target.relative_to(case.path)))


def _exhibit_row(entry: Entry) -> pa.Table:
    counts = {n: entry.receipt[n] for n in ("read", "kept", "duplicate", "set_aside")}
    row = {
        "exhibit": entry.exhibit.sha256,
        "name": entry.exhibit.name,
        "bytes": entry.exhibit.bytes,
        "source": entry.receipt["source"],
        "stored": entry.exhibit.stored,
        "zone": entry.receipt["zone"],
        **counts,
        "received_at": datetime.fromisoformat(now()).replace(tzinfo=None),
    }
    return pa.Table.from_pylist([row], schema=EXHIBITS.arrow)


def _log(case: Case, entry: Entry, verb: str) -> None:
    head = case.manifest.chain.head()
    case.ledger.append(
        verb,
        exhibit=entry.exhibit.sha256,
        name=entry.exhibit.name,
        stored=entry.exhibit.stored,
        source=entry.receipt["source"],
        options=dict(entry.options),
        counts={n: entry.receipt[n] for n in ("read", "kept", "duplicate", "set_aside")},
        line=entry.line or head.lines,
        manifest={"lines": head.lines, "hash": head.hash},
    )
