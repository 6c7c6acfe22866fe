"""What is kept of a fetched page: its length, hash, title, how often each tag occurs, and the first 64 KiB as text."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections import Counter
from typing import Any, Final

from blowback.witnesses.measured import get

KEPT: Final = 65_536  # characters
_TAG: Final = re.compile(rb"<\s*([a-zA-Z][a-zA-Z0-9]{0,15})[\s/>]")
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_CHARSET: Final = re.compile(rb"charset=[\"']?([\w-]{3,20})", re.IGNORECASE)
_CHANGING: Final = re.compile(rb"https?://\S+|[\w.-]+\.[a-z]{2,}\S*|\d+")


def features(body: bytes, content_type: str = "") -> dict[str, Any]:
    """Columns of `fetches` for a body. Pictures and other binaries keep no text.

    The print counts each tag (`a:3 body:1`), as in ICLab's tag vectors; a page without tags has the hash of its words
    instead, links and numbers left out.
    """
    text = "" if _binary(body, content_type) else _decoded(body, content_type)
    return {
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "body_print": _print(body),
        "title": title_of(text),
        "body": text[:KEPT].replace("\x00", "\ufffd") or None,
    }


def title_of(text: str) -> str | None:
    """The title of a page, white space collapsed, 200 characters at most."""
    found = _TITLE.search(text[:KEPT])
    return " ".join(html.unescape(found[1]).split())[:200] or None if found else None


def body_of(value: object) -> bytes | None:
    """A body as OONI's df-001 writes it: a string, or `{"format": "base64", "data": ...}`; None where there is none."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    data = get(value, "data")
    if not isinstance(data, str):
        return None
    try:
        return base64.b64decode(data)
    except (binascii.Error, ValueError):
        return None


def header_names(headers: object) -> list[str]:
    """Names of headers, lower case, sorted, of a mapping or of a list of pairs or of `{name, value}`."""
    if isinstance(headers, dict):
        return sorted({str(n).lower() for n in headers})
    if not isinstance(headers, list):
        return []
    names = [n.get("name") if isinstance(n, dict) else n[0] if isinstance(n, list) and n else None for n in headers]
    return sorted({str(n).lower() for n in names if isinstance(n, str)})


def header_value(headers: object, name: str) -> str | None:
    """The first value of a header, whatever the spelling of its name."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(headers, dict):
        pairs = list(headers.items())
    elif isinstance(headers, list):
        pairs = [(h.get("name"), h.get("value")) for h in headers if isinstance(h, dict)]
        pairs += [(h[0], h[1]) for h in headers if isinstance(h, list) and len(h) == 2]
    for key, value in pairs:
        if str(key).lower() == name:
            first = value[0] if isinstance(value, list) and value else value
            told = (body_of(first) or b"").decode("utf-8", "replace") if isinstance(first, dict) else first
            return told if isinstance(told, str) else None
    return None


def _binary(body: bytes, content_type: str) -> bool:
    return content_type.startswith(("image/", "video/", "audio/", "font/")) or b"\x00\x00" in body[:512]


def _decoded(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type.encode("utf-8", "replace")) or _CHARSET.search(body[:2048])
    name = found[1].decode("ascii", "replace") if found else "utf-8"
    try:
        return body[: KEPT * 4].decode(name, "replace")
    except LookupError:
        return body[: KEPT * 4].decode("utf-8", "replace")


def _print(body: bytes) -> str | None:
    if not body.strip():
        return None
    tags = Counter(t.lower() for t in _TAG.findall(body[: 1 << 20]))
    if tags:
        return " ".join(f"{t.decode()}:{n}" for t, n in sorted(tags.items()))
    words = b" ".join(_CHANGING.sub(b"", body[: 1 << 20]).lower().split())
    return f"text {hashlib.sha256(words).hexdigest()[:16]}"
