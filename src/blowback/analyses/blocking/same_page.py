"""Whether two pages are one: OONI's comparison (status; then length, uncommon headers or title), and challenge pages."""

from __future__ import annotations

import re
from typing import Any, Final

_RATIO: Final = 0.7  # of the shorter to the longer body, ooni/spec ts-017
_WORD: Final = 5  # letters of a word of a title that counts
_COMMON: Final = frozenset(
    [
        "accept-ranges",
        "age",
        "alt-svc",
        "cache-control",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "etag",
        "expires",
        "keep-alive",
        "last-modified",
        "location",
        "p3p",
        "pragma",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "vary",
        "via",
        "x-powered-by",
        "x-xss-protection",
        "x-content-type-options",
        "x-frame-options",
    ]
)
CHALLENGE: Final = re.compile(
    r"(?i)just a moment\.\.\.|attention required! \| cloudflare|cf-browser-verification|challenge-platform|checking your browser|"
    r"\bcaptcha\b|ddos-guard|access denied.{0,200}akamai|reference #\d+\.[0-9a-f]+|incapsula incident"
)


def same(page: dict[str, Any], control: dict[str, Any]) -> bool:
    """Whether the probe's page is the control's.

    Where nothing can be compared (no length, no title, no headers) equal status is enough.
    """
    mine, theirs = page["status"], control["status"]
    if mine is not None and theirs is not None and mine // 100 != theirs // 100:
        return False
    if _length(page, control) is False and _title(page, control) is False:
        return False  # equal headers of one server software do not make it the page
    signs = [s for s in (_length(page, control), _headers(page, control), _title(page, control)) if s is not None]
    return any(signs) if signs else mine == theirs


def _length(page: dict[str, Any], control: dict[str, Any]) -> bool | None:
    mine, theirs = page["body_bytes"], control["body_bytes"]
    if mine is None or theirs is None or max(mine, theirs) == 0:
        return None
    return bool(min(mine, theirs) / max(mine, theirs) > _RATIO)


def _headers(page: dict[str, Any], control: dict[str, Any]) -> bool | None:
    mine, theirs = set((page["headers"] or "").split()), set((control["headers"] or "").split())
    if not mine and not theirs:
        return None
    uncommon = theirs - _COMMON
    return mine == theirs or bool(uncommon & mine)


def _title(page: dict[str, Any], control: dict[str, Any]) -> bool | None:
    mine, theirs = (_words(p["title"]) for p in (page, control))
    if not mine or not theirs:
        return None
    return mine[0] == theirs[0]


def _words(title: str | None) -> list[str]:
    return [w.lower() for w in re.findall(r"\w+", title or "") if len(w) >= _WORD]
