"""What a line must look like, written from OONI's data-format pages (df-000, 001, 002, 005, 006, 007) and our reference.

A small checker: `str`, `int`, ... are types; a dict lists keys (`?` at the end: may be absent); a list holds the kind of
its members; a tuple is a choice; a function decides by itself. What is not listed must begin with `x_`.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from typing import Any

FAILURES = {
    "connection_refused", "connection_reset", "connection_aborted", "host_unreachable", "network_unreachable", "eof_error",
    "generic_timeout_error", "dns_nxdomain_error", "dns_no_answer", "dns_refused_error", "dns_servfail_error",
    "dns_server_misbehaving", "dns_bogon_error", "ssl_invalid_hostname", "ssl_unknown_authority",
    "ssl_invalid_certificate", "ssl_failed_handshake", "socks_error", "address_not_available",
}  # fmt: skip


def failure(value: Any) -> bool:
    return value is None or value in FAILURES or (isinstance(value, str) and value.startswith("unknown_failure: "))


def endpoint(value: Any) -> bool:
    host, _, port = value.rpartition(":")
    return bool(ipaddress.ip_address(host.strip("[]"))) and 0 < int(port) < 65_536


def moment(value: Any) -> bool:
    return bool(datetime.strptime(value, "%Y-%m-%d %H:%M:%S"))  # noqa: DTZ007  # UTC by the format


def hexadecimal(length: int):
    return lambda value: re.fullmatch(rf"[0-9a-f]{{{length}}}", value) is not None


def like(pattern: str):
    return lambda value: re.fullmatch(pattern, value) is not None


number = (int, float)
none = type(None)
ANSWER = {"answer_type": str, "ttl": (int, none), "ipv4?": str, "ipv6?": str, "hostname?": str}
QUERY = {
    "answers": ([ANSWER], none), "engine": like("udp|tcp|dot|doh"), "failure": failure, "hostname": str,
    "query_type": like("A|AAAA"), "resolver_hostname": none, "resolver_port": none, "resolver_address": str, "t0": number,
    "t": number, "tags": [str], "transaction_id": int, "rcode?": int, "raw_response?": str,
}  # fmt: skip
TCP = {
    "ip": lambda v: bool(ipaddress.ip_address(v)), "port": int, "t0": number, "t": number, "tags": [str], "transaction_id": int,
    "status": {"failure": failure, "success": bool, "blocked": none},
}  # fmt: skip
TLS = {
    "network": like("tcp"), "address": endpoint, "server_name": str, "no_tls_verify": bool, "failure": failure,
    "tls_version": str, "cipher_suite": str, "negotiated_protocol": str, "peer_certificates": [dict], "t0": number,
    "t": number, "tags": [str], "transaction_id": int,
}  # fmt: skip
REQUEST = {
    "network": like("tcp"), "address": endpoint, "alpn": str, "failure": failure, "t0": number, "t": number, "tags": [str],
    "transaction_id": int,
    "request": {"method": like("GET"), "url": str, "body": str, "body_is_truncated": bool, "headers": dict,
                "headers_list": [list], "tor": {"exit_ip": none, "exit_name": none, "is_tor": bool}},
    "response": {"code": int, "headers": dict, "headers_list": [list], "body": str, "body_is_truncated": bool},
}  # fmt: skip
TRIED = {"status": bool, "failure": failure}
CONTROL = {
    "dns": {"failure": failure, "addrs": [str]},
    "tcp_connect": lambda v: all(endpoint(k) and not faults(one, TRIED) for k, one in v.items()),
    "tls_handshake": lambda v: all(
        endpoint(k) and not faults(one, {**TRIED, "server_name": str}) for k, one in v.items()
    ),
    "quic_handshake": dict, "http3_request": none, "ip_info": dict,
    "http_request": {"body_length": int, "discovered_h3_endpoint": str, "failure": failure, "title": str, "headers": dict,
                     "status_code": int},
}  # fmt: skip
MATCH = (bool, none)
KEYS = {
    "agent": like("redirect"), "client_resolver": str, "retries": none, "socksproxy": none, "network_events": none,
    "queries": [QUERY], "tcp_connect": [TCP], "tls_handshakes": [TLS], "requests": [REQUEST],
    "control": (CONTROL, lambda v: v == {}), "control_failure": failure, "dns_experiment_failure": failure,
    "http_experiment_failure": failure, "dns_consistency": (like("consistent|inconsistent"), none),
    "body_proportion": (int, float, none), "body_length_match": MATCH, "headers_match": MATCH, "status_code_match": MATCH,
    "title_match": MATCH, "blocking": none, "accessible": none,
}  # fmt: skip
LINE = {
    "data_format_version": like(r"0\.2\.0"), "extensions": dict, "input": like(r"https?://.+"),
    "measurement_start_time": moment, "test_start_time": moment, "test_runtime": number, "probe_asn": like(r"AS\d+"),
    "probe_cc": like("[A-Z]{2}"), "probe_ip": like(r"127\.0\.0\.1"), "probe_network_name": str, "report_id": str,
    "resolver_asn": like(r"AS\d+"), "resolver_ip": str, "resolver_network_name": str, "software_name": like("blowback"),
    "software_version": str, "test_name": like("web_connectivity"), "test_version": like(r"\d+\.\d+\.\d+"),
    "test_helpers": dict, "annotations": lambda v: all(isinstance(x, str) for pair in v.items() for x in pair),
    "test_keys": KEYS,
}  # fmt: skip


def faults(value: Any, kind: Any, where: str = "line") -> list[str]:
    """Where a value is not of a kind."""
    if isinstance(kind, tuple):
        tried = [faults(value, one, where) for one in kind]
        return [] if any(not t for t in tried) else tried[0]
    if isinstance(kind, dict):
        return _object(value, kind, where)
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{where} is {value!r}, no list"]
        return [f for n, one in enumerate(value) for f in faults(one, kind[0], f"{where}[{n}]")]
    if isinstance(kind, type):
        right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        return [] if right else [f"{where} is {value!r}, no {kind.__name__}"]
    try:
        return [] if kind(value) else [f"{where} is {value!r}"]
    except (ValueError, TypeError, AttributeError) as error:
        return [f"{where} is {value!r}: {error}"]


def _object(value: Any, kind: dict[str, Any], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is {value!r}, no object"]
    known = {k.rstrip("?"): k for k in kind}
    out = [f"{where}.{k} is not in the schema" for k in value if k not in known and not k.startswith("x_")]
    out += [f"{where}.{k} is missing" for k, written in known.items() if k not in value and not written.endswith("?")]
    for key, written in known.items():
        if key in value:
            out += faults(value[key], kind[written], f"{where}.{key}")
    return out
