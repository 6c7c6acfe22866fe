"""Censored Planet, one JSON object a line: Satellite (DNS, versions 1 and 2) and Hyperquack version 2.

Which controls it asked is not in a row; what it found equal to them is (`matched`), and is kept. A resolver that failed
its liveness test is kept too: its leaks may tell something. Format: docs.censoredplanet.org, dns and hyperquackv2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from blowback.witnesses.bodies import body_of, features
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

Row = tuple[str, dict[str, Any]]
_RCODES: Final = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 9: "NOTAUTH"}
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)? ?([+-]\d{4}|Z)?")
_NONE: Final = "none"
CONTROL: Final = "control"


def sniff(_name: str, head: bytes) -> float:
    """Sure where a first line has a vantage point and a response of that project's shape."""
    if head.lstrip()[:1] != b"{":
        return 0.0
    v2 = b'"vp"' in head and (b'"test_url"' in head or b'"passed_liveness"' in head)
    v1 = b'"resolver"' in head and b'"query"' in head and b'"answers"' in head
    return 0.96 if v2 or v1 else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each line."""
    return measured_json(
        member,
        lambda found, number: _rows(found, number) if isinstance(found, dict) else (),
        "neither a Satellite nor a Hyperquack row",
    )


def _rows(found: dict[str, Any], measurement: str) -> Iterator[Row]:
    name, server = (
        text_of(found.get("test_url")) or text_of(found.get("query")),
        text_of(found.get("vp")) or text_of(found.get("resolver")),
    )
    if not name or not server:
        return
    at = _when(text_of(found.get("start_time")) or text_of(get(found, "response", "start_time")))
    shared = {
        "measurement": measurement,
        "vantage": "remote",
        "network": _network(found),
        "country": text_of(get(found, "location", "country_code")),
        "day": at.date().isoformat() if at else "unknown",
        "measured_at": at,
        "clock": "exact" if at else "day",
    }
    dns = "service" not in found
    yield (
        "measurements",
        {
            **shared,
            "test": "satellite" if dns else f"hyperquack_{found['service']}",
            "input": name,
            "resolver": server if dns else None,
            "said_blocking": text_of(found.get("anomaly")),
            "control_failure": "liveness"
            if found.get("passed_liveness") is False or found.get("controls_failed")
            else None,
            "label": joined([r for r in found.get("exclude_reason") or [] if isinstance(r, str)]),
        },
    )
    if dns:
        yield from _satellite(found, shared, server, name)
    else:
        yield from _quack(found, shared, server, name)


def _satellite(found: dict[str, Any], shared: dict[str, Any], server: str, tested: str) -> Iterator[Row]:
    if isinstance(found.get("answers"), dict):  # version 1: address -> what matched
        yield _lookup(shared, server, tested, {"response": found["answers"], "rcode": 0, "error": found.get("error")})
        return
    controlled = found.get("in_control_group") is not False
    wanted = host_name(host_of(tested) or tested)[0]
    answered = objects(found.get("response"))
    for number, reply in enumerate(answered or [{"error": "no response"}]):
        row = _lookup(shared, server, text_of(reply.get("url")) or tested, reply)
        row[1]["reply_no"] = 0
        row[1]["question"] = str(number)
        if row[1]["name"] == wanted and row[1]["answers"] and not row[1]["matched"] and controlled and _compared(reply):
            row[1]["matched"] = _NONE
        yield row
    if controlled:
        yield lookup(
            **{**shared, "vantage": "controls of Censored Planet", "network": None, "country": None},
            resolver="controls",
            asked=tested,
            name=wanted,
            fault=None,
            rcode="NOERROR",
            matched=CONTROL,
            control=True,
        )


def _compared(reply: dict[str, Any]) -> bool:
    """Whether the row says what equalled the controls: rows of version 2.0 give addresses alone."""
    answers = reply.get("response")
    return isinstance(answers, dict) and any(
        isinstance(v, list) or "matched" in v for v in answers.values() if isinstance(v, list | dict)
    )


def _lookup(shared: dict[str, Any], server: str, asked: str, reply: dict[str, Any]) -> Row:
    answers = reply.get("response")
    by_address = (
        answers if isinstance(answers, dict) else {str(a): {} for a in answers} if isinstance(answers, list) else {}
    )
    name, fault = host_name(host_of(asked) or asked)
    error = text_of(reply.get("error"))
    error = None if error in (None, "null", "") else error
    code = reply.get("rcode")
    matched = {m for v in by_address.values() for m in (v if isinstance(v, list) else get(v, "matched") or [])}
    silent = error is not None or (isinstance(code, int) and code < 0)
    at = _when(text_of(reply.get("start_time"))) or shared["measured_at"]
    return lookup(
        **{**shared, "at": at},
        resolver=server,
        server=server,
        transport="udp",
        asked=asked,
        name=name,
        fault=fault,
        rcode=None if silent else _RCODES.get(code, str(code)) if isinstance(code, int) else "NOERROR",
        failure=("generic_timeout_error" if "timeout" in (error or "timeout") else error) if silent else None,
        answers=joined(list(by_address)),
        owners=joined([name for _ in by_address]),
        asns=joined([v.get("asnum") or 0 if isinstance(v, dict) else 0 for v in by_address.values()]),
        matched=joined(sorted(str(m) for m in matched)),
        url=asked,
    )


def _quack(found: dict[str, Any], shared: dict[str, Any], server: str, tested: str) -> Iterator[Row]:
    for number, trial in enumerate(objects(found.get("response"))):
        control = text_of(trial.get("control_url"))
        page = trial.get("response")
        error = text_of(trial.get("error"))
        body = body_of(get(page, "body"))
        status = re.search(r"\b([1-5]\d\d)\b", text_of(get(page, "status_line")) or "")
        url = control or tested
        yield fetch(
            **{**shared, "measured_at": _when(text_of(trial.get("start_time"))) or shared["measured_at"]},
            layer="http",
            via=f"quack {found.get('service')}",
            url=tested,
            name=host_of(url),
            hop=0,
            hop_url=url,
            address=server,
            failure=_failure(error) if error not in (None, "null", "") else None,
            status=int(status[1]) if status else None,
            label="template" if trial.get("matches_template") else "other",
            control=control is not None,
            sni=str(number),
            **(features(body) if body else {}),
        )


def _failure(error: str) -> str:
    for sign, name in (
        ("reset", "connection_reset"),
        ("refused", "connection_refused"),
        ("timeout", "generic_timeout_error"),
        ("EOF", "eof_error"),
    ):
        if sign in error:
            return name
    return "unknown_failure"


def _network(found: dict[str, Any]) -> str | None:
    asn = get(found, "location", "asn") or found.get("asn")
    return f"AS{asn}" if isinstance(asn, int) and asn else text_of(asn)


def _when(said: str | None) -> datetime | None:
    found = _TIME.search(said or "")
    if not found:
        return None
    try:
        when = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    except ValueError:
        return None
    zone = found[4]
    if zone and zone != "Z":
        sign = -1 if zone[0] == "-" else 1
        offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])))
        return when.replace(tzinfo=offset).astimezone(UTC).replace(tzinfo=None)
    return when


LAYOUT: Final = Layout(
    "censored_planet",
    "Censored Planet",
    "JSON lines of Satellite (version 1, 2) or Hyperquack (version 2)",
    sniff,
    read,
)
