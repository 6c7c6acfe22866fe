"""Real servers of the test-bed, one role a process: `servers.py ROLE FOLDER`. Ends when stdin closes."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
import struct
import sys
from pathlib import Path

import dns.exception
import dns.message
import layout as at
import names
from certificates import Authority
from scenarios import BUSY, BY_HOST

EXPIRED = frozenset(h for h, s in BY_HOST.items() if s.site == "expired")
BLOCKED = (
    "<html><head><title>Access to this site is restricted</title></head><body><div><h1>This site is not available</h1>"
    "<p>Access was restricted by order 77.</p><img alt=seal><table><tr><td>Office of the test-bed</td></tr></table>"
    "</div></body></html>"
)


# pages ---------------------------------------------------------------------------------------------------------


def page(host: str) -> str:
    chance = random.Random(host)
    words = [f"word{chance.randrange(10_000)}" for _ in range(120)]
    tags = "".join(
        f"<{chance.choice(['p', 'div', 'li', 'h2', 'span'])}>{' '.join(words[i : i + 8])}" for i in range(0, 120, 8)
    )
    return f"<html><head><title>The site {host}</title></head><body>{tags}</body></html>"


def respond(host: str, path: str, peer: str) -> tuple[int, dict[str, str], str]:
    scenario = BY_HOST.get(host)
    site = scenario.site if scenario else "page"
    if site == "geo" and peer.startswith("10.77.0."):
        return 451, {}, f"<html><title>Unavailable</title><body>Not available at {peer}.</body></html>"
    if site == "challenge":
        return 403, {"Server": "edge"}, "<html><title>One moment</title><body>Checking your browser.</body></html>"
    if host == BUSY:
        return 429, {"Retry-After": "3600"}, ""
    if site == "to_opted_out":
        return 302, {"Location": "https://www.left-alone.example/"}, ""
    if site == "to_odd_port":
        return 302, {"Location": f"http://{host}:22/"}, ""
    if site == "redirect":
        return 302, {"Location": f"https://next-{host}/there"}, ""
    if site == "large":
        return 200, {}, page(host) + "<p>" + "filler " * 9_000
    if site == "changing":
        return 200, {}, page(host) + f"<p>{random.random()}</p>"
    return 200, {}, page(host)


async def serve_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, blocked: bool = False) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        host = next((x.partition(":")[2].strip() for x in lines if x.lower().startswith("host:")), "")
        peer = writer.get_extra_info("peername")[0]
        code, extra, body = (200, {}, BLOCKED) if blocked else respond(host, lines[0].split()[1], peer)
        content = body.encode()
        own = {"Cache-Control": "no-store"} if blocked else {"Server": "bed", "X-Served-By": "site", "Vary": "Accept"}
        told = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content)), "Connection": "close"}
        told |= own | extra
        start = f"HTTP/1.1 {code} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in told.items()) + "\r\n"
        writer.write(start.encode() + content)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


async def serve_blocked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await serve_page(reader, writer, blocked=True)


# resolvers -----------------------------------------------------------------------------------------------------


class Udp(asyncio.DatagramProtocol):
    def __init__(self, resolver: str, delay: float) -> None:
        self.resolver, self.delay = resolver, delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, raw: bytes, peer: tuple[str, int]) -> None:
        if reply := wire(raw, self.resolver):
            asyncio.get_running_loop().call_later(self.delay, self.transport.sendto, reply, peer)


def wire(raw: bytes, resolver: str) -> bytes | None:
    try:
        made = names.answer(dns.message.from_wire(raw), resolver)
    except dns.exception.DNSException:
        return None
    return made.to_wire() if made else None


def tcp_for(resolver: str):
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                if reply := wire(await reader.readexactly(length), resolver):
                    writer.write(len(reply).to_bytes(2, "big") + reply)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    return serve


async def resolver(address: str, authority: Authority | None = None, delay: float = 0.0) -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Udp(address, delay), local_addr=(address, 53))
    await asyncio.start_server(tcp_for(address), address, 53)
    if authority:
        await asyncio.start_server(tcp_for(address), address, 853, ssl=authority.server())


# proxies -------------------------------------------------------------------------------------------------------


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes one way; a reset on one side is passed on as a reset."""
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.close()
    except ConnectionResetError:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    except OSError:
        writer.close()


async def joined(reader, writer, address: str, port: int, yes: bytes, no: dict[type, bytes]) -> None:
    try:
        async with asyncio.timeout(6):
            far_reader, far_writer = await asyncio.open_connection(address, port)
    except (OSError, TimeoutError) as error:
        writer.write(no.get(type(error), no[OSError]))
        writer.close()
        return
    writer.write(yes)
    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        _, count = await reader.readexactly(2)
        await reader.readexactly(count)
        writer.write(b"\x05\x00")
        _, _, _, kind = await reader.readexactly(4)
        address = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        port = int.from_bytes(await reader.readexactly(2), "big")

        def say(code: int) -> bytes:
            return b"\x05" + bytes([code]) + b"\x00\x01" + bytes(6)

        no = {OSError: say(1), ConnectionRefusedError: say(5), TimeoutError: say(6)}
        await joined(reader, writer, address, port, say(0), no)
    except (OSError, asyncio.IncompleteReadError):
        writer.close()


async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        address, _, port = head.split()[1].rpartition(":")
        no = {OSError: b"HTTP/1.1 502 Bad gateway\r\nContent-Length: 0\r\n\r\n"}
        await joined(reader, writer, address.strip("[]"), int(port), b"HTTP/1.1 200 OK\r\n\r\n", no)
    except (OSError, asyncio.IncompleteReadError):
        writer.close()


# roles ---------------------------------------------------------------------------------------------------------


async def start(role: str, folder: Path) -> None:
    if role == "web":
        site = Authority("trusted", folder).server(EXPIRED)
        await asyncio.start_server(serve_page, ["0.0.0.0", "::"], 80, backlog=500)
        await asyncio.start_server(serve_page, ["0.0.0.0", "::"], 443, ssl=site, backlog=500)
        await resolver(at.FAR_RESOLVER, delay=0.08)
    elif role == "isp":
        for address in (*at.RESOLVERS.values(), *at.PLAIN):
            await resolver(address)
        await asyncio.start_server(serve_blocked, at.BLOCK_PAGE, 80)
        parked = Authority("trusted", folder).context("parked.example")
        await asyncio.start_server(serve_page, at.PARKED, 443, ssl=parked)
        await asyncio.start_server(serve_blocked, at.ISP, at.FILTER_PORTS["page"])
        await asyncio.start_server(
            serve_page, at.ISP, at.FILTER_PORTS["mitm"], ssl=Authority("censor", folder).server()
        )
        import injector

        injector.start()
    elif role == "control":
        for address in at.CONTROL_RESOLVERS:
            await resolver(address, Authority("trusted", folder))
        await asyncio.start_server(socks, at.CONTROL, 1080, backlog=500)
    elif role == "proxies":
        await asyncio.start_server(socks, at.PROXIES, 1080)
        await asyncio.start_server(connect, at.PROXIES, 8080)


async def main(role: str, folder: Path) -> None:
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)  # peers that reset are the point
    await start(role, folder)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
