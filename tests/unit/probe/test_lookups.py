"""DNS over UDP, TCP, TLS and HTTPS against servers on loopback, and through proxies."""

from __future__ import annotations

import asyncio
import base64
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("dns", reason="the extra `measure` is not installed")
pytest.importorskip("cryptography", reason="the extra `measure` is not installed")
import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from blowback.probe.dns import Asked, ask
from blowback.probe.pace import Pace
from blowback.probe.plan import Resolver, Vantage
from blowback.probe.plan_read import read_plan
from blowback.probe.reach import Reach, Trail
from blowback.probe.run import guard_of
from blowback.probe.trust import Trust

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testbed"))
from certificates import Authority

LINE = Vantage("line", "direct", "ZZ", "AS64500", "owned")
Replies = Callable[[dns.message.Message], list[bytes]]


def reply(query: dns.message.Message, *addresses: str, code: str = "NOERROR") -> dns.message.Message:
    made = dns.message.make_response(query)
    made.set_rcode(dns.rcode.from_text(code))
    name = query.question[0].name.to_text()
    if addresses:
        made.answer.append(dns.rrset.from_text(name, 60, "IN", "A", *addresses))
    return made


class Server(asyncio.DatagramProtocol):
    def __init__(self, replies: Replies) -> None:
        self.replies, self.heard = replies, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, raw: bytes, peer: tuple[str, int]) -> None:
        self.heard += 1
        for content in self.replies(dns.message.from_wire(raw)):
            self.transport.sendto(content, peer)


@pytest.fixture
def reach(whole: str, written: Callable[[str], Path], tmp_path: Path) -> Reach:
    Authority("trusted", tmp_path)
    text = whole.replace('address = "10.77.1.10"', 'address = "127.0.0.1"') + (
        '\ntries = 2\n[timeouts]\ndns = 0.5\nlate = 0.2\n[content]\ntrust = "trusted.pem"\n'
    )
    plan = read_plan(written(text.replace("queries_per_resolver_s = 2", "queries_per_resolver_s = 5")))
    return Reach(plan, guard_of(plan), Pace(plan.rates), Trust.load(plan.content.trust))


def udp(reach: Reach, replies: Replies) -> tuple[Asked, Trail, int]:
    async def go() -> tuple[Asked, Trail, int]:
        loop = asyncio.get_running_loop()
        transport, server = await loop.create_datagram_endpoint(lambda: Server(replies), local_addr=("127.0.0.1", 0))
        resolver = Resolver("isp", "127.0.0.1", "owned", port=transport.get_extra_info("sockname")[1])
        trail = Trail()
        made = await ask(reach, trail, LINE, resolver, "a.example", ("A",), 0)
        transport.close()
        return made, trail, server.heard

    return asyncio.run(go())


def test_both_contradicting_replies_are_kept(reach: Reach) -> None:
    made, trail, heard = udp(reach, lambda q: [reply(q, "203.0.113.9").to_wire(), reply(q, "198.51.100.9").to_wire()])
    assert made.addresses == ["203.0.113.9"]  # what a stub resolver would believe
    assert [q["answers"][0]["ipv4"] for q in (*trail.queries, *trail.late)] == ["203.0.113.9", "198.51.100.9"]
    assert trail.queries[0]["transaction_id"] == trail.late[0]["transaction_id"]
    assert base64.b64decode(trail.late[0]["raw_response"])[2] & 0x80
    assert heard == 1


def test_replies_to_another_question_are_counted_and_not_believed(reach: Reach) -> None:
    def replies(query: dns.message.Message) -> list[bytes]:
        wrong_id = reply(query, "203.0.113.9")
        wrong_id.id = (query.id + 1) % 65_536
        other = dns.message.make_query("b.example", "A", id=query.id)
        return [
            wrong_id.to_wire(),
            reply(other, "203.0.113.9").to_wire(),
            b"junk",
            query.to_wire(),
            reply(query, "198.51.100.9").to_wire(),
        ]

    made, trail, _ = udp(reach, replies)
    assert made.addresses == ["198.51.100.9"]
    assert trail.queries[0]["x_stray_replies"] == 4


@pytest.mark.parametrize(
    ("code", "failure"),
    [("NXDOMAIN", "dns_nxdomain_error"), ("SERVFAIL", "dns_servfail_error"), ("REFUSED", "dns_refused_error"),
     ("NOERROR", "dns_no_answer"), ("NOTIMP", "dns_server_misbehaving")],
)  # fmt: skip
def test_failures_are_asked_again_and_have_their_word(reach: Reach, code: str, failure: str) -> None:
    made, trail, heard = udp(reach, lambda q: [reply(q, code=code).to_wire()])
    assert (made.addresses, made.failure) == ([], failure)
    assert heard == len(trail.queries) == (1 if code == "NOTIMP" else 2)
    assert [q["x_try"] for q in trail.queries] == [1, 2][:heard]


def test_silence_is_a_timeout_and_counted(reach: Reach) -> None:
    made, trail, heard = udp(reach, lambda _: [])
    assert made.failure == "generic_timeout_error"
    assert heard == 2 == trail.sent["query 127.0.0.1"] == reach.pace.sent["query 127.0.0.1"]


def test_a_closed_port_is_refused(reach: Reach) -> None:
    async def go() -> Asked:
        return await ask(reach, Trail(), LINE, Resolver("isp", "127.0.0.1", "owned", port=1), "a.example", ("A",), 0)

    assert asyncio.run(go()).failure == "connection_refused"


async def framed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    length = int.from_bytes(await reader.readexactly(2), "big")
    content = reply(dns.message.from_wire(await reader.readexactly(length)), "198.51.100.9").to_wire()
    writer.write(len(content).to_bytes(2, "big") + content)
    await writer.drain()
    writer.close()


async def over_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    text = head.split("dns=")[1].split()[0]
    content = reply(
        dns.message.from_wire(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))), "198.51.100.9"
    ).to_wire()
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: %d\r\n\r\n" % len(content)
        + content
    )
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("transport", "serve", "name", "failure"),
    [
        ("tcp", framed, "", None),
        ("dot", framed, "dns.example", None),
        ("doh", over_http, "dns.example", None),
        ("dot", framed, "other.example", "unknown_failure: dot: ssl_invalid_hostname"),
    ],
)
def test_streams(
    reach: Reach, tmp_path: Path, transport, serve: Callable[..., Awaitable[None]], name: str, failure
) -> None:
    async def go() -> tuple[Asked, Trail]:
        secured = Authority("trusted", tmp_path).context("dns.example") if name else None
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=secured)
        port = server.sockets[0].getsockname()[1]
        trail = Trail()
        made = await ask(
            reach, trail, LINE, Resolver("r", "127.0.0.1", "owned", transport, port, name), "a.example", ("A",), 0
        )
        server.close()
        return made, trail

    made, trail = asyncio.run(go())
    assert made.failure == failure
    assert made.addresses == ([] if failure else ["198.51.100.9"])
    assert trail.queries[0]["engine"] == transport


def test_truncated_over_udp_is_asked_over_tcp(reach: Reach) -> None:
    def cut(query: dns.message.Message) -> list[bytes]:
        made = reply(query)
        made.flags |= dns.flags.TC
        return [made.to_wire()]

    async def go() -> tuple[Asked, Trail]:
        server = await asyncio.start_server(framed, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: Server(cut), local_addr=("127.0.0.1", port))
        trail = Trail()
        made = await ask(reach, trail, LINE, Resolver("isp", "127.0.0.1", "owned", port=port), "a.example", ("A",), 0)
        server.close()
        return made, trail

    made, trail = asyncio.run(go())
    assert made.addresses == ["198.51.100.9"]
    assert "asked again over TCP" in trail.notes[0]
