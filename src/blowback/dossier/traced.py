"""Evidence that is no post: replies to questions and steps towards pages, each with the way back to its bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from blowback.dossier.cards import Trace
from blowback.dossier.reading import Desk
from blowback.dossier.shown import cut, harmless
from blowback.model.finding import Finding
from blowback.model.panel import Heat, Panel

EACH: Final = 500  # traces of one finding
_SHORT: Final = 240
_REPLIES: Final = 3  # told of one record, of each kind; failures of fetches first
_WHERE: Final = "member, t.exhibit, t.record_no, line, byte_start, byte_len, record_hash"
_LOOKUPS: Final = f"""
SELECT k.key, day, name, resolver, control, qtype, rcode, failure, answers, cnames, aa, {_WHERE} FROM lookups t
JOIN traced k ON k.exhibit = left(t.exhibit, 12) AND k.record_no = t.record_no
ORDER BY k.key, control, reply_no, name, qtype
"""
_FETCHES: Final = f"""
SELECT k.key, day, coalesce(url, name), coalesce(network, via), control, layer, failure, status, title, {_WHERE} FROM fetches t
JOIN traced k ON k.exhibit = left(t.exhibit, 12) AND k.record_no = t.record_no
ORDER BY k.key, control, failure IS NULL, hop, layer, address
"""
_MEASUREMENTS: Final = f"""
SELECT k.key, day, input, network, false, test, said_blocking, said_accessible, {_WHERE} FROM measurements t
JOIN traced k ON k.exhibit = left(t.exhibit, 12) AND k.record_no = t.record_no ORDER BY k.key
"""
_VOLUMES: Final = f"""
SELECT k.key, left(CAST(min(t.begins_at) AS VARCHAR), 10), series, coalesce(network, country), false,
count(*), min(value), max(value), {_WHERE} FROM volumes t
JOIN traced k ON k.exhibit = left(t.exhibit, 12) AND k.record_no = t.record_no
GROUP BY k.key, network, country, series, {_WHERE} ORDER BY k.key, series
"""
Row = tuple[Any, ...]


def wanted(finding: Finding, panels: Sequence[Panel]) -> list[str]:
    """The evidence of a finding and of the cells of its heat maps, once each, at most `EACH`."""
    cells = [key for p in panels if isinstance(p, Heat) for row in p.rows for key in row.leads if key]
    return list(dict.fromkeys([*cells, *finding.evidence]))[:EACH]


def traces(desk: Desk, asked: Mapping[int, Sequence[str]], exhibits: Mapping[str, int]) -> dict[int, tuple[Trace, ...]]:
    """By finding, in order of day and place: what each piece of evidence says and where it lies.

    Args:
        desk: with the canonical tables.
        asked: by finding, from `wanted`.
        exhibits: SHA-256 -> index.
    """
    keys = sorted({k for held in asked.values() for k in held if k.partition(":")[2].isdigit()})
    if not keys:
        return {}
    parts = [k.partition(":") for k in keys]
    places = {"exhibit": pa.array([p[0] for p in parts]), "record_no": pa.array([int(p[2]) for p in parts], pa.int64())}
    desk.connection.register("traced", pa.table({"key": pa.array(keys), **places}))
    rows: defaultdict[str, list[tuple[Row, str]]] = defaultdict(list)
    for sql, say in ((_LOOKUPS, _lookup), (_FETCHES, _fetch), (_MEASUREMENTS, _measurement), (_VOLUMES, _volume)):
        for key, held in _by_key(desk.rows(sql)):
            mine = [
                r for r in held if not r[4]
            ] or held  # a control's replies are told only where there is nothing else
            told: dict[str, Row] = {}
            for row in mine:
                told.setdefault(say(row), row)
            rows[key] += [(row, said) for said, row in list(told.items())[:_REPLIES]]
    known = {key: _trace(key, held[0][0], "; ".join(said for _, said in held), exhibits) for key, held in rows.items()}
    return {
        f: tuple(sorted((known[k] for k in held if k in known), key=lambda t: (t.day, t.name, t.exhibit, t.record_no)))
        for f, held in asked.items()
    }


def _by_key(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    held: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        held[str(row[0])].append(row)
    yield from held.items()


def _trace(key: str, first: Row, says: str, exhibits: Mapping[str, int]) -> Trace:
    member, exhibit, record, line, start, size, mark = first[-7:]
    return Trace(
        key=key,
        exhibit=exhibits.get(str(exhibit), -1),
        member=str(member or ""),
        day=str(first[1]),
        name=harmless(str(first[2] or "")),
        at=harmless(str(first[3] or "")),
        says=harmless(cut(says, _SHORT)[0]),
        record_no=int(record),
        line=line,
        byte_start=start,
        byte_len=size,
        record_hash="" if mark is None else f"{int(mark) % 2**64:016x}",
    )


def _lookup(row: Row) -> str:
    kind, rcode, failure, answers, cnames, authority = row[5:11]
    if rcode is None:
        return f"{kind}: no reply ({failure or 'not told why'})"
    told = f"{kind}: {rcode}" + (f", {answers}" if answers else ", no address")
    return told + (f", by way of {cnames}" if cnames else "") + (", with authority" if authority else "")


def _fetch(row: Row) -> str:
    layer, failure, status, title = row[5:9]
    told = failure or (f"status {status}" if status is not None else "succeeded")
    return f"{str(layer).upper()} {told}" + (f", “{title}”" if title else "")


def _measurement(row: Row) -> str:
    test, blocking, accessible = row[5:8]
    return f"{test}: blocking {blocking or 'not said'}, accessible {accessible or 'not said'} (the tool's own words)"


def _volume(row: Row) -> str:
    count, least, most = row[5:8]
    return f"{least:g}" if count == 1 else f"{count:,} values, {least:g} to {most:g}"
