"""Byte streams over non-blocking sockets: TCP, and TLS in memory above any stream.

asyncio's own transports hide when a reset came and what was read before it; here every failure reaches the caller as
the operating system told it. Time limits are the caller's (`asyncio.timeout`).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Protocol

from blowback.probe.failures import Eof
from blowback.probe.guard import Guard

CHUNK = 65_536


class Stream(Protocol):
    """What TCP and TLS have in common."""

    async def send(self, content: bytes) -> None:
        """Send all of it."""

    async def recv(self) -> bytes:
        """What comes next; empty at the end."""

    def close(self) -> None:
        """Close the socket."""


class TcpStream:
    """A connected TCP socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    @property
    def local(self) -> str:
        """This side's address: never written down, only blotted out of pages that echo it."""
        try:
            return str(self.sock.getsockname()[0])
        except OSError:
            return ""

    async def send(self, content: bytes) -> None:
        """Send all of it."""
        await asyncio.get_running_loop().sock_sendall(self.sock, content)

    async def recv(self) -> bytes:
        """What comes next; empty at the end."""
        return await asyncio.get_running_loop().sock_recv(self.sock, CHUNK)

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()


class TlsStream:
    """TLS above another stream, with the handshake in the caller's hand."""

    def __init__(self, below: Stream, context: ssl.SSLContext, name: str) -> None:
        self.below = below
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.ssl = context.wrap_bio(self._in, self._out, server_hostname=name or None)

    async def shake(self) -> None:
        """The handshake.

        Raises:
            OSError, ssl.SSLError, Eof: as it failed.
        """
        while True:
            try:
                self.ssl.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._more()
            except ssl.SSLError:
                await self._flush()  # the alert
                raise
        await self._flush()

    async def send(self, content: bytes) -> None:
        """Send all of it."""
        self.ssl.write(content)
        await self._flush()

    async def recv(self) -> bytes:
        """What comes next; empty at the end."""
        while True:
            try:
                return self.ssl.read(CHUNK)
            except ssl.SSLWantReadError:
                try:
                    await self._more()
                except Eof:
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    def close(self) -> None:
        """Close what is below."""
        self.below.close()

    def chain(self) -> list[bytes]:
        """The peer's certificates as it sent them, DER, leaf first."""
        inner = getattr(self.ssl, "_sslobj", None)
        get = getattr(self.ssl, "get_unverified_chain", None) or getattr(inner, "get_unverified_chain", None)
        certificates = (get() if get else None) or []
        leaf = self.ssl.getpeercert(binary_form=True)
        der = [c if isinstance(c, bytes) else ssl.PEM_cert_to_DER_cert(c.public_bytes()) for c in certificates]
        return der or ([leaf] if leaf else [])

    async def _flush(self) -> None:
        if out := self._out.read():
            await self.below.send(out)

    async def _more(self) -> None:
        await self._flush()
        chunk = await self.below.recv()
        if not chunk:
            raise Eof("closed")
        self._in.write(chunk)


async def open_tcp(guard: Guard, address: str, port: int) -> TcpStream:
    """Connect to a numeric address that the guard permits.

    Raises:
        Refused: the guard does not permit it; nothing was sent. OSError: as the connection failed.
    """
    sock = _socket(guard.permit(address), socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (guard.permit(address), port))
    except BaseException:
        sock.close()
        raise
    return TcpStream(sock)


async def open_udp(guard: Guard, address: str, port: int) -> socket.socket:
    """A UDP socket from a random port that takes datagrams of this address and port only.

    Raises:
        Refused: the guard does not permit it. OSError: there is no way there.
    """
    sock = _socket(guard.permit(address), socket.SOCK_DGRAM)
    try:
        await asyncio.get_running_loop().sock_connect(sock, (guard.permit(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


def _socket(address: str, kind: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind)
    sock.setblocking(False)
    return sock
