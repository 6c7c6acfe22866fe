"""The seal: is everything in the case as it was when it was written? Reads only.

Each file is hashed again and held to the manifest or the ledger, and both of these to their own chains and to each
other. What cannot be seen from inside: someone who rewrites files, chains and heads together. Against that, keep
`blowback verify`'s ledger head (or a dump) with somebody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from blowback.case.atomic import Report, file_hash
from blowback.case.card import FILE
from blowback.case.case import KEY, Case
from blowback.case.chain import HEADS, Chain
from blowback.case.manifest import Entry, Part, inside
from blowback.case.problem import Problem
from blowback.case.vault import FOLDER as VAULT
from blowback.errors import CustodyError
from blowback.model.tables import TABLES

_AGAIN = "Put back the file from a dump or an older copy; if none is left, make the case anew from the originals"
_REBUILD = "Tables can be rebuilt: make a new case and ingest the exhibits again"
_COMPARE = "Compare with an older copy of the case, and find out who had access since"
_FINISH = "Run the same command again; it goes on where it stopped, and says so in the ledger"
_KNOWN = frozenset(
    {FILE, HEADS, "manifest.jsonl", "ledger.jsonl", "manifest.torn", "ledger.torn", "case.lock", "exhibits", "tables"}
    | {"signals", "runs.jsonl", "findings.jsonl", "judgements.jsonl", "dossiers", "desk.duckdb", "keys", "staging"}
    | {"desk.duckdb.wal", "desk.duckdb.tmp", "tmp", "exports"}
)
_GROWING = frozenset({"runs.jsonl", "findings.jsonl", "judgements.jsonl"})


def verify(case: Case, *, report: Report | None = None) -> list[Problem]:
    """Hash everything again and compare; an empty list means that all agrees.

    Args:
        case: an open case; it may be written to meanwhile, so run it when nobody does.
        report: called with ("verify", files done, files in all).
    """
    chains = list(_chains(case))
    try:
        entries, ledger = list(case.manifest.entries()), list(case.ledger.entries())
        return chains + _contents(case, entries, ledger, report)
    except (CustodyError, KeyError, TypeError, ValueError, AttributeError) as error:
        # books that cannot be read any more: the chain says where; all else would be guessing
        told = error.message if isinstance(error, CustodyError) else f"something is missing in it: {error}"
        return chains or [Problem(f"It cannot be read: {told}", "manifest.jsonl", _COMPARE)]


def _contents(case: Case, entries: list[Entry], ledger: list[dict[str, Any]], report: Report | None) -> list[Problem]:
    found = list(_anchors(case, entries, ledger))
    absent = _left_out(ledger)
    total = sum(1 + len(e.parts) + len(e.vault) for e in entries)
    done = 0
    for entry in entries:
        found += _exhibit(case, entry, absent=absent)
        for part in (*entry.parts, *entry.vault):
            if not (part.table == "vault" and "keys" in absent):
                found += _part(case, part)
        found += _sums(entry)
        done += 1 + len(entry.parts) + len(entry.vault)
        if report:
            report("verify", done, total)
    found += _recorded(case, ledger, absent=absent)
    found += _strays(case, entries, ledger)
    noticed = {p.where for p in found}
    if case.pseudonyms and "keys" not in absent and KEY not in noticed and not (case.path / KEY).is_file():
        found.append(Problem("The key is missing", KEY, "Put back the folder keys/ from the case's holder"))
    return found


def _chains(case: Case) -> Iterator[Problem]:
    for chain in (case.ledger.chain, case.manifest.chain):
        for place in chain.breaks():
            line = f", line {place.line}" if place.line else ""
            step = _FINISH if place.torn else _COMPARE
            yield Problem(f"This line {place.what}" if line else f"The file {place.what}", chain.path.name + line, step)


def _anchors(case: Case, entries: list[Entry], ledger: list[dict[str, Any]]) -> Iterator[Problem]:
    """The ledger quotes the manifest's head at each intake: one cannot be rewritten without the other."""
    heads = _heads(case.manifest.chain)
    told = set()
    for line in ledger:
        if line.get("verb") not in {"ingest", "recovered"}:
            continue
        told.add(line.get("exhibit"))
        quoted = line.get("manifest", {})
        if heads.get(quoted.get("lines")) != quoted.get("hash"):
            yield Problem(
                f"Line {line['seq']} of the ledger quotes another line here",
                f"manifest.jsonl, line {quoted.get('lines')}",
                _COMPARE,
            )
    for entry in entries:
        if entry.exhibit.sha256 not in told:
            yield Problem(
                f"{entry.exhibit.name} is in the manifest, but the ledger has no line of its intake",
                f"manifest.jsonl, line {entry.line}",
                _FINISH,
            )


def _heads(chain: Chain) -> dict[int, str]:
    return {n: hashlib.sha256(line).hexdigest() for n, line in enumerate(chain.lines(), 1)}


def _exhibit(case: Case, entry: Entry, *, absent: frozenset[str]) -> Iterator[Problem]:
    exhibit = entry.exhibit
    path = exhibit.where(case.path)
    if ("exhibits" if exhibit.stored == "copy" else "references") in absent and not path.exists():
        return
    if not path.is_file():
        what = "The original is missing" if exhibit.stored == "copy" else "The referenced file is missing"
        yield Problem(f"{what} ({exhibit.name}, {exhibit.bytes:,} bytes)", exhibit.path, _AGAIN)
        return
    size = path.stat().st_size
    if size != exhibit.bytes or file_hash(path) != exhibit.sha256:
        how = f"{size:,} bytes instead of {exhibit.bytes:,}" if size != exhibit.bytes else "same size, other content"
        kind = "The original" if exhibit.stored == "copy" else "The referenced file"
        yield Problem(f"{kind} was changed ({how}); its SHA-256 is not {exhibit.short}…", exhibit.path, _AGAIN)


def _part(case: Case, part: Part) -> Iterator[Problem]:
    path = case.path / part.path
    if not path.is_file():
        yield Problem(f"A part of the table '{part.table}' is missing ({part.rows:,} rows)", part.path, _REBUILD)
        return
    if path.stat().st_size != part.bytes or file_hash(path) != part.sha256:
        yield Problem(f"A part of the table '{part.table}' was changed", part.path, _REBUILD)
        return
    try:
        rows = pq.read_metadata(path).num_rows
    except (pa.ArrowException, OSError) as error:
        yield Problem(f"A part of the table '{part.table}' cannot be read: {error}", part.path, _REBUILD)
        return
    if rows != part.rows:
        yield Problem(f"The part has {rows:,} rows, the manifest says {part.rows:,}", part.path, _REBUILD)


def _sums(entry: Entry) -> Iterator[Problem]:
    """The receipt adds up, and its counts are those of the parts."""
    receipt, where = entry.receipt, f"manifest.jsonl, line {entry.line}"
    parts: dict[str, int] = {}
    for part in entry.parts:
        parts[part.table] = parts.get(part.table, 0) + part.rows
    if receipt["read"] != receipt["kept"] + receipt["duplicate"] + receipt["set_aside"]:
        yield Problem(f"The receipt of {entry.exhibit.name} does not add up", where, _COMPARE)
    if sum(receipt["reasons"].values()) != receipt["set_aside"]:
        yield Problem(f"The reasons on the receipt of {entry.exhibit.name} do not add up", where, _COMPARE)
    for table in sorted(TABLES.keys() - {"exhibits"}):  # a case of an earlier version has no count of later tables
        if (told_rows := receipt.get(table, 0)) != parts.get(table, 0):
            told = f"The receipt of {entry.exhibit.name} counts {told_rows:,} {table}"
            yield Problem(f"{told}, its parts have {parts.get(table, 0):,}", where, _REBUILD)


def _recorded(case: Case, ledger: list[dict[str, Any]], *, absent: frozenset[str]) -> Iterator[Problem]:
    """Files that the ledger names under `out`, each held to the last line that names it."""
    latest: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for line in ledger:
        out = line.get("out")
        for name, digest in (out if isinstance(out, dict) else {}).items():
            if isinstance(digest, dict) and "sha256" in digest:
                latest[name] = (line["seq"], digest)
    for name, (seq, digest) in sorted(latest.items()):
        if not inside(name, *_KNOWN):
            yield Problem("The ledger names a path that leads out of the case", f"ledger.jsonl, line {seq}", _COMPARE)
            continue
        if Path(name).parts[0] in absent:
            continue
        yield from _held_to(case.path / name, name, digest, seq)
    for name in sorted(_GROWING - latest.keys()):
        path = case.path / name
        if path.is_file() and path.stat().st_size:
            yield Problem("The ledger does not know this file", name, _FINISH)


def _held_to(path: Path, name: str, digest: Mapping[str, Any], seq: int) -> Iterator[Problem]:
    if not path.is_file():
        yield Problem(f"A file that line {seq} of the ledger names is missing", name, _AGAIN)
        return
    size, told = path.stat().st_size, int(digest.get("bytes", path.stat().st_size))
    if size == told and file_hash(path) == digest["sha256"]:
        return
    if name in _GROWING and size > told and file_hash(path, limit=told) == digest["sha256"]:
        line = path.read_bytes()[:told].count(b"\n") + 1
        yield Problem(
            f"{size - told:,} bytes were added after line {seq} of the ledger", f"{name}, line {line}", _FINISH
        )
        return
    yield Problem(f"This file is not as line {seq} of the ledger has it", name, _AGAIN)


def _strays(case: Case, entries: list[Entry], ledger: list[dict[str, Any]]) -> Iterator[Problem]:
    """Files that nothing accounts for, where everything should be accounted for."""
    known = {e.exhibit.path for e in entries} | {p.path for e in entries for p in (*e.parts, *e.vault)}
    waiting = {p.name for p in (case.path / "staging").glob("*")}
    remove = "Move it out of the case; nothing reads it"
    for path in sorted(case.path.iterdir()):
        if path.name not in _KNOWN and not path.name.startswith(".desk"):
            yield Problem("Nothing in the case accounts for this", path.name, remove)
    for folder in ("exhibits", "tables", VAULT):
        for path in sorted((case.path / folder).rglob("*")):
            name = str(path.relative_to(case.path))
            unfinished = path.name[:12] in waiting or path.name.endswith(".new")
            if path.is_file() and name not in known and not unfinished:
                yield Problem("Nothing in the manifest accounts for this file", name, remove)

    told = {name for line in ledger if isinstance(line.get("out"), dict) for name in line["out"]}
    for folder, step in (("signals", _FINISH), ("dossiers", f"If writing it was cut off, write it again. {remove}")):
        for path in sorted((case.path / folder).rglob("*")):
            name = str(path.relative_to(case.path))
            unfinished = any(p.endswith((".partial", ".new")) for p in path.parts)
            if path.is_file() and name not in told and not unfinished:
                yield Problem("Nothing in the ledger accounts for this file", name, step)


def _left_out(ledger: list[dict[str, Any]]) -> frozenset[str]:
    """What the bundle that this case was loaded from did not hold: keys, exhibits, references."""
    loads = [line["left_out"] for line in ledger if line.get("verb") == "load"]
    return frozenset(loads[-1]) if loads else frozenset()
