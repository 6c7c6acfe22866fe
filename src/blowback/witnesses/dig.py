"""Text that `dig` or `kdig` printed: one record for each question, timeouts included.

Server and day are taken from what the tool printed; a timeout prints neither, so that they come from the command line
that dig repeats, then from the file name (`192.0.2.1-06-16-14.txt`, `ns1.example.net-2014-06-16.txt`), then from the
records beside it. Local times without a zone are marked `assumed_zone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from blowback.witnesses.measured import Layout, Member, Record, joined, lookup
from blowback.witnesses.names import day_in, host_name, named_server, stem_of

_START: Final = re.compile(
    rb"^(?:; <<>> [A-Za-z]?[Dd]i[Gg] [^\n]*|;; ->>HEADER<<-[^\n]*|;; ERROR: failed to query[^\n]*)", re.MULTILINE
)
_BANNER: Final = re.compile(rb"^; <<>> \w+ (?P<version>\S+).*?<<>>(?P<args>[^\n]*)", re.MULTILINE)
_HEADER: Final = re.compile(rb"->>HEADER<<- opcode: \w+[,;] status: (?P<status>\w+)")
_FLAGS: Final = re.compile(rb"^;; [Ff]lags: ?(?P<flags>[a-z ]*)", re.MULTILINE)
_QUESTION: Final = re.compile(
    rb"^;; QUESTION SECTION:\s*\n;+ ?(?P<name>\S+)\s+(?:IN|CH)?\s*(?P<type>[A-Z0-9]+)", re.MULTILINE
)
_SERVER: Final = re.compile(rb"^;; SERVER: (?P<address>[^#\s]+)#\d+(?:\((?P<name>[^)]*)\))?", re.MULTILINE)
_FROM: Final = re.compile(rb"^;; From (?P<address>[^@\s]+)@\d+\((?P<how>\w+)\)(?: in (?P<ms>[\d.]+) ms)?", re.MULTILINE)
_WHEN: Final = re.compile(rb"^;; (?:WHEN:|Time) (?P<when>[^\n]+)", re.MULTILINE)
_TOOK: Final = re.compile(rb"^;; Query time: (?P<n>\d+) (?P<unit>msec|usec|sec)", re.MULTILINE)
_RECORD: Final = re.compile(
    rb"^(?P<owner>[^;\s]\S*)\s+(?P<ttl>\d+)\s+(?:IN\s+)?(?P<type>A|AAAA|CNAME|NS|SOA)\s+(?P<value>[^\n]+)", re.MULTILINE
)
_SECTION: Final = re.compile(
    rb"^;; (ANSWER|AUTHORITY|ADDITIONAL)(?: PSEUDO)?SECTION:|^;; (ANSWER|AUTHORITY|ADDITIONAL) SECTION:", re.MULTILINE
)
_FAILURES: Final = (
    (re.compile(rb"timed out|timeout", re.IGNORECASE), "generic_timeout_error"),
    (re.compile(rb"connection refused", re.IGNORECASE), "connection_refused"),
    (re.compile(rb"network unreachable|network is unreachable|host unreachable", re.IGNORECASE), "network_unreachable"),
    (re.compile(rb"connection reset|end of file", re.IGNORECASE), "connection_reset"),
    (
        re.compile(rb"couldn't get address|no servers could be reached|failed to query", re.IGNORECASE),
        "generic_timeout_error",
    ),
)
_TYPES: Final = frozenset(
    ["A", "AAAA", "ANY", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT", "HTTPS", "SVCB", "CAA", "DS", "DNSKEY"]
)
_ZONES: Final = frozenset(["UTC", "GMT", "Z"])


def sniff(_name: str, head: bytes) -> float:
    """Sure where dig's banner or header stands at the start of a line."""
    return 0.98 if _START.search(head) and b"HTTP/1" not in head[:40] else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each question; what stands between them is no record unless it is not a comment."""
    content = member.whole()
    starts = _starts(content)
    named_day, rest = day_in(stem_of(member.name))
    said = {"server": named_server(rest), "day": named_day}
    line, at = 1, 0
    if starts and (before := content[: starts[0]].strip()) and not before.startswith(b";"):
        yield Record(1, reason="not_dig", detail="text before the first reply", line=1, byte_start=0, raw=before[:200])
    days: list[Any] = [named_day]
    for number, start in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(content)
        line, at = line + content.count(b"\n", at, start), start
        raw = content[start:end].rstrip()
        row = _row(raw, said, days)
        if row is None:
            lone = raw.startswith(b";; ERROR")  # kdig does not repeat what it asked
            reason, told = (
                ("no_question", "a failure that names no question")
                if lone
                else ("broken_reply", "a reply that breaks off")
            )
            yield Record(number, reason=reason, detail=told, line=line, byte_start=start, raw=raw)
        else:
            yield Record(number, (lookup(**row),), line=line, byte_start=start, raw=raw)


def _starts(content: bytes) -> list[int]:
    """Where records start: at each banner, and at a header that no banner without a header precedes."""
    out, open_banner = [], False
    for found in _START.finditer(content):
        banner = found[0].startswith(b"; <<>>")
        if banner or not open_banner:
            out.append(found.start())
        open_banner = banner
    return out


def _row(raw: bytes, said: dict[str, str | None], days: list[Any]) -> dict[str, Any] | None:
    header, banner = _HEADER.search(raw), _BANNER.search(raw)
    asked, qtype, at_server = _asked(raw, banner)
    if not asked:
        return None
    failure = None if header else _failure(raw)
    if header is None and failure is None:
        return None
    server = _SERVER.search(raw) or _FROM.search(raw)
    address = server["address"].decode("utf-8", "replace") if server else None
    when, clock = _when(raw)
    if when is not None:
        days[0] = when.date().isoformat()
    name, fault = host_name(asked)
    flags = _FLAGS.search(raw)
    told = frozenset(flags["flags"].decode().split()) if flags else frozenset()
    return {
        "vantage": None,
        "resolver": at_server or said["server"] or address or "unknown",
        "server": address,
        "day": said["day"] or days[0] or "unknown",
        "measured_at": when,
        "clock": clock if when else "day",
        "transport": _transport(raw),
        "asked": asked,
        "name": name,
        "fault": fault,
        "qtype": qtype,
        "rcode": header["status"].decode() if header else None,
        "failure": failure,
        "aa": "aa" in told if header else None,
        "ra": "ra" in told if header else None,
        "rtt_ms": _took(raw),
        **(_sections(raw) if header else {}),
    }


def _asked(raw: bytes, banner: re.Match[bytes] | None) -> tuple[str, str, str | None]:
    """(name asked, type, server named on the command line)."""
    server, kind, asked = None, "", ""
    for word in banner["args"].decode("utf-8", "replace").split() if banner else []:
        if word.startswith("@"):
            server = named_server(word[1:]) or word[1:]
        elif word.upper() in _TYPES:
            kind = word.upper()
        elif not word.startswith(("+", "-")) and word.upper() not in ("IN", "CH"):
            asked = asked or word
    if question := _QUESTION.search(raw):
        kind = question["type"].decode()
        asked = question["name"].decode("utf-8", "replace")
        asked = asked[:-1] if asked.endswith(".") and asked != "." else asked
    return asked, kind or "A", server


def _sections(raw: bytes) -> dict[str, Any]:
    marks = [(m.start(), (m[1] or m[2]).decode()) for m in _SECTION.finditer(raw)]
    parts = {
        name: raw[start : marks[n + 1][0] if n + 1 < len(marks) else len(raw)] for n, (start, name) in enumerate(marks)
    }
    addresses, owners, ttls, cnames = [], [], [], []
    for found in _RECORD.finditer(parts.get("ANSWER", b"")):
        value = found["value"].decode("utf-8", "replace").strip()
        if found["type"] in (b"A", b"AAAA"):
            addresses.append(value)
            owners.append(_bare(found["owner"]))
            ttls.append(int(found["ttl"]))
        elif found["type"] == b"CNAME":
            cnames.append(value.rstrip(".").lower())
    out: dict[str, Any] = {"answers": joined(addresses), "owners": joined(owners), "cnames": joined(cnames)}
    out["ttl_s"] = min(ttls) if ttls else None
    servers = []
    for found in _RECORD.finditer(parts.get("AUTHORITY", b"")):
        value = found["value"].decode("utf-8", "replace").split()[0].rstrip(".").lower()
        if found["type"] in (b"SOA", b"NS"):
            out["zone"] = _bare(found["owner"])
            servers.append(value)
    out["mname"] = joined(sorted(servers))
    return out


def _bare(owner: bytes) -> str:
    return owner.decode("utf-8", "replace").rstrip(".").lower() or "."


def _failure(raw: bytes) -> str | None:
    return next((name for pattern, name in _FAILURES if pattern.search(raw)), None)


def _transport(raw: bytes) -> str:
    found = _FROM.search(raw)
    how = found["how"].decode().lower() if found else ""
    if how in ("udp", "tcp", "tls", "https"):
        return {"tls": "dot", "https": "doh"}.get(how, how)
    return "tcp" if b"retrying in TCP mode" in raw or b"(TCP)" in raw else "udp"


def _took(raw: bytes) -> float | None:
    if found := _TOOK.search(raw):
        return int(found["n"]) * {b"msec": 1.0, b"usec": 0.001, b"sec": 1000.0}[found["unit"]]
    came = _FROM.search(raw)
    return float(came["ms"]) if came and came["ms"] else None


def _when(raw: bytes) -> tuple[datetime | None, str]:
    found = _WHEN.search(raw)
    if not found:
        return None, "day"
    words = found["when"].decode("utf-8", "replace").split()
    zone = [w for w in words if w.isalpha() and w.isupper() and len(w) <= 4]
    plain = [w for w in words if w not in zone]
    for form in ("%a %b %d %H:%M:%S %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z"):
        try:
            when = datetime.strptime(" ".join(plain), form)  # noqa: DTZ007  # the zone is dealt with below
        except ValueError:
            continue
        if when.tzinfo is not None:
            return when.astimezone(UTC).replace(tzinfo=None), "exact"
        return when, "exact" if zone and zone[0] in _ZONES else "assumed_zone"
    return None, "day"


LAYOUT: Final = Layout(
    "dig", "dig and kdig", "text that dig or kdig printed, one file for a server and day or all in one", sniff, read
)
