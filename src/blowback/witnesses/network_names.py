"""A table that says which network an address, range, host, domain or AS number belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from blowback.witnesses.measured import Layout, Member, Record
from blowback.witnesses.separated import columns, table_rows

_PLACES: Final = ("place", "range", "cidr", "prefix", "resolver", "server", "asn")
_NAMES: Final = ("network", "isp", "isp_inferred", "provider")
_MANY: Final = frozenset(["verdict", "state", "rcode", "lookups", "qname", "url"])


def sniff(_name: str, head: bytes) -> float:
    """A table with a place and a network, and without measurements."""
    names = set(columns(head)[1])
    return 0.93 if names & set(_PLACES) and names & set(_NAMES) and not names & _MANY else 0.0


def read(member: Member) -> Iterator[Record]:
    """One record for each row."""
    name = member.name.rpartition("/")[2]
    for number, line, at, raw, cells in table_rows(member):
        place: dict[str, Any] = {"line": line, "byte_start": at, "raw": raw}
        where = next((cells[c] for c in _PLACES if cells.get(c)), "") if cells else ""
        network = next((cells[c] for c in _NAMES if cells.get(c)), "") if cells else ""
        if not where or not network or cells is None:
            yield Record(number, reason="no_network", detail="a row without place or network", **place)
            continue
        row = {
            "place": where.lower(),
            "network": network,
            "country": cells.get("country") or None,
            "source": cells.get("source") or name,
        }
        yield Record(number, (("networks", row),), **place)


LAYOUT: Final = Layout(
    "network_names",
    "Names of networks",
    "CSV of place (address, range, host, domain, AS number) and network",
    sniff,
    read,
)
