"""Which AS announces a prefix, as a local file of the user says: pyasn's .dat, CAIDA's prefix-to-AS, iptoasn's ranges, a CSV.

Nothing is looked up anywhere. A row gives the prefix its AS number; where the file has names, the AS number its name too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any, Final

from blowback.witnesses.measured import Layout, Member, Record
from blowback.witnesses.separated import columns, table_rows

SOURCE: Final = "asn"  # beginning of `source`: what people say of a place comes before it
_PREFIX: Final = re.compile(rb"^([0-9a-fA-F.:]+)/(\d{1,3})\t(?:AS)?(\d+)$")
_SPLIT: Final = re.compile(rb"^([0-9a-fA-F.:]+)\t(\d{1,3})\t(\d+(?:[_,]\d+)*)$")
_RANGE: Final = re.compile(rb"^([0-9a-fA-F.:]+)[\t,]([0-9a-fA-F.:]+)[\t,](?:AS)?(\d+)(?:[\t,](.*))?$")
_PLACES: Final = ("prefix", "cidr", "range", "network", "subnet", "ip_prefix", "place")
_NAMES: Final = (
    "name",
    "as_name",
    "asname",
    "org",
    "organisation",
    "organization",
    "holder",
    "description",
    "as_description",
    "as_org",
    "autonomous_system_organization",
    "isp",
)
_AS: Final = ("asn", "as", "as_number", "autonomous_system_number", "origin")
_LEAST: Final = 0.8  # of the first lines must be of the form
_CUT: Final = 8_192  # bytes looked at


def sniff(_name: str, head: bytes) -> float:
    """Sure where nearly all first lines are of one of the forms, or a table has a prefix and an AS number."""
    names = set(columns(head)[1])
    if names & set(_PLACES) and names & set(_AS) and not names & {"rcode", "url", "qname", "value"}:
        return 0.94 if _is_prefix(head) else 0.0
    lines = [line.rstrip(b"\r") for line in head[:_CUT].split(b"\n")[:60] if line.strip() and line[:1] not in b";#"]
    whole = lines[:-1] if len(head) > _CUT and len(lines) > 1 else lines
    fit = sum(bool(_form(line)) for line in whole)
    return 0.95 if whole and fit >= _LEAST * len(whole) else 0.0


def _is_prefix(head: bytes) -> bool:
    """Whether the second line of a table has a range in it: a list of AS numbers and names alone is another table."""
    return bool(re.search(rb"[0-9a-fA-F.:]{2,}/\d{1,3}", head.partition(b"\n")[2][:200]))


def _form(line: bytes) -> re.Match[bytes] | None:
    return _PREFIX.match(line) or _SPLIT.match(line) or _RANGE.match(line)


def read(member: Member) -> Iterator[Record]:
    """One record for each line; comments are none. Space that nobody announces (AS 0) is set aside."""
    named: set[str] = set()
    if set(columns(member.head)[1]) & set(_AS):
        yield from _table(member, named)
        return
    number = 0
    for line, at, raw in member.lines():
        if not raw.strip() or raw[:1] in b";#":
            continue
        number += 1
        rows, why = _rows(raw, named, member.name)
        yield Record(
            number,
            rows,
            line=line,
            byte_start=at,
            raw=raw,
            reason=why,
            detail="" if rows else "a line that names no prefix and AS",
        )


def _table(member: Member, named: set[str]) -> Iterator[Record]:
    for number, line, at, raw, cells in table_rows(member):
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        if cells is None:
            yield Record(number, reason="ragged_row", detail="another number of cells than column names", **place)
            continue
        prefix, asn, name = (next((cells[c] for c in wanted if cells.get(c)), "") for wanted in (_PLACES, _AS, _NAMES))
        country = cells.get("country") or cells.get("cc") or cells.get("country_code") or None
        rows, why = _made([prefix], asn.upper().removeprefix("AS"), name, country, named, member.name)
        yield Record(
            number, rows, reason=why, detail="" if rows else "a row without a prefix and an AS number", **place
        )


def _rows(raw: bytes, named: set[str], file: str) -> tuple[tuple[tuple[str, dict[str, Any]], ...], str]:
    """Rows of one line of a file without column names."""
    if found := _PREFIX.match(raw):
        return _made([f"{found[1].decode()}/{found[2].decode()}"], found[3].decode(), "", None, named, file)
    if found := _SPLIT.match(raw):
        asn = re.split(r"[_,]", found[3].decode())[0]  # several origins: the first, as announced
        return _made([f"{found[1].decode()}/{found[2].decode()}"], asn, "", None, named, file)
    if found := _RANGE.match(raw):
        rest = (found[4] or b"").decode("utf-8", "replace").strip()
        country, name = rest.split("\t", 1) if "\t" in rest else (None, rest)
        told = country if country and len(country) == 2 else None
        try:
            first, last = (ipaddress.ip_address(found[n].decode()) for n in (1, 2))
            cidrs = [str(n) for n in ipaddress.summarize_address_range(first, last)]
        except (ValueError, TypeError):
            return (), "bad_range"
        return _made(cidrs, found[3].decode(), name.strip('"'), told, named, file)
    return (), "not_asn"


def _made(
    prefixes: list[str], asn: str, name: str, country: str | None, named: set[str], file: str
) -> tuple[tuple[tuple[str, dict[str, Any]], ...], str]:
    if not asn.isdigit():
        return (), "bad_asn"
    if int(asn) == 0:
        return (), "not_routed"
    network, source = f"AS{int(asn)}", f"{SOURCE}: {file.rpartition('/')[2]}"
    try:
        places = [str(ipaddress.ip_network(p, strict=False)) for p in prefixes]
    except ValueError:
        return (), "bad_range"
    rows = [{"place": p, "network": network, "country": country, "source": source} for p in places]
    if network not in named and (name or country):
        named.add(network)
        rows.append({"place": network.lower(), "network": name or network, "country": country, "source": source})
    return tuple(("networks", r) for r in rows), ""


LAYOUT: Final = Layout(
    "asn_table", "Prefixes and AS numbers",
    "text or CSV of prefix (or range) and AS number, with names where known: pyasn .dat, iptoasn .tsv, CAIDA pfx2as",
    sniff, read,
)  # fmt: skip
