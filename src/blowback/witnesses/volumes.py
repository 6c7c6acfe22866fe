"""How much of a network is reachable, or how much traffic it has, over time: IODA's signals, and tables of the same.

IODA's API (version 2, `/signals/raw/...`): JSON with series anywhere inside, each with `entityType`, `entityCode`,
`datasource`, `from`, `step` (seconds) and `values`, where null is "not known". A table: one row for a time and network,
with one value or a column for each signal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from blowback.witnesses.measured import Layout, Member, Record, get, text_of
from blowback.witnesses.separated import columns, table_rows

_TIMES: Final = ("time", "timestamp", "datetime", "date_time", "at", "date", "day", "unixtime", "epoch")
_PLACES: Final = (
    "network",
    "asn",
    "as",
    "entity",
    "entity_code",
    "entitycode",
    "isp",
    "operator",
    "country",
    "cc",
    "country_code",
    "code",
)
_SERIES: Final = ("series", "signal", "datasource", "source", "metric")
_VALUES: Final = ("value", "values", "volume", "count", "bytes", "prefixes", "visible")
_SIGNALS: Final = frozenset([
    "bgp", "ping-slash24", "ping_slash24", "merit-nt", "merit_nt", "ucsd-nt", "ucsd_nt", "telescope", "darknet", "active_probing",
    "active-probing", "gtr", "gtr-norm", "traffic",
])  # fmt: skip
_NEVER: Final = frozenset(
    [
        "rcode",
        "qname",
        "answers",
        "url",
        "sha256",
        "resolver",
        "prefix",
        "range_start",
        "category_code",
        "text",
        "post_id",
    ]
)
_AS: Final = re.compile(r"(?i)(?:as)?(\d{1,10})(?:-[a-z]{2})?")
_EARLIEST: Final = datetime(1990, 1, 1)  # noqa: DTZ001  # zone-less UTC is the house form
_STEPS: Final = (1.0, 7 * 86_400.0)  # seconds


def sniff_json(_name: str, head: bytes) -> float:
    """Sure where the keys of a series stand at the beginning of a JSON file."""
    if head.lstrip()[:1] not in (b"{", b"["):
        return 0.0
    keys = (b'"entityType"', b'"entityCode"', b'"datasource"', b'"nativeStep"', b'"step"', b'"values"')
    return 0.96 if sum(k in head for k in keys) >= 4 else 0.0


def read_json(member: Member) -> Iterator[Record]:
    """One record for each series."""
    content = member.whole()
    try:
        whole = [orjson.loads(content)]
    except orjson.JSONDecodeError:
        whole = []
        for line in content.split(b"\n"):  # one series a line
            try:
                whole.append(orjson.loads(line) if line.strip() else None)
            except orjson.JSONDecodeError:
                whole.append(NO_SERIES)
    number = 0
    for found in _series(whole):
        number += 1
        if found is NO_SERIES:
            yield Record(number, reason="not_json", detail="a line that is no JSON: cut, or not of this format")
            continue
        rows, why = _values(found)
        yield Record(number, rows, reason=why, detail="" if rows else "a series that no time or value can be read of")
    if not number:
        yield Record(1, reason="no_series", detail="JSON without a series of a network")


NO_SERIES: Final[dict[str, Any]] = {}


def _series(found: object) -> Iterator[dict[str, Any]]:
    """Objects that are a series, anywhere inside."""
    if found is NO_SERIES:
        yield NO_SERIES
    elif isinstance(found, list):
        for one in found:
            yield from _series(one)
    elif isinstance(found, dict):
        if "values" in found and ("datasource" in found or "entityCode" in found):
            yield found
        else:
            for one in found.values():
                yield from _series(one)


def _values(found: dict[str, Any]) -> tuple[tuple[tuple[str, dict[str, Any]], ...], str]:
    start, step, values = found.get("from"), found.get("step") or found.get("nativeStep"), found.get("values")
    if not isinstance(values, list) or not isinstance(start, int | float) or not isinstance(step, int | float):
        return (), "odd_series"
    first = _moment(start)
    if first is None or not _STEPS[0] <= step <= _STEPS[1]:
        return (), "odd_series"
    network, country = _entity(found)
    source = text_of(found.get("datasource")) or "unknown"
    sub = text_of(found.get("subtype"))
    name = f"{source}.{sub}" if sub else source
    rows = tuple(
        ("volumes", _row(network, country, name, first + timedelta(seconds=step * n), float(step), float(v)))
        for n, v in enumerate(values)
        if isinstance(v, int | float) and not isinstance(v, bool)
    )
    return rows, "" if rows else "no_values"


def _entity(found: dict[str, Any]) -> tuple[str | None, str | None]:
    """(network, country): a country stands for all of its networks."""
    kind, code = (text_of(found.get(n)) or "" for n in ("entityType", "entityCode"))
    country = text_of(get(found, "entityAttrs", "country_code")) or text_of(get(found, "attrs", "country_code"))
    if kind == "country":
        return None, code.upper() or None
    if kind in ("asn", "geoasn") and (number := _AS.fullmatch(code)):
        return f"AS{number[1]}", country
    return text_of(found.get("entityName")) or code or None, country


def _row(
    network: str | None, country: str | None, series: str, at: datetime, step: float, value: float
) -> dict[str, Any]:
    return {
        "network": network,
        "country": country,
        "series": series,
        "begins_at": at,
        "step_s": step,
        "value": value,
        "clock": "exact",
    }


def sniff_table(_name: str, head: bytes) -> float:
    """Sure where a table has a time, a network and a value (or a column for a signal), and nothing of lookups."""
    names = set(columns(head)[1])
    told = names & set(_VALUES) or names & _SIGNALS
    return 0.92 if names & set(_TIMES) and names & set(_PLACES) and told and not names & _NEVER else 0.0


def read_table(member: Member) -> Iterator[Record]:
    """One record for each row. Its step is found when the series is read whole."""
    for number, line, at, raw, cells in table_rows(member):
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        if cells is None:
            yield Record(number, reason="ragged_row", detail="another number of cells than column names", **place)
            continue
        when = _moment(next((cells[c] for c in _TIMES if cells.get(c)), ""))
        network, country = _named(cells)
        if when is None or not (network or country):
            reason = "bad_time" if when is None else "no_network"
            yield Record(number, reason=reason, detail="a row without a time or a network that can be read", **place)
            continue
        rows = tuple(("volumes", _row(network, country, name, when, 0.0, v)) for name, v in _told(cells))
        yield Record(number, rows, reason="" if rows else "no_values", detail="" if rows else "no number", **place)


def _named(cells: dict[str, str]) -> tuple[str | None, str | None]:
    country = next((cells[c].upper() for c in ("country", "cc", "country_code") if cells.get(c)), None)
    for column in ("network", "isp", "operator", "asn", "as", "entity", "entity_code", "entitycode", "code"):
        said = cells.get(column)
        if not said:
            continue
        if column in ("asn", "as") or said.lower().startswith("as"):
            number = _AS.fullmatch(said)
            return (f"AS{number[1]}" if number else said), country
        if re.fullmatch(r"[A-Za-z]{2}", said):
            return None, said.upper()
        number = _AS.fullmatch(said)
        return (f"AS{number[1]}" if number and column != "network" else said), country
    return None, country


def _told(cells: dict[str, str]) -> Iterator[tuple[str, float]]:
    series = next((cells[c] for c in _SERIES if cells.get(c)), "")
    for column, said in cells.items():
        if column in _SIGNALS or column in _VALUES:
            try:
                value = float(said)
            except ValueError:
                continue
            if abs(value) < 1e300:
                yield (column.replace("_", "-") if column in _SIGNALS else series or column), value


def _moment(said: object) -> datetime | None:
    """A time as seconds (or milliseconds) since 1970 or ISO text, UTC; None where it is none."""
    text = str(said).strip()
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        seconds = float(text) / (1000 if float(text) > 1e11 else 1)
        found = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        return found if found > _EARLIEST else None
    try:
        when = datetime.fromisoformat(text.removesuffix(" UTC").replace(" +0000", "+00:00"))
    except ValueError:
        return None
    try:
        when = when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
    except OverflowError:
        return None
    return when if when > _EARLIEST else None


JSON: Final = Layout(
    "ioda", "IODA signals", "JSON of IODA's API, version 2 (signals/raw): series of reachability of a country or network",
    sniff_json, read_json,
)  # fmt: skip
TABLE: Final = Layout(
    "volumes_csv", "Tables of reachability or traffic",
    "CSV of time, network (or AS number, or country) and value, or a column for each signal", sniff_table, read_table,
)  # fmt: skip
