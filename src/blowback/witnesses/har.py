"""HAR 1.2: what a browser's network log holds, one record for each request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from blowback.witnesses.bodies import body_of, features, header_names, header_value
from blowback.witnesses.measured import Layout, Member, Record, broken, fetch, get, joined, objects, page, text_of

_FAILURES: Final = {
    "ERR_CONNECTION_RESET": "connection_reset",
    "ERR_CONNECTION_REFUSED": "connection_refused",
    "ERR_TIMED_OUT": "generic_timeout_error",
    "ERR_CONNECTION_TIMED_OUT": "generic_timeout_error",
    "ERR_NAME_NOT_RESOLVED": "dns_nxdomain_error",
    "NS_ERROR_NET_RESET": "connection_reset",
    "ERR_CERT": "ssl_invalid_certificate",
    "ERR_EMPTY_RESPONSE": "eof_error",
}


def sniff(_name: str, head: bytes) -> float:
    """By the three keys of its root."""
    start = head.lstrip()[:1] == b"{"
    return 0.85 if start and b'"log"' in head[:200] and b'"entries"' in head and b'"creator"' in head else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each entry.

    Raises:
        DamagedFile: the JSON breaks off.
    """
    try:
        found = orjson.loads(member.whole())
    except orjson.JSONDecodeError as error:
        raise broken(member.name, error) from error
    for number, entry in enumerate(objects(get(found, "log", "entries")), 1):
        url = text_of(get(entry, "request", "url"))
        if not url:
            yield Record(number, reason="no_url", detail="a request without a URL")
            continue
        yield Record(number, (fetch(**_row(entry, url)),))


def _row(entry: dict[str, Any], url: str) -> dict[str, Any]:
    response = entry.get("response")
    content = get(response, "content")
    text = get(content, "text")
    body = (
        body_of({"data": text})
        if get(content, "encoding") == "base64"
        else text.encode()
        if isinstance(text, str)
        else None
    )
    headers, status = get(response, "headers"), get(response, "status")
    at = _when(text_of(entry.get("startedDateTime")))
    error = text_of(get(response, "_error")) or text_of(entry.get("_error"))
    known = features(body, text_of(get(content, "mimeType")) or "") if body else {}
    return {
        **page(url, at),
        "address": text_of(entry.get("serverIPAddress")),
        "failure": next((v for k, v in _FAILURES.items() if k in error), "unknown_failure") if error else None,
        "status": status if isinstance(status, int) and status > 0 else None,
        "location": text_of(get(response, "redirectURL")) or header_value(headers, "location"),
        "server": header_value(headers, "server"),
        "headers": joined(header_names(headers)),
        **known,
    }


def _when(said: str | None) -> datetime | None:
    try:
        when = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


LAYOUT: Final = Layout("har", "HAR network log", "a browser's network log (HAR 1.2)", sniff, read)
