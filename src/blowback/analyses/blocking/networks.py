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


@dataclass(slots=True)
class Naming:
    """Names networks. Ranges are tried from the narrowest."""

    names: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    _ranges: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str]] = field(default_factory=list)
    _seen: dict[tuple[str | None, str | None, str | None], str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table) -> Naming:
        """From the table `networks`; what it does not name is taken from what is built in."""
        said = {str(r["place"]).lower(): str(r["network"]) for r in table.to_pylist()}
        lands = {str(r["network"]): str(r["country"]) for r in table.to_pylist() if r["country"]}
        names = {**KNOWN, **said}
        out = cls(names, {**dict.fromkeys(KNOWN.values(), _COUNTRY), **lands})
        for place, name in names.items():
            try:
                out._ranges.append((ipaddress.ip_network(place, strict=False), name))
            except ValueError:
                continue
        out._ranges.sort(key=lambda pair: (-pair[0].prefixlen, str(pair[0])))
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
            if (found := self._in_range(place)) is not None:
                return found
            if (domain := registrable(place)) in self.names:
                return self.names[domain]
        return self._fallback(places)

    def _in_range(self, place: str) -> str | None:
        try:
            address = ipaddress.ip_address(place)
        except ValueError:
            return None
        return next((name for net, name in self._ranges if address.version == net.version and address in net), None)

    def _fallback(self, places: Iterable[str]) -> str:
        for place in places:
            try:
                address = ipaddress.ip_address(place)
            except ValueError:
                return registrable(place)
            return str(ipaddress.ip_network(f"{address}/{16 if address.version == 4 else 32}", strict=False))
        return "unknown"
