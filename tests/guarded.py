"""Fails any test that would send a packet to another machine: sockets of this process, as Python's own audit sees them.

Loopback and the private range of the test-bed (10.77.0.0/16, fd77::/16) pass. What is refused is raised where it
happens, and the whole run fails at its end, so that no `except` hides it.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

ALLOWED = tuple(
    ipaddress.ip_network(n) for n in ("127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128", "10.77.0.0/16", "fd77::/16")
)
REFUSED: list[str] = []
_SENDS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}


class PacketElsewhere(RuntimeError):
    """A test tried to reach another machine."""


def is_here(host: object) -> bool:
    """Whether a host is this machine; names count when no name server is needed for them."""
    text = host.decode() if isinstance(host, bytes) else host
    if text is None or (isinstance(text, str) and ("." not in text and ":" not in text)):
        return True
    try:
        address = ipaddress.ip_address(str(text).partition("%")[0])
    except ValueError:
        return str(text).rstrip(".").lower() in {"localhost.localdomain", socket.gethostname().lower()}
    return any(address.version == n.version and address in n for n in ALLOWED)


def watch(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook."""
    if event in _SENDS:
        address = args[_SENDS[event]]
        host = address[0] if isinstance(address, tuple) and address and args[0].family in _INTERNET else None
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if not is_here(host):
        REFUSED.append(f"{event} {host}")
        raise PacketElsewhere(f"{event} to {host}: tests reach loopback and their own namespaces only")


_INTERNET = (socket.AF_INET, socket.AF_INET6)


def install() -> None:
    """Watch this process from now on; cannot be undone."""
    sys.addaudithook(watch)
