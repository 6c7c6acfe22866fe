"""Fetched pages as single files: the folders tell vantage and day, the file name tells the site.

`day1/192.0.2.x/www.example.net.html` is a page of www.example.net; a file that is named otherwise is a page alone,
whose hash may stand in a table of fetches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from blowback.witnesses.bodies import features
from blowback.witnesses.measured import Layout, Member, Record, fetch
from blowback.witnesses.names import day_in, host_name, is_address, stem_of

_HTML: Final = re.compile(rb"(?is)<\s*(?:!doctype\s+html|html|head|body|title|meta|frameset)[\s>/]")
_DAY: Final = re.compile(r"(?i)^day[ _-]?\d+.*$")
_CONTROL: Final = re.compile(r"(?i)no.?proxy|direct|control")


def sniff(name: str, head: bytes) -> float:
    """Fairly sure for HTML, less for whatever has such a name."""
    if _HTML.search(head[:4096]):
        return 0.8
    return 0.4 if re.search(r"(?i)\.html?$", name) else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record: the page."""
    body = member.whole()
    vantage, day = _path(member.name)
    url = _url(member.name)
    known: dict[str, Any] = {"vantage": vantage, "day": day, "clock": "day"}
    if url:
        control = bool(vantage and _CONTROL.fullmatch(vantage))
        row = fetch(
            **known, layer="http", via="direct" if control else "proxy" if vantage else "unknown", control=control, url=url,
            name=host_name(url.partition("/")[0])[0], hop_url=url, **features(body),
        )  # fmt: skip
    else:
        row = fetch(**known, layer="page", **features(body))
    yield Record(1, (row,), byte_start=0, raw=body)


def _path(name: str) -> tuple[str | None, str]:
    """(vantage, day) from the folders above the file."""
    folders = name.replace("\\", "/").split("/")[:-1]
    vantage, day = None, "unknown"
    for folder in reversed(folders):
        if _DAY.match(folder):
            day = folder if day == "unknown" else day
        elif day_in(folder)[0]:
            day = day_in(folder)[0] or day
        elif vantage is None:
            vantage = folder
    return vantage, day


def _url(name: str) -> str | None:
    """The site that the file name is, or None."""
    stem = stem_of(name).rstrip("_").lower()
    host, _, path = stem.partition("_")
    clean, fault = host_name(host)
    if fault or is_address(host) or "." not in clean or not re.search(r"[a-z]{2,}$", clean):
        return None
    return f"{clean}/{path.replace('_', '/')}" if path else clean


LAYOUT: Final = Layout(
    "pages", "Fetched pages", "HTML files, one page each, in folders by vantage and day", sniff, read
)
