"""The last gate before a packet leaves: which addresses may be contacted at all.

With CI=true or BLOWBACK_ONLY_LOCAL=1 only loopback and the private range of the test-bed pass. Otherwise a measured
site must have a global address: what a lying resolver answers is never a way into the operator's own network.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass

from blowback.errors import UsageError

BED = tuple(ipaddress.ip_network(n) for n in ("10.0.0.0/8", "fd77::/16"))  # addresses of the test-bed's namespaces
_MAPPED = ipaddress.ip_network("::ffff:0:0/96")
_EMBEDS = tuple(ipaddress.ip_network(n) for n in ("64:ff9b::/96", "2002::/16", "2001::/32"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Refused(UsageError):
    """An address that may not be contacted: a fault of the plan or of the code, never a result."""


def only_local() -> bool:
    """Whether this process may reach loopback and the test-bed only (CI=true or BLOWBACK_ONLY_LOCAL=1)."""
    return os.environ.get("CI", "").lower() in ("true", "1") or os.environ.get("BLOWBACK_ONLY_LOCAL", "") not in (
        "",
        "0",
    )


def parse(text: str) -> Address:
    """An address as an object; an IPv4 address written as IPv6 is taken as what it is.

    Raises:
        Refused: it is no numeric address (names are never handed to the system's resolver).
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError as error:
        raise Refused(
            f"{text!r} is no numeric address", hint="Give addresses as numbers: no name is looked up"
        ) from error
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped and address in _MAPPED:
        return address.ipv4_mapped
    return address


@dataclass(frozen=True, slots=True)
class Guard:
    """The gate of one run.

    Args:
        listed: addresses of resolvers and proxies that the operator lists; they may be private, others may not.
        opted_out: networks that are never contacted.
    """

    listed: frozenset[str] = frozenset()
    opted_out: tuple[Network, ...] = ()

    @classmethod
    def of(cls, listed: Iterable[str], opted_out: Iterable[str] = ()) -> Guard:
        """From addresses and networks as text."""
        return cls(
            frozenset(str(parse(a)) for a in listed),
            tuple(ipaddress.ip_network(n, strict=False) for n in opted_out),
        )

    def reason(self, text: str) -> str:
        """Why this address is not contacted, or an empty text. Never raises for what a resolver answered."""
        try:
            address = parse(text)
        except Refused as refused:
            return refused.message
        if any(address.version == n.version and address in n for n in self.opted_out):
            return f"{address} is on the opt-out list"
        if str(address) not in self.listed and not is_world(address):
            return f"{address} is no public address (private, loopback, reserved)"
        if only_local() and not address.is_loopback and not _bed(address):
            return f"{address} is neither loopback nor of the test-bed, and CI or BLOWBACK_ONLY_LOCAL is set"
        return ""

    def permit(self, text: str) -> str:
        """The address in its normal form, for the socket.

        Raises:
            Refused: it may not be contacted. Nothing has been sent.
        """
        if why := self.reason(text):
            raise Refused(f"not contacted: {why}", hint="Nothing was sent; see docs/how-to/measure-blocking.md")
        return str(parse(text))


def is_world(address: Address) -> bool:
    """Whether a site of the world can have this address; in the test-bed its private range stands for the world."""
    if only_local() and _bed(address):
        return True
    if any(address.version == n.version and address in n for n in _EMBEDS):  # carry an IPv4 address past the gate
        return False
    return address.is_global and not address.is_multicast


def _bed(address: Address) -> bool:
    return any(address.version == n.version and address in n for n in BED)
