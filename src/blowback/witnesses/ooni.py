"""OONI measurements, one JSON object a line: web_connectivity of every version, dnscheck, and other tests alike.

Probe and test helper become rows of the same tables; the helper's are marked `control`. What the probe itself made of
it is kept beside (`said_blocking`, `said_accessible`) and never used for a verdict. Formats: ooni/spec df-000 to
df-009, ts-017, ts-028.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from blowback.model.blocking import DETOUR
from blowback.witnesses.measured import (
    Layout,
    Member,
    Record,
    fetch,
    get,
    joined,
    lookup,
    measured_json,
    objects,
    text_of,
)
from blowback.witnesses.names import host_name, host_of
from blowback.witnesses.ooni_http import control_page, requests_of

Row = tuple[str, dict[str, Any]]
_RCODES: Final = {
    "dns_nxdomain_error": "NXDOMAIN", "dns_name_error": "NXDOMAIN", "dns_no_answer": "NOERROR", "dns_refused_error": "REFUSED",
    "dns_server_misbehaving": "SERVFAIL", "dns_servfail_error": "SERVFAIL", "android_dns_cache_no_data": "",
}  # fmt: skip
CODES: Final = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 9: "NOTAUTH"}
_ENGINES: Final = {"getaddrinfo": "system", "system": "system", "golang_net_resolver": "system", "netgo": "system"}
_CERTIFICATES: Final = {
    "ssl_invalid_hostname": "wrong_name", "ssl_unknown_authority": "unknown_authority", "ssl_invalid_certificate": "invalid",
}  # fmt: skip
_DEPTH: Final = re.compile(r"depth=(\d+)")


def sniff(_name: str, head: bytes) -> float:
    """Sure where a first line is a JSON object with `test_keys` and `test_name`."""
    first = head.lstrip()[:1]
    if first != b"{":
        return 0.0
    told = sum(
        key in head for key in (b'"test_keys"', b'"test_name"', b'"probe_asn"', b'"data_format_version"', b'"probe_cc"')
    )
    return 0.97 if told >= 2 else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each measurement; a line that is cut or is no measurement is set aside."""
    return measured_json(
        member,
        lambda found, number: rows_of(found, number) if isinstance(get(found, "test_keys"), dict) else (),
        "no object test_keys",
    )


def rows_of(found: dict[str, Any], measurement: str) -> Iterator[Row]:
    """Rows of one measurement."""
    keys, shared = found["test_keys"], _shared(found, measurement)
    url = text_of(found.get("input")) or text_of(keys.get("domain")) or ""
    yield (
        "measurements",
        {
            **shared,
            "test": text_of(found.get("test_name")) or "unknown",
            "version": text_of(found.get("test_version")),
            "input": url,
            "resolver": text_of(found.get("resolver_ip")) or text_of(keys.get("client_resolver")),
            "said_blocking": text_of(keys.get("blocking")),
            "said_accessible": text_of(keys.get("accessible")),
            "control_failure": text_of(keys.get("control_failure")),
            "addresses": joined([a for a in get(keys, "control", "dns", "addrs") or [] if isinstance(a, str)]),
            "label": _label(found),
        },
    )
    system = text_of(found.get("resolver_ip")) or text_of(keys.get("client_resolver")) or "system"
    for part in _parts(keys):
        yield from _steps(part, shared, url, system)
    if isinstance(detour := keys.get("x_detour"), dict):  # the control's address tried from the vantage
        for kind, row in _steps({**detour, "queries": keys.get("queries")}, shared, url, system):
            if kind == "fetches":
                yield kind, {**row, "label": DETOUR}
    yield from _control(keys, shared, url)


def _parts(keys: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The test keys themselves, and those nested in them (dnscheck keeps one set for each resolver URL)."""
    yield keys
    lookups = keys.get("lookups")
    nested = [keys.get("bootstrap"), *(lookups.values() if isinstance(lookups, dict) else [])]
    yield from (n for n in nested if isinstance(n, dict))


def _shared(found: dict[str, Any], measurement: str) -> dict[str, Any]:
    said = text_of(found.get("measurement_start_time")) or text_of(found.get("test_start_time")) or ""
    at = _time(said)
    asn = text_of(found.get("probe_asn"))
    return {
        "measurement": measurement,
        "vantage": text_of(get(found, "annotations", "x_vantage")) or text_of(found.get("probe_network_name")),
        "network": None if asn in (None, "AS0") else asn,
        "country": text_of(found.get("probe_cc")),
        "day": at.date().isoformat() if at else said[:10] or "unknown",
        "measured_at": at,
        "clock": "exact" if at else "day",
    }


def _time(said: str) -> datetime | None:
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ"):
        try:
            return datetime.strptime(said, form)  # noqa: DTZ007  # the format says UTC
        except ValueError:
            continue
    return None


def _steps(keys: dict[str, Any], shared: dict[str, Any], url: str, system: str) -> Iterator[Row]:
    for query in objects(keys.get("queries")):
        yield query_row(query, shared, url, system)
    for name in ("x_dns_duplicate_responses", "x_dns_late_replies"):
        for number, query in enumerate(objects(keys.get(name)), 1):
            kind, row = query_row(query, shared, url, system)
            yield kind, {**row, "reply_no": number}
    for attempt in objects(keys.get("tcp_connect")):
        yield _tcp(attempt, shared, url)
    chain = {host_of(url), *(_host_name(q.get("hostname")) for q in objects(keys.get("queries")))}
    chain |= {host_of(get(r, "request", "url")) for r in objects(keys.get("requests"))}
    for shake in objects(keys.get("tls_handshakes")):
        yield _tls(shake, shared, url, chain)
    yield from requests_of(keys, shared, url)
    named = objects(keys.get("x_neutral_requests"))
    again = any(
        r.get("x_role") == "again" and not r.get("failure") for r in named
    )  # the site's own name passed after all
    harmless = [r for r in named if r.get("x_role") == "neutral" and not again]
    for kind, row in requests_of({"requests": harmless}, shared, url):
        yield kind, {**row, "neutral": True}


def query_row(query: dict[str, Any], shared: dict[str, Any], url: str, system: str) -> Row:
    """One entry of `queries` (df-002) as a row of `lookups`."""
    asked = text_of(query.get("hostname")) or ""
    name, fault = host_name(asked)
    failure, answers = text_of(query.get("failure")), objects(query.get("answers"))
    addresses = [(a, _number(e.get("asn"))) for e in answers if (a := text_of(e.get("ipv4")) or text_of(e.get("ipv6")))]
    engine = text_of(query.get("engine")) or "unknown"
    server = text_of(query.get("resolver_address"))
    if server is None and query.get("resolver_hostname"):
        server = text_of(query.get("resolver_hostname"))
    ttls = [e["ttl"] for e in answers if isinstance(e.get("ttl"), int)]
    flags, code = query.get("x_flags"), query.get("rcode")
    told = frozenset(flags) if isinstance(flags, list) else None
    rcode = (CODES.get(code) if isinstance(code, int) else None) or _RCODES.get(failure or "", "") or None
    owners = [text_of(e.get("x_owner")) or name for e in answers if e.get("ipv4") or e.get("ipv6")]
    return lookup(
        **shared,
        resolver=system if engine in _ENGINES or not server else _without_port(server),
        server=None if engine in _ENGINES or not server else _without_port(server),
        transport=_ENGINES.get(engine, engine),
        asked=asked,
        name=name,
        fault=fault,
        qtype=text_of(query.get("query_type")) or "A",
        rcode=rcode if failure else "NOERROR",
        failure=failure,
        aa=None if told is None else "aa" in told,
        ra=None if told is None else "ra" in told,
        zone=text_of(query.get("x_soa")),
        mname=text_of(query.get("x_soa_mname")),
        answers=joined([a for a, _ in addresses]),
        owners=joined(owners),
        asns=joined([n for _, n in addresses]),
        cnames=joined([h.rstrip(".").lower() for e in answers if (h := text_of(e.get("hostname")))]),
        ttl_s=min(ttls) if ttls else None,
        rtt_ms=_ms(query),
        question=text_of(query.get("transaction_id")),
        url=url,
    )


def _tcp(attempt: dict[str, Any], shared: dict[str, Any], url: str) -> Row:
    address, port = text_of(attempt.get("ip")) or "", text_of(attempt.get("port")) or ""
    return fetch(
        **shared,
        layer="tcp",
        url=url,
        name=host_of(url),
        via="direct",
        hop=depth(attempt),
        address=f"[{address}]:{port}" if ":" in address else f"{address}:{port}",
        failure=text_of(get(attempt, "status", "failure")) or text_of(attempt.get("failure")),
    )


def _tls(shake: dict[str, Any], shared: dict[str, Any], url: str, chain: set[str]) -> Row:
    failure, name = text_of(shake.get("failure")), text_of(shake.get("server_name")) or ""
    tags = [t for t in shake.get("tags") or [] if isinstance(t, str)]
    checked = not shake.get("no_tls_verify")
    return fetch(
        **shared,
        layer="tls",
        url=url,
        name=host_of(url),
        via="direct",
        hop=depth(shake),
        address=text_of(shake.get("address")),
        sni=name,
        neutral=any("neutral" in t or "control" in t for t in tags) or bool(name and host_name(name)[0] not in chain),
        failure=failure,
        certificate=text_of(shake.get("x_certificate"))
        or (_CERTIFICATES.get(failure or "") if failure else "valid" if checked else None),
    )


def _control(keys: dict[str, Any], shared: dict[str, Any], url: str) -> Iterator[Row]:
    control = keys.get("control")
    if not isinstance(control, dict) or not control:
        return
    host = host_of(url)
    same = {**shared, "vantage": "test helper", "network": None, "country": None, "control": True, "url": url}
    if isinstance(dns := control.get("dns"), dict):
        addresses = [a for a in dns.get("addrs") or [] if isinstance(a, str)]
        failure = text_of(dns.get("failure"))
        info = control.get("ip_info")
        asns = [_number(get(info, a, "asn")) for a in addresses]
        rcode = _RCODES.get(failure or "", "") or None if failure else "NOERROR"
        yield lookup(
            **same, resolver="test helper", asked=host, name=host_name(host)[0], fault=host_name(host)[1], rcode=rcode,
            failure=failure, answers=joined(addresses), asns=joined(asns), owners=joined([host for _ in addresses]),
        )  # fmt: skip
    for layer in ("tcp_connect", "tls_handshake"):
        tried = control.get(layer)
        for address, said in (tried if isinstance(tried, dict) else {}).items():
            failure = text_of(get(said, "failure")) or (None if get(said, "status") else "unknown_failure")
            yield fetch(
                **same, layer=layer[:3], name=host, address=str(address), failure=failure,
                sni=text_of(get(said, "server_name")),
                certificate=("valid" if failure is None else _CERTIFICATES.get(failure)) if layer[:3] == "tls" else None,
            )  # fmt: skip
    yield from control_page(control, same, host)
    for full in objects(keys.get("x_controls")):
        yield from _in_full(full, same, url)


def _in_full(full: dict[str, Any], same: dict[str, Any], url: str) -> Iterator[Row]:
    """What a control of `blowback blocking measure` saw, beyond the summary: its own questions and pages."""
    shared = {k: v for k, v in same.items() if k not in ("control", "url")}
    for query in objects(full.get("queries")):
        kind, row = query_row(query, shared, url, "control")
        yield kind, {**row, "control": True}
    for kind, row in requests_of(full, shared, url):
        yield kind, {**row, "control": True, "hop": row["hop"] + 1}  # after the summary, which comes first


def _label(found: dict[str, Any]) -> str | None:
    notes = found.get("annotations")
    if get(notes, "x_innocuous") == "true":
        return "innocuous"
    return text_of(get(notes, "qa_case")) or text_of(get(notes, "case"))


def depth(entry: dict[str, Any]) -> int:
    """0-based redirect hop that a step belongs to, from its tags."""
    for tag in entry.get("tags") or []:
        if isinstance(tag, str) and (found := _DEPTH.search(tag)):
            return int(found[1])
    return 0


def _host_name(asked: object) -> str:
    return host_name(asked)[0] if isinstance(asked, str) else ""


def _without_port(server: str) -> str:
    if "://" in server or server.count(":") != 1:
        return server
    return server.partition(":")[0]


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _ms(entry: dict[str, Any]) -> float | None:
    start, end = entry.get("t0"), entry.get("t")
    if not isinstance(start, int | float) or not isinstance(end, int | float):
        return None
    return round((end - start) * 1000, 3)


LAYOUT: Final = Layout(
    "ooni", "OONI measurements", "JSON lines as ooniprobe and the OONI archive write them, .gz too", sniff, read
)
