"""Tables of lookups or fetches: CSV with column names, or JSON lines with the same names, as analysts keep them.

Lookups need a name and a response code or answers; fetches need a URL (or host) and a status, size or hash of the page.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from blowback.witnesses.measured import NO_JSON, Layout, Member, Record, fetch, joined, json_lines, lookup, text_of
from blowback.witnesses.names import host_name, host_of, is_address, named_server
from blowback.witnesses.separated import columns, table_rows
from blowback.witnesses.witness import SetAside

Cells = dict[str, Any]
_NAMES: Final = {
    "name": ("qname", "name", "domain", "hostname", "host", "query", "fqdn", "question", "site"),
    "url": ("url", "input", "test_url"),
    "resolver": ("resolver", "server", "nameserver", "ns_server", "resolver_ip", "resolver_address", "dns_server", "dns"),
    "at": ("at", "time", "timestamp", "when", "datetime", "measured_at", "start_time"),
    "day": ("day", "date"),
    "rcode": ("rcode", "status_dns", "response_code", "dns_status", "dns_rcode", "status", "result"),
    "answers": ("answers", "answer", "a", "ips", "ip", "addresses", "address", "rdata", "aaaa"),
    "cnames": ("cname", "cnames"),
    "network": ("network", "isp", "asn", "probe_asn", "provider", "isp_inferred"),
    "country": ("country", "cc", "probe_cc", "country_code"),
    "failure": ("failure", "error", "err"),
    "vantage": ("vantage", "proxy", "probe", "via"),
    "status": ("status", "status_code", "http_status"),
    "bytes": ("bytes", "size", "length", "body_length", "body_bytes"),
    "sha256": ("sha256", "body_sha256", "hash"),
    "qtype": ("qtype", "type", "query_type", "rrtype"),
}  # fmt: skip
_CONTROL: Final = re.compile(r"(?i)no.?proxy|direct|control|none|trusted")
_TIMEOUT: Final = re.compile(r"(?i)time.?d?.?out")
_SPLIT: Final = re.compile(r"[\s,;|]+")
_LABEL: Final = re.compile(
    r"(?i)(?:day|d|week|round|run|wave)[ _-]?\d{1,4}(?:[ _-][a-z0-9_-]{1,40})?|unknown"
)  # a day that has no date
_NOTHING: Final = frozenset(["-", "--", "none", "null", "n/a", "na"])  # what people write where there is no answer
_RCODES: Final = (  # RFC 6895, by number
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
)  # fmt: skip
_OTHER_RCODES: Final = frozenset(
    ["BADVERS", "BADSIG", "BADKEY", "BADTIME", "BADMODE", "BADNAME", "BADALG", "BADTRUNC", "BADCOOKIE"]
)
_RCODE_ALIASES: Final = {
    "NOTIMPL": "NOTIMP",
    "NXDOM": "NXDOMAIN",
    "NODATA": "NOERROR",
    "OK": "NOERROR",
    "SUCCESS": "NOERROR",
}


def sniff(_name: str, head: bytes) -> float:
    """Sure where the columns (or a JSON line's keys) are those of lookups or of fetches."""
    names = _keys(head)
    return 0.9 if _lookups(names) or _fetches(names) else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each row; a row with another number of cells, no name, no real day or a broken line is set aside."""
    names = _keys(member.head)
    build = _lookup if _lookups(names) else _fetch
    if member.head.lstrip()[:1] == b"{":
        yield from _json(member, build)
        return
    for number, line, at, raw, cells in table_rows(member):
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        if cells is None:
            yield Record(number, reason="ragged_row", detail="another number of cells than column names", **place)
            continue
        yield _record(number, place, build, cells)


def _record(
    number: int, place: dict[str, Any], build: Callable[[Cells], tuple[str, dict[str, Any]] | None], cells: Cells
) -> Record:
    """The record of one row, or why it is none."""
    try:
        row = build(cells)
    except SetAside as why:
        return Record(number, reason=why.reason, detail=why.detail, **place)
    if row:
        return Record(number, (row,), **place)
    return Record(number, reason="no_name", detail="no name or URL", **place)


def _json(member: Member, build: Callable[[Cells], tuple[str, dict[str, Any]] | None]) -> Iterator[Record]:
    for number, place, found in json_lines(member):
        if found is NO_JSON:
            yield Record(number, reason="not_json", detail="a line that is no JSON", **place)
            continue
        yield _record(
            number, place, build, {str(k).lower(): v for k, v in found.items()} if isinstance(found, dict) else {}
        )


def _keys(head: bytes) -> frozenset[str]:
    if head.lstrip()[:1] == b"{":
        try:
            found = orjson.loads(head.split(b"\n", 1)[0])
        except orjson.JSONDecodeError:
            return frozenset()
        return frozenset(str(k).lower() for k in found) if isinstance(found, dict) else frozenset()
    return frozenset(columns(head)[1])


def _has(names: frozenset[str], field: str) -> bool:
    return any(n in names for n in _NAMES[field])


def _lookups(names: frozenset[str]) -> bool:
    told = _has(names, "rcode") or _has(names, "answers")
    return (
        _has(names, "name")
        and told
        and (_has(names, "resolver") or _has(names, "network"))
        and not _has(names, "sha256")
    )


def _fetches(names: frozenset[str]) -> bool:
    return _has(names, "url") and _has(names, "vantage") and any(_has(names, f) for f in ("status", "bytes", "sha256"))


def _get(cells: Cells, field: str) -> Any:  # noqa: ANN401  # a cell of CSV or JSON
    return next((cells[n] for n in _NAMES[field] if cells.get(n) not in (None, "")), None)


def _listed(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(v) for v in value if isinstance(v, str | int)]
    return [v for v in _SPLIT.split(str(value).strip("[]{}'\"")) if v] if value not in (None, "") else []


def _lookup(cells: Cells) -> tuple[str, dict[str, Any]] | None:
    asked = text_of(_get(cells, "name"))
    if not asked:
        return None
    name, fault = host_name(asked)
    at = _when(_get(cells, "at"))
    failure, rcode = text_of(_get(cells, "failure")), _rcode(text_of(_get(cells, "rcode")))
    addresses = _answers(_get(cells, "answers"))
    if rcode is None and failure is None:
        rcode = "NOERROR" if addresses else None
        failure = None if addresses else "generic_timeout_error"
    flags = {f.lower() for f in _listed(cells.get("flags"))} | {
        f for f in ("aa", "ra") if text_of(cells.get(f)) in ("1", "true", "True", "yes")
    }
    known = "flags" in cells or "ra" in cells
    zone, servers = _authority(cells)
    control = text_of(cells.get("control")) in ("1", "true", "True", "yes")
    return lookup(
        vantage=text_of(_get(cells, "vantage")),
        network=text_of(_get(cells, "network")),
        country=text_of(_get(cells, "country")),
        resolver=text_of(_get(cells, "resolver")) or text_of(_get(cells, "network")) or "unknown",
        day=_day(cells, at),
        measured_at=at,
        clock="assumed_zone" if at else "day",
        asked=asked,
        name=name,
        fault=fault,
        qtype=(text_of(_get(cells, "qtype")) or "A").upper(),
        rcode=rcode,
        failure=None if rcode else "generic_timeout_error" if _TIMEOUT.search(failure or "") else failure,
        aa="aa" in flags if known else None,
        ra="ra" in flags if known else None,
        answers=joined(addresses),
        owners=joined([name for _ in addresses]),
        cnames=joined([c.rstrip(".").lower() for c in _listed(_get(cells, "cnames"))]),
        zone=zone,
        mname=servers,
        control=control,
    )


def _day(cells: Cells, at: datetime | None) -> str:
    """The day as ISO date, or a label such as day1 that says which look it was.

    Raises:
        SetAside: it is neither: days are compared, so that what only looks like one would stand at a wrong place.
    """
    said = text_of(_get(cells, "day"))
    if not said:
        return at.date().isoformat() if at else "unknown"
    if _LABEL.fullmatch(said):
        return said
    try:
        return datetime.fromisoformat(said).date().isoformat()
    except ValueError:
        raise SetAside("bad_date", "day is no ISO date (YYYY-MM-DD) and no label such as day1") from None


def _rcode(said: str | None) -> str | None:
    """The name of a response code, or the words of a timeout.

    Raises:
        SetAside: no such code.
    """
    if said is None:
        return None
    if _TIMEOUT.search(said):
        return said.upper()
    code = _RCODE_ALIASES.get(said.upper(), said.upper())
    if code.isdecimal() and int(code) < len(_RCODES):
        return _RCODES[int(code)]
    if code not in _RCODES and code not in _OTHER_RCODES:
        raise SetAside("bad_rcode", "the response code is none that DNS has")
    return code


def _answers(given: object) -> list[str]:
    """Addresses and host names of the answer; what people write for none is none.

    Raises:
        SetAside: an answer is neither address nor host name.
    """
    found = [v for v in _listed(given) if v.lower() not in _NOTHING]
    if not all(_is_answer(v) for v in found):
        raise SetAside("bad_answer", "an answer is neither an IP address nor a host name")
    return found


def _is_answer(text: str) -> bool:
    if not is_address(text):
        return named_server(text) is not None
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _authority(cells: Cells) -> tuple[str | None, str | None]:
    """(zone, its servers) of `soa` (`{owner, mname}` or a name) and `ns` (pairs of owner and host, or hosts)."""
    soa, ns = cells.get("soa"), cells.get("ns")
    zone = text_of(soa.get("owner")) if isinstance(soa, dict) else text_of(soa)
    servers = [text_of(soa.get("mname"))] if isinstance(soa, dict) else []
    for pair in ns if isinstance(ns, list) else []:
        if isinstance(pair, list) and len(pair) == 2:
            zone = zone or text_of(pair[0])
            servers.append(text_of(pair[1]))
        else:
            servers.append(text_of(pair))
    return (zone or "").rstrip(".").lower() or None, joined(sorted({s.rstrip(".").lower() for s in servers if s}))


def _fetch(cells: Cells) -> tuple[str, dict[str, Any]] | None:
    url = (text_of(_get(cells, "url")) or "").rstrip("_")  # a file name's _ for the / that it cannot hold
    if not url:
        return None
    at, vantage = _when(_get(cells, "at")), text_of(_get(cells, "vantage")) or ""
    status, size = text_of(_get(cells, "status")), text_of(_get(cells, "bytes"))
    control = bool(_CONTROL.fullmatch(vantage)) or text_of(cells.get("control")) in ("1", "true", "yes")
    return fetch(
        vantage=vantage,
        network=text_of(_get(cells, "network")),
        country=text_of(_get(cells, "country")),
        layer="http",
        via="direct" if control else "proxy",
        day=_day(cells, at),
        measured_at=at,
        clock="assumed_zone" if at else "day",
        url=url,
        name=host_of(url),
        hop_url=url,
        failure=text_of(_get(cells, "failure")),
        status=int(status) if status and status.isdigit() else None,
        title=text_of(cells.get("title")),
        body_bytes=int(size) if size and size.isdigit() else None,
        body_sha256=(text_of(_get(cells, "sha256")) or "").lower() or None,
        control=control,
        label=text_of(cells.get("kind")) or text_of(cells.get("label")),
    )


def _when(said: object) -> datetime | None:
    text = text_of(said)
    if not text:
        return None
    for form in ("%a %b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  # stated without a zone
        except ValueError:
            continue
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


LAYOUT: Final = Layout(
    "lookups_csv",
    "Tables of lookups or fetches",
    "CSV (or JSON lines) of DNS lookups or of fetched pages, with column names",
    sniff,
    read,
)
