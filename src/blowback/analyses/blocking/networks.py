"""Which network a resolver or vantage belongs to: what the user says, then the source, then names and ranges."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from blowback.tools.services import registrable

# Inferred from host names, SOA records and registered ranges of 2014; a table of networks in the case overrides it.
KNOWN: Final = {
    "37.236.0.0/14": "Earthlink",
    "109.224.0.0/18": "Earthlink",
    "149.255.192.0/18": "Earthlink",
    "62.201.192.0/18": "IQNet",
    "iqnet.com": "IQNet",
    "93.91.192.0/20": "Newroz",
    "185.23.152.0/22": "ITC",
    "itc.iq": "ITC",
    "scopesky.iq": "Scopesky",
    "scopesky.com": "Scopesky",
}
_COUNTRY: Final = "IQ"
_ASN: Final = "asn:"  # beginning of the source of rows from a file of prefixes
_BITS: Final = {4: 32, 6: 128}


@dataclass(slots=True)
class Ranges:
    """Ranges of addresses, found from the narrowest; a million of them are no burden.

    `held`: version -> length of the prefix -> its leading bits as a number -> name.
    """

    held: dict[int, dict[int, dict[int, str]]] = field(default_factory=lambda: {4: {}, 6: {}})

    def add(self, place: str, name: str) -> None:
        """Add a range (or address) written as text; what is none is passed over."""
        first, _, length = place.partition("/")
        whole = _number(first)
        if whole is None or (length and not length.isdigit()):
            return
        version, bits = whole[0], _BITS[whole[0]]
        size = int(length) if length else bits
        if 0 <= size <= bits:
            self.held[version].setdefault(size, {})[whole[1] >> (bits - size)] = name

    def find(self, address: str) -> str | None:
        """The name of the narrowest range that holds an address; None for what is no address, or in none."""
        whole = _number(address)
        if whole is None:
            return None
        version, value = whole
        for size in sorted(self.held[version], reverse=True):
            name = self.held[version][size].get(value >> (_BITS[version] - size))
            if name is not None:
                return name
        return None


def _number(address: str) -> tuple[int, int] | None:
    """(version, value) of an address, or None."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return found.version, int(found)


@dataclass(slots=True)
class Naming:
    """Names networks. Ranges are tried from the narrowest; those that people name come before announced prefixes."""

    names: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    _said: Ranges = field(default_factory=Ranges)  # what people say
    _announced: Ranges = field(default_factory=Ranges)  # what a file of prefixes and AS numbers says
    _seen: dict[tuple[str | None, str | None, str | None], str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table) -> Naming:
        """From the table `networks`; what it does not name is taken from what is built in."""
        rows = table.to_pylist()
        asn = [r for r in rows if str(r["source"] or "").startswith(_ASN)]
        people = [r for r in rows if not str(r["source"] or "").startswith(_ASN)]
        said = {str(r["place"]).lower(): str(r["network"]) for r in people}
        lands = {str(r["network"]): str(r["country"]) for r in people if r["country"]}
        known = {str(r["place"]): str(r["network"]) for r in asn if "/" not in str(r["place"])}  # AS number -> name
        out = cls({**KNOWN, **known, **said}, {**dict.fromkeys(KNOWN.values(), _COUNTRY), **lands})
        for place, name in {**KNOWN, **said}.items():
            out._said.add(place, name)
        for row in asn:
            name = out.names.get(str(row["network"]).lower(), str(row["network"]))
            out._announced.add(str(row["place"]), name)
            if row["country"]:
                out.countries.setdefault(name, str(row["country"]))
        return out

    def name(self, given: str | None, resolver: str | None, server: str | None = None) -> str:
        """The network of a vantage or resolver.

        Args:
            given: as the source says (AS number, name), or None.
            resolver: server asked, host name or address.
            server: address that answered.

        Returns:
            A name; a range such as `192.0.0.0/16` where nothing is known of an address.
        """
        key = (given, resolver, server)
        if key not in self._seen:
            self._seen[key] = self._name(given, resolver, server)
        return self._seen[key]

    def country(self, network: str) -> str | None:
        """Country of a network, where known."""
        return self.countries.get(network)

    def _name(self, given: str | None, resolver: str | None, server: str | None) -> str:
        places = [p.lower() for p in (resolver, server, given) if p]
        for place in places:
            if place in self.names:
                return self.names[place]
        if given:
            return given
        for place in places:
            if (found := self._said.find(place)) is not None:
                return found
            if (domain := registrable(place)) in self.names:
                return self.names[domain]
        announced = (self._announced.find(place) for place in places)
        return next((name for name in announced if name is not None), None) or self._fallback(places)

    def _fallback(self, places: Iterable[str]) -> str:
        for place in places:
            try:
                address = ipaddress.ip_address(place)
            except ValueError:
                return registrable(place)
            return str(ipaddress.ip_network(f"{address}/{16 if address.version == 4 else 32}", strict=False))
        return "unknown"
