"""Lists of targets: Citizen Lab test lists (old and new codes), plain lists of URLs or names, and published block lists.

A published list ("these are blocked") is no test list: its entries are claims, to be held against the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from blowback.tools.categories import today
from blowback.tools.links import canonical_url
from blowback.tools.services import registrable, service_of
from blowback.witnesses.measured import Layout, Member, Record
from blowback.witnesses.names import host_name, host_of, is_address, stem_of
from blowback.witnesses.separated import columns, table_rows

_URL: Final = ("url", "domain", "host", "hostname", "name", "site")
_CODE: Final = ("category_code", "category", "code", "stance", "label")
_BY_PROXY: Final = re.compile(r"(?i)blocks? found on (?:proxy )?(?P<who>\S+)")
_DAY: Final = re.compile(r"(?i)^(?P<day>day \d+[^=]*?)(?: results)?$")
_CLAIM: Final = re.compile(r"(?i)block")
_RULE: Final = re.compile(r"[-=_*#\s]*")


def sniff(_name: str, head: bytes) -> float:
    """Sure for a table with a URL and a category; fairly sure for lines that are nearly all names or URLs."""
    names = set(columns(head)[1])
    if names & set(_URL) and names & set(_CODE) and not names & {"rcode", "verdict", "state", "qname"}:
        return 0.92
    lines = [
        x
        for x in head.decode("utf-8", "replace").split("\n")[:200]
        if x.strip() and not _RULE.fullmatch(x.strip()) and not _heading(x)
    ]
    good = sum(_entry(x) is not None for x in lines)
    return 0.7 if lines and good >= 0.8 * len(lines) and b"," not in head[:2000] else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each entry; headings of a sectioned list tell what the entries are about."""
    names = set(columns(member.head)[1])
    if names & set(_URL) and names & set(_CODE):
        yield from _table(member)
    else:
        yield from _lines(member)


def _table(member: Member) -> Iterator[Record]:
    name = member.name  # with the folders above it: they tell versions of a list apart
    for number, line, at, raw, cells in table_rows(member):
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        if cells is None:
            yield Record(number, reason="ragged_row", detail="another number of cells than column names", **place)
            continue
        given = next((cells[c] for c in _URL if cells.get(c)), "")
        found = _entry(given)
        if found is None:
            yield Record(number, reason="no_host", detail="no URL or host name", **place)
            continue
        code = next((cells[c] for c in ("category_code", "category", "code") if cells.get(c)), "")
        row = {
            **found, "list": name, "kind": "test", "category": today(code) or None, "category_given": code or None,
            "author": cells.get("source") or cells.get("author") or None,
            "labelled_at": cells.get("date_added") or cells.get("labelled_at") or None,
            "stance": cells.get("stance") or None, "party": cells.get("party") or None, "notes": cells.get("notes") or None,
        }  # fmt: skip
        yield Record(number, (("targets", row),), **place)


def _lines(member: Member) -> Iterator[Record]:
    name = member.name
    claims = bool(_CLAIM.search(name.rpartition("/")[2])) or bool(
        _BY_PROXY.search(member.head.decode("utf-8", "replace"))
    )
    about, day, number = _about(name) if claims else "", "", 0
    for line, at, raw in member.lines():
        text = raw.decode("utf-8", "replace").strip()
        if not text or _RULE.fullmatch(text):
            continue
        if heading := _heading(text):
            day, about = (heading[1], about) if heading[0] == "day" else (day, heading[1])
            continue
        number += 1
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        found = _entry(text)
        if found is None:
            yield Record(number, reason="no_host", detail="no URL or host name", **place)
            continue
        told = " ".join(x for x in (day, about) if x)
        row = {**found, "list": name, "kind": "claim" if claims else "test", "about": told or None}
        yield Record(number, (("targets", row),), **place)


def _heading(line: str) -> tuple[str, str] | None:
    if found := _BY_PROXY.search(line):
        return "about", found["who"]
    if found := _DAY.match(line.strip()):
        return "day", found["day"].strip().lower()
    return ("about", "") if re.match(r"(?i)\s*no blocks? found", line) else None


def _about(name: str) -> str:
    """What a file name says besides that it is a block list: `blocked-example-dns.txt` -> `example dns`."""
    return " ".join(
        w for w in re.split(r"[-_. ]+", stem_of(name).lower()) if w not in ("blocked", "blocks", "list", "block")
    )


def _entry(given: str) -> dict[str, Any] | None:
    """Columns of a target: canonical URL, host, registrable domain, service, and what was mended."""
    text = given.strip().strip("\"'").rstrip("_")
    mended = ["underscore"] if given.strip().strip("\"'") != text else []
    if not text or re.search(r"\s", text):
        return None
    if "://" not in text:
        mended += ["path"] if "/" in text.rstrip("/") else ["slash"] if text.endswith("/") else []
    host = host_of(text)
    if not host or host_name(host)[1] is not None or ("." not in host and not is_address(host)):
        return None
    if not is_address(host) and not re.search(r"[a-z]", host.rpartition(".")[2]):
        return None
    url = canonical_url(text if "://" in text else f"http://{text}")
    return {
        "url": url,
        "host": host,
        "domain": registrable(host),
        "service": service_of(host),
        "repaired": " ".join(mended) or None,
    }


LAYOUT: Final = Layout(
    "test_lists",
    "Lists of targets",
    "Citizen Lab test lists, tables of URL and label, plain lists of URLs or names, published block lists",
    sniff,
    read,
)
