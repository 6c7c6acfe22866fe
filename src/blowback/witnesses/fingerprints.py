"""Published fingerprints of block pages and forged answers: OONI, Citizen Lab and Censored Planet, CSV or JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from blowback.witnesses.measured import Layout, Member, Record, broken, joined, text_of
from blowback.witnesses.separated import columns, table_rows

_COUNTRY: Final = re.compile(r"\b[A-Z]{2}\b")
_SCOPES: Final = ("nat", "isp", "prod", "inst", "vbw", "fp", "injb", "br")


def sniff(_name: str, head: bytes) -> float:
    """Sure by the columns (or keys) that only these lists have."""
    names = set(columns(head)[1])
    listed = {"name", "confidence_no_fp"} <= names
    start = head.lstrip()[:1]
    by_key = start in (b"{", b"[") and (
        (b'"fingerprint"' in head[:400] and b'"pattern"' in head[:4000]) or b'"confidence_no_fp"' in head[:4000]
    )
    return 0.97 if listed or by_key else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each fingerprint; one without a pattern is set aside.

    Raises:
        DamagedFile: a JSON list breaks off.
    """
    name = member.name.rpartition("/")[2]
    first = member.head.lstrip()[:1]
    if first == b"[":
        try:
            found = orjson.loads(member.whole())
        except orjson.JSONDecodeError as error:
            raise broken(member.name, error) from error
        for number, entry in enumerate(found if isinstance(found, list) else [], 1):
            yield _record(number, entry if isinstance(entry, dict) else {}, name, {})
    elif first == b"{":
        number = 0
        for line, at, raw in member.lines():
            if raw.strip():
                number += 1
                yield _record(number, _object(raw), name, {"line": line, "byte_start": at, "raw": raw})
    else:
        for number, line, at, raw, cells in table_rows(member):
            yield _record(number, dict(cells or {}), name, {"line": line, "byte_start": at, "raw": raw})


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _record(number: int, cells: dict[str, Any], name: str, place: dict[str, Any]) -> Record:
    row = _row(cells, name)
    if row is None:
        return Record(number, reason="no_pattern", detail="a fingerprint without a name or pattern", **place)
    return Record(number, (("fingerprints", row),), **place)


def _row(cells: dict[str, Any], name: str) -> dict[str, Any] | None:
    own = text_of(cells.get("fingerprint"))
    title, pattern = own or text_of(cells.get("name")), text_of(cells.get("pattern")) or text_of(cells.get("response"))
    if not title or not pattern:
        return None
    kind = text_of(cells.get("pattern_type")) or ("regexp" if own else "full" if cells.get("response") else "contains")
    place = (text_of(cells.get("location_found")) or ("dns" if cells.get("response") else "body")).lower()
    confidence = text_of(cells.get("confidence_no_fp")) or ""
    return {
        "name": title,
        "scope": _scope(title, text_of(cells.get("scope")), name),
        "place": "header" if place == "header" else place,
        "pattern_type": kind if kind in ("full", "prefix", "contains", "regexp") else "contains",
        "pattern": pattern,
        "countries": _countries(cells.get("expected_countries"), title),
        "confidence": int(confidence) if confidence.isdigit() else None,
        "list": name,
    }


def _scope(title: str, said: str | None, name: str) -> str | None:
    if "false_positive" in name or title.startswith("x_fp"):
        return "fp"
    if said:
        return said.lower()
    return next((s for s in _SCOPES if f"_{s}_" in title), None)


def _countries(said: object, title: str) -> str | None:
    text = " ".join(str(v) for v in said) if isinstance(said, list) else str(said or "")
    found = _COUNTRY.findall(text.upper())
    if not found and (m := re.search(r"_(?:nat|isp|inst)_([a-z]{2})_", title)):
        found = [m[1].upper()]
    return joined(sorted(set(found)))


LAYOUT: Final = Layout(
    "fingerprints",
    "Fingerprints of blocking",
    "CSV or JSON of OONI, Citizen Lab or Censored Planet fingerprints",
    sniff,
    read,
)
