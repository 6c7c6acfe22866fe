"""Names as they are asked and written: host names, faults in them, days and places in file names."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]+", re.IGNORECASE)
_DAYS: Final = (
    re.compile(r"(?<!\d)(?P<y>20\d\d|19\d\d)[-_.]?(?P<m>\d\d)[-_.]?(?P<d>\d\d)(?!\d)"),
    re.compile(
        r"(?<![\d.])(?P<m>\d{1,2})[-_](?P<d>\d{1,2})[-_](?P<y>20\d\d|\d\d)(?!\d|[-_]\d)"
    ),  # no end of an address
)


@lru_cache(maxsize=100_000)
def host_name(asked: str) -> tuple[str, str | None]:
    """A name as it was asked -> (the name in lower case, A-labels, without the last dot; what is wrong with it).

    A name with a path, a slash, a scheme, a space or an empty label is no host name: the server was asked for
    something else than the author meant, so that its answer says nothing of the site. The fault is `scheme`, `path`,
    `slash`, `space`, `empty`, `long` or `character`, or None.
    """
    name = asked.strip().lower()
    if name.endswith(".") and len(name) > 1:
        name = name[:-1]
    fault = _fault(name)
    if fault is None and not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            return name, "character"
    return name, fault or _labels(name)


def _fault(name: str) -> str | None:
    if not name:
        return "empty"
    if "://" in name:
        return "scheme"
    if "/" in name or "?" in name:
        return "slash" if name.rstrip("/").count("/") == 0 and "?" not in name else "path"
    return "space" if re.search(r"\s|\\032", name) else None


def _labels(name: str) -> str | None:
    if _ADDRESS.fullmatch(name):
        return None
    if len(name) > 253:
        return "long"
    labels = name.split(".")
    if not all(labels):
        return "empty"
    return None if all(_LABEL.fullmatch(part) for part in labels) else "character"


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address by its looks."""
    return bool(_ADDRESS.fullmatch(text))


@lru_cache(maxsize=10_000)
def day_in(text: str) -> tuple[str | None, str]:
    """(YYYY-MM-DD or None, the text without it) of a file name: 2014-06-16, 20140616, 06-16-14, 16_6_2014."""
    for pattern in _DAYS:
        at = 0
        while found := pattern.search(text, at):
            if day := _day(found):
                return day, (text[: found.start()] + text[found.end() :]).strip("-_. ")
            at = found.start() + 1
    return None, text


def _day(found: re.Match[str]) -> str | None:
    """The date in a match, month first unless that is none."""
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    for month, day in ((found["m"], found["d"]), (found["d"], found["m"])):
        try:
            return date(year, int(month), int(day)).isoformat()
        except ValueError:
            continue
    return None


def host_of(url: object) -> str:
    """The host of a URL in lower case, A-labels, or of a bare name; empty where there is none."""
    if not isinstance(url, str) or not url:
        return ""
    try:
        host = urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host_name(host)[0] if host else ""


def stem_of(path: str) -> str:
    """File name without folders and without .txt, .gz and the like."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return re.sub(
        r"(?:\.(?:txt|log|out|dig|gz|xz|bz2|zst|json|jsonl|csv|html?|har|warc))+$", "", name, flags=re.IGNORECASE
    )


def named_server(text: str) -> str | None:
    """The address or host name that a text is, or None: `ns1.example.net`, `192.0.2.1`."""
    text = text.strip().lower()
    if is_address(text):
        return text
    name, fault = host_name(text)
    return name if fault is None and "." in name and not name.rpartition(".")[2].isdigit() else None
