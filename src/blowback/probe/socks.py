"""SOCKS5 (RFC 1928, 1929) and HTTP CONNECT, spoken over a stream to the operator's own proxy.

Only numeric addresses are asked for: the name is looked up by the plan's resolvers, so that what is measured is known.
"""

from __future__ import annotations

import base64
import ipaddress
import os

from blowback.probe.failures import Eof, Garbled, ProxyFailed
from blowback.probe.plan import Vantage, endpoint
from blowback.probe.wire import Stream

_TOLD = {3: "network_unreachable", 4: "host_unreachable", 5: "connection_refused", 6: "generic_timeout_error"}
_MOST = 16_384


async def socks5(stream: Stream, vantage: Vantage, address: str, port: int) -> None:
    """Ask a SOCKS5 proxy to connect.

    Raises:
        ProxyFailed: it says no. With a reason that concerns the site (`told`), or one that concerns itself.
    """
    user, password = vantage.user.encode(), os.environ.get(vantage.password_env, "").encode()
    await stream.send(b"\x05\x01\x02" if user else b"\x05\x01\x00")
    rest = _Rest(stream)
    version, method = await rest.take(2)
    if version != 5 or method not in (0, 2):
        raise ProxyFailed("socks_error", told=False)
    if method == 2:
        await stream.send(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
        if (await rest.take(2))[1] != 0:
            raise ProxyFailed("socks_error", told=False)
    ip = ipaddress.ip_address(address)
    kind = b"\x01" if ip.version == 4 else b"\x04"
    await stream.send(b"\x05\x01\x00" + kind + ip.packed + port.to_bytes(2, "big"))
    _, reply, _, kind_back = await rest.take(4)
    length = {1: 4, 4: 16}.get(kind_back) or (await rest.take(1))[0]
    await rest.take(length + 2)
    if reply:
        raise ProxyFailed(_TOLD.get(reply, "socks_error"), told=reply in _TOLD)
    rest.nothing_left()


async def http_connect(stream: Stream, vantage: Vantage, address: str, port: int) -> None:
    """Ask an HTTP proxy for a tunnel.

    Raises:
        ProxyFailed: it says no; it does not tell refused from timed out, so nothing below the proxy is learnt.
    """
    place = endpoint(address, port)
    head = f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n"
    if vantage.user:
        secret = f"{vantage.user}:{os.environ.get(vantage.password_env, '')}"
        head += f"Proxy-Authorization: Basic {base64.b64encode(secret.encode()).decode()}\r\n"
    await stream.send(head.encode() + b"\r\n")
    got = b""
    while b"\r\n\r\n" not in got:
        chunk = await stream.recv()
        if not chunk or len(got) > _MOST:
            raise ProxyFailed("unknown_failure: proxy closed during CONNECT", told=False)
        got += chunk
    words = got.split(b"\r\n", 1)[0].split()
    if len(words) < 2 or not words[1].isdigit():
        raise ProxyFailed("unknown_failure: proxy speaks no HTTP", told=False)
    if words[1] != b"200":
        raise ProxyFailed(f"unknown_failure: proxy answered CONNECT with {words[1].decode()}", told=False)


class _Rest:
    """Exact reads over a stream."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.held = stream, b""

    async def take(self, count: int) -> bytes:
        while len(self.held) < count:
            chunk = await self.stream.recv()
            if not chunk:
                raise Eof("the proxy closed")
            self.held += chunk
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    def nothing_left(self) -> None:
        if self.held:
            raise Garbled("proxy sent more than its answer")
