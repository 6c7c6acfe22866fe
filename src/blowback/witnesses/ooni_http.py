"""The HTTP part of OONI measurements: requests (df-001) and the test helper's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blowback.witnesses.bodies import body_of, features, header_names, header_value
from blowback.witnesses.measured import fetch, get, joined, objects, text_of
from blowback.witnesses.names import host_of

Row = tuple[str, dict[str, Any]]


def requests_of(keys: dict[str, Any], shared: dict[str, Any], url: str) -> Iterator[Row]:
    """Rows of `requests`; the list has the last request first, so that hops are counted from its end."""
    requests = objects(keys.get("requests"))
    for place, one in enumerate(requests):
        given = _hop(one)
        response, request = one.get("response"), one.get("request")
        headers = get(response, "headers") or get(response, "headers_list")
        body = body_of(get(response, "body"))
        kind = header_value(headers, "content-type") or ""
        known = _told(response, features(body, kind) if body is not None else {})
        code = get(response, "code")
        hop_url = text_of(get(request, "url")) or url
        failure = text_of(one.get("failure"))
        yield fetch(
            **shared,
            layer="http",
            url=url,
            name=host_of(url),
            via="direct",
            hop=given if given is not None else len(requests) - 1 - place,
            hop_url=hop_url,
            address=text_of(one.get("address")),
            failure=failure,
            status=code if isinstance(code, int) and code > 0 else None,
            location=header_value(headers, "location"),
            server=header_value(headers, "server"),
            headers=joined(header_names(headers)),
            speed_bps=_speed(response),
            **known,
        )


def _told(response: object, known: dict[str, Any]) -> dict[str, Any]:
    """What `blowback blocking measure` tells of a body, kept or not: length, hash, title, tags."""
    counts = get(response, "x_tag_counts")
    if counts is None:
        return known
    told: dict[str, Any] = {
        "body_bytes": get(response, "x_body_length"), "body_sha256": text_of(get(response, "x_body_sha256")),
        "title": text_of(get(response, "x_title")),
        "body_print": " ".join(f"{t}:{n}" for t, n in sorted(counts.items())) if isinstance(counts, dict) and counts else None,
    }  # fmt: skip
    return {**told, **{k: v for k, v in known.items() if k == "body" or told.get(k) is None}}


def _speed(response: object) -> float | None:
    found = get(response, "x_transfer", "bytes_per_s")
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def control_page(control: dict[str, Any], same: dict[str, Any], host: str) -> Iterator[Row]:
    """The test helper's page: it tells length, title, header names and status, and never the body."""
    page = control.get("http_request")
    if not isinstance(page, dict):
        return
    failure, status, size = text_of(page.get("failure")), page.get("status_code"), page.get("body_length")
    yield fetch(
        **same,
        layer="http",
        name=host,
        hop_url=same["url"],
        failure=failure,
        status=status if isinstance(status, int) and status > 0 else None,
        title=text_of(page.get("title")),
        headers=joined(header_names(page.get("headers"))),
        body_bytes=size if isinstance(size, int) and size >= 0 else None,
        speed_bps=_speed(page),
    )


def _hop(one: dict[str, Any]) -> int | None:
    for tag in one.get("tags") or []:
        if isinstance(tag, str) and tag.startswith("depth=") and tag[6:].isdigit():
            return int(tag[6:])
    return None
