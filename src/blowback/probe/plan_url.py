"""URLs and host names of a plan in one form: A-labels, no default port, no fragment, no credentials."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import quote, urljoin, urlsplit

from blowback.errors import Unexpected

DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_KEPT = "%/:=&?~#+!$,;'@()*[]"


def host_name(text: str, where: str, fail: Callable[[str, str], Unexpected]) -> str:
    """A host name in lower-case A-labels.

    Raises:
        Unexpected: it is no host name.
    """
    try:
        name = text.strip().rstrip(".").lower().encode("idna").decode() if text.strip() else ""
    except UnicodeError:
        name = ""
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise fail(f"{where}: {text!r} is no host name", "Write a name such as www.example.org, without path or scheme")
    return name


def canonical(text: str, where: str, fail: Callable[[str, str], Unexpected]) -> str:
    """A URL in its canonical form.

    Raises:
        Unexpected: not http or https, no host, or it carries credentials.
    """
    hint = "Write a whole URL such as https://www.example.org/"
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise fail(f"{where}: {text!r} is no URL: {error}", hint) from error
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise fail(f"{where}: {text!r} is no http or https URL", hint)
    if parts.username or parts.password:
        raise fail(f"{where}: a URL carries a user name", "No credentials are ever sent; leave them out")
    if any(c.isspace() or ord(c) < 32 for c in text.strip()):
        raise fail(f"{where}: {text!r} holds a space or control character", hint)
    try:
        at = ipaddress.ip_address(host)
        shown = f"[{at}]" if at.version == 6 else str(at)
    except ValueError:
        shown = host_name(host, where, fail)
    place = shown if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{shown}:{port}"
    path = quote(parts.path or "/", safe=_KEPT)
    return f"{parts.scheme}://{place}{path}" + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")


def next_hop(url: str, location: str) -> str:
    """Where a Location header leads, canonical; empty where it is no http or https URL."""

    def fail(says: str, hint: str) -> Unexpected:
        return Unexpected(says, hint=hint)

    try:
        return canonical(urljoin(url, location.strip()), "Location", fail)
    except (Unexpected, ValueError):
        return ""


def port_of(url: str) -> int:
    """The port of a canonical URL."""
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS[parts.scheme]
