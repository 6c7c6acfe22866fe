"""Which service and which owner a domain belongs to: domains of one service count once, of one owner are related.

A short list of large services that have several domains; everything else is its own service under its registrable
domain. It is data, to be read and corrected: what stands here decides what counts as unrelated.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from blowback.tools.links import domain_of

_SERVICES: Final = {
    "facebook": "facebook.com fb.com fbcdn.net facebook.net fb.me messenger.com",
    "instagram": "instagram.com cdninstagram.com instagr.am",
    "whatsapp": "whatsapp.com whatsapp.net wa.me",
    "twitter": "twitter.com x.com t.co twimg.com",
    "youtube": "youtube.com youtu.be ytimg.com googlevideo.com youtube-nocookie.com",
    "google": "google.com googleapis.com gstatic.com googleusercontent.com goo.gl google.iq google.co.uk google.de google.fr",
    "gmail": "gmail.com googlemail.com",
    "blogger": "blogger.com blogspot.com",
    "skype": "skype.com",
    "viber": "viber.com",
    "telegram": "telegram.org t.me telegram.me telegra.ph",
    "tango": "tango.me",
    "wikipedia": "wikipedia.org wikimedia.org wikipedia.com",
    "yahoo": "yahoo.com yimg.com flickr.com",
    "microsoft": "microsoft.com live.com hotmail.com msn.com outlook.com bing.com",
    "reddit": "reddit.com redd.it redditmedia.com",
    "psiphon": "psiphon.ca psiphon3.com psiphon.com",
}
_OWNERS: Final = {
    "alphabet": "google youtube gmail blogger",
    "meta": "facebook instagram whatsapp",
    "microsoft": "microsoft skype",
}
# Registered to these owners for many years: an address in them is the owner's own, whoever answers with it.
_BLOCKS: Final = {
    "alphabet": "64.233.160.0/19 66.102.0.0/20 72.14.192.0/18 74.125.0.0/16 108.177.0.0/17 142.250.0.0/15 172.217.0.0/16 "
    "172.253.0.0/16 173.194.0.0/16 209.85.128.0/17 216.58.192.0/19 216.239.32.0/19 2001:4860::/32 "
    "2404:6800::/32 2607:f8b0::/32 2a00:1450::/32",
    "meta": "31.13.24.0/21 31.13.64.0/18 66.220.144.0/20 69.63.176.0/20 69.171.224.0/19 157.240.0.0/16 173.252.64.0/18 "
    "179.60.192.0/22 "
    "185.60.216.0/22 204.15.20.0/22 2a03:2880::/32",
    "twitter": "69.195.160.0/19 104.244.40.0/21 192.133.76.0/22 199.16.156.0/22 199.59.148.0/22 199.96.56.0/21",
}
_NETWORKS: Final = {owner: [ipaddress.ip_network(b) for b in blocks.split()] for owner, blocks in _BLOCKS.items()}
_SERVICE_OF: Final = {d: name for name, domains in _SERVICES.items() for d in domains.split()}
_OWNER_OF: Final = {s: name for name, services in _OWNERS.items() for s in services.split()}


@lru_cache(maxsize=200_000)
def registrable(host: str) -> str:
    """Registrable domain of a host; the host itself where it has none (an address, a bare label)."""
    return domain_of(host) or host


def service_of(host: str) -> str:
    """The service a host belongs to: a name of the list above, or its registrable domain."""
    domain = registrable(host)
    return _SERVICE_OF.get(domain, domain)


def owner_of(host: str) -> str:
    """Who owns a host's service, as far as this list knows; two hosts of one owner are no unrelated hosts."""
    service = service_of(host)
    return _OWNER_OF.get(service, service)


@lru_cache(maxsize=200_000)
def owners_own(host: str, address: str) -> bool:
    """Whether an address lies in a range that is registered to the owner of a host's service."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found.version == net.version and found in net for net in _NETWORKS.get(owner_of(host), ()))


@lru_cache(maxsize=200_000)
def unroutable(address: str) -> bool:
    """Whether an address is private, loopback, link-local, reserved or otherwise not routed on the open internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not found.is_global or found.is_multicast


@lru_cache(maxsize=200_000)
def block_of(address: str) -> str:
    """The /16 of an IPv4 address, the /32 of an IPv6 address: near enough for one owner's addresses; else the text.

    An address that is not routed on the open internet is its own block: neighbourhood means nothing there.
    """
    if unroutable(address):
        return address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/{16 if found.version == 4 else 32}", strict=False))
